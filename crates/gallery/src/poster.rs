//! A still frame of a video or AVIF, drawn by another process.
//!
//! Videos need ffmpeg, where the machine has it. AVIF needs this program itself: the AV1 decoder ends
//! its process when a file makes it panic, so it is started again for each picture, reads the file
//! from its input and writes a PNG. Where the program cannot start itself, ffmpeg draws AVIF too.

use std::{
    io::{self, Read, Write},
    path::Path,
    process::Stdio,
    time::Duration,
};

use domain::{image::Format, problem::ProblemKind};
use tokio::process::Command;

use crate::{
    Inner,
    error::Error,
    files::{OpenFile, Place},
};

/// How long one frame may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Larger AVIF files are not drawn, in bytes.
const MOST_AVIF: u64 = 512 << 20;

/// Whether files of this kind are drawn from a frame.
pub(crate) fn is_needed(format: Format) -> bool {
    format.is_video() || format == Format::Avif
}

/// The error for a file without a frame to draw.
pub(crate) fn no_poster(format: Format) -> Error {
    let message = if format == Format::Avif {
        "This picture has no preview, because it is damaged or of a rare kind that cannot be \
         drawn. It is untouched, and its recipe is shown; the viewer may still open it."
    } else {
        "This file has no preview, because ffmpeg was not found or could not read it. It is \
         untouched and opens in the viewer; install ffmpeg to see previews."
    };
    Error::told(ProblemKind::Invalid, message)
}

/// Whether ffmpeg can be run, and its version line.
pub(crate) async fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("-version").output().await.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().map(str::to_owned)
}

/// The first frame of a file as PNG, at most 1024 pixels long. As many are drawn at a time as there
/// are workers.
pub(crate) async fn frame(inner: &Inner, place: &Place, format: Format) -> Result<Vec<u8>, Error> {
    let _turn = inner.posters.acquire().await.map_err(|_| Error::Worker)?;
    let limits = inner.options.limits;
    let open = || OpenFile::open(place).map_err(Error::file("opening a picture"));
    if let (Format::Avif, Some(program)) = (format, &inner.options.program) {
        let mut command = Command::new(program);
        command
            .arg("avif-frame")
            .args(["--max-pixels", &limits.max_pixels.to_string()])
            .args(["--max-edge", &limits.max_edge.to_string()])
            .args(["--max-decode", &limits.max_alloc.to_string()])
            .stdin(open()?.0.into_file());
        // What our own decoder refuses is not handed to another one that knows fewer limits.
        if let Ok(png) = output(command).await {
            return png.ok_or_else(|| no_poster(format));
        }
    }
    let png = output(ffmpeg(&inner.options.ffmpeg, open()?.0, limits.max_pixels)).await;
    png.ok().flatten().ok_or_else(|| no_poster(format))
}

/// Draws the AVIF picture that `input` gives and writes it to `output` as PNG, at most 1024 pixels
/// long: the other end of the process that [`Options::program`](crate::Options::program) is started for.
///
/// # Errors
/// When the input cannot be read or drawn within the limits, or the output cannot be written. A
/// hostile picture may end the process instead.
pub fn draw_avif(
    limits: &media::Limits,
    input: impl Read,
    mut output: impl Write,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    input.take(MOST_AVIF).read_to_end(&mut bytes)?;
    let png = media::avif_as_png(&bytes, limits).map_err(io::Error::other)?;
    output.write_all(&png)
}

/// The argument list is fixed: ffmpeg is given the open file, never a name, which it could read as
/// an option or another protocol.
fn ffmpeg(program: &Path, file: OpenFile, max_pixels: u64) -> Command {
    let mut command = Command::new(program);
    command
        .args([
            "-nostdin",
            "-v",
            "error",
            "-protocol_whitelist",
            "file",
            "-threads",
            "1",
            "-max_pixels",
            &max_pixels.to_string(),
            "-i",
        ])
        .arg("file:/dev/fd/0")
        .args(["-frames:v", "1", "-an", "-sn", "-threads", "1"])
        .args([
            "-vf",
            "scale='min(1024,iw)':'min(1024,ih)':force_original_aspect_ratio=decrease",
        ])
        .args(["-f", "image2pipe", "-c:v", "png", "pipe:1"])
        .stdin(file.into_file());
    command
}

/// What a program writes in the time it has; nothing when it fails.
///
/// # Errors
/// When it cannot be started.
async fn output(mut command: Command) -> io::Result<Option<Vec<u8>>> {
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let run = command.kill_on_drop(true).spawn()?.wait_with_output();
    Ok(match tokio::time::timeout(PATIENCE, run).await {
        Ok(Ok(output)) if output.status.success() && !output.stdout.is_empty() => {
            Some(output.stdout)
        }
        _ => None,
    })
}
