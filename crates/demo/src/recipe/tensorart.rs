//! Tensor.Art: JSON whose models are a list of base models and LoRAs.

use super::Recipe;
use crate::json::{list, object};

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let model = |kind: &str, name: &str, weight: f64| {
        object([
            ("type", kind.into()),
            ("modelId", Recipe::short_hash(name).into()),
            ("modelFileName", name.into()),
            ("label", name.into()),
            ("weight", weight.into()),
        ])
    };
    let base = model("BASE_MODEL", recipe.model_stem(), 1.0);
    let loras = recipe.loras.iter();
    let models = std::iter::once(base.clone())
        .chain(loras.map(|lora| model("LORA", &lora.name, lora.weight)));
    let record = object([
        ("models", list(models)),
        ("prompt", recipe.prompt.positive.as_str().into()),
        ("negativePrompt", recipe.prompt.negative.as_str().into()),
        ("seed", recipe.seed.to_string().into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
        ("imageCount", 1_u32.into()),
        ("samplerName", recipe.sampler.into()),
        ("scheduler", recipe.scheduler.into()),
        ("steps", recipe.steps.into()),
        ("cfgScale", recipe.cfg.into()),
        ("clipSkip", 2_u32.into()),
        ("baseModel", base),
        ("workEngine", "TAMS_V1".into()),
    ]);
    vec![("generation_data", record.compact())]
}
