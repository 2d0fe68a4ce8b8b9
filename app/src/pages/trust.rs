//! The page that explains how a device comes to trust this server. The server renders it; it needs no
//! script.

use leptos::{config::LeptosOptions, prelude::*};

use crate::{bare, components::mark::Mark};

/// What a device runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// An iPhone or iPad.
    Apple,
    /// A phone or tablet with Android.
    Android,
    /// A Mac.
    Mac,
    /// A computer with Windows.
    Windows,
    /// A computer with Linux.
    Linux,
}

/// What the page says.
#[derive(Debug, Clone)]
pub struct TrustPage {
    /// Where the gallery is, as in `https://192.168.1.7:8502`.
    pub address: String,
    /// The way to this page as a QR code: an SVG path, and its units on each side.
    pub code: Option<(String, i32)>,
    /// The SHA-256 of the certificate.
    pub fingerprint: String,
    /// What the browser runs on.
    pub platform: Option<Platform>,
}

/// The steps of a platform.
const STEPS: [(Platform, &str, &[&str]); 5] = [
    (
        Platform::Apple,
        "iPhone and iPad",
        &[
            "Download the certificate here in Safari and allow it.",
            "Settings › General › VPN & Device Management › Proofsheet local CA: install it.",
            "Settings › General › About › Certificate Trust Settings: switch on Proofsheet local CA.",
        ],
    ),
    (
        Platform::Android,
        "Android",
        &[
            "Download the certificate here.",
            "Settings: search for “CA certificate”, choose Install anyway, then the file \
             proofsheet-ca.crt.",
            "Firefox: Settings › About Firefox, tap the logo five times; back, Secret Settings › Use \
             third party CA certificates.",
        ],
    ),
    (
        Platform::Mac,
        "Mac",
        &[
            "Download the certificate here and open it: Keychain Access takes it in.",
            "Open Proofsheet local CA there, and under Trust choose Always Trust.",
        ],
    ),
    (
        Platform::Windows,
        "Windows",
        &[
            "Download the certificate here, open it and choose Install Certificate.",
            "Local Machine › Place all certificates in the following store › Trusted Root \
             Certification Authorities.",
        ],
    ),
    (
        Platform::Linux,
        "Linux",
        &[
            "Download the certificate as PEM. Chromium: Settings › Privacy and security › Security › \
             Manage certificates; Firefox: Settings › Privacy & Security › View Certificates › \
             Authorities › Import.",
            "For programs of a Debian-like system: copy it to \
             /usr/local/share/ca-certificates/proofsheet-ca.crt and run update-ca-certificates.",
        ],
    ),
];

/// The whole document.
pub fn trust(options: LeptosOptions, page: TrustPage) -> AnyView {
    let TrustPage {
        address,
        code,
        fingerprint,
        platform,
    } = page;
    let content = view! {
        <main class="trust">
            <header class="trust-head">
                <Mark />
                <h1>"Trust this Proofsheet"</h1>
            </header>
            <p class="trust-lead">
                "This gallery encrypts what it sends with a certificate of its own. Tell this device \
                 once to trust it; then it opens without a warning and can be an app on the home screen."
            </p>
            <div class="trust-files">
                <a class="button is-primary" href="/trust/proofsheet-ca.crt" download>
                    "Download the certificate"
                </a>
                <a class="button" href="/trust/proofsheet-ca.pem" download>
                    "As PEM"
                </a>
            </div>
            <section class="trust-steps" aria-label="Steps for each device">
                {STEPS
                    .into_iter()
                    .map(|(of, name, steps)| {
                        let steps = steps.iter().map(|step| view! { <li>{*step}</li> });
                        view! {
                            <details name="platform" open=platform == Some(of)>
                                <summary>{name}</summary>
                                <ol>{steps.collect_view()}</ol>
                            </details>
                        }
                    })
                    .collect_view()}
            </section>
            <section class="trust-check">
                {code
                    .map(|(path, size)| {
                        view! {
                            <svg
                                class="trust-code"
                                viewBox=format!("0 0 {size} {size}")
                                role="img"
                                aria-label="QR code that leads to this page"
                                shape-rendering="crispEdges"
                            >
                                <path d=path />
                            </svg>
                        }
                    })}
                <div>
                    <h2>"Before you install it"</h2>
                    <p>
                        "Compare this with what "<code>"proofsheet tls"</code>
                        " printed on the computer that runs the gallery. The device shows it as SHA-256:"
                    </p>
                    <p class="trust-fingerprint">
                        <code>{fingerprint}</code>
                    </p>
                    <p>"Afterwards, open the gallery:"</p>
                    <p>
                        <a class="link" href=address.clone()>
                            {address.clone()}
                        </a>
                    </p>
                </div>
            </section>
        </main>
    };
    let title = view! { <title>"Trust this server · Proofsheet"</title> };
    bare(options, title.into_any(), content.into_any())
}
