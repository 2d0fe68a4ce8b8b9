//! The list below the field: tags that are called like what was typed.

use leptos::prelude::*;

use super::{Editor, Offer};
use crate::{
    browser::dom,
    components::{icon::Icon, tag_dot::tag_dot},
    words,
};

/// Tags to put on, and at the end the one that would be made.
#[component]
pub fn Offers(
    /// What the editor knows.
    editor: Editor,
) -> impl IntoView {
    let offered = Memo::new(move |_| editor.offered());
    let line = move |(index, offer): (usize, Offer)| {
        let own = offer.clone();
        let content = match offer {
            Offer::Tag(tag) => view! {
                {tag_dot(tag.tag.colour)}
                <span class="truncate">
                    <bdi>{tag.tag.name}</bdi>
                </span>
                <span class="hint">{words::count(tag.pictures)}</span>
            }
            .into_any(),
            Offer::New(name) => view! {
                <Icon name="plus" />
                <span class="truncate">{words::tags::create(&name)}</span>
            }
            .into_any(),
        };
        view! {
            <li
                class="menu-item tag-offer"
                role="option"
                id=option_id(index)
                aria-selected=move || (editor.active.get() == Some(index)).to_string()
                // The field keeps the focus.
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| {
                    editor.active.set(None);
                    editor.set(own.name(), true);
                    editor.text.set(String::new());
                    editor.offer();
                    dom::focus_first("#tag-editor-input");
                }
            >
                {content}
            </li>
        }
    };
    view! {
        <ul
            class="tag-offers"
            id="tag-editor-offers"
            role="listbox"
            aria-label="Tags to put on"
            hidden=move || offered.with(Vec::is_empty)
        >
            {move || offered.get().into_iter().enumerate().map(line).collect_view()}
        </ul>
    }
    .into_any()
}

pub(super) fn option_id(index: usize) -> String {
    format!("tag-offer-{index}")
}
