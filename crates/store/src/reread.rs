//! Recipes understood again from the text chunks that are kept, without touching a file.

use std::collections::HashMap;

use domain::{
    parameter::{ParameterList, Parameters},
    recipe::{Notice, Recipe},
};
use serde::Serialize;

use crate::{
    Result, Store, finish, inputs, parameters,
    recipes::{self, Columns},
    rows::{CompressedChunk, Reread},
    sql::{Tx, args, json},
};

/// What of a picture's row reading its texts decides.
#[derive(Serialize)]
struct Body<'a> {
    id: i64,
    #[serde(flatten)]
    recipe: Columns<'a>,
    has_workflow: i64,
    unparsed: i64,
    secret: i64,
}

/// What is kept of a picture's recipe.
type Known = (Recipe, Vec<Notice>, ParameterList);

impl Store {
    /// The kept text chunks of pictures in the order of their files, by key; pictures that have none
    /// are left out.
    pub async fn chunks_of(&self, keys: &[i64]) -> Result<Vec<(i64, Vec<CompressedChunk>)>> {
        let mut found: Vec<(i64, Vec<CompressedChunk>)> = Vec::new();
        let rows: Vec<(i64, String, String, String, Vec<u8>)> = self
            .read()
            .await?
            .rows(
                "SELECT c.image_id, c.place, c.keyword, c.hash, r.bytes \
                 FROM image_chunks AS c JOIN raw_chunks AS r ON r.hash = c.hash \
                 WHERE c.image_id IN KEYS($1) ORDER BY c.image_id, c.ordinal",
                args![json(keys)?],
            )
            .await?;
        for (image, place, key, hash, bytes) in rows {
            let hash = finish::parse_hash(&hash).unwrap_or_default();
            let chunk = CompressedChunk {
                place,
                key,
                hash,
                bytes,
            };
            match found.last_mut().filter(|(last, _)| *last == image) {
                Some((_, chunks)) => chunks.push(chunk),
                None => found.push((image, vec![chunk])),
            }
        }
        Ok(found)
    }

    /// Replaces the recipes of pictures by what was understood anew, and tells the keys of those in
    /// which anything changed. The others are left alone, so this may be repeated at no cost.
    ///
    /// Notices with one of the codes in `renewed` are replaced too; others are about the file and stay.
    pub async fn replace_recipes(
        &self,
        reread: Vec<Reread>,
        renewed: &'static [&'static str],
    ) -> Result<Vec<i64>> {
        self.write_bulk(move |tx| Box::pin(async move { replace(tx, reread, renewed).await }))
            .await
    }
}

pub(crate) async fn replace(
    tx: &mut Tx,
    mut reread: Vec<Reread>,
    renewed: &[&str],
) -> Result<Vec<i64>> {
    tx.lock_library().await?;
    let keys: Vec<i64> = reread.iter().map(|one| one.image).collect();
    let known = known(tx, &keys).await?;
    let text = "SELECT ROWS[id, has_workflow, unparsed, secret] FROM images \
         WHERE id IN KEYS($1)";
    let flags: Vec<(i64, i64, i64, i64)> = tx.list(text, args![json(&keys)?]).await?;
    let flags: HashMap<i64, [bool; 3]> = flags
        .into_iter()
        .map(|(id, workflow, unparsed, secret)| {
            (id, [workflow, unparsed, secret].map(|on| on != 0))
        })
        .collect();
    for one in &mut reread {
        let had = known.get(&one.image).map(|(_, notices, _)| notices.iter());
        let kept = had.into_iter().flatten();
        let kept = kept.filter(|notice| !renewed.contains(&notice.code.as_str()));
        let own = std::mem::take(&mut one.notices);
        one.notices = kept.cloned().collect();
        one.notices.extend(own);
    }
    let there: Vec<i64> = keys
        .iter()
        .copied()
        .filter(|key| flags.contains_key(key))
        .collect();
    let made = reread.iter().map(|one| (one.image, &one.parameters));
    let relinked = inputs::replace(tx, &there, &inputs::of(made), &[]).await?;
    let mut changed: Vec<&Reread> = Vec::new();
    for one in &reread {
        let same = known.get(&one.image).is_some_and(|(recipe, notices, own)| {
            recipes::stored(&one.recipe) == *recipe
                && one.notices == *notices
                && *parameters::storable(&one.parameters) == *own
        });
        let same_flags =
            flags.get(&one.image) == Some(&[one.has_workflow, one.unparsed, one.secret]);
        let relinked = relinked.contains(&one.image);
        if flags.contains_key(&one.image) && (relinked || !(same && same_flags)) {
            changed.push(one);
        }
    }
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<i64> = changed.iter().map(|one| one.image).collect();
    let bodies: Vec<Body<'_>> = changed.iter().map(|one| body(one)).collect();
    tx.execute(UPDATE, args![json(&bodies)?]).await?;
    recipes::remove(tx, &keys).await?;
    let made = changed
        .iter()
        .map(|one| (one.image, &one.recipe, one.notices.as_slice()));
    recipes::Rows::of(made)?.write(tx, 0).await?;
    let storable = changed
        .iter()
        .map(|one| (one.image, parameters::storable(&one.parameters)));
    let storable: Vec<_> = storable.collect();
    let all: Vec<_> = storable
        .iter()
        .map(|(image, all)| (*image, parameters::shape(all), &**all))
        .collect();
    parameters::insert(tx, &all).await?;
    tx.record_change(&keys, &[]).await?;
    Ok(keys)
}

async fn known(tx: &mut Tx, keys: &[i64]) -> Result<HashMap<i64, Known>> {
    let recipes = recipes::read(tx, keys).await?;
    let mut own = parameters::read(tx, &json(keys)?).await?;
    let known = recipes.into_iter().map(|(key, (recipe, notices))| {
        let own = own.remove(&key).as_ref().map(Parameters::all);
        let own = own.unwrap_or_default().into_iter().collect();
        (key, (recipe, notices, own))
    });
    Ok(known.collect())
}

fn body(one: &Reread) -> Body<'_> {
    Body {
        id: one.image,
        recipe: Columns::of(&one.recipe),
        has_workflow: one.has_workflow.into(),
        unparsed: one.unparsed.into(),
        secret: one.secret.into(),
    }
}

const UPDATE: &str = "\
    UPDATE images SET tool = item.value ->> 'tool', \
        tool_version = item.value ->> 'tool_version', \
        positive_id = CAST(item.value ->> 'positive' AS BIGINT), \
        negative_id = CAST(item.value ->> 'negative' AS BIGINT), \
        primary_sampler = CAST(item.value ->> 'primary' AS BIGINT), \
        vae = item.value ->> 'vae', \
        asked_width = CAST(item.value ->> 'asked_width' AS BIGINT), \
        asked_height = CAST(item.value ->> 'asked_height' AS BIGINT), \
        made_ms = CAST(item.value ->> 'made' AS BIGINT), \
        has_workflow = CAST(item.value ->> 'has_workflow' AS BIGINT), \
        unparsed = CAST(item.value ->> 'unparsed' AS BIGINT), \
        secret = CAST(item.value ->> 'secret' AS BIGINT) \
    FROM EACH($1) WHERE images.id = CAST(item.value ->> 'id' AS BIGINT)";
