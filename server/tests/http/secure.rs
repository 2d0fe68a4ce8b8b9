//! Over HTTPS everything holds that holds without, and nobody who is slow to shake hands is in the way.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::listen::Caps;
use server::tls::Tls;
use server::{Place, Trust};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::client::{Answer, Site};

const ROOMY: Caps = Caps {
    total: 100,
    per_address: 100,
};

/// `proofsheet tls` for a data folder.
fn make_certificate(data: &Path, name: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_proofsheet"))
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .args(["tls", "--name", name, "--data-dir"])
        .arg(data)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    assert!(said.contains(name) && said.contains("SHA-256"), "{said}");
}

/// A server with a certificate of its own, and that.
async fn secured(caps: Caps) -> (Site, Arc<Tls>) {
    let mut kept = None;
    let site = Site::at(&[("a.png", "a fox")], caps, |data| {
        make_certificate(data, "gallery.test");
        let tls = Tls::local(data).unwrap();
        kept = Some(Arc::clone(&tls));
        let place = Place {
            tls: true,
            trust: Some(Trust::of(data, "https://gallery.test:8502".to_owned()).unwrap()),
            ..Place::default()
        };
        (place, Some(tls))
    })
    .await;
    (site, kept.unwrap())
}

/// Shakes hands as somebody who trusts the authority in a data folder.
async fn shake_hands(site: &Site, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let pem = std::fs::read(site.library.data().join("tls/ca.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(&pem).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(site.address).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

async fn get(site: &Site, path: &str) -> Answer {
    let mut stream = shake_hands(site, "gallery.test").await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: gallery.test\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await.unwrap();
    Answer::read(&said, "GET")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_trusts_the_authority_is_served_under_every_name_of_the_certificate() {
    let (site, _) = secured(ROOMY).await;
    for name in ["gallery.test", "localhost", "127.0.0.1", "::1"] {
        shake_hands(&site, name).await.unwrap();
    }
    assert!(shake_hands(&site, "evil.example").await.is_err());
    let page = get(&site, "/").await;
    assert_eq!(page.status, 200);
    let fox = site.card("").await;
    let picture = get(&site, &fox.original_url()).await;
    assert_eq!(
        picture.body,
        std::fs::read(site.library.path("a.png")).unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_shake_hands_keeps_nobody_waiting_and_is_let_go() {
    let (site, _) = secured(Caps {
        total: 40,
        per_address: 40,
    })
    .await;
    let mut silent = Vec::new();
    for number in 0..30 {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        if number % 2 == 0 {
            // The beginning of a handshake that never goes on.
            stream.write_all(&[0x16, 3, 1, 2, 0, 1]).await.unwrap();
        }
        silent.push(stream);
    }
    let asked = tokio::time::timeout(Duration::from_secs(5), get(&site, "/livez")).await;
    assert_eq!(asked.expect("an answer meanwhile").status, 200);
    for mut stream in silent {
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        let ended = tokio::time::timeout(Duration::from_secs(15), ended).await;
        assert!(ended.is_ok(), "a silent connection is still open");
    }
    assert_eq!(get(&site, "/livez").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_room_is_told_so_over_https_too() {
    let (site, _) = secured(Caps {
        total: 1,
        per_address: 1,
    })
    .await;
    let _first = shake_hands(&site, "gallery.test").await.unwrap();
    let refused = get(&site, "/").await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_leads_to_https_and_to_nothing_else() {
    let (site, _) = secured(ROOMY).await;
    let fox = site.card("").await;
    for path in ["/", "/?q=fox", "/livez", &fox.original_url()] {
        let host = [("host", "gallery.test:8502")];
        let answer = site.ask("GET", path, &host, b"").await;
        assert_eq!(answer.status, 307, "{path}");
        let way = format!("https://gallery.test:8502{path}");
        assert_eq!(answer.header("location"), Some(way.as_str()));
    }
    // Whoever does not trust the certificate yet can only read this much.
    assert_eq!(site.get("/trust").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_to_trust_is_open_and_gives_away_no_key() {
    let (site, _) = secured(ROOMY).await;
    let owner = site.library.gallery.owner();
    owner
        .set_passphrase("four quiet grey herons")
        .await
        .unwrap();
    site.library.clock.advance(1_000);
    assert_eq!(get(&site, "/").await.status, 401);
    let page = get(&site, "/trust").await;
    assert_eq!(page.status, 200);
    let html = page.text();
    assert!(html.contains("https://gallery.test:8502"), "{html}");
    assert!(
        html.contains("<svg") && html.contains("h1v1h-1z"),
        "no code: {html}"
    );
    let der = get(&site, "/trust/proofsheet-ca.crt").await;
    assert_eq!(
        der.header("content-type"),
        Some("application/x-x509-ca-cert")
    );
    let pem = get(&site, "/trust/proofsheet-ca.pem").await;
    assert_eq!(pem.header("content-type"), Some("application/x-pem-file"));
    let read = CertificateDer::from_pem_slice(&pem.body).unwrap();
    assert_eq!(read.as_ref(), der.body);
    for path in [
        "/trust",
        "/trust/proofsheet-ca.crt",
        "/trust/proofsheet-ca.pem",
        "/trust/ca-key.pem",
        "/trust/server.pem",
        "/trust/..%2Ftls%2Fca-key.pem",
        "/tls/ca-key.pem",
    ] {
        let answer = get(&site, path).await;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!said.contains("PRIVATE"), "{path}");
        assert!(
            PATHS.contains(&path) || answer.status == 401,
            "{path}: {}",
            answer.status
        );
    }
}

const PATHS: [&str; 3] = [
    "/trust",
    "/trust/proofsheet-ca.crt",
    "/trust/proofsheet-ca.pem",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_made_anew_is_in_use_without_a_restart() {
    let (site, tls) = secured(ROOMY).await;
    let open = shake_hands(&site, "gallery.test").await.unwrap();
    assert!(shake_hands(&site, "studio.test").await.is_err());
    make_certificate(site.library.data(), "studio.test");
    assert!(tls.read_again().unwrap());
    shake_hands(&site, "studio.test").await.unwrap();
    drop(open);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_of_https_is_for_this_host_alone() {
    let (site, _) = secured(ROOMY).await;
    let owner = site.library.gallery.owner();
    owner
        .set_passphrase("four quiet grey herons")
        .await
        .unwrap();
    site.library.clock.advance(1_000);
    let mut stream = shake_hands(&site, "gallery.test").await.unwrap();
    let body = "passphrase=four+quiet+grey+herons";
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nhost: gallery.test\r\norigin: https://gallery.test\r\n\
         connection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await.unwrap();
    let answer = Answer::read(&said, "POST");
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-proofsheet-"), "{set}");
    for part in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
}
