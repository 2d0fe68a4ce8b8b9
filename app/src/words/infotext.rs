//! A recipe as the one-paragraph text that A1111, Forge and many other programs read.

use domain::{
    recipe::{Recipe, Sampling},
    text::base_name,
};

use super::decimal;

/// The text, ready to be pasted into a prompt field and read from there. `size` is that of the file,
/// for recipes that do not say what was asked for.
pub fn infotext(recipe: &Recipe, size: (u32, u32)) -> String {
    let mut out = recipe.positive.trim().to_owned();
    for lora in &recipe.loras {
        let name = base_name(&lora.name);
        if !out.contains(&format!("<lora:{name}")) {
            let weight = decimal(lora.weight.unwrap_or(1.0), 3);
            out.extend([" <lora:", name, ":", &weight, ">"]);
        }
    }
    if !recipe.negative.trim().is_empty() {
        out.push_str("\nNegative prompt: ");
        out.push_str(recipe.negative.trim());
    }
    let line = parameters(recipe, size);
    if !line.is_empty() {
        out.push('\n');
        out.push_str(&line);
    }
    out
}

fn parameters(recipe: &Recipe, size: (u32, u32)) -> String {
    let nothing = Sampling::default();
    let run = recipe.primary().unwrap_or(&nothing);
    let (width, height) = recipe.size.unwrap_or(size);
    let number = |value: Option<f64>| value.map(|value| decimal(value, 3));
    let model = run.model.as_ref().or(recipe.models.first());
    let parts = [
        ("Steps", run.steps.map(|steps| steps.to_string())),
        ("Sampler", run.sampler.clone()),
        ("Schedule type", run.scheduler.clone()),
        ("CFG scale", number(run.cfg)),
        ("Distilled CFG Scale", number(run.guidance)),
        ("Seed", run.seed.map(|seed| seed.to_string())),
        (
            "Size",
            (width > 0 && height > 0).then(|| format!("{width}x{height}")),
        ),
        ("Model", model.map(|model| base_name(model).to_owned())),
        (
            "VAE",
            recipe.vae.as_ref().map(|vae| base_name(vae).to_owned()),
        ),
        (
            "Denoising strength",
            number(run.denoise.filter(|denoise| *denoise < 1.0)),
        ),
    ];
    let print =
        |(name, value): (&str, Option<String>)| Some(format!("{name}: {}", quoted(&value?)));
    parts
        .into_iter()
        .filter_map(print)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A value with a comma or a colon stands in quotes, as the programs write it themselves.
fn quoted(value: &str) -> String {
    if value.contains([',', ':', '"', '\n']) {
        format!(
            "\"{}\"",
            value
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
        )
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use domain::recipe::Lora;

    use super::*;

    #[test]
    fn a_recipe_becomes_one_paragraph() {
        let recipe = Recipe {
            positive: "a cat".to_owned(),
            negative: "dog".to_owned(),
            samplers: vec![Sampling {
                steps: Some(20),
                seed: Some(u64::MAX),
                cfg: Some(7.0),
                sampler: Some("Euler a".to_owned()),
                model: Some("SDXL/dream.safetensors".to_owned()),
                ..Sampling::default()
            }],
            loras: vec![Lora {
                name: "x/detail.safetensors".to_owned(),
                weight: Some(0.8),
                clip_weight: None,
            }],
            ..Recipe::default()
        };
        assert_eq!(
            infotext(&recipe, (512, 768)),
            "a cat <lora:detail:0.8>\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, \
             CFG scale: 7, Seed: 18446744073709551615, Size: 512x768, Model: dream"
        );
    }
}
