//! The drawn form: nodes with positions, numbered links, and values without names.
//!
//! What the editor resolves when it runs a graph is resolved here: subgraphs are opened, wires and
//! set/get pairs followed, muted nodes cut off and bypassed ones passed through.

use std::{borrow::Cow, collections::HashMap};

use super::{
    flatten::{End, Flat, Place},
    graph::{Graph, INPUTS, Input, Link, Node},
    names::{self, Role},
    trail::Trail,
    values, widgets,
};
use crate::{
    json::Json,
    rules::{NodeRule, Rules},
};

/// Most values of one node, each of which is compared with each input.
const VALUES: usize = 500;

/// Builds the simple graph of a drawn one.
pub(super) fn graph<'a>(json: &Json<'a>, rules: &'a Rules, trail: Trail) -> Graph<'a> {
    let flat = Flat::open(json);
    let places: Vec<Place> = flat.real_nodes();
    let numbers: HashMap<Place, usize> = places
        .iter()
        .enumerate()
        .map(|(number, place)| (*place, number))
        .collect();
    let everywhere = flat.everywhere(&places);
    let mut nodes = Vec::with_capacity(places.len());
    for place in places {
        let rule = rules.node(flat.class(place));
        let mut values = named_values(&flat, place, rule);
        let mut inputs = Vec::new();
        for input in flat
            .node(place)
            .get("inputs")
            .map(Json::list)
            .unwrap_or_default()
            .iter()
            .take(INPUTS)
        {
            let Some(name) = input.get("name").and_then(Json::text) else {
                continue;
            };
            let widget = input
                .get("widget")
                .and_then(|w| w.get("name"))
                .and_then(Json::text);
            let value_name = widget.unwrap_or(name);
            let kind = input.get("type").and_then(Json::text).unwrap_or_default();
            let mut end = flat.end_of_input(place, input);
            if matches!(end, End::Open) && widget.is_none() {
                end = everywhere.end_for(&flat, name, kind);
            }
            let own = values.iter().position(|(key, _)| key == value_name);
            let came = match end {
                End::Node(origin, slot) => numbers
                    .get(&origin)
                    .map(|&node| Input::Link(Link { node, slot })),
                End::Value(value) => Some(Input::Value(value)),
                End::Open => widget.is_none().then_some(Input::Value(Json::Null)),
            };
            let own = own.map(|at| values.swap_remove(at).1);
            let came =
                came.filter(|came| own.is_none() || !matches!(came, Input::Value(Json::Null)));
            if let Some(input) = came.or_else(|| own.map(Input::Value)) {
                inputs.push((Cow::Owned(value_name.to_owned()), input));
            }
        }
        values.retain(|(name, _)| !inputs.iter().any(|(known, _)| known == name));
        inputs.extend(
            values
                .into_iter()
                .map(|(name, value)| (name, Input::Value(value))),
        );
        inputs.truncate(INPUTS);
        nodes.push(Node {
            id: Cow::Owned(flat.path(place)),
            class: Cow::Owned(flat.class(place).to_owned()),
            title: title(&flat, place),
            is_switch: values::is_switch(flat.class(place), rule),
            rule,
            inputs,
        });
    }
    Graph::new(nodes, trail)
}

/// The name that somebody gave a node.
fn title<'a>(flat: &Flat<'_, 'a>, place: Place) -> Cow<'a, str> {
    let title = flat.node(place).get("title").and_then(Json::text);
    let own = title.filter(|title| *title != flat.class(place));
    own.map_or(Cow::Borrowed(""), |title| Cow::Owned(title.to_owned()))
}

/// The values set on a node under the names of their inputs.
fn named_values<'a>(
    flat: &Flat<'_, 'a>,
    place: Place,
    rule: Option<&NodeRule>,
) -> Vec<(Cow<'a, str>, Json<'a>)> {
    let node = flat.node(place);
    let inputs = node.get("inputs").map(Json::list).unwrap_or_default();
    let declared: Vec<&str> = inputs
        .iter()
        .filter_map(|input| input.get("widget")?.get("name")?.text())
        .collect();
    let outputs = node.get("outputs").map(Json::list).unwrap_or_default();
    let has = |key, word| {
        inputs
            .iter()
            .any(|i| i.get(key).and_then(Json::text) == Some(word))
    };
    let looks = widgets::Looks {
        class: flat.class(place),
        order: rule.and_then(|rule| rule.values.as_deref()),
        declared,
        outputs: outputs
            .iter()
            .filter_map(|output| output.get("type")?.text())
            .collect(),
        sided: [Role::Positive, Role::Negative].iter().all(|role| {
            let mut names = outputs
                .iter()
                .filter_map(|output| output.get("name")?.text());
            names.any(|name| role.owns(&names::lower(name)))
        }),
        prompted: inputs.iter().any(|input| {
            let name = input.get("name").and_then(Json::text).unwrap_or_default();
            Role::Positive.brings(&names::lower(name))
        }),
        conditioned: has("type", "CONDITIONING"),
    };
    let values = node.get("widgets_values").unwrap_or(&Json::Null);
    let mut named = widgets::named(&looks, values);
    named.truncate(VALUES);
    // A subgraph may show an inner value on its outside, and the outside wins.
    for (name, value) in flat.overrides(place) {
        named.retain(|(known, _)| known != name);
        named.push((Cow::Owned(name.to_owned()), value.clone()));
    }
    named
}
