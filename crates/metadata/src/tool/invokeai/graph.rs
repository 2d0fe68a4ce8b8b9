//! The graph that `InvokeAI` ran, for pictures whose summary was left out.

use super::{NAMES, Record, WORD, metadata_of};
use crate::{
    json::{self, Json},
    tool::{add_name, flat},
};

/// Longest way from a node to the one that holds a value.
const STEPS: usize = 32;

/// Reads the summary that lies in the graph as a node of its own, else the nodes themselves.
pub(super) fn read(text: &str) -> Option<Record> {
    let text = json::clean(text);
    let graph = json::parse(&text)?;
    let nodes = graph.get("nodes")?.map();
    let kind = |node: &Json<'_>, word: &str| {
        let kind = node.get("type").and_then(Json::text);
        kind.is_some_and(|kind| kind.contains(word))
    };
    if let Some((_, node)) = nodes.iter().find(|(_, node)| kind(node, "core_metadata"))
        && flat::setting(node, "positive_prompt").is_some()
    {
        return Some(metadata_of(node));
    }
    let (id, sampler) = nodes
        .iter()
        .find(|(_, node)| kind(node, "denoise") || kind(node, "t2l") || kind(node, "l2l"))?;
    let mut record = flat::record(WORD, sampler, &NAMES);
    record.recipe.extra.clear();
    let find = |field: &str, names: &[&str]| upstream(&graph, id, field, names);
    let prompt = |field| find(field, &["prompt", "style"]).and_then(Json::plain);
    let run = record.recipe.samplers.first_mut()?;
    run.positive = prompt("positive_conditioning")
        .or_else(|| prompt("positive_text_conditioning"))
        .unwrap_or_default();
    run.negative = prompt("negative_conditioning")
        .or_else(|| prompt("negative_text_conditioning"))
        .unwrap_or_default();
    run.seed = run
        .seed
        .or_else(|| find("noise", &["seed"]).and_then(Json::unsigned));
    let model = ["unet", "transformer"]
        .iter()
        .find_map(|field| find(field, &["model"]));
    if let Some(name) =
        model.and_then(|model| model.get("name").or_else(|| model.get("model_name")))
    {
        add_name(&mut record.recipe.models, name.text().unwrap_or_default());
    }
    run.model = record.recipe.models.first().cloned();
    record.recipe.positive.clone_from(&run.positive);
    record.recipe.negative.clone_from(&run.negative);
    Some(record)
}

/// The value under one of the names in the node that feeds a field, or in what feeds that node.
fn upstream<'j, 'a>(
    graph: &'j Json<'a>,
    id: &str,
    field: &str,
    names: &[&str],
) -> Option<&'j Json<'a>> {
    let edges = graph.get("edges")?.list();
    let source = |id: &str, field: Option<&str>| {
        let fits = |edge: &&Json<'_>| {
            let end = edge.get("destination");
            let part = |name| end.and_then(|end| end.get(name)?.text());
            part("node_id") == Some(id) && field.is_none_or(|field| part("field") == Some(field))
        };
        edges
            .iter()
            .find(fits)?
            .get("source")?
            .get("node_id")?
            .text()
    };
    let mut at = source(id, Some(field))?;
    for _ in 0..STEPS {
        let node = graph.get("nodes")?.get(at)?;
        let own = names.iter().find_map(|name| flat::setting(node, name));
        if own.is_some_and(|value| !matches!(value, Json::Text(text) if text.is_empty())) {
            return own;
        }
        // A value may be computed by a node before this one; collectors have a single kind of input.
        at = names
            .iter()
            .find_map(|name| source(at, Some(name)))
            .or_else(|| source(at, None))?;
    }
    None
}
