//! Settings by name, and tidying up.

use crate::{
    Result, Store,
    sql::{args, json},
};

/// Rows removed in one transaction when tidying up.
const PIECE: usize = 10_000;

/// Texts that nothing refers to.
const LOOSE_TEXTS: &str = "SELECT ROWS[id] FROM texts WHERE id NOT IN ( \
        SELECT positive_id FROM images WHERE positive_id IS NOT NULL \
        UNION SELECT negative_id FROM images WHERE negative_id IS NOT NULL \
        UNION SELECT positive_id FROM samplers WHERE positive_id IS NOT NULL \
        UNION SELECT negative_id FROM samplers WHERE negative_id IS NOT NULL)";
/// Removes some of them, unless something refers to them by now.
const REMOVE_TEXTS: &str = "DELETE FROM texts WHERE id IN KEYS($1) AND id NOT IN ( \
        SELECT positive_id FROM images WHERE positive_id IN KEYS($1) \
        UNION SELECT negative_id FROM images WHERE negative_id IN KEYS($1) \
        UNION SELECT positive_id FROM samplers WHERE positive_id IN KEYS($1) \
        UNION SELECT negative_id FROM samplers WHERE negative_id IN KEYS($1))";
/// Text chunks that nothing refers to.
const LOOSE_CHUNKS: &str = "SELECT ROWS[hash] FROM raw_chunks \
     WHERE hash NOT IN (SELECT hash FROM image_chunks)";
/// Sets of parameters that no picture has.
const LOOSE_SETS: &str = "SELECT ROWS[id] FROM parameter_sets \
     WHERE id NOT IN (SELECT set_id FROM image_parameters)";
/// Removes some of them, unless a picture has them by now.
const REMOVE_SETS: &str = "DELETE FROM parameter_sets WHERE id IN KEYS($1) AND id NOT IN ( \
        SELECT set_id FROM image_parameters WHERE set_id IN KEYS($1))";
/// Removes some of them, unless something refers to them by now.
const REMOVE_CHUNKS: &str = "DELETE FROM raw_chunks \
     WHERE hash IN (SELECT item.value ->> 0 FROM EACH($1)) \
        AND hash NOT IN (SELECT hash FROM image_chunks \
            WHERE hash IN (SELECT item.value ->> 0 FROM EACH($1)))";

impl Store {
    /// The value of a setting, if it was ever set.
    pub async fn setting(&self, key: &str) -> Result<Option<String>> {
        let text = "SELECT value FROM settings WHERE name = $1";
        let row: Option<(String,)> = self.read_once().await?.row(text, args![key]).await?;
        Ok(row.map(|(value,)| value))
    }

    /// Sets a setting.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<()> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                let text = "INSERT INTO settings (name, value) VALUES ($1, $2) \
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value";
                tx.execute(text, args![key, value]).await?;
                Ok(())
            })
        })
        .await
    }

    /// The value of a setting, which is set to this one if it never was: whoever comes first decides.
    pub async fn first_setting(&self, key: &str, value: &str) -> Result<String> {
        if let Some(known) = self.setting(key).await? {
            return Ok(known);
        }
        let (name, own) = (key.to_owned(), value.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                let text = "INSERT INTO settings (name, value) VALUES ($1, $2) \
                     ON CONFLICT (name) DO NOTHING";
                tx.execute(text, args![name, own]).await?;
                Ok(())
            })
        })
        .await?;
        Ok(self.setting(key).await?.unwrap_or_else(|| value.to_owned()))
    }

    /// Removes texts, chunks and sets of parameters that no picture refers to any more, and tells how many. Looking for
    /// them takes a while but keeps no writer waiting; what is found is removed in pieces.
    pub async fn tidy(&self) -> Result<u64> {
        let mut tx = self.read().await?;
        let texts: Vec<(i64,)> = tx.list(LOOSE_TEXTS, Vec::new()).await?;
        let chunks: Vec<(String,)> = tx.list(LOOSE_CHUNKS, Vec::new()).await?;
        let sets: Vec<(i64,)> = tx.list(LOOSE_SETS, Vec::new()).await?;
        drop(tx);
        let sets: Vec<i64> = sets.into_iter().map(|(id,)| id).collect();
        let texts: Vec<i64> = texts.into_iter().map(|(id,)| id).collect();
        let mut removed = 0;
        for piece in texts.chunks(PIECE) {
            removed += self.remove_loose(REMOVE_TEXTS, json(piece)?).await?;
        }
        for piece in sets.chunks(PIECE) {
            removed += self.remove_loose(REMOVE_SETS, json(piece)?).await?;
        }
        for piece in chunks.chunks(PIECE) {
            removed += self.remove_loose(REMOVE_CHUNKS, json(piece)?).await?;
        }
        Ok(removed)
    }

    /// Has the database count what its tables hold, so that it goes about questions as their size asks
    /// for. To be called when a library has grown to twice its size: until PostgreSQL looks by itself, up
    /// to a minute later, it takes a hundred thousand pictures for none. SQLite needs no such thing.
    pub async fn gather_statistics(&self) -> Result<()> {
        let Some(text) = self.engine().gather_statistics() else {
            return Ok(());
        };
        self.write_bulk(move |tx| Box::pin(async move { tx.execute(text, Vec::new()).await }))
            .await?;
        Ok(())
    }

    async fn remove_loose(&self, text: &'static str, keys: String) -> Result<u64> {
        self.write_bulk(move |tx| {
            Box::pin(async move {
                // No scan may refer to a text between looking and removing.
                tx.lock_library().await?;
                tx.execute(text, args![keys]).await
            })
        })
        .await
    }
}
