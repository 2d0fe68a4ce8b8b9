//! Taking pictures away: what goes into an archive.

use serde::{Deserialize, Serialize};

use crate::{id::ExportId, selection::Selection};

/// What to put into a ZIP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRequest {
    /// Which pictures.
    pub selection: Selection,
    /// How.
    pub options: ExportOptions,
}

/// How the files of an archive are made and named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportOptions {
    /// File name template without extension. Placeholders: `{name}`, `{folder}`, `{n}` (position,
    /// zero-padded), `{date}`, `{time}`, `{seed}`, `{model}`, `{tool}`, `{width}`, `{height}`, `{id}`.
    pub template: String,
    /// Leave out everything but the pixels: no prompt, no workflow, no private data.
    pub strip: bool,
    /// A text file beside each picture with its prompts and parameters.
    pub text: bool,
    /// A JSON file beside each picture with its recipe.
    pub json: bool,
    /// One `manifest.csv` with a line per picture.
    pub manifest: bool,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            template: "{name}".to_owned(),
            strip: false,
            text: true,
            json: false,
            manifest: false,
        }
    }
}

/// How far an export is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportStatus {
    /// Which export.
    pub id: ExportId,
    /// Where it stands.
    pub state: ExportState,
    /// Number of pictures in it.
    pub pictures: u64,
    /// Pictures already read and measured.
    pub prepared: u64,
    /// Size of the whole archive in bytes, once known.
    pub bytes: Option<u64>,
    /// Pictures that had to be left out, with the reason for each, at most 100.
    pub left_out: Vec<(String, String)>,
    /// Why it could not be made, in words for people; empty otherwise, and where all of it was left out.
    #[serde(default)]
    pub why: String,
}

impl ExportStatus {
    /// Where to fetch the archive.
    pub fn url(&self) -> String {
        format!("/export/{}.zip", self.id)
    }
}

/// The states of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// Files are being read for their checksums.
    Preparing,
    /// Ready to be fetched.
    Ready,
    /// It could not be made; nothing was changed.
    Failed,
}
