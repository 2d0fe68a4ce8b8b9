//! The watched folders: what is in them, how far reading them is.

use domain::scan::{Root, ScanPhase, ScanProgress};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api::roots::{roots, scan_now},
    components::{
        drop_inspect::DropInspect, empty::Drawing, folder_picker::FolderPicker,
        folder_row::FolderRow, icon::Icon, loaded::ProblemNote, move_folder::MoveFolder,
        top_bar::PageBar,
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
    let organising = RwSignal::new(false);
    let moved = RwSignal::new(None::<Root>);
    let find = Callback::new(move |root: Root| {
        moved.set(Some(root));
        picking.set(true);
    });
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
                    on:click=move |_| organising.set(true)
                >
                    <Icon name="folder" />
                    {places::MOVE_FOLDER}
                </button>
                <button
                    type="button"
                    class="button is-primary needs-wasm"
                    on:click=move |_| {
                        moved.set(None);
                        picking.set(true);
                    }
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
                                            .map(|root| view! { <FolderRow root again find /> })
                                            .collect_view()}
                                    </ul>
                                }
                                    .into_any()
                            }
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
            <MoveFolder open=organising moved=again />
            <FolderPicker
                open=picking
                moved
                added=Callback::new(move |root: Root| {
                    if moved.with_untracked(Option::is_some) {
                        toasts.say(words::folders::moved(&root.name));
                    }
                    again.run(());
                })
            />
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
