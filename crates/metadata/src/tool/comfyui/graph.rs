//! One simple graph: nodes with named inputs, each a value or a link to another node's output.

use std::{borrow::Cow, cell::Cell, collections::HashMap};

use super::{
    names::{self, Role},
    trail::Trail,
    values,
};
use crate::{
    json::Json,
    rules::{NodeRule, Rules},
};

/// Most nodes that are looked at.
pub(super) const NODES: usize = 50_000;

/// Most inputs of one node; honest ones have some dozens.
pub(super) const INPUTS: usize = 2000;

/// How many inputs all walks of one picture may look at, a node met again counted again.
const LOOKS: usize = 1_000_000;

/// What a node costs beside its inputs.
const NODE: usize = 8;

/// A graph of nodes. Links never point outside it.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// Who is told about walks through it.
    pub(super) trail: Trail,
    /// Where the wire that a node is ends; nothing for other nodes.
    wires: Vec<Option<Link>>,
    looks: Cell<usize>,
}

/// One node.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// Its id; inside subgraphs with the ids of those around it, as `12:7`.
    pub(super) id: Cow<'a, str>,
    /// What it does, such as `KSampler`.
    pub(super) class: Cow<'a, str>,
    /// The name that somebody gave it.
    pub(super) title: Cow<'a, str>,
    /// What the table says about its class.
    pub(super) rule: Option<&'a NodeRule>,
    /// Whether it may let only one of its inputs through.
    pub(super) is_switch: bool,
    /// Its inputs in the order of the file.
    pub(super) inputs: Vec<(Cow<'a, str>, Input<'a>)>,
}

/// What comes into a node.
#[derive(Debug)]
pub(super) enum Input<'a> {
    /// A value set on the node itself.
    Value(Json<'a>),
    /// The output of another node.
    Link(Link),
}

/// An output of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Link {
    /// Position in [`Graph::nodes`].
    pub(super) node: usize,
    /// Which of its outputs.
    pub(super) slot: usize,
}

impl<'a> Node<'a> {
    /// The input of a name.
    pub(super) fn input(&self, name: &str) -> Option<&Input<'a>> {
        self.inputs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, input)| input)
    }

    /// The value set for an input of this name.
    pub(super) fn value(&self, name: &str) -> Option<&Json<'a>> {
        match self.input(name)? {
            Input::Value(value) => Some(value),
            Input::Link(_) => None,
        }
    }

    /// Where an input of this name comes from.
    pub(super) fn link(&self, name: &str) -> Option<Link> {
        match self.input(name)? {
            Input::Link(link) => Some(*link),
            Input::Value(_) => None,
        }
    }

    /// All inputs that are links, in the order of the file.
    pub(super) fn links(&self) -> impl Iterator<Item = (&str, Link)> {
        self.inputs.iter().filter_map(|(name, input)| match input {
            Input::Link(link) => Some((name.as_ref(), *link)),
            Input::Value(_) => None,
        })
    }
}

impl Node<'_> {
    /// Its links on which a walk may go: all but those that the table tells to ignore.
    pub(super) fn ways(&self) -> impl Iterator<Item = (&str, Link)> {
        self.links().filter(|(name, _)| !self.ignores(name))
    }

    /// Whether the table tells to ignore an input.
    pub(super) fn ignores(&self, input: &str) -> bool {
        let ignored = self.rule.and_then(|rule| rule.ignore.as_ref());
        NodeRule::lists(ignored, input)
    }

    /// Whether the table tells that whatever is looked for goes on through an input.
    pub(super) fn passes(&self, input: &str) -> bool {
        let passed = self.rule.and_then(|rule| rule.pass.as_ref());
        NodeRule::lists(passed, input)
    }

    /// Whether an input brings conditioning or text of a side.
    pub(super) fn brings(&self, role: Role, input: &str) -> bool {
        match self.rule.filter(|told| told.tells_prompts()) {
            Some(told) => NodeRule::lists(told.inputs_for(role.field()), input),
            None => role.brings(&names::lower(input)),
        }
    }

    /// Whether an input holds or brings text of either side.
    pub(super) fn brings_text(&self, input: &str) -> bool {
        match self.rule.filter(|told| told.tells_prompts()) {
            Some(told) => NodeRule::lists(told.text.as_ref(), input),
            None => names::is_text(&names::lower(input)),
        }
    }
}

impl<'a> Graph<'a> {
    pub(super) fn new(nodes: Vec<Node<'a>>, trail: Trail) -> Self {
        Self {
            wires: wires(&nodes),
            nodes,
            trail,
            looks: Cell::new(LOOKS),
        }
    }

    /// Whether a walk may look at a node. Nodes cost what their inputs are, because a walk asks each
    /// of them several questions.
    pub(super) fn may_look(&self, node: &Node<'a>) -> bool {
        let left = self.looks.get().checked_sub(NODE + node.inputs.len());
        self.looks.set(left.unwrap_or(0));
        left.is_some()
    }

    /// The node of a link into an input of another node, wires skipped; the trail is told.
    pub(super) fn step(&self, from: &Node<'a>, input: &str, link: Link) -> (&Node<'a>, Link) {
        let (node, link) = self.node(link);
        self.trail.step(from, input, node);
        (node, link)
    }

    /// Follows nodes that only pass their one input on. Chains of any length, also circular ones.
    pub(super) fn source(&self, link: Link) -> Link {
        self.wires[link.node].unwrap_or(link)
    }

    /// The node of a link, wires skipped.
    pub(super) fn node(&self, link: Link) -> (&Node<'a>, Link) {
        let link = self.source(link);
        (&self.nodes[link.node], link)
    }
}

/// Where each wire ends, worked out once: every walk passes the same wires again and again. A circle
/// ends where it was entered.
fn wires(nodes: &[Node<'_>]) -> Vec<Option<Link>> {
    let next = |at: usize| {
        let node: &Node<'_> = &nodes[at];
        let is_wire = node.inputs.len() == 1 && node.class.contains("Reroute");
        is_wire.then(|| node.links().next()).flatten()
    };
    let mut ends: Vec<Option<Link>> = vec![None; nodes.len()];
    for start in 0..nodes.len() {
        let (mut at, mut passed, mut end) = (start, Vec::new(), None);
        while let Some((_, link)) = next(at) {
            passed.push(at);
            // Known before the way is walked to its end, lest a circle be walked for ever.
            ends[at] = Some(link);
            end = ends[link.node].or(Some(link));
            if ends[link.node].is_some() {
                break;
            }
            at = link.node;
        }
        for at in passed {
            ends[at] = end;
        }
    }
    ends
}

/// Whether a value has the shape of an executed graph: a map of nodes that name their class.
pub(super) fn is_executed(json: &Json<'_>) -> bool {
    json.map()
        .iter()
        .take(50)
        .any(|(_, node)| node.get("class_type").is_some())
}

/// Builds the graph of an executed prompt.
pub(super) fn executed<'a>(json: Json<'a>, rules: &'a Rules, trail: Trail) -> Graph<'a> {
    let Json::Map(entries) = json else {
        return Graph::new(Vec::new(), trail);
    };
    let entries: Vec<_> = entries
        .into_iter()
        .filter(|(_, node)| node.get("class_type").and_then(Json::text).is_some())
        .take(NODES)
        .collect();
    let places: HashMap<String, usize> = entries
        .iter()
        .enumerate()
        .map(|(at, (id, _))| (id.to_string(), at))
        .collect();
    let nodes = entries.into_iter().map(|(id, mut node)| {
        let class = match node.take("class_type") {
            Some(Json::Text(class)) => class,
            _ => Cow::Borrowed(""),
        };
        let title = match node.take("_meta").and_then(|mut about| about.take("title")) {
            Some(Json::Text(title)) if title != class => title,
            _ => Cow::Borrowed(""),
        };
        let inputs = match node.take("inputs") {
            Some(Json::Map(inputs)) => inputs,
            _ => Vec::new(),
        };
        let inputs = inputs
            .into_iter()
            .take(INPUTS)
            .map(|(name, value)| (name, input(value, &places)));
        let rule = rules.node(&class);
        Node {
            is_switch: values::is_switch(&class, rule),
            rule,
            id,
            class,
            title,
            inputs: inputs.collect(),
        }
    });
    Graph::new(nodes.collect(), trail)
}

/// A pair of node id and output number is a link; one to a node that is absent is null.
fn input<'a>(mut value: Json<'a>, places: &HashMap<String, usize>) -> Input<'a> {
    if let Json::List(pair) = &value
        && let [
            id @ (Json::Text(_) | Json::Unsigned(_)),
            Json::Unsigned(slot),
        ] = pair.as_slice()
    {
        let id = id.plain().unwrap_or_default();
        return match places.get(&id) {
            Some(&node) => Input::Link(Link {
                node,
                slot: *slot as usize,
            }),
            None => Input::Value(Json::Null),
        };
    }
    // Lists that are meant as values come wrapped, lest they be taken for links.
    if let Some(wrapped) = value.take("__value__") {
        value = wrapped;
    }
    Input::Value(value)
}
