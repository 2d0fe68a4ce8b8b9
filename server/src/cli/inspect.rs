//! `proofsheet inspect`

use std::path::PathBuf;

use clap::Args;
use domain::image::Inspection;
use domain::recipe::{Lora, Notice};
use domain::text::base_name;
use serde::Serialize;

use super::{Outcome, out};

/// Print how pictures were made, without a library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet inspect picture.png
  proofsheet inspect --json ~/ComfyUI/output/*.png    one JSON object per line

Exit code 1 means that at least one file could not be read; its notices say why.")]
pub(super) struct Arguments {
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
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
    seed: Option<u64>,
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
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let mut unreadable = false;
    for path in &arguments.paths {
        let mut read = gallery::inspect_path(path);
        if read.format.is_none() && read.notices.is_empty() {
            let notice = "This is not a picture or video that Proofsheet knows.";
            read.notices.push(Notice::new("not-an-image", notice));
        }
        unreadable |= read.format.is_none();
        let path = path.to_string_lossy();
        if arguments.json {
            out::json(&line(&path, &read));
        } else {
            out::say(text(&path, &read));
        }
    }
    Outcome::of(unreadable)
}

fn line<'a>(path: &'a str, read: &'a Inspection) -> Line<'a> {
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
        seed: primary.and_then(|sampling| sampling.seed),
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
    }
}

/// The same for people: only what is there.
fn text(path: &str, read: &Inspection) -> String {
    let line = line(path, read);
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
