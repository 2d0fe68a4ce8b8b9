//! Tags and notes: what every question answers afterwards, and taking it back.

use domain::{
    id::ImageId,
    judgement::Edit,
    problem::ProblemKind,
    query::{Field, Query},
    selection::Selection,
    tag::{Mark, NoteSaved, TagColour},
};
use testkit::{Library, picture};

async fn ids(library: &Library) -> Vec<ImageId> {
    let found = library.find("sort=seed").await;
    found.into_iter().map(|card| card.id).collect()
}

fn these(ids: &[ImageId]) -> Selection {
    Selection::These(ids.to_vec())
}

async fn put(library: &Library, ids: &[ImageId], name: &str) {
    let done = library.gallery.tags();
    let done = done.set(&these(ids), name, true, "me").await;
    assert_eq!(done.expect("it is tagged").changed, ids.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tagged_is_found_counted_and_told_at_once() {
    let library = Library::of_pictures(6).await;
    let all = ids(&library).await;
    put(&library, &all[..4], "  Portrait ").await;
    put(&library, &all[2..], "to print").await;
    assert_eq!(library.names("tag=portrait").await.len(), 4);
    assert_eq!(library.names("tag=portrait&tag=to print").await.len(), 2);
    assert_eq!(library.names("tag=portrait,to print").await.len(), 6);
    assert_eq!(library.names("tag=-portrait").await.len(), 2);
    assert_eq!(library.names("has=tag").await.len(), 6);
    // Words find tags too.
    assert_eq!(library.names("q=print").await.len(), 4);
    let (search, tags) = (library.gallery.search(), library.gallery.tags());
    tags.colour("PORTRAIT", Some(TagColour::Blue), "me")
        .await
        .unwrap();
    let facets = search.facets(&Query::parse("tag=to print")).unwrap();
    let facet = facets.values.iter().find(|one| one.field == Field::Tag);
    let counts: Vec<_> = facet
        .unwrap()
        .values
        .iter()
        .map(|one| (one.value.as_str(), one.count))
        .collect();
    assert_eq!(counts, [("Portrait", 4), ("to print", 4)]);
    assert_eq!(facets.colours, [("Portrait".to_owned(), TagColour::Blue)]);
    let detail = library.gallery.images().detail(all[2]).await.unwrap();
    let names: Vec<_> = detail.tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["Portrait", "to print"]);
    let (of, count) = tags.of(&these(&all[..3])).await.unwrap();
    let of: Vec<_> = of
        .iter()
        .map(|one| (one.tag.name.as_str(), one.pictures))
        .collect();
    assert_eq!((of, count), (vec![("Portrait", 3), ("to print", 1)], 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_offered_by_any_part_of_their_name_the_most_used_first() {
    let library = Library::of_pictures(5).await;
    let all = ids(&library).await;
    put(&library, &all[..1], "art").await;
    put(&library, &all[..4], "Smart").await;
    put(&library, &all[..2], "Artist").await;
    put(&library, &all, "dunes").await;
    let hidden = Edit::Hidden(true);
    let judge = library.gallery.judge();
    judge.set(&these(&all[..1]), hidden, "me").await.unwrap();
    let tags = library.gallery.tags();
    let told = |tags: Vec<domain::tag::TagCount>| {
        let tags = tags.into_iter();
        tags.map(|one| (one.tag.name, one.pictures, one.out_of_sight))
            .collect::<Vec<_>>()
    };
    let names = |text: &str| {
        let offered = tags.list(text).into_iter();
        offered.map(|one| one.tag.name).collect::<Vec<_>>()
    };
    assert_eq!(names("ART"), ["art", "Smart", "Artist"]);
    assert_eq!(names(""), ["dunes", "Smart", "Artist", "art"]);
    assert!(names("zzz").is_empty());
    assert_eq!(
        told(tags.all().await.unwrap()),
        [
            ("art".to_owned(), 0, 1),
            ("Artist".to_owned(), 1, 1),
            ("dunes".to_owned(), 4, 1),
            ("Smart".to_owned(), 3, 1),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_a_result_is_tagged_and_untagged_as_one_operation() {
    let library = Library::of_pictures(40).await;
    let (search, tags) = (library.gallery.search(), library.gallery.tags());
    let first = search.first_page(&Query::default(), 10).await.unwrap();
    let but_two = Selection::AllBut {
        result: first.head.id.unwrap(),
        query: String::new(),
        except: first.page.cards[..2].iter().map(|card| card.id).collect(),
    };
    let done = tags.set(&but_two, "dunes", true, "me").await.unwrap();
    assert_eq!(done.changed, 38);
    assert_eq!(tags.of(&but_two).await.unwrap().1, 38);
    let judge = library.gallery.judge();
    let back = judge.undo(done.operation.unwrap(), "you").await.unwrap();
    assert_eq!((back.changed, back.conflicts), (38, 0));
    assert!(library.names("tag=dunes").await.is_empty());
    assert!(tags.all().await.unwrap().is_empty());
    judge.undo(back.operation.unwrap(), "me").await.unwrap();
    assert_eq!(library.names("tag=dunes").await.len(), 38);
    let picture = first.page.cards[5].id;
    let told = library.gallery.notes().revisions(picture).await.unwrap();
    let told: Vec<bool> = told
        .iter()
        .map(|one| matches!(one.mark, Mark::Tag { on: true, .. }))
        .collect();
    assert_eq!(told, [true, false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_renamed_merged_and_deleted_and_all_of_it_is_taken_back() {
    let library = Library::of_pictures(6).await;
    let all = ids(&library).await;
    put(&library, &all[..3], "cat").await;
    put(&library, &all[2..], "cats").await;
    let (tags, judge) = (library.gallery.tags(), library.gallery.judge());
    let taken = tags
        .rename("cat", "CATS", "me")
        .await
        .unwrap_err()
        .problem();
    assert_eq!(taken.kind, ProblemKind::Conflict);
    assert!(taken.message.contains("“cats”"), "{taken}");
    let renamed = tags.rename("cat", "kitten", "me").await.unwrap();
    assert_eq!(library.names("tag=kitten").await.len(), 3);
    assert!(library.names("tag=cat").await.is_empty());
    let merged = tags.merge("kitten", "cats", "me").await.unwrap();
    assert_eq!(library.names("tag=cats").await.len(), 6);
    let deleted = tags.delete("cats", "me").await.unwrap();
    assert!(library.names("has=tag").await.is_empty());
    for done in [deleted, merged, renamed] {
        judge.undo(done.operation.unwrap(), "me").await.unwrap();
    }
    assert_eq!(library.names("tag=cat").await.len(), 3);
    assert_eq!(library.names("tag=cats").await.len(), 4);
    for gone in [
        tags.delete("kitten", "me").await,
        tags.merge("kitten", "cat", "me").await,
        tags.rename("kitten", "x", "me").await,
        tags.colour("kitten", None, "me").await,
    ] {
        let problem = gone.unwrap_err().problem();
        assert_eq!(problem.kind, ProblemKind::NotFound);
        assert!(problem.message.contains("no such tag"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_none_are_refused_in_words() {
    let library = Library::of_pictures(1).await;
    let all = ids(&library).await;
    let tags = library.gallery.tags();
    let long = "x".repeat(101);
    for (name, word) in [
        (" ", "needs a name"),
        ("a,b", "comma"),
        ("a*", "star"),
        ("a\u{7}b", "cannot be shown"),
        (long.as_str(), "101 letters"),
    ] {
        let refused = tags.set(&these(&all), name, true, "me").await;
        let problem = refused.unwrap_err().problem();
        assert_eq!(problem.kind, ProblemKind::Invalid);
        assert!(problem.message.contains(word), "{problem}");
        assert!(problem.message.contains("Nothing was changed"), "{problem}");
    }
    assert!(tags.all().await.unwrap().is_empty());
    // What a query needs quotes for is a name like any other.
    put(&library, &all, "-1 \"quoted\" ..x").await;
    let query = Query::default().with_toggled(Field::Tag, "-1 \"quoted\" ..x");
    assert_eq!(library.names(&query.to_string()).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_found_and_nobody_overwrites_what_they_have_not_seen() {
    let library = Library::of_pictures(2).await;
    let all = ids(&library).await;
    let notes = library.gallery.notes();
    let saved = notes.set(all[0], "For Ada\r\n", 0, "me").await.unwrap();
    let NoteSaved::Saved { note, done } = saved else {
        panic!("{saved:?}");
    };
    assert_eq!(note.text, "For Ada");
    assert_eq!(library.names("q=ada").await, ["00000.png"]);
    assert_eq!(library.names("has=note").await, ["00000.png"]);
    let other = notes.set(all[0], "For Eve", 0, "you").await.unwrap();
    assert_eq!(other, NoteSaved::Changed { note: note.clone() });
    assert_eq!(notes.marks(all[0]).await.unwrap().1, note);
    let long = "x".repeat(10_001);
    let refused = notes.set(all[0], &long, note.version, "me").await;
    let problem = refused.unwrap_err().problem();
    assert_eq!(problem.kind, ProblemKind::TooLarge);
    let judge = library.gallery.judge();
    judge.undo(done.operation.unwrap(), "me").await.unwrap();
    assert!(library.names("has=note").await.is_empty());
    let nobody = notes.set(ImageId(7), "x", 0, "me").await;
    assert_eq!(nobody.unwrap_err().problem().kind, ProblemKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_and_notes_outlive_a_restart_and_a_changed_file() {
    let library = Library::of_pictures(3).await;
    let all = ids(&library).await;
    put(&library, &all[..2], "dunes").await;
    let notes = library.gallery.notes();
    notes.set(all[0], "mine", 0, "me").await.unwrap();
    // The file is written anew: the picture is the same one.
    library.write("00000.png", &picture::a1111("another prompt", 77));
    library.scan().await;
    assert_eq!(library.names("tag=dunes&q=another").await, ["00000.png"]);
    let library = library.reopened().await;
    assert_eq!(library.names("tag=dunes").await.len(), 2);
    assert_eq!(library.names("has=note&q=mine").await, ["00000.png"]);
    assert_eq!(library.gallery.tags().all().await.unwrap().len(), 1);
}
