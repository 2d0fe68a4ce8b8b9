//! What callers and readers may rely on: the same plan gives the same files, every picture opens,
//! and the metadata says what the truth says.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails should fail its test"
)]

use std::collections::HashSet;

use demo::{Broken, Plan, Tool};
use domain::{image::Format, recipe::Sampling, time::Timestamp};

const NEWEST: Timestamp = Timestamp(1_790_000_000_000);

fn plan(count: u64) -> Plan {
    Plan {
        count,
        seed: 7,
        small: true,
        newest: NEWEST,
    }
}

/// The text blocks of a PNG, walked by hand: keyword and text.
fn texts(png: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = &png[8..];
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let (kind, data) = (&rest[4..8], &rest[8..8 + length]);
        if matches!(kind, b"tEXt" | b"iTXt") {
            let end = data.iter().position(|byte| *byte == 0).unwrap();
            let key = String::from_utf8(data[..end].to_vec()).unwrap();
            let text = match kind {
                b"tEXt" => data[end + 1..]
                    .iter()
                    .map(|byte| char::from(*byte))
                    .collect(),
                _ => String::from_utf8(data[end + 5..].to_vec()).unwrap(),
            };
            found.push((key, text));
        }
        rest = &rest[12 + length..];
    }
    found
}

#[test]
fn the_same_plan_gives_the_same_files() {
    for number in [0, 1, 57, 399] {
        assert_eq!(plan(400).file(number), plan(400).file(number));
        let other = Plan {
            seed: 8,
            ..plan(400)
        }
        .file(number);
        assert_ne!(plan(400).file(number).bytes, other.bytes);
    }
}

#[test]
fn no_two_files_are_equal_and_no_two_share_a_path() {
    let plan = plan(500);
    let (mut paths, mut contents) = (HashSet::new(), HashSet::new());
    let mut without_content = 0;
    for number in 0..plan.count {
        let file = plan.file(number);
        let broken = plan.truth(number).broken;
        assert!(paths.insert(file.path.clone()), "{}", file.path);
        if matches!(broken, Some(Broken::Empty | Broken::Garbage)) {
            without_content += 1;
        } else {
            assert!(contents.insert(file.bytes), "{} is a copy", file.path);
        }
    }
    assert!((1..20).contains(&without_content));
}

#[test]
fn every_file_opens_unless_it_is_meant_not_to() {
    let plan = plan(500);
    for number in 0..plan.count {
        let (file, truth) = (plan.file(number), plan.truth(number));
        let opens = image::load_from_memory(&file.bytes).is_ok();
        let format = Format::sniff(&file.bytes);
        match truth.broken {
            None => {
                assert!(opens, "{}", file.path);
                assert_eq!(format, Some(truth.format));
                assert_eq!(Format::from_name(&file.path), format);
            }
            Some(Broken::WrongExtension) => {
                assert!(opens && format == Some(Format::Jpeg) && file.path.ends_with("png"));
            }
            Some(Broken::Truncated) => assert!(!opens && format == Some(Format::Png)),
            Some(Broken::Empty | Broken::Garbage) => assert!(!opens && format.is_none()),
        }
    }
}

#[test]
fn a_full_size_picture_has_the_size_of_its_recipe() {
    let plan = Plan {
        small: false,
        ..plan(900)
    };
    let number = (0..plan.count)
        .find(|number| plan.truth(*number).size == Some((512, 512)))
        .expect("nine hundred pictures have a small square");
    let picture = image::load_from_memory(&plan.file(number).bytes).unwrap();
    assert!(picture.width() >= 512 && picture.width() == picture.height());
}

#[test]
fn dates_follow_the_numbers_and_end_at_the_newest() {
    let plan = plan(1000);
    let dates: Vec<i64> = (0..plan.count)
        .map(|number| plan.file(number).modified.0)
        .collect();
    assert!(dates.is_sorted());
    assert!(dates.iter().all(|date| *date <= NEWEST.0));
    let days: HashSet<i64> = dates.iter().map(|date| date / 86_400_000).collect();
    assert!(
        (80..400).contains(&days.len()),
        "sessions cluster on {} days",
        days.len()
    );
}

#[test]
fn every_tool_and_kind_of_prompt_occurs() {
    let plan = plan(3000);
    let truths: Vec<_> = (0..plan.count).map(|number| plan.truth(number)).collect();
    let tools: HashSet<Tool> = truths.iter().map(|truth| truth.tool).collect();
    assert_eq!(tools.len(), 24);
    assert!(
        truths
            .iter()
            .any(|truth| truth.run.positive.chars().count() >= 3000)
    );
    assert!(truths.iter().any(|truth| truth.run.positive.contains('、')));
    assert!(truths.iter().any(|truth| truth.run.positive.contains('🌊')));
    assert!(
        truths
            .iter()
            .any(|truth| truth.run.positive.contains("<lora:"))
    );
    assert!(truths.iter().any(|truth| truth.run.seed > Some(1 << 53)));
    assert!(truths.iter().any(|truth| truth.run.guidance.is_some()));
    for format in [Format::Png, Format::Jpeg, Format::Webp] {
        assert!(
            truths.iter().any(|truth| truth.format == format),
            "{format:?}"
        );
    }
}

#[test]
fn both_graphs_of_a_comfyui_file_tell_one_story() {
    let plan = plan(400);
    let mut seen = 0;
    for number in 0..plan.count {
        let truth = plan.truth(number);
        let usual = truth.rare.is_none() && truth.broken.is_none();
        if truth.tool != Tool::Comfyui || truth.format != Format::Png || !usual {
            continue;
        }
        let texts = texts(&plan.file(number).bytes);
        let document = |key: &str| -> serde_json::Value {
            let text = texts
                .iter()
                .find(|(name, _)| name == key)
                .expect("both chunks are there");
            serde_json::from_str(&text.1).unwrap()
        };
        let (api, ui) = (document("prompt"), document("workflow"));
        let nodes = ui["nodes"].as_array().unwrap();
        let links = ui["links"].as_array().unwrap();
        let mut link_count = 0;
        for (id, node) in api.as_object().unwrap() {
            let id: u64 = id.parse().unwrap();
            let page = nodes
                .iter()
                .find(|page| page["id"] == id)
                .expect("the page has the node");
            assert_eq!(page["type"], node["class_type"]);
            for (name, input) in node["inputs"].as_object().unwrap() {
                let slot = page["inputs"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .position(|i| i["name"] == **name);
                let Some(from) = input.as_array() else {
                    assert!(page["widgets_values"].as_array().unwrap().contains(input));
                    continue;
                };
                link_count += 1;
                let from_id: u64 = from[0].as_str().unwrap().parse().unwrap();
                assert!(links.iter().any(|link| {
                    link[1] == from_id
                        && link[2] == from[1]
                        && link[3] == id
                        && link[4] == slot.unwrap()
                }));
            }
        }
        assert_eq!(links.len(), link_count);
        assert_eq!(
            nodes.len(),
            api.as_object().unwrap().len() + 1,
            "all nodes and one note"
        );
        seen += 1;
    }
    assert!(seen > 100);
}

#[test]
fn small_pictures_carry_metadata_of_full_size() {
    let plan = plan(300);
    let sizes: Vec<usize> = (0..plan.count)
        .map(|number| (number, plan.truth(number)))
        .filter(|(_, truth)| truth.tool == Tool::Comfyui && truth.rare.is_none())
        .map(|(number, _)| plan.file(number))
        .filter(|file| file.path.ends_with("png"))
        .map(|file| texts_or_none(&file.bytes))
        .collect();
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    assert!(
        (8_000..16_000).contains(&mean),
        "{mean} bytes of text on average"
    );
}

fn texts_or_none(bytes: &[u8]) -> usize {
    if Format::sniff(bytes) != Some(Format::Png) || image::load_from_memory(bytes).is_err() {
        return 0;
    }
    texts(bytes).iter().map(|(_, text)| text.len()).sum()
}

/// What the truth says about a run. A tracer meets the last LoRA of a chain first, so their order is
/// its own affair.
fn plain(run: &Sampling) -> Sampling {
    let mut loras = run.loras.clone();
    loras.sort_by(|a, b| a.name.cmp(&b.name));
    for lora in &mut loras {
        lora.clip_weight = None;
    }
    Sampling {
        node: String::new(),
        class: String::new(),
        denoise: None,
        loras,
        ..run.clone()
    }
}

#[test]
fn the_reader_finds_what_the_truth_says() {
    let plan = plan(1500);
    let mut read = HashSet::new();
    for number in 0..plan.count {
        let (file, truth) = (plan.file(number), plan.truth(number));
        if truth.rare.is_some() {
            continue; // They have their own test.
        }
        let reading = metadata::read(&file.bytes.as_slice(), &metadata::Limits::default());
        let recipe = reading.recipe;
        let known = matches!(truth.tool, Tool::Comfyui | Tool::Forge | Tool::A1111);
        if recipe.is_empty() && !known {
            continue;
        }
        let name = &file.path;
        assert_eq!(recipe.tool, truth.tool.word(), "{name}");
        assert_eq!(recipe.positive, truth.run.positive, "{name}");
        assert_eq!(recipe.negative, truth.run.negative, "{name}");
        assert_eq!(
            plain(recipe.primary().unwrap()),
            plain(&truth.run),
            "{name}"
        );
        read.insert(truth.tool);
    }
    assert!(read.len() >= 3, "{read:?}");
}
