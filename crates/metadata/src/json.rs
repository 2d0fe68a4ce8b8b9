//! JSON as generators write it: `NaN` and `Infinity` occur, seeds use all 64 bits, and hostile
//! files nest without end. Strings are borrowed from the text where they hold no escapes.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Deepest nesting that is kept; what lies deeper reads as null.
const DEPTH: u32 = 64;

/// Most values of one document; what comes later reads as null.
const VALUES: usize = 400_000;

/// A JSON value. Maps keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Map(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// Replaces the bare words `NaN` and `Infinity`, which Python writes, by `null`. Strings keep them.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let text = text.trim_start_matches('\u{feff}');
    if !text.contains("NaN") && !text.contains("Infinity") {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let (before, from_quote) = rest.split_at(quote);
        cleaned.push_str(&bare_words(before));
        let end = end_of_string(from_quote);
        cleaned.push_str(&from_quote[..end]);
        rest = &from_quote[end..];
    }
    cleaned.push_str(&bare_words(rest));
    Cow::Owned(cleaned)
}

fn bare_words(text: &str) -> String {
    text.replace("-Infinity", "null")
        .replace("Infinity", "null")
        .replace("NaN", "null")
}

/// The length of the string literal at the start of `text`, with both quotes.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Parses the value at the start of a text that went through [`clean`]; what follows it is ignored.
pub(crate) fn parse(text: &str) -> Option<Json<'_>> {
    let left = Cell::new(VALUES);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Seed {
        depth: 0,
        left: &left,
    }
    .deserialize(&mut deserializer)
    .ok()
}

impl<'a> Json<'a> {
    /// The value under a key of a map; the last one, if there are several.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        match self {
            Self::Map(entries) => entries
                .iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The same, taken out of the map.
    pub(crate) fn take(&mut self, key: &str) -> Option<Json<'a>> {
        match self {
            Self::Map(entries) => {
                let (_, value) = entries.iter_mut().rev().find(|(name, _)| name == key)?;
                Some(std::mem::replace(value, Json::Null))
            }
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(crate) fn list(&self) -> &[Json<'a>] {
        if let Self::List(items) = self {
            items
        } else {
            &[]
        }
    }

    pub(crate) fn map(&self) -> &[(Cow<'a, str>, Json<'a>)] {
        if let Self::Map(entries) = self {
            entries
        } else {
            &[]
        }
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// A whole number that is not negative, also when it was written as `20.0` or `"20"`.
    pub(crate) fn unsigned(&self) -> Option<u64> {
        match self {
            Self::Unsigned(value) => Some(*value),
            Self::Float(value) if *value >= 0.0 && value.fract() == 0.0 && *value < 2e19 => {
                Some(*value as u64)
            }
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Any number, also when it was written as a string.
    pub(crate) fn float(&self) -> Option<f64> {
        match self {
            Self::Unsigned(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Text(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite()),
            _ => None,
        }
    }

    /// How much a copy costs: every value counts one, long texts more.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => 1 + text.len() / 32,
            Self::List(items) => 1 + items.iter().map(Self::weight).sum::<usize>(),
            Self::Map(entries) => 1 + entries.iter().map(|(_, v)| 1 + v.weight()).sum::<usize>(),
            _ => 1,
        }
    }

    /// A single value as people would write it; nothing for lists and maps.
    pub(crate) fn plain(&self) -> Option<String> {
        match self {
            Self::Bool(value) => Some(value.to_string()),
            Self::Unsigned(value) => Some(value.to_string()),
            Self::Float(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.clone().into_owned()),
            _ => None,
        }
    }
}

/// Builds one value, with what is left of the allowance.
#[derive(Clone, Copy)]
struct Seed<'s> {
    depth: u32,
    left: &'s Cell<usize>,
}

impl Seed<'_> {
    fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            left: self.left,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        let left = self.left.get();
        if self.depth > DEPTH || left == 0 {
            return deserializer
                .deserialize_ignored_any(IgnoredAny)
                .map(|_| Json::Null);
        }
        self.left.set(left - 1);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Float(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Float(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper())? {
            if self.left.get() > 0 {
                list.push(item);
            }
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json<'de>, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            let value = entries.next_value_seed(self.deeper())?;
            if self.left.get() > 0 {
                map.push((key, value));
            }
        }
        Ok(Json::Map(map))
    }
}

/// A key of a map, borrowed where possible.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_nan_reads_as_null_and_quoted_nan_stays() {
        let text = clean(r#"{"a": NaN, "b": [-Infinity, Infinity], "NaN \" NaN": "Infinity"}"#);
        let json = parse(&text).unwrap();
        assert_eq!(json.get("a"), Some(&Json::Null));
        assert_eq!(json.get("b").unwrap().list(), [Json::Null, Json::Null]);
        assert_eq!(json.get("NaN \" NaN").unwrap().text(), Some("Infinity"));
    }

    #[test]
    fn seeds_keep_all_64_bits() {
        let json = parse("18446744073709551615").unwrap();
        assert_eq!(json.unsigned(), Some(u64::MAX));
        assert_eq!(parse("-5").unwrap().unsigned(), None);
        assert_eq!(parse("20.0").unwrap().unsigned(), Some(20));
    }

    #[test]
    fn deep_nesting_and_endless_lists_are_cut() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse(&deep).is_some_and(|json| !json.list().is_empty()));
        let wide = format!("[{}0]", "0,".repeat(VALUES * 2));
        assert!(parse(&wide).unwrap().list().len() < VALUES);
    }

    #[test]
    fn what_follows_the_value_is_ignored() {
        assert_eq!(
            parse("{\"a\":1}\0\0trailing").unwrap().get("a"),
            Some(&Json::Unsigned(1))
        );
        assert_eq!(parse("not json"), None);
    }
}
