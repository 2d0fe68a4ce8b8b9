//! The photosets and saved searches beside the grid.

use domain::{
    facet::{Facets, SetLink},
    photoset::SetKind,
    query::Field,
};
use leptos::prelude::*;

use super::icon::Icon;
use crate::{state::query::use_query, words};

/// Links with counts, and the way to make another one.
#[component]
pub fn SetLinks(
    /// The counts.
    facets: Memo<Facets>,
    /// Whether a new one is asked for.
    making: RwSignal<bool>,
) -> impl IntoView {
    let links = Memo::new(move |_| facets.with(|facets| facets.sets.clone()));
    view! {
        <section class="facet" aria-label="Photosets">
            <details open>
                <summary class="facet-head">
                    <Icon name="chevron-right" />
                    <span>"Photosets"</span>
                </summary>
                <div class="facet-body">
                    <ul class="set-links">
                        <For each=move || links.get() key=SetLink::clone let:link>
                            <Line link />
                        </For>
                    </ul>
                    <button
                        type="button"
                        class="facet-more needs-wasm"
                        on:click=move |_| making.set(true)
                    >
                        {words::sets::NEW}
                    </button>
                </div>
            </details>
        </section>
    }
    .into_any()
}

#[component]
fn Line(link: SetLink) -> impl IntoView {
    let state = use_query();
    let own = link.id.to_string();
    let put_into = (link.kind == SetKind::Manual).then(|| own.clone());
    let here = Memo::new(move |_| state.query.with(|query| query.is_ticked(Field::Set, &own)));
    let icon = match link.kind {
        SetKind::Manual => "stack",
        SetKind::Smart => "sliders",
        SetKind::Search => "search",
    };
    view! {
        <li class=format!("depth-{}", link.depth.min(4))>
            <a
                class="place"
                href=format!("/?{}", link.query)
                data-set=put_into
                aria-current=move || here.get().then_some("page")
            >
                <Icon name=icon />
                <span class="truncate">{link.name}</span>
                <span class="aside-count">{words::count(link.pictures)}</span>
            </a>
        </li>
    }
    .into_any()
}
