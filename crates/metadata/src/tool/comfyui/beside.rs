//! What has part in a picture beside prompts, samplers and base models: control nets, adapters,
//! pictures to start from. They are named under `Recipe::extra`.

use super::{
    graph::{Graph, Input, Node},
    names::{self, lower},
    values,
};

/// Most entries of one picture.
const ENTRIES: usize = 64;

/// Longest value that is kept.
const LONGEST: usize = 500;

/// What the nodes in `order` name beside the recipe, each thing once.
pub(super) fn extra(graph: &Graph<'_>, order: &[usize]) -> Vec<(String, String)> {
    let mut extra: Vec<(String, String)> = Vec::new();
    for &at in order {
        let node = &graph.nodes[at];
        let mut add = |name: &str, value: &str| {
            let value = value.trim();
            let fits = crate::tool::is_name(value) && value.len() <= LONGEST;
            let known = |entry: &(String, String)| entry.0 == name && entry.1 == value;
            if fits && extra.len() < ENTRIES && !extra.iter().any(known) {
                extra.push((name.to_owned(), value.to_owned()));
            }
        };
        if let Some(told) = node.rule.and_then(|rule| rule.extra.as_ref()) {
            let mut told: Vec<_> = told.iter().collect();
            told.sort_unstable();
            for (name, input) in told {
                let held = graph.trail.aside(|| values::at(graph, node, input));
                if let Some(value) = held.and_then(|held| held.value.plain()) {
                    add(name, &value);
                }
            }
            continue;
        }
        for (input, came) in &node.inputs {
            let Some(name) = kind(node, &lower(input)) else {
                continue;
            };
            let value = match came {
                Input::Value(value) => super::models::file_name(value),
                Input::Link(_) if input.ends_with("name") => {
                    let held = graph.trail.aside(|| values::at(graph, node, input));
                    held.and_then(|held| held.value.text())
                }
                Input::Link(_) => None,
            };
            if let Some(value) = value {
                add(name, value);
            }
        }
    }
    extra
}

/// Inputs that name the file of a control net, by their whole name.
#[rustfmt::skip]
const CONTROLNETS: &[&str] = &[
    "control_net_name", "controlnet_name", "controlnet", "control_net", "controlnet_path",
    "control_net_path", "controlnet_model", "cnet",
];

/// Inputs that name the file of an adapter, by their whole name.
#[rustfmt::skip]
const ADAPTERS: &[&str] = &[
    "ipadapter_file", "ipadapter_name", "ip_adapter", "ipadapter", "ipadapter_model",
    "ip_adapter_name", "ip_adapter_path", "pulid_file", "instantid_file",
];

/// Inputs of loaders that name a picture or film to start from.
const PICTURES: &[&str] = &["image", "video", "image_path", "file", "audio"];

/// What an input names, in the words of `Recipe::extra`.
fn kind(node: &Node<'_>, input: &str) -> Option<&'static str> {
    let stem = input.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = stem.trim_end_matches('_');
    if CONTROLNETS.contains(&stem) {
        return Some("controlnet");
    }
    if ADAPTERS.contains(&stem) {
        return Some("ipadapter");
    }
    let is_model = names::is_model_file(stem);
    if stem != "preset" && !is_model && !PICTURES.contains(&stem) {
        return None;
    }
    let class = lower(&node.class);
    if stem == "preset" {
        return class.contains("ipadapter").then_some("ipadapter");
    }
    if is_model {
        return match () {
            () if class.contains("controlnet") => Some("controlnet"),
            () if class.contains("upscale") && stem == "model_name" => Some("upscaler"),
            () => None,
        };
    }
    if !class.contains("load") {
        return None;
    }
    match () {
        () if class.contains("video") => Some("input video"),
        () if class.contains("audio") => Some("input audio"),
        () if class.contains("image") => Some("input image"),
        () => None,
    }
}
