//! What a node is, told by its inputs and by words in its class.

use super::{
    graph::{Input, Node},
    names::{self, Role, SEED, STEPS, lower},
};
use crate::rules::Finishes;

/// Nodes that make conditioning say nothing.
pub(super) fn is_silent(node: &Node<'_>) -> bool {
    let told = node.rule.and_then(|rule| rule.silent);
    told.unwrap_or_else(|| {
        node.class.contains("ZeroOut") || node.class.contains("ConditioningZero")
    })
}

/// Words in the classes of nodes that show a text.
#[rustfmt::skip]
const DISPLAYS: &[&str] = &[
    "showtext", "show text", "showany", "show any", "displaytext", "display text",
    "displayany", "display any", "previewany", "previewtext", "preview text",
];

/// Whether a node shows a text and keeps what it showed beside it.
pub(super) fn is_display(node: &Node<'_>) -> bool {
    if let Some(told) = node.rule.and_then(|rule| rule.display) {
        return told;
    }
    let class = lower(&node.class);
    DISPLAYS.iter().any(|word| class.contains(word))
}

/// How surely a node finishes a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// It saves what comes in.
    Saves,
    /// It only shows it.
    Shows,
}

/// Words in the names of inputs that bring a finished work.
#[rustfmt::skip]
const WORKS: &[&str] = &[
    "image", "video", "frames", "samples", "audio", "latent", "mesh", "model_3d",
    "model_file", "splat", "gaussian",
];

/// Words in the classes of nodes that save, and of those that only show.
#[rustfmt::skip]
const SAVING: &[&str] = &[
    "save", "videocombine", "output", "websocket", "export",
];
const SHOWING: &[&str] = &["preview", "compare"];

/// Whether a node finishes a picture: it says so, and a work comes in.
pub(super) fn output(node: &Node<'_>) -> Option<Output> {
    match node.rule.and_then(|rule| rule.output) {
        Some(Finishes::Saves) => return Some(Output::Saves),
        Some(Finishes::Shows) => return Some(Output::Shows),
        Some(Finishes::Nothing) => return None,
        None => {}
    }
    let class = lower(&node.class);
    let says = |words: &[&str]| words.iter().any(|word| class.contains(word));
    let kind = match () {
        () if says(SHOWING) => Output::Shows,
        () if says(SAVING) => Output::Saves,
        () => return None,
    };
    let works = |name: &str| WORKS.iter().any(|word| name.contains(word));
    node.links()
        .any(|(name, _)| works(&lower(name)))
        .then_some(kind)
}

/// Inputs that plan the steps of a run, set or linked; and those that only count when linked.
#[rustfmt::skip]
const PLANS: &[&str] = &[
    "sampler_name", "start_at_step", "refine_at_step",
];
const LINKED_PLANS: &[&str] = &["sigmas", "sampler"];

/// Linked inputs that bring what a run starts from.
#[rustfmt::skip]
const STARTS: &[&str] = &[
    "noise", "latent", "latent_image", "samples", "image", "images", "pixels",
    "image_embeds", "segs", "upscaled_image", "init_latents", "optional_latent",
];

/// Bundles that bring no prompts.
const PROMPTLESS: &[&str] = &["noise", "sigmas", "sampler"];

/// Words in the classes of nodes that have a sampler's inputs without being one.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "loader", "save", "metadata", "preview", "xy plot", "xyplot", "topipe", "to pipe",
    "script", "controlnet", "context", "basicpipe", "todetailerpipe", "editdetailerpipe",
    "fromdetailerpipe", "togglepipe",
];

/// Whether a node samples: it has a plan, something to start from, and prompts.
pub(super) fn is_sampler(node: &Node<'_>) -> bool {
    if let Some(told) = node.rule.and_then(|rule| rule.samples) {
        return told;
    }
    let (mut plan, mut start, mut prompt) = (false, false, false);
    for (name, input) in &node.inputs {
        let name: &str = &lower(name);
        if name.starts_with("filename") || name == "extension" || name == "output_path" {
            return false; // It keeps a file, and the settings are notes for it.
        }
        let linked = matches!(input, Input::Link(_));
        plan |= STEPS.names.contains(&name)
            || PLANS.contains(&name)
            || (linked && LINKED_PLANS.contains(&name));
        start |= SEED.names.contains(&name) || (linked && STARTS.contains(&name));
        prompt |= name == "positive" || (linked && brings_prompts(name));
    }
    let class = lower(&node.class);
    let other = || OTHERS.iter().any(|word| class.contains(word)) && !class.contains("ksampler");
    plan && start && prompt && !other()
}

fn brings_prompts(input: &str) -> bool {
    Role::Positive.owns(input)
        || names::is_conditioning(input)
        || (names::is_bundle(input) && !PROMPTLESS.contains(&input))
}

/// Inputs that hold the whole prompt of a node that calls a service.
#[rustfmt::skip]
const PROMPTS: &[&str] = &[
    "prompt", "prompt_text", "positive_prompt", "positive", "text_prompt",
];

/// Whether a node makes a picture from a prompt all by itself.
pub(super) fn is_prompted(node: &Node<'_>) -> bool {
    let has = |wanted: &str| {
        node.inputs
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    PROMPTS.iter().any(|name| has(name)) && !has("clip")
}
