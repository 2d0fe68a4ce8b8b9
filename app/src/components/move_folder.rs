//! The dialog in which a folder of the library is renamed or moved.

use domain::{
    facet::ValueCount,
    query::{Field, Query},
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::dialog::Dialog;
use crate::{
    api::{organise::move_folder, search::suggest},
    browser::timers::Debounce,
    state::toasts::use_toasts,
    words::places,
};

/// Milliseconds of quiet after which folders are offered for what was typed.
const QUIET: u64 = 120;

/// The dialog.
#[component]
pub fn MoveFolder(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Called when something was moved.
    moved: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let apply = Callback::new(move |()| {
        let (was, is) = (from.get_untracked(), to.get_untracked());
        if was.trim().is_empty() || is.trim().is_empty() {
            return problem.set(Some(places::EMPTY_FOLDER.to_owned()));
        }
        busy.set(true);
        spawn_local(async move {
            let came = move_folder(was, is).await;
            busy.try_set(false);
            match came {
                Ok(came) if came.operation.is_some() => {
                    open.try_set(false);
                    from.try_set(String::new());
                    to.try_set(String::new());
                    toasts.say(places::moved(&came));
                    moved.run(());
                }
                Ok(came) => drop(problem.try_set(Some(places::moved(&came)))),
                Err(error) => drop(problem.try_set(Some(error.to_string()))),
            }
        });
    });
    let field = move |id: &'static str, name: &'static str, text: RwSignal<String>| {
        view! { <FolderField id name text problem apply /> }
    };
    view! {
        <Dialog
            id="move-folder"
            class="edit-dialog"
            title=places::MOVE_FOLDER
            open
            close=Callback::new(move |()| {
                open.set(false);
                problem.set(None);
            })
        >
            <div class="dialog-body">
                {field("move-from", places::WHICH_FOLDER, from)}
                {field("move-to", places::WHERE_TO, to)}
                <p class="edit-dialog-problem" id="move-problem" role="alert">
                    {move || problem.get()}
                </p>
                <p class="hint">{places::REAL}</p>
            </div>
            <div class="dialog-foot">
                <button
                    type="button"
                    class="button is-primary"
                    disabled=busy
                    on:click=move |_| apply.run(())
                >
                    {places::MOVE_FOLDER}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// One of the two folders, with offers of those that there are.
#[component]
fn FolderField(
    id: &'static str,
    name: &'static str,
    text: RwSignal<String>,
    problem: RwSignal<Option<String>>,
    apply: Callback<()>,
) -> impl IntoView {
    let offers = RwSignal::new(Vec::<ValueCount>::new());
    let debounce = Debounce::new(QUIET);
    let offer = move || {
        let typed = text.get_untracked();
        spawn_local(async move {
            let found = suggest(Field::Folder, typed.clone(), Query::default()).await;
            // What was typed since asks by itself.
            if text.try_get_untracked().as_ref() == Some(&typed) {
                offers.set(found.unwrap_or_default());
            }
        });
    };
    let typed = move |event| {
        text.set(event_target_value(&event));
        problem.set(None);
        debounce.call(offer);
    };
    let pressed = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            apply.run(());
        }
    };
    let list = format!("{id}-offers");
    let how = format!("{id}-how");
    view! {
        <div class="edit-dialog-field">
            <label for=id>{name}</label>
            <input
                class="input"
                id=id
                type="text"
                list=list.clone()
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=format!("{how} move-problem")
                aria-invalid=move || problem.with(Option::is_some).to_string()
                prop:value=move || text.get()
                on:focus=move |_| offer()
                on:input=typed
                on:keydown=pressed
            />
            <p class="hint" id=how>
                {places::HOW_BOTH}
            </p>
            <datalist id=list>
                <For each=move || offers.get() key=|offer| offer.value.clone() let:offer>
                    <option value=offer.value>{crate::words::pictures(offer.count)}</option>
                </For>
            </datalist>
        </div>
    }
    .into_any()
}
