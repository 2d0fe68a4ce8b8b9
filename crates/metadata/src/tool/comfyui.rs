//! `ComfyUI`: a graph of nodes, as it was executed (`prompt`) or as it was drawn (`workflow`).
//!
//! - `graph` turns the executed form into one simple graph; `drawn`, `flatten`, `scope` and `group` do so with
//!   the drawn form, whose subgraphs, switched-off nodes and unnamed values have to be worked out.
//! - `trace` walks that graph upstream from the saved picture: which samplers ran, and with what.
//! - `prompt` walks from a sampler to its texts; `text` works out those that nodes put together.
//! - `models` and `loras` walk from a sampler to its models and LoRAs, `values` to its numbers.
//! - `parameters` lists every value that was set, `beside` what else had part in the picture.
//! - `trail` keeps the ways of the walks for people who ask.
//! - `names` knows the names of inputs, `kinds` what nodes are, `widgets` the order of unnamed
//!   values. A node that no table knows is walked through by the names of its inputs, so most custom
//!   nodes need no entry.

mod beside;
mod drawn;
mod flatten;
mod graph;
mod group;
mod kinds;
mod loras;
mod models;
mod names;
mod parameters;
mod prompt;
mod scope;
mod text;
mod trace;
mod trail;
mod values;
mod widgets;

use std::borrow::Cow;

use self::trail::Trail;
pub(super) use self::trail::cut;
use super::{Asked, Record, Texts};
use crate::json::{self, Json};

/// The program's word in `Recipe::tool`.
const WORD: &str = "comfyui";

/// Whether a drawn graph lies in the file; a look at keys, not a parse.
pub(super) fn has_workflow(texts: &Texts<'_>) -> bool {
    let is_graph = |text: &str| text.trim_start().starts_with('{') && text.contains("\"nodes\"");
    texts.named("workflow").is_some_and(is_graph) || texts.loose().any(is_graph)
}

/// Reads the graph that made the picture.
pub(super) fn read_executed(texts: &Texts<'_>, asked: Asked<'_>) -> Option<Record> {
    let named = texts.named("prompt").filter(|text| is_object(text));
    let loose = texts
        .loose()
        .filter(|text| is_object(text) && text.contains("class_type"));
    named
        .into_iter()
        .chain(loose)
        .find_map(|text| Some(placed(executed(text, asked, 0)?, text, texts)))
}

/// Reads the graph as it was drawn; it may have changed since it ran, so it comes last.
pub(super) fn read_drawn(texts: &Texts<'_>, asked: Asked<'_>) -> Option<Record> {
    let named = texts.named("workflow").filter(|text| is_object(text));
    let loose = texts
        .loose()
        .filter(|text| is_object(text) && text.contains("nodes"));
    named
        .into_iter()
        .chain(loose)
        .find_map(|text| Some(placed(drawn(text, asked, 0)?, text, texts)))
}

fn trail(asked: Asked<'_>) -> Trail {
    if asked.why {
        Trail::kept()
    } else {
        Trail::default()
    }
}

/// The record with the block from which its values came.
fn placed(mut record: Record, text: &str, texts: &Texts<'_>) -> Record {
    if !record.origins.is_empty() {
        let block = texts.block_of(text);
        for origin in &mut record.origins {
            origin.block.clone_from(&block);
        }
    }
    record
}

fn is_object(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '"'])
}

/// How often JSON inside JSON strings is opened.
const WRAPPED: u32 = 3;

/// An executed graph, bare or under `prompt` of an envelope, perhaps as a string.
fn executed(text: &str, asked: Asked<'_>, depth: u32) -> Option<Record> {
    let text = json::clean(text);
    let mut json = json::parse(&text)?;
    if let Json::Text(inner) = &json {
        return (depth < WRAPPED)
            .then(|| executed(inner, asked, depth + 1))
            .flatten();
    }
    if !graph::is_executed(&json) {
        json = json.take("prompt").or_else(|| json.take("output"))?;
        if let Json::Text(inner) = &json {
            return (depth < WRAPPED)
                .then(|| executed(inner, asked, depth + 1))
                .flatten();
        }
    }
    graph::is_executed(&json)
        .then(|| trace::trace(&graph::executed(json, asked.rules, trail(asked))))
}

/// A drawn graph, bare or under `workflow` of an envelope, perhaps as a string.
fn drawn(text: &str, asked: Asked<'_>, depth: u32) -> Option<Record> {
    let text: Cow<'_, str> = json::clean(text);
    let mut json = json::parse(&text)?;
    if let Json::Text(inner) = &json {
        return (depth < WRAPPED)
            .then(|| drawn(inner, asked, depth + 1))
            .flatten();
    }
    if json.get("nodes").is_none() {
        json = json.take("workflow")?;
        if let Json::Text(inner) = &json {
            return (depth < WRAPPED)
                .then(|| drawn(inner, asked, depth + 1))
                .flatten();
        }
    }
    json.get("nodes")?;
    let graph = drawn::graph(&group::opened(&json), asked.rules, trail(asked));
    Some(trace::trace(&graph))
}
