//! Fooocus and its forks, in their own scheme: JSON that names its `base_model` and
//! `performance`. Their other scheme is an infotext and is read as such.

use super::{
    Record, Texts,
    flat::{self, Names},
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["prompt"],
    negative: &["negative_prompt", "negative"],
    seed: &["seed"],
    steps: &["steps"],
    cfg: &["guidance_scale", "cfg"],
    sampler: &["sampler", "sampler_name"],
    scheduler: &["scheduler"],
    denoise: &["denoise", "overwrite_strength"],
    model: &["base_model", "base_model_name"],
    vae: &["vae"],
    version: &["version"],
    guidance: &[],
};

/// Reads the settings of Fooocus, `FooocusPlus` or `RuinedFooocus`.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    // What `base_model`, `Base Model` and `base_model_name` have in common.
    texts.find("ase", |text| {
        let text = json::clean(text);
        let settings = json::parse(&text)?;
        let ruined = settings.get("software").and_then(Json::text) == Some("RuinedFooocus");
        let has = |name| flat::setting(&settings, name).is_some();
        if !ruined && !(has("base_model") && (has("performance") || has("metadata_scheme"))) {
            return None;
        }
        let word = match flat::setting(&settings, "version").and_then(Json::text) {
            _ if ruined => "ruinedfooocus",
            Some(version) if version.starts_with("FooocusPlus") => "fooocusplus",
            _ => "fooocus",
        };
        let mut record = flat::record(word, &settings, &NAMES);
        flat::add_loras(&mut record, loras(&settings));
        Some(record)
    })
}

/// `[name, weight, hash]`, or `[hash, "weight - name"]` in the ruined form.
fn loras(settings: &Json<'_>) -> Vec<(String, Option<f64>)> {
    let list = flat::setting(settings, "loras")
        .map(Json::list)
        .unwrap_or_default();
    let lora = |row: &Json<'_>| {
        let row = row.list();
        let (first, second) = (row.first()?.text()?, row.get(1)?);
        if let Some((weight, name)) = second.text().and_then(|text| text.split_once(" - ")) {
            return Some((name.to_owned(), weight.trim().parse().ok()));
        }
        Some((first.to_owned(), second.float()))
    };
    list.iter().filter_map(lora).collect()
}
