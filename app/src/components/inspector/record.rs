//! What was told of a picture by whoever knows its address.

use domain::{prompt::Dialect, query::Field, record::Record};
use leptos::prelude::*;

use super::{fields::Fields, parameters::FilterLink, prompt::Prompt};
use crate::{components::elsewhere::WayOut, words::record as said};

/// The section of the panel.
#[component]
pub fn RecordSection(
    /// What was told.
    record: Record,
    /// What is shown as the picture's own.
    fields: Fields,
) -> impl IntoView {
    let Record {
        address,
        user,
        intent,
        original,
        refined,
        ..
    } = record;
    let named = [(Field::User, user), (Field::Intent, intent)];
    view! {
        <section class="inspector-section">
            <h3>"Record"</h3>
            <dl class="parameters">
                {named
                    .into_iter()
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(field, value)| {
                        view! {
                            <div class="parameter">
                                <dt>{field.label()}</dt>
                                <dd>
                                    <FilterLink field value />
                                </dd>
                            </div>
                        }
                    })
                    .collect_view()}
                <div class="parameter">
                    <dt>"Address"</dt>
                    <dd>
                        <WayOut address />
                    </dd>
                </div>
            </dl>
        </section>
        {move || {
            let shown = fields.recipe.with(|recipe| recipe.positive.clone());
            prompts(&shown, original.clone(), refined.clone())
        }}
    }
    .into_any()
}

/// Both prompts; of the one that is shown as the picture's own only that it is that one.
fn prompts(shown: &str, original: String, refined: String) -> AnyView {
    let above = match shown {
        _ if shown.is_empty() => None,
        _ if shown == refined => Some(said::ABOVE_REFINED),
        _ if shown == original => Some(said::ABOVE_ORIGINAL),
        _ => None,
    };
    let other = |prompt: String| {
        if prompt == shown {
            String::new()
        } else {
            prompt
        }
    };
    let dialect = Dialect::of("");
    view! {
        {above.map(|text| view! { <p class="hint">{text}</p> })}
        <Prompt
            title="Original prompt"
            text=other(original)
            dialect
            id="record-original".to_owned()
        />
        <Prompt title="Refined prompt" text=other(refined) dialect id="record-refined".to_owned() />
    }
    .into_any()
}
