//! No bytes make the reader panic, wait or swell.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use std::time::{Duration, Instant};

use common::{
    INFOTEXT, PROMPT, jpeg, mp4, png, read, tag, text, tiff, unicode_comment, webm, webp, ztext,
};
use metadata::{Limits, Reading};
use proptest::prelude::*;

/// One good file of each format.
fn good_files() -> Vec<Vec<u8>> {
    let exif = tiff(
        &[(0x0110, &format!("prompt:{PROMPT}"))],
        Some(6),
        Some(&unicode_comment(INFOTEXT, true)),
    );
    let mut gif = b"GIF89a\x40\0\x30\0\0\0\0\x21\xfe\x05hello\0\x2c".to_vec();
    gif.extend([0; 40]);
    vec![
        png(&[
            text("prompt", PROMPT),
            ztext("parameters", INFOTEXT.as_bytes()),
        ]),
        jpeg(&[
            (0xe1, [b"Exif\0\0", &exif[..]].concat()),
            (0xfe, INFOTEXT.as_bytes().to_vec()),
        ]),
        webp(&[(b"EXIF", exif)]),
        mp4(&common::boxed(
            *b"udta",
            &[&common::boxed(
                *b"meta",
                &[
                    &[0; 4],
                    &common::boxed(*b"ilst", &[&tag(*b"\xa9cmt", INFOTEXT)]),
                ],
            )],
        )),
        webm(&[("PROMPT", PROMPT)]),
        gif,
    ]
}

/// Reads in a time that no honest file comes near, also without optimisation on a busy machine, and
/// keeps no more than the limits allow.
fn read_bounded(bytes: &[u8]) -> Reading {
    let start = Instant::now();
    let reading = read(bytes);
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    let limits = Limits::default();
    assert!(
        reading
            .raw
            .iter()
            .map(|chunk| chunk.text.len())
            .sum::<usize>()
            <= limits.total * 2
    );
    assert!(reading.notices.len() < 64);
    reading
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_behind_any_signature_are_survived(file in 0..6_usize, keep in 4..40_usize, noise in prop::collection::vec(any::<u8>(), 0..600)) {
        let good = &good_files()[file];
        read_bounded(&[&good[..keep.min(good.len())], &noise].concat());
    }

    #[test]
    fn good_files_with_flipped_bytes_are_survived(file in 0..6_usize, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = good_files().swap_remove(file);
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        read_bounded(&bytes);
    }

    #[test]
    fn good_files_cut_anywhere_are_survived(file in 0..6_usize, at in any::<prop::sample::Index>()) {
        let bytes = good_files().swap_remove(file);
        read_bounded(&bytes[..at.index(bytes.len())]);
    }

    #[test]
    fn any_text_is_survived_by_every_tool(words in "\\PC{0,200}", json in r#"[\{\}\[\]":,a-z0-9 ]{0,200}"#) {
        for key in ["parameters", "prompt", "workflow", "Comment"] {
            read_bounded(&png(&[text(key, &words), text(key, &json)]));
            read_bounded(&png(&[text(key, &format!("{words}\nNegative prompt: {json}\nSteps: 1, Seed: 2, {words}: {json}"))]));
        }
    }

}

proptest! {
    // Circles of joined texts are walked until their allowance ends, which takes a while each.
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn graphs_with_arbitrary_links_are_survived(links in prop::collection::vec((0..12_usize, 0..12_usize, 0..4_usize), 0..60)) {
        let classes = ["KSampler", "CLIPTextEncode", "StringConcatenate", "Reroute", "SaveImage", "ComfySwitchNode",
            "ToBasicPipe", "LoraLoader", "ConditioningCombine", "Mystery", "SamplerCustomAdvanced", "BasicGuider"];
        let names = ["positive", "text", "model", "any", "conditioning", "basic_pipe", "seed", "images", "string_b", "on_true", "guider", "steps"];
        let mut graph = serde_json::Map::new();
        for (at, class) in classes.iter().enumerate() {
            graph.insert(at.to_string(), serde_json::json!({"class_type": class, "inputs": {"switch": true, "denoise": 1, "sampler_name": "x"}}));
        }
        for (from, to, slot) in links {
            graph[&from.to_string()]["inputs"][names[(to + slot) % 12]] = serde_json::json!([to.to_string(), slot]);
        }
        read_bounded(&png(&[text("prompt", &serde_json::Value::Object(graph).to_string())]));
    }
}

#[test]
fn texts_that_double_at_every_node_stay_small() {
    let mut graph: serde_json::Value = serde_json::from_str(PROMPT).unwrap();
    for at in 0..60 {
        let next = format!("d{}", at + 1);
        graph[format!("d{at}")] = serde_json::json!({"class_type": "StringConcatenate",
            "inputs": {"string_a": [next, 0], "string_b": [next, 0], "delimiter": "x".repeat(1000)}});
    }
    graph["d60"] = serde_json::json!({"class_type": "String", "inputs": {"value": "end"}});
    graph["6"]["inputs"]["text"] = serde_json::json!(["d0", 0]);
    let reading = read_bounded(&png(&[text("prompt", &graph.to_string())]));
    assert!(reading.recipe.positive.len() <= 2 << 20);
}

#[test]
fn subgraphs_inside_themselves_end() {
    let drawn = serde_json::json!({
        "nodes": [{"id": 1, "type": "s"}, {"id": 2, "type": "s"}], "links": [],
        "definitions": {"subgraphs": [{"id": "s", "nodes": [{"id": 1, "type": "s"}, {"id": 2, "type": "s"}, {"id": 3, "type": "s"}], "links": []}]},
    });
    read_bounded(&png(&[text("workflow", &drawn.to_string())]));
}

#[test]
fn heavy_groups_used_thousands_of_times_are_not_copied_without_end() {
    let heavy: Vec<u32> = (0..10_000).collect();
    let uses: Vec<_> = (0..5000)
        .map(|id| serde_json::json!({"id": id, "type": "workflow>G"}))
        .collect();
    let drawn = serde_json::json!({"nodes": uses, "links": [], "extra": {"groupNodes": {"G": {"nodes": [{"type": "X", "widgets_values": heavy}]}}}});
    read_bounded(&png(&[text("workflow", &drawn.to_string())]));
    let uses: Vec<_> = (0..5000)
        .map(|id| serde_json::json!({"id": id, "type": "s"}))
        .collect();
    let drawn = serde_json::json!({"nodes": uses, "links": [], "definitions": {"subgraphs": [{"id": "s", "nodes": [{"type": "X", "widgets_values": {"a": heavy}}]}]}});
    read_bounded(&png(&[text("workflow", &drawn.to_string())]));
}

#[test]
fn thousands_of_samplers_and_consumers_of_one_long_chain_end() {
    let mut graph = serde_json::Map::new();
    for at in 0..8000 {
        graph.insert(format!("c{at}"), serde_json::json!({"class_type": "Reroute", "inputs": {"": [format!("c{}", at + 1), 0]}}));
        graph.insert(
            format!("k{at}"),
            serde_json::json!({"class_type": "KSampler", "inputs": {"seed": 1, "steps": 2,
            "positive": ["c0", 0], "latent_image": [format!("k{}", at + 1), 0]}}),
        );
    }
    graph.insert(
        "9".into(),
        serde_json::json!({"class_type": "SaveImage", "inputs": {"images": ["k0", 0]}}),
    );
    read_bounded(&png(&[text(
        "prompt",
        &serde_json::Value::Object(graph).to_string(),
    )]));
}

#[test]
fn deep_json_is_survived_wherever_it_stands() {
    let deep = format!("{}{}", "{\"prompt\":[".repeat(60_000), "]}".repeat(60_000));
    for key in ["prompt", "workflow", "Comment", "parameters"] {
        read_bounded(&png(&[text(key, &deep)]));
    }
    read_bounded(deep.as_bytes());
    let quotes = "\"".repeat(100_000);
    read_bounded(&png(&[text(
        "parameters",
        &format!("x\nSteps: 1, Seed: 1, a: [{quotes}"),
    )]));
    read_bounded(&png(&[text(
        "parameters",
        &format!("x\nSteps: 1, Seed: 1, {}", "a:[".repeat(100_000)),
    )]));
}

#[test]
fn tags_that_never_end_and_texts_that_many_entries_share_cost_no_time() {
    let packet = format!("<x:prompt>{}", "</".repeat(1_000_000));
    let names = [
        "prompt",
        "parameters",
        "description",
        "Dream",
        "UserComment",
    ];
    let packets = names.map(|name| packet.replace("prompt", name)).join(" ");
    read_bounded(&png(&[common::itext("XML:com.adobe.xmp", &packet, true)]));
    read_bounded(&png(&[common::itext("XML:com.adobe.xmp", &packets, true)]));

    // 512 entries of one directory, all with the same two megabytes.
    let (count, size) = (512_u16, 2_u32 << 20);
    let mut exif = b"II\x2a\0\x08\0\0\0".to_vec();
    exif.extend(count.to_le_bytes());
    let start = 8 + 2 + u32::from(count) * 12 + 4;
    for _ in 0..count {
        exif.extend(0x010e_u16.to_le_bytes());
        exif.extend(2_u16.to_le_bytes());
        exif.extend(size.to_le_bytes());
        exif.extend(start.to_le_bytes());
    }
    exif.extend([0; 4]);
    exif.extend(vec![b'a'; size as usize]);
    read_bounded(&webp(&[(b"EXIF", exif)]));
}
