//! What can be done with everything that is selected.

use domain::{aside::Aside, judgement::Verdict};
use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    state::{
        about_pictures::Target, grid::GridState, grouping, judging::Verb, selection::Chosen,
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
    let tools = move || {
        tools_in(place.get())
            .iter()
            .map(|tool| view! { <Tool grid tool=*tool /> })
            .collect_view()
    };
    view! {
        <button type="button" class="button is-primary selection-download" on:click=move |_| exporting.set(true)>
            <Icon name="download" />
            <span>"Download"</span>
        </button>
        <span class="selection-judge">
            {tools}
            <button
                type="button"
                class="button is-quiet is-icon"
                aria-label="Tag"
                title="Tags (T)"
                on:click=move |_| shared.tagging().selected(selection)
            >
                <Icon name="tag" />
            </button>
            <button
                type="button"
                class="button is-quiet is-icon"
                aria-label="Photosets"
                title="Photosets (B)"
                on:click=move |_| shared.grouping().selected(selection)
            >
                <Icon name="stack" />
            </button>
            <button
                type="button"
                class="button is-quiet is-icon"
                aria-label="Edit"
                title="Edit values (E)"
                on:click=move |_| shared.editing().selected(selection)
            >
                <Icon name="pencil" />
            </button>
            <TakeOut shared grid />
        </span>
        <SelectAll shared grid />
        <button
            type="button"
            class="button is-quiet selection-invert"
            title="Ctrl+Shift+I"
            on:click=move |_| {
                if let Some(grid) = grid.get_untracked() {
                    grid.invert();
                }
            }
        >
            "Invert"
        </button>
        <button
            type="button"
            class="button is-quiet is-icon"
            aria-label="Select nothing"
            title="Select nothing (Esc)"
            on:click=move |_| selection.clear()
        >
            <Icon name="close" />
        </button>
    }
    .into_any()
}

/// What is judged by a button: the verb, its icon, its name and its key.
type Judged = (Verb, &'static str, &'static str, &'static str);

const APPROVE: Judged = (Verb::Verdict(Verdict::Approved), "check", "Approve", "P");
const REJECT: Judged = (Verb::Verdict(Verdict::Rejected), "close", "Reject", "X");
const FAVOURITE: Judged = (Verb::Favourite, "heart", "Favourite", "F");
const HIDE: Judged = (Verb::Hide, "eye-off", "Hide", "Shift+H");
const SHOW: Judged = (Verb::Hide, "eye", "Show again", "Shift+H");
const TRASH: Judged = (Verb::Trash, "trash", "Into the trash", "Del");
const RESTORE: Judged = (Verb::Restore, "refresh", "Restore", "");

fn tools_in(place: Option<Aside>) -> &'static [Judged] {
    match place {
        None | Some(Aside::Missing) => &[APPROVE, REJECT, FAVOURITE, HIDE, TRASH],
        Some(Aside::Hidden) => &[SHOW, TRASH],
        Some(Aside::Trash) => &[RESTORE],
    }
}

/// Judges everything that is selected.
#[component]
fn Tool(grid: RwSignal<Option<GridState>>, tool: Judged) -> impl IntoView {
    let (verb, icon, name, key) = tool;
    let hint = if key.is_empty() {
        name.to_owned()
    } else {
        format!("{name} ({key})")
    };
    let act = move |_| {
        if let Some(grid) = grid.get_untracked() {
            let edit = verb.edit(grid.front_judgement());
            grid.shared.judging().selected(grid, edit);
        }
    };
    view! {
        <button type="button" class="button is-quiet is-icon" aria-label=name title=hint on:click=act>
            <Icon name=icon />
        </button>
    }
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
    let tool = |icon: &'static str, name: &'static str, act: Callback<()>| {
        view! {
            <button
                type="button"
                class="button is-quiet is-icon"
                aria-label=name
                title=name
                on:click=move |_| act.run(())
            >
                <Icon name=icon />
            </button>
        }
    };
    move || {
        set.get().map(|_| {
            let step = |later| Callback::new(step(later));
            view! {
                {tool("chevron-left", words::sets::EARLIER, step(false))}
                {tool("chevron-right", words::sets::LATER, step(true))}
                {tool("minus", words::sets::OUT, Callback::new(out))}
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
    move || {
        left.get().map(|total| {
            view! {
                <button type="button" class="button is-quiet" title="Ctrl+A" on:click=select>
                    {format!("Select all {}", words::count(total))}
                </button>
            }
        })
    }
}
