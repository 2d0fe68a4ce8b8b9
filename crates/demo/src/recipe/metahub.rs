//! The summary that the saving node of `MetaHub` writes for galleries that read no graphs.

use super::Recipe;
use crate::json::{list, object};

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let loras = recipe.loras.iter().map(|lora| {
        object([
            ("name", lora.name.as_str().into()),
            ("weight", lora.weight.into()),
        ])
    });
    let record = object([
        ("generator", "ComfyUI".into()),
        ("prompt", recipe.prompt.positive.as_str().into()),
        ("negativePrompt", recipe.prompt.negative.as_str().into()),
        ("seed", recipe.seed.into()),
        ("steps", recipe.steps.into()),
        ("cfg", recipe.cfg.into()),
        ("sampler_name", recipe.sampler.into()),
        ("scheduler", recipe.scheduler.into()),
        ("model", recipe.model_stem().into()),
        ("loras", list(loras)),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
    ]);
    vec![("imagemetahub_data", record.compact())]
}
