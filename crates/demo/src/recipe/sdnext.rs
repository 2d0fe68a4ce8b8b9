//! SD.Next: an infotext in an order of its own, which names the app and its pipeline.

use domain::recipe::Sampling;

use super::{
    Recipe,
    a1111::{number, positive, prompts, settings},
};

/// The text of the user comment.
pub(super) fn infotext(recipe: &Recipe) -> String {
    let line = [
        ("Steps", recipe.steps.to_string()),
        ("Size", format!("{}x{}", recipe.size.0, recipe.size.1)),
        ("Sampler", recipe.sampler.to_owned()),
        ("Seed", recipe.seed.to_string()),
        ("CFG scale", number(recipe.cfg)),
        ("CFG true", number(recipe.cfg)),
        ("Model", recipe.model_stem().to_owned()),
        ("Model hash", Recipe::short_hash(&recipe.model)),
        ("App", "SD.Next".to_owned()),
        ("Version", "8b5ed9b".to_owned()),
        ("Pipeline", "StableDiffusionXLPipeline".to_owned()),
        ("Operations", "txt2img".to_owned()),
    ];
    prompts(&positive(recipe), recipe) + &settings(&line)
}

/// LoRAs are marks in the prompt, and a scheduler is part of the sampler.
pub(super) fn correct(recipe: &Recipe, run: &mut Sampling) {
    run.positive = positive(recipe);
    run.scheduler = None;
}
