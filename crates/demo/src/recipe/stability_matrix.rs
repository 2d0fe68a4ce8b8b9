//! Stability Matrix: what its user typed as an infotext and as JSON, beside the project that opens
//! in it again.

use domain::recipe::Sampling;

use super::{
    Recipe,
    a1111::{joined_name, number, positive, prompts, settings},
};
use crate::json::object;

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let hash = Recipe::short_hash(&recipe.model);
    let line = [
        ("Steps", recipe.steps.to_string()),
        ("Sampler", joined_name(recipe)),
        ("CFG scale", number(recipe.cfg)),
        ("Seed", recipe.seed.to_string()),
        ("Size", format!("{}x{}", recipe.size.0, recipe.size.1)),
        ("Model hash", hash.clone()),
        ("Model", recipe.model_stem().to_owned()),
    ];
    let typed = object([
        ("PositivePrompt", positive(recipe).into()),
        ("NegativePrompt", recipe.prompt.negative.as_str().into()),
        ("Steps", recipe.steps.into()),
        ("Sampler", joined_name(recipe).into()),
        ("CfgScale", recipe.cfg.into()),
        ("Seed", recipe.seed.into()),
        ("Height", recipe.size.1.into()),
        ("Width", recipe.size.0.into()),
        ("ModelHash", hash.into()),
        ("ModelName", recipe.model_stem().into()),
    ]);
    let project = object([
        ("Version", 3_u32.into()),
        ("ProjectType", "TextToImage".into()),
        (
            "State",
            object([(
                "Seed",
                object([
                    ("Seed", recipe.seed.to_string().into()),
                    ("IsRandomizeEnabled", true.into()),
                ]),
            )]),
        ),
    ]);
    vec![
        (
            "parameters",
            prompts(&positive(recipe), recipe) + &settings(&line),
        ),
        ("parameters-json", typed.compact()),
        ("smproj", project.compact()),
    ]
}

/// LoRAs are marks in the prompt, and sampler and scheduler are one name.
pub(super) fn correct(recipe: &Recipe, run: &mut Sampling) {
    run.positive = positive(recipe);
    run.sampler = Some(joined_name(recipe));
    run.scheduler = None;
}
