//! `InvokeAI`: `invokeai_metadata` since version 3, `sd-metadata` before it, and the command of the
//! oldest under `Dream`. Where the summary is missing, the graph that ran is read.

mod graph;

use super::{
    Record, Texts,
    flat::{self, Names},
};
use crate::json::{self, Json};

const NAMES: Names = Names {
    positive: &["positive_prompt", "prompt"],
    negative: &["negative_prompt"],
    seed: &["seed"],
    steps: &["steps"],
    cfg: &["cfg_scale"],
    guidance: &["guidance"],
    sampler: &["scheduler", "sampler"],
    scheduler: &["scheduler"],
    denoise: &["strength", "denoising_strength"],
    model: &["model"],
    vae: &["vae"],
    version: &["app_version"],
};

const WORD: &str = "invokeai";

/// Reads the newest record that is there.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    let current = || metadata(texts.named("invokeai_metadata")?);
    // Pictures that were converted carry the blocks of the PNG in one envelope.
    let enveloped = || {
        texts.find("invokeai_metadata", |text| {
            let text = json::clean(text);
            let envelope = json::parse(&text)?;
            match envelope.get("invokeai_metadata")? {
                Json::Text(inner) => metadata(inner),
                settings => Some(metadata_of(settings)),
            }
        })
    };
    // Beside a picture the summary lies bare.
    let bare = || {
        texts.find("positive_prompt", |text| {
            let text = json::clean(text);
            let settings = json::parse(&text)?;
            let own = settings
                .get("app_version")
                .or_else(|| settings.get("generation_mode"));
            own.and(settings.get("positive_prompt"))?;
            Some(metadata_of(&settings))
        })
    };
    let ran = || graph::read(texts.named("invokeai_graph")?);
    let old = || sd_metadata(texts.named("sd-metadata")?);
    let oldest = || dream(texts.named("Dream")?);
    current()
        .or_else(enveloped)
        .or_else(bare)
        .or_else(old)
        .or_else(oldest)
        .or_else(ran)
}

fn metadata(text: &str) -> Option<Record> {
    let text = json::clean(text);
    let settings = json::parse(&text)?;
    matches!(settings, Json::Map(_)).then(|| metadata_of(&settings))
}

fn metadata_of(settings: &Json<'_>) -> Record {
    let mut record = flat::record(WORD, settings, &NAMES);
    let lora = |row: &Json<'_>| {
        let model = row.get("model").or_else(|| row.get("lora"))?;
        let name = model
            .get("name")
            .or_else(|| model.get("model_name"))?
            .text()?;
        Some((name.to_owned(), row.get("weight").and_then(Json::float)))
    };
    let loras = settings.get("loras").map(Json::list).unwrap_or_default();
    flat::add_loras(&mut record, loras.iter().filter_map(lora));
    for (name, value) in settings.map() {
        let mut images = Vec::new();
        add_images(value, DEEPEST, &mut images);
        let name = format!("{name}.{IMAGE}");
        let images = images.into_iter().map(|image| (name.clone(), image));
        record.recipe.extra.extend(images);
    }
    record
}

/// Names a picture that a control net, an adapter or a layer takes in.
const IMAGE: &str = "image_name";
/// So deep such a picture stands in a setting at most.
const DEEPEST: usize = 8;
/// Most pictures of one setting.
const IMAGES: usize = 16;

/// The names of the pictures in a setting, each once.
fn add_images(json: &Json<'_>, depth: usize, images: &mut Vec<String>) {
    if depth == 0 || images.len() >= IMAGES {
        return;
    }
    for inner in json.list() {
        add_images(inner, depth - 1, images);
    }
    for (key, inner) in json.map() {
        match inner.text().filter(|_| *key == IMAGE) {
            Some(name) if images.len() < IMAGES && !images.iter().any(|known| known == name) => {
                images.push(name.to_owned());
            }
            Some(_) => {}
            None => add_images(inner, depth - 1, images),
        }
    }
}

/// Settings under `image`, the model beside it; a list of weighted prompts.
fn sd_metadata(text: &str) -> Option<Record> {
    let text = json::clean(text);
    let json = json::parse(&text)?;
    let several = || json.get("images")?.list().first();
    let image = json.get("image").or_else(several)?;
    let mut record = flat::record(WORD, image, &NAMES);
    let prompts: Vec<&str> = match image.get("prompt")? {
        Json::Text(text) => vec![text],
        Json::List(rows) => rows
            .iter()
            .filter_map(|row| row.get("prompt").and_then(Json::text))
            .collect(),
        _ => Vec::new(),
    };
    set_prompt(&mut record, &prompts.join("\n"));
    let named = ["model_weights", "model_name", "model_id", "model"];
    let model = named
        .iter()
        .find_map(|name| json.get(name)?.text())
        .map(str::to_owned);
    record.recipe.models = model.into_iter().collect();
    record.recipe.tool_version = json.get("app_version").and_then(Json::plain);
    if let Some(run) = record.recipe.samplers.first_mut() {
        run.model = record.recipe.models.first().cloned();
        run.scheduler = None;
    }
    Some(record)
}

/// `"a prompt [unwanted]" -s 50 -S 123 -W 512 -H 512 -C 7.5 -A k_lms`.
fn dream(text: &str) -> Option<Record> {
    let (prompt, options) = match text.strip_prefix('"') {
        Some(rest) => rest.split_once("\" ")?,
        None => text.split_at(text.find(" -s ").or_else(|| text.find(" -S "))?),
    };
    let words: Vec<&str> = options.split_whitespace().collect();
    let option = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).map(|word| Json::Text((*word).into()))
    };
    let pairs = [
        ("seed", "-S"),
        ("steps", "-s"),
        ("cfg_scale", "-C"),
        ("sampler", "-A"),
        ("width", "-W"),
        ("height", "-H"),
        ("strength", "-f"),
    ];
    let settings = pairs
        .iter()
        .filter_map(|(name, flag)| Some(((*name).into(), option(flag)?)));
    let mut record = flat::record(WORD, &Json::Map(settings.collect()), &NAMES);
    set_prompt(&mut record, prompt);
    if let Some(run) = record.recipe.samplers.first_mut() {
        run.steps?;
    }
    Some(record)
}

/// Parts of a prompt in square brackets are unwanted.
fn set_prompt(record: &mut Record, prompt: &str) {
    let (mut positive, mut negative) = (String::new(), Vec::new());
    let mut rest = prompt;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((unwanted, after)) = after.split_once(']') else {
            break;
        };
        positive.push_str(before);
        negative.push(unwanted.trim());
        rest = after;
    }
    positive.push_str(rest);
    let recipe = &mut record.recipe;
    positive.trim().clone_into(&mut recipe.positive);
    recipe.negative = negative.join(", ");
    if let Some(run) = recipe.samplers.first_mut() {
        run.positive.clone_from(&recipe.positive);
        run.negative.clone_from(&recipe.negative);
    }
}
