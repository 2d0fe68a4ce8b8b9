//! Fooocus in its own scheme: one JSON record and the name of the scheme.

use super::Recipe;
use crate::{
    art::Style,
    json::{Json, list, object},
};

/// The version that Fooocus writes.
pub(super) const VERSION: &str = "Fooocus v2.5.5";

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe, style: &Style, version: &str) -> Vec<(&'static str, String)> {
    vec![
        ("parameters", record(recipe, style, version).python()),
        ("fooocus_scheme", "fooocus".to_owned()),
    ]
}

/// The record as such; `FooocusPlus` differs in its version.
pub(super) fn record(recipe: &Recipe, style: &Style, version: &str) -> Json {
    let full = format!("{}, {}", recipe.prompt.positive, style.details.join(", "));
    let loras = recipe.loras.iter().map(|lora| {
        let hash = Recipe::short_hash(&lora.name).into();
        Json::List(vec![lora.name.as_str().into(), lora.weight.into(), hash])
    });
    let mut record = object([
        ("adm_guidance", "(1.5, 0.8, 0.3)".into()),
        ("base_model", recipe.model_stem().into()),
        ("base_model_hash", Recipe::short_hash(&recipe.model).into()),
        ("clip_skip", 2_u32.into()),
        (
            "full_negative_prompt",
            list([recipe.prompt.negative.as_str()]),
        ),
        ("full_prompt", list([full.as_str()])),
        ("guidance_scale", recipe.cfg.into()),
    ]);
    for (index, lora) in recipe.loras.iter().enumerate() {
        let value = format!("{} : {}", lora.name, lora.weight);
        record = record.with(&format!("lora_combined_{}", index + 1), value);
    }
    record
        .with("loras", list(loras))
        .with("metadata_scheme", "fooocus")
        .with("negative_prompt", recipe.prompt.negative.as_str())
        .with("performance", "Speed")
        .with("prompt", recipe.prompt.positive.as_str())
        .with("prompt_expansion", full)
        .with("refiner_model", "None")
        .with("refiner_switch", 0.5)
        .with(
            "resolution",
            format!("({}, {})", recipe.size.0, recipe.size.1),
        )
        .with("sampler", recipe.sampler)
        .with("scheduler", recipe.scheduler)
        .with("seed", recipe.seed.to_string())
        .with("sharpness", 2_u32)
        .with("steps", recipe.steps)
        .with("styles", "['Fooocus V2', 'Fooocus Sharp']")
        .with("vae", "Default (model)")
        .with("version", version)
}
