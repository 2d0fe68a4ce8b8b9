//! The table of keys.

use domain::{
    judgement::{Label, Verdict},
    layout::Move,
};

use super::Action;
use crate::state::{judging::Verb, take::Take};

/// Where a key does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Everywhere on the page.
    Page,
    /// In the grid, while no picture is open.
    Grid,
    /// While a picture is open.
    Picture,
    /// While pictures are culled.
    Cull,
    /// While two pictures are compared.
    Duel,
}

impl Place {
    /// The word for it in what is kept.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Grid => "grid",
            Self::Picture => "picture",
            Self::Cull => "cull",
            Self::Duel => "duel",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Shortcut {
    /// Where it works.
    pub place: Place,
    /// The strokes that do it unless somebody changes them, as `stroke` writes them; at least one.
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
        &["Ctrl+K"],
        Action::Palette,
        "Commands, by name",
    ),
    key(
        Place::Page,
        &["\\"],
        Action::Filters,
        "Show or hide the filters",
    ),
    key(
        Place::Grid,
        &["Shift+N"],
        Action::Follow,
        "Follow: new pictures on top by themselves, or not",
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
        Place::Page,
        &["P"],
        Action::Judge(Verb::Verdict(Verdict::Approved)),
        "Approve",
    ),
    key(
        Place::Page,
        &["X"],
        Action::Judge(Verb::Verdict(Verdict::Rejected)),
        "Reject",
    ),
    key(
        Place::Page,
        &["U"],
        Action::Judge(Verb::Verdict(Verdict::Undecided)),
        "Undecided",
    ),
    key(
        Place::Page,
        &["1"],
        Action::Judge(Verb::Stars(1)),
        "One star",
    ),
    key(
        Place::Page,
        &["2"],
        Action::Judge(Verb::Stars(2)),
        "Two stars",
    ),
    key(
        Place::Page,
        &["3"],
        Action::Judge(Verb::Stars(3)),
        "Three stars",
    ),
    key(
        Place::Page,
        &["4"],
        Action::Judge(Verb::Stars(4)),
        "Four stars",
    ),
    key(
        Place::Page,
        &["5"],
        Action::Judge(Verb::Stars(5)),
        "Five stars",
    ),
    key(
        Place::Page,
        &["0"],
        Action::Judge(Verb::Stars(0)),
        "No stars",
    ),
    key(
        Place::Page,
        &["F"],
        Action::Judge(Verb::Favourite),
        "Favourite",
    ),
    key(
        Place::Page,
        &["6"],
        Action::Judge(Verb::Label(Label::Red)),
        "Red label",
    ),
    key(
        Place::Page,
        &["7"],
        Action::Judge(Verb::Label(Label::Yellow)),
        "Yellow label",
    ),
    key(
        Place::Page,
        &["8"],
        Action::Judge(Verb::Label(Label::Green)),
        "Green label",
    ),
    key(
        Place::Page,
        &["9"],
        Action::Judge(Verb::Label(Label::Blue)),
        "Blue label",
    ),
    key(Place::Page, &["T"], Action::Tag, "Tags"),
    key(Place::Page, &["B"], Action::Group, "Photosets"),
    key(
        Place::Grid,
        &["Alt+Shift+ArrowLeft", "Alt+Shift+ArrowUp"],
        Action::Earlier,
        "Earlier in the photoset",
    ),
    key(
        Place::Grid,
        &["Alt+Shift+ArrowRight", "Alt+Shift+ArrowDown"],
        Action::Later,
        "Later in the photoset",
    ),
    key(Place::Page, &["E"], Action::Edit, "Edit values"),
    key(
        Place::Page,
        &["Delete", "Backspace"],
        Action::Judge(Verb::Trash),
        "Into the trash",
    ),
    key(
        Place::Page,
        &["Shift+H"],
        Action::Judge(Verb::Hide),
        "Hide, or show again",
    ),
    key(
        Place::Page,
        &["Ctrl+Z"],
        Action::Undo,
        "Take back what was done last",
    ),
    key(
        Place::Page,
        &["Ctrl+Shift+Z", "Ctrl+Y"],
        Action::Redo,
        "Do it again",
    ),
    key(
        Place::Page,
        &["Ctrl+C"],
        Action::Take(Take::Picture),
        "Copy the picture",
    ),
    key(
        Place::Page,
        &["Shift+C"],
        Action::Take(Take::Prompt),
        "Copy its prompt",
    ),
    key(
        Place::Page,
        &["Alt+C"],
        Action::Take(Take::Parameters),
        "Copy its prompt and parameters",
    ),
    key(
        Place::Page,
        &["W"],
        Action::Take(Take::Workflow),
        "Save its workflow",
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
    key(Place::Picture, &["Home"], Action::ToFirst, "First picture"),
    key(Place::Picture, &["End"], Action::ToLast, "Last picture"),
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
        "Move a zoomed picture up",
    ),
    key(
        Place::Picture,
        &["ArrowDown"],
        Action::Pan(0, 1),
        "Move a zoomed picture down",
    ),
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
        Place::Cull,
        &["ArrowRight"],
        Action::Next,
        "Next picture, undecided",
    ),
    key(
        Place::Cull,
        &["ArrowLeft"],
        Action::Previous,
        "Picture before",
    ),
    key(Place::Cull, &["Home"], Action::ToFirst, "First picture"),
    key(Place::Cull, &["End"], Action::ToLast, "Last picture"),
    key(
        Place::Cull,
        &["C"],
        Action::Compare,
        "The picture before in its place, and back",
    ),
    key(
        Place::Cull,
        &["K"],
        Action::Keep,
        "Keep this one of its stack, reject the others",
    ),
    key(
        Place::Cull,
        &["Shift+A"],
        Action::Advance,
        "Go on by itself after a verdict, or not",
    ),
    key(
        Place::Cull,
        &["Z"],
        Action::Zoom,
        "Whole picture, or its pixels",
    ),
    key(Place::Cull, &["+", "="], Action::ZoomIn, "Closer"),
    key(Place::Cull, &["-"], Action::ZoomOut, "Farther"),
    key(Place::Cull, &["Shift+F"], Action::Fullscreen, "Full screen"),
    key(
        Place::Cull,
        &["Escape", "G"],
        Action::Close,
        "Back to the pictures",
    ),
    key(
        Place::Duel,
        &["ArrowLeft", "ArrowUp"],
        Action::First,
        "The left one, or the upper one, is better",
    ),
    key(
        Place::Duel,
        &["ArrowRight", "ArrowDown"],
        Action::Second,
        "The other one is better",
    ),
    key(
        Place::Duel,
        &["=", "N"],
        Action::Neither,
        "Neither is better",
    ),
    key(Place::Duel, &["Shift+F"], Action::Fullscreen, "Full screen"),
    key(
        Place::Duel,
        &["Escape", "G"],
        Action::Close,
        "Back to the pictures",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stroke_does_two_things_in_one_place() {
        for place in [Place::Grid, Place::Picture, Place::Cull, Place::Duel] {
            let mut seen = Vec::new();
            let here = |row: &&Shortcut| row.place == place || row.place == Place::Page;
            for stroke in TABLE.iter().filter(here).flat_map(|row| row.strokes) {
                assert!(!seen.contains(stroke), "{stroke} twice");
                seen.push(*stroke);
            }
        }
    }
}
