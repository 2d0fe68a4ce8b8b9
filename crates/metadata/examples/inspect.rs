//! Prints one JSON line per file: what `metadata::read` says about it.
//!
//! `inspect FILE...`; `inspect --time N FILE...` reads each file N times and prints microseconds;
//! `inspect --explain FILE...` tells where each value came from.
#![expect(clippy::print_stdout, reason = "printing is what this example is for")]

use std::{fs, time::Instant};

use metadata::{Limits, Reading};
use serde_json::{Value, json};

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = match arguments.first().map(String::as_str) {
        Some("--time") => {
            let rounds: u32 = arguments[1].parse().expect("a number after --time");
            arguments.drain(..2);
            Some(rounds)
        }
        _ => None,
    };
    let explain = arguments.first().is_some_and(|first| first == "--explain");
    for path in arguments.into_iter().skip(usize::from(explain)) {
        let Ok(bytes) = fs::read(&path) else { continue };
        let start = Instant::now();
        let reading = metadata::read(&bytes, &Limits::default());
        if let Some(rounds) = rounds {
            for _ in 1..rounds {
                std::hint::black_box(metadata::read(&bytes, &Limits::default()));
            }
            let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
            println!("{micros:10.1} us  {path}");
        } else if explain {
            let told = metadata::explain(&reading.raw, metadata::Rules::builtin());
            println!("{path}");
            for origin in told.origins {
                println!("  {}", serde_json::to_string(&origin).expect("plain words"));
            }
            println!("  unknown: {:?}", told.unknown);
            println!("  extra: {:?}", reading.recipe.extra);
        } else {
            println!("{}", line(&path, &reading));
        }
    }
}

/// A seed below zero, which asks for a new one in every run, is kept under its name in `extra`.
fn asked_seed(recipe: &domain::recipe::Recipe) -> Value {
    let asked = recipe.extra.iter().find(|(name, _)| name == "seed");
    asked
        .and_then(|(_, value)| value.parse::<i64>().ok())
        .map_or(Value::Null, Value::from)
}

/// The fields of `proofsheet inspect --json`.
fn line(path: &str, reading: &Reading) -> Value {
    let recipe = &reading.recipe;
    let run = recipe.primary();
    json!({
        "path": path,
        "format": reading.format,
        "generator": Some(&recipe.tool).filter(|tool| !tool.is_empty()),
        "positive": recipe.positive,
        "negative": recipe.negative,
        "seed": run.and_then(|run| run.seed).map_or_else(|| asked_seed(recipe), |seed| json!(seed)),
        "steps": run.and_then(|run| run.steps),
        "cfg": run.and_then(|run| run.cfg),
        "sampler": run.and_then(|run| run.sampler.as_ref()),
        "scheduler": run.and_then(|run| run.scheduler.as_ref()),
        "denoise": run.and_then(|run| run.denoise),
        "model": recipe.models.first(),
        "models": recipe.models,
        "loras": recipe.loras,
        "samplers": recipe.samplers.len(),
        "width": reading.width,
        "height": reading.height,
        "seconds": reading.seconds,
        "complete": reading.complete,
        "unparsed": reading.unparsed,
        "notices": reading.notices,
    })
}
