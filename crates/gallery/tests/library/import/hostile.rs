//! Archives that want something else than to be read.

use std::{io::Write as _, os::unix::fs::symlink, path::Path};

use domain::problem::ProblemKind;
use testkit::{
    Library,
    archive::{Entry, zip},
    picture,
};

use super::{about, archives, dry, files, folder, how, nothing_waits, originals, pictures, sets};

/// Entries that are not taken, each with words of the reason.
const REFUSED: [(&str, &str); 15] = [
    ("../up.png", ".."),
    ("a/../../up.png", ".."),
    ("..\\up.png", ".."),
    ("/tmp/absolute.png", "place of its own"),
    ("\\\\server\\share\\a.png", "place of its own"),
    ("C:\\windows\\a.png", "place of its own"),
    ("d:drive.png", "place of its own"),
    ("link.png", "link"),
    ("device.png", "device"),
    ("locked.png", "password"),
    ("lies.png", "other bytes"),
    ("fewer.png", "other bytes"),
    ("crc.png", "other bytes"),
    ("no picture.png", "none of PNG"),
    ("cut.png", "ends too early"),
];

/// Entries that are made safe: nothing about them leads anywhere.
const SAFE: [(&str, &str); 13] = [
    ("windows\\style.png", "windows/style.png"),
    ("CON.png", "_CON.png"),
    (".hidden/.a.png", "_hidden/_a.png"),
    ("what?<>|.png", "what____.png"),
    ("exe\u{202e}gnp.png", "exegnp.png"),
    ("b.tmp.png", "b_tmp.png"),
    ("caf\u{e9}.png", "caf\u{e9}.png"),
    ("cafe\u{301}.png", "cafe\u{301} (2).png"),
    ("Twice.png", "Twice.png"),
    ("TWICE.PNG", "TWICE (2).PNG"),
    ("Twice.png", "Twice (3).png"),
    ("really a png.jpg", "really a png.png"),
    ("no ending", "no ending.png"),
];

/// All of them in one archive.
fn traps() -> Vec<Entry> {
    let entry = |name: &str, seed| Entry::new(name, &picture::a1111("a trap", seed));
    let mut entries: Vec<Entry> = (1..)
        .zip(REFUSED)
        .map(|(seed, (name, _))| entry(name, seed))
        .collect();
    let of = |entries: &mut Vec<Entry>, name: &str, change: &dyn Fn(&mut Entry)| {
        change(entries.iter_mut().find(|entry| entry.name == name).unwrap());
    };
    of(&mut entries, "link.png", &|entry| entry.mode = 0o120_777);
    of(&mut entries, "device.png", &|entry| entry.mode = 0o020_644);
    of(&mut entries, "locked.png", &|entry| entry.flags |= 1);
    of(&mut entries, "lies.png", &|entry| entry.size -= 20);
    of(&mut entries, "fewer.png", &|entry| entry.size += 20);
    of(&mut entries, "crc.png", &|entry| entry.crc32 ^= 1);
    of(&mut entries, "no picture.png", &|entry| {
        *entry = Entry::new("no picture.png", b"<html>");
    });
    of(&mut entries, "cut.png", &|entry| {
        *entry = Entry::new("cut.png", &entry.bytes[..entry.bytes.len() - 30]);
    });
    entries.extend((100..).zip(SAFE).map(|(seed, (name, _))| entry(name, seed)));
    let long = format!("{}.png", "x".repeat(400));
    entries.push(entry(&long, 300));
    entries.push(Entry::new("__MACOSX/._a.png", b"\0\x05\x16\x07"));
    entries
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_archive_wants_elsewhere_stays_out() {
    let library = Library::new(|_| {}).await;
    let from = folder(&[("traps.zip", zip(&traps()))]);
    let before = files(from.path());

    let imported = archives(&library, from.path(), &how()).await;
    for (name, words) in REFUSED {
        let said = about(&imported, name);
        assert_eq!(said.len(), 1, "{name}: {said:?}");
        assert!(said[0].contains(words), "{name}: {}", said[0]);
        assert!(said[0].contains("not taken"), "{name}: {}", said[0]);
    }
    assert_eq!(imported.refused as usize, REFUSED.len());
    assert_eq!(
        imported.troubles.len(),
        REFUSED.len(),
        "{:?}",
        imported.troubles
    );
    assert!(
        imported
            .troubles
            .iter()
            .all(|trouble| trouble.path == "traps.zip")
    );
    assert_eq!(
        (imported.taken as usize, imported.other),
        (SAFE.len() + 1, 1)
    );
    let mut expected: Vec<String> = SAFE.iter().map(|(_, to)| format!("traps/{to}")).collect();
    expected.push(format!("traps/{}.png", "x".repeat(116)));
    expected.sort();
    assert_eq!(files(&originals(&library)), expected);
    nothing_waits(&library);
    // Nothing else was touched.
    assert_eq!(files(from.path()), before);
    assert!(!Path::new("/tmp/absolute.png").exists());
    let of_data = files(library.data());
    assert!(
        !of_data.iter().any(|path| path.ends_with("up.png")),
        "{of_data:?}"
    );
    // Every one of them is seen by a scan, so none turns missing.
    library.scan().await;
    library.scan().await;
    let found = library.gallery.imports().verify().await.unwrap();
    assert!(!found.is_wrong(), "{found:?}");
    assert_eq!(found.files as usize, SAFE.len() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_files_of_one_name_are_all_there() {
    let library = Library::new(|_| {}).await;
    let dune = picture::a1111("a dune", 0);
    let mut entries = vec![Entry::new("same.png", &dune); 10_000];
    entries.push(Entry::new("same.png", &picture::a1111("a fox", 1)));
    let from = folder(&[("many.zip", zip(&entries))]);
    let planned = archives(&library, from.path(), &dry()).await;
    assert_eq!((planned.taken, planned.refused), (10_001, 0));
    // The same bytes are one picture, however often they come.
    let imported = archives(&library, from.path(), &how()).await;
    assert_eq!(
        (imported.taken, imported.same, imported.refused),
        (2, 9_999, 0)
    );
    let expected = ["many/same (10001).png", "many/same.png"];
    assert_eq!(files(&originals(&library)), expected);
    assert_eq!(sets(&library).await[0].1, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_that_are_broken_or_none_are_told_and_the_others_come_in() {
    let library = Library::new(|_| {}).await;
    let good = zip(&pictures(2));
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    bomb.start_file("bomb.png", options).unwrap();
    bomb.write_all(&picture::a1111("a bomb", 1)).unwrap();
    bomb.write_all(&vec![0; 40 << 20]).unwrap();
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 100_000);
    let from = folder(&[
        ("bomb.zip", bomb),
        ("cut.zip", good[..good.len() - 40].to_vec()),
        ("empty.zip", Vec::new()),
        ("good.zip", good),
        ("text.rar", b"no archive".to_vec()),
        ("text.zip", b"no archive".to_vec()),
        ("set.part2.rar", b"Rar!\x1a\x07\x01\x00".to_vec()),
    ]);
    symlink("/etc/passwd", from.path().join("link.zip")).unwrap();
    let imported = archives(&library, from.path(), &how()).await;
    assert_eq!(
        (imported.archives, imported.unread, imported.taken),
        (6, 4, 2)
    );
    let said = |path: &str| {
        let found = imported.troubles.iter().find(|one| one.path == path);
        found.map_or("", |one| one.message.as_str())
    };
    for (path, words) in [
        ("bomb.zip", "out of all proportion"),
        ("cut.zip", "damaged or cut off"),
        ("empty.zip", "damaged or cut off"),
        ("text.zip", "damaged or cut off"),
        ("text.rar", "neither ZIP nor RAR"),
        ("link.zip", "link"),
    ] {
        assert!(said(path).contains(words), "{path}: {}", said(path));
    }
    assert_eq!(
        files(&originals(&library)),
        ["good/00000.png", "good/00001.png"]
    );
    nothing_waits(&library);
    let names: Vec<String> = sets(&library)
        .await
        .into_iter()
        .map(|(set, _)| set.name)
        .collect();
    assert!(names.contains(&"good".to_owned()) && !names.contains(&"cut".to_owned()));
    let nowhere = library.gallery.imports();
    let nowhere = nowhere
        .archives(Path::new("/no/such/folder"), None, &how(), &|_| ())
        .await;
    let problem = nowhere.unwrap_err().problem();
    assert_eq!(problem.kind, ProblemKind::NotFound);
    assert!(problem.message.contains("/no/such/folder"), "{problem}");
}
