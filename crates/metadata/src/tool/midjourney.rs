//! Midjourney: the prompt with its flags and a job id as `Description`.

use domain::recipe::{Recipe, Sampling};

use super::{Record, Texts};

/// Reads a description that ends with a job id.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    let described = texts.named("Description").into_iter().chain(texts.loose());
    described.into_iter().find_map(|text| {
        let (text, job) = text.rsplit_once("Job ID: ")?;
        let is_id = job.trim().len() >= 32
            && job
                .bytes()
                .all(|b| b.is_ascii_hexdigit() || b" -".contains(&b));
        is_id.then(|| record(text, job.trim()))
    })
}

fn record(text: &str, job: &str) -> Record {
    let (prompt, flags) = text.split_at(text.find(" --").unwrap_or(text.len()));
    let mut recipe = Recipe {
        tool: "midjourney".to_owned(),
        ..Recipe::default()
    };
    let mut run = Sampling::default();
    for flag in flags.split(" --").skip(1) {
        let (name, value) = flag.split_once(' ').unwrap_or((flag, ""));
        match name {
            "no" => value.trim().clone_into(&mut recipe.negative),
            "seed" => run.seed = value.trim().parse().ok(),
            "v" | "version" | "niji" => recipe.tool_version = Some(value.trim().to_owned()),
            _ => recipe
                .extra
                .push((name.trim().to_owned(), value.trim().to_owned())),
        }
    }
    recipe.extra.push(("Job ID".to_owned(), job.to_owned()));
    prompt.trim().clone_into(&mut recipe.positive);
    run.positive.clone_from(&recipe.positive);
    run.negative.clone_from(&recipe.negative);
    recipe.samplers = vec![run];
    Record {
        recipe,
        ..Record::default()
    }
}
