//! EXIF: a small TIFF directory walk for texts, orientation and dates.

use domain::time::Timestamp;

use super::Found;
use crate::bytes::{self, until_nul};

/// Most entries of one directory.
const ENTRIES: u16 = 512;

/// A TIFF blob with its byte order.
#[derive(Clone, Copy)]
struct Tiff<'a> {
    data: &'a [u8],
    big: bool,
}

impl<'a> Tiff<'a> {
    fn open(data: &'a [u8]) -> Option<Self> {
        match data {
            [b'I', b'I', 42, 0, ..] => Some(Self { data, big: false }),
            [b'M', b'M', 0, 42, ..] => Some(Self { data, big: true }),
            _ => None,
        }
    }

    fn u16(self, at: usize) -> Option<u16> {
        if self.big {
            bytes::be16(self.data, at)
        } else {
            bytes::le16(self.data, at)
        }
    }

    fn u32(self, at: usize) -> Option<usize> {
        let value = if self.big {
            bytes::be32(self.data, at)
        } else {
            bytes::le32(self.data, at)
        }?;
        usize::try_from(value).ok()
    }

    /// The bytes of an entry's value, inside the entry or elsewhere.
    fn value(self, entry: usize) -> Option<&'a [u8]> {
        let size = match self.u16(entry + 2)? {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let len = self.u32(entry + 4)?.checked_mul(size)?;
        let start = if len <= 4 {
            entry + 8
        } else {
            self.u32(entry + 8)?
        };
        let end = start.checked_add(len)?.min(self.data.len());
        self.data.get(start..end)
    }
}

/// Reads an EXIF block, with or without its `Exif` prefix.
pub(super) fn read(data: &[u8], found: &mut Found) {
    let data = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
    let Some(tiff) = Tiff::open(data) else {
        if !data.is_empty() {
            found.notice("bad-exif", "The EXIF block is damaged.");
        }
        return;
    };
    let mut dates = Dates::default();
    if let Some(first) = tiff.u32(4)
        && let Some(inner) = directory(tiff, first, found, &mut dates)
    {
        directory(tiff, inner, found, &mut dates);
    }
    found.exif_date = found.exif_date.or_else(|| dates.best());
}

/// Reads one directory and returns where the inner EXIF directory lies.
fn directory(tiff: Tiff<'_>, at: usize, found: &mut Found, dates: &mut Dates) -> Option<usize> {
    let count = tiff.u16(at)?;
    let mut inner = None;
    for index in 0..usize::from(count.min(ENTRIES)) {
        if found.budget == 0 {
            // All entries may point at the same large text.
            break;
        }
        let entry = at.checked_add(2 + index * 12)?;
        let tag = tiff.u16(entry)?;
        let Some(value) = tiff.value(entry) else {
            continue;
        };
        match tag {
            0x0112 => {
                found.turned = tiff
                    .u16(entry + 8)
                    .is_some_and(|turn| (5..=8).contains(&turn));
            }
            0x8769 => inner = tiff.u32(entry + 8),
            0x9286 => found.text("exif:UserComment", "", &user_comment(value)),
            0x9c9b..=0x9c9f => found.text(&place(tag), "", &bytes::utf16(value)),
            0x927c => {
                let note = until_nul(value);
                if note.len() < 4096 && note.iter().all(|byte| (32..127).contains(byte)) {
                    found.text("exif:MakerNote", "", &bytes::text(note));
                }
            }
            _ if tiff.u16(entry + 2) == Some(2) => {
                let value = bytes::text(until_nul(value));
                dates.note(tag, &value);
                if !value.trim().is_empty() {
                    found.text(&place(tag), "", &value);
                }
            }
            _ => {}
        }
    }
    inner
}

/// `UserComment` starts with eight bytes that name its character set; not every tool knows that.
fn user_comment(value: &[u8]) -> String {
    let plain = |bytes: &[u8]| bytes::text(bytes).trim_end_matches('\0').to_owned();
    let (set, body) = value.split_at_checked(8).unwrap_or((&[], value));
    match set {
        b"UNICODE\0" => bytes::utf16(body),
        b"ASCII\0\0\0" | b"JIS\0\0\0\0\0" | [0, 0, 0, 0, 0, 0, 0, 0] => plain(body),
        _ if value.iter().take(64).filter(|&&byte| byte == 0).count() > 8 => bytes::utf16(value),
        _ => plain(value),
    }
}

/// The name under which an entry's text is kept.
fn place(tag: u16) -> String {
    let name = match tag {
        0x010d => "DocumentName",
        0x010e => "ImageDescription",
        0x010f => "Make",
        0x0110 => "Model",
        0x0131 => "Software",
        0x0132 => "DateTime",
        0x013b => "Artist",
        0x8298 => "Copyright",
        0x9003 => "DateTimeOriginal",
        0x9004 => "DateTimeDigitized",
        0x9c9b => "XPTitle",
        0x9c9c => "XPComment",
        0x9c9d => "XPAuthor",
        0x9c9e => "XPKeywords",
        0x9c9f => "XPSubject",
        other => return format!("exif:0x{other:04x}"),
    };
    format!("exif:{name}")
}

/// The dates of EXIF, best last: changed, digitised, taken.
#[derive(Default)]
struct Dates {
    found: [Option<Timestamp>; 3],
    minutes_east: i64,
}

impl Dates {
    fn note(&mut self, tag: u16, text: &str) {
        match tag {
            0x0132 => self.found[0] = moment(text),
            0x9004 => self.found[1] = moment(text),
            0x9003 => self.found[2] = moment(text),
            0x9011 => self.minutes_east = zone(text).unwrap_or(0),
            _ => {}
        }
    }

    fn best(&self) -> Option<Timestamp> {
        let date = self.found.iter().rev().find_map(|date| *date)?;
        Some(Timestamp(date.0 - self.minutes_east * 60_000))
    }
}

/// `2026:05:31 14:03:59`, also with `-` and `T`.
fn moment(text: &str) -> Option<Timestamp> {
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let mut next = || numbers.next()?.parse::<u32>().ok();
    let date = (i32::try_from(next()?).ok()?, next()?, next()?);
    Timestamp::from_parts(
        date,
        (
            next().unwrap_or(0),
            next().unwrap_or(0),
            next().unwrap_or(0),
        ),
        0,
    )
}

/// `+02:00` in minutes.
fn zone(text: &str) -> Option<i64> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let west = hours.starts_with('-');
    let hours: i64 = hours.trim_start_matches(['+', '-']).parse().ok()?;
    let minutes: i64 = minutes.parse().ok()?;
    let total = hours.min(24) * 60 + minutes.min(60);
    Some(if west { -total } else { total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_know_their_zone() {
        let mut dates = Dates::default();
        dates.note(0x0132, "2020:01:01 00:00:00");
        dates.note(0x9003, "2026:05:31 14:03:59");
        dates.note(0x9011, "+02:00");
        let want = Timestamp::from_parts((2026, 5, 31), (12, 3, 59), 0);
        assert_eq!(dates.best(), want);
    }

    #[test]
    fn user_comments_are_read_in_each_character_set() {
        assert_eq!(user_comment(b"ASCII\0\0\0hello\0"), "hello");
        assert_eq!(user_comment(b"UNICODE\0\0h\0i"), "hi");
        assert_eq!(user_comment(b"UNICODE\0h\0i\0"), "hi");
        assert_eq!(user_comment(b"no prefix at all"), "no prefix at all");
        assert_eq!(user_comment(b"ab"), "ab");
    }
}
