//! A dialog over the page.

use leptos::{html, prelude::*};

use super::icon::Icon;
use crate::browser::{dom, files};

/// Opens and closes with a signal, keeps the focus inside while it is open, and has a head with a
/// title and a button that closes. Escape closes it too.
#[component]
pub fn Dialog(
    /// Tells it apart on its page.
    id: &'static str,
    /// The class of its own, beside `dialog`.
    class: &'static str,
    /// What its head says.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it is closed, by whatever way.
    close: Callback<()>,
    /// Whether a click beside it closes it: only where nothing typed could be lost.
    #[prop(optional)]
    lightly: bool,
    /// What stands below its head.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let open = open.get();
        if let Some(dialog) = dialog.get() {
            if open {
                dom::show_modal(&dialog);
            } else {
                files::close_dialog(&dialog);
            }
        }
    });
    let title_id = format!("{id}-title");
    view! {
        <dialog
            class=format!("dialog {class}")
            aria-labelledby=title_id.clone()
            node_ref=dialog
            on:close=move |_| close.run(())
            on:click=move |event| {
                if lightly && files::is_own(&event) {
                    close.run(());
                }
            }
        >
            <div class="dialog-head">
                <h2 class="dialog-title" id=title_id.clone()>
                    {title}
                </h2>
                <button
                    type="button"
                    class="button is-quiet is-icon"
                    aria-label="Close"
                    on:click=move |_| close.run(())
                >
                    <Icon name="close" />
                </button>
            </div>
            {children()}
        </dialog>
    }
    .into_any()
}
