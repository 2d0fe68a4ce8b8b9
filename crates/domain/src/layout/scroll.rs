//! The scroll position of a grid that may be higher than a browser can scroll.

use super::Grid;

/// Screens at each end of a scaled grid in which real and logical pixels are the same.
const EXACT_SCREENS: f64 = 4.0;
/// Moves of more than this many screens in one event are jumps of the scroll bar.
const JUMP_SCREENS: f64 = 1.2;

/// Where a grid is scrolled to, in real and in logical pixels.
///
/// In a grid that is not scaled both are the same. In a scaled one small moves (wheel, touch) move
/// logical pixels one to one, so that scrolling feels the same at any height; large ones (the scroll
/// bar) go to the place in proportion. Small moves let the real position drift from the one in
/// proportion: [`Scroll::settle`] says where to put the scroll bar once scrolling has stopped, and
/// [`Scroll::scrolled`] does so earlier when the bar would reach an end before the pictures do.
///
/// The page calls `scrolled` with every `scrollTop` that the browser reports, sets `scrollTop` to
/// what it is told, and draws [`Grid::block`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scroll {
    logical: f64,
    real: f64,
}

/// Where a row should stand on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the upper edge.
    Top,
    /// In the middle.
    Middle,
    /// Where it is if it is seen whole, else at the nearer edge.
    Nearest,
}

impl Scroll {
    /// Distance from the top of all rows to the top of the screen.
    pub fn logical(&self) -> f64 {
        self.logical
    }

    /// The browser's `scrollTop`.
    pub fn real(&self) -> f64 {
        self.real
    }

    /// At a logical offset, with the scroll bar in proportion.
    pub fn at(grid: &Grid, logical: f64) -> Self {
        let logical = bounded(logical, grid.max_logical());
        Self {
            logical,
            real: to_real(grid, logical),
        }
    }

    /// So that a row is seen; set `scrollTop` to [`Scroll::real`] afterwards.
    #[must_use]
    pub fn to_row(&self, grid: &Grid, row: u64, align: Align) -> Self {
        let top = grid.row_top(row.min(grid.rows.saturating_sub(1)));
        let lowest = top + grid.cell_height - grid.height;
        let logical = match align {
            Align::Top => top,
            Align::Middle => top.midpoint(lowest),
            Align::Nearest if self.logical > top => top,
            // A cell higher than the screen shows its upper edge.
            Align::Nearest if self.logical < lowest => lowest.min(top),
            Align::Nearest => return *self,
        };
        Self::at(grid, logical)
    }

    /// After the browser reported a `scrollTop`. The second value is the `scrollTop` to set, when the
    /// scroll bar has to be moved under the reader's hands; most of the time there is none.
    #[must_use]
    pub fn scrolled(&self, grid: &Grid, real: f64) -> (Self, Option<f64>) {
        let real = bounded(real, grid.max_real());
        if !grid.is_scaled() {
            return (
                Self {
                    logical: real,
                    real,
                },
                None,
            );
        }
        let step = real - self.real;
        if step.abs() > grid.height * JUMP_SCREENS {
            return (
                Self {
                    logical: to_logical(grid, real),
                    real,
                },
                None,
            );
        }
        let logical = bounded(self.logical + step, grid.max_logical());
        let exact = exact_zone(grid);
        let bar_near_end = real < exact || real > grid.max_real() - exact;
        let rows_near_end = logical < exact || logical > grid.max_logical() - exact;
        if bar_near_end || rows_near_end {
            let proper = to_real(grid, logical);
            if (proper - real).abs() >= 1.0 {
                return (
                    Self {
                        logical,
                        real: proper,
                    },
                    Some(proper),
                );
            }
            // Rounding must not keep the last pixel away.
            let logical = if at_end(grid, real) {
                to_logical(grid, real)
            } else {
                logical
            };
            return (Self { logical, real }, None);
        }
        (Self { logical, real }, None)
    }

    /// After scrolling has stopped: the `scrollTop` to set so that the scroll bar shows the true
    /// place; `None` when it does.
    #[must_use]
    pub fn settle(&self, grid: &Grid) -> (Self, Option<f64>) {
        let real = to_real(grid, self.logical);
        if (real - self.real).abs() < 1.0 {
            return (*self, None);
        }
        (Self { real, ..*self }, Some(real))
    }

    /// After the layout changed: the row of the first visible picture keeps its distance, in parts
    /// of a row, from the top of the screen.
    #[must_use]
    pub fn relaid(&self, old: &Grid, new: &Grid) -> Self {
        let position = old.first_visible(self.logical);
        let part = (self.logical - old.row_top(old.row_of(position))) / old.row_height();
        Self::at(
            new,
            new.row_top(new.row_of(position)) + part * new.row_height(),
        )
    }
}

/// Real pixels at each end that equal logical ones: enough for all that is drawn around the screen,
/// also when one row is higher than it.
fn exact_zone(grid: &Grid) -> f64 {
    let drawn = grid.height + grid.row_height() * 4.0;
    drawn
        .max(grid.height * EXACT_SCREENS)
        .min(grid.max_real() / 4.0)
}

/// How many logical pixels one real pixel stands for between the two exact zones.
fn stretch(grid: &Grid) -> f64 {
    let exact = exact_zone(grid) * 2.0;
    let real = grid.max_real() - exact;
    if real > 0.0 {
        (grid.max_logical() - exact) / real
    } else {
        1.0
    }
}

fn to_logical(grid: &Grid, real: f64) -> f64 {
    let exact = exact_zone(grid);
    if real <= exact {
        real
    } else if real >= grid.max_real() - exact {
        grid.max_logical() - (grid.max_real() - real)
    } else {
        exact + (real - exact) * stretch(grid)
    }
}

fn to_real(grid: &Grid, logical: f64) -> f64 {
    let exact = exact_zone(grid);
    if logical <= exact {
        logical
    } else if logical >= grid.max_logical() - exact {
        grid.max_real() - (grid.max_logical() - logical)
    } else {
        exact + (logical - exact) / stretch(grid)
    }
}

fn at_end(grid: &Grid, real: f64) -> bool {
    real <= 0.0 || real >= grid.max_real()
}

fn bounded(value: f64, max: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(0.0, max)
    }
}
