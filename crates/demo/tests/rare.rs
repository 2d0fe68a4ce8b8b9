//! A library of the usual size holds every tool that the reader knows, each where and how its own
//! files hold it, and the reader finds there what was painted.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails should fail its test"
)]

use std::collections::{BTreeSet, HashMap, HashSet};

use demo::{DemoFile, Place, Plan, Rare, Tool, Truth};
use domain::{
    recipe::{Recipe, Sampling},
    time::Timestamp,
};

/// What `proofsheet demo` paints when it is told nothing.
const USUAL: u64 = 240;

fn plan(count: u64, seed: u64) -> Plan {
    Plan {
        count,
        seed,
        small: true,
        newest: Timestamp(1_790_000_000_000),
    }
}

/// Files of a plan with what they should say, and every log by the folder that it lies in.
fn painted(
    plan: &Plan,
    wanted: impl Fn(&Truth) -> bool,
) -> (Vec<(DemoFile, Truth)>, HashMap<String, String>) {
    let truths = (0..plan.count).map(|number| (number, plan.truth(number)));
    let files: Vec<_> = truths
        .filter(|(_, truth)| wanted(truth))
        .map(|(number, truth)| (plan.file(number), truth))
        .collect();
    let mut logs = HashMap::new();
    for beside in files.iter().flat_map(|(file, _)| &file.beside) {
        if let Some(folder) = beside.path.strip_suffix("/log.html") {
            let text = String::from_utf8(beside.bytes.clone()).unwrap();
            let before = logs.insert(folder.to_owned(), text);
            assert_eq!(before, None, "two logs lie in {folder}");
        }
    }
    (files, logs)
}

/// What a reader makes of a file that keeps its recipe at this place.
fn read(file: &DemoFile, place: Place, logs: &HashMap<String, String>) -> Recipe {
    let inside = metadata::read(&file.bytes.as_slice(), &metadata::Limits::default());
    if place == Place::Inside {
        return inside.recipe;
    }
    let elsewhere = &file.path;
    assert!(inside.recipe.is_empty(), "{elsewhere} should be stripped");
    match place {
        Place::Beside => {
            let [beside] = &file.beside[..] else {
                panic!("one text should lie beside {elsewhere}")
            };
            let stem = |path: &str| path.rsplit_once('.').unwrap().0.to_owned();
            assert_eq!(stem(&beside.path), stem(&file.path));
            let text = std::str::from_utf8(&beside.bytes).unwrap();
            metadata::sidecar(&beside.path, text).unwrap().recipe
        }
        Place::Pixels => {
            let picture = image::load_from_memory(&file.bytes).unwrap().to_rgba8();
            let (width, height) = picture.dimensions();
            let pixels = metadata::Pixels {
                width,
                height,
                channels: 4,
                samples: picture.as_raw(),
            };
            let raw = metadata::stealth(&pixels).expect("a text lies in the pixels");
            metadata::reread(&raw).recipe
        }
        _ => {
            let (folder, name) = file.path.rsplit_once('/').unwrap();
            let entries = metadata::fooocus_log(&logs[folder]);
            let entry = entries.into_iter().find(|(named, _)| named == name);
            entry.expect("the log names the picture").1
        }
    }
}

/// What can be compared: where a run stands in its record and how far it denoised are left open, and
/// a tracer meets the last LoRA of a chain first.
fn plain(run: &Sampling) -> Sampling {
    let mut run = run.clone();
    run.loras.sort_by(|a, b| a.name.cmp(&b.name));
    for lora in &mut run.loras {
        lora.clip_weight = None;
    }
    Sampling {
        node: String::new(),
        class: String::new(),
        denoise: None,
        ..run
    }
}

/// Asserts that a reader finds in a file what was painted into it.
fn assert_read(file: &DemoFile, truth: &Truth, logs: &HashMap<String, String>, seed: u64) {
    let name = format!("{} ({:?}, seed {seed})", file.path, truth.rare);
    let recipe = read(file, truth.place, logs);
    assert_eq!(recipe.tool, truth.tool.word(), "{name}");
    let run = recipe.primary().cloned().unwrap_or_default();
    assert_eq!(plain(&run), plain(&truth.run), "{name}");
    assert_eq!(
        (&recipe.positive, &recipe.negative),
        (&truth.run.positive, &truth.run.negative),
        "{name}"
    );
    if truth.rare.is_some() {
        assert_eq!(recipe.size, truth.size, "{name}");
    }
}

/// The usual tools, which no rare picture has to stand in for.
const COMMON: [Tool; 8] = [
    Tool::Comfyui,
    Tool::Forge,
    Tool::A1111,
    Tool::Invokeai,
    Tool::Fooocus,
    Tool::Swarmui,
    Tool::Novelai,
    Tool::None,
];

/// Every word that the reader has for a program with a record of its own, and three of the services
/// that only make claims.
const WORDS: [&str; 23] = [
    "a1111",
    "civitai",
    "comfyui",
    "diffusers",
    "drawthings",
    "easydiffusion",
    "firefly",
    "fooocus",
    "fooocus-mre",
    "fooocusplus",
    "forge",
    "google",
    "invokeai",
    "midjourney",
    "novelai",
    "openai",
    "reforge",
    "ruinedfooocus",
    "sdnext",
    "stability-matrix",
    "swarmui",
    "sygil",
    "tensorart",
];

#[test]
fn a_library_of_the_usual_size_holds_every_tool_and_is_read_as_it_was_painted() {
    // The library of the first-run screen, and that of the browser tests.
    for (count, seed) in [(USUAL, 7), (180, 16)] {
        let (files, logs) = painted(&plan(count, seed), |_| true);
        let (mut usual, mut rare) = (HashSet::new(), HashSet::new());
        for (file, truth) in &files {
            assert_read(file, truth, &logs, seed);
            match truth.rare {
                Some(kind) => rare.insert((kind, kind.tool().word())),
                None => usual.insert(truth.tool),
            };
        }
        let all = Rare::ALL.map(|kind| (kind, kind.tool().word()));
        assert_eq!(rare, HashSet::from(all), "seed {seed}");
        assert_eq!(usual, HashSet::from(COMMON), "seed {seed}");
        let words = files.iter().map(|(_, truth)| truth.tool.word());
        let words: BTreeSet<&str> = words.filter(|word| !word.is_empty()).collect();
        assert_eq!(words, BTreeSet::from(WORDS), "seed {seed}");
    }
}

#[test]
fn rare_pictures_are_read_whatever_was_drawn_for_them() {
    for seed in 20..60 {
        let (files, logs) = painted(&plan(USUAL, seed), |truth| truth.rare.is_some());
        for (file, truth) in &files {
            assert_read(file, truth, &logs, seed);
        }
    }
}

#[test]
fn a_text_is_hidden_in_a_picture_of_full_size_without_making_it_larger() {
    let plan = Plan {
        small: false,
        ..plan(USUAL, 7)
    };
    let number = (0..USUAL)
        .find(|number| plan.truth(*number).rare == Some(Rare::NovelaiHidden))
        .unwrap();
    let (file, truth) = (plan.file(number), plan.truth(number));
    assert_read(&file, &truth, &HashMap::new(), plan.seed);
    let picture = image::load_from_memory(&file.bytes).unwrap();
    assert_eq!(Some((picture.width(), picture.height())), truth.size);
}

#[test]
fn the_usual_tools_stay_the_most() {
    let plan = plan(USUAL, 7);
    let truths: Vec<_> = (0..USUAL).map(|number| plan.truth(number)).collect();
    let rare = truths.iter().filter(|truth| truth.rare.is_some()).count();
    let comfyui = truths
        .iter()
        .filter(|truth| truth.tool == Tool::Comfyui)
        .count();
    assert!(rare * 5 < truths.len(), "{rare} are rare");
    assert!(comfyui * 3 > truths.len(), "{comfyui} are of ComfyUI");
}

#[test]
fn claims_and_graphs_come_in_the_form_that_is_promised_and_no_file_is_odd() {
    let plan = plan(USUAL, 7);
    let file = |kind: Rare| {
        let number = (0..USUAL).find(|number| plan.truth(*number).rare == Some(kind));
        plan.file(number.unwrap())
    };
    let reading = |kind: Rare| {
        let file = file(kind);
        metadata::read(&file.bytes.as_slice(), &metadata::Limits::default())
    };
    let claim = "trainedAlgorithmicMedia";
    for (kind, field) in [
        (Rare::Midjourney, "Digital source type"),
        (Rare::Google, "Digital source type"),
        (Rare::Firefly, "Digital source type"),
        (Rare::Openai, "C2PA source type, not validated"),
    ] {
        let extra = reading(kind).recipe.extra;
        let found = extra.iter().find(|(name, _)| name == field);
        assert_eq!(
            found.map(|(_, value)| value.as_str()),
            Some(claim),
            "{kind:?}"
        );
    }
    for kind in Rare::ALL {
        let reading = reading(kind);
        assert!(
            reading.notices.is_empty() && !reading.unparsed && reading.complete,
            "{kind:?}: {:?}",
            reading.notices
        );
    }
    assert!(reading(Rare::ComfyDrawn).has_workflow);
    assert!(reading(Rare::ComfyJpeg).has_workflow);
    assert!(reading(Rare::ComfyWebp).has_workflow);
}
