//! The list of short messages.

use leptos::prelude::*;

use super::icon::Icon;
use crate::state::toasts::use_toasts;

/// Shows the messages of [`crate::state::toasts`], newest last.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.all() key=|toast| toast.key let:toast>
                <div class="toast" class:is-problem=toast.problem>
                    <p>{toast.text}</p>
                    {toast
                        .offer
                        .map(|(name, act)| {
                            view! {
                                <button
                                    type="button"
                                    class="button is-quiet is-small"
                                    on:click=move |_| {
                                        act.run(());
                                        toasts.close(toast.key);
                                    }
                                >
                                    {name}
                                </button>
                            }
                        })}
                    <button
                        type="button"
                        class="button is-quiet is-icon is-small"
                        aria-label="Close message"
                        on:click=move |_| toasts.close(toast.key)
                    >
                        <Icon name="close" />
                    </button>
                </div>
            </For>
        </div>
    }
}
