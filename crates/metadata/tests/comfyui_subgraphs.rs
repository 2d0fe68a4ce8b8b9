//! Drawn graphs that the editor would have to open first: wires, subgraphs, groups.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;
#[expect(dead_code, reason = "only some of the builders are needed here")]
mod graphs;

use common::{png, read, text};
use graphs::primary;
use serde_json::json;

#[test]
fn a_drawn_graph_is_read_when_nothing_else_is_there() {
    let drawn = json!({
        "nodes": [
            {"id": 4, "type": "CheckpointLoaderSimple", "mode": 0, "widgets_values": ["foxes.ckpt"], "outputs": [{"type": "MODEL"}, {"type": "CLIP"}]},
            {"id": 10, "type": "LoraLoader", "mode": 4, "widgets_values": ["off.safetensors", 1, 1],
             "inputs": [{"name": "model", "type": "MODEL", "link": 1}, {"name": "clip", "type": "CLIP", "link": 2}],
             "outputs": [{"type": "MODEL"}, {"type": "CLIP"}]},
            {"id": 6, "type": "CLIPTextEncode", "mode": 0, "widgets_values": ["a fox"], "inputs": [{"name": "clip", "type": "CLIP", "link": 3}]},
            {"id": 7, "type": "CLIPTextEncode", "mode": 0, "widgets_values": ["bad"], "inputs": [{"name": "clip", "type": "CLIP", "link": 3}]},
            {"id": 11, "type": "Reroute", "mode": 0, "inputs": [{"name": "", "type": "*", "link": 4}]},
            {"id": 12, "type": "SetNode", "mode": 0, "widgets_values": ["neg"], "inputs": [{"name": "CONDITIONING", "type": "CONDITIONING", "link": 5}]},
            {"id": 13, "type": "GetNode", "mode": 0, "widgets_values": ["neg"]},
            {"id": 14, "type": "PrimitiveNode", "mode": 0, "widgets_values": [42, "randomize"]},
            {"id": 3, "type": "KSampler", "mode": 0, "widgets_values": [1, "randomize", 30, 5.5, "euler", "karras", 1],
             "inputs": [{"name": "model", "type": "MODEL", "link": 6}, {"name": "positive", "type": "CONDITIONING", "link": 7},
                {"name": "negative", "type": "CONDITIONING", "link": 8}, {"name": "latent_image", "type": "LATENT", "link": null},
                {"name": "seed", "type": "INT", "link": 9, "widget": {"name": "seed"}}]},
            {"id": 9, "type": "SaveImage", "mode": 0, "widgets_values": ["x"], "inputs": [{"name": "images", "type": "IMAGE", "link": 10}]},
        ],
        "links": [[1, 4, 0, 10, 0, "MODEL"], [2, 4, 1, 10, 1, "CLIP"], [3, 10, 1, 6, 0, "CLIP"], [4, 6, 0, 11, 0, "CONDITIONING"],
            [5, 7, 0, 12, 0, "CONDITIONING"], [6, 10, 0, 3, 0, "MODEL"], [7, 11, 0, 3, 1, "CONDITIONING"], [8, 13, 0, 3, 2, "CONDITIONING"],
            [9, 14, 0, 3, 4, "INT"], [10, 3, 0, 9, 0, "IMAGE"]],
    });
    let reading = read(&png(&[text("workflow", &drawn.to_string())]));
    let recipe = &reading.recipe;
    let run = primary(recipe);
    assert!(reading.has_workflow);
    assert_eq!(
        (run.seed, run.steps, run.cfg),
        (Some(42), Some(30), Some(5.5))
    );
    assert_eq!(
        (recipe.positive.as_str(), recipe.negative.as_str()),
        ("a fox", "bad")
    );
    assert_eq!(
        (recipe.models[0].as_str(), recipe.loras.len()),
        ("foxes.ckpt", 0)
    );
}

#[test]
fn subgraphs_are_opened_and_their_outer_values_win() {
    let link = |id: u32, from: (i32, u32), to: (i32, u32)| json!({"id": id, "origin_id": from.0, "origin_slot": from.1, "target_id": to.0, "target_slot": to.1});
    let drawn = json!({
        "nodes": [
            {"id": 1, "type": "0a1b-sub", "widgets_values": ["the outer prompt", 50],
             "properties": {"proxyWidgets": [["-1", "text"], ["3", "steps"]]},
             "inputs": [{"name": "text", "type": "STRING", "link": null, "widget": {"name": "text"}}]},
            {"id": 2, "type": "SaveImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 1}]},
        ],
        "links": [[1, 1, 0, 2, 0, "IMAGE"]],
        "definitions": {"subgraphs": [{
            "id": "0a1b-sub", "inputs": [{"name": "text"}], "outputs": [{"name": "IMAGE"}],
            "nodes": [
                {"id": 6, "type": "CLIPTextEncode", "widgets_values": ["stale"],
                 "inputs": [{"name": "text", "type": "STRING", "link": 10, "widget": {"name": "text"}}]},
                {"id": 3, "type": "KSampler", "widgets_values": [5, "fixed", 20, 1, "euler", "simple", 1],
                 "inputs": [{"name": "positive", "type": "CONDITIONING", "link": 11}]},
            ],
            "links": [link(10, (-10, 0), (6, 0)), link(11, (6, 0), (3, 0)), link(12, (3, 0), (-20, 0))],
        }]},
    });
    let recipe = read(&png(&[text("workflow", &drawn.to_string())])).recipe;
    let run = primary(&recipe);
    assert_eq!(recipe.positive, "the outer prompt");
    assert_eq!(
        (run.node.as_str(), run.seed, run.steps),
        ("1:3", Some(5), Some(50))
    );
}

#[test]
fn group_nodes_are_opened_with_the_values_of_their_row() {
    let drawn = json!({
        "nodes": [
            {"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": ["foxes.ckpt"]},
            {"id": 2, "type": "workflow>Make", "widgets_values": ["a fox", 9, "fixed", 20, 4.5, "euler", "karras", 1],
             "inputs": [{"name": "clip", "type": "CLIP", "link": 1}, {"name": "model", "type": "MODEL", "link": 2}]},
            {"id": 3, "type": "SaveImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 3}]},
        ],
        "links": [[1, 1, 1, 2, 0, "CLIP"], [2, 1, 0, 2, 1, "MODEL"], [3, 2, 0, 3, 0, "IMAGE"]],
        "extra": {"groupNodes": {"Make": {
            "nodes": [
                {"index": 0, "type": "CLIPTextEncode", "widgets_values": ["old"], "inputs": [{"name": "clip", "type": "CLIP"}], "outputs": [{"type": "CONDITIONING"}]},
                {"index": 1, "type": "KSampler", "widgets_values": [1, "fixed", 2, 3, "lcm", "normal", 1],
                 "inputs": [{"name": "model", "type": "MODEL"}, {"name": "positive", "type": "CONDITIONING"}], "outputs": [{"type": "LATENT"}]},
            ],
            "links": [[0, 0, 1, 1, 5, "CONDITIONING"]], "external": [],
        }}},
    });
    let recipe = read(&png(&[text("workflow", &drawn.to_string())])).recipe;
    let run = primary(&recipe);
    assert_eq!(
        (recipe.positive.as_str(), run.node.as_str()),
        ("a fox", "2:1")
    );
    assert_eq!(
        (run.seed, run.cfg, run.model.as_deref()),
        (Some(9), Some(4.5), Some("foxes.ckpt"))
    );
}

#[test]
fn unknown_drawn_nodes_are_named_by_what_they_give_out() {
    let drawn = json!({
        "nodes": [
            {"id": 1, "type": "Somebody's Encoder", "widgets_values": ["fast", "a fox in snow"], "outputs": [{"type": "CONDITIONING"}]},
            {"id": 2, "type": "Somebody's Sampler", "widgets_values": ["enable", 9, "randomize", 30, 4.5, "euler", "karras", 0.5],
             "inputs": [{"name": "positive", "type": "CONDITIONING", "link": 1}], "outputs": [{"type": "LATENT"}]},
            {"id": 3, "type": "SaveImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 2}]},
        ],
        "links": [[1, 1, 0, 2, 0, "CONDITIONING"], [2, 2, 0, 3, 0, "LATENT"]],
    });
    let recipe = read(&png(&[text("workflow", &drawn.to_string())])).recipe;
    let run = primary(&recipe);
    assert_eq!(recipe.positive, "a fox in snow");
    assert_eq!(
        (run.seed, run.steps, run.scheduler.as_deref()),
        (Some(9), Some(30), Some("karras"))
    );
}
