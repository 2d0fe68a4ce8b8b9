//! Measures this crate on one core: `cargo run --release -p media --example speed`.
#![expect(clippy::print_stdout, reason = "a measurement prints what it measured")]
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made shall fail"
)]

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use domain::{
    image::{Format, ThumbSize},
    time::Timestamp,
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use media::{
    Limits,
    archive::{Entry, Layout, Segment, crc32},
    strip, thumbnails,
};

/// Long enough to be steady, short enough to be run often.
const SPAN: Duration = Duration::from_secs(4);

fn main() {
    let pictures: Vec<RgbImage> = (0..20).map(picture).collect();
    let encode = |format| -> Vec<Vec<u8>> {
        pictures
            .iter()
            .map(|picture| file(&picture.clone().into(), format))
            .collect()
    };
    let png = encode(ImageFormat::Png);
    println!(
        "PNG pictures of 0.80 megapixels, {:.2} MB each",
        total(&png) / 20e6
    );
    per_second("PNG -> 256", &png, &[ThumbSize::Small]);
    per_second("PNG -> 512", &png, &[ThumbSize::Medium]);
    per_second("PNG -> 1024", &png, &[ThumbSize::Large]);
    per_second(
        "PNG -> 512 and 256",
        &png,
        &[ThumbSize::Medium, ThumbSize::Small],
    );
    per_second("PNG -> all three", &png, &ThumbSize::ALL);
    per_second(
        "JPEG -> 256",
        &encode(ImageFormat::Jpeg),
        &[ThumbSize::Small],
    );
    per_second(
        "WebP, lossless -> 256",
        &encode(ImageFormat::WebP),
        &[ThumbSize::Small],
    );
    for size in ThumbSize::ALL {
        let bytes: usize = png
            .iter()
            .map(|file| made(file, &[size]).images[0].1.len())
            .sum();
        println!("{:>28} {:>9.1} kB each", size.pixels(), bytes as f64 / 20e3);
    }
    let copies = repeat(png.len(), |at| drop(strip(&png[at], Format::Png).unwrap()));
    println!(
        "{:>28} {:>9.0} MB/s",
        "strip PNG",
        copies * total(&png) / 20e6
    );
    archive(&png);
}

fn made(file: &[u8], sizes: &[ThumbSize]) -> media::Thumbnails {
    thumbnails(file, Format::Png, sizes, &Limits::default()).unwrap()
}

fn per_second(what: &str, files: &[Vec<u8>], sizes: &[ThumbSize]) {
    let rate = repeat(files.len(), |at| drop(made(&files[at], sizes)));
    println!("{what:>28} {rate:>9.1} per second");
}

/// How often per second of one core `work` can be done.
fn repeat(count: usize, mut work: impl FnMut(usize)) -> f64 {
    (0..count.min(3)).for_each(&mut work);
    let (start, used) = (Instant::now(), core_seconds());
    let mut done = 0;
    while start.elapsed() < SPAN {
        work(done % count);
        done += 1;
    }
    let seconds = match (used, core_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_secs_f64(),
    };
    done as f64 / seconds
}

/// Seconds that this thread had a core to itself, so that other work on the machine counts less.
/// Linux says so; elsewhere the clock on the wall has to do.
fn core_seconds() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = status.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

fn total(files: &[Vec<u8>]) -> f64 {
    files.iter().map(Vec::len).sum::<usize>() as f64
}

fn archive(files: &[Vec<u8>]) {
    let rate = repeat(files.len(), |at| {
        std::hint::black_box(crc32(&files[at]));
    });
    println!("{:>28} {:>9.0} MB/s", "CRC-32", rate * total(files) / 20e6);
    let entries = |count: usize| -> Vec<Entry> {
        let entry = |n: usize| Entry {
            name: format!("folder/picture {n:06}.png"),
            size: files[n % files.len()].len() as u64,
            crc32: 0,
            modified: Timestamp(1_780_236_239_000),
        };
        (0..count).map(entry).collect()
    };
    let start = Instant::now();
    let layout = Layout::new(entries(50_000));
    println!(
        "{:>28} {:>9.1} ms",
        "layout of 50,000 files",
        start.elapsed().as_secs_f64() * 1e3
    );
    let start = Instant::now();
    let (mut buffer, mut sent) = (Vec::new(), 0);
    for segment in layout.segments(0..layout.len()) {
        match segment {
            Segment::Bytes(bytes) => sent += bytes.len(),
            Segment::Entry { index, offset, len } => {
                let file = &files[index % files.len()];
                buffer.clear();
                buffer.extend_from_slice(&file[offset as usize..][..len as usize]);
                sent += buffer.len();
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{:>28} {:>9.0} MB/s",
        "sending it, with a copy",
        sent as f64 / 1e6 / seconds
    );
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Something like a generated picture: soft light, curves with edges, fine grain in some places.
fn picture(seed: u32) -> RgbImage {
    let shift = seed as f32 * 0.7;
    let mut noise = seed.wrapping_mul(0x9e37_79b9) | 1;
    RgbImage::from_fn(1024, 784, |x, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let (x, y) = (x as f32 / 160.0 + shift, y as f32 / 160.0);
        let bands = ((x + (y * 1.7).sin()) * 3.0).sin() * ((y - (x * 0.9).cos()) * 2.0).cos();
        let edge = if (bands * 2.0 + x.sin()).fract().abs() < 0.08 {
            40.0
        } else {
            0.0
        };
        let grain = (noise >> 24) as f32 / 255.0 * 10.0 * (0.3 + bands.abs());
        let channel = |phase: f32| {
            let light = 128.0 + 90.0 * (bands + phase + x * 0.3).sin() + edge + grain;
            light.clamp(0.0, 255.0) as u8
        };
        Rgb([channel(0.0), channel(0.8), channel(1.9)])
    })
}
