//! Every single value set on a node that had part in the picture.

use domain::{
    parameter::{Parameter, Scalar},
    recipe::Recipe,
};

use super::{
    graph::{Graph, Input, Node},
    names::{self, Role},
};
use crate::{
    json::Json,
    tool::{PARAMETERS, parameter_text},
};

/// The values of the nodes in `order`, without those that are prompts.
pub(super) fn parameters(graph: &Graph<'_>, order: &[usize], recipe: &Recipe) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    // Nearest to the picture first: where the bound bites, the far end is left out.
    for &at in order.iter().rev() {
        let node = &graph.nodes[at];
        for (name, input) in &node.inputs {
            let Input::Value(value) = input else { continue };
            let Some(value) = scalar(node, name, value, recipe) else {
                continue;
            };
            if parameters.len() >= PARAMETERS {
                return parameters;
            }
            parameters.push(Parameter {
                node: node.id.clone().into_owned(),
                class: node.class.clone().into_owned(),
                title: node.title.clone().into_owned(),
                name: name.clone().into_owned(),
                value,
            });
        }
    }
    parameters
}

fn scalar(node: &Node<'_>, name: &str, value: &Json<'_>, recipe: &Recipe) -> Option<Scalar> {
    match value {
        Json::Bool(yes) => Some(Scalar::Text(yes.to_string())),
        Json::Unsigned(number) => Some(Scalar::Number(*number as f64)),
        Json::Float(number) => number.is_finite().then_some(Scalar::Number(*number)),
        Json::Text(text) if !is_prompt(node, name, text, recipe) => parameter_text(text),
        _ => None,
    }
}

/// Whether a text is a prompt, or a part of one: by the name of its input, or because it stands in
/// a prompt of the picture.
fn is_prompt(node: &Node<'_>, name: &str, text: &str, recipe: &Recipe) -> bool {
    let lower = names::lower(name);
    if !node.brings_text(name) {
        return node.brings(Role::Positive, name)
            || node.brings(Role::Negative, name)
            || lower.contains("wildcard")
            || names::ROLLED.contains(&lower.as_ref());
    }
    if !names::VALUES.contains(&lower.as_ref()) || lower == "text" || lower == "string" {
        return true;
    }
    let stands_in = |prompt: &str| prompt.contains(text);
    let mut runs = recipe.samplers.iter();
    runs.any(|run| stands_in(&run.positive) || stands_in(&run.negative))
}
