//! The style sheets: `style/main.css` and `style/later.css` with everything they import, each as one small file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use crate::colours;

/// Both sheets, bundled and minified: the first one, and that of the parts that are loaded later. Fails when a
/// colour is written anywhere but in `tokens.css`.
pub(crate) fn bundles(folder: &Path) -> Result<(String, String)> {
    check_colours(folder)?;
    Ok((
        bundle(&folder.join("main.css"))?,
        bundle(&folder.join("later.css"))?,
    ))
}

fn bundle(sheet: &Path) -> Result<String> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    // Errors borrow from the provider, so they are turned into text here.
    let mut sheet = bundler
        .bundle(sheet)
        .map_err(|error| anyhow!("style: {error}"))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| anyhow!("style: {error}"))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            ..PrinterOptions::default()
        })
        .map_err(|error| anyhow!("style: {error}"))?;
    Ok(printed.code)
}

fn check_colours(folder: &Path) -> Result<()> {
    let mut found = Vec::new();
    for file in style_sheets(folder)? {
        if file.file_name().is_some_and(|name| name == "tokens.css") {
            continue;
        }
        let text = std::fs::read_to_string(&file)?;
        for (line, colour) in colours::written_in(&text) {
            let name = file.strip_prefix(folder).unwrap_or(&file);
            found.push(format!("style/{}:{line}: {colour}", name.display()));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    bail!(
        "colours belong into style/tokens.css, and are used from there as var(--name):\n{}",
        found.join("\n")
    )
}

/// Every `.css` file below a folder, sorted.
fn style_sheets(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut sheets = Vec::new();
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            sheets.extend(style_sheets(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "css") {
            sheets.push(path);
        }
    }
    sheets.sort();
    Ok(sheets)
}
