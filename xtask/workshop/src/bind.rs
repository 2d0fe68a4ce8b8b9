//! Binds the compiled page to JavaScript.
//!
//! The binding is done by wasm-bindgen's own library, whose version Cargo.lock pins beside the
//! crate's, so the two can never differ. wasm-opt is not used: after brotli it saves nothing.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::prune;

/// How the page was compiled.
#[derive(Clone, Copy)]
pub(crate) enum Build {
    /// Small: what users get.
    Release,
    /// Quickly, with names and assertions.
    Quick,
}

/// Writes `proofsheet.js`, `proofsheet_bg.wasm` and the JavaScript snippets of crates to `folder`.
pub(crate) fn bind(wasm: &Path, folder: &Path, build: Build) -> Result<()> {
    let quick = matches!(build, Build::Quick);
    let mut bindgen = Bindgen::new();
    if quick {
        bindgen.input_path(wasm);
    } else {
        bindgen.input_module("proofsheet", prune::pruned(wasm)?);
    }
    bindgen
        .out_name("proofsheet")
        .typescript(false)
        .debug(quick);
    bindgen
        .remove_name_section(!quick)
        .remove_producers_section(!quick);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .with_context(|| format!("binding {} to JavaScript", wasm.display()))
}
