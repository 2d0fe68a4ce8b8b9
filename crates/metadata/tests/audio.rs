//! Sound files are no pictures, but what they say about their making is read.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use common::{INFOTEXT, PROMPT, assert_fox, deflate, notices, read};

/// A length of four bytes of seven bits each.
fn seven_bits(len: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| ((len >> shift) & 0x7f) as u8)
}

/// An ID3 tag of a version around its frames, before some sound.
fn id3(version: u8, flags: u8, frames: &[u8]) -> Vec<u8> {
    let size = seven_bits(frames.len() + 16);
    [
        b"ID3",
        &[version, 0, flags][..],
        &size,
        frames,
        &[0; 16],
        &[0xff, 0xfb, 0x90, 0],
    ]
    .concat()
}

/// A frame of version 3 or 4.
fn frame(version: u8, name: [u8; 4], flags: u16, body: &[u8]) -> Vec<u8> {
    let size = if version == 4 {
        seven_bits(body.len())
    } else {
        (body.len() as u32).to_be_bytes()
    };
    [&name[..], &size, &flags.to_be_bytes(), body].concat()
}

fn wide(text: &str) -> Vec<u8> {
    let units = [0xfeff].into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn mp3_text_frames_hold_graphs_in_every_version_and_character_set() {
    let utf8 = [b"\x03prompt\0", PROMPT.as_bytes(), b"\0"].concat();
    let utf16 = [&[1][..], &wide("prompt"), &[0, 0], &wide(PROMPT), &[0, 0]].concat();
    for version in [3, 4] {
        for body in [&utf8, &utf16] {
            let reading = read(&id3(version, 0, &frame(version, *b"TXXX", 0, body)));
            assert_fox(&reading);
            assert_eq!(reading.format, None);
            assert!(reading.complete, "{:?}", reading.notices);
        }
    }
    let size = (utf8.len() as u32).to_be_bytes();
    let oldest = [b"TXX", &size[1..], &utf8].concat();
    assert_fox(&read(&id3(2, 0, &oldest)));
}

#[test]
fn mp3_comments_and_lyrics_are_read() {
    for name in [b"COMM", b"USLT"] {
        let body = [b"\x00eng\0", INFOTEXT.as_bytes()].concat();
        assert_fox(&read(&id3(4, 0, &frame(4, *name, 0, &body))));
    }
}

#[test]
fn mp3_frames_may_be_packed_or_escaped() {
    let body = [b"\x03prompt\0", PROMPT.as_bytes()].concat();
    let length = seven_bits(body.len());
    let packed = [&length[..], &deflate(&body)].concat();
    assert_fox(&read(&id3(4, 0, &frame(4, *b"TXXX", 0x09, &packed))));
    let odd = [b"\x00comment\0\xff\0\xe1\n", INFOTEXT.as_bytes()].concat();
    let reading = read(&id3(4, 0, &frame(4, *b"TXXX", 0x02, &odd)));
    assert!(
        reading.recipe.positive.starts_with("ÿá\n"),
        "{:?}",
        reading.recipe.positive
    );
}

/// Vorbis comments with these pairs.
fn pairs(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = [&6_u32.to_le_bytes()[..], b"vendor"].concat();
    bytes.extend((pairs.len() as u32).to_le_bytes());
    for (key, value) in pairs {
        let pair = format!("{key}={value}");
        bytes.extend((pair.len() as u32).to_le_bytes());
        bytes.extend(pair.into_bytes());
    }
    bytes
}

#[test]
fn flac_comments_are_read() {
    let words = pairs(&[("PROMPT", PROMPT), ("workflow", r#"{"nodes": []}"#)]);
    let size = (words.len() as u32 | 0x8400_0000).to_be_bytes();
    let file = [
        b"fLaC\0\0\0\x22",
        &[0; 34][..],
        &size,
        &words,
        &[0xff, 0xf8],
    ]
    .concat();
    let reading = read(&file);
    assert_fox(&reading);
    assert!(reading.has_workflow && reading.complete && reading.format.is_none());
    let reading = read(&file[..200]);
    assert!(!reading.complete && reading.recipe.is_empty());
}

/// An Ogg page of these packets, each of which ends in it unless it is a multiple of 255.
fn page(sequence: u32, body: &[u8], sizes: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0\0\0\0\0\0\0\0\0\0\x07\0\0\0".to_vec();
    page.extend(sequence.to_le_bytes());
    page.extend([0; 4]);
    page.push(sizes.len() as u8);
    page.extend(sizes);
    page.extend(body);
    page
}

#[test]
fn ogg_comments_are_read_across_pages() {
    for (first, mark) in [
        (&b"OpusHead"[..], &b"OpusTags"[..]),
        (b"\x01vorbis", b"\x03vorbis"),
    ] {
        let packet = [mark, &pairs(&[("prompt", PROMPT)])].concat();
        let (one, two) = packet.split_at(510);
        let full = two.len() / 255;
        let mut sizes = vec![255; full];
        sizes.push((two.len() - full * 255) as u8);
        let file = [
            page(0, first, &[first.len() as u8]),
            page(1, one, &[255, 255]),
            page(2, two, &sizes),
        ]
        .concat();
        let reading = read(&file);
        assert_fox(&reading);
        assert!(reading.complete);
        assert!(!read(&file[..400]).complete);
    }
}

#[test]
fn wave_lists_and_tags_are_read() {
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let mut bytes = [&kind[..], &(body.len() as u32).to_le_bytes(), body].concat();
        bytes.extend(vec![0; body.len() % 2]);
        bytes
    };
    let wave = |chunks: &[Vec<u8>]| {
        let body = [
            b"WAVE".to_vec(),
            chunk(b"fmt ", &[0; 16]),
            chunk(b"data", &[0; 99]),
            chunks.concat(),
        ]
        .concat();
        chunk(b"RIFF", &body)
    };
    let list = [
        b"INFO".to_vec(),
        chunk(b"ISFT", b"Lavf\0"),
        chunk(b"ICMT", INFOTEXT.as_bytes()),
    ]
    .concat();
    let reading = read(&wave(&[chunk(b"LIST", &list)]));
    assert_fox(&reading);
    assert!(reading.complete, "{:?}", notices(&reading));
    let tag = id3(
        4,
        0,
        &frame(
            4,
            *b"TXXX",
            0,
            &[b"\x03prompt\0", PROMPT.as_bytes()].concat(),
        ),
    );
    assert_fox(&read(&wave(&[chunk(b"id3 ", &tag)])));
}
