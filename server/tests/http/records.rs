//! What other programs tell of pictures that lie elsewhere.

use serde_json::{Value, json};
use testkit::picture;

use crate::client::{Answer, Site};

const UUID: &str = "8d76bd3a-053e-4bb5-a2ab-ce147e53f40c";

async fn post(site: &Site, body: &str) -> (u16, Value) {
    let answer = site.post("/records", "application/json", body).await;
    (answer.status, read(&answer))
}

fn read(answer: &Answer) -> Value {
    assert_eq!(answer.header("content-type"), Some("application/json"));
    serde_json::from_slice(&answer.body).unwrap()
}

/// The body of the first `curl` of a page of documentation.
fn documented() -> String {
    let page = include_str!("../../../docs/records.md");
    let (_, rest) = page.split_once("-d '").unwrap();
    rest.split_once('\'').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_documentation_works() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let example = documented();
    let (status, told) = post(&site, &example).await;
    assert_eq!(
        (status, &told["outcome"]),
        (201, &json!("created")),
        "{told}"
    );
    assert_eq!(told["uuid"], UUID);
    let (status, told) = post(&site, &example).await;
    assert_eq!(
        (status, &told["outcome"]),
        (200, &json!("unchanged")),
        "{told}"
    );
    let id = told["id"].as_str().unwrap();
    for name in [id, UUID] {
        let answer = site.get(&format!("/records/{name}")).await;
        assert_eq!(answer.status, 200);
        let known = read(&answer);
        let sent: Value = serde_json::from_str(&example).unwrap();
        for field in [
            "image_url",
            "user_id",
            "intent",
            "original_prompt",
            "refined_prompt",
            "metadata",
        ] {
            assert_eq!(known[field], sent[field], "{field}");
        }
        assert_eq!(known["has_file"], json!(false));
    }
    let page = site.get(told["page"].as_str().unwrap()).await;
    let text = page.text();
    assert_eq!(page.status, 200);
    // The page leads there, and loads nothing from there.
    let address =
        "https://res.cloudinary.com/demo/image/upload/8d76bd3a-053e-4bb5-a2ab-ce147e53f40c.jpg";
    assert!(text.contains(&format!("href=\"{address}\"")), "no link");
    assert!(!text.contains(&format!("src=\"{address}\"")));
    assert!(text.contains("noopener noreferrer"));
    let grid = site.get("/?intent=generate").await.text();
    assert!(grid.contains("/elsewhere.svg") && !grid.contains(&format!("src=\"{address}\"")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_answered_entry_by_entry() {
    let site = Site::new(&[]).await;
    let body = json!([
        { "image_url": "https://a.test/1.png" },
        { "image_url": "javascript:alert(1)" },
        { "image_url": "https://a.test/1.png", "intent": "edit" },
    ]);
    let (status, told) = post(&site, &body.to_string()).await;
    assert_eq!(status, 200);
    let outcomes: Vec<&str> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["created", "refused", "updated"]);
    let message = told[1]["message"].as_str().unwrap();
    assert!(
        message.contains("Nothing of this record was kept"),
        "{message}"
    );
    assert_eq!(told[0]["id"], told[2]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_record_or_comes_from_elsewhere_is_refused() {
    let site = Site::new(&[]).await;
    for (kind, body, expected) in [
        ("application/json", "{", 422),
        ("application/json", "5", 422),
        (
            "application/json",
            r#"{"image_url":"file:///etc/passwd"}"#,
            422,
        ),
        ("text/plain", r#"{"image_url":"https://a.test/1.png"}"#, 415),
    ] {
        let answer = site.post("/records", kind, body).await;
        assert_eq!(answer.status, expected, "{body}");
        let told = read(&answer);
        let message = told["message"].as_str().unwrap();
        assert!(message.contains("Nothing"), "{message}");
    }
    let large = format!("[\"{}\"]", "x".repeat(3 << 20));
    let answer = site.post("/records", "application/json", &large).await;
    assert_eq!(answer.status, 413);
    let strange = [
        ("origin", "https://elsewhere.test"),
        ("content-type", "application/json"),
    ];
    let body = br#"{"image_url":"https://a.test/1.png"}"#;
    let answer = site.ask("POST", "/records", &strange, body).await;
    assert_eq!(answer.status, 403);
    assert!(site.library.find("").await.is_empty());
    for path in ["/records/x", "/records/00000000000000000000000007"] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        read(&answer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_for_a_record_by_tus() {
    let site = Site::new(&[]).await;
    let (_, told) = post(&site, &documented()).await;
    let id = told["id"].as_str().unwrap();
    let dune = picture::a1111("a quiet dune", 1);
    let length = dune.len().to_string();
    let origin = format!("http://{}", site.address);
    // filename dune.png, attach the UUID
    let metadata = "filename ZHVuZS5wbmc=,attach OGQ3NmJkM2EtMDUzZS00YmI1LWEyYWItY2UxNDdlNTNmNDBj";
    let headers = [
        ("origin", origin.as_str()),
        ("tus-resumable", "1.0.0"),
        ("upload-length", length.as_str()),
        ("upload-metadata", metadata),
        ("content-type", "application/offset+octet-stream"),
    ];
    let sent = site.ask("POST", "/uploads", &headers, &dune).await;
    assert_eq!(
        (sent.status, sent.header("proofsheet-image")),
        (201, Some(id))
    );
    let known = read(&site.get(&format!("/records/{id}")).await);
    assert_eq!(known["has_file"], json!(true));
    let card = site.card("user=test_user").await;
    assert_eq!(
        (card.name.as_str(), card.id.to_string().as_str()),
        ("dune.png", id)
    );
    assert_eq!(site.get(&card.original_url()).await.body, dune);
    let again = site.ask("POST", "/uploads", &headers, &dune).await;
    assert_eq!(again.status, 409);
}
