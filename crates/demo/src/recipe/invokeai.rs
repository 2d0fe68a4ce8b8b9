//! `InvokeAI`: one compact JSON record.

use super::Recipe;
use crate::json::{Json, list, object};

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let model = |name: &str, kind: &str| {
        object([
            ("key", format!("{}-demo", Recipe::short_hash(name)).into()),
            (
                "hash",
                format!("blake3:{}", Recipe::short_hash(name)).into(),
            ),
            ("name", name.into()),
            ("base", "sdxl".into()),
            ("type", kind.into()),
        ])
    };
    let loras: Vec<Json> = recipe
        .loras
        .iter()
        .map(|lora| {
            object([
                ("model", model(&lora.name, "lora")),
                ("weight", lora.weight.into()),
            ])
        })
        .collect();
    let record = object([
        ("generation_mode", "sdxl_txt2img".into()),
        ("positive_prompt", recipe.prompt.positive.as_str().into()),
        ("negative_prompt", recipe.prompt.negative.as_str().into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
        ("seed", recipe.seed.into()),
        ("rand_device", "cpu".into()),
        ("cfg_scale", recipe.cfg.into()),
        ("cfg_rescale_multiplier", 0.0.into()),
        ("steps", recipe.steps.into()),
        ("scheduler", recipe.sampler.into()),
        ("model", model(recipe.model_stem(), "main")),
        ("loras", list(loras)),
        ("app_version", "6.2.0".into()),
    ]);
    vec![("invokeai_metadata", record.compact())]
}
