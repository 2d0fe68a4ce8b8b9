//! Base models and LoRAs on the way to a sampler.

use domain::recipe::Lora;

use super::{
    graph::{Graph, Input, Node},
    rules,
    values::{self, Chosen},
};
use crate::{
    json::Json,
    tool::{add_lora, add_name, lora_marks},
};

/// Most nodes that one walk visits.
const VISITS: usize = 5000;

/// The base models and LoRAs behind a sampler, nearest first.
pub(super) fn behind<'a>(graph: &Graph<'a>, sampler: &Node<'a>) -> (Vec<String>, Vec<Lora>) {
    let (mut models, mut loras) = (Vec::new(), Vec::new());
    let mut seen = std::collections::HashSet::new();
    let mut open: Vec<(&Node<'a>, bool)> = vec![(sampler, true)];
    while let Some((node, is_sampler)) = open.pop() {
        if seen.len() > VISITS || !seen.insert(std::ptr::from_ref(node)) {
            continue;
        }
        collect_loras(node, &mut loras);
        let found = models.len();
        // What takes a model in changes it; a file that it names is something else's.
        if node.link("model").is_none() || is_sampler {
            for file in files(graph, node, is_sampler) {
                add_name(&mut models, file);
            }
        }
        if models.len() > found {
            // The node loads; what else comes in, as a LoRA stack, still counts.
            open.extend(upstream(graph, node, |name| name.contains("lora")));
            continue;
        }
        let mut next = match values::switched(graph, node) {
            Some(Chosen::Link(link)) => vec![graph.node(link).0],
            _ => next_nodes(graph, node, is_sampler),
        };
        next.reverse();
        open.extend(next.into_iter().map(|node| (node, false)));
    }
    (models, loras)
}

/// The files of base models that a node names.
fn files<'g>(graph: &'g Graph<'_>, node: &'g Node<'_>, is_sampler: bool) -> Vec<&'g str> {
    let names = node.inputs.iter().filter_map(|(name, input)| {
        let name = rules::lower(name);
        match input {
            Input::Value(value) if rules::is_model_file(&name) => file_name(value),
            // A name may come from a node that only holds it; a model never comes as a name.
            Input::Link(_) if rules::is_model_file(&name) && name.ends_with("name") => {
                values::at(graph, node, &name).and_then(Json::text)
            }
            _ => None,
        }
    });
    // Words such as `enable` stand in inputs named `model` of samplers too.
    names
        .filter(|name| !is_sampler || name.contains(['.', '/', '\\']))
        .collect()
}

/// The name of a file, also where a picture of it is kept beside.
fn file_name<'j>(value: &'j Json<'_>) -> Option<&'j str> {
    value.text().or_else(|| value.get("content")?.text())
}

/// Where a model comes from: inputs that bring models and LoRAs, else bundles, else anything of an
/// unknown node that is not something else for sure.
fn next_nodes<'g, 'a>(
    graph: &'g Graph<'a>,
    node: &'g Node<'a>,
    is_sampler: bool,
) -> Vec<&'g Node<'a>> {
    let pick = |wanted: &dyn Fn(&str) -> bool| -> Vec<&'g Node<'a>> {
        upstream(graph, node, wanted)
            .into_iter()
            .map(|(node, _)| node)
            .collect()
    };
    let mut next = pick(&|name| rules::brings_model(name) || name.contains("lora"));
    if next.is_empty() {
        next = pick(&rules::is_bundle);
    }
    if next.is_empty() && !is_sampler {
        let other = |name: &str| {
            !rules::is_aside(name) && !rules::is_conditioning(name) && !rules::is_text(name)
                || rules::VALUES.contains(&name)
        };
        next = pick(&other);
    }
    next
}

fn upstream<'g, 'a>(
    graph: &'g Graph<'a>,
    node: &'g Node<'a>,
    wanted: impl Fn(&str) -> bool,
) -> Vec<(&'g Node<'a>, bool)> {
    node.links()
        .filter(|(name, _)| wanted(&rules::lower(name)))
        .map(|(_, link)| (graph.node(link).0, false))
        .collect()
}

/// The LoRAs that a node applies: by named inputs, by rows of a list, by marks in a text.
fn collect_loras(node: &Node<'_>, loras: &mut Vec<Lora>) {
    let count = node.value("lora_count").and_then(Json::unsigned);
    let is_lora_node = rules::lower(&node.class).contains("lora");
    for (name, input) in &node.inputs {
        let Input::Value(value) = input else { continue };
        let name = rules::lower(name);
        match value {
            Json::Map(_) if value.get("content").is_none() => row(value, loras),
            Json::List(rows) => rows.iter().for_each(|value| row(value, loras)),
            _ if is_lora_name(&name) => {
                let Some(text) = file_name(value) else {
                    continue;
                };
                let number = digits(&name);
                let off = number.is_some() && count.is_some_and(|count| number > Some(count));
                if !off && is_on(node, number) {
                    let weight = weight(node, number, weight_words(node));
                    let clip_weight = weight_of_clip(node, number);
                    add_lora(
                        loras,
                        &Lora {
                            name: text.to_owned(),
                            weight,
                            clip_weight,
                        },
                    );
                }
            }
            Json::Text(text) if is_lora_node && text.contains("<lora:") => {
                for lora in lora_marks(text) {
                    add_lora(loras, &lora);
                }
            }
            _ => {}
        }
    }
}

/// `{on, lora, strength}` and `{name, strength, active}`, as LoRA lists have them.
fn row(value: &Json<'_>, loras: &mut Vec<Lora>) {
    let flag = |name| value.get(name).and_then(Json::bool);
    let name = value
        .get("lora")
        .or_else(|| value.get("name"))
        .and_then(Json::text);
    let weight = value.get("strength").and_then(Json::float);
    let (Some(name), Some(_)) = (name, weight) else {
        return;
    };
    if flag("on").or_else(|| flag("active")).unwrap_or(true) {
        let clip_weight = value
            .get("strengthTwo")
            .or_else(|| value.get("clipStrength"))
            .and_then(Json::float)
            .filter(|clip| Some(*clip) != weight);
        add_lora(
            loras,
            &Lora {
                name: name.to_owned(),
                weight,
                clip_weight,
            },
        );
    }
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
