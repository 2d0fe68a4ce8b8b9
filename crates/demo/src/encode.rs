//! From a scene to the bytes of a file, with the recipe where its generator would put it.

use domain::image::Format;
use image::{ExtendedColorType, ImageEncoder, codecs};

use crate::{
    art::{Scene, Style},
    hidden::Hidden,
    palette::Ramp,
    random::Random,
};

/// What is painted.
pub(crate) struct Picture {
    pub(crate) style: &'static Style,
    pub(crate) palette: usize,
    pub(crate) size: (u32, u32),
    pub(crate) session: u64,
    pub(crate) shot: u64,
}

/// The recipe in the form of the file that carries it.
#[derive(Debug, Default)]
pub(crate) struct Embedded {
    /// Text blocks of a PNG: keyword and text.
    pub(crate) chunks: Vec<(&'static str, String)>,
    /// Entries of the main EXIF directory (JPEG, WebP): tag and text.
    pub(crate) exif: Vec<(u16, String)>,
    /// The EXIF user comment, written as big-endian UTF-16.
    pub(crate) comment: Option<String>,
    /// An XMP packet (PNG, JPEG).
    pub(crate) xmp: Option<String>,
    /// A provenance manifest (PNG).
    pub(crate) manifest: Option<Vec<u8>>,
    /// A text in the pixels (PNG).
    pub(crate) hidden: Option<Hidden>,
}

/// Paints the picture and writes the file.
pub(crate) fn encode(picture: &Picture, format: Format, embedded: &Embedded) -> Vec<u8> {
    let hidden = embedded.hidden.as_ref();
    let size = hidden.map_or(picture.size, |hidden| hidden.room(picture.size));
    let (width, height) = size;
    let pixels = pixels(picture, size);
    let mut out = Vec::with_capacity(pixels.len() / 2 + 32_768);
    match format {
        Format::Jpeg => {
            let mut encoder = codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 88);
            if let Some(exif) = exif(embedded) {
                // Both encoders take EXIF; a writer into memory cannot fail.
                drop(encoder.set_exif_metadata(exif));
            }
            drop(encoder.write_image(&pixels, width, height, ExtendedColorType::Rgb8));
            if let Some(packet) = &embedded.xmp {
                // Behind the two bytes that start every JPEG.
                out.splice(2..2, xmp_segment(packet));
            }
        }
        Format::Webp => {
            let mut encoder = codecs::webp::WebPEncoder::new_lossless(&mut out);
            if let Some(exif) = exif(embedded) {
                drop(encoder.set_exif_metadata(exif));
            }
            drop(encoder.write_image(&pixels, width, height, ExtendedColorType::Rgb8));
        }
        _ => drop(write_png(&mut out, size, &pixels, embedded)),
    }
    out
}

fn pixels(picture: &Picture, size: (u32, u32)) -> Vec<u8> {
    let scene = Scene {
        ramp: Ramp::of(picture.palette),
        width: size.0 as usize,
        height: size.1 as usize,
        session: picture.session,
        shot: picture.shot,
    };
    let mut mood = Random::new(picture.session, 0x66);
    let (grain, vignette) = (mood.range(0.5, 1.6), mood.range(0.0, 0.16));
    (picture.style.paint)(&scene).finish(grain, vignette, picture.shot)
}

fn write_png(
    out: &mut Vec<u8>,
    size: (u32, u32),
    pixels: &[u8],
    embedded: &Embedded,
) -> Result<(), png::EncodingError> {
    let mut encoder = png::Encoder::new(out, size.0, size.1);
    encoder.set_color(if embedded.hidden.is_some() {
        png::ColorType::Rgba
    } else {
        png::ColorType::Rgb
    });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    if let Some(manifest) = &embedded.manifest {
        writer.write_chunk(png::chunk::ChunkType(*b"caBX"), manifest)?;
    }
    for (key, text) in &embedded.chunks {
        let (kind, data) = text_chunk(key, text);
        writer.write_chunk(kind, &data)?;
    }
    if let Some(packet) = &embedded.xmp {
        let data = international("XML:com.adobe.xmp", packet);
        writer.write_chunk(png::chunk::iTXt, &data)?;
    }
    match &embedded.hidden {
        Some(hidden) => writer.write_image_data(&hidden.put(pixels, size))?,
        None => writer.write_image_data(pixels)?,
    }
    writer.finish()
}

/// The APP1 segment of an XMP packet.
fn xmp_segment(packet: &str) -> Vec<u8> {
    let body = [b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat();
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&[0xff, 0xe1], &length[..], &body].concat()
}

/// `tEXt` where the text fits Latin-1, else uncompressed `iTXt`, as Pillow decides.
fn text_chunk(key: &str, text: &str) -> (png::chunk::ChunkType, Vec<u8>) {
    let mut data = Vec::with_capacity(text.len() + key.len() + 5);
    data.extend(key.as_bytes());
    data.push(0);
    for letter in text.chars() {
        if let Ok(byte) = u8::try_from(letter) {
            data.push(byte);
        } else {
            return (png::chunk::iTXt, international(key, text));
        }
    }
    (png::chunk::tEXt, data)
}

/// An uncompressed `iTXt`.
fn international(key: &str, text: &str) -> Vec<u8> {
    // The keyword's end; no compression, its method, no language, no translated keyword.
    [key.as_bytes(), &[0; 5], text.as_bytes()].concat()
}

/// The TIFF structure of an EXIF block, big-endian; `None` when there is nothing to say.
fn exif(embedded: &Embedded) -> Option<Vec<u8>> {
    if embedded.exif.is_empty() && embedded.comment.is_none() {
        return None;
    }
    let mut entries: Vec<(u16, Vec<u8>)> = embedded
        .exif
        .iter()
        .map(|(tag, text)| (*tag, [text.as_bytes(), &[0]].concat()))
        .collect();
    entries.sort_by_key(|(tag, _)| *tag);
    let count = entries.len() + usize::from(embedded.comment.is_some());
    let mut head = b"MM\0\x2a\0\0\0\x08".to_vec();
    head.extend((count as u16).to_be_bytes());
    let mut data = Vec::new();
    let after = 8 + 2 + count * 12 + 4;
    for (tag, text) in &entries {
        head.extend(tag.to_be_bytes());
        head.extend([0, 2]);
        put_value(&mut head, &mut data, text, after);
    }
    if let Some(comment) = &embedded.comment {
        if data.len() % 2 == 1 {
            data.push(0);
        }
        // Tag 0x8769 points to the EXIF directory, whose one entry is the user comment (0x9286).
        head.extend([0x87, 0x69, 0, 4, 0, 0, 0, 1]);
        head.extend(((after + data.len()) as u32).to_be_bytes());
        let mut text = b"UNICODE\0".to_vec();
        text.extend(comment.encode_utf16().flat_map(u16::to_be_bytes));
        data.extend([0, 1, 0x92, 0x86, 0, 7]);
        data.extend((text.len() as u32).to_be_bytes());
        data.extend(((after + data.len() + 8) as u32).to_be_bytes());
        data.extend([0; 4]);
        data.extend(text);
    }
    head.extend([0; 4]);
    head.extend(data);
    Some(head)
}

/// Length and value of an entry: up to four bytes in place, more behind the directory.
fn put_value(head: &mut Vec<u8>, data: &mut Vec<u8>, value: &[u8], after: usize) {
    head.extend((value.len() as u32).to_be_bytes());
    if value.len() <= 4 {
        head.extend(value);
        head.extend(std::iter::repeat_n(0, 4 - value.len()));
    } else {
        if data.len() % 2 == 1 {
            data.push(0);
        }
        head.extend(((after + data.len()) as u32).to_be_bytes());
        data.extend(value);
    }
}
