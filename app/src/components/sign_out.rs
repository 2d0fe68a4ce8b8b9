//! The way out, where there is a passphrase to come back with.

use leptos::prelude::*;

use super::icon::Icon;

/// A button that ends the session. Its style shows it only in pages that a session let in, so that a
/// page is the same with and without a passphrase.
#[component]
pub fn SignOut() -> impl IntoView {
    view! {
        <form class="sign-out" method="post" action="/sign-out">
            <button
                type="submit"
                class="button is-quiet is-icon"
                aria-label="Sign out"
                title="Sign out"
            >
                <Icon name="sign-out" />
            </button>
        </form>
    }
}
