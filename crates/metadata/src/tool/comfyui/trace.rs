//! The walk from the saved picture upstream: which samplers ran, in which order, with what.

use std::collections::HashSet;

use domain::recipe::{Notice, Recipe, Sampling};

use super::{
    WORD,
    graph::{Graph, Input, Link, Node},
    models,
    rules::{self, Role},
    text::{Texts, is_text_node, prompt_inputs},
    values,
};
use crate::{
    json::Json,
    tool::{Record, add_lora, add_name, lora_marks},
};

/// Most samplers that are described.
const SAMPLERS: usize = 64;

/// Most nodes that one prompt's walk visits.
const VISITS: usize = 30_000;

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
    let mut samplers = runs(&rules::is_sampler);
    if samplers.is_empty() {
        samplers = runs(&|node| is_prompted(node));
    }
    let mut tracer = Tracer {
        graph,
        texts: Texts::new(graph),
        stopped: Vec::new(),
    };
    let mut recipe = Recipe {
        tool: WORD.to_owned(),
        ..Recipe::default()
    };
    let mut models = Vec::new();
    for &at in &samplers {
        let (sampling, used) = tracer.sampling(&graph.nodes[at]);
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
        run.loras
            .iter()
            .cloned()
            .for_each(|lora| add_lora(&mut recipe.loras, lora));
    }
    recipe.vae = order.iter().find_map(|&at| vae(&graph.nodes[at]));
    recipe.size = order
        .iter()
        .find_map(|&at| empty_size(graph, &graph.nodes[at]));
    Record {
        notices: notices(&tracer.stopped, &recipe),
        recipe,
    }
}

fn notices(stopped: &[String], recipe: &Recipe) -> Vec<Notice> {
    let mut notices: Vec<Notice> = stopped
        .iter()
        .map(|class| {
            Notice::new(
                "unknown-node",
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
        if order.iter().any(|&at| rules::is_sampler(&graph.nodes[at])) {
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
    let of_rank = |rank: u8| -> Vec<usize> {
        let ranked = |(_, node): &(usize, &Node<'_>)| rules::output_rank(node) == Some(rank);
        graph
            .nodes
            .iter()
            .enumerate()
            .filter(ranked)
            .map(|(at, _)| at)
            .collect()
    };
    let mut used = vec![false; graph.nodes.len()];
    for (_, link) in graph.nodes.iter().flat_map(Node::links) {
        used[link.node] = true;
    }
    let loose = (0..graph.nodes.len()).filter(|&at| !used[at]).collect();
    [of_rank(0), of_rank(1), loose]
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
                Some(Some(Input::Link(link))) => vec![link.node],
                Some(Some(Input::Value(_)) | None) => Vec::new(),
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

/// A node that makes a picture from a prompt all by itself, as those that call a service do.
fn is_prompted(node: &Node<'_>) -> bool {
    let has = |name: &str| {
        node.inputs
            .iter()
            .any(|(key, _)| key.eq_ignore_ascii_case(name))
    };
    (has("prompt") || has("positive_prompt") || has("positive"))
        && (has("seed") || has("steps") || has("num_inference_steps") || has("model"))
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

/// Describes samplers one after the other.
struct Tracer<'g, 'a> {
    graph: &'g Graph<'a>,
    texts: Texts<'g, 'a>,
    stopped: Vec<String>,
}

/// Where a prompt's walk stands.
#[derive(Clone, Copy)]
struct Step {
    link: Link,
    /// Whether the walk is on conditioning of the wanted side; before that, on a sampler, a guider
    /// or a bundle, the side has still to be chosen.
    chosen: bool,
}

impl<'g, 'a> Tracer<'g, 'a> {
    fn sampling(&mut self, node: &'g Node<'a>) -> (Sampling, Vec<String>) {
        let graph = self.graph;
        let scalar = |wanted| values::scalar(graph, node, wanted);
        let (models, mut loras) = models::behind(graph, node);
        let mut guidance = scalar(rules::GUIDANCE).and_then(Json::float);
        let positive = self.prompt(node, Role::Positive, &mut guidance);
        let negative = self.prompt(node, Role::Negative, &mut None);
        lora_marks(&positive)
            .into_iter()
            .for_each(|lora| add_lora(&mut loras, lora));
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
            sampler: self.named_or_class(node, rules::SAMPLER, "sampler"),
            scheduler: self.named_or_class(node, rules::SCHEDULER, "sigmas"),
            denoise: scalar(rules::DENOISE).and_then(Json::float),
            model: models.first().cloned(),
            loras,
        };
        (sampling, models)
    }

    /// A name set somewhere, or else the class of the node that stands for it.
    fn named_or_class(&self, node: &Node<'a>, wanted: rules::Scalar, link: &str) -> Option<String> {
        let name = values::scalar(self.graph, node, wanted).and_then(Json::text);
        name.filter(|name| !name.is_empty())
            .map(str::to_owned)
            .or_else(|| {
                let (source, _) = self.graph.node(node.link(link)?);
                Some(source.class.clone().into_owned())
            })
    }

    /// The texts of one side of a sampler, in the order in which they are met, each once.
    fn prompt(&mut self, sampler: &'g Node<'a>, role: Role, guidance: &mut Option<f64>) -> String {
        let mut texts: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        let mut open = self.choose(sampler, role);
        if open.is_empty() && (role == Role::Positive || holds_own(sampler, role)) {
            texts = self.texts.of_encoder(sampler, role);
        }
        open.reverse();
        while let Some(step) = open.pop() {
            if !seen.insert((step.link.node, step.chosen)) || seen.len() > VISITS {
                continue;
            }
            let node = &self.graph.nodes[step.link.node];
            if rules::is_silent(&node.class) {
                continue;
            }
            if guidance.is_none() && step.chosen {
                *guidance = node.value("guidance").and_then(Json::float);
            }
            let mut next = self.next_steps(node, role, step.chosen);
            next.reverse();
            let found = self.said(node, role, step, next.is_empty());
            if next.is_empty() && step.chosen && found.is_none() && role == Role::Positive {
                self.stop_at(node);
            }
            open.extend(next);
            for text in found.unwrap_or_default() {
                if !text.trim().is_empty() && !texts.contains(&text) {
                    texts.push(text);
                }
            }
        }
        texts.join("\n")
    }

    /// What a node itself says; nothing when it only passes conditioning on.
    fn said(
        &mut self,
        node: &'g Node<'a>,
        role: Role,
        step: Step,
        is_end: bool,
    ) -> Option<Vec<String>> {
        let is_pair = !is_end && self.has_side(node, role);
        if holds_own(node, role) {
            return Some(self.texts.of_encoder(node, role));
        }
        if !step.chosen || is_pair || prompt_inputs(node, role).is_empty() {
            return None;
        }
        if is_text_node(node) {
            return Some(vec![self.texts.of_link(step.link, role, 0)]);
        }
        Some(self.texts.of_encoder(node, role))
    }

    fn next_steps(&self, node: &Node<'a>, role: Role, chosen: bool) -> Vec<Step> {
        if chosen {
            self.onward(node, role)
        } else {
            self.choose(node, role)
        }
    }

    fn has_side(&self, node: &Node<'a>, role: Role) -> bool {
        node.links()
            .any(|(name, _)| is_side(&name.to_ascii_lowercase(), role))
    }

    /// From a node on which the side is not yet chosen: its inputs for this side, else what it
    /// bundles. Conditioning without a side is positive.
    fn choose(&self, node: &Node<'a>, role: Role) -> Vec<Step> {
        let own = self.steps(node, true, |name| is_side(name, role));
        if !own.is_empty() || holds_own(node, role) {
            return own;
        }
        if role == Role::Positive {
            let neutral = self.steps(node, true, rules::is_conditioning);
            if !neutral.is_empty() {
                return neutral;
            }
        }
        self.steps(node, false, rules::is_bundle)
    }

    /// From conditioning further upstream: inputs of this side, else conditioning, else bundles,
    /// else anything that is not something else for sure.
    fn onward(&self, node: &Node<'a>, role: Role) -> Vec<Step> {
        if let Some(switched) = values::switched(self.graph, node) {
            return match switched {
                Some(Input::Link(link)) => vec![self.step(*link, true)],
                _ => Vec::new(),
            };
        }
        let own = self.steps(node, true, |name| is_side(name, role));
        if !own.is_empty() {
            // The text inputs of an encoder are read by the one who asks for its texts.
            return if node.link("clip").is_some() {
                Vec::new()
            } else {
                own
            };
        }
        let conditioning = self.steps(node, true, rules::is_conditioning);
        if !conditioning.is_empty() {
            return conditioning;
        }
        if !prompt_inputs(node, role).is_empty() {
            return Vec::new();
        }
        let bundles = self.steps(node, false, rules::is_bundle);
        if !bundles.is_empty() {
            return bundles;
        }
        self.steps(node, true, |name| !rules::is_aside(name))
    }

    fn steps(&self, node: &Node<'a>, chosen: bool, wanted: impl Fn(&str) -> bool) -> Vec<Step> {
        node.links()
            .filter(|(name, _)| wanted(&name.to_ascii_lowercase()))
            .map(|(_, link)| self.step(link, chosen))
            .collect()
    }

    fn step(&self, link: Link, chosen: bool) -> Step {
        Step {
            link: self.graph.source(link),
            chosen,
        }
    }

    fn stop_at(&mut self, node: &Node<'a>) {
        let class = node.class.as_ref();
        if self.stopped.len() < 8 && !self.stopped.iter().any(|known| known == class) {
            self.stopped.push(class.to_owned());
        }
    }
}

/// Whether an input brings conditioning or text of one side.
fn is_side(input: &str, role: Role) -> bool {
    role.owns(input) && !rules::is_aside(input)
}

/// Whether a node holds a text of one side itself.
fn holds_own(node: &Node<'_>, role: Role) -> bool {
    node.inputs.iter().any(|(name, input)| {
        role.owns(&name.to_ascii_lowercase()) && matches!(input, Input::Value(Json::Text(_)))
    })
}
