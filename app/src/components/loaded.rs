//! One way to show what a resource brings: the fallback while it loads, the sentence of its problem
//! when it fails.

use leptos::prelude::*;

use super::icon::Icon;
use crate::api::ApiError;

/// A problem where its content would stand, with a way on.
#[component]
pub fn ProblemNote(
    /// What went wrong.
    problem: ApiError,
    /// Tries again, where that makes sense.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// Where the pictures are, when this is not the place where they stand.
    #[prop(optional, into)]
    back: Option<String>,
) -> impl IntoView {
    view! {
        <div class="problem-note" role="alert">
            <Icon name="alert" />
            <p>{problem.0.message}</p>
            {retry
                .map(|retry| {
                    view! {
                        <button type="button" class="button" on:click=move |_| retry.run(())>
                            "Try again"
                        </button>
                    }
                })}
            {back
                .map(|href| {
                    view! {
                        <a class="button" href=href>
                            "Back to the pictures"
                        </a>
                    }
                })}
        </div>
    }
}
