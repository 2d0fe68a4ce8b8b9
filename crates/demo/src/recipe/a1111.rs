//! The infotext of the A1111 web UI, of Forge and of reForge: prompt, negative prompt, one line of parameters.

use std::fmt::Write as _;

use domain::recipe::Sampling;

use super::{Family, Recipe, Tool};

/// The text as it stands under `parameters`.
pub(super) fn infotext(recipe: &Recipe, tool: Tool) -> String {
    let mut out = prompts(&positive(recipe), recipe);
    let mut line: Vec<(&str, String)> = vec![("Steps", recipe.steps.to_string())];
    if joined(recipe, tool) {
        line.push(("Sampler", sampler(recipe, tool)));
    } else {
        line.push(("Sampler", recipe.sampler.to_owned()));
        line.push(("Schedule type", recipe.scheduler.to_owned()));
    }
    let flow = recipe.family == Family::Flow;
    line.push(("CFG scale", number(if flow { 1.0 } else { recipe.cfg })));
    if flow {
        line.push(("Distilled CFG Scale", number(recipe.cfg)));
    }
    line.push(("Seed", recipe.seed.to_string()));
    line.push(("Size", format!("{}x{}", recipe.size.0, recipe.size.1)));
    line.push(("Model hash", Recipe::short_hash(&recipe.model)));
    line.push(("Model", recipe.model_stem().to_owned()));
    if recipe.family == Family::Small && recipe.whim.is_multiple_of(3) {
        line.push(("VAE hash", Recipe::short_hash("vae")));
        line.push(("VAE", "softcolor-560k.safetensors".to_owned()));
        line.push(("Clip skip", "2".to_owned()));
    }
    if let Some(hires) = &recipe.hires {
        line.push(("Denoising strength", number(hires.denoise)));
        line.push(("Hires upscale", number(hires.scale)));
        line.push(("Hires steps", hires.steps.to_string()));
        line.push(("Hires upscaler", hires.upscaler.to_owned()));
    }
    if recipe.whim.is_multiple_of(6) {
        detailer(&mut line);
    }
    if !recipe.loras.is_empty() {
        let hash = |name: &str| Recipe::short_hash(name) + "42";
        let pairs: Vec<String> = recipe
            .loras
            .iter()
            .map(|lora| format!("{}: {}", lora.name, hash(&lora.name)))
            .collect();
        line.push(("Lora hashes", format!("\"{}\"", pairs.join(", "))));
    }
    if recipe.whim.is_multiple_of(5) {
        line.push(("RNG", "CPU".to_owned()));
    }
    line.push((
        "Version",
        match tool {
            Tool::Forge => "f2.0.1v1.10.1-previous-224-g5e4e5d6f",
            Tool::Reforge => "f1.0.5v1.10.1-reforge-2257-gfd5dc4b1",
            _ => "v1.10.1",
        }
        .to_owned(),
    ));
    out.push_str(&settings(&line));
    out
}

/// The last line of an infotext.
pub(super) fn settings(line: &[(&str, String)]) -> String {
    let pairs: Vec<String> = line
        .iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    pairs.join(", ")
}

/// Both prompts as they stand before the last line.
pub(super) fn prompts(positive: &str, recipe: &Recipe) -> String {
    let mut out = positive.to_owned();
    if !recipe.prompt.negative.is_empty() {
        out.push_str("\nNegative prompt: ");
        out.push_str(&recipe.prompt.negative);
    }
    out.push('\n');
    out
}

/// What this format does to the values: LoRA tags in the prompt, joined sampler names.
pub(super) fn correct(recipe: &Recipe, tool: Tool, run: &mut Sampling) {
    run.positive = positive(recipe);
    if joined(recipe, tool) {
        run.sampler = Some(sampler(recipe, tool));
        run.scheduler = None;
    }
    if recipe.family == Family::Flow {
        run.cfg = Some(1.0);
        run.guidance = Some(recipe.cfg);
    }
}

/// The prompt with its LoRAs as marks.
pub(super) fn positive(recipe: &Recipe) -> String {
    let mut out = recipe.prompt.positive.clone();
    for lora in &recipe.loras {
        let _ = write!(out, " <lora:{}:{}>", lora.name, number(lora.weight));
    }
    out
}

/// Versions before 1.9 wrote sampler and scheduler as one name.
fn joined(recipe: &Recipe, tool: Tool) -> bool {
    tool == Tool::A1111 && recipe.whim % 5 < 2
}

fn sampler(recipe: &Recipe, tool: Tool) -> String {
    if tool == Tool::A1111 {
        joined_name(recipe)
    } else {
        recipe.sampler.to_owned()
    }
}

/// Sampler and scheduler as one name.
pub(super) fn joined_name(recipe: &Recipe) -> String {
    if recipe.scheduler == "Karras" && recipe.sampler.starts_with("DPM++") {
        format!("{} Karras", recipe.sampler)
    } else {
        recipe.sampler.to_owned()
    }
}

fn detailer(line: &mut Vec<(&str, String)>) {
    let entries = [
        ("ADetailer model", "hand_small_v2.pt"),
        ("ADetailer confidence", "0.3"),
        ("ADetailer dilate erode", "4"),
        ("ADetailer mask blur", "4"),
        ("ADetailer denoising strength", "0.4"),
        ("ADetailer inpaint only masked", "True"),
        ("ADetailer inpaint padding", "32"),
        ("ADetailer version", "24.11.1"),
    ];
    line.extend(entries.map(|(key, value)| (key, value.to_owned())));
}

/// As Python prints it where the web UI keeps whole numbers whole: `7`, `0.55`.
pub(super) fn number(value: f64) -> String {
    value.to_string()
}
