//! Drop any picture on the page and read its recipe; nothing is kept.

use domain::image::Inspection;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{dialog::Dialog, icon::Icon, inspector::InspectionView};
use crate::{
    api::images::inspect,
    browser::{files, handed, history},
    later::{self, RARELY},
    state::sending::{self, Telling},
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

/// The file that is looked at, and the address of its picture in this browser.
#[derive(Clone, Copy, Default)]
pub struct Looking {
    looked: RwSignal<Looked>,
    picture: RwSignal<Option<String>>,
}

impl Looking {
    /// Whether nothing was given, or it was put away.
    pub fn is_empty(self) -> bool {
        self.looked.with(|looked| *looked == Looked::Nothing)
    }

    /// Puts the file away.
    pub fn close(self) {
        self.looked.set(Looked::Nothing);
        self.show(None);
    }

    fn show(self, picture: Option<String>) {
        if let Some(old) = self.picture.get_untracked() {
            files::forget(&old);
        }
        self.picture.set(picture);
    }

    /// Looks at a file. The answer of an earlier one that is still on its way is not shown.
    pub fn at(self, file: &files::File) {
        let name = file.name();
        let reading = Looked::Reading(name);
        let Some(form) = files::form(file) else {
            return self.looked.set(Looked::Failed(words::NOT_READ.to_owned()));
        };
        self.looked.set(reading.clone());
        self.show(files::address(file));
        spawn_local(async move {
            let answer = inspect(form).await;
            if self.looked.try_get_untracked() == Some(reading) {
                self.looked.set(match answer {
                    Ok(inspection) => Looked::Done(Box::new(inspection)),
                    Err(problem) => Looked::Failed(problem.to_string()),
                });
            }
        });
    }
}

/// The drop target over the whole window, and once something was dropped the dialog with what was
/// read. Once per page.
#[component]
pub fn DropInspect() -> impl IntoView {
    let files = RwSignal::new_local(files::Dropped::default());
    let wanted = RwSignal::new(false);
    let dropped = move |dropped| {
        files.set(dropped);
        wanted.set(true);
    };
    view! {
        <DropTarget dropped title="Drop to read its recipe, or to add it to the library" />
        {later::when_wanted(&RARELY, wanted, move |rarely| (rarely.dropped)(files))}
    }
    .into_any()
}

/// The dialog that says what is in a dropped file. Several are added to the library at once: nobody reads the
/// recipes of many in a dialog.
#[component]
pub fn DropDialog(
    /// What was dropped last.
    files: RwSignal<files::Dropped, LocalStorage>,
) -> impl IntoView {
    let looking = Looking::default();
    let one = StoredValue::new_local(Vec::new());
    let add = move |files| {
        sending::add(files, &Telling::default());
        history::go("/add", false);
    };
    Effect::new(move || {
        let dropped = files.get();
        spawn_local(async move {
            let files = handed::inside(dropped).await;
            match files.as_slice() {
                [] => {}
                [file] => {
                    looking.at(file);
                    one.set_value(files);
                }
                _ => add(files),
            }
        });
    });
    view! {
        <Dialog
            id="looked-at"
            class="drop-dialog"
            title="What this file says"
            open=Signal::derive(move || !looking.is_empty())
            close=Callback::new(move |()| looking.close())
            lightly=true
        >
            <div class="drop-dialog-body">
                <LookedAt looking />
                <p class="hint">{words::NOTHING_KEPT}</p>
                <button
                    type="button"
                    class="button"
                    on:click=move |_| {
                        looking.close();
                        add(one.get_value());
                    }
                >
                    <Icon name="plus" />
                    "Add it to the library"
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// The target alone: covers the window while a file is dragged over it.
#[component]
pub fn DropTarget(
    /// Gets what was dropped.
    dropped: impl Fn(files::Dropped) + Copy + 'static,
    /// What that does.
    title: &'static str,
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
        let released = window_event_listener(ev::drop, move |event| {
            over.set(0);
            if files::carries_files(&event) {
                event.prevent_default();
                let files = files::dropped(&event);
                if !files.is_empty() {
                    dropped(files);
                }
            }
        });
        on_cleanup(move || {
            for handle in [entered, left, dragged, released] {
                handle.remove();
            }
        });
    });
    view! {
        <div class="drop-target" hidden=move || over.get() == 0 aria-hidden="true">
            <div class="drop-target-frame">
                <Icon name="upload" />
                <p class="drop-target-title">{title}</p>
            </div>
        </div>
    }
    .into_any()
}

/// What was read, or why not.
#[component]
pub fn LookedAt(
    /// The file that is looked at.
    looking: Looking,
) -> impl IntoView {
    view! {
        <div class="looked-at" aria-live="polite">
            {move || match looking.looked.get() {
                Looked::Nothing => ().into_any(),
                Looked::Reading(name) => {
                    view! {
                        <p class="looked-at-note">{words::reading_file(&name)}</p>
                        <progress aria-label="Reading"></progress>
                    }
                        .into_any()
                }
                Looked::Done(inspection) => {
                    let still = inspection.format.is_some_and(|format| !format.is_video());
                    let picture = looking.picture.get().filter(|_| still);
                    view! {
                        {picture
                            .map(|address| {
                                view! { <img class="looked-at-picture" src=address alt="" /> }
                            })}
                        <InspectionView inspection=*inspection />
                    }
                        .into_any()
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
    .into_any()
}
