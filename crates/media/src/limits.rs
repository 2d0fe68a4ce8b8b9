//! How much a picture may take.

use crate::error::{Excess, MediaError};

/// Bounds on a picture, checked from its header before anything is decoded.
///
/// Only the first frame of an animation is ever decoded, so the number of frames needs no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of the whole picture.
    pub max_pixels: u64,
    /// Pixels of its longer edge.
    pub max_edge: u32,
    /// Bytes of the decoded picture; a decoder may need up to three times as much while it works.
    pub max_alloc: u64,
}

impl Default for Limits {
    /// 150 megapixels, 32,768 pixels along an edge, 1 GiB decoded.
    fn default() -> Self {
        Self {
            max_pixels: 150_000_000,
            max_edge: 32_768,
            max_alloc: 1 << 30,
        }
    }
}

impl Limits {
    /// Checks the size that a header claims, with `depth` bytes for each decoded pixel.
    pub(crate) fn check(&self, width: u32, height: u32, depth: u64) -> Result<(), MediaError> {
        let pixels = u64::from(width) * u64::from(height);
        let measures = [
            (
                Excess::Edge,
                u64::from(width.max(height)),
                u64::from(self.max_edge),
            ),
            (Excess::Pixels, pixels, self.max_pixels),
            (Excess::Bytes, pixels.saturating_mul(depth), self.max_alloc),
        ];
        for (excess, found, limit) in measures {
            if found > limit {
                return Err(MediaError::TooLarge {
                    excess,
                    found,
                    limit,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_exceeded_measure_is_named() {
        let limits = Limits::default();
        assert_eq!(limits.check(1, 32_768, 4), Ok(()));
        let edge = limits.check(65_535, 65_535, 4);
        assert!(matches!(
            edge,
            Err(MediaError::TooLarge {
                excess: Excess::Edge,
                ..
            })
        ));
        let pixels = limits.check(30_000, 30_000, 4);
        assert!(matches!(
            pixels,
            Err(MediaError::TooLarge {
                excess: Excess::Pixels,
                ..
            })
        ));
        let bytes = limits.check(12_000, 12_000, 8);
        assert!(matches!(
            bytes,
            Err(MediaError::TooLarge {
                excess: Excess::Bytes,
                ..
            })
        ));
    }
}
