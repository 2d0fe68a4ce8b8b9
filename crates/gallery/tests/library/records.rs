//! Pictures of which only the address is known.

use bytes::Bytes;
use domain::{
    export::{ExportOptions, ExportRequest, ExportState},
    id::ImageId,
    judgement::{Edit, Verdict},
    problem::ProblemKind,
    query::Query,
    record::{Kept, RecordAnswer, parse_id},
    selection::Selection,
    upload::{Arrived, Upload},
};
use futures::stream;
use gallery::{Added, RecordAnswers};
use serde_json::{Value, json};
use testkit::{Library, picture};

const UUID: &str = "8d76bd3a-053e-4bb5-a2ab-ce147e53f40c";

fn record() -> Value {
    json!({
        "user_id": "test_user",
        "image_url": format!("https://res.test/demo/{UUID}.jpg"),
        "original_prompt": "sunset pls",
        "refined_prompt": "Create a vibrant sunset landscape with mountains",
        "intent": "generate",
        "metadata": { "model": "gemini-pro", "generation_time": 3.5 },
    })
}

async fn take(library: &Library, sent: &Value) -> Vec<RecordAnswer> {
    let text = sent.to_string();
    match library
        .gallery
        .records()
        .take(text.as_bytes())
        .await
        .unwrap()
    {
        RecordAnswers::One(answer) => vec![answer],
        RecordAnswers::Many(answers) => answers,
    }
}

async fn names(library: &Library, query: &str) -> Vec<String> {
    library.names(query).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_a_picture_that_is_found_by_all_that_was_told_of_it() {
    let library = Library::of_pictures(1).await;
    let answers = take(&library, &record()).await;
    assert_eq!(answers[0].outcome, Kept::Created);
    assert_eq!(answers[0].id, parse_id(UUID));
    let name = format!("{UUID}.jpg");
    for query in [
        "user=test_user",
        "user=TEST_user&intent=generate",
        "q=vibrant",
        "q=pls",
        "has=prompt&intent=gen*",
    ] {
        assert_eq!(names(&library, query).await, [name.as_str()], "{query}");
    }
    assert!(names(&library, "user=other").await.is_empty());
    assert!(names(&library, "is=missing").await.is_empty());
    assert_eq!(names(&library, "").await.len(), 2);
    let facets = library.gallery.search().facets(&Query::default());
    let facets = facets.unwrap();
    for (key, value) in [("user", "test_user"), ("intent", "generate")] {
        let facet = facets.values.iter().find(|facet| facet.field.key() == key);
        let counted = &facet.unwrap().values;
        assert_eq!((counted[0].value.as_str(), counted[0].count), (value, 1));
    }
    let card = library.find("intent=generate").await.remove(0);
    assert!(card.is_elsewhere());
    let detail = library.gallery.images().detail(card.id).await.unwrap();
    let told = detail.record.unwrap();
    assert_eq!(
        (told.user.as_str(), told.original.as_str()),
        ("test_user", "sunset pls")
    );
    assert_eq!((detail.bytes, detail.raw.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn posting_twice_is_one_record_and_what_is_told_last_counts() {
    let library = Library::new(|_| {}).await;
    take(&library, &record()).await;
    let again = take(&library, &record()).await;
    assert_eq!(again[0].outcome, Kept::Unchanged);
    let mut other = record();
    other["intent"] = "edit".into();
    let answers = take(
        &library,
        &json!([other, { "image_url": "ftp://x.test/" }, 7]),
    )
    .await;
    let outcomes: Vec<Kept> = answers.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Kept::Updated, Kept::Refused, Kept::Refused]);
    assert!(
        answers[1].message.contains("neither with http"),
        "{answers:?}"
    );
    assert_eq!(names(&library, "").await.len(), 1);
    assert_eq!(names(&library, "intent=edit").await.len(), 1);
    let many = vec![record(); gallery::MOST_RECORDS + 1];
    let refused = library
        .gallery
        .records()
        .take(json!(many).to_string().as_bytes())
        .await;
    let problem = refused.unwrap_err().problem();
    assert_eq!(problem.kind, ProblemKind::TooLarge);
    let file = library.path("records.json");
    std::fs::write(&file, json!(many).to_string()).unwrap();
    let imported = library.gallery.records().import(&file).await;
    assert_eq!(imported.unwrap().len(), many.len());
}

/// The index is loaded in the background when a program begins: what is acknowledged at any moment of that is found.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_while_the_index_is_loaded_is_found_at_once() {
    for round in 0..60 {
        let library = Library::new(|_| {}).await;
        let mut told = record();
        for step in 0..=round % 6 {
            told["intent"] = format!("step-{step}").into();
            take(&library, &told).await;
        }
        let last = format!("intent=step-{}", round % 6);
        assert_eq!(names(&library, &last).await.len(), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_stay_when_folders_are_scanned_and_the_program_begins_again() {
    let library = Library::of_pictures(2).await;
    take(&library, &record()).await;
    for _ in 0..3 {
        library.scan().await;
    }
    assert_eq!(names(&library, "").await.len(), 3);
    assert!(names(&library, "is=missing").await.is_empty());
    let library = library.reopened().await;
    library.scan().await;
    assert_eq!(names(&library, "user=test_user").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_judged_put_away_and_deleted_like_any_other() {
    let library = Library::of_pictures(1).await;
    take(&library, &record()).await;
    let these = Selection::These(vec![parse_id(UUID).unwrap()]);
    let judge = library.gallery.judge();
    judge
        .set(&these, Edit::Verdict(Verdict::Approved), "me")
        .await
        .unwrap();
    assert_eq!(names(&library, "state=approved").await.len(), 1);
    judge.set(&these, Edit::Trash(true), "me").await.unwrap();
    assert_eq!(names(&library, "is=trashed").await.len(), 1);
    let weighed = library.gallery.trash().weigh().await.unwrap();
    assert_eq!(
        (weighed.pictures, weighed.bytes, weighed.kept.len()),
        (1, 0, 0)
    );
    let emptied = library.gallery.trash().empty("me").await.unwrap();
    assert_eq!(emptied.pictures, 1);
    assert_eq!(names(&library, "").await.len(), 1);
    assert!(
        library
            .gallery
            .records()
            .find(parse_id(UUID).unwrap())
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_tells_that_it_has_no_file() {
    let library = Library::of_pictures(1).await;
    take(&library, &record()).await;
    let all: Vec<ImageId> = library.find("").await.iter().map(|card| card.id).collect();
    let request = ExportRequest {
        selection: Selection::These(all),
        options: ExportOptions::default(),
    };
    let exports = library.gallery.exports();
    let id = exports.create(request).await.unwrap().id;
    exports
        .wait(id, std::time::Duration::from_secs(20))
        .await
        .unwrap();
    let status = exports.status(id).await.unwrap();
    assert_eq!(status.state, ExportState::Ready);
    assert_eq!(status.left_out.len(), 1);
    let (name, why) = &status.left_out[0];
    assert_eq!(name, &format!("{UUID}.jpg"));
    assert!(
        why.contains("Only the address") && why.contains(". "),
        "{why}"
    );
}

async fn send(library: &Library, begun: Upload, bytes: &[u8]) -> Arrived {
    let body = stream::iter([Ok(Bytes::copy_from_slice(bytes))]);
    let added = library.gallery.uploads().add(begun.id, 0, body, None).await;
    match added.unwrap() {
        Added::Kept(upload) => upload.arrived.unwrap(),
        Added::Garbled => unreachable!("no checksum was given"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_sent_later_keeps_id_judgement_and_history() {
    let library = Library::new(|_| {}).await;
    take(&library, &record()).await;
    let id = parse_id(UUID).unwrap();
    let these = Selection::These(vec![id]);
    let judge = library.gallery.judge();
    judge.set(&these, Edit::Rating(4), "me").await.unwrap();
    let bytes = picture::a1111("a quiet dune", 1);
    let uploads = library.gallery.uploads();
    let begun = uploads
        .attach(id, "dune.png", bytes.len() as u64)
        .await
        .unwrap();
    let arrived = send(&library, begun, &bytes).await;
    assert_eq!((arrived.image, arrived.duplicate), (id, false));
    let card = library.find("rating=4&q=dune").await.remove(0);
    assert_eq!((card.id, card.name.as_str()), (id, "dune.png"));
    assert!(!card.is_elsewhere() && card.width > 0);
    // It is still found by what was told of it.
    assert_eq!(
        names(&library, "user=test_user&q=vibrant").await,
        ["dune.png"]
    );
    assert_eq!(judge.revisions(id).await.unwrap().len(), 1);
    library.scan().await;
    library.scan().await;
    assert_eq!(names(&library, "").await, ["dune.png"]);
    let second = uploads
        .attach(id, "dune.png", 9)
        .await
        .unwrap_err()
        .problem();
    assert_eq!(second.kind, ProblemKind::Conflict);
    let strange = uploads.attach(ImageId(7), "dune.png", 9).await.unwrap_err();
    assert_eq!(strange.problem().kind, ProblemKind::NotFound);
    // The bytes of another picture are no hindrance: somebody said whose they are.
    let other = json!({ "image_url": "https://res.test/second.png" });
    let answers = take(&library, &other).await;
    let second = answers[0].id.unwrap();
    let begun = uploads
        .attach(second, "again.png", bytes.len() as u64)
        .await
        .unwrap();
    let arrived = send(&library, begun, &bytes).await;
    assert_eq!((arrived.image, arrived.duplicate), (second, false));
}
