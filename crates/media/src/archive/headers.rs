//! The blocks of a ZIP file, byte by byte.

use std::ops::Range;

use domain::time::Timestamp;

use super::Entry;

/// From here on a 32-bit field says "see the Zip64 block".
const WIDE: u64 = u32::MAX as u64;
/// The same for the 16-bit count of files.
const MANY: u64 = u16::MAX as u64;

/// Bytes of a local header without name and extra blocks.
const LOCAL_LEN: u64 = 30;
/// Bytes of a directory record without name and extra blocks.
const RECORD_LEN: u64 = 46;
/// Id and length in front of each extra block.
const EXTRA_HEAD: u64 = 4;
/// One byte of flags and four of seconds.
const TIMESTAMP_LEN: u64 = 5;

/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
/// The oldest version that reads folders and stored files.
const VERSION: u16 = 20;
/// The oldest version that reads Zip64.
const VERSION_WIDE: u16 = 45;
/// Written as if on Unix, so that the permissions count.
const MADE_BY: u16 = 3 << 8 | VERSION_WIDE;
/// A plain file that its owner may write and everybody may read.
const ATTRIBUTES: u32 = 0o100_644 << 16;

/// Bytes of [`local`].
pub(super) fn local_len(entry: &Entry) -> u64 {
    let wide = if entry.size >= WIDE {
        EXTRA_HEAD + 16
    } else {
        0
    };
    LOCAL_LEN + entry.name.len() as u64 + wide + timestamp_len(entry)
}

/// What stands in front of a file.
pub(super) fn local(entry: &Entry) -> Vec<u8> {
    let mut extra = Vec::new();
    if entry.size >= WIDE {
        wide_extra(&mut extra, &[entry.size, entry.size]);
    }
    timestamp_extra(&mut extra, entry);
    let mut bytes = Vec::with_capacity(local_len(entry) as usize);
    put(&mut bytes, &0x0403_4b50_u32.to_le_bytes());
    common(&mut bytes, entry, entry.size >= WIDE, extra.len());
    put(&mut bytes, entry.name.as_bytes());
    put(&mut bytes, &extra);
    bytes
}

/// Bytes of [`record`].
pub(super) fn record_len(entry: &Entry, offset: u64) -> u64 {
    let fields = wide_fields(entry, offset).len() as u64;
    let wide = if fields > 0 {
        EXTRA_HEAD + 8 * fields
    } else {
        0
    };
    RECORD_LEN + entry.name.len() as u64 + wide + timestamp_len(entry)
}

/// The record of the directory for a file whose local header is at `offset`.
pub(super) fn record(entry: &Entry, offset: u64) -> Vec<u8> {
    let fields = wide_fields(entry, offset);
    let mut extra = Vec::new();
    if !fields.is_empty() {
        wide_extra(&mut extra, &fields);
    }
    timestamp_extra(&mut extra, entry);
    let mut bytes = Vec::with_capacity(record_len(entry, offset) as usize);
    put(&mut bytes, &0x0201_4b50_u32.to_le_bytes());
    put(&mut bytes, &MADE_BY.to_le_bytes());
    common(&mut bytes, entry, !fields.is_empty(), extra.len());
    put(&mut bytes, &[0; 6]); // no comment, first disk, no internal attributes
    put(&mut bytes, &ATTRIBUTES.to_le_bytes());
    put(&mut bytes, &narrow(offset).to_le_bytes());
    put(&mut bytes, entry.name.as_bytes());
    put(&mut bytes, &extra);
    bytes
}

/// What ends the archive; `directory` is where the records lie.
pub(super) fn trailer(count: u64, directory: Range<u64>) -> Vec<u8> {
    let size = directory.end - directory.start;
    let mut bytes = Vec::with_capacity(98);
    if count >= MANY || size >= WIDE || directory.start >= WIDE {
        put(&mut bytes, &0x0606_4b50_u32.to_le_bytes());
        put(&mut bytes, &44_u64.to_le_bytes()); // bytes of this block that follow
        put(&mut bytes, &MADE_BY.to_le_bytes());
        put(&mut bytes, &VERSION_WIDE.to_le_bytes());
        put(&mut bytes, &[0; 8]); // this disk, disk of the directory
        for field in [count, count, size, directory.start] {
            put(&mut bytes, &field.to_le_bytes());
        }
        put(&mut bytes, &0x0706_4b50_u32.to_le_bytes());
        put(&mut bytes, &[0; 4]); // disk of the block above
        put(&mut bytes, &directory.end.to_le_bytes());
        put(&mut bytes, &1_u32.to_le_bytes()); // disks
    }
    let count = u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
    put(&mut bytes, &0x0605_4b50_u32.to_le_bytes());
    put(&mut bytes, &[0; 4]); // this disk, disk of the directory
    put(&mut bytes, &count);
    put(&mut bytes, &count);
    put(&mut bytes, &narrow(size).to_le_bytes());
    put(&mut bytes, &narrow(directory.start).to_le_bytes());
    put(&mut bytes, &[0; 2]); // no comment
    bytes
}

/// The fields that a local header and a directory record share.
fn common(bytes: &mut Vec<u8>, entry: &Entry, wide: bool, extra_len: usize) {
    let (date, time) = dos_time(entry.modified);
    let version = if wide { VERSION_WIDE } else { VERSION };
    for field in [version, FLAGS, 0 /* stored */, time, date] {
        put(bytes, &field.to_le_bytes());
    }
    // The size counts twice, packed and unpacked.
    for field in [entry.crc32, narrow(entry.size), narrow(entry.size)] {
        put(bytes, &field.to_le_bytes());
    }
    // Names are cut by the layout and extra blocks are short, so both fit.
    put(bytes, &(entry.name.len() as u16).to_le_bytes());
    put(bytes, &(extra_len as u16).to_le_bytes());
}

/// The values that do not fit into a directory record, in the order of the format.
fn wide_fields(entry: &Entry, offset: u64) -> Vec<u64> {
    let mut fields = Vec::new();
    if entry.size >= WIDE {
        fields.extend([entry.size, entry.size]);
    }
    if offset >= WIDE {
        fields.push(offset);
    }
    fields
}

fn wide_extra(extra: &mut Vec<u8>, fields: &[u64]) {
    put(extra, &1_u16.to_le_bytes());
    put(extra, &(8 * fields.len() as u16).to_le_bytes());
    for field in fields {
        put(extra, &field.to_le_bytes());
    }
}

/// The modification time in UTC; the DOS fields have no time zone and whole pairs of seconds.
fn timestamp_extra(extra: &mut Vec<u8>, entry: &Entry) {
    if let Some(seconds) = unix_seconds(entry.modified) {
        put(extra, &0x5455_u16.to_le_bytes());
        put(extra, &(TIMESTAMP_LEN as u16).to_le_bytes());
        put(extra, &[1]); // the modification time follows
        put(extra, &seconds.to_le_bytes());
    }
}

fn timestamp_len(entry: &Entry) -> u64 {
    unix_seconds(entry.modified).map_or(0, |_| EXTRA_HEAD + TIMESTAMP_LEN)
}

fn unix_seconds(time: Timestamp) -> Option<i32> {
    i32::try_from(time.0.div_euclid(1000))
        .ok()
        .filter(|seconds| *seconds >= 0)
}

/// Date and time as DOS keeps them, in UTC.
fn dos_time(modified: Timestamp) -> (u16, u16) {
    let date = modified.date();
    if date.year < 1980 {
        return (pack_day(0, 1, 1), 0);
    }
    if date.year > 2107 {
        return (pack_day(127, 12, 31), pack_time(23, 59, 58));
    }
    let (hour, minute, second) = modified.time();
    (
        pack_day((date.year - 1980) as u32, date.month, date.day),
        pack_time(hour, minute, second),
    )
}

fn pack_day(years: u32, month: u32, day: u32) -> u16 {
    (years << 9 | month << 5 | day) as u16
}

fn pack_time(hour: u32, minute: u32, second: u32) -> u16 {
    (hour << 11 | minute << 5 | (second / 2)) as u16
}

/// A 32-bit field, which says "look elsewhere" when the value does not fit.
fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn put(bytes: &mut Vec<u8>, more: &[u8]) {
    bytes.extend_from_slice(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_outside_the_format_are_the_nearest_inside() {
        assert_eq!(dos_time(Timestamp(0)), (33, 0));
        assert_eq!(dos_time(Timestamp(i64::MAX / 2)).0 >> 9, 127);
        let time = Timestamp::from_parts((2026, 5, 31), (14, 3, 59), 0).expect("a real day");
        assert_eq!(
            dos_time(time),
            (0b0101_1100_1011_1111, 0b0111_0000_0111_1101)
        );
    }

    #[test]
    fn the_lengths_are_those_of_the_blocks() {
        for size in [0, WIDE - 1, WIDE, u64::MAX / 4] {
            for offset in [0, WIDE - 1, WIDE] {
                for modified in [Timestamp(-1), Timestamp(1), Timestamp(i64::MAX)] {
                    let entry = Entry {
                        name: "ä.png".to_owned(),
                        size,
                        crc32: 1,
                        modified,
                    };
                    assert_eq!(local(&entry).len() as u64, local_len(&entry));
                    assert_eq!(
                        record(&entry, offset).len() as u64,
                        record_len(&entry, offset)
                    );
                }
            }
        }
    }
}
