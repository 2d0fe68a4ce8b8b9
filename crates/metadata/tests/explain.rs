//! Where the values of a recipe came from, what was set beside them, and rules of one's own.
#![expect(clippy::unwrap_used, reason = "graphs written here are well formed")]

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use common::{INFOTEXT, PROMPT, png, read, text};
use domain::parameter::{Origin, Parameter, Scalar};
use metadata::{Explanation, Rules, explain, reread, reread_with};
use serde_json::{Value, json};

fn explained(chunks: &[Vec<u8>]) -> Explanation {
    explain(&read(&png(chunks)).raw, Rules::builtin())
}

/// The plain graph with some nodes changed or added.
fn plain_with(changes: &Value) -> String {
    let mut graph: Value = serde_json::from_str(PROMPT).unwrap();
    let changes = changes.as_object().unwrap().clone();
    graph.as_object_mut().unwrap().extend(changes);
    graph.to_string()
}

/// The way to a value, as `node.input` from the sampler on.
fn way(origin: &Origin) -> String {
    let points = origin.path.iter();
    let points: Vec<String> = points
        .map(|point| format!("{}.{}", point.node, point.input))
        .collect();
    points.join(" ")
}

fn of<'e>(explanation: &'e Explanation, field: &str) -> Vec<&'e Origin> {
    let origins = explanation.origins.iter();
    origins.filter(|origin| origin.field == field).collect()
}

fn only<'e>(explanation: &'e Explanation, field: &str) -> &'e Origin {
    let found = of(explanation, field);
    assert_eq!(found.len(), 1, "{field}: {found:?}");
    found[0]
}

fn parameter<'p>(parameters: &'p [Parameter], node: &str, name: &str) -> Option<&'p Parameter> {
    let mut all = parameters.iter();
    all.find(|parameter| parameter.node == node && parameter.name == name)
}

#[test]
fn every_value_of_a_graph_tells_its_node_and_the_way_to_it() {
    let told = explained(&[text("prompt", PROMPT)]);
    for (field, value, route) in [
        ("positive", "a red fox in snow", "3.positive 6.text"),
        ("negative", "blurry", "3.negative 7.text"),
        ("seed", "18446744073709551615", "3.seed"),
        ("steps", "21", "3.steps"),
        ("cfg", "6.5", "3.cfg"),
        ("sampler", "dpmpp_2m", "3.sampler_name"),
        ("scheduler", "karras", "3.scheduler"),
        ("denoise", "1", "3.denoise"),
        ("model", "sd/foxes.safetensors", "3.model 4.ckpt_name"),
    ] {
        let origin = only(&told, field);
        assert_eq!((origin.value.as_str(), origin.run), (value, Some(0)));
        assert_eq!(way(origin), route);
        assert_eq!(origin.block, "png:tEXt prompt");
        assert!(!origin.rule.is_empty());
    }
    let size = only(&told, "size");
    assert_eq!((size.value.as_str(), size.run), ("512 x 768", None));
    assert_eq!(told.unknown, Vec::<String>::new());
}

#[test]
fn every_text_that_had_part_in_a_prompt_is_named() {
    let told = explained(&[text(
        "prompt",
        &plain_with(&json!({
            "20": {"class_type": "Text Multiline", "inputs": {"text": "a fox"}},
            "21": {"class_type": "StringConcatenate", "inputs": {"string_a": ["20", 0], "string_b": "in snow", "delimiter": ", "}},
            "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["21", 0], "clip": ["4", 1]}},
            "22": {"class_type": "PrimitiveInt", "inputs": {"value": 12}},
            "23": {"class_type": "LoraLoader", "inputs": {"lora_name": "snow.safetensors", "strength_model": 1, "strength_clip": 1, "model": ["4", 0], "clip": ["4", 1]}},
            "3": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": ["22", 0], "cfg": 3, "model": ["23", 0],
                "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
        })),
    )]);
    let ways: Vec<String> = of(&told, "positive").into_iter().map(way).collect();
    assert_eq!(
        ways,
        [
            "3.positive 6.text 21.string_a 20.text",
            "3.positive 6.text 21.string_b"
        ]
    );
    assert_eq!(way(only(&told, "steps")), "3.steps 22.value");
    assert_eq!(way(only(&told, "lora")), "3.model 23.lora_name");
    assert_eq!(way(only(&told, "model")), "3.model 23.model 4.ckpt_name");
}

#[test]
fn a_walk_that_is_lost_names_the_class() {
    let graph = plain_with(&json!({
        "6": {"class_type": "Muse", "inputs": {"image": ["5", 0]}},
    }));
    assert_eq!(explained(&[text("prompt", &graph)]).unknown, ["Muse"]);
}

#[test]
fn the_values_of_a_flat_record_tell_their_block() {
    let told = explained(&[text("Software", "paint"), text("parameters", INFOTEXT)]);
    let seed = only(&told, "seed");
    assert_eq!(seed.value, "18446744073709551615");
    assert_eq!(seed.block, "png:tEXt parameters");
    assert!(seed.path.is_empty());
    assert_eq!(only(&told, "positive").value, "a red fox in snow");
    assert_eq!(
        explained(&[text("Software", "paint")]),
        Explanation::default()
    );
}

#[test]
fn parameters_are_what_was_set_on_nodes_that_had_part() {
    let graph = plain_with(&json!({
        "20": {"class_type": "UpscaleModelLoader", "inputs": {"model_name": "left over.pth"}},
        "21": {"class_type": "ImageSharpen", "_meta": {"title": "Crisp"},
            "inputs": {"image": ["8", 0], "alpha": 0.5, "noise_seed": 15_570_056_847_038_681_230_u64, "on": true, "note": "x".repeat(201), "how": "soft"}},
        "9": {"class_type": "SaveImage", "_meta": {"title": "SaveImage"}, "inputs": {"filename_prefix": "fox", "images": ["21", 0]}},
    }));
    let reading = read(&png(&[text("prompt", &graph)]));
    let parameters = &reading.parameters.to_vec();
    let alpha = parameter(parameters, "21", "alpha").unwrap();
    assert_eq!(
        (alpha.class.as_str(), alpha.title.as_str()),
        ("ImageSharpen", "Crisp")
    );
    assert_eq!(alpha.value, Scalar::Number(0.5));
    let seed = parameter(parameters, "21", "noise_seed").unwrap();
    assert_eq!(seed.value.to_string(), "15570056847038681230");
    let text = |name| parameter(parameters, "21", name).map(|found| found.value.clone());
    assert_eq!(text("on"), Some(Scalar::Text("true".to_owned())));
    assert_eq!(text("how"), Some(Scalar::Text("soft".to_owned())));
    assert_eq!(text("note"), None);
    assert_eq!(
        parameter(parameters, "9", "filename_prefix").unwrap().title,
        ""
    );
    assert!(parameter(parameters, "3", "steps").is_some());
    assert!(parameter(parameters, "6", "text").is_none(), "a prompt");
    assert!(parameter(parameters, "20", "model_name").is_none());
    assert_eq!(reread(&reading.raw).parameters, reading.parameters);
}

#[test]
fn parameters_are_bounded() {
    let mut nodes = json!({});
    for at in 0..300 {
        let before = if at == 0 {
            "8".to_owned()
        } else {
            format!("n{}", at - 1)
        };
        nodes[format!("n{at}")] =
            json!({"class_type": "Tint", "inputs": {"image": [before, 0], "a": 1, "b": 2}});
    }
    nodes["9"] = json!({"class_type": "SaveImage", "inputs": {"images": ["n299", 0]}});
    let reading = read(&png(&[text("prompt", &plain_with(&nodes))]));
    assert_eq!(reading.parameters.len(), 512);
}

#[test]
fn settings_of_a_flat_record_are_parameters_without_a_class() {
    let info = format!(
        "{INFOTEXT}, Clip skip: 2, Hires upscaler: Latent, Variation seed: 9007199254740993"
    );
    let parameters = read(&png(&[text("parameters", &info)])).parameters.to_vec();
    let value = |name| parameter(&parameters, "", name).map(|found| found.value.clone());
    assert_eq!(value("steps"), Some(Scalar::Number(21.0)));
    assert_eq!(
        value("Variation seed"),
        Some(Scalar::whole(9_007_199_254_740_993))
    );
    assert_eq!(value("Clip skip"), Some(Scalar::Number(2.0)));
    assert_eq!(
        value("Hires upscaler"),
        Some(Scalar::Text("Latent".to_owned()))
    );
    assert_eq!(value("positive"), None);
    assert!(parameters.iter().all(|found| found.class.is_empty()));
}

#[test]
fn a_rule_of_ones_own_teaches_a_node() {
    let graph = plain_with(&json!({
        "6": {"class_type": "Muse", "inputs": {"verse": "a wolf", "loudness": "high", "image": ["5", 0]}},
    }));
    let raw = read(&png(&[text("prompt", &graph)])).raw;
    assert_eq!(reread(&raw).recipe.positive, "");
    let rules = Rules::with("[node.Muse]\npositive = \"verse\"\n").unwrap();
    assert_eq!(reread_with(&raw, &rules).recipe.positive, "a wolf");
    let told = explain(&raw, &rules);
    let origin = only(&told, "positive");
    assert_eq!(way(origin), "3.positive 6.verse");
    assert!(origin.rule.contains("your own"), "{}", origin.rule);
}

/// The recipe of a changed graph with rules of one's own.
fn ruled(changes: &Value, rules: &str) -> domain::recipe::Recipe {
    let raw = read(&png(&[text("prompt", &plain_with(changes))])).raw;
    reread_with(&raw, &Rules::with(rules).unwrap()).recipe
}

#[test]
fn the_table_says_where_to_go_on_and_where_not() {
    let changes = json!({
        "6": {"class_type": "Blend", "inputs": {"front": ["20", 0], "conditioning_back": ["21", 0]}},
        "20": {"class_type": "CLIPTextEncode", "inputs": {"text": "front", "clip": ["4", 1]}},
        "21": {"class_type": "CLIPTextEncode", "inputs": {"text": "back", "clip": ["4", 1]}},
    });
    assert_eq!(ruled(&changes, "").positive, "back");
    assert_eq!(
        ruled(&changes, "[node.Blend]\npass = \"front\"\n").positive,
        "front"
    );
    let both = "[node.Blend]\npass = [\"front\", \"conditioning_back\"]\n";
    assert_eq!(ruled(&changes, both).positive, "back\nfront");
    let silent = "[node.Blend]\nsilent = true\n";
    assert_eq!(ruled(&changes, silent).positive, "");
    let ignored = "[node.Blend]\nignore = \"conditioning_back\"\n";
    assert_eq!(ruled(&changes, ignored).positive, "front");
}

#[test]
fn the_table_names_fields_samplers_outputs_and_things_beside() {
    let changes = json!({
        "3": {"class_type": "Dream", "inputs": {"luck": 5, "effort": 12, "push": 2.5, "way": "slow", "brain": "foxes-2",
            "hat": "red hat", "positive": ["6", 0], "negative": ["7", 0]}},
        "9": {"class_type": "Frame", "inputs": {"canvas": ["3", 0]}},
    });
    let rules = r#"
        [node.Dream]
        samples = true
        seed = "luck"
        steps = "effort"
        cfg = "push"
        sampler = "way"
        model = "brain"
        extra = { hat = "hat" }
        [node.Frame]
        output = "saves"
    "#;
    let recipe = ruled(&changes, rules);
    let run = recipe.primary().unwrap();
    assert_eq!(run.class, "Dream");
    assert_eq!(
        (run.seed, run.steps, run.cfg),
        (Some(5), Some(12), Some(2.5))
    );
    assert_eq!(run.sampler.as_deref(), Some("slow"));
    assert_eq!(recipe.models, ["foxes-2"]);
    assert_eq!(recipe.extra, [("hat".to_owned(), "red hat".to_owned())]);
}

#[test]
fn copies_of_known_classes_are_known_by_their_prefix() {
    let rules = Rules::with("prefixes = [\"My\"]\n").unwrap();
    let drawn = json!({
        "nodes": [
            {"id": 6, "type": "CLIPTextEncode", "widgets_values": ["a fox"]},
            {"id": 3, "type": "MyKSamplerAdvanced", "widgets_values": ["enable", 5, "fixed", 20, 7, "euler", "normal", 0, 100, "disable"],
             "inputs": [{"name": "positive", "type": "CONDITIONING", "link": 1}]},
            {"id": 9, "type": "SaveImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 2}]},
        ],
        "links": [[1, 6, 0, 3, 0, "CONDITIONING"], [2, 3, 0, 9, 0, "IMAGE"]],
    });
    let raw = read(&png(&[text("workflow", &drawn.to_string())])).raw;
    let recipe = reread_with(&raw, &rules).recipe;
    let run = recipe.primary().unwrap();
    assert_eq!(
        (run.seed, run.steps, run.cfg),
        (Some(5), Some(20), Some(7.0))
    );
}

#[test]
fn hostile_graphs_are_explained_in_bounded_time() {
    let mut nodes = json!({});
    for at in 0..20_000 {
        let next = (at + 1) % 20_000;
        nodes[format!("c{at}")] = json!({"class_type": "Step", "inputs": {
            "value": [format!("c{next}"), 0], "vae_name": [format!("c{next}"), 0], "any": "x", "seed": [format!("c{next}"), 0]}});
    }
    nodes["3"] = json!({"class_type": "KSampler", "inputs": {"seed": ["c0", 0], "steps": ["c0", 0], "cfg": 3, "model": ["c0", 0],
        "positive": ["c0", 0], "negative": ["c9", 0], "latent_image": ["c5", 0]}});
    let start = std::time::Instant::now();
    let told = explained(&[text("prompt", &plain_with(&nodes))]);
    assert!(told.origins.len() <= 512);
    assert!(told.origins.iter().all(|origin| origin.path.len() <= 201));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
