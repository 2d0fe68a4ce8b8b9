//! From a crop to pixels.

use super::{Area, Crop, Frame, Pose, WHOLE};

/// How far the middle of a straightened crop may lie from the middle of its picture, of the way to the edge.
const NEAREST: f64 = 0.99;

/// What a crop means for a picture of a known size: which pixels of the turned picture are kept, and how large
/// the result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// How the picture lies.
    pub pose: Pose,
    /// The size of the turned picture.
    pub turned: Frame,
    /// The first column that is kept.
    pub left: u32,
    /// The first row that is kept.
    pub top: u32,
    /// How many columns and rows are kept: at least one.
    pub kept: Frame,
    /// The size of the result.
    pub size: Frame,
}

impl Cut {
    /// Of a picture that is `frame` large; `None` when there is nothing in it.
    pub fn of(crop: &Crop, frame: Frame) -> Option<Self> {
        if frame.is_empty() {
            return None;
        }
        let pose = crop.pose.bounded();
        let turned = frame.turned(pose.turns);
        let area = crop.held(frame);
        let (left, width) = pixels(area.x(), area.width(), turned.width);
        let (top, height) = pixels(area.y(), area.height(), turned.height);
        let kept = Frame { width, height };
        Some(Self {
            pose,
            turned,
            left,
            top,
            kept,
            size: crop.size.unwrap_or(kept),
        })
    }

    /// The same made so small that its longest edge has at most so many pixels, for a look at it.
    #[must_use]
    pub fn within(self, edge: u32) -> Self {
        let size = self.size.within(edge);
        Self { size, ..self }
    }
}

/// The pixels of an edge that a span of millionths holds: where they begin and how many, at least one.
fn pixels(from: u32, length: u32, edge: u32) -> (u32, u32) {
    let at = |parts: u32| {
        let exact = u64::from(parts) * u64::from(edge);
        ((exact + u64::from(WHOLE) / 2) / u64::from(WHOLE)) as u32
    };
    let (start, end) = (at(from), at(from + length));
    let start = start.min(edge - 1);
    (start, end.max(start + 1) - start)
}

impl Crop {
    /// Its area, made smaller about its middle until no corner lies where the straightened picture has nothing.
    pub fn held(&self, frame: Frame) -> Area {
        if self.pose.bounded().tilt == 0 || frame.is_empty() {
            return self.area;
        }
        let turned = frame.turned(self.pose.bounded().turns);
        let (width, height) = (f64::from(turned.width), f64::from(turned.height));
        let (sin, cos) = self.pose.radians().sin_cos();
        // Where a point of the cut lies in the picture before it was straightened, both from their middles.
        let back = |x: f64, y: f64| (x * cos + y * sin, y * cos - x * sin);
        let [left, top, right, bottom] = self.area.edges();
        let half = ((right - left) * width / 2.0, (bottom - top) * height / 2.0);
        let (x, y) = self.area.middle();
        let mut middle = ((x - 0.5) * width, (y - 0.5) * height);
        let room = (width / 2.0, height / 2.0);
        let mut inner = back(middle.0, middle.1);
        // A middle that lies beside the picture goes towards the picture's own until some of it is around.
        let beside = (inner.0.abs() / room.0).max(inner.1.abs() / room.1);
        if beside > NEAREST {
            let nearer = NEAREST / beside;
            middle = (middle.0 * nearer, middle.1 * nearer);
            inner = (inner.0 * nearer, inner.1 * nearer);
        }
        // A corner is the middle and a share of the way to where it would lie; each edge of the picture allows
        // a share, the least of which is taken.
        let mut share = 1.0_f64;
        for (sign_x, sign_y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
            let (way_x, way_y) = back(sign_x * half.0, sign_y * half.1);
            for (start, way, room) in [(inner.0, way_x, room.0), (inner.1, way_y, room.1)] {
                if way > 0.0 {
                    share = share.min((room - start) / way);
                } else if way < 0.0 {
                    share = share.min((room + start) / -way);
                }
            }
        }
        // A millionth less than what fits, because the edges are rounded to such.
        let share = (share - 2e-6).max(0.0);
        let (reach_x, reach_y) = (half.0 * share / width, half.1 * share / height);
        let (x, y) = (middle.0 / width + 0.5, middle.1 / height + 0.5);
        Area::from_edges(x - reach_x, y - reach_y, x + reach_x, y + reach_y)
    }
}
