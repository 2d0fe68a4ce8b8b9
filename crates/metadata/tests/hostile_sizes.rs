//! What is small alone and endless together: parts of a file that overlap, and graphs in which
//! everything meets everything. Found by `cargo xtask fuzz`, which stretches its inputs.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use std::time::{Duration, Instant};

use common::{deflate, png, read, text};
use metadata::Limits;
use serde_json::{Value, json};

/// Reads in a time that no honest file comes near, also without optimisation on a busy machine.
fn read_soon(bytes: &[u8]) {
    let start = Instant::now();
    read(bytes);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

fn read_graph(key: &str, graph: &Value) {
    let graph = graph.to_string();
    assert!(graph.len() <= Limits::default().text, "too long to be read");
    read_soon(&png(&[text(key, &graph)]));
}

fn numbers(count: usize) -> impl Iterator<Item = usize> {
    0..count
}

#[test]
fn tags_in_a_sound_file_that_all_claim_the_rest_of_it_are_not_read_each() {
    let tag = [&b"ID3\x03\0\0\x03\x7f\x7f\x7f"[..], b"TXXX\0\0\0\0\0\0"].concat();
    let chunk = [b"id3 ", &(tag.len() as u32).to_le_bytes()[..], &tag].concat();
    let chunks = [chunk.repeat(60_000), vec![0; 8 << 20]].concat();
    let size = (chunks.len() as u32 + 4).to_le_bytes();
    read_soon(&[b"RIFF", &size[..], b"WAVE", &chunks].concat());
}

#[test]
fn packed_texts_of_which_nothing_is_kept_are_not_unpacked_without_end() {
    let packed = deflate(&vec![0; 2 << 20]);
    let size = ((packed.len() + 4) as u32).to_be_bytes();
    let frame = [b"TXXX", &size[..], &[0, 0x80], &[0; 4], &packed].concat();
    let frames = frame.repeat(3000);
    let len = [21, 14, 7, 0].map(|shift| ((frames.len() >> shift) & 0x7f) as u8);
    read_soon(&[b"ID3\x03\0\0", &len[..], &frames].concat());
}

#[test]
fn brackets_of_settings_that_never_close_are_not_each_followed_to_the_end() {
    let settings = "a:{,".repeat(400_000);
    read_soon(&png(&[text(
        "parameters",
        &format!("fox\nSteps: 1, Seed: 1, {settings}"),
    )]));
}

#[test]
fn nodes_with_as_many_inputs_as_values_are_cut() {
    let inputs: Vec<Value> = numbers(30_000)
        .map(|at| json!({"name": format!("n{at}"), "link": 1}))
        .collect();
    let values: serde_json::Map<String, Value> = numbers(50_000)
        .map(|at| (format!("v{at}"), json!(1)))
        .collect();
    read_graph(
        "workflow",
        &json!({"nodes": [{"id": 1, "type": "KSampler", "inputs": inputs, "widgets_values": values}], "links": []}),
    );
}

#[test]
fn a_crowded_subgraph_is_opened_within_an_allowance() {
    let shown: Vec<Value> = numbers(20_000).map(|_| json!(["7", "a"])).collect();
    let nodes: Vec<Value> = numbers(8_000)
        .map(|at| json!({"id": 7, "type": "X", "inputs": [{"name": "m", "link": at}]}))
        .collect();
    let links: Vec<Value> = numbers(8_000)
        .map(|at| json!([at, -10, at, 7, 0, ""]))
        .collect();
    let names: Vec<Value> = numbers(8_000)
        .map(|at| json!({"name": format!("n{at}")}))
        .collect();
    let user = json!({"id": 1, "type": "s", "inputs": names, "widgets_values": vec![1; 20_000],
        "properties": {"proxyWidgets": shown}});
    read_graph(
        "workflow",
        &json!({"nodes": [user], "links": [],
            "definitions": {"subgraphs": [{"id": "s", "inputs": names, "nodes": nodes, "links": links}]}}),
    );
}

#[test]
fn what_is_sent_everywhere_is_not_compared_with_everything() {
    let sent: Vec<Value> = numbers(14_000)
        .map(|at| json!({"name": format!("n{at}"), "type": "CONDITIONING", "link": at}))
        .collect();
    let open: Vec<Value> = numbers(14_000)
        .map(|at| json!({"id": at, "type": "X", "inputs": [{"name": "a", "type": "CONDITIONING"}]}))
        .collect();
    let nodes = [
        vec![json!({"id": -1, "type": "Anything Everywhere", "inputs": sent})],
        open,
    ]
    .concat();
    read_graph("workflow", &json!({"nodes": nodes, "links": []}));
}

/// A node whose inputs all lead to one other node.
fn crowd(class: &str, name: &str, count: usize, to: &str) -> Value {
    let inputs: serde_json::Map<String, Value> = numbers(count)
        .map(|at| (format!("{name}{at}"), json!([to, 0])))
        .collect();
    json!({"class_type": class, "inputs": inputs})
}

#[test]
fn a_join_of_thousands_of_itself_is_walked_within_an_allowance() {
    let mut nodes = json!({
        "1": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 2, "positive": ["2", 0]}},
        "2": {"class_type": "CLIPTextEncode", "inputs": {"text": ["j", 0]}},
        "9": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    });
    nodes["j"] = crowd("StringConcatenate", "string_", 1990, "j");
    read_graph("prompt", &nodes);
}

#[test]
fn many_samplers_behind_crowds_of_links_are_walked_within_an_allowance() {
    for (class, name) in [
        ("ConditioningCombine", "conditioning_"),
        ("LoraLoader", "lora_"),
        ("Switch", "seed"),
    ] {
        let mut nodes = json!({"9": {"class_type": "SaveImage", "inputs": {"images": ["k0", 0]}}});
        for at in numbers(64) {
            let (before, crowded) = (format!("k{}", at + 1), json!(["c0", 0]));
            nodes[format!("k{at}")] = json!({"class_type": "KSampler", "inputs": {"latent_image": [before, 0],
                "seed": crowded, "steps": crowded, "cfg": crowded, "sampler_name": crowded, "scheduler": crowded,
                "denoise": crowded, "positive": crowded, "negative": crowded, "model": crowded}});
        }
        for at in numbers(28) {
            nodes[format!("c{at}")] = crowd(class, name, 1990, &format!("c{}", at + 1));
        }
        read_graph("prompt", &nodes);
    }
}
