//! A certificate of one's own: a local authority that the owner's devices are told to trust once, and
//! a certificate that it signs for the names and addresses of this machine.
//!
//! The authority and its key stay; the server's certificate is made anew each time. Its key lies in
//! the same file, so that the two can never be seen apart.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use domain::time::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use time::{Duration, OffsetDateTime};

use super::{TlsError, files};

/// Days for which the server's certificate is valid; browsers refuse more than 398.
const SERVER_DAYS: i64 = 397;

/// Days for which the authority is valid: ten years.
const AUTHORITY_DAYS: i64 = 3_650;

/// Clocks of other devices may be behind.
const EARLIER: Duration = Duration::days(1);

/// The local authority's certificate, without its key.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
}

impl Authority {
    /// The authority of a data folder, once it was made.
    pub(crate) fn of(data: &Path) -> Result<Self, TlsError> {
        let path = authority_file(data);
        let pem = files::read_if_there(&path)?.ok_or(TlsError::NotMade)?;
        Self::from_pem(pem).ok_or(TlsError::BadCertificate(path))
    }

    fn from_pem(pem: String) -> Option<Self> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
        Some(Self {
            der: der.to_vec(),
            pem,
        })
    }

    /// What devices show to tell authorities apart: the SHA-256 of the certificate.
    pub(crate) fn fingerprint(&self) -> String {
        let hash = digest(&SHA256, &self.der);
        let pairs = hash.as_ref().iter().map(|byte| format!("{byte:02X}"));
        pairs.collect::<Vec<_>>().join(":")
    }
}

/// The file with the server's certificate and key.
pub(crate) fn server_file(data: &Path) -> PathBuf {
    data.join("tls/server.pem")
}

/// The file with the authority's certificate.
pub(crate) fn authority_file(data: &Path) -> PathBuf {
    data.join("tls/ca.pem")
}

fn authority_key_file(data: &Path) -> PathBuf {
    data.join("tls/ca-key.pem")
}

/// What was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) authority: Authority,
    /// Whether the authority was there before, so that nobody has to trust it anew.
    pub(crate) known: bool,
    /// The last moment at which the server's certificate is valid.
    pub(crate) until: Timestamp,
}

/// Makes a certificate for these names and addresses, and the authority where there is none.
pub(crate) fn make(data: &Path, names: &[String], now: Timestamp) -> Result<Made, TlsError> {
    let today = OffsetDateTime::from_unix_timestamp(now.0 / 1000).map_err(|_| TlsError::Make)?;
    let mut params = CertificateParams::default();
    for name in names {
        let san = CertificateParams::new([name.clone()]).map_err(|_| bad(name))?;
        if !is_plain(name) {
            return Err(bad(name));
        }
        params.subject_alt_names.extend(san.subject_alt_names);
    }
    let (key, known) = authority_key(data)?;
    let authority = authority_params(&key, today);
    if !known {
        let certificate = authority.self_signed(&key).map_err(not_made)?;
        files::write_private(&authority_key_file(data), &key.serialize_pem())?;
        files::write_public(&authority_file(data), &certificate.pem())?;
    }
    let issuer = Issuer::from_params(&authority, &key);
    let until = today - EARLIER + Duration::days(SERVER_DAYS);
    params.not_before = today - EARLIER;
    params.not_after = until;
    if let Some(first) = names.first() {
        params.distinguished_name = named(first);
    }
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let own = KeyPair::generate().map_err(not_made)?;
    let certificate = params.signed_by(&own, &issuer).map_err(not_made)?;
    let authority = Authority::of(data)?;
    let together = format!(
        "{}{}{}",
        own.serialize_pem(),
        certificate.pem(),
        authority.pem
    );
    files::write_private(&server_file(data), &together)?;
    Ok(Made {
        authority,
        known,
        until: Timestamp(until.unix_timestamp() * 1000),
    })
}

/// The authority's key, and whether it was there. Where its certificate is gone, both are made anew.
fn authority_key(data: &Path) -> Result<(KeyPair, bool), TlsError> {
    let path = authority_key_file(data);
    let kept = files::read_if_there(&path)?;
    match (kept, files::read_if_there(&authority_file(data))?) {
        (Some(key), Some(_)) => {
            let key = KeyPair::from_pem(&key).map_err(|_| TlsError::BadKey(path))?;
            Ok((key, true))
        }
        _ => Ok((KeyPair::generate().map_err(not_made)?, false)),
    }
}

/// The same for the same key, but for the days: they stand in the certificate that was made first.
fn authority_params(key: &KeyPair, today: OffsetDateTime) -> CertificateParams {
    // Part of the key's hash, so that the authorities of two machines can be told apart in a list.
    let hash = digest(&SHA256, key.public_key_raw());
    let [one, two, three, ..] = *hash.as_ref() else {
        return CertificateParams::default();
    };
    let mut params = CertificateParams::default();
    params.distinguished_name = named(&format!(
        "Proofsheet local CA {one:02x}{two:02x}{three:02x}"
    ));
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Proofsheet");
    params.not_before = today - EARLIER;
    params.not_after = today + Duration::days(AUTHORITY_DAYS);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn named(name: &str) -> rcgen::DistinguishedName {
    let mut named = rcgen::DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// Whether it is an address or a name as it can stand in one of the web.
fn is_plain(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    name.parse::<IpAddr>().is_ok() || (!name.is_empty() && name.bytes().all(letter))
}

fn bad(name: &str) -> TlsError {
    TlsError::BadName(name.to_owned())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that map_err asks for"
)]
fn not_made(error: rcgen::Error) -> TlsError {
    tracing::error!(%error, "a certificate could not be made");
    TlsError::Make
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_authority_stays_and_keys_are_for_this_account_alone() {
        let data = tempfile::tempdir().unwrap();
        let names = ["studio.local".to_owned(), "192.168.1.7".to_owned()];
        let now = Timestamp(1_800_000_000_000);
        let first = make(data.path(), &names, now).unwrap();
        assert!(!first.known);
        let days = (first.until.0 - now.0) / domain::time::DAY;
        assert!((390..=397).contains(&days), "{days}");
        let before = std::fs::read(server_file(data.path())).unwrap();
        let second = make(data.path(), &names, now).unwrap();
        assert!(second.known);
        assert_eq!(second.authority.der, first.authority.der);
        assert_ne!(std::fs::read(server_file(data.path())).unwrap(), before);
        for private in [server_file(data.path()), authority_key_file(data.path())] {
            let mode = std::fs::metadata(&private).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", private.display());
        }
        assert!(!second.authority.pem.contains("PRIVATE"));
    }

    #[test]
    fn a_name_that_no_certificate_can_have_changes_nothing() {
        let data = tempfile::tempdir().unwrap();
        for name in ["", "stüdio", "https://studio", "a b"] {
            let refused = make(data.path(), &[name.to_owned()], Timestamp(0));
            assert!(
                matches!(refused, Err(TlsError::BadName(_))),
                "{name}: {refused:?}"
            );
        }
        assert!(!authority_file(data.path()).exists());
    }
}
