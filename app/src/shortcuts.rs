//! Every key of the page in one table, from which the help dialog is made as well.
//!
//! To add one: a variant of [`Action`], its row in [`TABLE`], its arm in [`run`] or in the lightbox.

mod keys;

use domain::layout::Move;
use leptos::{ev, prelude::*};

use crate::{
    browser::{dom, events},
    state::{
        grid::GridState, preferences::Preferences, query::QueryState, selection::SelectionState,
    },
};

pub use keys::{stroke, uses_only_a_character};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Moves the focus in the grid.
    Go(Move),
    /// Moves the focus and selects up to it.
    Extend(Move),
    /// Opens the focused picture.
    Open,
    /// Selects or unselects the focused picture.
    Toggle,
    /// Selects the whole result.
    SelectAll,
    /// Selects nothing.
    SelectNone,
    /// Closes what is open, or selects nothing.
    Escape,
    /// Selects what is not selected.
    Invert,
    /// Downloads the selection.
    Download,
    /// Goes to the search box.
    Search,
    /// Shows or hides the filters.
    Filters,
    /// Makes the pictures of the grid smaller.
    Smaller,
    /// Makes the pictures of the grid larger.
    Larger,
    /// Shows the picture before.
    Previous,
    /// Shows the picture after.
    Next,
    /// Shows the first picture.
    First,
    /// Shows the last picture.
    Last,
    /// Back to the grid.
    Close,
    /// Between the whole picture and its pixels.
    Zoom,
    /// Closer.
    ZoomIn,
    /// Farther.
    ZoomOut,
    /// Moves a zoomed picture; so many steps right and down.
    Pan(i8, i8),
    /// Fills the screen.
    Fullscreen,
    /// Hides everything but the picture.
    HideControls,
    /// Changes what is behind the picture.
    Backdrop,
    /// Shows or hides the inspector.
    Inspector,
    /// Copies the positive prompt.
    CopyPrompt,
    /// Shows this list.
    Help,
}

/// Where a key does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Everywhere on the page.
    Page,
    /// In the grid, while no picture is open.
    Grid,
    /// While a picture is open.
    Picture,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Shortcut {
    /// Where it works.
    pub place: Place,
    /// The strokes that do it, as [`stroke`] writes them.
    pub strokes: &'static [&'static str],
    /// What it does.
    pub action: Action,
    /// What the help says; empty for a stroke that stands for its neighbour's.
    pub text: &'static str,
}

const fn key(
    place: Place,
    strokes: &'static [&'static str],
    action: Action,
    text: &'static str,
) -> Shortcut {
    Shortcut {
        place,
        strokes,
        action,
        text,
    }
}

/// Every key.
pub const TABLE: &[Shortcut] = &[
    key(Place::Page, &["/"], Action::Search, "Search"),
    key(Place::Page, &["?"], Action::Help, "These keys"),
    key(
        Place::Page,
        &["\\"],
        Action::Filters,
        "Show or hide the filters",
    ),
    key(
        Place::Grid,
        &["ArrowLeft"],
        Action::Go(Move::Left),
        "Picture before",
    ),
    key(
        Place::Grid,
        &["ArrowRight"],
        Action::Go(Move::Right),
        "Next picture",
    ),
    key(Place::Grid, &["ArrowUp"], Action::Go(Move::Up), "Row above"),
    key(
        Place::Grid,
        &["ArrowDown"],
        Action::Go(Move::Down),
        "Row below",
    ),
    key(
        Place::Grid,
        &["PageUp"],
        Action::Go(Move::PageUp),
        "One screen up",
    ),
    key(
        Place::Grid,
        &["PageDown"],
        Action::Go(Move::PageDown),
        "One screen down",
    ),
    key(
        Place::Grid,
        &["Home", "Ctrl+Home"],
        Action::Go(Move::Home),
        "First picture",
    ),
    key(
        Place::Grid,
        &["End", "Ctrl+End"],
        Action::Go(Move::End),
        "Last picture",
    ),
    key(Place::Grid, &["Enter"], Action::Open, "Open"),
    key(
        Place::Page,
        &["Space"],
        Action::Toggle,
        "Select or unselect",
    ),
    key(
        Place::Grid,
        &["Shift+ArrowLeft"],
        Action::Extend(Move::Left),
        "Select up to the one before",
    ),
    key(
        Place::Grid,
        &["Shift+ArrowRight"],
        Action::Extend(Move::Right),
        "Select up to the next one",
    ),
    key(
        Place::Grid,
        &["Shift+ArrowUp"],
        Action::Extend(Move::Up),
        "Select up to the row above",
    ),
    key(
        Place::Grid,
        &["Shift+ArrowDown"],
        Action::Extend(Move::Down),
        "Select up to the row below",
    ),
    key(
        Place::Grid,
        &["Shift+PageUp"],
        Action::Extend(Move::PageUp),
        "Select one screen up",
    ),
    key(
        Place::Grid,
        &["Shift+PageDown"],
        Action::Extend(Move::PageDown),
        "Select one screen down",
    ),
    key(
        Place::Grid,
        &["Shift+Home"],
        Action::Extend(Move::Home),
        "Select up to the first",
    ),
    key(
        Place::Grid,
        &["Shift+End"],
        Action::Extend(Move::End),
        "Select up to the last",
    ),
    key(
        Place::Grid,
        &["Ctrl+A"],
        Action::SelectAll,
        "Select the whole result",
    ),
    key(
        Place::Grid,
        &["Ctrl+Shift+I"],
        Action::Invert,
        "Select what is not selected",
    ),
    key(
        Place::Grid,
        &["Ctrl+D"],
        Action::SelectNone,
        "Select nothing",
    ),
    key(Place::Grid, &["Escape"], Action::Escape, "Select nothing"),
    key(
        Place::Grid,
        &["Shift+D"],
        Action::Download,
        "Download the selection",
    ),
    key(Place::Grid, &["["], Action::Smaller, "Smaller pictures"),
    key(Place::Grid, &["]"], Action::Larger, "Larger pictures"),
    key(
        Place::Picture,
        &["ArrowLeft", "Shift+ArrowLeft"],
        Action::Previous,
        "Picture before",
    ),
    key(
        Place::Picture,
        &["ArrowRight", "Shift+ArrowRight"],
        Action::Next,
        "Next picture",
    ),
    key(Place::Picture, &["Home"], Action::First, "First picture"),
    key(Place::Picture, &["End"], Action::Last, "Last picture"),
    key(
        Place::Picture,
        &["Escape", "G"],
        Action::Close,
        "Back to the grid",
    ),
    key(
        Place::Picture,
        &["Z"],
        Action::Zoom,
        "Whole picture, or its pixels",
    ),
    key(Place::Picture, &["+", "="], Action::ZoomIn, "Closer"),
    key(Place::Picture, &["-"], Action::ZoomOut, "Farther"),
    key(
        Place::Picture,
        &["ArrowUp"],
        Action::Pan(0, -1),
        "Move a zoomed picture",
    ),
    key(Place::Picture, &["ArrowDown"], Action::Pan(0, 1), ""),
    key(
        Place::Picture,
        &["I"],
        Action::Inspector,
        "Show or hide the inspector",
    ),
    key(
        Place::Picture,
        &["H"],
        Action::HideControls,
        "Hide everything but the picture",
    ),
    key(
        Place::Picture,
        &["L"],
        Action::Backdrop,
        "Black, grey or white behind the picture",
    ),
    key(
        Place::Picture,
        &["Shift+F"],
        Action::Fullscreen,
        "Full screen",
    ),
    key(
        Place::Picture,
        &["Shift+C"],
        Action::CopyPrompt,
        "Copy the prompt",
    ),
];

/// What a stroke does in a place; `picture` tells whether a picture is open.
pub fn find(stroke: &str, picture: bool) -> Option<Action> {
    let here = |place: Place| match place {
        Place::Page => true,
        Place::Grid => !picture,
        Place::Picture => picture,
    };
    TABLE
        .iter()
        .find(|row| here(row.place) && row.strokes.contains(&stroke))
        .map(|row| row.action)
}

/// What the keys act on.
#[derive(Clone, Copy)]
pub struct Page {
    /// The URL.
    pub query: QueryState,
    /// How this person likes it.
    pub preferences: Preferences,
    /// What is selected.
    pub selection: SelectionState,
    /// The grid, when there is one.
    pub grid: RwSignal<Option<GridState>>,
    /// Whether the export dialog is open.
    pub exporting: RwSignal<bool>,
    /// Whether the help is open.
    pub helping: RwSignal<bool>,
}

/// The lightbox's own actions; it hears them through the context.
#[derive(Clone, Copy)]
pub struct PictureActions(pub RwSignal<Option<Callback<Action>>>);

/// Hears the keys of the page until it goes away.
pub fn listen(page: Page) {
    let picture = PictureActions(RwSignal::new(None));
    provide_context(picture);
    Effect::new(move || events::on_key(move |event| heard(page, picture, &event)));
}

fn heard(page: Page, picture: PictureActions, event: &ev::KeyboardEvent) {
    if event.default_prevented() || event.is_composing() || dom::dialog_open() {
        return;
    }
    let typing = dom::is_typing(event);
    let stroke = stroke(
        &event.key(),
        event.ctrl_key() || event.meta_key(),
        event.alt_key(),
        event.shift_key(),
    );
    if typing {
        return;
    }
    if uses_only_a_character(&stroke) && !page.preferences.single_keys.get_untracked() {
        return;
    }
    let open = page
        .query
        .query
        .with_untracked(|query| query.image.is_some());
    let Some(action) = find(&stroke, open) else {
        return;
    };
    // Enter and Space belong to the button or link that has the focus, arrows to sliders and menus.
    let in_grid = dom::is_within(event, ".tile");
    let in_control = dom::is_within(event, "a,button,input,summary,[role=slider],[role=menu]");
    if in_control && !in_grid && keys::is_plain(&stroke) {
        return;
    }
    let done = if open {
        run_open(page, picture, action)
    } else {
        run(page, action)
    };
    if done {
        event.prevent_default();
    }
}

fn run_open(page: Page, picture: PictureActions, action: Action) -> bool {
    match action {
        Action::Help => page.helping.set(true),
        Action::Search | Action::Filters => return false,
        other => match picture.0.get_untracked() {
            Some(callback) => callback.run(other),
            None => return false,
        },
    }
    true
}

fn run(page: Page, action: Action) -> bool {
    let grid = page.grid.get_untracked();
    match action {
        Action::Search => return dom::focus_first("[data-search]"),
        Action::Help => page.helping.set(true),
        Action::Filters => page.preferences.filters.update(|open| *open = !*open),
        Action::SelectNone => page.selection.clear(),
        Action::Escape if page.selection.count.get_untracked() == 0 => return false,
        Action::Escape => page.selection.clear(),
        Action::Download if page.selection.count.get_untracked() > 0 => page.exporting.set(true),
        Action::Smaller | Action::Larger => {
            let now = dom::root_number("--cell").unwrap_or(200.0);
            let times = if action == Action::Smaller {
                0.87
            } else {
                1.15
            };
            page.preferences.set_cell(now * times);
            if let Some(grid) = grid {
                grid.measure();
            }
        }
        other => match grid {
            Some(grid) => return run_in_grid(grid, other),
            None => return false,
        },
    }
    true
}

fn run_in_grid(grid: GridState, action: Action) -> bool {
    match action {
        // The first arrow after the page opened shows where the focus is.
        Action::Go(_) if !dom::focus_within(".tile") => {
            grid.focus_on(grid.visible_focus(), false);
        }
        Action::Go(step) => grid.step(step, false),
        Action::Extend(step) => grid.step(step, true),
        Action::Open => grid.open(grid.focus.get_untracked()),
        Action::Toggle => grid.toggle(grid.focus.get_untracked()),
        Action::SelectAll => grid.select_all(),
        Action::Invert => grid.invert(),
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stroke_does_two_things_in_one_place() {
        for picture in [false, true] {
            let mut seen = Vec::new();
            for row in TABLE {
                let elsewhere = if picture { Place::Grid } else { Place::Picture };
                for stroke in row.strokes.iter().filter(|_| row.place != elsewhere) {
                    assert!(!seen.contains(stroke), "{stroke} twice");
                    seen.push(*stroke);
                }
            }
        }
    }

    #[test]
    fn keys_mean_what_the_place_says() {
        assert_eq!(find("ArrowLeft", false), Some(Action::Go(Move::Left)));
        assert_eq!(find("ArrowLeft", true), Some(Action::Previous));
        assert_eq!(find("/", true), Some(Action::Search));
        assert_eq!(find("Ctrl+A", true), None);
    }
}
