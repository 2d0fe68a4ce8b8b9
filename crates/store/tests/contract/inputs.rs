//! Which pictures were made from which.

use domain::{
    facts::Facts,
    id::{ImageId, OperationId, UploadId},
    image::Format,
    judgement::Edit,
    parameter::{Label, ParameterList, Scalar},
    record::Record,
    scan::RootRole,
    time::Timestamp,
};
use store::{
    Batch, Store,
    rows::{
        Author, Changes, Finished, MovedFile, NewMove, NewRecord, NewRoot, NewUpload, ReferenceRow,
        ReferencedRow, References, Reread, RootRow, ScannedFile, Spot,
    },
};

use crate::support::{COUNTS, file, finished, images, locations, new_root, open_with_root};

testkit::on_both_engines!(
    a_name_is_found_among_inputs_whichever_comes_first,
    a_folder_becomes_one_of_inputs_and_ceases_to_be,
    a_reference_image_is_what_lies_nowhere_else,
    as_soon_as_bytes_are_known_they_count_and_names_do_not,
    reading_again_keeps_what_is_known_of_a_name_that_stays,
    a_copy_that_takes_over_is_what_was_loaded,
    what_is_replaced_and_deleted_is_told_to_what_was_made_from_it,
    a_file_that_is_moved_to_a_name_that_was_loaded_is_found,
    a_name_that_led_to_what_is_gone_is_looked_up_again,
    of_two_files_of_a_name_the_one_that_is_there_was_loaded,
    copies_of_an_input_are_all_of_it_and_one_that_is_gone_leaves_the_other,
    no_path_leads_out_of_a_folder_of_inputs,
);

fn author(number: u128) -> Author {
    Author {
        operation: OperationId(number),
        at: Timestamp(1_700_000_000_000),
        actor: "Ada".to_owned(),
    }
}

/// A store with a root of what was made and one of inputs.
async fn roots(url: &str) -> (Store, RootRow, RootRow) {
    let (store, root) = open_with_root(url).await;
    let inputs = store.add_root(of_inputs(2)).await.unwrap();
    assert_eq!(
        (root.role, inputs.role),
        (RootRole::Output, RootRole::Input)
    );
    (store, root, inputs)
}

fn of_inputs(number: u128) -> NewRoot {
    NewRoot {
        role: RootRole::Input,
        ..new_root(number)
    }
}

/// A file of a root at its top.
fn named(root: &RootRow, number: u64, name: &str) -> ScannedFile {
    ScannedFile {
        folder: String::new(),
        name: name.to_owned(),
        ..file(root, number)
    }
}

fn loading(values: &[&str]) -> ParameterList {
    let label = Label {
        node: "7",
        class: "LoadImage",
        title: "",
        name: "image",
    };
    values
        .iter()
        .map(|value| (label, Scalar::Text((*value).to_owned())))
        .collect()
}

/// A picture whose recipe loads files.
fn made_from(root: &RootRow, number: u64, values: &[&str]) -> ScannedFile {
    ScannedFile {
        parameters: loading(values),
        ..file(root, number)
    }
}

async fn facts(store: &Store, key: i64) -> Facts {
    store.index_rows_of(&[key]).await.unwrap().remove(0)
}

async fn references(store: &Store, key: i64) -> Vec<ImageId> {
    facts(store, key).await.references
}

/// What the recipe of a picture loads.
async fn loaded(store: &Store, id: u128) -> Vec<ReferenceRow> {
    store.references(ImageId(id)).await.unwrap().loaded
}

/// Whether the recipe of any other picture loads one.
async fn is_used(store: &Store, id: u128) -> bool {
    store.references(ImageId(id)).await.unwrap().used
}

/// The pictures that changed after a change.
async fn touched(store: &Store, since: i64) -> Vec<i64> {
    match store.changes_since(since).await.unwrap() {
        Changes::Rows { touched, .. } => touched,
        Changes::Rebuild { .. } => panic!("few pictures are listed"),
    }
}

async fn finish(store: &Store, key: i64, bytes: &str) -> u64 {
    let work = store.unfinished(1_000).await.unwrap();
    let one = work.iter().find(|one| one.image == key).unwrap();
    let done = Finished {
        content_hash: *blake3::hash(bytes.as_bytes()).as_bytes(),
        ..finished(key, &one.stamp)
    };
    store.finish(vec![done]).await.unwrap()
}

async fn a_name_is_found_among_inputs_whichever_comes_first(url: &str) {
    let (store, root, inputs) = roots(url).await;
    for count in COUNTS {
        let base = 10_000 * (1 + count);
        let pose = format!("pose {count} ü.png");
        let later: Vec<_> = (0..count)
            .map(|number| made_from(&root, base + number, &[&pose, "other.png [input]"]))
            .collect();
        let before = store.record_batch(Batch::from(later)).await.unwrap();
        let users = images(&before);
        assert!(
            before
                .fresh
                .is_none_or(|fresh| fresh.facts().iter().all(|row| row.references.is_empty()))
        );
        let input = named(&inputs, base + 5_000, &pose);
        let found = store.record_files(vec![input.clone()]).await.unwrap();
        let mut all = users.clone();
        all.extend(images(&found));
        assert_eq!(touched(&store, found.change - 1).await, all);
        for user in &users {
            assert_eq!(references(&store, *user).await, [input.id]);
        }
        // The other way round what the index is told is what it would read.
        let earlier: Vec<_> = (0..count)
            .map(|number| made_from(&root, base + 6_000 + number, &[&pose]))
            .collect();
        let after = store.record_batch(Batch::from(earlier)).await.unwrap();
        let keys = images(&after);
        let read = store.index_rows_of(&keys).await.unwrap();
        assert!(read.iter().all(|row| row.references == [input.id]));
        if let Some(fresh) = after.fresh {
            assert_eq!(fresh.facts(), read);
        }
    }
    let told = store.references(ImageId(9)).await.unwrap();
    assert_eq!(told, References::default(), "nobody knows it");
}

async fn a_folder_becomes_one_of_inputs_and_ceases_to_be(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    let recorded = store
        .record_files(vec![
            made_from(&root, 0, &["pose.png"]),
            made_from(&root, 2, &["poses/pose.png"]),
            named(&other, 100, "pose.png"),
        ])
        .await
        .unwrap();
    let keys = images(&recorded);
    assert_eq!(references(&store, keys[0]).await, []);
    assert!(!facts(&store, keys[2]).await.input);
    let change = store
        .set_root_role(other.id, RootRole::Input)
        .await
        .unwrap();
    assert_eq!(touched(&store, change - 1).await, [keys[0], keys[2]]);
    assert_eq!(references(&store, keys[0]).await, [ImageId(1_000_100)]);
    assert_eq!(
        references(&store, keys[1]).await,
        [],
        "another folder is another file"
    );
    assert!(facts(&store, keys[2]).await.input);
    let change = store
        .set_root_role(other.id, RootRole::Output)
        .await
        .unwrap();
    assert_eq!(touched(&store, change - 1).await, [keys[2]]);
    assert!(!facts(&store, keys[2]).await.input);
    assert_eq!(
        references(&store, keys[0]).await,
        [ImageId(1_000_100)],
        "what was found stays found"
    );
}

async fn a_reference_image_is_what_lies_nowhere_else(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let recorded = store
        .record_files(vec![
            named(&inputs, 100, "pose.png"),
            file(&root, 0),
            file(&root, 2),
        ])
        .await
        .unwrap();
    let keys = images(&recorded);
    assert!(facts(&store, keys[0]).await.input);
    let listed = async || -> Vec<i64> {
        let cards = store.first_cards(10).await.unwrap();
        cards.into_iter().map(|(key, _)| key).collect()
    };
    assert_eq!(listed().await, [keys[2], keys[1]]);
    // One that lies among what was made too is a picture like any other, also while that file is gone.
    store.adopt(keys[1], keys[0]).await.unwrap();
    let here = facts(&store, keys[0]).await;
    assert_eq!((here.input, here.folder.as_str()), (false, "root 1/a/б"));
    let made = &locations(&recorded)[1..2];
    for at in [5, 6] {
        store.mark_missing(made, Timestamp(at)).await.unwrap();
    }
    assert!(!facts(&store, keys[0]).await.input);
    assert_eq!(listed().await, [keys[0], keys[2]]);
    // Neither is one of which only the address is known.
    let told = NewRecord {
        id: ImageId(77),
        record: Record {
            address: "https://pictures.test/a.webp".to_owned(),
            ..Record::default()
        },
        format: Format::Webp,
        date: Timestamp(1),
        at: Timestamp(2),
    };
    store.save_records(vec![told]).await.unwrap();
    let told = store.record(ImageId(77)).await.unwrap().unwrap().image;
    assert!(!facts(&store, told).await.input);
    assert_eq!(listed().await, [keys[0], keys[2], told]);
}

async fn as_soon_as_bytes_are_known_they_count_and_names_do_not(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let recorded = store
        .record_files(vec![
            named(&inputs, 100, "pose.png"),
            made_from(&root, 0, &["pose.png"]),
            file(&root, 2),
            file(&root, 4),
        ])
        .await
        .unwrap();
    let [input, user, made, other] = images(&recorded)[..] else {
        panic!()
    };
    let (input_id, made_id) = (ImageId(1_000_100), ImageId(1_000_002));
    finish(&store, made, "the same").await;
    let before = store.change_now().await.unwrap();
    finish(&store, input, "the same").await;
    assert_eq!(touched(&store, before).await, [user]);
    assert_eq!(references(&store, user).await, [made_id, input_id]);
    let told = loaded(&store, 1_000_000).await.remove(0);
    let row = |key, input| ReferencedRow { key, input };
    assert_eq!((told.folder.as_str(), told.name.as_str()), ("", "pose.png"));
    assert_eq!(told.pictures, [row(input, true), row(made, false)]);
    // Another file takes the name of the input: it is not what was loaded.
    let others = ScannedFile {
        size: 77,
        stamp: "another".to_owned(),
        ..named(&inputs, 100, "pose.png")
    };
    let change = store.record_files(vec![others]).await.unwrap().change;
    assert_eq!(touched(&store, change - 1).await, [input, user]);
    assert_eq!(references(&store, user).await, [made_id]);
    finish(&store, input, "other bytes").await;
    assert_eq!(references(&store, user).await, [made_id]);
    // A picture of other bytes is nothing to anybody.
    let before = store.change_now().await.unwrap();
    finish(&store, other, "nothing of it").await;
    assert_eq!(store.change_now().await.unwrap(), before);
}

async fn reading_again_keeps_what_is_known_of_a_name_that_stays(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let recorded = store
        .record_files(vec![
            named(&inputs, 100, "pose.png"),
            named(&inputs, 102, "mask.png"),
            made_from(&root, 0, &["pose.png"]),
        ])
        .await
        .unwrap();
    let [pose, _, user] = images(&recorded)[..] else {
        panic!()
    };
    finish(&store, pose, "pose").await;
    // Meanwhile that name means something else.
    store
        .record_files(vec![ScannedFile {
            size: 77,
            stamp: "another".to_owned(),
            ..named(&inputs, 100, "pose.png")
        }])
        .await
        .unwrap();
    finish(&store, pose, "other bytes").await;
    assert_eq!(references(&store, user).await, []);
    let full = file(&root, 0);
    let read = |values: &[&str]| Reread {
        image: user,
        recipe: full.recipe.clone(),
        notices: Vec::new(),
        parameters: loading(values),
        has_workflow: true,
        unparsed: false,
        secret: false,
    };
    let both = vec![read(&["pose.png", "mask.png"])];
    assert_eq!(
        store.replace_recipes(both.clone(), &[]).await.unwrap(),
        [user]
    );
    assert_eq!(references(&store, user).await, [ImageId(1_000_102)]);
    assert_eq!(
        store.replace_recipes(both, &[]).await.unwrap(),
        Vec::<i64>::new()
    );
    store.replace_recipes(vec![read(&[])], &[]).await.unwrap();
    assert_eq!(loaded(&store, 1_000_000).await, []);
}

async fn a_copy_that_takes_over_is_what_was_loaded(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let recorded = store
        .record_files(vec![
            named(&inputs, 100, "pose.png"),
            made_from(&root, 0, &["pose.png"]),
            named(&inputs, 102, "moved.png"),
        ])
        .await
        .unwrap();
    let [pose, user, moved] = images(&recorded)[..] else {
        panic!()
    };
    finish(&store, pose, "pose").await;
    finish(&store, moved, "pose").await;
    assert_eq!(references(&store, user).await.len(), 2);
    let before = store.change_now().await.unwrap();
    store.adopt(moved, pose).await.unwrap();
    assert_eq!(touched(&store, before).await, [pose, user]);
    assert_eq!(references(&store, user).await, [ImageId(1_000_100)]);
    // Without the folder of inputs nothing is left to show.
    store.remove_root(inputs.id).await.unwrap();
    assert_eq!(references(&store, user).await, []);
    let told = loaded(&store, 1_000_000).await.remove(0);
    assert_eq!((told.name.as_str(), told.pictures.len()), ("pose.png", 0));
}

async fn what_is_replaced_and_deleted_is_told_to_what_was_made_from_it(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let recorded = store
        .record_files(vec![
            named(&inputs, 100, "pose.png"),
            made_from(&root, 0, &["pose.png"]),
            named(&inputs, 102, "mask.png"),
        ])
        .await
        .unwrap();
    let [pose, user, mask] = images(&recorded)[..] else {
        panic!()
    };
    let id = ImageId(1_000_100);
    finish(&store, pose, "pose").await;
    let upload = NewUpload {
        id: UploadId(5),
        root: inputs.id,
        folder: String::new(),
        name: "better.png".to_owned(),
        size: Some(1_000),
        replaces: Some(id),
        at: Timestamp(5_000),
        attach: None,
        about: None,
    };
    let row = store.begin_upload(upload).await.unwrap();
    let arrived = ScannedFile {
        parameters: loading(&["mask.png"]),
        ..named(&inputs, 104, "better.png")
    };
    let before = store.change_now().await.unwrap();
    let recorded = store
        .finish_upload(row.id, arrived, [7; 32], author(5))
        .await
        .unwrap();
    let new = images(&recorded)[0];
    assert_eq!(facts(&store, new).await.id, id);
    // What it was made from lies in the trash under another id; the new file says itself what it was made from.
    assert_eq!(touched(&store, before).await, [pose, user, new]);
    assert_eq!(references(&store, user).await, [ImageId(1_000_104)]);
    assert_eq!(references(&store, new).await, [ImageId(1_000_102)]);
    assert_eq!(references(&store, pose).await, []);
    let before = store.change_now().await.unwrap();
    let all = Timestamp(i64::MAX);
    assert_eq!(store.begin_purge(vec![pose], all).await.unwrap(), [pose]);
    store.finish_purge(author(6), vec![pose]).await.unwrap();
    assert_eq!(touched(&store, before).await, [user]);
    assert_eq!(references(&store, user).await, []);
    // One that goes together with what was made from it is told as gone alone.
    let both = vec![mask, new];
    let trash = Edit::Trash(true);
    store.judge(author(7), both.clone(), trash).await.unwrap();
    store.begin_purge(both.clone(), all).await.unwrap();
    let before = store.change_now().await.unwrap();
    store.finish_purge(author(8), both).await.unwrap();
    assert_eq!(touched(&store, before).await, Vec::<i64>::new());
}

async fn a_file_that_is_moved_to_a_name_that_was_loaded_is_found(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let recorded = store
        .record_files(vec![
            made_from(&root, 0, &["pose.png"]),
            made_from(&root, 2, &["poses/a.png"]),
            named(&root, 100, "made.png"),
            ScannedFile {
                folder: "old".to_owned(),
                ..named(&inputs, 102, "a.png")
            },
        ])
        .await
        .unwrap();
    let [first, second, made, input] = images(&recorded)[..] else {
        panic!()
    };
    let spot = |root: &RootRow, folder: &str, name: &str| Spot {
        root: root.key,
        folder: folder.to_owned(),
        name: name.to_owned(),
    };
    let file = MovedFile {
        location: Some(locations(&recorded)[2]),
        from: spot(&root, "", "made.png"),
        to: spot(&inputs, "", "pose.png"),
    };
    let folder = MovedFile {
        location: None,
        from: spot(&inputs, "old", ""),
        to: spot(&inputs, "poses", ""),
    };
    let new = NewMove {
        author: author(1),
        undoes: None,
        files: vec![file, folder],
    };
    store.begin_move(new).await.unwrap();
    let before = store.change_now().await.unwrap();
    let done = store.finish_move(OperationId(1), vec![0, 1]).await.unwrap();
    assert_eq!(done.changed, 2, "what was made from them did not move");
    assert_eq!(touched(&store, before).await, [first, second, made, input]);
    assert!(facts(&store, made).await.input);
    assert_eq!(references(&store, first).await, [ImageId(1_000_100)]);
    assert_eq!(references(&store, second).await, [ImageId(1_000_102)]);
}

async fn a_name_that_led_to_what_is_gone_is_looked_up_again(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let recorded = store
        .record_files(vec![
            made_from(&root, 0, &["pose.png"]),
            named(&inputs, 100, "pose.png"),
        ])
        .await
        .unwrap();
    let user = images(&recorded)[0];
    assert_eq!(references(&store, user).await, [ImageId(1_000_100)]);
    let before = store.change_now().await.unwrap();
    store.remove_root(inputs.id).await.unwrap();
    assert_eq!(touched(&store, before).await, [user]);
    assert_eq!(references(&store, user).await, []);
    assert_eq!(loaded(&store, 1_000_000).await[0].pictures, []);
    let again = store.add_root(of_inputs(3)).await.unwrap();
    store
        .record_files(vec![named(&again, 102, "pose.png")])
        .await
        .unwrap();
    assert_eq!(references(&store, user).await, [ImageId(1_000_102)]);
    // With a file of that name in another folder of inputs there is no need to wait for one.
    let third = store.add_root(of_inputs(4)).await.unwrap();
    let found = store.record_files(vec![named(&third, 104, "pose.png")]);
    let kept = images(&found.await.unwrap())[0];
    assert_eq!(references(&store, user).await, [ImageId(1_000_102)]);
    assert!(is_used(&store, 1_000_102).await && !is_used(&store, 1_000_104).await);
    store.remove_root(again.id).await.unwrap();
    assert_eq!(references(&store, user).await, [ImageId(1_000_104)]);
    let told = loaded(&store, 1_000_000).await.remove(0);
    let pictures = [ReferencedRow {
        key: kept,
        input: true,
    }];
    assert_eq!(told.pictures, pictures);
}

async fn of_two_files_of_a_name_the_one_that_is_there_was_loaded(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let others = store.add_root(of_inputs(3)).await.unwrap();
    let recorded = store
        .record_files(vec![
            named(&inputs, 100, "pose.png"),
            named(&others, 102, "pose.png"),
        ])
        .await
        .unwrap();
    let gone = &locations(&recorded)[..1];
    for at in [5, 6] {
        store.mark_missing(gone, Timestamp(at)).await.unwrap();
    }
    let user = store.record_files(vec![made_from(&root, 0, &["pose.png"])]);
    let user = images(&user.await.unwrap())[0];
    assert_eq!(references(&store, user).await, [ImageId(1_000_102)]);
}

async fn copies_of_an_input_are_all_of_it_and_one_that_is_gone_leaves_the_other(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let recorded = store
        .record_files(vec![
            made_from(&root, 0, &["pasted/image.png"]),
            ScannedFile {
                folder: "pasted".to_owned(),
                ..named(&inputs, 100, "image.png")
            },
            named(&inputs, 102, "a copy.png"),
        ])
        .await
        .unwrap();
    let [user, pasted, copy] = images(&recorded)[..] else {
        panic!()
    };
    assert_eq!(references(&store, user).await, [ImageId(1_000_100)]);
    finish(&store, pasted, "the same").await;
    assert!(!is_used(&store, 1_000_102).await);
    finish(&store, copy, "the same").await;
    let both = [ImageId(1_000_100), ImageId(1_000_102)];
    assert_eq!(references(&store, user).await, both);
    assert!(is_used(&store, 1_000_102).await);
    let told = loaded(&store, 1_000_000).await;
    assert_eq!((told.len(), told[0].pictures.len()), (1, 2));
    let trash = Edit::Trash(true);
    store.judge(author(1), vec![pasted], trash).await.unwrap();
    let all = Timestamp(i64::MAX);
    store.begin_purge(vec![pasted], all).await.unwrap();
    let before = store.change_now().await.unwrap();
    store.finish_purge(author(2), vec![pasted]).await.unwrap();
    assert_eq!(touched(&store, before).await, [user]);
    assert_eq!(references(&store, user).await, both[1..]);
}

async fn no_path_leads_out_of_a_folder_of_inputs(url: &str) {
    let (store, root, inputs) = roots(url).await;
    let values = [
        "../pose.png",
        "/srv/pose.png",
        "C:\\pose.png",
        "poses/../pose.png",
    ];
    let found = store.record_files(vec![
        named(&inputs, 100, "pose.png"),
        made_from(&root, 0, &values),
    ]);
    let user = images(&found.await.unwrap())[1];
    assert_eq!(references(&store, user).await, []);
    let told = loaded(&store, 1_000_000).await;
    assert_eq!(told.len(), values.len(), "what a recipe names is told");
    assert!(told.iter().all(|row| row.pictures.is_empty()));
}
