//! File names of an archive from a template.

use domain::{image::Format, problem::ProblemKind, recipe::Recipe, text::base_name};
use media::names::{Unique, safe_path};
use store::rows::FileRow;

use crate::error::Error;

/// The placeholders that a template may hold.
const KNOWN: [&str; 11] = [
    "name", "folder", "n", "date", "time", "seed", "model", "tool", "width", "height", "id",
];

/// Longest template in bytes; a name in an archive is hardly ever longer.
const MOST_TEMPLATE: usize = 500;

/// Refuses a template that is too long, or that holds a placeholder that does not exist.
pub(super) fn check(template: &str) -> Result<(), Error> {
    if template.len() > MOST_TEMPLATE {
        return Err(Error::told(
            ProblemKind::Invalid,
            format!(
                "The file name template is longer than {MOST_TEMPLATE} bytes. Nothing was made; use \
                 a shorter one."
            ),
        ));
    }
    match placeholders(template).find(|name| !KNOWN.contains(name)) {
        None => Ok(()),
        Some(unknown) => Err(Error::told(
            ProblemKind::Invalid,
            format!(
                "The file name template holds {{{unknown}}}, which does not exist. Nothing was \
                 made; use {}.",
                KNOWN.map(|name| format!("{{{name}}}")).join(", ")
            ),
        )),
    }
}

fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// Gives each picture its name.
pub(super) struct Namer<'a> {
    template: &'a str,
    digits: usize,
    taken: Unique,
}

impl<'a> Namer<'a> {
    /// Names for `count` pictures.
    pub(super) fn new(template: &'a str, count: usize) -> Self {
        let template = if template.trim().is_empty() {
            "{name}"
        } else {
            template
        };
        Self {
            template,
            digits: count.to_string().len(),
            taken: Unique::default(),
        }
    }

    /// The stem and the whole name of a picture; `number` counts from 1.
    pub(super) fn name(
        &mut self,
        number: usize,
        file: &FileRow,
        recipe: &Recipe,
    ) -> (String, String) {
        let mut text = self.template.to_owned();
        for name in KNOWN {
            let placeholder = format!("{{{name}}}");
            if text.contains(&placeholder) {
                text = text.replace(&placeholder, &self.value(name, number, file, recipe));
            }
        }
        let extension = extension(&file.name, file.format);
        let whole = self
            .taken
            .take(&format!("{}.{extension}", safe_path(&text)));
        let stem = whole
            .strip_suffix(&format!(".{extension}"))
            .unwrap_or(&whole)
            .to_owned();
        (stem, whole)
    }

    /// A name beside a picture's, such as its text file.
    pub(super) fn beside(&mut self, stem: &str, extension: &str) -> String {
        self.taken.take(&format!("{stem}.{extension}"))
    }

    fn value(&self, name: &str, number: usize, file: &FileRow, recipe: &Recipe) -> String {
        // A value must not add folders of its own; only the template and {folder} may.
        let flat = |text: &str| text.replace(['/', '\\'], "_");
        let primary = recipe.primary();
        match name {
            "name" => flat(
                file.name
                    .rsplit_once('.')
                    .map_or(file.name.as_str(), |(stem, _)| stem),
            ),
            "folder" => file.folder.clone(),
            "n" => format!("{number:0width$}", width = self.digits),
            "date" => file.date.day_text(),
            "time" => {
                let (hour, minute, second) = file.date.time();
                format!("{hour:02}-{minute:02}-{second:02}")
            }
            "seed" => primary
                .and_then(|run| run.seed)
                .map_or_else(none, |seed| seed.to_string()),
            "model" => recipe
                .models
                .first()
                .map_or_else(none, |model| flat(base_name(model))),
            "tool" if recipe.tool.is_empty() => none(),
            "tool" => flat(&recipe.tool),
            "width" => file.width.to_string(),
            "height" => file.height.to_string(),
            _ => file.id.to_string(),
        }
    }
}

/// What stands for a value that a picture does not have.
fn none() -> String {
    "none".to_owned()
}

/// The picture's own extension when it fits its content, else the one of its content.
fn extension(name: &str, format: Format) -> String {
    match name.rsplit_once('.') {
        Some((_, extension)) if Format::from_name(name) == Some(format) => extension.to_owned(),
        _ => format.word().to_owned(),
    }
}
