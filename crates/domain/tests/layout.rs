//! Every picture can be reached and is drawn once, however many there are.

#![expect(clippy::float_cmp, reason = "ends are reached exactly")]

use domain::layout::{
    Align, CELL_LIMIT, CellShape, Grid, GridSpec, Move, REAL_LIMIT, Scroll, moved,
};
use proptest::{prelude::*, sample::select, test_runner::RngSeed};

const RATIOS: [f64; 4] = [1.0, 1.5, 2.0, 3.0];

fn spec() -> impl Strategy<Value = GridSpec> {
    let shape = prop_oneof![
        (0.5..2.0).prop_map(CellShape::Times),
        (20.0..200.0).prop_map(CellShape::Fixed),
    ];
    let total = prop_oneof![0_u64..50, 0_u64..20_000, 0_u64..=1_000_000];
    let cell = prop_oneof![60.0..400.0, Just(f64::INFINITY)];
    (
        300.0..3840.0,
        300.0..2160.0,
        cell,
        shape,
        0.0..24.0,
        total,
        select(RATIOS.to_vec()),
    )
        .prop_map(|(width, height, cell, shape, gap, total, ratio)| GridSpec {
            width,
            height,
            cell,
            shape,
            gap,
            total,
            ratio,
        })
}

/// What a browser does with a scroll box: rounds to physical pixels, and reports what it was told.
struct Browser {
    grid: Grid,
    ratio: f64,
    top: f64,
    scroll: Scroll,
}

impl Browser {
    fn new(spec: &GridSpec) -> Self {
        Self {
            grid: Grid::new(spec),
            ratio: spec.ratio,
            top: 0.0,
            scroll: Scroll::default(),
        }
    }

    fn set(&mut self, top: f64) {
        // The end of a scroll box need not lie on a physical pixel.
        let rounded = (top * self.ratio).round() / self.ratio;
        self.top = rounded.clamp(0.0, self.grid.max_real());
        if top >= self.grid.max_real() {
            self.top = self.grid.max_real();
        }
    }

    /// The reader moves the box; the page follows, and may move the box itself.
    fn moves_to(&mut self, top: f64) {
        self.set(top);
        for _ in 0..3 {
            let (scroll, set) = self.scroll.scrolled(&self.grid, self.top);
            self.scroll = scroll;
            match set {
                Some(top) => self.set(top),
                None => return,
            }
        }
        panic!("the page and the browser keep moving each other");
    }

    fn settles(&mut self) {
        let (scroll, set) = self.scroll.settle(&self.grid);
        self.scroll = scroll;
        if let Some(top) = set {
            self.moves_to(top);
        }
    }
}

/// What is on the screen is drawn, in its place, and not much more.
fn assert_drawn(grid: &Grid, scroll: &Scroll) {
    let block = grid.block(scroll);
    let logical = scroll.logical();
    let columns = u64::from(grid.columns);
    let row_height = grid.row_height();
    assert!(block.first_row <= block.end_row && block.end_row <= grid.rows);
    assert_eq!(block.first, block.first_row * columns);
    assert_eq!(block.end, (block.end_row * columns).min(grid.total));
    if grid.total == 0 {
        return;
    }
    let first_seen = (logical / row_height).floor() as u64;
    let last_seen = ((logical + grid.height - grid.gap - 0.01) / row_height).floor() as u64;
    assert!(
        block.first_row <= first_seen,
        "{grid:?} {scroll:?} {block:?}"
    );
    assert!(
        block.end_row > last_seen.min(grid.rows - 1),
        "{grid:?} {scroll:?} {block:?}"
    );
    let height = (block.end_row - block.first_row) as f64 * row_height;
    assert!(height <= grid.height * 3.0 + row_height * 6.0);
    let seen = (grid.height / row_height).ceil() as u64 + 1;
    assert!(block.end - block.first <= CELL_LIMIT.max((seen + 2) * columns));
    // The first row stands where it belongs on the screen, and inside the scroll box.
    let on_screen = block.top - scroll.real();
    assert!((on_screen - (grid.row_top(block.first_row) - logical)).abs() < 0.01);
    assert!(block.top > -0.01, "{grid:?} {scroll:?} {block:?}");
    assert!(
        block.top + height - grid.gap < grid.real_height + 0.5,
        "{grid:?} {scroll:?} {block:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None,
        rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_place_is_drawn_and_the_box_stays_within_the_limit(
        spec in spec(),
        parts in proptest::collection::vec(0.0..=1.0_f64, 8),
    ) {
        let grid = Grid::new(&spec);
        prop_assert!(grid.real_height <= REAL_LIMIT / spec.ratio);
        prop_assert!(u64::from(grid.columns) * grid.rows >= grid.total);
        let line = f64::from(grid.columns) * (grid.cell_width + grid.gap) - grid.gap;
        prop_assert!((line - spec.width).abs() < 0.01);
        for part in [0.0, 1.0].into_iter().chain(parts) {
            assert_drawn(&grid, &Scroll::at(&grid, part * grid.max_logical()));
        }
    }

    #[test]
    fn first_middle_and_last_are_reached_by_row_and_by_scroll_bar(spec in spec()) {
        let mut browser = Browser::new(&spec);
        let grid = browser.grid;
        if grid.total == 0 {
            return Ok(());
        }
        for position in [0, grid.total / 2, grid.total - 1] {
            let row = grid.row_of(position);
            for align in [Align::Top, Align::Middle, Align::Nearest] {
                let scroll = Scroll::default().to_row(&grid, row, align);
                let top = grid.row_top(row);
                let seen = top + grid.cell_height.min(grid.height) - scroll.logical();
                prop_assert!(top >= scroll.logical() - 0.01 && seen <= grid.height + 0.01
                    || align == Align::Middle && grid.cell_height > grid.height);
                let block = grid.block(&scroll);
                prop_assert!((block.first..block.end).contains(&position));
            }
        }
        // Dragging the bar to either end shows exactly the end; the middle shows the middle.
        browser.moves_to(grid.max_real());
        prop_assert_eq!(browser.scroll.logical(), grid.max_logical());
        prop_assert_eq!(grid.block(&browser.scroll).end, grid.total);
        browser.moves_to(grid.max_real() / 2.0);
        let off = (browser.scroll.logical() - grid.max_logical() / 2.0).abs();
        prop_assert!(off <= grid.height * 2.0 + grid.max_logical() / 1000.0);
        browser.moves_to(0.0);
        prop_assert_eq!(browser.scroll.logical(), 0.0);
    }

    #[test]
    fn small_moves_are_one_to_one_wherever_they_begin(
        spec in spec(),
        start in 0.0..=1.0_f64,
        steps in proptest::collection::vec((-1.0..1.0_f64, any::<bool>()), 1..60),
    ) {
        let mut browser = Browser::new(&spec);
        let grid = browser.grid;
        browser.scroll = Scroll::at(&grid, start * grid.max_logical());
        browser.set(browser.scroll.real());
        for (step, settle) in steps {
            let before = browser.scroll.logical();
            let step = step * grid.height;
            browser.moves_to(browser.top + step);
            let wanted = (before + step).clamp(0.0, grid.max_logical());
            let got = browser.scroll.logical();
            prop_assert!((got - wanted).abs() <= 3.0, "{got} {wanted} {step} {grid:?}");
            assert_drawn(&grid, &browser.scroll);
            if settle {
                browser.settles();
                prop_assert!((browser.scroll.logical() - got).abs() <= 2.0);
            }
            if !grid.is_scaled() {
                prop_assert_eq!(browser.scroll.logical(), browser.scroll.real());
            }
        }
    }

    #[test]
    fn another_layout_keeps_the_first_visible_picture(a in spec(), b in spec(), part in 0.0..=1.0_f64) {
        let (old, new) = (Grid::new(&a), Grid::new(&GridSpec { total: a.total, ..b }));
        let scroll = Scroll::at(&old, part * old.max_logical());
        let first = old.first_visible(scroll.logical());
        let relaid = scroll.relaid(&old, &new);
        let block = new.block(&relaid);
        prop_assert!(a.total == 0 || (block.first..block.end).contains(&first));
        prop_assert_eq!(scroll.relaid(&old, &old).logical().round(), scroll.logical().round());
    }

    #[test]
    fn moves_stay_inside_and_go_where_they_say(spec in spec(), part in 0.0..1.0_f64) {
        let grid = Grid::new(&spec);
        let total = grid.total.max(1);
        let columns = u64::from(grid.columns);
        let position = (part * total as f64) as u64;
        let go = |step| moved(&grid, position, step);
        prop_assert_eq!(go(Move::Home), 0);
        prop_assert_eq!(go(Move::End), total - 1);
        prop_assert_eq!(go(Move::Left), position.saturating_sub(1));
        prop_assert_eq!(go(Move::Right), (position + 1).min(total - 1));
        prop_assert_eq!(go(Move::RowStart), position / columns * columns);
        prop_assert_eq!(go(Move::RowEnd), (position / columns * columns + columns - 1).min(total - 1));
        let up = if position >= columns { position - columns } else { position };
        prop_assert_eq!(go(Move::Up), up);
        let down = go(Move::Down);
        prop_assert!(down == position + columns || down == total - 1 || down == position);
        prop_assert!(down != position || grid.row_of(position) == grid.row_of(total - 1));
        let page = grid.rows_per_page();
        prop_assert!(grid.row_of(position) - grid.row_of(go(Move::PageUp)) <= page);
        prop_assert!(grid.row_of(go(Move::PageDown)) - grid.row_of(position) <= page);
        for step in [Move::PageUp, Move::PageDown, Move::Up, Move::Down] {
            prop_assert!(go(step) < total);
        }
    }

    #[test]
    fn the_nearest_picture_is_the_one_at_the_point(spec in spec(), part in 0.0..1.0_f64) {
        let grid = Grid::new(&spec);
        let last = grid.total.saturating_sub(1);
        let position = (part * grid.total as f64) as u64;
        let (x, y) = grid.cell_at(position);
        let inside = (x + grid.cell_width / 2.0, y + grid.cell_height / 2.0);
        prop_assert_eq!(grid.nearest(inside), position.min(last));
        prop_assert_eq!(grid.nearest((-9.0, -9.0)), 0);
        prop_assert_eq!(grid.nearest((f64::INFINITY, f64::INFINITY)), last);
    }

    #[test]
    fn a_rubber_band_touches_the_cells_under_it(
        spec in spec(),
        a in (0.0..1.0_f64, 0.0..1.0_f64),
        size in (-2000.0..2000.0_f64, -2000.0..2000.0_f64),
    ) {
        let grid = Grid::new(&spec);
        let from = (a.0 * spec.width, a.1 * grid.logical_height);
        let to = (from.0 + size.0, from.1 + size.1);
        let band = grid.touched(from, to);
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
        let touches = |position: u64| {
            let (x, y) = grid.cell_at(position);
            x <= right && left < x + grid.cell_width && y <= bottom && top < y + grid.cell_height
        };
        let mut inside = 0;
        let columns = u64::from(grid.columns);
        let first = band.rows.start.saturating_sub(2) * columns;
        for position in first..((band.rows.end + 2) * columns).min(grid.total) {
            prop_assert_eq!(band.contains(position), touches(position), "{} {:?}", position, band);
            inside += u64::from(band.contains(position));
        }
        prop_assert_eq!(band.positions().count() as u64, inside);
        prop_assert!(band.positions().all(|position| band.contains(position)));
        prop_assert!(!band.contains(grid.total));
    }
}

#[test]
fn a_wheel_reaches_both_ends_of_a_million_and_every_row_is_drawn_on_the_way() {
    for (at, ratio) in RATIOS.into_iter().enumerate() {
        let (width, cell) = [
            (1280.0, 180.0),
            (390.0, 110.0),
            (820.0, 140.0),
            (1280.0, 300.0),
        ][at];
        let spec = GridSpec {
            width,
            height: 800.0,
            cell,
            shape: CellShape::Times(1.0),
            gap: 8.0,
            total: 1_000_000,
            ratio,
        };
        let mut browser = Browser::new(&spec);
        let grid = browser.grid;
        assert!(grid.is_scaled());
        let step = 640.0;
        let mut drawn_to = 0;
        let mut steps = 0_u32;
        while browser.scroll.logical() < grid.max_logical() {
            let block = grid.block(&browser.scroll);
            assert!(block.first <= drawn_to, "nothing is left out");
            drawn_to = block.end;
            let before = browser.scroll.logical();
            browser.moves_to(browser.top + step);
            let moved = browser.scroll.logical() - before;
            assert!(
                moved > step - 3.0 || browser.scroll.logical() >= grid.max_logical(),
                "{moved}"
            );
            // Readers stop now and then.
            if steps.is_multiple_of(37) {
                browser.settles();
            }
            steps += 1;
        }
        assert_eq!(grid.block(&browser.scroll).end, grid.total);
        while browser.scroll.logical() > 0.0 {
            let before = browser.scroll.logical();
            browser.moves_to(browser.top - step);
            assert!(
                before - browser.scroll.logical() > step - 3.0 || browser.scroll.logical() <= 0.0
            );
        }
        assert_eq!(browser.top, 0.0);
    }
}

#[test]
fn sizes_that_make_no_sense_are_taken() {
    for value in [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -5.0,
        0.0,
        1e-300,
        1e300,
    ] {
        let spec = GridSpec {
            width: value,
            height: value,
            cell: value,
            shape: CellShape::Times(value),
            gap: value,
            total: 1000,
            ratio: value,
        };
        let grid = Grid::new(&spec);
        assert!(grid.columns >= 1 && grid.row_height() > 0.0);
        let (scroll, _) = Scroll::default().scrolled(&grid, value);
        let block = grid.block(&scroll);
        assert!(block.end <= 1000);
        grid.touched((value, value), (5.0, value));
        let _ = scroll
            .relaid(&grid, &grid)
            .to_row(&grid, u64::MAX, Align::Nearest);
        moved(&grid, u64::MAX, Move::PageDown);
    }
}
