//! Base models and LoRAs on the way to a sampler.

use domain::recipe::Lora;

use super::{
    graph::{Graph, Input, Node},
    kinds, loras, names,
    values::{self, Chosen, Held},
};
use crate::{json::Json, tool::add_name};

/// Most nodes that one walk visits.
const VISITS: usize = 5000;

/// The base models and LoRAs behind a sampler, nearest first.
pub(super) fn behind<'a>(graph: &Graph<'a>, sampler: &Node<'a>) -> (Vec<String>, Vec<Lora>) {
    let (mut models, mut loras) = (Vec::new(), Vec::new());
    let mut seen = std::collections::HashSet::new();
    let mut ends = Vec::new();
    graph.trail.start(sampler);
    let mut open: Vec<(&Node<'a>, bool)> = vec![(sampler, true)];
    while let Some((node, is_sampler)) = open.pop() {
        if seen.len() > VISITS || !seen.insert(std::ptr::from_ref(node)) {
            continue;
        }
        if !graph.may_look(node) {
            break;
        }
        loras::collect(graph, node, &mut loras);
        let found = models.len();
        // What takes a model in changes it; a file that it names is something else's.
        let names_own = node.rule.is_some_and(|rule| rule.model.is_some());
        if node.link("model").is_none() || is_sampler || names_own {
            for file in files(graph, node, is_sampler) {
                let name = file_name(file.value).unwrap_or_default();
                if add_name(&mut models, name) {
                    graph.trail.found("model", file.node, file.input, name);
                }
            }
        }
        if models.len() > found {
            // The node loads; what else comes in, as a LoRA stack, still counts.
            open.extend(upstream(graph, node, |name| name.contains("lora")));
            continue;
        }
        let mut next = match values::switched(graph, node) {
            Some(Chosen::Link(input, link)) => vec![graph.step(node, input, link).0],
            _ => next_nodes(graph, node, is_sampler),
        };
        if next.is_empty() && graph.trail.is_kept() && sounds_like_loader(node) {
            ends.push(node);
        }
        next.reverse();
        open.extend(next.into_iter().map(|node| (node, false)));
    }
    if models.is_empty() {
        for node in ends {
            graph.trail.lost(node);
        }
    }
    (models, loras)
}

/// Whether a node at the end of a way might load a model.
fn sounds_like_loader(node: &Node<'_>) -> bool {
    let class = names::lower(&node.class);
    ["model", "loader", "checkpoint", "unet"]
        .iter()
        .any(|word| class.contains(word))
}

/// The files of base models that a node names.
fn files<'g, 'a>(graph: &'g Graph<'a>, node: &'g Node<'a>, is_sampler: bool) -> Vec<Held<'g, 'a>> {
    let told = node.rule.and_then(|rule| rule.model.as_ref());
    let names_model = |name: &str| match told {
        Some(names) => names.has(name),
        None => names::is_model_file(&names::lower(name)),
    };
    // Words such as `enable` stand in inputs named `model` of samplers too; a service has names.
    let only_files = told.is_none() && is_sampler && kinds::is_sampler(node);
    let mut held = Vec::new();
    for (input, came) in &node.inputs {
        if !names_model(input) {
            continue;
        }
        let file = match came {
            Input::Value(value) => Some(Held { value, node, input }),
            // A name may come from a node that only holds it; a model never comes as a name.
            Input::Link(_) if told.is_some() || names::lower(input).ends_with("name") => {
                values::at(graph, node, input)
            }
            Input::Link(_) => None,
        };
        held.extend(file.filter(|file| {
            file_name(file.value).is_some_and(|name| !only_files || name.contains(['.', '/', '\\']))
        }));
    }
    held
}

/// The name of a file, also where a picture of it is kept beside.
pub(super) fn file_name<'j>(value: &'j Json<'_>) -> Option<&'j str> {
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
    let told = node.rule.and_then(|rule| rule.pass.as_ref());
    if let Some(passed) = told {
        return pick(&|name| passed.has(name) || name.contains("lora"));
    }
    let mut next = pick(&|name| names::brings_model(name) || name.contains("lora"));
    if next.is_empty() {
        next = pick(&names::is_bundle);
    }
    if next.is_empty() && !is_sampler {
        let other = |name: &str| {
            !names::is_aside(name) && !names::is_conditioning(name) && !names::is_text(name)
                || names::VALUES.contains(&name)
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
    node.ways()
        .filter(|(name, _)| wanted(&names::lower(name)))
        .map(|(name, link)| (graph.step(node, name, link).0, false))
        .collect()
}
