//! What stands above the pictures of a photoset: its name, what is told of it, and what can be done with it.

use domain::{
    id::SetId,
    photoset::{Photoset, SetCount, SetKind, SetRef, SetStep, SetVerb},
    query::Field,
    selection::Selection,
};
use leptos::{ev, prelude::*};

use super::{icon::Icon, set_form::SetForm};
use crate::{
    api::sets::{delete_set, edit_set, sets},
    state::{
        about_pictures::Target,
        grid::GridState,
        grouping::{self, told},
        judging::Turn,
        query::QueryState,
        remote::Remote,
        shared::Shared,
    },
    words,
};

/// The head of the photoset that a query asks for.
#[component]
pub fn SetHead(
    /// Which, as in the address.
    own: SetRef,
    /// What the page shares.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let SetRef { id, slug } = own;
    let told = shared.judging().told();
    let all: Remote<Vec<SetCount>> =
        Resource::new_with_options(move || told.get(), |_| sets(), true);
    let slug = SetRef { id, slug }.words();
    // What the form begins with; the server needs none of it.
    let own = RwSignal::new(None::<SetCount>);
    Effect::new(move || {
        if let Some(Ok(all)) = all.get() {
            own.set(all.into_iter().find(|one| one.id == id));
        }
    });
    let editing = RwSignal::new(false);
    let about = move |all: Vec<SetCount>| {
        let inside = all
            .iter()
            .filter(|one| one.set.parent == Some(id))
            .cloned()
            .collect();
        match all.into_iter().find(|one| one.id == id) {
            Some(one) => view! {
                <About one shared grid editing />
                <Inside inside />
            }
            .into_any(),
            None => view! { <p class="hint">{words::sets::GONE}</p> }.into_any(),
        }
    };
    view! {
        <section class="set-head" aria-labelledby="set-name">
            <Transition fallback=move || {
                view! {
                    <h2 class="set-name" id="set-name">
                        {slug.clone()}
                    </h2>
                }
            }>
                {move || {
                    all.get()
                        .map(|answer| match answer {
                            Ok(all) => about(all),
                            Err(problem) => {
                                view! { <p class="hint">{problem.to_string()}</p> }.into_any()
                            }
                        })
                }}
            </Transition>
            <SetForm
                open=editing
                before=own
                beside=Some((shared, grid))
                done=Callback::new(move |()| all.refetch())
            />
        </section>
    }
    .into_any()
}

/// Photosets that lie in it.
#[component]
fn Inside(inside: Vec<SetCount>) -> impl IntoView {
    let line = |one: SetCount| {
        let href = QueryState::href(&one.query());
        view! {
            <a class="set-inside" href=href>
                <Icon name="stack" />
                <span>{one.set.name}</span>
                <span class="hint">{words::count(one.pictures)}</span>
            </a>
        }
    };
    (!inside.is_empty()).then(|| {
        view! {
            <nav class="set-insides" aria-label="In this photoset">
                {inside.into_iter().map(line).collect_view()}
            </nav>
        }
    })
}

/// What is told of it, and its buttons.
#[component]
fn About(
    one: SetCount,
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let Photoset {
        name,
        kind,
        description,
        year,
        source,
        credits,
        tags,
        ..
    } = one.set.clone();
    let year = year.map(|year| view! { <span>{year.to_string()}</span> });
    let credits = (!credits.is_empty()).then(|| view! { <span>{credits.join(", ")}</span> });
    let host = words::sets::host(&source).to_owned();
    let source = (!source.is_empty()).then(|| {
        view! {
            <a href=source rel="noreferrer noopener" target="_blank">
                {host}
            </a>
        }
    });
    let tags = tags
        .into_iter()
        .map(|tag| view! { <span class="set-tag">{tag}</span> })
        .collect_view();
    let manual = kind == SetKind::Manual;
    let text =
        (!description.is_empty()).then(|| view! { <p class="set-description">{description}</p> });
    view! {
        <div class="set-about">
            <p class="hint set-facts">
                <span>{words::sets::kind(kind)}</span>
                <span>{words::pictures(one.pictures)}</span>
                {year}
                {credits}
                {source}
            </p>
            <h2 class="set-name" id="set-name">
                {name}
            </h2>
            {text}
            <p class="set-tags">{tags}</p>
            {manual.then(|| view! { <p class="hint needs-wasm">{words::sets::ARRANGE}</p> })}
        </div>
        <Tools one shared grid editing />
    }
    .into_any()
}

/// What can be done with it.
#[component]
fn Tools(
    one: SetCount,
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let manual = one.set.kind == SetKind::Manual;
    let own = StoredValue::new(one);
    let cover = move |_| own.with_value(|one| choose_cover(shared, grid, one));
    let delete = move |_| own.with_value(|one| delete(shared, grid, one));
    let add = move |event: ev::SubmitEvent, text: RwSignal<String>| {
        event.prevent_default();
        let Some(image) = words::sets::image_in(&text.get_untracked()) else {
            return shared.toasts().say(words::sets::NO_PICTURE);
        };
        text.set(String::new());
        let target = Target {
            selection: Selection::These(vec![image]),
            count: 1,
        };
        let set = own.with_value(|one| (one.id, one.set.name.clone()));
        grouping::put(shared, grid.get_untracked(), set, target, true, |_| {});
    };
    let address = RwSignal::new(String::new());
    view! {
        <div class="set-tools needs-wasm">
            <button type="button" class="button" on:click=move |_| editing.set(true)>
                <Icon name="pencil" />
                "Edit…"
            </button>
            <button
                type="button"
                class="button is-quiet"
                title=words::sets::COVER_HOW
                on:click=cover
            >
                <Icon name="image" />
                {words::sets::COVER}
            </button>
            <button
                type="button"
                class="button is-quiet"
                title=words::sets::DELETE_ABOUT
                on:click=delete
            >
                <Icon name="trash" />
                "Delete"
            </button>
            {manual
                .then(|| {
                    view! {
                        <form class="set-add" on:submit=move |event| add(event, address)>
                            <input
                                class="input"
                                type="url"
                                placeholder=words::sets::BY_ADDRESS
                                aria-label=words::sets::BY_ADDRESS
                                autocomplete="off"
                                prop:value=move || address.get()
                                on:input=move |event| address.set(event_target_value(&event))
                            />
                        </form>
                    }
                })}
        </div>
    }
    .into_any()
}

/// Makes the picture that has the focus stand for the photoset.
fn choose_cover(shared: Shared, grid: RwSignal<Option<GridState>>, one: &SetCount) {
    let card = grid
        .get_untracked()
        .and_then(|grid| grid.result.card(grid.visible_focus()));
    let Some(card) = card else {
        return shared.toasts().say(words::NO_FOCUS);
    };
    let set = Photoset {
        cover: Some(card.id),
        ..one.set.clone()
    };
    change(shared, grid, one.id, SetVerb::Edit, &one.set, Some(set));
}

/// Takes the photoset away, and shows the library.
fn delete(shared: Shared, grid: RwSignal<Option<GridState>>, one: &SetCount) {
    change(shared, grid, one.id, SetVerb::Delete, &one.set, None);
    let query = shared.query();
    let without = query
        .query
        .with_untracked(|query| query.with_range(Field::Set, None));
    query.push(without.with_sort(domain::query::Sort::default()));
}

fn change(
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    id: SetId,
    verb: SetVerb,
    before: &Photoset,
    set: Option<Photoset>,
) {
    let before = before.clone();
    let turn = move || -> Turn {
        Box::pin(async move {
            let name = before.name.clone();
            let came = match set {
                Some(set) => edit_set(id, before, set).await,
                None => delete_set(id).await,
            };
            told(shared, came, |changed| {
                words::sets::step(&SetStep { verb, name }, changed)
            })
        })
    };
    grouping::run(shared, grid.get_untracked(), turn);
}
