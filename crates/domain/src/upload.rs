//! Files on their way into the gallery.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ImageId, JobId, UploadId},
    image::Format,
    time::Timestamp,
};

/// A file of which some bytes have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The name under which it will be kept.
    pub name: String,
    /// All of its bytes.
    pub length: u64,
    /// How many of them are safe on the disk.
    pub offset: u64,
    /// When it is given up unless more comes.
    pub expires: Timestamp,
    /// What it became, once all bytes were there.
    pub arrived: Option<Arrived>,
    /// The job that takes in what is inside it, once all bytes of an archive were there.
    pub unpacks: Option<JobId>,
}

/// What became of a file that came in whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    /// The picture that it is now, or that had the same bytes already.
    pub image: ImageId,
    /// Whether the gallery had it already; then nothing more was kept.
    pub duplicate: bool,
}

/// Most bytes of a name that is kept; systems take 255, and more is added where a name is taken.
const MOST_NAME: usize = 180;

/// Names that Windows gives to devices, so that a folder copied there stays whole.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name for a file that its sender calls so: the last part of a path, without what no disk takes.
pub fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |letter: char| match letter {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        other => other,
    };
    let name: String = last
        .chars()
        .filter(|letter| !letter.is_control())
        .map(plain)
        .collect();
    // A dot in front hides a file; at the end Windows drops it.
    let name = name.trim_matches(['.', ' ']);
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 16 => (stem, ending),
        _ => (name, ""),
    };
    let mut room = MOST_NAME.saturating_sub(ending.len() + 1).min(stem.len());
    while !stem.is_char_boundary(room) {
        room -= 1;
    }
    let stem = match stem[..room].trim_end() {
        "" => "picture",
        stem => stem,
    };
    let device = DEVICES.contains(&stem.to_ascii_lowercase().as_str());
    let stem = format!("{}{stem}", if device { "_" } else { "" });
    match ending {
        "" => stem,
        ending => format!("{stem}.{ending}"),
    }
}

/// The same name with the ending of the format that the file has, where its own one promises another.
pub fn with_ending(name: &str, format: Format) -> String {
    if Format::from_name(name) == Some(format) {
        return name.to_owned();
    }
    let stem = match name.rsplit_once('.') {
        Some((stem, _)) if Format::from_name(name).is_some() => stem,
        _ => name,
    };
    let ending = match format {
        Format::Jpeg => "jpg",
        other => other.word(),
    };
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_what_people_wrote_and_nothing_else() {
        for (sent, kept) in [
            ("a b.png", "a b.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\pictures\\dune.png", "dune.png"),
            (".hidden.png", "hidden.png"),
            ("..", "picture"),
            ("", "picture"),
            (".png", "png"),
            ("a\0b\n.png", "ab.png"),
            ("what?.png", "what_.png"),
            ("CON.png", "_CON.png"),
            ("写真.webp", "写真.webp"),
        ] {
            assert_eq!(file_name(sent), kept, "{sent:?}");
        }
        let long = file_name(&format!("{}.png", "é".repeat(400)));
        assert!(long.len() <= MOST_NAME && long.ends_with("é.png"), "{long}");
    }

    #[test]
    fn an_ending_says_what_a_file_is() {
        for (name, format, kept) in [
            ("a.png", Format::Png, "a.png"),
            ("a.JPEG", Format::Jpeg, "a.JPEG"),
            ("a.png", Format::Jpeg, "a.jpg"),
            ("a", Format::Webp, "a.webp"),
            ("v1.5", Format::Png, "v1.5.png"),
        ] {
            assert_eq!(with_ending(name, format), kept, "{name}");
        }
    }
}
