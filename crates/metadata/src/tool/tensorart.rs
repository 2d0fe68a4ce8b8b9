//! Tensor.Art: its own JSON under `generation_data`, beside an infotext or a graph.

use super::{
    Record, Texts, add_name,
    flat::{self, Names},
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["prompt"],
    negative: &["negativePrompt"],
    seed: &["seed"],
    steps: &["steps"],
    cfg: &["cfgScale"],
    sampler: &["samplerName"],
    scheduler: &["scheduler"],
    denoise: &["denoisingStrength"],
    guidance: &["guidance"],
    model: &[],
    vae: &["sdVae", "vae"],
    version: &[],
};

/// Reads the settings, whose models are a list of base models and LoRAs.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    let text = json::clean(texts.named("generation_data")?);
    let settings = json::parse(&text)?;
    settings
        .get("prompt")
        .and(settings.get("models").or_else(|| settings.get("baseModel")))?;
    let mut record = flat::record("tensorart", &settings, &NAMES);
    let name = |row: &Json<'_>| {
        let named = ["modelFileName", "label"]
            .iter()
            .find_map(|key| row.get(key)?.text());
        named.map(str::to_owned)
    };
    let kind = |row: &Json<'_>| row.get("type").and_then(Json::plain).unwrap_or_default();
    let rows = settings.get("models").map(Json::list).unwrap_or_default();
    let bases = settings.get("baseModel").into_iter().chain(
        rows.iter()
            .filter(|row| matches!(kind(row).as_str(), "BASE_MODEL" | "CHECKPOINT")),
    );
    for base in bases {
        add_name(&mut record.recipe.models, &name(base).unwrap_or_default());
    }
    let loras = rows.iter().filter(|row| kind(row) == "LORA");
    let lora = |row: &Json<'_>| Some((name(row)?, row.get("weight").and_then(Json::float)));
    flat::add_loras(&mut record, loras.filter_map(lora));
    if let Some(run) = record.recipe.samplers.first_mut() {
        run.model = record.recipe.models.first().cloned();
    }
    Some(record)
}
