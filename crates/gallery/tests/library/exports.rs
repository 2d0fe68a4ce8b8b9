//! Archives: whole, unique names, no secrets, never wrong bytes.

use std::{
    fs,
    io::{Cursor, Read},
    time::Duration,
};

use domain::{
    export::{ExportOptions, ExportRequest, ExportState, ExportStatus},
    id::{ExportId, JobId},
    job::{JobChange, JobState},
    overlay::Part,
    problem::ProblemKind,
    query::Query,
    selection::Selection,
    time::DAY,
    window::Window,
};
use futures::TryStreamExt;
use testkit::{Library, picture};
use zip::ZipArchive;

async fn library() -> Library {
    let library = Library::new(|_| {}).await;
    library.write("a/same.png", &picture::a1111("a dune, (warm:1.2)", 1));
    library.write("b/same.png", &picture::a1111("=SUM(1)", 2));
    library.write("c/漢字.png", &picture::a1111("漢字の街", 3));
    library.scan().await;
    library
}

async fn export(library: &Library, options: ExportOptions) -> ExportStatus {
    let first = library
        .gallery
        .search()
        .first_page(&Query::default(), 10)
        .await
        .unwrap();
    let selection = Selection::AllBut {
        result: first.head.id.unwrap(),
        query: String::new(),
        except: Vec::new(),
    };
    let status = library
        .gallery
        .exports()
        .create(ExportRequest { selection, options })
        .await;
    let id = status.unwrap().id;
    library
        .gallery
        .exports()
        .wait(id, Duration::from_secs(30))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_long_result_is_all_of_it() {
    let library = Library::new(|_| {}).await;
    let count = u64::from(Window::LIMIT) + 3;
    for seed in 0..count {
        let picture = picture::a1111("a dune", seed as u32);
        library.write(&format!("{seed}.png"), &picture);
    }
    library.scan().await;
    let search = library.gallery.search();
    let first = search.first_page(&Query::default(), 10).await.unwrap();
    let selection = Selection::AllBut {
        result: first.head.id.unwrap(),
        query: String::new(),
        except: vec![first.page.cards[0].id],
    };
    let options = ExportOptions::default();
    let exports = library.gallery.exports();
    let status = exports.create(ExportRequest { selection, options }).await;
    assert_eq!(status.unwrap().pictures, count - 1);
}

async fn fetch(library: &Library, status: &ExportStatus) -> std::io::Result<Vec<u8>> {
    let archive = library.gallery.exports().open(status.id).await.unwrap();
    let parts: Vec<_> = archive.stream(0..archive.len()).try_collect().await?;
    Ok(parts.concat())
}

fn names(zip: &[u8]) -> Vec<String> {
    let archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names.sort();
    names
}

fn read(zip: &[u8], name: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut bytes = Vec::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_holds_originals_and_their_texts_under_unique_names() {
    let library = library().await;
    let options = ExportOptions {
        json: true,
        manifest: true,
        ..ExportOptions::default()
    };
    let status = export(&library, options).await;
    assert_eq!((status.state, status.prepared), (ExportState::Ready, 3));
    let zip = fetch(&library, &status).await.unwrap();
    assert_eq!(Some(zip.len() as u64), status.bytes);
    let names = names(&zip);
    assert_eq!(names.len(), 10, "{names:?}");
    assert!(names.contains(&"漢字.png".to_owned()), "{names:?}");
    assert_eq!(
        read(&zip, "漢字.png"),
        fs::read(library.path("c/漢字.png")).unwrap()
    );
    let text = String::from_utf8(read(&zip, "漢字.txt")).unwrap();
    assert!(
        text.starts_with("漢字の街\nNegative prompt: blurry\nSteps: 20, "),
        "{text}"
    );
    let manifest = String::from_utf8(read(&zip, "manifest.csv")).unwrap();
    assert_eq!(manifest.lines().count(), 4);
    assert!(manifest.contains(",'=SUM(1),"), "{manifest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_texts_of_an_archive_say_what_somebody_set() {
    let library = library().await;
    let found = library.find("q=dune").await;
    let selection = Selection::These(vec![found[0].id]);
    for (part, value) in [
        (Part::Prompt, "a heron"),
        (Part::Model, "marsh"),
        (Part::Date, "2001-02-03 04:05"),
    ] {
        let fields = library.gallery.fields();
        fields.set(&selection, part, value, "me").await.unwrap();
    }
    let options = ExportOptions {
        template: "{date} {model} {n}".to_owned(),
        manifest: true,
        ..ExportOptions::default()
    };
    let status = export(&library, options).await;
    let zip = fetch(&library, &status).await.unwrap();
    let names = names(&zip);
    let text = names
        .iter()
        .find(|name| name.starts_with("2001-02-03 marsh") && !name.contains(".png"));
    let text = String::from_utf8(read(&zip, text.expect("it is named by what was set"))).unwrap();
    assert!(
        text.starts_with("a heron\n") && text.contains("Model: marsh"),
        "{text}"
    );
    let manifest = String::from_utf8(read(&zip, "manifest.csv")).unwrap();
    assert!(manifest.contains("2001-02-03 04:05"), "{manifest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_range_of_an_archive_is_a_slice_of_the_whole() {
    let library = library().await;
    let status = export(&library, ExportOptions::default()).await;
    let zip = fetch(&library, &status).await.unwrap();
    let archive = library.gallery.exports().open(status.id).await.unwrap();
    for start in (0..zip.len()).step_by(97) {
        let end = (start + 131).min(zip.len());
        let parts: Vec<_> = archive
            .stream(start as u64..end as u64)
            .try_collect()
            .await
            .unwrap();
        assert_eq!(parts.concat(), zip[start..end]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stripped_archive_gives_away_no_prompt() {
    let library = library().await;
    let options = ExportOptions {
        strip: true,
        text: false,
        template: "{n}".to_owned(),
        ..Default::default()
    };
    let status = export(&library, options).await;
    let zip = fetch(&library, &status).await.unwrap();
    assert_eq!(names(&zip), ["1.png", "2.png", "3.png"]);
    for secret in ["dune", "blurry", "parameters", "Steps"] {
        let found = zip
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_archives_are_sent_at_once() {
    let library = library().await;
    let status = export(&library, ExportOptions::default()).await;
    let exports = library.gallery.exports();
    let mut streams = Vec::new();
    let refused = loop {
        match exports.open(status.id).await {
            Ok(archive) => streams.push(Box::pin(archive.stream(0..archive.len()))),
            Err(error) => break error.problem(),
        }
        assert!(streams.len() < 1000, "nothing bounds them");
    };
    assert_eq!(refused.kind, ProblemKind::Busy, "{refused}");
    // Whoever goes away makes room, and the one after gets it all.
    drop(streams);
    let room = async {
        while exports.open(status.id).await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let room = tokio::time::timeout(Duration::from_secs(30), room).await;
    room.expect("room never comes back");
    assert!(fetch(&library, &status).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_changed_after_the_ticket_ends_the_stream() {
    let library = library().await;
    let status = export(&library, ExportOptions::default()).await;
    library.write(
        "b/same.png",
        &picture::a1111("another picture of another length", 4),
    );
    assert!(fetch(&library, &status).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_was_replaced_by_one_of_the_same_size_and_time_ends_the_stream() {
    let library = library().await;
    let status = export(&library, ExportOptions::default()).await;
    let path = library.folder().join("b/same.png");
    let before = std::fs::metadata(&path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let other = path.with_extension("part");
    std::fs::write(&other, bytes).unwrap();
    let file = std::fs::File::options().write(true).open(&other).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    std::fs::rename(&other, &path).unwrap();
    assert!(fetch(&library, &status).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_gone_is_left_out_and_told_about() {
    let library = library().await;
    fs::remove_file(library.path("a/same.png")).unwrap();
    let status = export(
        &library,
        ExportOptions {
            text: false,
            ..ExportOptions::default()
        },
    )
    .await;
    assert_eq!(status.left_out.len(), 1);
    let zip = fetch(&library, &status).await.unwrap();
    assert_eq!(names(&zip), ["same.png", "漢字.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_selection_and_an_unknown_placeholder_are_refused() {
    let library = library().await;
    let nothing = ExportRequest {
        selection: Selection::These(Vec::new()),
        options: ExportOptions::default(),
    };
    let refused = library
        .gallery
        .exports()
        .create(nothing)
        .await
        .unwrap_err()
        .problem();
    assert_eq!(refused.kind, ProblemKind::Invalid);
    let ids = library
        .find("")
        .await
        .into_iter()
        .map(|card| card.id)
        .collect();
    let selection = Selection::These(ids);
    for (template, refused) in [("x".repeat(500), false), ("x".repeat(501), true)] {
        let request = ExportRequest {
            selection: selection.clone(),
            options: ExportOptions {
                template,
                ..ExportOptions::default()
            },
        };
        let answer = library.gallery.exports().create(request).await;
        let problem = answer.err().map(|error| error.problem());
        assert_eq!(problem.is_some(), refused, "{problem:?}");
        if let Some(problem) = problem {
            assert!(problem.message.contains("shorter"), "{problem}");
        }
    }
    let unknown = ExportRequest {
        selection,
        options: ExportOptions {
            template: "{nmae}".to_owned(),
            ..ExportOptions::default()
        },
    };
    let refused = library
        .gallery
        .exports()
        .create(unknown)
        .await
        .unwrap_err()
        .problem();
    assert!(refused.message.contains("{nmae}") && refused.message.contains("{name}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_weighed_before_it_is_packed() {
    let library = library().await;
    let cards = library.find("").await;
    let ids: Vec<_> = cards.iter().take(2).map(|card| card.id).collect();
    let size = |name: &str| fs::metadata(library.path(name)).unwrap().len();
    let all = size("a/same.png") + size("b/same.png") + size("c/漢字.png");
    let exports = library.gallery.exports();
    let two = exports.weigh(&Selection::These(ids)).await.unwrap();
    let third = exports.weigh(&Selection::These(vec![cards[2].id])).await;
    assert_eq!(two + third.unwrap(), all);
    assert!(two > 0 && two < all);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_out_is_listed_by_the_job_and_comes_along_when_it_can() {
    let library = library().await;
    let jobs = library.gallery.jobs();
    let away = library.folder().join("away");
    fs::rename(library.path("a/same.png"), &away).unwrap();
    let options = ExportOptions {
        text: false,
        ..ExportOptions::default()
    };
    let status = export(&library, options).await;
    let id = JobId(status.id.0);
    let over = async |failed: u64| {
        let waiting = async {
            loop {
                let detail = jobs.detail(id).await.unwrap();
                if detail.job.state == JobState::Done && detail.job.failed == failed {
                    return detail;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let over = tokio::time::timeout(Duration::from_secs(30), waiting).await;
        over.expect("the job ends")
    };
    let detail = over(1).await;
    assert_eq!((detail.job.done, detail.job.total), (3, 3));
    assert!(detail.job.message.contains("2 pictures; 1 had"));
    assert_eq!(detail.job.archive(), Some(status.url()));
    assert_eq!(detail.errors[0].name, "same.png");
    assert!(!detail.errors[0].reason.is_empty());
    fs::rename(&away, library.path("a/same.png")).unwrap();
    jobs.change(id, JobChange::Retry).await.unwrap();
    let detail = over(0).await;
    assert!(detail.job.message.contains("all 3 pictures"));
    let zip = fetch(&library, &status).await.unwrap();
    assert_eq!(names(&zip), ["same (2).png", "same.png", "漢字.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_goes_after_a_day_and_its_job_says_so() {
    let library = library().await;
    let status = export(&library, ExportOptions::default()).await;
    let spools = |library: &Library| {
        let files = fs::read_dir(library.data().join("exports")).unwrap();
        // Beside the name of the folder.
        files.count() - 1
    };
    assert_eq!(spools(&library), 1);
    // As an archive leaves it that another process forgot.
    let forgotten = format!("exports/{}-1.spool", ExportId(7));
    fs::write(library.data().join(forgotten), "texts").unwrap();
    library.clock.advance(DAY + 1);
    let library = library.reopened().await;
    let swept = async {
        while spools(&library) > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let swept = tokio::time::timeout(Duration::from_secs(30), swept).await;
    swept.expect("it goes");
    let job = library.gallery.jobs().detail(JobId(status.id.0)).await;
    let job = job.unwrap().job;
    assert_eq!((job.state, job.archive()), (JobState::Done, None));
    assert!(job.message.contains("is gone"), "{}", job.message);
    let gone = library.gallery.exports().status(status.id).await;
    assert_eq!(gone.unwrap_err().problem().kind, ProblemKind::NotFound);
}
