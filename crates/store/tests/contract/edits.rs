//! Values over what files say: set, taken back, forgotten, and kept while files are read again.

use domain::{
    id::{ImageId, OperationId},
    judgement::{Aspect, Done},
    overlay::{FieldSaved, FieldStep, Part, Value},
    parameter::{Parameter, ParameterList, Scalar},
    tag::Mark,
    time::Timestamp,
};
use store::{
    Batch, Store, StoreError,
    rows::{Changes, RootRow},
};

use crate::{
    support::{file, images, open_with_root, recipe, record},
    tags::author,
};

testkit::on_both_engines!(
    an_edited_value_is_told_by_everything_that_tells_of_a_picture,
    a_value_of_many_pictures_is_one_operation,
    nobody_overwrites_a_value_that_they_have_not_seen,
    what_somebody_set_since_stays,
    operations_and_pictures_tell_what_was_set,
    readers_are_told_which_pictures_were_edited,
    edited_values_outlive_a_reader_that_reads_otherwise,
    values_are_forgotten_with_their_operations,
    many_pictures_get_values_of_their_own_in_one_operation,
    what_a_log_says_is_a_parameter_like_others,
);

async fn library(url: &str, count: u64) -> (Store, RootRow, Vec<i64>) {
    let (store, root) = open_with_root(url).await;
    let keys = images(&record(&store, &root, count).await);
    (store, root, keys)
}

/// The first picture that is recorded; it has a recipe.
const FIRST: ImageId = ImageId(1_000_000);

async fn set(store: &Store, number: u128, keys: &[i64], part: Part, value: &str) -> Done {
    let done = store.set_field(author(number), keys.to_vec(), part, value.to_owned());
    done.await.unwrap()
}

async fn undo(store: &Store, number: u128, operation: u128) -> Done {
    let done = store.undo(author(number), OperationId(operation)).await;
    done.unwrap()
}

/// The samplers of pictures as they are searched by, joined.
async fn samplers(store: &Store, keys: &[i64]) -> Vec<String> {
    let rows = store.index_rows_of(keys).await.unwrap();
    rows.into_iter().map(|row| row.samplers.join("+")).collect()
}

async fn an_edited_value_is_told_by_everything_that_tells_of_a_picture(url: &str) {
    let (store, _, keys) = library(url, 2).await;
    let before = store.index_rows_of(&keys).await.unwrap();
    let all = [
        (Part::Prompt, "Ödön's\nfavourite 漢"),
        (Part::Negative, "dull"),
        (Part::Model, "dunes v2"),
        (Part::Lora, "detail:0.8, grain"),
        (Part::Vae, "ae"),
        (Part::Sampler, "heun"),
        (Part::Scheduler, "simple"),
        (Part::Seed, "18446744073709551615"),
        (Part::Steps, "31"),
        (Part::Cfg, "4.5"),
        (Part::Date, "2020-02-03 04:05"),
        (Part::Persona, "Ada"),
    ];
    for (number, (part, value)) in (1..).zip(all.clone()) {
        assert_eq!(set(&store, number, &keys, part, value).await.changed, 2);
    }
    let date = domain::overlay::parse_date("2020-02-03 04:05").unwrap();
    let rows = store.index_rows_of(&keys).await.unwrap();
    // The other run of the first one keeps what it had.
    assert_eq!(rows[0].samplers, ["dpmpp_2m", "heun"]);
    assert_eq!(rows[0].seeds, [0, u64::MAX]);
    assert_eq!(rows[0].models, ["dunes v2", "refiner.gguf"]);
    assert_eq!(rows[1].samplers, ["heun"]);
    assert_eq!(rows[1].models, ["dunes v2"]);
    for row in &rows {
        assert_eq!(row.positive, "Ödön's\nfavourite 漢");
        assert_eq!((row.negative.as_str(), row.steps), ("dull", Some(31)));
        assert_eq!(row.loras, ["detail", "grain"]);
        assert_eq!(row.lora_weights, [Some(0.8), None]);
        assert_eq!((row.vae.as_deref(), row.cfg), (Some("ae"), Some(4.5)));
        assert_eq!((row.date, row.persona.as_str()), (date, "Ada"));
        assert!(row.edited);
    }
    let cards = store.cards(&keys).await.unwrap();
    assert!(cards.iter().all(|(_, card)| card.date == date));
    assert!(cards[1].1.caption.starts_with("Ödön's"), "{:?}", cards[1]);
    assert_eq!(store.first_cards(2).await.unwrap()[0].1.date, date);
    let files = store.files_of(&keys).await.unwrap();
    assert!(files.iter().all(|file| file.date == date));
    let recipes = store.recipes_of(&keys).await.unwrap();
    let detail = store.detail(FIRST).await.unwrap().unwrap();
    assert_eq!(detail.recipe, recipes[0].1);
    let run = detail.recipe.primary().unwrap();
    assert_eq!(
        (run.steps, run.sampler.as_deref()),
        (Some(31), Some("heun"))
    );
    assert_eq!(recipes[1].1.primary().unwrap().cfg, Some(4.5));
    let edited: Vec<(Part, &str)> = detail
        .edited
        .iter()
        .map(|one| (one.part.clone(), one.value.as_str()))
        .collect();
    assert_eq!(edited, all);
    let parsed: Vec<&str> = detail.edited.iter().map(|one| &*one.parsed).collect();
    assert_eq!(parsed[0], recipe(0).positive);
    assert_eq!(parsed[2], "sd/base.safetensors");
    assert_eq!(
        &parsed[5..10],
        ["euler", "karras", "18446744073709551615", "20", "7.5"]
    );
    assert_eq!(
        parsed[10],
        domain::overlay::date_text(Timestamp(1_600_000_000_000))
    );
    for (number, (part, _)) in (100..).zip(all) {
        set(&store, number, &keys, part, "").await;
    }
    assert_eq!(store.index_rows_of(&keys).await.unwrap(), before);
    assert_eq!(store.detail(FIRST).await.unwrap().unwrap().edited, []);
}

async fn a_value_of_many_pictures_is_one_operation(url: &str) {
    let (store, _, keys) = library(url, 501).await;
    set(&store, 1, &keys[..2], Part::Persona, "Bo").await;
    let done = set(&store, 2, &keys, Part::Persona, "Ada").await;
    assert_eq!((done.changed, done.operation), (501, Some(OperationId(2))));
    // Set already, and pictures that are no more.
    assert_eq!(
        set(&store, 3, &keys, Part::Persona, "Ada").await.operation,
        None
    );
    assert_eq!(
        set(&store, 4, &[i64::MAX], Part::Vae, "x").await.operation,
        None
    );
    let personas = async || -> Vec<String> {
        let rows = store.index_rows_of(&keys).await.unwrap();
        rows.into_iter().map(|row| row.persona).collect()
    };
    assert!(personas().await.iter().all(|name| name == "Ada"));
    assert_eq!(undo(&store, 5, 2).await.changed, 501);
    let left = personas().await;
    assert_eq!((&*left[0], &*left[1], &*left[2]), ("Bo", "Bo", ""));
    // Taking that back does it again.
    assert_eq!(undo(&store, 6, 5).await.changed, 501);
    assert!(personas().await.iter().all(|name| name == "Ada"));
    let found = store.pictures_of(OperationId(2), false, 1_000).await;
    assert_eq!(found.unwrap(), keys);
}

async fn nobody_overwrites_a_value_that_they_have_not_seen(url: &str) {
    let (store, _, keys) = library(url, 1).await;
    let save = async |number, text: &str, version| {
        let saved = store.set_field_of(
            author(number),
            keys[0],
            Part::Sampler,
            text.to_owned(),
            version,
        );
        saved.await.unwrap()
    };
    let FieldSaved::Saved { value: first, .. } = save(1, "heun", 0).await else {
        panic!("nobody had set it");
    };
    let theirs = match save(2, "lms", first.version).await {
        FieldSaved::Saved { value, .. } => value,
        changed @ FieldSaved::Changed { .. } => panic!("{changed:?}"),
    };
    let change = store.change_now().await.unwrap();
    for (number, text) in [(3, "mine"), (4, "")] {
        let refused = save(number, text, first.version).await;
        let value = theirs.clone();
        assert_eq!(refused, FieldSaved::Changed { value });
    }
    // Set already, whatever version somebody has in mind.
    let FieldSaved::Saved { value, done } = save(5, "lms", 0).await else {
        panic!("it is that");
    };
    assert_eq!((value, done.operation), (theirs.clone(), None));
    assert_eq!(store.change_now().await.unwrap(), change);
    let FieldSaved::Saved { value, .. } = save(6, "", theirs.version).await else {
        panic!("it was seen");
    };
    assert_eq!(value, Value::default());
    let missing = store.set_field_of(author(7), i64::MAX, Part::Vae, "x".to_owned(), 0);
    assert!(matches!(missing.await, Err(StoreError::NotFound(_))));
}

async fn what_somebody_set_since_stays(url: &str) {
    let (store, _, keys) = library(url, 3).await;
    set(&store, 1, &keys, Part::Sampler, "heun").await;
    set(&store, 2, &keys[..1], Part::Sampler, "lms").await;
    // Another part is no reason to leave it.
    set(&store, 3, &keys, Part::Vae, "ae").await;
    let since = store.pictures_of(OperationId(1), true, 9).await;
    assert_eq!(since.unwrap(), &keys[..1]);
    let done = undo(&store, 4, 1).await;
    assert_eq!((done.changed, done.conflicts), (2, 1));
    let told = samplers(&store, &keys).await;
    assert_eq!(told, ["dpmpp_2m+lms", "", "dpmpp_2m+euler"]);
    let done = undo(&store, 5, 1).await;
    assert_eq!((done.operation, done.conflicts), (None, 3));
    let missing = store.undo(author(6), OperationId(99)).await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
}

async fn operations_and_pictures_tell_what_was_set(url: &str) {
    let (store, _, keys) = library(url, 2).await;
    set(&store, 1, &keys, Part::Model, "dunes").await;
    set(&store, 2, &keys[..1], Part::Model, "").await;
    undo(&store, 3, 2).await;
    let told = store
        .operations(None, Some(Aspect::Field), 9)
        .await
        .unwrap();
    let step = |value: &str| {
        Some(FieldStep {
            part: Part::Model,
            value: value.to_owned(),
        })
    };
    let told: Vec<_> = told
        .into_iter()
        .map(|one| (one.aspect, one.pictures, one.field, one.undoes))
        .collect();
    let back = Some(OperationId(2));
    let expected = [
        (Aspect::Field, 1, step(""), back),
        (Aspect::Field, 1, step(""), None),
        (Aspect::Field, 2, step("dunes"), None),
    ];
    assert_eq!(told, expected);
    let told = store.mark_revisions_of(keys[0]).await.unwrap();
    assert!(told.iter().all(|one| one.actor == "Ödön 漢"));
    let told: Vec<_> = told.into_iter().map(|one| one.mark).collect();
    let mark = |before: &str, after: &str| Mark::Field {
        part: Part::Model,
        before: before.to_owned(),
        after: after.to_owned(),
    };
    let expected = [mark("", "dunes"), mark("dunes", ""), mark("", "dunes")];
    assert_eq!(told, expected);
}

async fn readers_are_told_which_pictures_were_edited(url: &str) {
    let (store, _, keys) = library(url, 3).await;
    let touched = async |known| match store.changes_since(known).await.unwrap() {
        Changes::Rows { touched, .. } => touched,
        told @ Changes::Rebuild { .. } => panic!("{told:?}"),
    };
    let known = store.change_now().await.unwrap();
    set(&store, 1, &keys[1..], Part::Seed, "7").await;
    assert_eq!(touched(known).await, &keys[1..]);
    let known = store.change_now().await.unwrap();
    undo(&store, 2, 1).await;
    assert_eq!(touched(known).await, &keys[1..]);
}

async fn edited_values_outlive_a_reader_that_reads_otherwise(url: &str) {
    let (store, root, keys) = library(url, 3).await;
    set(&store, 1, &keys, Part::Prompt, "mine").await;
    let denoise = Part::Param("KSampler.denoise".to_owned());
    set(&store, 2, &keys, denoise, "0.5").await;
    let mut changed = file(&root, 0);
    "another".clone_into(&mut changed.stamp);
    "read otherwise".clone_into(&mut changed.recipe.positive);
    "read otherwise".clone_into(&mut changed.recipe.samplers[1].positive);
    let parameter = |value: Scalar| Parameter {
        node: "3".to_owned(),
        class: "KSampler".to_owned(),
        title: String::new(),
        name: "denoise".to_owned(),
        value,
    };
    changed.parameters = ParameterList::from_iter([parameter(Scalar::Number(1.0))]);
    store
        .record_batch(Batch::from(vec![changed]))
        .await
        .unwrap();
    let row = store.index_rows_of(&keys).await.unwrap().remove(0);
    assert_eq!(row.positive, "mine");
    let half = [parameter(Scalar::Number(0.5))];
    assert_eq!(row.parameters.unwrap().all(), half);
    assert_eq!(store.parameters(FIRST).await.unwrap(), half);
    let detail = store.detail(FIRST).await.unwrap().unwrap();
    assert_eq!(detail.recipe.positive, "mine");
    assert_eq!(detail.edited[0].parsed, "read otherwise");
    // What is compared when recipes are read again is what the file says.
    let same = store::rows::Reread {
        image: keys[2],
        recipe: recipe(2),
        notices: Vec::new(),
        parameters: ParameterList::default(),
        has_workflow: true,
        unparsed: false,
        secret: false,
    };
    assert_eq!(
        store
            .replace_recipes(vec![same.clone()], &[])
            .await
            .unwrap(),
        [] as [i64; 0]
    );
    let mut other = same;
    "read otherwise".clone_into(&mut other.recipe.positive);
    assert_eq!(
        store.replace_recipes(vec![other], &[]).await.unwrap(),
        [keys[2]]
    );
    let row = store.index_rows_of(&keys[2..]).await.unwrap().remove(0);
    assert_eq!(row.positive, "mine");
    set(&store, 3, &keys[2..], Part::Prompt, "").await;
    let row = store.index_rows_of(&keys[2..]).await.unwrap().remove(0);
    assert_eq!(row.positive, "read otherwise");
}

async fn values_are_forgotten_with_their_operations(url: &str) {
    let (store, _, keys) = library(url, 1).await;
    for (number, value) in [(1, "one"), (2, "two"), (3, "three")] {
        set(&store, number, &keys, Part::Sampler, value).await;
    }
    assert_eq!(store.forget_operations(author(3).at).await.unwrap(), 2);
    // What the last operation replaced can still come back.
    undo(&store, 4, 3).await;
    assert_eq!(samplers(&store, &keys).await, ["dpmpp_2m+two"]);
    assert_eq!(store.forget_operations(author(9).at).await.unwrap(), 2);
    assert_eq!(samplers(&store, &keys).await, ["dpmpp_2m+two"]);
    set(&store, 5, &keys, Part::Sampler, "").await;
    assert_eq!(samplers(&store, &keys).await, ["dpmpp_2m+euler"]);
}

async fn many_pictures_get_values_of_their_own_in_one_operation(url: &str) {
    let (store, _, keys) = library(url, 6).await;
    let each = async |number, values: &[(usize, &str)]| {
        let values = values.iter();
        let values = values.map(|(at, value)| (keys[*at], (*value).to_owned()));
        let values = values.chain([(i64::MAX, "of nobody".to_owned())]).collect();
        let done = store.set_fields(author(number), Part::Persona, values);
        done.await.unwrap()
    };
    let personas = async || -> Vec<String> {
        let rows = store.index_rows_of(&keys).await.unwrap();
        rows.into_iter().map(|row| row.persona).collect()
    };
    set(&store, 1, &keys[..2], Part::Persona, "Bo").await;
    let known = store.change_now().await.unwrap();
    let done = each(2, &[(0, ""), (1, "Ada"), (2, "Cy"), (3, "Ada"), (4, "…")]).await;
    assert_eq!((done.changed, done.operation), (5, Some(OperationId(2))));
    assert_eq!(personas().await, ["", "Ada", "Cy", "Ada", "…", ""]);
    match store.changes_since(known).await.unwrap() {
        Changes::Rows { touched, .. } => assert_eq!(touched, &keys[..5]),
        told @ Changes::Rebuild { .. } => panic!("{told:?}"),
    }
    // What is so already is left alone, and nothing left to do is no operation.
    assert_eq!(each(3, &[(1, "Ada"), (2, "Cy")]).await.operation, None);
    assert_eq!(each(4, &[(1, "Ada"), (2, "Di")]).await.changed, 1);
    let told = store
        .operations(None, Some(Aspect::Field), 9)
        .await
        .unwrap();
    let told: Vec<String> = told
        .into_iter()
        .map(|one| one.field.unwrap().value)
        .collect();
    assert_eq!(told, ["Di", "…", "Bo"]);
    // Each gets back what it had, but for what was set since.
    let done = undo(&store, 5, 2).await;
    assert_eq!((done.changed, done.conflicts), (4, 1));
    assert_eq!(personas().await, ["Bo", "Bo", "Di", "", "", ""]);
    undo(&store, 6, 5).await;
    assert_eq!(personas().await, ["", "Ada", "Di", "Ada", "…", ""]);
    assert_eq!(each(7, &[(1, ""), (3, "")]).await.changed, 2);
    assert_eq!(personas().await, ["", "", "Di", "", "…", ""]);
    store.forget_operations(Timestamp(i64::MAX)).await.unwrap();
    assert_eq!(personas().await, ["", "", "Di", "", "…", ""]);
    set(&store, 8, &keys, Part::Persona, "Eve").await;
    assert!(personas().await.iter().all(|name| name == "Eve"));
}

async fn what_a_log_says_is_a_parameter_like_others(url: &str) {
    let (store, _, keys) = library(url, 2).await;
    let before = store.parameters(FIRST).await.unwrap();
    let values =
        |one: &str, other: &str| vec![(keys[0], one.to_owned()), (keys[1], other.to_owned())];
    let mood = Part::logged("mood");
    let done = store.set_fields(author(1), mood.clone(), values("blue", "2.50"));
    assert_eq!(done.await.unwrap().changed, 2);
    let done = store.set_fields(author(2), Part::Execution, values("run-1", "run-2"));
    assert_eq!(done.await.unwrap().changed, 2);
    let logged = |parameters: Vec<Parameter>| -> Vec<(String, Scalar)> {
        let of_log = parameters.into_iter().filter(|one| one.class == "log");
        of_log.map(|one| (one.full_name(), one.value)).collect()
    };
    let entry = |name: &str, value: Scalar| (name.to_owned(), value);
    let run = |run: &str| entry("log.execution", Scalar::Text(run.to_owned()));
    let blue = entry("log.mood", Scalar::Text("blue".to_owned()));
    assert_eq!(
        logged(store.parameters(FIRST).await.unwrap()),
        [run("run-1"), blue.clone()]
    );
    let rows = store.index_rows_of(&keys).await.unwrap();
    let sets: Vec<i64> = rows
        .iter()
        .map(|row| row.parameters.as_ref().unwrap().set.id)
        .collect();
    let told: Vec<_> = rows
        .into_iter()
        .map(|row| logged(row.parameters.unwrap().all()))
        .collect();
    assert_eq!(told[0], [run("run-1"), blue]);
    assert_eq!(
        told[1],
        [run("run-2"), entry("log.mood", Scalar::Number(2.5))]
    );
    // Pictures of one workflow and the same columns share what they have in common.
    assert_eq!(sets[0], sets[1]);
    undo(&store, 3, 1).await;
    undo(&store, 4, 2).await;
    assert_eq!(store.parameters(FIRST).await.unwrap(), before);
}
