//! `SwarmUI`: parameters, extra data and models in one JSON record.

use domain::time::Timestamp;

use super::{Family, Recipe};
use crate::json::{Json, list, object};

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe, when: Timestamp) -> Vec<(&'static str, String)> {
    let mut parameters = object([
        ("prompt", recipe.prompt.positive.as_str().into()),
        ("negativeprompt", recipe.prompt.negative.as_str().into()),
        ("model", recipe.model_stem().into()),
        ("seed", recipe.seed.into()),
        ("steps", recipe.steps.into()),
        ("cfgscale", recipe.cfg.into()),
        ("aspectratio", "Custom".into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
        ("sampler", recipe.sampler.into()),
        ("scheduler", recipe.scheduler.into()),
        ("automaticvae", true.into()),
    ]);
    if !recipe.loras.is_empty() {
        let names = recipe.loras.iter().map(|lora| lora.name.as_str());
        let weights = recipe.loras.iter().map(|lora| lora.weight.to_string());
        parameters = parameters
            .with("loras", list(names))
            .with("loraweights", list(weights));
    }
    if let Some(guidance) = guidance(recipe) {
        parameters = parameters.with("fluxguidancescale", guidance);
    }
    let models = std::iter::once((recipe.model.clone(), "model"))
        .chain(
            recipe
                .loras
                .iter()
                .map(|lora| (format!("{}.safetensors", lora.name), "loras")),
        )
        .map(|(name, place)| {
            let hash = format!("0x{0}{0}", Recipe::short_hash(&name));
            object([
                ("name", name.into()),
                ("param", place.into()),
                ("hash", hash.into()),
            ])
        });
    let record = object([
        (
            "sui_image_params",
            parameters.with("swarm_version", "0.9.7.1"),
        ),
        (
            "sui_extra_data",
            object([
                ("date", when.day_text().into()),
                ("generation_time", "6.53 sec".into()),
            ]),
        ),
        ("sui_models", Json::List(models.collect())),
    ]);
    vec![("parameters", record.python())]
}

/// Distilled guidance, which this program keeps beside the cfg.
pub(super) fn guidance(recipe: &Recipe) -> Option<f64> {
    (recipe.family == Family::Flow).then_some(3.5)
}
