//! What whoever keeps the server running is told.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::client::Site;

/// Asks until the answer has a status; the index loads in the background.
async fn ready(site: &Site, status: u16) -> String {
    let asking = async {
        loop {
            let answer = site.get("/readyz").await;
            if answer.status == status {
                return answer.text();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(20), asking).await;
    told.expect("it becomes so in twenty seconds")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_says_whether_it_can_be_used_and_why_not() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    assert_eq!(site.get("/livez").await.text(), "alive\n");
    assert_eq!(ready(&site, 200).await, "ready\n");
    let data = site.library.data();
    let away = data.with_extension("away");
    fs::rename(data, &away).unwrap();
    assert_eq!(
        ready(&site, 503).await,
        "the data folder cannot be written\n"
    );
    fs::rename(&away, data).unwrap();
    assert_eq!(ready(&site, 200).await, "ready\n");
    site.library.gallery.close().await;
    assert_eq!(ready(&site, 503).await, "the database does not answer\n");
    assert_eq!(site.get("/livez").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_told_in_the_format_of_prometheus_without_names() {
    let site = Site::new(&[("secret name.png", "a fox"), ("b.png", "a cow")]).await;
    ready(&site, 200).await;
    site.get("/?q=hidden+words").await;
    let answer = site.get("/metrics").await;
    assert_eq!(answer.status, 200);
    let kind = answer.header("content-type").unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let text = answer.text();
    for line in [
        "proofsheet_pictures 2",
        "proofsheet_roots{state=\"online\"} 1",
        "proofsheet_roots{state=\"offline\"} 0",
        "proofsheet_index_rows 2",
        "proofsheet_uploads_open 0",
        "proofsheet_short_of_room 0",
        "# TYPE proofsheet_http_request_duration_seconds histogram",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}: {text}");
    }
    let asked = "proofsheet_http_requests_total{class=\"page\",status=\"200\"} 1";
    assert!(text.lines().any(|own| own == asked), "{text}");
    for secret in [
        "secret",
        "fox",
        "hidden",
        site.library.data().to_str().unwrap(),
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    // Every line is a comment, or a name with labels and a number; every name is described before.
    let mut described = BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            described.insert(rest.split(' ').next().unwrap().to_owned());
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = name.split('{').next().unwrap();
        let endings = ["", "_bucket", "_sum", "_count"];
        let mut bare = endings
            .iter()
            .filter_map(|ending| name.strip_suffix(ending));
        assert!(bare.any(|name| described.contains(name)), "{line}");
    }
    for wanted in ["database_bytes", "free_disk_bytes", "index_bytes"] {
        let name = format!("proofsheet_{wanted} ");
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name.as_str()));
        let value: u64 = line.unwrap().parse().unwrap();
        assert!(value > 0, "{wanted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_closed_like_everything_else_when_a_passphrase_is_set() {
    let site = Site::new(&[]).await;
    let owner = site.library.gallery.owner();
    owner
        .set_passphrase("four quiet grey herons")
        .await
        .unwrap();
    site.library.clock.advance(1_000);
    assert_eq!(site.get("/metrics").await.status, 401);
    ready(&site, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_problems_compares_the_disk_and_says_what_differs() {
    let site = Site::new(&[("a.png", "a fox"), ("b.png", "a cow")]).await;
    ready(&site, 200).await;
    let ask = async |endpoint: &str| {
        let path = format!("/fn/health/{endpoint}");
        let answer = site.post(&path, "application/json", "{}").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    assert_eq!(ask("compared").await, "never");
    let page = site.get("/problems").await.text();
    assert!(page.contains("Compare with the disk"), "{page}");
    fs::remove_file(site.library.path("a.png")).unwrap();
    let begun = ask("compare").await;
    assert!(begun["looking"].is_u64(), "{begun}");
    let waiting = async {
        loop {
            let now = ask("compared").await;
            if now["looking"].is_null() {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    let drift = &ended.expect("it ends")["done"];
    assert_eq!(drift["files"], 2, "{drift}");
    assert_eq!(drift["lines"][0]["kind"], "missing", "{drift}");
    assert_eq!(drift["lines"][0]["count"], 1, "{drift}");
    let page = site.get("/problems").await.text();
    for said in [
        "1 file is not where it was",
        "a.png",
        "href=\"/?is=missing\"",
    ] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
}
