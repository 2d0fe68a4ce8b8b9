//! The values of the open picture where they stand, each with its pencil.

use domain::{overlay::Part, prompt::Dialect, query::Field, recipe::Sampling};
use leptos::prelude::*;

use super::{
    field::Editable,
    fields::Fields,
    parameters::{FilterLink, ModelList, Row},
    prompt::{CopyButton, prompt_text},
};
use crate::words::{self, edits};

/// A prompt with its heading, its copy button and its pencil.
#[component]
pub fn PromptField(
    /// What the fields share.
    fields: Fields,
    /// Which prompt.
    part: Part,
    /// Makes a link of each token.
    #[prop(optional)]
    links: bool,
) -> impl IntoView {
    let title = edits::name(&part);
    let copy = format!("Copy {}", part.label());
    let id = format!("picture-{}", part.word());
    let text = {
        let part = part.clone();
        move || fields.text(&part)
    };
    let dialect = move || fields.recipe.with(|recipe| Dialect::of(&recipe.tool));
    let shown = {
        let text = text.clone();
        ViewFn::from(move || {
            let text = text();
            if text.trim().is_empty() {
                return none();
            }
            prompt_text(&text, dialect(), links, id.clone())
        })
    };
    let head = view! {
        <h3>{title}</h3>
        {move || {
            let text = text();
            (!text.trim().is_empty()).then(|| view! { <CopyButton label=copy.clone() text /> })
        }}
    }
    .into_any();
    view! {
        <section class="prompt-field">
            <Editable fields part shown head />
        </section>
    }
    .into_any()
}

/// Checkpoints, LoRAs and VAE; the checkpoint can be edited.
#[component]
pub fn ModelField(
    /// What the fields share.
    fields: Fields,
) -> impl IntoView {
    let shown = ViewFn::from(move || {
        let recipe = fields.recipe.get();
        if recipe.models.is_empty() && recipe.loras.is_empty() && recipe.vae.is_none() {
            return none();
        }
        view! { <ModelList recipe /> }.into_any()
    });
    let several = move || fields.recipe.with(|recipe| recipe.models.len() > 1);
    let head = view! { <h3>{move || if several() { "Models" } else { "Model" }}</h3> }.into_any();
    view! {
        <section class="inspector-section">
            <Editable fields part=Part::Model shown head />
        </section>
    }
    .into_any()
}

/// Whom the picture shows.
#[component]
pub fn PersonaField(
    /// What the fields share.
    fields: Fields,
) -> impl IntoView {
    let shown = ViewFn::from(move || {
        let value = fields.persona.get();
        if value.is_empty() {
            return view! { <span class="hint">"Nobody in particular"</span> }.into_any();
        }
        view! { <FilterLink field=Field::Persona value /> }.into_any()
    });
    let head = view! { <h3>"Persona"</h3> }.into_any();
    view! {
        <section class="inspector-section">
            <Editable fields part=Part::Persona shown head />
        </section>
    }
    .into_any()
}

/// When the picture was made.
#[component]
pub fn DateField(
    /// What the fields share.
    fields: Fields,
) -> impl IntoView {
    let shown = ViewFn::from(move || {
        let moment = fields.date.get();
        view! {
            <time class="parameter-value" datetime=moment.day_text()>
                {words::moment(moment)}
            </time>
        }
    });
    view! { <Line fields part=Part::Date shown /> }
}

/// The parameters of the run that made the picture in the first place.
#[component]
pub fn RunFields(
    /// What the fields share.
    fields: Fields,
) -> impl IntoView {
    let title = move || {
        fields.recipe.with(|recipe| match recipe.samplers.len() {
            0 | 1 => "Parameters".to_owned(),
            _ => words::sampler_run(recipe.primary + 1, true),
        })
    };
    let node = move || {
        fields.recipe.with(|recipe| {
            let run = recipe.primary().filter(|_| recipe.samplers.len() > 1)?;
            let node = [run.class.as_str(), run.node.as_str()].join(" ");
            Some(view! { <span class="hint">{node.trim().to_owned()}</span> })
        })
    };
    let parts = [
        (Part::Seed, Field::Seed),
        (Part::Steps, Field::Steps),
        (Part::Cfg, Field::Cfg),
        (Part::Sampler, Field::Sampler),
        (Part::Scheduler, Field::Scheduler),
    ];
    let lines = parts.map(|(part, field)| {
        let own = part.clone();
        let shown = ViewFn::from(move || {
            let value = fields.text(&own);
            if value.is_empty() {
                return none();
            }
            view! { <FilterLink field value /> }.into_any()
        });
        view! { <Line fields part shown /> }
    });
    let others = move || {
        let run = fields.recipe.with(|recipe| recipe.primary().cloned());
        unnamed(&run.unwrap_or_default())
    };
    view! {
        <section class="inspector-section">
            <h3>{title} {node}</h3>
            <dl class="parameters">{lines.into_iter().collect_view()} {others}</dl>
        </section>
    }
    .into_any()
}

/// What of a run cannot be edited by itself.
fn unnamed(run: &Sampling) -> AnyView {
    let rows = [("Guidance", run.guidance), ("Denoise", run.denoise)];
    rows.into_iter()
        .filter_map(|(name, value)| {
            let value = words::decimal(value?, 3);
            Some(view! { <Row name=name.to_owned() field=None value /> })
        })
        .collect_view()
        .into_any()
}

/// A line of a table.
#[component]
fn Line(fields: Fields, part: Part, shown: ViewFn) -> impl IntoView {
    let name = edits::name(&part);
    view! {
        <div class="parameter">
            <dt title=name.clone()>{name.clone()}</dt>
            <dd class="editable-line">
                <Editable fields part shown head=().into_any() />
            </dd>
        </div>
    }
    .into_any()
}

fn none() -> AnyView {
    view! { <span class="hint">{edits::NONE}</span> }.into_any()
}
