//! One watched folder with everything that can be done to it.

use std::future::Future;

use domain::{
    query::{Field, Has, Query},
    scan::{Root, RootRole, RootState},
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::icon::Icon;
use crate::{
    api::{
        ApiError,
        organise::allow_organise,
        roots::{
            allow_delete, allow_sidecars, decide, pause_root, remove_root, rename_root, rescan,
            set_role,
        },
    },
    browser::{dom, timers},
    state::toasts::use_toasts,
    words,
};

/// What is being asked below a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nothing,
    Name,
    Removal,
}

/// What the parts of a row share.
#[derive(Clone, Copy)]
struct Row {
    asking: RwSignal<Asking>,
    busy: RwSignal<bool>,
    again: Callback<()>,
    problem: Callback<ApiError>,
}

impl Row {
    /// Does something, after which the list is read again.
    fn act(self, doing: impl Future<Output = Result<(), ApiError>> + 'static) {
        self.busy.set(true);
        spawn_local(async move {
            match doing.await {
                Ok(()) => {
                    self.asking.try_set(Asking::Nothing);
                    self.again.run(());
                }
                Err(problem) => self.problem.run(problem),
            }
            self.busy.try_set(false);
        });
    }
}

/// A watched folder in the list of them.
#[component]
pub fn FolderRow(
    /// The folder.
    root: Root,
    /// Reads the list again.
    again: Callback<()>,
    /// Opens the picker in which the new place of a folder is chosen.
    find: Callback<Root>,
) -> impl IntoView {
    let toasts = use_toasts();
    let row = Row {
        asking: RwSignal::new(Asking::Nothing),
        busy: RwSignal::new(false),
        again,
        problem: Callback::new(move |problem| toasts.problem(&problem)),
    };
    let mut inside = Query::default().with_toggled(Field::Folder, &root.name);
    if root.role == RootRole::Input {
        inside = inside.with_toggled(Field::Is, Has::Input.word());
    }
    let href = format!("/?{inside}");
    let facts = words::root_facts(root.images, root.missing, root.scanned);
    let (state, paused) = (root.state, root.paused);
    let note = if paused {
        Some(words::folders::paused(root.images))
    } else {
        (state != RootState::Online)
            .then(|| words::root_state(state, &root.name, root.images, root.vanished))
    };
    let icon = match state {
        _ if paused => "folder",
        RootState::Online => "folder",
        RootState::Offline | RootState::Suspicious => "alert",
    };
    let is_off = paused || state != RootState::Online;
    view! {
        <li class="folder" class:is-off=is_off>
            <div class="folder-main">
                <Icon name=icon />
                <div class="folder-text">
                    <h2 class="folder-name">
                        <a href=href>{root.name.clone()}</a>
                    </h2>
                    <p class="hint folder-path">{root.path.clone()}</p>
                    <p class="folder-facts">{facts}</p>
                    {root.managed.then(|| view! { <p class="hint">{words::folders::OWN}</p> })}
                    <Switches root=root.clone() row />
                    <Actions root=root.clone() row find />
                </div>
            </div>
            {note.map(|note| view! { <Note root=root.clone() note row /> })}
            <Asked root row />
        </li>
    }
    .into_any()
}

/// What the folder allows.
#[component]
fn Switches(root: Root, row: Row) -> impl IntoView {
    let id = root.id;
    let switch = |text: &'static str, on: bool, change: Callback<bool>| {
        view! {
            <label class="check folder-allow needs-wasm">
                <input
                    class="check-box"
                    type="checkbox"
                    prop:checked=on
                    on:change=move |event| change.run(event_target_checked(&event))
                />
                {text}
            </label>
        }
    };
    // A switch that was refused is drawn again as it is.
    let settle = move |answer: Result<(), ApiError>| {
        if let Err(problem) = answer {
            row.problem.run(problem);
        }
        row.again.run(());
    };
    let delete = Callback::new(move |on: bool| {
        spawn_local(async move { settle(allow_delete(id, on).await) });
    });
    let moving = Callback::new(move |on: bool| {
        spawn_local(async move { settle(allow_organise(id, on).await) });
    });
    let beside = Callback::new(move |on: bool| {
        spawn_local(async move { settle(allow_sidecars(id, on).await) });
    });
    let inputs = Callback::new(move |on: bool| {
        let role = if on {
            RootRole::Input
        } else {
            RootRole::Output
        };
        spawn_local(async move { settle(set_role(id, role).await) });
    });
    view! {
        {switch(words::folders::INPUTS, root.role == RootRole::Input, inputs)}
        {switch(words::ALLOW_DELETE, root.allow_delete, delete)}
        {switch(words::places::ALLOW, root.allow_organise, moving)}
        {switch(words::ALLOW_SIDECARS, root.allow_sidecars, beside)}
    }
}

/// The buttons of a folder.
#[component]
fn Actions(root: Root, row: Row, find: Callback<Root>) -> impl IntoView {
    let toasts = use_toasts();
    let Root {
        id,
        paused,
        managed,
        ..
    } = root;
    let read = move |_| {
        row.act(async move {
            rescan(id).await?;
            toasts.say(words::folders::RESCANNING);
            Ok(())
        });
    };
    let ask = move |what: Asking| {
        row.asking.update(|asking| {
            *asking = if *asking == what {
                Asking::Nothing
            } else {
                what
            };
        });
        if what == Asking::Name {
            timers::frame(|| {
                dom::focus_first(".folder-rename .input");
            });
        }
    };
    let expanded = move |what: Asking| move || (row.asking.get() == what).to_string();
    view! {
        <div class="folder-actions needs-wasm">
            <button
                type="button"
                class="button is-quiet"
                aria-expanded=expanded(Asking::Name)
                on:click=move |_| ask(Asking::Name)
            >
                "Rename"
            </button>
            {(!paused)
                .then(|| {
                    view! {
                        <button type="button" class="button is-quiet" disabled=row.busy on:click=read>
                            "Scan"
                        </button>
                    }
                })}
            {(!managed)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button is-quiet"
                            disabled=row.busy
                            on:click=move |_| row.act(pause_root(id, !paused))
                        >
                            {if paused { "Resume" } else { "Pause" }}
                        </button>
                        <button
                            type="button"
                            class="button is-quiet"
                            on:click=move |_| find.run(root.clone())
                        >
                            "It moved…"
                        </button>
                    }
                })}
            <button
                type="button"
                class="button is-quiet"
                aria-expanded=expanded(Asking::Removal)
                on:click=move |_| ask(Asking::Removal)
            >
                "Remove"
            </button>
        </div>
    }
    .into_any()
}

/// What is to be known about a folder, and what it asks of somebody.
#[component]
fn Note(root: Root, note: String, row: Row) -> impl IntoView {
    let id = root.id;
    let suspicious = root.state == RootState::Suspicious && !root.paused;
    view! {
        <div class="folder-note" role=if root.paused { "note" } else { "alert" }>
            <p>{note}</p>
            {suspicious
                .then(|| {
                    view! {
                        <div class="folder-answers needs-wasm">
                            <button
                                type="button"
                                class="button is-primary"
                                disabled=row.busy
                                on:click=move |_| row.act(decide(id, false))
                            >
                                "Keep them"
                            </button>
                            <button
                                type="button"
                                class="button is-danger"
                                disabled=row.busy
                                on:click=move |_| row.act(decide(id, true))
                            >
                                "They were removed"
                            </button>
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}

/// What was asked for and needs a word more.
#[component]
fn Asked(root: Root, row: Row) -> impl IntoView {
    let asked = move |what: Asking| move || row.asking.get() == what;
    let (id, images) = (root.id, root.images);
    let question = words::remove_question(&root.name, images);
    let name = RwSignal::new(root.name);
    let rename = move |event: ev::SubmitEvent| {
        event.prevent_default();
        row.act(rename_root(id, name.get_untracked()));
    };
    let never = move |_| row.asking.set(Asking::Nothing);
    view! {
        <Show when=asked(Asking::Name)>
            <form class="folder-note folder-rename" on:submit=rename>
                <label class="folder-rename-name">
                    <span>"Name"</span>
                    <input
                        class="input"
                        autocomplete="off"
                        maxlength="100"
                        prop:value=move || name.get()
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                </label>
                <p class="hint">{words::folders::RENAMING}</p>
                <div class="folder-answers">
                    <button type="submit" class="button is-primary" disabled=row.busy>
                        "Save"
                    </button>
                    <button type="button" class="button" on:click=never>
                        "Cancel"
                    </button>
                </div>
            </form>
        </Show>
        <Show when=asked(Asking::Removal)>
            <div class="folder-note" role="group" aria-label="Remove this folder">
                <p>{question.clone()}</p>
                <div class="folder-answers">
                    <button
                        type="button"
                        class="button is-danger"
                        disabled=row.busy
                        on:click=move |_| row.act(remove_root(id))
                    >
                        {words::remove_answer(images)}
                    </button>
                    <button type="button" class="button" on:click=never>
                        "Keep it"
                    </button>
                </div>
            </div>
        </Show>
    }
    .into_any()
}
