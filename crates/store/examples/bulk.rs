//! How long one operation on very many pictures takes, and taking it back.
//!
//! `cargo run --release -p store --example bulk -- sqlite:/tmp/try.db 100000`; with `postgres` as the
//! address on a private PostgreSQL, which keeps nothing safe on disk.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

use std::time::{Duration, Instant};

use domain::{
    id::{ImageId, OperationId, RootId},
    image::Format,
    judgement::{Done, Edit},
    overlay::Part,
    parameter::ParameterList,
    recipe::Recipe,
    scan::RootRole,
    time::Timestamp,
};
use store::{
    OpenOptions, Result, Store,
    rows::{Author, Changes, NewRoot, RootKind, ScannedFile},
};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut url = arguments.next().unwrap_or_default();
    // It goes away when this is dropped.
    let private = (url == "postgres").then(testkit::db::postgres);
    if let Some(database) = &private {
        database.url().clone_into(&mut url);
    }
    let count = arguments.next().and_then(|count| count.parse().ok());
    let count: u64 = count.unwrap_or(100_000);
    let store = Store::open(&url, OpenOptions::default()).await?;
    println!("{} with {count} pictures", store.engine().name());
    let keys = library(&store, count).await?;
    let half = keys.len() / 2;
    let name = |name: &str| name.to_owned();

    let mut bench = Bench { store, number: 0 };
    let store = bench.store.clone();
    let some = keys[half..].to_vec();
    bench
        .try_out("tag half of them", |author| {
            store.set_tag(author, some, name("half"), true)
        })
        .await?;
    let all = keys.clone();
    bench
        .both("tag all", |author| {
            store.set_tag(author, all, name("all"), true)
        })
        .await?;
    let all = keys.clone();
    bench
        .try_out("tag all again", |author| {
            store.set_tag(author, all, name("all"), true)
        })
        .await?;
    let all = keys.clone();
    bench
        .both("take the tag off", |author| {
            store.set_tag(author, all, name("all"), false)
        })
        .await?;
    bench
        .both("rename it", |author| {
            store.rename_tag(author, name("all"), name("every"))
        })
        .await?;
    bench
        .both("merge it", |author| {
            store.merge_tags(author, name("all"), name("half"))
        })
        .await?;
    bench
        .both("delete it", |author| store.delete_tag(author, name("all")))
        .await?;
    let all = keys.clone();
    bench
        .both("set the persona of all", |author| {
            store.set_field(author, all, Part::Persona, name("Ada"))
        })
        .await?;
    bench
        .both("put all into the trash", |author| {
            store.judge(author, keys, Edit::Trash(true))
        })
        .await?;
    store.close().await;
    Ok(())
}

struct Bench {
    store: Store,
    number: u128,
}

impl Bench {
    fn author(&mut self) -> Author {
        self.number += 1;
        Author {
            operation: OperationId(self.number),
            at: Timestamp(1),
            actor: "bench".to_owned(),
        }
    }

    /// Does something and lets the index read what changed.
    async fn try_out<F>(&mut self, what: &str, run: impl FnOnce(Author) -> F) -> Result<Done>
    where
        F: Future<Output = Result<Done>>,
    {
        let known = self.store.change_now().await?;
        let author = self.author();
        let before = Instant::now();
        let done = run(author).await?;
        let written = before.elapsed();
        let before = Instant::now();
        let changes = self.store.changes_since(known).await?;
        let told = match changes {
            Changes::Rows {
                marks,
                judged,
                touched,
                ..
            } => {
                for keys in touched.chunks(2_000) {
                    self.store.index_rows_of(keys).await?;
                }
                marks.tagged.len() + judged.len() + touched.len()
            }
            Changes::Rebuild { .. } => 0,
        };
        tell(what, written, before.elapsed(), told);
        Ok(done)
    }

    /// The same, and takes it back.
    async fn both<F>(&mut self, what: &str, run: impl FnOnce(Author) -> F) -> Result<()>
    where
        F: Future<Output = Result<Done>>,
    {
        let done = self.try_out(what, run).await?;
        if let Some(operation) = done.operation {
            let store = self.store.clone();
            let undo = |author| async move { store.undo(author, operation).await };
            self.try_out("  and back", undo).await?;
        }
        Ok(())
    }
}

fn tell(what: &str, written: Duration, read: Duration, told: usize) {
    println!("{what:<26} {written:>9.0?}   read by the index in {read:>8.0?} ({told} told)");
}

async fn library(store: &Store, count: u64) -> Result<Vec<i64>> {
    let root = NewRoot {
        id: RootId(u128::from(store.roots().await?.len() as u64)),
        name: "bulk".to_owned(),
        path: format!("/bulk/{}", store.roots().await?.len()),
        kind: RootKind::Linked,
        allow_delete: false,
        allow_organise: false,
        allow_sidecars: false,
        role: RootRole::Output,
        added: Timestamp(1),
    };
    let root = store.add_root(root).await?.key;
    let mut keys = Vec::new();
    for start in (0..count).step_by(1_000) {
        let files = start..count.min(start + 1_000);
        let files = files.map(|number| file(root, number)).collect();
        let recorded = store.record_files(files).await?;
        keys.extend(recorded.rows.iter().map(|row| row.image));
    }
    Ok(keys)
}

fn file(root: i64, number: u64) -> ScannedFile {
    let at = Timestamp(1_600_000_000_000 + number as i64);
    ScannedFile {
        root,
        folder: String::new(),
        name: format!("{number:08}.png"),
        size: 1_000,
        mtime_ns: 1,
        inode: number,
        dev: 1,
        moved_from: None,
        id: ImageId((root as u128) << 64 | u128::from(number)),
        format: Format::Png,
        width: 832,
        height: 1216,
        seconds: None,
        stamp: format!("{number:x}"),
        date: at,
        added: at,
        modified: at,
        recipe: Recipe::default(),
        notices: Vec::new(),
        has_workflow: false,
        unparsed: false,
        parameters: ParameterList::default(),
    }
}
