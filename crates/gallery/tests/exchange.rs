//! Decisions out of other tools' files, and tables for them.

use domain::{exchange::TableFormat, problem::ProblemKind, query::Query};
use futures::TryStreamExt as _;
use testkit::{Library, picture};

async fn table(library: &Library, query: &str, format: TableFormat) -> String {
    let exchange = library.gallery.exchange();
    let pieces = exchange.table(&Query::parse(query), format).await;
    let pieces = pieces.expect("it is written");
    let pieces: Vec<_> = pieces.try_collect().await.expect("all of it");
    let bytes: Vec<u8> = pieces.into_iter().flatten().collect();
    String::from_utf8(bytes).expect("it is text")
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_come_in_once_and_can_be_taken_back() {
    let library = Library::of_pictures(4).await;
    let file = br#"{"00000.png": true, "00001.png": false, "nowhere.png": true}"#;
    let exchange = library.gallery.exchange();
    let planned = exchange.plan(file).await.unwrap();
    assert_eq!((planned.lines, planned.matched, planned.judged), (3, 2, 2));
    assert_eq!(
        (planned.unmatched, &planned.examples[..]),
        (1, &["nowhere.png".to_owned()][..])
    );
    // A plan changes nothing.
    assert!(library.names("state=approved,rejected").await.is_empty());
    assert_eq!(exchange.apply(file, "me").await.unwrap(), planned);
    assert_eq!(library.names("state=approved").await, ["00000.png"]);
    assert_eq!(library.names("state=rejected").await, ["00001.png"]);
    // The same a second time changes nothing and is no operation.
    assert_eq!(exchange.apply(file, "me").await.unwrap().changes(), 0);
    let judge = library.gallery.judge();
    let done = judge.operations(None, None).await.unwrap();
    assert_eq!((done.len(), done[0].pictures), (1, 2));
    judge
        .undo(done[0].id, gallery::By::from("me"))
        .await
        .unwrap();
    assert!(library.names("state=approved,rejected").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_goes_out_and_comes_back_in() {
    let library = Library::of_pictures(3).await;
    let exchange = library.gallery.exchange();
    let file = "file,verdict,rating,favourite,label,tags,persona\n\
                00000.png,approved,4,true,red,cat; to print,=Ada\n\
                00001.png,rejected,0,false,none,cat,\n";
    let done = exchange.apply(file.as_bytes(), "me").await.unwrap();
    assert_eq!(
        (done.matched, done.judged, done.tagged, done.personas),
        (2, 5, 3, 1)
    );
    assert_eq!(library.names("tag=cat").await.len(), 2);
    assert_eq!(library.names("persona==Ada").await, ["00000.png"]);
    let csv = table(&library, "sort=name", TableFormat::Csv).await;
    assert_eq!(csv.lines().count(), 4);
    // No spreadsheet takes it for a formula.
    assert!(csv.contains("'=Ada"), "{csv}");
    // It says what is so, so it changes nothing.
    let again = exchange.plan(csv.as_bytes()).await.unwrap();
    assert_eq!((again.matched, again.changes()), (3, 0));
    assert_eq!(again.unknown, [] as [String; 0]);
    let json = table(&library, "tag=cat&sort=name", TableFormat::Json).await;
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[0]["tags"], serde_json::json!(["cat", "to print"]));
    assert_eq!(rows[0]["prompt"], "a quiet dune");
    let again = exchange.plan(json.as_bytes()).await.unwrap();
    assert_eq!((again.matched, again.changes()), (2, 0));
    let approvals = table(&library, "", TableFormat::Approvals).await;
    let rows: serde_json::Value = serde_json::from_str(&approvals).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let again = exchange.plan(approvals.as_bytes()).await.unwrap();
    assert_eq!((again.matched, again.changes()), (2, 0));
    let empty = table(&library, "q=nothing", TableFormat::Json).await;
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&empty).unwrap(),
        serde_json::json!([])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_clear_is_left_alone_and_told() {
    let library = Library::of_pictures(2).await;
    library.write("other/00000.png", &picture::a1111("another", 9));
    library.scan().await;
    let exchange = library.gallery.exchange();
    // Two pictures are called so; a folder tells which is meant.
    let planned = exchange.plan(br#"{"00000.png": true}"#).await.unwrap();
    assert_eq!((planned.matched, planned.conflicting), (0, 1));
    let planned = exchange
        .plan(br#"{"other/00000.png": true}"#)
        .await
        .unwrap();
    assert_eq!((planned.matched, planned.conflicting), (1, 0));
    // Two lines that say different things of one.
    let twice = "file,approved,mood\n00001.png,yes,a\n00001.png,no,b\n";
    let planned = exchange.plan(twice.as_bytes()).await.unwrap();
    assert_eq!((planned.matched, planned.conflicting), (1, 1));
    assert_eq!(planned.unknown, ["mood"]);
    let refused = exchange.plan(b"nothing of this").await.unwrap_err();
    assert_eq!(refused.problem().kind, ProblemKind::Invalid);
}
