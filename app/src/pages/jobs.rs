//! Long work: what goes on, how far it is, and what came of it.

use domain::{
    id::JobId,
    job::{Job, JobChange, JobDetail, JobError, JobKind, JobLine, JobState},
    scan::ScanPhase,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api::jobs::{self, change_job, jobs, start_job},
    browser::{events, timers::Debounce},
    components::{empty::Drawing, icon::Icon, loaded::ProblemNote, top_bar::PageBar},
    state::{progress::use_progress, remote::Remote, toasts::use_toasts},
    words::{self, jobs as say},
};

/// Milliseconds between two looks while something goes on,
const PULSE: u64 = 1_000;
/// and while nothing does: others may begin something.
const REST: u64 = 5_000;

/// What the whole page shares.
#[derive(Clone, Copy)]
struct Watched {
    jobs: RwSignal<Vec<Job>>,
    soon: Debounce,
    later: Debounce,
}

impl Watched {
    /// Asks how things stand, and again after a while.
    fn look(self) {
        spawn_local(async move {
            // What is shown stays while the server is away; a bar above the page says so.
            if let Ok(list) = jobs().await {
                self.jobs.try_set(list);
            }
            self.wait();
        });
    }

    fn wait(self) {
        let open = |jobs: &Vec<Job>| jobs.iter().any(|job| !job.state.is_over());
        let Some(busy) = self.jobs.try_with_untracked(open) else {
            return;
        };
        let timer = if busy { self.soon } else { self.later };
        timer.call(move || self.look());
    }
}

/// The page `/jobs`.
#[component]
pub fn JobsPage() -> impl IntoView {
    let list: Remote<Vec<Job>> = Resource::new_with_options(|| (), |()| jobs(), false);
    let again = Callback::new(move |()| list.refetch());
    view! {
        <Title text="Jobs" />
        <PageBar title="Jobs" />
        <main class="page jobs">
            <p class="page-lead">{say::LEAD}</p>
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    list.get()
                        .map(|answer| match answer {
                            Ok(first) => view! { <Live first /> }.into_any(),
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
    .into_any()
}

/// What can be started, and the list, which follows what happens.
#[component]
fn Live(first: Vec<Job>) -> impl IntoView {
    let watched = Watched {
        jobs: RwSignal::new(first),
        soon: Debounce::new(PULSE),
        later: Debounce::new(REST),
    };
    Effect::new(move || watched.wait());
    let ids = Memo::new(move |_| {
        let id = |job: &Job| job.id;
        watched
            .jobs
            .with(|jobs| jobs.iter().map(id).collect::<Vec<_>>())
    });
    let scans = scans(watched);
    let nothing = move || ids.with(Vec::is_empty) && !scans.get();
    view! {
        <Start watched />
        <Show when=nothing>
            <section class="empty">
                <Drawing />
                <h2>{say::NOTHING}</h2>
                <p class="empty-text">{say::NOTHING_TEXT}</p>
            </section>
        </Show>
        <ul class="jobs-list" aria-label="Jobs">
            <Show when=move || scans.get()>
                <Scan />
            </Show>
            <For each=move || ids.get() key=|id| *id let:id>
                <Row id watched />
            </For>
        </ul>
    }
    .into_any()
}

/// Whether folders are being read by themselves; what somebody asked for is listed as a job.
fn scans(watched: Watched) -> Memo<bool> {
    let progress = use_progress();
    let asked = |job: &Job| job.kind == JobKind::Scan && job.state == JobState::Running;
    Memo::new(move |_| {
        let phase = progress.with(|now| now.as_ref().map_or(ScanPhase::Idle, |now| now.phase));
        let listed =
            phase == ScanPhase::Reading && watched.jobs.with(|jobs| jobs.iter().any(asked));
        phase != ScanPhase::Idle && !listed
    })
}

/// What can be started.
#[component]
fn Start(watched: Watched) -> impl IntoView {
    let toasts = use_toasts();
    let begin = move |kind: JobKind| {
        spawn_local(async move {
            match start_job(kind).await {
                Ok(job) => toasts.say(say::started(&job)),
                Err(problem) => toasts.problem(&problem),
            }
            watched.look();
        });
    };
    let one = move |(kind, hint): (JobKind, &'static str)| {
        let described = format!("start-{}", kind.word());
        view! {
            <li class="jobs-offer">
                <button
                    type="button"
                    class="button"
                    aria-describedby=described.clone()
                    on:click=move |_| begin(kind)
                >
                    <Icon name="play" />
                    {say::start(kind)}
                </button>
                <p class="hint" id=described>
                    {hint}
                </p>
            </li>
        }
    };
    view! {
        <p class="without-wasm">{words::NEEDS_WASM}</p>
        <ul class="jobs-offers needs-wasm" aria-label="Start">
            {say::OFFERED.map(one)}
        </ul>
    }
}

/// Reading the folders, which goes on by itself.
#[component]
fn Scan() -> impl IntoView {
    let progress = use_progress();
    let text = move || progress.with(|now| now.as_ref().map(words::reading).unwrap_or_default());
    view! {
        <li class="job">
            <div class="job-head">
                <h2 class="job-name">{say::SCAN}</h2>
                <p class="job-state is-running">"Running"</p>
            </div>
            <p class="job-facts">{text}</p>
            <p>
                <a class="link" href="/folders">
                    "Folders"
                </a>
            </p>
        </li>
    }
}

/// One job. It stays the same element while its numbers change, so that what is open stays open.
#[component]
fn Row(id: JobId, watched: Watched) -> impl IntoView {
    let job = Memo::new(move |_| {
        let mine = |jobs: &Vec<Job>| jobs.iter().find(|job| job.id == id).cloned();
        watched.jobs.with(mine)
    });
    let told = move |tell: fn(&Job) -> String| {
        move || job.with(|job| job.as_ref().map(tell).unwrap_or_default())
    };
    let state = Memo::new(move |_| job.with(|job| job.as_ref().map(say::state)));
    let class = move || job.with(|job| job.as_ref().map(look).unwrap_or_default());
    let bar = move || {
        job.with(|job| {
            let job = job.as_ref().filter(|job| !job.state.is_over())?;
            Some(job.share())
        })
    };
    let message = move || {
        let text = told(|job| job.message.clone())();
        (!text.is_empty()).then(|| view! { <p class="job-message">{text}</p> })
    };
    let archive = move || {
        let url = job.with(|job| job.as_ref().and_then(Job::archive))?;
        let link = view! {
            <p>
                <a class="button" href=url download rel="external">
                    <Icon name="download" />
                    {say::FETCH}
                </a>
            </p>
        };
        Some(link)
    };
    view! {
        <li class="job">
            <div class="job-head">
                <h2 class="job-name">{told(say::name)}</h2>
                <p class=class role="status">
                    {state}
                </p>
            </div>
            {move || bar().map(|share| view! { <Bar share name=told(say::name)() /> })}
            <p class="job-facts">{told(say::progress)}</p>
            {message}
            {archive}
            <Actions job watched />
            <Details id job />
        </li>
    }
    .into_any()
}

/// How the state of a job looks.
fn look(job: &Job) -> &'static str {
    match job.state {
        JobState::Running => "job-state is-running",
        JobState::Failed => "job-state is-failed",
        JobState::Done if job.failed > 0 => "job-state is-failed",
        JobState::Done => "job-state is-done",
        _ => "job-state",
    }
}

#[component]
fn Bar(share: Option<f64>, name: String) -> impl IntoView {
    match share {
        Some(share) => {
            view! { <progress class="job-bar" max="1" value=share aria-label=name></progress> }
                .into_any()
        }
        None => view! { <progress class="job-bar" aria-label=name></progress> }.into_any(),
    }
}

/// What a person may ask for as things stand.
#[component]
fn Actions(job: Memo<Option<Job>>, watched: Watched) -> impl IntoView {
    let toasts = use_toasts();
    let act = move |id: JobId, change: JobChange| {
        spawn_local(async move {
            if let Err(problem) = change_job(id, change).await {
                toasts.problem(&problem);
            }
            watched.look();
        });
    };
    // The same buttons stay while only numbers change, so that the focus does.
    let allowed = Memo::new(move |_| {
        let all = [
            (JobChange::Pause, "pause"),
            (JobChange::Resume, "play"),
            (JobChange::Retry, "refresh"),
            (JobChange::Cancel, "close"),
        ];
        job.with(|job| {
            let Some(job) = job else { return Vec::new() };
            let one = |(change, icon)| {
                let name = say::name(job);
                job.allows(change)
                    .then(|| (job.id, change, icon, say::change(change, job), name))
            };
            all.into_iter().filter_map(one).collect()
        })
    });
    let one = move |(id, change, icon, word, name): (JobId, JobChange, _, &'static str, String)| {
        view! {
            <button
                type="button"
                class="button"
                aria-label=format!("{word}: {name}")
                on:click=move |_| act(id, change)
            >
                <Icon name=icon />
                {word}
            </button>
        }
    };
    view! {
        <div class="job-actions needs-wasm">
            {move || allowed.get().into_iter().map(one).collect_view()}
        </div>
    }
}

/// What happened, asked for when somebody wants to see it, and the way to the table of what failed.
#[component]
fn Details(id: JobId, job: Memo<Option<Job>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let detail = RwSignal::new(None::<JobDetail>);
    let failed = Memo::new(move |_| job.with(|job| job.as_ref().map_or(0, |job| job.failed)));
    // While it is open it follows what changes besides numbers.
    let stands = Memo::new(move |_| {
        job.with(|job| job.as_ref().map(|job| (job.state, job.asked, job.failed)))
    });
    Effect::new(move || {
        stands.track();
        if open.get() {
            spawn_local(async move {
                if let Ok(found) = jobs::job(id).await {
                    detail.try_set(Some(found));
                }
            });
        }
    });
    let toggled = move |event: leptos::ev::Event| open.set(events::is_open(&event));
    view! {
        <Show when=move || { failed.get() > 0 }>
            <p>
                <a
                    class="button"
                    href=format!("/jobs/{id}/failed.csv")
                    download="failed.csv"
                    rel="external"
                >
                    <Icon name="download" />
                    {say::TABLE}
                </a>
            </p>
        </Show>
        <details class="job-details needs-wasm" on:toggle=toggled>
            <summary>{say::DETAILS}</summary>
            {move || detail.get().map(|detail| view! { <Inside detail /> })}
        </details>
    }
    .into_any()
}

#[component]
fn Inside(detail: JobDetail) -> impl IntoView {
    let JobDetail { job, log, errors } = detail;
    let line = |line: JobLine| {
        view! {
            <li>
                <time class="hint" datetime=line.at.day_text()>
                    {words::moment(line.at)}
                </time>
                <span>{line.text}</span>
            </li>
        }
    };
    let error = |error: JobError| {
        view! {
            <li>
                <span class="job-error-name">{error.name}</span>
                <span class="hint">{error.reason}</span>
            </li>
        }
    };
    let shown = say::shown(errors.len() as u64, job.failed);
    view! {
        <ol class="job-log">{log.into_iter().map(line).collect_view()}</ol>
        {(!errors.is_empty())
            .then(|| {
                view! {
                    <h3 class="job-errors-head">
                        {say::FAILED} " " <span class="hint">{shown}</span>
                    </h3>
                    <ul class="job-errors">{errors.into_iter().map(error).collect_view()}</ul>
                }
            })}
    }
    .into_any()
}
