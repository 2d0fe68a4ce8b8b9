//! `ComfyUI`: the usual graphs of three model families, as API graph and UI graph.

use domain::recipe::Sampling;

use super::{
    Family, Recipe,
    graph::{Graph, Output},
};
use crate::random::Random;

/// The API graph (`prompt`) and the UI graph (`workflow`) of a recipe.
pub(super) fn documents(recipe: &Recipe, word: &str) -> (String, String) {
    let mut graph = Graph::new(Random::new(recipe.whim, 4));
    let image = match recipe.family {
        Family::Flow => flow(&mut graph, recipe),
        Family::Large if refined(recipe) => base_and_refiner(&mut graph, recipe),
        _ => checkpoint(&mut graph, recipe),
    };
    graph
        .add("SaveImage", "Save Image", &[])
        .value(
            "filename_prefix",
            if recipe.whim.is_multiple_of(3) {
                word
            } else {
                "ComfyUI"
            },
        )
        .link("images", image)
        .done();
    let note = format!(
        "{word}: keep the seed, change one thing at a time. Good so far: {} steps, {}, cfg {}.",
        recipe.steps, recipe.sampler, recipe.cfg
    );
    (graph.api(), graph.ui(&note))
}

/// What these graphs do to the values: file names with extensions, guidance instead of cfg.
pub(super) fn correct(recipe: &Recipe, run: &mut Sampling) {
    run.model = Some(model_file(recipe));
    for lora in &mut run.loras {
        lora.name.push_str(".safetensors");
    }
    if recipe.family == Family::Flow {
        run.cfg = None;
        run.guidance = Some(recipe.cfg);
        run.negative.clear();
    }
}

/// Some people sort their checkpoints into folders, and some of them on Windows.
fn model_file(recipe: &Recipe) -> String {
    match recipe.whim % 7 {
        0 if recipe.family == Family::Large => format!("SDXL/{}", recipe.model),
        1 if recipe.family == Family::Large => format!("sdxl\\{}", recipe.model),
        _ => recipe.model.clone(),
    }
}

fn refined(recipe: &Recipe) -> bool {
    recipe.whim % 11 < 2 && recipe.hires.is_none()
}

/// Model and text encoder behind the LoRA chain.
fn with_loras(
    graph: &mut Graph,
    recipe: &Recipe,
    mut model: Output,
    mut clip: Output,
) -> (Output, Output) {
    for lora in &recipe.loras {
        let outputs = graph
            .add("LoraLoader", "Load LoRA", &["MODEL", "CLIP"])
            .value("lora_name", format!("{}.safetensors", lora.name))
            .value("strength_model", lora.weight)
            .value("strength_clip", 1.0)
            .link("model", model)
            .link("clip", clip)
            .done();
        (model, clip) = (outputs[0], outputs[1]);
    }
    (model, clip)
}

fn encode(graph: &mut Graph, text: &str, title: &str, clip: Output) -> Output {
    graph
        .add("CLIPTextEncode", title, &["CONDITIONING"])
        .value("text", text)
        .link("clip", clip)
        .done()[0]
}

fn decode(graph: &mut Graph, samples: Output, vae: Output) -> Output {
    graph
        .add("VAEDecode", "VAE Decode", &["IMAGE"])
        .link("samples", samples)
        .link("vae", vae)
        .done()[0]
}

fn latent(graph: &mut Graph, class: &'static str, (width, height): (u32, u32)) -> Output {
    graph
        .add(class, "Empty Latent Image", &["LATENT"])
        .value("width", width)
        .value("height", height)
        .value("batch_size", 1_u32)
        .done()[0]
}

/// One checkpoint, one sampler, and a second pass for pictures that were made larger.
fn checkpoint(graph: &mut Graph, recipe: &Recipe) -> Output {
    let loaded = graph
        .add(
            "CheckpointLoaderSimple",
            "Load Checkpoint",
            &["MODEL", "CLIP", "VAE"],
        )
        .value("ckpt_name", model_file(recipe))
        .done();
    let mut vae = loaded[2];
    if recipe.whim.is_multiple_of(4) {
        vae = graph
            .add("VAELoader", "Load VAE", &["VAE"])
            .value("vae_name", "softcolor-560k.safetensors")
            .done()[0];
    }
    let (model, mut clip) = with_loras(graph, recipe, loaded[0], loaded[1]);
    if recipe.family == Family::Small && recipe.whim.is_multiple_of(3) {
        clip = graph
            .add("CLIPSetLastLayer", "CLIP Set Last Layer", &["CLIP"])
            .value("stop_at_clip_layer", -2_i32)
            .link("clip", clip)
            .done()[0];
    }
    let positive = encode(
        graph,
        &recipe.prompt.positive,
        "CLIP Text Encode (Positive)",
        clip,
    );
    let negative = encode(
        graph,
        &recipe.prompt.negative,
        "CLIP Text Encode (Negative)",
        clip,
    );
    let empty = latent(graph, "EmptyLatentImage", recipe.size);
    let conditions = (model, positive, negative);
    let samples = sampler(graph, recipe, (recipe.steps, 1.0), conditions, empty);
    let Some(hires) = &recipe.hires else {
        return decode(graph, samples, vae);
    };
    if recipe.whim.is_multiple_of(2) {
        let larger = graph
            .add("LatentUpscaleBy", "Upscale Latent By", &["LATENT"])
            .value("upscale_method", "nearest-exact")
            .value("scale_by", hires.scale)
            .link("samples", samples)
            .done()[0];
        let again = sampler(
            graph,
            recipe,
            (hires.steps, hires.denoise),
            conditions,
            larger,
        );
        return decode(graph, again, vae);
    }
    let image = decode(graph, samples, vae);
    let upscaler = graph
        .add(
            "UpscaleModelLoader",
            "Load Upscale Model",
            &["UPSCALE_MODEL"],
        )
        .value("model_name", format!("{}.pth", hires.upscaler))
        .done()[0];
    graph
        .add(
            "ImageUpscaleWithModel",
            "Upscale Image (using Model)",
            &["IMAGE"],
        )
        .link("upscale_model", upscaler)
        .link("image", image)
        .done()[0]
}

fn sampler(
    graph: &mut Graph,
    recipe: &Recipe,
    (steps, denoise): (u32, f64),
    (model, positive, negative): (Output, Output, Output),
    samples: Output,
) -> Output {
    graph
        .add("KSampler", "KSampler", &["LATENT"])
        .seed("seed", recipe.seed)
        .value("steps", steps)
        .value("cfg", recipe.cfg)
        .value("sampler_name", recipe.sampler)
        .value("scheduler", recipe.scheduler)
        .value("denoise", denoise)
        .link("model", model)
        .link("positive", positive)
        .link("negative", negative)
        .link("latent_image", samples)
        .done()[0]
}

/// A base model for the first four fifths of the steps, its refiner for the rest.
fn base_and_refiner(graph: &mut Graph, recipe: &Recipe) -> Output {
    let load = |graph: &mut Graph, title: &str, file: String| {
        graph
            .add("CheckpointLoaderSimple", title, &["MODEL", "CLIP", "VAE"])
            .value("ckpt_name", file)
            .done()
    };
    let base = load(graph, "Load Checkpoint - BASE", model_file(recipe));
    let refiner = load(
        graph,
        "Load Checkpoint - REFINER",
        "harborXL_refiner_1.0.safetensors".to_owned(),
    );
    let (model, clip) = with_loras(graph, recipe, base[0], base[1]);
    let Recipe { prompt, .. } = recipe;
    let positive = encode(graph, &prompt.positive, "CLIP Text Encode (Prompt)", clip);
    let negative = encode(graph, &prompt.negative, "CLIP Text Encode (Prompt)", clip);
    let late_positive = encode(
        graph,
        &prompt.positive,
        "CLIP Text Encode (Refiner)",
        refiner[1],
    );
    let late_negative = encode(
        graph,
        &prompt.negative,
        "CLIP Text Encode (Refiner)",
        refiner[1],
    );
    let empty = latent(graph, "EmptyLatentImage", recipe.size);
    let turn = recipe.steps * 4 / 5;
    let first = advanced(
        graph,
        recipe,
        ("enable", 0, turn, "enable"),
        (model, positive, negative),
        empty,
    );
    let second = advanced(
        graph,
        recipe,
        ("disable", turn, 10_000, "disable"),
        (refiner[0], late_positive, late_negative),
        first,
    );
    decode(graph, second, base[2])
}

fn advanced(
    graph: &mut Graph,
    recipe: &Recipe,
    (noise, start, end, leftover): (&str, u32, u32, &str),
    (model, positive, negative): (Output, Output, Output),
    samples: Output,
) -> Output {
    graph
        .add("KSamplerAdvanced", "KSampler (Advanced)", &["LATENT"])
        .value("add_noise", noise)
        .seed(
            "noise_seed",
            if noise == "enable" { recipe.seed } else { 0 },
        )
        .value("steps", recipe.steps)
        .value("cfg", recipe.cfg)
        .value("sampler_name", recipe.sampler)
        .value("scheduler", recipe.scheduler)
        .value("start_at_step", start)
        .value("end_at_step", end)
        .value("return_with_leftover_noise", leftover)
        .link("model", model)
        .link("positive", positive)
        .link("negative", negative)
        .link("latent_image", samples)
        .done()[0]
}

/// A flow model: loaders one by one, a guider, and a sampler put together from parts.
fn flow(graph: &mut Graph, recipe: &Recipe) -> Output {
    let quantised = recipe
        .model
        .rsplit_once('.')
        .is_some_and(|(_, kind)| kind == "gguf");
    let mut model = if quantised {
        graph
            .add("UnetLoaderGGUF", "Unet Loader (GGUF)", &["MODEL"])
            .value("unet_name", recipe.model.as_str())
            .done()[0]
    } else {
        graph
            .add("UNETLoader", "Load Diffusion Model", &["MODEL"])
            .value("unet_name", recipe.model.as_str())
            .value(
                "weight_dtype",
                if recipe.model.contains("fp8") {
                    "fp8_e4m3fn"
                } else {
                    "default"
                },
            )
            .done()[0]
    };
    let clip = graph
        .add("DualCLIPLoader", "DualCLIPLoader", &["CLIP"])
        .value("clip_name1", "longtext_xxl_fp8.safetensors")
        .value("clip_name2", "shorttext_l.safetensors")
        .value("type", "flux")
        .value("device", "default")
        .done()[0];
    let vae = graph
        .add("VAELoader", "Load VAE", &["VAE"])
        .value("vae_name", "flow_ae.safetensors")
        .done()[0];
    for lora in &recipe.loras {
        model = graph
            .add("LoraLoaderModelOnly", "LoraLoaderModelOnly", &["MODEL"])
            .value("lora_name", format!("{}.safetensors", lora.name))
            .value("strength_model", lora.weight)
            .link("model", model)
            .done()[0];
    }
    let text = encode(
        graph,
        &recipe.prompt.positive,
        "CLIP Text Encode (Positive Prompt)",
        clip,
    );
    let guided = graph
        .add("FluxGuidance", "FluxGuidance", &["CONDITIONING"])
        .value("guidance", recipe.cfg)
        .link("conditioning", text)
        .done()[0];
    let noise = graph
        .add("RandomNoise", "RandomNoise", &["NOISE"])
        .seed("noise_seed", recipe.seed)
        .done()[0];
    let guider = graph
        .add("BasicGuider", "BasicGuider", &["GUIDER"])
        .link("model", model)
        .link("conditioning", guided)
        .done()[0];
    let sampler = graph
        .add("KSamplerSelect", "KSamplerSelect", &["SAMPLER"])
        .value("sampler_name", recipe.sampler)
        .done()[0];
    let sigmas = graph
        .add("BasicScheduler", "BasicScheduler", &["SIGMAS"])
        .value("scheduler", recipe.scheduler)
        .value("steps", recipe.steps)
        .value("denoise", 1.0)
        .link("model", model)
        .done()[0];
    let empty = latent(graph, "EmptySD3LatentImage", recipe.size);
    let samples = graph
        .add(
            "SamplerCustomAdvanced",
            "SamplerCustomAdvanced",
            &["LATENT", "LATENT"],
        )
        .link("noise", noise)
        .link("guider", guider)
        .link("sampler", sampler)
        .link("sigmas", sigmas)
        .link("latent_image", empty)
        .done()[0];
    decode(graph, samples, vae)
}
