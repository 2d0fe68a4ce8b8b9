//! The whole library in numbers: what it is made of, what needs a look, what is there twice.

use domain::{
    insight::{Copies, HeldValue, HeldValues, Holding, Overview},
    query::{Field, Query},
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::insights::overview,
    components::{empty::Drawing, icon::Icon, loaded::ProblemNote, top_bar::PageBar},
    state::{progress::use_quiet_change, query::QueryState, remote::Remote},
    words,
};

/// The page `/overview`.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let change = use_quiet_change();
    let whole: Remote<Overview> =
        Resource::new_with_options(move || change.get(), |_| overview(), false);
    let again = Callback::new(move |()| whole.refetch());
    view! {
        <Title text="Overview" />
        <PageBar title="Overview" />
        <main class="page overview">
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    whole
                        .get()
                        .map(|answer| match answer {
                            Ok(whole) if is_empty(&whole) => {
                                view! { <Nothing problems=whole.problems /> }.into_any()
                            }
                            Ok(whole) => view! { <Whole whole /> }.into_any(),
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
    .into_any()
}

fn is_empty(whole: &Overview) -> bool {
    whole.shown.all.pictures + whole.hidden.pictures + whole.trashed.pictures == 0
}

#[component]
fn Nothing(problems: u64) -> impl IntoView {
    view! {
        <section class="empty" aria-label="No pictures">
            <Drawing />
            <h2>"No pictures yet"</h2>
            <p class="empty-text">{words::NO_FOLDERS}</p>
            <a class="button is-primary" href="/folders">
                "Folders"
            </a>
            {(problems > 0)
                .then(|| {
                    view! {
                        <a class="link" href="/problems">
                            {words::problems_short(problems)}
                        </a>
                    }
                })}
        </section>
    }
}

#[component]
fn Whole(whole: Overview) -> impl IntoView {
    let Overview {
        shown,
        unparsed,
        missing,
        hidden,
        trashed,
        copies,
        waiting,
        problems,
    } = whole;
    let all = shown.all;
    let span = shown.span.map(
        |(first, last)| view! { <p class="overview-span">{words::insight::span(first, last)}</p> },
    );
    view! {
        <section class="overview-all" aria-label="All pictures">
            <p class="overview-figure">
                <a href="/">{words::pictures(all.pictures)}</a>
            </p>
            <p class="overview-figure">{words::bytes(all.bytes)}</p>
            {span}
        </section>
        <section class="overview-look" aria-labelledby="overview-look">
            <h2 id="overview-look">"Worth a look"</h2>
            <ul class="overview-concerns">
                <Concern icon="info" name="Recipe not fully read" query="has=unparsed" held=unparsed />
                <Concern icon="alert" name="File missing" query="is=missing" held=missing />
                <Concern icon="eye-off" name="Hidden" query="is=hidden" held=hidden />
                <Concern icon="trash" name="In the trash" query="is=trashed" held=trashed />
                {(problems > 0)
                    .then(|| {
                        view! {
                            <li>
                                <a class="overview-concern" href="/problems">
                                    <Icon name="alert" />
                                    <span>"Could not be read"</span>
                                    <span class="overview-number">{words::problems_short(problems)}</span>
                                </a>
                            </li>
                        }
                    })}
            </ul>
        </section>
        <Same copies waiting />
        {shown
            .fields
            .into_iter()
            .map(|values| view! { <Held values all /> })
            .collect_view()}
    }
    .into_any()
}

/// Pictures to which something applies, as a link to them.
#[component]
fn Concern(
    icon: &'static str,
    name: &'static str,
    query: &'static str,
    held: Holding,
) -> impl IntoView {
    let href = QueryState::href(&Query::parse(query));
    view! {
        <li>
            <a class="overview-concern" class:is-none=held.pictures == 0 href=href>
                <Icon name=icon />
                <span>{name}</span>
                <span class="overview-number">{words::insight::held(held)}</span>
            </a>
        </li>
    }
}

/// Files with the same content.
#[component]
fn Same(copies: Copies, waiting: u64) -> impl IntoView {
    let said = words::insight::copies(&copies);
    let waiting = (waiting > 0).then(|| {
        view! { <p class="hint">{words::insight::copies_waiting(waiting)}</p> }
    });
    let rest = copies.contents.saturating_sub(copies.largest.len() as u64);
    let rows = copies
        .largest
        .into_iter()
        .map(|one| {
            let href = QueryState::href(&Query::default().with_image(Some(one.image)));
            view! {
                <tr>
                    <th scope="row" class="overview-name">
                        <a class="truncate" href=href title=one.name.clone()>
                            {one.name.clone()}
                        </a>
                    </th>
                    <td class="overview-number">{words::count(one.files)}</td>
                    <td class="overview-number">{words::bytes(one.bytes)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="overview-part" aria-labelledby="overview-copies">
            <h2 id="overview-copies">"Copies"</h2>
            <p class="overview-said">{said}</p>
            {waiting}
            {(copies.files > 0)
                .then(|| {
                    view! {
                        <table class="overview-table">
                            <thead>
                                <tr>
                                    <th scope="col" class="overview-name">"Takes most"</th>
                                    <th scope="col" class="overview-number">"Files"</th>
                                    <th scope="col" class="overview-number">"Could be free"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    }
                })}
            {(rest > 0).then(|| view! { <p class="hint">{words::further_values(rest)}</p> })}
        </section>
    }
    .into_any()
}

/// What the library is made of by one field.
#[component]
fn Held(values: HeldValues, all: Holding) -> impl IntoView {
    let HeldValues {
        field,
        values,
        distinct,
        without,
    } = values;
    if values.is_empty() {
        return ().into_any();
    }
    let rest = distinct.saturating_sub(values.len() as u64);
    let rows = values
        .into_iter()
        .map(|HeldValue { value, held }| {
            let query = Query::default().with_toggled(field, &value);
            let name = words::value(field, &value);
            view! { <Row name href=Some(QueryState::href(&query)) held all /> }
        })
        .collect_view();
    let without = (without.pictures > 0).then(|| {
        let name = words::insight::held_without(field).to_owned();
        // Of recipes alone a question can ask that there is none.
        let href = (field == Field::Tool).then(|| QueryState::href(&Query::parse("has=-recipe")));
        view! { <Row name href held=without all /> }
    });
    view! {
        <section class="overview-part" aria-labelledby=format!("overview-{}", field.key())>
            <h2 id=format!("overview-{}", field.key())>{words::insight::held_by(field)}</h2>
            <table class="overview-table">
                <thead class="visually-hidden">
                    <tr>
                        <th scope="col">{words::insight::held_by(field)}</th>
                        <td></td>
                        <th scope="col">"Pictures"</th>
                        <th scope="col">"Size"</th>
                    </tr>
                </thead>
                <tbody>{rows} {without}</tbody>
            </table>
            {(rest > 0).then(|| view! { <p class="hint">{words::further_values(rest)}</p> })}
        </section>
    }
    .into_any()
}

/// One value, its part of all pictures as a bar, and the numbers.
#[component]
fn Row(name: String, href: Option<String>, held: Holding, all: Holding) -> impl IntoView {
    let part = held.pictures as f64 / all.pictures.max(1) as f64 * 1000.0;
    let title = name.clone();
    let name = match href {
        Some(href) => view! {
            <a class="truncate" href=href title=title>
                {name}
            </a>
        }
        .into_any(),
        None => view! { <span class="truncate">{name}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="overview-name">
                {name}
            </th>
            <td class="overview-drawing">
                <svg viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="overview-bar" x="0" y="0" width=format!("{part:.1}") height="8" />
                </svg>
            </td>
            <td class="overview-number">{words::pictures(held.pictures)}</td>
            <td class="overview-number">{words::bytes(held.bytes)}</td>
        </tr>
    }
    .into_any()
}
