//! Taking recipes apart into tables.

use std::{borrow::Cow, collections::HashSet};

use domain::recipe::{Lora, Notice, Recipe, Sampling};
use serde::Serialize;

use super::LoraCell;
use crate::{
    Result,
    sql::{Tx, args, json, json_rows},
};

/// The key of a text in `texts`: the first 64 bits of its BLAKE3, or nothing for the empty text.
/// Two of ten million different prompts share a key with a chance of one in 400,000.
pub(crate) fn text_id(text: &str) -> Option<i64> {
    let stored = if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        Cow::Borrowed(text)
    };
    if stored.is_empty() {
        return None;
    }
    let hash = blake3::hash(stored.as_bytes());
    hash.as_bytes()
        .first_chunk()
        .map(|bytes| i64::from_le_bytes(*bytes))
}

/// A fraction with the 15 significant digits that every engine hands back; nothing for what is not
/// a number.
pub(crate) fn rounded(value: f64) -> Option<f64> {
    if !value.is_finite() {
        return None;
    }
    // Nearly all values are short, and then rounding is not needed.
    let thousandths = value * 1000.0;
    if thousandths.fract() == 0.0 && thousandths.abs() < 1e12 {
        return Some(thousandths / 1000.0);
    }
    format!("{value:.14e}").parse().ok()
}

fn rounded_option(value: Option<f64>) -> Option<f64> {
    value.and_then(rounded)
}

/// A recipe as it comes back from the tables: no NUL characters, fractions with 15 digits.
pub(crate) fn stored(recipe: &Recipe) -> Recipe {
    // Texts lose their NUL characters on the way into the database, as they do here.
    let plain = json(recipe).and_then(|text| Ok(serde_json::from_str(&text)?));
    let mut plain: Recipe = plain.unwrap_or_else(|_| recipe.clone());
    let round = |lora: &mut Lora| {
        lora.weight = rounded_option(lora.weight);
        lora.clip_weight = rounded_option(lora.clip_weight);
    };
    plain.loras.iter_mut().for_each(round);
    for run in &mut plain.samplers {
        run.cfg = rounded_option(run.cfg);
        run.guidance = rounded_option(run.guidance);
        run.denoise = rounded_option(run.denoise);
        run.loras.iter_mut().for_each(round);
    }
    plain
}

/// The columns of a picture's own row that its recipe decides.
#[derive(Serialize)]
pub(crate) struct Columns<'a> {
    tool: &'a str,
    tool_version: Option<&'a str>,
    positive: Option<i64>,
    negative: Option<i64>,
    primary: usize,
    vae: Option<&'a str>,
    asked_width: Option<u32>,
    asked_height: Option<u32>,
    made: Option<i64>,
}

impl<'a> Columns<'a> {
    pub(crate) fn of(recipe: &'a Recipe) -> Self {
        Self {
            tool: &recipe.tool,
            tool_version: recipe.tool_version.as_deref(),
            positive: text_id(&recipe.positive),
            negative: text_id(&recipe.negative),
            primary: recipe.primary,
            vae: recipe.vae.as_deref(),
            asked_width: recipe.size.map(|(width, _)| width),
            asked_height: recipe.size.map(|(_, height)| height),
            made: recipe.made.map(|made| made.0),
        }
    }
}

#[derive(Serialize)]
struct TextBody<'a> {
    id: i64,
    body: &'a str,
}

#[derive(Serialize)]
struct SamplerBody<'a> {
    image: i64,
    ordinal: usize,
    node: &'a str,
    class: &'a str,
    positive: Option<i64>,
    negative: Option<i64>,
    seed: Option<i64>,
    steps: Option<u32>,
    cfg: Option<f64>,
    guidance: Option<f64>,
    sampler: Option<&'a str>,
    scheduler: Option<&'a str>,
    denoise: Option<f64>,
    model: Option<&'a str>,
    loras: String,
}

#[derive(Serialize)]
struct ModelBody<'a> {
    image: i64,
    ordinal: usize,
    name: &'a str,
}

#[derive(Serialize)]
struct LoraBody<'a> {
    image: i64,
    ordinal: usize,
    name: &'a str,
    weight: Option<f64>,
    clip: Option<f64>,
}

#[derive(Serialize)]
struct NoteBody {
    image: i64,
    extra: String,
    notices: String,
}

/// The parts of recipes that have tables of their own, ready to be written. Those of many pictures are
/// megabytes, so they are made before it is their turn.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    texts: String,
    samplers: String,
    models: String,
    loras: String,
    notes: String,
}

impl Rows {
    /// The parts of recipes with their notices, by key of the picture.
    pub(crate) fn of<'a>(
        made: impl Iterator<Item = (i64, &'a Recipe, &'a [Notice])>,
    ) -> Result<Self> {
        let mut seen = HashSet::new();
        let mut texts = Vec::new();
        let mut samplers = Vec::new();
        let mut models = Vec::new();
        let mut loras = Vec::new();
        let mut notes = Vec::new();
        for (image, recipe, notices) in made {
            let ids = TextIds::of(recipe);
            let runs = recipe
                .samplers
                .iter()
                .flat_map(|run| [&run.positive, &run.negative]);
            for body in runs.chain([&recipe.positive, &recipe.negative]) {
                if let Some(id) = ids.get(body)
                    && seen.insert(id)
                {
                    texts.push(TextBody { id, body });
                }
            }
            for (ordinal, run) in recipe.samplers.iter().enumerate() {
                samplers.push(sampler_body(image, ordinal, run, &ids)?);
            }
            let names = recipe.models.iter().enumerate();
            models.extend(names.map(|(ordinal, name)| ModelBody {
                image,
                ordinal,
                name,
            }));
            for (ordinal, lora) in recipe.loras.iter().enumerate() {
                let weight = rounded_option(lora.weight);
                let clip = rounded_option(lora.clip_weight);
                loras.push(LoraBody {
                    image,
                    ordinal,
                    name: &lora.name,
                    weight,
                    clip,
                });
            }
            if !recipe.extra.is_empty() || !notices.is_empty() {
                let (extra, notices) = (json(&recipe.extra)?, json(notices)?);
                notes.push(NoteBody {
                    image,
                    extra,
                    notices,
                });
            }
        }
        Ok(Self {
            texts: json_rows(&texts, 768)?,
            samplers: json_rows(&samplers, 512)?,
            models: json_rows(&models, 96)?,
            loras: json_rows(&loras, 128)?,
            notes: json_rows(&notes, 512)?,
        })
    }

    /// Writes them for pictures that have none there. Keys count from `first`.
    pub(crate) async fn write(self, tx: &mut Tx, first: i64) -> Result<()> {
        if self.texts != NONE {
            tx.execute(INSERT_TEXTS, args![self.texts]).await?;
        }
        for (text, rows) in [
            (INSERT_SAMPLERS, self.samplers),
            (INSERT_MODELS, self.models),
            (INSERT_LORAS, self.loras),
            (INSERT_NOTES, self.notes),
        ] {
            if rows != NONE {
                tx.execute(text, args![rows, first]).await?;
            }
        }
        Ok(())
    }
}

/// An empty list.
const NONE: &str = "[]";

/// The ids of a recipe's own prompts, which most of its runs have too.
struct TextIds<'a>([(&'a str, Option<i64>); 2]);

impl<'a> TextIds<'a> {
    fn of(recipe: &'a Recipe) -> Self {
        Self([&recipe.positive, &recipe.negative].map(|text| (text.as_str(), text_id(text))))
    }

    fn get(&self, text: &str) -> Option<i64> {
        let own = self.0.iter().find(|(own, _)| *own == text);
        own.map_or_else(|| text_id(text), |(_, id)| *id)
    }
}

fn sampler_body<'a>(
    image: i64,
    ordinal: usize,
    run: &'a Sampling,
    ids: &TextIds<'_>,
) -> Result<SamplerBody<'a>> {
    let loras: Vec<LoraCell> = run
        .loras
        .iter()
        .map(|lora| {
            let (weight, clip) = (
                rounded_option(lora.weight),
                rounded_option(lora.clip_weight),
            );
            (lora.name.clone(), weight, clip)
        })
        .collect();
    Ok(SamplerBody {
        image,
        ordinal,
        node: &run.node,
        class: &run.class,
        positive: ids.get(&run.positive),
        negative: ids.get(&run.negative),
        seed: run.seed.map(u64::cast_signed),
        steps: run.steps,
        cfg: rounded_option(run.cfg),
        guidance: rounded_option(run.guidance),
        sampler: run.sampler.as_deref(),
        scheduler: run.scheduler.as_deref(),
        denoise: rounded_option(run.denoise),
        model: run.model.as_deref(),
        loras: if loras.is_empty() {
            String::new()
        } else {
            json(&loras)?
        },
    })
}

const INSERT_TEXTS: &str = "\
    INSERT INTO texts (id, body) \
    SELECT CAST(item.value ->> 'id' AS BIGINT), item.value ->> 'body' \
    FROM EACH($1) WHERE TRUE ON CONFLICT (id) DO NOTHING";

const INSERT_SAMPLERS: &str = "\
    INSERT INTO samplers (image_id, ordinal, node, class, positive_id, negative_id, seed, steps, \
        cfg, guidance, sampler, scheduler, denoise, model, loras) \
    SELECT CAST(item.value ->> 'image' AS BIGINT) + $2, CAST(item.value ->> 'ordinal' AS BIGINT), \
        item.value ->> 'node', item.value ->> 'class', \
        CAST(item.value ->> 'positive' AS BIGINT), CAST(item.value ->> 'negative' AS BIGINT), \
        CAST(item.value ->> 'seed' AS BIGINT), CAST(item.value ->> 'steps' AS BIGINT), \
        CAST(item.value ->> 'cfg' AS DOUBLE PRECISION), \
        CAST(item.value ->> 'guidance' AS DOUBLE PRECISION), item.value ->> 'sampler', \
        item.value ->> 'scheduler', CAST(item.value ->> 'denoise' AS DOUBLE PRECISION), \
        item.value ->> 'model', item.value ->> 'loras' \
    FROM EACH($1)";

const INSERT_MODELS: &str = "\
    INSERT INTO image_models (image_id, ordinal, name) \
    SELECT CAST(item.value ->> 'image' AS BIGINT) + $2, CAST(item.value ->> 'ordinal' AS BIGINT), \
        item.value ->> 'name' \
    FROM EACH($1)";

const INSERT_LORAS: &str = "\
    INSERT INTO image_loras (image_id, ordinal, name, weight, clip_weight) \
    SELECT CAST(item.value ->> 'image' AS BIGINT) + $2, CAST(item.value ->> 'ordinal' AS BIGINT), \
        item.value ->> 'name', CAST(item.value ->> 'weight' AS DOUBLE PRECISION), \
        CAST(item.value ->> 'clip' AS DOUBLE PRECISION) \
    FROM EACH($1)";

const INSERT_NOTES: &str = "\
    INSERT INTO image_notes (image_id, extra, notices) \
    SELECT CAST(item.value ->> 'image' AS BIGINT) + $2, item.value ->> 'extra', \
        item.value ->> 'notices' \
    FROM EACH($1)";

/// Removes what [`Rows::write`] wrote, for pictures whose file was read again.
pub(crate) async fn remove(tx: &mut Tx, images: &[i64]) -> Result<()> {
    if images.is_empty() {
        return Ok(());
    }
    let images = json(images)?;
    for text in [
        "DELETE FROM samplers \
         WHERE image_id IN KEYS($1)",
        "DELETE FROM image_models \
         WHERE image_id IN KEYS($1)",
        "DELETE FROM image_loras \
         WHERE image_id IN KEYS($1)",
        "DELETE FROM image_notes \
         WHERE image_id IN KEYS($1)",
        "DELETE FROM image_parameters \
         WHERE image_id IN KEYS($1)",
    ] {
        tx.execute(text, args![images.as_str()]).await?;
    }
    Ok(())
}
