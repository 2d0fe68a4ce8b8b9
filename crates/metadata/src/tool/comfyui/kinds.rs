//! What a node is, told by its inputs and by words in its class.

use super::{
    graph::{Input, Node},
    rules::{self, Role, SEED, STEPS},
};

/// Nodes that make conditioning say nothing.
pub(super) fn is_silent(class: &str) -> bool {
    class.contains("ZeroOut") || class.contains("ConditioningZero")
}

/// Nodes that show a text and keep what they showed beside it.
pub(super) fn is_display(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    [
        "showtext",
        "show text",
        "showany",
        "show any",
        "showanything",
        "displaytext",
        "display any",
        "previewany",
        "previewtext",
        "preview text",
        "display text",
        "displayany",
    ]
    .iter()
    .any(|word| class.contains(word))
}

/// Nodes that finish a picture, best first: those that save, those that only show.
pub(super) fn output_rank(node: &Node<'_>) -> Option<u8> {
    let class = node.class.to_ascii_lowercase();
    let shows = node.links().any(|(name, _)| {
        let name = name.to_ascii_lowercase();
        [
            "image", "video", "frames", "samples", "audio", "images_a", "latent", "mesh",
            "model_3d",
        ]
        .iter()
        .any(|word| name.contains(word))
    });
    if !shows {
        return None;
    }
    let saves = class.contains("save")
        || class.contains("videocombine")
        || class.contains("output")
        || class.contains("websocket")
        || class.contains("export");
    match () {
        () if saves && !class.contains("preview") => Some(0),
        () if class.contains("preview") || class.contains("compare") => Some(1),
        () => None,
    }
}

/// Whether a node samples: it has steps or a schedule, something to sample from, and prompts.
pub(super) fn is_sampler(node: &Node<'_>) -> bool {
    let class = node.class.to_ascii_lowercase();
    let (mut plan, mut start, mut prompt, mut keeps_file) = (false, false, false, false);
    for (name, input) in &node.inputs {
        let name = name.to_ascii_lowercase();
        let linked = matches!(input, Input::Link(_));
        plan |= STEPS.names.contains(&name.as_str())
            || matches!(
                name.as_str(),
                "sampler_name" | "start_at_step" | "refine_at_step"
            )
            || (linked && matches!(name.as_str(), "sigmas" | "sampler"));
        start |= SEED.names.contains(&name.as_str())
            || (linked
                && matches!(
                    name.as_str(),
                    "noise"
                        | "latent"
                        | "latent_image"
                        | "samples"
                        | "image"
                        | "images"
                        | "pixels"
                        | "image_embeds"
                        | "segs"
                        | "upscaled_image"
                        | "init_latents"
                        | "optional_latent"
                ));
        prompt |= linked
            && (Role::Positive.owns(&name)
                || rules::is_conditioning(&name)
                || (rules::is_bundle(&name)
                    && !matches!(name.as_str(), "noise" | "sigmas" | "sampler")))
            || name == "positive";
        keeps_file |= name.starts_with("filename")
            || name == "extension"
            || name == "file_name"
            || name == "output_path";
    }
    let other = [
        "loader",
        "save",
        "metadata",
        "preview",
        "xy plot",
        "xyplot",
        "topipe",
        "to pipe",
        "script",
        "controlnet",
        "basicpipe",
        "detailerpipe",
        "togglepipe",
    ];
    plan && start
        && prompt
        && !keeps_file
        && !other
            .iter()
            .any(|word| class.contains(word) && !class.contains("ksampler"))
}
