//! The table of parameters; what can be searched for is a link that does so.

use domain::{
    prompt::Dialect,
    query::{Field, Query},
    recipe::{Lora, Recipe, Sampling},
    text::base_name,
};
use leptos::prelude::*;

use super::prompt::Prompt;
use crate::{
    state::query::{QueryState, use_query},
    words,
};

/// A value that filters by itself when it is followed; the rest of the query stays.
#[component]
pub fn FilterLink(
    /// The field.
    field: Field,
    /// The value as it stands in a URL.
    value: String,
    /// What is shown, when it is not the value itself.
    #[prop(optional, into)]
    text: Option<String>,
) -> impl IntoView {
    let state = use_query();
    let shown = text.unwrap_or_else(|| words::value(field, &value));
    let href = move || {
        state.query.with(|query| {
            let base = Query {
                image: None,
                at: None,
                ..query.clone()
            };
            let wanted = if base.is_ticked(field, &value) {
                base
            } else {
                base.with_toggled(field, &value)
            };
            QueryState::href(&wanted)
        })
    };
    let title = format!("Show pictures with {} {shown}", field.label());
    view! {
        <a class="chip filter-link" href=href title=title>
            <span class="truncate">{shown}</span>
        </a>
    }
}

/// Checkpoints, VAE and LoRAs with their weights.
#[component]
pub fn Models(
    /// Where they stand.
    recipe: Recipe,
) -> impl IntoView {
    if recipe.models.is_empty() && recipe.loras.is_empty() && recipe.vae.is_none() {
        return None;
    }
    Some(view! {
        <section class="inspector-section">
            <h3>{if recipe.models.len() > 1 { "Models" } else { "Model" }}</h3>
            <ModelList recipe />
        </section>
    })
}

/// The same without a heading.
#[component]
pub fn ModelList(
    /// Where they stand.
    recipe: Recipe,
) -> impl IntoView {
    let Recipe {
        models, loras, vae, ..
    } = recipe;
    view! {
        <ul class="model-list">
            {models
                .into_iter()
                .map(|model| {
                    view! {
                        <li>
                            <FilterLink field=Field::Model value=base_name(&model).to_owned() />
                        </li>
                    }
                })
                .collect_view()}
            {loras.into_iter().map(|lora| view! { <LoraLine lora /> }).collect_view()}
            {vae
                .map(|vae| {
                    view! {
                        <li>
                            <FilterLink field=Field::Vae value=base_name(&vae).to_owned() />
                            <span class="hint">"VAE"</span>
                        </li>
                    }
                })}
        </ul>
    }
}

#[component]
fn LoraLine(lora: Lora) -> impl IntoView {
    let weight = match (lora.weight, lora.clip_weight) {
        (Some(model), Some(clip)) if (model - clip).abs() > 1e-6 => {
            format!(
                "LoRA {} / {}",
                words::decimal(model, 2),
                words::decimal(clip, 2)
            )
        }
        (Some(weight), _) | (None, Some(weight)) => format!("LoRA {}", words::decimal(weight, 2)),
        (None, None) => "LoRA".to_owned(),
    };
    view! {
        <li>
            <FilterLink field=Field::Lora value=base_name(&lora.name).to_owned() />
            <span class="hint">{weight}</span>
        </li>
    }
}

/// The parameters of every sampler, the one that made the picture first.
#[component]
pub fn Samplers(
    /// Where they stand.
    recipe: Recipe,
    /// Begins the identifiers of their switches.
    ids: &'static str,
    /// Leaves out the one that made the picture.
    #[prop(optional)]
    others: bool,
) -> impl IntoView {
    let several = recipe.samplers.len() > 1;
    let primary = recipe.primary;
    let dialect = Dialect::of(&recipe.tool);
    let mut runs: Vec<(usize, Sampling)> = recipe.samplers.into_iter().enumerate().collect();
    runs.sort_by_key(|(index, _)| (*index != primary, *index));
    runs.into_iter()
        .filter(|(index, _)| !others || *index != primary)
        .map(|(index, run)| {
            let title = if several { words::sampler_run(index + 1, index == primary) } else { "Parameters".to_owned() };
            // What differs from the picture's own prompt belongs to its run.
            let own = several && index != primary;
            let positive = if own && run.positive != recipe.positive { run.positive.clone() } else { String::new() };
            let negative = if own && run.negative != recipe.negative { run.negative.clone() } else { String::new() };
            view! {
                <section class="inspector-section">
                    <h3>
                        {title}
                        {several
                            .then(|| {
                                let node = [run.class.as_str(), run.node.as_str()].join(" ");
                                view! { <span class="hint">{node.trim().to_owned()}</span> }
                            })}
                    </h3>
                    <Run run />
                    <Prompt title="Prompt of this run" text=positive dialect id=format!("{ids}-{index}-positive") />
                    <Prompt title="Negative prompt of this run" text=negative dialect id=format!("{ids}-{index}-negative") />
                </section>
            }
        })
        .collect_view()
}

#[component]
fn Run(run: Sampling) -> impl IntoView {
    let number = |value: Option<f64>| value.map(|value| words::decimal(value, 3));
    let rows = [
        (
            "Seed",
            Some(Field::Seed),
            run.seed.map(|seed| seed.to_string()),
        ),
        (
            "Steps",
            Some(Field::Steps),
            run.steps.map(|steps| steps.to_string()),
        ),
        ("CFG", Some(Field::Cfg), number(run.cfg)),
        ("Guidance", None, number(run.guidance)),
        ("Sampler", Some(Field::Sampler), run.sampler),
        ("Scheduler", Some(Field::Scheduler), run.scheduler),
        ("Denoise", None, number(run.denoise)),
    ];
    view! {
        <dl class="parameters">
            {rows
                .into_iter()
                .filter_map(|(name, field, value)| {
                    let value = value.filter(|value| !value.is_empty())?;
                    Some(view! { <Row name=name.to_owned() field value /> })
                })
                .collect_view()}
        </dl>
    }
}

/// One line of a table: a name and its value.
#[component]
pub fn Row(
    /// Name of the parameter.
    name: String,
    /// The field to filter by, if there is one.
    #[prop(optional_no_strip)]
    field: Option<Field>,
    /// Its value.
    value: String,
) -> impl IntoView {
    let title = name.clone();
    view! {
        <div class="parameter">
            <dt title=title>{name}</dt>
            <dd>
                {match field {
                    Some(field) => view! { <FilterLink field value /> }.into_any(),
                    None => view! { <span class="parameter-value">{value}</span> }.into_any(),
                }}
            </dd>
        </div>
    }
}
