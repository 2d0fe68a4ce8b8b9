//! What has to be done for a file: every change that is not so yet.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    exchange::Brought,
    facts::Facts,
    judgement::{Aspect, Edit, Judgement, Verdict},
    overlay::{LOG, Part, parse_date, scalar},
    parameter::{Parameters, Scalar},
    tag::{NoteSaved, fold_name},
};

use super::lines::{Line, Read};
use crate::{Inner, Search, error::Error, keeper};

/// So many names of pictures that were not found are told.
pub(super) const EXAMPLES: usize = 12;
/// And so many columns that mean nothing.
const COLUMNS: usize = 50;
/// Pictures that are compared at a time.
const BATCH: usize = 2_000;

/// What has to be done.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) told: Brought,
    /// Lines whose picture is not here.
    pub(super) missing: Vec<Line>,
    /// Whether what somebody set stays, whatever the file says.
    fills: bool,
    /// Grouped by what is set, each a part of one operation.
    judged: BTreeMap<Aspect, Vec<(Vec<i64>, Edit)>>,
    tagged: BTreeMap<String, Vec<i64>>,
    notes: Vec<(i64, String)>,
    /// Personas, executions and parameters; each of them is an operation.
    fields: BTreeMap<Part, Vec<(i64, String)>>,
}

/// Compares what was read with the library. One that `fills` overwrites nothing that somebody set.
pub(super) async fn compare(inner: &Inner, read: Read, fills: bool) -> Result<Plan, Error> {
    let snapshot = Search::new(inner).ready().await?;
    let mut plan = Plan {
        fills: fills || read.fills,
        ..Plan::default()
    };
    plan.told.log = read.log;
    plan.told.unknown = read.unknown;
    plan.told.unknown.truncate(COLUMNS);
    plan.told.unfinished = read.unfinished;
    plan.told.unread = read.unread;
    plan.told.troubles = read.troubles;
    plan.told.lines = read.lines.len() as u64;
    let names: HashSet<String> = read.lines.iter().flat_map(Line::names).collect();
    let found = snapshot.ask(|index| index.named(&names));
    let mut meant: BTreeMap<i64, Line> = BTreeMap::new();
    for line in read.lines {
        match meant_by(&line, &found)[..] {
            [] => plan.missed(line, false),
            [one] => match meant.get(&one) {
                Some(other) if !other.says_as(&line) => plan.missed(line, true),
                _ => {
                    plan.told.matched += 1;
                    meant.insert(one, line);
                }
            },
            _ => plan.missed(line, true),
        }
    }
    let tags = inner.store.tags().await?;
    let tags: HashMap<i64, String> = tags
        .into_iter()
        .map(|(key, tag)| (key, fold_name(&tag.name)))
        .collect();
    let keys: Vec<i64> = meant.keys().copied().collect();
    for keys in keys.chunks(BATCH) {
        for row in inner.store.index_rows_of(keys).await? {
            if let Some(line) = meant.get(&row.key) {
                plan.note(line, &row, &tags);
            }
        }
    }
    Ok(plan)
}

/// The pictures that a line may mean.
fn meant_by(line: &Line, found: &HashMap<String, Vec<(i64, String)>>) -> Vec<i64> {
    if let Some(key) = line.key {
        return vec![key];
    }
    let names = line.names();
    let called: Vec<&(i64, String)> = names
        .iter()
        .filter_map(|name| found.get(name))
        .flatten()
        .collect();
    let fitting = |fits: &dyn Fn(&str) -> bool| -> Vec<i64> {
        let fitting = called.iter().filter(|(_, folder)| fits(folder));
        fitting.map(|(key, _)| *key).collect()
    };
    let fits = fitting(&|folder| line.lies_in(folder));
    if fits.is_empty() {
        return fitting(&|folder| line.lies_below(folder));
    }
    fits
}

impl Plan {
    fn missed(&mut self, line: Line, several: bool) {
        if self.told.examples.len() < EXAMPLES {
            self.told.examples.push(line.file.clone());
        }
        if several {
            self.told.conflicting += 1;
        } else {
            self.told.unmatched += 1;
            self.missing.push(line);
        }
    }

    /// Notes what a line changes of its picture.
    fn note(&mut self, line: &Line, row: &Facts, tags: &HashMap<i64, String>) {
        for edit in line.edits() {
            let mut after = row.judgement;
            edit.apply(&mut after);
            if after != row.judgement && self.may_set(is_judged(row.judgement, edit)) {
                self.told.judged += 1;
                let parts = self.judged.entry(edit.aspect()).or_default();
                match parts.iter_mut().find(|(_, own)| *own == edit) {
                    Some((keys, _)) => keys.push(row.key),
                    None => parts.push((vec![row.key], edit)),
                }
            }
        }
        for tag in &line.tags {
            let folded = fold_name(tag);
            let has = row.tags.iter().any(|key| tags.get(key) == Some(&folded));
            if !has {
                self.told.tagged += 1;
                self.tagged.entry(tag.clone()).or_default().push(row.key);
            }
        }
        if let Some(note) = line
            .note
            .as_ref()
            .filter(|note| note.trim() != row.note.trim())
        {
            // A note is words that somebody wrote; another one never takes their place.
            if row.note.is_empty() {
                self.told.notes += 1;
                self.notes.push((row.key, note.clone()));
            } else {
                self.told.kept += 1;
            }
        }
        if let Some(persona) = line.persona.as_ref().filter(|name| **name != row.persona)
            && self.may_set(!row.persona.is_empty())
        {
            self.told.personas += 1;
            self.set(Part::Persona, row.key, persona);
        }
        self.note_making(line, row);
        for (part, value) in &line.fields {
            let known = part.parameter().zip(row.parameters.as_ref());
            let now = known.and_then(|(name, parameters)| logged(parameters, &name));
            if now.as_ref() == Some(&scalar(value)) || !self.may_set(now.is_some()) {
                continue;
            }
            if *part == Part::Execution {
                self.told.executions += 1;
            } else {
                self.told.parameters += 1;
            }
            self.set(part.clone(), row.key, value);
        }
    }

    /// Notes how a picture was made; one that fills does so where the file does not say.
    fn note_making(&mut self, line: &Line, row: &Facts) {
        for (part, value) in &line.own {
            let (has, same) = match part {
                Part::Prompt => (!row.positive.is_empty(), row.positive == *value),
                Part::Negative => (!row.negative.is_empty(), row.negative == *value),
                Part::Model => (!row.models.is_empty(), row.models.contains(value)),
                Part::Date => (row.edited, parse_date(value) == Some(row.date)),
                _ => continue,
            };
            if same {
                continue;
            }
            if self.fills && (has || !row.tool.is_empty()) {
                self.told.kept += 1;
            } else {
                self.told.recipes += 1;
                self.set(part.clone(), row.key, value);
            }
        }
    }

    fn may_set(&mut self, is_set: bool) -> bool {
        let stays = self.fills && is_set;
        self.told.kept += u64::from(stays);
        !stays
    }

    fn set(&mut self, part: Part, key: i64, value: &str) {
        let values = self.fields.entry(part).or_default();
        values.push((key, value.to_owned()));
    }

    /// Does it. Each kind of change is an operation that can be taken back.
    pub(super) async fn carry_out(self, inner: &Inner, actor: &str) -> Result<Brought, Error> {
        let (store, by) = (&inner.store, || inner.author(actor));
        for parts in self.judged.into_values() {
            store.judge_late(by(), parts, Vec::new()).await?;
        }
        for (name, keys) in self.tagged {
            store.set_tag(by(), keys, name, true).await?;
        }
        let mut told = self.told;
        for (key, text) in self.notes {
            let saved = store.set_note(by(), key, text, 0).await?;
            // Somebody wrote one meanwhile.
            if matches!(saved, NoteSaved::Changed { .. }) {
                told.notes -= 1;
                told.kept += 1;
            }
        }
        for (part, values) in self.fields {
            store.set_fields(by(), part, values).await?;
        }
        keeper::catch_up(inner).await?;
        Ok(told)
    }
}

/// Whether somebody judged a picture in the respect of an edit.
fn is_judged(judgement: Judgement, edit: Edit) -> bool {
    match edit {
        Edit::Verdict(_) => judgement.verdict != Verdict::Undecided,
        Edit::Rating(_) => judgement.rating > 0,
        Edit::Favourite(_) => judgement.favourite,
        Edit::Label(_) => judgement.label.is_some(),
        _ => false,
    }
}

/// What a log said of a parameter. These stand behind those of the file.
pub(super) fn logged(parameters: &Parameters, name: &str) -> Option<Scalar> {
    let entries = parameters.set.entries.iter().enumerate().rev();
    let mut of_log = entries.take_while(|(_, entry)| entry.class == LOG);
    let (place, entry) = of_log.find(|(_, entry)| entry.is_called(name))?;
    let changes = &parameters.changes;
    let own = changes.binary_search_by_key(&(place as u32), |(place, _)| *place);
    let value = own.map_or(&entry.value, |at| &changes[at].1);
    Some(value.clone()).filter(|value| *value != Scalar::Text(String::new()))
}
