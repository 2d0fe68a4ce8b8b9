//! Pictures that come while the gallery runs: each appears once, whole, soon after its last byte, however it was
//! written.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use domain::{image::Format, time::Timestamp};
use gallery::{Clock, DemoPlan};
use testkit::{Library, picture};

/// Pictures of the test.
const PICTURES: usize = 240;
/// Programs that write at the same time.
const WRITERS: usize = 8;
/// Bytes that are put into each picture, so that it is written in several pieces.
const MORE: usize = 150_000;
/// A picture that was not seen so long after its last byte will not be.
const LOST: Duration = Duration::from_secs(30);

/// Each is seen so soon after its last byte.
const SOON: Duration = Duration::from_secs(3);
/// But for so many, on which a stall of the machine may fall.
const STALLED: usize = 2;

/// How a program writes a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Piece by piece in its place.
    Dripped,
    /// Piece by piece, with one pause that is longer than the disk is waited for.
    Paused,
    /// Under another name, which is changed when it is whole.
    Renamed,
    /// Over a whole picture that was there before.
    Overwritten,
    /// Cut off in the middle, and then once more from the beginning.
    Interrupted,
}

const MANNERS: [Manner; 5] = [
    Manner::Dripped,
    Manner::Paused,
    Manner::Renamed,
    Manner::Overwritten,
    Manner::Interrupted,
];

/// One picture to write.
struct Job {
    number: usize,
    path: PathBuf,
    bytes: Vec<u8>,
    before: Option<Vec<u8>>,
    manner: Manner,
}

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Whole pictures of the demo library, so many of each format.
fn painted(each: usize) -> BTreeMap<Format, Vec<Vec<u8>>> {
    let plan = DemoPlan {
        count: u64::MAX,
        seed: 11,
        small: true,
        newest: Timestamp(1_700_000_000_000),
    };
    let mut found: BTreeMap<Format, Vec<Vec<u8>>> = BTreeMap::new();
    for number in 0.. {
        let truth = plan.truth(number);
        let wanted = [Format::Png, Format::Jpeg, Format::Webp];
        if truth.broken.is_some() || !wanted.contains(&truth.format) {
            continue;
        }
        let own = found.entry(truth.format).or_default();
        if own.len() < each {
            own.push(longer(truth.format, &plan.file(number).bytes));
        }
        if found.len() == wanted.len() && found.values().all(|own| own.len() == each) {
            break;
        }
    }
    found
}

/// The same picture with something in it that readers pass over.
fn longer(format: Format, bytes: &[u8]) -> Vec<u8> {
    let mut chance = Chance(bytes.len() as u64 + 1);
    let filling: Vec<u8> = (0..MORE).map(|_| chance.below(251) as u8).collect();
    match format {
        Format::Jpeg => {
            let comments = filling.chunks(60_000).flat_map(|part| {
                let len = (part.len() as u16 + 2).to_be_bytes();
                [&[0xff, 0xfe], &len[..], part].concat()
            });
            let mut longer = bytes[..2].to_vec();
            longer.extend(comments);
            longer.extend(&bytes[2..]);
            longer
        }
        Format::Webp => {
            let mut longer = bytes.to_vec();
            longer.extend(b"XTRA");
            longer.extend((filling.len() as u32).to_le_bytes());
            longer.extend(&filling);
            let size = longer.len() as u32 - 8;
            longer[4..8].copy_from_slice(&size.to_le_bytes());
            longer
        }
        _ => picture::with_chunk(bytes, *b"prIv", &filling),
    }
}

/// Writes bytes in pieces of 1 to 64 KiB with pauses between them.
fn drip(file: &mut File, bytes: &[u8], chance: &mut Chance, long: bool) {
    let mut rest = bytes;
    let pause_at = bytes.len() / 2;
    let mut paused = !long;
    while !rest.is_empty() {
        let len = (1_024 << chance.below(7)).min(rest.len());
        file.write_all(&rest[..len]).unwrap();
        rest = &rest[len..];
        if !paused && rest.len() < pause_at {
            paused = true;
            thread::sleep(Duration::from_millis(1_500));
        }
        thread::sleep(Duration::from_millis(chance.below(25)));
    }
}

/// Writes a picture as a program does, and tells when its last byte was there.
fn write(job: &Job) -> Instant {
    let mut chance = Chance(job.number as u64 + 77);
    let create = |path: &Path| File::create(path).unwrap();
    let long = job.manner == Manner::Paused;
    match job.manner {
        Manner::Renamed => {
            let hidden = job.path.with_extension("tmp");
            drip(&mut create(&hidden), &job.bytes, &mut chance, long);
            fs::rename(hidden, &job.path).unwrap();
        }
        Manner::Interrupted => {
            let half = &job.bytes[..job.bytes.len() * 2 / 3];
            drip(&mut create(&job.path), half, &mut chance, long);
            thread::sleep(Duration::from_millis(400));
            drip(&mut create(&job.path), &job.bytes, &mut chance, long);
        }
        Manner::Overwritten => {
            let mut file = OpenOptions::new().write(true).open(&job.path).unwrap();
            file.set_len(0).unwrap();
            drip(&mut file, &job.bytes, &mut chance, long);
        }
        Manner::Dripped | Manner::Paused => {
            drip(&mut create(&job.path), &job.bytes, &mut chance, long);
        }
    }
    Instant::now()
}

/// What has been seen of one file.
#[derive(Default)]
struct Sightings {
    ids: BTreeSet<u128>,
    /// The stamps in the order in which they were seen, with when.
    stamps: Vec<(String, Instant)>,
}

/// Notes what the library shows now.
async fn look(library: &Library, seen: &mut BTreeMap<String, Sightings>) {
    for card in library.find("").await {
        assert!(
            card.width > 0 && card.height > 0,
            "{} is not whole",
            card.name
        );
        let own = seen.entry(card.name).or_default();
        own.ids.insert(card.id.0);
        if own
            .stamps
            .last()
            .is_none_or(|(last, _)| *last != card.stamp)
        {
            own.stamps.push((card.stamp, Instant::now()));
        }
    }
}

fn jobs(library: &Library) -> Vec<Job> {
    let painted = painted(PICTURES / 3 + 1);
    let formats: Vec<(&Format, &Vec<Vec<u8>>)> = painted.iter().collect();
    let job = |number: usize| {
        let (format, own) = formats[number % formats.len()];
        let manner = MANNERS[number / formats.len() % MANNERS.len()];
        let overwritten = manner == Manner::Overwritten;
        Job {
            number,
            path: library.path(&format!("{number:03}.{}", format.word())),
            bytes: own[number / formats.len()].clone(),
            before: overwritten.then(|| own[PICTURES / 3].clone()),
            manner,
        }
    };
    (0..PICTURES).map(job).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_written_files_appear_once_and_whole() {
    let library = Library::new(|options| {
        options.watch = true;
        options.clock = Clock::system();
    })
    .await;
    let jobs = jobs(&library);
    let mut before = 0;
    for job in &jobs {
        if let Some(bytes) = &job.before {
            fs::write(&job.path, bytes).unwrap();
            before += 1;
        }
    }
    library.scan().await;
    let mut seen = BTreeMap::new();
    look(&library, &mut seen).await;
    assert_eq!(seen.len(), before);

    let (sender, done) = mpsc::channel();
    let mut shares: Vec<Vec<Job>> = (0..WRITERS).map(|_| Vec::new()).collect();
    for job in jobs {
        let share = job.number % WRITERS;
        shares[share].push(job);
    }
    for share in shares {
        let sender = sender.clone();
        thread::spawn(move || {
            for job in share {
                let at = write(&job);
                let name = job.path.file_name().unwrap().to_string_lossy().into_owned();
                sender.send((name, job.manner, at)).unwrap();
            }
        });
    }
    drop(sender);
    // What every file looks like in the end is known when it was written, from its own facts.
    let mut written: BTreeMap<String, (Manner, Instant)> = BTreeMap::new();
    let mut waiting = BTreeSet::new();
    let mut last = Instant::now();
    while written.len() < PICTURES || !waiting.is_empty() {
        for (name, manner, at) in done.try_iter() {
            written.insert(name.clone(), (manner, at));
            waiting.insert(name);
            last = Instant::now();
        }
        look(&library, &mut seen).await;
        waiting.retain(|name| {
            let wanted = if written[name].0 == Manner::Overwritten {
                2
            } else {
                1
            };
            seen.get(name).is_none_or(|own| own.stamps.len() < wanted)
        });
        assert!(last.elapsed() < LOST, "these never came: {waiting:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    // A whole look at everything finds nothing that was not known.
    library.scan().await;
    look(&library, &mut seen).await;
    let mut waits = Vec::new();
    for (name, (manner, at)) in &written {
        let own = &seen[name];
        let wanted = if *manner == Manner::Overwritten { 2 } else { 1 };
        assert_eq!(own.ids.len(), 1, "{name} ({manner:?}) is one picture");
        assert_eq!(own.stamps.len(), wanted, "{name} ({manner:?}) came once");
        let (_, came) = own.stamps[wanted - 1];
        waits.push(came.saturating_duration_since(*at));
    }
    assert_eq!(seen.len(), PICTURES);
    let (problems, _) = library.gallery.scans().problems(0).await.unwrap();
    assert_eq!(problems, 0);
    waits.sort_unstable();
    let (middle, longest) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    println!("seen after {middle:?} (half of them), {longest:?} (the last)");
    let late = waits.iter().filter(|wait| **wait > SOON).count();
    assert!(
        late <= STALLED,
        "{late} took longer than {SOON:?}, at most {longest:?}"
    );
}
