//! Files of every format, built from the texts that they hold.
#![expect(clippy::unwrap_used, reason = "a builder that fails is a failed test")]

use std::io::Write;

use metadata::{Limits, Reading};

/// Reads bytes with the usual limits.
pub(crate) fn read(bytes: &[u8]) -> Reading {
    metadata::read(&bytes, &Limits::default())
}

/// Reads bytes whose recipe must have a sampler, and gives both.
pub(crate) fn notices(reading: &Reading) -> Vec<&str> {
    reading
        .notices
        .iter()
        .map(|notice| notice.code.as_str())
        .collect()
}

// PNG

/// A chunk with its checksum.
pub(crate) fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(&kind);
    sum.update(data);
    [
        &(data.len() as u32).to_be_bytes(),
        &kind[..],
        data,
        &sum.sum().to_be_bytes(),
    ]
    .concat()
}

/// A PNG of 64 by 48 with these chunks before its pixels.
pub(crate) fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    png_around(&chunks.concat(), &[])
}

/// A PNG with chunks before and after its pixels.
pub(crate) fn png_around(before: &[u8], after: &[u8]) -> Vec<u8> {
    let header = [
        &64_u32.to_be_bytes()[..],
        &48_u32.to_be_bytes(),
        &[8, 2, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1a\n",
        &chunk(*b"IHDR", &header)[..],
        before,
        &chunk(*b"IDAT", &[0; 64]),
        after,
        &chunk(*b"IEND", &[]),
    ]
    .concat()
}

/// A `tEXt` chunk.
pub(crate) fn text(key: &str, text: &str) -> Vec<u8> {
    chunk(*b"tEXt", format!("{key}\0{text}").as_bytes())
}

/// A `zTXt` chunk.
pub(crate) fn ztext(key: &str, text: &[u8]) -> Vec<u8> {
    chunk(
        *b"zTXt",
        &[key.as_bytes(), &[0, 0], &deflate(text)].concat(),
    )
}

/// An `iTXt` chunk, packed or not.
pub(crate) fn itext(key: &str, text: &str, packed: bool) -> Vec<u8> {
    let body = if packed {
        deflate(text.as_bytes())
    } else {
        text.as_bytes().to_vec()
    };
    chunk(
        *b"iTXt",
        &[
            key.as_bytes(),
            &[0, u8::from(packed), 0],
            b"en\0",
            b"\0",
            &body,
        ]
        .concat(),
    )
}

/// A zlib stream.
pub(crate) fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

// EXIF

/// A TIFF blob: ASCII entries of the first directory, an orientation, and a user comment.
pub(crate) fn tiff(
    ascii: &[(u16, &str)],
    orientation: Option<u16>,
    comment: Option<&[u8]>,
) -> Vec<u8> {
    let count = ascii.len() + usize::from(orientation.is_some()) + usize::from(comment.is_some());
    let mut data_at = (8 + 2 + count * 12 + 4) as u32;
    let mut entries = (count as u16).to_le_bytes().to_vec();
    let mut data = Vec::new();
    let mut add = |tag: u16, kind: u16, value: &[u8]| {
        entries.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        entries.extend((value.len() as u32).to_le_bytes());
        entries.extend(data_at.to_le_bytes());
        data.extend_from_slice(value);
        data_at += value.len() as u32;
    };
    for (tag, value) in ascii {
        add(*tag, 2, format!("{value}\0\0\0\0").as_bytes());
    }
    if let Some(comment) = comment {
        add(0x9286, 7, comment);
    }
    if let Some(turn) = orientation {
        entries.extend([0x0112_u16.to_le_bytes(), 3_u16.to_le_bytes()].concat());
        entries.extend(1_u32.to_le_bytes());
        entries.extend(u32::from(turn).to_le_bytes());
    }
    [&b"II\x2a\0\x08\0\0\0"[..], &entries, &[0; 4], &data].concat()
}

/// A user comment in UTF-16 with its character set.
pub(crate) fn unicode_comment(text: &str, big: bool) -> Vec<u8> {
    let units = text.encode_utf16();
    let bytes = units.flat_map(|unit| {
        if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    });
    b"UNICODE\0".iter().copied().chain(bytes).collect()
}

// JPEG

/// A JPEG of 64 by 48 with these segments.
pub(crate) fn jpeg(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let frame = (0xc0, vec![8, 0, 48, 0, 64, 1, 1, 0x11, 0]);
    for (marker, body) in segments.iter().chain([&frame]) {
        file.extend([0xff, *marker]);
        file.extend((body.len() as u16 + 2).to_be_bytes());
        file.extend(body);
    }
    file.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
    file
}

// WebP

/// A WebP of 64 by 48 with these chunks.
pub(crate) fn webp(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    let header = (b"VP8X", vec![8, 0, 0, 0, 63, 0, 0, 47, 0, 0]);
    for (kind, data) in [&header].into_iter().chain(chunks) {
        body.extend_from_slice(*kind);
        body.extend((data.len() as u32).to_le_bytes());
        body.extend(data);
        body.extend(vec![0; data.len() % 2]);
    }
    [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
}

// MP4 and AVIF

/// A box around its parts.
pub(crate) fn boxed(kind: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&(body.len() as u32 + 8).to_be_bytes(), &kind[..], &body].concat()
}

/// An MP4 of 64 by 48 and 2.5 seconds, with this after its track.
pub(crate) fn mp4(rest: &[u8]) -> Vec<u8> {
    let header = [
        &[0; 12][..],
        &1000_u32.to_be_bytes(),
        &2500_u32.to_be_bytes(),
        &[0; 80],
    ]
    .concat();
    let mut track = vec![0; 84];
    track[40..44].copy_from_slice(&0x1_0000_u32.to_be_bytes());
    track[76..80].copy_from_slice(&(64_u32 << 16).to_be_bytes());
    track[80..84].copy_from_slice(&(48_u32 << 16).to_be_bytes());
    let movie = boxed(
        *b"moov",
        &[
            &boxed(*b"mvhd", &[&header]),
            &boxed(*b"trak", &[&boxed(*b"tkhd", &[&track])]),
            rest,
        ],
    );
    [
        boxed(*b"ftyp", &[b"isom\0\0\0\0isom"]),
        boxed(*b"mdat", &[&[7; 100]]),
        movie,
    ]
    .concat()
}

/// A text tag of an `ilst`.
pub(crate) fn tag(kind: [u8; 4], text: &str) -> Vec<u8> {
    boxed(
        kind,
        &[&boxed(
            *b"data",
            &[&[0, 0, 0, 1, 0, 0, 0, 0], text.as_bytes()],
        )],
    )
}

// Matroska

/// An element around its content.
pub(crate) fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = (content.len() as u64 | 0x0100_0000_0000_0000).to_be_bytes();
    [id, &size, content].concat()
}

/// A WebM of 64 by 48 and 2.5 seconds with these tags.
pub(crate) fn webm(tags: &[(&str, &str)]) -> Vec<u8> {
    let head = element(&[0x1a, 0x45, 0xdf, 0xa3], &element(&[0x42, 0x82], b"webm"));
    let info = element(
        &[0x15, 0x49, 0xa9, 0x66],
        &element(&[0x44, 0x89], &2500_f64.to_be_bytes()),
    );
    let size = [element(&[0xb0], &[64]), element(&[0xba], &[48])].concat();
    let track = element(&[0xae], &element(&[0xe0], &size));
    let tracks = element(&[0x16, 0x54, 0xae, 0x6b], &track);
    let simple: Vec<u8> = tags
        .iter()
        .flat_map(|(name, value)| {
            let name = element(&[0x45, 0xa3], name.as_bytes());
            element(
                &[0x67, 0xc8],
                &[name, element(&[0x44, 0x87], value.as_bytes())].concat(),
            )
        })
        .collect();
    let tags = element(&[0x12, 0x54, 0xc3, 0x67], &element(&[0x73, 0x73], &simple));
    let cluster = element(&[0x1f, 0x43, 0xb6, 0x75], &[9; 300]);
    let segment = element(
        &[0x18, 0x53, 0x80, 0x67],
        &[info, tracks, cluster, tags].concat(),
    );
    [head, segment].concat()
}

// Generations

/// An executed graph of the plainest kind.
pub(crate) const PROMPT: &str = r#"{
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd/foxes.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 768, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red fox in snow", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
    "3": {"class_type": "KSampler", "inputs": {"seed": 18446744073709551615, "steps": 21, "cfg": 6.5,
        "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 1, "model": ["4", 0],
        "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "fox", "images": ["8", 0]}}
}"#;

/// An infotext of the plainest kind.
pub(crate) const INFOTEXT: &str = "a red fox in snow\nNegative prompt: blurry\nSteps: 21, Sampler: DPM++ 2M, \
    Schedule type: Karras, CFG scale: 6.5, Seed: 18446744073709551615, Size: 512x768, Model: foxes";

/// Asserts that a reading holds the plain generation, from either tool.
pub(crate) fn assert_fox(reading: &Reading) {
    let recipe = &reading.recipe;
    let run = recipe.primary().expect("a sampler");
    assert_eq!(
        (recipe.positive.as_str(), recipe.negative.as_str()),
        ("a red fox in snow", "blurry")
    );
    assert_eq!(
        (run.seed, run.steps, run.cfg),
        (Some(u64::MAX), Some(21), Some(6.5))
    );
    assert_eq!(recipe.size, Some((512, 768)));
    assert_eq!(recipe.models.len(), 1);
    assert!(!reading.unparsed);
}
