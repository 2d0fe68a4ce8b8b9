//! How long somebody waits for thumbnails that are not drawn yet, while the background draws, and
//! how fast the background is with and without them.
//!
//! `cargo run --release -p gallery --example cold -- /tmp/pictures 300`: the folder is painted once.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use domain::{
    image::{Format, ThumbSize},
    query::Query,
    time::Timestamp,
};
use gallery::{DemoPlan, Error, Gallery, Options};

/// Thumbnails asked for, one after the other.
const ASKED: usize = 60;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_default());
    let count = arguments.next().and_then(|count| count.parse().ok());
    let plan = DemoPlan {
        count: count.unwrap_or(300),
        seed: 7,
        small: false,
        newest: Timestamp(1_780_000_000_000),
    };
    if !folder.exists() {
        gallery::write_demo(&folder, &plan, 2, |_| {})?;
    }
    for (asked, background) in [(ASKED, false), (0, true), (ASKED, true)] {
        let data = tempfile::tempdir().map_err(Error::file("making a folder"))?;
        let mut options = Options::new(data.path());
        (options.watch, options.finish) = (false, background);
        let gallery = Gallery::open(options).await?;
        gallery.roots().add(&folder.to_string_lossy()).await?;
        gallery.scans().run().await?;
        let before = Instant::now();
        let mut times = ask(&gallery, asked).await?;
        gallery.scans().finished().await?;
        let rate = plan.count as f64 / before.elapsed().as_secs_f64();
        if background {
            println!("{asked} asked for: {rate:.1} finished in a second");
        }
        times.sort_unstable();
        if let Some(last) = times.len().checked_sub(1) {
            let at = |share: usize| times[last * share / 100];
            println!(
                "{asked} thumbnails, background {background}: p50 {:.1?}, p95 {:.1?}, max {:.1?}",
                at(50),
                at(95),
                at(100)
            );
        }
        gallery.close().await;
    }
    Ok(())
}

/// The oldest pictures, which the background comes to last.
async fn ask(gallery: &Gallery, asked: usize) -> Result<Vec<Duration>, Error> {
    let query = Query::parse("sort=date");
    let page = gallery.search().first_page(&query, 200).await?.page;
    let (mut times, images) = (Vec::new(), gallery.images());
    let cards = page.cards.into_iter();
    let drawable = cards.filter(|card| card.format == Format::Png);
    for card in drawable.take(asked) {
        let before = Instant::now();
        let thumb = images.thumb(card.id, &card.stamp, ThumbSize::Small).await;
        // A few demo pictures are broken on purpose.
        if thumb.is_ok() {
            times.push(before.elapsed());
        }
    }
    Ok(times)
}
