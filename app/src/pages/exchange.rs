//! Into and out of other tools: tables of pictures, and files of decisions.

use domain::{
    exchange::{Brought, TableFormat},
    query::Query,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api::{
        ApiError,
        exchange::{apply, plan},
    },
    browser::files,
    components::{icon::Icon, top_bar::PageBar},
    state::query::use_query,
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
    view! {
        <Title text="In and out" />
        <PageBar title="In and out" />
        <main class="page exchange">
            <p class="page-lead">{said::ABOUT}</p>
            <section class="exchange-part" aria-labelledby="exchange-out">
                <h2 id="exchange-out">"Out"</h2>
                <p>{said::OUT}</p>
                <p class="hint">{named}</p>
                <ul class="exchange-tables">{tables}</ul>
            </section>
            <section class="exchange-part needs-wasm" aria-labelledby="exchange-in">
                <h2 id="exchange-in">"In"</h2>
                <p>{said::IN}</p>
                <BringIn />
            </section>
        </main>
    }
    .into_any()
}

/// Chooses a file, shows what it would do, and does it.
#[component]
fn BringIn() -> impl IntoView {
    let stage = RwSignal::new(Stage::default());
    let file = StoredValue::new_local(None::<files::File>);
    let came = move |answer: Result<Brought, ApiError>, done: bool| {
        stage.try_set(match answer {
            Ok(brought) if done => Stage::Done(brought),
            Ok(brought) => Stage::Planned(brought),
            Err(problem) => Stage::Failed(problem.to_string()),
        });
    };
    let send = move |really: bool| {
        let form = file.with_value(|file| file.as_ref().and_then(files::form));
        let Some(form) = form else {
            return stage.set(Stage::Failed(words::NOT_READ.to_owned()));
        };
        stage.set(Stage::Busy);
        spawn_local(async move {
            let answer = if really {
                apply(form).await
            } else {
                plan(form).await
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
    view! {
        <label class="exchange-file">
            <span>"A file of decisions"</span>
            <input
                class="input"
                type="file"
                accept=".json,.csv,application/json,text/csv"
                on:change=chosen
            />
        </label>
        <div class="exchange-told" aria-live="polite">
            {move || match stage.get() {
                Stage::Nothing => ().into_any(),
                Stage::Busy => view! { <p class="hint">{words::COUNTING}</p> }.into_any(),
                Stage::Planned(brought) => {
                    let changes = brought.changes();
                    view! {
                        <Report brought />
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
                            view! { <p>{said::NOTHING}</p> }.into_any()
                        }}
                    }
                        .into_any()
                }
                Stage::Done(brought) => {
                    view! {
                        <Report brought />
                        <p>
                            <a href="/history">{said::DONE}</a>
                        </p>
                    }
                        .into_any()
                }
                Stage::Failed(problem) => {
                    view! {
                        <p class="exchange-problem" role="alert">
                            {problem}
                        </p>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Report(brought: Brought) -> impl IntoView {
    let lines = said::told(&brought);
    view! {
        <ul class="exchange-lines">
            {lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
        </ul>
    }
}
