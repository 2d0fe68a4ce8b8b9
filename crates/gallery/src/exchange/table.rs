//! Writing pictures down, piece by piece, so that a million of them need little memory.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use domain::{
    exchange::TableFormat,
    facts::Facts,
    judgement::{Label, Verdict},
};
use futures::{Stream, stream};
use serde::Serialize;

use crate::{Inner, error::Error};

/// Pictures of a piece.
const PIECE: usize = 500;

/// Signs with which spreadsheets begin a formula. Texts come out of files that strangers made.
pub(super) const FORMULA: [char; 5] = ['=', '+', '-', '@', '\t'];

/// The columns of a table.
pub(super) const COLUMNS: [&str; 26] = [
    "id",
    "file",
    "folder",
    "verdict",
    "rating",
    "favourite",
    "label",
    "hidden",
    "tags",
    "persona",
    "note",
    "date",
    "width",
    "height",
    "bytes",
    "tool",
    "model",
    "loras",
    "sampler",
    "scheduler",
    "steps",
    "cfg",
    "seed",
    "prompt",
    "negative",
    "missing",
];

/// A picture as it is written down; a column of its own for each member.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    file: &'a str,
    folder: &'a str,
    verdict: &'static str,
    rating: u8,
    favourite: bool,
    label: &'static str,
    hidden: bool,
    tags: Vec<&'a str>,
    persona: &'a str,
    note: &'a str,
    date: String,
    width: u32,
    height: u32,
    bytes: u64,
    tool: &'a str,
    model: Vec<&'a str>,
    loras: Vec<&'a str>,
    sampler: Vec<&'a str>,
    scheduler: Vec<&'a str>,
    steps: Option<u32>,
    cfg: Option<f64>,
    seed: Option<u64>,
    prompt: &'a str,
    negative: &'a str,
    missing: bool,
}

#[derive(Serialize)]
struct Approval<'a> {
    file: &'a str,
    folder: &'a str,
    approved: bool,
}

/// Where the writing stands.
struct State {
    inner: Arc<Inner>,
    keys: Vec<i64>,
    names: HashMap<i64, String>,
    format: TableFormat,
    at: usize,
    /// Whether something stands in the list already.
    begun: bool,
    ended: bool,
}

/// The pictures of some keys, in their order.
pub(super) fn pieces(
    inner: Arc<Inner>,
    keys: Vec<i64>,
    names: HashMap<i64, String>,
    format: TableFormat,
) -> impl Stream<Item = Result<Bytes, Error>> {
    let state = State {
        inner,
        keys,
        names,
        format,
        at: 0,
        begun: false,
        ended: false,
    };
    stream::try_unfold(state, |mut state| async move {
        let piece = state.next().await?;
        Ok(piece.map(|piece| (Bytes::from(piece), state)))
    })
}

impl State {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut out = Vec::new();
        if self.at == 0 {
            out = self.head();
        }
        let end = (self.at + PIECE).min(self.keys.len());
        let keys = &self.keys[self.at..end];
        let rows = self.inner.store.index_rows_of(keys).await?;
        let rows: HashMap<i64, Facts> = rows.into_iter().map(|row| (row.key, row)).collect();
        // A picture that was removed meanwhile is left out.
        for row in keys.iter().filter_map(|key| rows.get(key)) {
            let begun = self.begun;
            self.begun |= write(&mut out, row, &self.names, self.format, begun);
        }
        self.at = end;
        if end == self.keys.len() {
            self.ended = true;
            if self.format != TableFormat::Csv {
                out.extend_from_slice(b"\n]\n");
            }
        }
        Ok(Some(out))
    }

    fn head(&self) -> Vec<u8> {
        match self.format {
            // Spreadsheets take a file for UTF-8 by its mark.
            TableFormat::Csv => {
                let mut out = "\u{feff}".as_bytes().to_vec();
                record(&mut out, &COLUMNS.map(str::to_owned));
                out
            }
            TableFormat::Json | TableFormat::Approvals => b"[".to_vec(),
        }
    }
}

/// Writes one picture; tells whether it stands there now.
fn write(
    out: &mut Vec<u8>,
    facts: &Facts,
    names: &HashMap<i64, String>,
    format: TableFormat,
    begun: bool,
) -> bool {
    let row = row(facts, names);
    let text = match format {
        TableFormat::Csv => {
            record(out, &cells(&row));
            return true;
        }
        TableFormat::Json => serde_json::to_vec(&row),
        TableFormat::Approvals if facts.judgement.verdict == Verdict::Undecided => return false,
        TableFormat::Approvals => serde_json::to_vec(&Approval {
            file: row.file,
            folder: row.folder,
            approved: facts.judgement.verdict == Verdict::Approved,
        }),
    };
    let Ok(text) = text else { return false };
    out.extend_from_slice(if begun { b",\n" } else { b"\n" });
    out.extend_from_slice(&text);
    true
}

fn row<'a>(facts: &'a Facts, names: &'a HashMap<i64, String>) -> Row<'a> {
    let texts = |list: &'a [String]| list.iter().map(String::as_str).collect();
    let tags = facts.tags.iter().filter_map(|key| names.get(key));
    let judgement = facts.judgement;
    Row {
        id: facts.id.to_string(),
        file: &facts.name,
        folder: &facts.folder,
        verdict: judgement.verdict.word(),
        rating: judgement.rating,
        favourite: judgement.favourite,
        label: judgement.label.map_or("", Label::word),
        hidden: judgement.hidden,
        tags: tags.map(String::as_str).collect(),
        persona: &facts.persona,
        note: &facts.note,
        date: facts.date.minute_text(),
        width: facts.width,
        height: facts.height,
        bytes: facts.bytes,
        tool: &facts.tool,
        model: texts(&facts.models),
        loras: texts(&facts.loras),
        sampler: texts(&facts.samplers),
        scheduler: texts(&facts.schedulers),
        steps: facts.steps,
        cfg: facts.cfg,
        seed: facts.seeds.first().copied(),
        prompt: &facts.positive,
        negative: &facts.negative,
        missing: facts.missing,
    }
}

fn cells(row: &Row<'_>) -> [String; COLUMNS.len()] {
    let number = |number: Option<String>| number.unwrap_or_default();
    let list = |list: &[&str]| plain_cell(&list.join("; "));
    [
        row.id.clone(),
        plain_cell(row.file),
        plain_cell(row.folder),
        row.verdict.to_owned(),
        row.rating.to_string(),
        row.favourite.to_string(),
        row.label.to_owned(),
        row.hidden.to_string(),
        list(&row.tags),
        plain_cell(row.persona),
        plain_cell(row.note),
        row.date.clone(),
        row.width.to_string(),
        row.height.to_string(),
        row.bytes.to_string(),
        plain_cell(row.tool),
        list(&row.model),
        list(&row.loras),
        list(&row.sampler),
        list(&row.scheduler),
        number(row.steps.map(|steps| steps.to_string())),
        number(row.cfg.map(|cfg| cfg.to_string())),
        number(row.seed.map(|seed| seed.to_string())),
        plain_cell(row.prompt),
        plain_cell(row.negative),
        row.missing.to_string(),
    ]
}

/// A text that no spreadsheet takes for a formula.
pub(crate) fn plain_cell(text: &str) -> String {
    if text.starts_with(FORMULA) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn record(out: &mut Vec<u8>, cells: &[String]) {
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    // Memory takes everything.
    let _ = writer.write_record(cells);
    let _ = writer.flush();
}
