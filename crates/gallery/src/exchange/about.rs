//! What somebody tells of a picture together with its file, in a form or as JSON.
//!
//! Unlike what an import brings it was meant for this very file. So of a new picture it holds also where the file says
//! something else; of one that the library has already it fills in what nobody set.

use domain::{
    judgement::MOST_STARS,
    overlay::{self, Part},
    photoset::LONGEST_LINE,
    problem::ProblemKind,
    tag::{clean_name, clean_note},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    lines::{Line, Read},
    plan,
    records::{moment, text, texts},
};
use crate::{Inner, error::Error, imports};

/// Most bytes of it.
pub(crate) const MOST_ABOUT: usize = 512 << 10;
/// Most values of one's own.
const MOST_VALUES: usize = 200;
/// So deep may objects lie in each other.
const DEEPEST: usize = 8;
/// Who tells, where nobody says.
const TELLER: &str = "somebody who sent the file";

/// What is told of a picture, as it will be set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct About {
    actor: String,
    rating: Option<u8>,
    tags: Vec<String>,
    note: Option<String>,
    persona: Option<String>,
    photoset: Option<String>,
    /// Prompts, model and date.
    making: Vec<(Part, String)>,
    /// Values of one's own, as parameters.
    own: Vec<(Part, String)>,
}

impl About {
    /// Reads what somebody tells: an object of JSON.
    ///
    /// # Errors
    /// When it is none, or says something that cannot be kept as it is.
    pub(crate) fn read(told: &str) -> Result<Self, Error> {
        if told.len() > MOST_ABOUT {
            return Err(invalid("What is told of this file is larger than 512 KiB."));
        }
        let Ok(Value::Object(members)) = serde_json::from_str(told) else {
            return Err(invalid(
                "What is told of this file is no object of JSON, such as {\"rating\": 4}.",
            ));
        };
        let mut about = Self::default();
        for (name, value) in &members {
            about.take(name, value)?;
        }
        Ok(about)
    }

    /// Whether nothing would be set.
    pub(crate) fn is_empty(&self) -> bool {
        *self
            == Self {
                actor: self.actor.clone(),
                ..Self::default()
            }
    }

    fn take(&mut self, name: &str, value: &Value) -> Result<(), Error> {
        let said = text(value);
        match name.trim().to_lowercase().as_str() {
            "prompt" | "prompt_text" | "positive_prompt" => self.make(Part::Prompt, &said)?,
            "negative_prompt" | "negative" => self.make(Part::Negative, &said)?,
            "model" | "ai_model" => self.make(Part::Model, &said)?,
            "date" | "captured_at" => {
                // What an overlay does not understand it says itself.
                self.make(Part::Date, &moment(&said).unwrap_or(said))?;
            }
            "persona" => {
                let name = cleaned(&Part::Persona, &said)?;
                self.persona = Some(name).filter(|name| !name.is_empty());
            }
            "rating" | "stars" => self.rating = stars(&said)?,
            "notes" | "note" => {
                let note = clean_note(&said).ok_or_else(|| invalid("These notes are too long."))?;
                self.note = Some(note).filter(|note| !note.trim().is_empty());
            }
            "tags" | "keywords" => {
                for tag in texts(value) {
                    let tag = clean_name(&tag).map_err(|error| invalid(error.to_string()))?;
                    self.tags.push(tag);
                }
            }
            "photoset" => {
                let name = said.split_whitespace().collect::<Vec<_>>().join(" ");
                if name.chars().count() > LONGEST_LINE {
                    return Err(invalid(format!(
                        "The name of a photoset has {LONGEST_LINE} letters at most."
                    )));
                }
                self.photoset = Some(name).filter(|name| !name.is_empty());
            }
            "metadata" => self.own = values(value)?,
            "actor" => said
                .chars()
                .take(LONGEST_LINE)
                .collect::<String>()
                .clone_into(&mut self.actor),
            _ => {
                return Err(invalid(format!(
                    "“{}” means nothing here: of a file can be told prompt, negative_prompt, model, notes, rating, \
                     date, tags, photoset, persona and metadata.",
                    name.chars().take(60).collect::<String>()
                )));
            }
        }
        Ok(())
    }

    fn make(&mut self, part: Part, said: &str) -> Result<(), Error> {
        let value = cleaned(&part, said)?;
        if !value.is_empty() {
            self.making.push((part, value));
        }
        Ok(())
    }

    /// Sets all of it on a picture. One that `fills` leaves what is set already. Done twice it changes nothing more.
    pub(crate) async fn tell(self, inner: &Inner, key: i64, fills: bool) -> Result<(), Error> {
        let actor = if self.actor.is_empty() {
            TELLER
        } else {
            &self.actor
        };
        let line = Line {
            key: Some(key),
            rating: self.rating,
            tags: self.tags,
            note: self.note,
            persona: self.persona,
            fields: self.own,
            own: self.making,
            ..Line::default()
        };
        let read = Read {
            lines: vec![line],
            ..Read::default()
        };
        let plan = plan::compare(inner, read, fills).await?;
        plan.carry_out(inner, actor).await?;
        if let Some(name) = self.photoset {
            imports::put_into(inner, &name, vec![key], actor).await?;
        }
        Ok(())
    }
}

fn invalid(why: impl Into<String>) -> Error {
    let why = why.into();
    // Some sentences say already what is safe.
    let why = why
        .split(" Nothing was changed")
        .next()
        .unwrap_or_default()
        .to_owned();
    Error::told(
        ProblemKind::Invalid,
        format!("{why} Nothing of the file was kept; correct this, then send it again."),
    )
}

fn cleaned(part: &Part, said: &str) -> Result<String, Error> {
    overlay::clean(part, said).map_err(|error| invalid(error.0))
}

fn stars(said: &str) -> Result<Option<u8>, Error> {
    if said.is_empty() {
        return Ok(None);
    }
    let stars = said.parse().ok().filter(|stars| *stars <= MOST_STARS);
    let stars: u8 = stars.ok_or_else(|| {
        invalid(format!(
            "A rating is a whole number from 0 to {MOST_STARS}."
        ))
    })?;
    Ok(Some(stars).filter(|stars| *stars > 0))
}

/// Values of one's own as parameters, each under the names of the objects that it lies in.
fn values(value: &Value) -> Result<Vec<(Part, String)>, Error> {
    let read;
    let members = match value {
        Value::Object(members) => members,
        Value::Null => return Ok(Vec::new()),
        // A field of a form holds it as a text.
        Value::String(text) if text.trim().is_empty() => return Ok(Vec::new()),
        Value::String(text) => {
            read = serde_json::from_str::<Map<String, Value>>(text).map_err(|_| no_object())?;
            &read
        }
        _ => return Err(no_object()),
    };
    let mut all = Vec::new();
    flatten(members, "", 0, &mut all)?;
    Ok(all)
}

fn no_object() -> Error {
    invalid("Metadata is an object of JSON, such as {\"client\": \"north\"}.")
}

fn flatten(
    members: &Map<String, Value>,
    before: &str,
    deep: usize,
    all: &mut Vec<(Part, String)>,
) -> Result<(), Error> {
    for (name, value) in members {
        let plain: String = name.split_whitespace().collect::<Vec<_>>().join("_");
        let name = format!("{before}{plain}");
        match value {
            Value::Object(inner) if deep < DEEPEST => {
                flatten(inner, &format!("{name}."), deep + 1, all)?;
            }
            Value::Object(_) => return Err(invalid("Metadata lies too deep in itself.")),
            other => {
                let part = Part::logged(&name);
                let said = match other {
                    Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(", "),
                    other => text(other),
                };
                let value = cleaned(&part, &said)?;
                if !value.is_empty() && !plain.is_empty() {
                    all.push((part, value));
                }
            }
        }
        if all.len() > MOST_VALUES {
            return Err(invalid(format!(
                "Metadata has more than {MOST_VALUES} values."
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(told: &str) -> String {
        About::read(told).unwrap_err().problem().message
    }

    #[test]
    fn what_is_told_is_read_as_it_will_be_set() {
        let told = r#"{"prompt": " a dune ", "negative_prompt": "fog", "model": "dunes", "notes": "for the cover",
            "rating": "4", "date": "2026-05-31T10:00:00+02:00", "tags": "sea; sky, sea", "photoset": " Spring  walk ",
            "persona": "Ada", "metadata": {"client": "north", "shoot": {"day": 2, "who": ["a", "b"]}, "none": null},
            "actor": "Kim"}"#;
        let about = About::read(told).unwrap();
        assert!(!about.is_empty());
        let part = |part: Part, value: &str| (part, value.to_owned());
        assert_eq!(
            about.making,
            [
                part(Part::Date, "2026-05-31 08:00"),
                part(Part::Model, "dunes"),
                part(Part::Negative, "fog"),
                part(Part::Prompt, "a dune"),
            ]
        );
        assert_eq!(
            about.own,
            [
                part(Part::logged("client"), "north"),
                part(Part::logged("shoot.day"), "2"),
                part(Part::logged("shoot.who"), "a, b"),
            ]
        );
        assert_eq!(
            (about.rating, &about.tags[..2]),
            (Some(4), &["sea".to_owned(), "sky".to_owned()][..])
        );
        assert_eq!(about.photoset.as_deref(), Some("Spring walk"));
        assert_eq!(
            (about.persona.as_deref(), about.actor.as_str()),
            (Some("Ada"), "Kim")
        );
        let text = serde_json::to_string(&about).unwrap();
        assert_eq!(serde_json::from_str::<About>(&text).unwrap(), about);
        let nothing = r#"{"prompt": " ", "rating": "", "tags": [], "metadata": "", "photoset": null, "actor": "Kim"}"#;
        assert!(About::read(nothing).unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_kept_is_refused_in_a_sentence() {
        for (told, says) in [
            ("7", "no object of JSON"),
            ("{", "no object of JSON"),
            (r#"{"promt": "x"}"#, "“promt” means nothing here"),
            (r#"{"rating": 6}"#, "from 0 to 5"),
            (r#"{"rating": -1}"#, "from 0 to 5"),
            (r#"{"date": "soon"}"#, "This is no date"),
            (r#"{"tags": ["a*"]}"#, "“*”"),
            (r#"{"tags": ["a,b"]}"#, "“,”"),
            (r#"{"metadata": [1]}"#, "Metadata is an object"),
            (r#"{"metadata": "{"}"#, "Metadata is an object"),
        ] {
            let message = refusal(told);
            assert!(message.contains(says), "{told}: {message}");
            assert!(
                message
                    .ends_with("Nothing of the file was kept; correct this, then send it again."),
                "{message}"
            );
        }
        let deep = format!(
            "{{\"metadata\": {}1{}}}",
            "{\"a\":".repeat(20),
            "}".repeat(20)
        );
        assert!(refusal(&deep).contains("too deep"), "{}", refusal(&deep));
        let many = (0..300)
            .map(|at| format!("\"k{at}\": 1"))
            .collect::<Vec<_>>()
            .join(",");
        assert!(refusal(&format!("{{\"metadata\": {{{many}}}}}")).contains("more than 200"));
        assert!(
            refusal(&format!("{{\"prompt\": \"{}\"}}", "x".repeat(MOST_ABOUT))).contains("512 KiB")
        );
    }
}
