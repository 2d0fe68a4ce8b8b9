//! Stores, roots and files to test with.

use domain::{
    id::{ImageId, RootId},
    image::Format,
    parameter::ParameterList,
    recipe::{Lora, Notice, Recipe, Sampling},
    scan::RootRole,
    time::Timestamp,
};
use store::{
    Batch, OpenOptions, Store,
    rows::{CompressedChunk, Finished, NewRoot, Recorded, RootKind, RootRow, ScannedFile},
};

/// Opens an empty database with few connections, because many tests share a server.
pub(crate) async fn open(url: &str) -> Store {
    let options = OpenOptions {
        connections: Some(2),
        ..OpenOptions::default()
    };
    Store::open(url, options).await.unwrap()
}

/// A root called after its number.
pub(crate) fn new_root(number: u128) -> NewRoot {
    NewRoot {
        id: RootId(number),
        name: format!("root {number}"),
        path: format!("/pictures/{number}/Bücher 漢字"),
        kind: RootKind::Linked,
        allow_delete: true,
        allow_organise: false,
        allow_sidecars: false,
        role: RootRole::Output,
        added: Timestamp(1_000 + number as i64),
    }
}

/// A store with one root.
pub(crate) async fn open_with_root(url: &str) -> (Store, RootRow) {
    let store = open(url).await;
    let root = store.add_root(new_root(1)).await.unwrap();
    (store, root)
}

/// A recipe that uses every field, different for each number.
pub(crate) fn recipe(number: u64) -> Recipe {
    let lora = |name: &str| Lora {
        name: format!("{name}/ß{}.safetensors", number % 7),
        weight: Some(0.75),
        clip_weight: None,
    };
    let first = Sampling {
        node: "3".to_owned(),
        class: "KSampler".to_owned(),
        positive: format!("a prompt, (masterpiece:1.2), 漢字 {number}"),
        negative: "blurry".to_owned(),
        seed: Some(u64::MAX - number),
        steps: Some(20 + number as u32 % 10),
        cfg: Some(7.5),
        guidance: Some(3.5),
        sampler: Some("euler".to_owned()),
        scheduler: Some("karras".to_owned()),
        denoise: Some(0.45),
        model: Some("sd/base.safetensors".to_owned()),
        loras: vec![
            lora("first"),
            Lora {
                clip_weight: Some(-0.5),
                ..lora("second")
            },
        ],
    };
    let second = Sampling {
        node: "12:7".to_owned(),
        seed: Some(number),
        sampler: Some("dpmpp_2m".to_owned()),
        scheduler: None,
        steps: None,
        cfg: None,
        loras: Vec::new(),
        ..first.clone()
    };
    Recipe {
        tool: "comfyui".to_owned(),
        tool_version: Some("0.3.1".to_owned()),
        positive: first.positive.clone(),
        negative: first.negative.clone(),
        samplers: vec![second, first],
        primary: 1,
        models: vec!["sd/base.safetensors".to_owned(), "refiner.gguf".to_owned()],
        loras: vec![lora("first"), lora("second")],
        vae: Some("vae.pt".to_owned()),
        size: Some((832, 1216)),
        extra: vec![("Clip skip".to_owned(), "2 \"quoted\" \\u0000".to_owned())],
        made: Some(Timestamp(1_700_000_000_000)),
    }
}

/// A file of a root; its recipe is full for even numbers and empty for odd ones.
pub(crate) fn file(root: &RootRow, number: u64) -> ScannedFile {
    let full = number.is_multiple_of(2);
    ScannedFile {
        root: root.key,
        folder: if full {
            "a/б".to_owned()
        } else {
            String::new()
        },
        name: format!("picture {number:05}.png"),
        size: 1_000 + number,
        mtime_ns: 1_600_000_000_000_000_000 + number as i64,
        inode: u64::MAX - number,
        dev: u64::MAX,
        moved_from: None,
        id: ImageId(1_000_000 + u128::from(number)),
        format: if full { Format::Png } else { Format::Mp4 },
        width: 832,
        height: 1216,
        seconds: (!full).then_some(2.6),
        stamp: format!("stamp{number}"),
        // Ties: five files share a date.
        date: Timestamp(1_600_000_000_000 + number as i64 / 5),
        added: Timestamp(1_650_000_000_000),
        modified: Timestamp(1_600_000_000_001),
        recipe: if full {
            recipe(number)
        } else {
            Recipe::default()
        },
        notices: if full {
            vec![Notice::new("bad-crc", "A chunk is damaged.")]
        } else {
            vec![]
        },
        has_workflow: full,
        unparsed: !full,
        parameters: ParameterList::default(),
    }
}

/// Records files `0..count` of a root.
pub(crate) async fn record(store: &Store, root: &RootRow, count: u64) -> Recorded {
    let files: Vec<_> = (0..count).map(|number| file(root, number)).collect();
    store.record_batch(Batch::from(files)).await.unwrap()
}

/// The keys of the pictures of a batch, in its order.
pub(crate) fn images(recorded: &Recorded) -> Vec<i64> {
    recorded.rows.iter().map(|row| row.image).collect()
}

/// The keys of the locations of a batch, in its order.
pub(crate) fn locations(recorded: &Recorded) -> Vec<i64> {
    recorded.rows.iter().map(|row| row.location).collect()
}

/// The numbers of rows that every list is tried with.
pub(crate) const COUNTS: [u64; 3] = [0, 1, 501];

/// What finishing a picture might give: one chunk that all pictures share, and one of its own.
pub(crate) fn finished(image: i64, stamp: &str) -> Finished {
    let hash = |text: &str| *blake3::hash(text.as_bytes()).as_bytes();
    let chunk = |key: &str, text: &str| CompressedChunk {
        place: "png:tEXt".to_owned(),
        key: key.to_owned(),
        hash: hash(text),
        bytes: text.as_bytes().to_vec(),
    };
    Finished {
        image,
        stamp: stamp.to_owned(),
        content_hash: hash(stamp),
        crc32: u32::MAX,
        placeholder: vec![0xff, 0xfe, 0x3e],
        chunks: vec![chunk("workflow", "shared"), chunk("prompt", stamp)],
        secret: false,
        hidden: None,
    }
}

/// Finishes every picture that waits for it.
pub(crate) async fn finish_all(store: &Store) {
    let work = store.unfinished(10_000).await.unwrap();
    let results = work
        .iter()
        .map(|one| finished(one.image, &one.stamp))
        .collect();
    store.finish(results).await.unwrap();
}

/// A store with so many pictures, and their keys.
pub(crate) async fn library(url: &str, count: u64) -> (Store, Vec<i64>) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, count).await;
    (store, images(&recorded))
}
