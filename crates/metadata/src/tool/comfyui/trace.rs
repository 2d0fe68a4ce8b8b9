//! The walk from the saved picture upstream: which samplers ran, in which order, with what.

use domain::recipe::{Notice, Recipe, Sampling};

use super::{
    WORD, beside,
    graph::{Graph, Node},
    kinds::{self, Output},
    models,
    names::{self, Role},
    parameters::parameters,
    prompt::Prompts,
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
    let (order, mut samplers) = run_order(graph);
    samplers.truncate(SAMPLERS);
    if samplers.is_empty() {
        // Nearest to the picture: those before it may be language models that wrote its prompt.
        let prompted = |at: &usize| kinds::is_prompted(&graph.nodes[*at]);
        samplers = order.iter().copied().rfind(prompted).into_iter().collect();
    }
    let mut prompts = Prompts::new(graph);
    let mut recipe = Recipe {
        tool: WORD.to_owned(),
        ..Recipe::default()
    };
    let mut models = Vec::new();
    for (number, &at) in samplers.iter().enumerate() {
        graph.trail.run(Some(number));
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
    for name in models.iter().flatten() {
        add_name(&mut recipe.models, name);
    }
    for run in &recipe.samplers {
        for lora in &run.loras {
            add_lora(&mut recipe.loras, lora);
        }
    }
    graph.trail.run(None);
    recipe.vae = order.iter().find_map(|&at| vae(graph, &graph.nodes[at]));
    recipe.size = order
        .iter()
        .find_map(|&at| empty_size(graph, &graph.nodes[at]));
    recipe.extra = beside::extra(graph, &order);
    if let Some(run) = recipe.samplers.get(recipe.primary)
        && run.seed.is_none()
        && let Some(asked) = negative_seed(graph, &run.node)
    {
        recipe.extra.insert(0, ("seed".to_owned(), asked));
    }
    let parameters = parameters(graph, &order, &recipe);
    let told = graph.trail.told();
    Record {
        notices: notices(prompts.stopped(), &recipe),
        parameters,
        origins: told.origins,
        unknown: told.unknown,
        recipe,
    }
}

/// A seed below zero asks for a new one in every run; the field of the recipe cannot hold it.
fn negative_seed(graph: &Graph<'_>, id: &str) -> Option<String> {
    let node = graph.nodes.iter().find(|node| node.id == id)?;
    let (held, _) = graph
        .trail
        .aside(|| values::find(graph, node, names::SEED))?;
    let is_negative = held.value.float().is_some_and(|seed| seed < 0.0);
    is_negative.then(|| held.value.plain()).flatten()
}

fn notices(stopped: &[String], recipe: &Recipe) -> Vec<Notice> {
    let mut notices: Vec<Notice> = stopped
        .iter()
        .map(|class| {
            let message = format!("The prompt is lost at a node of class {class}.");
            Notice::new(LOST, message).about(class)
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

/// Nodes upstream of the outputs, each after everything that it needs, and those that sample.
fn run_order(graph: &Graph<'_>) -> (Vec<usize>, Vec<usize>) {
    let mut best: Vec<usize> = Vec::new();
    for outputs in outputs(graph) {
        let order = upstream(graph, &outputs);
        let wanted = |at: &usize| kinds::is_sampler(&graph.nodes[*at]);
        let samplers: Vec<usize> = order.iter().copied().filter(wanted).collect();
        if !samplers.is_empty() {
            return (order, samplers);
        }
        if best.is_empty() {
            best = order;
        }
    }
    (best, Vec::new())
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
                Some(Chosen::Link(_, link)) => vec![link.node],
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
fn vae(graph: &Graph<'_>, node: &Node<'_>) -> Option<String> {
    let told = node.rule.and_then(|rule| rule.vae.as_ref());
    let held = match told {
        Some(names) => names.iter().find_map(|name| values::at(graph, node, name)),
        None => values::at(graph, node, "vae_name").or_else(|| {
            let class = names::lower(&node.class);
            let loads = class.contains("vae") && class.contains("load");
            loads.then(|| values::at(graph, node, "model_name"))?
        }),
    }?;
    let name = held.value.text()?;
    let is_one = !name.is_empty()
        && !["baked vae", "none", "default"]
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word));
    is_one.then(|| {
        graph.trail.start(node);
        graph.trail.found("vae", held.node, held.input, name);
        name.to_owned()
    })
}

/// The size of an empty latent.
fn empty_size(graph: &Graph<'_>, node: &Node<'_>) -> Option<(u32, u32)> {
    let told = node.rule.is_some_and(|rule| rule.width.is_some());
    let class = names::lower(&node.class);
    let is_latent = class.contains("latent")
        || class.contains("efficient")
        || ["empty_latent_width", "length", "num_frames"]
            .iter()
            .any(|name| node.input(name).is_some());
    let is_other = ["upscale", "resize", "crop", "composite"]
        .iter()
        .any(|word| class.contains(word));
    if !told && (!is_latent || is_other) {
        return None;
    }
    let edge = |scalar| {
        let value = values::scalar(graph, node, scalar)?.unsigned()?;
        u32::try_from(value).ok().filter(|&edge| edge > 0)
    };
    let size = (edge(names::WIDTH)?, edge(names::HEIGHT)?);
    if graph.trail.is_kept() {
        graph.trail.start(node);
        let words = format!("{} x {}", size.0, size.1);
        graph.trail.found("size", node, "width", &words);
    }
    Some(size)
}

/// Describes one run of a sampler, and names all its models.
fn sampling<'g, 'a>(
    graph: &'g Graph<'a>,
    prompts: &mut Prompts<'g, 'a>,
    node: &'g Node<'a>,
) -> (Sampling, Vec<String>) {
    let scalar = |wanted| values::scalar(graph, node, wanted);
    let (models, mut loras) = models::behind(graph, node);
    let mut guidance = scalar(names::GUIDANCE).and_then(Json::float);
    let positive = prompts.of(node, Role::Positive, &mut guidance);
    let negative = prompts.of(node, Role::Negative, &mut None);
    for lora in lora_marks(&positive) {
        if add_lora(&mut loras, &lora) {
            graph.trail.found_within("lora", &lora.name, "positive");
        }
    }
    let sampling = Sampling {
        node: node.id.clone().into_owned(),
        class: node.class.clone().into_owned(),
        positive,
        negative,
        seed: scalar(names::SEED).and_then(Json::unsigned),
        steps: scalar(names::STEPS)
            .and_then(Json::unsigned)
            .and_then(|steps| u32::try_from(steps).ok()),
        cfg: scalar(names::CFG).and_then(Json::float),
        guidance,
        sampler: sampler_name(graph, node),
        scheduler: scheduler_name(graph, node),
        denoise: scalar(names::DENOISE).and_then(Json::float),
        model: models.first().cloned(),
        loras,
    };
    (sampling, models)
}

/// The name of the sampler, or else the class of the node that stands for it.
fn sampler_name(graph: &Graph<'_>, node: &Node<'_>) -> Option<String> {
    let name = values::scalar(graph, node, names::SAMPLER).and_then(Json::text);
    let class = || {
        let (chooser, _) = graph.node(node.link("sampler")?);
        Some(by_class(graph, node, "sampler", chooser))
    };
    name.filter(|name| !name.is_empty())
        .or_else(class)
        .map(str::to_owned)
}

/// The name of the scheduler, or else the class of the node that plans the steps.
fn scheduler_name(graph: &Graph<'_>, node: &Node<'_>) -> Option<String> {
    let name = values::scalar(graph, node, names::SCHEDULER).and_then(Json::text);
    let class = || {
        let (_, planner) = values::find(graph, node, names::STEPS)?;
        (!std::ptr::eq(planner, node)).then(|| by_class(graph, node, "scheduler", planner))
    };
    name.filter(|name| !name.is_empty())
        .or_else(class)
        .map(str::to_owned)
}

/// The class of a node that stands for a sampler or scheduler by itself.
fn by_class<'g>(
    graph: &'g Graph<'_>,
    sampler: &Node<'_>,
    field: &str,
    chosen: &'g Node<'_>,
) -> &'g str {
    graph.trail.start(sampler);
    graph.trail.step(sampler, field, chosen);
    graph.trail.found(field, chosen, "", &chosen.class);
    &chosen.class
}
