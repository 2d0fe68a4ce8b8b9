//! With a passphrase set, nobody comes in without it.

use std::collections::BTreeSet;
use std::time::Duration;

use server::Place;
use server::listen::Caps;
use server_fn::axum::server_fn_paths;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Answer, Site};

const RIGHT: &str = "four quiet grey herons";

/// What answers to everybody, and why that is no harm: these pages show nothing of the gallery.
const OPEN: [&str; 5] = ["/sign-in", "/sign-out", "/livez", "/readyz", "/trust"];

const PEOPLE: [(&str, &str); 3] = [
    ("accept", "text/html,application/xhtml+xml"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-site", "none"),
];

async fn closed_site() -> Site {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let owner = site.library.gallery.owner();
    owner.set_passphrase(RIGHT).await.unwrap();
    site.library.clock.advance(1_000);
    site
}

async fn try_passphrase(site: &Site, passphrase: &str, next: &str) -> Answer {
    let escape = |text: &str| {
        text.replace('&', "%26")
            .replace('=', "%3D")
            .replace(' ', "+")
    };
    let body = format!("passphrase={}&next={}", escape(passphrase), escape(next));
    site.post("/sign-in", "application/x-www-form-urlencoded", &body)
        .await
}

/// The cookie that a browser keeps after an answer, as it sends it.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").expect("a cookie");
    set.split(';').next().unwrap().to_owned()
}

async fn signed_in(site: &Site) -> String {
    let answer = try_passphrase(site, RIGHT, "/").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    cookie(&answer)
}

/// Every address that the router knows, with the method that it is asked by: pages, server functions,
/// and what `router` in server/src/lib.rs lists.
fn doors() -> BTreeSet<(&'static str, String)> {
    let pages = server::pages();
    let pages = pages.iter().map(|page| ("GET", page.path().to_owned()));
    let functions = server_fn_paths().map(|(path, _)| ("POST", path.to_owned()));
    let source = include_str!("../../src/lib.rs");
    let listed = source.split(".route(\"").skip(1).map(|rest| {
        let (path, rest) = rest.split_once('"').unwrap();
        let method = if rest.trim_start_matches(", ").starts_with("post") {
            "POST"
        } else {
            "GET"
        };
        let mut parts: Vec<&str> = path.split('/').collect();
        for part in &mut parts {
            if part.starts_with('{') {
                *part = "x";
            }
        }
        (method, parts.join("/"))
    });
    let doors: BTreeSet<_> = pages.chain(functions).chain(listed).collect();
    assert!(doors.len() > 40, "the list has lost its doors: {doors:?}");
    doors
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_is_closed_without_a_session() {
    let site = closed_site().await;
    let card = site.card("").await;
    let real = [
        ("GET", card.original_url()),
        ("GET", card.thumb_url(domain::image::ThumbSize::Small)),
        ("GET", "/no/such/page".to_owned()),
        ("GET", "/sign-in/".to_owned()),
        ("GET", "//sign-in".to_owned()),
        ("GET", "/pkg/x/proofsheet.js".to_owned()),
        ("GET", format!("/?image={}", card.id)),
    ];
    let wrong = "proofsheet-0=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let origin = format!("http://{}", site.address);
    for (method, path) in doors().into_iter().chain(real) {
        if OPEN.contains(&path.as_str()) {
            continue;
        }
        for cookie in ["", wrong] {
            let headers = [("origin", origin.as_str()), ("cookie", cookie)];
            let answer = site.ask(method, &path, &headers, b"{}").await;
            let said = answer.text();
            assert_eq!(answer.status, 401, "{method} {path}: {said}");
            assert_eq!(
                answer.header("content-type"),
                Some("application/json"),
                "{path}"
            );
            assert!(said.contains("\"kind\":\"signed_out\""), "{path}: {said}");
            assert!(!said.contains("fox"), "{path}: {said}");
        }
        if method == "GET" {
            let answer = site.ask("GET", &path, &PEOPLE, b"").await;
            assert_eq!(answer.status, 303, "{path}");
            let way = answer.header("location").unwrap();
            assert!(way.starts_with("/sign-in"), "{path} leads to {way}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_opens_every_door() {
    let site = closed_site().await;
    let cookie = signed_in(&site).await;
    let card = site.card("").await;
    let cookie = [("cookie", cookie.as_str())];
    for path in ["/", "/folders", &card.original_url()] {
        let answer = site.ask("GET", path, &cookie, b"").await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let page = site.ask("GET", "/", &cookie, b"").await.text();
    assert!(page.contains(&card.id.to_string()));
    assert!(page.contains("<html lang=\"en\" data-signed-in"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_passphrase_nothing_asks_for_one() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let page = site.ask("GET", "/", &PEOPLE, b"").await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("data-signed-in"));
    assert_eq!(site.get("/sign-in").await.header("location"), Some("/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_strangers_come_by_nothing_is_open_without_a_passphrase_either() {
    let caps = Caps {
        total: 100,
        per_address: 100,
    };
    let exposed = |_: &std::path::Path| {
        let place = Place {
            exposed: true,
            ..Place::default()
        };
        (place, None)
    };
    let site = Site::at(&[("a.png", "a fox")], caps, exposed).await;
    assert_eq!(site.get("/").await.status, 401);
    let page = site.get("/sign-in").await.text();
    assert!(page.contains("No passphrase is set any more"), "{page}");
    assert!(!page.contains("<form"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_back_to_where_one_wanted_to_go_and_nowhere_else() {
    let site = closed_site().await;
    let wanted = "/?q=fox&view=list";
    let away = site.ask("GET", wanted, &PEOPLE, b"").await;
    let way = away.header("location").unwrap().to_owned();
    assert_eq!(way, "/sign-in?next=/%3Fq%3Dfox%26view%3Dlist");
    let page = site.get(&way).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("value=\"/?q=fox&amp;view=list\""),
        "{}",
        page.text()
    );
    let back = try_passphrase(&site, RIGHT, wanted).await;
    assert_eq!((back.status, back.header("location")), (303, Some(wanted)));
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let back = try_passphrase(&site, RIGHT, elsewhere).await;
        assert_eq!(back.header("location"), Some("/"), "{elsewhere}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_for_this_site_and_no_script() {
    let site = closed_site().await;
    let answer = try_passphrase(&site, RIGHT, "/").await;
    let set = answer.header("set-cookie").unwrap();
    for part in [
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
        "; Max-Age=2592000",
    ] {
        assert!(set.contains(part), "{set}");
    }
    assert!(
        !set.contains("Secure"),
        "no browser keeps it over plain HTTP: {set}"
    );
    // A browser that reached this server through another one, over HTTPS.
    let host = "gallery.test";
    let headers = [
        ("host", host),
        ("origin", "https://gallery.test"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let body = format!("passphrase={}", RIGHT.replace(' ', "+"));
    let answer = site
        .ask("POST", "/sign-in", &headers, body.as_bytes())
        .await;
    let set = answer.header("set-cookie").unwrap();
    assert!(
        set.starts_with("__Host-proofsheet-") && set.ends_with("; Secure"),
        "{set}"
    );
    let kept = [("host", host), ("cookie", set.split(';').next().unwrap())];
    assert_eq!(site.ask("GET", "/", &kept, b"").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_is_told_and_too_many_have_to_wait() {
    let site = closed_site().await;
    for _ in 0..5 {
        let answer = try_passphrase(&site, "four quiet grey hero<b>", "/folders").await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("set-cookie"), None);
        let page = answer.text();
        assert!(page.contains("not the passphrase"), "{page}");
        assert!(page.contains("value=\"/folders\""), "{page}");
        assert!(!page.contains("hero"), "what was typed is shown: {page}");
    }
    for passphrase in ["a wrong one", RIGHT] {
        let answer = try_passphrase(&site, passphrase, "/").await;
        assert_eq!(answer.status, 429);
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert!(answer.text().contains("Try again in a second"));
    }
    site.library.clock.advance(1_000);
    signed_in(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_and_clears_the_browser() {
    let site = closed_site().await;
    let cookie = signed_in(&site).await;
    let origin = format!("http://{}", site.address);
    let headers = [("origin", origin.as_str()), ("cookie", cookie.as_str())];
    // Another site cannot sign somebody out.
    let evil = [
        ("origin", "http://evil.example"),
        ("cookie", cookie.as_str()),
    ];
    assert_eq!(site.ask("POST", "/sign-out", &evil, b"").await.status, 403);
    assert_eq!(site.ask("GET", "/", &headers, b"").await.status, 200);
    let out = site.ask("POST", "/sign-out", &headers, b"").await;
    assert_eq!(
        (out.status, out.header("location")),
        (303, Some("/sign-in"))
    );
    assert_eq!(
        out.header("clear-site-data"),
        Some("\"cache\", \"storage\"")
    );
    let cleared = out.headers.iter().filter(|(name, _)| name == "set-cookie");
    assert!(
        cleared
            .clone()
            .all(|(_, value)| value.contains("Max-Age=0"))
    );
    assert_eq!(cleared.count(), 2);
    assert_eq!(site.ask("GET", "/", &headers, b"").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_from_another_site_is_asked_once_more_with_the_cookie() {
    let site = closed_site().await;
    let cross = [
        ("accept", "text/html"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-site", "cross-site"),
    ];
    let answer = site.ask("GET", "/?q=fox", &cross, b"").await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("http-equiv=\"refresh\""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_ends_with_the_session() {
    let site = closed_site().await;
    let cookie = signed_in(&site).await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let head = format!("GET /events HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut said = String::new();
    while !said.contains("\"total\":1") {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.unwrap();
        assert!(count > 0, "{said}");
        said.push_str(&String::from_utf8_lossy(&part[..count]));
    }
    site.library.gallery.owner().end_all().await.unwrap();
    let ended = async {
        // The end of a chunked answer, after which the connection may live on.
        while !said.ends_with("0\r\n\r\n") {
            let mut part = [0; 4096];
            let count = stream.read(&mut part).await.unwrap();
            said.push_str(&String::from_utf8_lossy(&part[..count]));
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(20), ended).await;
    assert!(ended.is_ok(), "the stream goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sign_in_page_needs_no_script_and_helps_programs_that_keep_passwords() {
    let site = closed_site().await;
    let page = site.get("/sign-in").await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let html = page.text();
    for part in [
        "method=\"post\"",
        "action=\"/sign-in\"",
        "autocomplete=\"current-password\"",
        "autocomplete=\"username\"",
        "type=\"password\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(
        !html.contains("style=\""),
        "the policy would stop it: {html}"
    );
    assert!(
        !html.contains("<script>"),
        "the policy would stop it: {html}"
    );
}
