//! Changing an area by hand: moving it, and pulling its edges and corners.

use serde::{Deserialize, Serialize};

use super::{Area, Frame, Ratio};

/// The least that an area keeps of an edge while it is pulled.
const LEAST: f64 = 0.01;

/// Which edge of an area a grip pulls in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The left or upper one.
    First,
    /// Neither.
    Neither,
    /// The right or lower one.
    Second,
}

/// Where an area is taken hold of: a corner, the middle of an edge, or the area itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grip {
    /// Which of the edges left and right.
    pub across: Side,
    /// Which of the edges top and bottom.
    pub down: Side,
}

impl Grip {
    /// The area itself.
    pub const BODY: Self = Self::at(Side::Neither, Side::Neither);

    /// The corners and edges, clockwise from the upper left corner, as one comes to them by Tab.
    pub const ALL: [Self; 8] = [
        Self::at(Side::First, Side::First),
        Self::at(Side::Neither, Side::First),
        Self::at(Side::Second, Side::First),
        Self::at(Side::Second, Side::Neither),
        Self::at(Side::Second, Side::Second),
        Self::at(Side::Neither, Side::Second),
        Self::at(Side::First, Side::Second),
        Self::at(Side::First, Side::Neither),
    ];

    const fn at(across: Side, down: Side) -> Self {
        Self { across, down }
    }

    /// Whether it is the area itself.
    pub fn is_body(self) -> bool {
        self == Self::BODY
    }
}

impl Area {
    /// The area after it was pulled by so much to the right and down, in fractions of the picture. It stays
    /// inside; with a ratio it keeps that, and the edge or corner that lies opposite stays where it is.
    #[must_use]
    pub fn pulled(
        self,
        grip: Grip,
        (right, down): (f64, f64),
        ratio: Option<Ratio>,
        frame: Frame,
    ) -> Self {
        let finite = |by: f64| if by.is_finite() { by } else { 0.0 };
        let (by_x, by_y) = (finite(right), finite(down));
        let [left, top, right, bottom] = self.edges();
        if grip.is_body() {
            let by_x = by_x.clamp(-left, 1.0 - right);
            let by_y = by_y.clamp(-top, 1.0 - bottom);
            return self.shifted(by_x, by_y);
        }
        let across = pull((left, right), grip.across, by_x);
        let down = pull((top, bottom), grip.down, by_y);
        let Some(ratio) = ratio else {
            return Self::from_edges(across.0, down.0, across.1, down.1);
        };
        keeping(grip, across, down, ratio.in_parts_of(frame))
    }

    /// The same area elsewhere, as large as it was to the last millionth.
    fn shifted(self, by_x: f64, by_y: f64) -> Self {
        let at = |from: u32, by: f64, length: u32| {
            let whole = f64::from(super::WHOLE);
            let to = (f64::from(from) + by * whole).round();
            to.clamp(0.0, f64::from(super::WHOLE - length)) as u32
        };
        Self {
            x: at(self.x, by_x, self.width),
            y: at(self.y, by_y, self.height),
            ..self
        }
    }

    /// The largest area of a ratio that lies about the same middle and is about as large.
    #[must_use]
    pub fn reshaped(self, ratio: Ratio, frame: Frame) -> Self {
        let shape = ratio.in_parts_of(frame);
        let [left, top, right, bottom] = self.edges();
        // As many pixels as before, as far as the picture has room for them.
        let height = ((right - left) * (bottom - top) / shape).sqrt();
        let height = height.min(1.0).min(1.0 / shape).max(f64::EPSILON);
        let width = (height * shape).min(1.0);
        Self::about(self.middle(), (width, height))
    }
}

/// The two ends of a span after one of them was pulled; they do not pass each other.
fn pull((low, high): (f64, f64), side: Side, by: f64) -> (f64, f64) {
    // What is smaller already may stay so.
    let least = LEAST.min(high - low);
    match side {
        Side::First => ((low + by).clamp(0.0, high - least), high),
        Side::Neither => (low, high),
        Side::Second => (low, (high + by).clamp(low + least, 1.0)),
    }
}

/// The area that two pulled spans become when it has to keep a shape.
fn keeping(grip: Grip, across: (f64, f64), down: (f64, f64), shape: f64) -> Area {
    let (width, height) = (across.1 - across.0, down.1 - down.0);
    // An edge decides about the other direction; a corner goes to where the larger of both is whole.
    let wanted = match (grip.across, grip.down) {
        (Side::Neither, _) => height * shape,
        (_, Side::Neither) => width,
        _ => width.max(height * shape),
    };
    let room = |(low, high): (f64, f64), side: Side| match side {
        Side::First => high,
        Side::Second => 1.0 - low,
        // It grows to both sides of its middle.
        Side::Neither => {
            let middle = f64::midpoint(low, high);
            2.0 * middle.min(1.0 - middle)
        }
    };
    let most = room(across, grip.across).min(room(down, grip.down) * shape);
    let width = wanted.min(most);
    let height = width / shape;
    let place = |(low, high): (f64, f64), side: Side, length: f64| match side {
        Side::First => (high - length, high),
        Side::Second => (low, low + length),
        Side::Neither => {
            let middle = f64::midpoint(low, high);
            (middle - length / 2.0, middle + length / 2.0)
        }
    };
    let (left, right) = place(across, grip.across, width);
    let (top, bottom) = place(down, grip.down, height);
    Area::from_edges(left, top, right, bottom)
}
