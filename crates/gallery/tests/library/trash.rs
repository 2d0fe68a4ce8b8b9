//! Emptying the trash: what goes from the disk, what stays, and that nothing else ever does.

use std::{fs, time::Duration};

use domain::{
    id::ImageId,
    judgement::{Edit, Verdict},
    problem::ProblemKind,
    query::Query,
    selection::Selection,
    trash::{CleanRule, CleanVerdict, Emptying, KeepReason, KeptBack},
};
use testkit::{Library, picture};

async fn library_of(count: u32, finish: bool) -> Library {
    let library = Library::new(|options| options.finish = finish).await;
    for seed in 0..count {
        let name = format!("day {}/{seed:05}.png", seed / 4);
        library.write(&name, &picture::a1111("a quiet dune", seed));
    }
    library.scan().await;
    if finish {
        library.gallery.scans().finished().await.unwrap();
    }
    library
}

async fn trash(library: &Library, names: &str) -> Vec<ImageId> {
    let ids: Vec<_> = library
        .find(names)
        .await
        .iter()
        .map(|card| card.id)
        .collect();
    let judge = library.gallery.judge();
    judge
        .set(&Selection::These(ids.clone()), Edit::Trash(true), "me")
        .await
        .unwrap();
    ids
}

async fn allow(library: &Library) {
    let root = library.gallery.roots().all().await.unwrap().remove(0);
    library
        .gallery
        .roots()
        .allow_delete(root.id, true)
        .await
        .unwrap();
}

fn kept(library: &Library, reason: KeepReason, pictures: u64) -> Vec<KeptBack> {
    let root = library
        .folder()
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    vec![KeptBack {
        reason,
        root,
        pictures,
    }]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_deleted_where_nobody_allowed_it() {
    let library = library_of(3, true).await;
    trash(&library, "name=00001.png").await;
    let expected = Emptying {
        kept: kept(&library, KeepReason::NotAllowed, 1),
        ..Emptying::default()
    };
    assert_eq!(library.gallery.trash().weigh().await.unwrap(), expected);
    assert_eq!(library.gallery.trash().empty("me").await.unwrap(), expected);
    assert!(library.path("day 0/00001.png").exists());
    assert_eq!(library.names("is=trashed").await, ["00001.png"]);
}

/// A scan notes another time of a file that was changed just before, so that it looks once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_read_right_after_it_was_written_goes_too() {
    for finish in [true, false] {
        let library = Library::new(|options| options.finish = finish).await;
        library.write("0.png", &picture::a1111("a quiet dune", 0));
        let file = fs::File::options().write(true).open(library.path("0.png"));
        let now = u64::try_from(library.clock.now().0).unwrap();
        let now = std::time::UNIX_EPOCH + Duration::from_millis(now);
        file.unwrap().set_modified(now).unwrap();
        library.scan().await;
        if finish {
            library.gallery.scans().finished().await.unwrap();
        }
        allow(&library).await;
        trash(&library, "").await;
        let emptied = library.gallery.trash().empty("me").await.unwrap();
        // Without its hash nobody knows whether it was changed once more at the same moment.
        assert_eq!(
            (emptied.pictures, emptied.kept.len()),
            if finish { (1, 0) } else { (0, 1) }
        );
        assert_eq!(library.path("0.png").exists(), !finish);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_trash_goes_from_the_disk_and_nothing_else() {
    let library = library_of(9, true).await;
    allow(&library).await;
    trash(&library, "name=00001.png,00006.png").await;
    let size = |name: &str| fs::metadata(library.path(name)).unwrap().len();
    let bytes = size("day 0/00001.png") + size("day 1/00006.png");
    let expected = Emptying {
        pictures: 2,
        bytes,
        kept: Vec::new(),
    };
    assert_eq!(library.gallery.trash().weigh().await.unwrap(), expected);
    assert!(
        library.path("day 0/00001.png").exists(),
        "weighing deletes nothing"
    );
    assert_eq!(library.gallery.trash().empty("me").await.unwrap(), expected);
    assert!(!library.path("day 0/00001.png").exists());
    assert!(!library.path("day 1/00006.png").exists());
    assert_eq!(library.gallery.judge().aside().await.unwrap().trash, 0);
    assert_eq!(library.find("").await.len(), 7);
    library.scan().await;
    let names = library.names("sort=name").await;
    assert_eq!(names.len(), 7);
    assert!(names.iter().all(|name| {
        library
            .path(&format!(
                "day {}/{name}",
                &name[..5].parse::<u32>().unwrap() / 4
            ))
            .exists()
    }));
    let again = library.gallery.trash().empty("me").await.unwrap();
    assert_eq!(again, Emptying::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_replaced_since_stays() {
    let library = library_of(2, true).await;
    allow(&library).await;
    trash(&library, "").await;
    let path = library.path("day 0/00000.png");
    let (before, old) = (fs::metadata(&path).unwrap(), fs::read(&path).unwrap());
    // Other bytes of the same size and time: only their hash tells.
    let mut other = old.clone();
    *other.last_mut().unwrap() ^= 1;
    fs::write(&path, &other).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    let emptied = library.gallery.trash().empty("me").await.unwrap();
    assert_eq!(emptied.pictures, 1);
    assert_eq!(emptied.kept, kept(&library, KeepReason::Changed, 1));
    assert_eq!(fs::read(&path).unwrap(), other);
    assert_eq!(library.names("is=trashed").await, ["00000.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_in_two_places_goes_from_both() {
    let library = library_of(1, true).await;
    allow(&library).await;
    fs::copy(library.path("day 0/00000.png"), library.path("copy.png")).unwrap();
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    library.scan().await;
    trash(&library, "").await;
    let files = || fs::read_dir(library.folder()).unwrap().count();
    assert_eq!(files(), 2);
    let emptied = library.gallery.trash().empty("me").await.unwrap();
    assert_eq!(emptied.kept, []);
    assert!(!library.path("copy.png").exists());
    assert!(!library.path("day 0/00000.png").exists());
    assert!(library.find("is=trashed").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_out_of_reach_keeps_everything() {
    let library = library_of(2, true).await;
    allow(&library).await;
    trash(&library, "").await;
    let away = library.folder().with_extension("away");
    fs::rename(library.folder(), &away).unwrap();
    let emptied = library.gallery.trash().empty("me").await.unwrap();
    assert_eq!(emptied.kept, kept(&library, KeepReason::Offline, 2));
    // An empty folder in its place is not the folder that was added.
    fs::create_dir(library.folder()).unwrap();
    let emptied = library.gallery.trash().empty("me").await.unwrap();
    assert_eq!(emptied.kept, kept(&library, KeepReason::Offline, 2));
    fs::remove_dir(library.folder()).unwrap();
    fs::rename(&away, library.folder()).unwrap();
    assert_eq!(
        library.gallery.trash().empty("me").await.unwrap().pictures,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_is_not_deleted() {
    let library = library_of(2, false).await;
    allow(&library).await;
    let ids = trash(&library, "").await;
    let judge = library.gallery.judge();
    let one = Selection::These(vec![ids[0]]);
    judge.set(&one, Edit::Trash(false), "me").await.unwrap();
    assert_eq!(
        library.gallery.trash().empty("me").await.unwrap().pictures,
        1
    );
    assert_eq!(library.find("").await.len(), 1);
    let files = fs::read_dir(library.path("day 0")).unwrap().count();
    assert_eq!(files, 1);
}

/// The note that is written before files go is settled at the next start.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_half_done_is_settled() {
    let library = library_of(3, true).await;
    allow(&library).await;
    trash(&library, "").await;
    let database = format!("sqlite:{}", library.data().join("proofsheet.db").display());
    let open = || store::Store::open(&database, store::OpenOptions::default());
    let store = open().await.unwrap();
    let keys = store
        .trashed_before(domain::time::Timestamp(i64::MAX))
        .await
        .unwrap();
    store
        .begin_purge(keys, domain::time::Timestamp(1))
        .await
        .unwrap();
    store.close().await;
    fs::remove_file(library.path("day 0/00001.png")).unwrap();
    let library = library.reopened().await;
    let ready = async {
        while library.find("is=trashed").await.len() != 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ready)
        .await
        .unwrap();
    assert!(library.path("day 0/00000.png").exists());
    assert_eq!(
        library.gallery.trash().empty("me").await.unwrap().pictures,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_tells_what_a_rule_would_take_and_changes_nothing() {
    let library = library_of(8, false).await;
    let judge = library.gallery.judge();
    let ids: Vec<ImageId> = library
        .find("sort=seed")
        .await
        .iter()
        .map(|card| card.id)
        .collect();
    let reject = Edit::Verdict(Verdict::Rejected);
    judge
        .set(&Selection::These(ids[..4].to_vec()), reject, "me")
        .await
        .unwrap();
    let favourite = Edit::Favourite(true);
    judge
        .set(&Selection::These(vec![ids[0]]), favourite, "me")
        .await
        .unwrap();
    let trash = library.gallery.trash();
    let scope = Query::parse("seed=0..2");
    let plan = trash.plan(&scope, &CleanRule::default()).await.unwrap();
    assert_eq!(
        (plan.pictures, plan.favourites, plan.cards.len()),
        (2, 1, 2)
    );
    let size = |name: &str| fs::metadata(library.path(name)).unwrap().len();
    assert_eq!(
        plan.bytes,
        size("day 0/00001.png") + size("day 0/00002.png")
    );
    assert_eq!(library.find(&plan.query).await.len(), 2);
    let unrated = CleanRule {
        verdict: CleanVerdict::NotApproved,
        below: Some(1),
        older: None,
    };
    assert_eq!(
        trash
            .plan(&Query::default(), &unrated)
            .await
            .unwrap()
            .pictures,
        7
    );
    let old = CleanRule {
        older: Some(40_000),
        ..unrated
    };
    assert_eq!(
        trash.plan(&Query::default(), &old).await.unwrap().pictures,
        0
    );
    let all = CleanRule {
        verdict: CleanVerdict::Any,
        ..CleanRule::default()
    };
    let refused = trash.plan(&scope, &all).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Invalid);
    assert_eq!(library.gallery.judge().aside().await.unwrap().trash, 0);
}
