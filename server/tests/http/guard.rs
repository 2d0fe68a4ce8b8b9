//! Other pages and other names get nowhere.

use std::collections::BTreeSet;

use server_fn::axum::server_fn_paths;

use crate::client::Site;

#[tokio::test(flavor = "multi_thread")]
async fn only_our_own_names_are_answered() {
    let site = Site::new(&[]).await;
    let port = site.address.port();
    for ours in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        "GALLERY.test".to_owned(),
    ] {
        let answer = site.ask("GET", "/livez", &[("host", &ours)], b"").await;
        assert_eq!(answer.status, 200, "{ours}");
    }
    for other in [
        "evil.example",
        "127.0.0.1.evil.example",
        "gallery.test.evil.example",
        "",
    ] {
        let answer = site.ask("GET", "/livez", &[("host", other)], b"").await;
        assert!(
            matches!(answer.status, 400 | 421),
            "{other}: {}",
            answer.status
        );
    }
    let two = [("host", "localhost"), ("host", "evil.example")];
    assert!(matches!(
        site.ask("GET", "/livez", &two, b"").await.status,
        400 | 421
    ));
    let absolute = site
        .ask(
            "GET",
            "http://evil.example/livez",
            &[("host", "localhost")],
            b"",
        )
        .await;
    assert_eq!(absolute.status, 421);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_refuses_every_other_page() {
    let site = Site::new(&[]).await;
    let paths: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    assert!(
        paths.len() >= 19,
        "the endpoints are not registered: {paths:?}"
    );
    let ours = format!("http://{}", site.address);
    let attackers: [&[(&str, &str)]; 8] = [
        &[],
        &[("origin", "null")],
        &[("origin", "http://evil.example")],
        &[("origin", "http://localhost:1")],
        &[("sec-fetch-site", "cross-site"), ("origin", &ours)],
        &[("sec-fetch-site", "same-site"), ("origin", &ours)],
        &[("sec-fetch-site", "cross-site"), ("origin", "null")],
        &[
            ("content-type", "text/plain"),
            ("origin", "http://evil.example"),
        ],
    ];
    for path in paths.into_iter().chain(["/export"]) {
        for headers in attackers {
            let answer = site.ask("POST", path, headers, b"{}").await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
            assert!(answer.text().contains("nothing was changed"), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_may_link_here_and_load_nothing() {
    let site = Site::new(&[]).await;
    let (cross, navigate) = (
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
    );
    let loads: [&[(&str, &str)]; 4] = [
        &[cross, ("sec-fetch-mode", "no-cors")],
        &[cross, ("sec-fetch-mode", "cors")],
        &[cross],
        &[cross, navigate, ("sec-fetch-dest", "iframe")],
    ];
    for headers in loads {
        for method in ["GET", "HEAD"] {
            for path in ["/?q=fox", "/livez", "/events"] {
                let answer = site.ask(method, path, headers, b"").await;
                assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
            }
        }
    }
    let links: [&[(&str, &str)]; 4] = [
        &[cross, navigate, ("sec-fetch-dest", "document")],
        &[cross, navigate],
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "cors"),
        ],
        &[("sec-fetch-site", "none"), navigate],
    ];
    for headers in links {
        let answer = site.ask("GET", "/?q=fox", headers, b"").await;
        assert_eq!(answer.status, 200, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing() {
    for (path, method) in server_fn_paths() {
        assert_eq!(
            method,
            http::Method::POST,
            "{path} can be called by an image of another page"
        );
    }
    let site = Site::new(&[]).await;
    let before = site.library.gallery.roots().all().await.unwrap();
    for (path, _) in server_fn_paths() {
        for method in ["GET", "HEAD", "PUT", "DELETE", "TRACE"] {
            let answer = site.ask(method, path, &[], b"").await;
            assert!(answer.status >= 400, "{method} {path}: {}", answer.status);
        }
    }
    assert_eq!(site.library.gallery.roots().all().await.unwrap(), before);
}
