//! Cards, details and files.

use domain::{
    id::{ImageId, OperationId},
    image::Format,
    judgement::Edit,
    recipe::Recipe,
    time::Timestamp,
};
use store::rows::{Author, ScannedFile};

use crate::support::{COUNTS, file, finish_all, images, new_root, open, open_with_root, record};

testkit::on_both_engines!(
    cards_come_in_the_order_asked_for,
    the_first_cards_are_the_newest_and_ties_go_by_id,
    what_is_hidden_or_in_the_trash_is_not_among_the_first_cards,
    a_caption_is_the_start_of_the_prompt_or_the_name,
    a_detail_has_everything_that_was_recorded,
    recipes_come_in_the_order_asked_for,
    files_come_in_the_order_asked_for,
    what_is_not_there_is_not_found,
);

async fn cards_come_in_the_order_asked_for(url: &str) {
    for (number, count) in COUNTS.into_iter().enumerate() {
        let store = open(url).await;
        let root = store.add_root(new_root(number as u128)).await.unwrap();
        let files = (0..count).map(|n| ScannedFile {
            id: ImageId(u128::from(n) + (number as u128) * 10_000),
            ..file(&root, n)
        });
        let recorded = store.record_files(files.collect()).await.unwrap();
        let mut keys = images(&recorded);
        keys.reverse();
        keys.insert(0, 999_999);
        let cards = store.cards(&keys).await.unwrap();
        let found: Vec<i64> = cards.iter().map(|(key, _)| *key).collect();
        assert_eq!(found, keys[1..]);
        if let Some((_, card)) = cards.last() {
            let expected = file(&root, 0);
            assert_eq!((card.width, card.height), (expected.width, expected.height));
            assert_eq!((card.format, card.date), (expected.format, expected.date));
            assert_eq!((&card.stamp, &card.name), (&expected.stamp, &expected.name));
            assert_eq!(
                (card.seconds, card.missing, card.placeholder.as_str()),
                (None, false, "")
            );
        }
        if let [.., (_, card), _] = cards.as_slice() {
            assert_eq!((card.format, card.seconds), (Format::Mp4, Some(3)));
        }
    }
}

async fn the_first_cards_are_the_newest_and_ties_go_by_id(url: &str) {
    let (store, root) = open_with_root(url).await;
    assert_eq!(store.first_cards(10).await.unwrap(), []);
    assert_eq!(store.total().await.unwrap(), 0);
    record(&store, &root, 501).await;
    let cards = store.first_cards(500).await.unwrap();
    assert_eq!(cards.len(), 500);
    let order: Vec<(Timestamp, ImageId)> =
        cards.iter().map(|(_, card)| (card.date, card.id)).collect();
    assert!(order.is_sorted_by(|a, b| a > b));
    assert_eq!(order[0].1, file(&root, 500).id);
    assert_eq!(store.total().await.unwrap(), 501);
}

async fn what_is_hidden_or_in_the_trash_is_not_among_the_first_cards(url: &str) {
    let (store, root) = open_with_root(url).await;
    let keys = images(&record(&store, &root, 5).await);
    for (key, edit) in [
        (keys[1], Edit::Hidden(true)),
        (keys[2], Edit::Trash(true)),
        (keys[3], Edit::Rating(4)),
    ] {
        let author = Author {
            operation: OperationId(key.cast_unsigned().into()),
            at: Timestamp(1_700_000_000_000),
            actor: "Ada".to_owned(),
        };
        store.judge(author, vec![key], edit).await.unwrap();
    }
    let mut shown: Vec<i64> = store
        .first_cards(10)
        .await
        .unwrap()
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    shown.sort_unstable();
    assert_eq!(shown, [keys[0], keys[3], keys[4]]);
}

async fn a_caption_is_the_start_of_the_prompt_or_the_name(url: &str) {
    let (store, root) = open_with_root(url).await;
    let mut long = file(&root, 2);
    long.recipe.positive = "漢字 ".repeat(300);
    let mut blank = file(&root, 4);
    blank.recipe.positive = String::from(" \n ");
    let files = vec![file(&root, 0), file(&root, 1), long, blank];
    let recorded = store.record_files(files).await.unwrap();
    let cards = store.cards(&images(&recorded)).await.unwrap();
    let captions: Vec<&str> = cards
        .iter()
        .map(|(_, card)| card.caption.as_str())
        .collect();
    assert_eq!(captions[0], "a prompt, (masterpiece:1.2), 漢字 0");
    assert_eq!(captions[1], "picture 00001.png");
    assert!(captions[2].starts_with("漢字 漢字") && captions[2].ends_with('…'));
    assert!(captions[2].chars().count() <= 160);
    assert_eq!(captions[3], "picture 00004.png");
}

async fn a_detail_has_everything_that_was_recorded(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 2).await;
    finish_all(&store).await;
    for (number, row) in recorded.rows.iter().enumerate() {
        let expected = file(&root, number as u64);
        let detail = store.detail(expected.id).await.unwrap().unwrap();
        assert_eq!((detail.image, detail.card.id), (row.image, expected.id));
        assert_eq!(detail.recipe, expected.recipe);
        assert_eq!(detail.notices, expected.notices);
        assert_eq!(
            (&detail.root, &detail.folder),
            (&root.name, &expected.folder)
        );
        assert_eq!(
            (detail.bytes, detail.added),
            (expected.size, expected.added)
        );
        assert_eq!(
            (detail.modified, detail.unreadable),
            (expected.modified, false)
        );
        assert!(detail.content_hash.is_some());
        let keys: Vec<&str> = detail
            .chunks
            .iter()
            .map(|chunk| chunk.key.as_str())
            .collect();
        assert_eq!(keys, ["workflow", "prompt"]);
        assert_eq!(detail.chunks[0].bytes, b"shared");
        assert_ne!(detail.chunks[0].hash, detail.chunks[1].hash);
        assert_eq!(detail.card.placeholder, "__4-");
    }
}

async fn recipes_come_in_the_order_asked_for(url: &str) {
    let (store, root) = open_with_root(url).await;
    assert_eq!(store.recipes_of(&[]).await.unwrap(), []);
    let recorded = record(&store, &root, 501).await;
    let mut keys = images(&recorded);
    keys.reverse();
    let recipes = store.recipes_of(&keys).await.unwrap();
    assert_eq!(recipes.len(), 501);
    for ((key, recipe), number) in recipes.iter().zip((0..501).rev()) {
        assert_eq!(*key, images(&recorded)[number]);
        assert_eq!(*recipe, file(&root, number as u64).recipe);
    }
    assert_eq!(recipes[1].1, Recipe::default());
}

async fn files_come_in_the_order_asked_for(url: &str) {
    let (store, root) = open_with_root(url).await;
    assert_eq!(store.files_of(&[]).await.unwrap(), []);
    let recorded = record(&store, &root, 501).await;
    let keys = [images(&recorded)[500], 12_345, images(&recorded)[0]];
    let files = store.files_of(&keys).await.unwrap();
    assert_eq!(files.len(), 2);
    let (expected, found) = (file(&root, 500), &files[0]);
    assert_eq!((found.image, found.id), (keys[0], expected.id));
    assert_eq!(
        (&found.root_path, &found.root_name),
        (&root.path, &root.name)
    );
    assert_eq!(
        (&found.folder, &found.name),
        (&expected.folder, &expected.name)
    );
    assert_eq!(
        (found.size, &found.stamp, found.format),
        (expected.size, &expected.stamp, expected.format)
    );
    assert_eq!(
        (found.width, found.height, found.date),
        (832, 1216, expected.date)
    );
    assert_eq!(
        (found.content_hash, found.crc32, found.missing),
        (None, None, false)
    );
    finish_all(&store).await;
    let found = store.file_of(expected.id).await.unwrap().unwrap();
    assert_eq!(found.crc32, Some(u32::MAX));
    assert!(found.content_hash.is_some());
    assert_eq!(store.files_of(&images(&recorded)).await.unwrap().len(), 501);
}

async fn what_is_not_there_is_not_found(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 1).await;
    assert_eq!(store.detail(ImageId(1)).await.unwrap(), None);
    assert_eq!(store.file_of(ImageId(1)).await.unwrap(), None);
    assert_eq!(store.cards(&[0, -1, i64::MAX]).await.unwrap(), []);
    assert_eq!(store.index_rows_of(&[0]).await.unwrap(), []);
}
