//! Every single value set on a node that had part in the picture.

use domain::{
    parameter::{Label, ParameterList, Scalar},
    recipe::Recipe,
};

use super::{
    graph::{Graph, Input, Node},
    names::{self, Role},
};
use crate::{
    json::Json,
    tool::{PARAMETER_TEXT, PARAMETERS, parameter_text},
};

/// The values of the nodes in `order`, without those that are prompts.
pub(super) fn parameters(graph: &Graph<'_>, order: &[usize], recipe: &Recipe) -> ParameterList {
    let inputs: usize = order.iter().map(|&at| graph.nodes[at].inputs.len()).sum();
    let mut parameters = ParameterList::with_capacity(inputs.min(PARAMETERS));
    let mut prompts = Known::of(recipe);
    // Nearest to the picture first: where the bound bites, the far end is left out.
    for &at in order.iter().rev() {
        let node = &graph.nodes[at];
        for (name, input) in &node.inputs {
            let Input::Value(value) = input else { continue };
            let Some(value) = scalar(node, name, value, &mut prompts) else {
                continue;
            };
            if parameters.len() >= PARAMETERS {
                return parameters;
            }
            let label = Label {
                node: &node.id,
                class: &node.class,
                title: &node.title,
                name,
            };
            parameters.push(label, value);
        }
    }
    parameters
}

fn scalar(
    node: &Node<'_>,
    name: &str,
    value: &Json<'_>,
    prompts: &mut Known<'_>,
) -> Option<Scalar> {
    match value {
        Json::Bool(yes) => Some(Scalar::Text(yes.to_string())),
        Json::Unsigned(number) => Some(Scalar::whole(*number)),
        Json::Float(number) => number.is_finite().then_some(Scalar::Number(*number)),
        Json::Text(text) if text.len() <= PARAMETER_TEXT => {
            let is_prompt = is_prompt(node, name, text, prompts);
            (!is_prompt).then(|| parameter_text(text))?
        }
        _ => None,
    }
}

/// Whether a text is a prompt, or a part of one: by the name of its input, or because it stands in
/// a prompt of the picture.
fn is_prompt(node: &Node<'_>, name: &str, text: &str, prompts: &mut Known<'_>) -> bool {
    let lower = names::lower(name);
    if !node.brings_text(name) {
        // Asked of every text, so what can be told by a glance is.
        let may_have_side = node.rule.is_some() || ["pos", "neg"].iter().any(|s| lower.contains(s));
        return may_have_side
            && (node.brings(Role::Positive, name) || node.brings(Role::Negative, name))
            || lower.contains("wildcard")
            || names::ROLLED.contains(&lower.as_ref());
    }
    if !names::VALUES.contains(&lower.as_ref()) || lower == "text" || lower == "string" {
        return true;
    }
    prompts.hold(text)
}

/// The prompts of a picture, to be asked whether a text stands in one, so often and no longer.
struct Known<'r> {
    prompts: Vec<&'r str>,
    questions: u32,
}

impl<'r> Known<'r> {
    /// Most prompts that are kept, most bytes of each, and most questions.
    const PROMPTS: usize = 8;
    const LONGEST: usize = 16 << 10;
    const QUESTIONS: u32 = 300;

    fn of(recipe: &'r Recipe) -> Self {
        let mut prompts: Vec<&str> = Vec::new();
        for run in recipe.samplers.iter().take(Self::PROMPTS) {
            for prompt in [run.positive.as_str(), run.negative.as_str()] {
                if !prompt.is_empty() && !prompts.contains(&prompt) {
                    prompts.push(prompt);
                }
            }
        }
        prompts.truncate(Self::PROMPTS);
        for prompt in &mut prompts {
            let end = prompt.floor_char_boundary(Self::LONGEST);
            *prompt = &prompt[..end];
        }
        Self {
            prompts,
            questions: Self::QUESTIONS,
        }
    }

    /// Whether a text stands in a prompt; yes when too much was asked.
    fn hold(&mut self, text: &str) -> bool {
        if self.questions == 0 {
            return true;
        }
        self.questions -= 1;
        self.prompts.iter().any(|prompt| prompt.contains(text))
    }
}
