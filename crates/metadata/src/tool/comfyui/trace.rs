//! The walk from the saved picture upstream: which samplers ran, in which order, with what.

use domain::recipe::{Notice, Recipe, Sampling};

use super::{
    WORD,
    graph::{Graph, Node},
    kinds::{self, Output},
    models,
    prompt::Prompts,
    rules::{self, Role},
    values::{self, Chosen},
};
use crate::{
    json::Json,
    tool::{LOST, Record, add_lora, add_name, lora_marks},
};

/// Most samplers that are described.
const SAMPLERS: usize = 64;

/// Traces a graph into a record.
pub(super) fn trace(graph: &Graph<'_>) -> Record {
    let order = run_order(graph);
    let runs = |wanted: &dyn Fn(&Node<'_>) -> bool| -> Vec<usize> {
        order
            .iter()
            .copied()
            .filter(|&at| wanted(&graph.nodes[at]))
            .take(SAMPLERS)
            .collect()
    };
    let mut samplers = runs(&kinds::is_sampler);
    if samplers.is_empty() {
        // Nearest to the picture: those before it may be language models that wrote its prompt.
        samplers = runs(&kinds::is_prompted).pop().into_iter().collect();
    }
    let mut prompts = Prompts::new(graph);
    let mut recipe = Recipe {
        tool: WORD.to_owned(),
        ..Recipe::default()
    };
    let mut models = Vec::new();
    for &at in &samplers {
        let (sampling, used) = sampling(graph, &mut prompts, &graph.nodes[at]);
        recipe.samplers.push(sampling);
        models.push(used);
    }
    let says = |run: &Sampling| !run.positive.trim().is_empty();
    recipe.primary = recipe.samplers.iter().position(says).unwrap_or(0);
    if let Some(primary) = recipe.samplers.get(recipe.primary) {
        recipe.positive.clone_from(&primary.positive);
        recipe.negative.clone_from(&primary.negative);
    }
    if recipe.primary < models.len() {
        let first = models.remove(recipe.primary);
        models.insert(0, first);
    }
    models
        .iter()
        .flatten()
        .for_each(|name| add_name(&mut recipe.models, name));
    for run in &recipe.samplers {
        for lora in &run.loras {
            add_lora(&mut recipe.loras, lora);
        }
    }
    recipe.vae = order.iter().find_map(|&at| vae(&graph.nodes[at]));
    recipe.size = order
        .iter()
        .find_map(|&at| empty_size(graph, &graph.nodes[at]));
    Record {
        notices: notices(prompts.stopped(), &recipe),
        recipe,
    }
}

fn notices(stopped: &[String], recipe: &Recipe) -> Vec<Notice> {
    let mut notices: Vec<Notice> = stopped
        .iter()
        .map(|class| {
            Notice::new(
                LOST,
                format!("The prompt is lost at a node of class {class}."),
            )
        })
        .collect();
    if recipe.samplers.is_empty() {
        notices.push(Notice::new(
            "no-sampler",
            "No sampler leads to the saved picture.",
        ));
    }
    notices
}

/// Nodes upstream of the outputs, each after everything that it needs.
fn run_order(graph: &Graph<'_>) -> Vec<usize> {
    let mut best: Vec<usize> = Vec::new();
    for outputs in outputs(graph) {
        let order = upstream(graph, &outputs);
        if order.iter().any(|&at| kinds::is_sampler(&graph.nodes[at])) {
            return order;
        }
        if best.is_empty() {
            best = order;
        }
    }
    best
}

/// The nodes that finish a picture, in groups: saving ones, showing ones, and at last every node
/// whose output nobody uses.
fn outputs(graph: &Graph<'_>) -> [Vec<usize>; 3] {
    let (mut saving, mut showing) = (Vec::new(), Vec::new());
    let mut used = vec![false; graph.nodes.len()];
    for (at, node) in graph.nodes.iter().enumerate() {
        match kinds::output(node) {
            Some(Output::Saves) => saving.push(at),
            Some(Output::Shows) => showing.push(at),
            None => {}
        }
        for (_, link) in node.links() {
            used[link.node] = true;
        }
    }
    let loose = (0..graph.nodes.len()).filter(|&at| !used[at]).collect();
    [saving, showing, loose]
}

/// Depth first, with its own stack: chains of any length and circles end.
fn upstream(graph: &Graph<'_>, outputs: &[usize]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = vec![false; graph.nodes.len()];
    for &output in outputs {
        let mut stack = vec![(output, false)];
        while let Some((at, done)) = stack.pop() {
            if done {
                order.push(at);
                continue;
            }
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            stack.push((at, true));
            let node = &graph.nodes[at];
            let mut next: Vec<usize> = match values::switched(graph, node) {
                Some(Chosen::Link(link)) => vec![link.node],
                Some(_) => Vec::new(),
                None => node.links().map(|(_, link)| link.node).collect(),
            };
            next.reverse();
            stack.extend(
                next.into_iter()
                    .filter(|&at| !seen[at])
                    .map(|at| (at, false)),
            );
        }
    }
    order
}

/// The VAE that a node loads.
fn vae(node: &Node<'_>) -> Option<String> {
    let name = node.value("vae_name")?.text()?;
    (!name.is_empty() && !name.eq_ignore_ascii_case("baked vae")).then(|| name.to_owned())
}

/// The size of an empty latent.
fn empty_size(graph: &Graph<'_>, node: &Node<'_>) -> Option<(u32, u32)> {
    let class = node.class.to_ascii_lowercase();
    if !class.contains("latent") && !class.contains("efficient") || class.contains("upscale") {
        return None;
    }
    let edge = |scalar| {
        let value = values::scalar(graph, node, scalar)?.unsigned()?;
        u32::try_from(value).ok().filter(|&edge| edge > 0)
    };
    Some((edge(rules::WIDTH)?, edge(rules::HEIGHT)?))
}

/// Describes one run of a sampler, and names all its models.
fn sampling<'g, 'a>(
    graph: &'g Graph<'a>,
    prompts: &mut Prompts<'g, 'a>,
    node: &'g Node<'a>,
) -> (Sampling, Vec<String>) {
    let scalar = |wanted| values::scalar(graph, node, wanted);
    let (models, mut loras) = models::behind(graph, node);
    let mut guidance = scalar(rules::GUIDANCE).and_then(Json::float);
    let positive = prompts.of(node, Role::Positive, &mut guidance);
    let negative = prompts.of(node, Role::Negative, &mut None);
    for lora in lora_marks(&positive) {
        add_lora(&mut loras, &lora);
    }
    let sampling = Sampling {
        node: node.id.clone().into_owned(),
        class: node.class.clone().into_owned(),
        positive,
        negative,
        seed: scalar(rules::SEED).and_then(Json::unsigned),
        steps: scalar(rules::STEPS)
            .and_then(Json::unsigned)
            .and_then(|steps| u32::try_from(steps).ok()),
        cfg: scalar(rules::CFG).and_then(Json::float),
        guidance,
        sampler: sampler_name(graph, node),
        scheduler: scheduler_name(graph, node),
        denoise: scalar(rules::DENOISE).and_then(Json::float),
        model: models.first().cloned(),
        loras,
    };
    (sampling, models)
}

/// The name of the sampler, or else the class of the node that stands for it.
fn sampler_name(graph: &Graph<'_>, node: &Node<'_>) -> Option<String> {
    let name = values::scalar(graph, node, rules::SAMPLER).and_then(Json::text);
    let class = || Some(graph.node(node.link("sampler")?).0.class.as_ref());
    name.filter(|name| !name.is_empty())
        .or_else(class)
        .map(str::to_owned)
}

/// The name of the scheduler, or else the class of the node that plans the steps.
fn scheduler_name(graph: &Graph<'_>, node: &Node<'_>) -> Option<String> {
    let name = values::scalar(graph, node, rules::SCHEDULER).and_then(Json::text);
    let class = || {
        let (_, planner) = values::find(graph, node, rules::STEPS)?;
        (!std::ptr::eq(planner, node)).then_some(planner.class.as_ref())
    };
    name.filter(|name| !name.is_empty())
        .or_else(class)
        .map(str::to_owned)
}
