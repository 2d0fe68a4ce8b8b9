//! Values over what files say: what every question answers afterwards, and taking it back.

use domain::{
    id::ImageId,
    overlay::{FieldSaved, Part},
    problem::ProblemKind,
    query::{Field, Query},
    selection::Selection,
    tag::Mark,
};
use testkit::{Library, picture};

async fn library_of(count: u32) -> Library {
    let library = Library::new(|options| options.finish = true).await;
    for seed in 0..count {
        let picture = picture::a1111("a quiet dune", seed);
        library.write(&format!("ada/{seed:05}.png"), &picture);
    }
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    library
}

async fn ids(library: &Library) -> Vec<ImageId> {
    let found = library.find("sort=name").await;
    found.into_iter().map(|card| card.id).collect()
}

fn these(ids: &[ImageId]) -> Selection {
    Selection::These(ids.to_vec())
}

async fn set(library: &Library, ids: &[ImageId], part: Part, value: &str) {
    let fields = library.gallery.fields();
    let done = fields.set(&these(ids), part, value, "me").await;
    assert_eq!(done.expect("it is set").changed, ids.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_edited_is_found_counted_sorted_and_told_at_once() {
    let library = library_of(6).await;
    let all = ids(&library).await;
    let bytes = || std::fs::read(library.path("ada/00000.png")).unwrap();
    let file = bytes();
    set(&library, &all[..1], Part::Prompt, "a heron in fog").await;
    set(&library, &all[..4], Part::Model, "marsh v3").await;
    set(&library, &all[1..3], Part::Date, "1999-12-31 23:59").await;
    set(&library, &all[..2], Part::Persona, "  Ada  L. ").await;
    set(&library, &all[5..], Part::Seed, "4242").await;
    for (query, count) in [
        ("q=heron", 1),
        ("q=dune", 5),
        ("token=a heron in fog", 1),
        ("model=marsh*", 4),
        ("date=1999-12-31", 2),
        ("persona=ada l.", 2),
        ("persona=*", 2),
        ("persona=-\"Ada L.\"", 4),
        ("has=persona", 2),
        // Words find personas too.
        ("q=ada%20l.", 2),
        ("seed=4242", 1),
        ("has=edited", 5),
        ("has=-edited", 1),
    ] {
        assert_eq!(library.find(query).await.len(), count, "{query}");
    }
    let oldest = library.find("sort=date").await;
    let first: Vec<_> = oldest[..2]
        .iter()
        .map(|card| card.date.minute_text())
        .collect();
    assert_eq!(first, ["1999-12-31 23:59"; 2]);
    let search = library.gallery.search();
    let facets = search.facets(&Query::parse("model=marsh v3")).unwrap();
    let facet = facets.values.iter().find(|one| one.field == Field::Persona);
    let counts = &facet.unwrap().values;
    assert_eq!((counts[0].value.as_str(), counts[0].count), ("Ada L.", 2));
    let offered = search
        .suggest(Field::Persona, "AD", &Query::default())
        .await;
    assert_eq!(offered.unwrap()[0].value, "Ada L.");
    let detail = library.gallery.images().detail(all[0]).await.unwrap();
    assert_eq!(detail.recipe.positive, "a heron in fog");
    assert_eq!(
        (detail.card.caption.as_str(), detail.persona.as_str()),
        ("a heron in fog", "Ada L.")
    );
    let prompt = &detail.edited[0];
    assert_eq!(
        (&prompt.part, prompt.parsed.as_str()),
        (&Part::Prompt, "a quiet dune")
    );
    assert!(bytes() == file, "the file is as it was");
    let report = library.gallery.health().report(true, &[]).await.unwrap();
    assert!(
        report.troubles.iter().all(|one| !one.contains("index")),
        "{report:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_are_taken_back_and_told_and_outlive_reading_again() {
    let library = library_of(3).await;
    let all = ids(&library).await;
    let (fields, judge) = (library.gallery.fields(), library.gallery.judge());
    let done = fields.set(&these(&all), Part::Sampler, "heun", "me").await;
    let operation = done.unwrap().operation.unwrap();
    set(&library, &all[..1], Part::Sampler, "lms").await;
    let images = library.gallery.images();
    images
        .read_again(&Query::default(), |_, _| {})
        .await
        .unwrap();
    library.scan().await;
    assert_eq!(library.names("sampler=heun").await.len(), 2);
    let undone = judge.undo(operation, "me").await.unwrap();
    assert_eq!((undone.changed, undone.conflicts), (2, 1));
    assert_eq!(library.names("sampler=heun").await.len(), 0);
    assert_eq!(library.names("sampler=lms").await.len(), 1);
    let told = library.gallery.notes().revisions(all[0]).await.unwrap();
    let told: Vec<Mark> = told.into_iter().map(|one| one.mark).collect();
    let mark = |before: &str, after: &str| Mark::Field {
        part: Part::Sampler,
        before: before.to_owned(),
        after: after.to_owned(),
    };
    assert_eq!(told, [mark("heun", "lms"), mark("", "heun")]);
    let library = library.reopened().await;
    assert_eq!(library.names("sampler=lms").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_in_words_and_nobody_overwrites_unseen() {
    let library = library_of(1).await;
    let all = ids(&library).await;
    let fields = library.gallery.fields();
    for (part, value, words) in [
        (Part::Seed, "many", "whole number"),
        (Part::Steps, "0", "from 1"),
        (Part::Cfg, "high", "such as 7"),
        (Part::Date, "yesterday", "2026-05-31"),
        (Part::Execution, "x", "import"),
        (Part::Persona, "a,b", "“,”"),
    ] {
        let refused = fields.set(&these(&all), part.clone(), value, "me").await;
        let problem = refused.unwrap_err().problem();
        assert_eq!(problem.kind, ProblemKind::Invalid);
        assert!(problem.message.contains(words), "{part:?}: {problem:?}");
    }
    assert_eq!(library.find("has=edited").await.len(), 0);
    let save = async |value: &str, version: i64| {
        let saved = fields.set_one(all[0], Part::Steps, value, version, "me");
        saved.await.unwrap()
    };
    let FieldSaved::Saved { value, .. } = save("30", 0).await else {
        panic!("nobody had set it");
    };
    let FieldSaved::Changed { value: theirs } = save("40", 0).await else {
        panic!("it was set since");
    };
    assert_eq!(theirs, value);
    assert_eq!(library.find("steps=30").await.len(), 1);
    let missing = fields.set_one(ImageId(7), Part::Steps, "1", 0, "me").await;
    assert_eq!(missing.unwrap_err().problem().kind, ProblemKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_gives_the_pictures_of_a_folder_their_persona() {
    let library = library_of(2).await;
    let all = ids(&library).await;
    library.write("else/x.png", &picture::a1111("a pier", 9));
    library.scan().await;
    let rules = library.data().join("rules.toml");
    std::fs::write(&rules, "[[persona]]\nfolder = \"*/ADA\"\nname = \"Ada\"\n").unwrap();
    let images = library.gallery.images();
    images
        .read_again(&Query::default(), |_, _| {})
        .await
        .unwrap();
    assert_eq!(library.find("persona=ada").await.len(), 2);
    assert_eq!(library.find("has=persona").await.len(), 2);
    // Nobody edited anything.
    assert_eq!(library.find("has=edited").await.len(), 0);
    assert_eq!(images.detail(all[0]).await.unwrap().persona, "Ada");
    // What somebody says goes before the rule, until that is taken away.
    set(&library, &all[..1], Part::Persona, "Bo").await;
    assert_eq!(library.find("persona=ada").await.len(), 1);
    let detail = images.detail(all[0]).await.unwrap();
    assert_eq!(
        (detail.persona.as_str(), detail.edited[0].parsed.as_str()),
        ("Bo", "Ada")
    );
    set(&library, &all[..1], Part::Persona, "").await;
    assert_eq!(library.find("persona=ada").await.len(), 2);
    // A new picture has it from the first moment, and after a restart all have.
    library.write("ada/new.png", &picture::a1111("another dune", 77));
    library.scan().await;
    assert_eq!(library.find("persona=ada").await.len(), 3);
    let report = library.gallery.health().report(true, &[]).await.unwrap();
    assert!(
        report.troubles.iter().all(|one| !one.contains("index")),
        "{report:?}"
    );
    let library = library.reopened().await;
    assert_eq!(library.find("persona=ada").await.len(), 3);
}
