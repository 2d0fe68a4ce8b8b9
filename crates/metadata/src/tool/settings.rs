//! Parameters and origins of flat records, made of the recipe that was read from them.

use domain::{
    parameter::{Label, Origin, ParameterList, Scalar, long_number},
    recipe::{RawChunk, Recipe},
};

use super::{PARAMETERS, Record, Texts, block, comfyui::cut, parameter_text};

/// Every setting of a flat record.
pub(crate) fn parameters(recipe: &Recipe) -> ParameterList {
    let fields = fields(recipe);
    let known = fields
        .iter()
        .filter(|(field, _)| !matches!(*field, "positive" | "negative" | "lora"))
        .filter_map(|(field, value)| Some((*field, single(field, value)?)));
    let extra = recipe
        .extra
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), single("", value)?)));
    let label = |name| Label {
        node: "",
        class: "",
        title: "",
        name,
    };
    let named = known.chain(extra).map(|(name, value)| (label(name), value));
    named.take(PARAMETERS).collect()
}

/// A setting as a number where it is one. Names of models may look like numbers.
fn single(field: &str, value: &str) -> Option<Scalar> {
    let number = value.parse().ok().filter(|number: &f64| number.is_finite());
    let number = number.filter(|_| long_number(value).is_none());
    match number.filter(|_| !matches!(field, "model" | "vae" | "sampler" | "scheduler")) {
        Some(number) => Some(Scalar::Number(number)),
        None => parameter_text(value),
    }
}

/// The fields that a recipe has, with their values in words.
fn fields(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let run = recipe.primary();
    let number = |value: Option<f64>| value.map(|value| value.to_string());
    let mut fields = vec![
        ("positive", Some(recipe.positive.clone())),
        ("negative", Some(recipe.negative.clone())),
        ("vae", recipe.vae.clone()),
        (
            "size",
            recipe
                .size
                .map(|(width, height)| format!("{width} x {height}")),
        ),
    ];
    if let Some(run) = run {
        fields.extend([
            ("seed", run.seed.map(|seed| seed.to_string())),
            ("steps", run.steps.map(|steps| steps.to_string())),
            ("cfg", number(run.cfg)),
            ("guidance", number(run.guidance)),
            ("sampler", run.sampler.clone()),
            ("scheduler", run.scheduler.clone()),
            ("denoise", number(run.denoise)),
        ]);
    }
    fields.extend(
        recipe
            .models
            .iter()
            .map(|name| ("model", Some(name.clone()))),
    );
    let loras = recipe.loras.iter();
    fields.extend(loras.map(|lora| ("lora", Some(lora.name.clone()))));
    let present = |(field, value): (&'static str, Option<String>)| {
        Some((field, value.filter(|value| !value.is_empty())?))
    };
    fields.into_iter().filter_map(present).collect()
}

/// Where the values of a flat record stood.
pub(super) fn origins(
    recipe: &Recipe,
    read: fn(&Texts<'_>) -> Option<Record>,
    raw: &[RawChunk],
) -> Vec<Origin> {
    let block = record_block(recipe, read, raw);
    let rule = format!("the record of {}", recipe.tool);
    let of_picture = |field: &str| matches!(field, "vae" | "size");
    let origin = |(field, value): (&'static str, String)| Origin {
        field: field.to_owned(),
        run: (!of_picture(field)).then_some(recipe.primary),
        value: cut(&value).to_owned(),
        block: block.clone(),
        path: Vec::new(),
        rule: rule.clone(),
    };
    fields(recipe)
        .into_iter()
        .take(PARAMETERS)
        .map(origin)
        .collect()
}

/// The block that a record was read from: the one that gives it all alone, else the one without
/// which it is not the same; of several, the one in which most values stand.
fn record_block(
    recipe: &Recipe,
    read: fn(&Texts<'_>) -> Option<Record>,
    raw: &[RawChunk],
) -> String {
    let same = |blocks: &[RawChunk]| {
        read(&Texts(blocks)).is_some_and(|record| {
            record.recipe.positive == recipe.positive && record.recipe.samplers == recipe.samplers
        })
    };
    let alone = raw.iter().find(|chunk| same(std::slice::from_ref(*chunk)));
    if let Some(chunk) = alone {
        return block(chunk);
    }
    let values = fields(recipe);
    let stands_in = |chunk: &RawChunk| {
        values
            .iter()
            .filter(|(_, value)| chunk.text.contains(value.as_str()))
            .count()
    };
    let needed = raw.iter().enumerate().take(BLOCKS).filter(|(at, _)| {
        let mut rest = raw.to_vec();
        rest.remove(*at);
        !same(&rest)
    });
    let most = needed.max_by_key(|(at, chunk)| (stands_in(chunk), std::cmp::Reverse(*at)));
    most.map(|(_, chunk)| block(chunk)).unwrap_or_default()
}

/// Most blocks that are tried.
const BLOCKS: usize = 32;
