//! What a file of metadata says of an archive, whatever shape it has.

use std::path::Path;

use domain::{
    import::Imported,
    photoset::{LONGEST_DESCRIPTION, LONGEST_LINE, MOST_LINES, Photoset},
    tag::{LONGEST_NAME, clean_name},
};
use serde_json::{Map, Value};

use super::{below, blocking, said, take::open_below};
use crate::{error::Error, files};

/// Larger files are no metadata, in bytes.
const MOST_BYTES: u64 = 16 << 20;
/// Letters of a further value that are kept.
const LONGEST_VALUE: usize = 500;
/// Begins the line that says which archive a photoset was.
pub(super) const ARCHIVE: &str = "Archive: ";

const GARBLED: &str = "This file cannot be read as metadata: it has to be JSON, an object (or a list of them) with some of url, \
     date, year, original_filename, actors and tags. Nothing was changed by it; correct it, then run the same \
     command again.";

/// What is known of one archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Details {
    /// The file that says so.
    pub(super) file: String,
    /// What the photoset is called.
    pub(super) name: String,
    /// The name of the archive's file.
    pub(super) archive: Option<String>,
    source: String,
    year: Option<u16>,
    credits: Vec<String>,
    tags: Vec<String>,
    /// What has no place of its own, a line each.
    further: Vec<String>,
}

/// Reads all files of metadata below a folder. What cannot be read is told.
pub(super) async fn read(folder: &Path, imported: &mut Imported) -> Result<Vec<Details>, Error> {
    let (files, odd) = below(folder).await?;
    for (path, odd) in odd {
        imported.trouble(&path, None, said::odd(odd));
    }
    let top = folder.to_owned();
    let read = blocking(move || {
        let top = files::real_folder(&top).unwrap_or(top);
        let json = files.into_iter().filter(|file| ends_in_json(&file.name));
        let read = json.map(|file| {
            let bytes = open_below(&top, &file.path());
            let bytes = bytes.and_then(|file| file.read_all(MOST_BYTES).ok());
            let stem = file.name.rsplit_once('.').map_or("", |(stem, _)| stem);
            let details = bytes.and_then(|bytes| of_file(&file.path(), stem, &bytes));
            (file.path(), details)
        });
        read.collect::<Vec<_>>()
    });
    let mut all = Vec::new();
    for (path, details) in read.await? {
        if let Some(details) = details {
            imported.described += 1;
            all.extend(details);
        } else {
            imported.garbled += 1;
            imported.trouble(&path, None, GARBLED);
        }
    }
    Ok(all)
}

fn ends_in_json(name: &str) -> bool {
    let ending = name.rsplit_once('.');
    ending.is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("json"))
}

/// What one file says; `None` when it says nothing.
fn of_file(path: &str, stem: &str, bytes: &[u8]) -> Option<Vec<Details>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let details = match serde_json::from_slice(bytes).ok()? {
        Value::Object(members) => of_members(path, Some(stem), &members).into_iter().collect(),
        Value::Array(list) => {
            let objects = list.iter().filter_map(Value::as_object);
            let all = objects.filter_map(|members| of_members(path, None, members));
            all.collect::<Vec<_>>()
        }
        _ => Vec::new(),
    };
    (!details.is_empty()).then_some(details)
}

/// What an object says; `None` when none of its members means anything. Where no name is given, that of the
/// file or of the archive is taken.
fn of_members(path: &str, stem: Option<&str>, members: &Map<String, Value>) -> Option<Details> {
    let mut details = Details {
        file: path.to_owned(),
        ..Details::default()
    };
    let (mut known, mut date) = (false, String::new());
    for (name, value) in members {
        let folded = name.trim().to_lowercase();
        known |= KNOWN.contains(&folded.as_str());
        match folded.as_str() {
            "url" => details.take_source(name, &one(value)),
            "date" => date = one(value),
            "year" => details.year = year(&one(value)),
            "original_filename" => details.archive = base(&one(value)),
            "actors" => details.credits = line_list(value, LONGEST_LINE),
            "tags" => details.take_tags(value),
            "name" | "title" if value.is_string() => details.name = one(value),
            _ => details.further.extend(further(name, value)),
        }
    }
    if !known {
        return None;
    }
    if details.year.is_none() {
        details.year = date.get(..4).and_then(year);
    }
    if !date.is_empty() {
        details.further.insert(0, format!("Date: {date}"));
    }
    let too_many = details.credits.len().saturating_sub(MOST_LINES);
    if too_many > 0 {
        let rest = details.credits.split_off(MOST_LINES);
        details
            .further
            .push(format!("Further actors: {}", rest.join(", ")));
    }
    if details.name.trim().is_empty() {
        let archive = details.archive.as_deref().map(without_ending);
        let name = stem.or(archive).unwrap_or_default();
        name.clone_into(&mut details.name);
    }
    details.name = line(&details.name, LONGEST_LINE);
    (!details.name.is_empty()).then_some(details)
}

const KNOWN: [&str; 6] = ["url", "date", "year", "original_filename", "actors", "tags"];

impl Details {
    fn take_source(&mut self, name: &str, text: &str) {
        let text = text.trim();
        let is_web = text.starts_with("https://") || text.starts_with("http://");
        if is_web && text.chars().count() <= LONGEST_LINE {
            text.clone_into(&mut self.source);
        } else if !text.is_empty() {
            self.further.push(format!("{name}: {text}"));
        }
    }

    /// Tags as a photoset may have them; others stand in the description.
    fn take_tags(&mut self, value: &Value) {
        let mut others = Vec::new();
        for text in line_list(value, usize::MAX) {
            let plain = text.replace(['*', ','], " ");
            match clean_name(&plain) {
                Ok(tag) if self.tags.len() < MOST_LINES => {
                    if !self.tags.contains(&tag) {
                        self.tags.push(tag);
                    }
                }
                _ => others.push(line(&text, 2 * LONGEST_NAME)),
            }
        }
        if !others.is_empty() {
            self.further
                .push(format!("Further tags: {}", others.join(", ")));
        }
    }

    /// Whether it speaks of an archive of this file name, word for word.
    pub(super) fn names(&self, file: &str) -> bool {
        let own = self.archive.as_deref();
        own.is_some_and(|own| folded(own) == folded(file))
    }

    /// The same whatever kind of archive it is by now; one that names none speaks of that of its own name.
    pub(super) fn speaks_of(&self, file: &str) -> bool {
        let own = self.archive.as_deref().unwrap_or(&self.name);
        folded(without_kind(own)) == folded(without_kind(file))
    }

    /// The lines of a description.
    fn text(&self) -> String {
        let archive = self.archive.iter().map(|name| format!("{ARCHIVE}{name}"));
        let lines: Vec<String> = archive.chain(self.further.iter().cloned()).collect();
        cut(&lines.join("\n"), LONGEST_DESCRIPTION)
    }

    /// A photoset with what it lacks; what it has stays.
    pub(super) fn fill(&self, set: &Photoset) -> Photoset {
        let mut filled = set.clone();
        if filled.source.is_empty() {
            self.source.clone_into(&mut filled.source);
        }
        filled.year = filled.year.or(self.year);
        if filled.credits.is_empty() {
            self.credits.clone_into(&mut filled.credits);
        }
        if filled.tags.is_empty() {
            self.tags.clone_into(&mut filled.tags);
        }
        let own = of_archive(&filled.description);
        // The line that says which archive it was is ours.
        let only_ours = own.is_some() && filled.description.lines().count() == 1;
        if filled.description.is_empty() {
            filled.description = self.text();
        } else if only_ours && !self.further.is_empty() {
            let lines = [&[filled.description][..], &self.further[..]].concat();
            filled.description = cut(&lines.join("\n"), LONGEST_DESCRIPTION);
        }
        filled
    }
}

/// The archive that a photoset was, as its description says.
pub(super) fn of_archive(description: &str) -> Option<&str> {
    description
        .lines()
        .find_map(|line| line.strip_prefix(ARCHIVE))
}

/// How archives are called.
pub(super) const KINDS: [&str; 4] = ["zip", "rar", "cbz", "cbr"];

/// The name of an archive without the ending that says which kind it is.
pub(super) fn without_kind(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if KINDS.contains(&ending.to_ascii_lowercase().as_str()) => stem,
        _ => name,
    }
}

/// A file name without its last ending.
pub(super) fn without_ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// The form in which two names are the same one.
pub(super) fn folded(name: &str) -> String {
    domain::text::normalise(name)
}

/// A text in one line, cut to so many letters.
pub(super) fn line(text: &str, most: usize) -> String {
    let visible: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    cut(&words.join(" "), most).trim_end().to_owned()
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The last part of a path.
fn base(path: &str) -> Option<String> {
    let own = path.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    (!own.is_empty()).then(|| line(own, LONGEST_LINE))
}

fn year(text: &str) -> Option<u16> {
    let whole = text.trim().split('.').next().unwrap_or_default();
    let year = whole.parse().ok()?;
    (1..=9999).contains(&year).then_some(year)
}

/// A value as one text: of a list its first, of an object its name.
fn one(value: &Value) -> String {
    match value {
        Value::String(text) => line(text, LONGEST_DESCRIPTION),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => list.first().map(one).unwrap_or_default(),
        Value::Object(members) => members.get("name").map(one).unwrap_or_default(),
        Value::Null | Value::Bool(_) => String::new(),
    }
}

/// A value as lines: a list of them, or one with commas.
fn line_list(value: &Value, most: usize) -> Vec<String> {
    let texts: Vec<String> = match value {
        Value::Array(list) => list.iter().map(one).collect(),
        Value::String(text) => text.split([',', ';']).map(str::to_owned).collect(),
        other => vec![one(other)],
    };
    let lines = texts.iter().map(|text| line(text, most));
    lines.filter(|text| !text.is_empty()).collect()
}

/// What means nothing here, as a line.
fn further(name: &str, value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text = line(&text, LONGEST_VALUE);
    (!text.is_empty()).then(|| format!("{}: {text}", line(name, LONGEST_NAME)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Details {
        let mut all = of_file("x/Oslo.json", "Oslo", text.as_bytes()).unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    #[test]
    fn metadata_of_an_archive_describes_a_photoset() {
        let details = read(
            r#"{"url": "https://example.com/a", "date": "2024-01-15", "year": 2023,
                "original_filename": "old/set_1.zip", "actors": ["Ada", "Bo"],
                "tags": ["tag1", "tag1", "a,b"], "studio": "North", "rating": null}"#,
        );
        assert!(details.names("SET_1.zip") && !details.names("set_1.rar"));
        assert!(details.speaks_of("set_1.rar") && !details.speaks_of("Oslo.zip"));
        let set = details.fill(&Photoset::named("Oslo")).checked().unwrap();
        assert_eq!((set.name.as_str(), set.year), ("Oslo", Some(2023)));
        assert_eq!(set.source, "https://example.com/a");
        assert_eq!(
            (set.credits, set.tags),
            (
                vec!["Ada".to_owned(), "Bo".to_owned()],
                vec!["tag1".to_owned(), "a b".to_owned()]
            )
        );
        assert_eq!(
            set.description,
            "Archive: set_1.zip\nDate: 2024-01-15\nstudio: North"
        );
    }

    #[test]
    fn wrong_types_are_taken_as_far_as_they_go() {
        let details = read(
            r#"{"url": ["ftp://a"], "date": 20240115, "year": "1999.0", "actors": "Ada, Bo; Cy",
                "tags": [{"name": "x"}, 7, null, ["y"]], "original_filename": 5}"#,
        );
        let set = details.fill(&Photoset::named("a")).checked().unwrap();
        assert_eq!((set.year, set.source.as_str()), (Some(1999), ""));
        assert_eq!(set.credits, ["Ada", "Bo", "Cy"]);
        assert_eq!(set.tags, ["x", "7", "y"]);
        assert!(
            set.description.contains("url: ftp://a"),
            "{}",
            set.description
        );
        let many: Vec<String> = (0..80).map(|number| format!("t{number}")).collect();
        let many = serde_json::json!({ "tags": many, "actors": many }).to_string();
        let set = read(&many).fill(&Photoset::named("a")).checked().unwrap();
        assert_eq!(
            (set.tags.len(), set.credits.len()),
            (MOST_LINES, MOST_LINES)
        );
        assert!(set.description.contains("Further tags: t50"));
        assert!(set.description.contains("Further actors: t50"));
        assert_eq!(read(r#"{"date": "2021-05"}"#).year, Some(2021));
        for nothing in [
            "",
            "[]",
            "{}",
            "7",
            r#"{"name": "x"}"#,
            "{",
            r#"[{"a": 1}]"#,
        ] {
            assert_eq!(of_file("a", "a", nothing.as_bytes()), None, "{nothing}");
        }
        let list = of_file(
            "a",
            "a",
            br#"[{"original_filename": "x.rar"}, {"url": "https://a"}]"#,
        );
        let list = list.unwrap();
        assert_eq!((list.len(), list[0].name.as_str()), (1, "x"));
    }

    #[test]
    fn what_a_photoset_has_stays() {
        let details = read(r#"{"url": "https://new", "year": 2024, "tags": ["new"], "k": "v"}"#);
        let own = Photoset {
            source: "https://old".to_owned(),
            tags: vec!["old".to_owned()],
            description: "mine".to_owned(),
            ..Photoset::named("Mine")
        };
        let filled = details.fill(&own);
        let expected = Photoset {
            year: Some(2024),
            ..own
        };
        assert_eq!(filled, expected);
        assert_eq!(details.fill(&filled), filled);
        let imported = Photoset {
            description: "Archive: a.zip".to_owned(),
            ..Photoset::named("a")
        };
        assert_eq!(details.fill(&imported).description, "Archive: a.zip\nk: v");
    }
}
