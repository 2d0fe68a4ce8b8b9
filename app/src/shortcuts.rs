//! Every key of the page in one table, from which the help dialog is made as well.
//!
//! To add one: a variant of [`Action`], its row in [`TABLE`] (`shortcuts/table.rs`), its arm in [`run`] or in the lightbox.

mod keymap;
mod keys;
mod presets;
mod table;

use domain::layout::Move;
use leptos::{ev, prelude::*};

use crate::{
    browser::{dom, events},
    later,
    state::{
        about_pictures::AboutPictures,
        grid::GridState,
        judging::{Judging, Verb},
        preferences::Preferences,
        query::QueryState,
        result::ResultState,
        selection::SelectionState,
        take::Take,
    },
    words,
};

pub use self::{
    keymap::Keymap,
    keys::{pressed, uses_only_a_character},
    presets::PRESETS,
    table::{Place, Shortcut, TABLE},
};

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
    /// Whether new pictures go on top by themselves.
    Follow,
    /// Makes the pictures of the grid smaller.
    Smaller,
    /// Makes the pictures of the grid larger.
    Larger,
    /// Shows the picture before.
    Previous,
    /// Shows the picture after.
    Next,
    /// Shows the first picture.
    ToFirst,
    /// Shows the last picture.
    ToLast,
    /// Of two the first one is better: that on the left, or above.
    First,
    /// Of two the other one is better.
    Second,
    /// Neither is.
    Neither,
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
    /// Copies or saves something of the focused or open picture.
    Take(Take),
    /// Shows the picture before in place of this one, and back.
    Compare,
    /// Approves this one of its stack and rejects the others.
    Keep,
    /// Whether a verdict goes on to the next picture.
    Advance,
    /// Judges what is selected, else the focused or open picture.
    Judge(Verb),
    /// Shows the tags of what is selected, else of the focused or open picture.
    Tag,
    /// Shows the photosets of what is selected, else of the focused or open picture.
    Group,
    /// Moves what is selected, else the focused picture, one place towards the beginning of its photoset.
    Earlier,
    /// The same towards the end.
    Later,
    /// Shows everything that can be done.
    Palette,
    /// Edits values of what is selected, else of the focused or open picture.
    Edit,
    /// Takes back what was done last.
    Undo,
    /// Does again what was taken back last.
    Redo,
    /// Shows this list.
    Help,
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
    /// The result that is shown, also when no picture is in it.
    pub shown: RwSignal<Option<ResultState>>,
    /// What takes back.
    pub judging: Judging,
    /// Whether the export dialog is open.
    pub exporting: RwSignal<bool>,
    /// Whether the help is open.
    pub helping: RwSignal<bool>,
    /// Whether the command palette is open.
    pub commanding: RwSignal<bool>,
    /// The dialogs about pictures: tags, photosets, values.
    pub dialogs: [AboutPictures; 3],
}

/// The lightbox's own actions; it hears them through the context.
#[derive(Clone, Copy)]
pub struct PictureActions {
    hearing: RwSignal<Option<Callback<Action>>>,
    /// What was asked for while the program that shows pictures was still on its way.
    early: StoredValue<Vec<Action>>,
}

impl PictureActions {
    /// The open picture hears its actions from now on, and first what it missed.
    pub fn hear(self, act: Callback<Action>) {
        self.hearing.set(Some(act));
        let early = self.early.try_update_value(std::mem::take);
        early.into_iter().flatten().for_each(|action| {
            act.run(action);
        });
    }

    /// The open picture goes away.
    pub fn leave(self) {
        self.hearing.try_set(None);
        self.early.try_update_value(Vec::clear);
    }

    fn ask(self, action: Action) {
        match self.hearing.get_untracked() {
            Some(act) => act.run(action),
            None => self.early.update_value(|early| early.push(action)),
        }
    }
}

/// Hears the keys of the page until it goes away. The callback does what a key would do.
pub fn listen(page: Page) -> Callback<Action> {
    let picture = PictureActions {
        hearing: RwSignal::new(None),
        early: StoredValue::new(Vec::new()),
    };
    provide_context(picture);
    Effect::new(move || events::on_key(move |event| heard(page, picture, &event)));
    Callback::new(move |action| {
        perform(page, picture, action);
    })
}

/// Hears the keys of another place until it goes away. `act` tells whether it did something.
pub fn listen_in(
    place: Place,
    preferences: Preferences,
    act: impl Fn(Action) -> bool + Copy + 'static,
) {
    Effect::new(move || {
        events::on_key(move |event| {
            if meant(place, preferences, &event).is_some_and(act) {
                event.prevent_default();
            }
        });
    });
}

fn heard(page: Page, picture: PictureActions, event: &ev::KeyboardEvent) {
    // What is typed before the editor stands there is a name and no key.
    if page.dialogs.iter().any(|one| one.open.get_untracked()) {
        return;
    }
    let open = page
        .query
        .query
        .with_untracked(|query| query.image.is_some());
    let place = if open { Place::Picture } else { Place::Grid };
    let Some(action) = meant(place, page.preferences, event) else {
        return;
    };
    if perform(page, picture, action) {
        event.prevent_default();
    }
}

/// Does something in the open picture, else on the page; tells whether it did.
fn perform(page: Page, picture: PictureActions, action: Action) -> bool {
    let open = page
        .query
        .query
        .with_untracked(|query| query.image.is_some());
    if open {
        run_open(page, picture, action)
    } else {
        run(page, action)
    }
}

/// What somebody means by a key, if anything.
fn meant(place: Place, preferences: Preferences, event: &ev::KeyboardEvent) -> Option<Action> {
    if event.default_prevented()
        || event.is_composing()
        || dom::dialog_open()
        || dom::is_typing(event)
    {
        return None;
    }
    let keymap = preferences.keymap;
    let single = preferences.single_keys.get_untracked();
    let does = |stroke: &String| {
        let off = uses_only_a_character(stroke) && !single;
        keymap
            .with_untracked(|keymap| keymap.find(stroke, place))
            .filter(|_| !off)
    };
    let mut strokes = keys::strokes(event).into_iter();
    let (stroke, action) = strokes.find_map(|stroke| does(&stroke).map(|does| (stroke, does)))?;
    // Selected text is what people mean to copy.
    if action == Action::Take(Take::Picture) && dom::text_selected() {
        return None;
    }
    let in_grid = dom::is_within(event, "[data-p]");
    let belongs = keys::owner(&stroke).is_some_and(|owner| dom::is_within(event, owner));
    (!belongs || in_grid).then_some(action)
}

fn run_open(page: Page, picture: PictureActions, action: Action) -> bool {
    match action {
        Action::Help => page.helping.set(true),
        Action::Palette => page.commanding.set(true),
        Action::Search | Action::Filters => return false,
        Action::Undo | Action::Redo => return run(page, action),
        // Closing need not wait for what shows the picture.
        Action::Close if picture.hearing.with_untracked(Option::is_none) => {
            picture.leave();
            page.query.close();
        }
        other => picture.ask(other),
    }
    true
}

fn run(page: Page, action: Action) -> bool {
    let grid = page.grid.get_untracked();
    match action {
        Action::Search => return dom::focus_first("#search"),
        Action::Help => page.helping.set(true),
        Action::Palette => page.commanding.set(true),
        Action::Filters => page.preferences.filters.update(|open| *open = !*open),
        Action::Follow => page.preferences.follow.update(|on| *on = !*on),
        Action::Escape if page.selection.count.get_untracked() == 0 => return false,
        Action::Escape | Action::SelectNone => page.selection.clear(),
        // What was done may have left no picture here.
        Action::Undo | Action::Redo => match page.shown.get_untracked() {
            Some(result) if action == Action::Undo => page.judging.undo(result),
            Some(result) => page.judging.redo(result),
            None => return false,
        },
        Action::Download if page.selection.count.get_untracked() > 0 => page.exporting.set(true),
        other => match grid {
            Some(grid) => return run_in_grid(grid, other),
            None => return false,
        },
    }
    true
}

fn run_in_grid(grid: GridState, action: Action) -> bool {
    match action {
        // The first arrow after the page opened shows where the focus is; other keys go at once.
        Action::Go(Move::Left | Move::Right | Move::Up | Move::Down)
            if !dom::focus_within("[data-p]") =>
        {
            grid.focus_on(grid.visible_focus(), false);
        }
        Action::Go(step) => grid.step(step, false),
        Action::Extend(step) => grid.step(step, true),
        Action::Open => grid.open(grid.focus.get_untracked()),
        Action::Toggle => grid.toggle(grid.focus.get_untracked()),
        Action::SelectAll => grid.select_all(),
        Action::Invert => grid.invert(),
        Action::Smaller => grid.resize(0.87),
        Action::Larger => grid.resize(1.15),
        Action::Take(what) => return take_focused(grid, what),
        Action::Judge(verb) => judge(grid, verb),
        Action::Tag => choose(grid, grid.shared.tagging()),
        Action::Group => choose(grid, grid.shared.grouping()),
        Action::Edit => choose(grid, grid.shared.editing()),
        Action::Earlier => later::arrange(grid, false),
        Action::Later => later::arrange(grid, true),
        _ => return false,
    }
    true
}

/// Judges what is selected; else the picture that has the focus, or the newest one of a session.
fn judge(grid: GridState, verb: Verb) {
    let edit = verb.edit(grid.front_judgement());
    let judging = grid.shared.judging();
    match grid.result.card(grid.visible_focus()) {
        _ if grid.selection().count.get_untracked() > 0 => judging.selected(grid, edit),
        Some(card) if dom::focus_within("[data-p]") => judging.one(grid.result, card.id, edit),
        _ => match grid.newest() {
            Some(card) => judging.one(grid.result, card.id, verb.edit(card.judgement)),
            None => grid.shared.toasts().say(words::NO_FOCUS),
        },
    }
}

/// Shows a dialog about what is selected; else about the picture that has the focus.
fn choose(grid: GridState, dialog: AboutPictures) {
    match grid.result.card(grid.visible_focus()) {
        _ if grid.selection().count.get_untracked() > 0 => dialog.selected(grid.selection()),
        Some(card) if dom::focus_within("[data-p]") => dialog.one(card.id),
        _ => match grid.newest() {
            Some(card) => dialog.one(card.id),
            None => grid.shared.toasts().say(words::NO_FOCUS),
        },
    }
}

/// Takes something from the picture that has the focus. Without one, Ctrl+C stays the browser's own.
fn take_focused(grid: GridState, what: Take) -> bool {
    let toasts = grid.shared.toasts();
    let card = grid.result.card(grid.focus.get_untracked());
    match card.filter(|_| dom::focus_within("[data-p]")) {
        Some(card) => later::take(what, card, toasts),
        None if what == Take::Picture => return false,
        None => toasts.say(words::NO_FOCUS),
    }
    true
}
