//! Real files made by many generators, where such a collection is at hand.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use metadata::{Limits, Reading, read};
use serde_json::Value;

/// A folder with `expected.jsonl`: named by the environment, or beside the repository.
fn collection() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("PROOFSHEET_CORPUS").map_or(beside, PathBuf::from);
    folder.join("expected.jsonl").exists().then_some(folder)
}

#[test]
fn nine_of_ten_real_files_tell_prompts_seed_and_steps() {
    let Some(folder) = collection() else {
        eprintln!("NOT RUN: no collection of real files (PROOFSHEET_CORPUS is not set)");
        return;
    };
    let mut tally: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let list = fs::read_to_string(folder.join("expected.jsonl")).unwrap();
    for line in list.lines() {
        let expected: Value = serde_json::from_str(line).unwrap();
        let Ok(bytes) = fs::read(folder.join(expected["path"].as_str().unwrap())) else {
            continue;
        };
        let reading = read(&bytes, &Limits::default());
        let (Some(group), true) = (group(&expected), expected["scored"] == true) else {
            continue;
        };
        let count = tally.entry(group).or_default();
        count.0 += u32::from(is_right(&reading, &expected));
        count.1 += 1;
    }
    for (group, (right, all)) in tally {
        eprintln!("{group}: {right} of {all} right");
        assert!(right * 10 >= all * 9, "{group}: only {right} of {all}");
    }
}

#[test]
fn crafted_files_are_survived() {
    let Some(folder) = collection() else {
        eprintln!("NOT RUN: no collection of crafted files (PROOFSHEET_CORPUS is not set)");
        return;
    };
    for entry in fs::read_dir(folder.join("crafted")).unwrap() {
        read(
            &fs::read(entry.unwrap().path()).unwrap(),
            &Limits::default(),
        );
    }
}

/// The two families of generators that most pictures come from; other files must only not panic.
fn group(expected: &Value) -> Option<&'static str> {
    let generator = expected["generator"].as_str().unwrap_or_default();
    let a1111 = ["a1111", "forge", "sd-next", "civitai", "stability-matrix"];
    match generator {
        _ if expected["format"] == "json" || expected["format"] == "mp3" => None,
        comfy if comfy.starts_with("comfyui") => Some("comfyui"),
        other if a1111.iter().any(|word| other.starts_with(word)) => Some("a1111"),
        _ => None,
    }
}

fn is_right(reading: &Reading, expected: &Value) -> bool {
    let recipe = &reading.recipe;
    let run = recipe.primary().cloned().unwrap_or_default();
    let accept = &expected["accept"];
    let alternatives = [
        texts(&accept["positive_alt"]),
        texts(&accept["positive_all"]),
    ]
    .concat();
    text_is_right(
        &recipe.positive,
        &texts(&expected["positive"]),
        &alternatives,
    ) && text_is_right(
        &recipe.negative,
        &texts(&expected["negative"]),
        &texts(&accept["negative_all"]),
    ) && number_is_right(run.seed, expected, "seed")
        && number_is_right(run.steps.map(u64::from), expected, "steps")
}

fn text_is_right(got: &str, wanted: &[String], alternatives: &[String]) -> bool {
    let got = squeezed(got);
    let complete = wanted.iter().all(|text| got.contains(text));
    alternatives.contains(&got) || (complete && wanted.is_empty() == got.is_empty())
}

fn number_is_right(got: Option<u64>, expected: &Value, field: &str) -> bool {
    let accepted = expected["accept"][field].as_array().into_iter().flatten();
    let mut wanted = accepted.chain([&expected[field]]);
    expected[field].is_null() || wanted.any(|value| value.as_u64() == got)
}

fn texts(value: &Value) -> Vec<String> {
    let list = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter()
        .filter_map(Value::as_str)
        .map(squeezed)
        .filter(|text| !text.is_empty())
        .collect()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
