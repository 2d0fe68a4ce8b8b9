//! A file of settings, and the sentences that refuse what somebody wrote.

use domain::{
    problem::ProblemKind,
    settings::{Fixed, SettingName},
};

use toml::Value;

use crate::{
    error::Error,
    roots::told::{self, ToldRoot},
};

/// Most bytes of a file of settings.
pub(super) const MOST_FILE: usize = 64 << 10;

/// What a TOML file says: values by their names, and watched folders.
pub(super) struct Said {
    pub(super) values: Vec<(String, String)>,
    pub(super) roots: Vec<ToldRoot>,
}

/// Reads a TOML file.
pub(super) fn read(file: &[u8]) -> Result<Said, Error> {
    if file.len() > MOST_FILE {
        let sentence =
            "This file is larger than 64 kB, so it holds no settings. Nothing was changed.";
        return Err(Error::told(ProblemKind::TooLarge, sentence));
    }
    let text = std::str::from_utf8(file)
        .map_err(|_| invalid("This is no text file in UTF-8.".to_owned()))?;
    let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
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
    let roots = table.remove("roots").map(told::read);
    Ok(Said {
        values: table.into_iter().map(one).collect::<Result<_, _>>()?,
        roots: roots.transpose()?.unwrap_or_default(),
    })
}

fn one((word, value): (String, Value)) -> Result<(String, String), Error> {
    let name = SettingName::read(&word).ok_or_else(|| unknown(&word))?;
    let text = match (name, value) {
        (_, Value::String(text)) => text,
        (_, Value::Integer(number)) => number.to_string(),
        (_, Value::Boolean(on)) => on.to_string(),
        (SettingName::ThumbnailSizes, Value::Array(sizes)) => {
            let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
            sizes.join(",")
        }
        (SettingName::ThumbnailSizes, _) => {
            return Err(invalid(
                "The setting thumbnail-sizes is a list of whole numbers, like [256, 512]."
                    .to_owned(),
            ));
        }
        _ => {
            return Err(invalid(format!(
                "The setting {word} is one text, whole number, true or false."
            )));
        }
    };
    Ok((word, text))
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
