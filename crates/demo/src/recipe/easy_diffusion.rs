//! Easy Diffusion: the same settings as texts of a PNG, as JSON in EXIF, or as lines beside.

use super::Recipe;
use crate::json::{Json, list, object};

/// A text for each setting.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let mut chunks = vec![
        ("prompt", recipe.prompt.positive.clone()),
        ("negative_prompt", recipe.prompt.negative.clone()),
        ("seed", recipe.seed.to_string()),
        ("use_stable_diffusion_model", recipe.model_stem().to_owned()),
        ("use_vae_model", "softcolor-560k".to_owned()),
        ("sampler_name", recipe.sampler.to_owned()),
        ("width", recipe.size.0.to_string()),
        ("height", recipe.size.1.to_string()),
        ("num_inference_steps", recipe.steps.to_string()),
        ("guidance_scale", recipe.cfg.to_string()),
    ];
    if let Some(lora) = recipe.loras.first() {
        chunks.push(("use_lora_model", lora.name.clone()));
        chunks.push(("lora_alpha", lora.weight.to_string()));
    }
    chunks
}

/// All settings as one JSON record.
pub(super) fn json(recipe: &Recipe) -> String {
    let names = recipe.loras.iter().map(|lora| lora.name.as_str());
    let weights = recipe.loras.iter().map(|lora| lora.weight);
    let mut record = object([
        ("prompt", recipe.prompt.positive.as_str().into()),
        ("negative_prompt", recipe.prompt.negative.as_str().into()),
        ("seed", recipe.seed.into()),
        ("use_stable_diffusion_model", recipe.model_stem().into()),
        ("use_vae_model", Json::Null),
        ("clip_skip", false.into()),
        ("sampler_name", recipe.sampler.into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
        ("num_inference_steps", recipe.steps.into()),
        ("guidance_scale", recipe.cfg.into()),
    ]);
    if !recipe.loras.is_empty() {
        record = record
            .with("use_lora_model", list(names))
            .with("lora_alpha", list(weights));
    }
    record.python()
}

/// A line for each setting, under the words of its page.
pub(super) fn lines(recipe: &Recipe) -> String {
    let mut lines = vec![
        format!("Prompt: {}", recipe.prompt.positive),
        format!("Width: {}", recipe.size.0),
        format!("Height: {}", recipe.size.1),
        format!("Seed: {}", recipe.seed),
        format!("Steps: {}", recipe.steps),
        format!("Guidance Scale: {}", recipe.cfg),
        "Use Face Correction: None".to_owned(),
        "Use Upscaling: None".to_owned(),
        format!("Sampler: {}", recipe.sampler),
        format!("Negative Prompt: {}", recipe.prompt.negative),
        format!("Stable Diffusion model: {}", recipe.model_stem()),
    ];
    if let Some(lora) = recipe.loras.first() {
        lines.push(format!("LoRA model: {}", lora.name));
        lines.push(format!("LoRA Strength: {}", lora.weight));
    }
    lines.join("\n") + "\n"
}
