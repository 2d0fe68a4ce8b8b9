//! Archives that another program unpacks.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf, process::Command};

use testkit::{
    Library,
    archive::{Entry, rar},
    picture,
};

use super::{about, archives, files, folder, how, nothing_waits, originals, pictures, sets};

/// Programs of this machine that unpack RAR archives.
fn tools() -> Vec<PathBuf> {
    let here = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let here = ["bsdtar", "unar"].into_iter().filter(here);
    here.map(PathBuf::from).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rar_archives_come_in_where_a_program_unpacks_them() {
    let mut link = Entry::new("link.png", b"");
    link.link = Some("/etc/passwd".to_owned());
    let entries = [&pictures(3)[..], &[Entry::new("in/words.txt", b"w"), link]].concat();
    let from = folder(&[("old.rar", rar(&entries))]);
    let mut ways: Vec<Vec<PathBuf>> = tools().into_iter().map(|tool| vec![tool]).collect();
    // One that is not there is passed over.
    ways.push(vec![PathBuf::from("/no/such/program")]);
    for way in ways {
        let own = way.clone();
        let library = Library::new(|options| options.unpackers = own).await;
        let imported = archives(&library, from.path(), &how()).await;
        nothing_waits(&library);
        if way[0].is_absolute() {
            assert_eq!((imported.unread, imported.taken), (1, 0));
            let said = &imported.troubles[0].message;
            assert!(
                said.contains("bsdtar or unar") && said.contains("apt install"),
                "{said}"
            );
            continue;
        }
        assert_eq!(
            (imported.taken, imported.unread),
            (3, 0),
            "{way:?}: {imported:?}"
        );
        assert_eq!(imported.other, 1);
        let lying = files(&originals(&library));
        assert_eq!(lying, ["old/00000.png", "old/00001.png", "old/00002.png"]);
        assert_eq!(
            fs::read(originals(&library).join(&lying[2])).unwrap(),
            entries[2].bytes
        );
        assert_eq!(sets(&library).await[0].1, 3);
        let again = archives(&library, from.path(), &how()).await;
        assert_eq!((again.taken, again.there), (0, 3), "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_unpacked_is_looked_at_like_a_strangers_files() {
    let dune = picture::a1111("a dune", 1);
    let from = folder(&[
        ("in/old.rar", b"Rar!\x1a\x07\x01\x00 whatever".to_vec()),
        ("dune.png", dune.clone()),
    ]);
    let source = from.path().join("dune.png");
    // A program that unpacks what an archive might make it unpack: it is started in its folder.
    let script = |name: &str, end: &str| {
        let path = from.path().join(name);
        let text = format!(
            "#!/bin/sh\ncp {0} good.png\nmkdir -p in && cp {0} in/.hidden.png\nln -s {0} link.png\n\
             ln -s / everything\nln good.png twin.png\nmkfifo pipe.png\n{end}\n",
            source.display()
        );
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let whole = script("whole", "exit 0");
    let library = Library::new(|options| options.unpackers = vec![whole]).await;
    let imported = archives(&library, &from.path().join("in"), &how()).await;
    assert_eq!((imported.taken, imported.same), (1, 0), "{imported:?}");
    for (name, words) in [
        ("link.png", "link"),
        ("everything", "link"),
        ("pipe.png", "no file"),
        ("good.png", "several names"),
        ("twin.png", "several names"),
    ] {
        let said = about(&imported, name);
        assert!(
            said.len() == 1 && said[0].contains(words),
            "{name}: {said:?}"
        );
    }
    assert_eq!(files(&originals(&library)), ["old/in/_hidden.png"]);
    nothing_waits(&library);
    // One that would fill the disk is stopped, with whatever it started, and nothing of it stays.
    let bomb = script("bomb", "truncate -s 2G bomb.png; sleep 50; exit 0");
    let library = Library::new(|options| options.unpackers = vec![bomb]).await;
    let began = std::time::Instant::now();
    let imported = archives(&library, &from.path().join("in"), &how()).await;
    assert!(began.elapsed() < std::time::Duration::from_secs(20));
    assert_eq!((imported.unread, imported.taken), (1, 0));
    let said = &imported.troubles[0].message;
    assert!(said.contains("out of all proportion"), "{said}");
    nothing_waits(&library);
    // One that fails half way: what came out whole is taken, and that is told.
    let half = script("half", "exit 1");
    let library = Library::new(|options| options.unpackers = vec![half]).await;
    let imported = archives(&library, &from.path().join("in"), &how()).await;
    assert_eq!(imported.taken, 1);
    let said = imported.troubles.iter().filter(|one| one.entry.is_none());
    let said: Vec<&str> = said.map(|one| one.message.as_str()).collect();
    assert!(
        said.len() == 1 && said[0].contains("only in part"),
        "{said:?}"
    );
}
