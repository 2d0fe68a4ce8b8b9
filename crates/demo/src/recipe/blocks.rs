//! Programs that write one text per parameter: Sygil, with `SD:` before each name, and scripts.

use super::Recipe;

/// The chunks of Sygil.
pub(super) fn sygil(recipe: &Recipe) -> Vec<(&'static str, String)> {
    vec![
        ("SD:prompt", recipe.prompt.positive.clone()),
        ("SD:negative_prompt", recipe.prompt.negative.clone()),
        ("SD:seed", recipe.seed.to_string()),
        ("SD:width", recipe.size.0.to_string()),
        ("SD:height", recipe.size.1.to_string()),
        ("SD:steps", recipe.steps.to_string()),
        ("SD:cfg_scale", recipe.cfg.to_string()),
        ("SD:sampler_name", recipe.sampler.to_owned()),
        ("SD:model_name", recipe.model_stem().to_owned()),
        ("SD:toggles", "[1, 4]".to_owned()),
    ]
}

/// The chunks of a script.
pub(super) fn script(recipe: &Recipe) -> Vec<(&'static str, String)> {
    vec![
        ("Prompt", recipe.prompt.positive.clone()),
        ("Negative Prompt", recipe.prompt.negative.clone()),
        ("Seed", recipe.seed.to_string()),
        ("Steps", recipe.steps.to_string()),
        ("Guidance Scale", recipe.cfg.to_string()),
        ("Sampler", recipe.sampler.to_owned()),
        ("Stable Diffusion model", recipe.model_stem().to_owned()),
        ("Width", recipe.size.0.to_string()),
        ("Height", recipe.size.1.to_string()),
    ]
}
