//! What people put on a picture: its tags, and its note.

use domain::{
    id::ImageId,
    query::Field,
    selection::Selection,
    tag::{Note, Tag},
};
use leptos::{prelude::*, task::spawn_local};

use super::{note::NoteField, parameters::FilterLink};
use crate::{
    api::tags::{marks, set_tag},
    components::{icon::Icon, tag_dot::tag_dot},
    shortcuts::Action,
    state::{grid::GridState, judging::Turn, shared::Shared},
    words,
};

/// Tags that are links to all pictures with them, and the note.
#[component]
pub fn Marks(
    /// The picture.
    id: ImageId,
    /// Its tags when it was opened.
    tags: Vec<Tag>,
    /// Its note then.
    note: Note,
    /// What the parts of the page share.
    shared: Shared,
    /// The grid behind, once it lives.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let tags = RwSignal::new(tags);
    let theirs = RwSignal::new(note);
    // The editor changes them too, and what was taken back.
    Effect::watch(
        move || shared.judging().marked().get(),
        move |_, _, _| {
            spawn_local(async move {
                if let Ok((now, note)) = marks(id).await {
                    tags.try_set(now);
                    theirs.try_set(note);
                }
            });
        },
        false,
    );
    let take_off = Callback::new(move |name: String| take_off(id, tags, shared, grid, name));
    view! {
        <section class="inspector-section" aria-label="Tags">
            <div class="inspector-head">
                <h3>"Tags"</h3>
                <button
                    type="button"
                    class="button is-quiet is-small needs-wasm"
                    title=shared.preferences().hint("Tags", Action::Tag)
                    on:click=move |_| shared.tagging().one(id)
                >
                    <Icon name="tag" />
                    "Tag"
                </button>
            </div>
            <ul class="tag-chips" hidden=move || tags.with(Vec::is_empty)>
                <For
                    each=move || tags.get()
                    key=|tag| (tag.name.clone(), tag.colour)
                    let:tag
                >
                    <TagChip tag take_off />
                </For>
            </ul>
        </section>
        <NoteField id theirs shared grid />
    }
    .into_any()
}

#[component]
fn TagChip(tag: Tag, take_off: Callback<String>) -> impl IntoView {
    let Tag { name, colour } = tag;
    let label = words::tags::take_off(&name);
    let own = name.clone();
    view! {
        <li class="tag-chip">
            {tag_dot(colour)}
            <FilterLink field=Field::Tag value=name />
            <button
                type="button"
                class="tag-chip-off needs-wasm"
                aria-label=label.clone()
                title=label
                on:click=move |_| take_off.run(own.clone())
            >
                <Icon name="close" />
            </button>
        </li>
    }
    .into_any()
}

/// Takes a tag off the picture: gone at once, and back when that fails.
fn take_off(
    id: ImageId,
    tags: RwSignal<Vec<Tag>>,
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    name: String,
) {
    let before = tags.get_untracked();
    tags.update(|tags| tags.retain(|tag| tag.name != name));
    let run = move || -> Turn {
        Box::pin(async move {
            let selection = Selection::These(vec![id]);
            match set_tag(selection, name.clone(), false).await {
                Ok(done) => Some((done, words::tags::done(&name, false, 1))),
                Err(problem) => {
                    shared.toasts().problem(&problem);
                    tags.try_set(before);
                    None
                }
            }
        })
    };
    match grid.get_untracked() {
        Some(grid) => shared.judging().other(grid.result, false, run),
        None => spawn_local(async move {
            run().await;
        }),
    }
}
