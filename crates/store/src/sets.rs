//! Photosets: what they are called, which pictures are in them in which order, and taking all of that back.
//!
//! Whatever is done with a photoset is an operation with one row in `photoset_changes`, which says what the
//! photoset was before and is afterwards, and a revision for each picture whose place changed: the place
//! that it had and has, 0 outside. A photoset that was deleted stays as a row without pictures, so that all
//! of it can come back.

mod undo;

use std::collections::{HashMap, HashSet};

use domain::{
    id::SetId,
    judgement::Done,
    photoset::{DEEPEST, Photoset, SetVerb},
};
use serde::Deserialize;

pub(crate) use self::undo::undo;
use crate::{
    Result, Store, StoreError,
    judge::{MANY, Noted, done, nothing},
    rows::Author,
    sql::{Tx, args, json},
};

/// The word of these operations.
pub(crate) const FIELD: &str = "set";

/// Where the picture of a revision `r` stands now in the photoset of its operation.
pub(crate) const NOW: &str = "COALESCE((SELECT p.place FROM photoset_images AS p \
     JOIN photoset_changes AS c ON c.set_id = p.set_id \
     WHERE c.operation_id = r.operation_id AND p.image_id = r.image_id), 0)";

/// The room between two neighbours: so many pictures can come between them one after the other, each in the
/// middle of what is left, before places are given anew.
const ROOM: i64 = 1 << 20;

/// A photoset as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SetRow {
    key: i64,
    set: Photoset,
    /// Whether it was deleted.
    gone: bool,
}

/// The same in the order of its statement.
#[derive(Deserialize)]
struct RawSet {
    key: i64,
    id: SetId,
    body: String,
    gone: i64,
}

impl RawSet {
    fn read(self) -> Result<(SetId, SetRow)> {
        let row = SetRow {
            key: self.key,
            set: serde_json::from_str(&self.body)?,
            gone: self.gone != 0,
        };
        Ok((self.id, row))
    }
}

/// A picture and its place before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    key: i64,
    old: i64,
    new: i64,
}

impl Store {
    /// Every photoset there is, by key.
    pub async fn sets(&self) -> Result<Vec<(i64, SetId, Photoset)>> {
        all(&mut self.read_once().await?).await
    }

    /// Makes a photoset with some pictures in it, in their order. Keys of pictures that are no more are
    /// passed over.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when what it should lie in is not there, [`StoreError::Conflict`] when the id
    /// is taken or photosets would lie too deep.
    pub async fn create_set(
        &self,
        author: Author,
        id: SetId,
        set: Photoset,
        keys: Vec<i64>,
    ) -> Result<Done> {
        self.write_bulk(move |tx| {
            Box::pin(async move { create(tx, &author, id, &set, &keys).await })
        })
        .await
    }

    /// Makes a photoset into another one, unless it is no longer `before`; its pictures stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it, or what it should lie in, is not there; [`StoreError::Conflict`]
    /// when somebody changed it meanwhile, or it would lie in itself or too deep.
    pub async fn edit_set(
        &self,
        author: Author,
        id: SetId,
        before: Photoset,
        set: Photoset,
    ) -> Result<Done> {
        self.write(move |tx| Box::pin(async move { edit(tx, &author, id, &before, &set).await }))
            .await
    }

    /// Takes a photoset away. Its pictures stay in the library, and photosets in it come out to the top.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such photoset.
    pub async fn delete_set(&self, author: Author, id: SetId) -> Result<Done> {
        self.write_bulk(move |tx| Box::pin(async move { delete(tx, &author, id).await }))
            .await
    }

    /// Puts pictures into a photoset, behind what is there, in their order; or takes them out. Pictures that
    /// are so already are left alone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such photoset.
    pub async fn put_in_set(
        &self,
        author: Author,
        id: SetId,
        keys: Vec<i64>,
        on: bool,
    ) -> Result<Done> {
        if keys.len() > MANY {
            self.write_bulk(move |tx| {
                Box::pin(async move { put(tx, &author, id, &keys, on).await })
            })
            .await
        } else {
            self.write(move |tx| Box::pin(async move { put(tx, &author, id, &keys, on).await }))
                .await
        }
    }

    /// Puts pictures of a photoset, in their order, before another one of it; behind all where that is `None`
    /// or not in it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such photoset.
    pub async fn arrange_set(
        &self,
        author: Author,
        id: SetId,
        keys: Vec<i64>,
        before: Option<i64>,
    ) -> Result<Done> {
        self.write_bulk(move |tx| {
            Box::pin(async move { arrange(tx, &author, id, &keys, before).await })
        })
        .await
    }
}

/// Every photoset there is, by key.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<(i64, SetId, Photoset)>> {
    let text = "SELECT ROWS[id, uid, body, gone] FROM photosets WHERE gone = 0";
    let rows: Vec<RawSet> = tx.list(text, Vec::new()).await?;
    let mut sets = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, row) = row.read()?;
        sets.push((row.key, id, row.set));
    }
    sets.sort_unstable_by_key(|(key, ..)| *key);
    Ok(sets)
}

/// Forgets photosets that are gone and can no longer come back.
pub(crate) async fn forget(tx: &mut Tx) -> Result<()> {
    let text = "DELETE FROM photosets WHERE gone = 1 \
         AND id NOT IN (SELECT set_id FROM photoset_changes)";
    tx.execute(text, Vec::new()).await?;
    Ok(())
}

async fn create(
    tx: &mut Tx,
    author: &Author,
    id: SetId,
    set: &Photoset,
    keys: &[i64],
) -> Result<Done> {
    tx.lock_library().await?;
    let text = "SELECT COUNT(*) FROM photosets WHERE uid = $1";
    if tx.number(text, args![id.to_string()]).await? > 0 {
        return Err(StoreError::Conflict(set.name.clone()));
    }
    refuse_circle(tx, id, set).await?;
    let number = tx.record_change(&[], &[]).await?;
    let text = "INSERT INTO photosets (id, uid, body, created_ms) VALUES ($1, $2, $3, $4)";
    let body = json(set)?;
    tx.execute(text, args![number, id.to_string(), body, author.at.0])
        .await?;
    let after = SetRow {
        key: number,
        set: set.clone(),
        gone: false,
    };
    let before = SetRow {
        gone: true,
        ..after.clone()
    };
    let steps = behind(0, &tx.living(keys).await?);
    let change = (SetVerb::Create, &before, &after);
    tx.note_set(number, author, change, &steps, None).await?;
    tx.place(number, &steps).await?;
    Ok(done(author, steps.len(), 0))
}

async fn edit(
    tx: &mut Tx,
    author: &Author,
    id: SetId,
    before: &Photoset,
    set: &Photoset,
) -> Result<Done> {
    tx.lock_library().await?;
    let row = found(tx, id).await?;
    if row.set == *set {
        return Ok(nothing(0));
    }
    if row.set != *before {
        return Err(StoreError::Conflict(row.set.name));
    }
    refuse_circle(tx, id, set).await?;
    let after = SetRow {
        set: set.clone(),
        ..row.clone()
    };
    look(tx, author, (SetVerb::Edit, &row, &after), None).await
}

/// Changes what a photoset is, and none of its pictures.
async fn look(
    tx: &mut Tx,
    author: &Author,
    change: (SetVerb, &SetRow, &SetRow),
    undoes: Option<i64>,
) -> Result<Done> {
    let number = tx.record_change(&[], &[]).await?;
    tx.keep_set(change.2).await?;
    tx.note_set(number, author, change, &[], undoes).await?;
    Ok(done(author, 0, 0))
}

async fn delete(tx: &mut Tx, author: &Author, id: SetId) -> Result<Done> {
    tx.lock_library().await?;
    let row = found(tx, id).await?;
    let out = |(key, old)| Step { key, old, new: 0 };
    let steps: Vec<Step> = tx.places(row.key).await?.into_iter().map(out).collect();
    let after = SetRow {
        gone: true,
        ..row.clone()
    };
    let number = tx.record_change(&[], &[]).await?;
    let change = (SetVerb::Delete, &row, &after);
    tx.note_set(number, author, change, &steps, None).await?;
    tx.place(row.key, &steps).await?;
    tx.keep_set(&after).await?;
    Ok(done(author, steps.len(), 0))
}

async fn put(tx: &mut Tx, author: &Author, id: SetId, keys: &[i64], on: bool) -> Result<Done> {
    tx.lock_library().await?;
    let row = found(tx, id).await?;
    let places = tx.places(row.key).await?;
    let last = places.last().map_or(0, |(_, place)| *place);
    let there: HashMap<i64, i64> = places.into_iter().collect();
    let steps: Vec<Step> = if on {
        let mut keys = tx.living(keys).await?;
        keys.retain(|key| !there.contains_key(key));
        behind(last, &keys)
    } else {
        let out = |key: &i64| {
            let old = *there.get(key)?;
            Some(Step {
                key: *key,
                old,
                new: 0,
            })
        };
        unique(keys).iter().filter_map(out).collect()
    };
    let verb = if on { SetVerb::Put } else { SetVerb::TakeOut };
    step(tx, author, verb, &row, &steps).await
}

async fn arrange(
    tx: &mut Tx,
    author: &Author,
    id: SetId,
    keys: &[i64],
    before: Option<i64>,
) -> Result<Done> {
    tx.lock_library().await?;
    let row = found(tx, id).await?;
    let places = tx.places(row.key).await?;
    let steps = arranged(&places, &unique(keys), before);
    step(tx, author, SetVerb::Arrange, &row, &steps).await
}

/// Gives pictures other places, unless there is nothing to do.
async fn step(
    tx: &mut Tx,
    author: &Author,
    verb: SetVerb,
    row: &SetRow,
    steps: &[Step],
) -> Result<Done> {
    if steps.is_empty() {
        return Ok(nothing(0));
    }
    let number = tx.record_change(&[], &[]).await?;
    tx.note_set(number, author, (verb, row, row), steps, None)
        .await?;
    tx.place(row.key, steps).await?;
    Ok(done(author, steps.len(), 0))
}

/// Places behind the last one.
fn behind(last: i64, keys: &[i64]) -> Vec<Step> {
    let place = |(at, key): (i64, &i64)| Step {
        key: *key,
        old: 0,
        new: last + (at + 1) * ROOM,
    };
    (0..).zip(keys).map(place).collect()
}

/// What changes when pictures come before another one, or behind all: their own places alone, as long as
/// there is room; else all get new ones.
fn arranged(places: &[(i64, i64)], keys: &[i64], before: Option<i64>) -> Vec<Step> {
    let old: HashMap<i64, i64> = places.iter().copied().collect();
    let moved: Vec<i64> = keys
        .iter()
        .copied()
        .filter(|key| old.contains_key(key))
        .collect();
    let moving: HashSet<i64> = moved.iter().copied().collect();
    let rest: Vec<(i64, i64)> = places
        .iter()
        .copied()
        .filter(|(key, _)| !moving.contains(key))
        .collect();
    // Before one that moves itself: before the first behind it that stays.
    let anchor = before.and_then(|before| {
        let behind = places.iter().skip_while(|(key, _)| *key != before);
        let next = behind
            .map(|(key, _)| *key)
            .find(|key| !moving.contains(key))?;
        rest.iter().position(|(key, _)| *key == next)
    });
    let at = anchor.unwrap_or(rest.len());
    let head = rest[..at].iter().map(|(key, _)| *key);
    let tail = rest[at..].iter().map(|(key, _)| *key);
    let all: Vec<i64> = head.chain(moved.iter().copied()).chain(tail).collect();
    // What stands there already need not move.
    if all.iter().eq(places.iter().map(|(key, _)| key)) {
        return Vec::new();
    }
    let count = moved.len() as i64;
    let low = at.checked_sub(1).map_or(0, |at| rest[at].1);
    let gap = rest
        .get(at)
        .map_or(ROOM, |(_, high)| (high - low) / (count + 1));
    let new: Vec<(i64, i64)> = if gap > 0 {
        let own = (1..).zip(&moved);
        own.map(|(nth, key)| (*key, low + nth * gap)).collect()
    } else {
        (1..).zip(all).map(|(nth, key)| (key, nth * ROOM)).collect()
    };
    let step = |(key, new): (i64, i64)| {
        let old = *old.get(&key)?;
        (old != new).then_some(Step { key, old, new })
    };
    new.into_iter().filter_map(step).collect()
}

/// Keys without those that came before.
fn unique(keys: &[i64]) -> Vec<i64> {
    let mut seen = HashSet::with_capacity(keys.len());
    let first = keys.iter().copied().filter(|key| seen.insert(*key));
    first.collect()
}

async fn found(tx: &mut Tx, id: SetId) -> Result<SetRow> {
    match by_id(tx, id).await? {
        Some(row) if !row.gone => Ok(row),
        _ => Err(StoreError::NotFound("photoset")),
    }
}

async fn by_id(tx: &mut Tx, id: SetId) -> Result<Option<SetRow>> {
    let text = "SELECT ROWS[id, uid, body, gone] FROM photosets WHERE uid = $1";
    let row = tx.list::<RawSet>(text, args![id.to_string()]).await?.pop();
    row.map(|row| Ok(row.read()?.1)).transpose()
}

/// Refuses a photoset that would lie in itself, too deep, or in one that is not there.
async fn refuse_circle(tx: &mut Tx, id: SetId, set: &Photoset) -> Result<()> {
    let mut above = set.parent;
    let mut depth = 0;
    while let Some(parent) = above {
        depth += 1;
        if parent == id || depth > DEEPEST {
            return Err(StoreError::Conflict(set.name.clone()));
        }
        above = match by_id(tx, parent).await? {
            Some(row) if !row.gone => row.set.parent,
            // Further up it came out to the top.
            _ if depth > 1 => None,
            _ => return Err(StoreError::NotFound("photoset")),
        };
    }
    Ok(())
}

impl Tx {
    /// The pictures of a photoset in its order, each with its place.
    async fn places(&mut self, set: i64) -> Result<Vec<(i64, i64)>> {
        let text = "SELECT ROWS[image_id, place] FROM photoset_images WHERE set_id = $1";
        let mut places: Vec<(i64, i64)> = self.list(text, args![set]).await?;
        places.sort_unstable_by_key(|(key, place)| (*place, *key));
        Ok(places)
    }

    /// Those of some keys that are pictures, each once, in their order.
    async fn living(&mut self, keys: &[i64]) -> Result<Vec<i64>> {
        let text = "SELECT ROWS[id] FROM images WHERE id IN KEYS($1)";
        let here: Vec<(i64,)> = self.list(text, args![json(keys)?]).await?;
        let here: HashSet<i64> = here.into_iter().map(|(key,)| key).collect();
        let mut keys = unique(keys);
        keys.retain(|key| here.contains(key));
        Ok(keys)
    }

    /// Gives pictures their new places.
    async fn place(&mut self, set: i64, steps: &[Step]) -> Result<()> {
        let (out, into): (Vec<Step>, Vec<Step>) = steps.iter().partition(|step| step.new == 0);
        if !out.is_empty() {
            let keys: Vec<i64> = out.iter().map(|step| step.key).collect();
            let text = "DELETE FROM photoset_images WHERE set_id = $2 AND image_id IN KEYS($1)";
            self.execute(text, args![json(&keys)?, set]).await?;
        }
        if !into.is_empty() {
            let pairs: Vec<(i64, i64)> = into.iter().map(|step| (step.key, step.new)).collect();
            let text = "INSERT INTO photoset_images (set_id, image_id, place) \
                 SELECT CAST($2 AS BIGINT), CAST(item.value ->> 0 AS BIGINT), \
                    CAST(item.value ->> 1 AS BIGINT) FROM EACH($1) WHERE true \
                 ON CONFLICT (set_id, image_id) DO UPDATE SET place = excluded.place";
            self.execute(text, args![json(&pairs)?, set]).await?;
        }
        Ok(())
    }

    async fn keep_set(&mut self, row: &SetRow) -> Result<()> {
        let text = "UPDATE photosets SET body = $2, gone = $3 WHERE id = $1";
        self.execute(text, args![row.key, json(&row.set)?, row.gone])
            .await?;
        Ok(())
    }

    /// Notes an operation: what it did with its photoset, before and after, and with which pictures.
    async fn note_set(
        &mut self,
        number: i64,
        author: &Author,
        (verb, before, after): (SetVerb, &SetRow, &SetRow),
        steps: &[Step],
        undoes: Option<i64>,
    ) -> Result<()> {
        let noted = Noted::plain(FIELD, undoes);
        self.note_operation(author, steps.len(), &noted).await?;
        let text = "INSERT INTO photoset_changes \
                (operation_id, verb, set_id, old_body, new_body, old_gone, new_gone) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let bodies = (json(&before.set)?, json(&after.set)?);
        let (set, old, new) = (after.key, before.gone, after.gone);
        self.execute(
            text,
            args![number, verb.word(), set, bodies.0, bodies.1, old, new],
        )
        .await?;
        let revisions: Vec<(i64, i64, i64)> = steps
            .iter()
            .map(|step| (step.key, step.old, step.new))
            .collect();
        if !revisions.is_empty() {
            let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
                 SELECT CAST($2 AS BIGINT), CAST(item.value ->> 0 AS BIGINT), \
                    CAST(item.value ->> 1 AS BIGINT), CAST(item.value ->> 2 AS BIGINT) \
                 FROM EACH($1)";
            self.execute(text, args![json(&revisions)?, number]).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys in order after steps.
    fn order(places: &[(i64, i64)], steps: &[Step]) -> Vec<i64> {
        let mut now = places.to_vec();
        for step in steps {
            let own = now.iter_mut().find(|(key, _)| *key == step.key).unwrap();
            assert_eq!(own.1, step.old);
            own.1 = step.new;
        }
        now.sort_unstable_by_key(|(_, place)| *place);
        let places: HashSet<i64> = now.iter().map(|(_, place)| *place).collect();
        assert_eq!(places.len(), now.len(), "every place is one picture's");
        now.into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn pictures_go_where_they_are_put() {
        let places: Vec<(i64, i64)> = (1..=5).map(|key| (key, key * ROOM)).collect();
        let moved = |keys: &[i64], before| {
            let steps = arranged(&places, keys, before);
            (order(&places, &steps), steps.len())
        };
        assert_eq!(moved(&[5], Some(1)), (vec![5, 1, 2, 3, 4], 1));
        assert_eq!(moved(&[1, 4], Some(3)), (vec![2, 1, 4, 3, 5], 2));
        assert_eq!(moved(&[2], None), (vec![1, 3, 4, 5, 2], 1));
        assert_eq!(moved(&[4, 2], Some(2)), (vec![1, 4, 2, 3, 5], 2));
        assert_eq!(moved(&[9], Some(1)), (vec![1, 2, 3, 4, 5], 0));
        // There they are already.
        assert_eq!(moved(&[2, 3], Some(4)).1, 0);
        assert_eq!(moved(&[5], None).1, 0);
    }

    #[test]
    fn where_no_room_is_left_all_get_new_places() {
        let places = [(1, 5), (2, 6), (3, 7)];
        let steps = arranged(&places, &[3], Some(2));
        assert_eq!(order(&places, &steps), [1, 3, 2]);
        assert_eq!(steps.len(), 3);
    }
}
