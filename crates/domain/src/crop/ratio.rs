//! Ratios of a width to a height.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Area, Frame};

/// Most of either side of a ratio.
const MOST: u32 = 10_000;

/// A width to a height, such as 4:5. Neither is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ratio {
    width: u32,
    height: u32,
}

impl Ratio {
    /// Those that places where pictures are shown ask for: square, portrait, photograph, screen, story.
    pub const PRESETS: [Self; 5] = [
        Self::of(1, 1),
        Self::of(4, 5),
        Self::of(3, 2),
        Self::of(16, 9),
        Self::of(9, 16),
    ];

    const fn of(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// The ratio of two lengths; `None` when one is zero or over ten thousand.
    pub fn new(width: u32, height: u32) -> Option<Self> {
        let fits = |side: u32| (1..=MOST).contains(&side);
        (fits(width) && fits(height)).then_some(Self { width, height })
    }

    /// Reads `4:5`, also with blanks and as `4/5` or `4x5`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (width, height) = text.split_once([':', '/', 'x'])?;
        Self::new(width.trim().parse().ok()?, height.trim().parse().ok()?)
    }

    /// The same lying on its side.
    #[must_use]
    pub fn turned(self) -> Self {
        Self {
            width: self.height,
            height: self.width,
        }
    }

    /// Its width for each unit of height.
    pub fn value(self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }

    /// How wide an area of this ratio is for each unit of its height, where both are told in fractions of a
    /// picture's edges.
    pub(super) fn in_parts_of(self, frame: Frame) -> f64 {
        self.value() * f64::from(frame.height.max(1)) / f64::from(frame.width.max(1))
    }

    /// The largest area of a picture that has this ratio, with its middle as near as it can be to a point that
    /// is told in fractions of the picture.
    pub fn largest(self, frame: Frame, middle: (f64, f64)) -> Area {
        let ratio = self.in_parts_of(frame);
        let size = if ratio >= 1.0 {
            (1.0, 1.0 / ratio)
        } else {
            (ratio, 1.0)
        };
        Area::about(middle, size)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.width, self.height)
    }
}

impl TryFrom<String> for Ratio {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a ratio is written as 4:5")
    }
}

impl From<Ratio> for String {
    fn from(ratio: Ratio) -> Self {
        ratio.to_string()
    }
}
