//! What people say about the making of a picture, over what its file says.
//!
//! The file's own values are never changed: an edited value lies on top of the parsed one, and taking
//! it away shows that again.

mod lay;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use self::lay::{
    is_of_run, lay_over_facts, lay_over_parameters, lay_over_recipe, lay_over_run, scalar, told,
};
use crate::{
    judgement::Done,
    number,
    recipe::Lora,
    tag::{LONGEST_NAME, NameError, clean_name},
    time::Timestamp,
};

/// Most characters of an edited prompt.
pub const LONGEST_PROMPT: usize = 100_000;
/// Most characters of any other edited value.
pub const LONGEST_VALUE: usize = 1_000;

/// What can be edited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Part {
    /// The positive prompt.
    Prompt,
    /// The negative prompt.
    Negative,
    /// The checkpoint: the first of the base models.
    Model,
    /// The LoRAs: `detail:0.8, other`.
    Lora,
    /// The VAE.
    Vae,
    /// The primary run's sampler.
    Sampler,
    /// The primary run's scheduler.
    Scheduler,
    /// The primary run's seed.
    Seed,
    /// The primary run's steps.
    Steps,
    /// The primary run's guidance scale.
    Cfg,
    /// When the picture was made.
    Date,
    /// Whom the picture shows, or for whom it is.
    Persona,
    /// The run of a pipeline that made it; set by imports alone.
    Execution,
    /// Any parameter that the picture has, by its full name: `KSampler.denoise`.
    Param(String),
}

/// Begins the word of a parameter.
const PARAM: &str = "param.";

/// The class of parameters that no file has and an execution log told: `log.duration`. Unlike others
/// they come to be by being set.
pub const LOG: &str = "log";

/// Told as the value of an operation that gave pictures different ones.
pub const SEVERAL: &str = "…";

impl Part {
    /// Those that have a name of their own and that people edit, in the order of menus.
    pub const NAMED: [Self; 12] = [
        Self::Prompt,
        Self::Negative,
        Self::Model,
        Self::Lora,
        Self::Vae,
        Self::Sampler,
        Self::Scheduler,
        Self::Seed,
        Self::Steps,
        Self::Cfg,
        Self::Date,
        Self::Persona,
    ];

    /// Its word in the database and on the wire.
    pub fn word(&self) -> String {
        let word = match self {
            Self::Prompt => "prompt",
            Self::Negative => "negative",
            Self::Model => "model",
            Self::Lora => "lora",
            Self::Vae => "vae",
            Self::Sampler => "sampler",
            Self::Scheduler => "scheduler",
            Self::Seed => "seed",
            Self::Steps => "steps",
            Self::Cfg => "cfg",
            Self::Date => "date",
            Self::Persona => "persona",
            Self::Execution => "execution",
            Self::Param(name) => return format!("{PARAM}{name}"),
        };
        word.to_owned()
    }

    /// What people call it.
    pub fn label(&self) -> &str {
        match self {
            Self::Prompt => "prompt",
            Self::Negative => "negative prompt",
            Self::Model => "checkpoint",
            Self::Lora => "LoRAs",
            Self::Vae => "VAE",
            Self::Sampler => "sampler",
            Self::Scheduler => "scheduler",
            Self::Seed => "seed",
            Self::Steps => "steps",
            Self::Cfg => "CFG",
            Self::Date => "date",
            Self::Persona => "persona",
            Self::Execution => "execution",
            Self::Param(name) => name,
        }
    }

    /// A column of an execution log as a parameter.
    pub fn logged(column: &str) -> Self {
        Self::Param(format!("{LOG}.{column}"))
    }

    /// The full name of the parameter as which it can be searched, for those that are one.
    pub fn parameter(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Execution => Some(Cow::Owned(format!("{LOG}.{}", self.label()))),
            Self::Param(name) => Some(Cow::Borrowed(name)),
            _ => None,
        }
    }

    /// Whether its text may have several lines.
    pub fn is_prose(&self) -> bool {
        matches!(self, Self::Prompt | Self::Negative)
    }
}

impl From<Part> for String {
    fn from(part: Part) -> Self {
        part.word()
    }
}

impl From<String> for Part {
    /// A word that is none of the others is the name of a parameter.
    fn from(word: String) -> Self {
        let named = Part::NAMED.into_iter().chain([Part::Execution]);
        if let Some(part) = named.into_iter().find(|part| part.word() == word) {
            return part;
        }
        Part::Param(word.strip_prefix(PARAM).unwrap_or(&word).to_owned())
    }
}

/// One edited value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    /// Of what.
    pub part: Part,
    /// As [`clean`] made it.
    pub value: String,
}

/// An edited value of a picture beside what its file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    /// Of what.
    pub part: Part,
    /// What somebody set.
    pub value: String,
    /// Told back when it is changed, so that nobody overwrites what they have not seen.
    pub version: i64,
    /// What the file says; empty where it says nothing.
    pub parsed: String,
}

/// A value and which one of all that were ever set it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// Empty: what the file says holds.
    pub text: String,
    /// 0: nobody set one.
    pub version: i64,
}

/// What came of changing a value of one picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldSaved {
    /// It is this now.
    Saved {
        /// The value.
        value: Value,
        /// By this it can be taken back.
        done: Done,
    },
    /// Somebody changed it meanwhile, so nothing was written.
    Changed {
        /// What it is now.
        value: Value,
    },
}

/// What an operation did with a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldStep {
    /// Which.
    pub part: Part,
    /// To what it set it; empty: it gave pictures back what their files say. Of an operation that takes
    /// back, what had been set.
    pub value: String,
}

/// Why a text cannot be the value of a field: a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} Nothing was changed; what you typed is still there.")]
pub struct ValueError(pub String);

fn refused<T>(sentence: impl Into<String>) -> Result<T, ValueError> {
    Err(ValueError(sentence.into()))
}

/// The form in which a text is kept as the value of a field; an empty one gives back what files say.
pub fn clean(part: &Part, text: &str) -> Result<String, ValueError> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let visible = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let text: String = lines.chars().filter(visible).collect();
    let text = if part.is_prose() {
        text.trim_end().to_owned()
    } else {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let most = if part.is_prose() {
        LONGEST_PROMPT
    } else {
        LONGEST_VALUE
    };
    let letters = text.chars().count();
    if letters > most {
        let name = part.label();
        return refused(format!(
            "This has {letters} letters, and a value of “{name}” has {most} at most."
        ));
    }
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    match part {
        Part::Seed => match text.parse::<u64>() {
            Ok(seed) => Ok(seed.to_string()),
            Err(_) => refused("A seed is a whole number from 0, such as 42."),
        },
        Part::Steps => match text.parse::<u32>() {
            Ok(steps @ 1..=1_000_000) => Ok(steps.to_string()),
            _ => refused("Steps are a whole number from 1, such as 28."),
        },
        Part::Cfg => match number::parse(&text).filter(|cfg| cfg.is_finite() && cfg.abs() < 1e6) {
            Some(cfg) => Ok((cfg + 0.0).to_string()),
            None => refused("A CFG is a number, such as 7 or 3.5."),
        },
        Part::Date => match parse_date(&text) {
            Some(date) => Ok(date_text(date)),
            None => refused(
                "This is no date. Write it as 2026-05-31, with the time behind it if you know it: \
                 2026-05-31 14:03.",
            ),
        },
        Part::Lora => match loras(&text) {
            Some(loras) => Ok(lora_text(&loras)),
            None => refused(
                "LoRAs are names with commas between them, each with its strength behind a colon if \
                 you know it: detail:0.8, film grain.",
            ),
        },
        Part::Persona => clean_name(&text).or_else(|error| {
            refused(match error {
                NameError::Sign(sign) => {
                    format!(
                        "A persona's name has no “{sign}” in it: it means something in a search."
                    )
                }
                _ => format!("A persona's name has {LONGEST_NAME} letters at most."),
            })
        }),
        Part::Execution => refused("Executions come with an import and cannot be typed."),
        Part::Param(name) if name.trim().is_empty() => {
            refused("Say which parameter, as “All parameters” names it: KSampler.denoise.")
        }
        _ => Ok(text),
    }
}

/// The form in which a value out of a log is kept: one line, cut where it is longer than values may be.
pub fn fitted(text: &str) -> String {
    let words = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => line[..end].to_owned(),
        None => line,
    }
}

/// The moment that a text names, in UTC: `2026-05-31`, `2026-05-31 14:03` or `2026-05-31 14:03:09`.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_end_matches('Z');
    let (day, time) = text
        .split_once([' ', 'T'])
        .map_or((text, None), |(day, time)| (day, Some(time)));
    let numbers = |text: &str, sign: char| -> Option<Vec<u32>> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let read = |part: &str| digits(part).then(|| part.parse().ok())?;
        text.split(sign).map(read).collect()
    };
    let [year, month, day] = numbers(day, '-')?.try_into().ok()?;
    let (hour, minute, second) = match time {
        None => (0, 0, 0),
        Some(time) => match numbers(time.trim(), ':')?.as_slice() {
            [hour, minute] => (*hour, *minute, 0),
            [hour, minute, second] => (*hour, *minute, *second),
            _ => return None,
        },
    };
    let year = i32::try_from(year).ok()?;
    Timestamp::from_parts((year, month, day), (hour, minute, second), 0)
}

/// A moment as [`parse_date`] reads it: with its time unless that is midnight, and seconds where there
/// are any.
pub fn date_text(date: Timestamp) -> String {
    let (hour, minute, second) = date.time();
    match (hour, minute, second) {
        (0, 0, 0) => date.day_text(),
        (_, _, 0) => date.minute_text(),
        _ => format!("{} {hour:02}:{minute:02}:{second:02}", date.day_text()),
    }
}

/// The LoRAs of a list such as `detail:0.8, other`; `None` when one has no name.
pub fn loras(text: &str) -> Option<Vec<Lora>> {
    let one = |part: &str| {
        let part = part.trim();
        let weighed = part.rsplit_once(':').and_then(|(name, weight)| {
            let weight = number::parse(weight.trim()).filter(|weight| weight.abs() < 1e6)?;
            Some((name.trim(), weight))
        });
        let (name, weight) = weighed.map_or((part, None), |(name, weight)| (name, Some(weight)));
        (!name.is_empty()).then(|| Lora {
            name: name.to_owned(),
            weight,
            clip_weight: None,
        })
    };
    text.split(',').map(one).collect()
}

/// LoRAs as [`loras`] reads them.
pub fn lora_text(loras: &[Lora]) -> String {
    let one = |lora: &Lora| match lora.weight {
        Some(weight) => format!("{}:{weight}", lora.name),
        None => lora.name.clone(),
    };
    loras.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
