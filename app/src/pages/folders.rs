//! The watched folders: what is in them, how far reading them is.

use domain::scan::{Root, RootState, ScanPhase, ScanProgress};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api::{
        ApiError,
        organise::allow_organise,
        roots::{allow_delete, allow_sidecars, decide, remove_root, roots, scan_now},
    },
    components::{
        drop_inspect::DropInspect, empty::Drawing, folder_picker::FolderPicker, icon::Icon,
        loaded::ProblemNote, move_folder::MoveFolder, top_bar::PageBar,
    },
    state::{
        progress::{use_progress, use_quiet_change},
        remote::Remote,
        toasts::use_toasts,
    },
    words::{self, places},
};

/// The page `/folders`.
#[component]
pub fn FoldersPage() -> impl IntoView {
    let toasts = use_toasts();
    let progress = use_progress();
    let picking = RwSignal::new(false);
    let moving = RwSignal::new(false);
    let change = use_quiet_change();
    let list: Remote<Vec<Root>> =
        Resource::new_with_options(move || change.get(), |_| roots(), false);
    let again = Callback::new(move |()| list.refetch());
    let scan = move |_| {
        spawn_local(async move {
            match scan_now().await {
                Ok(()) => toasts.say(words::SCAN_STARTED),
                Err(problem) => toasts.problem(&problem),
            }
        });
    };
    view! {
        <Title text="Folders" />
        <PageBar title="Folders" />
        <main class="page folders">
            <div class="folders-head">
                <p class="page-lead">{words::NEVER_CHANGED}</p>
                <button type="button" class="button needs-wasm" on:click=scan>
                    <Icon name="refresh" />
                    "Scan now"
                </button>
                <button
                    type="button"
                    class="button needs-wasm"
                    on:click=move |_| moving.set(true)
                >
                    <Icon name="folder" />
                    {places::MOVE_FOLDER}
                </button>
                <button
                    type="button"
                    class="button is-primary needs-wasm"
                    on:click=move |_| picking.set(true)
                >
                    <Icon name="plus" />
                    "Add a folder"
                </button>
            </div>
            <ScanLine progress />
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    list.get()
                        .map(|answer| match answer {
                            Ok(list) if list.is_empty() => {
                                view! { <Nothing /> }.into_any()
                            }
                            Ok(list) => {
                                view! {
                                    <ul class="folders-list">
                                        {list
                                            .into_iter()
                                            .map(|root| view! { <Folder root again /> })
                                            .collect_view()}
                                    </ul>
                                }
                                    .into_any()
                            }
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
            <MoveFolder open=moving moved=again />
            <FolderPicker open=picking added=Callback::new(move |_| again.run(())) />
            <DropInspect />
        </main>
    }
    .into_any()
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="empty">
            <Drawing />
            <h2>"No folder is watched yet"</h2>
            <p class="empty-text">{words::NO_FOLDERS}</p>
        </section>
    }
}

/// How far reading is, while it goes on.
#[component]
fn ScanLine(progress: Signal<Option<ScanProgress>>) -> impl IntoView {
    let text = move || progress.with(|now| now.as_ref().map(words::reading).unwrap_or_default());
    let busy =
        move || progress.with(|now| now.as_ref().is_some_and(|now| now.phase != ScanPhase::Idle));
    let problems = move || progress.with(|now| now.as_ref().map_or(0, |now| now.problems));
    view! {
        <div class="folders-scan" role="status">
            <Show when=busy>
                <p>
                    {text}
                    <Show when=move || { problems() > 0 }>
                        " · "
                        <a class="link" href="/problems">
                            {move || words::problems_short(problems())}
                        </a>
                    </Show>
                </p>
            </Show>
        </div>
    }
}

#[component]
fn Folder(root: Root, again: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let confirming = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let Root {
        id,
        name,
        path,
        state,
        images,
        missing,
        vanished,
        scanned,
        allow_delete: allowed,
        allow_organise: organise,
        allow_sidecars: sidecars,
    } = root;
    let settled = move |answer: Result<(), ApiError>| {
        if let Err(problem) = answer {
            toasts.problem(&problem);
        }
        again.run(());
    };
    let allow = Callback::new(move |on: bool| {
        spawn_local(async move { settled(allow_delete(id, on).await) });
    });
    let allow_moving = Callback::new(move |on: bool| {
        spawn_local(async move { settled(allow_organise(id, on).await) });
    });
    let allow_beside = Callback::new(move |on: bool| {
        spawn_local(async move { settled(allow_sidecars(id, on).await) });
    });
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
    let href = format!(
        "/?{}",
        domain::query::Query::default().with_toggled(domain::query::Field::Folder, &name)
    );
    let remove = move |_| {
        busy.set(true);
        spawn_local(async move {
            match remove_root(id).await {
                Ok(()) => again.run(()),
                Err(problem) => toasts.problem(&problem),
            }
            busy.try_set(false);
        });
    };
    let decide = move |gone: bool| {
        busy.set(true);
        spawn_local(async move {
            match decide(id, gone).await {
                Ok(()) => again.run(()),
                Err(problem) => toasts.problem(&problem),
            }
            busy.try_set(false);
        });
    };
    let note =
        (state != RootState::Online).then(|| words::root_state(state, &name, images, vanished));
    let facts = words::root_facts(images, missing, scanned);
    let question = words::remove_question(&name, images);
    view! {
        <li class="folder" class:is-off=state != RootState::Online>
            <div class="folder-main">
                <Icon name=if state == RootState::Online { "folder" } else { "alert" } />
                <div class="folder-text">
                    <h2 class="folder-name">
                        <a href=href>{name}</a>
                    </h2>
                    <p class="hint folder-path">{path}</p>
                    <p class="folder-facts">{facts}</p>
                    {switch(words::ALLOW_DELETE, allowed, allow)}
                    {switch(places::ALLOW, organise, allow_moving)}
                    {switch(words::ALLOW_SIDECARS, sidecars, allow_beside)}
                </div>
                <button
                    type="button"
                    class="button is-quiet needs-wasm"
                    hidden=move || confirming.get()
                    on:click=move |_| confirming.set(true)
                >
                    "Remove"
                </button>
            </div>
            {note
                .map(|note| {
                    view! {
                        <div class="folder-note" role="alert">
                            <p>{note}</p>
                            {(state == RootState::Suspicious)
                                .then(|| {
                                    view! {
                                        <div class="folder-answers needs-wasm">
                                            <button
                                                type="button"
                                                class="button is-primary"
                                                disabled=busy
                                                on:click=move |_| decide(false)
                                            >
                                                "Keep them"
                                            </button>
                                            <button
                                                type="button"
                                                class="button is-danger"
                                                disabled=busy
                                                on:click=move |_| decide(true)
                                            >
                                                "They were removed"
                                            </button>
                                        </div>
                                    }
                                })}
                        </div>
                    }
                })}
            <Show when=move || confirming.get()>
                <div class="folder-note" role="group" aria-label="Remove this folder">
                    <p>{question.clone()}</p>
                    <div class="folder-answers">
                        <button type="button" class="button is-danger" disabled=busy on:click=remove>
                            {words::remove_answer(images)}
                        </button>
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| confirming.set(false)
                        >
                            "Keep it"
                        </button>
                    </div>
                </div>
            </Show>
        </li>
    }
    .into_any()
}
