//! Graphs of which only the drawing is there, with values that have no names and may have shifted.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;
#[expect(dead_code, reason = "only some of the builders are needed here")]
mod graphs;

use common::{png, read, text};
use domain::recipe::Recipe;
use graphs::{beside, loras, primary, prompts};
use serde_json::{Value, json};

/// An input: name, type, and the node and output that it comes from.
type Wire<'w> = (&'w str, &'w str, u64, u64);

/// Draws nodes given as id, class, values and inputs.
fn drawing(nodes: &[(u64, &str, Value, &[Wire<'_>])]) -> Recipe {
    let mut links = Vec::new();
    let mut drawn = Vec::new();
    for (id, class, values, inputs) in nodes {
        let mut sockets = Vec::new();
        for (slot, (name, kind, from, output)) in inputs.iter().enumerate() {
            let number = links.len() + 1;
            links.push(json!([number, from, output, id, slot, kind]));
            let widget = matches!(*kind, "INT" | "FLOAT" | "STRING");
            let mut socket = json!({"name": name, "type": kind, "link": number});
            if widget {
                socket["widget"] = json!({"name": name});
            }
            sockets.push(socket);
        }
        let outputs = ["MODEL", "CONDITIONING", "CONDITIONING", "LATENT"];
        let outputs: Vec<Value> = outputs.iter().map(|kind| json!({"type": kind})).collect();
        drawn.push(json!({"id": id, "type": class, "mode": 0, "widgets_values": values, "inputs": sockets, "outputs": outputs}));
    }
    let drawing = json!({"nodes": drawn, "links": links});
    read(&png(&[text("workflow", &drawing.to_string())])).recipe
}

#[test]
fn a_negative_seed_is_kept_beside_the_recipe() {
    let recipe = drawing(&[
        (
            4,
            "CheckpointLoaderSimple",
            json!(["foxes.safetensors"]),
            &[],
        ),
        (
            6,
            "CLIPTextEncode",
            json!(["a fox"]),
            &[("clip", "CLIP", 4, 1)],
        ),
        (
            7,
            "CLIPTextEncode",
            json!(["blurry"]),
            &[("clip", "CLIP", 4, 1)],
        ),
        (10, "Seed (rgthree)", json!([-1, "", "", ""]), &[]),
        (
            3,
            "KSampler",
            json!([8, "randomize", 20, 7, "euler", "normal", 1]),
            &[
                ("model", "MODEL", 4, 0),
                ("positive", "CONDITIONING", 6, 0),
                ("negative", "CONDITIONING", 7, 0),
                ("seed", "INT", 10, 0),
            ],
        ),
        (9, "SaveImage", json!(["x"]), &[("images", "IMAGE", 3, 0)]),
    ]);
    assert_eq!(primary(&recipe).seed, None);
    assert_eq!(beside(&recipe, "seed"), ["-1"]);
    assert_eq!(prompts(&recipe), ("a fox", "blurry"));
}

#[test]
fn a_negative_that_is_silenced_but_for_a_moment_stays_empty() {
    let recipe = drawing(&[
        (4, "CheckpointLoaderSimple", json!(["sd3.safetensors"]), &[]),
        (
            6,
            "CLIPTextEncode",
            json!(["a fox"]),
            &[("clip", "CLIP", 4, 1)],
        ),
        (
            7,
            "CLIPTextEncode",
            json!(["blurry"]),
            &[("clip", "CLIP", 4, 1)],
        ),
        (
            20,
            "ConditioningZeroOut",
            Value::Null,
            &[("conditioning", "CONDITIONING", 7, 0)],
        ),
        (
            21,
            "ConditioningSetTimestepRange",
            json!([0.1, 1]),
            &[("conditioning", "CONDITIONING", 20, 0)],
        ),
        (
            22,
            "ConditioningSetTimestepRange",
            json!([0, 0.1]),
            &[("conditioning", "CONDITIONING", 7, 0)],
        ),
        (
            23,
            "ConditioningCombine",
            Value::Null,
            &[
                ("conditioning_1", "CONDITIONING", 21, 0),
                ("conditioning_2", "CONDITIONING", 22, 0),
            ],
        ),
        (
            3,
            "KSampler",
            json!([0, "fixed", 28, 4.5, "dpmpp_2m", "sgm_uniform", 1]),
            &[
                ("model", "MODEL", 4, 0),
                ("positive", "CONDITIONING", 6, 0),
                ("negative", "CONDITIONING", 23, 0),
            ],
        ),
        (9, "SaveImage", json!(["x"]), &[("images", "IMAGE", 3, 0)]),
    ]);
    assert_eq!(prompts(&recipe), ("a fox", ""));
    assert_eq!(primary(&recipe).seed, Some(0));
}

#[test]
fn values_that_have_shifted_are_found_again() {
    // An older node without `preview_method`, a newer one with a word in front, a seed without its steering word.
    for values in [
        json!([5, "randomize", 20, 7.5, "euler", "karras", 0.9]),
        json!([5, 20, 7.5, "euler", "karras", 0.9]),
        json!([5, null, 20, 7.5, "euler", "karras", 0.9]),
        json!([5, true, 20, 7.5, "euler", "karras", 0.9]),
        json!(["enable", 5, "fixed", 20, 7.5, "euler", "karras", 0.9]),
    ] {
        let recipe = drawing(&[
            (6, "CLIPTextEncode", json!(["a fox"]), &[]),
            (
                3,
                "KSampler",
                values.clone(),
                &[("positive", "CONDITIONING", 6, 0)],
            ),
            (9, "SaveImage", json!(["x"]), &[("images", "IMAGE", 3, 0)]),
        ]);
        let run = primary(&recipe);
        assert_eq!(
            (run.seed, run.steps, run.cfg),
            (Some(5), Some(20), Some(7.5)),
            "{values}"
        );
        assert_eq!(
            (
                run.sampler.as_deref(),
                run.scheduler.as_deref(),
                run.denoise
            ),
            (Some("euler"), Some("karras"), Some(0.9)),
            "{values}"
        );
    }
}

#[test]
fn drawn_samplers_of_packages_are_read() {
    for (class, values) in [
        (
            "KSampler //Inspire",
            json!([
                5,
                "randomize",
                20,
                7.5,
                "euler",
                "karras",
                1,
                "GPU(=A1111)",
                "incremental",
                0,
                0
            ]),
        ),
        (
            "KSampler (Efficient)",
            json!([5, null, 20, 7.5, "euler", "karras", 1, "auto", "true"]),
        ),
        (
            "KSampler Cycle",
            json!([5, "fixed", 20, 7.5, "euler", "karras", 1, "none"]),
        ),
        (
            "KSampler_A1111",
            json!([5, "fixed", 20, 7.5, "euler", "karras", 1]),
        ),
        (
            "BNK_TiledKSampler",
            json!([
                5,
                "randomize",
                512,
                512,
                "random",
                20,
                7.5,
                "euler",
                "karras",
                1
            ]),
        ),
        (
            "easy fullkSampler",
            json!([
                20,
                7.5,
                "euler",
                "karras",
                1,
                "Preview",
                0,
                "x",
                5,
                "randomize"
            ]),
        ),
    ] {
        let recipe = drawing(&[
            (
                4,
                "CheckpointLoaderSimple",
                json!(["foxes.safetensors"]),
                &[],
            ),
            (
                6,
                "CLIPTextEncode",
                json!(["a fox"]),
                &[("clip", "CLIP", 4, 1)],
            ),
            (
                7,
                "CLIPTextEncode",
                json!(["blurry"]),
                &[("clip", "CLIP", 4, 1)],
            ),
            (
                3,
                class,
                values,
                &[
                    ("model", "MODEL", 4, 0),
                    ("positive", "CONDITIONING", 6, 0),
                    ("negative", "CONDITIONING", 7, 0),
                ],
            ),
            (9, "SaveImage", json!(["x"]), &[("images", "IMAGE", 3, 0)]),
        ]);
        let run = primary(&recipe);
        assert_eq!(
            (run.seed, run.steps, run.cfg, run.sampler.as_deref()),
            (Some(5), Some(20), Some(7.5), Some("euler")),
            "{class}"
        );
        assert_eq!(prompts(&recipe), ("a fox", "blurry"), "{class}");
    }
}

#[test]
fn drawn_lists_of_loras_are_read() {
    let recipe = drawing(&[
        (4, "UnetLoaderGGUF", json!(["base.gguf"]), &[]),
        (
            10,
            "Power Lora Loader (rgthree)",
            json!([{}, {"type": "PowerLoraLoaderHeaderWidget"}, {"on": true, "lora": "snow.safetensors", "strength": 0.5, "strengthTwo": null},
            {"on": false, "lora": "off.safetensors", "strength": 1}, {}, ""]),
            &[("model", "MODEL", 4, 0)],
        ),
        (
            11,
            "LoraLoaderModelOnly",
            json!(["fast.safetensors", 1]),
            &[("model", "MODEL", 10, 0)],
        ),
        (6, "CLIPTextEncode", json!(["a fox"]), &[]),
        (
            3,
            "KSampler",
            json!([5, "fixed", 20, 7.5, "euler", "karras", 1]),
            &[
                ("model", "MODEL", 11, 0),
                ("positive", "CONDITIONING", 6, 0),
            ],
        ),
        (9, "SaveImage", json!(["x"]), &[("images", "IMAGE", 3, 0)]),
    ]);
    assert_eq!(recipe.models, ["base.gguf"]);
    assert_eq!(
        loras(&recipe),
        [
            ("fast.safetensors", Some(1.0)),
            ("snow.safetensors", Some(0.5))
        ]
    );
}

#[test]
fn unknown_drawn_nodes_with_two_sides_and_services_are_named_by_what_they_give_out() {
    let drawn = json!({
        "nodes": [
            {"id": 1, "type": "SomeModelLoader", "widgets_values": ["maker/dreamer-7b"], "outputs": [{"name": "model", "type": "DREAMMODEL"}]},
            {"id": 2, "type": "SomeTexts", "widgets_values": ["a fox", "blurry", 5],
             "outputs": [{"name": "positive_data", "type": "DREAMCOND"}, {"name": "negative", "type": "DREAMCOND"}]},
            {"id": 3, "type": "SomeDreamer", "widgets_values": [5, "fixed", 20, 7.5, "euler", "karras", 1], "outputs": [{"name": "image", "type": "IMAGE"}],
             "inputs": [{"name": "model", "type": "DREAMMODEL", "link": 1}, {"name": "positive_data", "type": "DREAMCOND", "link": 2}, {"name": "negative", "type": "DREAMCOND", "link": 3}]},
            {"id": 9, "type": "SaveImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 4}]},
        ],
        "links": [[1, 1, 0, 3, 0, "DREAMMODEL"], [2, 2, 0, 3, 1, "DREAMCOND"], [3, 2, 1, 3, 2, "DREAMCOND"], [4, 3, 0, 9, 0, "IMAGE"]],
    });
    let recipe = read(&png(&[text("workflow", &drawn.to_string())])).recipe;
    assert_eq!(prompts(&recipe), ("a fox", "blurry"));
    assert_eq!(primary(&recipe).steps, Some(20));
    assert_eq!(recipe.models, ["maker/dreamer-7b"]);
    let service = json!({
        "nodes": [
            {"id": 1, "type": "Sculptor", "widgets_values": ["a fox of clay", 7, "randomize"],
             "outputs": [{"name": "model_file", "type": "STRING"}, {"name": "task", "type": "SCULPT_TASK_ID"}]},
            {"id": 2, "type": "Preview3D", "inputs": [{"name": "model_file", "type": "STRING", "link": 1}]},
        ],
        "links": [[1, 1, 0, 2, 0, "STRING"]],
    });
    let recipe = read(&png(&[text("workflow", &service.to_string())])).recipe;
    assert_eq!(
        (recipe.positive.as_str(), primary(&recipe).seed),
        ("a fox of clay", Some(7))
    );
}
