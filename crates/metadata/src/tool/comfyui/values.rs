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
            .filter(|(name, _)| rules::is_bundle(&name.to_ascii_lowercase()))
            .map(|(_, link)| graph.node(link).0)
            .collect();
        bundles.reverse();
        open.extend(bundles);
    }
    None
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
            Some(chosen) => chosen?,
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

/// For a node that lets one of several inputs through: `Some(None)` when none is connected,
/// `None` when the node is no switch.
pub(super) fn switched<'g, 'a>(
    graph: &'g Graph<'a>,
    node: &'g Node<'a>,
) -> Option<Option<&'g Input<'a>>> {
    let class = node.class.to_ascii_lowercase();
    if !class.contains("switch")
        && !class.contains("select")
        && !class.contains("ifelse")
        && !class.contains("if else")
    {
        return None;
    }
    if class.starts_with("any switch") {
        return Some(
            node.inputs
                .iter()
                .map(|(_, input)| input)
                .find(|i| matches!(i, Input::Link(_))),
        );
    }
    let selectors = [
        "select",
        "switch",
        "index",
        "boolean",
        "condition",
        "input",
        "selected",
    ];
    let selector = selectors.iter().find_map(|name| named(node, name))?;
    let picked = match selector {
        Input::Value(value) => value,
        Input::Link(link) => through(graph, *link, Scalar { names: &[] })?,
    };
    let wanted = |name: &str| -> bool {
        match picked {
            Json::Bool(yes) => {
                let (is_yes, is_no) = (
                    name.ends_with("true") || name.ends_with("_yes") || name.ends_with("_b"),
                    name.ends_with("false") || name.ends_with("_no") || name.ends_with("_a"),
                );
                if class.contains("input switch") {
                    // Here the first input is the one for `true`.
                    if *yes { is_no } else { is_yes }
                } else if *yes {
                    is_yes
                } else {
                    is_no
                }
            }
            Json::Unsigned(number) => {
                let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
                digits.parse() == Ok(*number)
            }
            _ => false,
        }
    };
    let candidates = node
        .inputs
        .iter()
        .filter(|(_, input)| !std::ptr::eq(input, selector))
        .collect::<Vec<_>>();
    let chosen = candidates
        .iter()
        .find(|(name, _)| wanted(&name.to_ascii_lowercase()));
    // A selector of an unknown kind: the node is walked like any other.
    chosen.map(|(_, input)| Some(input))
}
