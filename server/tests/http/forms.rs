//! Files that come in as a form.

use serde_json::Value;
use testkit::picture;

use crate::client::{Answer, Site};

/// A form: fields, and files where a name is given.
fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, file, bytes) in parts {
        let file = file
            .map(|name| format!("; filename=\"{name}\""))
            .unwrap_or_default();
        let head =
            format!("--cut\r\ncontent-disposition: form-data; name=\"{field}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--cut--\r\n");
    body
}

async fn send(site: &Site, body: &[u8]) -> Answer {
    let origin = format!("http://{}", site.address);
    let headers = [
        ("origin", origin.as_str()),
        ("content-type", "multipart/form-data; boundary=cut"),
    ];
    site.ask("POST", "/uploads", &headers, body).await
}

fn list(answer: &Answer) -> Vec<Value> {
    serde_json::from_str(&answer.text()).unwrap()
}

async fn found(site: &Site, query: &str) -> bool {
    site.get(&format!("/?{query}"))
        .await
        .text()
        .contains("dune.png")
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_form_are_pictures_of_which_its_fields_tell() {
    let site = Site::new(&[]).await;
    // Larger than what other requests may bring.
    let mut dune = picture::a1111("a quiet dune", 1);
    dune.resize(3 << 20, 7);
    let rain = picture::a1111("rain", 2);
    let body = form(&[
        ("rating", None, b"4"),
        ("tags", None, b"sea, sky"),
        ("metadata", None, br#"{"client": "north"}"#),
        ("file", Some("../dune.png"), &dune),
        ("rating", None, b"2"),
        ("file", Some("rain.png"), &rain),
        ("file", Some("again.png"), &dune),
    ]);
    let answer = send(&site, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told = list(&answer);
    let names: Vec<&str> = told
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["dune.png", "rain.png", "again.png"]);
    let duplicates: Vec<bool> = told
        .iter()
        .map(|one| one["duplicate"].as_bool().unwrap())
        .collect();
    assert_eq!(duplicates, [false, false, true]);
    assert_eq!(told[0]["image"], told[2]["image"]);
    assert!(found(&site, "rating=4&tag=sea&tag=sky&param.log.client=north").await);
    assert!(!found(&site, "rating=2").await);
    let again = send(&site, &form(&[("file", Some("dune.png"), &dune)])).await;
    assert_eq!(again.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_of_a_form_cannot_be_kept_is_told_and_the_rest_is_kept() {
    let site = Site::new(&[]).await;
    let dune = picture::a1111("a quiet dune", 1);
    let some = form(&[
        ("file", Some("dune.png"), &dune),
        ("file", Some("note.png"), b"no picture"),
        ("rating", None, b"9"),
        ("file", Some("rain.png"), &picture::a1111("rain", 2)),
    ]);
    let answer = send(&site, &some).await;
    assert_eq!(answer.status, 207);
    let told = list(&answer);
    assert!(
        told[1]["problem"].as_str().unwrap().contains("none of PNG"),
        "{told:?}"
    );
    assert!(
        told[2]["problem"].as_str().unwrap().contains("from 0 to 5"),
        "{told:?}"
    );
    assert!(found(&site, "").await);

    // It breaks off within the second file.
    let whole = form(&[
        ("file", Some("a.png"), &picture::a1111("a", 3)),
        ("file", Some("b.png"), &picture::a1111("b", 4)),
    ]);
    let answer = send(&site, &whole[..whole.len() - 60]).await;
    let told = list(&answer);
    assert_eq!((answer.status, told.len()), (207, 2), "{told:?}");

    for (body, says) in [
        (form(&[]), "no file in this form"),
        (form(&[("rating", None, b"4")]), "no file in this form"),
        (b"hello".to_vec(), "ends too early"),
        (
            form(&[("promt", None, b"x"), ("file", Some("c.png"), &dune)]),
            "“promt” means nothing",
        ),
        (
            form(&[("notes", None, &vec![b'x'; 600 << 10])]),
            "larger than 512 KiB",
        ),
    ] {
        let answer = send(&site, &body).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert!(answer.text().contains(says), "{}", answer.text());
    }
    // Another page cannot send one.
    let headers = [
        ("origin", "https://elsewhere.test"),
        ("content-type", "multipart/form-data; boundary=cut"),
    ];
    assert_eq!(
        site.ask("POST", "/uploads", &headers, &some).await.status,
        403
    );
}
