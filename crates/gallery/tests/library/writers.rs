//! Many writers at once: results stay whole, and the index ends as one that is built anew.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{
    facet::Facets,
    facts::Facts,
    id::{ImageId, ResultId},
    parameter::ParameterList,
    problem::ProblemKind,
    query::Query,
    time::Timestamp,
    window::Window,
};
use index::Index;
use store::{OpenOptions, Store, rows::Reread};
use testkit::{Library, picture};
use tokio::{sync::watch, task::JoinSet};

/// Pictures at first.
const PICTURES: u32 = 480;
const WRITERS: u32 = 8;
/// How often each writer writes, and new files are scanned, at least.
const ROUNDS: u32 = 5;
/// Rounds that a writer may be ahead of the scans. Without a bound SQLite, which lets whoever comes
/// first write next, may keep a scan waiting for minutes.
const AHEAD: u32 = 3;
/// Length of a window; the last one is shorter.
const WINDOW: u32 = 70;
/// How long the index may take to follow the last change.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_results_are_whole_while_eight_write_and_a_scan_adds() {
    let database = testkit::db::sqlite();
    results_are_whole(database.url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_results_are_whole_while_eight_write_and_a_scan_adds() {
    let database = testkit::db::postgres();
    results_are_whole(database.url()).await;
}

async fn results_are_whole(url: &str) {
    let library = Library::new(|options| options.database = Some(url.to_owned())).await;
    for seed in 0..PICTURES {
        library.write(&format!("{seed:04}.png"), &picture::a1111("a dune", seed));
    }
    library.scan().await;
    let store = Store::open(url, OpenOptions::default()).await.unwrap();
    let over = AtomicBool::new(false);
    let rounds: Arc<[AtomicU32]> = (0..WRITERS).map(|_| AtomicU32::new(0)).collect();
    let (scanned, scans) = watch::channel(0);
    let mut writers = JoinSet::new();
    for own in 0..WRITERS {
        let (store, rounds, mut scans) = (store.clone(), Arc::clone(&rounds), scans.clone());
        writers.spawn(async move {
            let mut round = 0;
            // They end when nothing is scanned any more.
            while scans.wait_for(|scans| round <= scans + AHEAD).await.is_ok() {
                write(&store, own, round).await;
                round = rounds[own as usize].fetch_add(1, Ordering::Relaxed) + 1;
            }
        });
    }
    let reading = async {
        let mut compared = 0;
        while !over.load(Ordering::Relaxed) {
            compared += read_again_and_again(&library).await;
        }
        compared
    };
    let scanning = async {
        let mut added = 0;
        let enough = |round: &AtomicU32| round.load(Ordering::Relaxed) >= ROUNDS;
        while added < ROUNDS || !rounds.iter().all(enough) {
            for place in 0..20 {
                let bytes = picture::a1111("a new dune", PICTURES + added * 20 + place);
                library.write(&format!("new {added}/{place}.png"), &bytes);
            }
            library.scan().await;
            added += 1;
            scanned.send_replace(added);
        }
        over.store(true, Ordering::Relaxed);
        drop(scanned);
        added
    };
    let (compared, added) = tokio::join!(reading, scanning);
    assert!(
        compared > 0,
        "no result was held long enough to be read twice"
    );
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    follows(&library, &store, PICTURES + added * 20).await;
}

/// Every picture of a result comes exactly once, also where all tie, and in the same place each time;
/// how often that could be seen before so much had changed that the result was put away.
async fn read_again_and_again(library: &Library) -> u32 {
    let (result, total) = pin(library, "sort=-steps").await;
    let Some(first) = through(library, result, total).await else {
        return 0;
    };
    assert_whole(&first, total);
    let mut compared = 0;
    while compared < 20 {
        let Some(again) = through(library, result, total).await else {
            break;
        };
        assert_eq!(again, first);
        compared += 1;
    }
    compared
}

/// Gives a writer's share of all pictures other recipes: of few kinds, so that they tie.
async fn write(store: &Store, own: u32, round: u32) {
    let rows = store.index_rows(i64::MIN, 10_000).await.unwrap();
    let keys = rows.iter().map(|row| row.key);
    let keys: Vec<i64> = keys.filter(|key| *key as u32 % WRITERS == own).collect();
    let recipes = store.recipes_of(&keys).await.unwrap();
    let changed = recipes.into_iter().map(|(image, mut recipe)| {
        let kind = (image as u32).wrapping_mul(31).wrapping_add(round) % 7;
        for sampling in &mut recipe.samplers {
            sampling.steps = Some(20 + kind);
            sampling.seed = Some(u64::from(kind % 3));
        }
        recipe.models = vec![format!("model {kind}")];
        recipe.positive = format!("a dune of round {round}, kind {kind}");
        Reread {
            image,
            recipe,
            notices: Vec::new(),
            parameters: ParameterList::default(),
            has_workflow: kind == 1,
            unparsed: kind == 2,
            secret: kind == 3,
        }
    });
    store.replace_recipes(changed.collect(), &[]).await.unwrap();
}

/// A result that is held from now on, and how many pictures it has.
async fn pin(library: &Library, query: &str) -> (ResultId, u64) {
    let search = library.gallery.search();
    let first = search.first_page(&Query::parse(query), 1).await.unwrap();
    (first.head.id.unwrap(), first.head.total.unwrap())
}

/// All pictures of a held result, window by window; `None` when it was put away.
async fn through(library: &Library, result: ResultId, total: u64) -> Option<Vec<ImageId>> {
    let search = library.gallery.search();
    let mut ids = Vec::new();
    for offset in (0..total).step_by(WINDOW as usize) {
        let len = WINDOW;
        let page = match search.window(result, Window { offset, len }).await {
            Ok(page) => page,
            Err(error) => {
                assert_eq!(error.problem().kind, ProblemKind::Stale);
                return None;
            }
        };
        let wanted = u64::from(WINDOW).min(total - offset);
        assert_eq!(page.cards.len() as u64, wanted, "window at {offset}");
        ids.extend(page.cards.into_iter().map(|card| card.id));
    }
    Some(ids)
}

fn assert_whole(ids: &[ImageId], total: u64) {
    let mut once = ids.to_vec();
    once.sort_unstable();
    once.dedup();
    assert_eq!((once.len() as u64, ids.len() as u64), (total, total));
}

/// Waits until the gallery has followed all changes; then it answers as an index of the rows does.
async fn follows(library: &Library, store: &Store, total: u32) {
    let now = library.clock.now();
    let rows = store.index_rows(i64::MIN, 10_000).await.unwrap();
    assert_eq!(rows.len(), total as usize);
    let ids: HashMap<i64, ImageId> = rows.iter().map(|row: &Facts| (row.key, row.id)).collect();
    let built = Index::default().apply(rows, &[]);
    let queries = [
        "",
        "sort=steps",
        "sort=-seed,name",
        "steps=20..22",
        "q=kind%203",
        "is=unparsed",
    ];
    for text in queries {
        let query = Query::parse(text);
        let wanted = answer(&built, &ids, &query, now);
        let start = Instant::now();
        loop {
            let (result, total) = pin(library, text).await;
            let kept = through(library, result, total).await;
            let counts = library.gallery.search().facets(&query).unwrap();
            if kept.as_ref() == Some(&wanted.0) && counts == wanted.1 {
                break;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "`{text}` is not answered as by a new index"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn answer(
    built: &Index,
    ids: &HashMap<i64, ImageId>,
    query: &Query,
    now: Timestamp,
) -> (Vec<ImageId>, Facets) {
    let found = built.find(query, now).all_keys(built).unwrap();
    let found = found.into_iter().map(|key| ids[&key]).collect();
    (found, built.facets(query, now))
}
