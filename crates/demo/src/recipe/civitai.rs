//! Civitai: the infotext of its own generator, and the JSON that downloads leave beside a picture.

use domain::time::Timestamp;

use super::{
    Recipe,
    a1111::{joined_name, number, prompts, settings},
};
use crate::json::{Json, list, object};

/// The text of the user comment: models and LoRAs are resources, and no program has a version.
pub(super) fn infotext(recipe: &Recipe, when: Timestamp) -> String {
    let resource = |kind: &str, name: &str, weight: Option<f64>| {
        let version = recipe.whim % 900_000 + name.len() as u64;
        let mut entry = object([
            ("type", kind.into()),
            ("modelVersionId", version.into()),
            ("modelName", name.into()),
            ("modelVersionName", "v1.0".into()),
        ]);
        if let Some(weight) = weight {
            entry = entry.with("weight", weight);
        }
        entry
    };
    let loras = recipe.loras.iter();
    let resources = std::iter::once(resource("checkpoint", recipe.model_stem(), None))
        .chain(loras.map(|lora| resource("lora", &lora.name, Some(lora.weight))));
    let line = [
        ("Steps", recipe.steps.to_string()),
        ("Sampler", joined_name(recipe)),
        ("CFG scale", number(recipe.cfg)),
        ("Seed", recipe.seed.to_string()),
        ("Size", format!("{}x{}", recipe.size.0, recipe.size.1)),
        ("Clip skip", "2".to_owned()),
        ("Created Date", when.day_text()),
        ("Civitai resources", list(resources).compact()),
        ("Civitai metadata", "{}".to_owned()),
    ];
    prompts(&recipe.prompt.positive, recipe) + &settings(&line)
}

/// The JSON beside a picture: what the site's interface tells about it.
pub(super) fn beside(recipe: &Recipe, when: Timestamp) -> String {
    let meta = object([
        ("prompt", recipe.prompt.positive.as_str().into()),
        ("negativePrompt", recipe.prompt.negative.as_str().into()),
        ("seed", recipe.seed.into()),
        ("steps", recipe.steps.into()),
        ("cfgScale", recipe.cfg.into()),
        ("sampler", joined_name(recipe).into()),
        ("Model", recipe.model_stem().into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
    ]);
    object([
        ("id", (recipe.whim % 90_000_000).into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
        ("nsfwLevel", "None".into()),
        ("createdAt", when.day_text().into()),
        ("username", "proof".into()),
        ("meta", meta),
        ("stats", Json::Object(Vec::new())),
    ])
    .compact()
}
