//! Recipes that could not be read in full: why, how often, and the way to teach the reader.

use domain::{
    query::{Field, Query},
    recipe::Unread,
};
use leptos::{prelude::*, task::spawn_local};

use super::icon::Icon;
use crate::{
    api::images::read_again,
    state::{query::QueryState, toasts::use_toasts},
    words,
};

/// What the whole view asks for.
fn unparsed() -> Query {
    Query::default().with_toggled(Field::Has, "unparsed")
}

/// The reasons, most frequent first, and the button that reads these recipes again.
#[component]
pub fn UnreadRecipes(
    /// The reasons; nothing is shown when there are none.
    reasons: Vec<Unread>,
    /// Called when they were read again.
    again: Callback<()>,
) -> impl IntoView {
    if reasons.is_empty() {
        return ().into_any();
    }
    let toasts = use_toasts();
    let reading = RwSignal::new(false);
    let read = move |_| {
        reading.set(true);
        spawn_local(async move {
            match read_again(unparsed()).await {
                Ok((read, changed)) => {
                    toasts.say(words::read_again(read, changed));
                    again.run(());
                }
                Err(problem) => toasts.problem(&problem),
            }
            reading.try_set(false);
        });
    };
    view! {
        <section class="problems-group" id="recipes">
            <div class="problems-head">
                <h2>"Recipes not fully read"</h2>
                <a class="button is-quiet" href=QueryState::href(&unparsed())>
                    "Show the pictures"
                </a>
                <button
                    type="button"
                    class="button needs-wasm"
                    disabled=move || reading.get()
                    on:click=read
                >
                    <Icon name="refresh" />
                    {move || if reading.get() { "Reading…" } else { "Read again" }}
                </button>
            </div>
            <p class="problems-reason">{words::TEACH}</p>
            <table class="problems-table">
                <thead class="visually-hidden">
                    <tr>
                        <th scope="col">"Node or reason"</th>
                        <th scope="col">"What is missing"</th>
                        <th scope="col">"Pictures"</th>
                    </tr>
                </thead>
                <tbody>{reasons.into_iter().map(|one| view! { <Reason one /> }).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

#[component]
fn Reason(one: Unread) -> impl IntoView {
    let href = QueryState::href(&unparsed().with_image(Some(one.example)));
    let name = one
        .about
        .unwrap_or_else(|| words::unread(&one.code).to_owned());
    view! {
        <tr>
            <td class="problems-file">
                <a class="problems-name" href=href>
                    {name}
                </a>
            </td>
            <td class="problems-reason">{one.message}</td>
            <td class="problems-date">
                <span class="hint">{words::pictures(one.pictures)}</span>
            </td>
        </tr>
    }
}
