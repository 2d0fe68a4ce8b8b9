//! Prompts that nodes put together: passed on, joined, switched, replaced.

use std::borrow::Cow;

use super::{
    graph::{Graph, Input, Link, Node},
    kinds,
    names::{self, Role},
    values::{self, Chosen},
};
use crate::{json::Json, rules::Names};

/// How deep joins may lie in joins.
const DEPTH: u32 = 48;

/// How many nodes one picture's texts may visit, joins counted each time.
const VISITS: u32 = 20_000;

/// Longest text that is put together.
const LONGEST: usize = 1 << 20;

/// Most inputs that fill the gaps of one template.
const GAPS: usize = 64;

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
            let text = self.of_input(node, input, role, 0);
            if !text.trim().is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// The text of one input.
    fn of_input(
        &mut self,
        node: &'g Node<'a>,
        (name, input): Named<'g, 'a>,
        role: Role,
        depth: u32,
    ) -> String {
        match input {
            Input::Value(value) => self.held(node, name, value, role),
            Input::Link(link) => self.of_link((node, name), *link, role, depth),
        }
    }

    /// A text that a node holds.
    fn held(&self, node: &Node<'a>, name: &str, value: &Json<'a>, role: Role) -> String {
        let text = plain_text(value);
        let trail = &self.graph.trail;
        if trail.is_kept() && !text.trim().is_empty() {
            trail.found(role.field(), node, name, &text);
        }
        text.into_owned()
    }

    /// The text that a node gives out into an input of another one.
    pub(super) fn of_link(
        &mut self,
        into: (&'g Node<'a>, &'g str),
        mut link: Link,
        role: Role,
        depth: u32,
    ) -> String {
        let (mut from, mut input) = into;
        // Nodes that pass one text on are walked in a loop, so that chains of any length are.
        while self.visits > 0 && depth < DEPTH {
            self.visits -= 1;
            let (node, at) = self.graph.step(from, input, link);
            if !self.graph.may_look(node) || kinds::is_silent(node) {
                return String::new();
            }
            let inputs = match values::switched(self.graph, node) {
                Some(Chosen::Link(name, next)) => {
                    (from, input, link) = (node, name, next);
                    continue;
                }
                Some(Chosen::Value(name, value)) => return self.held(node, name, value, role),
                Some(Chosen::Nothing) => return String::new(),
                None => text_inputs(node, role),
            };
            if let Some(template) = node.rule.and_then(|rule| rule.template.as_deref()) {
                return self.filled(node, template, role, depth + 1);
            }
            if let Some(by_slot) = by_slot(node, at.slot, &inputs) {
                return self.of_input(node, by_slot, role, depth + 1);
            }
            match inputs.as_slice() {
                [] => match only_link(node) {
                    Some((name, next)) => (from, input, link) = (node, name, next),
                    None => return String::new(),
                },
                [(name, Input::Value(value))] if !replaces(node) => {
                    return self.held(node, name, value, role);
                }
                [(name, Input::Link(next))] if !replaces(node) => {
                    (from, input, link) = (node, name, *next);
                }
                many => return self.joined(node, many, role, depth + 1),
            }
        }
        String::new()
    }

    /// The text of a node that joins, replaces, or merely has several.
    fn joined(
        &mut self,
        node: &'g Node<'a>,
        inputs: &[Named<'g, 'a>],
        role: Role,
        depth: u32,
    ) -> String {
        if kinds::is_display(node) {
            // What was shown lies beside where it came from; the source is surer, if it speaks.
            let mut texts = inputs
                .iter()
                .map(|input| self.of_input(node, *input, role, depth));
            return texts
                .find(|text| !text.trim().is_empty())
                .unwrap_or_default();
        }
        let aside = told_to_replace(node).unwrap_or_default();
        let inputs = inputs.iter().filter(|(name, _)| !aside.contains(name));
        let delimiter = delimiter(node);
        let skips_empty = node.rule.is_some_and(|rule| rule.skip_empty == Some(true));
        let mut joined = String::new();
        let mut first = true;
        for input in inputs {
            let text = self.of_input(node, *input, role, depth);
            let skip = text.is_empty() && (delimiter.is_none() || skips_empty);
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

    /// The text of a node that fills the gaps of a template with its other inputs.
    fn filled(&mut self, node: &'g Node<'a>, template: &str, role: Role, depth: u32) -> String {
        let Some(input) = values::named(node, template) else {
            return String::new();
        };
        let mut text = self.of_input(node, input, role, depth);
        for (name, input) in node.inputs.iter().take(GAPS) {
            let gap = format!("{{{name}}}");
            if name.eq_ignore_ascii_case(template) || !text.contains(&gap) {
                continue;
            }
            let filling = match input {
                Input::Value(value) => match value {
                    Json::Unsigned(_) | Json::Float(_) => value.plain().unwrap_or_default(),
                    _ => self.held(node, name, value, role),
                },
                Input::Link(link) => self.of_link((node, name), *link, role, depth),
            };
            let gaps = text.matches(&gap).count();
            if text.len() + gaps * filling.len() <= LONGEST {
                text = text.replace(&gap, &filling);
            }
        }
        text
    }
}

/// An input with its name.
pub(super) type Named<'g, 'a> = (&'g str, &'g Input<'a>);

/// The same for a node that is asked for its text: if it has none for this side, it may well have
/// been made for the other one.
fn text_inputs<'g, 'a>(node: &'g Node<'a>, role: Role) -> Vec<Named<'g, 'a>> {
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
        let name = names::lower(name);
        (node.brings_text(&name) || names::DELIMITERS.contains(&name.as_ref()))
            && !names::is_conditioning(&name)
    })
}

/// The one upstream node of an unknown node that has no text input of a known name.
fn only_link<'g>(node: &'g Node<'_>) -> Option<(&'g str, Link)> {
    let mut links = node
        .ways()
        .filter(|(name, _)| node.passes(name) || !names::is_aside(&names::lower(name)));
    links.next()
}

/// Which inputs of a node are its texts for a role, in order.
pub(super) fn prompt_inputs<'g, 'a>(node: &'g Node<'a>, role: Role) -> Vec<Named<'g, 'a>> {
    for name in names::ROLLED {
        if let Some(Json::Text(text)) = node.value(name)
            && !text.trim().is_empty()
        {
            return values::named(node, name).into_iter().collect();
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
    let side = |names: Option<&'g Names>| -> Vec<Named<'g, 'a>> {
        let names = names.into_iter().flat_map(Names::iter);
        let inputs = names.filter_map(|name| values::named(node, name));
        inputs.filter(|(_, input)| usable(input)).collect()
    };
    if let Some(rule) = node.rule.filter(|rule| rule.tells_prompts()) {
        // The table's order is the order in which they are joined.
        let own = side(rule.inputs_for(role.field()));
        return if own.is_empty() {
            side(rule.text.as_ref())
        } else {
            own
        };
    }
    let (mut own, mut neutral) = (Vec::new(), Vec::new());
    for (name, input) in node.inputs.iter().filter(|(_, input)| usable(input)) {
        if node.ignores(name) {
            continue;
        }
        let lower = names::lower(name);
        if role.brings(&lower) {
            own.push((name.as_ref(), input));
        } else if names::is_text(&lower) && !other.owns(&lower) {
            neutral.push((name.as_ref(), input));
        }
    }
    if own.is_empty() { neutral } else { own }
}

/// Nodes with several texts and as many outputs give out one text per output.
fn by_slot<'g, 'a>(
    node: &Node<'a>,
    slot: usize,
    inputs: &[Named<'g, 'a>],
) -> Option<Named<'g, 'a>> {
    let one_each = node
        .rule
        .is_some_and(|rule| rule.text_per_output == Some(true));
    one_each.then(|| inputs.get(slot).copied()).flatten()
}

/// The words between joined texts; `\n` may be spelled out.
fn delimiter(node: &Node<'_>) -> Option<String> {
    let told = node.rule.and_then(|rule| rule.delimiter.as_deref());
    let set = || {
        let mut names = names::DELIMITERS.iter();
        names.find_map(|name| node.value(name)?.text())
    };
    let text = told.or_else(set)?;
    Some(match text {
        "comma" => ", ".to_owned(),
        "newline" => "\n".to_owned(),
        "space" => " ".to_owned(),
        other => other.replace("\\n", "\n"),
    })
}

/// Inputs that hold a word to be replaced and the one that replaces it, bare or numbered.
const REPLACES: [[&str; 2]; 4] = [
    ["find", "replace"],
    ["find1", "replace1"],
    ["find2", "replace2"],
    ["find3", "replace3"],
];

/// Whether a node replaces words.
fn replaces(node: &Node<'_>) -> bool {
    told_to_replace(node).is_some()
        || REPLACES
            .iter()
            .any(|[find, _]| values::named(node, find).is_some())
}

/// The inputs that the table names for replacing. Nodes that also do other things say which.
fn told_to_replace<'g>(node: &'g Node<'_>) -> Option<[&'g str; 2]> {
    let action = node.value("action").and_then(Json::text);
    let told = node.rule?.replace.as_deref()?;
    match (told, action.unwrap_or("replace")) {
        ([find, with], "replace") => Some([find, with]),
        _ => None,
    }
}

/// A text with words replaced as the node says.
fn replaced(node: &Node<'_>, mut text: String) -> String {
    let word = |name: &str| match values::named(node, name)? {
        (_, Input::Value(value)) => value.text(),
        _ => None,
    };
    for [find, with] in told_to_replace(node).into_iter().chain(REPLACES) {
        let (Some(find), Some(with)) = (word(find), word(with)) else {
            continue;
        };
        let count = if find.is_empty() {
            0
        } else {
            text.matches(find).count()
        };
        if count > 0 && text.len() + count * with.len() <= LONGEST {
            text = text.replace(find, with);
        }
    }
    text
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
