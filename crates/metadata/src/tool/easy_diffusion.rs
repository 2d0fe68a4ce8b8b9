//! Easy Diffusion: one text block per setting in PNG, one JSON in other formats; and demos on
//! Hugging Face, which put the same `diffusers` names into one JSON.

use super::{
    Record, Texts,
    flat::{self, Names},
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["prompt"],
    negative: &["negative_prompt"],
    seed: &["seed"],
    steps: &["num_inference_steps"],
    cfg: &["guidance_scale"],
    sampler: &["sampler_name", "sampler"],
    scheduler: &["scheduler_name"],
    denoise: &["prompt_strength"],
    model: &["use_stable_diffusion_model", "model"],
    vae: &["use_vae_model"],
    guidance: &["distilled_guidance_scale"],
    version: &[],
};

/// The setting without which no record of this kind comes.
const SIGN: &str = "num_inference_steps";

/// Reads the settings, however they are spread.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    if texts.named(SIGN).is_some() {
        let blocks = texts.0.iter().filter(|chunk| !chunk.key.is_empty());
        let settings = blocks.map(|chunk| {
            (
                chunk.key.as_str().into(),
                Json::Text(chunk.text.as_str().into()),
            )
        });
        return Some(record(&Json::Map(settings.collect())));
    }
    texts.find(SIGN, |text| {
        let text = json::clean(text);
        let settings = json::parse(&text)?;
        settings.get(SIGN)?;
        Some(record(&settings))
    })
}

fn record(settings: &Json<'_>) -> Record {
    let own = settings.get("use_stable_diffusion_model").is_some();
    let mut record = flat::record(
        if own { "easydiffusion" } else { "diffusers" },
        settings,
        &NAMES,
    );
    let names = match settings.get("use_lora_model") {
        Some(Json::List(names)) => names.iter().filter_map(Json::plain).collect(),
        Some(Json::Text(name)) => vec![name.clone().into_owned()],
        _ => Vec::new(),
    };
    let weights = settings.get("lora_alpha");
    let weight = |at: usize| match weights {
        Some(Json::List(weights)) => weights.get(at).and_then(Json::float),
        Some(single) => single.float(),
        None => None,
    };
    let loras = names
        .into_iter()
        .enumerate()
        .map(|(at, name)| (name, weight(at)));
    flat::add_loras(&mut record, loras);
    record
}

/// Reads the text file that is saved beside a picture: a setting a line, under the words of the
/// screen. A prompt may go on over further lines.
pub(super) fn read_lines(texts: &Texts<'_>) -> Option<Record> {
    texts.loose().find_map(lines)
}

/// The words of the screen, and what the same settings are called elsewhere.
const WORDS: &[(&str, &str)] = &[
    ("Prompt", "prompt"),
    ("Negative Prompt", "negative_prompt"),
    ("Seed", "seed"),
    ("Steps", "num_inference_steps"),
    ("Guidance Scale", "guidance_scale"),
    ("Distilled Guidance", "distilled_guidance_scale"),
    ("Prompt Strength", "prompt_strength"),
    ("Sampler", "sampler_name"),
    ("Scheduler", "scheduler_name"),
    ("Stable Diffusion model", "use_stable_diffusion_model"),
    ("VAE model", "use_vae_model"),
    ("LoRA model", "use_lora_model"),
    ("LoRA Strength", "lora_alpha"),
    ("Width", "width"),
    ("Height", "height"),
];

/// Most lines of such a text, and of words that stand beside the known ones.
const LINES: usize = 2000;
const OTHERS: usize = 40;

fn lines(text: &str) -> Option<Record> {
    let text = text.trim_start_matches('\u{feff}');
    if !text.starts_with("Prompt: ") {
        return None;
    }
    let mut settings: Vec<(String, String)> = Vec::new();
    for line in text.lines().take(LINES) {
        let pair = line.split_once(": ").or_else(|| line.split_once(':'));
        let known = |word: &str| WORDS.iter().find(|(name, _)| *name == word);
        let after_prompts = settings
            .iter()
            .any(|(name, _)| name == "width" || name == "seed");
        let room = settings.len() < OTHERS;
        match (pair, settings.last_mut()) {
            (Some((word, value)), _) if known(word).is_some() => {
                let name = known(word).map_or(word, |(_, name)| name);
                settings.push((name.to_owned(), value.to_owned()));
            }
            (Some((word, value)), _) if after_prompts && room => {
                settings.push((word.to_owned(), value.to_owned()));
            }
            (_, Some((_, last))) => {
                last.push('\n');
                last.push_str(line);
            }
            _ => {}
        }
    }
    let pairs = settings
        .into_iter()
        .map(|(name, value)| (name.into(), Json::Text(value.trim().to_owned().into())));
    let settings = Json::Map(pairs.collect());
    settings.get("seed").and(settings.get(SIGN))?;
    let mut record = record(&settings);
    "easydiffusion".clone_into(&mut record.recipe.tool);
    Some(record)
}
