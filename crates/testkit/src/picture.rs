//! Small pictures with given texts, built byte by byte.

/// A PNG of one colour per seed with `tEXt`/`iTXt` chunks; different seeds give different bytes.
pub fn png(seed: u32, texts: &[(&str, &str)]) -> Vec<u8> {
    let (width, height) = (8_u32, 6_u32);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut bytes, *b"IHDR", &header);
    for (key, text) in texts {
        let mut data = key.as_bytes().to_vec();
        if text.is_ascii() {
            data.push(0);
            data.extend(text.as_bytes());
            chunk(&mut bytes, *b"tEXt", &data);
        } else {
            data.extend([0, 0, 0, 0, 0]);
            data.extend(text.as_bytes());
            chunk(&mut bytes, *b"iTXt", &data);
        }
    }
    let [_, red, green, blue] = seed.wrapping_mul(2_654_435_761).to_be_bytes();
    let mut row = vec![0];
    for _ in 0..width {
        row.extend([red, green, blue]);
    }
    let pixels = row.repeat(height as usize);
    chunk(&mut bytes, *b"IDAT", &stored_zlib(&pixels));
    chunk(&mut bytes, *b"IEND", &[]);
    bytes
}

/// A PNG with these pixels, four bytes each, and no text. Its side is 64 pixels.
fn translucent(rgba: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = 64_u32.to_be_bytes();
    let header = [&side[..], &side[..], &[8, 6, 0, 0, 0]].concat();
    chunk(&mut bytes, *b"IHDR", &header);
    let rows = rgba.chunks(64 * 4);
    let pixels: Vec<u8> = rows
        .flat_map(|row| std::iter::once(0).chain(row.iter().copied()))
        .collect();
    chunk(&mut bytes, *b"IDAT", &stored_zlib(&pixels));
    chunk(&mut bytes, *b"IEND", &[]);
    bytes
}

/// The same with an infotext in the lowest bits of its transparency, column by column, as the web
/// UI's extension for it writes.
pub fn stealthy(text: &str) -> Vec<u8> {
    let length = (text.len() as u32 * 8).to_be_bytes();
    let all = [b"stealth_pnginfo", &length[..], text.as_bytes()].concat();
    let bits = all
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |shift| byte >> shift & 1));
    let mut rgba = [90, 120, 160, 254].repeat(64 * 64);
    for (at, bit) in bits.enumerate() {
        let (column, row) = (at / 64, at % 64);
        rgba[(row * 64 + column) * 4 + 3] |= bit;
    }
    translucent(&rgba)
}

/// A JPEG, the first of the demo library.
pub fn jpeg() -> Vec<u8> {
    let plan = gallery::DemoPlan {
        count: u64::MAX,
        seed: 7,
        small: true,
        newest: domain::time::Timestamp(1_700_000_000_000),
    };
    let mut files = (0..1_000).map(|number| plan.file(number));
    let jpeg = files.find(|file| file.bytes.starts_with(&[0xff, 0xd8, 0xff]));
    jpeg.expect("some demo pictures are JPEG files").bytes
}

/// A chunk of a PNG put behind its header.
pub fn with_chunk(png: &[u8], kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    // Signature, and the header's length, kind, 13 bytes and checksum.
    let (head, rest) = png.split_at(8 + 4 + 4 + 13 + 4);
    let mut bytes = head.to_vec();
    chunk(&mut bytes, kind, data);
    bytes.extend(rest);
    bytes
}

/// A PNG whose header claims this size, whatever its pixels are.
pub fn claiming(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend(&png[24..29]);
    let mut bytes = png[..8].to_vec();
    chunk(&mut bytes, *b"IHDR", &header);
    bytes.extend(&png[33..]);
    bytes
}

/// A picture as AUTOMATIC1111's web UI saves it.
pub fn a1111(prompt: &str, seed: u32) -> Vec<u8> {
    let text = format!(
        "{prompt}\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, \
         Seed: {seed}, Size: 8x6, Model: dunes_v2"
    );
    png(seed, &[("parameters", &text)])
}

fn chunk(bytes: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    bytes.extend((data.len() as u32).to_be_bytes());
    let start = bytes.len();
    bytes.extend(kind);
    bytes.extend(data);
    let check = media::archive::crc32(&bytes[start..]);
    bytes.extend(check.to_be_bytes());
}

/// A zlib stream (RFC 1950) of one stored block, which needs no compressor.
fn stored_zlib(data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    let mut out = vec![0x78, 0x01, 1];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(data);
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    out.extend((high << 16 | low).to_be_bytes());
    out
}
