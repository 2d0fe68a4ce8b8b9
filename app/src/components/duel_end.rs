//! What came of a contest: the best in their order, and what to do next.

use domain::{
    duel::BEST,
    image::{ImageCard, ThumbSize},
    query::{Query, View},
};
use leptos::{prelude::*, task::spawn_local};

use super::{empty::Drawing, icon::Icon};
use crate::{
    api::search::first_page,
    state::{duel::DuelState, query::QueryState},
    words::{self, duel as said},
};

/// The end of a contest.
#[component]
pub fn DuelEnd(
    /// The contest.
    duel: DuelState,
    /// Its pictures, the best first.
    ranked: Memo<Query>,
    /// The address at which they are shown so.
    by_rank: Memo<String>,
    /// The pictures where it came from.
    back: Memo<String>,
) -> impl IntoView {
    let best = RwSignal::new(Vec::<ImageCard>::new());
    Effect::new(move || {
        let query = Query {
            view: View::Grid,
            ..ranked.get()
        };
        spawn_local(async move {
            if let Ok(first) = first_page(query, BEST as u32).await {
                let mut cards = first.page.cards;
                cards.truncate(BEST);
                best.try_set(cards);
            }
        });
    });
    let standing = duel.standing;
    let contest = move || standing.get().pictures > 1;
    let one = move |card: ImageCard| {
        let href = ranked.with(|query| QueryState::href(&query.with_image(Some(card.id))));
        view! {
            <li>
                <a class="duel-best" href=href>
                    <img src=card.thumb_url(ThumbSize::Medium) alt=card.caption.clone() decoding="async" />
                </a>
            </li>
        }
    };
    view! {
        <section class="duel-end empty" aria-label="The end">
            {move || (!contest()).then(|| view! { <Drawing /> })}
            <h2>{move || said::end(standing.get())}</h2>
            <ol class="duel-order">
                {move || contest().then(|| best.get().into_iter().map(one).collect_view())}
            </ol>
            <p class="empty-text">{move || said::summary(standing.get())}</p>
            <div class="round-next">
                {move || {
                    contest()
                        .then(|| {
                            view! {
                                <a class="button is-primary" href=move || by_rank.get()>
                                    <Icon name="sort" />
                                    {said::BY_RANK}
                                </a>
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| duel.start_over()
                                >
                                    {said::START_OVER}
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
