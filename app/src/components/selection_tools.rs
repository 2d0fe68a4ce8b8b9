//! What can be done with everything that is selected.

use domain::{aside::Aside, judgement::Verdict};
use leptos::prelude::*;

use super::icon::{Icon, IconButton};
use crate::{
    shortcuts::Action,
    state::{
        about_pictures::{AboutPictures, Target},
        grid::GridState,
        grouping,
        judging::Verb,
        selection::Chosen,
        shared::Shared,
    },
    words,
};

/// The buttons of the selection bar.
#[component]
pub fn SelectionTools(
    /// What the page shares.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
    /// Whether the export dialog is open.
    exporting: RwSignal<bool>,
) -> impl IntoView {
    let selection = shared.selection();
    let query = shared.query().query;
    let place = Memo::new(move |_| query.with(Aside::of));
    let preferences = shared.preferences();
    let about = move |icon, name, action, dialog: AboutPictures| {
        let hint = Signal::derive(preferences.hint(name, action));
        let press = Callback::new(move |()| dialog.selected(selection));
        view! { <IconButton icon name hint press /> }
    };
    let nothing = Signal::derive(preferences.hint("Select nothing", Action::SelectNone));
    let tools = move || {
        tools_in(place.get())
            .iter()
            .map(|tool| view! { <Tool shared grid tool=*tool /> })
            .collect_view()
    };
    view! {
        <button type="button" class="button is-primary selection-download" on:click=move |_| exporting.set(true)>
            <Icon name="download" />
            <span>"Download"</span>
        </button>
        <span class="selection-judge">
            {tools}
            {about("tag", "Tag", Action::Tag, shared.tagging())}
            {about("stack", "Photosets", Action::Group, shared.grouping())}
            {about("pencil", "Edit", Action::Edit, shared.editing())}
            <TakeOut shared grid />
        </span>
        <SelectAll shared grid />
        <button
            type="button"
            class="button is-quiet selection-invert"
            title=preferences.hint("Select what is not selected", Action::Invert)
            on:click=move |_| {
                if let Some(grid) = grid.get_untracked() {
                    grid.invert();
                }
            }
        >
            "Invert"
        </button>
        <IconButton
            icon="close"
            name="Select nothing"
            hint=nothing
            press=Callback::new(move |()| selection.clear())
        />
    }
    .into_any()
}

/// What is judged by a button: the verb, its icon and its name.
type Judged = (Verb, &'static str, &'static str);

const APPROVE: Judged = (Verb::Verdict(Verdict::Approved), "check", "Approve");
const REJECT: Judged = (Verb::Verdict(Verdict::Rejected), "close", "Reject");
const FAVOURITE: Judged = (Verb::Favourite, "heart", "Favourite");
const HIDE: Judged = (Verb::Hide, "eye-off", "Hide");
const SHOW: Judged = (Verb::Hide, "eye", "Show again");
const TRASH: Judged = (Verb::Trash, "trash", "Into the trash");
const RESTORE: Judged = (Verb::Restore, "refresh", "Restore");

fn tools_in(place: Option<Aside>) -> &'static [Judged] {
    match place {
        None | Some(Aside::Missing) => &[APPROVE, REJECT, FAVOURITE, HIDE, TRASH],
        Some(Aside::Hidden) => &[SHOW, TRASH],
        Some(Aside::Trash) => &[RESTORE],
    }
}

/// Judges everything that is selected.
#[component]
fn Tool(shared: Shared, grid: RwSignal<Option<GridState>>, tool: Judged) -> impl IntoView {
    let (verb, icon, name) = tool;
    let hint = Signal::derive(shared.preferences().hint(name, Action::Judge(verb)));
    let press = Callback::new(move |()| {
        if let Some(grid) = grid.get_untracked() {
            let edit = verb.edit(grid.front_judgement());
            grid.shared.judging().selected(grid, edit);
        }
    });
    view! { <IconButton icon name hint press /> }
}

/// Takes what is selected out of the photoset that is shown, and moves it by one place: what dragging and keys
/// do too.
#[component]
fn TakeOut(shared: Shared, grid: RwSignal<Option<GridState>>) -> impl IntoView {
    let query = shared.query().query;
    let set = Memo::new(move |_| query.with(grouping::arranged));
    let out = move |()| {
        let chosen = shared.selection().chosen.get_untracked();
        let (Some(set), Some(selection)) = (set.get_untracked(), chosen.to_wire()) else {
            return;
        };
        let target = Target {
            selection,
            count: chosen.count(),
        };
        let named = (set.id, set.words());
        shared.selection().clear();
        grouping::put(shared, grid.get_untracked(), named, target, false, |_| {});
    };
    let step = move |later: bool| {
        move |()| {
            if let Some(grid) = grid.get_untracked() {
                grouping::step(grid, later);
            }
        }
    };
    let preferences = shared.preferences();
    let tool = move |icon, name, action: Option<Action>, press: Callback<()>| {
        let hint = match action {
            Some(action) => Signal::derive(preferences.hint(name, action)),
            None => Signal::stored(name.to_owned()),
        };
        view! { <IconButton icon name hint press /> }
    };
    move || {
        set.get().map(|_| {
            let step = |later| Callback::new(step(later));
            view! {
                {tool("chevron-left", words::sets::EARLIER, Some(Action::Earlier), step(false))}
                {tool("chevron-right", words::sets::LATER, Some(Action::Later), step(true))}
                {tool("minus", words::sets::OUT, None, Callback::new(out))}
            }
        })
    }
}

/// Offers the rest of the result, as long as not all of it is selected.
#[component]
fn SelectAll(shared: Shared, grid: RwSignal<Option<GridState>>) -> impl IntoView {
    let chosen = shared.selection().chosen;
    let left = Memo::new(move |_| {
        let grid = grid.get()?;
        let total = grid.result.head.with(|head| head.total)?;
        let shown = grid.result.shown.get();
        let all = chosen.with(|chosen| {
            let own = matches!(chosen, Chosen::AllBut { query, .. } if *query == shown);
            own && chosen.count() == total
        });
        (!all).then_some(total)
    });
    let select = move |_| {
        if let Some(grid) = grid.get_untracked() {
            grid.select_all();
        }
    };
    let hint = shared
        .preferences()
        .hint("Select the whole result", Action::SelectAll);
    move || {
        left.get().map(|total| {
            view! {
                <button type="button" class="button is-quiet" title=hint on:click=select>
                    {format!("Select all {}", words::count(total))}
                </button>
            }
        })
    }
}
