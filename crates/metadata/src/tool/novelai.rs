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
    let envelope = |text: &str| {
        let text = json::clean(text);
        let envelope = json::parse(&text)?;
        let part = |name| envelope.get(name).and_then(Json::text);
        record(part("Comment")?, part("Source"), None)
    };
    // The earliest pictures have nothing but the prompt beside the program's name.
    let bare = || {
        (texts.named("Software")? == "NovelAI").then_some(())?;
        let mut record = flat::record("novelai", &Json::Map(Vec::new()), &NAMES);
        finish(&mut record, source, description);
        Some(record)
    };
    texts
        .find("\"scale\"", |text| record(text, source, description))
        .or_else(|| texts.find("Comment", envelope))
        .or_else(bare)
}

fn record(text: &str, source: Option<&str>, description: Option<&str>) -> Option<Record> {
    let text = json::clean(text);
    let settings = json::parse(&text)?;
    if settings.get("c").is_some() {
        return None; // Draw Things has the other two names in common with this one.
    }
    let unwanted = settings
        .get("uc")
        .or_else(|| settings.get("v4_negative_prompt"));
    unwanted.and(settings.get("scale"))?;
    let mut record = flat::record("novelai", &settings, &NAMES);
    let recipe = &mut record.recipe;
    if let Some(caption) = caption(&settings, "v4_prompt") {
        caption.put(&mut recipe.positive, &mut recipe.extra, "character");
    }
    if let Some(caption) = caption(&settings, "v4_negative_prompt") {
        caption.put(
            &mut recipe.negative,
            &mut recipe.extra,
            "character, unwanted",
        );
    }
    finish(&mut record, source, description);
    Some(record)
}

/// Puts the prompts and the model where the sampler has them too.
fn finish(record: &mut Record, source: Option<&str>, description: Option<&str>) {
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
        run.negative.clone_from(&recipe.negative);
        run.model = recipe.models.first().cloned();
    }
}

/// A prompt since version 4: what holds for the whole picture, and a text for each character.
struct Caption {
    base: String,
    characters: Vec<String>,
}

fn caption(settings: &Json<'_>, name: &str) -> Option<Caption> {
    let caption = settings.get(name)?.get("caption")?;
    let base = caption.get("base_caption").and_then(Json::text);
    let rows = caption.get("char_captions").map(Json::list);
    let words = |row: &Json<'_>| Some(row.get("char_caption")?.text()?.trim().to_owned());
    Some(Caption {
        base: base.unwrap_or_default().to_owned(),
        characters: rows
            .unwrap_or_default()
            .iter()
            .take(NAMED)
            .filter_map(words)
            .collect(),
    })
}

/// Most characters of one picture.
const NAMED: usize = 32;

impl Caption {
    /// Writes the whole prompt, a character a line, and each character for itself.
    fn put(self, prompt: &mut String, extra: &mut Vec<(String, String)>, name: &str) {
        if !self.base.is_empty() {
            *prompt = self.base;
        }
        for (at, words) in self.characters.into_iter().enumerate() {
            if words.is_empty() {
                continue;
            }
            if !prompt.contains(&words) {
                if !prompt.is_empty() {
                    prompt.push('\n');
                }
                prompt.push_str(&words);
            }
            extra.push((format!("{name} {}", at + 1), words));
        }
    }
}
