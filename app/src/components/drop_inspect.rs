//! Drop any picture on the page and read its recipe; nothing is kept.

use domain::image::Inspection;
use leptos::{ev, html, prelude::*, task::spawn_local};

use super::{icon::Icon, inspector::InspectionView};
use crate::{
    api::images::inspect,
    browser::{dom, files},
    words,
};

/// What is known of the file that is looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Looked {
    /// Nothing was given yet.
    #[default]
    Nothing,
    /// The file of this name is on its way.
    Reading(String),
    /// What was read.
    Done(Box<Inspection>),
    /// Why it could not be read.
    Failed(String),
}

/// The file that is looked at.
#[derive(Clone, Copy)]
pub struct Looking(pub RwSignal<Looked>);

impl Looking {
    /// Looks at a file. The answer of an earlier one that is still on its way is not shown.
    pub fn at(self, file: &files::File) {
        let name = file.name();
        let reading = Looked::Reading(name);
        let Some(form) = files::form(file) else {
            return self.0.set(Looked::Failed(words::NOT_READ.to_owned()));
        };
        self.0.set(reading.clone());
        spawn_local(async move {
            let answer = inspect(form).await;
            if self.0.try_get_untracked() == Some(reading) {
                self.0.set(match answer {
                    Ok(inspection) => Looked::Done(Box::new(inspection)),
                    Err(problem) => Looked::Failed(problem.to_string()),
                });
            }
        });
    }
}

/// The drop target over the whole window and the dialog with what was read. Once per page.
#[component]
pub fn DropInspect() -> impl IntoView {
    let looking = Looking(RwSignal::new(Looked::Nothing));
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let open = looking.0.with(|looked| *looked != Looked::Nothing);
        if let Some(dialog) = dialog.get() {
            if open {
                dom::show_modal(&dialog);
            } else {
                files::close_dialog(&dialog);
            }
        }
    });
    view! {
        <DropTarget looking />
        <dialog
            class="dialog drop-dialog"
            aria-label="What this file says"
            node_ref=dialog
            on:close=move |_| looking.0.set(Looked::Nothing)
            on:click=move |event| {
                if files::is_own(&event) {
                    looking.0.set(Looked::Nothing);
                }
            }
        >
            <div class="dialog-head">
                <h2 class="dialog-title">"What this file says"</h2>
                <button
                    type="button"
                    class="button is-quiet is-icon"
                    aria-label="Close"
                    on:click=move |_| looking.0.set(Looked::Nothing)
                >
                    <Icon name="close" />
                </button>
            </div>
            <div class="drop-dialog-body">
                <LookedAt looking />
                <p class="hint">{words::NOTHING_KEPT}</p>
            </div>
        </dialog>
    }
}

/// The target alone: covers the window while a file is dragged over it.
#[component]
pub fn DropTarget(
    /// Looks at what was dropped.
    looking: Looking,
) -> impl IntoView {
    // Entering a child comes before leaving its parent, so the two are counted.
    let over = RwSignal::new(0_i32);
    Effect::new(move || {
        let entered = window_event_listener(ev::dragenter, move |event| {
            if files::carries_files(&event) {
                over.update(|depth| *depth += 1);
            }
        });
        let left = window_event_listener(ev::dragleave, move |event| {
            if files::carries_files(&event) {
                over.update(|depth| *depth = (*depth - 1).max(0));
            }
        });
        let dragged = window_event_listener(ev::dragover, move |event| {
            if files::carries_files(&event) {
                files::accept_drop(&event);
            }
        });
        let dropped = window_event_listener(ev::drop, move |event| {
            over.set(0);
            if files::carries_files(&event) {
                event.prevent_default();
                if let Some(file) = files::dropped(&event) {
                    looking.at(&file);
                }
            }
        });
        on_cleanup(move || {
            for handle in [entered, left, dragged, dropped] {
                handle.remove();
            }
        });
    });
    view! {
        <div class="drop-target" hidden=move || over.get() == 0 aria-hidden="true">
            <div class="drop-target-frame">
                <Icon name="upload" />
                <p class="drop-target-title">"Drop to read its recipe"</p>
                <p>{words::NOTHING_KEPT}</p>
            </div>
        </div>
    }
}

/// What was read, or why not.
#[component]
pub fn LookedAt(
    /// The file that is looked at.
    looking: Looking,
) -> impl IntoView {
    view! {
        <div class="looked-at" aria-live="polite">
            {move || match looking.0.get() {
                Looked::Nothing => ().into_any(),
                Looked::Reading(name) => {
                    view! {
                        <p class="looked-at-note">{words::reading_file(&name)}</p>
                        <progress aria-label="Reading"></progress>
                    }
                        .into_any()
                }
                Looked::Done(inspection) => {
                    view! { <InspectionView inspection=*inspection /> }.into_any()
                }
                Looked::Failed(message) => {
                    view! {
                        <p class="looked-at-note is-problem" role="alert">
                            {message}
                        </p>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}
