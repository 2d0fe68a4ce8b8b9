//! Cuts the compiled page into what the first pictures need and what is loaded later.
//!
//! `app/src/later/parts.rs` names the functions at which it is cut. What only one of them reaches,
//! functions and constants, goes into a module of its own, what several of them reach into a shared
//! one. The linker must have kept its relocations for that (`xtask/src/client.rs`), because only they
//! tell which number in the code is an address.
//!
//! ```text
//! proofsheet_bg.wasm     the first module, still to be bound to JavaScript
//! split_<part>.wasm      a part
//! chunk_<n>.wasm         what several parts share
//! __wasm_split.js        loads them, beside the first module's script
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use wasm_split_cli_support::{Options, transform};

/// The script that loads the parts.
const LOADER: &str = "./__wasm_split.js";

/// What came of cutting a page.
pub(crate) struct Pieces {
    /// The module that a page loads first, in a folder of its own.
    pub(crate) first: PathBuf,
    /// The others, in the package folder.
    pub(crate) later: Vec<PathBuf>,
}

/// Whether a file of the package is a part that a page loads when it needs it.
pub(crate) fn is_part(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["split_", "chunk_"]
        .iter()
        .any(|kind| name.starts_with(kind))
}

/// Cuts a page; writes the first module to the folder `work`, everything else to `package`.
pub(crate) fn cut(page: &[u8], work: &Path, package: &Path) -> Result<Pieces> {
    fs::create_dir_all(work)?;
    let first = work.join("first.wasm");
    let mut options = Options::new(page);
    options.output_dir = package;
    options.main_out_path = &first;
    options.link_name = LOADER;
    options.main_module = "./proofsheet.js";
    let cut = transform(options).map_err(|error| anyhow!("cutting the page: {error:#}"))?;
    Ok(Pieces {
        first,
        later: cut.split_modules,
    })
}
