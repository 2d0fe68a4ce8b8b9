//! `SwarmUI`: JSON with `sui_image_params`.

use super::{
    Record, Texts,
    flat::{self, Names},
    real,
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["prompt"],
    negative: &["negativeprompt"],
    seed: &["seed"],
    steps: &["steps"],
    cfg: &["cfgscale"],
    guidance: &["fluxguidancescale"],
    sampler: &["sampler", "comfyuisampler"],
    scheduler: &["scheduler", "comfyuischeduler"],
    denoise: &["initimagecreativity"],
    model: &["model"],
    vae: &["vae"],
    version: &["swarm_version"],
};

/// Reads the settings that the user asked for; the graph beside them was made from these.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    texts.find("sui_image_params", |text| {
        let text = json::clean(text);
        let json = json::parse(&text)?;
        let settings = json.get("sui_image_params")?;
        let mut record = flat::record("swarmui", settings, &NAMES);
        let words = |name| words(flat::setting(settings, name));
        let weights = words("loraweights");
        let weight = |at: usize| weights.get(at).and_then(|weight| real(weight));
        let loras = words("loras").into_iter().enumerate();
        flat::add_loras(&mut record, loras.map(|(at, name)| (name, weight(at))));
        Some(record)
    })
}

/// A list of words, or words between commas.
fn words(value: Option<&Json<'_>>) -> Vec<String> {
    match value {
        Some(Json::List(items)) => items.iter().filter_map(Json::plain).collect(),
        Some(Json::Text(text)) => text.split(',').map(|word| word.trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}
