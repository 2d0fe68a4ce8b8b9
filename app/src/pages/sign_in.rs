//! The page on which the owner signs in. The server renders it; it needs no script.

use leptos::{config::LeptosOptions, prelude::*};

use crate::{bare, components::mark::Mark};

/// What the page says.
#[derive(Debug, Clone)]
pub struct SignInPage {
    /// The address of this site to which it leads.
    pub next: String,
    /// Why the last try did not succeed.
    pub message: Option<String>,
    /// Whether a passphrase is set at all.
    pub set: bool,
    /// Whether the passphrase would travel through a network as it is.
    pub readable_by_others: bool,
}

/// The whole document.
pub fn sign_in(options: LeptosOptions, page: SignInPage) -> AnyView {
    let set = page.set;
    let content = view! {
        <main class="sign-in">
            <Sheet />
            <div class="sign-in-panel">
                <h1 class="sign-in-name">
                    <Mark />
                    "Proofsheet"
                </h1>
                {set.then(|| form(page))}
                {(!set)
                    .then(|| {
                        view! {
                            <p class="sign-in-text" role="alert">
                                "No passphrase is set any more, so nobody can come in. On the computer \
                                 that runs Proofsheet, set one, then load this page again:"
                            </p>
                            <pre class="sign-in-command">"proofsheet passphrase"</pre>
                        }
                    })}
            </div>
        </main>
    };
    let title = view! { <title>"Sign in · Proofsheet"</title> };
    bare(options, title.into_any(), content.into_any())
}

fn form(page: SignInPage) -> impl IntoView {
    let wrong = page.message.is_some();
    view! {
        <form class="sign-in-form" method="post" action="/sign-in">
            <input type="hidden" name="next" value=page.next />
            // For programs that keep passwords, which keep them by name.
            <input
                type="text"
                name="username"
                value="owner"
                autocomplete="username"
                readonly
                hidden
            />
            <div class="field">
                <label for="passphrase">"Passphrase"</label>
                <input
                    class="input sign-in-input"
                    id="passphrase"
                    type="password"
                    name="passphrase"
                    autocomplete="current-password"
                    maxlength="1024"
                    autocapitalize="off"
                    spellcheck="false"
                    required
                    autofocus
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=wrong.then_some("sign-in-problem")
                />
            </div>
            {page
                .message
                .map(|message| {
                    view! {
                        <p class="sign-in-problem" id="sign-in-problem" role="alert">
                            {message}
                        </p>
                    }
                })}
            <button type="submit" class="button is-primary sign-in-button">
                "Sign in"
            </button>
            {page
                .readable_by_others
                .then(|| {
                    view! {
                        <p class="sign-in-text">
                            "This connection is not encrypted: others in this network could read the \
                             passphrase. Whoever runs Proofsheet can change that with "
                            <code>"proofsheet tls"</code> "."
                        </p>
                    }
                })}
        </form>
    }
}

/// A sheet of frames, one of them chosen.
#[component]
fn Sheet() -> impl IntoView {
    let frames = (0..4).flat_map(|row| (0..6).map(move |column| (column, row)));
    view! {
        <svg
            class="sign-in-sheet"
            viewBox="0 0 384 256"
            preserveAspectRatio="xMidYMid slice"
            aria-hidden="true"
            focusable="false"
        >
            {frames
                .map(|(column, row)| {
                    let chosen = (column, row) == (4, 1);
                    let (x, y) = (column * 64 + 6, row * 64 + 6);
                    view! {
                        <rect
                            class=if chosen { "sign-in-frame is-chosen" } else { "sign-in-frame" }
                            x=x.to_string()
                            y=y.to_string()
                            width="52"
                            height="52"
                            rx="4"
                        />
                    }
                })
                .collect_view()}
            <path class="sign-in-check" d="m279 97 6 6 12-14" />
        </svg>
    }
}
