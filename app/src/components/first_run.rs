//! The very first screen: three quiet choices.

use leptos::{prelude::*, task::spawn_local};

use super::{folder_picker::FolderPicker, icon::Icon, mark::Mark};
use crate::{api::roots::load_demo, state::hydrated, words};

/// Shown while no folder is watched: choose one, load the demo pictures, or only look at a file.
#[component]
pub fn FirstRun(
    /// Called once there is something to show.
    done: Callback<()>,
) -> impl IntoView {
    let hydrated = hydrated();
    let picking = RwSignal::new(false);
    let painting = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let waits = Signal::derive(move || !hydrated.get() || painting.get());
    let demo = move |_| {
        painting.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = load_demo().await;
            painting.try_set(false);
            match answer {
                Ok(()) => done.run(()),
                Err(error) => {
                    problem.try_set(Some(error.to_string()));
                }
            }
        });
    };
    view! {
        <section class="first-run">
            <div class="first-run-sheet">
                <div class="first-run-mark">
                    <Mark />
                </div>
                <h2 class="first-run-title">"Your pictures, and how each was made"</h2>
                <p class="first-run-text">{words::NEVER_CHANGED}</p>
                <div class="first-run-choices">
                    <button
                        type="button"
                        class="first-run-choice is-main"
                        disabled=waits
                        on:click=move |_| picking.set(true)
                    >
                        <Icon name="folder" />
                        <span class="first-run-name">"Choose a folder"</span>
                        <span class="first-run-hint">
                            "Where ComfyUI, A1111, Forge or another program saves."
                        </span>
                    </button>
                    <button
                        type="button"
                        class="first-run-choice"
                        disabled=waits
                        on:click=demo
                    >
                        <Icon name="image" />
                        <span class="first-run-name">
                            {move || if painting.get() { "Painting…" } else { "Load demo pictures" }}
                        </span>
                        <span class="first-run-hint">
                            "A few hundred painted pictures with recipes, to look around."
                        </span>
                    </button>
                    <a class="first-run-choice" href="/inspect">
                        <Icon name="upload" />
                        <span class="first-run-name">"Inspect one file"</span>
                        <span class="first-run-hint">
                            "Drop a picture and read its recipe. Nothing is kept."
                        </span>
                    </a>
                </div>
                <Show when=move || painting.get()>
                    <progress class="first-run-progress" aria-label="Painting the demo pictures"></progress>
                </Show>
                <p class="first-run-problem" role="alert" hidden=move || problem.with(Option::is_none)>
                    {move || problem.get()}
                </p>
                <p class="hint without-wasm">{words::NEEDS_WASM}</p>
            </div>
        </section>
        <FolderPicker open=picking added=Callback::new(move |_| done.run(())) />
    }
    .into_any()
}
