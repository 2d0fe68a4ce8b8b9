//! The commands of the real binary: exit codes, JSON, sentences.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use testkit::picture;

fn proofsheet(data: &Path, words: &[&str]) -> Output {
    let program = Command::new(env!("CARGO_BIN_EXE_proofsheet"));
    run(program, data, words)
}

fn run(mut program: Command, data: &Path, words: &[&str]) -> Output {
    program
        .env("PROOFSHEET_DATA_DIR", data)
        .env("PROOFSHEET_CONFIG", "/dev/null");
    program.args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn inspect_prints_one_object_per_file_and_never_fails_on_a_bad_one() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.png");
    let bad = folder.path().join("bad.png");
    std::fs::write(&good, picture::a1111("a fox", 42)).unwrap();
    std::fs::write(&bad, b"no picture").unwrap();
    let words = [
        "inspect",
        "--json",
        good.to_str().unwrap(),
        bad.to_str().unwrap(),
        "/no/such/file",
    ];
    let output = proofsheet(folder.path(), &words);
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["positive"], "a fox");
    assert_eq!(lines[0]["seed"], 42);
    assert_eq!(lines[0]["path"], good.to_str().unwrap());
    assert!(!lines[1]["notices"].as_array().unwrap().is_empty());
    assert!(!lines[2]["notices"].as_array().unwrap().is_empty());
}

#[test]
fn a_folder_is_painted_scanned_drawn_and_found_healthy() {
    let data = tempfile::tempdir().unwrap();
    let pictures = tempfile::tempdir().unwrap();
    let folder = pictures.path().to_str().unwrap();
    let painted = proofsheet(data.path(), &["demo", folder, "--count", "12", "--small"]);
    assert_eq!(
        painted.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&painted.stderr)
    );
    let scanned = proofsheet(data.path(), &["scan", "--json", "--library", folder]);
    let report: serde_json::Value = serde_json::from_str(&said(&scanned)).unwrap();
    assert!(matches!(scanned.status.code(), Some(0 | 1)), "{report}");
    assert!(report["pictures"].as_u64().unwrap() > 0, "{report}");
    let drawn = proofsheet(
        data.path(),
        &["thumbs", "--force", "--filter", "tool=comfyui"],
    );
    assert!(
        matches!(drawn.status.code(), Some(0 | 1)),
        "{}",
        String::from_utf8_lossy(&drawn.stderr)
    );
    let doctor = proofsheet(data.path(), &["doctor", "--index", "--drift", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&said(&doctor)).unwrap();
    assert!(report["facts"]["index"].is_string(), "{report}");
    assert_eq!(report["facts"]["missing files"], "0", "{report}");
}

#[test]
fn settings_say_where_they_come_from() {
    let data = tempfile::tempdir().unwrap();
    let output = proofsheet(data.path(), &["config", "--json", "--workers", "3"]);
    let config: serde_json::Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!(
        config["workers"],
        serde_json::json!({ "value": 3, "source": "flag" })
    );
    assert_eq!(config["data-dir"]["source"], "environment");
    assert_eq!(config["listen"]["source"], "default");
}

#[test]
fn words_that_are_not_understood_and_things_that_cannot_be_have_their_codes() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(
        proofsheet(data.path(), &["frobnicate"]).status.code(),
        Some(2)
    );
    assert_eq!(proofsheet(data.path(), &["inspect"]).status.code(), Some(2));
    let exposed = proofsheet(data.path(), &["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(exposed.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&exposed.stderr).contains("--insecure-no-auth"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_data_is_refused_in_words() {
    let library = testkit::Library::new(|_| {}).await;
    let second = proofsheet(library.data(), &["scan"]);
    assert_eq!(second.status.code(), Some(3));
    let text = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        text.contains("data folder") || text.contains("already"),
        "{text}"
    );
}

#[test]
fn a_port_in_use_is_told_with_the_next_step() {
    let data = tempfile::tempdir().unwrap();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let refused = proofsheet(data.path(), &["serve", "--listen", &address]);
    assert_eq!(refused.status.code(), Some(3));
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        text.contains(&address) && text.contains("--listen 127.0.0.1:"),
        "{text}"
    );
}

/// A user for whom permissions count; root may read everything.
const SOMEBODY: u32 = 65_534;

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_read_is_told_about_and_never_counts_as_gone() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name);
    let root = fs::metadata(place.path()).unwrap().uid() == 0;
    allow(place.path(), 0o755);
    for folder in [
        "data",
        "pictures",
        "pictures/locked",
        "pictures/without names",
    ] {
        fs::create_dir(path(folder)).unwrap();
        allow(&path(folder), 0o755);
    }
    // The program where everybody may run it.
    fs::copy(env!("CARGO_BIN_EXE_proofsheet"), path("proofsheet")).unwrap();
    if root {
        std::os::unix::fs::chown(path("data"), Some(SOMEBODY), Some(SOMEBODY)).unwrap();
    }
    let pictures = path("pictures").to_str().unwrap().to_owned();
    let scan = |words: &[&str]| {
        let mut program = Command::new(path("proofsheet"));
        if root {
            program.uid(SOMEBODY).gid(SOMEBODY);
        }
        let words = [&["scan", "--library", &pictures], words].concat();
        run(program, &path("data"), &words)
    };
    let report = |output: &Output| -> serde_json::Value {
        let errors = String::from_utf8_lossy(&output.stderr);
        serde_json::from_str(&said(output)).unwrap_or_else(|_| panic!("{errors}"))
    };

    for (number, name) in (1..).zip(["a.png", "locked/b.png", "without names/c.png"]) {
        let bytes = picture::a1111("a fox", number);
        fs::write(path("pictures").join(name), bytes).unwrap();
    }
    let whole = scan(&["--json"]);
    assert_eq!(
        (whole.status.code(), &report(&whole)["pictures"]),
        (Some(0), &3.into())
    );

    allow(&path("pictures/locked"), 0o000);
    // Names can be listed, but nothing can be looked at.
    allow(&path("pictures/without names"), 0o444);
    fs::write(path("pictures/d.png"), picture::a1111("a cow", 4)).unwrap();
    allow(&path("pictures/d.png"), 0o000);
    for _ in 0..3 {
        let output = scan(&["--json"]);
        let report = report(&output);
        assert_eq!(output.status.code(), Some(1), "{report}");
        assert_eq!(
            (&report["pictures"], &report["missing"]),
            (&3.into(), &0.into())
        );
        let mut told: Vec<&str> = report["newest_problems"]
            .as_array()
            .unwrap()
            .iter()
            .inspect(|problem| assert_eq!(problem["code"], "unreadable", "{problem}"))
            .map(|problem| problem["path"].as_str().unwrap())
            .collect();
        told.sort_unstable();
        assert_eq!(told, ["d.png", "locked", "without names/c.png"]);
    }
    let words = said(&scan(&[]));
    let sentence = "pictures/locked: Proofsheet may not read this. It is untouched; allow";
    assert!(words.contains(sentence), "{words}");

    for mended in ["locked", "without names", "d.png"] {
        allow(&path("pictures").join(mended), 0o755);
    }
    let output = scan(&["--json"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0), "{report}");
    assert_eq!(
        (&report["pictures"], &report["missing"]),
        (&4.into(), &0.into())
    );
}

fn with_input(data: &Path, words: &[&str], input: &str) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_proofsheet"))
        .env("PROOFSHEET_DATA_DIR", data)
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .args(words)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_is_set_beside_a_running_gallery_and_holds_there() {
    let library = testkit::Library::new(|_| {}).await;
    let owner = library.gallery.owner();
    let short = with_input(library.data(), &["passphrase"], "short\n");
    assert_eq!(short.status.code(), Some(3));
    let said_why = String::from_utf8_lossy(&short.stderr).into_owned();
    assert!(said_why.contains("at least 12 characters"), "{said_why}");
    let set = with_input(
        library.data(),
        &["passphrase"],
        "four quiet grey herons\r\n",
    );
    assert_eq!(set.status.code(), Some(0), "{set:?}");
    library.clock.advance(1_000);
    assert!(owner.is_set().await.unwrap());
    let here = [127, 0, 0, 1].into();
    let signed_in = owner
        .sign_in("four quiet grey herons", here, "a test")
        .await;
    let gallery::SignIn::Welcome(token) = signed_in.unwrap() else {
        panic!("the passphrase does not hold");
    };
    let listed = said(&proofsheet(library.data(), &["sessions"]));
    assert!(
        listed.contains("127.0.0.1") && listed.contains("a test"),
        "{listed}"
    );
    let ended = said(&proofsheet(library.data(), &["sessions", "--end-all"]));
    assert!(ended.contains(": 1"), "{ended}");
    library.clock.advance(1_000);
    let known = owner.session(token.text()).await.unwrap();
    assert_eq!(known, gallery::Session::None);
    let removed = proofsheet(library.data(), &["passphrase", "--remove"]);
    assert_eq!(removed.status.code(), Some(0));
    library.clock.advance(1_000);
    assert!(!owner.is_set().await.unwrap());
}

#[test]
fn https_without_what_it_needs_is_told_with_the_next_step() {
    let data = tempfile::tempdir().unwrap();
    for (words, expected) in [
        (&["serve", "--tls"][..], "proofsheet tls"),
        (&["serve", "--tls-cert", "a.pem"], "--tls-key"),
        (&["serve", "--tls-key", "a.pem"], "--tls-cert"),
        (
            &["serve", "--tls-cert", "/no/a.pem", "--tls-key", "/no/b.pem"],
            "/no/a.pem",
        ),
    ] {
        let refused = proofsheet(data.path(), &[words, &["--listen", "127.0.0.1:0"]].concat());
        assert_eq!(refused.status.code(), Some(3), "{words:?}");
        let text = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(text.contains(expected), "{words:?}: {text}");
    }
}
