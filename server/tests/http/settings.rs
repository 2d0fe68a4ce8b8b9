//! What is set for a library, over HTTP.

use serde_json::Value;

use crate::{client::Site, exchange::send};

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_by_name_and_go_out_and_in_as_a_file() {
    let site = Site::new(&[]).await;
    let change = async |values: &str| {
        let body = format!("{{\"values\":{values}}}");
        let answer = site
            .post("/fn/settings/change", "application/json", &body)
            .await;
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        (answer.status, said)
    };
    let (status, told) = change(r#"[["trash-days","90"],["notice","never"]]"#).await;
    assert_eq!(
        (status, &told["settings"]["trash_days"]),
        (200, &90.into()),
        "{told}"
    );
    let (status, problem) = change(r#"[["trash-days","5"],["notice","often"]]"#).await;
    assert_eq!(status, 422, "{problem}");

    let answer = site.get("/settings.toml").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/toml"));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let toml = answer.text();
    assert!(toml.contains("\ntrash-days = 90\n"), "{toml}");
    assert!(toml.contains("\nnotice = \"never\"\n"), "{toml}");

    let other = Site::new(&[]).await;
    let (status, told) = send(&other, "settings/import", "settings.toml", &answer.body).await;
    assert_eq!(status, 200, "{told}");
    assert_eq!(other.get("/settings.toml").await.text(), toml);
    let slip = b"trash-days = 5\ntrahs-days = 7\n";
    let (status, problem) = send(&other, "settings/import", "settings.toml", slip).await;
    assert_eq!(status, 422, "{problem}");
    let message = problem["message"].as_str().unwrap();
    assert!(message.contains("trahs-days"), "{message}");
    assert_eq!(other.get("/settings.toml").await.text(), toml);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_holds_before_any_script_runs() {
    let site = Site::new(&[]).await;
    let page = site.get("/settings").await.text();
    for said in ["Days in the trash", "value=\"30\"", "value=\"8GiB\""] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
}
