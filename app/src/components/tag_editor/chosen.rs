//! The tags that the chosen pictures have.

use leptos::prelude::*;

use super::{Editor, Share};
use crate::{browser::dom, components::icon::Icon, components::tag_dot::tag_dot, words};

/// One line of tags: on all of the chosen pictures, or on some of them, which are counted.
#[component]
pub fn Chosen(
    /// What the editor knows.
    editor: Editor,
) -> impl IntoView {
    let on = Memo::new(move |_| {
        let on = |share: &&Share| share.tag.pictures > 0;
        let shares = editor.shares.get();
        shares.iter().filter(on).cloned().collect::<Vec<_>>()
    });
    let key = |share: &Share| {
        let tag = &share.tag;
        (tag.tag.name.clone(), tag.tag.colour, tag.pictures)
    };
    view! {
        <ul
            class="tag-chips"
            aria-label="Tags of what is chosen"
            hidden=move || on.with(Vec::is_empty)
        >
            <For each=move || on.get() key=key let:share>
                <Chip editor share />
            </For>
        </ul>
    }
    .into_any()
}

#[component]
fn Chip(editor: Editor, share: Share) -> impl IntoView {
    let total = untrack(|| editor.total());
    let (tag, count) = (share.tag.tag, share.tag.pictures);
    let some = count < total;
    let (own, off) = (tag.name.clone(), tag.name.clone());
    let content = view! {
        {tag_dot(tag.colour)}
        <span class="truncate">{tag.name.clone()}</span>
        {some.then(|| view! { <span class="hint">{words::tags::some_of(count, total)}</span> })}
    };
    let body = if some {
        let label = words::tags::put_on_all(&own, count, total);
        view! {
            <button
                type="button"
                class="tag-chip-name"
                aria-pressed="mixed"
                aria-label=label.clone()
                title=label
                on:click=move |_| {
                    editor.set(&own, true);
                    dom::focus_first("#tag-editor-input");
                }
            >
                {content}
            </button>
        }
        .into_any()
    } else {
        view! { <span class="tag-chip-name">{content}</span> }.into_any()
    };
    view! {
        <li class="tag-chip" class:is-some=some>
            {body}
            <button
                type="button"
                class="tag-chip-off"
                aria-label=words::tags::take_off(&off)
                title=words::tags::take_off(&off)
                on:click=move |_| {
                    editor.set(&off, false);
                    dom::focus_first("#tag-editor-input");
                }
            >
                <Icon name="close" />
            </button>
        </li>
    }
    .into_any()
}
