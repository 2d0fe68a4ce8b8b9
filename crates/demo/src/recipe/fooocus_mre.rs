//! The MRE fork of Fooocus: JSON as the comment of the picture, with its LoRAs in numbered fields.

use domain::recipe::Sampling;

use super::Recipe;
use crate::json::{list, object};

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let mut record = object([
        ("prompt", recipe.prompt.positive.as_str().into()),
        ("negative_prompt", recipe.prompt.negative.as_str().into()),
        ("styles", list(["Default (Slightly Cinematic)"])),
        (
            "real_prompt",
            list([format!("cinematic still {}", recipe.prompt.positive)]),
        ),
        (
            "real_negative_prompt",
            list([recipe.prompt.negative.as_str()]),
        ),
        ("positive_prompt_strength", 1.0.into()),
        ("negative_prompt_strength", 1.0.into()),
        ("seed", recipe.seed.into()),
        ("width", recipe.size.0.into()),
        ("height", recipe.size.1.into()),
        ("steps", recipe.steps.into()),
        ("switch", (recipe.steps * 2 / 3).into()),
        ("cfg", recipe.cfg.into()),
        ("base_clip_skip", (-2).into()),
        ("sampler", recipe.sampler.into()),
        ("scheduler", recipe.scheduler.into()),
        ("base_model", recipe.model.as_str().into()),
        ("refiner_model", "None".into()),
    ]);
    for (at, lora) in recipe.loras.iter().enumerate() {
        record = record
            .with(
                &format!("l{}", at + 1),
                format!("{}.safetensors", lora.name),
            )
            .with(&format!("w{}", at + 1), lora.weight);
    }
    let record = record.with("software", "Fooocus-MRE v2.0.78.5");
    vec![("Comment", record.python())]
}

/// Models and LoRAs are named by their files.
pub(super) fn correct(recipe: &Recipe, run: &mut Sampling) {
    run.model = Some(recipe.model.clone());
    for lora in &mut run.loras {
        lora.name.push_str(".safetensors");
    }
}
