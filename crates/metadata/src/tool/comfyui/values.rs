//! Numbers and names that reach a node through links: seeds, steps, sampler names, switches.

use super::{
    graph::{Graph, Input, Link, Node},
    rules::{self, Scalar},
};
use crate::json::Json;

/// How many nodes one value may come through.
const HOPS: u32 = 1000;

/// The value of a scalar for a node: set on it, linked to it, or behind its bundles.
pub(super) fn scalar<'g, 'a>(
    graph: &'g Graph<'a>,
    node: &'g Node<'a>,
    scalar: Scalar,
) -> Option<&'g Json<'a>> {
    find(graph, node, scalar).map(|(value, _)| value)
}

/// The same, with the class of the node where it was found.
pub(super) fn find<'g, 'a>(
    graph: &'g Graph<'a>,
    node: &'g Node<'a>,
    scalar: Scalar,
) -> Option<(&'g Json<'a>, &'g Node<'a>)> {
    let mut seen: Vec<*const Node<'a>> = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if seen.contains(&std::ptr::from_ref(node)) || seen.len() > HOPS as usize {
            continue;
        }
        seen.push(node);
        for name in scalar.names {
            match named(node, name) {
                Some(Input::Value(value)) if is_single(value) => return Some((value, node)),
                Some(Input::Link(link)) => {
                    if let Some(value) = through(graph, *link, scalar) {
                        return Some((value, node));
                    }
                }
                _ => {}
            }
        }
        let mut bundles: Vec<_> = node
            .links()
            .filter(|(name, _)| rules::is_bundle(&rules::lower(name)))
            .map(|(_, link)| graph.node(link).0)
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
) -> Option<&'g Json<'a>> {
    match named(node, name)? {
        Input::Value(value) => is_single(value).then_some(value),
        Input::Link(link) => through(graph, *link, Scalar { names: &[] }),
    }
}

/// An input by name, in any case.
fn named<'g, 'a>(node: &'g Node<'a>, name: &str) -> Option<&'g Input<'a>> {
    node.inputs
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, input)| input)
}

fn is_single(value: &Json<'_>) -> bool {
    !matches!(value, Json::Null | Json::List(_) | Json::Map(_))
}

/// The value that comes out of a link.
fn through<'g, 'a>(graph: &'g Graph<'a>, mut link: Link, scalar: Scalar) -> Option<&'g Json<'a>> {
    for _ in 0..HOPS {
        let (node, _) = graph.node(link);
        let chosen = match switched(graph, node) {
            Some(Chosen::Link(next)) => {
                link = next;
                continue;
            }
            Some(Chosen::Value(value)) => return Some(value),
            Some(Chosen::Nothing) => return None,
            None => scalar
                .names
                .iter()
                .chain(rules::VALUES)
                .find_map(|name| named(node, name))
                .or_else(|| only(node))?,
        };
        match chosen {
            Input::Value(value) => return is_single(value).then_some(value),
            Input::Link(next) => link = *next,
        }
    }
    None
}

/// The only value of a node that has one, or the only link of a node that has one.
fn only<'g, 'a>(node: &'g Node<'a>) -> Option<&'g Input<'a>> {
    let mut values = node.inputs.iter().filter(|(_, input)| match input {
        Input::Value(value) => is_single(value),
        Input::Link(_) => true,
    });
    match (values.next(), values.next()) {
        (Some((_, input)), None) => Some(input),
        _ => None,
    }
}

/// What a node that lets one of several inputs through lets through.
pub(super) enum Chosen<'g, 'a> {
    Link(Link),
    Value(&'g Json<'a>),
    /// Nothing is connected there.
    Nothing,
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

/// What a switch lets through; `None` when the node is no switch, or none whose choice is known.
pub(super) fn switched<'g, 'a>(graph: &'g Graph<'a>, node: &'g Node<'a>) -> Option<Chosen<'g, 'a>> {
    let class = rules::lower(&node.class);
    if !["switch", "select", "ifelse", "if else"]
        .iter()
        .any(|word| class.contains(word))
    {
        return None;
    }
    if class.starts_with("any switch") {
        // The first that is connected.
        return Some(
            node.links()
                .next()
                .map_or(Chosen::Nothing, |(_, link)| Chosen::Link(link)),
        );
    }
    let selector = SELECTORS.iter().find_map(|name| named(node, name))?;
    let picked = match selector {
        Input::Value(value) => value,
        Input::Link(link) => through(graph, *link, Scalar { names: &[] })?,
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
        _ => false,
    };
    let candidates = node
        .inputs
        .iter()
        .filter(|(_, input)| !std::ptr::eq(input, selector));
    let mut picked = candidates.filter(|(name, _)| is_picked(&rules::lower(name)));
    picked.next().map(|(_, input)| match input {
        Input::Link(link) => Chosen::Link(*link),
        Input::Value(Json::Null) => Chosen::Nothing,
        Input::Value(value) => Chosen::Value(value),
    })
}

/// Whether an input's name stands for yes or for no.
fn name_says(name: &str, yes: bool) -> bool {
    name.ends_with(if yes { "true" } else { "false" })
        || name.ends_with(if yes { "_yes" } else { "_no" })
}
