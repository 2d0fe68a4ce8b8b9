//! Summaries that savers and galleries put beside a graph: `imagemetahub_data` of `MetaHub`,
//! `majoor_geninfo` of Majoor. The graph itself is read first; these stand in where it says nothing.

use domain::recipe::Recipe;

use super::{
    Record, Texts,
    flat::{self, Names},
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["prompt", "positive_prompt", "positive"],
    negative: &["negativePrompt", "negative"],
    seed: &["seed"],
    steps: &["steps"],
    cfg: &["cfg", "cfg_scale"],
    guidance: &["guidance"],
    sampler: &["sampler_name", "sampler"],
    scheduler: &["scheduler"],
    denoise: &["denoise"],
    model: &["model", "checkpoint"],
    vae: &["vae"],
    version: &[],
};

/// Reads whichever summary is there.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    let named = |key| record(texts.named(key)?, None);
    let loose = || {
        texts.find("imagemetahub_data", |text| {
            record(text, Some("imagemetahub_data"))
        })
    };
    // Civitai's own generator keeps what its user typed beside the graph, as a string in it.
    let typed = || texts.find("extraMetadata", |text| record(text, Some("extraMetadata")));
    let named_typed = || record(texts.named("extraMetadata")?, None);
    named("imagemetahub_data")
        .or_else(|| named("majoor_geninfo"))
        .or_else(loose)
        .or_else(typed)
        .or_else(named_typed)
}

fn record(text: &str, inside: Option<&str>) -> Option<Record> {
    let text = json::clean(text);
    let json = json::parse(&text)?;
    let inner = inside.and_then(|key| json.get(key)?.text());
    if let Some(inner) = inner {
        return record(inner, None);
    }
    let settings = inside.map_or(Some(&json), |key| json.get(key))?;
    // Majoor puts each value into a small map with where it came from.
    let opened = settings.map().iter().map(|(key, value)| {
        let inner = ["value", "text", "name"]
            .iter()
            .find_map(|name| value.get(name));
        (key.clone(), inner.unwrap_or(value).clone())
    });
    let settings = Json::Map(opened.collect());
    let has = |names: &[&str]| {
        names
            .iter()
            .any(|name| flat::setting(&settings, name).is_some())
    };
    if !has(NAMES.positive) && !has(NAMES.seed) {
        return None;
    }
    let mut record = flat::record("comfyui", &settings, &NAMES);
    let lora = |row: &Json<'_>| {
        let name = row
            .text()
            .or_else(|| row.get("name").or_else(|| row.get("model_name"))?.text());
        let weight = row.get("weight").or_else(|| row.get("model_weight"));
        Some((name?.to_owned(), weight.and_then(Json::float)))
    };
    let loras = settings.get("loras").map(Json::list).unwrap_or_default();
    flat::add_loras(&mut record, loras.iter().filter_map(lora));
    Some(record)
}

/// What savers note about the run beside the recipe, under their own names.
pub(super) fn add_notes(texts: &Texts<'_>, recipe: &mut Recipe) {
    for key in [
        "generation_time_ms",
        "job_id",
        "prompt_id",
        "workflow_id",
        "asset_id",
    ] {
        let known = recipe.extra.iter().any(|(name, _)| name == key);
        if let Some(text) = texts.named(key).map(str::trim)
            && !known
            && !text.is_empty()
            && text.len() <= 200
        {
            recipe
                .extra
                .push((key.to_owned(), text.trim_matches('"').to_owned()));
        }
    }
}
