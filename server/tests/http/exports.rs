//! Taking pictures away without a script, and resuming.

use crate::client::Site;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_leads_to_an_archive_that_can_be_resumed() {
    let site = Site::new(&[("a.png", "a fox"), ("b.png", "a heron")]).await;
    let cards = site.library.find("").await;
    let form: Vec<String> = cards.iter().map(|card| format!("id={}", card.id)).collect();
    let form = format!("{}&text=on", form.join("&"));
    let answer = site
        .post("/export", "application/x-www-form-urlencoded", &form)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let url = answer.header("location").unwrap();
    let whole = site.get(url).await;
    assert_eq!(
        (whole.status, whole.header("content-type")),
        (200, Some("application/zip"))
    );
    assert_eq!(
        whole.header("content-length"),
        Some(whole.body.len().to_string().as_str())
    );
    assert!(
        whole
            .header("content-disposition")
            .unwrap()
            .starts_with("attachment; filename=\"proofsheet-")
    );
    let text = String::from_utf8_lossy(&whole.body).into_owned();
    for name in ["a.png", "a.txt", "b.png", "b.txt"] {
        assert!(text.contains(name), "{name}");
    }
    let tag = whole.header("etag").unwrap();
    let rest = site
        .ask(
            "GET",
            url,
            &[("range", "bytes=100-"), ("if-range", tag)],
            b"",
        )
        .await;
    assert_eq!(
        (rest.status, rest.body.as_slice()),
        (206, &whole.body[100..])
    );
    let changed = site
        .ask(
            "GET",
            url,
            &[("range", "bytes=100-"), ("if-range", "\"x\"")],
            b"",
        )
        .await;
    assert_eq!(changed.body, whole.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_of_nothing_and_an_unknown_one_are_refused_in_words() {
    let site = Site::new(&[]).await;
    let empty = site
        .post("/export", "application/x-www-form-urlencoded", "text=on")
        .await;
    assert_eq!(empty.status, 422, "{}", empty.text());
    for path in [
        "/export/00000000000000000000000000.zip",
        "/export/..%2fx.zip",
        "/export/x",
    ] {
        assert_eq!(site.get(path).await.status, 404, "{path}");
    }
}
