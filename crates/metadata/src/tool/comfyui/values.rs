//! Numbers and names that reach a node through links: seeds, steps, sampler names, switches.

use super::{
    graph::{Graph, Input, Link, Node},
    names::{self, Scalar},
};
use crate::{json::Json, rules::NodeRule};

/// How many nodes one value may come through.
const HOPS: u32 = 1000;

/// A value and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Held<'g, 'a> {
    pub(super) value: &'g Json<'a>,
    /// The node that holds it, and the input in which.
    pub(super) node: &'g Node<'a>,
    pub(super) input: &'g str,
}

/// The value of a scalar for a node: set on it, linked to it, or behind its bundles.
pub(super) fn scalar<'g, 'a>(
    graph: &'g Graph<'a>,
    node: &'g Node<'a>,
    scalar: Scalar,
) -> Option<&'g Json<'a>> {
    let (held, _) = find(graph, node, scalar)?;
    if graph.trail.is_kept() && !scalar.field.is_empty() {
        let value = held.value.plain().unwrap_or_default();
        graph
            .trail
            .found(scalar.field, held.node, held.input, &value);
    }
    Some(held.value)
}

/// The same, with the node that asks for it: a sampler, or the planner behind it.
pub(super) fn find<'g, 'a>(
    graph: &'g Graph<'a>,
    node: &'g Node<'a>,
    scalar: Scalar,
) -> Option<(Held<'g, 'a>, &'g Node<'a>)> {
    graph.trail.start(node);
    let mut seen: Vec<*const Node<'a>> = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if seen.contains(&std::ptr::from_ref(node)) || seen.len() > HOPS as usize {
            continue;
        }
        if !graph.may_look(node) {
            break;
        }
        seen.push(node);
        let look = |name: &str| match named(node, name)? {
            (input, Input::Value(value)) => is_single(value).then_some(Held { value, node, input }),
            (input, Input::Link(link)) => through(graph, node, input, *link, scalar),
        };
        let held = match node.rule.and_then(|rule| rule.inputs_for(scalar.entry)) {
            Some(names) => names.iter().find_map(look),
            None => scalar.names.iter().copied().find_map(look),
        };
        if let Some(held) = held {
            return Some((held, node));
        }
        let leads_on = |name: &str| names::is_bundle(&names::lower(name)) || node.passes(name);
        let mut bundles: Vec<_> = node
            .ways()
            .filter(|(name, _)| leads_on(name))
            .map(|(name, link)| graph.step(node, name, link).0)
            .collect();
        bundles.reverse();
        open.extend(bundles);
    }
    None
}

/// The value of one input, set or linked.
pub(super) fn at<'g, 'a>(
    graph: &'g Graph<'a>,
    node: &'g Node<'a>,
    name: &str,
) -> Option<Held<'g, 'a>> {
    match named(node, name)? {
        (input, Input::Value(value)) => is_single(value).then_some(Held { value, node, input }),
        (input, Input::Link(link)) => through(graph, node, input, *link, Scalar::ANY),
    }
}

/// An input by name, in any case, with the name as it stands there.
pub(super) fn named<'g, 'a>(node: &'g Node<'a>, name: &str) -> Option<(&'g str, &'g Input<'a>)> {
    node.inputs
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(key, input)| (key.as_ref(), input))
}

fn is_single(value: &Json<'_>) -> bool {
    !matches!(value, Json::Null | Json::List(_) | Json::Map(_))
}

/// The value that comes out of a link.
fn through<'g, 'a>(
    graph: &'g Graph<'a>,
    mut from: &'g Node<'a>,
    mut input: &'g str,
    mut link: Link,
    scalar: Scalar,
) -> Option<Held<'g, 'a>> {
    for _ in 0..HOPS {
        let (node, _) = graph.step(from, input, link);
        if !graph.may_look(node) {
            break;
        }
        (from, input) = match switched(graph, node) {
            Some(Chosen::Link(input, next)) => {
                link = next;
                (node, input)
            }
            Some(Chosen::Value(input, value)) => return Some(Held { value, node, input }),
            Some(Chosen::Nothing) => return None,
            None => match giving(node, scalar)? {
                (input, Input::Value(value)) => {
                    return is_single(value).then_some(Held { value, node, input });
                }
                (input, Input::Link(next)) => {
                    link = *next;
                    (node, input)
                }
            },
        };
    }
    None
}

/// The input whose value a node gives out.
fn giving<'g, 'a>(node: &'g Node<'a>, scalar: Scalar) -> Option<(&'g str, &'g Input<'a>)> {
    if let Some(rule) = node.rule {
        if rule.computes == Some(true) {
            return None;
        }
        let own = rule.inputs_for(scalar.entry).or(rule.value.as_ref());
        if let Some(names) = own.or(rule.pass.as_ref()) {
            return names.iter().find_map(|name| named(node, name));
        }
    }
    let known = scalar.names.iter().chain(names::VALUES);
    known
        .copied()
        .find_map(|name| named(node, name))
        .or_else(|| bundled(node))
        .or_else(|| only(node))
}

/// The bundle from which a node takes what it does not have itself.
fn bundled<'g, 'a>(node: &'g Node<'a>) -> Option<(&'g str, &'g Input<'a>)> {
    let mut inputs = node.inputs.iter();
    let found = inputs.find(|(name, input)| {
        matches!(input, Input::Link(_)) && names::is_bundle(&names::lower(name))
    });
    found.map(|(name, input)| (name.as_ref(), input))
}

/// The only value of a node that has one, or the only link of a node that has one.
fn only<'g, 'a>(node: &'g Node<'a>) -> Option<(&'g str, &'g Input<'a>)> {
    let mut values = node.inputs.iter().filter(|(_, input)| match input {
        Input::Value(value) => is_single(value),
        Input::Link(_) => true,
    });
    match (values.next(), values.next()) {
        (Some((name, input)), None) => Some((name, input)),
        _ => None,
    }
}

/// What a node that lets one of several inputs through lets through, and the input's name.
pub(super) enum Chosen<'g, 'a> {
    Link(&'g str, Link),
    Value(&'g str, &'g Json<'a>),
    /// Nothing is connected there.
    Nothing,
}

impl<'g, 'a> Chosen<'g, 'a> {
    fn of(name: &'g str, input: &'g Input<'a>) -> Self {
        match input {
            Input::Link(link) => Self::Link(name, *link),
            Input::Value(Json::Null) => Self::Nothing,
            Input::Value(value) => Self::Value(name, value),
        }
    }
}

/// Inputs that say which of the others goes through.
const SELECTORS: &[&str] = &[
    "select",
    "switch",
    "index",
    "boolean",
    "condition",
    "input",
    "selected",
];

/// Whether a node may be a switch, by the table or else by a word in its class.
pub(super) fn is_switch(class: &str, rule: Option<&NodeRule>) -> bool {
    let class = names::lower(class);
    rule.is_some_and(|rule| rule.switch.is_some())
        || ["switch", "select", "ifelse", "if else"]
            .iter()
            .any(|word| class.contains(word))
}

/// The word in the table for a switch that lets the first connected input through.
const FIRST: &str = "first";

/// What a switch lets through; `None` when the node is no switch, or none whose choice is known.
pub(super) fn switched<'g, 'a>(graph: &'g Graph<'a>, node: &'g Node<'a>) -> Option<Chosen<'g, 'a>> {
    if !node.is_switch {
        return None;
    }
    let told = node.rule.and_then(|rule| rule.switch.as_deref());
    let class = names::lower(&node.class);
    if told == Some(FIRST) {
        let first = node.ways().next();
        return Some(first.map_or(Chosen::Nothing, |(name, link)| Chosen::Link(name, link)));
    }
    let (selecting, selector) = match told {
        Some(name) => named(node, name)?,
        None => SELECTORS.iter().find_map(|name| named(node, name))?,
    };
    let picked = match selector {
        Input::Value(value) => value,
        Input::Link(link) => {
            let way = || through(graph, node, selecting, *link, Scalar::ANY);
            graph.trail.aside(way)?.value
        }
    };
    let is_picked = |name: &str| match picked {
        Json::Bool(yes) => {
            // `Input Switch` of some packages has the input for `true` first.
            let first_is_true = class.contains("input switch");
            name_says(name, *yes) || name.ends_with(if *yes == first_is_true { "_a" } else { "_b" })
        }
        Json::Unsigned(number) => {
            let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
            digits.parse() == Ok(*number)
        }
        Json::Text(word) => name.eq_ignore_ascii_case(word),
        _ => false,
    };
    let candidates = node
        .inputs
        .iter()
        .filter(|(_, input)| !std::ptr::eq(input, selector));
    let mut picked = candidates.filter(|(name, _)| is_picked(&names::lower(name)));
    picked.next().map(|(name, input)| Chosen::of(name, input))
}

/// Whether an input's name stands for yes or for no.
fn name_says(name: &str, yes: bool) -> bool {
    let ends = if yes {
        ["true", "_yes", "then"]
    } else {
        ["false", "_no", "else"]
    };
    ends.iter().any(|end| name.ends_with(end)) || name.starts_with(if yes { "tt_" } else { "ff_" })
}
