//! Photosets: what every question answers afterwards.

use domain::{
    id::ImageId,
    photoset::{Photoset, SetKind},
    query::Query,
    selection::Selection,
};
use testkit::{Library, picture};

async fn ids(library: &Library) -> Vec<ImageId> {
    let found = library.find("sort=seed").await;
    found.into_iter().map(|card| card.id).collect()
}

/// The names of a query's pictures, in its order.
async fn ordered(library: &Library, query: &str) -> Vec<String> {
    let found = library.find(query).await;
    found.into_iter().map(|card| card.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photoset_shows_its_pictures_in_its_order_and_those_inside_it() {
    let library = Library::of_pictures(5).await;
    let all = ids(&library).await;
    let sets = library.gallery.sets();
    let these = |ids: &[ImageId]| Selection::These(ids.to_vec());
    let own = these(&[all[3], all[1]]);
    let (outer, _) = sets
        .create(Photoset::named("Oslo"), Some(&own), "me")
        .await
        .unwrap();
    let inner = Photoset {
        parent: Some(outer),
        ..Photoset::named("Harbour")
    };
    let (inner, _) = sets
        .create(inner, Some(&these(&all[4..])), "me")
        .await
        .unwrap();
    let names = ordered(&library, &format!("set=oslo-{outer}&sort=place")).await;
    assert_eq!(names, ["00003.png", "00001.png", "00004.png"]);
    assert_eq!(library.names(&format!("set={inner}")).await, ["00004.png"]);
    assert_eq!(library.names(&format!("set=-{outer}")).await.len(), 2);
    sets.arrange(outer, &these(&all[1..2]), Some(all[3]), "me")
        .await
        .unwrap();
    let names = ordered(&library, &format!("set={outer}&sort=place")).await;
    assert_eq!(names[..2], ["00001.png", "00003.png"]);
    let listed = sets.list().await.unwrap();
    let told: Vec<_> = listed
        .iter()
        .map(|one| (one.set.name.as_str(), one.depth, one.pictures))
        .collect();
    assert_eq!(told, [("Oslo", 0, 3), ("Harbour", 1, 1)]);
    assert!(listed.iter().all(|one| one.thumb.is_some()));
    let (of, count) = sets.of(&these(&all[3..])).await.unwrap();
    assert_eq!(count, 2);
    assert_eq!(of.len(), 2);
    let facets = library.gallery.search().facets(&Query::default()).unwrap();
    assert_eq!(facets.sets.len(), 2);
    sets.delete(outer, "me").await.unwrap();
    // What lay in it comes out to the top.
    let listed = sets.list().await.unwrap();
    assert_eq!((listed.len(), listed[0].depth), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smart_photoset_always_holds_what_its_filter_finds() {
    let library = Library::of_pictures(4).await;
    let sets = library.gallery.sets();
    let smart = Photoset {
        kind: SetKind::Smart,
        query: "seed=1..2".to_owned(),
        ..Photoset::named("Early")
    };
    let (early, _) = sets.create(smart, None, "me").await.unwrap();
    assert_eq!(library.names(&format!("set={early}")).await.len(), 2);
    library.write("again.png", &picture::a1111("another dune", 2));
    library.scan().await;
    assert_eq!(library.names(&format!("set={early}")).await.len(), 3);
    assert_eq!(sets.list().await.unwrap()[0].pictures, 3);
    // A filter that leads to itself finds nothing and ends.
    let before = sets.list().await.unwrap()[0].set.clone();
    let circle = Photoset {
        query: format!("set={early}"),
        ..before.clone()
    };
    sets.edit(early, before.clone(), circle, "me")
        .await
        .unwrap();
    assert!(library.names(&format!("set={early}")).await.is_empty());
    // Whoever has not seen that does not overwrite it.
    let late = sets
        .edit(early, before, Photoset::named("Late"), "me")
        .await;
    assert!(late.is_err());
}
