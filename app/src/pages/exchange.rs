//! Into and out of other tools: tables and XMP files of pictures, decisions and executions out of files.

use domain::{
    exchange::{Brought, FollowedLog, Sidecars, TableFormat},
    query::Query,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api::{
        ApiError,
        exchange::{apply, apply_beside, logs, plan, plan_beside, write_beside},
    },
    browser::files,
    components::{icon::Icon, top_bar::PageBar},
    state::{query::use_query, remote::Remote},
    words::{self, exchange as said},
};

/// How far bringing a file in has come.
#[derive(Debug, Clone, Default, PartialEq)]
enum Stage {
    #[default]
    Nothing,
    Busy,
    /// What it would do.
    Planned(Brought),
    /// What it did.
    Done(Brought),
    Failed(String),
}

/// The page `/exchange`; with a filter its tables hold the pictures of that.
#[component]
pub fn ExchangePage() -> impl IntoView {
    let query = use_query().query;
    let filter = Memo::new(move |_| query.with(|query| query.filter_part().to_string()));
    let named = move || {
        let chips = query.with(Query::chips);
        let labels: Vec<String> = chips.into_iter().map(|chip| chip.label).collect();
        said::of(&labels.join(", "))
    };
    let tables = TableFormat::ALL
        .map(|format| {
            let address = move || {
                let address = format!("/exchange/{}?{}", format.file_name(), filter.get());
                address.trim_end_matches('?').to_owned()
            };
            view! {
                <li>
                    <a class="button" href=address download=format.file_name() rel="external">
                        <Icon name="download" />
                        {said::format(format)}
                    </a>
                </li>
            }
        })
        .collect_view();
    let sidecars = move || {
        let address = format!("/exchange/sidecars.zip?{}", filter.get());
        address.trim_end_matches('?').to_owned()
    };
    view! {
        <Title text="In and out" />
        <PageBar title="In and out" />
        <main class="page exchange">
            <p class="page-lead">{said::ABOUT}</p>
            <section class="exchange-part" aria-labelledby="exchange-out">
                <h2 id="exchange-out">"Out"</h2>
                <p>{said::OUT}</p>
                <p class="hint">{named}</p>
                <ul class="exchange-tables">
                    {tables}
                    <li>
                        <a class="button" href=sidecars download="sidecars.zip" rel="external">
                            <Icon name="download" />
                            {said::SIDECARS}
                        </a>
                    </li>
                </ul>
                <div class="exchange-part needs-wasm">
                    <WriteBeside query=query.into() />
                </div>
            </section>
            <section class="exchange-part needs-wasm" aria-labelledby="exchange-in">
                <h2 id="exchange-in">"In"</h2>
                <p>{said::IN}</p>
                <ul class="exchange-kinds">
                    {said::KINDS.map(|kind| view! { <li>{kind}</li> }).collect_view()}
                </ul>
                <BringIn query=query.into() />
            </section>
            <Logs />
        </main>
    }
    .into_any()
}

/// Chooses a file, or what lies beside the pictures; shows what it would do, and does it.
#[component]
fn BringIn(query: Signal<Query>) -> impl IntoView {
    let stage = RwSignal::new(Stage::default());
    // Without a file it is about what lies beside the pictures.
    let file = StoredValue::new_local(None::<files::File>);
    let came = move |answer: Result<Brought, ApiError>, done: bool| {
        stage.try_set(match answer {
            Ok(brought) if done => Stage::Done(brought),
            Ok(brought) => Stage::Planned(brought),
            Err(problem) => Stage::Failed(problem.to_string()),
        });
    };
    let send = move |really: bool| {
        let form = file.with_value(|file| file.as_ref().map(files::form));
        let query = query.get_untracked();
        if matches!(form, Some(None)) {
            return stage.set(Stage::Failed(words::NOT_READ.to_owned()));
        }
        stage.set(Stage::Busy);
        spawn_local(async move {
            let answer = match form.flatten() {
                Some(form) if really => apply(form).await,
                Some(form) => plan(form).await,
                None if really => apply_beside(query).await,
                None => plan_beside(query).await,
            };
            came(answer, really);
        });
    };
    let chosen = move |event| {
        if let Some(chosen) = files::chosen(&event) {
            file.set_value(Some(chosen));
            send(false);
        }
    };
    let beside = move |_| {
        file.set_value(None);
        send(false);
    };
    view! {
        <label class="exchange-file">
            <span>{said::FILE}</span>
            <input
                class="input"
                type="file"
                accept=".json,.csv,.xmp,.zip,.db,.sqlite,.sqlite3"
                on:change=chosen
            />
        </label>
        <div>
            <button type="button" class="button" on:click=beside>
                {said::READ_BESIDE}
            </button>
        </div>
        <div class="exchange-told" aria-live="polite">
            {move || match stage.get() {
                Stage::Nothing => ().into_any(),
                Stage::Busy => view! { <p class="hint">{words::COUNTING}</p> }.into_any(),
                Stage::Planned(brought) => {
                    let changes = brought.changes();
                    view! {
                        <Lines lines=said::told(&brought) />
                        {if changes > 0 {
                            view! {
                                <button
                                    type="button"
                                    class="button is-primary"
                                    on:click=move |_| send(true)
                                >
                                    {said::apply(changes)}
                                </button>
                            }
                                .into_any()
                        } else {
                            view! { <p>{said::nothing(&brought)}</p> }.into_any()
                        }}
                    }
                        .into_any()
                }
                Stage::Done(brought) => {
                    view! {
                        <Lines lines=said::told(&brought) />
                        <p>
                            <a href="/history">{said::DONE}</a>
                        </p>
                    }
                        .into_any()
                }
                Stage::Failed(problem) => view! { <Failed problem /> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// The logs that the server follows.
#[component]
fn Logs() -> impl IntoView {
    let list: Remote<Vec<FollowedLog>> = Resource::new_with_options(|| (), |()| logs(), false);
    let shown = move |logs: Vec<FollowedLog>| {
        let log = |log: FollowedLog| {
            let class = log.trouble.as_ref().map(|_| "exchange-problem");
            view! {
                <li>
                    <p class="exchange-log">{log.path.clone()}</p>
                    <p class=class>{said::followed(&log)}</p>
                </li>
            }
        };
        view! { <ul class="exchange-lines">{logs.into_iter().map(log).collect_view()}</ul> }
    };
    view! {
        <section class="exchange-part" aria-labelledby="exchange-logs">
            <h2 id="exchange-logs">{said::LOGS}</h2>
            <p>{said::HOW_TO_FOLLOW}</p>
            <Transition>{move || list.get().map(|answer| answer.map(shown).ok())}</Transition>
        </section>
    }
    .into_any()
}

/// Writes XMP files beside the pictures, after it was told what that would be.
#[component]
fn WriteBeside(query: Signal<Query>) -> impl IntoView {
    let told = RwSignal::new(None::<Result<(Sidecars, bool), String>>);
    let busy = RwSignal::new(false);
    let send = move |really: bool| {
        let query = query.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let answer = write_beside(query, !really).await;
            told.try_set(Some(match answer {
                Ok(sidecars) => Ok((sidecars, really)),
                Err(problem) => Err(problem.to_string()),
            }));
            busy.try_set(false);
        });
    };
    view! {
        <p>{said::BESIDE}</p>
        <div>
            <button type="button" class="button" disabled=busy on:click=move |_| send(false)>
                {said::WRITE_BESIDE}
            </button>
        </div>
        <div class="exchange-told" aria-live="polite">
            {move || match told.get() {
                None => ().into_any(),
                Some(Err(problem)) => view! { <Failed problem /> }.into_any(),
                Some(Ok((sidecars, done))) => {
                    let files = sidecars.written;
                    view! {
                        <Lines lines=said::sidecars(&sidecars, done) />
                        {(files > 0 && !done)
                            .then(|| {
                                view! {
                                    <button
                                        type="button"
                                        class="button is-primary"
                                        disabled=busy
                                        on:click=move |_| send(true)
                                    >
                                        {said::write(files)}
                                    </button>
                                }
                            })}
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Lines(lines: Vec<String>) -> impl IntoView {
    view! {
        <ul class="exchange-lines">
            {lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
        </ul>
    }
}

#[component]
fn Failed(problem: String) -> impl IntoView {
    view! {
        <p class="exchange-problem" role="alert">
            {problem}
        </p>
    }
}
