//! Graphs as people really build them, and what is said about the picture they saved.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;
#[expect(dead_code, reason = "only some of the builders are needed here")]
mod graphs;

use common::{PROMPT, png, read, text};
use graphs::{node, plain_with, primary, recipe, traced};
use serde_json::{Value, json};

fn ksampler(seed: u64, positive: &str, negative: &str, latent: &str) -> Value {
    node(
        "KSampler",
        json!({"seed": seed, "steps": 20, "cfg": 7, "sampler_name": "euler", "scheduler": "normal",
            "denoise": 1.0, "model": ["4", 0], "positive": [positive, 0], "negative": [negative, 0],
            "latent_image": [latent, 0]}),
    )
}

#[test]
fn nodes_that_do_not_lead_to_the_saved_picture_say_nothing() {
    let graph = plain_with(json!({
        "20": node("CLIPTextEncode", json!({"text": "left over", "clip": ["4", 1]})),
        "21": ksampler(1, "20", "20", "5"),
    }));
    let recipe = recipe(&graph);
    assert_eq!(recipe.samplers.len(), 1);
    assert_eq!(
        (recipe.positive.as_str(), recipe.primary),
        ("a red fox in snow", 0)
    );
}

#[test]
fn a_second_pass_is_a_second_sampler_and_the_first_stays_primary() {
    let graph = plain_with(json!({
        "10": node("LatentUpscale", json!({"samples": ["3", 0], "width": 1024, "height": 1536})),
        "11": node("CLIPTextEncode", json!({"text": "sharp fur", "clip": ["4", 1]})),
        "12": ksampler(5, "11", "7", "10"),
        "8": node("VAEDecode", json!({"samples": ["12", 0], "vae": ["4", 2]})),
    }));
    let recipe = recipe(&graph);
    let nodes: Vec<&str> = recipe
        .samplers
        .iter()
        .map(|run| run.node.as_str())
        .collect();
    assert_eq!(nodes, ["3", "12"]);
    assert_eq!(recipe.samplers[1].positive, "sharp fur");
    assert_eq!(
        (recipe.positive.as_str(), recipe.size),
        ("a red fox in snow", Some((512, 768)))
    );
}

#[test]
fn a_guider_chain_is_followed_to_its_seed_steps_and_guidance() {
    let graph = json!({
        "1": node("UNETLoader", json!({"unet_name": "flux1-dev.safetensors", "weight_dtype": "default"})),
        "2": node("LoraLoaderModelOnly", json!({"lora_name": "snow.safetensors", "strength_model": 0.7, "model": ["1", 0]})),
        "3": node("ModelSamplingFlux", json!({"max_shift": 1.15, "width": 1024, "height": 1024, "model": ["2", 0]})),
        "4": node("CLIPTextEncode", json!({"text": "a fox", "clip": ["9", 0]})),
        "5": node("FluxGuidance", json!({"guidance": 3.5, "conditioning": ["4", 0]})),
        "6": node("BasicGuider", json!({"model": ["3", 0], "conditioning": ["5", 0]})),
        "7": node("RandomNoise", json!({"noise_seed": 99})),
        "8": node("KSamplerSelect", json!({"sampler_name": "euler"})),
        "9": node("DualCLIPLoader", json!({"clip_name1": "t5.safetensors", "clip_name2": "l.safetensors"})),
        "10": node("BasicScheduler", json!({"scheduler": "beta", "steps": 25, "denoise": 0.9, "model": ["3", 0]})),
        "11": node("SamplerCustomAdvanced", json!({"noise": ["7", 0], "guider": ["6", 0], "sampler": ["8", 0], "sigmas": ["10", 0], "latent_image": ["12", 0]})),
        "12": node("EmptySD3LatentImage", json!({"width": 832, "height": 1216})),
        "13": node("VAEDecode", json!({"samples": ["11", 0], "vae": ["14", 0]})),
        "14": node("VAELoader", json!({"vae_name": "ae.safetensors"})),
        "15": node("SaveImage", json!({"images": ["13", 0]})),
    });
    let recipe = recipe(&graph);
    let run = primary(&recipe);
    assert_eq!(
        (run.seed, run.steps, run.cfg, run.guidance),
        (Some(99), Some(25), None, Some(3.5))
    );
    assert_eq!(
        (run.sampler.as_deref(), run.scheduler.as_deref()),
        (Some("euler"), Some("beta"))
    );
    assert_eq!(
        (run.denoise, run.positive.as_str(), run.negative.as_str()),
        (Some(0.9), "a fox", "")
    );
    assert_eq!(recipe.models, ["flux1-dev.safetensors"]);
    assert_eq!(
        (recipe.loras[0].name.as_str(), recipe.loras[0].weight),
        ("snow.safetensors", Some(0.7))
    );
    assert_eq!(
        (recipe.vae.as_deref(), recipe.size),
        (Some("ae.safetensors"), Some((832, 1216)))
    );
}

#[test]
fn base_and_refiner_are_two_samplers_with_their_own_models() {
    let advanced = |seed, model: &str, positive: &str, latent: &str, start| {
        node(
            "KSamplerAdvanced",
            json!({"noise_seed": seed, "steps": 25, "cfg": 8, "sampler_name": "euler",
            "scheduler": "normal", "start_at_step": start, "model": [model, 0], "positive": [positive, 0],
            "negative": ["7", 0], "latent_image": [latent, 0]}),
        )
    };
    let graph = plain_with(json!({
        "4": node("CheckpointLoaderSimple", json!({"ckpt_name": "base.safetensors"})),
        "12": node("CheckpointLoaderSimple", json!({"ckpt_name": "refiner.safetensors"})),
        "15": node("CLIPTextEncodeSDXLRefiner", json!({"ascore": 6, "text": "a red fox", "clip": ["12", 1]})),
        "3": advanced(7, "4", "6", "5", 0),
        "11": advanced(0, "12", "15", "3", 20),
        "8": node("VAEDecode", json!({"samples": ["11", 0], "vae": ["4", 2]})),
    }));
    let recipe = recipe(&graph);
    assert_eq!(recipe.models, ["base.safetensors", "refiner.safetensors"]);
    assert_eq!(primary(&recipe).seed, Some(7));
    assert_eq!(
        recipe.samplers[1].model.as_deref(),
        Some("refiner.safetensors")
    );
}

#[test]
fn joined_shown_and_replaced_texts_are_put_together() {
    let graph = plain_with(json!({
        "20": node("Text Multiline", json!({"text": "a fox"})),
        "21": node("StringConcatenate", json!({"string_a": ["20", 0], "string_b": "in snow", "delimiter": ", "})),
        "22": node("ShowText|pysssss", json!({"text": ["21", 0], "text_0": "what was shown last time"})),
        "23": node("StringReplace", json!({"string": ["22", 0], "find": "fox", "replace": "wolf"})),
        "6": node("CLIPTextEncode", json!({"text": ["23", 0], "clip": ["4", 1]})),
    }));
    assert_eq!(recipe(&graph).positive, "a wolf, in snow");
}

#[test]
fn conditioning_is_followed_through_pairs_areas_and_combinations() {
    let graph = plain_with(json!({
        "20": node("CLIPTextEncode", json!({"text": "a lake", "clip": ["4", 1]})),
        "21": node("ConditioningSetArea", json!({"width": 64, "strength": 1, "conditioning": ["20", 0]})),
        "22": node("ConditioningCombine", json!({"conditioning_1": ["6", 0], "conditioning_2": ["21", 0]})),
        "23": node("ControlNetApplyAdvanced", json!({"strength": 1, "positive": ["22", 0], "negative": ["7", 0], "control_net": ["24", 0], "image": ["25", 0]})),
        "24": node("ControlNetLoader", json!({"control_net_name": "depth.safetensors"})),
        "25": node("LoadImage", json!({"image": "fox.png"})),
        "3": node("KSampler", json!({"seed": 1, "steps": 2, "cfg": 3, "sampler_name": "euler", "scheduler": "normal", "denoise": 1,
            "model": ["4", 0], "positive": ["23", 0], "negative": ["23", 1], "latent_image": ["5", 0]})),
    }));
    let recipe = recipe(&graph);
    assert_eq!(
        (recipe.positive.as_str(), recipe.negative.as_str()),
        ("a red fox in snow\na lake", "blurry")
    );
}

#[test]
fn silenced_conditioning_says_nothing_even_behind_a_pair() {
    let graph = plain_with(json!({
        "20": node("ConditioningZeroOut", json!({"conditioning": ["6", 0]})),
        "23": node("ControlNetApplySD3", json!({"positive": ["6", 0], "negative": ["20", 0]})),
        "3": node("KSampler", json!({"seed": 1, "steps": 2, "cfg": 3, "model": ["4", 0],
            "positive": ["23", 0], "negative": ["23", 1], "latent_image": ["5", 0]})),
    }));
    assert_eq!(recipe(&graph).negative, "");
}

#[test]
fn lora_stacks_of_every_shape_are_read() {
    let graph = plain_with(json!({
        "20": node("Power Lora Loader (rgthree)", json!({"model": ["4", 0], "clip": ["4", 1],
            "lora_1": {"on": true, "lora": "a.safetensors", "strength": 0.5},
            "lora_2": {"on": false, "lora": "off.safetensors", "strength": 1.0}})),
        "21": node("CR LoRA Stack", json!({"switch_1": "On", "lora_name_1": "b.safetensors", "model_weight_1": 0.25, "clip_weight_1": 0.75,
            "switch_2": "Off", "lora_name_2": "off2.safetensors", "model_weight_2": 1.0, "clip_weight_2": 1.0})),
        "22": node("CR Apply LoRA Stack", json!({"model": ["20", 0], "clip": ["20", 1], "lora_stack": ["21", 0]})),
        "23": node("Lora Loader (LoraManager)", json!({"model": ["22", 0], "text": "",
            "loras": {"__value__": [{"name": "c", "strength": 0.9, "active": true}, {"name": "off3", "strength": 1, "active": false}]}})),
        "3": node("KSampler", json!({"seed": 1, "steps": 2, "cfg": 3, "model": ["23", 0],
            "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]})),
    }));
    let recipe = recipe(&graph);
    let mut loras: Vec<_> = recipe
        .loras
        .iter()
        .map(|l| (l.name.as_str(), l.weight, l.clip_weight))
        .collect();
    loras.sort_by_key(|lora| lora.0);
    let want = [
        ("a.safetensors", Some(0.5), None),
        ("b.safetensors", Some(0.25), Some(0.75)),
        ("c", Some(0.9), None),
    ];
    assert_eq!(loras, want);
    assert_eq!(recipe.models, ["sd/foxes.safetensors"]);
}

#[test]
fn pipes_and_linked_values_are_followed() {
    let graph = plain_with(json!({
        "20": node("ToBasicPipe", json!({"model": ["4", 0], "clip": ["4", 1], "vae": ["4", 2], "positive": ["6", 0], "negative": ["7", 0]})),
        "21": node("Seed (rgthree)", json!({"seed": 77})),
        "22": node("PrimitiveInt", json!({"value": 33})),
        "3": node("ImpactKSamplerBasicPipe", json!({"seed": ["21", 0], "steps": ["22", 0], "cfg": 4, "sampler_name": "euler",
            "scheduler": "normal", "denoise": 1, "basic_pipe": ["20", 0], "latent_image": ["5", 0]})),
    }));
    let recipe = recipe(&graph);
    let run = primary(&recipe);
    assert_eq!((run.seed, run.steps), (Some(77), Some(33)));
    assert_eq!(
        (recipe.positive.as_str(), recipe.negative.as_str()),
        ("a red fox in snow", "blurry")
    );
    assert_eq!(recipe.models, ["sd/foxes.safetensors"]);
}

#[test]
fn a_switch_lets_only_its_choice_through() {
    let graph = plain_with(json!({
        "20": node("PrimitiveString", json!({"value": "no"})),
        "21": node("PrimitiveString", json!({"value": "yes"})),
        "22": node("ComfySwitchNode", json!({"switch": true, "on_false": ["20", 0], "on_true": ["21", 0]})),
        "6": node("CLIPTextEncode", json!({"text": ["22", 0], "clip": ["4", 1]})),
    }));
    assert_eq!(recipe(&graph).positive, "yes");
}

#[test]
fn unknown_nodes_are_walked_through_by_the_names_of_their_inputs() {
    let graph = plain_with(json!({
        "20": node("SomebodysConditioningTweak", json!({"amount": 2, "conditioning": ["6", 0], "model": ["4", 0]})),
        "21": node("SomebodysSampler", json!({"seed": 8, "steps": 9, "cfg": 1.5, "sampler_name": "magic", "model": ["22", 0],
            "positive": ["20", 0], "negative": ["7", 0], "latent_image": ["5", 0]})),
        "22": node("SomebodysModelPatch", json!({"strength": 1, "model": ["4", 0]})),
        "8": node("SomebodysDecoder", json!({"latent": ["21", 0]})),
    }));
    let recipe = recipe(&graph);
    assert_eq!(
        (primary(&recipe).class.as_str(), primary(&recipe).seed),
        ("SomebodysSampler", Some(8))
    );
    assert_eq!(
        (recipe.positive.as_str(), recipe.models[0].as_str()),
        ("a red fox in snow", "sd/foxes.safetensors")
    );
}

#[test]
fn a_prompt_that_cannot_be_found_is_told_with_the_node_where_it_was_lost() {
    let graph = plain_with(json!({
        "20": node("Oracle", json!({"image": ["25", 0]})),
        "25": node("LoadImage", json!({"image": "fox.png"})),
        "6": node("Muse", json!({"conditioning": ["20", 0]})),
    }));
    let reading = traced(&graph);
    assert_eq!(reading.recipe.positive, "");
    assert!(
        reading
            .notices
            .iter()
            .any(|n| n.code == "unknown-node" && n.message.contains("Oracle"))
    );
    let reading = traced(&json!({"1": node("LoadImage", json!({"image": "fox.png"}))}));
    assert!(reading.unparsed);
    assert_eq!(reading.recipe.tool, "comfyui");
}

#[test]
fn an_infotext_helps_out_where_the_graph_loses_its_prompt() {
    let graph = plain_with(json!({"6": node("Muse", json!({"image": ["5", 0]}))}));
    let reading = read(&png(&[
        text("prompt", &graph.to_string()),
        text("parameters", common::INFOTEXT),
    ]));
    common::assert_fox(&reading);
    assert_eq!(reading.recipe.tool, "a1111");
    let empty =
        plain_with(json!({"6": node("CLIPTextEncode", json!({"text": "", "clip": ["4", 1]}))}));
    let reading = read(&png(&[
        text("prompt", &empty.to_string()),
        text("parameters", common::INFOTEXT),
    ]));
    assert_eq!(
        (
            reading.recipe.tool.as_str(),
            reading.recipe.positive.as_str()
        ),
        ("comfyui", "")
    );
}

#[test]
fn circles_and_missing_nodes_end() {
    let graph = plain_with(json!({
        "6": node("CLIPTextEncode", json!({"text": ["20", 0], "clip": ["4", 1]})),
        "20": node("StringConcatenate", json!({"string_a": ["21", 0], "string_b": "x"})),
        "21": node("StringConcatenate", json!({"string_a": ["20", 0], "string_b": "y"})),
        "7": node("ConditioningCombine", json!({"conditioning_1": ["7", 0], "conditioning_2": ["404", 0]})),
    }));
    assert_eq!(primary(&recipe(&graph)).steps, Some(21));
}

#[test]
fn a_chain_of_twenty_thousand_wires_is_walked() {
    let mut graph = plain_with(json!({
        "6": node("Reroute", json!({"": ["c0", 0]})),
        "20": node("CLIPTextEncode", json!({"text": "far away", "clip": ["4", 1]})),
    }));
    for at in 0..20_000 {
        let next = if at == 19_999 {
            "20".to_owned()
        } else {
            format!("c{}", at + 1)
        };
        let wire = if at % 2 == 0 {
            "Reroute"
        } else {
            "ConditioningPass"
        };
        graph[format!("c{at}")] = node(wire, json!({"conditioning": [next, 0]}));
    }
    assert_eq!(recipe(&graph).positive, "far away");
}

// The drawn form.

#[test]
fn the_executed_graph_wins_over_the_drawn_one() {
    let drawn = json!({"nodes": [{"id": 3, "type": "KSampler", "widgets_values": [1, "fixed", 2, 3, "euler", "normal", 1]}], "links": []});
    let reading = read(&png(&[
        text("workflow", &drawn.to_string()),
        text("prompt", PROMPT),
    ]));
    common::assert_fox(&reading);
    assert!(reading.has_workflow);
}

#[test]
fn bare_nan_does_not_hide_the_graph() {
    let graph = PROMPT.replace(
        "\"denoise\": 1",
        "\"denoise\": NaN, \"is_changed\": [-Infinity]",
    );
    common::assert_fox(&read(&png(&[text("prompt", &graph)])));
}
