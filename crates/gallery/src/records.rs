//! Pictures of which only the address is known, as other programs tell of them.
//!
//! What lies at an address is never asked for, by nobody: the page links to it, and that is all.

mod read;

use std::{path::Path, sync::Arc};

use domain::{
    id::ImageId,
    problem::ProblemKind,
    record::{Kept, Record, RecordAnswer, format_of},
    time::Timestamp,
};
use store::rows::NewRecord;

use self::read::Sent;
use crate::{
    Gallery, Inner,
    error::{Error, not_found},
    files::{self, blocking},
    keeper,
};

/// Most records that are taken at once.
pub const MOST_RECORDS: usize = 1_000;

/// Pictures of which only the address is known.
pub struct Records<'a> {
    inner: &'a Arc<Inner>,
}

/// What is answered to a text of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordAnswers {
    /// It was one object.
    One(RecordAnswer),
    /// It was a list: one answer for each of its entries, in their order.
    Many(Vec<RecordAnswer>),
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRecord {
    /// What it says.
    pub record: Record,
    /// When its picture was first told of.
    pub added: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// Whether the picture has a file by now.
    pub has_file: bool,
}

impl Gallery {
    /// Pictures of which only the address is known.
    pub fn records(&self) -> Records<'_> {
        Records { inner: &self.inner }
    }
}

impl Records<'_> {
    /// Takes in the records of a text of JSON: one object, or a list of [`MOST_RECORDS`] at most. What is told last of
    /// a picture counts. An entry that cannot be understood is refused alone.
    ///
    /// # Errors
    /// When the text is no JSON, neither an object nor a list, or too long a list.
    pub async fn take(&self, text: &[u8]) -> Result<RecordAnswers, Error> {
        let (entries, many) = match read::entries(text)? {
            read::Entries::One(entry) => (vec![entry], false),
            read::Entries::Many(entries) if entries.len() > MOST_RECORDS => {
                return Err(Error::told(
                    ProblemKind::TooLarge,
                    format!(
                        "This list has {} records, and {MOST_RECORDS} are taken at once. Nothing was kept; send it \
                         in parts.",
                        entries.len()
                    ),
                ));
            }
            read::Entries::Many(entries) => (entries, true),
        };
        let mut answers = self.take_entries(entries).await?;
        Ok(match answers.pop() {
            Some(only) if !many => RecordAnswers::One(only),
            last => {
                answers.extend(last);
                RecordAnswers::Many(answers)
            }
        })
    }

    /// The same for a file on this machine, of any number of records. Answers what became of each.
    pub async fn import(&self, path: &Path) -> Result<Vec<RecordAnswer>, Error> {
        let path = path.to_owned();
        let text = blocking(move || files::read_text(&path)).await?;
        let text = text.map_err(Error::file("reading a file of records"))?;
        let mut entries = match read::entries(text.as_bytes())? {
            read::Entries::One(entry) => vec![entry],
            read::Entries::Many(entries) => entries,
        };
        let mut answers = Vec::with_capacity(entries.len());
        while !entries.is_empty() {
            let rest = entries.split_off(entries.len().min(MOST_RECORDS));
            let part = std::mem::replace(&mut entries, rest);
            answers.extend(self.take_entries(part).await?);
        }
        Ok(answers)
    }

    /// What was told of a picture.
    pub async fn find(&self, image: ImageId) -> Result<KnownRecord, Error> {
        let row = self
            .inner
            .store
            .record(image)
            .await?
            .ok_or_else(not_found)?;
        Ok(KnownRecord {
            record: row.record,
            added: row.added,
            changed: row.changed,
            has_file: row.has_file,
        })
    }

    async fn take_entries(
        &self,
        entries: Vec<serde_json::Value>,
    ) -> Result<Vec<RecordAnswer>, Error> {
        let now = self.inner.options.clock.now();
        let sent = entries.into_iter().map(read::sent).collect::<Vec<_>>();
        let good = sent.iter().flatten().map(|sent| new(sent, now)).collect();
        let mut kept = self.inner.store.save_records(good).await?.into_iter();
        keeper::catch_up(self.inner).await?;
        let answers = sent.into_iter().map(|sent| match sent {
            Ok(sent) => answer(sent.id, kept.next().unwrap_or(Kept::Refused)),
            Err(message) => RecordAnswer {
                id: None,
                outcome: Kept::Refused,
                message,
            },
        });
        Ok(answers.collect())
    }
}

fn new(sent: &Sent, now: Timestamp) -> NewRecord {
    NewRecord {
        id: sent.id,
        format: format_of(&sent.record.address),
        record: sent.record.clone(),
        date: sent.made.unwrap_or(now),
        at: now,
    }
}

fn answer(id: ImageId, outcome: Kept) -> RecordAnswer {
    let message = match outcome {
        Kept::Created => "This picture is new in the library.",
        Kept::Updated => {
            "This picture was known already; its record now says what you sent. What people thought of it is as it \
             was."
        }
        Kept::Unchanged => {
            "This picture was known already with the same record. Nothing was changed."
        }
        Kept::Refused => {
            "The id in this address is that of a picture that came in as a file. Nothing was changed; give this one \
             an address with another id."
        }
    };
    RecordAnswer {
        id: Some(id),
        outcome,
        message: message.to_owned(),
    }
}
