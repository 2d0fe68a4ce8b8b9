//! Prints one JSON line per file: what `metadata::read` says about it.
//!
//! `inspect FILE...`; `inspect --time N FILE...` reads each file N times and prints microseconds.
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
    for path in arguments {
        let Ok(bytes) = fs::read(&path) else { continue };
        let start = Instant::now();
        let reading = metadata::read(&bytes, &Limits::default());
        if let Some(rounds) = rounds {
            for _ in 1..rounds {
                std::hint::black_box(metadata::read(&bytes, &Limits::default()));
            }
            let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
            println!("{micros:10.1} us  {path}");
        } else {
            println!("{}", line(&path, &reading));
        }
    }
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
        "seed": run.and_then(|run| run.seed),
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
