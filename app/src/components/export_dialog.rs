//! Taking pictures away as one ZIP.

use domain::{
    export::{ExportOptions, ExportRequest, ExportState, ExportStatus},
    id::ExportId,
    selection::Selection,
};
use leptos::{prelude::*, task::spawn_local};

use super::{dialog::Dialog, icon::Icon};
use crate::{
    api::exports::{create_export, export_status, weigh},
    browser::{files, timers},
    words,
};

/// Milliseconds between two looks at the archive's progress.
const PULSE: i32 = 400;

/// Placeholders that are offered as buttons.
const OFFERED: [&str; 8] = [
    "{name}", "{n}", "{date}", "{time}", "{model}", "{seed}", "{folder}", "{tool}",
];

/// Where the dialog stands.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Asking,
    Working(ExportStatus),
    Failed(String),
}

/// The dialog: what goes into the archive, then its progress, then the download by itself.
#[component]
pub fn ExportDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What was selected; nothing can be started without.
    #[prop(into)]
    selection: Signal<Option<Selection>>,
    /// Exactly how many pictures that is.
    #[prop(into)]
    count: Signal<u64>,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Asking);
    let options = RwSignal::new(ExportOptions::default());
    Effect::new(move || {
        // What was finished or failed last time is over; what still runs is shown.
        if open.get()
            && !matches!(stage.get_untracked(), Stage::Working(ref status) if status.state == ExportState::Preparing)
        {
            stage.set(Stage::Asking);
        }
    });
    let bytes = RwSignal::new(None::<u64>);
    Effect::new(move || {
        bytes.set(None);
        let Some(selection) = selection.get().filter(|_| open.get()) else {
            return;
        };
        spawn_local(async move {
            if let Ok(sum) = weigh(selection).await {
                bytes.try_set(Some(sum));
            }
        });
    });
    let start = move || {
        let Some(selection) = selection.get_untracked() else {
            return;
        };
        let request = ExportRequest {
            selection,
            options: options.get_untracked(),
        };
        spawn_local(async move {
            match create_export(request).await {
                Ok(status) => follow(stage, status),
                Err(problem) => {
                    stage.try_set(Stage::Failed(problem.to_string()));
                }
            }
        });
    };
    view! {
        <Dialog
            id="export"
            class="export-dialog"
            title=Signal::derive(move || words::download(count.get()))
            open
            close=Callback::new(move |()| open.set(false))
        >
            {move || match stage.get() {
                Stage::Asking => view! { <Options options count bytes start=Callback::new(move |()| start()) /> }.into_any(),
                Stage::Working(status) => view! { <Progress status /> }.into_any(),
                Stage::Failed(message) => {
                    view! {
                        <div class="dialog-body">
                            <p role="alert">{message}</p>
                        </div>
                        <div class="dialog-foot">
                            <button
                                type="button"
                                class="button is-primary"
                                on:click=move |_| stage.set(Stage::Asking)
                            >
                                "Back"
                            </button>
                        </div>
                    }
                        .into_any()
                }
            }}
        </Dialog>
    }
    .into_any()
}

/// Looks again and again until the archive is ready, then fetches it.
fn follow(stage: RwSignal<Stage>, status: ExportStatus) {
    let (outcome, id, url) = (status.state, status.id, status.url());
    let why = status.why.clone();
    stage.try_set(Stage::Working(status));
    match outcome {
        ExportState::Preparing => timers::after(PULSE, move || look(stage, id)),
        ExportState::Ready => files::download(&url),
        ExportState::Failed => {
            let told = if why.is_empty() {
                words::EXPORT_FAILED
            } else {
                &why
            };
            stage.try_set(Stage::Failed(told.to_owned()));
        }
    }
}

fn look(stage: RwSignal<Stage>, id: ExportId) {
    spawn_local(async move {
        match export_status(id).await {
            Ok(status) => follow(stage, status),
            Err(problem) => {
                stage.try_set(Stage::Failed(problem.to_string()));
            }
        }
    });
}

#[component]
fn Options(
    options: RwSignal<ExportOptions>,
    count: Signal<u64>,
    bytes: RwSignal<Option<u64>>,
    start: Callback<()>,
) -> impl IntoView {
    let strip = move || options.with(|options| options.strip);
    let example = move || options.with(|options| words::example_name(&options.template));
    let add = move |piece: &str| options.update(|options| options.template.push_str(piece));
    view! {
        <form
            on:submit=move |event| {
                event.prevent_default();
                start.run(());
            }
        >
            <div class="dialog-body">
                <fieldset class="export-kind">
                    <legend class="field-label">"Files"</legend>
                    <label class="export-choice">
                        <span class="check">
                            <input
                                type="radio"
                                name="strip"
                                prop:checked=move || !strip()
                                on:change=move |_| options.update(|options| options.strip = false)
                            />
                        </span>
                        <span>"Originals"</span>
                        <span class="hint">"Byte for byte, with prompt and workflow inside."</span>
                    </label>
                    <label class="export-choice">
                        <span class="check">
                            <input
                                type="radio"
                                name="strip"
                                prop:checked=strip
                                on:change=move |_| options.update(|options| options.strip = true)
                            />
                        </span>
                        <span>"Stripped copies"</span>
                        <span class="hint">"The same pixels; no prompt, workflow or private data."</span>
                    </label>
                </fieldset>
                <div class="field">
                    <label for="export-template">"Names"</label>
                    <input
                        class="input"
                        id="export-template"
                        autocomplete="off"
                        spellcheck="false"
                        maxlength="200"
                        prop:value=move || options.with(|options| options.template.clone())
                        on:input=move |event| {
                            options.update(|options| options.template = event_target_value(&event));
                        }
                    />
                    <div class="export-pieces" role="group" aria-label="Add to the name">
                        {OFFERED
                            .into_iter()
                            .map(|piece| {
                                view! {
                                    <button type="button" class="chip" on:click=move |_| add(piece)>
                                        {piece}
                                    </button>
                                }
                            })
                            .collect_view()}
                    </div>
                    <p class="hint">"For example " <span class="export-example">{example}</span></p>
                </div>
                <fieldset class="export-beside">
                    <legend class="field-label">"Beside the pictures"</legend>
                    <Extra
                        label="A text file for each"
                        hint="Prompt and parameters, ready to paste."
                        on=Signal::derive(move || options.with(|options| options.text))
                        set=Callback::new(move |on| options.update(|options| options.text = on))
                    />
                    <Extra
                        label="A JSON file for each"
                        hint="The whole recipe for programs."
                        on=Signal::derive(move || options.with(|options| options.json))
                        set=Callback::new(move |on| options.update(|options| options.json = on))
                    />
                    <Extra
                        label="manifest.csv"
                        hint="One table with a line for each picture."
                        on=Signal::derive(move || options.with(|options| options.manifest))
                        set=Callback::new(move |on| options.update(|options| options.manifest = on))
                    />
                </fieldset>
            </div>
            <div class="dialog-foot">
                <span class="hint">{move || bytes.get().map(words::weight_of_files)}</span>
                <button
                    type="submit"
                    class="button is-primary"
                    autofocus
                    disabled=move || count.get() == 0
                >
                    <Icon name="download" />
                    {move || words::download(count.get())}
                </button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Extra(
    label: &'static str,
    hint: &'static str,
    on: Signal<bool>,
    set: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="export-choice">
            <span class="check">
                <input
                    type="checkbox"
                    prop:checked=on
                    on:change=move |event| set.run(event_target_checked(&event))
                />
            </span>
            <span>{label}</span>
            <span class="hint">{hint}</span>
        </label>
    }
}

#[component]
fn Progress(status: ExportStatus) -> impl IntoView {
    let url = status.url();
    let ready = status.state == ExportState::Ready;
    let share = status.prepared as f64 / status.pictures.max(1) as f64;
    view! {
        <div class="dialog-body" aria-live="polite">
            <p>{words::export_progress(&status)}</p>
            {(!ready).then(|| view! { <progress max="1" value=share aria-label="Preparing"></progress> })}
            {(!status.left_out.is_empty())
                .then(|| {
                    view! {
                        <details class="export-left-out">
                            <summary>{words::left_out(status.left_out.len() as u64)}</summary>
                            <ul>
                                {status
                                    .left_out
                                    .into_iter()
                                    .map(|(name, reason)| {
                                        view! {
                                            <li>
                                                <span>{name}</span>
                                                <span class="hint">{reason}</span>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        </details>
                    }
                })}
        </div>
        {ready
            .then(|| {
                view! {
                    <div class="dialog-foot">
                        <a class="button is-primary" href=url download>
                            <Icon name="download" />
                            "Download again"
                        </a>
                    </div>
                }
            })}
    }
}
