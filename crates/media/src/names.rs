//! File names that every system accepts and that never collide.
//!
//! Names of pictures come from other people's disks, prompts and models, and end up in archives
//! that are opened on Windows, macOS and Linux. What is reserved on one of them is avoided on all.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization as _;

/// The most characters of a safe name.
pub const MAX_CHARS: usize = 120;

/// The most bytes of a safe name; file systems stop at 255, and tools append to names.
pub const MAX_BYTES: usize = 200;

/// The most folders above a file in [`safe_path`].
const MAX_DEPTH: usize = 16;

/// Room that [`Unique`] keeps for ` (4294967295)`.
const SUFFIX_BYTES: usize = 13;

/// An extension is kept when a name is cut, unless it is longer than this.
const MAX_EXTENSION: usize = 12;

/// What a name becomes of which nothing is left.
const UNNAMED: &str = "unnamed";

/// Names of devices on Windows, with any extension and in any case.
const DEVICES: [&str; 7] = ["CON", "PRN", "AUX", "NUL", "CLOCK$", "CONIN$", "CONOUT$"];

/// One file or folder name that is safe on every system.
///
/// Separators, control characters and what Windows forbids become `_`; characters that turn the
/// reading direction or are invisible go; dots and spaces at the end go, as do spaces at the
/// start; device names get a `_` in front. At most [`MAX_CHARS`] characters and [`MAX_BYTES`]
/// bytes, cut before the extension. Never empty. A safe name is unchanged.
pub fn safe_name(name: &str) -> String {
    let mapped: String = name
        .chars()
        .filter(|&letter| !is_invisible(letter))
        .map(letter)
        .collect();
    let mut safe = trim(&mapped).to_owned();
    if is_device(&safe) {
        safe.insert(0, '_');
    }
    let (stem, extension) = split_extension(&safe);
    let safe = format!("{}{extension}", cut(stem, extension, 0));
    if safe.is_empty() {
        UNNAMED.to_owned()
    } else {
        safe
    }
}

/// A relative path with `/` whose every part is a [`safe_name`].
///
/// Empty parts, `.` and `..` go, so it never leaves the folder that it is put into; of more than
/// 16 folders the innermost stay.
pub fn safe_path(path: &str) -> String {
    let parts: Vec<String> = path
        .split(['/', '\\'])
        .filter(|part| !matches!(part.trim(), "" | "." | ".."))
        .map(safe_name)
        .collect();
    match parts.as_slice() {
        [] => UNNAMED.to_owned(),
        parts => parts[parts.len().saturating_sub(MAX_DEPTH + 1)..].join("/"),
    }
}

/// Where a path of an archive leads to, when that is out of the folder that it is put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Astray {
    /// To a place that is named from the top of the disk, or of another one.
    Absolute,
    /// To a folder above.
    Above,
    /// Nowhere: it names nothing.
    Nowhere,
}

/// Whether a path of an archive leads astray. Both kinds of slashes count, whatever wrote it.
pub fn astray(path: &str) -> Option<Astray> {
    let drive = |part: &str| {
        let mut letters = part.chars();
        letters
            .next()
            .is_some_and(|letter| letter.is_ascii_alphabetic())
            && letters.next() == Some(':')
    };
    if path.starts_with(['/', '\\']) || drive(path.trim_start()) {
        return Some(Astray::Absolute);
    }
    let mut nowhere = true;
    for part in path.split(['/', '\\']).map(str::trim) {
        match part {
            ".." => return Some(Astray::Above),
            "" | "." => {}
            _ => nowhere = false,
        }
    }
    nowhere.then_some(Astray::Nowhere)
}

/// A [`safe_path`] of which no part is hidden or looks like a file that is still being written: what is put
/// under it is seen by every scan.
pub fn seen_path(path: &str) -> String {
    let parts: Vec<String> = safe_path(path).split('/').map(seen_name).collect();
    parts.join("/")
}

/// The same for a single name, in which a slash is a letter like others.
pub fn seen_name(name: &str) -> String {
    let mut name = safe_name(name);
    if name.starts_with(['.', '~']) {
        name.replace_range(..1, "_");
    }
    name.replace(".tmp.", "_tmp.").replace(".part.", "_part.")
}

fn letter(letter: char) -> char {
    match letter {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        control if control.is_control() => '_',
        other => other,
    }
}

/// Marks that change the reading direction or cannot be seen, so that `exe.png` cannot be shown
/// for `gnp.exe`. The joiners stay: emoji and several scripts need them.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

fn trim(name: &str) -> &str {
    name.trim_start()
        .trim_end_matches(|letter: char| letter == '.' || letter.is_whitespace())
}

fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_uppercase();
    let numbered = |port: &str| {
        let mut rest = stem.strip_prefix(port)?.chars();
        let digit = rest.next()?;
        let is_digit = digit.is_ascii_digit() || matches!(digit, '¹' | '²' | '³');
        (is_digit && rest.next().is_none()).then_some(())
    };
    DEVICES.contains(&stem.as_str()) || numbered("COM").or_else(|| numbered("LPT")).is_some()
}

/// Stem and extension with its dot; a name without a usable extension is all stem.
fn split_extension(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= MAX_EXTENSION => name.split_at(dot),
        _ => (name, ""),
    }
}

/// As much of `stem` as leaves room for `extension` and `reserve` more bytes.
fn cut<'a>(stem: &'a str, extension: &str, reserve: usize) -> &'a str {
    let bytes = MAX_BYTES - reserve - extension.len();
    let chars = MAX_CHARS - reserve - extension.chars().count();
    let stop = stem
        .char_indices()
        .nth(chars)
        .map_or(stem.len(), |(at, _)| at)
        .min(bytes);
    let kept = &stem[..stem.floor_char_boundary(stop)];
    if kept.len() == stem.len() {
        stem
    } else {
        trim(kept)
    }
}

/// Gives each name once, adding ` (2)`, ` (3)` and so on where it was given before.
///
/// Names that differ only in case, or in how their accents are put together, count as equal, because on
/// Windows and macOS they are. Takes constant time for each name, also for ten thousand equal ones.
#[derive(Debug, Clone, Default)]
pub struct Unique {
    taken: HashSet<String>,
    /// The number to try next, by the folded name that the number is added to.
    next: HashMap<String, u32>,
}

impl Unique {
    /// The wanted name if it is free, else the same with a number before its extension.
    ///
    /// `wanted` is a name or a path as [`safe_name`] or [`safe_path`] gives it, and stays as safe.
    pub fn take(&mut self, wanted: &str) -> String {
        if self.taken.insert(fold(wanted)) {
            return wanted.to_owned();
        }
        let (folder, name) = wanted.split_at(wanted.rfind('/').map_or(0, |slash| slash + 1));
        let (stem, extension) = split_extension(name);
        let stem = cut(stem, extension, SUFFIX_BYTES);
        // Counted for the cut stem: long names that differ only behind the cut share one count.
        let next = self
            .next
            .entry(fold(&format!("{folder}{stem}{extension}")))
            .or_insert(2);
        loop {
            let candidate = format!("{folder}{stem} ({next}){extension}");
            *next += 1;
            if self.taken.insert(fold(&candidate)) {
                return candidate;
            }
        }
    }
}

/// Equal for names that some file system takes for equal. Upper case first, so that `ß` meets `ss`
/// and the two small sigmas meet each other.
fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfd()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfd()
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_that_lead_out_are_told() {
        for (path, expected) in [
            ("a/b.png", None),
            ("a\\b.png", None),
            ("./a..png", None),
            ("..a/...b", None),
            ("../a.png", Some(Astray::Above)),
            ("a/../../b.png", Some(Astray::Above)),
            ("a\\..\\b.png", Some(Astray::Above)),
            ("a/ .. /b.png", Some(Astray::Above)),
            ("/etc/passwd", Some(Astray::Absolute)),
            ("\\\\server\\share", Some(Astray::Absolute)),
            ("C:\\a.png", Some(Astray::Absolute)),
            ("c:a.png", Some(Astray::Absolute)),
            ("", Some(Astray::Nowhere)),
            ("./ /", Some(Astray::Nowhere)),
        ] {
            assert_eq!(astray(path), expected, "{path:?}");
        }
    }

    #[test]
    fn nothing_is_put_where_no_scan_sees_it() {
        for (path, seen) in [
            (".hidden/.a.png", "_hidden/_a.png"),
            ("~a/b.tmp.png", "_a/b_tmp.png"),
            ("a.part.png", "a_part.png"),
            ("Summer/a b.png", "Summer/a b.png"),
            ("CON/nul.png", "_CON/_nul.png"),
        ] {
            assert_eq!(seen_path(path), seen);
        }
        assert_eq!(seen_name("a/b"), "a_b");
    }

    #[test]
    fn accents_that_are_put_together_otherwise_are_the_same_name() {
        let mut unique = Unique::default();
        assert_eq!(unique.take("caf\u{e9}.png"), "caf\u{e9}.png");
        assert_eq!(unique.take("cafe\u{301}.png"), "cafe\u{301} (2).png");
        assert_eq!(unique.take("CAF\u{c9}.png"), "CAF\u{c9} (3).png");
    }

    #[test]
    fn hostile_names_become_harmless() {
        let cases = [
            ("a/b\\c.png", "a_b_c.png"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("CON", "_CON"),
            ("con.png", "_con.png"),
            ("Com1 .txt", "_Com1 .txt"),
            ("LPT².png", "_LPT².png"),
            ("COM10.png", "COM10.png"),
            ("console.png", "console.png"),
            ("trailing. . ", "trailing"),
            ("  lead", "lead"),
            ("RTL_\u{202e}gnp.exe", "RTL_gnp.exe"),
            ("a\0b\nc", "a_b_c"),
            ("what?*<>|:\".png", "what_______.png"),
            ("", "unnamed"),
            ("...", "unnamed"),
            ("\u{202e}", "unnamed"),
            ("猫 1girl, (best).png", "猫 1girl, (best).png"),
            (".hidden", ".hidden"),
        ];
        for (name, safe) in cases {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_before_the_extension() {
        let safe = safe_name(&format!("{}.png", "é".repeat(300)));
        assert!(safe.ends_with("é.png") && safe.len() <= MAX_BYTES, "{safe}");
        assert!(safe.len() > MAX_BYTES - 4);
        let letters = safe_name(&format!("{}.webp", "x".repeat(300)));
        assert_eq!(letters.chars().count(), MAX_CHARS);
        assert!(letters.ends_with("x.webp"));
    }

    #[test]
    fn paths_stay_inside() {
        assert_eq!(safe_path("/abs/../a\\.\\b/c.png"), "abs/a/b/c.png");
        assert_eq!(safe_path("../.."), "unnamed");
        assert_eq!(
            safe_path(&"d/".repeat(100)).split('/').count(),
            MAX_DEPTH + 1
        );
    }

    #[test]
    fn equal_names_are_numbered_whatever_their_case() {
        let mut unique = Unique::default();
        let names = [
            "a.png",
            "A.PNG",
            "a (2).png",
            "a.png",
            "straße",
            "STRASSE",
            "d/a.png",
        ];
        let given: Vec<String> = names.iter().map(|name| unique.take(name)).collect();
        let expected = [
            "a.png",
            "A (2).PNG",
            "a (2) (2).png",
            "a (3).png",
            "straße",
            "STRASSE (2)",
            "d/a.png",
        ];
        assert_eq!(given, expected);
    }

    #[test]
    fn ten_thousand_equal_long_names_are_unique_and_short() {
        let mut unique = Unique::default();
        let mut seen = HashSet::new();
        for number in 0..10_000 {
            let end = if number % 2 == 0 {
                "same".to_owned()
            } else {
                number.to_string()
            };
            let name = safe_name(&format!("{}{end}.png", "y".repeat(115)));
            let given = unique.take(&name);
            assert!(
                given.len() <= MAX_BYTES && given.chars().count() <= MAX_CHARS,
                "{given}"
            );
            assert!(seen.insert(given.to_lowercase()), "{given}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_safe_name_is_safe_and_stays_as_it_is(name in any::<String>()) {
            let safe = safe_name(&name);
            prop_assert_eq!(&safe_name(&safe), &safe);
            prop_assert!(!safe.is_empty() && safe.len() <= MAX_BYTES);
            prop_assert!(safe.chars().count() <= MAX_CHARS);
            prop_assert!(!safe.contains(['/', '\\', '\0', ':']) && safe != "." && safe != "..");
            prop_assert!(!safe.ends_with(['.', ' ']) && !is_device(&safe));
            prop_assert!(Unique::default().take(&safe) == safe);
        }

        #[test]
        fn a_seen_path_stays_in_its_folder_and_is_seen(path in "[./\\\\~a-c: \u{e9}]{0,24}|.{0,40}") {
            let seen = seen_path(&path);
            for part in seen.split('/') {
                prop_assert!(!part.is_empty() && !part.starts_with(['.', '~']), "{}", seen);
                prop_assert_eq!(&safe_name(part), part);
                prop_assert!(!part.contains(".tmp.") && !part.contains(".part."));
            }
        }
    }
}
