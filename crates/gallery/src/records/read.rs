//! Records as they are sent: JSON with the names that galleries of web services use.

use domain::{
    id::ImageId,
    overlay::parse_date,
    problem::ProblemKind,
    record::{AddressError, MOST_ADDRESS, Record, check_address, id_from_hash, id_in},
    time::Timestamp,
};
use serde_json::{Map, Value};

use crate::error::Error;

/// Most letters of a user or an intent.
const MOST_NAME: usize = 200;
/// Most bytes of a prompt.
const MOST_PROMPT: usize = 64 << 10;
/// Most bytes of metadata.
const MOST_METADATA: usize = 64 << 10;

/// A record that was understood.
#[derive(Debug)]
pub(super) struct Sent {
    /// The id of its picture.
    pub(super) id: ImageId,
    /// What it says.
    pub(super) record: Record,
    /// When the picture was made.
    pub(super) made: Option<Timestamp>,
}

/// The entries of a text of JSON.
#[derive(Debug)]
pub(super) enum Entries {
    /// One object.
    One(Value),
    /// A list.
    Many(Vec<Value>),
}

pub(super) fn entries(text: &[u8]) -> Result<Entries, Error> {
    let invalid = |message: &str| Error::told(ProblemKind::Invalid, message);
    match serde_json::from_slice(text) {
        Ok(Value::Array(entries)) => Ok(Entries::Many(entries)),
        Ok(entry @ Value::Object(_)) => Ok(Entries::One(entry)),
        Ok(_) => Err(invalid(
            "A record is a JSON object with image_url, or a list of such objects. Nothing was kept.",
        )),
        Err(_) => Err(invalid(
            "This is no JSON that can be read. Nothing was kept; send an object with image_url, or a list of such \
             objects.",
        )),
    }
}

/// Understands one entry.
///
/// # Errors
/// The sentence for its sender.
pub(super) fn sent(entry: Value) -> Result<Sent, String> {
    let Value::Object(mut fields) = entry else {
        return Err(refused("this is no JSON object", "send one with image_url"));
    };
    let address = address(&mut fields)?;
    let record = Record {
        user: name(&mut fields, "user_id")?,
        intent: name(&mut fields, "intent")?,
        original: prompt(&mut fields, "original_prompt")?,
        refined: prompt(&mut fields, "refined_prompt")?,
        metadata: metadata(&mut fields)?,
        address,
    };
    let made = made(&mut fields)?;
    if let Some(field) = fields.keys().next() {
        let shown: String = field.chars().take(40).collect();
        return Err(refused(
            &format!("a record has no field {shown}"),
            "put what belongs to no other field into metadata",
        ));
    }
    let id = id_in(&record.address).unwrap_or_else(|| hashed(&record.address));
    Ok(Sent { id, record, made })
}

/// The same id for the same address, where that has none.
fn hashed(address: &str) -> ImageId {
    let hash = blake3::hash(address.as_bytes());
    let half = hash.as_bytes().first_chunk().copied().unwrap_or_default();
    id_from_hash(u128::from_be_bytes(half))
}

fn refused(why: &str, what_to_do: &str) -> String {
    format!("Nothing of this record was kept, because {why}; {what_to_do}.")
}

/// A field, which is gone from the others then. `null` is as good as absent.
fn taken(fields: &mut Map<String, Value>, name: &str) -> Option<Value> {
    fields.remove(name).filter(|value| !value.is_null())
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    match taken(fields, name) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(refused(&format!("{name} is no text"), "put it in quotes")),
    }
}

fn address(fields: &mut Map<String, Value>) -> Result<String, String> {
    let sent = text(fields, "image_url")?;
    if sent.trim().is_empty() {
        return Err(refused(
            "it has no image_url",
            "send the address of the picture with it",
        ));
    }
    check_address(&sent).map_err(|error| match error {
        AddressError::TooLong => refused(
            &format!("its image_url has more than {MOST_ADDRESS} bytes"),
            "send a shorter one",
        ),
        AddressError::Scheme => refused(
            "its image_url begins neither with http:// nor with https://",
            "send the address of the picture on the web",
        ),
        AddressError::Secret => refused(
            "its image_url holds a name or a password for its server",
            "send the address without them",
        ),
        AddressError::Garbled => refused(
            "its image_url cannot be read as an address",
            "write spaces and other special letters as %20 and the like, and the server in ASCII",
        ),
    })
}

/// A user or an intent: one line. Programs also send numbers as ids.
fn name(fields: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    let text = match taken(fields, name) {
        Some(Value::Number(number)) => number.to_string(),
        Some(value) => {
            fields.insert(name.to_owned(), value);
            text(fields, name)?
        }
        None => String::new(),
    };
    let plain = text.replace(char::is_control, " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() > MOST_NAME {
        return Err(refused(
            &format!("{name} has more than {MOST_NAME} letters"),
            "send a shorter one",
        ));
    }
    Ok(plain)
}

fn prompt(fields: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    let text = text(fields, name)?;
    if text.len() > MOST_PROMPT {
        return Err(refused(
            &format!("{name} has more than {MOST_PROMPT} bytes"),
            "send a shorter one",
        ));
    }
    Ok(text.replace('\0', "").trim().to_owned())
}

fn metadata(fields: &mut Map<String, Value>) -> Result<String, String> {
    match taken(fields, "metadata") {
        None => Ok(String::new()),
        Some(Value::Object(object)) if object.is_empty() => Ok(String::new()),
        Some(object @ Value::Object(_)) => {
            let text = object.to_string();
            if text.len() > MOST_METADATA {
                return Err(refused(
                    &format!("its metadata has more than {MOST_METADATA} bytes"),
                    "send less of it",
                ));
            }
            Ok(text)
        }
        Some(_) => Err(refused(
            "its metadata is no JSON object",
            "send names with values in curly brackets",
        )),
    }
}

fn made(fields: &mut Map<String, Value>) -> Result<Option<Timestamp>, String> {
    let text = text(fields, "created_at")?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    // Whole seconds of UTC, however it is spelled.
    let plain = text.trim();
    let plain = plain
        .strip_suffix("+00:00")
        .unwrap_or(plain)
        .trim_end_matches('Z');
    let plain = plain.split_once('.').map_or(plain, |(whole, _)| whole);
    parse_date(plain).map(Some).ok_or_else(|| {
        refused(
            "its created_at is no date",
            "write it as 2026-05-31 or 2026-05-31T14:00:00Z, in UTC",
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const URL: &str = "https://res.test/demo/8d76bd3a-053e-4bb5-a2ab-ce147e53f40c.jpg";

    #[test]
    fn what_services_send_is_understood() {
        let sent = sent(json!({
            "user_id": 17,
            "image_url": URL,
            "original_prompt": " a sunset ",
            "refined_prompt": "Create a vibrant sunset landscape\0 with mountains",
            "intent": "generate\n",
            "metadata": {"model": "gemini-pro", "generation_time": 3.5},
            "created_at": "2025-11-03T10:12:13.123456Z",
        }));
        let sent = sent.unwrap();
        assert_eq!(sent.id.0, 0x8d76_bd3a_053e_4bb5_a2ab_ce14_7e53_f40c);
        assert_eq!(sent.made, parse_date("2025-11-03 10:12:13"));
        let expected = Record {
            address: URL.to_owned(),
            user: "17".to_owned(),
            intent: "generate".to_owned(),
            original: "a sunset".to_owned(),
            refined: "Create a vibrant sunset landscape with mountains".to_owned(),
            metadata: r#"{"generation_time":3.5,"model":"gemini-pro"}"#.to_owned(),
        };
        assert_eq!(sent.record, expected);
    }

    #[test]
    fn an_address_without_an_id_always_gets_the_same() {
        let id = |url: &str| sent(json!({ "image_url": url })).unwrap().id;
        assert_eq!(id("https://a.test/x.png"), id("HTTPS://A.test/x.png#y"));
        assert_ne!(id("https://a.test/x.png"), id("https://a.test/x.png?y"));
    }

    #[test]
    fn what_cannot_be_understood_is_refused_in_a_sentence() {
        let long = "x".repeat(70_000);
        for (entry, word) in [
            (json!([1]), "no JSON object"),
            (json!({}), "no image_url"),
            (json!({ "image_url": null }), "no image_url"),
            (json!({ "image_url": 5 }), "image_url is no text"),
            (
                json!({ "image_url": "javascript:alert(1)" }),
                "neither with http",
            ),
            (json!({ "image_url": "https://a:b@c.test/" }), "password"),
            (
                json!({ "image_url": "https://a.test/b c" }),
                "cannot be read",
            ),
            (
                json!({ "image_url": format!("https://a.test/{long}") }),
                "2048",
            ),
            (json!({ "image_url": URL, "user_id": [] }), "user_id"),
            (json!({ "image_url": URL, "user_id": long }), "200"),
            (json!({ "image_url": URL, "refined_prompt": long }), "65536"),
            (json!({ "image_url": URL, "metadata": [] }), "metadata"),
            (
                json!({ "image_url": URL, "metadata": { "x": long } }),
                "65536",
            ),
            (
                json!({ "image_url": URL, "created_at": "yesterday" }),
                "created_at",
            ),
            (
                json!({ "image_url": URL, "prompt": "x" }),
                "no field prompt",
            ),
        ] {
            let told = sent(entry).unwrap_err();
            assert!(
                told.contains(word) && told.starts_with("Nothing of this record was kept"),
                "{told}"
            );
        }
        for (text, word) in [(&b"{"[..], "no JSON"), (b"5", "JSON object")] {
            let told = entries(text).unwrap_err().problem().message;
            assert!(told.contains(word), "{told}");
        }
    }
}
