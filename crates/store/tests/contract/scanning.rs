//! Recording what a scan found.

use domain::{
    id::ImageId,
    recipe::{Notice, Recipe},
    time::Timestamp,
};
use store::rows::{KnownFile, RecordedFile, ScannedFile};

use crate::support::{
    COUNTS, file, finish_all, images, locations, new_root, open, open_with_root, record,
};

testkit::on_both_engines!(
    known_files_come_back_window_by_window,
    keys_follow_the_order_of_the_batch,
    a_changed_file_keeps_its_picture_and_loses_what_was_made_of_its_bytes,
    the_same_bytes_read_again_keep_what_was_made_of_them,
    a_file_without_a_date_of_its_own_keeps_its_first_one,
    a_path_that_comes_twice_counts_as_it_came_last,
    a_moved_file_keeps_its_picture,
    a_chain_of_renames_keeps_every_picture,
    a_move_onto_a_known_path_is_a_change_of_that_path,
    a_new_file_may_take_the_place_of_a_moved_one,
    one_of_two_copies_that_changes_becomes_a_picture_of_its_own,
    nul_characters_are_dropped_and_odd_numbers_survive,
    the_same_path_in_two_roots_is_two_files,
);

async fn known_files_come_back_window_by_window(url: &str) {
    let store = open(url).await;
    let mut number = 0;
    for count in COUNTS {
        number += 1;
        let root = store.add_root(new_root(number)).await.unwrap();
        let files: Vec<ScannedFile> = (0..count)
            .map(|number| ScannedFile {
                id: ImageId(u128::from(number) + (u128::from(count) << 32)),
                ..file(&root, number)
            })
            .collect();
        let recorded = store.record_files(files.clone()).await.unwrap();
        let mut known: Vec<KnownFile> = Vec::new();
        loop {
            let after = known.last().map_or(0, |file| file.location);
            let window = store.known_files(root.key, after, 200).await.unwrap();
            if window.is_empty() {
                break;
            }
            known.extend(window);
        }
        assert_eq!(known.len() as u64, count);
        for ((known, file), row) in known.iter().zip(&files).zip(&recorded.rows) {
            assert!(row.new);
            let expected = KnownFile {
                location: row.location,
                folder: file.folder.as_str().into(),
                name: file.name.as_str().into(),
                size: file.size,
                mtime_ns: file.mtime_ns,
                inode: file.inode,
                missing_scans: 0,
            };
            assert_eq!(*known, expected);
        }
    }
}

async fn keys_follow_the_order_of_the_batch(url: &str) {
    let (store, root) = open_with_root(url).await;
    let first = record(&store, &root, 2).await;
    let again = vec![file(&root, 3), file(&root, 1), file(&root, 0)];
    let second = store.record_files(again).await.unwrap();
    let known = |place: usize| RecordedFile {
        new: false,
        ..first.rows[place]
    };
    assert_eq!(second.rows[1..], [known(1), known(0)]);
    assert!(second.rows[0].new);
    assert_eq!(second.change, first.change + 1);
}

async fn a_changed_file_keeps_its_picture_and_loses_what_was_made_of_its_bytes(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 3).await;
    finish_all(&store).await;
    assert_eq!(store.waiting().await.unwrap(), 0);
    let before = store.detail(file(&root, 2).id).await.unwrap().unwrap();
    assert!(before.content_hash.is_some() && !before.chunks.is_empty());

    let changed = ScannedFile {
        id: ImageId(77),
        size: 9,
        stamp: "other".to_owned(),
        recipe: Recipe {
            tool: "a1111".to_owned(),
            ..Recipe::default()
        },
        notices: Vec::new(),
        added: Timestamp(5),
        ..file(&root, 2)
    };
    let again = store.record_files(vec![changed]).await.unwrap();
    assert_eq!(
        again.rows,
        [RecordedFile {
            new: false,
            ..recorded.rows[2]
        }]
    );
    let after = store.detail(before.card.id).await.unwrap().unwrap();
    assert_eq!(
        after.recipe,
        Recipe {
            tool: "a1111".to_owned(),
            ..Recipe::default()
        }
    );
    assert_eq!((after.bytes, after.added), (9, before.added));
    assert_eq!(
        (after.card.stamp.as_str(), after.card.placeholder.as_str()),
        ("other", "")
    );
    assert_eq!(
        (after.content_hash, after.chunks, after.notices),
        (None, vec![], vec![])
    );
    assert_eq!(store.waiting().await.unwrap(), 1);
    assert_eq!(store.total().await.unwrap(), 3);
}

async fn the_same_bytes_read_again_keep_what_was_made_of_them(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 501).await;
    finish_all(&store).await;
    let before = store.detail(file(&root, 2).id).await.unwrap();
    let again = record(&store, &root, 501).await;
    assert!(again.rows.iter().all(|row| !row.new));
    assert_eq!(store.detail(file(&root, 2).id).await.unwrap(), before);
    assert_eq!(store.waiting().await.unwrap(), 0);
}

async fn a_file_without_a_date_of_its_own_keeps_its_first_one(url: &str) {
    let (store, root) = open_with_root(url).await;
    let dated = |date: i64, modified: i64| {
        let (date, modified) = (Timestamp(date), Timestamp(modified));
        ScannedFile {
            date,
            modified,
            ..file(&root, 1)
        }
    };
    for (file, expected) in [
        (dated(5, 5), 5),
        (dated(8, 8), 5),
        (dated(3, 9), 3),
        (dated(9, 9), 3),
    ] {
        let id = file.id;
        let modified = file.modified;
        store.record_files(vec![file]).await.unwrap();
        let detail = store.detail(id).await.unwrap().unwrap();
        assert_eq!(
            (detail.card.date, detail.modified),
            (Timestamp(expected), modified)
        );
    }
}

async fn a_path_that_comes_twice_counts_as_it_came_last(url: &str) {
    let (store, root) = open_with_root(url).await;
    let late = ScannedFile {
        size: 5,
        ..file(&root, 0)
    };
    let recorded = store
        .record_files(vec![file(&root, 0), file(&root, 1), late])
        .await
        .unwrap();
    assert_eq!(recorded.rows[0], recorded.rows[2]);
    assert_eq!(store.total().await.unwrap(), 2);
    assert_eq!(store.known_files(root.key, 0, 9).await.unwrap()[1].size, 5);
}

/// A file of a root at another path.
fn moved(file: ScannedFile, from: i64, name: &str) -> ScannedFile {
    ScannedFile {
        moved_from: Some(from),
        name: name.to_owned(),
        id: ImageId(99),
        ..file
    }
}

async fn a_moved_file_keeps_its_picture(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    let recorded = record(&store, &root, 2).await;
    finish_all(&store).await;
    store
        .mark_missing(&locations(&recorded), Timestamp(1))
        .await
        .unwrap();
    let here = ScannedFile {
        root: other.key,
        ..file(&root, 0)
    };
    let here = moved(here, recorded.rows[0].location, "новое.png");
    let again = store.record_files(vec![here]).await.unwrap();
    assert_eq!(
        again.rows,
        [RecordedFile {
            new: false,
            ..recorded.rows[0]
        }]
    );
    let known = store.known_files(other.key, 0, 9).await.unwrap();
    assert_eq!((&*known[0].name, known[0].missing_scans), ("новое.png", 0));
    assert_eq!(store.known_files(root.key, 0, 9).await.unwrap().len(), 1);
    assert_eq!(
        (store.total().await.unwrap(), store.waiting().await.unwrap()),
        (2, 0)
    );
    let unknown = moved(file(&root, 5), 12_345, "x.png");
    assert!(store.record_files(vec![unknown]).await.unwrap().rows[0].new);
}

async fn a_chain_of_renames_keeps_every_picture(url: &str) {
    let (store, root) = open_with_root(url).await;
    let files: Vec<ScannedFile> = (0..3)
        .map(|number| ScannedFile {
            name: format!("{number}"),
            ..file(&root, number * 2)
        })
        .collect();
    let recorded = store.record_files(files.clone()).await.unwrap();
    // 0 is called 1 now, 1 is called 2, 2 is called 3.
    let renamed = (0..3).map(|place: usize| {
        let from = recorded.rows[place].location;
        moved(files[place].clone(), from, &format!("{}", place + 1))
    });
    let again = store.record_files(renamed.collect()).await.unwrap();
    assert_eq!(images(&again), images(&recorded));
    assert!(again.rows.iter().all(|row| !row.new));
    let known = store.known_files(root.key, 0, 9).await.unwrap();
    let names: Vec<&str> = known.iter().map(|file| &*file.name).collect();
    assert_eq!(names, ["1", "2", "3"]);
}

async fn a_move_onto_a_known_path_is_a_change_of_that_path(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 4).await;
    let here = file(&root, 2).name;
    let here = moved(file(&root, 0), recorded.rows[0].location, &here);
    let again = store.record_files(vec![here]).await.unwrap();
    assert_eq!(
        again.rows,
        [RecordedFile {
            new: false,
            ..recorded.rows[2]
        }]
    );
    assert_eq!(store.known_files(root.key, 0, 9).await.unwrap().len(), 4);
}

async fn a_new_file_may_take_the_place_of_a_moved_one(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 1).await;
    let away = moved(file(&root, 0), recorded.rows[0].location, "away.png");
    let new = ScannedFile {
        id: ImageId(5),
        size: 1,
        ..file(&root, 0)
    };
    let again = store.record_files(vec![new, away]).await.unwrap();
    assert_eq!(
        again.rows[1],
        RecordedFile {
            new: false,
            ..recorded.rows[0]
        }
    );
    assert!(again.rows[0].new);
    assert_eq!(store.total().await.unwrap(), 2);
}

async fn one_of_two_copies_that_changes_becomes_a_picture_of_its_own(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 2).await;
    let [old, new] = images(&recorded)[..] else {
        panic!("two pictures")
    };
    let [first, second] = locations(&recorded)[..] else {
        panic!("two files")
    };
    for at in [1, 2] {
        store.mark_missing(&[first], Timestamp(at)).await.unwrap();
    }
    store.adopt(new, old).await.unwrap();
    store.touch_seen(root.key, &[first]).await.unwrap();
    // Both files are there and hold one picture; then both get other bytes.
    let changed = |number, id| ScannedFile {
        size: 7,
        id: ImageId(id),
        ..file(&root, number)
    };
    let again = store
        .record_files(vec![changed(0, 51), changed(1, 52)])
        .await
        .unwrap();
    assert_eq!(locations(&again), [first, second]);
    assert_eq!(
        again
            .rows
            .iter()
            .filter(|row| row.image == old && !row.new)
            .count(),
        1
    );
    assert_eq!(
        again
            .rows
            .iter()
            .filter(|row| row.image > new && row.new)
            .count(),
        1
    );
    assert_eq!(store.total().await.unwrap(), 2);
}

async fn nul_characters_are_dropped_and_odd_numbers_survive(url: &str) {
    let (store, root) = open_with_root(url).await;
    let mut odd = file(&root, 0);
    odd.recipe.positive = String::from("a\0b \\u0000 \u{1} \u{10ffff} \"'");
    odd.recipe.tool_version = Some("\0".to_owned());
    odd.recipe.samplers[1].cfg = Some(0.1 + 0.2);
    odd.recipe.samplers[1].guidance = Some(f64::NAN);
    odd.recipe.samplers[1].denoise = Some(f64::INFINITY);
    odd.recipe.samplers[0].cfg = Some(1.5e-300);
    odd.recipe.samplers[0].guidance = Some(-1.234_567_891_234_56e15);
    odd.recipe.samplers[0].seed = Some(u64::MAX);
    odd.recipe.primary = 17;
    odd.notices = vec![Notice::new("x", "\0y")];
    store.record_files(vec![odd.clone()]).await.unwrap();
    let detail = store.detail(odd.id).await.unwrap().unwrap();
    let recipe = detail.recipe;
    assert_eq!(recipe.positive, "ab \\u0000 \u{1} \u{10ffff} \"'");
    assert_eq!(recipe.tool_version.as_deref(), Some(""));
    assert_eq!(recipe.primary, 17);
    let run = &recipe.samplers[1];
    assert_eq!(
        (run.cfg, run.guidance, run.denoise),
        (Some(0.3), None, None)
    );
    let run = &recipe.samplers[0];
    assert_eq!(
        (run.guidance, run.seed),
        (Some(-1.234_567_891_234_56e15), Some(u64::MAX))
    );
    let tiny = run.cfg.unwrap();
    assert!((tiny / 1.5e-300 - 1.0).abs() < 1e-14, "{tiny}");
    assert_eq!(detail.notices, [Notice::new("x", "y")]);
}

async fn the_same_path_in_two_roots_is_two_files(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    let there = ScannedFile {
        id: ImageId(4),
        ..file(&other, 1)
    };
    let recorded = store
        .record_files(vec![file(&root, 1), there])
        .await
        .unwrap();
    assert_ne!(recorded.rows[0].image, recorded.rows[1].image);
    assert_eq!(store.known_files(other.key, 0, 9).await.unwrap().len(), 1);
}
