//! The ruined fork of Fooocus: JSON with a capital `Prompt`, and LoRAs as `weight - name`.

use super::Recipe;
use crate::json::{Json, list, object};

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let loras = recipe.loras.iter().map(|lora| {
        let name = format!("{} - {}.safetensors", lora.weight, lora.name);
        Json::List(vec![Recipe::short_hash(&lora.name).into(), name.into()])
    });
    let record = object([
        ("Prompt", recipe.prompt.positive.as_str().into()),
        ("Negative", recipe.prompt.negative.as_str().into()),
        ("steps", recipe.steps.into()),
        ("cfg", recipe.cfg.into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
        ("seed", recipe.seed.into()),
        ("sampler_name", recipe.sampler.into()),
        ("scheduler", recipe.scheduler.into()),
        ("base_model_name", recipe.model.as_str().into()),
        ("base_model_hash", Recipe::short_hash(&recipe.model).into()),
        ("loras", list(loras)),
        ("start_step", 0_u32.into()),
        ("denoise", 1.0.into()),
        ("clip_skip", 1_u32.into()),
        ("software", "RuinedFooocus".into()),
    ]);
    vec![("parameters", record.python())]
}
