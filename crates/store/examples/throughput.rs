//! How fast the store is, with pictures as scans find them.
//!
//! `cargo run --release -p store --example throughput -- sqlite:/tmp/try.db 100000`; with
//! `postgres` as the address on a private PostgreSQL, which keeps nothing safe on disk.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{
    id::{ImageId, RootId},
    image::Format,
    parameter::ParameterList,
    recipe::{Lora, Recipe, Sampling},
    scan::RootRole,
    time::Timestamp,
};
use store::{
    OpenOptions, Result, Store,
    rows::{CompressedChunk, Finished, NewRoot, RootKind, ScannedFile, Unfinished},
};

/// Files per batch, as a scan hands them over.
const BATCH: u64 = 1_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut url = arguments.next().unwrap_or_default();
    // It goes away when this is dropped.
    let private = (url == "postgres").then(testkit::db::postgres);
    if let Some(database) = &private {
        database.url().clone_into(&mut url);
    }
    let count = arguments
        .next()
        .and_then(|count| count.parse().ok())
        .unwrap_or(100_000);
    let store = Store::open(&url, OpenOptions::default()).await?;
    let root = new_root(u128::from(store.roots().await?.len() as u64));
    let root = store.add_root(root).await?.key;
    println!("{} with {count} pictures", store.engine().name());

    let mut keys = Vec::new();
    let mut slowest = Duration::ZERO;
    let mut writing = Duration::ZERO;
    for start in (0..count).step_by(BATCH as usize) {
        let end = count.min(start + BATCH);
        let files: Vec<ScannedFile> = (start..end).map(|number| file(root, number)).collect();
        let before = Instant::now();
        let recorded = store.record_files(files).await?;
        slowest = slowest.max(before.elapsed());
        writing += before.elapsed();
        keys.extend(recorded.rows.iter().map(|row| row.image));
    }
    tell("record_files (new)", count, writing);
    println!("  slowest batch of {BATCH}: {slowest:?}");

    let before = Instant::now();
    let files = (0..BATCH).map(|number| file(root, number)).collect();
    store.record_files(files).await?;
    tell("record_files (again)", BATCH.min(count), before.elapsed());

    beside(&store, count).await?;
    windows(&store, root).await?;
    reading(&store, &keys).await?;
    finishing(&store).await?;
    let (before, id) = (Instant::now(), store.roots().await?[0].id);
    store.remove_root(id).await?;
    tell("remove_root", count, before.elapsed());
    store.close().await;
    Ok(())
}

/// Small writes of somebody who works while a second root is scanned and pictures are finished.
async fn beside(store: &Store, count: u64) -> Result<()> {
    let root = store.add_root(new_root(1 << 64)).await?.key;
    let over = Arc::new(AtomicBool::new(false));
    let (writing, until) = (store.clone(), Arc::clone(&over));
    let small = tokio::spawn(async move {
        let mut times = Vec::new();
        while !until.load(Ordering::Relaxed) {
            let before = Instant::now();
            writing.set_setting("key", "value").await?;
            times.push(before.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok::<_, store::StoreError>(times)
    });
    let (finishing, until) = (store.clone(), Arc::clone(&over));
    let finisher = tokio::spawn(async move {
        while !until.load(Ordering::Relaxed) {
            let work = finishing.unfinished(48).await?;
            finishing
                .finish(work.iter().map(finished).collect())
                .await?;
        }
        Ok::<_, store::StoreError>(())
    });
    let before = Instant::now();
    for start in (0..count).step_by(BATCH as usize) {
        let end = count.min(start + BATCH);
        let files = (start..end).map(|number| file(root, number));
        store.record_files(files.collect()).await?;
    }
    over.store(true, Ordering::Relaxed);
    tell("record_files beside others", count, before.elapsed());
    finisher.await.expect("finishing does not panic")?;
    let times = small.await.expect("small writes do not panic")?;
    spread("set_setting beside bulk writes", times);
    Ok(())
}

async fn windows(store: &Store, root: i64) -> Result<()> {
    let before = Instant::now();
    let (mut after, mut known) = (0, 0);
    loop {
        let window = store.known_files(root, after, 20_000).await?;
        let Some(last) = window.last() else { break };
        after = last.location;
        known += window.len() as u64;
    }
    tell("known_files", known, before.elapsed());

    let before = Instant::now();
    let (mut after, mut rows) = (0, 0);
    loop {
        let window = store.index_rows(after, 5_000).await?;
        let Some(last) = window.last() else { break };
        after = last.key;
        rows += window.len() as u64;
    }
    tell("index_rows", rows, before.elapsed());
    Ok(())
}

async fn reading(store: &Store, keys: &[i64]) -> Result<()> {
    let tries = 200;
    let mut times = Vec::new();
    for number in 0..tries {
        let window: Vec<i64> = (0..100)
            .map(|place| keys[(number * 7_919 + place * 13) % keys.len()])
            .collect();
        let before = Instant::now();
        let cards = store.cards(&window).await?;
        times.push(before.elapsed());
        assert!(!cards.is_empty());
    }
    spread("cards (100)", times);
    spread(
        "first_cards (100)",
        time(tries, async || store.first_cards(100).await.map(drop)).await?,
    );
    let ids: Vec<ImageId> = store
        .first_cards(100)
        .await?
        .iter()
        .map(|(_, card)| card.id)
        .collect();
    let mut next = ids.iter().cycle();
    let mut detail = Vec::new();
    for id in next.by_ref().take(tries) {
        let before = Instant::now();
        store.detail(*id).await?;
        detail.push(before.elapsed());
    }
    spread("detail", detail);
    spread(
        "unfinished (64)",
        time(tries, async || store.unfinished(64).await.map(drop)).await?,
    );
    spread(
        "root_counts",
        time(10, async || store.root_counts().await.map(drop)).await?,
    );
    spread(
        "set_setting",
        time(tries, async || store.set_setting("key", "value").await).await?,
    );
    Ok(())
}

async fn finishing(store: &Store) -> Result<()> {
    let work = store.unfinished(2_000).await?;
    let finished: Vec<Finished> = work.iter().map(finished).collect();
    let before = Instant::now();
    for batch in finished.chunks(64) {
        store.finish(batch.to_vec()).await?;
    }
    tell(
        "finish (batches of 64)",
        finished.len() as u64,
        before.elapsed(),
    );
    Ok(())
}

fn finished(one: &Unfinished) -> Finished {
    Finished {
        image: one.image,
        stamp: one.stamp.clone(),
        content_hash: *blake3::hash(one.name.as_bytes()).as_bytes(),
        crc32: 1,
        placeholder: vec![7; 24],
        chunks: (0..2).map(|part| chunk(&one.name, part)).collect(),
        secret: false,
        hidden: None,
    }
}

fn tell(what: &str, count: u64, took: Duration) {
    println!(
        "{what}: {count} in {took:.2?}, {:.0}/s",
        count as f64 / took.as_secs_f64()
    );
}

async fn time(tries: usize, work: impl AsyncFn() -> Result<()>) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..tries {
        let before = Instant::now();
        work().await?;
        times.push(before.elapsed());
    }
    Ok(times)
}

fn spread(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "{what}: p50 {:.2?}, p95 {:.2?}, max {:.2?}",
        at(50),
        at(95),
        at(100)
    );
}

fn new_root(number: u128) -> NewRoot {
    NewRoot {
        id: RootId(number),
        name: "output".to_owned(),
        path: format!("/pictures/{number}"),
        kind: RootKind::Linked,
        allow_delete: true,
        allow_organise: false,
        allow_sidecars: false,
        role: RootRole::Output,
        added: Timestamp(0),
    }
}

fn chunk(name: &str, part: usize) -> CompressedChunk {
    CompressedChunk {
        place: "png:tEXt".to_owned(),
        key: ["prompt", "workflow"][part].to_owned(),
        hash: *blake3::hash(format!("{name} {part}").as_bytes()).as_bytes(),
        bytes: vec![42; 1_500 + 2_000 * part],
    }
}

/// A picture as ComfyUI makes them: one in four prompts is new, the seed always is.
fn file(root: i64, number: u64) -> ScannedFile {
    let subject = number / 4;
    let positive = format!(
        "masterpiece, best quality, highly detailed, a portrait of subject {subject} standing in a \
         field of tall grass at golden hour, cinematic lighting, 85mm, shallow depth of field, \
         film grain, muted colours, rule of thirds, (soft rim light:1.2), intricate embroidery"
    );
    let negative = "lowres, bad anatomy, bad hands, text, error, missing fingers, cropped, worst \
         quality, jpeg artifacts, signature, watermark, blurry"
        .to_owned();
    let loras: Vec<Lora> = (0..number % 3)
        .map(|which| Lora {
            name: format!(
                "styles/style_{:03}.safetensors",
                (number / 10 + which) % 300
            ),
            weight: Some(0.8),
            clip_weight: Some(1.0),
        })
        .collect();
    let run = Sampling {
        node: "3".to_owned(),
        class: "KSampler".to_owned(),
        positive: positive.clone(),
        negative: negative.clone(),
        seed: Some(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        steps: Some(20 + (number % 15) as u32),
        cfg: Some(3.5 + (number % 8) as f64 * 0.5),
        guidance: None,
        sampler: Some(["euler", "dpmpp_2m", "ddim"][(number % 3) as usize].to_owned()),
        scheduler: Some(["normal", "karras"][(number % 2) as usize].to_owned()),
        denoise: Some(1.0),
        model: Some(format!("SDXL/model_{:02}.safetensors", number % 40)),
        loras: loras.clone(),
    };
    let mut samplers = vec![run.clone()];
    if number.is_multiple_of(4) {
        samplers.push(Sampling {
            node: "20".to_owned(),
            denoise: Some(0.35),
            ..run
        });
    }
    ScannedFile {
        root,
        folder: format!("2026/{:02}/{:03}", number % 12 + 1, number / 500),
        name: format!("ComfyUI_{number:08}_.png"),
        size: 1_200_000 + number % 100_000,
        mtime_ns: 1_700_000_000_000_000_000 + number as i64 * 1_000_000_000,
        inode: 5_000_000 + number,
        dev: 64_769,
        moved_from: None,
        id: ImageId((u128::from(root.cast_unsigned()) << 64) | u128::from(number)),
        format: Format::Png,
        width: 1024,
        height: 1024 + (number % 5) as u32 * 64,
        seconds: None,
        stamp: format!("{number:012x}"),
        date: Timestamp(1_700_000_000_000 + number as i64 * 1_000),
        added: Timestamp(1_750_000_000_000),
        modified: Timestamp(1_700_000_000_000 + number as i64 * 1_000),
        recipe: Recipe {
            tool: "comfyui".to_owned(),
            tool_version: None,
            positive,
            negative,
            models: vec![format!("SDXL/model_{:02}.safetensors", number % 40)],
            loras,
            samplers,
            primary: 0,
            vae: None,
            size: Some((1024, 1024)),
            extra: if number.is_multiple_of(3) {
                vec![("Clip skip".to_owned(), "2".to_owned())]
            } else {
                Vec::new()
            },
            made: None,
        },
        notices: Vec::new(),
        has_workflow: true,
        unparsed: false,
        parameters: ParameterList::default(),
    }
}
