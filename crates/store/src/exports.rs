//! Prepared downloads.

use domain::{export::ExportState, id::ExportId, time::Timestamp};

use crate::{
    Result, Store, StoreError,
    rows::ExportRow,
    sql::{Arg, args, json},
};

/// An export as the statement in [`Store::export`] answers it: state, request, left out, plan,
/// bytes, pictures, prepared, created.
type Cells = (String, String, String, Vec<u8>, Option<i64>, i64, i64, i64);

impl Store {
    /// Keeps a new export.
    pub async fn save_export(&self, export: &ExportRow) -> Result<()> {
        let text = "INSERT INTO exports (uid, state, request, plan, bytes, pictures, prepared, \
                left_out, created_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        self.write_export(text, export).await
    }

    /// An export, if it is still kept.
    pub async fn export(&self, id: ExportId) -> Result<Option<ExportRow>> {
        let mut tx = self.read().await?;
        let text = "SELECT state, request, left_out, plan, bytes, pictures, prepared, created_ms \
             FROM exports WHERE uid = $1";
        let row: Option<Cells> = tx.row(text, args![id.to_string()]).await?;
        row.map(|cells| export(id, cells)).transpose()
    }

    /// Replaces everything about an export that was saved.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is gone.
    pub async fn update_export(&self, export: &ExportRow) -> Result<()> {
        let text = "UPDATE exports SET state = $2, request = $3, plan = $4, bytes = $5, \
                pictures = $6, prepared = $7, left_out = $8, created_ms = $9 \
             WHERE uid = $1";
        self.write_export(text, export).await
    }

    /// Exports that were asked for before a moment, oldest first.
    pub async fn exports_before(&self, at: Timestamp) -> Result<Vec<ExportId>> {
        let text = "SELECT ROWS[created_ms, uid] FROM exports WHERE created_ms < $1";
        let mut rows: Vec<(i64, ExportId)> =
            self.read_once().await?.list(text, args![at.0]).await?;
        rows.sort_unstable();
        Ok(rows.into_iter().map(|(_, id)| id).collect())
    }

    /// Forgets an export; nothing happens when it is gone already.
    pub async fn remove_export(&self, id: ExportId) -> Result<()> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.execute("DELETE FROM exports WHERE uid = $1", args![id.to_string()])
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn write_export(&self, text: &'static str, export: &ExportRow) -> Result<()> {
        let args: Vec<Arg> = args![
            export.id.to_string(),
            state_word(export.state),
            json(&export.request)?,
            export.plan.clone(),
            export.bytes.map(u64::cast_signed),
            export.pictures,
            export.prepared,
            json(&export.left_out)?,
            export.created.0,
        ];
        self.write(move |tx| {
            Box::pin(async move {
                if tx.execute(text, args).await? == 0 {
                    return Err(StoreError::NotFound("export"));
                }
                Ok(())
            })
        })
        .await
    }
}

fn export(id: ExportId, cells: Cells) -> Result<ExportRow> {
    let (state, request, left_out, plan, bytes, pictures, prepared, created) = cells;
    Ok(ExportRow {
        id,
        state: match state.as_str() {
            "preparing" => ExportState::Preparing,
            "ready" => ExportState::Ready,
            _ => ExportState::Failed,
        },
        request: serde_json::from_str(&request)?,
        plan,
        bytes: bytes.map(i64::cast_unsigned),
        pictures: pictures.cast_unsigned(),
        prepared: prepared.cast_unsigned(),
        left_out: serde_json::from_str(&left_out)?,
        created: Timestamp(created),
    })
}

fn state_word(state: ExportState) -> &'static str {
    match state {
        ExportState::Preparing => "preparing",
        ExportState::Ready => "ready",
        ExportState::Failed => "failed",
    }
}
