//! Watched folders.

use std::collections::HashMap;

use domain::{
    id::RootId,
    scan::{RootRole, RootState},
    time::Timestamp,
};
use serde::Deserialize;

use crate::{
    Result, Store, StoreError,
    feed::LISTED,
    inputs, records,
    rows::{NewRoot, RootCount, RootIdentity, RootKind, RootRow},
    sql::{Arg, Tx, args, json},
};

/// A root, in the order of [`SELECT_ROOTS`].
#[derive(Deserialize)]
struct RootCells {
    key: i64,
    id: RootId,
    name: String,
    path: String,
    kind: String,
    allow_delete: i64,
    allow_organise: i64,
    allow_sidecars: i64,
    state: String,
    vanished: i64,
    device: Option<i64>,
    filesystem: Option<String>,
    samples: String,
    scanned: Option<i64>,
    added: i64,
    paused: i64,
    role: String,
}

const SELECT_ROOTS: &str = "\
    SELECT ROWS[id, uid, name, path, kind, allow_delete, allow_organise, allow_sidecars, state, \
        vanished, device, filesystem, samples, scanned_ms, added_ms, paused, role] FROM roots";

impl Store {
    /// Watches a folder from now on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its path is watched already.
    pub async fn add_root(&self, root: NewRoot) -> Result<RootRow> {
        self.write(move |tx| Box::pin(async move { add_root(tx, root).await }))
            .await
    }

    /// All watched folders, in the order in which they were added.
    pub async fn roots(&self) -> Result<Vec<RootRow>> {
        roots(&mut self.read().await?).await
    }

    /// Whether emptying the trash may delete the files of a root.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not watched.
    pub async fn allow_delete(&self, id: RootId, allowed: bool) -> Result<()> {
        let text = "UPDATE roots SET allow_delete = $2 WHERE uid = $1";
        self.update_root(text, args![id.to_string(), allowed]).await
    }

    /// Whether XMP files may be written beside the pictures of a root.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not watched.
    pub async fn allow_sidecars(&self, id: RootId, allowed: bool) -> Result<()> {
        let text = "UPDATE roots SET allow_sidecars = $2 WHERE uid = $1";
        self.update_root(text, args![id.to_string(), allowed]).await
    }

    /// Whether a root is left alone: not read, and not looked at for changes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not watched.
    pub async fn pause_root(&self, id: RootId, paused: bool) -> Result<()> {
        let text = "UPDATE roots SET paused = $2 WHERE uid = $1";
        self.update_root(text, args![id.to_string(), paused]).await
    }

    /// Gives a root another name, which the folders of all its pictures begin with. Answers the number of
    /// the change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not watched.
    pub async fn rename_root(&self, id: RootId, name: &str) -> Result<i64> {
        let name = name.to_owned();
        self.write_bulk(move |tx| {
            Box::pin(async move {
                tx.lock_library().await?;
                let text = "UPDATE roots SET name = $2 WHERE uid = $1";
                if tx.execute(text, args![id.to_string(), name]).await? == 0 {
                    return Err(StoreError::NotFound("watched folder"));
                }
                touch_all(tx, id, Vec::new()).await
            })
        })
        .await
    }

    /// What the pictures of a root are from now on. Those of inputs are found by the recipes that load one of
    /// their names. Answers the number of the change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not watched.
    pub async fn set_root_role(&self, id: RootId, role: RootRole) -> Result<i64> {
        self.write_bulk(move |tx| {
            Box::pin(async move {
                tx.lock_library().await?;
                let text = "UPDATE roots SET role = $2 WHERE uid = $1";
                if tx
                    .execute(text, args![id.to_string(), role_word(role)])
                    .await?
                    == 0
                {
                    return Err(StoreError::NotFound("watched folder"));
                }
                let linked = inputs::link_root(tx, id).await?;
                touch_all(tx, id, linked).await
            })
        })
        .await
    }

    /// Notes that a root lies elsewhere now: it can be reached there, and is known by the files that were
    /// remembered of it until it is read.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not watched, [`StoreError::Conflict`] when that path is watched
    /// already.
    pub async fn relocate_root(&self, id: RootId, path: &str) -> Result<()> {
        let text = "UPDATE roots SET path = $2, device = NULL, filesystem = NULL, state = 'online', \
             vanished = 0 WHERE uid = $1";
        self.update_root(text, args![id.to_string(), path.to_owned()])
            .await
    }

    /// Notes whether a root can be reached, and how many files a suspicious scan would lose.
    pub async fn update_root_state(
        &self,
        id: RootId,
        state: RootState,
        vanished: u64,
    ) -> Result<()> {
        let text = "UPDATE roots SET state = $2, vanished = $3 WHERE uid = $1";
        self.update_root(text, args![id.to_string(), state_word(state), vanished])
            .await
    }

    /// Notes what tells the folder from another one at the same path.
    pub async fn set_root_identity(&self, id: RootId, identity: RootIdentity) -> Result<()> {
        let RootIdentity {
            device,
            filesystem,
            samples,
        } = identity;
        let device = device.map(u64::cast_signed);
        let text = "UPDATE roots SET device = $2, filesystem = $3, samples = $4 WHERE uid = $1";
        self.update_root(text, args![id.to_string(), device, filesystem, samples])
            .await
    }

    /// Notes that a root was read to its end.
    pub async fn set_root_scanned(&self, id: RootId, at: Timestamp) -> Result<()> {
        let text = "UPDATE roots SET scanned_ms = $2 WHERE uid = $1";
        self.update_root(text, args![id.to_string(), at.0]).await
    }

    /// Watches a folder no longer: pictures that lie nowhere else, and of which no address is known, go away
    /// with it, their files stay where they are. Answers the number of the change.
    pub async fn remove_root(&self, id: RootId) -> Result<i64> {
        self.write_bulk(move |tx| Box::pin(async move { remove_root(tx, id).await }))
            .await
    }

    /// How many pictures each root has; roots without any are left out.
    pub async fn root_counts(&self) -> Result<Vec<RootCount>> {
        let mut tx = self.read().await?;
        // Telling pictures apart is dear, and few of them lie in several places.
        let mut counted: Vec<(i64, u64)> = tx
            .list(
                "SELECT ROWS[files.root_id, files.n - COALESCE(more.n, 0)] \
                 FROM (SELECT root_id, COUNT(*) AS n FROM locations GROUP BY root_id) AS files \
                 LEFT JOIN (SELECT root_id, COUNT(*) - COUNT(DISTINCT image_id) AS n \
                    FROM locations WHERE image_id IN ( \
                        SELECT image_id FROM locations GROUP BY image_id HAVING COUNT(*) > 1) \
                    GROUP BY root_id) AS more ON more.root_id = files.root_id",
                Vec::new(),
            )
            .await?;
        counted.sort_unstable();
        let missing: Vec<(i64, u64)> = tx
            .list(
                "SELECT ROWS[root_id, missing] \
                 FROM (SELECT l.root_id AS root_id, COUNT(DISTINCT l.image_id) AS missing \
                    FROM locations AS l \
                    WHERE l.image_id IN ( \
                            SELECT image_id FROM locations WHERE missing_scans > 0) \
                        AND l.missing_since_ms IS NOT NULL \
                        AND NOT EXISTS (SELECT 1 FROM locations AS o \
                            WHERE o.image_id = l.image_id AND o.missing_since_ms IS NULL) \
                    GROUP BY l.root_id) AS counted",
                Vec::new(),
            )
            .await?;
        let missing: HashMap<i64, u64> = missing.into_iter().collect();
        let counts = counted.into_iter().map(|(root, images)| {
            let missing = missing.get(&root).copied().unwrap_or_default();
            RootCount {
                root,
                images,
                missing,
            }
        });
        Ok(counts.collect())
    }

    pub(crate) async fn update_root(&self, text: &'static str, args: Vec<Arg>) -> Result<()> {
        self.write(move |tx| {
            Box::pin(async move {
                if tx.execute(text, args).await? == 0 {
                    return Err(StoreError::NotFound("watched folder"));
                }
                Ok(())
            })
        })
        .await
    }
}

async fn add_root(tx: &mut Tx, root: NewRoot) -> Result<RootRow> {
    let text = "UPDATE change_clock SET last_root = last_root + 1 WHERE id = 1 RETURNING last_root";
    let key = tx.number(text, Vec::new()).await?;
    let kind = match root.kind {
        RootKind::Managed => "managed",
        RootKind::Linked => "linked",
    };
    tx.execute(
        "INSERT INTO roots (id, uid, name, path, kind, allow_delete, allow_organise, \
            allow_sidecars, state, role, added_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'online', $9, $10)",
        args![
            key,
            root.id.to_string(),
            root.name,
            root.path,
            kind,
            root.allow_delete,
            root.allow_organise,
            root.allow_sidecars,
            role_word(root.role),
            root.added.0,
        ],
    )
    .await?;
    let added = roots(tx).await?.into_iter().find(|row| row.key == key);
    added.ok_or(StoreError::NotFound("watched folder"))
}

async fn roots(tx: &mut Tx) -> Result<Vec<RootRow>> {
    let rows: Vec<RootCells> = tx.list(SELECT_ROOTS, Vec::new()).await?;
    let mut roots: Vec<RootRow> = rows.into_iter().map(root).collect();
    roots.sort_unstable_by_key(|root| root.key);
    Ok(roots)
}

fn root(cells: RootCells) -> RootRow {
    RootRow {
        key: cells.key,
        id: cells.id,
        name: cells.name,
        path: cells.path,
        kind: if cells.kind == "managed" {
            RootKind::Managed
        } else {
            RootKind::Linked
        },
        allow_delete: cells.allow_delete != 0,
        allow_organise: cells.allow_organise != 0,
        allow_sidecars: cells.allow_sidecars != 0,
        state: match cells.state.as_str() {
            "offline" => RootState::Offline,
            "suspicious" => RootState::Suspicious,
            _ => RootState::Online,
        },
        vanished: cells.vanished.cast_unsigned(),
        identity: RootIdentity {
            device: cells.device.map(i64::cast_unsigned),
            filesystem: cells.filesystem,
            samples: cells.samples,
        },
        scanned: cells.scanned.map(Timestamp),
        added: Timestamp(cells.added),
        paused: cells.paused != 0,
        role: match cells.role.as_str() {
            "input" => RootRole::Input,
            _ => RootRole::Output,
        },
    }
}

/// Tells that every picture of a root changed, and some others; of very many only that everything is to be read
/// again.
async fn touch_all(tx: &mut Tx, id: RootId, others: Vec<i64>) -> Result<i64> {
    let held: Vec<(i64,)> = tx
        .list(
            "SELECT ROWS[image_id] FROM (SELECT DISTINCT l.image_id AS image_id \
             FROM locations AS l JOIN roots AS r ON r.id = l.root_id \
             WHERE r.uid = $1 LIMIT $2) AS held",
            args![id.to_string(), LISTED as u64 + 1],
        )
        .await?;
    let held = held.into_iter().map(|(image,)| image);
    let mut touched: Vec<i64> = held.chain(others).collect();
    touched.sort_unstable();
    touched.dedup();
    tx.record_change(&touched, &[]).await
}

fn role_word(role: RootRole) -> &'static str {
    match role {
        RootRole::Output => "output",
        RootRole::Input => "input",
    }
}

fn state_word(state: RootState) -> &'static str {
    match state {
        RootState::Online => "online",
        RootState::Offline => "offline",
        RootState::Suspicious => "suspicious",
    }
}

async fn remove_root(tx: &mut Tx, id: RootId) -> Result<i64> {
    tx.lock_library().await?;
    let key = tx
        .number("SELECT id FROM roots WHERE uid = $1", args![id.to_string()])
        .await?;
    if key == 0 {
        return Err(StoreError::NotFound("watched folder"));
    }
    let held: Vec<(i64, i64)> = tx
        .list(
            "SELECT ROWS[image_id, elsewhere] FROM (SELECT DISTINCT l.image_id AS image_id, \
                CASE WHEN EXISTS (SELECT 1 FROM locations AS o WHERE o.image_id = l.image_id \
                    AND o.root_id <> l.root_id) OR EXISTS (SELECT 1 FROM records AS x \
                    WHERE x.image_id = l.image_id) THEN 1 ELSE 0 END AS elsewhere \
             FROM locations AS l WHERE l.root_id = $1) AS held",
            args![key],
        )
        .await?;
    let (mut touched, mut removed) = (Vec::new(), Vec::new());
    for (image, elsewhere) in held {
        if elsewhere == 0 {
            removed.push(image);
        } else {
            touched.push(image);
        }
    }
    touched.sort_unstable();
    removed.sort_unstable();
    let mut users = inputs::lose(tx, &removed).await?;
    // Those of them that have nothing but a record then have no bytes either.
    users.extend(inputs::users_of(tx, &touched).await?);
    tx.execute("DELETE FROM locations WHERE root_id = $1", args![key])
        .await?;
    let text = "DELETE FROM images \
         WHERE id IN KEYS($1)";
    tx.execute(text, args![json(&removed)?]).await?;
    records::lose_file(tx, &touched).await?;
    tx.execute("DELETE FROM roots WHERE id = $1", args![key])
        .await?;
    inputs::look(tx, &users).await?;
    touched.extend(users);
    touched.sort_unstable();
    touched.dedup();
    touched.retain(|image| removed.binary_search(image).is_err());
    tx.record_change(&touched, &removed).await
}
