//! Pages are whole without a script, and carry a policy that allows only their own.

use std::time::Duration;

use crate::client::Site;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_holds_the_pictures_and_their_number() {
    let site = Site::new(&[("a.png", "a lighthouse in a storm"), ("b.png", "a red fox")]).await;
    let page = site.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let fox = site.card("q=fox").await;
    assert!(
        page.text().contains(&fox.id.to_string()),
        "the page does not link to its pictures"
    );
    let found = site.get("/?q=lighthouse").await.text();
    assert!(!found.contains(&fox.thumb_url(domain::image::ThumbSize::Small)));
}

#[tokio::test(flavor = "multi_thread")]
async fn text_from_a_file_stays_text() {
    let site = Site::new(&[(
        "a.png",
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
    )])
    .await;
    let card = site.card("").await;
    for path in ["/".to_owned(), format!("/?image={}", card.id)] {
        let page = site.get(&path).await.text();
        assert!(!page.contains("<script>alert"), "{path}");
        assert!(!page.contains("<img src=x"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_has_a_policy_of_its_own() {
    let site = Site::new(&[]).await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = site.get("/").await;
        let policy = page.header("content-security-policy").unwrap().to_owned();
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        let html = page.text();
        // Every script in the page carries the nonce or is a file of ours.
        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            let ours = tag.contains(&format!("nonce=\"{nonce}\"")) || tag.contains("src=\"/");
            assert!(ours, "<script{tag}>");
        }
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_protective_headers() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let card = site.card("").await;
    for path in [
        "/",
        "/livez",
        "/nothing/here",
        "/media/x/y/256.webp",
        &card.original_url(),
    ] {
        let answer = site.get(path).await;
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(
            answer.header("referrer-policy"),
            Some("same-origin"),
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            Some("same-origin"),
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            Some("same-origin"),
            "{path}"
        );
        assert!(answer.header("permissions-policy").is_some(), "{path}");
        assert!(answer.header("content-security-policy").is_some(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_a_page_for_people_and_a_sentence_for_scripts() {
    let site = Site::new(&[]).await;
    let page = site
        .ask("GET", "/no/such/page", &[("accept", "text/html")], b"")
        .await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("</html>"));
    let sentence = site.get("/no/such/page").await;
    assert_eq!(sentence.status, 404);
    assert!(sentence.text().ends_with(".\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_compressed_for_whoever_reads_it() {
    let site = Site::new(&[]).await;
    let page = site
        .ask("GET", "/", &[("accept-encoding", "br")], b"")
        .await;
    assert_eq!(page.header("content-encoding"), Some("br"));
    assert_eq!(site.get("/").await.header("content-encoding"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_asked_for_at_the_same_time_all_arrive() {
    let site = Site::new(&[("a.png", "a lighthouse in a storm"), ("b.png", "a red fox")]).await;
    let fox = site.card("q=fox").await;
    let paths = [
        "/".to_owned(),
        "/?q=fox&view=list".to_owned(),
        format!("/?image={}", fox.id),
        "/folders".to_owned(),
        "/inspect".to_owned(),
        "/nowhere".to_owned(),
    ];
    let browser = [("accept", "text/html")];
    let asker = async |number: usize| {
        for turn in 0..12 {
            let path = &paths[(number + turn) % paths.len()];
            let mut page = site.ask("GET", path, &browser, b"").await;
            // Who finds no room is told to come again, and finds it as soon as others are answered.
            for _ in 0..40 {
                if page.status != 503 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
                page = site.ask("GET", path, &browser, b"").await;
            }
            let expected = if path == "/nowhere" { 404 } else { 200 };
            assert_eq!(page.status, expected, "{path}");
            assert!(page.text().contains("</html>"), "{path} is cut off");
        }
    };
    futures::future::join_all((0..8).map(asker)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_answers_say_of_which_library_they_are() {
    let site = Site::new(&[]).await;
    let page = site.get("/").await;
    let made = page.header("proofsheet").unwrap().to_owned();
    let (library, build) = made.split_once(' ').unwrap();
    assert_eq!(library, site.library.gallery.library());
    let text = page.text();
    assert!(
        text.contains(&format!("data-library=\"{library}\"")),
        "{text}"
    );
    assert!(text.contains(&format!("data-build=\"{build}\"")), "{text}");
    let answer = site.post("/fn/judge/aside", "application/json", "{}").await;
    assert_eq!(answer.header("proofsheet"), Some(made.as_str()));
    let other = Site::new(&[]).await;
    assert_ne!(library, other.library.gallery.library());
}
