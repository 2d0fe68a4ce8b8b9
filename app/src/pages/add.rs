//! Giving pictures to the gallery.

use leptos::{attr::custom::custom_attribute, ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    browser::files,
    components::{drop_inspect::DropTarget, icon::Icon, top_bar::PageBar},
    state::{
        hydrated,
        sending::{self, Row, Stage},
    },
    words::{
        self,
        add::{self as said, Tally},
    },
};

/// The page `/add`: choose, drop or paste pictures; they are sent, and the list says how far each has come.
#[component]
pub fn AddPage() -> impl IntoView {
    let asked = use_query_map();
    let replaces = Memo::new(move |_| asked.with(|asked| asked.get("replace")));
    let send = move |files| {
        replaces.with_untracked(|replaces| sending::add(files, replaces.as_deref()));
    };
    let hydrated = hydrated();
    let still = Signal::derive(move || !hydrated.get());
    let rows = RwSignal::new(Vec::<Row>::new());
    Effect::new(move || {
        let all = sending::rows();
        rows.set(all.get());
    });
    Effect::new(move || {
        let pasted = window_event_listener(ev::paste, move |event| {
            if let Some(file) = files::pasted(&event) {
                event.prevent_default();
                send(vec![file]);
            }
        });
        // What is not sent yet would have to be chosen again.
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if rows
                .with_untracked(|rows| rows.iter().any(|row| !row.stage.get_untracked().is_over()))
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            pasted.remove();
            leaving.remove();
        });
    });
    let chosen = move |event| send(files::chosen_all(&event));
    let field = move |name: &'static str, whole_folder: bool| {
        view! {
            <label class="button">
                <Icon name=if whole_folder { "folder" } else { "image" } />
                <span>{name}</span>
                <input
                    type="file"
                    class="visually-hidden"
                    multiple=move || replaces.with(Option::is_none)
                    accept=(!whole_folder).then_some("image/*,video/mp4,video/webm,.mkv,.mov,.avif")
                    {..custom_attribute("webkitdirectory", whole_folder.then_some(""))}
                    disabled=still
                    on:change=chosen
                />
            </label>
        }
    };
    let about = move || {
        replaces.get().map_or_else(
            || said::ABOUT.into_any(),
            |image| {
                view! {
                    {said::REPLACE}
                    " "
                    <a class="link" href=format!("/?image={image}")>
                        {said::REPLACED}
                    </a>
                }
                .into_any()
            },
        )
    };
    let title = move || {
        if replaces.with(Option::is_some) {
            said::REPLACE_TITLE
        } else {
            said::TITLE
        }
    };
    view! {
        <Title text=title />
        {move || view! { <PageBar title=title() /> }}
        <main class="page add">
            <p class="page-lead">{about}</p>
            <div class="add-well needs-wasm">
                <Icon name="upload" />
                <p class="add-title">
                    {move || if replaces.with(Option::is_some) { said::DROP_ONE } else { said::DROP }}
                </p>
                <div class="add-choices">
                    {field("Choose files", false)}
                    <Show when=move || replaces.with(Option::is_none)>
                        {field("Choose a folder", true)}
                    </Show>
                </div>
                <p class="hint">{said::KINDS}</p>
            </div>
            <p class="hint without-wasm">{words::NEEDS_WASM}</p>
            <Sent rows />
            <DropTarget dropped=send title="Drop to add them to the library" />
        </main>
    }
    .into_any()
}

/// What became of the files so far.
#[component]
fn Sent(rows: RwSignal<Vec<Row>>) -> impl IntoView {
    let tally = Memo::new(move |_| {
        rows.with(|rows| {
            let mut tally = Tally {
                all: rows.len() as u64,
                ..Tally::default()
            };
            for row in rows {
                match row.stage.get() {
                    Stage::Added(_) => tally.added += 1,
                    Stage::Known(_) => tally.known += 1,
                    Stage::Refused(_) => tally.refused += 1,
                    Stage::Stopped => tally.stopped += 1,
                    Stage::Queued | Stage::Sending(_) | Stage::Waiting(_) => {}
                }
            }
            tally
        })
    });
    let is_over = move || {
        let Tally {
            all,
            added,
            known,
            refused,
            stopped,
        } = tally.get();
        added + known + refused + stopped == all
    };
    let share = move || {
        rows.with(|rows| {
            let whole: u64 = rows.iter().map(|row| row.bytes).sum();
            let done = |row: &Row| match row.stage.get() {
                Stage::Queued => 0,
                Stage::Sending(sent) | Stage::Waiting(sent) => sent,
                _ => row.bytes,
            };
            rows.iter().map(done).sum::<u64>() as f64 / whole.max(1) as f64
        })
    };
    view! {
        <Show when=move || rows.with(|rows| !rows.is_empty())>
            <section class="add-sent" aria-label="Files">
                <div class="add-head">
                    <p class="add-tally" role="status">
                        {move || said::tally(tally.get())}
                    </p>
                    <Show when=move || !is_over()>
                        <button type="button" class="button" on:click=move |_| sending::stop()>
                            "Stop"
                        </button>
                    </Show>
                    <Show when=move || tally.with(|tally| tally.added > 0)>
                        <a class="button is-primary" href="/?sort=-added">
                            {move || said::see(tally.with(|tally| tally.added))}
                        </a>
                    </Show>
                </div>
                <progress
                    class="add-progress"
                    max="1"
                    prop:value=share
                    aria-label="All files"
                    hidden=is_over
                ></progress>
                <ul class="add-rows">
                    <For each=move || rows.get() key=|row| row.number children=line />
                </ul>
            </section>
        </Show>
    }
    .into_any()
}

/// One file.
fn line(row: Row) -> impl IntoView {
    let (bytes, stage) = (row.bytes, row.stage);
    let (added, known) = match row.replaces {
        Some(_) => (said::IS_ITS_FILE, said::WAS_ITS_FILE),
        None => (said::ADDED, said::KNOWN),
    };
    let told = move || match stage.get() {
        Stage::Queued => said::QUEUED.into_any(),
        Stage::Sending(sent) => view! {
            <progress max=bytes.to_string() prop:value=sent as f64 aria-hidden="true"></progress>
            {said::sent(sent, bytes)}
        }
        .into_any(),
        Stage::Waiting(sent) => said::waiting(sent, bytes).into_any(),
        Stage::Added(id) => way(&id, added),
        Stage::Known(id) => way(&id, known),
        Stage::Refused(why) => view! { <span class="is-problem">{why}</span> }.into_any(),
        Stage::Stopped => said::STOPPED.into_any(),
    };
    view! {
        <li class="add-row">
            <span class="add-name">{row.name}</span>
            <span class="add-size">{words::bytes(bytes)}</span>
            <span class="add-stage">{told}</span>
        </li>
    }
}

fn way(id: &str, name: &'static str) -> AnyView {
    view! { <a href=format!("/?image={id}")>{name}</a> }.into_any()
}
