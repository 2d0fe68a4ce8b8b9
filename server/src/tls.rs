//! HTTPS: the certificate that this server shows, and what became of it.
//!
//! The files are read when the server starts and again whenever they change, so a certificate that
//! another program renews is in use seconds later. Files that cannot be used then are told about, and
//! the certificate that was read before stays in use.

pub(crate) mod files;
pub(crate) mod local;
pub(crate) mod names;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ServerConfig;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::TlsAcceptor;

use files::Stamp;

/// How often it is looked whether the files changed.
const LOOK: Duration = Duration::from_secs(5);

/// Why there is no HTTPS, in words for whoever runs the server.
#[derive(Debug)]
pub enum TlsError {
    /// A file cannot be read or written.
    File(PathBuf, io::Error),
    /// There is no certificate in the file.
    NoCertificate(PathBuf),
    /// There is no private key in the file.
    NoKey(PathBuf),
    /// The certificate is damaged or of a kind that rustls does not know.
    BadCertificate(PathBuf),
    /// The private key is damaged or of a kind that rustls does not know.
    BadKey(PathBuf),
    /// The key belongs to another certificate.
    Mismatch(PathBuf, PathBuf),
    /// Only one of the two files was named.
    Half,
    /// There is no local certificate yet.
    NotMade,
    /// A name cannot stand in a certificate.
    BadName(String),
    /// A local certificate could not be made.
    Make,
}

impl fmt::Display for TlsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pem = "The file has to be PEM: a text with lines like";
        match self {
            Self::File(path, error) => write!(
                out,
                "The file {} cannot be used for HTTPS: {error}. Look whether the path is right and \
                 this account may read it.",
                path.display()
            ),
            Self::NoCertificate(path) => write!(
                out,
                "There is no certificate in {}. {pem} -----BEGIN CERTIFICATE-----, the server's own \
                 certificate first.",
                path.display()
            ),
            Self::NoKey(path) => write!(
                out,
                "There is no private key in {}. {pem} -----BEGIN PRIVATE KEY-----, without a \
                 password.",
                path.display()
            ),
            Self::BadCertificate(path) => write!(
                out,
                "The certificate in {} is damaged or of a kind that Proofsheet does not know. Make \
                 it again, or use `proofsheet tls`.",
                path.display()
            ),
            Self::BadKey(path) => write!(
                out,
                "The private key in {} is damaged or of a kind that Proofsheet does not know. RSA, \
                 ECDSA (P-256, P-384) and Ed25519 are fine.",
                path.display()
            ),
            Self::Mismatch(certificate, key) => write!(
                out,
                "The key in {} belongs to another certificate than the one in {}. Name the two files \
                 that were made together; the server's own certificate has to be the first in its \
                 file.",
                key.display(),
                certificate.display()
            ),
            Self::Half => write!(
                out,
                "HTTPS needs both files: --tls-cert with the certificate and --tls-key with its \
                 private key."
            ),
            Self::NotMade => write!(
                out,
                "There is no local certificate in the data folder yet. Make one, then start \
                 again:\n\n    proofsheet tls"
            ),
            Self::BadName(name) => write!(
                out,
                "A certificate cannot be for the name {name:?}. Use a host name like studio.local or \
                 an address like 192.168.1.7. Nothing was changed."
            ),
            Self::Make => write!(
                out,
                "A certificate could not be made. Nothing was changed; the log has the cause."
            ),
        }
    }
}

impl std::error::Error for TlsError {}

/// The certificate in use.
#[derive(Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Current>,
}

#[derive(Debug)]
struct Current {
    config: Arc<ServerConfig>,
    /// Host names that the certificate is for.
    names: Vec<String>,
    /// How the files looked that it was read from.
    stamp: Option<Stamp>,
}

impl Tls {
    /// Reads a certificate, with those that vouch for it, and its private key.
    pub fn open(certificate: &Path, key: &Path) -> Result<Arc<Self>, TlsError> {
        Ok(Arc::new(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            current: RwLock::new(read(certificate, key)?),
        }))
    }

    /// The certificate that `proofsheet tls` made in a data folder.
    pub fn local(data: &Path) -> Result<Arc<Self>, TlsError> {
        // The authority is made first: without it there is nothing.
        local::Authority::of(data)?;
        let file = local::server_file(data);
        Self::open(&file, &file)
    }

    /// Reads the files again if they changed. True when another certificate is in use now.
    ///
    /// # Errors
    /// When they cannot be used: the certificate that was in use still is.
    pub fn read_again(&self) -> Result<bool, TlsError> {
        if Stamp::of(&self.certificate, &self.key) == self.current().stamp {
            return Ok(false);
        }
        let read = read(&self.certificate, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(true)
    }

    /// Looks for ever whether the files changed.
    pub(crate) async fn follow(&self) {
        let mut told = None;
        loop {
            tokio::time::sleep(LOOK).await;
            match self.read_again() {
                Ok(true) => tracing::info!("a new certificate is in use"),
                Ok(false) => {}
                Err(error) => {
                    // Once for each state of the files: they may stay like that for long.
                    let stamp = Stamp::of(&self.certificate, &self.key);
                    if told != Some(stamp.clone()) {
                        tracing::warn!("{error} The certificate from before stays in use.");
                        told = Some(stamp);
                    }
                }
            }
        }
    }

    /// What shakes hands with the certificate in use.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current().config))
    }

    /// Host names that the certificate is for. Nobody else can answer under them, so they are ours.
    pub fn names(&self) -> Vec<String> {
        self.current().names.clone()
    }

    fn current(&self) -> std::sync::RwLockReadGuard<'_, Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Current, TlsError> {
    // Before reading: what changes meanwhile is read again.
    let stamp = Stamp::of(certificate, key);
    let text = files::read(certificate)?;
    let chain = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| TlsError::BadCertificate(certificate.to_owned()))?;
    let own = chain
        .first()
        .ok_or_else(|| TlsError::NoCertificate(certificate.to_owned()))?;
    let bad_certificate = || TlsError::BadCertificate(certificate.to_owned());
    let names = webpki::EndEntityCert::try_from(own)
        .map_err(|_| bad_certificate())?
        .valid_dns_names()
        .map(str::to_owned)
        .collect();
    let private =
        PrivateKeyDer::from_pem_slice(&files::read(key)?).map_err(|error| match error {
            rustls::pki_types::pem::Error::NoItemsFound => TlsError::NoKey(key.to_owned()),
            _ => TlsError::BadKey(key.to_owned()),
        })?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let certified = CertifiedKey::from_der(chain, private, &provider).map_err(|error| {
        if matches!(error, rustls::Error::InconsistentKeys(_)) {
            TlsError::Mismatch(certificate.to_owned(), key.to_owned())
        } else {
            TlsError::BadKey(key.to_owned())
        }
    })?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| bad_certificate())?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Current {
        config: Arc::new(config),
        names,
        stamp,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(result: Result<Arc<Tls>, TlsError>) -> String {
        result.map(drop).unwrap_err().to_string()
    }

    #[test]
    fn each_way_in_which_the_files_are_wrong_is_told_with_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let now = gallery::Clock::system().now();
        for name in ["one", "two"] {
            local::make(&path(name), &["studio.local".to_owned()], now).unwrap();
        }
        let one = local::server_file(&path("one"));
        let two = local::server_file(&path("two"));
        assert!(Tls::open(&one, &one).is_ok());
        let missing = said(Tls::open(&path("none.pem"), &one));
        assert!(
            missing.contains("none.pem") && missing.contains("path"),
            "{missing}"
        );
        let mismatch = said(Tls::open(&one, &two));
        assert!(mismatch.contains("belongs to another"), "{mismatch}");
        for (text, certificate, key) in [
            ("", "no certificate", "no private key"),
            ("not PEM at all", "no certificate", "no private key"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n\
                 -----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "is damaged",
                "is damaged",
            ),
        ] {
            std::fs::write(path("bad.pem"), text).unwrap();
            let as_certificate = said(Tls::open(&path("bad.pem"), &one));
            assert!(as_certificate.contains(certificate), "{as_certificate}");
            let as_key = said(Tls::open(&one, &path("bad.pem")));
            assert!(as_key.contains(key), "{as_key}");
        }
    }

    #[test]
    fn changed_files_are_read_again_and_bad_ones_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let now = gallery::Clock::system().now();
        let file = local::server_file(folder.path());
        local::make(folder.path(), &["one.local".to_owned()], now).unwrap();
        let tls = Tls::open(&file, &file).unwrap();
        assert!(tls.names().contains(&"one.local".to_owned()));
        assert!(!tls.read_again().unwrap());
        local::make(folder.path(), &["two.local".to_owned()], now).unwrap();
        assert!(tls.read_again().unwrap());
        assert_eq!(tls.names(), ["two.local"]);
        std::fs::write(&file, "half a fi").unwrap();
        assert!(tls.read_again().is_err());
        assert_eq!(tls.names(), ["two.local"]);
    }
}
