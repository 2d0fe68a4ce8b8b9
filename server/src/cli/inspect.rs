//! `proofsheet inspect`

use std::path::PathBuf;

use clap::Args;
use domain::image::Inspection;
use domain::parameter::{Origin, Parameter, Waypoint};
use domain::recipe::{Lora, Notice, Recipe};
use domain::text::base_name;
use gallery::Rules;
use serde::Serialize;

use super::{Failure, Outcome, out};

/// Print how pictures were made, without a library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet inspect picture.png
  proofsheet inspect --json ~/ComfyUI/output/*.png    one JSON object per line
  proofsheet inspect --explain picture.png            where each value was read, and by which rule
  proofsheet inspect --rules rules.toml picture.png   with rules of your own: docs/rules.md

Exit code 1 means that at least one file could not be read; its notices say why.")]
pub(super) struct Arguments {
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
    /// Say where each value was read and which rule decided
    #[arg(long)]
    explain: bool,
    /// Rules of your own for classes of nodes, over the built-in ones
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Pictures or videos
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// One line of `--json`.
#[derive(Debug, Serialize)]
struct Line<'a> {
    path: &'a str,
    generator: Option<&'a str>,
    positive: &'a str,
    negative: &'a str,
    seed: Option<serde_json::Number>,
    steps: Option<u32>,
    cfg: Option<f64>,
    guidance: Option<f64>,
    sampler: Option<&'a str>,
    scheduler: Option<&'a str>,
    denoise: Option<f64>,
    model: Option<&'a str>,
    models: &'a [String],
    loras: &'a [Lora],
    width: u32,
    height: u32,
    notices: &'a [Notice],
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a [Parameter]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origins: Option<&'a [Origin]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<&'a [String]>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let rules = match &arguments.rules {
        Some(path) => gallery::own_rules(path)?,
        None => Rules::builtin().clone(),
    };
    let mut unreadable = false;
    for path in &arguments.paths {
        let mut read = gallery::inspect_path(path, &rules);
        if read.format.is_none() && read.recipe.is_empty() && read.notices.is_empty() {
            let notice = "This is not a picture or video that Proofsheet knows.";
            read.notices.push(Notice::new("not-an-image", notice));
        }
        unreadable |= read.format.is_none() && read.recipe.is_empty();
        let path = path.to_string_lossy();
        if arguments.json {
            out::json(&line(&path, &read, arguments.explain));
        } else {
            out::say(text(&path, &read));
            if arguments.explain {
                out::say(explained(&read));
            }
        }
    }
    Ok(Outcome::of(unreadable))
}

/// Where each value was read, for people.
fn explained(read: &Inspection) -> String {
    let mut rows = vec!["  read from".to_owned()];
    for origin in &read.origins {
        let run = match origin.run {
            Some(run) if run > 0 => format!(" of run {}", run + 1),
            _ => String::new(),
        };
        let value = origin.value.replace('\n', " ");
        let cut: String = value.chars().take(60).collect();
        rows.push(format!("    {}{run} = {cut}", origin.field));
        let way = origin.path.iter().map(|step| {
            let Waypoint { node, class, input } = step;
            format!("{class} {node} ({input})")
        });
        let way: Vec<String> = way.collect();
        let block = &origin.block;
        rows.push(format!("      {block}: {}", way.join(" > ")));
        rows.push(format!("      rule: {}", origin.rule));
    }
    for class in &read.unknown {
        rows.push(format!("    the way was lost at {class}"));
    }
    rows.join("\n")
}

/// The seed as the record has it; a drawing may hold -1 for one by chance.
fn seed(recipe: &Recipe) -> Option<serde_json::Number> {
    let own = recipe.primary().and_then(|run| run.seed);
    let asked = || {
        let (_, value) = recipe.extra.iter().find(|(name, _)| name == "seed")?;
        value.parse::<i64>().ok().map(Into::into)
    };
    own.map(Into::into).or_else(asked)
}

fn line<'a>(path: &'a str, read: &'a Inspection, explain: bool) -> Line<'a> {
    let recipe = &read.recipe;
    let primary = recipe.primary();
    let model = primary
        .and_then(|sampling| sampling.model.as_ref())
        .or(recipe.models.first());
    Line {
        path,
        generator: Some(recipe.tool.as_str()).filter(|tool| !tool.is_empty()),
        positive: &recipe.positive,
        negative: &recipe.negative,
        seed: seed(recipe),
        steps: primary.and_then(|sampling| sampling.steps),
        cfg: primary.and_then(|sampling| sampling.cfg),
        guidance: primary.and_then(|sampling| sampling.guidance),
        sampler: primary.and_then(|sampling| sampling.sampler.as_deref()),
        scheduler: primary.and_then(|sampling| sampling.scheduler.as_deref()),
        denoise: primary.and_then(|sampling| sampling.denoise),
        model: model.map(String::as_str),
        models: &recipe.models,
        loras: &recipe.loras,
        width: read.width,
        height: read.height,
        notices: &read.notices,
        parameters: explain.then_some(&*read.parameters),
        origins: explain.then_some(&*read.origins),
        unknown: explain.then_some(&*read.unknown),
    }
}

/// The same for people: only what is there.
fn text(path: &str, read: &Inspection) -> String {
    let line = line(path, read, false);
    let format = read
        .format
        .map_or("not a picture", domain::image::Format::word);
    let mut rows = vec![format!(
        "{path}\n  {format}, {} x {}",
        line.width, line.height
    )];
    let mut row = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            rows.push(format!(
                "  {name:<10}{}",
                value.replace('\n', "\n            ")
            ));
        }
    };
    let number = |value: Option<f64>| value.map(|value| value.to_string());
    let loras = line.loras.iter().map(|lora| match lora.weight {
        Some(weight) => format!("{} ({weight})", base_name(&lora.name)),
        None => base_name(&lora.name).to_owned(),
    });
    row("made with", line.generator.map(str::to_owned));
    row("prompt", Some(line.positive.to_owned()));
    row("negative", Some(line.negative.to_owned()));
    row("model", line.model.map(|model| base_name(model).to_owned()));
    row("loras", Some(loras.collect::<Vec<_>>().join(", ")));
    row("sampler", line.sampler.map(str::to_owned));
    row("scheduler", line.scheduler.map(str::to_owned));
    row("seed", line.seed.map(|seed| seed.to_string()));
    row("steps", line.steps.map(|steps| steps.to_string()));
    row("cfg", number(line.cfg));
    row("guidance", number(line.guidance));
    row("denoise", number(line.denoise));
    for notice in line.notices {
        row("notice", Some(notice.message.clone()));
    }
    rows.join("\n")
}
