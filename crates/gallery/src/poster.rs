//! A still frame of a video or AVIF, through ffmpeg when the machine has it.
//!
//! AVIF takes this way too: the AV1 decoders at hand end the whole process when a file makes them
//! panic, so they may only run in a process of their own.

use std::{path::Path, process::Stdio, time::Duration};

use domain::{image::Format, problem::ProblemKind};
use tokio::process::Command;

use crate::error::Error;

/// How long ffmpeg may take for one frame.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether files of this kind are drawn from a frame.
pub(crate) fn is_needed(format: Format) -> bool {
    format.is_video() || format == Format::Avif
}

/// The error for a file without a frame to draw.
pub(crate) fn no_poster() -> Error {
    Error::told(
        ProblemKind::Invalid,
        "This file has no preview, because ffmpeg was not found or could not read it. It is \
         untouched and opens in the viewer; install ffmpeg to see previews.",
    )
}

/// Whether ffmpeg can be run, and its version line.
pub(crate) async fn version() -> Option<String> {
    let output = Command::new("ffmpeg").arg("-version").output().await.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().map(str::to_owned)
}

/// The first frame of a file as PNG, at most 1024 pixels long. The argument list is fixed; the
/// file is named as `file:` so that its name can never be read as an option or another protocol.
pub(crate) async fn frame(path: &Path) -> Result<Vec<u8>, Error> {
    let mut source = std::ffi::OsString::from("file:");
    source.push(path);
    let run = Command::new("ffmpeg")
        .args([
            "-nostdin",
            "-v",
            "error",
            "-protocol_whitelist",
            "file",
            "-i",
        ])
        .arg(source)
        .args(["-frames:v", "1", "-an", "-sn", "-threads", "1"])
        .args([
            "-vf",
            "scale='min(1024,iw)':'min(1024,ih)':force_original_aspect_ratio=decrease",
        ])
        .args(["-f", "image2pipe", "-c:v", "png", "pipe:1"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    match tokio::time::timeout(PATIENCE, run).await {
        Ok(Ok(output)) if output.status.success() && !output.stdout.is_empty() => Ok(output.stdout),
        _ => Err(no_poster()),
    }
}
