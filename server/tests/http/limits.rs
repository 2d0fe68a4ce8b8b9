//! What is slow, large or too much is ended without harm to others.

use std::time::{Duration, Instant};

use server::listen::Caps;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Site;

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_never_ends_is_hung_up_on() {
    let site = Site::new(&[]).await;
    let mut slow = TcpStream::connect(site.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: loc")
        .await
        .unwrap();
    let began = Instant::now();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(15), slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the connection is still open");
    assert!(
        began.elapsed() > Duration::from_secs(5),
        "an honest slow client has no chance"
    );
    assert_eq!(site.get("/livez").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_above_the_limit_is_told_to_come_again_and_finds_room_later() {
    let site = Site::with(
        &[],
        Caps {
            total: 3,
            per_address: 2,
        },
    )
    .await;
    let first = TcpStream::connect(site.address).await.unwrap();
    let second = TcpStream::connect(site.address).await.unwrap();
    let mut third = TcpStream::connect(site.address).await.unwrap();
    // With a body: what is left unread when a connection closes would swallow the answer.
    let question =
        b"POST /fn/search/window HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\nbody";
    third.write_all(question).await.unwrap();
    let mut said = String::new();
    let told = third.read_to_string(&mut said);
    let told = tokio::time::timeout(Duration::from_secs(1), told).await;
    told.expect("an answer within a second").unwrap();
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    assert!(said.contains("retry-after: 1\r\n"), "{said}");
    assert!(said.contains("\"kind\":\"busy\""), "{said}");
    drop((first, second));
    // Hanging up takes a moment to be noticed.
    for _ in 0..500 {
        let mut again = TcpStream::connect(site.address).await.unwrap();
        let asked =
            again.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let _ = asked.await;
        let mut said = Vec::new();
        let _ = again.read_to_end(&mut said).await;
        if said.starts_with(b"HTTP/1.1 200") {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the seats never became free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_or_an_address_that_is_too_large_is_refused() {
    let site = Site::new(&[]).await;
    let large = format!("{{\"path\":\"{}\"}}", "x".repeat(3 << 20));
    let answer = site.post("/fn/roots/add", "application/json", &large).await;
    assert_eq!(answer.status, 413);
    let long = site.get(&format!("/?q={}", "x".repeat(9 << 10))).await;
    assert_eq!(long.status, 414);
    assert_eq!(site.get("/livez").await.status, 200);
}

/// Begins to send a file to look at, waits until the server takes it in, and leaves the rest out.
async fn half_an_upload(site: &Site, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let head = format!(
        "POST /fn/images/inspect HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\n\
         content-type: multipart/form-data; boundary=x\r\nexpect: 100-continue\r\n\
         connection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn few_files_are_looked_at_at_once_and_the_others_wait() {
    let site = Site::new(&[]).await;
    let mut body =
        b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"p.png\"\r\n\r\n"
            .to_vec();
    body.extend(testkit::picture::a1111("a glass mountain", 3));
    body.extend(b"\r\n--x--\r\n");
    let mut first = half_an_upload(&site, body.len()).await;
    let mut second = half_an_upload(&site, body.len()).await;
    for taken in [&mut first, &mut second] {
        let mut said = [0; 12];
        taken.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"HTTP/1.1 100");
    }
    let mut third = half_an_upload(&site, body.len()).await;
    let mut said = [0; 12];
    let waiting = Duration::from_millis(300);
    let answer = tokio::time::timeout(waiting, third.read_exact(&mut said)).await;
    assert!(answer.is_err(), "{}", String::from_utf8_lossy(&said));
    assert_eq!(site.get("/livez").await.status, 200);
    // One that breaks off makes room too.
    drop(first);
    third.write_all(&body).await.unwrap();
    let mut said = String::new();
    third.read_to_string(&mut said).await.unwrap();
    assert!(said.contains("a glass mountain"), "{said}");
    drop(second);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_at_once() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream
        .write_all(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut said = String::new();
    while !said.contains("\"total\":1") {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.unwrap();
        assert!(count > 0, "{said}");
        said.push_str(&String::from_utf8_lossy(&part[..count]));
    }
    assert!(
        said.contains("event: progress") && said.contains("text/event-stream"),
        "{said}"
    );
    // By this an older page notices that the server has become another one.
    let build = said.find("event: build").unwrap();
    assert!(build < said.find("event: progress").unwrap(), "{said}");
}
