//! A file of settings, and the sentences that refuse what somebody wrote.

use domain::{
    problem::ProblemKind,
    settings::{Fixed, SettingName},
};

use crate::error::Error;

/// Most bytes of a file of settings.
pub(super) const MOST_FILE: usize = 64 << 10;

/// The values of a TOML file by their names.
pub(super) fn read(file: &[u8]) -> Result<Vec<(String, String)>, Error> {
    if file.len() > MOST_FILE {
        let sentence =
            "This file is larger than 64 kB, so it holds no settings. Nothing was changed.";
        return Err(Error::told(ProblemKind::TooLarge, sentence));
    }
    let text = std::str::from_utf8(file)
        .map_err(|_| invalid("This is no text file in UTF-8.".to_owned()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text
            .as_bytes()
            .iter()
            .take(at)
            .filter(|byte| **byte == b'\n');
        invalid(format!(
            "This is no TOML file: line {} cannot be understood.",
            line.count() + 1
        ))
    })?;
    let one = |(word, value): (String, toml::Value)| {
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(on) => on.to_string(),
            _ => {
                SettingName::read(&word).ok_or_else(|| unknown(&word))?;
                return Err(invalid(format!(
                    "The setting {word} is one text, whole number, true or false."
                )));
            }
        };
        Ok((word, text))
    };
    table.into_iter().map(one).collect()
}

pub(super) fn invalid(sentence: String) -> Error {
    Error::told(ProblemKind::Invalid, sentence + " Nothing was changed.")
}

pub(super) fn unknown(word: &str) -> Error {
    if word == "ffmpeg" {
        return invalid(
            "The server starts ffmpeg, so only whoever starts the server names it: with --ffmpeg FILE, or ffmpeg in \
             config.toml."
                .to_owned(),
        );
    }
    let known: Vec<&str> = SettingName::ALL.map(SettingName::word).into();
    let shown: String = word.chars().take(60).collect();
    invalid(format!(
        "There is no setting called {shown}. There are {}.",
        known.join(", ")
    ))
}

pub(super) fn refuse_fixed(fixed: Fixed) -> Error {
    Error::told(
        ProblemKind::Conflict,
        format!(
            "The setting {} is fixed by {}. Nothing was changed; change it there, and start the server again.",
            fixed.name.word(),
            fixed.place()
        ),
    )
}
