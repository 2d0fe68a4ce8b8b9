//! Scripts that write one text block per parameter: Sygil with `SD:` before each name, and others
//! with plain names such as `Stable Diffusion model`.

use super::{
    Record, Texts,
    flat::{self, Names},
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["prompt", "positive prompt"],
    negative: &["negative prompt"],
    seed: &["seed"],
    steps: &["steps", "num_inference_steps", "inference steps"],
    cfg: &["cfg_scale", "guidance scale", "cfg"],
    guidance: &["distilled guidance", "distilled_guidance_scale"],
    sampler: &["sampler", "sampler_name"],
    scheduler: &["scheduler", "scheduler_name"],
    denoise: &["denoising_strength", "prompt strength", "strength"],
    model: &["stable diffusion model", "model_name", "model"],
    vae: &["vae model", "vae"],
    version: &[],
};

/// Reads the blocks, if prompt, seed and steps are among them: no two words that a painter's
/// program may have written are enough.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    let sygil = texts.0.iter().any(|chunk| chunk.key.starts_with("SD:"));
    let name = |key: &str| key.strip_prefix("SD:").unwrap_or(key).to_owned();
    let blocks = texts.0.iter().filter(|chunk| {
        !chunk.key.is_empty() && chunk.place != "xmp" && (!sygil || chunk.key.starts_with("SD:"))
    });
    let settings = Json::Map(
        blocks
            .map(|chunk| {
                (
                    name(&chunk.key).into(),
                    Json::Text(chunk.text.as_str().into()),
                )
            })
            .collect(),
    );
    let has = |names: &[&str]| names.iter().find_map(|name| flat::setting(&settings, name));
    let prompt = has(NAMES.positive)?.text()?;
    has(NAMES.seed)?
        .unsigned()
        .and(has(NAMES.steps)?.unsigned())?;
    if prompt.trim_start().starts_with('{') {
        return None; // A graph, which has its own reader.
    }
    Some(flat::record(
        if sygil { "sygil" } else { "diffusers" },
        &settings,
        &NAMES,
    ))
}

/// Reads a flat map that lies beside a picture, as scripts and downloads from Civitai leave it.
/// Inside a picture such a map has a keyword, so there it would be a guess.
pub(super) fn read_json(texts: &Texts<'_>) -> Option<Record> {
    let beside = texts.0.iter().find(|chunk| chunk.place == "sidecar:json")?;
    let text = json::clean(&beside.text);
    let json = json::parse(&text)?;
    let meta = json.get("meta").filter(|meta| matches!(meta, Json::Map(_)));
    let settings = meta.unwrap_or(&json);
    let has = |names: &[&str]| names.iter().find_map(|name| flat::setting(settings, name));
    has(NAMES.positive)?.text()?;
    has(NAMES.seed)?
        .unsigned()
        .and(has(NAMES.steps)?.unsigned())?;
    let word = if meta.is_some() {
        "civitai"
    } else {
        "diffusers"
    };
    Some(flat::record(word, settings, &NAMES))
}
