//! Into and out of other tools: pictures as a table, and decisions out of a file.

mod lines;
mod table;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use bytes::Bytes;
use domain::{
    exchange::{Brought, TableFormat},
    facts::Facts,
    judgement::{Aspect, Edit},
    overlay::Part,
    problem::ProblemKind,
    query::Query,
    tag::fold_name,
    text::normalise,
};
use futures::Stream;

use self::lines::Line;
use crate::{Gallery, Inner, Search, error::Error, keeper};

/// So many names of pictures that were not found are told.
const EXAMPLES: usize = 12;
/// Pictures that are compared at a time.
const BATCH: usize = 2_000;

/// Into and out of other tools.
pub struct Exchange<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Into and out of other tools.
    pub fn exchange(&self) -> Exchange<'_> {
        Exchange { inner: &self.inner }
    }
}

/// What has to be done for a file: every change that is not so yet.
#[derive(Default)]
struct Plan {
    told: Brought,
    /// Grouped by what is set, each a part of one operation.
    judged: BTreeMap<Aspect, Vec<(Vec<i64>, Edit)>>,
    tagged: BTreeMap<String, Vec<i64>>,
    personas: BTreeMap<String, Vec<i64>>,
}

impl Exchange<'_> {
    /// The pictures of a query as a table, piece by piece.
    pub async fn table(
        &self,
        query: &Query,
        format: TableFormat,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Error> {
        let keys = Search::new(self.inner).keys_of(query).await?;
        let tags = self.inner.store.tags().await?;
        let names = tags.into_iter().map(|(key, tag)| (key, tag.name)).collect();
        Ok(table::pieces(Arc::clone(self.inner), keys, names, format))
    }

    /// What a file of decisions would do. Nothing is changed.
    pub async fn plan(&self, file: &[u8]) -> Result<Brought, Error> {
        Ok(self.compare(file).await?.told)
    }

    /// Takes the decisions of a file over. What is so already is left alone, so the same file a second time
    /// changes nothing; each kind of change is an operation that can be taken back.
    pub async fn apply(&self, file: &[u8], actor: &str) -> Result<Brought, Error> {
        let plan = self.compare(file).await?;
        let (store, by) = (&self.inner.store, || self.inner.author(actor));
        for parts in plan.judged.into_values() {
            store.judge_late(by(), parts, Vec::new()).await?;
        }
        for (name, keys) in plan.tagged {
            store.set_tag(by(), keys, name, true).await?;
        }
        for (name, keys) in plan.personas {
            store.set_field(by(), keys, Part::Persona, name).await?;
        }
        keeper::catch_up(self.inner).await?;
        Ok(plan.told)
    }

    async fn compare(&self, file: &[u8]) -> Result<Plan, Error> {
        let read = lines::read(file).map_err(|why| Error::told(ProblemKind::Invalid, why))?;
        let snapshot = Search::new(self.inner).ready().await?;
        let mut plan = Plan::default();
        plan.told.unknown = read.unknown;
        plan.told.lines = read.lines.len() as u64;
        let names = read
            .lines
            .iter()
            .map(|line| normalise(line.base()))
            .collect();
        let found = snapshot.ask(|index| index.named(&names));
        let mut meant: BTreeMap<i64, Line> = BTreeMap::new();
        for line in read.lines {
            let keys = found
                .get(&normalise(line.base()))
                .map_or(&[][..], Vec::as_slice);
            let fits: Vec<i64> = keys
                .iter()
                .filter(|(_, folder)| line.lies_in(folder))
                .map(|(key, _)| *key)
                .collect();
            match fits[..] {
                [] => plan.missed(&line, false),
                [one] => match meant.get(&one) {
                    Some(other) if *other != line => plan.missed(&line, true),
                    _ => {
                        plan.told.matched += 1;
                        meant.insert(one, line);
                    }
                },
                _ => plan.missed(&line, true),
            }
        }
        let tags = self.inner.store.tags().await?;
        let tags: HashMap<i64, String> = tags
            .into_iter()
            .map(|(key, tag)| (key, fold_name(&tag.name)))
            .collect();
        let keys: Vec<i64> = meant.keys().copied().collect();
        for keys in keys.chunks(BATCH) {
            for row in self.inner.store.index_rows_of(keys).await? {
                if let Some(line) = meant.get(&row.key) {
                    plan.note(line, &row, &tags);
                }
            }
        }
        Ok(plan)
    }
}

impl Plan {
    fn missed(&mut self, line: &Line, several: bool) {
        if several {
            self.told.conflicting += 1;
        } else {
            self.told.unmatched += 1;
        }
        if self.told.examples.len() < EXAMPLES {
            self.told.examples.push(line.file.clone());
        }
    }

    /// Notes what a line changes of its picture.
    fn note(&mut self, line: &Line, row: &Facts, tags: &HashMap<i64, String>) {
        for edit in line.edits() {
            let mut after = row.judgement;
            edit.apply(&mut after);
            if after != row.judgement {
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
        if let Some(persona) = line.persona.as_ref().filter(|name| **name != row.persona) {
            self.told.personas += 1;
            self.personas
                .entry(persona.clone())
                .or_default()
                .push(row.key);
        }
    }
}
