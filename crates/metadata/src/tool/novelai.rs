//! `NovelAI`: JSON with `uc` and `scale` under `Comment`, the model under `Source`.

use super::{
    Record, Texts, add_name,
    flat::{self, Names},
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["prompt"],
    negative: &["uc"],
    seed: &["seed"],
    steps: &["steps"],
    cfg: &["scale"],
    sampler: &["sampler"],
    scheduler: &["noise_schedule"],
    denoise: &["strength"],
    guidance: &[],
    model: &[],
    vae: &[],
    version: &[],
};

/// Reads the comment, bare or inside the envelope that stands in the EXIF of other formats.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    let source = texts.named("Source");
    let description = texts.named("Description");
    texts
        .find("\"uc", |text| record(text, source, description))
        .or_else(|| {
            texts.find("Comment", |text| {
                let text = json::clean(text);
                let envelope = json::parse(&text)?;
                let part = |name| envelope.get(name).and_then(Json::text);
                record(part("Comment")?, part("Source"), None)
            })
        })
}

fn record(text: &str, source: Option<&str>, description: Option<&str>) -> Option<Record> {
    let text = json::clean(text);
    let settings = json::parse(&text)?;
    if settings.get("c").is_some() {
        return None; // Draw Things has the other two names in common with this one.
    }
    settings.get("uc").and(settings.get("scale"))?;
    let mut record = flat::record("novelai", &settings, &NAMES);
    let recipe = &mut record.recipe;
    if recipe.positive.is_empty() {
        // The oldest versions keep the prompt in the description alone.
        description
            .unwrap_or_default()
            .clone_into(&mut recipe.positive);
    }
    add_name(&mut recipe.models, source.unwrap_or_default());
    if let Some(run) = recipe.samplers.first_mut() {
        run.positive.clone_from(&recipe.positive);
        run.model = recipe.models.first().cloned();
    }
    Some(record)
}
