//! Logs of executions: tables in which a pipeline writes down what it made.
//!
//! The rule that tells a log from decisions: a table is a log when a column names files and another one an
//! execution or a persona, and when it has no column of decisions (approved, verdict, rating, stars,
//! favourite, label, tags, keywords; a column `state` with verdicts in it). So what Proofsheet itself writes
//! down stays what it is. A table of a SQLite database needs no execution or persona. Every further column
//! of a log is a parameter of its pictures, `log.` and its name; rows of executions that have not ended
//! well are passed over and counted.

use std::borrow::Cow;

use csv::StringRecord;
use domain::overlay::{Part, fitted};
use serde_json::Value;

use super::lines::{Line, Read, unescaped, verdict};

/// Columns that name the picture; the first of these that a table has, so that what was made goes before
/// what it was made from.
const FILES: [&str; 18] = [
    "output_file",
    "output_path",
    "output_image",
    "output",
    "outputs",
    "result_path",
    "file",
    "filename",
    "file_name",
    "file_path",
    "filepath",
    "image_file",
    "image_path",
    "image_name",
    "image",
    "images",
    "picture",
    "path",
];
const EXECUTIONS: [&str; 12] = [
    "execution_id",
    "executionid",
    "execution",
    "job_id",
    "prompt_id",
    "run_id",
    "task_id",
    "request_id",
    "generation_id",
    "workflow_run_id",
    "job",
    "run",
];
const PERSONAS: [&str; 2] = ["persona", "persona_name"];
const STATES: [&str; 4] = ["status", "state", "execution_status", "outcome"];
/// What is said of an execution that ended well.
const DONE: [&str; 10] = [
    "completed",
    "complete",
    "success",
    "succeeded",
    "successful",
    "done",
    "finished",
    "ok",
    "true",
    "1",
];
const DECISIONS: [&str; 9] = [
    "approved",
    "verdict",
    "rating",
    "stars",
    "favourite",
    "favorite",
    "label",
    "tags",
    "keywords",
];
/// Columns that become parameters; further ones are told.
const MOST_COLUMNS: usize = 64;
/// Longest name of a parameter, in characters.
const LONGEST: usize = 60;

/// What each column is for.
struct Columns {
    file: usize,
    execution: Option<usize>,
    persona: Option<usize>,
    state: Option<usize>,
    further: Vec<(usize, Part)>,
    unknown: Vec<String>,
}

/// How well columns fit a log in a database: 0 is none, more is better.
pub(super) fn fits(columns: &[String]) -> u32 {
    let known = |names: &[&str]| u32::from(first(columns, names).is_some());
    known(&FILES) * (1 + 2 * known(&EXECUTIONS) + 2 * known(&PERSONAS) + known(&STATES))
}

/// Reads a log; `None` when the table is none. `database` says that the table stands in one.
pub(super) fn read(columns: &[String], rows: &[StringRecord], database: bool) -> Option<Read> {
    let columns = Columns::of(columns, rows, database)?;
    let mut read = Read {
        log: true,
        unknown: columns.unknown.clone(),
        ..Read::default()
    };
    for row in rows {
        let cell = |at: usize| row.get(at).map_or("", unescaped).trim();
        let state = columns.state.map(|at| cell(at).to_lowercase());
        if state.is_some_and(|state| !DONE.contains(&state.as_str())) {
            read.unfinished += 1;
            continue;
        }
        let mut line = Line {
            elsewhere: true,
            ..Line::default()
        };
        let persona = columns.persona.map(|at| fitted(cell(at)));
        line.persona = persona.filter(|name| !name.is_empty());
        let execution = columns
            .execution
            .map(|at| (Part::Execution, fitted(cell(at))));
        let further = columns.further.iter();
        let further = further.map(|(at, part)| (part.clone(), fitted(cell(*at))));
        let fields = execution.into_iter().chain(further);
        line.fields = fields.filter(|(_, value)| !value.is_empty()).collect();
        for file in files(cell(columns.file)) {
            read.lines.push(Line {
                file: file.into_owned(),
                ..line.clone()
            });
        }
    }
    Some(read)
}

impl Columns {
    fn of(columns: &[String], rows: &[StringRecord], database: bool) -> Option<Self> {
        let file = first(columns, &FILES)?;
        let execution = first(columns, &EXECUTIONS);
        let persona = first(columns, &PERSONAS);
        let state = first(columns, &STATES);
        let judged = state
            .filter(|at| folded(&columns[*at]) == "state")
            .is_some_and(|at| {
                let mut cells = rows.iter().filter_map(|row| row.get(at));
                cells.any(|cell| verdict(cell.trim()).is_some())
            });
        let told = execution.is_some() || persona.is_some() || database;
        if !told || judged || first(columns, &DECISIONS).is_some() {
            return None;
        }
        let (mut further, mut unknown) = (Vec::new(), Vec::new());
        let known = [Some(file), execution, persona, state];
        for (at, column) in columns.iter().enumerate() {
            if known.contains(&Some(at)) {
                continue;
            }
            let name: String = fitted(column).chars().take(LONGEST).collect();
            let part = Part::logged(&name);
            let taken = name.is_empty()
                || part.parameter() == Part::Execution.parameter()
                || further.iter().any(|(_, other)| *other == part);
            if taken || further.len() == MOST_COLUMNS {
                unknown.push(column.clone());
            } else {
                further.push((at, part));
            }
        }
        Some(Self {
            file,
            execution,
            persona,
            state,
            further,
            unknown,
        })
    }
}

fn folded(column: &str) -> String {
    column.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Where the first of some names is a column.
fn first(columns: &[String], names: &[&str]) -> Option<usize> {
    let folded: Vec<String> = columns.iter().map(|column| folded(column)).collect();
    let mut at = names
        .iter()
        .filter_map(|name| folded.iter().position(|column| column == name));
    at.next()
}

/// The files that a cell names: one, or a JSON list of names or of ComfyUI's outputs.
fn files(cell: &str) -> Vec<Cow<'_, str>> {
    if cell.is_empty() {
        return Vec::new();
    }
    let list = cell
        .starts_with('[')
        .then(|| serde_json::from_str(cell).ok());
    let Some(Value::Array(list)) = list.flatten() else {
        return vec![Cow::Borrowed(cell)];
    };
    let one = |value: Value| match value {
        Value::String(name) => Some(Cow::Owned(name)),
        Value::Object(output) => {
            let text = |name: &str| output.get(name).and_then(Value::as_str);
            let folder = text("subfolder").filter(|folder| !folder.is_empty());
            let name = text("filename")?;
            Some(Cow::Owned(match folder {
                Some(folder) => format!("{folder}/{name}"),
                None => name.to_owned(),
            }))
        }
        _ => None,
    };
    list.into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str, database: bool) -> Option<Read> {
        let mut table = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let columns: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<StringRecord> = table.records().map(Result::unwrap).collect();
        read(&columns, &rows, database)
    }

    #[test]
    fn a_log_tells_persona_execution_and_parameters() {
        let text = "ID,Output Path,Persona,Execution-ID,status,Duration s,mood\n\
                    1,/srv/out/a.png,Ada,e-1,COMPLETED,1.5,blue\n\
                    2,b.png,,e-2,failed,1,\n\
                    3,\"[\"\"c.png\"\",{\"\"filename\"\":\"\"d.png\"\",\"\"subfolder\"\":\"\"x\"\"}]\",Bo,e-3,Done,,\n";
        let read = table(text, false).unwrap();
        assert!(read.log && read.unfinished == 1 && read.unknown.is_empty());
        let names: Vec<&str> = read.lines.iter().map(|line| line.file.as_str()).collect();
        assert_eq!(names, ["/srv/out/a.png", "c.png", "x/d.png"]);
        assert_eq!(read.lines[0].persona.as_deref(), Some("Ada"));
        let value = |part: Part, value: &str| (part, value.to_owned());
        let expected = [
            value(Part::Execution, "e-1"),
            value(Part::logged("ID"), "1"),
            value(Part::logged("Duration s"), "1.5"),
            value(Part::logged("mood"), "blue"),
        ];
        assert_eq!(read.lines[0].fields, expected);
        assert_eq!(read.lines[1].fields.len(), 2);
    }

    #[test]
    fn decisions_stay_decisions() {
        for text in [
            "file,verdict,persona\na.png,approved,Ada\n",
            "file,rating,execution_id\na.png,3,e\n",
            "file,state,persona\na.png,rejected,Ada\n",
            "file,mood\na.png,blue\n",
            "persona,execution\nAda,e\n",
        ] {
            assert_eq!(table(text, false), None, "{text}");
        }
        let own = super::super::table::COLUMNS.join(",");
        assert_eq!(table(&format!("{own}\n"), false), None);
        // What stands in a database is a log without naming executions.
        assert!(table("file,mood\na.png,blue\n", true).is_some());
        assert!(table("file,state,persona\na.png,running,Ada\n", false).is_some());
    }
}
