//! Grid arithmetic: which rows are on the screen, and how a million rows fit a browser's scroll box.
//!
//! Browsers stop drawing at some ten million pixels, so a high grid is scaled: its *real* height (the
//! box that the browser scrolls) stays below [`REAL_LIMIT`], while its *logical* height is that of all
//! rows. [`Grid`] knows sizes and positions, [`Scroll`] maps one height to the other, [`moved`] moves
//! the keyboard's focus. Everything here is pure; pixels are CSS pixels.

mod scroll;

use std::ops::Range;

pub use self::scroll::{Align, Scroll};

/// The most physical pixels that a scroll box may be high; divided by the device pixel ratio.
pub const REAL_LIMIT: f64 = 8_000_000.0;

/// Cells that one block may hold where the screen itself does not show more.
pub const CELL_LIMIT: u64 = 360;

/// What the page measured and chose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridSpec {
    /// Width of the grid's inside.
    pub width: f64,
    /// Height of the visible part.
    pub height: f64,
    /// Smallest width of a cell; cells grow to fill the line, as with CSS `auto-fill`. A list takes
    /// `f64::INFINITY`: one column.
    pub cell: f64,
    /// How high a cell is.
    pub shape: CellShape,
    /// Space between cells, across and down.
    pub gap: f64,
    /// Number of pictures.
    pub total: u64,
    /// Device pixel ratio.
    pub ratio: f64,
}

/// How high a cell is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellShape {
    /// So many times its width; 1 is a square.
    Times(f64),
    /// So many pixels.
    Fixed(f64),
}

/// A laid out grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Number of columns, at least 1.
    pub columns: u32,
    /// Number of rows.
    pub rows: u64,
    /// Number of cells.
    pub total: u64,
    /// Width of a cell.
    pub cell_width: f64,
    /// Height of a cell.
    pub cell_height: f64,
    /// Space between cells.
    pub gap: f64,
    /// Height of the visible part.
    pub height: f64,
    /// Height of all rows.
    pub logical_height: f64,
    /// Height of the box that the browser scrolls; equal to the logical height unless scaled.
    pub real_height: f64,
}

/// The rows to draw for one scroll position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// First row.
    pub first_row: u64,
    /// Row after the last.
    pub end_row: u64,
    /// Position of the first picture.
    pub first: u64,
    /// Position after the last picture.
    pub end: u64,
    /// Distance of the block from the top of the real scroll box.
    pub top: f64,
}

/// A rectangle of cells, such as a rubber band touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// Touched rows.
    pub rows: Range<u64>,
    /// Touched columns.
    pub columns: Range<u32>,
    all_columns: u32,
    total: u64,
}

impl Grid {
    /// Lays a grid out. Sizes that make no sense (zero, negative, not a number) become small ones.
    pub fn new(spec: &GridSpec) -> Self {
        let width = sane(spec.width, 1.0);
        let height = sane(spec.height, 1.0);
        let gap = if spec.gap.is_finite() {
            spec.gap.max(0.0)
        } else {
            0.0
        };
        let wanted = if spec.cell.is_nan() {
            width
        } else {
            spec.cell.max(8.0)
        };
        let columns = (((width + gap) / (wanted + gap)).floor().max(1.0)) as u32;
        let cell_width = ((width + gap) / f64::from(columns) - gap).max(1.0);
        let cell_height = match spec.shape {
            CellShape::Times(times) => cell_width * sane(times, 0.01),
            CellShape::Fixed(pixels) => sane(pixels, 1.0),
        };
        let rows = spec.total.div_ceil(u64::from(columns));
        let logical_height = (rows as f64 * (cell_height + gap) - gap).max(0.0);
        let limit = (REAL_LIMIT / sane(spec.ratio, 1.0))
            .floor()
            .max(height * 4.0);
        Self {
            columns,
            rows,
            total: spec.total,
            cell_width,
            cell_height,
            gap,
            height,
            logical_height,
            real_height: logical_height.min(limit),
        }
    }

    /// Distance from the top of one row to that of the next.
    pub fn row_height(&self) -> f64 {
        self.cell_height + self.gap
    }

    /// Whether the real height is less than the logical one.
    pub fn is_scaled(&self) -> bool {
        self.real_height < self.logical_height
    }

    /// The largest logical offset: the last row stands at the lower edge.
    pub fn max_logical(&self) -> f64 {
        (self.logical_height - self.height).max(0.0)
    }

    /// The largest `scrollTop` of the real box.
    pub fn max_real(&self) -> f64 {
        (self.real_height - self.height).max(0.0)
    }

    /// The row of a position.
    pub fn row_of(&self, position: u64) -> u64 {
        position / u64::from(self.columns)
    }

    /// Logical offset of a row's upper edge.
    pub fn row_top(&self, row: u64) -> f64 {
        row as f64 * self.row_height()
    }

    /// Logical left and top of a cell.
    pub fn cell_at(&self, position: u64) -> (f64, f64) {
        let column = position % u64::from(self.columns);
        (
            column as f64 * (self.cell_width + self.gap),
            self.row_top(self.row_of(position)),
        )
    }

    /// The position of the first picture on the screen: the anchor that survives another layout.
    pub fn first_visible(&self, logical: f64) -> u64 {
        let row = (logical.max(0.0) / self.row_height()).floor() as u64;
        (row.min(self.rows.saturating_sub(1))) * u64::from(self.columns)
    }

    /// Whole rows that fit the screen, at least 1: how far Page Up and Page Down go.
    pub fn rows_per_page(&self) -> u64 {
        (((self.height + self.gap) / self.row_height()).floor() as u64).max(1)
    }

    /// The rows to draw: what is visible and up to one screen on each side, less where cells are
    /// small, at least one row.
    pub fn block(&self, scroll: &Scroll) -> Block {
        let row_height = self.row_height();
        let logical = scroll.logical().clamp(0.0, self.max_logical());
        let first_seen = (logical / row_height).floor() as u64;
        let end_seen = ((logical + self.height) / row_height).ceil() as u64;
        let seen = end_seen.saturating_sub(first_seen) * u64::from(self.columns);
        let spare = CELL_LIMIT.saturating_sub(seen) / u64::from(self.columns) / 2;
        let screen = (self.height / row_height).floor() as u64;
        let around = spare.min(screen).max(1);
        let first_row = first_seen.saturating_sub(around).min(self.rows);
        let end_row = (end_seen + around).min(self.rows);
        Block {
            first_row,
            end_row,
            first: (first_row * u64::from(self.columns)).min(self.total),
            end: (end_row * u64::from(self.columns)).min(self.total),
            top: scroll.real() + (self.row_top(first_row) - logical),
        }
    }

    /// The position of the cell at a point, or nearest to it, in logical pixels from the grid's upper
    /// left.
    pub fn nearest(&self, point: (f64, f64)) -> u64 {
        let column = (point.0 / (self.cell_width + self.gap)).floor().max(0.0) as u64;
        let row = (point.1 / self.row_height()).floor().max(0.0) as u64;
        let column = column.min(u64::from(self.columns) - 1);
        let row = row.min(self.rows.saturating_sub(1));
        (row * u64::from(self.columns) + column).min(self.total.saturating_sub(1))
    }

    /// The cells that a rectangle touches, given by two opposite corners in logical pixels from the
    /// grid's upper left.
    pub fn touched(&self, a: (f64, f64), b: (f64, f64)) -> Band {
        let columns = touched(a.0, b.0, self.cell_width, self.gap, u64::from(self.columns));
        Band {
            rows: touched(a.1, b.1, self.cell_height, self.gap, self.rows),
            columns: columns.start as u32..columns.end as u32,
            all_columns: self.columns,
            total: self.total,
        }
    }
}

impl Band {
    /// Whether a position lies in it.
    pub fn contains(&self, position: u64) -> bool {
        let columns = u64::from(self.all_columns);
        position < self.total
            && self.rows.contains(&(position / columns))
            && self.columns.contains(&((position % columns) as u32))
    }

    /// The positions in it, in order.
    pub fn positions(&self) -> impl Iterator<Item = u64> + use<> {
        let (columns, all, total) = (self.columns.clone(), self.all_columns, self.total);
        self.rows
            .clone()
            .flat_map(move |row| {
                let start = row * u64::from(all);
                columns.clone().map(move |column| start + u64::from(column))
            })
            .filter(move |position| *position < total)
    }
}

/// The cells of one direction that a stretch touches; gaps between cells touch nothing.
fn touched(a: f64, b: f64, cell: f64, gap: f64, count: u64) -> Range<u64> {
    let (low, high) = (a.min(b), a.max(b));
    if !(low.is_finite() && high.is_finite()) || high < 0.0 {
        return 0..0;
    }
    let step = cell + gap;
    // The first cell whose far edge lies behind the start, and the last that begins before the end.
    let first = ((low.max(0.0) - cell) / step).floor() + 1.0;
    let end = (high / step).floor() + 1.0;
    let first = (first.max(0.0) as u64).min(count);
    first..(end as u64).clamp(first, count)
}

/// Where the keyboard's focus goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// One back.
    Left,
    /// One on.
    Right,
    /// One row up, staying when there is none.
    Up,
    /// One row down; from the last full row to the last picture.
    Down,
    /// To the start of the row.
    RowStart,
    /// To the end of the row.
    RowEnd,
    /// To the first picture.
    Home,
    /// To the last picture.
    End,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
}

/// The position of the focus after a move; stays inside the grid.
pub fn moved(grid: &Grid, position: u64, step: Move) -> u64 {
    let last = grid.total.saturating_sub(1);
    let position = position.min(last);
    let columns = u64::from(grid.columns);
    let row_start = position - position % columns;
    let down = |rows: u64| {
        let target = position.saturating_add(rows.saturating_mul(columns));
        let last_row = last - last % columns;
        if target <= last {
            target
        } else if row_start < last_row {
            // The column ends above the last row, which is not full, or the screen ends beyond it.
            (last_row + position % columns).min(last)
        } else {
            position
        }
    };
    let up = |rows: u64| {
        let rows = rows.min(position / columns);
        position - rows * columns
    };
    match step {
        Move::Left => position.saturating_sub(1),
        Move::Right => (position + 1).min(last),
        Move::Up => up(1),
        Move::Down => down(1),
        Move::RowStart => row_start,
        Move::RowEnd => (row_start + columns - 1).min(last),
        Move::Home => 0,
        Move::End => last,
        Move::PageUp => up(grid.rows_per_page()),
        Move::PageDown => down(grid.rows_per_page()),
    }
}

fn sane(value: f64, least: f64) -> f64 {
    if value.is_finite() {
        value.max(least)
    } else {
        least
    }
}
