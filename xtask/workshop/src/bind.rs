//! Cuts the compiled page and binds its first module to JavaScript.
//!
//! The binding is done by wasm-bindgen's own library, whose version Cargo.lock pins beside the
//! crate's, so the two can never differ. wasm-opt is not used: after brotli it saves nothing.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use walrus::ModuleConfig;
use wasm_bindgen_cli_support::Bindgen;

use crate::{names, prune, split};

/// How the page was compiled.
#[derive(Clone, Copy)]
pub(crate) enum Build {
    /// Small: what users get.
    Release,
    /// Quickly, with names and assertions.
    Quick,
}

/// Writes `proofsheet.js`, `proofsheet_bg.wasm`, the parts that are loaded later and the JavaScript
/// snippets of crates to `folder`; uses the folder `work` for what is in between.
pub(crate) fn bind(wasm: &Path, work: &Path, folder: &Path, build: Build) -> Result<()> {
    let quick = matches!(build, Build::Quick);
    let mut page = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    if !quick {
        page = prune::pruned(&page)?;
    }
    let pieces = split::cut(&page, work, folder)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&pieces.first)
        .out_name("proofsheet")
        .typescript(false)
        .debug(quick)
        // Parts share the first module's table of functions.
        .keep_lld_exports(true)
        .remove_name_section(!quick)
        .remove_producers_section(!quick);
    let bound = bindgen.web(true).and_then(Bindgen::generate_output);
    let mut bound = bound.with_context(|| format!("binding {} to JavaScript", wasm.display()))?;
    let short = names::shorten(bound.wasm_mut());
    bound.emit(folder)?;
    let script = folder.join("proofsheet.js");
    fs::write(&script, short.in_script(&fs::read_to_string(&script)?))?;
    if !quick {
        for part in &pieces.later {
            slim(part)?;
        }
    }
    Ok(())
}

/// Writes a part again without its names and without what stands behind the end of a function.
fn slim(part: &Path) -> Result<()> {
    ModuleConfig::new()
        .generate_dwarf(false)
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse_file(part)
        .and_then(|mut module| module.emit_wasm_file(part))
        .with_context(|| format!("writing {}", part.display()))
}
