//! The finished page in one folder: `target/site`, which the server embeds.
//!
//! ```text
//! target/site/assets.json                          the hash, and sizes for the budget
//! target/site/files/pkg/<hash>/proofsheet.js       with .br and .gz beside each text file
//! target/site/files/pkg/<hash>/proofsheet_bg.wasm  the first module
//! target/site/files/pkg/<hash>/__wasm_split.js     loads the parts
//! target/site/files/pkg/<hash>/split_<part>.wasm   and chunk_<n>.wasm, see split.rs
//! target/site/files/pkg/<hash>/proofsheet.css
//! target/site/files/pkg/<hash>/later.css
//! target/site/files/pkg/<hash>/snippets/..
//! target/site/files/favicon.svg ..                 everything in public/
//! ```
//!
//! How the page finds its script: one hash over everything names the *folder*, so the files keep
//! the names that wasm-bindgen gives them and relative imports between them stay right. The server
//! tells Leptos `site_pkg_dir = "pkg/<hash>"` and `output_name = "proofsheet"`; its
//! `HydrationScripts` and `HashedStylesheet` then write the right addresses, with the nonce, and
//! nothing of our own is needed.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bind::{Build, bind};
use crate::{split, style};

/// Raised when the layout of the folder changes, so that an old one is not taken for new.
const LAYOUT: &str = "5";

/// What is worth compressing; pictures and fonts already are.
const TEXT: [&str; 8] = [
    "js",
    "wasm",
    "css",
    "svg",
    "json",
    "webmanifest",
    "txt",
    "html",
];

/// The style of the parts that are loaded later; `app/src/later.rs` asks for it by this name.
const LATER: &str = "later.css";

/// Makes the folder `site` of the compiled page `wasm` and of `style/` and `public/` below `root`,
/// unless none of them has changed since the last time. Answers a remark for the terminal.
pub(crate) fn make(root: &Path, wasm: &Path, site: &Path, build: Build) -> Result<&'static str> {
    let (css, later) = style::bundles(&root.join("style"))?;
    let stamp = stamp(root, wasm, &[&css, &later])?;
    if fs::read_to_string(site.join("stamp")).is_ok_and(|known| known == stamp) {
        return Ok("nothing changed");
    }
    let _ = fs::remove_dir_all(site);
    let hash = &stamp[..16];
    let package = site.join("files/pkg").join(hash);
    fs::create_dir_all(&package)?;
    let work = site.join("work");
    bind(wasm, &work, &package, build)?;
    fs::remove_dir_all(work)?;
    fs::write(package.join("proofsheet.css"), &css)?;
    fs::write(package.join(LATER), &later)?;
    copy_folder(&root.join("public"), &site.join("files"))?;
    name_build(&site.join("files"), hash)?;
    let mut sizes = serde_json::Map::new();
    for file in files(&site.join("files"))? {
        let bytes = compress(&file, build)?;
        let name = file
            .strip_prefix(site.join("files"))?
            .to_string_lossy()
            .replace('\\', "/");
        sizes.insert(name, bytes.into());
    }
    let manifest = serde_json::json!({
        "hash": hash,
        "js": format!("pkg/{hash}/proofsheet.js"),
        "wasm": format!("pkg/{hash}/proofsheet_bg.wasm"),
        "css": format!("pkg/{hash}/proofsheet.css"),
        "compressed_bytes": sizes,
    });
    fs::write(
        site.join("assets.json"),
        serde_json::to_string_pretty(&manifest)?,
    )?;
    // Last: a build that was interrupted must not look finished.
    fs::write(site.join("stamp"), &stamp)?;
    Ok("")
}

/// What a first visit downloads before any picture: scripts, the first module and style, compressed,
/// in bytes. Parts that are loaded later count where they are wanted, not here.
pub(crate) fn first_page_bytes(site: &Path) -> Result<u64> {
    let text = fs::read_to_string(site.join("assets.json"))?;
    let manifest: serde_json::Value = serde_json::from_str(&text)?;
    let sizes = manifest["compressed_bytes"]
        .as_object()
        .context("assets.json without sizes")?;
    let needed = sizes
        .iter()
        .filter(|(name, _)| name.starts_with("pkg/") && !split::is_part(name))
        .filter(|(name, _)| !name.ends_with(LATER));
    Ok(needed.filter_map(|(_, size)| size.as_u64()).sum())
}

/// Tells the worker which build this is and which files the page needs. It differs by that from the worker
/// of any other build, which is how browsers notice.
fn name_build(folder: &Path, hash: &str) -> Result<()> {
    let worker = folder.join("sw.js");
    let mut needed = Vec::new();
    for file in files(folder)? {
        let name = file
            .strip_prefix(folder)?
            .to_string_lossy()
            .replace('\\', "/");
        if name != "sw.js" && !name.starts_with("screenshot") {
            needed.push(format!("/{name}"));
        }
    }
    let site = serde_json::json!({ "build": hash, "files": needed });
    let text = fs::read_to_string(&worker).context("public/sw.js")?;
    fs::write(worker, format!("self.SITE = {site};\n{text}"))?;
    Ok(())
}

/// A fingerprint of everything that goes into the folder.
fn stamp(root: &Path, wasm: &Path, sheets: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    hasher.write(LAYOUT.as_bytes());
    hasher.write(&fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?);
    for sheet in sheets {
        hasher.write(sheet.as_bytes());
    }
    for file in files(&root.join("public"))? {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(file)?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Writes `.br` and `.gz` beside a text file; returns the bytes that a browser will load.
fn compress(file: &Path, build: Build) -> Result<u64> {
    let bytes = fs::read(file)?;
    let extension = file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    if !TEXT.contains(&extension) || matches!(build, Build::Quick) {
        return Ok(bytes.len() as u64);
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    fs::write(beside(file, "gz"), gzip.finish()?)?;
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut bytes.as_slice(), &mut packed, &parameters)?;
    fs::write(beside(file, "br"), &packed)?;
    Ok(packed.len() as u64)
}

fn beside(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Every file below a folder, sorted; nothing when there is no folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(found);
    };
    for entry in entries {
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

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, target)?;
    }
    Ok(())
}
