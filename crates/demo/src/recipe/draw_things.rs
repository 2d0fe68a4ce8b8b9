//! Draw Things: JSON with short names as the user comment of its XMP, and a description for people.

use domain::recipe::Sampling;

use super::{Recipe, a1111::number, xmp};
use crate::json::{list, object};

/// The packet of a file.
pub(super) fn packet(recipe: &Recipe) -> String {
    let (width, height) = recipe.size;
    let size = format!("{width}x{height}");
    let loras = recipe.loras.iter().map(|lora| {
        object([
            ("model", lora_file(&lora.name).into()),
            ("weight", lora.weight.into()),
        ])
    });
    let record = object([
        ("c", recipe.prompt.positive.as_str().into()),
        ("uc", recipe.prompt.negative.as_str().into()),
        ("lora", list(loras)),
        ("model", model_file(recipe).into()),
        ("sampler", recipe.sampler.into()),
        ("scale", recipe.cfg.into()),
        ("seed", recipe.seed.into()),
        ("seed_mode", "Scale Alike".into()),
        ("size", size.as_str().into()),
        ("steps", recipe.steps.into()),
        ("strength", 1.0.into()),
    ]);
    let told = format!(
        "{}\nSteps: {}, Sampler: {}, Guidance Scale: {}, Seed: {}, Size: {size}, Model: {}",
        recipe.prompt.positive,
        recipe.steps,
        recipe.sampler,
        number(recipe.cfg),
        recipe.seed,
        model_file(recipe)
    );
    xmp::packet(
        &[
            ("dc", "http://purl.org/dc/elements/1.1/"),
            ("exif", "http://ns.adobe.com/exif/1.0/"),
            ("xmp", "http://ns.adobe.com/xap/1.0/"),
        ],
        &[
            ("xmp:CreatorTool", "Draw Things"),
            ("dc:description", &told),
            ("exif:UserComment", &record.compact()),
        ],
    )
}

/// Models are converted when they are added, and named in lower case.
fn model_file(recipe: &Recipe) -> String {
    let name = recipe.model_stem().to_lowercase();
    format!("{}_f16.ckpt", name.replace(['-', '.'], "_"))
}

fn lora_file(name: &str) -> String {
    format!("{}_lora_f16.ckpt", name.to_lowercase())
}

/// The names of converted files; a scheduler is part of the sampler.
pub(super) fn correct(recipe: &Recipe, run: &mut Sampling) {
    run.model = Some(model_file(recipe));
    run.scheduler = None;
    for lora in &mut run.loras {
        lora.name = lora_file(&lora.name);
    }
}
