//! `proofsheet serve`

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgMatches, Args};
use futures::future::try_join_all;
use tokio_util::sync::CancellationToken;

use super::{Failure, Outcome, block_on, no_threads, open, out, prepare};
use crate::assets::Assets;
use crate::comfyui::{self, AddressError, Pace};
use crate::config::{Config, Settings};
use crate::listen::{self, Caps};
use crate::tls::{Tls, TlsError, names};
use crate::{AppState, Hosts, Place, Trust, memory, router};

/// How long the start waits for the names of what the settings name.
const NAMES: Duration = Duration::from_secs(1);

/// Run the gallery and show it in a browser
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet serve --library ~/ComfyUI/output --library /mnt/nas/pictures
  proofsheet serve --demo
  proofsheet serve --watch ~/pipeline/executions.db           # its new lines attach to their pictures
  proofsheet serve --comfyui http://127.0.0.1:8188            # its queue is shown beside its pictures
  proofsheet serve --tls --listen 0.0.0.0:8502      # for a tablet; see `proofsheet tls`
  proofsheet serve --tls-cert /etc/tls/studio.pem --tls-key /etc/tls/studio.key --listen 0.0.0.0:8502
  proofsheet serve --listen 0.0.0.0:8502 --insecure-no-auth   # everybody in the network may look")]
pub(super) struct Arguments {
    /// Paint demo pictures and show them
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    block_on(serve(&config, arguments.demo))
}

async fn serve(config: &Config, demo: bool) -> Result<Outcome, Failure> {
    // The address first: it is the likeliest thing to be wrong and costs nothing to try.
    let listener = listen::bind(config)?;
    let address = listener.local_addr().map_err(|error| {
        Failure(format!(
            "The system does not tell where it listens: {error}."
        ))
    })?;
    let addresses = addresses(address, config.tls || config.tls_cert.is_some());
    let secured = Secured::of(config, &addresses)?;
    let assets = match &config.site {
        None => Assets::embedded(),
        Some(folder) => Assets::from_folder(folder).map_err(|error| {
            Failure(format!(
                "The page's files in {} cannot be read: {error}.",
                folder.display()
            ))
        })?,
    };
    let generators = generators(config).await?;
    let options = gallery::Options {
        // Other commands are short, and leave what is kept for a full disk as it is.
        ballast: config.ballast.0,
        snapshots: config.snapshots,
        ..config.gallery()
    };
    let gallery = open(config, options).await?;
    listen::allowed(config, gallery.owner().is_set().await?)?;
    if demo {
        gallery.roots().load_demo().await?;
    }
    let shutdown = CancellationToken::new();
    let names = secured.as_ref().map(|secured| secured.tls.names());
    let hosts = Hosts::new(
        names
            .into_iter()
            .flatten()
            .chain(config.allowed_hosts.clone()),
    );
    let tls = secured.as_ref().map(|secured| Arc::clone(&secured.tls));
    let place = Place {
        port: address.port(),
        tls: tls.is_some(),
        exposed: listen::is_exposed(config),
        trust: secured.and_then(|secured| secured.trust),
    };
    let state = AppState::new(gallery.clone(), assets, hosts, shutdown.clone())
        .map_err(no_threads)?
        .at(place)
        .beside(comfyui::follow(
            &gallery,
            generators,
            Pace::default(),
            &shutdown,
        ));
    out::say(format!("Proofsheet {}", env!("CARGO_PKG_VERSION")));
    out::say(format!("  data     {}", config.data_dir.display()));
    for root in gallery.roots().all().await? {
        out::say(format!("  library  {}", root.path));
    }
    for log in &config.watch {
        out::say(format!("  log      {}", log.display()));
    }
    for address in &config.comfyui {
        out::say(format!("  comfyui  {address}"));
    }
    for address in &addresses {
        out::say(format!("  open     {address}"));
    }
    if tls.is_none() && !address.ip().is_loopback() {
        out::say(
            "  note     nothing is encrypted, others in the network can read it: `proofsheet tls`",
        );
    }
    out::say("\nStop with Ctrl+C.");
    let caps = Caps {
        total: config.max_connections,
        per_address: config.max_connections_per_address,
    };
    let served = listen::serve(listener, router(state), tls.clone(), caps, shutdown.clone());
    let served = async {
        tokio::select! {
            () = served => {}
            () = memory::give_back(&gallery) => {}
            () = follow(tls) => {}
        }
    };
    tokio::join!(served, async {
        asked_to_stop().await;
        shutdown.cancel();
    });
    gallery.close().await;
    Ok(Outcome::Fine)
}

/// Every ComfyUI that the settings name. One that is known to be elsewhere than here is refused; one whose name is
/// not known may only be switched off, and is not waited for.
async fn generators(config: &Config) -> Result<Vec<comfyui::Address>, AddressError> {
    let parse = |text: &String| comfyui::Address::parse(text);
    let addresses: Vec<_> = config.comfyui.iter().map(parse).collect::<Result<_, _>>()?;
    try_join_all(addresses.iter().map(|address| address.resolve(NAMES))).await?;
    Ok(addresses)
}

/// HTTPS as the settings ask for it.
struct Secured {
    tls: Arc<Tls>,
    /// How others come to trust the certificate, where it is a local one.
    trust: Option<Trust>,
}

impl Secured {
    fn of(config: &Config, addresses: &[String]) -> Result<Option<Self>, TlsError> {
        Ok(match (&config.tls_cert, &config.tls_key) {
            (Some(certificate), Some(key)) => Some(Self {
                tls: Tls::open(certificate, key)?,
                trust: None,
            }),
            (None, None) if config.tls => {
                let address = addresses.first().cloned().unwrap_or_default();
                Some(Self {
                    tls: Tls::local(&config.data_dir)?,
                    trust: Some(Trust::of(&config.data_dir, address)?),
                })
            }
            (None, None) => None,
            _ => return Err(TlsError::Half),
        })
    }
}

/// Takes over what becomes of the certificate; without one there is nothing to do, for ever.
async fn follow(tls: Option<Arc<Tls>>) {
    match tls {
        Some(tls) => tls.follow().await,
        None => std::future::pending().await,
    }
}

/// Where browsers find a server that listens at an address; at least one, the likeliest first.
fn addresses(listening: SocketAddr, tls: bool) -> Vec<String> {
    let scheme = if tls { "https" } else { "http" };
    let port = listening.port();
    let mut reached = vec![listening.ip()];
    if listening.ip().is_unspecified() {
        let known = names::addresses().into_iter();
        reached = known
            .filter(|address| address.is_ipv4() || listening.is_ipv6())
            .collect();
        reached.push(Ipv4Addr::LOCALHOST.into());
    }
    let written = |address| format!("{scheme}://{}:{port}", names::in_url(address));
    reached.into_iter().map(written).collect()
}

/// Waits for Ctrl+C, or for the signal with which service managers stop programs.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
