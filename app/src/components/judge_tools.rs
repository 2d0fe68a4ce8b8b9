//! Buttons that judge one picture, for whoever has no keys at hand.

use domain::judgement::{Judgement, MOST_STARS, Verdict};
use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    shortcuts::Action,
    state::{judging::Verb, preferences::use_preferences},
};

/// Reject, stars, favourite, approve: in the order in which thumbs reach them.
#[component]
pub fn JudgeTools(
    /// What is thought of the picture now.
    #[prop(into)]
    now: Signal<Judgement>,
    /// Judges it.
    act: Callback<Verb>,
) -> impl IntoView {
    let preferences = use_preferences();
    let stars = (1..=MOST_STARS)
        .map(|stars| {
            let is_on = move || now.get().rating >= stars;
            let press = move |_| {
                // The same star again takes them off.
                let same = now.get_untracked().rating == stars;
                act.run(Verb::Stars(if same { 0 } else { stars }));
            };
            view! {
                <button
                    type="button"
                    class="judge-star"
                    class:is-on=is_on
                    aria-label=crate::words::many(stars.into(), "star", "stars")
                    aria-pressed=move || (now.get().rating == stars).to_string()
                    title=preferences.hint("Stars", Action::Judge(Verb::Stars(stars)))
                    on:click=press
                >
                    <Icon name="star" />
                </button>
            }
        })
        .collect_view();
    let verdict = move |verdict: Verdict, class, icon, name| {
        let is_on = move || now.get().verdict == verdict;
        let press = move |_| {
            let same = now.get_untracked().verdict == verdict;
            act.run(Verb::Verdict(if same {
                Verdict::Undecided
            } else {
                verdict
            }));
        };
        view! {
            <button
                type="button"
                class=class
                class:is-on=is_on
                aria-label=name
                aria-pressed=move || is_on().to_string()
                title=preferences.hint(name, Action::Judge(Verb::Verdict(verdict)))
                on:click=press
            >
                <Icon name=icon />
            </button>
        }
    };
    let favourite = move || now.get().favourite;
    view! {
        <div class="judge-tools" role="toolbar" aria-label="Judge this picture">
            {verdict(Verdict::Rejected, "judge-verdict is-reject", "close", "Reject")}
            <span class="judge-stars">{stars}</span>
            <button
                type="button"
                class="judge-favourite"
                class:is-on=favourite
                aria-label="Favourite"
                aria-pressed=move || favourite().to_string()
                title=preferences.hint("Favourite", Action::Judge(Verb::Favourite))
                on:click=move |_| act.run(Verb::Favourite)
            >
                <Icon name="heart" />
            </button>
            {verdict(Verdict::Approved, "judge-verdict is-approve", "check", "Approve")}
        </div>
    }
    .into_any()
}
