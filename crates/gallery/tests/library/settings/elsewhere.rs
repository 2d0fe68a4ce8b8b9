//! Settings that another process sets, and watched folders in a file of settings.

use std::{fs, path::Path, time::Duration};

use domain::{
    photoset::{Photoset, SetKind},
    problem::ProblemKind,
    scan::{Root, RootRole},
    settings::{Fixed, LibrarySettings, SaidBy, SettingName},
};
use gallery::{Options, SettingLine, SettingsBeside};
use tempfile::TempDir;
use testkit::{Library, db::TestDatabase, picture};

use super::{change, now, refused, roots};

/// What another process says of the library.
fn elsewhere(library: &Library) -> Options {
    Options::new(library.data())
}

async fn until(library: &Library, condition: impl Fn(&LibrarySettings) -> bool) -> LibrarySettings {
    let waiting = async {
        loop {
            let settings = now(library).await.settings;
            if condition(&settings) {
                return settings;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    came.expect("the gallery notices what another process set")
}

fn line(lines: &[SettingLine], name: &str) -> (String, String, String) {
    let line = lines.iter().find(|line| line.name == name).unwrap();
    (line.value.clone(), line.default.clone(), line.said.clone())
}

fn told(value: &str, default: &str, said: &str) -> (String, String, String) {
    (value.to_owned(), default.to_owned(), said.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_sets_is_noticed_and_nothing_that_was_set_is_lost() {
    let library = Library::new(|options| options.finish = true).await;
    change(&library, &[("thumbnail-quality", "60")])
        .await
        .unwrap();
    let beside = SettingsBeside::open(&elsewhere(&library)).await.unwrap();
    let value = |name: &str, text: &str| [(name.to_owned(), text.to_owned())];
    beside.change(&value("trash-days", "90")).await.unwrap();
    // At once, before the gallery can have looked: both are set then.
    change(&library, &[("look-minutes", "20")]).await.unwrap();
    let settings = until(&library, |now| now.trash_days == 90).await;
    assert_eq!(settings.look_minutes, 20);
    let lines = beside.all().await.unwrap();
    assert_eq!(line(&lines, "trash-days"), told("90", "30", "this library"));
    assert_eq!(
        line(&lines, "thumbnail-quality"),
        told("60", "78", "this library")
    );
    assert_eq!(line(&lines, "look-minutes").0, "20");
    assert_eq!(line(&lines, "prepare"), told("true", "true", "default"));
    assert_eq!(lines.last().unwrap().name, "ffmpeg");

    // A smaller cache is that small soon.
    let old = library.data().join("thumbs").join("00");
    fs::create_dir_all(&old).unwrap();
    let file = fs::File::create(old.join("0.webp")).unwrap();
    file.set_len(100_000_000).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    change(&library, &[("thumbnail-cache", "1GiB")])
        .await
        .unwrap();
    beside
        .change(&value("thumbnail-cache", "64MB"))
        .await
        .unwrap();
    let went = async {
        while old.join("0.webp").exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let went = tokio::time::timeout(Duration::from_secs(30), went).await;
    assert!(went.is_ok(), "the cache stayed as large as it was");

    beside.reset("trash-days").await.unwrap();
    until(&library, |now| now.trash_days == 30).await;
    let refused = beside.reset("ffmpeg").await.unwrap_err().problem();
    assert!(refused.message.contains("--ffmpeg"), "{refused:?}");
    beside.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_out_and_in_beside_the_gallery_and_one_with_a_slip_changes_nothing() {
    let library = Library::of_pictures(0).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    let beside = SettingsBeside::open(&elsewhere(&library)).await.unwrap();
    beside.export_to(&file).await.unwrap();
    let toml = fs::read_to_string(&file).unwrap();
    assert_eq!(toml, beside.export().await.unwrap());
    let again = beside.export_to(&file).await.unwrap_err().problem();
    assert_eq!(again.kind, ProblemKind::Conflict);
    assert_eq!(fs::read_to_string(&file).unwrap(), toml);

    let slip = toml.replace("trash-days = 30", "trash-days = 7") + "\ntrahs-days = 1\n";
    fs::write(&file, slip).unwrap();
    let refused = beside.import(&file, "me").await.unwrap_err().problem();
    assert!(refused.message.contains("trahs-days"), "{refused:?}");
    assert_eq!(beside.export().await.unwrap(), toml);
    fs::write(&file, vec![b'#'; 70_000]).unwrap();
    let refused = beside.import(&file, "me").await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::TooLarge);
    fs::write(&file, "trash-days = 7\n").unwrap();
    beside.import(&file, "me").await.unwrap();
    until(&library, |now| now.trash_days == 7).await;

    let mut fixing = elsewhere(&library);
    fixing.fixed = vec![Fixed {
        name: SettingName::TrashDays,
        by: SaidBy::Variable,
    }];
    let fixing = SettingsBeside::open(&fixing).await.unwrap();
    let said = line(&fixing.all().await.unwrap(), "trash-days").2;
    assert_eq!(said, "the variable PROOFSHEET_TRASH_DAYS");
    let refused = fixing.reset("trash-days").await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Conflict);
    fixing.close().await;
    beside.close().await;
}

/// Another folder with a picture, and a file of settings that names it and the one that is watched.
fn told_folders(library: &Library, watched: &Root) -> (TempDir, String) {
    let other = tempfile::tempdir().unwrap();
    fs::write(
        other.path().join("fox.png"),
        picture::a1111("a red fox", 77),
    )
    .unwrap();
    let real = other.path().canonicalize().unwrap();
    let toml = format!(
        "trash-days = 9\n[[roots]]\npath = {:?}\nname = \"Night renders\"\nallow-delete = true\n\
         [[roots]]\npath = {:?}\nname = \"Foxes\"\nrole = \"output\"\nallow-sidecars = true\n",
        watched.path,
        real.to_str().unwrap(),
    );
    assert!(library.folder().exists());
    (other, toml)
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_folders_of_a_file_that_came_in_elsewhere_are_watched() {
    folders_came_in_elsewhere(&testkit::db::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_folders_of_a_file_that_came_in_elsewhere_are_watched() {
    folders_came_in_elsewhere(&testkit::db::postgres()).await;
}

async fn folders_came_in_elsewhere(database: &TestDatabase) {
    let url = Some(database.url().to_owned());
    let library = Library::new(|options| options.database.clone_from(&url)).await;
    library.write("00000.png", &picture::a1111("a quiet dune", 0));
    library.scan().await;
    let watched = roots(&library).await.remove(0);
    let smart = Photoset {
        kind: SetKind::Smart,
        query: format!("folder={}", watched.name),
        ..Photoset::named("Dunes")
    };
    let sets = library.gallery.sets();
    sets.create(smart, None, "me").await.unwrap();
    let (_other, toml) = told_folders(&library, &watched);
    let file = library.data().join("came.toml");
    fs::write(&file, toml).unwrap();
    let mut options = elsewhere(&library);
    options.database = url;
    let beside = SettingsBeside::open(&options).await.unwrap();
    beside.import(&file, "me").await.unwrap();
    let came = async {
        while library.find("folder=foxes").await.len() != 1
            || library.find("folder=\"night renders\"").await.len() != 1
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(30), came).await;
    assert!(came.is_ok(), "{:?}", roots(&library).await);
    let told = until(&library, |now| now.trash_days == 9).await;
    assert_eq!(told.look_minutes, 10);
    let now = roots(&library).await;
    let flags = |root: &Root| (root.allow_delete, root.allow_sidecars, root.paused);
    assert_eq!(now.len(), 2);
    assert_eq!(now[0].name, "Night renders");
    assert_eq!(flags(&now[0]), (true, false, false));
    assert_eq!(now[1].name, "Foxes");
    assert_eq!(flags(&now[1]), (false, true, false));
    let set = sets.list().await.unwrap().remove(0);
    assert_eq!(set.pictures, 1, "{}", set.set.query);
    // The same again finds everything as it is.
    let before = beside.export().await.unwrap();
    beside.import(&file, "me").await.unwrap();
    assert_eq!(beside.export().await.unwrap(), before);
    beside.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_of_a_file_come_in_all_or_not_at_all() {
    let allowed = tempfile::tempdir().unwrap();
    let real = allowed.path().canonicalize().unwrap();
    let library = Library::new(|options| options.picker = vec![real.clone()]).await;
    for name in ["one", "one/inside", "two"] {
        fs::create_dir_all(real.join(name)).unwrap();
    }
    let outside = tempfile::tempdir().unwrap();
    library.scan().await;
    let before = (now(&library).await, roots(&library).await);
    let watched = &before.1[0];
    let table = |path: &Path, more: &str| format!("[[roots]]\npath = {path:?}\n{more}");
    let good = format!(
        "trash-days = 5\n{}{}",
        table(
            Path::new(&watched.path),
            "name = \"Another name\"\npaused = true\n"
        ),
        table(&real.join("one"), "name = \"One\"\n"),
    );
    let bad = [
        (table(&real.join("nowhere"), ""), "nowhere"),
        (table(outside.path(), ""), "may be chosen here"),
        (table(&real.join("one/inside"), ""), "lies inside"),
        (table(&real.join("one"), ""), "twice"),
        (
            table(&real.join("two"), "name = \"one\"\n"),
            "is called One",
        ),
        (table(&real.join("two"), "name = \"a/b\"\n"), "needs a name"),
        (table(&real.join("two"), "name = 5\n"), "is a text"),
        (
            table(&real.join("two"), "role = \"both\"\n"),
            "output or input",
        ),
        (table(&real.join("two"), "paused = 1\n"), "true or false"),
        (table(&real.join("two"), "kind = \"x\"\n"), "has no kind"),
        ("[[roots]]\nname = \"Two\"\n".to_owned(), "needs its path"),
    ];
    for (bad, said) in bad {
        let file = format!("{good}{bad}");
        let answer = library
            .gallery
            .settings()
            .import(file.as_bytes(), "me")
            .await;
        let (_, message) = refused(answer);
        assert!(message.contains(said), "{said}: {message}");
        assert!(message.contains("Nothing was changed"), "{message}");
        assert_eq!(
            (now(&library).await, roots(&library).await),
            before,
            "{said}"
        );
    }
    for file in ["roots = 5\n", "roots = [5]\n"] {
        let answer = library
            .gallery
            .settings()
            .import(file.as_bytes(), "me")
            .await;
        let (kind, message) = refused(answer);
        assert_eq!(kind, ProblemKind::Invalid);
        assert!(message.contains("[[roots]]"), "{message}");
    }
    // Without the slip it comes in; one in the data folder goes out with no file.
    let settings = library.gallery.settings();
    settings.import(good.as_bytes(), "me").await.unwrap();
    let input = table(&real.join("two"), "role = \"input\"\n");
    settings.import(input.as_bytes(), "me").await.unwrap();
    let own = library.data().join("own");
    fs::create_dir(&own).unwrap();
    let roots_now = library.gallery.roots();
    roots_now.add(own.to_str().unwrap()).await.unwrap();
    let now = roots(&library).await;
    let names: Vec<&str> = now.iter().map(|root| root.name.as_str()).collect();
    assert_eq!(names, ["Another name", "One", "two", "own"]);
    assert!(now[0].paused && !now[1].paused);
    assert_eq!(now[2].role, RootRole::Input);
    let toml = settings.export().await.unwrap();
    assert_eq!(toml.matches("[[roots]]").count(), 3, "{toml}");
    assert!(toml.contains("role = \"input\""), "{toml}");
}
