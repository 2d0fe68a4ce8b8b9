//! JSON written the way the generators write it: keys in their own order, and either Python's
//! spacing with every letter outside ASCII escaped (so it fits a Latin-1 chunk) or compact UTF-8.

use std::fmt::Write as _;

/// A JSON value whose objects keep the order of their keys.
#[derive(Debug, Clone)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Whole(i128),
    Real(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// An object from its pairs.
pub(crate) fn object<const N: usize>(pairs: [(&str, Json); N]) -> Json {
    Json::Object(
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

/// A list from anything that turns into values.
pub(crate) fn list<T: Into<Json>>(items: impl IntoIterator<Item = T>) -> Json {
    Json::List(items.into_iter().map(Into::into).collect())
}

impl Json {
    /// Adds a pair to an object; nothing else has keys, so nothing else changes.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        if let Self::Object(pairs) = &mut self {
            pairs.push((key.to_owned(), value.into()));
        }
        self
    }

    /// As Python's `json.dumps` writes it: `", "` and `": "`, ASCII only.
    pub(crate) fn python(&self) -> String {
        let mut out = String::with_capacity(4096);
        self.write(&mut out, true);
        out
    }

    /// Without spaces and with letters as they are, as a browser writes it.
    pub(crate) fn compact(&self) -> String {
        let mut out = String::with_capacity(4096);
        self.write(&mut out, false);
        out
    }

    fn write(&self, out: &mut String, python: bool) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            // Writing to a String cannot fail.
            Self::Whole(value) => {
                let _ = write!(out, "{value}");
            }
            Self::Real(value) => {
                let _ = write!(out, "{value:?}");
            }
            Self::Text(text) => write_text(out, text, python),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    separate(out, index, python);
                    item.write(out, python);
                }
                out.push(']');
            }
            Self::Object(pairs) => {
                out.push('{');
                for (index, (key, value)) in pairs.iter().enumerate() {
                    separate(out, index, python);
                    write_text(out, key, python);
                    out.push_str(if python { ": " } else { ":" });
                    value.write(out, python);
                }
                out.push('}');
            }
        }
    }
}

fn separate(out: &mut String, index: usize, python: bool) {
    if index > 0 {
        out.push_str(if python { ", " } else { "," });
    }
}

fn write_text(out: &mut String, text: &str, ascii: bool) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if letter < ' ' || (ascii && !letter.is_ascii()) => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Self {
        Self::Whole(value.into())
    }
}

impl From<i32> for Json {
    fn from(value: i32) -> Self {
        Self::Whole(value.into())
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Self::Whole(value.into())
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_keep_order_and_escape_what_they_must() {
        let value = object([("z", 7.0.into()), ("a", list(["雪 \"x\"\n", "🌊"]))])
            .with("seed", u64::MAX)
            .with("none", Json::Null);
        assert_eq!(
            value.python(),
            r#"{"z": 7.0, "a": ["\u96ea \"x\"\n", "\ud83c\udf0a"], "seed": 18446744073709551615, "none": null}"#
        );
        assert_eq!(
            value.compact(),
            r#"{"z":7.0,"a":["雪 \"x\"\n","🌊"],"seed":18446744073709551615,"none":null}"#
        );
    }
}
