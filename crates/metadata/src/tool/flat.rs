//! Records that are one flat map of settings, as most generators write them.

use domain::recipe::{Lora, Recipe, Sampling};

use super::{Record, add_lora, add_name};
use crate::json::Json;

/// Under which names a generator keeps each setting, best first. Case, spaces and `_` do not count.
#[derive(Default, Clone, Copy)]
pub(super) struct Names {
    pub(super) positive: &'static [&'static str],
    pub(super) negative: &'static [&'static str],
    pub(super) seed: &'static [&'static str],
    pub(super) steps: &'static [&'static str],
    pub(super) cfg: &'static [&'static str],
    pub(super) guidance: &'static [&'static str],
    pub(super) sampler: &'static [&'static str],
    pub(super) scheduler: &'static [&'static str],
    pub(super) denoise: &'static [&'static str],
    pub(super) model: &'static [&'static str],
    pub(super) vae: &'static [&'static str],
    pub(super) version: &'static [&'static str],
}

/// Longest value that is kept beside the known settings, in bytes.
const EXTRA: usize = 2000;

/// Makes a record of a map of settings.
pub(super) fn record(tool: &str, settings: &Json<'_>, names: &Names) -> Record {
    let get = |wanted: &[&str]| wanted.iter().find_map(|name| setting(settings, name));
    let text = |wanted: &[&str]| get(wanted).and_then(Json::plain).unwrap_or_default();
    let name = |wanted: &[&str]| {
        let name = get(wanted).and_then(Json::text)?.trim();
        (!name.is_empty()).then(|| name.to_owned())
    };
    let mut models = Vec::new();
    if let Some(model) = get(names.model) {
        let nested = ["name", "model_name"].iter().find_map(|key| model.get(key));
        add_name(
            &mut models,
            nested.unwrap_or(model).text().unwrap_or_default(),
        );
    }
    let run = Sampling {
        positive: text(names.positive),
        negative: text(names.negative),
        seed: get(names.seed).and_then(Json::unsigned),
        steps: get(names.steps)
            .and_then(Json::unsigned)
            .and_then(|steps| steps.try_into().ok()),
        cfg: get(names.cfg).and_then(Json::float),
        guidance: get(names.guidance).and_then(Json::float),
        sampler: name(names.sampler),
        scheduler: name(names.scheduler),
        denoise: get(names.denoise).and_then(Json::float),
        model: models.first().cloned(),
        ..Sampling::default()
    };
    let recipe = Recipe {
        tool: tool.to_owned(),
        tool_version: name(names.version),
        positive: run.positive.clone(),
        negative: run.negative.clone(),
        samplers: vec![run],
        models,
        vae: name(names.vae),
        size: size(settings),
        extra: extra(settings, names),
        ..Recipe::default()
    };
    Record {
        recipe,
        ..Record::default()
    }
}

/// A setting by name, but for case, spaces and `_`.
pub(super) fn setting<'j, 'a>(settings: &'j Json<'a>, name: &str) -> Option<&'j Json<'a>> {
    let found = settings.map().iter().find(|(key, _)| is_same(key, name));
    found
        .map(|(_, value)| value)
        .filter(|value| **value != Json::Null)
}

/// Compared as they stand: a hostile map has a hundred thousand keys, each of which is asked often.
fn is_same(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = u8> {
        let letters = text.bytes().filter(|byte| !b" _".contains(byte));
        letters.map(|byte| byte.to_ascii_lowercase())
    }
    one == other || letters(one).eq(letters(other))
}

/// `width` and `height`, or a resolution such as `(512, 768)` or `512 x 768`.
fn size(settings: &Json<'_>) -> Option<(u32, u32)> {
    let edge = |name| setting(settings, name)?.unsigned()?.try_into().ok();
    if let (Some(width), Some(height)) = (edge("width"), edge("height")) {
        return Some((width, height));
    }
    let text = setting(settings, "resolution")?.text()?;
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Single values that no field took.
fn extra(settings: &Json<'_>, names: &Names) -> Vec<(String, String)> {
    let taken = [
        names.positive,
        names.negative,
        names.seed,
        names.steps,
        names.cfg,
        names.guidance,
        names.sampler,
        names.scheduler,
        names.denoise,
        names.model,
        names.vae,
        names.version,
        &["width", "height", "resolution"],
    ];
    let is_taken = |key: &str| {
        taken
            .iter()
            .copied()
            .flatten()
            .any(|name| is_same(key, name))
    };
    let entries = settings
        .map()
        .iter()
        .take(200)
        .filter(|(key, _)| !is_taken(key));
    entries
        .filter_map(|(key, value)| Some((key.to_string(), value.plain()?)))
        .filter(|(_, value)| !value.is_empty() && value.len() <= EXTRA)
        .collect()
}

/// Adds LoRAs to a record and to its only sampler.
pub(super) fn add_loras(
    record: &mut Record,
    loras: impl IntoIterator<Item = (String, Option<f64>)>,
) {
    for (name, weight) in loras {
        add_lora(
            &mut record.recipe.loras,
            &Lora {
                name,
                weight,
                clip_weight: None,
            },
        );
    }
    if let Some(run) = record.recipe.samplers.first_mut() {
        run.loras.clone_from(&record.recipe.loras);
    }
}
