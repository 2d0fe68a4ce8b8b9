//! Giving pictures to the gallery.

use leptos::{attr::custom::custom_attribute, ev, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::images::inspect,
    browser::{
        events,
        files::{self, File},
        handed, send,
    },
    components::{
        about_form::{About, AboutForm},
        drop_inspect::DropTarget,
        icon::Icon,
        top_bar::PageBar,
    },
    state::{
        hydrated,
        sending::{self, Left, Row, Stage, Telling},
    },
    words::{
        self,
        add::{self as said, Tally},
    },
};

/// Most bytes of a file that is read for the form before it is sent.
const MOST_SHOWN: u64 = 64 << 20;
/// What a picker of files offers.
const ACCEPTED: &str = "image/*,video/mp4,video/webm,.mkv,.mov,.avif,.zip,.cbz,.rar,.cbr";
/// So many files that were not sent are listed.
const MOST_LEFT: usize = 50;

/// The page `/add`: choose, drop or paste pictures; they are sent, and the list says how far each has come.
#[component]
pub fn AddPage() -> impl IntoView {
    let asked = use_query_map();
    let replaces = Memo::new(move |_| asked.with(|asked| asked.get("replace")));
    let about = About::default();
    let saying = RwSignal::new(false);
    let held = RwSignal::new_local(Vec::<File>::new());
    let send = move |files| {
        let telling = Telling {
            replaces: replaces.get_untracked(),
            about: saying.get_untracked().then(|| about.json()).flatten(),
        };
        sending::add(files, &telling);
    };
    let take = move |files: Vec<File>| {
        if !saying.get_untracked() {
            return send(files);
        }
        held.update(|held| held.extend(files));
        show_own(about, held);
    };
    let rows = RwSignal::new(Vec::<Row>::new());
    Effect::new(move || {
        let all = sending::rows();
        rows.set(all.get());
    });
    Effect::new(move || {
        let pasted = window_event_listener(ev::paste, move |event| {
            if let Some(file) = files::pasted(&event) {
                event.prevent_default();
                take(vec![file]);
            }
        });
        on_cleanup(move || pasted.remove());
        handed::when_shared("/add", take);
    });
    let lead = move || {
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
            <p class="page-lead">{lead}</p>
            <Well replaces=Signal::derive(move || replaces.with(Option::is_some)) take />
            <p class="hint without-wasm">{words::NEEDS_WASM}</p>
            <Saying about saying held send />
            <Unsent rows />
            <Sent rows />
            <DropTarget
                dropped=move |dropped| {
                    spawn_local(async move { take(handed::inside(dropped).await) });
                }
                title="Drop to add them to the library"
            />
        </main>
    }
    .into_any()
}

/// Where files are chosen, or dropped.
#[component]
fn Well(
    /// Whether one file is wanted, which replaces another.
    replaces: Signal<bool>,
    /// Gets what was chosen.
    take: impl Fn(Vec<File>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let hydrated = hydrated();
    let still = Signal::derive(move || !hydrated.get());
    let chosen = move |event| take(files::chosen_all(&event));
    let field = move |name: &'static str, whole_folder: bool| {
        view! {
            <label class="button">
                <Icon name=if whole_folder { "folder" } else { "image" } />
                <span>{name}</span>
                <input
                    type="file"
                    class="visually-hidden"
                    multiple=move || !replaces.get()
                    accept=(!whole_folder).then_some(ACCEPTED)
                    {..custom_attribute("webkitdirectory", whole_folder.then_some(""))}
                    disabled=still
                    on:change=chosen
                />
            </label>
        }
    };
    view! {
        <div class="add-well needs-wasm">
            <Icon name="upload" />
            <p class="add-title">
                {move || if replaces.get() { said::DROP_ONE } else { said::DROP }}
            </p>
            <div class="add-choices">
                {field("Choose files", false)}
                <Show when=move || !replaces.get()>
                    {field("Choose a folder", true)}
                </Show>
            </div>
            <p class="hint">{said::KINDS}</p>
        </div>
    }
    .into_any()
}

/// Shows in the form what a single file says of itself.
fn show_own(about: About, held: RwSignal<Vec<File>, LocalStorage>) {
    let only = held.with_untracked(|held| match held.as_slice() {
        [file] if send::size(file) <= MOST_SHOWN => files::form(file),
        _ => None,
    });
    let Some(form) = only else {
        return about.empty();
    };
    spawn_local(async move {
        let read = inspect(form).await;
        let is_only = held.try_with_untracked(|held| held.len() == 1);
        if let Ok(read) = read
            && is_only == Some(true)
        {
            about.fill(&read.recipe);
        }
    });
}

/// The form for what is told of files before they are sent, and those that wait for it.
#[component]
fn Saying(
    about: About,
    saying: RwSignal<bool>,
    held: RwSignal<Vec<File>, LocalStorage>,
    send: impl Fn(Vec<File>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let count = move || held.with(Vec::len) as u64;
    let send_all = move |_| {
        if let Some(files) = held.try_update(std::mem::take) {
            send(files);
        }
        about.empty();
    };
    let put_away = move |_| {
        held.update(Vec::clear);
        about.empty();
    };
    view! {
        <details
            class="add-saying needs-wasm"
            on:toggle=move |event| saying.set(events::is_open(&event))
        >
            <summary>
                <Icon name="chevron-right" />
                {words::about::OPEN}
            </summary>
            <Show when=move || saying.get()>
                <p class="hint">{words::about::ABOUT}</p>
                <AboutForm about />
                <Show when=move || { count() > 1 }>
                    <p class="hint">{words::about::SEVERAL}</p>
                </Show>
                <div class="add-held">
                    <p class="add-tally" role="status">
                        {move || words::about::waiting(count())}
                    </p>
                    <Show when=move || { count() > 0 }>
                        <button type="button" class="button" on:click=put_away>
                            {words::about::PUT_AWAY}
                        </button>
                        <button
                            type="button"
                            class="button is-primary"
                            disabled=move || !about.is_sound()
                            on:click=send_all
                        >
                            {move || words::about::send(count())}
                        </button>
                    </Show>
                </div>
            </Show>
        </details>
    }
    .into_any()
}

/// Files that were not sent before the page was closed.
#[component]
fn Unsent(rows: RwSignal<Vec<Row>>) -> impl IntoView {
    let left = RwSignal::new(Vec::<Left>::new());
    Effect::new(move || {
        // Those that are chosen again leave the list.
        rows.track();
        left.set(sending::left());
    });
    let forget = move |_| {
        sending::forget();
        left.set(Vec::new());
    };
    let lines = move || {
        let lines = left.get().into_iter().take(MOST_LEFT);
        lines
            .map(|left| {
                view! {
                    <li class="add-row">
                        <span class="add-name">{left.name}</span>
                        <span class="add-size">{words::bytes(left.bytes)}</span>
                        <Show when=move || { left.sent > 0 }>
                            <span class="add-stage">{said::sent(left.sent, left.bytes)}</span>
                        </Show>
                    </li>
                }
            })
            .collect_view()
    };
    let further = move || said::further(left.with(Vec::len).saturating_sub(MOST_LEFT) as u64);
    view! {
        <Show when=move || left.with(|left| !left.is_empty())>
            <section class="add-sent" aria-label=said::UNSENT>
                <div class="add-head">
                    <p class="add-tally">{move || said::unsent(left.with(Vec::len) as u64)}</p>
                    <button type="button" class="button" on:click=forget>
                        {said::FORGET}
                    </button>
                </div>
                <p class="hint">{said::CHOOSE_AGAIN}</p>
                <ul class="add-rows">{lines}</ul>
                <p class="hint">{further}</p>
            </section>
        </Show>
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
                    Stage::Unpacked => tally.unpacked += 1,
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
            unpacked,
            refused,
            stopped,
        } = tally.get();
        added + known + unpacked + refused + stopped == all
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
    let (added, known) = match row.telling.replaces {
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
        Stage::Unpacked => view! { <a href="/jobs">{said::UNPACKED}</a> }.into_any(),
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
