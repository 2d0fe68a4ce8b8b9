//! Fooocus and its forks, in their own scheme: JSON that names its `base_model` and
//! `performance`. Their other scheme is an infotext and is read as such.

mod log;

pub use log::fooocus_log;

use super::{
    Record, Texts,
    flat::{self, Names},
    real,
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
    denoise: &["denoise", "denoising_strength", "overwrite_strength"],
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
        from_settings(&json::parse(&text)?)
    })
}

fn from_settings(settings: &Json<'_>) -> Option<Record> {
    let software = settings.get("software").and_then(Json::text);
    let ruined = software == Some("RuinedFooocus");
    let has = |name| flat::setting(settings, name).is_some();
    let own = ["performance", "metadata_scheme", "positive_prompt_strength"];
    let plain = has("base_model") && own.into_iter().any(has);
    if !ruined && !plain {
        return None;
    }
    let mre = has("real_prompt") || software.is_some_and(|word| word.starts_with("Fooocus-MRE"));
    let word = match flat::setting(settings, "version").and_then(Json::text) {
        _ if ruined => "ruinedfooocus",
        _ if mre => "fooocus-mre",
        Some(version) if version.starts_with("FooocusPlus") => "fooocusplus",
        _ => "fooocus",
    };
    let mut record = flat::record(word, settings, &NAMES);
    flat::add_loras(&mut record, loras(settings));
    flat::add_loras(&mut record, numbered_loras(settings));
    Some(record)
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
            return Some((name.to_owned(), real(weight)));
        }
        Some((first.to_owned(), second.float()))
    };
    list.iter().filter_map(lora).collect()
}

/// One setting per LoRA: `lora_combined_1` or `LoRA 1` with `name : weight`, or `l1` and `w1` of the MRE fork.
fn numbered_loras(settings: &Json<'_>) -> Vec<(String, Option<f64>)> {
    let text = |key: &str| flat::setting(settings, key)?.text();
    let combined = |at: usize| {
        let keys = [format!("lora_combined_{at}"), format!("lora_{at}")];
        let row = keys.iter().find_map(|key| text(key))?;
        let (name, weight) = row.rsplit_once(" : ").unwrap_or((row, ""));
        Some((name.to_owned(), real(weight)))
    };
    let pair = |at: usize| {
        let weight = flat::setting(settings, &format!("w{at}")).and_then(Json::float);
        Some((text(&format!("l{at}"))?.to_owned(), weight))
    };
    (1..=16)
        .filter_map(|at| combined(at).or_else(|| pair(at)))
        .collect()
}
