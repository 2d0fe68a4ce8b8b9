//! Laying edited values over what files say.

use super::{Overlay, Part, lora_text, loras, parse_date};
use crate::{
    facts::Facts,
    number,
    parameter::{Parameters, Scalar, long_number},
    recipe::{Recipe, Sampling},
    text::base_name,
};

/// What a recipe says of a field, as somebody would type it; empty where it says nothing. Dates and
/// personas are no part of a recipe.
pub fn told(part: &Part, recipe: &Recipe) -> String {
    let run = recipe.primary();
    let text = |value: Option<String>| value.unwrap_or_default();
    match part {
        Part::Prompt => recipe.positive.clone(),
        Part::Negative => recipe.negative.clone(),
        Part::Model => {
            let model = run.and_then(|run| run.model.as_ref());
            text(model.or(recipe.models.first()).cloned())
        }
        Part::Lora => lora_text(&recipe.loras),
        Part::Vae => text(recipe.vae.clone()),
        Part::Sampler => text(run.and_then(|run| run.sampler.clone())),
        Part::Scheduler => text(run.and_then(|run| run.scheduler.clone())),
        Part::Seed => text(run.and_then(|run| run.seed).map(|seed| seed.to_string())),
        Part::Steps => text(run.and_then(|run| run.steps).map(|steps| steps.to_string())),
        Part::Cfg => text(run.and_then(|run| run.cfg).map(|cfg| cfg.to_string())),
        Part::Date | Part::Persona | Part::Execution | Part::Param(_) => String::new(),
    }
}

/// Lays edited values over one run of a sampler. Tells whether any of them is about a run.
pub fn lay_over_run(run: &mut Sampling, over: &[Overlay]) -> bool {
    let mut any = false;
    for Overlay { part, value } in over {
        match part {
            Part::Sampler => run.sampler = Some(value.clone()),
            Part::Scheduler => run.scheduler = Some(value.clone()),
            Part::Seed => run.seed = value.parse().ok(),
            Part::Steps => run.steps = value.parse().ok(),
            Part::Cfg => run.cfg = number::parse(value),
            _ => continue,
        }
        any = true;
    }
    any
}

/// Whether an edited value is about the primary run of a sampler.
pub fn is_of_run(part: &Part) -> bool {
    matches!(
        part,
        Part::Sampler | Part::Scheduler | Part::Seed | Part::Steps | Part::Cfg
    )
}

/// Lays edited values over a recipe.
pub fn lay_over_recipe(recipe: &mut Recipe, over: &[Overlay]) {
    if over.iter().any(|one| is_of_run(&one.part)) && recipe.primary().is_none() {
        recipe.primary = recipe.samplers.len();
        recipe.samplers.push(Sampling::default());
    }
    let primary = recipe.primary;
    if let Some(run) = recipe.samplers.get_mut(primary) {
        lay_over_run(run, over);
    }
    for Overlay { part, value } in over {
        let run = recipe.samplers.get_mut(primary);
        match part {
            Part::Prompt => {
                if let Some(run) = run.filter(|run| run.positive == recipe.positive) {
                    run.positive.clone_from(value);
                }
                recipe.positive.clone_from(value);
            }
            Part::Negative => {
                if let Some(run) = run.filter(|run| run.negative == recipe.negative) {
                    run.negative.clone_from(value);
                }
                recipe.negative.clone_from(value);
            }
            Part::Model => {
                if let Some(run) = run {
                    run.model = Some(value.clone());
                }
                replace_first(&mut recipe.models, value);
            }
            Part::Lora => {
                recipe.loras = loras(value).unwrap_or_default();
                if let Some(run) = run {
                    run.loras.clone_from(&recipe.loras);
                }
            }
            Part::Vae => recipe.vae = Some(value.clone()),
            _ => {}
        }
    }
}

/// Puts a name in the place of the first one; others that are the same go.
fn replace_first(names: &mut Vec<String>, name: &str) {
    if !names.is_empty() {
        names.remove(0);
    }
    names.retain(|other| base_name(other) != base_name(name));
    names.insert(0, name.to_owned());
}

/// Lays edited values over what is known for searching, but for those of [`is_of_run`], which belong to
/// one of several runs.
pub fn lay_over_facts(facts: &mut Facts, over: &[Overlay]) {
    facts.edited |= !over.is_empty();
    for Overlay { part, value } in over {
        match part {
            Part::Prompt => facts.positive.clone_from(value),
            Part::Negative => facts.negative.clone_from(value),
            Part::Model => replace_first(&mut facts.models, value),
            Part::Lora => {
                let loras = loras(value).unwrap_or_default();
                facts.lora_weights = loras.iter().map(|lora| lora.weight).collect();
                facts.loras = loras.into_iter().map(|lora| lora.name).collect();
            }
            Part::Vae => facts.vae = Some(value.clone()),
            Part::Date => facts.date = parse_date(value).unwrap_or(facts.date),
            Part::Persona => facts.persona.clone_from(value),
            Part::Param(_) | Part::Execution => {
                if let (Some(parameters), Some(name)) = (&mut facts.parameters, part.parameter()) {
                    lay_over_parameters(parameters, &name, value);
                }
            }
            _ => {}
        }
    }
}

/// Sets a parameter everywhere where a picture has it.
pub fn lay_over_parameters(parameters: &mut Parameters, name: &str, value: &str) {
    let value = scalar(value);
    let entries = parameters.set.entries.iter().zip(0_u32..);
    let places = entries.filter(|(entry, _)| entry.is_called(name));
    for (_, place) in places {
        let at = parameters
            .changes
            .binary_search_by_key(&place, |(place, _)| *place);
        match at {
            Ok(at) => parameters.changes[at].1 = value.clone(),
            Err(at) => parameters.changes.insert(at, (place, value.clone())),
        }
    }
}

/// A typed value as parameters are kept.
pub fn scalar(text: &str) -> Scalar {
    match number::parse(text).filter(|number| number.is_finite()) {
        Some(number) if long_number(text).is_none() => Scalar::Number(number),
        _ => Scalar::Text(text.to_owned()),
    }
}
