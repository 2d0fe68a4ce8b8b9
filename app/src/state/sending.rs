//! Files that this page sends to the gallery, by the protocol tus.
//!
//! They are sent on while somebody looks at other pages, so they belong to no view: one sender for the whole page
//! holds them. What a file has come to is kept by the browser as well, so that a file that is chosen again after a
//! reload goes on where it was.

mod left;
mod place;

use std::{cell::RefCell, collections::VecDeque};

use leptos::{prelude::*, task::spawn_local};

pub use self::left::{Left, forget, left};
use crate::{
    browser::{
        files::File,
        send::{self, Body},
    },
    words::add as said,
};

/// Files that are sent at once.
const AT_ONCE: usize = 4;
/// Bytes of one request: what a broken connection may cost.
const PIECE: u64 = 8 << 20;
/// Milliseconds until a server that could not be reached is asked again, at first and at most.
const REST: (i32, i32) = (1_000, 15_000);

/// What every request says.
const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
const JSON: (&str, &str) = ("content-type", "application/json");
const BYTES: (&str, &str) = ("content-type", "application/offset+octet-stream");

/// How far a file has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Others go first.
    Queued,
    /// So many of its bytes are safe.
    Sending(u64),
    /// The server cannot be reached; it is asked again. So many of its bytes are safe.
    Waiting(u64),
    /// It is the picture with this id.
    Added(String),
    /// The picture with this id had the same bytes already.
    Known(String),
    /// An archive: a job takes in what is inside it.
    Unpacked,
    /// Why it was not taken.
    Refused(String),
    /// Somebody stopped it.
    Stopped,
}

impl Stage {
    /// Whether nothing more will come of it.
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::Queued | Self::Sending(_) | Self::Waiting(_))
    }
}

/// A file of the list.
#[derive(Clone)]
pub struct Row {
    /// Its place in the list, from 0.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
    /// What is said of it.
    pub telling: Telling,
    /// How far it has come.
    pub stage: ArcRwSignal<Stage>,
    /// What tells it from others when it is chosen again.
    fingerprint: String,
}

/// What is said of files when they are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telling {
    /// The id of the picture whose file the first of them becomes; no other is sent then.
    pub replaces: Option<String>,
    /// What their pictures get: an object of JSON, see `docs/adding.md`.
    pub about: Option<String>,
}

#[derive(Default)]
struct Sender {
    rows: ArcRwSignal<Vec<Row>>,
    queue: VecDeque<(Row, File)>,
    working: usize,
    /// Counts how often somebody stopped everything: who was at work before, ends.
    stopped: u32,
}

thread_local! {
    static SENDER: RefCell<Sender> = RefCell::default();
}

/// All files that were chosen since the page was loaded.
pub fn rows() -> ArcRwSignal<Vec<Row>> {
    SENDER.with_borrow(|sender| sender.rows.clone())
}

/// Sends files, one after the other.
pub fn add(mut files: Vec<File>, telling: &Telling) {
    if telling.replaces.is_some() {
        files.truncate(1);
    }
    let rows = rows();
    let first = rows.with_untracked(Vec::len);
    if first == 0 {
        left::watch(&rows);
    }
    let replaces = telling.replaces.as_deref().unwrap_or_default();
    let new: Vec<(Row, File)> = (first..)
        .zip(files)
        .map(|(number, file)| {
            let row = Row {
                number,
                name: file.name(),
                bytes: send::size(&file),
                telling: telling.clone(),
                stage: ArcRwSignal::new(Stage::Queued),
                fingerprint: send::fingerprint(&file) + replaces,
            };
            (row, file)
        })
        .collect();
    let chosen: Vec<Row> = new.iter().map(|(row, _)| row.clone()).collect();
    left::chosen(&chosen);
    rows.update(|rows| rows.extend(chosen));
    let more = SENDER.with_borrow_mut(|sender| {
        sender.queue.extend(new);
        let more = AT_ONCE
            .saturating_sub(sender.working)
            .min(sender.queue.len());
        sender.working += more;
        more
    });
    for _ in 0..more {
        spawn_local(work());
    }
}

/// Sends nothing more; what has come is kept by the server for a week.
pub fn stop() {
    let left = SENDER.with_borrow_mut(|sender| {
        sender.stopped += 1;
        std::mem::take(&mut sender.queue)
    });
    for (row, _) in left {
        row.stage.set(Stage::Stopped);
    }
}

fn stopped() -> u32 {
    SENDER.with_borrow(|sender| sender.stopped)
}

async fn work() {
    while let Some((row, file)) = SENDER.with_borrow_mut(|sender| sender.queue.pop_front()) {
        let end = Sending::new(&row, &file).bring().await;
        row.stage.set(end);
    }
    SENDER.with_borrow_mut(|sender| sender.working -= 1);
}

/// One file while it is sent.
struct Sending<'a> {
    row: &'a Row,
    file: &'a File,
    /// What was counted when it began.
    stopped: u32,
    rest: i32,
}

/// What an answer means.
enum Step {
    /// So many bytes are safe.
    At(u64),
    /// It is over.
    Over(Stage),
    /// The upload is gone.
    Anew,
    /// Ask how far it came.
    Ask,
    /// Not just now.
    Later,
}

impl<'a> Sending<'a> {
    fn new(row: &'a Row, file: &'a File) -> Self {
        Self {
            row,
            file,
            stopped: stopped(),
            rest: REST.0,
        }
    }

    async fn bring(mut self) -> Stage {
        let fingerprint = &self.row.fingerprint;
        let mut place = place::of(fingerprint);
        let mut at = None;
        loop {
            if stopped() != self.stopped {
                return Stage::Stopped;
            }
            let step = match (&place, at) {
                (None, _) => match self.begin().await {
                    Ok(new) => {
                        place::keep(fingerprint, Some(&new));
                        place = Some(new);
                        Step::At(0)
                    }
                    Err(step) => step,
                },
                (Some(place), None) => self.look(place).await,
                (Some(place), Some(at)) => self.send(place, at).await,
            };
            match step {
                Step::At(offset) => {
                    self.rest = REST.0;
                    at = Some(offset);
                    self.row.stage.set(Stage::Sending(offset));
                }
                Step::Over(stage) => {
                    place::keep(fingerprint, None);
                    return stage;
                }
                Step::Anew => {
                    place = None;
                    at = None;
                }
                Step::Ask => at = None,
                Step::Later => {
                    self.row.stage.set(Stage::Waiting(at.unwrap_or(0)));
                    send::rest(self.rest).await;
                    self.rest = (self.rest * 2).min(REST.1);
                    at = None;
                }
            }
        }
    }

    async fn begin(&self) -> Result<String, Step> {
        let length = self.row.bytes.to_string();
        let mut about = format!("filename {}", send::base64(&self.row.name));
        let telling = &self.row.telling;
        if let Some(image) = &telling.replaces {
            about = format!("{about},replaces {}", send::base64(image));
        }
        let mut headers = vec![
            TUS,
            ("upload-length", length.as_str()),
            ("upload-metadata", &about),
        ];
        // It may be longer than headers may be.
        let body = match &telling.about {
            Some(told) => {
                headers.push(JSON);
                Body::Text(told)
            }
            None => Body::Empty,
        };
        let said = send::ask("POST", "/uploads", &headers, body).await;
        let said = said.ok_or(Step::Later)?;
        match said.header("location") {
            Some(place) if said.status == 201 => Ok(place),
            _ => Err(refused(&said).await),
        }
    }

    async fn look(&self, place: &str) -> Step {
        match send::ask("HEAD", place, &[TUS], Body::Empty).await {
            Some(said) if said.status == 200 => heard(&said),
            Some(said) if matches!(said.status, 404 | 410) => Step::Anew,
            Some(said) => refused(&said).await,
            None => Step::Later,
        }
    }

    async fn send(&self, place: &str, from: u64) -> Step {
        let offset = from.to_string();
        let headers = [TUS, BYTES, ("upload-offset", offset.as_str())];
        let to = self.row.bytes.min(from + PIECE);
        match send::ask("PATCH", place, &headers, Body::Part(self.file, from, to)).await {
            Some(said) if said.status == 204 => heard(&said),
            Some(said) if matches!(said.status, 404 | 410) => Step::Anew,
            // Its own request, which broke, may still be at work there.
            Some(said) if said.status == 409 => Step::Later,
            Some(said) => refused(&said).await,
            None => Step::Later,
        }
    }
}

/// What an answer to a request that was granted says.
fn heard(said: &send::Said) -> Step {
    if let Some(image) = said.header("proofsheet-image") {
        let known = said.header("proofsheet-duplicate").is_some();
        return Step::Over(if known {
            Stage::Known(image)
        } else {
            Stage::Added(image)
        });
    }
    if said.header("proofsheet-job").is_some() {
        return Step::Over(Stage::Unpacked);
    }
    let offset = said.header("upload-offset");
    let offset = offset.and_then(|offset| offset.parse().ok());
    offset.map_or(Step::Ask, Step::At)
}

/// What another answer means: some say that it is to be tried again.
async fn refused(said: &send::Said) -> Step {
    match said.status {
        429 | 500 | 502..=504 => Step::Later,
        _ => {
            let words = said.text().await;
            let words = words.trim();
            Step::Over(Stage::Refused(if words.is_empty() {
                said::NOT_TAKEN.to_owned()
            } else {
                words.to_owned()
            }))
        }
    }
}
