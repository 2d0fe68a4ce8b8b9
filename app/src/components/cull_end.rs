//! What is said when every picture was looked at, and what to do next.

use domain::{
    judgement::Verdict,
    query::{Field, Query},
};
use leptos::prelude::*;

use super::{empty::Drawing, icon::Icon};
use crate::{
    state::{
        cull::{CullState, Tally},
        query::QueryState,
    },
    words,
};

/// The end of a round.
#[component]
pub fn CullEnd(
    /// The round.
    cull: CullState,
    /// What it was about.
    asked: Memo<Query>,
    /// The pictures where it came from.
    back: Memo<String>,
) -> impl IntoView {
    let tally = Memo::new(move |_| cull.tally());
    let kept = move || {
        asked.with(|asked| {
            let all = asked.with_range(Field::State, None);
            QueryState::href(&all.with_toggled(Field::State, Verdict::Approved.word()))
        })
    };
    let left = move || {
        let Tally { total, .. } = tally.get();
        total.saturating_sub(tally.get().decided())
    };
    view! {
        <section class="cull-end empty" aria-label="The end">
            <Drawing />
            <h2>{move || words::cull::end(tally.get())}</h2>
            <p class="empty-text">{move || words::cull::summary(tally.get())}</p>
            <div class="round-next">
                {move || {
                    (tally.get().approved > 0)
                        .then(|| {
                            view! {
                                <a class="button is-primary" href=kept>
                                    <Icon name="check" />
                                    {words::cull::see_approved(tally.get().approved)}
                                </a>
                            }
                        })
                }}
                {move || {
                    let rejected = cull.left_rejected().len() as u64;
                    (rejected > 0)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| cull.trash_rejected()
                                >
                                    <Icon name="trash" />
                                    {words::cull::trash_rejected(rejected)}
                                </button>
                            }
                        })
                }}
                {move || {
                    (left() > 0 && tally.get().total > 0)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| cull.result.refresh()
                                >
                                    {words::cull::again(left())}
                                </button>
                            }
                        })
                }}
                <a class="button is-quiet" href=move || back.get()>
                    {words::BACK}
                </a>
            </div>
        </section>
    }
    .into_any()
}
