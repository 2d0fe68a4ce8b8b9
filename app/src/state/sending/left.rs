//! Files that were not sent before the page was closed. A browser gives a page no file again by itself, so the list says
//! which ones are to be chosen once more; what has come of them is safe on the server.

use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::{Row, Stage, TUS, place};
use crate::browser::{
    send::{self, Body},
    storage,
};

/// Where the browser keeps the list.
const LEFT: &str = "proofsheet.unsent";

/// A file that was not sent whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// What tells it from others.
    fingerprint: String,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
    /// How many of them are safe.
    pub sent: u64,
}

/// The list as the browser has it.
pub fn left() -> Vec<Left> {
    let kept = storage::get(LEFT).unwrap_or_default();
    serde_json::from_str(&kept).unwrap_or_default()
}

/// Gives all of them up; what came of them is removed.
pub fn forget() {
    for left in left() {
        let Some(place) = place::of(&left.fingerprint) else {
            continue;
        };
        place::keep(&left.fingerprint, None);
        spawn_local(async move {
            // What cannot be reached now goes by itself within a week.
            send::ask("DELETE", &place, &[TUS], Body::Empty).await;
        });
    }
    keep(&[]);
}

/// Takes files off the list that were chosen again.
pub(super) fn chosen(rows: &[Row]) {
    let mut all = left();
    let before = all.len();
    all.retain(|left| rows.iter().all(|row| row.fingerprint != left.fingerprint));
    if all.len() < before {
        keep(&all);
    }
}

/// Asks before the page is closed while files are sent, and then keeps what was left.
pub(super) fn watch(rows: &ArcRwSignal<Vec<Row>>) {
    let open = {
        let rows = rows.clone();
        move || -> Vec<Row> {
            let over = |row: &Row| row.stage.with_untracked(Stage::is_over);
            let rows = rows.get_untracked().into_iter();
            rows.filter(|row| !over(row)).collect()
        }
    };
    let asked = open.clone();
    // Both stay as long as the page.
    let _ = window_event_listener(ev::beforeunload, move |event| {
        if !asked().is_empty() {
            event.prevent_default();
        }
    });
    let _ = window_event_listener(ev::pagehide, move |_| {
        let mut all = left();
        all.extend(open().into_iter().map(|row| Left {
            sent: match row.stage.get_untracked() {
                Stage::Sending(sent) | Stage::Waiting(sent) => sent,
                _ => 0,
            },
            fingerprint: row.fingerprint,
            name: row.name,
            bytes: row.bytes,
        }));
        keep(&all);
    });
}

fn keep(all: &[Left]) {
    if all.is_empty() {
        storage::remove(LEFT);
    } else {
        storage::set(LEFT, &serde_json::to_string(all).unwrap_or_default());
    }
}
