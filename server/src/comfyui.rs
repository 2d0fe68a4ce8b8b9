//! Connections to ComfyUI: how long its queue is, how far a picture is, and which files it has just written.
//!
//! It is asked only where the settings say so, on this machine or in its local network. That it is away is no
//! problem: it is asked again, less and less often. ComfyUI tells everybody who is connected how long its queue
//! is, and how far a picture is mostly to whoever asked for that picture, so steps are shown where they are told.
//! When a prompt ends, `/history` says which files it wrote. `/queue` is not asked: it carries the whole
//! workflow of everything that waits.

mod address;
mod link;
mod told;

use std::time::Duration;

use domain::live::{Generator, Work};
use gallery::Gallery;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use address::{Address, AddressError};

/// How patient a connection is.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often at most the page is told.
    pub tick: Duration,
    /// The shortest time between two looks at what was written.
    pub look: Duration,
    /// The first wait after ComfyUI went away; it doubles,
    pub retry: Duration,
    /// up to this.
    pub most: Duration,
    /// How long an answer may take.
    pub patience: Duration,
    /// How long ComfyUI may say nothing at all; half of it later it is asked whether it is there.
    pub silence: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            tick: Duration::from_millis(250),
            look: Duration::from_millis(500),
            retry: Duration::from_secs(1),
            most: Duration::from_mins(1),
            patience: Duration::from_secs(10),
            silence: Duration::from_mins(1),
        }
    }
}

/// Follows every ComfyUI until `shutdown`, and lets the gallery look at what they write. What they are doing can be
/// read in the order of the addresses; an empty list never changes.
pub fn follow(
    gallery: &Gallery,
    addresses: Vec<Address>,
    pace: Pace,
    shutdown: &CancellationToken,
) -> watch::Receiver<Vec<Generator>> {
    let unknown = |address: &Address| Generator {
        name: address.name(),
        work: None,
    };
    let (sender, receiver) = watch::channel(addresses.iter().map(unknown).collect());
    for (index, address) in addresses.into_iter().enumerate() {
        let sender = sender.clone();
        let tell = move |work: Option<Work>| {
            sender.send_if_modified(|all: &mut Vec<Generator>| {
                let changed = all[index].work != work;
                all[index].work = work;
                changed
            });
        };
        let link = link::Link::new(gallery.clone(), address, pace);
        let shutdown = shutdown.clone();
        tokio::spawn(async move {
            shutdown.run_until_cancelled(link.follow(tell)).await;
        });
    }
    receiver
}
