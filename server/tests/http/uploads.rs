//! Files that come in by tus.

use testkit::picture;

use crate::client::{Answer, Site};

/// Asks like a page of the server itself that speaks tus.
async fn tus(site: &Site, method: &str, path: &str, more: &[(&str, &str)], body: &[u8]) -> Answer {
    let origin = format!("http://{}", site.address);
    let mut headers = vec![("origin", origin.as_str()), ("tus-resumable", "1.0.0")];
    headers.extend(more);
    site.ask(method, path, &headers, body).await
}

const BYTES: (&str, &str) = ("content-type", "application/offset+octet-stream");

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_announced_sent_in_pieces_and_found() {
    let site = Site::new(&[]).await;
    let about = tus(&site, "OPTIONS", "/uploads", &[], b"").await;
    assert_eq!(about.status, 204);
    assert_eq!(about.header("tus-version"), Some("1.0.0"));
    assert_eq!(
        about.header("tus-extension"),
        Some("creation,creation-with-upload,expiration,checksum,termination")
    );
    assert_eq!(about.header("tus-checksum-algorithm"), Some("sha1,sha256"));

    let dune = picture::a1111("a quiet dune", 1);
    let length = dune.len().to_string();
    // my dune.png
    let named = [
        ("upload-length", length.as_str()),
        (
            "upload-metadata",
            "filetype aW1hZ2UvcG5n,filename bXkgZHVuZS5wbmc=",
        ),
    ];
    let begun = tus(&site, "POST", "/uploads", &named, b"").await;
    assert_eq!(
        (begun.status, begun.header("upload-offset")),
        (201, Some("0")),
        "{}",
        begun.text()
    );
    let place = begun.header("location").unwrap().to_owned();
    assert!(begun.header("upload-expires").unwrap().ends_with("GMT"));
    assert_eq!(begun.header("tus-resumable"), Some("1.0.0"));

    let first = [BYTES, ("upload-offset", "0")];
    let more = tus(&site, "PATCH", &place, &first, &dune[..200]).await;
    assert_eq!(
        (more.status, more.header("upload-offset")),
        (204, Some("200"))
    );
    assert_eq!(more.header("proofsheet-image"), None);
    let elsewhere = tus(&site, "PATCH", &place, &first, &dune[..200]).await;
    assert_eq!(elsewhere.status, 409);
    let far = tus(&site, "HEAD", &place, &[], b"").await;
    assert_eq!(
        (far.status, far.header("upload-offset")),
        (200, Some("200"))
    );
    assert_eq!(far.header("upload-length"), Some(length.as_str()));
    assert_eq!(
        far.header("upload-metadata"),
        Some("filename bXkgZHVuZS5wbmc=")
    );
    assert_eq!(far.header("cache-control"), Some("no-store"));

    let garbled = [
        BYTES,
        ("upload-offset", "200"),
        ("upload-checksum", "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ];
    let answer = tus(&site, "PATCH", &place, &garbled, &dune[200..]).await;
    assert_eq!(answer.status, 460, "{}", answer.text());
    let rest = [BYTES, ("upload-offset", "200")];
    let whole = tus(&site, "PATCH", &place, &rest, &dune[200..]).await;
    assert_eq!(
        (whole.status, whole.header("upload-offset")),
        (204, Some(length.as_str()))
    );
    let card = site.card("q=dune").await;
    assert_eq!(card.name, "my dune.png");
    assert_eq!(
        whole.header("proofsheet-image"),
        Some(card.id.to_string().as_str())
    );
    assert_eq!(whole.header("proofsheet-duplicate"), None);
    let original = site.get(&card.original_url()).await;
    assert_eq!(original.body, dune);

    let at_once = [BYTES, ("upload-length", length.as_str())];
    let again = tus(&site, "POST", "/uploads", &at_once, &dune).await;
    assert_eq!(
        (again.status, again.header("proofsheet-duplicate")),
        (201, Some("true"))
    );
    assert_eq!(
        again.header("proofsheet-image"),
        whole.header("proofsheet-image")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_tus_or_no_picture_is_refused_in_words() {
    let site = Site::new(&[]).await;
    let origin = format!("http://{}", site.address);
    let bare = [("origin", origin.as_str()), ("upload-length", "5")];
    let other = site.ask("POST", "/uploads", &bare, b"").await;
    assert_eq!(
        (other.status, other.header("tus-version")),
        (412, Some("1.0.0"))
    );
    let strange = [
        ("origin", "https://elsewhere.test"),
        ("tus-resumable", "1.0.0"),
        ("upload-length", "5"),
    ];
    assert_eq!(
        site.ask("POST", "/uploads", &strange, b"").await.status,
        403
    );

    for (headers, status) in [
        (&[("upload-length", "many")][..], 422),
        (&[("upload-length", "0")], 422),
        (&[("upload-length", "99999999999999")], 413),
        (
            &[("upload-length", "5"), ("upload-metadata", "filename %%%")],
            422,
        ),
    ] {
        let answer = tus(&site, "POST", "/uploads", headers, b"").await;
        assert_eq!(answer.status, status, "{headers:?}");
        assert!(answer.text().contains(". "), "{}", answer.text());
    }
    // {"rating": 4} and {"rating": 9}
    for (about, status) in [("eyJyYXRpbmciOiA0fQ==", 201), ("eyJyYXRpbmciOiA5fQ==", 422)] {
        let metadata = format!("filename YS5wbmc=,about {about}");
        let headers = [
            ("upload-length", "5"),
            ("upload-metadata", metadata.as_str()),
        ];
        let answer = tus(&site, "POST", "/uploads", &headers, b"").await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let script = [BYTES, ("upload-length", "10")];
    let refused = tus(&site, "POST", "/uploads", &script, b"#!/bin/sh\n").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("none of PNG"), "{}", refused.text());

    let begun = tus(&site, "POST", "/uploads", &[("upload-length", "5")], b"").await;
    let place = begun.header("location").unwrap().to_owned();
    let untyped = tus(&site, "PATCH", &place, &[("upload-offset", "0")], b"hello").await;
    assert_eq!(untyped.status, 415);
    let too_much = [BYTES, ("upload-offset", "0")];
    assert_eq!(
        tus(&site, "PATCH", &place, &too_much, b"hello world")
            .await
            .status,
        413
    );
    assert_eq!(tus(&site, "DELETE", &place, &[], b"").await.status, 204);
    assert_eq!(tus(&site, "HEAD", &place, &[], b"").await.status, 404);
    for path in ["/uploads/x", "/uploads/00000000000000000000000000"] {
        assert_eq!(
            tus(&site, "HEAD", path, &[], b"").await.status,
            404,
            "{path}"
        );
    }
}
