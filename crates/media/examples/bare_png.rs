//! The PNG decoder alone, which `cargo xtask bench` compares drawing thumbnails with:
//! `bare_png FILES` prints how many of these pictures one core decodes in a second.
#![expect(clippy::print_stdout, reason = "it is there to print a figure")]

use std::{
    error::Error,
    io::Cursor,
    time::{Duration, Instant},
};

/// Long enough to be steady.
const SPAN: Duration = Duration::from_secs(3);

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for path in std::env::args().skip(1) {
        let file = std::fs::read(path)?;
        // Some demo pictures are broken on purpose.
        if decode(&file).is_some() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err("none of these files is a PNG picture".into());
    }
    let (start, used) = (Instant::now(), core_seconds());
    let mut decoded = 0;
    for file in files.iter().cycle() {
        if start.elapsed() > SPAN {
            break;
        }
        decode(file);
        decoded += 1;
    }
    let seconds = match (used, core_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_secs_f64(),
    };
    println!("{}", f64::from(decoded) / seconds);
    Ok(())
}

fn decode(file: &[u8]) -> Option<Vec<u8>> {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut pixels).ok()?;
    Some(pixels)
}

/// Seconds that this thread had a core to itself, where the system says so.
fn core_seconds() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = status.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}
