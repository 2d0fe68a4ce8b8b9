//! What is known about nodes, as tables of names. Names are compared in lower case.
//!
//! Nodes come from hundreds of packages, but their inputs are named alike, so most rules speak of
//! inputs and few of classes.

use std::borrow::Cow;

/// A name in lower case; most are already.
pub(super) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// What a walk is looking for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Positive,
    Negative,
}

impl Role {
    /// The recipe's word for it.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
        }
    }

    /// The opposite side.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Positive => Self::Negative,
            Self::Negative => Self::Positive,
        }
    }

    /// Whether an input is meant for this role: `positive`, `negative_prompt`, `text_pos`...
    pub(super) fn owns(self, input: &str) -> bool {
        let (word, short) = match self {
            Self::Positive => ("positive", "pos"),
            Self::Negative => ("negative", "neg"),
        };
        input.contains(word) || words(input).any(|part| part == short || part == &word[..7])
    }

    /// Whether an input brings conditioning or text of this side.
    pub(super) fn brings(self, input: &str) -> bool {
        self.owns(input) && !is_aside(input) && !is_side_text(input)
    }
}

/// The parts of a name between `_`, `-`, `.` and spaces.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-', '.', ' '])
}

/// A scalar of a sampler, with the input names that hold it, best first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scalar {
    /// The recipe's word for it; empty when it is only a part of a field.
    pub(super) field: &'static str,
    /// The word for it in the table of nodes.
    pub(super) entry: &'static str,
    pub(super) names: &'static [&'static str],
}

impl Scalar {
    /// Any single value.
    pub(super) const ANY: Self = Self {
        field: "",
        entry: "",
        names: &[],
    };

    const fn new(field: &'static str, names: &'static [&'static str]) -> Self {
        Self {
            field,
            entry: field,
            names,
        }
    }
}

/// Noise seed.
#[rustfmt::skip]
pub(super) const SEED: Scalar = Scalar::new("seed", &[
    "seed", "noise_seed", "seed_num", "base_seed", "rand_seed", "seed_value",
]);
/// Number of steps.
#[rustfmt::skip]
pub(super) const STEPS: Scalar = Scalar::new("steps", &[
    "steps", "steps_total", "num_steps", "num_inference_steps", "total_steps",
]);
/// Classifier-free guidance scale.
#[rustfmt::skip]
pub(super) const CFG: Scalar = Scalar::new("cfg", &[
    "cfg", "cfg_scale", "guidance_scale", "cfg_conds", "base_cfg", "cfg_1",
    "cfg_scale_start", "text_cfg",
]);
/// Name of the sampler.
#[rustfmt::skip]
pub(super) const SAMPLER: Scalar = Scalar::new("sampler", &[
    "sampler_name", "sampler", "sampler_type", "solver",
]);
/// Name of the scheduler.
#[rustfmt::skip]
pub(super) const SCHEDULER: Scalar = Scalar::new("scheduler", &[
    "scheduler", "scheduler_name", "noise_schedule", "sigma_schedule",
]);
/// Denoising strength.
#[rustfmt::skip]
pub(super) const DENOISE: Scalar = Scalar::new("denoise", &[
    "denoise", "denoise_strength", "denoising_strength", "strength",
]);
/// Distilled guidance.
#[rustfmt::skip]
pub(super) const GUIDANCE: Scalar = Scalar::new("guidance", &[
    "guidance", "embedded_guidance_scale", "flux_guidance",
]);
/// Width of an empty latent.
#[rustfmt::skip]
pub(super) const WIDTH: Scalar = Scalar {
    field: "", entry: "width", names: &["width", "empty_latent_width"],
};
/// Height of an empty latent.
#[rustfmt::skip]
pub(super) const HEIGHT: Scalar = Scalar {
    field: "", entry: "height", names: &["height", "empty_latent_height"],
};

/// Inputs of nodes that exist to hold one value.
#[rustfmt::skip]
pub(super) const VALUES: &[&str] = &[
    "value", "int", "integer", "number", "float", "string", "text", "any", "anything",
    "input", "source", "a", "*", "",
];

/// Inputs that bundle several things, by their whole name.
#[rustfmt::skip]
const BUNDLES: &[&str] = &[
    "guider", "noise", "sigmas", "sampler", "ctx", "context", "base_ctx", "bus",
    "sdxl_tuple", "script", "text_embeds", "base_sampler", "mask_sampler", "settings",
    "options", "config", "parameters", "model_info", "preset", "hyvid_embeds",
    "prompt_embeds", "sampler_config", "params",
];

/// Inputs that bundle several things; whatever is looked for may lie behind them.
pub(super) fn is_bundle(input: &str) -> bool {
    BUNDLES.contains(&input)
        || words(input).any(|part| matches!(part, "pipe" | "sigmas" | "ctx" | "tuple" | "settings"))
        || input.ends_with("pipe")
        || input.ends_with("pipe_opt")
}

/// Inputs that carry conditioning without saying on which side.
pub(super) fn is_conditioning(input: &str) -> bool {
    words(input).any(|part| part.starts_with("cond") && !matches!(part, "condition" | "cond2"))
        || input.contains("conditioning")
        || matches!(
            input,
            "embeds" | "text_embed" | "crossattn" | "prompt_embeds"
        )
}

/// Parts of names of inputs that a prompt never comes through.
#[rustfmt::skip]
const ASIDES: &[&str] = &[
    "model", "models", "clip", "vae", "image", "images", "latent", "latents", "samples",
    "mask", "masks", "pixels", "net", "controlnet", "audio", "video", "ipadapter", "width",
    "height", "seed", "steps", "cfg", "noise", "lora", "unet", "segs", "detector", "frames",
    "delimiter", "separator", "batch", "seconds", "fps",
];

/// Inputs that a prompt never comes through.
pub(super) fn is_aside(input: &str) -> bool {
    words(input).any(|part| {
        let part = part.trim_end_matches(|c: char| c.is_ascii_digit());
        ASIDES.contains(&part)
    })
}

/// Names of inputs that hold or bring prompt text, without the number at their end.
#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "text", "string", "str", "prompt", "prompts", "value", "populated_text", "caption",
    "sentence", "line", "content", "tags", "instruction", "t5xxl", "t", "t5", "clip_l",
    "clip_g", "l", "g", "bert", "mt5xl", "llama", "gemma", "qwen", "input_text",
    "input_string", "user_prompt", "main_prompt", "base_prompt", "any", "anything",
    "source", "a", "b", "tag", "texto", "multi_line_prompt",
];

/// Inputs that hold or bring prompt text.
pub(super) fn is_text(input: &str) -> bool {
    let stem = input.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = stem.trim_end_matches(['_', ' ']);
    let sounds = TEXTS.contains(&stem)
        || ["text_", "string_", "prompt_"]
            .iter()
            .any(|start| stem.starts_with(start))
        || ["_prompt", "_text", "_string", " prompt"]
            .iter()
            .any(|end| stem.ends_with(end));
    sounds && !is_side_text(input)
}

/// Texts of a node that steer how it works and never reach the prompt.
#[rustfmt::skip]
const SIDE_TEXT: &[&str] = &[
    "find", "replace", "regex", "pattern", "delimiter", "separator", "system", "template",
    "wildcard_text", "extension", "file", "path", "normalization", "interpretation",
    "to_remove", "prompt_type", "text_encoder", "text_model", "prompt_format", "mode",
    "prompt_id",
];

/// Whether an input steers a node's work instead of reaching the prompt.
pub(super) fn is_side_text(input: &str) -> bool {
    SIDE_TEXT.iter().any(|word| input.contains(word))
}

/// Inputs that go between the texts that a node joins.
#[rustfmt::skip]
pub(super) const DELIMITERS: &[&str] = &[
    "delimiter", "separator", "sep", "joiner", "concat_by",
];

/// Inputs in which a node that rolls dice keeps what came out; they beat what went in.
#[rustfmt::skip]
pub(super) const ROLLED: &[&str] = &[
    "populated_text", "processed_text", "result_text",
];

/// Inputs whose value is the file of a base model, by their whole name.
#[rustfmt::skip]
const MODEL_FILES: &[&str] = &[
    "ckpt_name", "unet_name", "base_ckpt_name", "model_name", "ckpt", "checkpoint",
    "gguf_name", "model_path", "diffusion_model", "base_model", "model", "unet",
    "checkpoint_name", "diffusion_model_name", "ckpt_path", "dit_name", "engine",
    "transformer", "repo_id", "unet_path", "base_model_name", "stage_c", "engine_name",
];

/// Inputs whose value is the file of a base model.
pub(super) fn is_model_file(input: &str) -> bool {
    MODEL_FILES.contains(&input) || words(input).next() == Some("ckpt")
}

/// Words in names of inputs that bring models of another kind.
#[rustfmt::skip]
const SIDE_MODELS: &[&str] = &[
    "upscale", "vision", "style", "control", "detect", "sam", "motion", "clip", "vae",
    "refiner", "insight", "face", "interrogat", "caption", "llm", "gligen",
    "opt_model_list",
];

/// Inputs through which a base model comes.
pub(super) fn brings_model(input: &str) -> bool {
    let sounds = input.starts_with("model")
        || words(input).any(|part| {
            let part = part.trim_end_matches(|c: char| c.is_ascii_digit());
            matches!(
                part,
                "model" | "unet" | "ckpt" | "checkpoint" | "transformer" | "dit"
            )
        });
    sounds && !SIDE_MODELS.iter().any(|word| input.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_own_their_inputs_by_any_common_spelling() {
        for name in [
            "positive",
            "positive_prompt",
            "text_positive",
            "base_pos",
            "pos",
        ] {
            assert!(Role::Positive.owns(name), "{name}");
            assert!(!Role::Negative.owns(name), "{name}");
        }
        assert!(Role::Negative.owns("neg"));
        assert!(!Role::Positive.owns("position"));
    }

    #[test]
    fn side_texts_are_not_prompts() {
        for name in ["text", "text_g", "string1", "prompt", "t5xxl", "value"] {
            assert!(is_text(name), "{name}");
        }
        for name in [
            "delimiter",
            "find",
            "regex_pattern",
            "system_prompt",
            "text_encoder",
            "width",
        ] {
            assert!(!is_text(name), "{name}");
        }
    }
}
