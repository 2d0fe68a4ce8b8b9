//! What the index is told.

use domain::{
    facts::Facts,
    image::Format,
    judgement::Judgement,
    parameter::{Label, Scalar},
    recipe::Recipe,
    time::Timestamp,
};
use store::rows::Changes;

use crate::support::{
    COUNTS, file, images, locations, new_root, open, open_with_root, recipe, record,
};

testkit::on_both_engines!(
    rows_come_window_by_window,
    a_row_tells_what_can_be_filtered,
    what_was_just_added_need_not_be_read_back,
    a_picture_is_where_its_first_present_file_is,
    changes_name_each_picture_once,
    a_reader_behind_the_log_rebuilds,
    a_reader_from_the_future_rebuilds,
);

async fn rows_come_window_by_window(url: &str) {
    let (store, root) = open_with_root(url).await;
    for count in COUNTS {
        let recorded = record(&store, &root, count).await;
        let mut rows: Vec<Facts> = Vec::new();
        loop {
            let after = rows.last().map_or(0, |row| row.key);
            let window = store.index_rows(after, 250).await.unwrap();
            if window.is_empty() {
                break;
            }
            rows.extend(window);
        }
        let keys: Vec<i64> = rows.iter().map(|row| row.key).collect();
        assert_eq!(keys, images(&recorded));
        assert_eq!(store.index_rows_of(&keys).await.unwrap(), rows);
    }
}

async fn a_row_tells_what_can_be_filtered(url: &str) {
    let (store, root) = open_with_root(url).await;
    let mut refined = file(&root, 4);
    refined
        .recipe
        .samplers
        .push(refined.recipe.samplers[1].clone());
    let batch = vec![file(&root, 0), file(&root, 1), refined];
    let keys = images(&store.record_files(batch).await.unwrap());
    let rows = store.index_rows(0, 10).await.unwrap();
    let (full, expected) = (recipe(0), file(&root, 0));
    let row = Facts {
        key: keys[0],
        id: expected.id,
        date: expected.date,
        added: expected.added,
        name: expected.name,
        folder: "root 1/a/б".to_owned(),
        models: full.models,
        loras: vec![
            "first/ß0.safetensors".to_owned(),
            "second/ß0.safetensors".to_owned(),
        ],
        lora_weights: vec![Some(0.75), Some(0.75)],
        vae: full.vae,
        samplers: vec!["dpmpp_2m".to_owned(), "euler".to_owned()],
        schedulers: vec!["karras".to_owned()],
        tool: "comfyui".to_owned(),
        format: Format::Png,
        seeds: vec![0, u64::MAX],
        steps: Some(20),
        cfg: Some(7.5),
        width: 832,
        height: 1216,
        bytes: expected.size,
        seconds: None,
        positive: full.positive,
        negative: full.negative,
        has_workflow: true,
        unparsed: false,
        secret: false,
        parameters: None,
        missing: false,
        judgement: Judgement::default(),
        tags: vec![],
        note: String::new(),
        sets: vec![],
        persona: String::new(),
        edited: false,
        input: false,
        references: vec![],
        user: String::new(),
        intent: String::new(),
    };
    assert_eq!(rows[0], row);
    let (empty, expected) = (&rows[1], file(&root, 1));
    assert_eq!((&empty.folder, empty.format), (&root.name, Format::Mp4));
    assert_eq!(
        (empty.seconds, empty.steps, empty.cfg),
        (Some(3), None, None)
    );
    assert_eq!((empty.has_workflow, empty.unparsed), (false, true));
    assert_eq!(
        (&empty.positive, &empty.tool),
        (&String::new(), &expected.recipe.tool)
    );
    assert_eq!(expected.recipe, Recipe::default());
    assert_eq!(rows[2].seeds, [4, u64::MAX - 4]);
}

async fn what_was_just_added_need_not_be_read_back(url: &str) {
    let (store, root) = open_with_root(url).await;
    let mut odd = file(&root, 6);
    odd.folder = String::from("nul\0 b");
    odd.seconds = Some(f64::NAN);
    odd.recipe.positive = String::from("a\0b");
    odd.recipe.models = vec!["\0".to_owned()];
    odd.recipe.samplers[1].cfg = Some(0.1 + 0.2);
    odd.recipe.loras[0].weight = Some(0.1 + 0.2);
    odd.recipe.loras[1].weight = None;
    let label = |name| Label {
        node: "3",
        class: "KSampler",
        title: "",
        name,
    };
    for (name, value) in [
        ("cfg", Scalar::Number(0.1 + 0.2)),
        ("none", Scalar::Number(f64::INFINITY)),
        ("text", Scalar::Text("x\0y".to_owned())),
    ] {
        odd.parameters.push(label(name), value);
    }
    let mut other = odd.clone();
    other.name = String::from("another.png");
    other.id.0 += 1;
    other.parameters.values_mut()[0] = Scalar::Number(2.0);
    let twice = file(&root, 8);
    let batch = vec![odd, file(&root, 1), twice.clone(), other, twice];
    let recorded = store.record_files(batch).await.unwrap();
    let keys = images(&recorded);
    let fresh = recorded.fresh.expect("all are new");
    assert_eq!(fresh.len(), 4);
    let told = fresh.facts();
    assert_eq!(told, store.index_rows_of(&keys).await.unwrap());
    let changed = |row: &Facts| row.parameters.as_ref().map_or(0, |own| own.changes.len());
    assert_eq!(told.iter().map(changed).sum::<usize>(), 1);

    // A picture that was known has more to it than its file, and no change adds nothing.
    let known = store.record_files(vec![file(&root, 1), file(&root, 3)]);
    assert!(known.await.unwrap().fresh.is_none());
    let none = store.record_files(Vec::new()).await.unwrap();
    assert!(none.fresh.is_none());
}

async fn a_picture_is_where_its_first_present_file_is(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    let first = store.record_files(vec![file(&root, 0)]).await.unwrap();
    for at in [1, 2] {
        store
            .mark_missing(&locations(&first), Timestamp(at))
            .await
            .unwrap();
    }
    let copy = store.record_files(vec![file(&other, 1)]).await.unwrap();
    store
        .adopt(images(&copy)[0], images(&first)[0])
        .await
        .unwrap();
    let place = async || {
        let row = store.index_rows(0, 10).await.unwrap().remove(0);
        (row.folder, row.name, row.bytes, row.missing)
    };
    let second = || {
        (
            "root 2".to_owned(),
            "picture 00001.png".to_owned(),
            1_001,
            false,
        )
    };
    assert_eq!(place().await, second());
    store
        .touch_seen(root.key, &locations(&first))
        .await
        .unwrap();
    let back = (
        "root 1/a/б".to_owned(),
        "picture 00000.png".to_owned(),
        1_000,
        false,
    );
    assert_eq!(place().await, back);
}

async fn changes_name_each_picture_once(url: &str) {
    let store = open(url).await;
    assert_eq!(store.change_now().await.unwrap(), 0);
    let nothing = |upto| Changes::Rows {
        upto,
        touched: vec![],
        removed: vec![],
        judged: vec![],
        marks: Box::default(),
    };
    assert_eq!(store.changes_since(0).await.unwrap(), nothing(0));
    let root = store.add_root(new_root(1)).await.unwrap();
    let first = record(&store, &root, 3).await;
    let second = record(&store, &root, 501).await;
    assert_eq!(store.change_now().await.unwrap(), second.change);
    let all = Changes::Rows {
        upto: second.change,
        touched: images(&second),
        removed: vec![],
        judged: vec![],
        marks: Box::default(),
    };
    assert_eq!(store.changes_since(0).await.unwrap(), all);
    assert_eq!(store.changes_since(first.change).await.unwrap(), all);
    assert_eq!(
        store.changes_since(second.change).await.unwrap(),
        nothing(second.change)
    );
    // What was touched and then removed is only removed.
    let last = store.remove_root(root.id).await.unwrap();
    let gone = Changes::Rows {
        upto: last,
        touched: vec![],
        removed: images(&second),
        judged: vec![],
        marks: Box::default(),
    };
    assert_eq!(store.changes_since(first.change).await.unwrap(), gone);
    assert_eq!(
        record(&store, &store.add_root(new_root(2)).await.unwrap(), 0)
            .await
            .change,
        last
    );
}

async fn a_reader_behind_the_log_rebuilds(url: &str) {
    let (store, root) = open_with_root(url).await;
    for count in 1..=4 {
        record(&store, &root, count).await;
    }
    store.trim_log(2).await.unwrap();
    store.trim_log(3).await.unwrap();
    assert_eq!(
        store.changes_since(1).await.unwrap(),
        Changes::Rebuild { upto: 4 }
    );
    let rows = store.changes_since(2).await.unwrap();
    assert!(matches!(rows, Changes::Rows { upto: 4, touched, .. } if touched.len() == 4));
    store.trim_log(0).await.unwrap();
    assert_eq!(
        store.changes_since(3).await.unwrap(),
        Changes::Rebuild { upto: 4 }
    );
    assert!(matches!(
        store.changes_since(4).await.unwrap(),
        Changes::Rows { upto: 4, .. }
    ));
}

async fn a_reader_from_the_future_rebuilds(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 1).await;
    assert_eq!(
        store.changes_since(9).await.unwrap(),
        Changes::Rebuild { upto: 1 }
    );
}
