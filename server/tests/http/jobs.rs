//! Long work: the page, its functions, the table of what failed, and the command beside a running gallery.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use serde_json::{Value, json};
use server::listen::Caps;
use testkit::{Library, picture};

use crate::client::Site;

const CAPS: Caps = Caps {
    total: 100,
    per_address: 100,
};

/// A site whose gallery works, with three pictures of which one is gone.
async fn site() -> Site {
    let library = Library::new(|options| options.finish = true).await;
    for (number, name) in (1..).zip(["a.png", "=b.png", "c.png"]) {
        library.write(name, &picture::a1111("a fox", number));
    }
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    fs::remove_file(library.path("=b.png")).unwrap();
    Site::of(library, CAPS, |_| (server::Place::default(), None))
}

async fn call(site: &Site, endpoint: &str, arguments: &Value) -> (u16, Value) {
    let path = format!("/fn/jobs/{endpoint}");
    let answer = site
        .post(&path, "application/json", &arguments.to_string())
        .await;
    let said = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    (answer.status, said)
}

/// Waits until the job is over.
async fn over(site: &Site, id: &str) -> Value {
    let waiting = async {
        loop {
            let (status, detail) = call(site, "detail", &json!({ "id": id })).await;
            assert_eq!(status, 200, "{detail}");
            let state = detail["job"]["state"].as_str().unwrap();
            if !["waiting", "running"].contains(&state) {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    ended.expect("the job ends")
}

fn proofsheet(data: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_proofsheet"))
        .env("PROOFSHEET_DATA_DIR", data)
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .arg("jobs")
        .args(words)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_started_watched_and_what_failed_goes_away_as_a_table() {
    let site = site().await;
    let empty = site.get("/jobs").await;
    assert_eq!(empty.status, 200);
    let page = empty.text();
    for text in ["Verify all files", "Make all thumbnails", "No jobs"] {
        assert!(page.contains(text), "{text}");
    }
    let (status, job) = call(&site, "start", &json!({ "kind": "verify" })).await;
    assert_eq!(status, 200, "{job}");
    let id = job["id"].as_str().unwrap();
    let detail = over(&site, id).await;
    assert_eq!(detail["job"]["state"], "done", "{detail}");
    assert_eq!(detail["job"]["failed"], 1, "{detail}");
    assert_eq!(detail["log"][0]["text"], "Asked for.");
    let page = site.get("/jobs").await.text();
    let table = format!("/jobs/{id}/failed.csv");
    for text in ["Done in part", "3 of 3", table.as_str()] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("No jobs"));
    let answer = site.get(&table).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    let disposition = answer.header("content-disposition").unwrap();
    assert!(disposition.contains("failed.csv"), "{disposition}");
    let text = answer.text();
    assert!(text.starts_with("\u{feff}name,reason,time"), "{text}");
    assert!(text.contains("=b.png,\"This file is gone."), "{text}");
    let (status, list) = call(&site, "list", &json!({})).await;
    assert_eq!((status, list.as_array().unwrap().len()), (200, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_told_in_words() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let (status, problem) = call(&site, "start", &json!({ "kind": "backup" })).await;
    assert_eq!(status, 422, "{problem}");
    let message = problem["message"].as_str().unwrap();
    assert!(message.contains("proofsheet jobs start"), "{message}");
    let nobody = "00000000000000000000000000";
    let change = json!({ "id": nobody, "change": "pause" });
    assert_eq!(call(&site, "change", &change).await.0, 404);
    for path in [
        format!("/jobs/{nobody}/failed.csv"),
        "/jobs/nonsense/failed.csv".to_owned(),
    ] {
        assert_eq!(site.get(&path).await.status, 404, "{path}");
    }
    // Nobody works here, so it waits and obeys at once.
    let (_, job) = call(&site, "start", &json!({ "kind": "recipes" })).await;
    assert_eq!(job["state"], "waiting", "{job}");
    let change = |change: &str| json!({ "id": job["id"], "change": change });
    assert_eq!(
        call(&site, "change", &change("pause")).await.1["state"],
        "paused"
    );
    let (status, problem) = call(&site, "change", &change("retry")).await;
    assert_eq!((status, &problem["kind"]), (409, &json!("conflict")));
    assert_eq!(
        call(&site, "change", &change("cancel")).await.1["state"],
        "cancelled"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_asks_and_a_running_gallery_works() {
    let site = site().await;
    let data = site.library.data().to_owned();
    assert_eq!(said(&proofsheet(&data, &[])), "No jobs.\n");
    let started = proofsheet(&data, &["start", "verify", "--json"]);
    assert_eq!(started.status.code(), Some(0), "{started:?}");
    let job: Value = serde_json::from_str(&said(&started)).unwrap();
    let id = job["id"].as_str().unwrap();
    over(&site, id).await;
    let short = &id[id.len() - 8..];
    let listed = said(&proofsheet(&data, &["list"]));
    assert!(listed.contains("Done in part"), "{listed}");
    assert!(listed.contains("Verify all files"), "{listed}");
    let log = said(&proofsheet(&data, &["log", short]));
    assert!(log.contains("Asked for."), "{log}");
    let failed = proofsheet(&data, &["failed", short]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(said(&failed).contains("This file is gone."), "{failed:?}");
    let table = said(&proofsheet(&data, &["failed", short, "--csv"]));
    assert!(table.starts_with("\u{feff}name,reason,time"), "{table}");
    // It is put back, and only that is looked at again.
    site.library.write("=b.png", &picture::a1111("a fox", 2));
    site.library.scan().await;
    site.library.gallery.scans().finished().await.unwrap();
    let again = proofsheet(&data, &["retry", short]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    let detail = over(&site, id).await;
    let job = &detail["job"];
    assert_eq!(
        (&job["state"], &job["failed"]),
        (&json!("done"), &json!(0)),
        "{detail}"
    );
    assert_eq!(
        (&job["done"], &job["total"]),
        (&json!(1), &json!(1)),
        "{detail}"
    );
    for (words, expected) in [
        (&["pause"][..], "Which job?"),
        (&["pause", "zzzz"], "No job ends in zzzz"),
        (&["start"], "What shall begin?"),
        (&["start", "backup"], "needs a folder"),
    ] {
        let refused = proofsheet(&data, words);
        assert_eq!(refused.status.code(), Some(3), "{words:?}");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains(expected), "{words:?}: {told}");
    }
    let over = proofsheet(&data, &["pause", short]);
    assert_eq!(over.status.code(), Some(3));
    let told = String::from_utf8_lossy(&over.stderr).into_owned();
    assert!(told.contains("Nothing was changed"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_through_folders_is_a_job_for_the_page_and_the_terminal() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let answer = site.post("/fn/roots/scan_now", "application/json", "{}");
    assert_eq!(answer.await.status, 200);
    let (_, list) = call(&site, "list", &json!({})).await;
    assert_eq!(list[0]["kind"], "scan", "{list}");
    let detail = over(&site, list[0]["id"].as_str().unwrap()).await;
    assert_eq!(detail["job"]["state"], "done", "{detail}");
    let (data, folder) = (site.library.data(), site.library.folder());
    let folder = folder.to_str().unwrap();
    let started = proofsheet(data, &["start", "scan", folder, "--json"]);
    let job: Value = serde_json::from_str(&said(&started)).unwrap();
    assert_eq!(job["about"], folder, "{job}");
    let detail = over(&site, job["id"].as_str().unwrap()).await;
    assert_eq!(detail["job"]["done"], 1, "{detail}");
    let refused = proofsheet(data, &["start", "scan", "/"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("no watched folder"), "{told}");
}
