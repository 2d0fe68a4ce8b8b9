//! Server functions: JSON in, JSON out, and problems in words for people.

use serde_json::{Value, json};

use crate::client::Site;

async fn call(site: &Site, endpoint: &str, arguments: &Value) -> (u16, Value) {
    let answer = site
        .post(
            &format!("/fn/{endpoint}"),
            "application/json",
            &arguments.to_string(),
        )
        .await;
    (
        answer.status,
        serde_json::from_slice(&answer.body).unwrap_or(Value::Null),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_gets_its_answer() {
    let site = Site::new(&[("a.png", "a fox"), ("b.png", "a heron")]).await;
    let card = site.card("q=fox").await;
    let (status, detail) = call(&site, "images/image", &json!({ "id": card.id })).await;
    assert_eq!(status, 200, "{detail}");
    assert_eq!(detail["recipe"]["positive"], "a fox");
    let (status, progress) = call(&site, "roots/progress", &json!({})).await;
    assert_eq!((status, &progress["total"]), (200, &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_has_its_status_and_no_internal_text() {
    let site = Site::new(&[]).await;
    let unknown = json!({ "id": "00000000000000000000000000" });
    let (status, problem) = call(&site, "images/image", &unknown).await;
    assert_eq!((status, &problem["kind"]), (404, &json!("not_found")));
    let nowhere = json!({ "path": "/no/such/folder" });
    let (status, problem) = call(&site, "roots/add", &nowhere).await;
    assert_eq!(status, 404, "{problem}");
    for garbage in ["", "{", "[]", "{\"id\":5}", "{\"id\":\"../../etc/passwd\"}"] {
        let answer = site
            .post("/fn/images/image", "application/json", garbage)
            .await;
        assert!(answer.status >= 400, "{garbage}");
        let text = answer.text();
        for internal in [
            "expected", "line 1", "column", "serde", "EOF", "panicked", "sqlx", ".rs:",
        ] {
            assert!(!text.contains(internal), "{garbage}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_no_address_could_hold_is_refused() {
    use domain::query::{Query, Word, Words};
    let site = Site::new(&[("a.png", "a fox")]).await;
    let words = |count: usize, length: usize| Query {
        words: (0..count)
            .map(|number| Words {
                any: vec![Word {
                    not: false,
                    text: format!("{number}{}", "x".repeat(length)),
                }],
            })
            .collect(),
        ..Query::default()
    };
    for (query, expected) in [
        (words(Query::MAX_ATOMS, 2), 200),
        (words(Query::MAX_ATOMS + 1, 2), 413),
        (words(1, Query::MAX_BYTES), 413),
    ] {
        for (endpoint, rest) in [
            ("search/first_page", json!({ "len": 1 })),
            ("search/facets", json!({})),
            ("search/suggest", json!({ "field": "model", "text": "x" })),
            ("search/outside", json!({ "result": null, "ids": [] })),
        ] {
            let mut arguments = rest;
            arguments["query"] = serde_json::to_value(&query).unwrap();
            let (status, answer) = call(&site, endpoint, &arguments).await;
            assert_eq!(status, expected, "{endpoint}: {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_only_looked_at_is_read_and_not_kept() {
    let site = Site::new(&[]).await;
    let picture = testkit::picture::a1111("a glass mountain", 3);
    let mut body =
        b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"p.png\"\r\n\r\n"
            .to_vec();
    body.extend(&picture);
    body.extend(b"\r\n--x--\r\n");
    let origin = format!("http://{}", site.address);
    let headers = [
        ("origin", origin.as_str()),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    let answer = site
        .ask("POST", "/fn/images/inspect", &headers, &body)
        .await;
    let read: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer.status, 200, "{read}");
    assert_eq!(read["recipe"]["positive"], "a glass mountain");
    assert!(site.library.find("").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judgement_with_an_id_is_done_once_and_one_without_still_is() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let card = site.card("").await;
    let these = json!({ "these": [card.id] });
    let operation = "01m8mbk6kpe02vwk45s3983gx2";
    let approve = json!({
        "selection": these,
        "edit": { "verdict": "approved" },
        "sent": { "operation": operation },
    });
    let (status, first) = call(&site, "judge/set", &approve).await;
    assert_eq!((status, &first["operation"]), (200, &json!(operation)));
    assert_eq!(call(&site, "judge/set", &approve).await, (200, first));
    let other = json!({
        "selection": these,
        "edit": { "rating": 3 },
        "sent": { "operation": operation },
    });
    let (status, problem) = call(&site, "judge/set", &other).await;
    assert_eq!((status, &problem["kind"]), (409, &json!("conflict")));
    let plain = json!({ "selection": these, "edit": { "rating": 3 } });
    let (status, done) = call(&site, "judge/set", &plain).await;
    assert_eq!((status, &done["changed"]), (200, &json!(1)));
    let late = json!({
        "selection": these,
        "edit": { "verdict": "rejected" },
        "sent": {
            "operation": "01m8mbk6kpe02vwk45s3983gx3",
            "seen": [[card.id, { "verdict": "undecided" }]],
        },
    });
    let (status, left) = call(&site, "judge/set", &late).await;
    assert_eq!((status, &left["changed"]), (200, &json!(0)));
    assert_eq!(left["conflicts"], json!(1));
}
