//! Smooth chance: gradient noise, and fields of it on a coarse grid that are cheap to look up.

use crate::random::mix;

/// The largest whole number not above `x`; without SSE 4.1 the standard one is a call.
#[inline]
pub(crate) fn floor(x: f32) -> i32 {
    let near = x as i32;
    near - i32::from((near as f32) > x)
}

/// Two-dimensional gradient noise of one seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noise(u32);

impl Noise {
    /// The noise of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed, 0x6e6f) as u32)
    }

    #[inline]
    fn gradient(self, x: i32, y: i32, dx: f32, dy: f32) -> f32 {
        let mut h =
            (x as u32).wrapping_mul(0x85eb_ca6b) ^ (y as u32).wrapping_mul(0xc2b2_ae35) ^ self.0;
        h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
        h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
        h ^= h >> 15;
        // Eight directions are enough once octaves are added.
        let (u, v) = if h & 4 == 0 { (dx, dy) } else { (dy, dx) };
        let u = if h & 1 == 0 { u } else { -u };
        let v = if h & 2 == 0 { v } else { -v };
        u + v * 0.6
    }

    /// About -1 to 1, changing over a distance of 1.
    #[inline]
    pub(crate) fn at(self, x: f32, y: f32) -> f32 {
        let (left, top) = (floor(x), floor(y));
        let (dx, dy) = (x - left as f32, y - top as f32);
        let fade = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let (u, v) = (fade(dx), fade(dy));
        let a = self.gradient(left, top, dx, dy);
        let b = self.gradient(left + 1, top, dx - 1.0, dy);
        let c = self.gradient(left, top + 1, dx, dy - 1.0);
        let d = self.gradient(left + 1, top + 1, dx - 1.0, dy - 1.0);
        let upper = a + (b - a) * u;
        (upper + (c + (d - c) * u - upper) * v) * 1.25
    }

    /// Several octaves, each half as strong and twice as fine; about -1 to 1.
    pub(crate) fn octaves(self, x: f32, y: f32, count: u32) -> f32 {
        let (mut sum, mut strength, mut scale) = (0.0, 0.55, 1.0);
        for octave in 0..count {
            let other = Self(self.0.wrapping_add(octave.wrapping_mul(0x9e37_79b9)));
            sum += other.at(x * scale, y * scale) * strength;
            strength *= 0.5;
            scale *= 2.03;
        }
        sum
    }

    /// Octaves folded at zero: sharp crests as of mountains; about 0 to 1.
    pub(crate) fn ridges(self, x: f32, y: f32, count: u32) -> f32 {
        let (mut sum, mut strength, mut scale) = (0.0, 0.5, 1.0);
        for octave in 0..count {
            let other = Self(self.0.wrapping_add(octave.wrapping_mul(0x9e37_79b9)));
            let fold = 1.0 - other.at(x * scale, y * scale).abs();
            sum += fold * fold * strength;
            strength *= 0.5;
            scale *= 2.03;
        }
        sum
    }
}

/// A smooth function of the picture's pixels, kept on a coarse grid and blended in between.
pub(crate) struct Field {
    columns: usize,
    rows: usize,
    inverse: f32,
    values: Vec<f32>,
}

impl Field {
    /// Evaluates `value(x, y)` (pixels) every few pixels of a picture of this size.
    pub(crate) fn new(width: usize, height: usize, value: impl Fn(f32, f32) -> f32) -> Self {
        let step = (width.min(height) / 128).clamp(2, 6);
        let (columns, rows) = (width / step + 2, height / step + 2);
        let mut values = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                values.push(value((column * step) as f32, (row * step) as f32));
            }
        }
        Self {
            columns,
            rows,
            inverse: 1.0 / step as f32,
            values,
        }
    }

    /// The value at a pixel; outside the picture the edge goes on.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let x = (x * self.inverse).clamp(0.0, (self.columns - 2) as f32 + 0.999);
        let y = (y * self.inverse).clamp(0.0, (self.rows - 2) as f32 + 0.999);
        let (column, row) = (
            (x as usize).min(self.columns - 2),
            (y as usize).min(self.rows - 2),
        );
        let (dx, dy) = (x - column as f32, y - row as f32);
        let index = row * self.columns + column;
        let (a, b) = (self.values[index], self.values[index + 1]);
        let (c, d) = (
            self.values[index + self.columns],
            self.values[index + self.columns + 1],
        );
        let upper = a + (b - a) * dx;
        upper + (c + (d - c) * dx - upper) * dy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_smooth_and_bounded() {
        let noise = Noise::new(3);
        let mut before = noise.at(-20.0, 0.3);
        for step in 1..4000 {
            let now = noise.at(-20.0 + step as f32 * 0.01, 0.3);
            assert!(now.abs() <= 1.6 && (now - before).abs() < 0.1);
            before = now;
        }
    }

    #[test]
    fn a_field_follows_its_function() {
        let field = Field::new(300, 200, |x, y| x * 0.5 - y);
        for (x, y) in [(0.0, 0.0), (13.7, 151.2), (299.0, 199.0)] {
            assert!((field.at(x, y) - (x * 0.5 - y)).abs() < 0.01);
        }
    }
}
