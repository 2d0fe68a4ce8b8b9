//! The first inputs of every target, made from what the tests build and from their collected files;
//! and the words of the sources, as a dictionary.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use fuzz_metadata::{ALL, signature};

use crate::{
    common::{deflate, tiff, unicode_comment},
    records::{PLACES, Record, packet, records},
};

/// Writes a folder for each target, and the file `words`.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    let files = files()?;
    let texts = texts()?;
    for (name, _) in ALL {
        let inputs = match (signature(name), *name) {
            (_, "any_file") => files.clone(),
            (_, "exif") => blocks(),
            (_, "xmp") => packets(),
            (_, "c2pa") => files.iter().filter_map(|file| manifest(file)).collect(),
            (_, "hidden") => hidden(),
            (Some(signature), _) => files
                .iter()
                .filter_map(|file| after(signature, file))
                .collect(),
            (None, _) => texts.clone(),
        };
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        for (number, input) in inputs.iter().enumerate() {
            fs::write(folder.join(number.to_string()), input)?;
        }
    }
    fs::write(folder.join("words"), dictionary()?)
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every record in every kind of file, and what was collected.
fn files() -> io::Result<Vec<Vec<u8>>> {
    let mut files = collected("")?;
    for record in records() {
        files.extend(PLACES.iter().map(|(_, wrap)| wrap(&record)));
    }
    Ok(files)
}

/// Every record, and the collected texts.
fn texts() -> io::Result<Vec<Vec<u8>>> {
    let mut texts = collected("text-")?;
    texts.extend(records().into_iter().map(|record| record.text.into_bytes()));
    Ok(texts)
}

fn collected(prefix: &str) -> io::Result<Vec<Vec<u8>>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(here().join("../tests/regressions"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    paths.sort();
    paths
        .iter()
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        })
        .map(fs::read)
        .collect()
}

fn blocks() -> Vec<Vec<u8>> {
    let block = |text: &str| {
        tiff(
            &[(0x0110, text)],
            Some(6),
            Some(&unicode_comment(text, true)),
        )
    };
    records().iter().map(|record| block(&record.text)).collect()
}

fn packets() -> Vec<Vec<u8>> {
    let packet = |record: &Record| packet(&record.text).into_bytes();
    records().iter().map(packet).collect()
}

/// Marks of hidden texts in the lowest bits, in pictures of one pixel's width.
fn hidden() -> Vec<Vec<u8>> {
    let text = &records()[2].text;
    let mut pictures = Vec::new();
    for (mark, body) in [
        ("stealth_pnginfo", text.clone().into_bytes()),
        ("stealth_pngcomp", deflate(text.as_bytes())),
    ] {
        let all = [
            mark.as_bytes(),
            &(body.len() as u32 * 8).to_be_bytes(),
            &body,
        ]
        .concat();
        let bits = all
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |shift| (byte >> shift) & 1));
        pictures.push(bits.flat_map(|bit| [0, 0, 0, 254 | bit]).collect());
    }
    pictures
}

/// What follows the signature that the target puts before its input.
fn after(signature: &[u8], file: &[u8]) -> Option<Vec<u8>> {
    match signature {
        [b'R', b'I', b'F', b'F', .., a, b, c, d] => {
            let kind = [*a, *b, *c, *d];
            return (file.starts_with(b"RIFF") && file.get(8..12) == Some(&kind))
                .then(|| file[12..].to_vec());
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            let size = usize::try_from(u32::from_be_bytes(file.get(..4)?.try_into().ok()?)).ok()?;
            return (file.get(4..8)? == b"ftyp")
                .then(|| file.get(size..).unwrap_or_default().to_vec());
        }
        // The target opens the segment that holds everything.
        [0x1a, 0x45, ..] => {
            let at = find(file, b"\x18\x53\x80\x67")?;
            return Some(file.get(at + 12..)?.to_vec());
        }
        _ => {}
    }
    file.strip_prefix(signature).map(<[u8]>::to_vec)
}

fn manifest(file: &[u8]) -> Option<Vec<u8>> {
    let at = find(file, b"jumb")?;
    Some(file.get(at.checked_sub(4)?..)?.to_vec())
}

fn find(file: &[u8], mark: &[u8]) -> Option<usize> {
    file.windows(mark.len()).position(|window| window == mark)
}

/// The quoted words of the reader, its rules and its tests, in libFuzzer's notation: chance alone
/// does not find the name of a field.
fn dictionary() -> io::Result<String> {
    let mut words = BTreeSet::new();
    let mut folders = vec![
        here().join("../src"),
        here().join("../rules"),
        here().join("../tests"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let quoted = text
                    .lines()
                    .flat_map(|line| line.split('"').skip(1).step_by(2));
                words.extend(quoted.filter(|word| plain(word)).map(str::to_owned));
            }
        }
    }
    let mut lines = String::new();
    for word in words {
        // Writing into a string cannot fail.
        let _ = writeln!(lines, "\"{word}\"");
    }
    Ok(lines)
}

fn plain(word: &str) -> bool {
    let shown = |byte: u8| byte != b'\\' && (b' '..=b'~').contains(&byte);
    (2..=32).contains(&word.len()) && word.matches(' ').count() <= 2 && word.bytes().all(shown)
}
