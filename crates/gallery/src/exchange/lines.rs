//! Reading decisions out of a file: `approvals.json`, a list of objects, or a table with commas.

use std::collections::BTreeSet;

use domain::{
    judgement::{Edit, Label, MOST_STARS, Verdict},
    overlay::{Part, fitted},
    tag::clean_name,
    text::normalise,
};
use serde_json::Value;

/// What a file says of one picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Line {
    /// Its name, with folders before it or without.
    pub(super) file: String,
    /// Whether the name has no extension, so that any kind of picture may be meant.
    pub(super) stem: bool,
    /// Whether it was written where the watched folder may have another name.
    pub(super) elsewhere: bool,
    /// The picture itself, where it needs no name.
    pub(super) key: Option<i64>,
    pub(super) verdict: Option<Verdict>,
    pub(super) rating: Option<u8>,
    pub(super) favourite: Option<bool>,
    /// Gives a label or takes it off.
    pub(super) label: Option<Edit>,
    pub(super) tags: Vec<String>,
    pub(super) note: Option<String>,
    pub(super) persona: Option<String>,
    /// The execution and parameters.
    pub(super) fields: Vec<(Part, String)>,
    /// How it was made; where only gaps are filled, for a picture whose file does not say.
    pub(super) own: Vec<(Part, String)>,
}

/// What was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) lines: Vec<Line>,
    /// Columns or members that mean nothing here.
    pub(super) unknown: Vec<String>,
    /// Whether it is a log of executions.
    pub(super) log: bool,
    /// Whether it only fills in what nobody set.
    pub(super) fills: bool,
    /// Lines of executions that have not ended well.
    pub(super) unfinished: u64,
    /// Files that could not be read, and some of them with the reason.
    pub(super) unread: u64,
    pub(super) troubles: Vec<String>,
}

pub(super) const NO_SENSE: &str = "This file holds nothing that can be read here. Nothing was changed. It has to be \
                        JSON (file names with true or false, or a list of objects with a file name), a \
                        table with commas whose first line names its columns, one of them file, an XMP \
                        file or a ZIP archive of such, or a SQLite database with a table of file names.";

/// Lines of a table that are read.
pub(super) const MOST_LINES: usize = 1_000_000;
const TOO_LONG: &str =
    "This table has more than a million lines. Nothing was changed; bring it in parts.";

/// Kinds of pictures that a name without extension may mean.
const EXTENSIONS: [&str; 10] = [
    "png", "jpg", "jpeg", "webp", "avif", "gif", "mp4", "webm", "mkv", "mov",
];

impl Line {
    /// The names without folders, folded, by which its picture is looked for.
    pub(super) fn names(&self) -> Vec<String> {
        let base = self.file.rsplit(['/', '\\']).next().unwrap_or_default();
        let base = normalise(base);
        if self.stem {
            let every = EXTENSIONS.iter();
            every.map(|ending| format!("{base}.{ending}")).collect()
        } else {
            vec![base]
        }
    }

    /// Whether a folder of the library, folded, is the one that it names, as far as it names one.
    pub(super) fn lies_in(&self, folder: &str) -> bool {
        agrees(&normalise(&self.file).replace('\\', "/"), folder)
    }

    /// The same for a line from elsewhere: the watched folder has any name there.
    pub(super) fn lies_below(&self, folder: &str) -> bool {
        let inside = folder.split_once('/').map_or("", |(_, inside)| inside);
        self.elsewhere && agrees(&normalise(&self.file).replace('\\', "/"), inside)
    }

    /// Whether it says the same as another one about the same picture.
    pub(super) fn says_as(&self, other: &Self) -> bool {
        let said = |line: &Self| Self {
            file: String::new(),
            stem: false,
            elsewhere: false,
            key: None,
            ..line.clone()
        };
        said(self) == said(other)
    }

    /// What it sets of a judgement.
    pub(super) fn edits(&self) -> impl Iterator<Item = Edit> {
        let edits = [
            self.verdict.map(Edit::Verdict),
            self.rating.map(Edit::Rating),
            self.favourite.map(Edit::Favourite),
            self.label,
        ];
        edits.into_iter().flatten()
    }

    /// Takes one named value in; false when its name means nothing.
    fn take(&mut self, name: &str, value: &Value) -> bool {
        let text = text(value);
        let text = text.trim();
        match name {
            "file" | "filename" | "name" | "image" | "path" => {
                if self.file.is_empty() || name == "path" {
                    text.clone_into(&mut self.file);
                }
            }
            "approved" => self.verdict = flag(text).map(decided),
            "verdict" | "state" => self.verdict = verdict(text),
            "rating" | "stars" => {
                let stars = text.parse().ok();
                self.rating = stars.filter(|stars| *stars <= MOST_STARS);
            }
            "favourite" | "favorite" => self.favourite = flag(text),
            "label" => self.label = label(text),
            "tags" | "keywords" => self.tags = tags(value),
            "persona" => self.persona = Some(fitted(text)).filter(|name| !name.is_empty()),
            // What our own tables tell besides.
            _ => return super::table::COLUMNS.contains(&name),
        }
        true
    }
}

/// Whether the folders of a path are those of a folder, from the inside, as far as both go: a path from
/// elsewhere may have more above, or less.
fn agrees(path: &str, folder: &str) -> bool {
    let Some((named, _)) = path.rsplit_once('/') else {
        return true;
    };
    let parts = |path: &'_ str| -> Vec<String> {
        let parts = path.rsplit('/').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    parts(folder)
        .iter()
        .zip(&parts(named))
        .all(|(own, other)| own == other)
}

/// Reads a text; the error is a sentence for people.
pub(super) fn read(file: &[u8]) -> Result<Read, String> {
    let text = String::from_utf8_lossy(file);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[']) {
        let value = serde_json::from_str(text).map_err(|_| NO_SENSE.to_owned())?;
        return from_json(&value).ok_or_else(|| NO_SENSE.to_owned());
    }
    from_table(text)
}

fn from_json(value: &Value) -> Option<Read> {
    let mut unknown = BTreeSet::new();
    let mut lines = Vec::new();
    match value {
        Value::Array(list) => {
            for one in list {
                let mut line = Line::default();
                match one {
                    // A list of names is a list of what was approved.
                    Value::String(name) => {
                        name.clone_into(&mut line.file);
                        line.verdict = Some(Verdict::Approved);
                    }
                    Value::Object(members) => take_all(&mut line, members, &mut unknown),
                    _ => continue,
                }
                lines.push(line);
            }
        }
        Value::Object(members) => {
            for (name, one) in members {
                let mut line = Line {
                    file: name.clone(),
                    ..Line::default()
                };
                match one {
                    Value::Object(members) => take_all(&mut line, members, &mut unknown),
                    other => line.verdict = flag(&text(other)).map(decided),
                }
                lines.push(line);
            }
        }
        _ => {}
    }
    lines.retain(|line| !line.file.is_empty());
    (!lines.is_empty()).then(|| Read {
        lines,
        unknown: unknown.into_iter().collect(),
        ..Read::default()
    })
}

fn take_all(
    line: &mut Line,
    members: &serde_json::Map<String, Value>,
    unknown: &mut BTreeSet<String>,
) {
    for (name, value) in members {
        if !line.take(&name.trim().to_lowercase(), value) {
            unknown.insert(name.clone());
        }
    }
}

fn from_table(text: &str) -> Result<Read, String> {
    let mut table = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let no_sense = |_| NO_SENSE.to_owned();
    let columns = table.headers().map_err(no_sense)?;
    let columns: Vec<String> = columns.iter().map(str::to_owned).collect();
    let rows = table.records().take(MOST_LINES + 1);
    let rows = rows.collect::<Result<Vec<_>, _>>().map_err(no_sense)?;
    if rows.len() > MOST_LINES {
        return Err(TOO_LONG.to_owned());
    }
    let read = super::log::read(&columns, &rows, false).or_else(|| of_rows(&columns, &rows));
    read.ok_or_else(|| NO_SENSE.to_owned())
}

/// Reads decisions out of a table.
pub(super) fn of_rows(columns: &[String], rows: &[csv::StringRecord]) -> Option<Read> {
    let columns: Vec<String> = columns
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let mut unknown = BTreeSet::new();
    let mut lines = Vec::new();
    for record in rows {
        let mut line = Line::default();
        for (name, cell) in columns.iter().zip(record) {
            let cell = unescaped(cell);
            if !cell.is_empty() && !line.take(name, &Value::from(cell)) {
                unknown.insert(name.clone());
            }
        }
        if !line.file.is_empty() {
            lines.push(line);
        }
    }
    (!lines.is_empty()).then(|| Read {
        lines,
        unknown: unknown.into_iter().collect(),
        ..Read::default()
    })
}

/// The text of a cell without the quote that keeps spreadsheets from taking it for a formula.
pub(super) fn unescaped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(super::table::FORMULA) => rest,
        _ => cell,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" | "approved" => Some(true),
        "false" | "no" | "0" | "rejected" => Some(false),
        _ => None,
    }
}

fn decided(approved: bool) -> Verdict {
    if approved {
        Verdict::Approved
    } else {
        Verdict::Rejected
    }
}

pub(super) fn verdict(text: &str) -> Option<Verdict> {
    let folded = text.to_lowercase();
    Verdict::ALL.into_iter().find(|one| one.word() == folded)
}

fn label(text: &str) -> Option<Edit> {
    let folded = text.to_lowercase();
    let known = Label::ALL.into_iter().find(|one| one.word() == folded);
    (known.is_some() || folded == "none").then_some(Edit::Label(known))
}

fn tags(value: &Value) -> Vec<String> {
    let names: Vec<String> = match value {
        Value::Array(list) => list.iter().map(text).collect(),
        other => text(other).split([';', ',']).map(str::to_owned).collect(),
    };
    let names = names.iter().filter_map(|name| clean_name(name).ok());
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Line> {
        read(text.as_bytes()).unwrap().lines
    }

    #[test]
    fn approvals_are_read_in_every_form() {
        let approved = |file: &str, verdict| Line {
            file: file.to_owned(),
            verdict,
            ..Line::default()
        };
        let yes = approved("a.png", Some(Verdict::Approved));
        let no = approved("b.png", Some(Verdict::Rejected));
        let both = vec![yes.clone(), no];
        assert_eq!(lines(r#"{"a.png": true, "b.png": false}"#), both);
        let list = r#"[{"file": "a.png", "approved": true}, {"filename": "b.png", "approved": 0}]"#;
        assert_eq!(lines(list), both);
        assert_eq!(lines("file,approved\na.png,yes\nb.png,no\n"), both);
        assert_eq!(lines(r#"["a.png"]"#), [yes]);
        assert_eq!(lines(r#"{"a.png": null}"#), [approved("a.png", None)]);
    }

    #[test]
    fn a_table_tells_everything_that_is_thought_of_a_picture() {
        let text = "\u{feff}File,Rating,Favourite,Label,Tags,Persona,Mood\r\n\
                    \"out/a, b.png\",4,true,red,\"cat; dog\",'=Ada,blue\r\n";
        let read = read(text.as_bytes()).unwrap();
        assert_eq!(read.unknown, ["mood"]);
        let line = Line {
            file: "out/a, b.png".to_owned(),
            rating: Some(4),
            favourite: Some(true),
            label: Some(Edit::Label(Some(Label::Red))),
            tags: vec!["cat".to_owned(), "dog".to_owned()],
            persona: Some("=Ada".to_owned()),
            ..Line::default()
        };
        assert_eq!(read.lines, [line]);
    }

    #[test]
    fn what_says_nothing_of_pictures_is_refused_in_a_sentence() {
        for text in ["", "[]", "{}", "{", "a,b\n1,2\n", "[1, 2]", "\0\u{1}"] {
            assert_eq!(read(text.as_bytes()), Err(NO_SENSE.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn a_path_means_the_picture_in_that_folder() {
        let at = |file: &str| Line {
            file: file.to_owned(),
            ..Line::default()
        };
        assert!(at("a.png").lies_in("renders/day 1"));
        assert!(at("Day 1/a.png").lies_in("renders/day 1"));
        assert!(at(r"C:\renders\day 1\a.png").lies_in("renders/day 1"));
        assert!(!at("day 2/a.png").lies_in("renders/day 1"));
        let elsewhere = Line {
            elsewhere: true,
            ..at("Studio/day 1/a.png")
        };
        assert!(!elsewhere.lies_in("renders/day 1") && elsewhere.lies_below("renders/day 1"));
        assert!(!elsewhere.lies_below("renders/day 2"));
        assert!(!at("Studio/day 1/a.png").lies_below("renders/day 1"));
    }
}
