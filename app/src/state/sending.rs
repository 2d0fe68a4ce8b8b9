//! Files that this page sends to the gallery, by the protocol tus.
//!
//! They are sent on while somebody looks at other pages, so they belong to no view: one sender for the whole page
//! holds them. What a file has come to is kept by the browser as well, so that a file that is chosen again after a
//! reload goes on where it was.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::{files::File, send, storage},
    words::add as said,
};

/// Files that are sent at once.
const AT_ONCE: usize = 4;
/// Bytes of one request: what a broken connection may cost.
const PIECE: u64 = 8 << 20;
/// Milliseconds until a server that could not be reached is asked again, at first and at most.
const REST: (i32, i32) = (1_000, 15_000);
/// Where the browser keeps which uploads have begun.
const BEGUN: &str = "proofsheet.uploads";

/// What every request says.
const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
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
    /// The id of the picture whose file it becomes.
    pub replaces: Option<String>,
    /// How far it has come.
    pub stage: ArcRwSignal<Stage>,
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

/// Sends files, one after the other. With the id of a picture the first of them becomes its file, and no other is
/// sent.
pub fn add(mut files: Vec<File>, replaces: Option<&str>) {
    if replaces.is_some() {
        files.truncate(1);
    }
    let rows = rows();
    let first = rows.with_untracked(Vec::len);
    let new: Vec<(Row, File)> = (first..)
        .zip(files)
        .map(|(number, file)| {
            let row = Row {
                number,
                name: file.name(),
                bytes: send::size(&file),
                replaces: replaces.map(str::to_owned),
                stage: ArcRwSignal::new(Stage::Queued),
            };
            (row, file)
        })
        .collect();
    rows.update(|rows| rows.extend(new.iter().map(|(row, _)| row.clone())));
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
    fingerprint: String,
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
            fingerprint: send::fingerprint(file) + row.replaces.as_deref().unwrap_or_default(),
            stopped: stopped(),
            rest: REST.0,
        }
    }

    async fn bring(mut self) -> Stage {
        let mut place = begun().remove(&self.fingerprint);
        let mut at = None;
        loop {
            if stopped() != self.stopped {
                return Stage::Stopped;
            }
            let step = match (&place, at) {
                (None, _) => match self.begin().await {
                    Ok(new) => {
                        keep(&self.fingerprint, Some(&new));
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
                    keep(&self.fingerprint, None);
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
        if let Some(image) = &self.row.replaces {
            about = format!("{about},replaces {}", send::base64(image));
        }
        let headers = [
            TUS,
            ("upload-length", length.as_str()),
            ("upload-metadata", &about),
        ];
        let said = send::ask("POST", "/uploads", &headers, None).await;
        let said = said.ok_or(Step::Later)?;
        match said.header("location") {
            Some(place) if said.status == 201 => Ok(place),
            _ => Err(refused(&said).await),
        }
    }

    async fn look(&self, place: &str) -> Step {
        match send::ask("HEAD", place, &[TUS], None).await {
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
        match send::ask("PATCH", place, &headers, Some((self.file, from, to))).await {
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

fn begun() -> BTreeMap<String, String> {
    let kept = storage::get(BEGUN).unwrap_or_default();
    serde_json::from_str(&kept).unwrap_or_default()
}

fn keep(fingerprint: &str, place: Option<&String>) {
    let mut all = begun();
    match place {
        Some(place) => all.insert(fingerprint.to_owned(), place.clone()),
        None => all.remove(fingerprint),
    };
    storage::set(BEGUN, &serde_json::to_string(&all).unwrap_or_default());
}
