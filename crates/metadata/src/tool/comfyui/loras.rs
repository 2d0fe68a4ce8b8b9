//! LoRAs that one node applies.

use domain::recipe::Lora;

use super::{
    graph::{Graph, Input, Node},
    models::file_name,
    names, values,
};
use crate::{
    json::Json,
    tool::{add_lora, lora_marks},
};

/// The LoRAs that a node applies: by named inputs, by rows of a list, by marks in a text.
pub(super) fn collect(graph: &Graph<'_>, node: &Node<'_>, loras: &mut Vec<Lora>) {
    let told = node.rule.and_then(|rule| rule.lora.as_ref());
    let count = node.value("lora_count").and_then(Json::unsigned);
    let is_lora_node = names::lower(&node.class).contains("lora");
    for (input, came) in &node.inputs {
        let add = |loras: &mut Vec<Lora>, lora: &Lora| {
            if add_lora(loras, lora) {
                graph.trail.found("lora", node, input, &lora.name);
            }
        };
        let name = names::lower(input);
        let names_lora = match told {
            Some(names) => names.has(input),
            None => is_lora_name(&name),
        };
        let value = match came {
            Input::Value(value) => value,
            Input::Link(_) if names_lora && (told.is_some() || name.ends_with("name")) => {
                // A name may come from a node that only holds it.
                match values::at(graph, node, input) {
                    Some(held) => held.value,
                    None => continue,
                }
            }
            Input::Link(_) => continue,
        };
        match value {
            Json::Map(_) if value.get("content").is_none() => {
                if let Some(lora) = row(value) {
                    add(loras, &lora);
                }
            }
            Json::List(rows) => rows
                .iter()
                .filter_map(row)
                .for_each(|lora| add(loras, &lora)),
            _ if names_lora => {
                let Some(text) = file_name(value) else {
                    continue;
                };
                let number = digits(&name);
                let off = number.is_some() && count.is_some_and(|count| number > Some(count));
                // Each name asks all inputs for its switch and its weight.
                if !off && graph.may_look(node) && is_on(node, number) {
                    let weight = weight(node, number, weight_words(node));
                    let clip_weight = weight_of_clip(node, number);
                    let name = text.to_owned();
                    let lora = Lora {
                        name,
                        weight,
                        clip_weight,
                    };
                    add(loras, &lora);
                }
            }
            Json::Text(text) if is_lora_node && text.contains("<lora:") => {
                for lora in lora_marks(text) {
                    add(loras, &lora);
                }
            }
            _ => {}
        }
    }
}

/// `{on, lora, strength}` and `{name, strength, active}`, as LoRA lists have them.
fn row(value: &Json<'_>) -> Option<Lora> {
    let flag = |name| value.get(name).and_then(Json::bool);
    let name = value
        .get("lora")
        .or_else(|| value.get("name"))
        .and_then(Json::text);
    let weight = value.get("strength").and_then(Json::float);
    let (Some(name), Some(_)) = (name, weight) else {
        return None;
    };
    if !flag("on").or_else(|| flag("active")).unwrap_or(true) {
        return None;
    }
    let clip_weight = value
        .get("strengthTwo")
        .or_else(|| value.get("clipStrength"))
        .and_then(Json::float)
        .filter(|clip| Some(*clip) != weight);
    Some(Lora {
        name: name.to_owned(),
        weight,
        clip_weight,
    })
}

fn is_lora_name(name: &str) -> bool {
    let bare = name
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end_matches('_');
    matches!(bare, "lora" | "lora_name" | "lora_path")
        || (name.starts_with("lora_") && name.ends_with("_name"))
}

/// The number in a name such as `lora_name_2` or `lora_02`.
fn digits(name: &str) -> Option<u64> {
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let rest = &name[start..];
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Rows of a stack can be switched off one by one.
fn is_on(node: &Node<'_>, number: Option<u64>) -> bool {
    node.inputs.iter().all(|(name, input)| {
        let is_switch = ["switch", "enable", "on_", "toggle"]
            .iter()
            .any(|word| name.contains(word));
        if !is_switch || digits(name) != number {
            return true;
        }
        match input {
            Input::Value(Json::Bool(on)) => *on,
            Input::Value(Json::Text(text)) => !text.eq_ignore_ascii_case("off"),
            _ => true,
        }
    })
}

/// The weight with the number of its LoRA; the first of `words` that an input has wins.
fn weight(node: &Node<'_>, number: Option<u64>, words: &[&str]) -> Option<f64> {
    words.iter().find_map(|word| {
        node.inputs.iter().find_map(|(name, input)| {
            let Input::Value(value @ (Json::Unsigned(_) | Json::Float(_))) = input else {
                return None;
            };
            (name.contains(word) && digits(name) == number)
                .then(|| value.float())
                .flatten()
        })
    })
}

/// Which word in an input's name tells the weight. Stacks with a simple and an advanced mode keep
/// the values of both.
fn weight_words(node: &Node<'_>) -> &'static [&'static str] {
    match node.value("input_mode").and_then(Json::text) {
        Some("simple") => &["wt"],
        _ => &["model", "strength", "weight", "wt"],
    }
}

fn weight_of_clip(node: &Node<'_>, number: Option<u64>) -> Option<f64> {
    let words = weight_words(node);
    let clip = weight(node, number, &["clip"]).filter(|_| words != ["wt"])?;
    (Some(clip) != weight(node, number, words)).then_some(clip)
}
