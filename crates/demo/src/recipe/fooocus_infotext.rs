//! Fooocus in its other scheme: an infotext with the names of the A1111 web UI.

use domain::recipe::Sampling;

use super::{
    Recipe,
    a1111::{number, prompts, settings},
    fooocus::VERSION,
};

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let mut line = vec![
        ("Steps", recipe.steps.to_string()),
        ("Sampler", sampler(recipe)),
        ("Seed", recipe.seed.to_string()),
        ("Size", format!("{}x{}", recipe.size.0, recipe.size.1)),
        ("CFG scale", number(recipe.cfg)),
        ("Sharpness", "2".to_owned()),
        ("ADM Guidance", "\"(1.5, 0.8, 0.3)\"".to_owned()),
        ("Model", recipe.model_stem().to_owned()),
        ("Model hash", Recipe::short_hash(&recipe.model)),
        ("Performance", "Speed".to_owned()),
        ("Scheduler", recipe.scheduler.to_owned()),
        ("VAE", "Default (model)".to_owned()),
    ];
    if !recipe.loras.is_empty() {
        let pairs = |value: &dyn Fn(&super::LoraUse) -> String| {
            let pairs = recipe.loras.iter();
            let pairs = pairs.map(|lora| format!("{}: {}", lora.name, value(lora)));
            format!("\"{}\"", pairs.collect::<Vec<_>>().join(", "))
        };
        line.push(("Lora hashes", pairs(&|lora| Recipe::short_hash(&lora.name))));
        line.push(("Lora weights", pairs(&|lora| number(lora.weight))));
    }
    line.push(("Version", VERSION.to_owned()));
    vec![
        (
            "parameters",
            prompts(&recipe.prompt.positive, recipe) + &settings(&line),
        ),
        ("fooocus_scheme", "a1111".to_owned()),
    ]
}

/// The sampler under the name that the web UI has for it.
fn sampler(recipe: &Recipe) -> String {
    let name = match recipe.sampler {
        "dpmpp_2m_sde_gpu" => "DPM++ 2M SDE",
        "dpmpp_2m" => "DPM++ 2M",
        "euler_ancestral" => "Euler a",
        other => other,
    };
    let karras = recipe.scheduler == "karras" && name.starts_with("DPM++");
    format!("{name}{}", if karras { " Karras" } else { "" })
}

/// The weights of LoRAs stand where no reader of infotexts looks for them.
pub(super) fn correct(recipe: &Recipe, run: &mut Sampling) {
    run.sampler = Some(sampler(recipe));
    for lora in &mut run.loras {
        lora.weight = None;
    }
}
