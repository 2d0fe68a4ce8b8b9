//! Pipelines of the base models that people use, and what they start from.
#![expect(
    clippy::needless_pass_by_value,
    reason = "`json!` at the place of use reads best"
)]

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;
#[expect(dead_code, reason = "only some of the builders are needed here")]
mod graphs;

use graphs::{beside, loras, node, plain_with, primary, prompts, recipe, traced};
use serde_json::{Value, json};

/// Loaders and texts that most newer models are made of, and the end of the graph.
fn modern(changes: Value) -> Value {
    let mut graph = json!({
        "u": node("UNETLoader", json!({"unet_name": "base.safetensors", "weight_dtype": "default"})),
        "c": node("CLIPLoader", json!({"clip_name": "encoder.safetensors", "type": "wan"})),
        "v": node("VAELoader", json!({"vae_name": "vae.safetensors"})),
        "6": node("CLIPTextEncode", json!({"text": "a fox", "clip": ["c", 0]})),
        "7": node("CLIPTextEncode", json!({"text": "blurry", "clip": ["c", 0]})),
        "5": node("EmptySD3LatentImage", json!({"width": 1024, "height": 768, "batch_size": 1})),
        "8": node("VAEDecode", json!({"samples": ["3", 0], "vae": ["v", 0]})),
        "9": node("SaveImage", json!({"images": ["8", 0], "filename_prefix": "x"})),
    });
    let map = graph.as_object_mut().expect("a map");
    map.extend(changes.as_object().expect("a map").clone());
    graph
}

fn ksampler(model: &str, positive: Value, negative: Value) -> Value {
    node(
        "KSampler",
        json!({"seed": 4, "steps": 20, "cfg": 3.5, "sampler_name": "euler", "scheduler": "simple", "denoise": 1,
        "model": [model, 0], "positive": positive, "negative": negative, "latent_image": ["5", 0]}),
    )
}

#[test]
fn models_that_are_merged_are_all_named() {
    let graph = plain_with(json!({
        "20": node("CheckpointLoaderSimple", json!({"ckpt_name": "wolves.safetensors"})),
        "21": node("ModelMergeSimple", json!({"ratio": 0.5, "model1": ["4", 0], "model2": ["20", 0]})),
        "3": node("KSampler", json!({"seed": 1, "steps": 2, "cfg": 3, "model": ["21", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]})),
    }));
    assert_eq!(
        recipe(&graph).models,
        ["sd/foxes.safetensors", "wolves.safetensors"]
    );
}

#[test]
fn loaders_of_quantised_and_split_models_are_read() {
    for (class, inputs) in [
        ("UnetLoaderGGUF", json!({"unet_name": "base.gguf"})),
        (
            "UnetLoaderGGUFAdvanced",
            json!({"unet_name": "base.gguf", "dequant_dtype": "default", "patch_dtype": "default", "patch_on_device": false}),
        ),
        (
            "NunchakuFluxDiTLoader",
            json!({"model_path": "base.gguf", "cache_threshold": 0, "attention": "nunchaku-fp16"}),
        ),
        ("LoaderGGUF", json!({"gguf_name": "base.gguf"})),
        (
            "DiffusionModelLoaderKJ",
            json!({"model_name": "base.gguf", "weight_dtype": "default", "compute_dtype": "default"}),
        ),
        (
            "CheckpointLoader|pysssss",
            json!({"ckpt_name": {"content": "base.gguf", "image": null}}),
        ),
        (
            "Checkpoint Loader (Simple)",
            json!({"ckpt_name": "base.gguf"}),
        ),
        ("ttN pipeLoader", json!({"ckpt_name": "base.gguf"})),
    ] {
        let graph = modern(
            json!({"u": node(class, inputs), "3": ksampler("m", json!(["6", 0]), json!(["7", 0])),
            "m": node("ModelSamplingAuraFlow", json!({"shift": 3, "model": ["u", 0]}))}),
        );
        assert_eq!(recipe(&graph).models, ["base.gguf"], "{class}");
    }
}

#[test]
fn pictures_edited_by_word_tell_the_word_and_the_picture() {
    let graph = modern(json!({
        "i": node("LoadImage", json!({"image": "before.png"})),
        "s": node("FluxKontextImageScale", json!({"image": ["i", 0]})),
        "6": node("TextEncodeQwenImageEditPlus", json!({"prompt": "make it snow", "clip": ["c", 0], "vae": ["v", 0], "image1": ["s", 0]})),
        "7": node("TextEncodeQwenImageEditPlus", json!({"prompt": "", "clip": ["c", 0], "vae": ["v", 0], "image1": ["s", 0]})),
        "e": node("VAEEncode", json!({"pixels": ["s", 0], "vae": ["v", 0]})),
        "l": node("LoraLoaderModelOnly", json!({"lora_name": "lightning.safetensors", "strength_model": 1, "model": ["u", 0]})),
        "n": node("CFGNorm", json!({"strength": 1, "model": ["l", 0]})),
        "3": node("KSampler", json!({"seed": 4, "steps": 4, "cfg": 1.0, "sampler_name": "euler", "scheduler": "simple", "denoise": 1,
            "model": ["n", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["e", 0]})),
    }));
    let recipe = recipe(&graph);
    assert_eq!(prompts(&recipe), ("make it snow", ""));
    assert_eq!(beside(&recipe, "input image"), ["before.png"]);
    assert_eq!(recipe.models, ["base.safetensors"]);
    assert_eq!(loras(&recipe), [("lightning.safetensors", Some(1.0))]);
}

#[test]
fn inpainting_tells_its_picture_and_keeps_both_prompts() {
    let graph = plain_with(json!({
        "20": node("LoadImage", json!({"image": "hole.png"})),
        "21": node("InpaintModelConditioning", json!({"noise_mask": true, "positive": ["6", 0], "negative": ["7", 0], "vae": ["4", 2], "pixels": ["20", 0], "mask": ["20", 1]})),
        "3": node("KSampler", json!({"seed": 1, "steps": 2, "cfg": 3, "denoise": 0.6, "sampler_name": "euler", "scheduler": "normal", "model": ["4", 0],
            "positive": ["21", 0], "negative": ["21", 1], "latent_image": ["21", 2]})),
    }));
    let recipe = recipe(&graph);
    assert_eq!(prompts(&recipe), ("a red fox in snow", "blurry"));
    assert_eq!(beside(&recipe, "input image"), ["hole.png"]);
    assert_eq!(primary(&recipe).denoise, Some(0.6));
}

#[test]
fn two_samplers_for_high_and_low_noise_are_both_told() {
    let advanced = |model: &str, latent: Value, seed, start, end| {
        node(
            "KSamplerAdvanced",
            json!({"add_noise": "enable", "noise_seed": seed, "steps": 20, "cfg": 3.5, "sampler_name": "euler", "scheduler": "simple",
            "start_at_step": start, "end_at_step": end, "return_with_leftover_noise": "enable", "model": [model, 0], "positive": ["i", 0], "negative": ["i", 1], "latent_image": latent}),
        )
    };
    let graph = modern(json!({
        "uh": node("UNETLoader", json!({"unet_name": "wan_high.safetensors"})),
        "ul": node("UNETLoader", json!({"unet_name": "wan_low.safetensors"})),
        "mh": node("ModelSamplingSD3", json!({"shift": 8, "model": ["uh", 0]})),
        "ml": node("ModelSamplingSD3", json!({"shift": 8, "model": ["ul", 0]})),
        "p": node("LoadImage", json!({"image": "first.png"})),
        "i": node("WanImageToVideo", json!({"width": 640, "height": 480, "length": 81, "batch_size": 1, "positive": ["6", 0], "negative": ["7", 0], "vae": ["v", 0], "start_image": ["p", 0]})),
        "h": advanced("mh", json!(["i", 2]), 7, 0, 10),
        "3": advanced("ml", json!(["h", 0]), 0, 10, 10_000),
        "w": node("CreateVideo", json!({"fps": 16, "images": ["8", 0]})),
        "9": node("SaveVideo", json!({"filename_prefix": "x", "format": "auto", "codec": "auto", "video": ["w", 0]})),
    }));
    let recipe = recipe(&graph);
    assert_eq!(prompts(&recipe), ("a fox", "blurry"));
    assert_eq!(
        recipe.models,
        ["wan_high.safetensors", "wan_low.safetensors"]
    );
    assert_eq!((recipe.samplers.len(), primary(&recipe).seed), (2, Some(7)));
    assert_eq!(recipe.size, Some((640, 480)));
    assert_eq!(beside(&recipe, "input image"), ["first.png"]);
}

#[test]
fn wrapped_video_models_are_read() {
    let graph = json!({
        "m": node("WanVideoModelLoader", json!({"model": "wan.safetensors", "base_precision": "fp16", "quantization": "disabled", "load_device": "offload_device", "lora": ["l", 0]})),
        "l": node("WanVideoLoraSelect", json!({"lora": "snow.safetensors", "strength": 0.8})),
        "t": node("LoadWanVideoT5TextEncoder", json!({"model_name": "t5.safetensors", "precision": "bf16"})),
        "e": node("WanVideoTextEncode", json!({"positive_prompt": "a fox", "negative_prompt": "blurry", "force_offload": true, "t5": ["t", 0]})),
        "i": node("WanVideoEmptyEmbeds", json!({"width": 832, "height": 480, "num_frames": 81})),
        "s": node("WanVideoSampler", json!({"steps": 30, "cfg": 6.0, "shift": 5.0, "seed": 57, "force_offload": true, "scheduler": "unipc", "riflex_freq_index": 0,
            "denoise_strength": 1.0, "model": ["m", 0], "text_embeds": ["e", 0], "image_embeds": ["i", 0]})),
        "d": node("WanVideoDecode", json!({"vae": ["v", 0], "samples": ["s", 0]})),
        "v": node("WanVideoVAELoader", json!({"model_name": "wan_vae.safetensors", "precision": "bf16"})),
        "o": node("VHS_VideoCombine", json!({"frame_rate": 16, "filename_prefix": "x", "images": ["d", 0]})),
    });
    let recipe = recipe(&graph);
    let run = primary(&recipe);
    assert_eq!(prompts(&recipe), ("a fox", "blurry"));
    assert_eq!(
        (run.seed, run.steps, run.cfg),
        (Some(57), Some(30), Some(6.0))
    );
    assert_eq!(recipe.models, ["wan.safetensors"]);
    assert_eq!(loras(&recipe), [("snow.safetensors", Some(0.8))]);
    assert_eq!(recipe.size, Some((832, 480)));
    assert_eq!(recipe.vae.as_deref(), Some("wan_vae.safetensors"));
}

#[test]
fn hunyuan_hidream_chroma_and_ltx_are_read() {
    let guided = json!({
        "g": node("BasicGuider", json!({"model": ["u", 0], "conditioning": ["f", 0]})),
        "f": node("FluxGuidance", json!({"guidance": 6.0, "conditioning": ["6", 0]})),
        "n": node("RandomNoise", json!({"noise_seed": 12})),
        "k": node("KSamplerSelect", json!({"sampler_name": "euler"})),
        "b": node("BasicScheduler", json!({"scheduler": "simple", "steps": 20, "denoise": 1, "model": ["u", 0]})),
        "5": node("EmptyHunyuanLatentVideo", json!({"width": 848, "height": 480, "length": 73, "batch_size": 1})),
        "3": node("SamplerCustomAdvanced", json!({"noise": ["n", 0], "guider": ["g", 0], "sampler": ["k", 0], "sigmas": ["b", 0], "latent_image": ["5", 0]})),
    });
    let hunyuan = recipe(&modern(guided.clone()));
    let run = primary(&hunyuan);
    assert_eq!(
        (run.seed, run.steps, run.guidance),
        (Some(12), Some(20), Some(6.0))
    );
    assert_eq!(
        (hunyuan.size, prompts(&hunyuan)),
        (Some((848, 480)), ("a fox", ""))
    );

    let mut chroma = guided.clone();
    chroma["g"] = node(
        "CFGGuider",
        json!({"cfg": 3.8, "model": ["u", 0], "positive": ["6", 0], "negative": ["7", 0]}),
    );
    let chroma = recipe(&modern(chroma));
    assert_eq!(
        (primary(&chroma).cfg, prompts(&chroma)),
        (Some(3.8), ("a fox", "blurry"))
    );

    let mut ltx = guided;
    ltx["g"] = node(
        "CFGGuider",
        json!({"cfg": 3.0, "model": ["u", 0], "positive": ["x", 0], "negative": ["x", 1]}),
    );
    ltx["x"] = node(
        "LTXVConditioning",
        json!({"frame_rate": 25, "positive": ["6", 0], "negative": ["7", 0]}),
    );
    ltx["b"] = node(
        "LTXVScheduler",
        json!({"steps": 30, "max_shift": 2.05, "base_shift": 0.95, "stretch": true, "terminal": 0.1, "latent": ["5", 0]}),
    );
    ltx["5"] = node(
        "EmptyLTXVLatentVideo",
        json!({"width": 768, "height": 512, "length": 97, "batch_size": 1}),
    );
    let ltx = recipe(&modern(ltx));
    let run = primary(&ltx);
    assert_eq!(
        (run.steps, run.scheduler.as_deref()),
        (Some(30), Some("LTXVScheduler"))
    );
    assert_eq!(
        (ltx.size, prompts(&ltx)),
        (Some((768, 512)), ("a fox", "blurry"))
    );

    let hidream = recipe(&modern(json!({
        "6": node("CLIPTextEncodeHiDream", json!({"clip_l": "a fox", "clip_g": "a fox", "t5xxl": "a fox", "llama": "a fox in detail", "clip": ["c", 0]})),
        "3": ksampler("u", json!(["6", 0]), json!(["7", 0])),
    })));
    assert_eq!(hidream.positive, "a fox\na fox in detail");
}

#[test]
fn services_tell_prompt_and_model() {
    for (class, inputs, prompt, model) in [
        (
            "FluxProUltraImageNode",
            json!({"prompt": "a fox", "prompt_upsampling": false, "seed": 3, "aspect_ratio": "16:9", "raw": false}),
            "a fox",
            None,
        ),
        (
            "OpenAIGPTImage1",
            json!({"prompt": "a fox", "seed": 3, "quality": "low", "model": "gpt-image-1"}),
            "a fox",
            Some("gpt-image-1"),
        ),
        (
            "GeminiImageNode",
            json!({"prompt": "a fox", "model": "gemini-image", "seed": 3, "images": ["i", 0]}),
            "a fox",
            Some("gemini-image"),
        ),
        (
            "KlingTextToVideoNode",
            json!({"prompt": "a fox", "negative_prompt": "blurry", "cfg_scale": 0.5, "aspect_ratio": "16:9", "mode": "std", "model_name": "kling-v1"}),
            "a fox",
            Some("kling-v1"),
        ),
        (
            "IdeogramV3",
            json!({"prompt": "a fox", "seed": 3, "magic_prompt_option": "AUTO"}),
            "a fox",
            None,
        ),
    ] {
        let reading = traced(&json!({
            "i": node("LoadImage", json!({"image": "in.png"})),
            "s": node(class, inputs),
            "z": node("SaveImage", json!({"images": ["s", 0], "filename_prefix": "x"})),
        }));
        assert_eq!(reading.recipe.positive, prompt, "{class}");
        assert_eq!(
            reading.recipe.models.first().map(String::as_str),
            model,
            "{class}"
        );
        assert!(!reading.unparsed, "{class}");
    }
}

#[test]
fn sound_and_solids_are_named_and_not_misread() {
    let sound = recipe(&json!({
        "m": node("CheckpointLoaderSimple", json!({"ckpt_name": "ace_step.safetensors"})),
        "e": node("EmptyAceStepLatentAudio", json!({"seconds": 120, "batch_size": 1})),
        "p": node("TextEncodeAceStepAudio", json!({"tags": "calm, piano", "lyrics": "[verse]\nsnow falls", "lyrics_strength": 1, "clip": ["m", 1]})),
        "n": node("ConditioningZeroOut", json!({"conditioning": ["p", 0]})),
        "k": node("KSampler", json!({"seed": 6, "steps": 50, "cfg": 5, "sampler_name": "euler", "scheduler": "simple", "denoise": 1, "model": ["m", 0],
            "positive": ["p", 0], "negative": ["n", 0], "latent_image": ["e", 0]})),
        "d": node("VAEDecodeAudio", json!({"samples": ["k", 0], "vae": ["m", 2]})),
        "s": node("SaveAudioMP3", json!({"filename_prefix": "x", "quality": "V0", "audio": ["d", 0]})),
    }));
    assert_eq!(prompts(&sound), ("calm, piano\n[verse]\nsnow falls", ""));
    assert_eq!(
        (primary(&sound).seed, primary(&sound).steps),
        (Some(6), Some(50))
    );
    assert_eq!(sound.models, ["ace_step.safetensors"]);

    let solid = recipe(&json!({
        "m": node("ImageOnlyCheckpointLoader", json!({"ckpt_name": "hunyuan3d.safetensors"})),
        "i": node("LoadImage", json!({"image": "fox.png"})),
        "v": node("CLIPVisionEncode", json!({"crop": "none", "clip_vision": ["m", 1], "image": ["i", 0]})),
        "c": node("Hunyuan3Dv2Conditioning", json!({"clip_vision_output": ["v", 0]})),
        "e": node("EmptyLatentHunyuan3Dv2", json!({"resolution": 3072, "batch_size": 1})),
        "k": node("KSampler", json!({"seed": 6, "steps": 30, "cfg": 7.5, "sampler_name": "euler", "scheduler": "normal", "denoise": 1, "model": ["m", 0],
            "positive": ["c", 0], "negative": ["c", 1], "latent_image": ["e", 0]})),
        "d": node("VAEDecodeHunyuan3D", json!({"num_chunks": 8000, "octree_resolution": 256, "samples": ["k", 0], "vae": ["m", 2]})),
        "x": node("VoxelToMesh", json!({"algorithm": "surface net", "threshold": 0.6, "voxel": ["d", 0]})),
        "s": node("SaveGLB", json!({"filename_prefix": "x", "mesh": ["x", 0]})),
    }));
    assert_eq!(prompts(&solid), ("", ""));
    assert_eq!(primary(&solid).seed, Some(6));
    assert_eq!(beside(&solid, "input image"), ["fox.png"]);
}

#[test]
fn upscalers_and_second_passes_are_told() {
    let graph = plain_with(json!({
        "20": node("UpscaleModelLoader", json!({"model_name": "x4.pth"})),
        "21": node("UltimateSDUpscale", json!({"upscale_by": 2, "seed": 5, "steps": 10, "cfg": 6, "sampler_name": "euler", "scheduler": "normal", "denoise": 0.2, "mode_type": "Linear",
            "tile_width": 512, "tile_height": 512, "image": ["8", 0], "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "vae": ["4", 2], "upscale_model": ["20", 0]})),
        "9": node("SaveImage", json!({"images": ["21", 0]})),
    }));
    let recipe = recipe(&graph);
    assert_eq!((recipe.samplers.len(), recipe.primary), (2, 0));
    assert_eq!(recipe.samplers[1].denoise, Some(0.2));
    assert_eq!(recipe.models, ["sd/foxes.safetensors"]);
    assert_eq!(beside(&recipe, "upscaler"), ["x4.pth"]);
    assert_eq!(recipe.size, Some((512, 768)));
}

#[test]
fn a_picture_that_is_only_passed_on_has_no_prompt_but_its_source() {
    let reading = traced(&json!({
        "i": node("LoadImage", json!({"image": "in.png"})),
        "u": node("ImageUpscaleWithModel", json!({"upscale_model": ["m", 0], "image": ["i", 0]})),
        "m": node("UpscaleModelLoader", json!({"model_name": "x4.pth"})),
        "z": node("SaveImage", json!({"images": ["u", 0], "filename_prefix": "x"})),
    }));
    assert_eq!(prompts(&reading.recipe), ("", ""));
    assert_eq!(beside(&reading.recipe, "input image"), ["in.png"]);
    assert!(reading.recipe.models.is_empty());
}
