//! Any value of any node.

use domain::parameter::{Parameter, Parameters, Scalar};
use store::rows::ScannedFile;

use crate::support::{file, images, open_with_root};

testkit::on_both_engines!(
    parameters_come_back_as_they_were_in_the_feed_too,
    pictures_of_one_workflow_share_a_set,
    sets_that_nobody_has_are_tidied_up,
);

fn parameter(node: &str, name: &str, value: Scalar) -> Parameter {
    Parameter {
        node: node.to_owned(),
        class: "KSampler".to_owned(),
        title: "Dünen ☀".to_owned(),
        name: name.to_owned(),
        value,
    }
}

/// A workflow of forty values, of which some differ from picture to picture.
fn workflow(different: &[(usize, f64)]) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = (0..40)
        .map(|place| parameter("3", &format!("input {place}"), Scalar::Number(0.5)))
        .collect();
    for (place, value) in different {
        all[*place].value = Scalar::Number(*value);
    }
    all
}

async fn parameters_come_back_as_they_were_in_the_feed_too(url: &str) {
    let (store, root) = open_with_root(url).await;
    let odd = vec![
        parameter("1", "a", Scalar::Number(-0.35)),
        parameter("2", "b", Scalar::Text("\"quoted\", 漢\u{0}字 '".to_owned())),
        parameter("3", "c", Scalar::Number(1e300)),
        parameter("4", "d", Scalar::Number(f64::NAN)),
    ];
    let with = |number, parameters: Vec<Parameter>| ScannedFile {
        parameters: parameters.into_iter().collect(),
        ..file(&root, number)
    };
    let batch = vec![
        with(0, odd.clone()),
        with(1, Vec::new()),
        with(2, workflow(&[(3, 7.0)])),
        with(3, workflow(&[(3, 8.0), (39, -1.0)])),
    ];
    store.record_files(batch).await.unwrap();
    let mut stored = odd;
    stored.pop();
    stored[1].value = Scalar::Text("\"quoted\", 漢字 '".to_owned());
    let expected = [
        stored,
        Vec::new(),
        workflow(&[(3, 7.0)]),
        workflow(&[(3, 8.0), (39, -1.0)]),
    ];
    let rows = store.index_rows(0, 10).await.unwrap();
    for (number, expected) in expected.iter().enumerate() {
        let id = file(&root, number as u64).id;
        assert_eq!(&store.parameters(id).await.unwrap(), expected);
        let fed = rows[number].parameters.as_ref().map(Parameters::all);
        assert_eq!(fed.unwrap_or_default(), *expected);
    }
    // Read again, a picture has what its file says now.
    store
        .record_files(vec![with(2, workflow(&[]))])
        .await
        .unwrap();
    let id = file(&root, 2).id;
    assert_eq!(store.parameters(id).await.unwrap(), workflow(&[]));
}

async fn pictures_of_one_workflow_share_a_set(url: &str) {
    let (store, root) = open_with_root(url).await;
    for start in [0, 50] {
        let batch = (start..start + 50).map(|number| ScannedFile {
            parameters: workflow(&[(3, number as f64), (7, (number % 4) as f64)])
                .into_iter()
                .collect(),
            ..file(&root, number)
        });
        store.record_files(batch.collect()).await.unwrap();
    }
    let rows = store.index_rows(0, 200).await.unwrap();
    let own = rows.iter().filter_map(|row| row.parameters.as_ref());
    let mut sets: Vec<i64> = own.map(|own| own.set.id).collect();
    assert_eq!(sets.len(), 100);
    sets.dedup();
    assert_eq!(sets.len(), 1);
    // One that is quite another founds its own.
    let other: Vec<(usize, f64)> = (0..30).map(|place| (place, 9.0)).collect();
    let other = ScannedFile {
        parameters: workflow(&other).into_iter().collect(),
        ..file(&root, 100)
    };
    store.record_files(vec![other]).await.unwrap();
    let last = store.index_rows(0, 200).await.unwrap().pop().unwrap();
    let own = last.parameters.unwrap();
    assert!(own.set.id != sets[0] && own.changes.is_empty());
}

async fn sets_that_nobody_has_are_tidied_up(url: &str) {
    let (store, root) = open_with_root(url).await;
    let with = |parameters: Vec<Parameter>| ScannedFile {
        parameters: parameters.into_iter().collect(),
        ..file(&root, 0)
    };
    let recorded = store.record_files(vec![with(workflow(&[]))]).await.unwrap();
    store.tidy().await.unwrap();
    let id = file(&root, 0).id;
    assert_eq!(store.parameters(id).await.unwrap(), workflow(&[]));
    let odd = vec![parameter("1", "a", Scalar::Number(1.0))];
    store.record_files(vec![with(odd.clone())]).await.unwrap();
    assert_eq!(store.tidy().await.unwrap(), 1);
    assert_eq!(store.parameters(id).await.unwrap(), odd);
    assert_eq!(images(&recorded).len(), 1);
}
