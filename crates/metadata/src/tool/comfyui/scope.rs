//! One drawn graph: its nodes, its numbered links, and small questions about a node.

use std::collections::{HashMap, HashSet};

use super::{flatten::Place, graph::NODES};
use crate::json::Json;

/// The ids that stand for a subgraph's own inputs and outputs.
pub(super) const INSIDE: &str = "-10";
pub(super) const OUTSIDE: &str = "-20";

/// One graph: the whole drawing, or one use of a subgraph.
pub(super) struct Scope<'j, 'a> {
    pub(super) nodes: Vec<&'j Json<'a>>,
    pub(super) places: HashMap<String, usize>,
    /// Link number to the node and output that it starts from.
    pub(super) origins: HashMap<u64, (String, usize)>,
    /// Which link ends at which of the subgraph's outputs.
    pub(super) results: HashMap<usize, u64>,
    /// The node that uses this subgraph, and what it names the subgraph's inputs.
    pub(super) user: Option<(Place, &'j [Json<'a>])>,
    /// Scopes of the subgraphs used here, by the place of their user.
    pub(super) inner: HashMap<usize, usize>,
    /// Names of set nodes and the link that comes into each.
    pub(super) set: HashMap<String, u64>,
    pub(super) depth: usize,
}

/// Whether a node takes part.
#[derive(PartialEq, Eq)]
pub(super) enum Mode {
    Runs,
    Muted,
    Bypassed,
}

pub(super) fn mode(node: &Json<'_>) -> Mode {
    match node.get("mode").and_then(Json::unsigned) {
        Some(2) => Mode::Muted,
        Some(4) => Mode::Bypassed,
        _ => Mode::Runs,
    }
}

pub(super) fn class<'j>(node: &'j Json<'_>) -> &'j str {
    node.get("type").and_then(Json::text).unwrap_or_default()
}

pub(super) fn id(node: &Json<'_>) -> String {
    node.get("id").and_then(Json::plain).unwrap_or_default()
}

/// Nodes that are only wires: what comes in goes out, here or under a name elsewhere.
pub(super) fn is_wire(class: &str) -> bool {
    class.starts_with("Reroute") || is_get(class) || is_set(class)
}

pub(super) fn is_get(class: &str) -> bool {
    matches!(class, "GetNode" | "easy getNode")
}

fn is_set(class: &str) -> bool {
    matches!(class, "SetNode" | "easy setNode")
}

pub(super) fn first_text<'j>(node: &'j Json<'_>) -> Option<&'j str> {
    node.get("widgets_values")?.list().first()?.text()
}

pub(super) fn first_link(node: &Json<'_>) -> Option<u64> {
    node.get("inputs")?.list().first()?.get("link")?.unsigned()
}

/// A bypassed node gives out what comes into its first input of the output's type; the input at
/// the output's own place comes first.
pub(super) fn bypass(node: &Json<'_>, slot: usize) -> Option<u64> {
    let kind = node.get("outputs")?.list().get(slot)?.get("type")?.text()?;
    let inputs = node.get("inputs")?.list();
    let fits = |input: &&Json<'_>| input.get("type").and_then(Json::text) == Some(kind);
    let linked = |input: &Json<'_>| input.get("link").and_then(Json::unsigned);
    let same_place = inputs
        .get(slot)
        .filter(|input| fits(input))
        .and_then(linked);
    same_place.or_else(|| inputs.iter().filter(fits).find_map(linked))
}

pub(super) fn scope<'j, 'a>(
    graph: &'j Json<'a>,
    user: Option<(Place, &'j [Json<'a>])>,
    depth: usize,
) -> Scope<'j, 'a> {
    let nodes: Vec<&Json<'a>> = graph
        .get("nodes")
        .map(Json::list)
        .unwrap_or_default()
        .iter()
        .take(NODES)
        .collect();
    let places = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| (id(node), at))
        .collect();
    let (mut origins, mut results) = (HashMap::new(), HashMap::new());
    for link in graph.get("links").map(Json::list).unwrap_or_default() {
        let Some((number, from, to)) = ends(link) else {
            continue;
        };
        if to.0 == OUTSIDE {
            results.insert(to.1, number);
        }
        origins.insert(number, from);
    }
    let mut set = HashMap::new();
    let mut taken = HashSet::new();
    for node in nodes.iter().filter(|node| is_set(class(node))) {
        if let (Some(name), Some(link)) = (first_text(node), first_link(node))
            && taken.insert(name)
        {
            set.insert(name.to_owned(), link);
        }
    }
    Scope {
        nodes,
        places,
        origins,
        results,
        user,
        inner: HashMap::new(),
        set,
        depth,
    }
}

/// A node's id and the number of one of its inputs or outputs.
type Pin = (String, usize);

/// Number, start and end of a link: a list in the old form, a map in the new one.
fn ends(link: &Json<'_>) -> Option<(u64, Pin, Pin)> {
    let names = ["id", "origin_id", "origin_slot", "target_id", "target_slot"];
    let part = |at: usize| match link {
        Json::List(parts) => parts.get(at),
        _ => link.get(names[at]),
    };
    let slot = |at| part(at).and_then(Json::unsigned).map(|slot| slot as usize);
    let from = (part(1)?.plain()?, slot(2)?);
    Some((
        part(0)?.unsigned()?,
        from,
        (part(3)?.plain()?, slot(4).unwrap_or(0)),
    ))
}
