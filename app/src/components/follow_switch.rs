//! The switch that puts new pictures on top by themselves.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{shortcuts::Action, state::preferences::use_preferences, words};

/// Pressed while somebody follows. What it does is in `state/arrivals.rs`.
#[component]
pub fn FollowSwitch() -> impl IntoView {
    let preferences = use_preferences();
    let follow = preferences.follow;
    view! {
        <button
            type="button"
            class="button is-quiet is-icon"
            aria-label=words::live::FOLLOW
            aria-pressed=move || follow.get().to_string()
            title=preferences.hint(words::live::FOLLOW_HOW, Action::Follow)
            on:click=move |_| follow.update(|on| *on = !*on)
        >
            <Icon name="follow" />
        </button>
    }
    .into_any()
}
