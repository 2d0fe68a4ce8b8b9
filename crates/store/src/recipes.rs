//! How pictures were made: recipes taken apart into tables, and put together again.

mod write;

use std::collections::HashMap;

use domain::{
    overlay,
    recipe::{Lora, Notice, Recipe, Sampling},
    time::Timestamp,
};
use serde::Deserialize;

pub(crate) use self::write::{Columns, Rows, remove, rounded, stored};
use crate::{
    Result, Store, edits, records,
    sql::{Tx, args, json},
};

/// A LoRA inside a JSON text: name, strength on the model, strength on the text encoder.
type LoraCell = (String, Option<f64>, Option<f64>);

/// The flat part of a recipe, in the order of its statement.
#[derive(Deserialize)]
struct RecipeRow {
    image: i64,
    tool: String,
    tool_version: Option<String>,
    positive: Option<String>,
    negative: Option<String>,
    primary: usize,
    vae: Option<String>,
    asked_width: Option<u32>,
    asked_height: Option<u32>,
    made: Option<i64>,
}

#[derive(Deserialize)]
struct SamplerRow {
    image: i64,
    ordinal: usize,
    node: String,
    class: String,
    positive: Option<String>,
    negative: Option<String>,
    seed: Option<i64>,
    steps: Option<u32>,
    cfg: Option<f64>,
    guidance: Option<f64>,
    sampler: Option<String>,
    scheduler: Option<String>,
    denoise: Option<f64>,
    model: Option<String>,
    loras: String,
}

/// A LoRA of a picture: key of the picture, place in its list, and what [`LoraCell`] has.
type LoraRow = (i64, usize, String, Option<f64>, Option<f64>);

/// Recipes with their notices, by key of the picture, as their files say.
pub(crate) async fn read(tx: &mut Tx, keys: &[i64]) -> Result<HashMap<i64, (Recipe, Vec<Notice>)>> {
    let keys = json(keys)?;
    let rows: Vec<RecipeRow> = tx
        .list(
            "SELECT ROWS[i.id, i.tool, i.tool_version, p.body, n.body, i.primary_sampler, i.vae, \
                i.asked_width, i.asked_height, i.made_ms] \
             FROM images AS i LEFT JOIN texts AS p ON p.id = i.positive_id \
                LEFT JOIN texts AS n ON n.id = i.negative_id \
             WHERE i.id IN KEYS($1)",
            args![keys.as_str()],
        )
        .await?;
    let mut found: HashMap<i64, (Recipe, Vec<Notice>)> = HashMap::with_capacity(rows.len());
    for row in rows {
        found.insert(row.image, (recipe(row), Vec::new()));
    }

    let mut samplers: Vec<SamplerRow> = tx
        .list(
            "SELECT ROWS[s.image_id, s.ordinal, s.node, s.class, p.body, n.body, s.seed, s.steps, \
                s.cfg, s.guidance, s.sampler, s.scheduler, s.denoise, s.model, s.loras] \
             FROM samplers AS s LEFT JOIN texts AS p ON p.id = s.positive_id \
                LEFT JOIN texts AS n ON n.id = s.negative_id \
             WHERE s.image_id IN KEYS($1)",
            args![keys.as_str()],
        )
        .await?;
    samplers.sort_unstable_by_key(|row| (row.image, row.ordinal));
    for row in samplers {
        if let Some((recipe, _)) = found.get_mut(&row.image) {
            recipe.samplers.push(sampling(row)?);
        }
    }

    let mut models: Vec<(i64, usize, String)> = tx
        .list(
            "SELECT ROWS[image_id, ordinal, name] FROM image_models \
             WHERE image_id IN KEYS($1)",
            args![keys.as_str()],
        )
        .await?;
    models.sort_unstable();
    for (image, _, name) in models {
        if let Some((recipe, _)) = found.get_mut(&image) {
            recipe.models.push(name);
        }
    }

    let mut loras: Vec<LoraRow> = tx
        .list(
            "SELECT ROWS[image_id, ordinal, name, weight, clip_weight] FROM image_loras \
             WHERE image_id IN KEYS($1)",
            args![keys.as_str()],
        )
        .await?;
    loras.sort_unstable_by_key(|row| (row.0, row.1));
    for (image, _, name, weight, clip_weight) in loras {
        if let Some((recipe, _)) = found.get_mut(&image) {
            recipe.loras.push(Lora {
                name,
                weight,
                clip_weight,
            });
        }
    }

    let notes: Vec<(i64, String, String)> = tx
        .list(
            "SELECT ROWS[image_id, extra, notices] FROM image_notes \
             WHERE image_id IN KEYS($1)",
            args![keys.as_str()],
        )
        .await?;
    for (image, extra, told) in notes {
        if let Some((recipe, notices)) = found.get_mut(&image) {
            recipe.extra = serde_json::from_str(&extra)?;
            *notices = serde_json::from_str(&told)?;
        }
    }
    Ok(found)
}

fn recipe(row: RecipeRow) -> Recipe {
    Recipe {
        tool: row.tool,
        tool_version: row.tool_version,
        positive: row.positive.unwrap_or_default(),
        negative: row.negative.unwrap_or_default(),
        primary: row.primary,
        vae: row.vae,
        size: row.asked_width.zip(row.asked_height),
        made: row.made.map(Timestamp),
        ..Recipe::default()
    }
}

fn sampling(row: SamplerRow) -> Result<Sampling> {
    let loras: Vec<LoraCell> = if row.loras.is_empty() {
        Vec::new()
    } else {
        serde_json::from_str(&row.loras)?
    };
    let loras = loras
        .into_iter()
        .map(|(name, weight, clip_weight)| Lora {
            name,
            weight,
            clip_weight,
        })
        .collect();
    Ok(Sampling {
        node: row.node,
        class: row.class,
        positive: row.positive.unwrap_or_default(),
        negative: row.negative.unwrap_or_default(),
        seed: row.seed.map(i64::cast_unsigned),
        steps: row.steps,
        cfg: row.cfg,
        guidance: row.guidance,
        sampler: row.sampler,
        scheduler: row.scheduler,
        denoise: row.denoise,
        model: row.model,
        loras,
    })
}

impl Store {
    /// Recipes of pictures in the order asked for, with what people set over them; unknown keys are left
    /// out.
    pub async fn recipes_of(&self, keys: &[i64]) -> Result<Vec<(i64, Recipe)>> {
        let mut tx = self.read().await?;
        let mut found = read(&mut tx, keys).await?;
        let keys_text = json(keys)?;
        for (key, record) in records::of(&mut tx, &keys_text).await? {
            if let Some((recipe, _)) = found.get_mut(&key) {
                records::fill(recipe, &record);
            }
        }
        for (key, over) in edits::over(&mut tx, &keys_text).await? {
            if let Some((recipe, _)) = found.get_mut(&key) {
                overlay::lay_over_recipe(recipe, &over);
            }
        }
        let recipes = keys
            .iter()
            .filter_map(|key| Some((*key, found.remove(key)?.0)));
        Ok(recipes.collect())
    }
}
