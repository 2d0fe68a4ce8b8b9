//! Files that were acknowledged: sent, replaced, renamed, deleted, imported.
//!
//! Several writers do that with pictures of their own over HTTP until the server is killed at a moment of chance.
//! Before the next start an import is killed too. Then each writer's pictures are as its last acknowledged request
//! left them, or as the one left them that was under way, and no file lies about that no picture has.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use testkit::{
    archive::{Entry, zip},
    picture,
};

use crate::{program::Program, rounds};

const WRITERS: u32 = 3;
/// Pictures of each archive.
const PACKED: u32 = 9;

/// A picture as its writer knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Own {
    id: String,
    name: String,
    seed: u32,
}

/// What a writer asked for last, which may have been done or not.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Upload { name: String, seed: u32 },
    Replace { at: usize, seed: u32 },
    Rename { at: usize, name: String },
    Delete { at: usize },
}

#[derive(Debug, Default)]
struct Writer {
    number: u32,
    /// Counts what it asked for; also makes names and bytes that no other has.
    asked: u32,
    own: Vec<Own>,
    under_way: Option<Asked>,
}

fn bytes(seed: u32) -> Vec<u8> {
    picture::a1111("a dune", seed)
}

impl Writer {
    /// Asks for one thing after the other until nobody answers, and counts those that were acknowledged.
    fn work(&mut self, address: &str, acknowledged: &AtomicU64) {
        while self.step(address).is_some() {
            acknowledged.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn step(&mut self, address: &str) -> Option<()> {
        self.asked += 1;
        let seed = self.number * 1_000_000 + self.asked;
        let at = self.asked as usize * 7 % self.own.len().max(1);
        let asked = match self.asked % 5 {
            1 if self.own.len() > 2 => Asked::Rename {
                at,
                name: format!("renamed {seed}.png"),
            },
            2 if self.own.len() > 2 => Asked::Replace { at, seed },
            3 if self.own.len() > 4 => Asked::Delete { at },
            _ => Asked::Upload {
                name: format!("new {seed}.png"),
                seed,
            },
        };
        self.under_way = Some(asked.clone());
        match asked {
            Asked::Upload { name, seed } => {
                let id = upload(address, &name, seed, None)?;
                self.own.push(Own { id, name, seed });
            }
            Asked::Replace { at, seed } => {
                let own = &mut self.own[at];
                let name = format!("other {seed}.png");
                let id = upload(address, &name, seed, Some(&own.id))?;
                assert_eq!(id, own.id);
                *own = Own { id, name, seed };
            }
            Asked::Rename { at, name } => {
                let wanted = json!({"image": self.own[at].id, "name": name});
                let moved = Program::done(address, "organise/rename", &wanted)?;
                assert_eq!(moved["pictures"], 1, "{moved}");
                self.own[at].name = name;
            }
            Asked::Delete { at } => {
                let these = json!({"these": [self.own[at].id]});
                let trash = json!({"selection": these, "edit": {"trash": true}});
                Program::done(address, "judge/set", &trash)?;
                Program::done(address, "trash/empty", &json!({}))?;
                let own = self.own.remove(at);
                let gone = Program::ask(address, "images/image", &json!({"id": own.id}));
                assert_eq!(gone, None, "a deleted picture is told of");
            }
        }
        self.under_way = None;
        Some(())
    }

    /// Looks at everything after a start, and learns what became of what was under way.
    fn check(&mut self, address: &str) {
        let under_way = self.under_way.take();
        if let Some(Asked::Upload { name, seed }) = &under_way
            && let Some(id) = find(address, name)
        {
            let (name, seed) = (name.clone(), *seed);
            self.own.push(Own { id, name, seed });
        }
        let mut gone = None;
        for (place, own) in self.own.iter_mut().enumerate() {
            let found = Program::ask(address, "images/image", &json!({"id": own.id}));
            let mut may = vec![Some(own.clone())];
            match &under_way {
                Some(Asked::Replace { at, seed }) if *at == place => {
                    may.push(Some(Own {
                        name: format!("other {seed}.png"),
                        seed: *seed,
                        ..own.clone()
                    }));
                }
                Some(Asked::Rename { at, name }) if *at == place => {
                    may.push(Some(Own {
                        name: name.clone(),
                        ..own.clone()
                    }));
                }
                Some(Asked::Delete { at }) if *at == place => may.push(None),
                _ => {}
            }
            let is = found.map(|detail| look(address, own, &may, &detail));
            assert!(may.contains(&is), "{is:?} is none of {may:?}");
            match is {
                Some(is) => *own = is,
                None => gone = Some(place),
            }
        }
        if let Some(Asked::Delete { at }) = under_way
            && find(address, &self.own[at].name).is_none()
        {
            // It may be in the trash as well, from where it goes with the next thing that is deleted.
            gone = Some(at);
        }
        if let Some(gone) = gone {
            self.own.remove(gone);
        }
    }
}

/// How a picture is that the server tells of: its name, and which of the possible bytes its file has.
fn look(address: &str, own: &Own, may: &[Option<Own>], detail: &Value) -> Own {
    let card = &detail["card"];
    let path = format!(
        "/media/{}/{}/original",
        own.id,
        card["stamp"].as_str().unwrap()
    );
    let said = Program::send(address, ("GET", &path), &[], &[]).unwrap();
    assert_eq!(said.status, 200, "{own:?}");
    let seed = may.iter().flatten().map(|own| own.seed);
    let seed = seed.into_iter().find(|seed| bytes(*seed) == said.body);
    Own {
        id: own.id.clone(),
        name: card["name"].as_str().unwrap().to_owned(),
        seed: seed.expect("the bytes are those of one of its files"),
    }
}

/// Sends a whole file, which may become that of a picture, and answers the picture's id.
pub(crate) fn upload(
    address: &str,
    name: &str,
    seed: u32,
    replaces: Option<&str>,
) -> Option<String> {
    let bytes = bytes(seed);
    let mut about = format!("filename {}", STANDARD.encode(name));
    if let Some(image) = replaces {
        about = format!("{about},replaces {}", STANDARD.encode(image));
    }
    let length = bytes.len().to_string();
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("upload-length", length.as_str()),
        ("upload-metadata", about.as_str()),
        ("content-type", "application/offset+octet-stream"),
    ];
    let said = Program::send(address, ("POST", "/uploads"), &headers, &bytes)?;
    let words = String::from_utf8_lossy(&said.body).into_owned();
    assert_eq!(said.status, 201, "{words}");
    Some(said.header("proofsheet-image").unwrap().to_owned())
}

/// One page of a result: its total, and the ids of its pictures.
fn result(address: &str, field: &str, text: &str) -> (u64, Vec<String>) {
    let atom = match field {
        "is" => json!({"has": text}),
        _ => json!({"text": text}),
    };
    let filters = match field {
        "" => json!([]),
        field => json!([{"field": field, "any": [{"not": false, "atom": atom}]}]),
    };
    let query = json!({
        "words": [], "filters": filters, "view": "grid", "image": null, "at": null, "unknown": [],
        "sort": {"first": {"key": "name", "descending": false}, "then": []},
    });
    let page = Program::ask(
        address,
        "search/first_page",
        &json!({"query": query, "len": 2}),
    );
    let page = page.unwrap();
    let cards = page["page"]["cards"].as_array().unwrap();
    let ids = cards
        .iter()
        .map(|card| card["id"].as_str().unwrap().to_owned());
    (page["head"]["total"].as_u64().unwrap(), ids.collect())
}

/// The picture with a file of this name, which is there once at most.
fn find(address: &str, name: &str) -> Option<String> {
    let (total, ids) = result(address, "name", name);
    assert!(total < 2, "{name} is there {total} times");
    ids.into_iter().next()
}

/// The files below a folder.
fn files(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let one = |entry: fs::DirEntry| {
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path())
        } else {
            1
        }
    };
    entries.map(|entry| one(entry.unwrap())).sum()
}

/// Imports archives; killed after so long when a time is given.
fn import(data: &Path, archives: &Path, database: Option<&str>, kill: Option<Duration>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofsheet"));
    command
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .args(["import", "archives"])
        .arg(archives)
        .args(["--skip-thumbnails", "--json", "--data-dir"])
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(database) = database {
        command.args(["--database", database]);
    }
    let mut child = command.spawn().unwrap();
    match kill {
        Some(after) => {
            thread::sleep(after);
            child.kill().unwrap();
            child.wait().unwrap();
        }
        None => assert!(child.wait().unwrap().success(), "the import fails"),
    }
}

fn survive(database: Option<&str>, rounds: u32) {
    let data = tempfile::tempdir().unwrap();
    let (watched, archives) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut writers: Vec<Writer> = (0..WRITERS)
        .map(|number| Writer {
            number: number + 1,
            ..Writer::default()
        })
        .collect();
    let mut chance = 5_u64;
    let mut any = move |most: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (chance >> 33) % most
    };
    for round in 0..=rounds {
        if round < rounds {
            let packed = (0..PACKED).map(|number| {
                let seed = 900_000_000 + round * PACKED + number;
                Entry::new(&format!("packed {seed}.png"), &bytes(seed))
            });
            let archive = zip(&packed.collect::<Vec<_>>());
            fs::write(archives.path().join(format!("{round}.zip")), archive).unwrap();
            import(
                data.path(),
                archives.path(),
                database,
                Some(Duration::from_millis(any(400))),
            );
        } else {
            import(data.path(), archives.path(), database, None);
        }
        let mut program = Program::start(data.path(), watched.path(), database);
        let address = program.address.clone();
        for writer in &mut writers {
            writer.check(&address);
        }
        let (shown, trashed) = (
            result(&address, "", "").0,
            result(&address, "is", "trashed").0,
        );
        assert_eq!(
            files(&data.path().join("originals")),
            shown + trashed,
            "round {round}"
        );
        if round == rounds {
            let packed = result(&address, "name", "packed*").0;
            assert_eq!(packed, u64::from(rounds * PACKED));
            let own = || writers.iter().flat_map(|writer| &writer.own);
            for kind in ["new ", "other ", "renamed "] {
                let known = own().filter(|own| own.name.starts_with(kind)).count();
                let is = result(&address, "name", &format!("{kind}*")).0;
                assert_eq!(is, known as u64, "pictures called {kind}");
            }
            assert_eq!(shown, packed + own().count() as u64);
            break;
        }
        let (acknowledged, enough) = (AtomicU64::new(0), any(20) + 1);
        thread::scope(|scope| {
            for writer in &mut writers {
                scope.spawn(|| writer.work(&address, &acknowledged));
            }
            let began = Instant::now();
            while acknowledged.load(Ordering::Relaxed) < enough {
                assert!(began.elapsed() < Duration::from_mins(1), "nobody answers");
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(any(40)));
            program.kill();
        });
    }
}

#[test]
fn files_that_were_acknowledged_survive_being_killed() {
    survive(None, rounds(8));
}

#[test]
fn files_that_were_acknowledged_survive_being_killed_beside_postgresql() {
    let database = testkit::db::postgres();
    survive(Some(database.url()), rounds(4));
}
