//! Prompts that nodes put together: passed on, joined, switched, replaced.

use std::borrow::Cow;

use super::{
    graph::{Graph, Input, Link, Node},
    kinds,
    rules::{self, Role},
    values::{self, Chosen},
};
use crate::json::Json;

/// How deep joins may lie in joins.
const DEPTH: u32 = 48;

/// How many nodes one picture's texts may visit, joins counted each time.
const VISITS: u32 = 20_000;

/// Longest text that is put together.
const LONGEST: usize = 1 << 20;

/// Works out texts, with an allowance that ends on hostile graphs.
pub(super) struct Texts<'g, 'a> {
    graph: &'g Graph<'a>,
    visits: u32,
}

impl<'g, 'a> Texts<'g, 'a> {
    pub(super) fn new(graph: &'g Graph<'a>) -> Self {
        Self {
            graph,
            visits: VISITS,
        }
    }

    /// The texts that a node holds itself, as an encoder does: one per input that is meant for
    /// prompts. Nothing when it has no such input.
    pub(super) fn of_encoder(&mut self, node: &'g Node<'a>, role: Role) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for input in prompt_inputs(node, role) {
            let text = self.of_input(input, role, 0);
            if !text.trim().is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// The text of one input.
    pub(super) fn of_input(&mut self, input: &'g Input<'a>, role: Role, depth: u32) -> String {
        match input {
            Input::Value(value) => plain_text(value).into_owned(),
            Input::Link(link) => self.of_link(*link, role, depth),
        }
    }

    /// The text that a node gives out.
    pub(super) fn of_link(&mut self, mut link: Link, role: Role, depth: u32) -> String {
        // Nodes that pass one text on are walked in a loop, so that chains of any length are.
        while self.visits > 0 && depth < DEPTH {
            self.visits -= 1;
            let (node, at) = self.graph.node(link);
            if kinds::is_silent(&node.class) {
                return String::new();
            }
            let inputs = match values::switched(self.graph, node) {
                Some(Chosen::Link(next)) => {
                    link = next;
                    continue;
                }
                Some(Chosen::Value(value)) => return plain_text(value).into_owned(),
                Some(Chosen::Nothing) => return String::new(),
                None => text_inputs(node, role),
            };
            if let Some(by_slot) = by_slot(node, at.slot, &inputs) {
                return self.of_input(by_slot, role, depth + 1);
            }
            match inputs.as_slice() {
                [] => match only_link(node) {
                    Some(next) => link = next,
                    None => return String::new(),
                },
                [Input::Value(value)] => return plain_text(value).into_owned(),
                [Input::Link(next)] if node.input("find").is_none() => link = *next,
                many => return self.joined(node, many, role, depth + 1),
            }
        }
        String::new()
    }

    /// The texts of a node that joins, replaces, or merely has several.
    fn joined(
        &mut self,
        node: &'g Node<'a>,
        inputs: &[&'g Input<'a>],
        role: Role,
        depth: u32,
    ) -> String {
        if kinds::is_display(&node.class) {
            // What was shown lies beside where it came from; the source is surer, if it speaks.
            let mut texts = inputs.iter().map(|input| self.of_input(input, role, depth));
            return texts
                .find(|text| !text.trim().is_empty())
                .unwrap_or_default();
        }
        let delimiter = delimiter(node);
        let mut joined = String::new();
        let mut first = true;
        for input in inputs {
            let text = self.of_input(input, role, depth);
            let skip = text.is_empty() && delimiter.is_none();
            if skip || joined.len() + text.len() > LONGEST {
                continue;
            }
            if !first {
                joined.push_str(delimiter.as_deref().unwrap_or(" "));
            }
            joined.push_str(&text);
            first = false;
        }
        replaced(node, joined)
    }
}

/// The same for a node that is asked for its text: if it has none for this side, it may well have
/// been made for the other one.
fn text_inputs<'g, 'a>(node: &'g Node<'a>, role: Role) -> Vec<&'g Input<'a>> {
    let inputs = prompt_inputs(node, role);
    if inputs.is_empty() {
        prompt_inputs(node, role.other())
    } else {
        inputs
    }
}

/// Whether a node works on texts alone: nothing else comes into it.
pub(super) fn is_text_node(node: &Node<'_>) -> bool {
    node.links().all(|(name, _)| {
        let name = rules::lower(name);
        (rules::is_text(&name) || rules::DELIMITERS.contains(&name.as_ref()))
            && !rules::is_conditioning(&name)
    })
}

/// The one upstream node of an unknown node that has no text input of a known name.
fn only_link(node: &Node<'_>) -> Option<Link> {
    let mut links = node
        .links()
        .filter(|(name, _)| !rules::is_aside(&rules::lower(name)));
    links.next().map(|(_, link)| link)
}

/// Which inputs of a node are its texts for a role, in order.
pub(super) fn prompt_inputs<'g, 'a>(node: &'g Node<'a>, role: Role) -> Vec<&'g Input<'a>> {
    for name in rules::ROLLED {
        if let Some(Json::Text(text)) = node.value(name)
            && !text.trim().is_empty()
        {
            return node.input(name).into_iter().collect();
        }
    }
    let other = role.other();
    let usable = |input: &Input<'_>| match input {
        Input::Value(value) => {
            matches!(value, Json::Text(_))
                || matches!(value, Json::List(items) if items.first().is_some_and(|v| v.text().is_some()))
        }
        Input::Link(_) => true,
    };
    let (mut own, mut neutral) = (Vec::new(), Vec::new());
    for (name, input) in node.inputs.iter().filter(|(_, input)| usable(input)) {
        let name = rules::lower(name);
        let is_text = rules::is_text(&name);
        if role.brings(&name) {
            own.push(input);
        } else if is_text && !other.owns(&name) {
            neutral.push(input);
        }
    }
    if own.is_empty() { neutral } else { own }
}

/// Nodes with several texts and as many outputs give out one text per output.
fn by_slot<'g, 'a>(
    node: &Node<'a>,
    slot: usize,
    inputs: &[&'g Input<'a>],
) -> Option<&'g Input<'a>> {
    let one_each = matches!(
        node.class.as_ref(),
        "Text String" | "Text List to Text Multi"
    );
    if one_each {
        inputs.get(slot).copied()
    } else {
        None
    }
}

/// The words between joined texts; `\n` may be spelled out.
fn delimiter(node: &Node<'_>) -> Option<String> {
    let text = rules::DELIMITERS
        .iter()
        .find_map(|name| node.value(name)?.text())?;
    Some(match text {
        "comma" => ", ".to_owned(),
        "newline" => "\n".to_owned(),
        "space" => " ".to_owned(),
        other => other.replace("\\n", "\n"),
    })
}

/// A node that replaces one word by another.
fn replaced(node: &Node<'_>, text: String) -> String {
    let word = |name: &str| node.value(name).and_then(Json::text);
    match (word("find"), word("replace")) {
        (Some(find), Some(with)) if !find.is_empty() => {
            let replaced = text.replace(find, with);
            if replaced.len() > LONGEST {
                text
            } else {
                replaced
            }
        }
        _ => text,
    }
}

/// The text of a value; lists of texts are joined by lines.
fn plain_text<'j>(value: &'j Json<'_>) -> Cow<'j, str> {
    match value {
        Json::Text(text) => Cow::Borrowed(text.as_ref()),
        Json::List(items) => {
            let texts: Vec<&str> = items.iter().filter_map(Json::text).collect();
            Cow::Owned(texts.join("\n"))
        }
        _ => Cow::Borrowed(""),
    }
}
