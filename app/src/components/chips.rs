//! What is asked, one removable chip for each condition.

use domain::query::{Field, Has};
use leptos::prelude::*;

use super::icon::Icon;
use crate::state::query::{QueryState, use_query};

/// The row of chips; nothing at all when nothing is asked. Each is a link to the query without it.
#[component]
pub fn Chips() -> impl IntoView {
    let state = use_query();
    let chips = Memo::new(move |_| state.query.with(domain::query::Query::chips));
    move || {
        let chips = chips.get();
        if chips.is_empty() {
            return None;
        }
        let query = state.query.get_untracked();
        let several = chips.len() > 1;
        let all = QueryState::href(&query.without_conditions());
        Some(view! {
            <nav class="chips" aria-label="Active filters">
                {chips
                    .into_iter()
                    .map(|chip| {
                        let href = QueryState::href(&query.without(&chip.part));
                        view! {
                            <a
                                class="chip chips-chip"
                                class:is-unknown=chip.is_unknown()
                                href=href
                                aria-label=format!("Remove {}", chip.label)
                            >
                                <span class="truncate">{chip.label.clone()}</span>
                                <Icon name="close" />
                            </a>
                        }
                    })
                    .collect_view()}
                {query
                    .is_ticked(Field::Has, Has::Unparsed.word())
                    .then(|| {
                        view! {
                            <a class="chips-clear" href="/problems#recipes">
                                "Why these?"
                            </a>
                        }
                    })}
                {several
                    .then(|| {
                        view! {
                            <a class="chips-clear" href=all>
                                "Clear all"
                            </a>
                        }
                    })}
            </nav>
        })
    }
}
