//! Pictures of which only the address is known.

use domain::{
    facts::Facts,
    id::{ImageId, UploadId},
    image::Format,
    judgement::{Edit, Verdict},
    record::{Kept, Record},
    time::Timestamp,
};
use store::{
    Store,
    rows::{Changes, NewRecord, NewUpload, RootRow, ScannedFile},
};

use crate::{
    support::{COUNTS, file, finish_all, images, new_root, open, open_with_root, record},
    tags::author,
};

testkit::on_both_engines!(
    what_is_told_last_of_a_picture_counts,
    as_many_come_at_once_as_are_sent,
    a_picture_that_came_as_a_file_is_left_alone,
    both_prompts_and_the_facts_of_a_record_are_told,
    a_picture_without_a_file_neither_waits_nor_is_missing,
    it_goes_with_the_trash,
    a_file_that_is_sent_for_it_leaves_what_was_done_to_it,
    a_picture_that_has_a_file_is_not_given_another,
    without_its_folder_only_the_address_is_left,
);

fn told(number: u64) -> Record {
    Record {
        address: format!("https://pictures.test/ü/{number}.webp?size=1"),
        user: "u-17".to_owned(),
        intent: "generate".to_owned(),
        original: format!("a dune {number}"),
        refined: "A quiet dune\0 at dusk, 漢字".to_owned(),
        metadata: r#"{"model":"gemini","n":[1,2]}"#.to_owned(),
    }
}

fn new(number: u64) -> NewRecord {
    NewRecord {
        id: id(number),
        record: told(number),
        format: Format::Webp,
        date: Timestamp(1_700_000_000_000 + number as i64),
        at: Timestamp(1_750_000_000_000),
    }
}

fn id(number: u64) -> ImageId {
    ImageId(5 << 100 | u128::from(number))
}

/// The same without what no database keeps.
fn plain(record: Record) -> Record {
    Record {
        refined: record.refined.replace('\0', ""),
        ..record
    }
}

async fn key(store: &Store, number: u64) -> i64 {
    store.record(id(number)).await.unwrap().unwrap().image
}

async fn facts(store: &Store, key: i64) -> Facts {
    store.index_rows_of(&[key]).await.unwrap().remove(0)
}

async fn what_is_told_last_of_a_picture_counts(url: &str) {
    let store = open(url).await;
    assert_eq!(store.record(id(1)).await.unwrap(), None);
    let kept = store.save_records(vec![new(1)]).await.unwrap();
    assert_eq!(kept, [Kept::Created]);
    let known = store.record(id(1)).await.unwrap().unwrap();
    assert_eq!(known.record, plain(told(1)));
    assert_eq!(known.added, new(1).at);
    assert!(!known.has_file);
    let change = store.change_now().await.unwrap();
    let kept = store.save_records(vec![new(1), new(1)]).await.unwrap();
    assert_eq!(kept, [Kept::Unchanged; 2]);
    assert_eq!(store.change_now().await.unwrap(), change);

    let other = NewRecord {
        record: Record {
            intent: "edit".to_owned(),
            ..Record::default()
        },
        at: Timestamp(1_750_000_009_000),
        date: Timestamp(1),
        ..new(1)
    };
    let other = NewRecord {
        record: Record {
            address: told(1).address,
            ..other.record
        },
        ..other
    };
    let sent = vec![new(2), other.clone(), new(1), new(2), other.clone()];
    let kept = store.save_records(sent).await.unwrap();
    let expected = [
        Kept::Created,
        Kept::Updated,
        Kept::Updated,
        Kept::Unchanged,
        Kept::Updated,
    ];
    assert_eq!(kept, expected);
    let now = store.record(id(1)).await.unwrap().unwrap();
    assert_eq!((&now.record, now.changed), (&other.record, other.at));
    // One change, which tells of both; the date of a picture is the one that it came with.
    assert_eq!(store.change_now().await.unwrap(), change + 1);
    let Changes::Rows { touched, .. } = store.changes_since(change).await.unwrap() else {
        panic!("they are rows");
    };
    assert_eq!(touched, [known.image, key(&store, 2).await]);
    assert_eq!(facts(&store, known.image).await.date, new(1).date);
}

async fn as_many_come_at_once_as_are_sent(url: &str) {
    let store = open(url).await;
    for count in COUNTS {
        let kept = store.save_records((0..count).map(new).collect()).await;
        assert_eq!(kept.unwrap().len() as u64, count);
        assert_eq!(store.total().await.unwrap(), count);
    }
    let cards = store.first_cards(600).await.unwrap();
    assert_eq!(cards.len(), 501);
    assert_eq!(cards[0].1.address, told(500).address);
}

async fn a_picture_that_came_as_a_file_is_left_alone(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 1).await;
    let theirs = file(&root, 0).id;
    let change = store.change_now().await.unwrap();
    let strange = NewRecord {
        id: theirs,
        ..new(1)
    };
    let kept = store.save_records(vec![strange]).await.unwrap();
    assert_eq!(kept, [Kept::Refused]);
    assert_eq!(store.record(theirs).await.unwrap(), None);
    assert_eq!(store.change_now().await.unwrap(), change);
}

async fn both_prompts_and_the_facts_of_a_record_are_told(url: &str) {
    let store = open(url).await;
    let bare = NewRecord {
        record: Record {
            address: "https://pictures.test".to_owned(),
            original: "only this".to_owned(),
            ..Record::default()
        },
        ..new(2)
    };
    store.save_records(vec![new(1), bare]).await.unwrap();
    let (first, second) = (key(&store, 1).await, key(&store, 2).await);
    let row = facts(&store, first).await;
    assert_eq!(
        (row.user.as_str(), row.intent.as_str(), row.name.as_str()),
        ("u-17", "generate", "1.webp")
    );
    assert_eq!(row.positive, "A quiet dune at dusk, 漢字\na dune 1");
    assert_eq!((row.format, row.missing), (Format::Webp, false));
    let row = facts(&store, second).await;
    assert_eq!(
        (row.name.as_str(), row.positive.as_str()),
        ("pictures.test", "only this")
    );
    let recipes = store.recipes_of(&[first, second]).await.unwrap();
    let prompts: Vec<&str> = recipes.iter().map(|(_, one)| &*one.positive).collect();
    assert_eq!(prompts, ["A quiet dune at dusk, 漢字", "only this"]);

    let detail = store.detail(id(1)).await.unwrap().unwrap();
    assert_eq!(detail.record, Some(plain(told(1))));
    assert_eq!(detail.recipe.positive, "A quiet dune at dusk, 漢字");
    let card = detail.card;
    assert_eq!(
        (&*card.name, &*card.caption, &*card.address, card.missing),
        (
            "1.webp",
            "A quiet dune at dusk, 漢字",
            &*told(1).address,
            false
        )
    );
}

async fn a_picture_without_a_file_neither_waits_nor_is_missing(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 2).await;
    store.save_records(vec![new(1), new(2)]).await.unwrap();
    assert_eq!(store.waiting().await.unwrap(), 2);
    assert_eq!(store.unfinished(10).await.unwrap().len(), 2);
    let (first, second) = (key(&store, 1).await, key(&store, 2).await);
    assert_eq!(store.files_of(&[first, second]).await.unwrap(), []);
    assert_eq!(store.file_of(id(1)).await.unwrap(), None);
    let counts = store.root_counts().await.unwrap();
    assert_eq!(
        (counts.len(), counts[0].images, counts[0].missing),
        (1, 2, 0)
    );
}

async fn it_goes_with_the_trash(url: &str) {
    let store = open(url).await;
    store.save_records(vec![new(1), new(2)]).await.unwrap();
    let first = key(&store, 1).await;
    let trash = store.judge(author(1), vec![first], Edit::Trash(true));
    trash.await.unwrap();
    let all = Timestamp(i64::MAX);
    let told = store.trashed(&[first]).await.unwrap();
    assert_eq!((told.len(), told[0].files.len()), (1, 0));
    assert_eq!(store.begin_purge(vec![first], all).await.unwrap(), [first]);
    let gone = store.finish_purge(author(2), vec![first]).await.unwrap();
    assert_eq!(gone, 1);
    assert_eq!(store.record(id(1)).await.unwrap(), None);
    // Told of once more, it is a new picture.
    let kept = store.save_records(vec![new(1), new(2)]).await.unwrap();
    assert_eq!(kept, [Kept::Created, Kept::Unchanged]);
    assert_ne!(key(&store, 1).await, first);
}

/// Says that a file comes for a picture, and brings it.
async fn send(store: &Store, root: &RootRow, number: u64, attach: ImageId) -> i64 {
    let upload = UploadId(u128::from(number));
    let file: ScannedFile = file(root, number);
    let begun = NewUpload {
        id: upload,
        root: root.id,
        folder: file.folder.clone(),
        name: file.name.clone(),
        size: Some(file.size),
        at: Timestamp(5_000),
        attach: Some(attach),
        replaces: None,
        about: None,
    };
    let row = store.begin_upload(begun).await.unwrap();
    assert_eq!(row.attach, Some(attach));
    let hash = *blake3::hash(&number.to_le_bytes()).as_bytes();
    let recorded = store
        .finish_upload(upload, file, hash, author(number.into()))
        .await
        .unwrap();
    images(&recorded)[0]
}

async fn a_file_that_is_sent_for_it_leaves_what_was_done_to_it(url: &str) {
    let (store, root) = open_with_root(url).await;
    store.save_records(vec![new(1)]).await.unwrap();
    let first = key(&store, 1).await;
    let approve = Edit::Verdict(Verdict::Approved);
    store.judge(author(1), vec![first], approve).await.unwrap();
    let image = send(&store, &root, 4, id(1)).await;
    assert_eq!(image, first);
    let known = store.record(id(1)).await.unwrap().unwrap();
    assert!(known.has_file);
    let detail = store.detail(id(1)).await.unwrap().unwrap();
    let card = &detail.card;
    assert_eq!(
        (&*card.name, &*card.address, card.width),
        ("picture 00004.png", "", 832)
    );
    assert_eq!(card.judgement.verdict, Verdict::Approved);
    assert_eq!(detail.record, Some(plain(told(1))));
    let row = facts(&store, first).await;
    assert_eq!((&*row.name, &*row.user), ("picture 00004.png", "u-17"));
    assert!(
        row.positive
            .starts_with("a prompt, (masterpiece:1.2), 漢字 4\nA quiet dune")
    );
    assert!(row.positive.ends_with("\na dune 1"));
    // Now it has something to hash and to draw.
    assert_eq!(store.waiting().await.unwrap(), 1);
    finish_all(&store).await;
    assert_eq!(store.waiting().await.unwrap(), 0);
    // What is told of it later changes the record alone.
    let mut later = new(1);
    later.record.intent = String::from("edit");
    let kept = store.save_records(vec![later]).await.unwrap();
    assert_eq!(kept, [Kept::Updated]);
    let row = facts(&store, first).await;
    assert_eq!((&*row.name, &*row.intent), ("picture 00004.png", "edit"));
}

async fn a_picture_that_has_a_file_is_not_given_another(url: &str) {
    let (store, root) = open_with_root(url).await;
    store.save_records(vec![new(1)]).await.unwrap();
    let first = key(&store, 1).await;
    assert_eq!(send(&store, &root, 4, id(1)).await, first);
    let second = send(&store, &root, 6, id(1)).await;
    assert_ne!(second, first);
    assert_eq!(store.total().await.unwrap(), 2);
    // Nor does it become another one that had the same bytes.
    let change = store.change_now().await.unwrap();
    assert_eq!(store.adopt(first, second).await.unwrap(), change);
    assert!(store.record(id(1)).await.unwrap().unwrap().has_file);
}

async fn without_its_folder_only_the_address_is_left(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    record(&store, &root, 1).await;
    store.save_records(vec![new(1)]).await.unwrap();
    let first = send(&store, &other, 4, id(1)).await;
    store.remove_root(other.id).await.unwrap();
    assert_eq!(store.total().await.unwrap(), 2);
    let card = store.cards(&[first]).await.unwrap().remove(0).1;
    assert_eq!((&*card.address, card.missing), (&*told(1).address, false));
    assert_eq!(store.waiting().await.unwrap(), 1);
    assert!(!facts(&store, first).await.missing);
}
