//! Stability Matrix: drives `ComfyUI` and keeps what its user typed as an infotext beside the
//! graph, from which comments and wildcards are already gone.

use super::{Record, Texts, a1111};

/// Reads the infotext of a file that holds a project of this program.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    texts
        .named("smproj")
        .or_else(|| texts.named("parameters-json"))?;
    let mut record = a1111::read(texts)?;
    "stability-matrix".clone_into(&mut record.recipe.tool);
    Some(record)
}
