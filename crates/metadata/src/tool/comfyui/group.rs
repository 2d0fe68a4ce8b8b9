//! Group nodes, the older kind of subgraph: rewritten as subgraphs of the newer kind.
//!
//! A group lists its nodes by position and its inner links; whatever is left unconnected inside is
//! an input or output of the group, in order, and the values of all its nodes stand in one row.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use crate::json::Json;

/// How much of groups is copied for all their uses, in [`Json::weight`].
const WEIGHT: usize = 500_000;

/// The drawing with every use of a group turned into a subgraph of its own.
pub(super) fn opened<'j, 'a>(json: &'j Json<'a>) -> Cow<'j, Json<'a>> {
    let groups = json.get("extra").and_then(|extra| extra.get("groupNodes"));
    let Some(groups) = groups.filter(|groups| !groups.map().is_empty()) else {
        return Cow::Borrowed(json);
    };
    let list = |value: Option<&Json<'a>>| value.map(Json::list).unwrap_or_default().to_vec();
    let mut nodes = list(json.get("nodes"));
    let mut subgraphs = list(json.get("definitions").and_then(|all| all.get("subgraphs")));
    let mut left = WEIGHT;
    for (at, node) in nodes.iter_mut().enumerate() {
        let class = node.get("type").and_then(Json::text).unwrap_or_default();
        let name = class
            .strip_prefix("workflow")
            .and_then(|rest| rest.strip_prefix(['>', '/']));
        let Some(group) = name.and_then(|name| groups.get(name)) else {
            continue;
        };
        let Some(rest) = left.checked_sub(group.weight()) else {
            break;
        };
        left = rest;
        let id = text(format!("group {at}"));
        subgraphs.push(subgraph(group, node, id.clone()));
        set(node, "type", id);
    }
    let mut drawing = Json::Map(Vec::new());
    set(&mut drawing, "nodes", Json::List(nodes));
    set(
        &mut drawing,
        "links",
        json.get("links").cloned().unwrap_or(Json::Null),
    );
    let all = Json::Map(vec![(Cow::Borrowed("subgraphs"), Json::List(subgraphs))]);
    set(&mut drawing, "definitions", all);
    Cow::Owned(drawing)
}

/// One use of a group as a subgraph.
fn subgraph<'a>(group: &Json<'a>, user: &Json<'a>, id: Json<'a>) -> Json<'a> {
    let list = |value: &Json<'a>, key| value.get(key).map(Json::list).unwrap_or_default().to_vec();
    let mut nodes = list(group, "nodes");
    let mut links = Links::default();
    let mut inner: HashMap<(u64, u64), u64> = HashMap::new();
    let mut taken = HashSet::new();
    for link in list(group, "links") {
        let part = |at: usize| link.list().get(at).and_then(Json::unsigned);
        let (Some(from), Some(slot), Some(to), Some(into)) = (part(0), part(1), part(2), part(3))
        else {
            continue; // Without a start it comes from outside.
        };
        taken.insert((from, slot));
        inner.insert(
            (to, into),
            links.add((from as f64, slot), (to as f64, into)),
        );
    }
    let outer = list(user, "inputs");
    let external: HashSet<(u64, u64)> = list(group, "external")
        .iter()
        .filter_map(|entry| external(entry))
        .collect();
    let mut values = list(user, "widgets_values").into_iter();
    let own = |node: &Json<'a>| list(node, "widgets_values").len();
    let distribute = nodes.iter().map(own).sum::<usize>() == values.len();
    let (mut next_outer, mut outputs) = (0, 0);
    for (at, node) in nodes.iter_mut().enumerate() {
        let at = at as u64;
        set(node, "id", Json::Unsigned(at));
        let mut inputs = list(node, "inputs");
        for (slot, input) in inputs.iter_mut().enumerate() {
            let slot = slot as u64;
            let came = inner.get(&(at, slot)).copied().or_else(|| {
                let place = next_outer
                    + outer
                        .get(next_outer..)?
                        .iter()
                        .position(|o| same(o, input))?;
                next_outer = place + 1;
                Some(links.add((-10.0, place as u64), (at as f64, slot)))
            });
            set(input, "link", came.map_or(Json::Null, Json::Unsigned));
        }
        set(node, "inputs", Json::List(inputs));
        for slot in 0..list(node, "outputs").len() as u64 {
            if !taken.contains(&(at, slot)) || external.contains(&(at, slot)) {
                links.add((at as f64, slot), (-20.0, outputs));
                outputs += 1;
            }
        }
        if distribute {
            let row = values.by_ref().take(own(node)).collect();
            set(node, "widgets_values", Json::List(row));
        }
    }
    let mut graph = Json::Map(Vec::new());
    set(&mut graph, "id", id);
    set(&mut graph, "nodes", Json::List(nodes));
    set(&mut graph, "links", Json::List(links.0));
    set(&mut graph, "inputs", Json::List(outer));
    graph
}

/// Links of the list form, numbered from 1.
#[derive(Default)]
struct Links<'a>(Vec<Json<'a>>);

impl Links<'_> {
    /// Adds a link and returns its number.
    fn add(&mut self, from: (f64, u64), to: (f64, u64)) -> u64 {
        let number = self.0.len() as u64 + 1;
        let node = |id: f64| {
            if id < 0.0 {
                Json::Float(id)
            } else {
                Json::Unsigned(id as u64)
            }
        };
        let (slot, into) = (Json::Unsigned(from.1), Json::Unsigned(to.1));
        let parts = vec![Json::Unsigned(number), node(from.0), slot, node(to.0), into];
        self.0.push(Json::List(parts));
        number
    }
}

/// Position and output of an output that is shown although it is used inside; the position may
/// stand for itself or in a copy of the node.
fn external(entry: &Json<'_>) -> Option<(u64, u64)> {
    let node = entry.list().first()?;
    let at = node.unsigned().or_else(|| node.get("index")?.unsigned())?;
    Some((at, entry.list().get(1)?.unsigned()?))
}

/// Whether an outer input stands for an inner one: of its type, and named after it unless renamed.
fn same(outer: &Json<'_>, inner: &Json<'_>) -> bool {
    let text = |value: &Json<'_>, key| value.get(key).and_then(Json::text).map(str::to_owned);
    let (kind, inner_kind) = (text(outer, "type"), text(inner, "type"));
    kind == inner_kind || inner_kind.as_deref() == Some("*")
}

fn text<'a>(text: String) -> Json<'a> {
    Json::Text(Cow::Owned(text))
}

/// Sets an entry of a map.
fn set<'a>(map: &mut Json<'a>, key: &'static str, value: Json<'a>) {
    if let Json::Map(entries) = map {
        entries.retain(|(known, _)| known != key);
        entries.push((Cow::Borrowed(key), value));
    }
}
