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
    let planned = exchange.plan("a.json", file.to_vec()).await.unwrap();
    assert_eq!((planned.lines, planned.matched, planned.judged), (3, 2, 2));
    assert_eq!(
        (planned.unmatched, &planned.examples[..]),
        (1, &["nowhere.png".to_owned()][..])
    );
    // A plan changes nothing.
    assert!(library.names("state=approved,rejected").await.is_empty());
    assert_eq!(
        exchange.apply("a.json", file.to_vec(), "me").await.unwrap(),
        planned
    );
    assert_eq!(library.names("state=approved").await, ["00000.png"]);
    assert_eq!(library.names("state=rejected").await, ["00001.png"]);
    // The same a second time changes nothing and is no operation.
    assert_eq!(
        exchange
            .apply("a.json", file.to_vec(), "me")
            .await
            .unwrap()
            .changes(),
        0
    );
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
    let done = exchange.apply("a.csv", file.into(), "me").await.unwrap();
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
    let again = exchange.plan("a", csv.into()).await.unwrap();
    assert_eq!((again.matched, again.changes()), (3, 0));
    assert_eq!(again.unknown, [] as [String; 0]);
    let json = table(&library, "tag=cat&sort=name", TableFormat::Json).await;
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[0]["tags"], serde_json::json!(["cat", "to print"]));
    assert_eq!(rows[0]["prompt"], "a quiet dune");
    let again = exchange.plan("a", json.into()).await.unwrap();
    assert_eq!((again.matched, again.changes()), (2, 0));
    let approvals = table(&library, "", TableFormat::Approvals).await;
    let rows: serde_json::Value = serde_json::from_str(&approvals).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let again = exchange.plan("a", approvals.into()).await.unwrap();
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
    let planned = exchange
        .plan("a", br#"{"00000.png": true}"#.to_vec())
        .await
        .unwrap();
    assert_eq!((planned.matched, planned.conflicting), (0, 1));
    let planned = exchange
        .plan("a", br#"{"other/00000.png": true}"#.to_vec())
        .await
        .unwrap();
    assert_eq!((planned.matched, planned.conflicting), (1, 0));
    // Two lines that say different things of one.
    let twice = "file,approved,mood\n00001.png,yes,a\n00001.png,no,b\n";
    let planned = exchange.plan("a", twice.into()).await.unwrap();
    assert_eq!((planned.matched, planned.conflicting), (1, 1));
    assert_eq!(planned.unknown, ["mood"]);
    let refused = exchange
        .plan("a", b"nothing of this".to_vec())
        .await
        .unwrap_err();
    assert_eq!(refused.problem().kind, ProblemKind::Invalid);
}

async fn sidecars(library: &Library, query: &str) -> Vec<u8> {
    let exchange = library.gallery.exchange();
    let pieces = exchange.sidecars(&Query::parse(query)).await;
    let pieces: Vec<_> = pieces
        .expect("it is packed")
        .try_collect()
        .await
        .expect("all of it");
    pieces.into_iter().flatten().collect()
}

/// An XMP file as other programs write it.
fn foreign(attributes: &str) -> Vec<u8> {
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
         xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description \
         xmlns:xmp='http://ns.adobe.com/xap/1.0/' {attributes}/></rdf:RDF></x:xmpmeta>"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn xmp_files_go_out_and_come_into_a_fresh_library() {
    let library = Library::of_pictures(5).await;
    let exchange = library.gallery.exchange();
    let decisions = "file,verdict,rating,favourite,label,tags,persona\n\
                     00000.png,approved,4,true,red,cat; <to> print,Ada & Bo\n\
                     00001.png,rejected,2,false,none,,\n\
                     00002.png,undecided,0,false,none,sea,\n";
    exchange
        .apply("a.csv", decisions.into(), "me")
        .await
        .unwrap();
    let log = "file,execution_id,mood\n00003.png,run-7,\n";
    let done = exchange.apply("log.csv", log.into(), "me").await.unwrap();
    assert_eq!((done.log, done.executions, done.changes()), (true, 1, 1));
    let archive = sidecars(&library, "sort=name").await;
    // Nothing is said of the last one, and what was said changes nothing here.
    let planned = exchange.plan("a.zip", archive.clone()).await.unwrap();
    assert_eq!(
        (planned.lines, planned.matched, planned.changes()),
        (4, 4, 0)
    );
    let fresh = Library::of_pictures(5).await;
    let exchange = fresh.gallery.exchange();
    let done = exchange
        .apply("a.zip", archive.clone(), "me")
        .await
        .unwrap();
    assert_eq!((done.matched, done.judged, done.tagged), (4, 6, 3));
    assert_eq!((done.personas, done.executions), (1, 1));
    for query in [
        "state=approved",
        "rating=4",
        "is=favourite",
        "label=red",
        "tag=cat",
        "persona=Ada%20%26%20Bo",
        "state=rejected",
        "rating=2",
        "param.log.execution=run-7",
    ] {
        let expected = library.names(query).await;
        assert_eq!(expected.len(), 1, "{query}");
        assert_eq!(fresh.names(query).await, expected, "{query}");
    }
    let again = exchange.apply("a.zip", archive, "me").await.unwrap();
    assert_eq!((again.matched, again.changes(), again.kept), (4, 0, 0));
    let judge = fresh.gallery.judge();
    for operation in judge.operations(None, None).await.unwrap() {
        let undone = judge.undo(operation.id, gallery::By::from("me")).await;
        undone.unwrap();
    }
    assert_eq!(sidecars(&fresh, "").await.len(), 22, "an empty archive");
}

#[tokio::test(flavor = "multi_thread")]
async fn xmp_files_of_other_programs_come_in_one_by_one() {
    let library = Library::of_pictures(2).await;
    library.write("00001.jpg", &picture::a1111("another", 9));
    library.scan().await;
    let exchange = library.gallery.exchange();
    let rated = foreign("xmp:Rating='5' xmp:Label='Select'");
    let done = exchange.apply("00000.xmp", rated.clone(), "me").await;
    assert_eq!(done.unwrap().judged, 2);
    assert_eq!(library.names("rating=5").await, ["00000.png"]);
    assert_eq!(library.names("label=red").await, ["00000.png"]);
    // A name without an ending means two pictures, one with it means one.
    let planned = exchange.plan("00001.xmp", rated.clone()).await.unwrap();
    assert_eq!((planned.matched, planned.conflicting), (0, 1));
    let planned = exchange.plan("00001.png.xmp", rated).await.unwrap();
    assert_eq!((planned.matched, planned.judged), (1, 2));
    for bad in [
        &b"<!DOCTYPE a><a/>"[..],
        b"<a><b>",
        b"<html/>",
        b"PK\x03\x04nonsense",
    ] {
        let refused = exchange.plan("a.xmp", bad.to_vec()).await.unwrap_err();
        let problem = refused.problem();
        assert_eq!(problem.kind, ProblemKind::Invalid);
        assert!(problem.message.contains("Nothing was changed"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_executions_gives_personas_executions_and_parameters() {
    let library = Library::of_pictures(4).await;
    let exchange = library.gallery.exchange();
    let log = "id,image_path,persona,prompt_id,status,mood,Duration\n\
               1,/srv/out/00000.png,Ada,e-1,completed,blue,1.5\n\
               2,00001.png,Bo,e-2,completed,red,12\n\
               3,00002.png,Bo,e-3,failed,red,3\n\
               4,nowhere.png,Bo,e-4,completed,red,3\n";
    let done = exchange.apply("log.csv", log.into(), "me").await.unwrap();
    assert_eq!((done.matched, done.unmatched, done.unfinished), (2, 1, 1));
    assert_eq!((done.personas, done.executions, done.parameters), (2, 2, 6));
    assert_eq!(library.names("persona=Ada").await, ["00000.png"]);
    assert_eq!(
        library.names("param.log.execution=e-2").await,
        ["00001.png"]
    );
    assert_eq!(library.names("param.log.mood=red").await, ["00001.png"]);
    assert_eq!(library.names("param.duration=1..2").await, ["00000.png"]);
    assert_eq!(library.names("param.log.mood=-red").await.len(), 3);
    let card = &library.find("param.log.mood=blue").await[0];
    let parameters = library.gallery.images().parameters(card.id).await.unwrap();
    assert!(
        parameters
            .iter()
            .any(|one| one.full_name() == "log.Duration")
    );
    let again = exchange.apply("log.csv", log.into(), "me").await.unwrap();
    assert_eq!((again.matched, again.changes()), (2, 0));
    let judge = library.gallery.judge();
    let done = judge.operations(None, None).await.unwrap();
    assert_eq!(done.len(), 5);
    for operation in done {
        judge
            .undo(operation.id, gallery::By::from("me"))
            .await
            .unwrap();
    }
    assert!(library.names("param.log.mood=*").await.is_empty());
    assert!(library.names("persona=*").await.is_empty());
}

/// A SQLite log with so many rows of five columns.
async fn database(path: &std::path::Path, rows: u32) {
    let statements = format!(
        "CREATE TABLE executions (execution_id TEXT, file_path TEXT, persona TEXT, status TEXT, cost REAL);
         WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {rows})
         INSERT INTO executions SELECT 'run-' || i, printf('/app/results/%05d.png', i),
            CASE i % 2 WHEN 0 THEN 'Jennie' ELSE 'Mika' END,
            CASE WHEN i % 10 = 9 THEN 'failed' ELSE 'completed' END, i / 4.0 FROM n;"
    );
    sqlite(path, statements).await;
}

/// A SQLite file that another program made.
async fn sqlite(path: &std::path::Path, statements: String) {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let connection = sqlx::SqliteConnection::connect_with(&options).await;
    let mut connection = connection.expect("a database");
    let made = sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut connection);
    made.await.expect("a log");
    connection.close().await.expect("it is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_of_another_gallery_tells_favourites_and_is_only_read() {
    let library = Library::of_pictures(2).await;
    library.write("bare.png", &picture::png(70, &[]));
    library.scan().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gallery_cache.sqlite");
    let statements = "CREATE TABLE files (id TEXT PRIMARY KEY, path TEXT UNIQUE, mtime REAL, name TEXT, \
            is_favorite INTEGER, prompt_preview TEXT, model TEXT);
        CREATE TABLE workflow_metadata (id INTEGER PRIMARY KEY, file_id TEXT, positive_prompt TEXT);
        INSERT INTO files VALUES ('a', '/out/00000.png', 1.5, '00000.png', 1, 'another prompt', 'other'),
            ('b', '/out/00001.png', 1.5, '00001.png', 0, '', ''),
            ('c', '/out/bare.png', 1.5, 'bare.png', 1, 'a red door', 'doors');";
    sqlite(&path, statements.to_owned()).await;
    let before = std::fs::read(&path).unwrap();
    let exchange = library.gallery.exchange();
    let brought = exchange.import(&path, "me", false).await.unwrap();
    assert_eq!(
        (brought.matched, brought.judged, brought.recipes),
        (3, 2, 2)
    );
    assert!(!brought.log && brought.unknown.is_empty(), "{brought:?}");
    let favourites = library.names("is=favourite").await;
    assert_eq!(favourites, ["00000.png", "bare.png"]);
    assert_eq!(
        library.names("q=\"a red door\"&model=doors").await,
        ["bare.png"]
    );
    assert_eq!(library.names("q=\"another prompt\"").await, [] as [&str; 0]);
    assert!(std::fs::read(&path).unwrap() == before);
    // The same again changes nothing.
    assert_eq!(
        exchange.import(&path, "me", false).await.unwrap().changes(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_log_comes_in_from_the_browser_and_from_the_disk() {
    let library = Library::of_pictures(8).await;
    let exchange = library.gallery.exchange();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs.db");
    database(&path, 12).await;
    let bytes = std::fs::read(&path).unwrap();
    let planned = exchange.plan("logs.db", bytes).await.unwrap();
    assert_eq!((planned.lines, planned.unfinished), (11, 1));
    assert_eq!((planned.matched, planned.unmatched), (8, 3));
    assert_eq!((planned.executions, planned.personas), (8, 8));
    // Nothing is left of it.
    let left = std::fs::read_dir(library.data()).unwrap();
    let mut left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!left.any(|name| name.starts_with("brought")));
    assert_eq!(exchange.import(&path, "me", true).await.unwrap(), planned);
    assert!(library.names("persona=Mika").await.is_empty());
    assert_eq!(exchange.import(&path, "me", false).await.unwrap(), planned);
    assert_eq!(library.names("persona=Mika").await.len(), 4);
    assert_eq!(library.names("param.log.cost=0.5..1").await.len(), 3);
    let again = exchange.import(&path, "me", false).await.unwrap();
    assert_eq!((again.matched, again.changes()), (8, 0));
    for (file, text) in [
        ("gone.db", None),
        ("folder", None),
        ("bad.db", Some(&b"SQLite format 3\0 and nonsense"[..])),
        ("empty.csv", Some(b"")),
    ] {
        let path = folder.path().join(file);
        match text {
            Some(text) => std::fs::write(&path, text).unwrap(),
            None if file == "folder" => std::fs::create_dir(&path).unwrap(),
            None => {}
        }
        let refused = exchange.import(&path, "me", false).await.unwrap_err();
        let told = refused.problem().message;
        assert!(told.contains("Nothing was changed"), "{told}");
    }
}

/// The watched folder, after it was allowed to write beside its pictures.
async fn allow(library: &Library) {
    let roots = library.gallery.roots();
    let root = roots.all().await.expect("folders").remove(0);
    let allowed = roots.allow_sidecars(root.id, true).await;
    allowed.expect("it can be written");
}

#[tokio::test(flavor = "multi_thread")]
async fn xmp_files_are_written_beside_pictures_where_that_is_allowed() {
    let library = Library::of_pictures(4).await;
    let exchange = library.gallery.exchange();
    let decisions = "file,verdict,rating,tags\n00000.png,approved,4,cat\n00001.png,rejected,0,\n\
                     00002.png,undecided,2,\n";
    exchange
        .apply("a.csv", decisions.into(), "me")
        .await
        .unwrap();
    let all = Query::default();
    let theirs = foreign("xmp:Rating='1'");
    library.write("00002.png.xmp", &theirs);
    let original = std::fs::read(library.path("00000.png")).unwrap();
    let planned = exchange.write_beside(&all, false).await.unwrap();
    assert_eq!((planned.written, planned.closed, planned.silent), (0, 3, 1));
    allow(&library).await;
    let planned = exchange.write_beside(&all, true).await.unwrap();
    assert_eq!(
        (planned.written, planned.foreign, planned.silent),
        (2, 1, 1)
    );
    assert!(!library.path("00000.png.xmp").exists());
    assert_eq!(exchange.write_beside(&all, false).await.unwrap(), planned);
    let again = exchange.write_beside(&all, false).await.unwrap();
    assert_eq!((again.written, again.same, again.foreign), (0, 2, 1));
    let read = |name: &str| std::fs::read(library.path(name)).unwrap();
    assert_eq!(read("00000.png"), original);
    assert_eq!(read("00002.png.xmp"), theirs);
    // Nothing else came into the folder, and nothing of it is a picture.
    assert_eq!(std::fs::read_dir(library.folder()).unwrap().count(), 7);
    library.scan().await;
    assert_eq!(library.names("").await.len(), 4);
    // What is decided otherwise is written again; what another program touched is not.
    let decisions = r#"{"00000.png": false, "00001.png": true}"#;
    exchange
        .apply("a.json", decisions.into(), "me")
        .await
        .unwrap();
    let touched = String::from_utf8(read("00001.png.xmp")).unwrap();
    let touched = touched.replace("xmp:Rating=\"-1\"", "xmp:Rating=\"5\"");
    library.write("00001.png.xmp", touched.as_bytes());
    let done = exchange.write_beside(&all, false).await.unwrap();
    assert_eq!((done.written, done.foreign), (1, 2));
    assert_eq!(read("00001.png.xmp"), touched.as_bytes());
    // And what it says comes in.
    let planned = exchange.plan_beside(&all).await.unwrap();
    assert_eq!((planned.lines, planned.matched, planned.judged), (3, 3, 3));
    exchange.apply_beside(&all, "me").await.unwrap();
    assert_eq!(library.names("rating=5").await, ["00001.png"]);
    assert_eq!(library.names("rating=1").await, ["00002.png"]);
    let again = exchange.plan_beside(&all).await.unwrap();
    assert_eq!((again.matched, again.changes()), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_beside_pictures_wakes_no_scan() {
    let library = Library::new(|options| options.watch = true).await;
    for seed in 0..20 {
        let picture = picture::a1111("a quiet dune", seed);
        library.write(&format!("{seed:05}.png"), &picture);
    }
    library.scan().await;
    let exchange = library.gallery.exchange();
    let names: Vec<String> = (0..20).map(|seed| format!("\"{seed:05}.png\"")).collect();
    let approved = format!("[{}]", names.join(","));
    exchange
        .apply("a.json", approved.into(), "me")
        .await
        .unwrap();
    allow(&library).await;
    // What was noticed of the pictures themselves has been read.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let before = library.gallery.scans().progress();
    let done = exchange
        .write_beside(&Query::default(), false)
        .await
        .unwrap();
    assert_eq!(done.written, 20);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let after = library.gallery.scans().progress();
    assert_eq!((after.seen, after.read), (before.seen, before.read));
}
