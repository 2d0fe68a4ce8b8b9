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
