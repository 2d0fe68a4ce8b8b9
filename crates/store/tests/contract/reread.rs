//! Recipes that are understood again.

use domain::{
    parameter::{Parameter, ParameterList, Scalar},
    recipe::{Notice, Recipe},
};
use store::rows::Reread;

use crate::support::{file, finish_all, images, open_with_root, recipe, record};

testkit::on_both_engines!(
    only_recipes_that_changed_are_replaced,
    kept_chunks_come_in_the_order_of_the_file,
    unread_recipes_are_counted_by_their_reasons,
);

fn reread(image: i64, number: u64) -> Reread {
    let made = made(number);
    Reread {
        image,
        recipe: made,
        // That of the file stays by itself.
        notices: Vec::new(),
        parameters: ParameterList::default(),
        has_workflow: number.is_multiple_of(2),
        unparsed: !number.is_multiple_of(2),
        secret: false,
    }
}

fn made(number: u64) -> Recipe {
    if number.is_multiple_of(2) {
        recipe(number)
    } else {
        Recipe::default()
    }
}

async fn only_recipes_that_changed_are_replaced(url: &str) {
    let (store, root) = open_with_root(url).await;
    let keys = images(&record(&store, &root, 6).await);
    let all = |change: &dyn Fn(&mut Reread)| {
        let mut all: Vec<Reread> = (0..6).map(|n| reread(keys[n as usize], n)).collect();
        change(&mut all[2]);
        all
    };
    let before = store.change_now().await.unwrap();
    let changed = store.replace_recipes(all(&|_| {}), &[]).await.unwrap();
    assert_eq!(changed, [] as [i64; 0]);
    assert_eq!(store.change_now().await.unwrap(), before);

    let parameter = Parameter {
        node: "3".to_owned(),
        class: "KSampler".to_owned(),
        title: String::new(),
        name: "cfg".to_owned(),
        value: Scalar::Number(7.5),
    };
    let more = |one: &mut Reread| {
        "quite another prompt".clone_into(&mut one.recipe.positive);
        one.parameters = ParameterList::from_iter([parameter.clone()]);
        one.unparsed = true;
        one.secret = true;
    };
    let changed = store.replace_recipes(all(&more), &[]).await.unwrap();
    assert_eq!(changed, [keys[2]]);
    let detail = store.detail(file(&root, 2).id).await.unwrap().unwrap();
    assert_eq!(detail.notices, file(&root, 2).notices);
    let renewed = store
        .replace_recipes(all(&more), &["bad-crc"])
        .await
        .unwrap();
    assert_eq!(renewed, [keys[0], keys[2], keys[4]]);
    let before = store.change_now().await.unwrap();
    let twice = store.replace_recipes(all(&|_| {}), &[]).await.unwrap();
    assert_eq!(twice, [keys[2]]);
    store.replace_recipes(all(&more), &[]).await.unwrap();
    let row = store.index_rows_of(&[keys[2]]).await.unwrap().remove(0);
    assert_eq!(
        (row.positive.as_str(), row.unparsed, row.secret),
        ("quite another prompt", true, true)
    );
    let own = row.parameters.unwrap().all();
    assert_eq!(own, std::slice::from_ref(&parameter));
    let detail = store.detail(file(&root, 2).id).await.unwrap().unwrap();
    assert_eq!(detail.recipe.samplers, recipe(2).samplers);
    let touched = store.changes_since(before).await.unwrap();
    let store::rows::Changes::Rows { touched, .. } = touched else {
        panic!("{touched:?}");
    };
    assert_eq!(touched, [keys[2]]);
    assert!(
        store
            .replace_recipes(all(&more), &[])
            .await
            .unwrap()
            .is_empty()
    );
    // One that is gone by now is no matter.
    let gone = reread(999, 0);
    assert!(
        store
            .replace_recipes(vec![gone], &[])
            .await
            .unwrap()
            .is_empty()
    );
}

async fn kept_chunks_come_in_the_order_of_the_file(url: &str) {
    let (store, root) = open_with_root(url).await;
    let keys = images(&record(&store, &root, 3).await);
    assert_eq!(store.chunks_of(&keys).await.unwrap(), []);
    finish_all(&store).await;
    let found = store.chunks_of(&keys).await.unwrap();
    for (image, chunks) in found {
        let place = keys.iter().position(|key| *key == image).unwrap();
        let id = file(&root, place as u64).id;
        assert_eq!(store.detail(id).await.unwrap().unwrap().chunks, chunks);
    }
}

async fn unread_recipes_are_counted_by_their_reasons(url: &str) {
    let (store, root) = open_with_root(url).await;
    let keys = images(&record(&store, &root, 7).await);
    let lost = |class: &str| Notice::new("unknown-node", "The prompt is lost.").about(class);
    let with = |number: u64, notices: Vec<Notice>| Reread {
        notices,
        unparsed: true,
        ..reread(keys[number as usize], number)
    };
    let read = Reread {
        unparsed: false,
        ..reread(keys[3], 3)
    };
    let again = vec![
        with(0, vec![lost("Mixer")]),
        with(1, vec![lost("Mixer"), lost("Stirrer")]),
        with(2, vec![lost("Mixer")]),
        read,
        with(5, Vec::new()),
    ];
    store
        .replace_recipes(again, &["bad-crc", "unknown-node"])
        .await
        .unwrap();
    let lists = store.unread().await.unwrap();
    let told: Vec<(Vec<&str>, u64)> = lists
        .iter()
        .map(|(notices, pictures, _)| {
            let about = notices.iter().filter_map(|one| one.about.as_deref());
            (about.collect(), *pictures)
        })
        .collect();
    assert_eq!(told[0], (vec!["Mixer"], 2));
    assert!(told.contains(&(vec!["Mixer", "Stirrer"], 1)), "{told:?}");
    let examples: Vec<_> = [0, 2].map(|n| file(&root, n).id).into();
    assert!(examples.contains(&lists[0].2));
    let all: u64 = lists.iter().map(|one| one.1).sum();
    let unparsed = store.index_rows_of(&keys).await.unwrap();
    assert_eq!(
        all,
        unparsed.iter().filter(|row| row.unparsed).count() as u64
    );
}
