//! What other tools are given, and what they give.

use serde_json::Value;

use crate::client::Site;

/// Sends a file to a function as a form does; gives the status, and what was said.
pub(crate) async fn send(site: &Site, endpoint: &str, name: &str, file: &[u8]) -> (u16, Value) {
    let mut body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let origin = format!("http://{}", site.address);
    let headers = [
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=x"),
        ("accept", "application/json"),
    ];
    let path = format!("/fn/{endpoint}");
    let answer = site.ask("POST", &path, &headers, &body).await;
    let said = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    (answer.status, said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_comes_in_and_xmp_files_go_out_and_in_again() {
    let site = Site::new(&[("a.png", "a fox"), ("b.png", "a heron")]).await;
    let log = b"file,persona,execution_id\na.png,Ada,run-1\n";
    let (status, planned) = send(&site, "exchange/plan", "log.csv", log).await;
    assert_eq!((status, &planned["matched"]), (200, &1.into()), "{planned}");
    assert!(site.library.names("persona=Ada").await.is_empty());
    let (status, done) = send(&site, "exchange/apply", "log.csv", log).await;
    assert_eq!((status, &done["executions"]), (200, &1.into()), "{done}");
    assert_eq!(site.library.names("persona=Ada").await, ["a.png"]);
    let answer = site.get("/exchange/sidecars.zip?q=fox").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    assert!(answer.body.starts_with(b"PK\x03\x04"));
    let (_, again) = send(&site, "exchange/plan", "sidecars.zip", &answer.body).await;
    assert_eq!(
        (&again["matched"], &again["personas"]),
        (&1.into(), &0.into())
    );
    let rating = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description \
                  xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='4'/></rdf:RDF>";
    let (status, done) = send(&site, "exchange/apply", "b.xmp", rating.as_bytes()).await;
    assert_eq!((status, &done["judged"]), (200, &1.into()), "{done}");
    assert_eq!(site.library.names("rating=4").await, ["b.png"]);
    for bad in [
        &b"<a><!-- "[..],
        b"SQLite format 3\0",
        b"PK\x03\x04",
        b"\xff\xfe",
    ] {
        let (status, problem) = send(&site, "exchange/plan", "a.xmp", bad).await;
        assert_eq!(status, 422, "{problem}");
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains("Nothing was changed"), "{message}");
    }
}
