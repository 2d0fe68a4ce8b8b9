//! A picture while it is painted: floating point pixels, and soft-edged marks on them.

use crate::{
    palette::{Color, blend},
    random::Random,
};

/// Length of a vector; `hypot` guards against overflows that pixels never reach, at a price.
#[inline]
pub(crate) fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

/// A picture in sRGB with channels from 0 to 1; marks may overshoot until it is finished.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pixels: Vec<Color>,
}

impl Canvas {
    /// A picture of one colour.
    pub(crate) fn new(width: usize, height: usize, color: Color) -> Self {
        Self {
            width,
            height,
            pixels: vec![color; width * height],
        }
    }

    /// A picture painted pixel by pixel: `color(x, y)` of each pixel's centre.
    pub(crate) fn painted(width: usize, height: usize, color: impl Fn(f32, f32) -> Color) -> Self {
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            pixels.extend((0..width).map(|x| color(x as f32 + 0.5, y as f32 + 0.5)));
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The colour of a pixel; the nearest one for places outside.
    pub(crate) fn get(&self, x: f32, y: f32) -> Color {
        let x = (x.max(0.0) as usize).min(self.width - 1);
        let y = (y.max(0.0) as usize).min(self.height - 1);
        self.pixels[y * self.width + x]
    }

    /// Changes every pixel of the box: `change(x, y, color)`.
    pub(crate) fn change(
        &mut self,
        (left, top, right, bottom): (f32, f32, f32, f32),
        mut change: impl FnMut(f32, f32, &mut Color),
    ) {
        let columns = span(left, right, self.width);
        for y in span(top, bottom, self.height) {
            let row = &mut self.pixels[y * self.width..(y + 1) * self.width];
            for x in columns.clone() {
                change(x as f32 + 0.5, y as f32 + 0.5, &mut row[x]);
            }
        }
    }

    /// A filled circle.
    pub(crate) fn disc(&mut self, (x, y): (f32, f32), radius: f32, color: Color, alpha: f32) {
        let reach = radius + 1.0;
        self.change(
            (x - reach, y - reach, x + reach, y + reach),
            |px, py, pixel| {
                let cover = radius + 0.5 - length(px - x, py - y);
                if cover > 0.0 {
                    *pixel = blend(*pixel, color, alpha * cover.min(1.0));
                }
            },
        );
    }

    /// A circle's line.
    pub(crate) fn ring(
        &mut self,
        (x, y): (f32, f32),
        radius: f32,
        width: f32,
        color: Color,
        alpha: f32,
    ) {
        let reach = radius + width + 1.0;
        let alpha = alpha * width.min(1.0);
        let half = width.max(1.0) / 2.0;
        self.change(
            (x - reach, y - reach, x + reach, y + reach),
            |px, py, pixel| {
                let cover = half + 0.5 - (length(px - x, py - y) - radius).abs();
                if cover > 0.0 {
                    *pixel = blend(*pixel, color, alpha * cover.min(1.0));
                }
            },
        );
    }

    /// Light that fades with the square of the distance, added as a screen.
    pub(crate) fn glow(&mut self, (x, y): (f32, f32), radius: f32, color: Color, strength: f32) {
        let inverse = 1.0 / (radius * radius);
        self.change(
            (x - radius, y - radius, x + radius, y + radius),
            |px, py, pixel| {
                let distance = ((px - x).powi(2) + (py - y).powi(2)) * inverse;
                if distance < 1.0 {
                    let light = (1.0 - distance).powi(3) * strength;
                    for (channel, lit) in pixel.iter_mut().zip(color) {
                        *channel += (1.0 - *channel).max(0.0) * lit * light;
                    }
                }
            },
        );
    }

    /// A straight piece of a line with flat ends, so that pieces of a curve do not overlap.
    pub(crate) fn stroke(
        &mut self,
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        color: Color,
        alpha: f32,
    ) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let whole = length(dx, dy).max(1e-3);
        let (ux, uy) = (dx / whole, dy / whole);
        let alpha = alpha * width.min(1.0);
        let half = width.max(1.0) / 2.0;
        let reach = half + 1.0;
        let area = (
            from.0.min(to.0) - reach,
            from.1.min(to.1) - reach,
            from.0.max(to.0) + reach,
            from.1.max(to.1) + reach,
        );
        self.change(area, |px, py, pixel| {
            let (x, y) = (px - from.0, py - from.1);
            let along = x * ux + y * uy;
            let side = half + 0.5 - (x * uy - y * ux).abs();
            if side > 0.0 && along >= 0.0 && along < whole {
                *pixel = blend(*pixel, color, alpha * side.min(1.0));
            }
        });
    }

    /// A filled upright box with soft edges.
    pub(crate) fn block(
        &mut self,
        (left, top, right, bottom): (f32, f32, f32, f32),
        color: Color,
        alpha: f32,
    ) {
        self.change(
            (left - 1.0, top - 1.0, right + 1.0, bottom + 1.0),
            |x, y, pixel| {
                let wide = (x - left + 0.5).min(right - x + 0.5).clamp(0.0, 1.0);
                let tall = (y - top + 0.5).min(bottom - y + 0.5).clamp(0.0, 1.0);
                *pixel = blend(*pixel, color, alpha * wide * tall);
            },
        );
    }

    /// The finished picture as 8-bit RGB rows: corners darkened a little, and soft film grain.
    pub(crate) fn finish(self, grain: f32, vignette: f32, seed: u64) -> Vec<u8> {
        let mut random = Random::new(seed, 0x67);
        let mut out = Vec::with_capacity(self.pixels.len() * 3);
        let (cx, cy) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        let inverse = 1.0 / (cx * cx + cy * cy);
        let mut state = random.next() as u32 | 1;
        for (y, row) in self.pixels.chunks_exact(self.width).enumerate() {
            let dy = (y as f32 - cy).powi(2);
            let mut last = 0.0;
            for (x, pixel) in row.iter().enumerate() {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                // The difference of two bytes is a triangle around zero; following its left
                // neighbour half-way makes it look like grain and not like sand.
                let spark = (state & 0xff) as f32 - (state >> 8 & 0xff) as f32;
                last = last * 0.4 + spark * grain * (1.0 / 128.0);
                let light = 255.0 * (1.0 - vignette * ((x as f32 - cx).powi(2) + dy) * inverse);
                out.extend(pixel.map(|channel| (channel * light + last + 0.5) as u8));
            }
        }
        out
    }
}

fn span(low: f32, high: f32, limit: usize) -> std::ops::Range<usize> {
    let end = (high.ceil().max(0.0) as usize).min(limit);
    (low.floor().max(0.0) as usize).min(end)..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_outside_the_picture_are_cut() {
        let mut canvas = Canvas::new(8, 6, [0.0; 3]);
        canvas.disc((-50.0, 3.0), 10.0, [1.0; 3], 1.0);
        canvas.stroke((-5.0, -5.0), (40.0, 40.0), 2.0, [1.0; 3], 1.0);
        canvas.block((6.0, 4.0, 90.0, 90.0), [1.0, 0.0, 0.0], 1.0);
        let bytes = canvas.finish(0.0, 0.0, 1);
        assert_eq!(bytes.len(), 8 * 6 * 3);
        assert_eq!(bytes[(8 * 5 + 7) * 3..], [255, 0, 0]);
    }
}
