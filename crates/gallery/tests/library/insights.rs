//! What the library is made of, and how much of it is kept.

use domain::{
    id::ImageId,
    insight::{KeepOrder, KeepRate, Tally},
    judgement::{Edit, Verdict},
    query::{Field, Query},
    selection::Selection,
};
use testkit::{Library, picture};

/// A picture of a model, with a LoRA at a strength.
fn made(model: &str, weight: &str, steps: u32, seed: u32) -> Vec<u8> {
    let text = format!(
        "a quiet dune, <lora:ink:{weight}>\nNegative prompt: blurry\nSteps: {steps}, \
         Sampler: Euler a, CFG scale: 7, Seed: {seed}, Size: 8x6, Model: {model}"
    );
    picture::png(seed, &[("parameters", &text)])
}

/// Twenty pictures of one model and ten of another.
async fn library_of_two() -> Library {
    let library = Library::new(|_| {}).await;
    for seed in 0..30 {
        let (model, weight) = if seed < 20 {
            ("dunes", "0.8")
        } else {
            ("glass", "1.0")
        };
        let picture = made(model, weight, 20 + seed % 3, seed);
        library.write(&format!("{model}/{seed:02}.png"), &picture);
    }
    library.scan().await;
    library
}

async fn judge(library: &Library, query: &str, count: usize, edit: Edit) -> Vec<ImageId> {
    let found = library.find(query).await;
    let ids: Vec<ImageId> = found.into_iter().take(count).map(|card| card.id).collect();
    let these = Selection::These(ids.clone());
    let done = library.gallery.judge().set(&these, edit, "me").await;
    assert_eq!(done.expect("pictures are judged").changed, count as u64);
    ids
}

async fn kept(library: &Library, query: &str, fields: &[Field]) -> KeepRate {
    let insights = library.gallery.insights();
    let query = Query::parse(query);
    let rate = insights.keep_rate(&query, fields, KeepOrder::Sure, 50);
    rate.await.expect("a question is answered")
}

const KEEP: Edit = Edit::Verdict(Verdict::Approved);
const REJECT: Edit = Edit::Verdict(Verdict::Rejected);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_judged_is_compared_at_once() {
    let library = library_of_two().await;
    let nothing = kept(&library, "", &KeepRate::FIELDS).await;
    assert_eq!((nothing.all.decided(), nothing.all.undecided), (0, 30));
    judge(&library, "model=dunes", 12, KEEP).await;
    judge(&library, "model=dunes&state=undecided", 6, REJECT).await;
    judge(&library, "model=glass", 3, KEEP).await;
    let rate = kept(
        &library,
        "",
        &[Field::Model, Field::LoraWeight, Field::Token],
    )
    .await;
    let tally = |approved, rejected, undecided| Tally {
        approved,
        rejected,
        undecided,
    };
    assert_eq!(rate.all, tally(15, 6, 9));
    let told = |place: usize| -> Vec<(&str, Tally)> {
        let values = rate.fields[place].values.iter();
        values.map(|one| (one.value.as_str(), one.tally)).collect()
    };
    // Three of three is the better rate, but says less than it seems.
    let (dunes, glass) = (tally(12, 6, 2), tally(3, 0, 7));
    assert_eq!(told(0), [("dunes", dunes), ("glass", glass)]);
    assert_eq!(told(1), [("ink@0.8", dunes), ("ink@1", glass)]);
    assert!(told(2).contains(&("a quiet dune", rate.all)));
    // Each value is a condition with which the grid shows the same pictures.
    for values in &rate.fields {
        for one in &values.values {
            let query = Query::default().with_also(values.field, &one.value);
            let approved = query.with_toggled(Field::State, "approved");
            let shown = library.find(&approved.to_string()).await;
            assert_eq!(shown.len() as u64, one.tally.approved, "{approved}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_holds_and_its_verdict_is_left_out() {
    let library = library_of_two().await;
    judge(&library, "model=dunes", 5, KEEP).await;
    judge(&library, "model=glass", 5, REJECT).await;
    let rate = kept(
        &library,
        "model=dunes&state=approved",
        &[Field::Model, Field::Seed],
    )
    .await;
    assert_eq!((rate.all.approved, rate.all.undecided), (5, 15));
    // Seeds are not compared.
    let fields: Vec<Field> = rate.fields.iter().map(|values| values.field).collect();
    assert_eq!(fields, [Field::Model]);
    assert_eq!(rate.fields[0].distinct, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_to_the_trash_is_told_of() {
    let library = library_of_two().await;
    judge(&library, "", 6, REJECT).await;
    judge(&library, "state=rejected", 4, Edit::Trash(true)).await;
    let rate = kept(&library, "", &[]).await;
    assert_eq!((rate.all.rejected, rate.in_trash.rejected), (2, 4));
    let all = domain::insight::with_trash(&Query::default()).unwrap();
    let rate = kept(&library, &all.to_string(), &[]).await;
    assert_eq!((rate.all.rejected, rate.in_trash.rejected), (6, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_tells_what_each_question_finds() {
    let library = Library::new(|options| options.finish = true).await;
    let insights = library.gallery.insights();
    let empty = insights.overview().await.unwrap();
    assert_eq!((empty.shown.all.pictures, empty.shown.span), (0, None));
    let twin = made("dunes", "0.8", 20, 1);
    for (name, bytes) in [
        ("a.png", &twin),
        ("sub/b.png", &twin),
        ("c.png", &made("glass", "1", 30, 2)),
        ("d.png", &picture::png(3, &[])),
    ] {
        library.write(name, bytes);
    }
    library.scan().await;
    let hidden = judge(&library, "name=c.png", 1, Edit::Hidden(true)).await;
    assert_eq!(hidden.len(), 1);
    // Copies are known when their content was read, which goes on in the background.
    library.gallery.scans().finished().await.unwrap();
    let overview = insights.overview().await.unwrap();
    assert_eq!(overview.waiting, 0);
    let shown = &overview.shown;
    let size = twin.len() as u64;
    assert_eq!(shown.all.pictures, 3);
    assert_eq!(overview.hidden.pictures, 1);
    let copies = &overview.copies;
    assert_eq!((copies.contents, copies.files, copies.bytes), (1, 1, size));
    assert_eq!(copies.largest[0].files, 2);
    for values in &shown.fields {
        for one in &values.values {
            let query = Query::default().with_toggled(values.field, &one.value);
            let found = library.find(&query.to_string()).await.len() as u64;
            assert_eq!(found, one.held.pictures, "{query}");
        }
    }
    let tools = shown
        .fields
        .iter()
        .find(|values| values.field == Field::Tool);
    let without = tools.unwrap().without.pictures;
    assert_eq!(library.find("has=-recipe").await.len() as u64, without);
    assert_eq!(without, 1);
}
