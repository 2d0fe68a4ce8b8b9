//! How a picture is cut: numbers beside the original, which stays as it is.
//!
//! A picture is mirrored, then turned by quarters, then straightened about its middle, then cut. The area
//! that is kept is told in millionths of the edges of the turned picture, so the same crop fits every size
//! in which the picture is shown, compares exactly and has one way to be written.

mod cut;
mod ratio;
mod shape;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::judgement::Done;

pub use cut::Cut;
pub use ratio::Ratio;
pub use shape::{Grip, Side};

/// The whole of an edge, in the parts in which areas are told.
pub const WHOLE: u32 = 1_000_000;

/// Most hundredths of a degree by which a picture is straightened, either way.
pub const MOST_TILT: i16 = 4_500;

/// Most crops of one picture.
pub const MOST_CROPS: usize = 32;

/// Most characters of the name of one.
pub const MOST_NAME: usize = 40;

/// The longest edge in pixels that may be asked for.
pub const MOST_EDGE: u32 = 16_383;

/// The size of a picture in pixels, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Frame {
    /// The same after some quarter turns.
    #[must_use]
    pub fn turned(self, turns: u8) -> Self {
        if turns % 2 == 1 {
            Self {
                width: self.height,
                height: self.width,
            }
        } else {
            self
        }
    }

    /// The same in a smaller size, with a long edge of at most so many pixels; as it is where that is 0.
    #[must_use]
    pub fn within(self, edge: u32) -> Self {
        let long = self.width.max(self.height);
        if long <= edge || edge == 0 {
            return self;
        }
        let scaled = |length: u32| {
            let exact = f64::from(length) * f64::from(edge) / f64::from(long);
            (exact.round() as u32).max(1)
        };
        Self {
            width: scaled(self.width),
            height: scaled(self.height),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }
}

/// A part of a picture, in millionths of its edges from the left and from the top.
///
/// It always lies inside and has at least one millionth of each edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u32; 4]", into = "[u32; 4]")]
pub struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Area {
    /// Everything.
    pub const ALL: Self = Self {
        x: 0,
        y: 0,
        width: WHOLE,
        height: WHOLE,
    };

    /// The part from `x` and `y`, `width` times `height`; `None` when it is empty or reaches out of the picture.
    pub fn new(x: u32, y: u32, width: u32, height: u32) -> Option<Self> {
        let inside = |from: u32, length: u32| {
            length > 0 && from.checked_add(length).is_some_and(|end| end <= WHOLE)
        };
        (inside(x, width) && inside(y, height)).then_some(Self {
            x,
            y,
            width,
            height,
        })
    }

    /// The nearest area to edges that are told in fractions of the picture, which may be out of it, in any order
    /// or no numbers at all.
    #[must_use]
    pub fn from_edges(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        let (x, width) = span(left, right);
        let (y, height) = span(top, bottom);
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// The area of a size that lies as near about a point as it can; both are told in fractions of the picture.
    fn about((x, y): (f64, f64), (width, height): (f64, f64)) -> Self {
        let left = (x - width / 2.0).clamp(0.0, 1.0 - width);
        let top = (y - height / 2.0).clamp(0.0, 1.0 - height);
        Self::from_edges(left, top, left + width, top + height)
    }

    /// From the left, in millionths.
    pub fn x(self) -> u32 {
        self.x
    }

    /// From the top, in millionths.
    pub fn y(self) -> u32 {
        self.y
    }

    /// Millionths of the picture's width.
    pub fn width(self) -> u32 {
        self.width
    }

    /// Millionths of the picture's height.
    pub fn height(self) -> u32 {
        self.height
    }

    /// The edges left, top, right and bottom, in fractions of the picture.
    pub fn edges(self) -> [f64; 4] {
        let part = |value: u32| f64::from(value) / f64::from(WHOLE);
        [
            part(self.x),
            part(self.y),
            part(self.x + self.width),
            part(self.y + self.height),
        ]
    }

    /// The middle, in fractions of the picture.
    pub fn middle(self) -> (f64, f64) {
        let [left, top, right, bottom] = self.edges();
        (f64::midpoint(left, right), f64::midpoint(top, bottom))
    }
}

/// Where a span of an edge begins and how long it is, within the edge and not empty.
fn span(from: f64, to: f64) -> (u32, u32) {
    let parts = |value: f64| {
        let value = if value.is_nan() { 0.0 } else { value };
        (value.clamp(0.0, 1.0) * f64::from(WHOLE)).round() as u32
    };
    let (one, other) = (parts(from), parts(to));
    let (low, high) = (one.min(other), one.max(other));
    let low = low.min(WHOLE - 1);
    (low, (high - low).max(1))
}

impl TryFrom<[u32; 4]> for Area {
    type Error = &'static str;

    fn try_from([x, y, width, height]: [u32; 4]) -> Result<Self, Self::Error> {
        Self::new(x, y, width, height).ok_or("an area that is empty or reaches out of its picture")
    }
}

impl From<Area> for [u32; 4] {
    fn from(area: Area) -> Self {
        [area.x, area.y, area.width, area.height]
    }
}

/// How a picture lies before it is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Pose {
    /// Whether left and right change places.
    #[serde(skip_serializing_if = "is_false")]
    pub flip: bool,
    /// Quarter turns clockwise, 0 to 3; more count as what is left of them over whole turns.
    #[serde(skip_serializing_if = "is_zero")]
    pub turns: u8,
    /// Hundredths of a degree by which it is straightened, clockwise; at most [`MOST_TILT`] either way.
    #[serde(skip_serializing_if = "is_level")]
    pub tilt: i16,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(value: &u8) -> bool {
    *value == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_level(value: &i16) -> bool {
    *value == 0
}

impl Pose {
    /// The same with nothing beyond its bounds.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self {
            flip: self.flip,
            turns: self.turns % 4,
            tilt: self.tilt.clamp(-MOST_TILT, MOST_TILT),
        }
    }

    /// The tilt in radians.
    pub fn radians(self) -> f64 {
        (f64::from(self.bounded().tilt) / 100.0).to_radians()
    }
}

/// One way to cut a picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Crop {
    /// What it is called among the crops of its picture: at most [`MOST_NAME`] characters.
    pub name: String,
    /// What is kept of the turned picture.
    pub area: Area,
    /// How the picture lies.
    #[serde(flatten)]
    pub pose: Pose,
    /// The ratio that it keeps while it is changed; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// The size in pixels to which it is brought; none: as many as it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Frame>,
}

impl Crop {
    /// Everything of a picture as it is.
    pub fn whole(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            area: Area::ALL,
            pose: Pose::default(),
            ratio: None,
            size: None,
        }
    }

    /// What of it decides about the pixels, in one way of writing that is safe in addresses and names of files:
    /// `250000-0-500000-1000000`, with `m` for mirrored, `r1` to `r3` for quarter turns, `t-250` for a tilt and
    /// `s1080x1350` for a size. Two crops have the same text when they show the same.
    pub fn key(&self) -> String {
        use std::fmt::Write as _;
        let pose = self.pose.bounded();
        let Area {
            x,
            y,
            width,
            height,
        } = self.area;
        let mut text = format!("{x}-{y}-{width}-{height}");
        if pose.flip {
            text.push_str("_m");
        }
        if pose.turns > 0 {
            let _ = write!(text, "_r{}", pose.turns);
        }
        if pose.tilt != 0 {
            let _ = write!(text, "_t{}", pose.tilt);
        }
        if let Some(size) = self.size {
            let _ = write!(text, "_s{}x{}", size.width, size.height);
        }
        text
    }

    /// Reads what [`Crop::key`] writes; `None` for anything else.
    pub fn from_key(text: &str) -> Option<Self> {
        let mut words = text.split('_');
        let mut numbers = words.next()?.split('-').map(|word| word.parse().ok());
        let mut number = || numbers.next().flatten();
        let area = Area::new(number()?, number()?, number()?, number()?)?;
        let mut crop = Self {
            area,
            ..Self::whole("")
        };
        for word in words {
            if word == "m" {
                crop.pose.flip = true;
            } else if let Some(turns) = word.strip_prefix('r') {
                crop.pose.turns = turns.parse().ok()?;
            } else if let Some(tilt) = word.strip_prefix('t') {
                crop.pose.tilt = tilt.parse().ok()?;
            } else {
                let (width, height) = word.strip_prefix('s')?.split_once('x')?;
                let edge = |text: &str| {
                    let edge = text.parse().ok()?;
                    (1..=MOST_EDGE).contains(&edge).then_some(edge)
                };
                let (width, height) = (edge(width)?, edge(height)?);
                crop.size = Some(Frame { width, height });
            }
        }
        (crop.key() == text).then_some(crop)
    }
}

/// Crops as they are kept and told: a line for each, of its [`Crop::key`], its ratio or `*` for any, and its name.
/// Without any an empty text.
pub fn list_text(crops: &[Crop]) -> String {
    let line = |crop: &Crop| {
        let ratio = crop
            .ratio
            .map_or_else(|| "*".to_owned(), |ratio| ratio.to_string());
        let name: Vec<&str> = crop.name.split_whitespace().collect();
        format!("{} {ratio} {}", crop.key(), name.join(" "))
    };
    crops.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads what [`list_text`] writes; `None` for anything else.
pub fn list_of(text: &str) -> Option<Vec<Crop>> {
    let read = |line: &str| {
        let (key, rest) = line.split_once(' ')?;
        let (ratio, name) = rest.split_once(' ')?;
        let ratio = match ratio {
            "*" => None,
            ratio => Some(Ratio::parse(ratio)?),
        };
        Some(Crop {
            name: name.to_owned(),
            ratio,
            ..Crop::from_key(key)?
        })
    };
    text.lines().map(read).collect()
}

/// The crops of a picture, in the order in which they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cropped {
    /// Which.
    pub crops: Vec<Crop>,
    /// Told back when they are changed, so that nobody overwrites what they have not seen.
    pub version: i64,
}

/// What came of changing them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CropsSaved {
    /// They are these now.
    Saved {
        /// The crops.
        now: Cropped,
        /// By this it can be taken back; `None`: they were so already.
        done: Done,
    },
    /// Somebody changed them meanwhile, so nothing was written.
    Changed {
        /// What they are now.
        now: Cropped,
    },
}

/// Why crops of a picture cannot be kept as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// One has no name.
    Nameless,
    /// A name is too long.
    LongName,
    /// Two have the same name.
    SameName,
    /// There are too many.
    Many,
    /// A size is not between one pixel and [`MOST_EDGE`].
    Size,
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self {
            Self::Nameless => "A crop needs a name.",
            Self::LongName => "The name of a crop has at most 40 characters.",
            Self::SameName => {
                "Another crop of this picture has this name. Give each a name of its own."
            }
            Self::Many => "A picture has at most 32 crops. Remove one first.",
            Self::Size => "A crop is made between 1 and 16383 pixels wide and high.",
        };
        out.write_str(sentence)
    }
}

/// Whether a picture can have these crops.
///
/// # Errors
/// The first reason why not.
pub fn check(crops: &[Crop]) -> Result<(), Refused> {
    if crops.len() > MOST_CROPS {
        return Err(Refused::Many);
    }
    for (number, crop) in crops.iter().enumerate() {
        let name = crop.name.trim();
        if name.is_empty() {
            return Err(Refused::Nameless);
        }
        if name.chars().count() > MOST_NAME {
            return Err(Refused::LongName);
        }
        if crops[..number]
            .iter()
            .any(|other| other.name.trim() == name)
        {
            return Err(Refused::SameName);
        }
        let edges = crop
            .size
            .into_iter()
            .flat_map(|size| [size.width, size.height]);
        if edges
            .into_iter()
            .any(|edge| !(1..=MOST_EDGE).contains(&edge))
        {
            return Err(Refused::Size);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
