//! Who may import whom.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::{none, root};

/// Our crates and which of ours each may import. Crates that only tests use are not looked at.
const OURS: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("metadata", &["domain"]),
    ("media", &["domain"]),
    ("store", &["domain"]),
    ("index", &["domain"]),
    ("demo", &["domain"]),
    (
        "gallery",
        &["demo", "domain", "index", "media", "metadata", "store"],
    ),
    ("testkit", &["domain", "gallery", "media"]),
    ("app", &["domain", "gallery"]),
    ("frontend", &["app"]),
    ("server", &["app", "demo", "domain", "gallery"]),
    ("workshop", &["domain", "testkit"]),
    ("xtask", &[]),
];

/// Outside crates that belong to certain crates of ours alone.
const OUTSIDE: [(&str, &[&str]); 22] = [
    ("argon2", &["gallery"]),
    ("axum", &["server", "workshop"]),
    ("blake3", &["gallery", "store"]),
    ("clap", &["server"]),
    ("flate2", &["gallery", "metadata", "workshop"]),
    ("http", &["app", "server"]),
    ("hyper", &["server"]),
    ("image", &["demo", "media"]),
    ("leptos", &["app", "frontend", "server"]),
    ("leptos_axum", &["app", "server"]),
    ("leptos_router", &["app"]),
    ("libwebp-sys", &["media"]),
    ("notify", &["gallery"]),
    ("png", &["demo", "media", "metadata"]),
    ("quick-xml", &["metadata"]),
    ("rcgen", &["server"]),
    ("rustls", &["server"]),
    ("sqlx", &["store"]),
    ("tokio-tungstenite", &["server"]),
    ("tower-http", &["server"]),
    ("web-sys", &["app"]),
    ("zip", &["media"]),
];

/// Crates that do no input or output and know no clock, and what they therefore never import.
const PURE: [&str; 5] = ["demo", "domain", "index", "media", "metadata"];
const IMPURE: [&str; 9] = [
    "axum", "futures", "ignore", "leptos", "notify", "reqwest", "sqlx", "tokio", "tracing",
];

/// What must never reach the browser: weight without use there, or things that cannot run.
const NOT_IN_WASM: [&str; 12] = [
    "axum",
    "chrono",
    "gallery",
    "hyper",
    "image",
    "leptos_axum",
    "rustls",
    "sqlx",
    "time",
    "tokio",
    "uuid",
    "zip",
];

/// Crates that ask other servers over HTTP. The gallery holds addresses that strangers sent; as long as none of
/// these is there, nothing can ask for what lies at one. The one exception is `TALKS`.
const ASKING: [&str; 8] = [
    "attohttpc",
    "curl",
    "hyper-rustls",
    "hyper-tls",
    "isahc",
    "minreq",
    "reqwest",
    "ureq",
];

/// The one file that opens connections: to a ComfyUI that the settings name, on this machine or in its local
/// network, and to nothing else. It speaks with `tokio-tungstenite` and twenty lines of HTTP/1.0.
const TALKS: &str = "server/src/comfyui/link.rs";

/// How a connection is opened.
const OPENING: [&str; 5] = [
    "TcpStream::connect",
    "UnixStream::connect",
    "connect_async",
    "client_async",
    "hyper_util::client",
];

/// Each crate of ours with what it imports outside of tests.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let package = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap();
        let normal = dependencies
            .iter()
            .filter(|dependency| dependency["kind"].is_null());
        let names = normal.map(|dependency| dependency["name"].as_str().unwrap().to_owned());
        (
            package["name"].as_str().unwrap().to_owned(),
            names.collect(),
        )
    };
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(package)
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn our_crates_import_only_what_lies_below_them() {
    let allowed: BTreeMap<&str, &[&str]> = OURS.into_iter().collect();
    let mut findings = Vec::new();
    for (name, imports) in imports() {
        let Some(may) = allowed.get(name.as_str()) else {
            findings.push(format!(
                "{name} is new: say in this test what it may import"
            ));
            continue;
        };
        let ours = imports
            .iter()
            .filter(|import| allowed.contains_key(import.as_str()));
        findings.extend(
            ours.filter(|import| !may.contains(&import.as_str()))
                .map(|import| format!("{name} imports {import}")),
        );
    }
    none("arrows point one way", &findings);
}

#[test]
fn outside_crates_stay_where_they_belong() {
    let imports = imports();
    let mut findings = Vec::new();
    for (outside, homes) in OUTSIDE {
        let users = imports
            .iter()
            .filter(|(_, imports)| imports.contains(outside));
        findings.extend(
            users
                .filter(|(name, _)| !homes.contains(&name.as_str()))
                .map(|(name, _)| format!("{name} imports {outside}, which belongs to {homes:?}")),
        );
    }
    for pure in PURE {
        let imports = &imports[pure];
        let impure = IMPURE.iter().filter(|name| imports.contains(**name));
        findings.extend(impure.map(|name| format!("{pure} is pure and imports {name}")));
    }
    none("outside crates", &findings);
}

#[test]
fn nothing_heavy_reaches_the_browser() {
    let tree = cargo(&[
        "tree",
        "--package",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--offline",
    ]);
    let names: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(
        names.contains("app"),
        "the browser's half has lost its pages"
    );
    let found: Vec<String> = NOT_IN_WASM
        .iter()
        .filter(|name| names.contains(**name))
        .map(|name| {
            format!("{name}: cargo tree -p frontend --target wasm32-unknown-unknown -i {name}")
        })
        .collect();
    none("too heavy for the browser", &found);
}

#[test]
fn the_app_has_one_feature_and_hydration_is_switched_on_by_the_frontend_alone() {
    let metadata = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if name == "app" {
            let features: Vec<&String> = package["features"].as_object().unwrap().keys().collect();
            assert_eq!(features, ["ssr"]);
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            let features = dependency["features"].as_array().unwrap();
            let hydrates = features.iter().any(|feature| feature == "hydrate");
            assert!(
                !hydrates || name == "frontend",
                "{name} switches hydration on"
            );
            assert!(
                name != "frontend" || dependency["target"] == "cfg(target_arch = \"wasm32\")",
                "the frontend imports {} on the host, where it would meet the server's features",
                dependency["name"]
            );
        }
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let manifests = crate::files(&["Cargo.toml"]);
    let without: Vec<String> = manifests
        .iter()
        .filter(|path| path.as_os_str() != "Cargo.toml")
        .filter(|path| !crate::text(path).contains("[lints]\nworkspace = true"))
        .map(|path| path.display().to_string())
        .collect();
    none("lints", &without);
}

#[test]
fn nothing_can_ask_another_server() {
    let lock = crate::text(&root().join("Cargo.lock"));
    let asks = |name: &&&str| lock.contains(&format!("name = \"{name}\"\n"));
    let found: Vec<String> = ASKING
        .iter()
        .filter(asks)
        .map(ToString::to_string)
        .collect();
    none("no crate asks other servers over HTTP", &found);
    assert!(
        lock.contains("name = \"axum\"\n"),
        "the lock file reads otherwise"
    );
}

#[test]
fn only_the_link_to_comfyui_opens_connections() {
    // What measures the server asks it, and is no part of it.
    let ours = |path: &&std::path::PathBuf| {
        let tests = path
            .iter()
            .any(|part| part == "tests" || part == "examples");
        !tests && !path.starts_with("xtask")
    };
    let opens = |path: &&std::path::PathBuf| {
        let text = crate::text(path);
        OPENING.iter().any(|how| text.contains(how))
    };
    let files = crate::files(&[".rs"]);
    let found: Vec<String> = files
        .iter()
        .filter(ours)
        .filter(opens)
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(found, [TALKS], "only this file opens connections");
}
