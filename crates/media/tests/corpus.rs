//! Every file of the sample collection, where it is present: real files of many tools and files
//! made to break readers. Nothing panics, nothing grows, what is stripped shows the same pixels.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test without its files says so")]

use std::path::{Path, PathBuf};

use domain::image::{Format, ThumbSize};
use media::{Excess, Limits, MediaError, avif_as_png, strip, thumbnails};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The collection is not part of the repository; without it these tests say so and have nothing to
/// check.
fn collection(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/corpus")
        .join(folder);
    let mut found = Vec::new();
    if root.is_dir() {
        files(&root, &mut found);
        assert!(
            !found.is_empty(),
            "an empty collection at {}",
            root.display()
        );
    } else {
        println!("no collection at {}", root.display());
    }
    found.sort();
    found
}

fn thumbnail(bytes: &[u8]) -> Result<media::Thumbnails, MediaError> {
    thumbnails(bytes, Format::Png, &[ThumbSize::Small], &Limits::default())
}

#[test]
fn real_pictures_all_get_a_thumbnail_and_a_clean_copy() {
    for path in collection("files") {
        let bytes = std::fs::read(&path).unwrap();
        let still = match Format::sniff(&bytes) {
            Some(Format::Avif) => {
                let png = avif_as_png(&bytes, &Limits::default());
                assert!(png.is_ok(), "{}: {png:?}", path.display());
                continue;
            }
            Some(format) if !format.is_video() => format,
            _ => continue,
        };
        let made = thumbnail(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(
            made.complete && !made.placeholder.is_empty(),
            "{}",
            path.display()
        );
        let clean =
            strip(&bytes, still).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(thumbnail(&clean).unwrap(), made, "{}", path.display());
        for word in [
            b"tEXtprompt".as_slice(),
            b"tEXtparameters",
            b"workflow",
            b"<x:xmpmeta",
        ] {
            let left = clean.windows(word.len()).any(|window| window == word);
            assert!(
                !left,
                "{} still has {:?}",
                path.display(),
                String::from_utf8_lossy(word)
            );
        }
    }
}

#[test]
fn crafted_files_are_answered_and_never_panic() {
    for path in collection("crafted") {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let made = thumbnail(&bytes);
        println!(
            "{name:.40}: {:?}",
            made.as_ref().map(|made| (made.width, made.height))
        );
        assert!(
            !matches!(made, Err(MediaError::Panicked { .. } | MediaError::Encoder)),
            "{name}"
        );
        let stripped = strip(&bytes, Format::Png);
        assert!(
            !matches!(stripped, Err(MediaError::Panicked { .. })),
            "{name}"
        );
        match name.get(..2).unwrap_or_default() {
            "41" => assert!(matches!(
                made,
                Err(MediaError::TooLarge {
                    excess: Excess::Pixels,
                    found: 900_000_000,
                    ..
                })
            )),
            "29" => assert_eq!(made, Err(MediaError::NotAnImage)),
            "16" | "17" | "19" | "21" | "22" | "27" => assert!(made.is_ok(), "{name}: {made:?}"),
            _ => {}
        }
    }
}
