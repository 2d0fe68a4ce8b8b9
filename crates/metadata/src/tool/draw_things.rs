//! Draw Things: JSON with the short names `c` and `uc` as the user comment of its XMP.

use super::{
    Record, Texts,
    flat::{self, Names},
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["c"],
    negative: &["uc"],
    seed: &["seed"],
    steps: &["steps"],
    cfg: &["scale"],
    sampler: &["sampler"],
    denoise: &["strength"],
    model: &["model"],
    scheduler: &[],
    guidance: &[],
    vae: &[],
    version: &[],
};

/// Reads the user comment.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    texts.find("\"c\"", |text| {
        let text = json::clean(text);
        let settings = json::parse(&text)?;
        settings
            .get("c")
            .and(settings.get("scale"))
            .and(settings.get("steps"))?;
        let mut record = flat::record("drawthings", &settings, &NAMES);
        let size = settings
            .get("size")
            .and_then(Json::text)
            .and_then(|size| size.split_once('x'));
        record.recipe.size =
            size.and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
        let lora = |row: &Json<'_>| {
            let name = row.get("model")?.text()?.to_owned();
            Some((name, row.get("weight").and_then(Json::float)))
        };
        let loras = settings.get("lora").map(Json::list).unwrap_or_default();
        flat::add_loras(&mut record, loras.iter().filter_map(lora));
        Some(record)
    })
}
