//! What a picture was made from, and what was made from it.

use domain::{
    id::ImageId,
    image::{Reference, ReferenceImage, ThumbSize},
    query::{Field, Has, Query},
};
use leptos::prelude::*;

use super::icon::Icon;
use crate::{state::query::QueryState, words};

/// The pictures that the recipe loads, and a link to those made from this one.
#[component]
pub fn References(
    /// The picture.
    id: ImageId,
    /// What it was made from.
    references: Vec<Reference>,
    /// How many were made from it.
    used_by: u64,
) -> impl IntoView {
    let made_from = (!references.is_empty()).then(|| {
        view! {
            <section class="inspector-section">
                <h3>{words::references::title(references.len())}</h3>
                <ul class="references">
                    {references.into_iter().map(|one| view! { <Loaded one /> }).collect_view()}
                </ul>
            </section>
        }
    });
    let users = (used_by > 0).then(|| {
        let query = Query::default().with_toggled(Field::Reference, &id.to_string());
        view! {
            <p class="references-users">
                <a class="button" href=QueryState::href(&query)>
                    <Icon name="link" />
                    {words::references::used_by(used_by)}
                </a>
            </p>
        }
    });
    view! {
        {made_from}
        {users}
    }
    .into_any()
}

/// One picture that the recipe loads, as often as it is known.
#[component]
fn Loaded(one: Reference) -> impl IntoView {
    let Reference { name, pictures } = one;
    if pictures.is_empty() {
        return view! {
            <li class="references-unknown">
                <span class="references-name">{name}</span>
                <span class="hint">{words::references::UNKNOWN}</span>
            </li>
        }
        .into_any();
    }
    let picture = |picture: ReferenceImage| {
        let ReferenceImage { card, input } = picture;
        let place = if input {
            Query::default().with_toggled(Field::Is, Has::Input.word())
        } else {
            Query::default()
        };
        let href = QueryState::href(&place.with_image(Some(card.id)));
        view! {
            <a class="reference" href=href>
                <img src=card.thumb_url(ThumbSize::Medium) alt="" loading="lazy" decoding="async" />
                <span class="references-name">{card.name.clone()}</span>
                {(!input).then(|| view! { <span class="hint">{words::references::MADE}</span> })}
            </a>
        }
    };
    view! { <li>{pictures.into_iter().map(picture).collect_view()}</li> }.into_any()
}
