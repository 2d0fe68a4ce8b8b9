//! Embeds the finished page.
//!
//! `cargo xtask` names the folder of the page in `PROOFSHEET_SITE`; every file of it becomes one
//! entry of a static table. Without the variable (a plain `cargo test` or `cargo clippy`) the table
//! is empty: pages still render, they only have no style and no script.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=PROOFSHEET_SITE");
    let mut table = String::from("&[\n");
    if let Some(site) = env::var_os("PROOFSHEET_SITE").map(PathBuf::from) {
        println!("cargo::rerun-if-changed={}", site.join("stamp").display());
        let root = site.join("files");
        for file in files(&root)? {
            if file
                .extension()
                .is_some_and(|extension| extension == "br" || extension == "gz")
            {
                continue;
            }
            let name = file
                .strip_prefix(&root)
                .unwrap_or(&file)
                .to_string_lossy()
                .replace('\\', "/");
            let _ = writeln!(
                table,
                "Embedded {{ path: {name:?}, bytes: include_bytes!({:?}), brotli: {}, gzip: {} }},",
                file.to_string_lossy(),
                variant(&file, "br"),
                variant(&file, "gz"),
            );
        }
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(out.join("site.rs"), table)
}

/// The expression for a compressed copy beside a file, if there is one.
fn variant(file: &Path, extension: &str) -> String {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    let path = PathBuf::from(name);
    if path.is_file() {
        format!("Some(include_bytes!({:?}))", path.to_string_lossy())
    } else {
        "None".to_owned()
    }
}

/// Every file below a folder, sorted, so that equal pages give equal binaries.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
