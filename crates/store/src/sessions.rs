//! The owner's passphrase, and who is signed in with it.

use domain::time::Timestamp;

use crate::{Result, Store, rows::SessionRow, sql::args};

/// A session as lists answer it: token hash, began, seen, device, address.
type Cells = (String, i64, i64, String, String);

impl Store {
    /// The hash of the owner's passphrase, if one is set.
    pub async fn passphrase(&self) -> Result<Option<String>> {
        self.setting("passphrase").await
    }

    /// Sets the hash of the owner's passphrase, or takes it away, and ends every session. Tells how
    /// many those were.
    pub async fn set_passphrase(&self, hash: Option<&str>) -> Result<u64> {
        let hash = hash.map(str::to_owned);
        self.write(move |tx| {
            Box::pin(async move {
                // Nobody may begin a session by the old passphrase in between.
                tx.lock_library().await?;
                let text = "DELETE FROM settings WHERE name = 'passphrase'";
                tx.execute(text, Vec::new()).await?;
                if let Some(hash) = hash {
                    let text = "INSERT INTO settings (name, value) VALUES ('passphrase', $1)";
                    tx.execute(text, args![hash]).await?;
                }
                tx.execute("DELETE FROM sessions", Vec::new()).await
            })
        })
        .await
    }

    /// Begins a session that was earned by a passphrase with this hash. False when that is no longer
    /// the passphrase: nothing was begun then.
    pub async fn begin_session(&self, session: &SessionRow, passphrase: &str) -> Result<bool> {
        let args = args![
            session.token_hash.clone(),
            session.began.0,
            session.seen.0,
            session.device.clone(),
            session.address.clone(),
            passphrase.to_owned(),
        ];
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_library().await?;
                let text = "INSERT INTO sessions (token_hash, began_ms, seen_ms, device, address) \
                     SELECT $1, $2, $3, $4, $5 \
                     WHERE EXISTS (SELECT 1 FROM settings WHERE name = 'passphrase' AND value = $6)";
                Ok(tx.execute(text, args).await? > 0)
            })
        })
        .await
    }

    /// The session of a token, if it has not ended.
    pub async fn session(&self, token_hash: &str) -> Result<Option<SessionRow>> {
        let text = "SELECT token_hash, began_ms, seen_ms, device, address \
             FROM sessions WHERE token_hash = $1";
        let row: Option<Cells> = self.read_once().await?.row(text, args![token_hash]).await?;
        Ok(row.map(session))
    }

    /// Notes that the browser of a session was here.
    pub async fn see_session(&self, token_hash: &str, at: Timestamp) -> Result<()> {
        let args = args![token_hash, at.0];
        self.write(move |tx| {
            Box::pin(async move {
                let text = "UPDATE sessions SET seen_ms = $2 WHERE token_hash = $1";
                tx.execute(text, args).await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends a session; nothing happens when it has ended already.
    pub async fn end_session(&self, token_hash: &str) -> Result<()> {
        let args = args![token_hash];
        self.write(move |tx| {
            Box::pin(async move {
                tx.execute("DELETE FROM sessions WHERE token_hash = $1", args)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends every session that was last seen before a moment, and tells how many those were.
    pub async fn end_sessions_before(&self, at: Timestamp) -> Result<u64> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.execute("DELETE FROM sessions WHERE seen_ms < $1", args![at.0])
                    .await
            })
        })
        .await
    }

    /// Every session, the one that was seen last first.
    pub async fn sessions(&self) -> Result<Vec<SessionRow>> {
        let text = "SELECT ROWS[token_hash, began_ms, seen_ms, device, address] FROM sessions";
        let rows: Vec<Cells> = self.read_once().await?.list(text, Vec::new()).await?;
        let mut rows: Vec<SessionRow> = rows.into_iter().map(session).collect();
        rows.sort_unstable_by(|one, other| {
            (other.seen, &other.token_hash).cmp(&(one.seen, &one.token_hash))
        });
        Ok(rows)
    }
}

fn session((token_hash, began, seen, device, address): Cells) -> SessionRow {
    SessionRow {
        token_hash,
        began: Timestamp(began),
        seen: Timestamp(seen),
        device,
        address,
    }
}
