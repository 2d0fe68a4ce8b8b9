//! Decoded pixels, and what is done to them on the way to a thumbnail.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::metadata::Orientation;

/// Pixels with 8 bits for each channel, row by row from the top, alpha not premultiplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Four channels with alpha, else three.
    pub(crate) alpha: bool,
    pub(crate) pixels: Vec<u8>,
}

impl Raster {
    /// Bytes of one pixel.
    pub(crate) fn depth(&self) -> usize {
        if self.alpha { 4 } else { 3 }
    }

    /// From 8-bit grey, with or without alpha.
    pub(crate) fn from_grey(width: u32, height: u32, alpha: bool, grey: &[u8]) -> Self {
        let mut pixels =
            Vec::with_capacity(grey.len() / (1 + usize::from(alpha)) * (3 + usize::from(alpha)));
        if alpha {
            for &[l, a] in grey.as_chunks::<2>().0 {
                pixels.extend([l, l, l, a]);
            }
        } else {
            for &l in grey {
                pixels.extend([l, l, l]);
            }
        }
        Self {
            width,
            height,
            alpha,
            pixels,
        }
    }

    /// Whether some pixel lets the ground through.
    fn is_translucent(&self) -> bool {
        self.alpha
            && self
                .pixels
                .as_chunks::<4>()
                .0
                .iter()
                .any(|pixel| pixel[3] != 255)
    }

    /// A copy of `width` times `height`; `None` when the pixels do not fill the size.
    pub(crate) fn resized(&self, resizer: &mut Resizer, width: u32, height: u32) -> Option<Self> {
        let kind = if self.alpha {
            PixelType::U8x4
        } else {
            PixelType::U8x3
        };
        let source = ImageRef::new(self.width, self.height, &self.pixels, kind).ok()?;
        let mut target = Image::new(width, height, kind);
        // Premultiplying keeps the colour of invisible pixels out of the edges; opaque pictures,
        // even those with an alpha channel, do not need it.
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .use_alpha(self.is_translucent());
        resizer.resize(&source, &mut target, &options).ok()?;
        Some(Self {
            width,
            height,
            alpha: self.alpha,
            pixels: target.into_vec(),
        })
    }

    /// The picture as it is meant to be seen.
    pub(crate) fn oriented(self, orientation: Orientation) -> Self {
        if self.alpha {
            self.turned::<4>(orientation)
        } else {
            self.turned::<3>(orientation)
        }
    }

    fn turned<const N: usize>(self, orientation: Orientation) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        let source = self.pixels.as_chunks::<N>().0;
        let sideways = swaps_edges(orientation);
        let (out_width, out_height) = if sideways {
            (height, width)
        } else {
            (width, height)
        };
        let (right, bottom) = (width.saturating_sub(1), height.saturating_sub(1));
        if orientation == Orientation::NoTransforms {
            return self;
        }
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..out_height {
            for x in 0..out_width {
                let (from_x, from_y) = came_from(orientation, (right, bottom), (x, y));
                pixels.extend_from_slice(&source[from_y * width + from_x]);
            }
        }
        Self {
            width: out_width as u32,
            height: out_height as u32,
            alpha: self.alpha,
            pixels,
        }
    }

    /// The picture without transparency, on a white ground.
    pub(crate) fn on_white(&self) -> Self {
        if !self.alpha {
            return self.clone();
        }
        let blend = |colour: u8, alpha: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        };
        let pixels = self.pixels.as_chunks::<4>().0;
        let pixels = pixels
            .iter()
            .flat_map(|&[r, g, b, a]| [blend(r, a), blend(g, a), blend(b, a)])
            .collect();
        Self {
            alpha: false,
            pixels,
            ..*self
        }
    }

    /// The pixels with an alpha channel.
    pub(crate) fn to_rgba(&self) -> Vec<u8> {
        if self.alpha {
            return self.pixels.clone();
        }
        self.pixels
            .as_chunks::<3>()
            .0
            .iter()
            .flat_map(|&[r, g, b]| [r, g, b, 255])
            .collect()
    }
}

/// Where the pixel at `(x, y)` of a turned picture lay before, in a picture whose last column and row are these.
pub(crate) fn came_from(
    orientation: Orientation,
    (right, bottom): (usize, usize),
    (x, y): (usize, usize),
) -> (usize, usize) {
    match orientation {
        Orientation::NoTransforms => (x, y),
        Orientation::FlipHorizontal => (right - x, y),
        Orientation::Rotate180 => (right - x, bottom - y),
        Orientation::FlipVertical => (x, bottom - y),
        Orientation::Rotate90FlipH => (y, x),
        Orientation::Rotate90 => (y, bottom - x),
        Orientation::Rotate270FlipH => (right - y, bottom - x),
        Orientation::Rotate270 => (right - y, x),
    }
}

/// Whether width and height change places.
pub(crate) fn swaps_edges(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The eight letters F of the EXIF standard, as the first row and column that each shows for
    /// a picture of 2 by 3 pixels numbered 1 to 6.
    #[test]
    fn each_orientation_turns_as_exif_says() {
        let expected: [(u8, u32, [u8; 6]); 8] = [
            (1, 2, [1, 2, 3, 4, 5, 6]),
            (2, 2, [2, 1, 4, 3, 6, 5]),
            (3, 2, [6, 5, 4, 3, 2, 1]),
            (4, 2, [5, 6, 3, 4, 1, 2]),
            (5, 3, [1, 3, 5, 2, 4, 6]),
            (6, 3, [5, 3, 1, 6, 4, 2]),
            (7, 3, [6, 4, 2, 5, 3, 1]),
            (8, 3, [2, 4, 6, 1, 3, 5]),
        ];
        for (exif, width, order) in expected {
            let picture = Raster::from_grey(2, 3, false, &[1, 2, 3, 4, 5, 6]);
            let orientation = Orientation::from_exif(exif).expect("1 to 8");
            let turned = picture.oriented(orientation);
            assert_eq!(turned.width, width, "orientation {exif}");
            assert_eq!(
                turned,
                Raster::from_grey(width, 6 / width, false, &order),
                "{exif}"
            );
        }
    }

    #[test]
    fn the_colour_of_invisible_pixels_does_not_bleed() {
        let pixels = [[255, 0, 0, 0], [0, 255, 0, 255]].concat().repeat(32);
        let picture = Raster {
            width: 8,
            height: 8,
            alpha: true,
            pixels,
        };
        let small = picture.resized(&mut Resizer::new(), 2, 2).expect("fits");
        for pixel in small.pixels.chunks_exact(4) {
            assert_eq!(pixel[0], 0, "no red may appear");
            assert!(pixel[1] > 250);
        }
    }
}
