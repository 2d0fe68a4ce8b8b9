//! Which pixel of the result is which of the picture.

use domain::crop::{Cut, Pose};
use image::metadata::Orientation;

use crate::raster::{Raster, came_from};

/// The pixels that a cut keeps, at the size that they have.
pub(super) fn placed(picture: Raster, cut: &Cut) -> Raster {
    let way = orientation(cut.pose);
    if cut.pose.tilt == 0 {
        return taken(&picture, before(&picture, cut, way)).oriented(way);
    }
    let turned = picture.oriented(way);
    if turned.alpha {
        straightened::<4>(&turned, cut)
    } else {
        straightened::<3>(&turned, cut)
    }
}

/// Mirroring and quarter turns, which EXIF has numbers for.
fn orientation(pose: Pose) -> Orientation {
    match (pose.flip, pose.turns) {
        (false, 1) => Orientation::Rotate90,
        (false, 2) => Orientation::Rotate180,
        (false, 3) => Orientation::Rotate270,
        (false, _) => Orientation::NoTransforms,
        // Mirrored first, so a quarter turn to the right is the other diagonal.
        (true, 1) => Orientation::Rotate270FlipH,
        (true, 2) => Orientation::FlipVertical,
        (true, 3) => Orientation::Rotate90FlipH,
        (true, _) => Orientation::FlipHorizontal,
    }
}

/// A part of a picture in pixels: the first column and row, then how many.
type Part = [usize; 4];

/// The part of a picture as it lies that a cut keeps of the turned one.
fn before(picture: &Raster, cut: &Cut, way: Orientation) -> Part {
    let last = (picture.width as usize - 1, picture.height as usize - 1);
    let (x, y) = (cut.left as usize, cut.top as usize);
    let (width, height) = (cut.kept.width as usize, cut.kept.height as usize);
    let one = came_from(way, last, (x, y));
    let other = came_from(way, last, (x + width - 1, y + height - 1));
    [
        one.0.min(other.0),
        one.1.min(other.1),
        one.0.abs_diff(other.0) + 1,
        one.1.abs_diff(other.1) + 1,
    ]
}

fn taken(picture: &Raster, [left, top, width, height]: Part) -> Raster {
    let depth = picture.depth();
    let (row, start) = (picture.width as usize * depth, left * depth);
    let length = width * depth;
    let rows = picture.pixels.chunks_exact(row).skip(top);
    let mut pixels = Vec::with_capacity(length * height);
    for row in rows.take(height) {
        pixels.extend_from_slice(&row[start..start + length]);
    }
    Raster {
        width: width as u32,
        height: height as u32,
        alpha: picture.alpha,
        pixels,
    }
}

/// The cut out of a picture that is turned about its middle, each pixel from the sixteen around where it lies
/// (Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, with a = -1/2).
fn straightened<const N: usize>(picture: &Raster, cut: &Cut) -> Raster {
    let (sin, cos) = cut.pose.radians().sin_cos();
    let middle = (
        f64::from(picture.width) / 2.0,
        f64::from(picture.height) / 2.0,
    );
    let (kept, mut pixels) = (cut.kept, Vec::new());
    pixels.reserve_exact(kept.width as usize * kept.height as usize * N);
    for row in 0..kept.height {
        let y = f64::from(cut.top + row) + 0.5 - middle.1;
        for column in 0..kept.width {
            let x = f64::from(cut.left + column) + 0.5 - middle.0;
            let at = (
                x * cos + y * sin + middle.0 - 0.5,
                y * cos - x * sin + middle.1 - 0.5,
            );
            pixels.extend_from_slice(&around::<N>(picture, at));
        }
    }
    Raster {
        width: kept.width,
        height: kept.height,
        alpha: picture.alpha,
        pixels,
    }
}

/// The colour at a point between pixels; beyond an edge is what lies on it.
fn around<const N: usize>(picture: &Raster, (x, y): (f64, f64)) -> [u8; N] {
    let pixels = picture.pixels.as_chunks::<N>().0;
    let (whole_x, whole_y) = (x.floor(), y.floor());
    let (across, down) = (weights(x - whole_x), weights(y - whole_y));
    let index = |at: f64, offset: usize, length: u32| {
        let at = at as i64 + offset as i64 - 1;
        at.clamp(0, i64::from(length) - 1) as usize
    };
    let mut sum = [0.0_f32; N];
    for (row, weight_y) in down.into_iter().enumerate() {
        let start = index(whole_y, row, picture.height) * picture.width as usize;
        for (column, weight_x) in across.into_iter().enumerate() {
            let pixel = pixels[start + index(whole_x, column, picture.width)];
            // The colour of what cannot be seen does not count.
            let seen = if N == 4 {
                f32::from(pixel[N - 1])
            } else {
                255.0
            };
            let weight = weight_x * weight_y;
            for channel in 0..3 {
                sum[channel] += weight * seen * f32::from(pixel[channel]);
            }
            if N == 4 {
                sum[N - 1] += weight * seen;
            }
        }
    }
    let seen = if N == 4 { sum[N - 1] } else { 255.0 };
    let mut out = [0; N];
    for channel in 0..3 {
        let value = if seen > 0.0 { sum[channel] / seen } else { 0.0 };
        out[channel] = byte(value);
    }
    if N == 4 {
        out[N - 1] = byte(seen);
    }
    out
}

fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// How much the two pixels before and the two after a point count, which lies so far after the second.
fn weights(part: f64) -> [f32; 4] {
    let part = part as f32;
    let (square, cube) = (part * part, part * part * part);
    [
        -0.5 * cube + square - 0.5 * part,
        1.5 * cube - 2.5 * square + 1.0,
        -1.5 * cube + 2.0 * square + 0.5 * part,
        0.5 * cube - 0.5 * square,
    ]
}
