//! Settings by name, and tidying up.

use crate::{Result, Store, sql::args};

impl Store {
    /// The value of a setting, if it was ever set.
    pub async fn setting(&self, key: &str) -> Result<Option<String>> {
        let text = "SELECT value FROM settings WHERE name = $1";
        let row: Option<(String,)> = self.read().await?.row(text, args![key]).await?;
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

    /// Removes texts and chunks that no picture refers to any more. Takes a while: for quiet times.
    pub async fn tidy(&self) -> Result<()> {
        self.write(move |tx| {
            Box::pin(async move {
                // No scan may refer to a text between looking and removing.
                tx.lock_library().await?;
                let text = "DELETE FROM texts WHERE id NOT IN ( \
                        SELECT positive_id FROM images WHERE positive_id IS NOT NULL \
                        UNION SELECT negative_id FROM images WHERE negative_id IS NOT NULL \
                        UNION SELECT positive_id FROM samplers WHERE positive_id IS NOT NULL \
                        UNION SELECT negative_id FROM samplers WHERE negative_id IS NOT NULL)";
                tx.execute(text, Vec::new()).await?;
                let text = "DELETE FROM raw_chunks \
                     WHERE hash NOT IN (SELECT hash FROM image_chunks)";
                tx.execute(text, Vec::new()).await?;
                Ok(())
            })
        })
        .await
    }
}
