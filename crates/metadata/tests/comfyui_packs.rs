//! Samplers, loaders and bundles of the node packages that many people use.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;
#[expect(dead_code, reason = "only some of the builders are needed here")]
mod graphs;

use domain::recipe::Recipe;
use graphs::{loras, node, plain_with, primary, prompts, recipe};
use serde_json::{Value, json};

/// Asserts the numbers of the run that made the picture.
fn assert_run(recipe: &Recipe, seed: u64, steps: u32, cfg: f64) {
    let run = primary(recipe);
    assert_eq!(
        (run.seed, run.steps, run.cfg),
        (Some(seed), Some(steps), Some(cfg)),
        "{run:?}"
    );
}

/// A graph that ends with a picture out of node `s`.
fn saved(changes: Value) -> Recipe {
    let mut graph = changes;
    graph["z"] = node(
        "SaveImage",
        json!({"images": ["s", 0], "filename_prefix": "x"}),
    );
    recipe(&graph)
}

#[test]
fn efficiency_nodes_are_read() {
    let recipe = saved(json!({
        "l": node("Efficient Loader", json!({"ckpt_name": "foxes.safetensors", "vae_name": "Baked VAE", "clip_skip": -2, "lora_name": "snow.safetensors",
            "lora_model_strength": 0.6, "lora_clip_strength": 1.0, "positive": "a fox", "negative": "blurry", "token_normalization": "none",
            "weight_interpretation": "comfy", "empty_latent_width": 512, "empty_latent_height": 768, "batch_size": 1})),
        "s": node("KSampler (Efficient)", json!({"seed": 5, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
            "preview_method": "auto", "vae_decode": "true", "model": ["l", 0], "positive": ["l", 1], "negative": ["l", 2], "latent_image": ["l", 3], "optional_vae": ["l", 4]})),
    }));
    assert_eq!(prompts(&recipe), ("a fox", "blurry"));
    assert_run(&recipe, 5, 20, 7.0);
    assert_eq!(recipe.models, ["foxes.safetensors"]);
    assert_eq!(loras(&recipe), [("snow.safetensors", Some(0.6))]);
    assert_eq!(
        (recipe.size, recipe.vae.as_deref()),
        (Some((512, 768)), None)
    );
}

#[test]
fn efficiency_nodes_for_sdxl_are_read() {
    let recipe = saved(json!({
        "l": node("Eff. Loader SDXL", json!({"base_ckpt_name": "base.safetensors", "base_clip_skip": -2, "refiner_ckpt_name": "refiner.safetensors",
            "refiner_clip_skip": -2, "positive_ascore": 6, "negative_ascore": 2, "vae_name": "sdxl.vae", "positive": "a fox", "negative": "blurry",
            "token_normalization": "none", "weight_interpretation": "comfy", "empty_latent_width": 1024, "empty_latent_height": 1024, "batch_size": 1})),
        "s": node("KSampler SDXL (Eff.)", json!({"noise_seed": 5, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "start_at_step": 0,
            "refine_at_step": 16, "sdxl_tuple": ["l", 0], "latent_image": ["l", 1], "optional_vae": ["l", 2]})),
    }));
    assert_eq!(prompts(&recipe), ("a fox", "blurry"));
    assert_run(&recipe, 5, 20, 7.0);
    assert_eq!(recipe.models, ["base.safetensors", "refiner.safetensors"]);
}

#[test]
fn easy_nodes_are_read() {
    let recipe = saved(json!({
        "l": node("easy fullLoader", json!({"ckpt_name": "foxes.safetensors", "config_name": "Default", "vae_name": "Baked VAE", "clip_skip": -1,
            "lora_name": "snow.safetensors", "lora_model_strength": 0.5, "lora_clip_strength": 1, "resolution": "width x height (custom)",
            "empty_latent_width": 640, "empty_latent_height": 960, "positive": ["p", 0], "positive_token_normalization": "none",
            "positive_weight_interpretation": "comfy", "negative": "blurry", "negative_token_normalization": "none", "negative_weight_interpretation": "comfy", "batch_size": 1})),
        "p": node("easy positive", json!({"positive": "a fox"})),
        "g": node("easy preSampling", json!({"steps": 25, "cfg": 6.5, "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 1, "seed": 77, "pipe": ["l", 0]})),
        "s": node("easy kSampler", json!({"image_output": "Preview", "link_id": 0, "save_prefix": "x", "pipe": ["g", 0]})),
    }));
    assert_eq!(prompts(&recipe), ("a fox", "blurry"));
    assert_run(&recipe, 77, 25, 6.5);
    assert_eq!(primary(&recipe).sampler.as_deref(), Some("dpmpp_2m"));
    assert_eq!(recipe.models, ["foxes.safetensors"]);
    assert_eq!(loras(&recipe), [("snow.safetensors", Some(0.5))]);
    assert_eq!(recipe.size, Some((640, 960)));
}

#[test]
fn tinyterra_nodes_are_read() {
    let recipe = saved(json!({
        "l": node("ttN pipeLoader_v2", json!({"ckpt_name": "foxes.safetensors", "config_name": "Default", "vae_name": "Baked VAE", "clip_skip": -1, "loras": "",
            "positive": "a fox", "positive_token_normalization": "none", "positive_weight_interpretation": "comfy", "negative": "blurry",
            "negative_token_normalization": "none", "negative_weight_interpretation": "comfy", "empty_latent_aspect": "width x height [custom]",
            "empty_latent_width": 512, "empty_latent_height": 768, "seed": 3})),
        "s": node("ttN pipeKSampler_v2", json!({"lora_name": "snow.safetensors", "lora_strength": 0.5, "upscale_method": "None", "upscale_model_name": "x4.pth", "factor": 2.0,
            "rescale": "by percentage", "percent": 50, "width": 1024, "height": 1024, "longer_side": 1024, "crop": "disabled", "sampler_state": "Sample",
            "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0, "image_output": "Save", "save_prefix": "x", "seed": 42, "pipe": ["l", 0]})),
    }));
    assert_eq!(prompts(&recipe), ("a fox", "blurry"));
    assert_run(&recipe, 42, 20, 7.0);
    assert_eq!(recipe.models, ["foxes.safetensors"]);
    assert_eq!(loras(&recipe), [("snow.safetensors", Some(0.5))]);
}

#[test]
fn impact_providers_regions_and_detailers_are_read() {
    let recipe = saved(json!({
        "4": node("CheckpointLoaderSimple", json!({"ckpt_name": "foxes.safetensors"})),
        "5": node("EmptyLatentImage", json!({"width": 512, "height": 768, "batch_size": 1})),
        "6": node("CLIPTextEncode", json!({"text": "a fox", "clip": ["4", 1]})),
        "7": node("CLIPTextEncode", json!({"text": "blurry", "clip": ["4", 1]})),
        "8": node("CLIPTextEncode", json!({"text": "a lake", "clip": ["4", 1]})),
        "b": node("ToBasicPipe", json!({"model": ["4", 0], "clip": ["4", 1], "vae": ["4", 2], "positive": ["6", 0], "negative": ["7", 0]})),
        "e": node("EditBasicPipe", json!({"basic_pipe": ["b", 0], "positive": ["8", 0]})),
        "p": node("KSamplerAdvancedProvider", json!({"cfg": 8, "sampler_name": "euler", "scheduler": "normal", "sigma_factor": 1, "basic_pipe": ["b", 0]})),
        "q": node("KSamplerAdvancedProvider", json!({"cfg": 8, "sampler_name": "euler", "scheduler": "normal", "sigma_factor": 1, "basic_pipe": ["e", 0]})),
        "r": node("RegionalPrompt", json!({"mask": ["5", 0], "advanced_sampler": ["q", 0]})),
        "s0": node("RegionalSampler", json!({"seed": 11, "seed_2nd": 0, "seed_2nd_mode": "ignore", "steps": 20, "base_only_steps": 2, "denoise": 1.0,
            "samples": ["5", 0], "base_sampler": ["p", 0], "regional_prompts": ["r", 0], "overlap_factor": 10})),
        "v": node("VAEDecode", json!({"samples": ["s0", 0], "vae": ["4", 2]})),
        "s": node("FaceDetailerPipe", json!({"guide_size": 384, "seed": 9, "steps": 12, "cfg": 6.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 0.4,
            "wildcard": "", "image": ["v", 0], "detailer_pipe": ["d", 0]})),
        "d": node("BasicPipeToDetailerPipe", json!({"wildcard": "", "basic_pipe": ["b", 0], "bbox_detector": ["u", 0]})),
        "u": node("UltralyticsDetectorProvider", json!({"model_name": "bbox/face.pt"})),
    }));
    assert!(recipe.positive.starts_with("a fox"), "{}", recipe.positive);
    assert_eq!(recipe.negative, "blurry");
    assert_run(&recipe, 11, 20, 8.0);
    assert_eq!(recipe.models, ["foxes.safetensors"]);
    assert_eq!(recipe.samplers.len(), 2);
    assert_eq!(recipe.samplers[1].seed, Some(9));
}

#[test]
fn inspire_nodes_are_read() {
    let graph = plain_with(json!({
        "g": node("GlobalSeed //Inspire", json!({"value": 123, "mode": true, "action": "fixed", "last_seed": ""})),
        "3": node("KSampler //Inspire", json!({"seed": 8, "steps": 20, "cfg": 7, "sampler_name": "euler", "scheduler": "normal", "denoise": 1, "noise_mode": "GPU(=A1111)",
            "batch_seed_mode": "incremental", "variation_seed": 0, "variation_strength": 0, "model": ["k", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]})),
        "k": node("LoraLoaderBlockWeight //Inspire", json!({"model": ["4", 0], "clip": ["4", 1], "category_filter": "All", "lora_name": "snow.safetensors", "strength_model": 0.8,
            "strength_clip": 1.0, "inverse": false, "seed": 4, "A": 4.0, "B": 1.0, "preset": "Preset", "block_vector": "1,1,1"})),
    }));
    let recipe = recipe(&graph);
    assert_run(&recipe, 8, 20, 7.0);
    assert_eq!(prompts(&recipe), ("a red fox in snow", "blurry"));
    assert_eq!(loras(&recipe), [("snow.safetensors", Some(0.8))]);
    assert_eq!(recipe.models, ["sd/foxes.safetensors"]);
}

#[test]
fn rgthree_contexts_and_seeds_are_followed() {
    let graph = plain_with(json!({
        "a": node("Context Big (rgthree)", json!({"model": ["4", 0], "clip": ["4", 1], "positive": ["6", 0], "seed": ["r", 0], "steps": 24, "cfg": 5.5,
            "sampler": "euler", "scheduler": "beta"})),
        "b": node("Context Big (rgthree)", json!({"base_ctx": ["a", 0], "negative": ["7", 0]})),
        "r": node("Seed (rgthree)", json!({"seed": 314})),
        "p": node("Power Lora Loader (rgthree)", json!({"PowerLoraLoaderHeaderWidget": {"type": "PowerLoraLoaderHeaderWidget"},
            "lora_1": {"on": true, "lora": "snow.safetensors", "strength": 0.7}, "➕ Add Lora": "", "model": ["b", 1], "clip": ["b", 2]})),
        "3": node("KSampler", json!({"seed": ["b", 8], "steps": ["b", 9], "cfg": ["b", 11], "sampler_name": ["b", 13], "scheduler": ["b", 14], "denoise": 1,
            "model": ["p", 0], "positive": ["b", 4], "negative": ["b", 5], "latent_image": ["5", 0]})),
    }));
    let recipe = recipe(&graph);
    assert_run(&recipe, 314, 24, 5.5);
    assert_eq!(primary(&recipe).scheduler.as_deref(), Some("beta"));
    assert_eq!(primary(&recipe).sampler.as_deref(), Some("euler"));
    assert_eq!(prompts(&recipe), ("a red fox in snow", "blurry"));
    assert_eq!(recipe.models, ["sd/foxes.safetensors"]);
    assert_eq!(loras(&recipe), [("snow.safetensors", Some(0.7))]);
}

#[test]
fn pipes_with_a_key_for_each_thing_are_followed() {
    let graph = plain_with(json!({
        "p": node("easy pipeIn", json!({"model": ["4", 0], "pos": ["6", 0], "neg": ["7", 0], "latent": ["5", 0], "vae": ["4", 2], "clip": ["4", 1]})),
        "3": node("easy fullkSampler", json!({"pipe": ["p", 0], "steps": 20, "cfg": 8.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1, "image_output": "Preview",
            "link_id": 0, "save_prefix": "x", "seed": 6})),
    }));
    let recipe = recipe(&graph);
    assert_run(&recipe, 6, 20, 8.0);
    assert_eq!(prompts(&recipe), ("a red fox in snow", "blurry"));
}

#[test]
fn values_held_by_small_nodes_are_followed() {
    for (class, inputs) in [
        ("Seed Generator", json!({"seed": 5})),
        ("CR Seed", json!({"seed": 5})),
        ("easy seed", json!({"seed": 5})),
        ("Seed", json!({"seed": 5})),
        ("INTConstant", json!({"value": 5})),
        ("Int Literal", json!({"int": 5})),
        ("ImpactInt", json!({"value": 5})),
        ("Number to Seed", json!({"number": ["n", 0]})),
        ("SeedNode", json!({"seed": 5})),
        ("SDXL Prompt Seed", json!({"seed_value": 5})),
        ("ttN seed", json!({"seed": 5})),
        ("SimpleMath+", json!({"value": "a", "a": ["n", 0]})),
    ] {
        let mut graph = plain_with(json!({
            "v": node(class, inputs),
            "n": node("Constant Number", json!({"number_type": "integer", "number": 5})),
        }));
        graph["3"]["inputs"]["seed"] = json!(["v", 0]);
        let seed = primary(&recipe(&graph)).seed;
        let want = (class != "SimpleMath+").then_some(5);
        assert_eq!(seed, want, "{class}");
    }
}

#[test]
fn switches_of_many_packages_let_their_choice_through() {
    for (class, inputs) in [
        (
            "ImpactSwitch",
            json!({"select": 2, "sel_mode": false, "input1": ["n", 0], "input2": ["y", 0]}),
        ),
        (
            "CR Text Input Switch",
            json!({"Input": 2, "text1": ["n", 0], "text2": ["y", 0]}),
        ),
        (
            "CR Text Input Switch (4 way)",
            json!({"Input": 2, "text1": ["n", 0], "text2": ["y", 0]}),
        ),
        (
            "Text Input Switch",
            json!({"boolean": true, "text_a": ["y", 0], "text_b": ["n", 0]}),
        ),
        (
            "easy anythingIndexSwitch",
            json!({"index": 1, "value0": ["n", 0], "value1": ["y", 0]}),
        ),
        (
            "easy textSwitch",
            json!({"input": 2, "text1": ["n", 0], "text2": ["y", 0]}),
        ),
        (
            "easy ifElse",
            json!({"boolean": true, "on_true": ["y", 0], "on_false": ["n", 0]}),
        ),
        (
            "Any Switch (rgthree)",
            json!({"any_01": ["y", 0], "any_02": ["n", 0]}),
        ),
        (
            "ImpactConditionalBranch",
            json!({"cond": true, "tt_value": ["y", 0], "ff_value": ["n", 0]}),
        ),
        (
            "LazySwitchKJ",
            json!({"switch": true, "on_false": ["n", 0], "on_true": ["y", 0]}),
        ),
        (
            "ComfySwitchNode",
            json!({"switch": false, "on_false": ["y", 0], "on_true": ["n", 0]}),
        ),
    ] {
        let mut graph = plain_with(json!({
            "n": node("PrimitiveString", json!({"value": "no"})),
            "y": node("PrimitiveString", json!({"value": "yes"})),
            "x": node(class, inputs),
        }));
        graph["6"]["inputs"]["text"] = json!(["x", 0]);
        assert_eq!(recipe(&graph).positive, "yes", "{class}");
    }
}

#[test]
fn lora_stacks_of_more_packages_are_read() {
    for (class, inputs) in [
        (
            "LoRA Stacker",
            json!({"input_mode": "simple", "lora_count": 1, "lora_name_1": "snow.safetensors", "lora_wt_1": 0.5, "model_str_1": 1, "clip_str_1": 1, "lora_name_2": "off.safetensors", "lora_wt_2": 1}),
        ),
        (
            "easy loraStack",
            json!({"toggle": true, "mode": "simple", "num_loras": 1, "lora_1_name": "snow.safetensors", "lora_1_strength": 0.5, "lora_1_model_strength": 0.5, "lora_1_clip_strength": 0.5, "lora_2_name": "None", "lora_2_strength": 1}),
        ),
        (
            "Lora Loader Stack (rgthree)",
            json!({"lora_01": "snow.safetensors", "strength_01": 0.5, "lora_02": "None", "strength_02": 1, "model": ["4", 0], "clip": ["4", 1]}),
        ),
        (
            "CR LoRA Stack",
            json!({"switch_1": "On", "lora_name_1": "snow.safetensors", "model_weight_1": 0.5, "clip_weight_1": 0.5, "switch_2": "Off", "lora_name_2": "off.safetensors", "model_weight_2": 1}),
        ),
        (
            "WanVideoLoraSelect",
            json!({"lora": "snow.safetensors", "strength": 0.5, "low_mem_load": false}),
        ),
        (
            "LoraLoaderModelOnly",
            json!({"lora_name": "snow.safetensors", "strength_model": 0.5, "model": ["4", 0]}),
        ),
        (
            "NunchakuFluxLoraLoader",
            json!({"lora_name": "snow.safetensors", "lora_strength": 0.5, "model": ["4", 0]}),
        ),
    ] {
        let mut graph = plain_with(json!({
            "k": node(class, inputs),
            "a": node("CR Apply LoRA Stack", json!({"model": ["4", 0], "clip": ["4", 1], "lora_stack": ["k", 0]})),
        }));
        let from = if class.contains("Loader") { "k" } else { "a" };
        graph["3"]["inputs"]["model"] = json!([from, 0]);
        let recipe = recipe(&graph);
        assert_eq!(loras(&recipe), [("snow.safetensors", Some(0.5))], "{class}");
        assert_eq!(recipe.models, ["sd/foxes.safetensors"], "{class}");
    }
}
