//! Small graphs, written node by node.
#![expect(clippy::unwrap_used, reason = "graphs written here are well formed")]
#![expect(
    clippy::needless_pass_by_value,
    reason = "`json!` at the place of use reads best"
)]

use domain::recipe::{Recipe, Sampling};
use metadata::Reading;
use serde_json::{Value, json};

use crate::common::{PROMPT, png, read, text};

/// A node of an executed graph.
pub(crate) fn node(class: &str, inputs: Value) -> Value {
    json!({"class_type": class, "inputs": inputs})
}

/// Reads an executed graph.
pub(crate) fn traced(graph: &Value) -> Reading {
    read(&png(&[text("prompt", &graph.to_string())]))
}

/// The recipe of an executed graph.
pub(crate) fn recipe(graph: &Value) -> Recipe {
    traced(graph).recipe
}

/// The plain graph with some nodes changed or added.
pub(crate) fn plain_with(changes: Value) -> Value {
    let mut graph: Value = serde_json::from_str(PROMPT).unwrap();
    let Value::Object(changes) = changes else {
        panic!("nodes")
    };
    graph.as_object_mut().unwrap().extend(changes);
    graph
}

/// The plain graph with another way to its positive text.
pub(crate) fn prompted(changes: Value) -> Recipe {
    let mut graph = plain_with(changes);
    graph["6"] = node(
        "CLIPTextEncode",
        json!({"text": ["t", 0], "clip": ["4", 1]}),
    );
    recipe(&graph)
}

/// The plain graph whose sampler takes its positive and negative conditioning from elsewhere.
pub(crate) fn conditioned(positive: Value, negative: Value, changes: Value) -> Recipe {
    let mut graph = plain_with(changes);
    graph["3"]["inputs"]["positive"] = positive;
    graph["3"]["inputs"]["negative"] = negative;
    recipe(&graph)
}

/// The sampler that made the picture.
pub(crate) fn primary(recipe: &Recipe) -> &Sampling {
    recipe.primary().expect("a sampler")
}

/// Both prompts.
pub(crate) fn prompts(recipe: &Recipe) -> (&str, &str) {
    (&recipe.positive, &recipe.negative)
}

/// The values kept beside the recipe under a name.
pub(crate) fn beside<'r>(recipe: &'r Recipe, name: &str) -> Vec<&'r str> {
    let entries = recipe.extra.iter().filter(|(key, _)| key == name);
    entries.map(|(_, value)| value.as_str()).collect()
}

/// Names and strengths of LoRAs, in the order of their names.
pub(crate) fn loras(recipe: &Recipe) -> Vec<(&str, Option<f64>)> {
    let loras = recipe.loras.iter();
    let mut loras: Vec<_> = loras
        .map(|lora| (lora.name.as_str(), lora.weight))
        .collect();
    loras.sort_by_key(|lora| lora.0);
    loras
}
