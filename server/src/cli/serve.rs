//! `proofsheet serve`

use clap::{ArgMatches, Args};
use tokio_util::sync::CancellationToken;

use super::{Failure, Outcome, block_on, no_threads, open, out, prepare};
use crate::assets::Assets;
use crate::config::{Config, Settings};
use crate::listen::{self, Caps};
use crate::{AppState, Hosts, memory, router};

/// Run the gallery and show it in a browser
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet serve --library ~/ComfyUI/output --library /mnt/nas/pictures
  proofsheet serve --demo
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
    let assets = match &config.site {
        None => Assets::embedded(),
        Some(folder) => Assets::from_folder(folder).map_err(|error| {
            Failure(format!(
                "The page's files in {} cannot be read: {error}.",
                folder.display()
            ))
        })?,
    };
    let gallery = open(config, config.gallery()).await?;
    if demo {
        gallery.roots().load_demo().await?;
    }
    let shutdown = CancellationToken::new();
    let hosts = Hosts::new(config.allowed_hosts.iter().cloned());
    let state =
        AppState::new(gallery.clone(), assets, hosts, shutdown.clone()).map_err(no_threads)?;
    out::say(format!("Proofsheet {}", env!("CARGO_PKG_VERSION")));
    out::say(format!("  data     {}", config.data_dir.display()));
    for root in gallery.roots().all().await? {
        out::say(format!("  library  {}", root.path));
    }
    out::say(format!("  open     http://{address}\n\nStop with Ctrl+C."));
    let caps = Caps {
        total: config.max_connections,
        per_address: config.max_connections_per_address,
    };
    let served = listen::serve(listener, router(state), caps, shutdown.clone());
    let served = async {
        tokio::select! {
            () = served => {}
            () = memory::give_back(&gallery) => {}
        }
    };
    tokio::join!(served, async {
        asked_to_stop().await;
        shutdown.cancel();
    });
    gallery.close().await;
    Ok(Outcome::Fine)
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
