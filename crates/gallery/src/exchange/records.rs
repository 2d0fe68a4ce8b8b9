//! What other galleries kept of single pictures: rating, tags, notes, and how a picture was made whose file
//! does not say. A list of objects in JSON, or the table `files` of a gallery's database.
//!
//! It only fills in: what somebody set here stays.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use csv::StringRecord;
use domain::{
    exchange::Brought,
    judgement::MOST_STARS,
    overlay::{self, Part, parse_date},
    problem::ProblemKind,
    tag::{clean_name, clean_note},
    text::normalise,
    time::Timestamp,
};
use serde_json::{Map, Value};

use super::{
    lines::{Line, Read, flag},
    plan::{self, EXAMPLES},
    source,
};
use crate::{Inner, error::Error};

const NO_RECORDS: &str = "This file holds no records of pictures. Nothing was changed. It has to be JSON: a list of objects, or an object \
     with a list called images, each with a file name (file_name) and what is known of it: prompt_text, ai_model, rating, \
     captured_at, tags, notes.";
/// Members that say nothing to anybody but the program that wrote them.
const OF_THEIR_OWN: [&str; 6] = [
    "id",
    "uuid",
    "created_at",
    "updated_at",
    "prompt_meta",
    "source_url",
];

/// Reads records of pictures out of a file on this machine.
pub(crate) async fn records_on_disk(path: &Path) -> Result<Records, Error> {
    let refused = || Error::told(ProblemKind::Invalid, NO_RECORDS);
    let bytes = source::bytes_of(path).await?.ok_or_else(refused)?;
    let read = tokio::task::spawn_blocking(move || read(&bytes));
    let read = read.await.map_err(|_| Error::Worker)?;
    read.map(Records).ok_or_else(refused)
}

/// What a file says of single pictures.
pub(crate) struct Records(Read);

/// Takes over what records say; a dry run only counts. With names, only those pictures are meant: they have
/// keys where they are here already.
pub(crate) async fn take_records(
    inner: &Inner,
    Records(mut read): Records,
    named: Option<Vec<(String, Option<i64>)>>,
    actor: &str,
    dry: bool,
) -> Result<Brought, Error> {
    let mut apart = Brought::default();
    if let Some(named) = named {
        let known = Known::of(named);
        let lines = std::mem::take(&mut read.lines);
        read.lines = lines
            .into_iter()
            .filter_map(|line| known.give(line, &mut apart))
            .collect();
    }
    let plan = plan::compare(inner, read, true).await?;
    let mut brought = if dry {
        plan.told
    } else {
        plan.carry_out(inner, actor).await?
    };
    brought.lines += apart.lines;
    brought.matched += apart.matched;
    brought.judged += apart.judged;
    brought.tagged += apart.tagged;
    brought.notes += apart.notes;
    brought.recipes += apart.recipes;
    brought.unmatched += apart.unmatched;
    brought.conflicting += apart.conflicting;
    brought.examples.extend(apart.examples);
    brought.examples.truncate(EXAMPLES);
    Ok(brought)
}

/// The pictures of a folder by their paths and by their names.
struct Known {
    paths: HashMap<String, Option<i64>>,
    names: HashMap<String, Vec<Option<i64>>>,
}

impl Known {
    fn of(pictures: Vec<(String, Option<i64>)>) -> Self {
        let (mut paths, mut names) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for (path, key) in pictures {
            let path = normalise(&path);
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            names.entry(name).or_default().push(key);
            paths.insert(path, key);
        }
        Self { paths, names }
    }

    /// A line with the picture that it means; what it would do with one that is not here yet, or why it means
    /// none, is counted apart.
    fn give(&self, mut line: Line, apart: &mut Brought) -> Option<Line> {
        let path = normalise(&line.file).replace('\\', "/");
        let name = path.rsplit('/').next().unwrap_or_default();
        let found = self.paths.get(&path).map(std::slice::from_ref);
        let found = found.or_else(|| self.names.get(name).map(Vec::as_slice));
        match found {
            Some([Some(key)]) => {
                line.key = Some(*key);
                return Some(line);
            }
            Some([None]) => {
                apart.matched += 1;
                apart.judged += line.edits().count() as u64;
                apart.tagged += line.tags.len() as u64;
                apart.notes += u64::from(line.note.is_some());
                apart.recipes += line.own.len() as u64;
            }
            other => {
                match other {
                    None | Some([]) => apart.unmatched += 1,
                    Some(_) => apart.conflicting += 1,
                }
                if apart.examples.len() < EXAMPLES {
                    apart.examples.push(line.file);
                }
            }
        }
        apart.lines += 1;
        None
    }
}

fn read(bytes: &[u8]) -> Option<Read> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let list = match serde_json::from_slice(bytes).ok()? {
        Value::Array(list) => list,
        Value::Object(mut members) => {
            let lists = ["images", "items", "data"];
            let list = lists.iter().find_map(|name| members.remove(*name));
            match list {
                Some(Value::Array(list)) => list,
                _ => return None,
            }
        }
        _ => return None,
    };
    let mut unknown = BTreeSet::new();
    let objects = list.iter().filter_map(Value::as_object);
    let lines = objects.map(|members| of_members(members, &mut unknown));
    let lines: Vec<Line> = lines.filter(|line| !line.file.is_empty()).collect();
    (!lines.is_empty()).then(|| Read {
        lines,
        fills: true,
        unknown: unknown.into_iter().collect(),
        ..Read::default()
    })
}

/// Reads the table of files of a gallery that marks favourites in it; `None` when it is none.
pub(super) fn of_rows(columns: &[String], rows: &[StringRecord]) -> Option<Read> {
    let columns: Vec<String> = columns
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let at = |name: &str| columns.iter().position(|column| column == name);
    let (path, favourite) = (at("path")?, at("is_favorite")?);
    let (prompt, model) = (at("prompt_preview"), at("model"));
    let line = |row: &StringRecord| {
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        let mut line = Line {
            file: cell(path).to_owned(),
            elsewhere: true,
            favourite: flag(cell(favourite)).filter(|is| *is),
            ..Line::default()
        };
        let own = [(Part::Prompt, prompt), (Part::Model, model)];
        for (part, at) in own.into_iter().filter_map(|(part, at)| Some((part, at?))) {
            take_own(&mut line, part, cell(at));
        }
        line
    };
    let lines = rows.iter().map(line);
    let lines: Vec<Line> = lines.filter(|line| !line.file.is_empty()).collect();
    (!lines.is_empty()).then(|| Read {
        lines,
        fills: true,
        ..Read::default()
    })
}

fn of_members(members: &Map<String, Value>, unknown: &mut BTreeSet<String>) -> Line {
    let mut line = Line {
        elsewhere: true,
        ..Line::default()
    };
    for (name, value) in members {
        let text = text(value);
        match name.trim().to_lowercase().as_str() {
            "file_name" | "filename" | "file" | "image" | "path" | "name" => {
                if line.file.is_empty() || name == "file_name" {
                    text.clone_into(&mut line.file);
                }
            }
            "prompt_text" | "prompt" | "positive_prompt" => {
                take_own(&mut line, Part::Prompt, &text);
            }
            "negative_prompt" => take_own(&mut line, Part::Negative, &text),
            "ai_model" | "model" => take_own(&mut line, Part::Model, &text),
            "rating" | "stars" => line.rating = stars(&text),
            "captured_at" | "date" => {
                if let Some(at) = moment(&text) {
                    take_own(&mut line, Part::Date, &at);
                }
            }
            "tags" | "keywords" => line.tags = tags(value),
            "notes" | "note" => line.note = clean_note(&text).filter(|note| !note.is_empty()),
            "is_favorite" | "favorite" | "favourite" => {
                line.favourite = flag(&text).filter(|is| *is);
            }
            other if OF_THEIR_OWN.contains(&other) => {}
            _ => {
                unknown.insert(name.clone());
            }
        }
    }
    if !line.own.iter().any(|(part, _)| *part == Part::Prompt)
        && let Some(meta) = members.get("prompt_meta")
    {
        take_own(&mut line, Part::Prompt, &text(meta));
    }
    line
}

/// Notes how a picture was made; what makes no sense is left out.
fn take_own(line: &mut Line, part: Part, value: &str) {
    let known = line.own.iter().any(|(own, _)| *own == part);
    if let Ok(value) = overlay::clean(&part, value)
        && !value.is_empty()
        && !known
    {
        line.own.push((part, value));
    }
}

/// A value as a text; a prompt in parts is one prompt.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        Value::Array(list) => {
            let parts = list.iter().map(text);
            let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
            parts.join(", ")
        }
        Value::Object(members) => {
            let named = ["text", "prompt", "value", "name"];
            let inner = named.iter().find_map(|name| members.get(*name));
            inner.map(text).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

fn stars(text: &str) -> Option<u8> {
    let stars = text.trim().split('.').next()?.parse().ok();
    stars.filter(|stars| (1..=MOST_STARS).contains(stars))
}

fn tags(value: &Value) -> Vec<String> {
    let names = texts(value).into_iter();
    names
        .filter_map(|name| clean_name(&name.replace(',', " ")).ok())
        .collect()
}

/// A list of texts, or a text with signs between them; those that say something.
pub(super) fn texts(value: &Value) -> Vec<String> {
    let all: Vec<String> = match value {
        Value::Array(list) => list.iter().map(text).collect(),
        other => text(other).split([';', ',']).map(str::to_owned).collect(),
    };
    all.into_iter()
        .filter(|text| !text.trim().is_empty())
        .collect()
}

/// A moment of ISO 8601 in UTC, as a value is written.
pub(super) fn moment(text: &str) -> Option<String> {
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let sign = time.rfind(['+', '-']);
    let (time, zone) = sign.map_or((time, ""), |at| time.split_at(at));
    let whole = time.split('.').next().unwrap_or_default();
    let local = if whole.is_empty() {
        parse_date(day)?
    } else {
        parse_date(&format!("{day} {whole}"))?
    };
    let mut minutes = 0_i64;
    if let Some(zone) = zone.get(1..) {
        let (hours, rest) = zone.split_at_checked(2)?;
        let rest = rest.trim_start_matches(':');
        minutes = hours.parse::<i64>().ok()? * 60 + rest.parse::<i64>().unwrap_or(0);
        if zone_is_east(text, sign, day) {
            minutes = -minutes;
        }
    }
    let at = Timestamp(local.0 + minutes * 60_000);
    let (hour, minute, second) = at.time();
    Some(format!(
        "{} {hour:02}:{minute:02}:{second:02}",
        at.day_text()
    ))
}

/// Whether the zone behind a time is east of Greenwich, so that its clocks are ahead.
fn zone_is_east(text: &str, sign: Option<usize>, day: &str) -> bool {
    sign.is_some_and(|at| text.as_bytes().get(day.len() + 1 + at) == Some(&b'+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Line> {
        read(text.as_bytes()).unwrap().lines
    }

    #[test]
    fn records_tell_what_is_known_of_pictures() {
        let text = r#"{"images": [
            {"id": "7", "file_name": "a.png", "prompt_text": "a dune", "prompt_meta": ["x"], "ai_model": "dunes",
             "rating": 4, "captured_at": "2024-05-01T10:00:00.250+02:00", "tags": ["Sea", {"name": "sky"}],
             "notes": "good", "mood": "blue"},
            {"file_name": "b.png", "prompt": ["a fox", {"text": "in snow"}], "rating": 9, "tags": "x; y",
             "captured_at": "soon"}, 7, {"rating": 3}]}"#;
        let read = read(text.as_bytes()).unwrap();
        assert!(read.fills && read.unknown == ["mood"]);
        let own = |part: Part, value: &str| (part, value.to_owned());
        let [a, b] = &read.lines[..] else {
            panic!("{:?}", read.lines)
        };
        assert_eq!(
            (a.file.as_str(), a.rating, a.note.as_deref()),
            ("a.png", Some(4), Some("good"))
        );
        assert_eq!(a.tags, ["Sea", "sky"]);
        let mut made = a.own.clone();
        made.sort();
        let expected = [
            own(Part::Prompt, "a dune"),
            own(Part::Model, "dunes"),
            own(Part::Date, "2024-05-01 08:00"),
        ];
        assert_eq!(made, expected);
        assert_eq!(
            (b.rating, &b.own[..]),
            (None, &[own(Part::Prompt, "a fox, in snow")][..])
        );
        assert_eq!(
            lines(r#"[{"file": "c.png", "prompt_meta": ["p", "q"]}]"#)[0].own,
            [own(Part::Prompt, "p, q")]
        );
        for nothing in [
            "",
            "7",
            "{}",
            "[]",
            r#"[{"rating": 1}]"#,
            r#"{"images": {}}"#,
        ] {
            assert_eq!(super::read(nothing.as_bytes()), None, "{nothing}");
        }
    }

    #[test]
    fn moments_are_read_in_their_zone() {
        for (text, expected) in [
            ("2024-05-01", Some("2024-05-01 00:00:00")),
            ("2024-05-01T10:00:00Z", Some("2024-05-01 10:00:00")),
            ("2024-05-01 10:00", Some("2024-05-01 10:00:00")),
            ("2024-05-01T23:30:00-05:30", Some("2024-05-02 05:00:00")),
            ("2024-05-01T01:00:00.999+0200", Some("2024-04-30 23:00:00")),
            ("2024-13-01", None),
            ("", None),
        ] {
            assert_eq!(moment(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_table_of_files_tells_favourites() {
        let columns = ["id", "path", "is_favorite", "prompt_preview", "model"].map(str::to_owned);
        let rows = [
            ["1", "/out/a.png", "1", "a dune", ""],
            ["2", "/out/b.png", "0", "", "m"],
        ];
        let rows = rows.map(|row| StringRecord::from(row.to_vec()));
        let read = of_rows(&columns, &rows).unwrap();
        assert!(read.fills && !read.log);
        assert_eq!(
            (read.lines[0].favourite, read.lines[1].favourite),
            (Some(true), None)
        );
        assert_eq!(read.lines[0].own, [(Part::Prompt, "a dune".to_owned())]);
        assert_eq!(read.lines[1].own, [(Part::Model, "m".to_owned())]);
        assert_eq!(of_rows(&columns[..2], &rows), None);
    }
}
