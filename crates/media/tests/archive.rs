//! Archives as others see them: the `zip` crate, Python and the usual tools.

use std::{
    collections::BTreeSet,
    io::{self, Read, Seek, SeekFrom},
    process::Command,
};

use domain::time::Timestamp;
use media::archive::{Entry, Layout, Segment, crc32};
use proptest::prelude::*;

fn entry(name: &str, content: &[u8]) -> Entry {
    let modified = Timestamp(1_780_236_239_000); // 2026-05-31 14:03:59
    Entry {
        name: name.to_owned(),
        size: content.len() as u64,
        crc32: crc32(content),
        modified,
    }
}

/// A range of an archive whose files have these contents.
fn read(layout: &Layout, contents: &[Vec<u8>], range: std::ops::Range<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for segment in layout.segments(range) {
        match segment {
            Segment::Bytes(more) => bytes.extend(more),
            Segment::Entry { index, offset, len } => {
                assert!(len > 0);
                bytes.extend(&contents[index][offset as usize..][..len as usize]);
            }
        }
    }
    bytes
}

fn sample() -> (Layout, Vec<Vec<u8>>) {
    let names = [
        "a.png",
        "folder/猫 ä.txt",
        "empty.bin",
        "folder/deep/c (2).json",
    ];
    let contents: Vec<Vec<u8>> = [
        vec![7; 70_000],
        "prompt: 猫".into(),
        Vec::new(),
        b"{}".to_vec(),
    ]
    .into();
    let entries = names
        .iter()
        .zip(&contents)
        .map(|(name, content)| entry(name, content));
    (Layout::new(entries.collect()), contents)
}

#[test]
fn the_zip_crate_reads_what_was_put_in() {
    let (layout, contents) = sample();
    let bytes = read(&layout, &contents, 0..layout.len());
    assert_eq!(bytes.len() as u64, layout.len());
    let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 4);
    for (index, content) in contents.iter().enumerate() {
        let mut file = archive.by_index(index).unwrap();
        assert_eq!(file.name().unwrap(), layout.entries()[index].name);
        assert_eq!(file.unix_mode(), Some(0o100_644));
        let time = file.last_modified().unwrap();
        assert_eq!((time.year(), time.month(), time.day()), (2026, 5, 31));
        assert_eq!((time.hour(), time.minute(), time.second()), (14, 3, 58));
        let mut found = Vec::new();
        file.read_to_end(&mut found).unwrap();
        assert_eq!(&found, content);
    }
}

#[test]
fn the_usual_tools_find_no_fault() {
    let (layout, contents) = sample();
    let nothing = Layout::new(Vec::new());
    let folder = std::env::temp_dir().join(format!("media-archive-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("sample.zip");
    let empty = folder.join("empty.zip");
    std::fs::write(&path, read(&layout, &contents, 0..layout.len())).unwrap();
    std::fs::write(&empty, read(&nothing, &[], 0..nothing.len())).unwrap();
    let python = "import sys, zipfile
for name, count in ((sys.argv[1], 4), (sys.argv[2], 0)):
    archive = zipfile.ZipFile(name)
    assert archive.testzip() is None
    assert len(archive.namelist()) == count, archive.namelist()
    assert count == 0 or archive.namelist()[1] == 'folder/\\u732b \\u00e4.txt'";
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .arg(&path)
            .arg(&empty)
            .output();
        output.map(|output| (output.status.success(), format!("{output:?}")))
    };
    let (passed, output) = run("python3", &["-c", python]).expect("python3 is needed here");
    assert!(passed, "{output}");
    for (program, arguments) in [
        ("unzip", ["-tq"].as_slice()),
        ("7z", &["t"]),
        ("bsdtar", &["-tf"]),
    ] {
        // These read one archive at a time.
        let output = Command::new(program).args(arguments).arg(&path).output();
        match output {
            Ok(output) => assert!(output.status.success(), "{program}: {output:?}"),
            Err(error) => println!("not checked with {program}: {error}"),
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// An archive as a reader, its files full of zeros that exist nowhere.
struct Virtual<'a> {
    layout: &'a Layout,
    at: u64,
}

impl Read for Virtual<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.at + buffer.len() as u64;
        let Some(segment) = self.layout.segments(self.at..end).next() else {
            return Ok(0);
        };
        let len = match segment {
            Segment::Bytes(bytes) => {
                buffer[..bytes.len()].copy_from_slice(&bytes);
                bytes.len()
            }
            Segment::Entry { len, .. } => {
                buffer[..len as usize].fill(0);
                len as usize
            }
        };
        self.at += len as u64;
        Ok(len)
    }
}

impl Seek for Virtual<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.layout.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

fn virtual_entry(name: String, size: u64) -> Entry {
    Entry {
        name,
        size,
        crc32: 0,
        modified: Timestamp(1_780_236_239_000),
    }
}

#[test]
fn archives_beyond_four_gibibytes_open_with_every_file_in_its_place() {
    let sizes = [
        3 << 30,
        u64::from(u32::MAX) - 1,
        u64::from(u32::MAX),
        5 << 30,
        0,
        12_345,
    ];
    let entries = sizes.iter().enumerate();
    let entries = entries
        .map(|(n, &size)| virtual_entry(format!("{n}.png"), size))
        .collect();
    let layout = Layout::new(entries);
    let mut archive = zip::ZipArchive::new(Virtual {
        layout: &layout,
        at: 0,
    })
    .unwrap();
    assert_eq!(archive.len(), sizes.len());
    for (index, &size) in sizes.iter().enumerate() {
        let file = archive.by_index_raw(index).unwrap();
        assert_eq!(file.size(), size);
        assert_eq!(file.name().unwrap(), format!("{index}.png"));
        let start = file.data_start().unwrap();
        drop(file);
        let wanted = Segment::Entry {
            index,
            offset: 0,
            len: size.min(9),
        };
        let found = layout.segments(start..start + 9).next().unwrap();
        assert!(size == 0 || found == wanted, "{found:?}");
    }
}

#[test]
fn more_files_than_sixteen_bits_count_open_and_stay_cheap() {
    let entries = (0..70_000)
        .map(|n| virtual_entry(format!("{n:06}.png"), 1_000_000))
        .collect();
    let layout = Layout::new(entries);
    let mut archive = zip::ZipArchive::new(Virtual {
        layout: &layout,
        at: 0,
    })
    .unwrap();
    assert_eq!(archive.len(), 70_000);
    assert_eq!(
        archive.by_index_raw(69_999).unwrap().name().unwrap(),
        "069999.png"
    );
    let names: BTreeSet<_> = archive.file_names().map(Result::unwrap).collect();
    assert_eq!(names.len(), 70_000);
    let pieces = layout.segments(0..layout.len());
    let largest = pieces.filter_map(|piece| match piece {
        Segment::Bytes(bytes) => Some(bytes.len()),
        Segment::Entry { .. } => None,
    });
    assert!(largest.max().unwrap() < 100_000, "memory stays flat");
}

#[test]
fn a_name_beyond_the_format_is_cut() {
    let layout = Layout::new(vec![virtual_entry("ä".repeat(40_000), 1)]);
    assert_eq!(layout.entries()[0].name.len(), 65_534);
    zip::ZipArchive::new(Virtual {
        layout: &layout,
        at: 0,
    })
    .unwrap();
}

#[test]
fn the_tag_changes_with_content_name_and_order() {
    let one = || entry("a.png", b"1");
    let other = || entry("b.png", b"1");
    let tag = |entries| Layout::new(entries).tag().to_owned();
    assert_eq!(tag(vec![one(), other()]), tag(vec![one(), other()]));
    let tags = [
        tag(vec![one(), other()]),
        tag(vec![other(), one()]),
        tag(vec![one(), entry("c.png", b"1")]),
        tag(vec![one(), entry("b.png", b"2")]),
        tag(vec![one()]),
    ];
    assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), tags.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_range_is_that_part_of_the_whole(
        files in prop::collection::vec(("[a-zé/]{1,12}", 0_usize..300, any::<i64>()), 0..8),
        from in 0.0..1.1_f64,
        to in 0.0..1.1_f64,
    ) {
        let contents: Vec<Vec<u8>> =
            files.iter().enumerate().map(|(n, (_, size, _))| vec![n as u8; *size]).collect();
        let entries = files.iter().zip(&contents).map(|((name, _, time), content)| Entry {
            modified: Timestamp(*time >> 16),
            ..entry(name, content)
        });
        let layout = Layout::new(entries.collect());
        let whole = read(&layout, &contents, 0..layout.len());
        prop_assert_eq!(whole.len() as u64, layout.len());
        let (from, to) = ((from * whole.len() as f64) as usize, (to * whole.len() as f64) as usize);
        let expected = &whole[from.min(to).min(whole.len())..to.min(whole.len())];
        let (start, end) = (from.min(to) as u64, to as u64);
        prop_assert_eq!(&read(&layout, &contents, start..end), expected);
        zip::ZipArchive::new(io::Cursor::new(whole)).unwrap();
    }
}
