//! `InvokeAI` before version 3: the command that was typed, and in version 2 JSON beside it. What is
//! unwanted stands in square brackets in the prompt.

use domain::recipe::Sampling;

use super::{Recipe, a1111::number};
use crate::json::{Json, object};

/// The chunks of version 1.
pub(super) fn first(recipe: &Recipe) -> Vec<(&'static str, String)> {
    vec![("Dream", command(recipe))]
}

/// The chunks of version 2.
pub(super) fn second(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let prompt = object([("prompt", prompt(recipe).into()), ("weight", 1.0.into())]);
    let image = object([
        ("type", "txt2img".into()),
        ("prompt", Json::List(vec![prompt])),
        ("sampler", recipe.sampler.into()),
        ("steps", recipe.steps.into()),
        ("cfg_scale", recipe.cfg.into()),
        ("threshold", 0_u32.into()),
        ("perlin", 0_u32.into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
        ("seed", recipe.seed.into()),
        ("seamless", false.into()),
        ("hires_fix", false.into()),
        ("postprocessing", Json::Null),
        ("variations", Json::List(Vec::new())),
    ]);
    let record = object([
        ("model", "stable diffusion".into()),
        ("model_weights", recipe.model_stem().into()),
        ("model_hash", Recipe::short_hash(&recipe.model).into()),
        ("app_id", "invoke-ai/InvokeAI".into()),
        ("app_version", "2.3.5".into()),
        ("image", image),
    ]);
    vec![("Dream", command(recipe)), ("sd-metadata", record.python())]
}

fn prompt(recipe: &Recipe) -> String {
    let positive = &recipe.prompt.positive;
    match recipe.prompt.negative.as_str() {
        "" => positive.clone(),
        unwanted => format!("{positive} [{unwanted}]"),
    }
}

fn command(recipe: &Recipe) -> String {
    format!(
        "\"{}\" -s {} -S {} -W {} -H {} -C {} -A {}",
        prompt(recipe),
        recipe.steps,
        recipe.seed,
        recipe.size.0,
        recipe.size.1,
        number(recipe.cfg),
        recipe.sampler
    )
}

/// The command names no model, and neither has a scheduler apart from its sampler.
pub(super) fn correct(run: &mut Sampling, names_model: bool) {
    run.scheduler = None;
    if !names_model {
        run.model = None;
    }
}
