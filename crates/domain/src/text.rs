//! The one way in which text is folded before it is indexed and before it is searched.

/// Folds text for searching: lower case in any script, runs of white space as one space, trimmed.
/// Idempotent, so folded text may be folded again.
pub fn normalise(text: &str) -> String {
    if is_plain(text.as_bytes()) {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for letter in text.chars() {
        if letter.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        if letter.is_ascii() {
            out.push(letter.to_ascii_lowercase());
        } else {
            // `str::to_lowercase` turns a final sigma into another letter depending on its
            // neighbours; folding letter by letter keeps "is a substring of" true.
            out.extend(letter.to_lowercase());
        }
    }
    out
}

/// Stands in a prompt that was folded by [`prompt::fold`](crate::prompt::fold) where a line ends: no
/// phrase crosses it, and tokens end at it.
pub const LINE_END: char = '\u{1}';

/// Whether only the case of ASCII letters has to change: most prompts and names, and much faster.
pub(crate) fn is_plain(text: &[u8]) -> bool {
    // Sums have no early end, so the compiler looks at many letters at once.
    let strange = |byte: &u8| u32::from(!byte.is_ascii() || (b'\t'..=b'\r').contains(byte));
    let gap = |(a, b): (&u8, &u8)| u32::from([*a, *b] == *b"  ");
    text.iter().map(strange).fold(0, |all, one| all | one) == 0
        && text
            .iter()
            .zip(text.iter().skip(1))
            .map(gap)
            .fold(0, |all, one| all | one)
            == 0
        && text.first() != Some(&b' ')
        && text.last() != Some(&b' ')
}

/// The name of a model, LoRA or other file as people say it: without folders and without the
/// extensions of weight files.
pub fn base_name(path: &str) -> &str {
    const EXTENSIONS: [&str; 7] = ["safetensors", "ckpt", "gguf", "sft", "pth", "pt", "bin"];
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).trim();
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && EXTENSIONS
                    .iter()
                    .any(|known| extension.eq_ignore_ascii_case(known)) =>
        {
            stem
        }
        _ => name,
    }
}

/// The first `limit` characters of a text in one line, for captions; cut at a word where possible.
pub fn excerpt(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit + 4));
    let mut length = 0;
    for word in text.split_whitespace() {
        length += usize::from(!out.is_empty()) + word.chars().count();
        if length >= limit {
            if out.is_empty() {
                out.extend(word.chars().take(limit.saturating_sub(1)));
            }
            out.push('…');
            return out;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_idempotent_and_knows_every_script() {
        assert_eq!(
            normalise("  ÄÖ\tStraße\n ΣΟΦΟΣ  漢字 "),
            "äö straße σοφοσ 漢字"
        );
        for text in ["İstanbul", "ǅ", "ΣΑΣ", "a\u{a0}b"] {
            assert_eq!(normalise(&normalise(text)), normalise(text));
        }
        for text in [
            " A", "A ", "A\tB", "A\r\n B", "A  B", "A B", "\u{b}A", "a\u{1c}b", "", " ",
        ] {
            let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
            assert_eq!(normalise(text), words.join(" "), "{text:?}");
        }
    }

    #[test]
    fn names_without_folders_and_extensions() {
        assert_eq!(
            base_name(r"SDXL\juggernaut.v9.safetensors"),
            "juggernaut.v9"
        );
        assert_eq!(base_name("flux/flux1-dev-Q4.gguf"), "flux1-dev-Q4");
        assert_eq!(base_name("dream.v8"), "dream.v8");
        assert_eq!(base_name(".ckpt"), ".ckpt");
    }

    #[test]
    fn excerpts_are_short() {
        assert_eq!(excerpt("a  cat\non a mat", 40), "a cat on a mat");
        assert_eq!(excerpt("a cat on a mat", 8), "a cat…");
        assert_eq!(excerpt("漢字漢字漢字", 4), "漢字漢…");
    }
}
