//! Choosing a folder of the server's disk.

use domain::{
    id::RootId,
    scan::{FolderEntry, FolderListing, Layout, Root, RootRole},
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{dialog::Dialog, icon::Icon};
use crate::{
    api::{
        ApiError,
        roots::{add_root, browse, relocate},
    },
    browser::{dom, timers},
    words,
};

/// So many programs are offered at once.
const OFFERS: usize = 3;

/// What the picker knows.
#[derive(Clone, Copy)]
struct Picker {
    listing: RwSignal<Option<FolderListing>>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    path: RwSignal<String>,
}

impl Picker {
    /// Goes to a folder; to the home folder when none is named.
    fn go(self, to: Option<String>) {
        self.busy.set(true);
        // The entry that was pressed goes away with its list; the focus moves on into the new one.
        let inside = dom::focus_within(".folder-picker-columns");
        spawn_local(async move {
            let answer = browse(to).await;
            self.busy.try_set(false);
            match answer {
                Ok(found) => {
                    self.path.try_set(found.path.clone());
                    self.problem.try_set(None);
                    self.listing.try_set(Some(found));
                    if inside {
                        timers::frame(|| {
                            if !dom::focus_first(".folder-picker-list .menu-item") {
                                dom::focus_first(".folder-picker-path .button");
                            }
                        });
                    }
                }
                Err(error) => {
                    self.problem.try_set(Some(error.to_string()));
                }
            }
        });
    }

    /// Watches the folder that is shown, or looks there for the one that moved.
    fn choose(self, moved: Option<RootId>, open: RwSignal<bool>, added: Callback<Root>) {
        self.busy.set(true);
        spawn_local(async move {
            let path = self.path.get_untracked();
            let answer = match moved {
                Some(id) => relocate(id, path).await,
                None => add_root(path, None).await,
            };
            self.busy.try_set(false);
            match answer {
                Ok(root) => {
                    open.try_set(false);
                    added.run(root);
                }
                Err(error) => {
                    self.problem.try_set(Some(error.to_string()));
                }
            }
        });
    }

    /// Watches all folders of a program.
    fn choose_all(self, layout: Layout, open: RwSignal<bool>, added: Callback<Root>) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = add_all(layout).await;
            self.busy.try_set(false);
            match answer {
                Ok(Some(root)) => {
                    open.try_set(false);
                    added.run(root);
                }
                Ok(None) => {}
                Err(error) => {
                    self.problem.try_set(Some(error.to_string()));
                }
            }
        });
    }

    /// Whether a path was typed but not gone to; it would be added unseen.
    fn moved(self) -> bool {
        let path = self.path.get();
        self.listing
            .with(|listing| listing.as_ref().is_none_or(|found| found.path != path))
    }

    fn parent(self) -> Option<String> {
        self.listing.with(|found| found.as_ref()?.parent.clone())
    }

    fn entries(self, of: fn(&FolderListing) -> &Vec<FolderEntry>) -> Signal<Vec<FolderEntry>> {
        Signal::derive(move || {
            self.listing.with(|found| {
                found
                    .as_ref()
                    .map(|found| of(found).clone())
                    .unwrap_or_default()
            })
        })
    }
}

/// Where the pictures of a program lie, watched from now on: the first folder of them. Where one is refused, none of
/// what was made is shown yet, and asking again goes on.
async fn add_all(layout: Layout) -> Result<Option<Root>, ApiError> {
    for folder in layout.inputs {
        add_root(folder.path, Some(RootRole::Input)).await?;
    }
    let mut first = None;
    for folder in layout.outputs {
        let root = add_root(folder.path, None).await?;
        first.get_or_insert(root);
    }
    Ok(first)
}

/// A dialog with the folders of the machine that Proofsheet runs on.
#[component]
pub fn FolderPicker(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The folder that is looked for; without it one is chosen to be watched.
    #[prop(optional)]
    moved: RwSignal<Option<Root>>,
    /// Called with the folder that is watched from now on, or was found.
    added: Callback<Root>,
) -> impl IntoView {
    let picker = Picker {
        listing: RwSignal::new(None),
        problem: RwSignal::new(None),
        busy: RwSignal::new(false),
        path: RwSignal::new(String::new()),
    };
    Effect::new(move || {
        if open.get() && picker.listing.with_untracked(Option::is_none) {
            picker.go(None);
        }
    });
    let title = Signal::derive(move || {
        moved.with(|moved| match moved {
            Some(root) => words::folders::where_now(&root.name),
            None => "Choose a folder".to_owned(),
        })
    });
    view! {
        <Dialog
            id="folder-picker"
            class="folder-picker"
            title
            open
            close=Callback::new(move |()| open.set(false))
        >
            <div class="folder-picker-body">
                <Path picker />
                <p
                    class="folder-picker-problem"
                    role="alert"
                    hidden=move || picker.problem.with(Option::is_none)
                >
                    {move || picker.problem.get()}
                </p>
                <Show when=move || moved.with(Option::is_none)>
                    <Offers picker open added />
                </Show>
                <Columns picker />
            </div>
            <div class="dialog-foot">
                <p class="hint folder-picker-count" role="status">
                    {move || picker.listing.with(|found| found.as_ref().map(words::folder_content))}
                </p>
                <button
                    type="button"
                    class="button is-primary"
                    disabled=move || picker.busy.get() || picker.moved()
                    on:click=move |_| {
                        let moved = moved.with_untracked(|moved| moved.as_ref().map(|root| root.id));
                        picker.choose(moved, open, added);
                    }
                >
                    {move || {
                        if moved.with(Option::is_some) { "It is this folder" } else { "Show this folder" }
                    }}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Where one is, to read and to type.
#[component]
fn Path(picker: Picker) -> impl IntoView {
    let typed = move |event: ev::SubmitEvent| {
        event.prevent_default();
        picker.go(Some(picker.path.get_untracked()));
    };
    view! {
        <form class="folder-picker-path" on:submit=typed>
            <button
                type="button"
                class="button is-icon"
                aria-label="The folder above"
                disabled=move || picker.parent().is_none()
                on:click=move |_| picker.go(untrack(|| picker.parent()))
            >
                <Icon name="chevron-up" />
            </button>
            <input
                class="input"
                aria-label="Path of the folder"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || picker.path.get()
                on:input=move |event| picker.path.set(event_target_value(&event))
            />
            <button type="submit" class="button" hidden=move || !picker.moved()>
                "Go"
            </button>
        </form>
    }
}

/// The programs whose folders were found, each with one button for all of it.
#[component]
fn Offers(picker: Picker, open: RwSignal<bool>, added: Callback<Root>) -> impl IntoView {
    let layouts = move || -> Vec<Layout> {
        let found = picker
            .listing
            .with(|found| found.as_ref().map(|found| found.layouts.clone()));
        found.into_iter().flatten().take(OFFERS).collect()
    };
    let offer = move |layout: Layout| {
        let (found, show) = (
            words::folders::found(&layout),
            words::folders::show_all(&layout),
        );
        view! {
            <li class="folder-picker-offer">
                <span class="folder-picker-found">{found}</span>
                <button
                    type="button"
                    class="button"
                    disabled=picker.busy
                    on:click=move |_| picker.choose_all(layout.clone(), open, added)
                >
                    {show}
                </button>
            </li>
        }
    };
    view! {
        {move || {
            let found = layouts();
            (!found.is_empty())
                .then(|| {
                    view! {
                        <ul class="folder-picker-offers" aria-label="Programs found here">
                            {found.into_iter().map(offer).collect_view()}
                        </ul>
                    }
                })
        }}
    }
    .into_any()
}

/// Shortcuts on the left, the folders inside on the right.
#[component]
fn Columns(picker: Picker) -> impl IntoView {
    let go = Callback::new(move |to| picker.go(Some(to)));
    let nothing = move || {
        picker
            .listing
            .with(|found| found.as_ref().is_some_and(|found| found.folders.is_empty()))
    };
    view! {
        <div class="folder-picker-columns" aria-busy=move || picker.busy.get().to_string()>
            <ul class="folder-picker-places" aria-label="Places">
                <Entries entries=picker.entries(|found| &found.places) go />
            </ul>
            <ul class="folder-picker-list" aria-label="Folders in it">
                <Entries entries=picker.entries(|found| &found.folders) go />
                <Show when=nothing>
                    <li class="hint folder-picker-none">"No folders in here."</li>
                </Show>
            </ul>
        </div>
    }
    .into_any()
}

#[component]
fn Entries(entries: Signal<Vec<FolderEntry>>, go: Callback<String>) -> impl IntoView {
    move || {
        entries
            .get()
            .into_iter()
            .map(|entry| {
                let FolderEntry { name, path } = entry;
                let to = path.clone();
                view! {
                    <li>
                        <button
                            type="button"
                            class="menu-item"
                            title=path
                            on:click=move |_| go.run(to.clone())
                        >
                            <Icon name="folder" />
                            <span class="truncate">{name}</span>
                        </button>
                    </li>
                }
            })
            .collect_view()
    }
}
