//! The lesser known records of a family of generators: other ages, forks, other places.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use common::{INFOTEXT, PROMPT, assert_fox, jpeg, png, read, text, tiff, unicode_comment, webp};
use domain::recipe::Recipe;
use serde_json::json;

fn of(blocks: &[(&str, &str)]) -> Recipe {
    let blocks: Vec<_> = blocks.iter().map(|(key, value)| text(key, value)).collect();
    read(&png(&blocks)).recipe
}

fn extra<'r>(recipe: &'r Recipe, name: &str) -> Option<&'r str> {
    let found = recipe.extra.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

/// Tool, prompts and seed.
fn summary(recipe: &Recipe) -> (&str, &str, &str, Option<u64>) {
    let seed = recipe.primary().and_then(|run| run.seed);
    (&recipe.tool, &recipe.positive, &recipe.negative, seed)
}

const FOX: (&str, &str, Option<u64>) = ("a fox", "bad", Some(7));

fn assert_summary(recipe: &Recipe, tool: &str) {
    let (positive, negative, seed) = FOX;
    assert_eq!(summary(recipe), (tool, positive, negative, seed));
}

#[test]
fn an_invokeai_graph_stands_in_for_a_missing_summary() {
    let edge = |from: &str, to: &str, field: &str| json!({"source": {"node_id": from, "field": "x"}, "destination": {"node_id": to, "field": field}});
    let graph = json!({"id": "g", "nodes": {
        "pos": {"id": "pos", "type": "compel", "prompt": "a fox"},
        "all": {"id": "all", "type": "collect"},
        "neg": {"id": "neg", "type": "compel", "prompt": "bad"},
        "noise": {"id": "noise", "type": "noise", "seed": 7, "width": 512, "height": 768},
        "loader": {"id": "loader", "type": "main_model_loader", "model": {"name": "foxes"}},
        "d": {"id": "d", "type": "denoise_latents", "steps": 30, "cfg_scale": 7.5, "scheduler": "euler"}},
        "edges": [edge("pos", "all", "item"), edge("all", "d", "positive_conditioning"),
            edge("neg", "d", "negative_conditioning"), edge("noise", "d", "noise"), edge("loader", "d", "unet")]});
    let recipe = of(&[("invokeai_graph", &graph.to_string())]);
    assert_summary(&recipe, "invokeai");
    assert_eq!(recipe.models, ["foxes"]);
    assert_eq!(recipe.primary().unwrap().steps, Some(30));
    let core = json!({"nodes": {"core_metadata": {"type": "core_metadata", "positive_prompt": "a fox",
        "negative_prompt": "bad", "seed": 7, "steps": 20}}, "edges": []});
    assert_summary(&of(&[("invokeai_graph", &core.to_string())]), "invokeai");
}

#[test]
fn an_invokeai_graph_that_runs_in_a_circle_ends() {
    let edge = |from: &str, to: &str| json!({"source": {"node_id": from}, "destination": {"node_id": to, "field": "noise"}});
    let graph = json!({"nodes": {"d": {"type": "denoise_latents"}, "e": {"type": "collect"}},
        "edges": [edge("d", "e"), edge("e", "d")]});
    assert_eq!(
        of(&[("invokeai_graph", &graph.to_string())]).tool,
        "invokeai"
    );
}

#[test]
fn invokeai_summaries_are_read_from_the_envelope_of_converted_pictures() {
    let inner =
        json!({"positive_prompt": "a fox", "negative_prompt": "bad", "seed": 7, "steps": 20})
            .to_string();
    let envelope = json!({"invokeai_metadata": inner}).to_string();
    let exif = tiff(&[], None, Some(&unicode_comment(&envelope, false)));
    assert_summary(&read(&webp(&[(b"EXIF", exif)])).recipe, "invokeai");
}

#[test]
fn novelai_characters_are_part_of_the_prompt_and_kept_apart() {
    let comment = json!({"prompt": "a den", "uc": "bad", "scale": 5, "seed": 7, "steps": 28,
        "v4_prompt": {"caption": {"base_caption": "a den", "char_captions": [
            {"char_caption": "red fox", "centers": [{"x": 0.5, "y": 0.5}]}, {"char_caption": "grey wolf"}]}},
        "v4_negative_prompt": {"caption": {"base_caption": "bad", "char_captions": [{"char_caption": "hat"}]}}});
    let recipe = of(&[("Software", "NovelAI"), ("Comment", &comment.to_string())]);
    assert_eq!(recipe.positive, "a den\nred fox\ngrey wolf");
    assert_eq!(recipe.negative, "bad\nhat");
    assert_eq!(extra(&recipe, "character 2"), Some("grey wolf"));
    assert_eq!(recipe.primary().unwrap().negative, recipe.negative);
}

#[test]
fn the_earliest_novelai_pictures_have_only_a_description() {
    let recipe = of(&[
        ("Software", "NovelAI"),
        ("Description", "a fox"),
        ("Source", "Stable Diffusion 1D44365E"),
    ]);
    assert_eq!(summary(&recipe), ("novelai", "a fox", "", None));
    assert_eq!(recipe.models, ["Stable Diffusion 1D44365E"]);
}

#[test]
fn fooocus_is_read_from_exif_in_both_schemes() {
    let settings = json!({"prompt": "a fox", "negative_prompt": "bad", "seed": 7, "base_model": "x",
        "performance": "Speed", "lora_combined_1": "snow : 0.5", "lora_combined_2": "None : 1.0"});
    let exif = |comment: &str, scheme: &str| {
        let tags = [(0x0131, "Fooocus v2.5.5"), (0x927c, scheme)];
        tiff(&tags, None, Some(&unicode_comment(comment, false)))
    };
    for file in [
        jpeg(&[(
            0xe1,
            [b"Exif\0\0", &exif(&settings.to_string(), "fooocus")[..]].concat(),
        )]),
        webp(&[(b"EXIF", exif(&settings.to_string(), "fooocus"))]),
    ] {
        let recipe = read(&file).recipe;
        assert_summary(&recipe, "fooocus");
        assert_eq!((recipe.loras.len(), recipe.loras[0].weight), (1, Some(0.5)));
    }
    let infotext = format!("{INFOTEXT}, Version: Fooocus v2.5.5");
    let reading = read(&webp(&[(b"EXIF", exif(&infotext, "a1111"))]));
    assert_fox(&reading);
    assert_eq!(reading.recipe.tool, "fooocus");
    let file = png(&[
        text("parameters", INFOTEXT),
        text("fooocus_scheme", "a1111"),
    ]);
    assert_eq!(read(&file).recipe.tool, "fooocus");
}

#[test]
fn the_mre_fork_of_fooocus_writes_comments() {
    let settings = json!({"prompt": "a fox", "negative_prompt": "bad", "seed": 7, "steps": 30, "cfg": 7.0,
        "real_prompt": ["cinematic fox"], "positive_prompt_strength": 1.0, "base_model": "sdxl.safetensors",
        "l1": "snow.safetensors", "w1": 0.5, "l2": "None", "w2": 0.5});
    let comment = settings.to_string();
    for recipe in [
        of(&[("Comment", &comment)]),
        read(&jpeg(&[(0xfe, comment.clone().into_bytes())])).recipe,
    ] {
        assert_summary(&recipe, "fooocus-mre");
        assert_eq!(recipe.loras[0].name, "snow.safetensors");
        assert_eq!(recipe.models, ["sdxl.safetensors"]);
    }
}

#[test]
fn swarmui_is_read_in_its_three_places() {
    let settings =
        json!({"sui_image_params": {"prompt": "a fox", "negativeprompt": "bad", "seed": 7}})
            .to_string();
    assert_summary(&of(&[("parameters", &settings)]), "swarmui");
    let comment = tiff(&[], None, Some(&unicode_comment(&settings, true)));
    let legacy = tiff(&[(0x0110, &settings)], None, None);
    for exif in [comment, legacy] {
        assert_summary(&read(&webp(&[(b"EXIF", exif)])).recipe, "swarmui");
    }
}

#[test]
fn easy_diffusion_is_read_from_user_comments() {
    let settings = json!({"prompt": "a fox", "negative_prompt": "bad", "seed": 7, "num_inference_steps": 21,
        "guidance_scale": 6.5, "use_stable_diffusion_model": "foxes", "use_lora_model": ["snow"], "lora_alpha": [0.5]});
    let exif = tiff(
        &[],
        None,
        Some(&unicode_comment(&settings.to_string(), false)),
    );
    let recipe = read(&jpeg(&[(0xe1, [b"Exif\0\0", &exif[..]].concat())])).recipe;
    assert_summary(&recipe, "easydiffusion");
    assert_eq!(recipe.loras[0].weight, Some(0.5));
}

#[test]
fn tensorart_lists_its_models() {
    let settings = json!({"prompt": "a fox", "negativePrompt": "bad", "seed": "7", "steps": 20, "cfgScale": 7,
        "samplerName": "DPM++ 2M Karras", "baseModel": {"modelFileName": "foxes", "hash": "AB"},
        "models": [{"type": "LORA", "modelFileName": "snow", "weight": 1.1}, {"type": "BASE_MODEL", "label": "foxes"}]});
    let recipe = of(&[
        ("generation_data", &format!("{settings}\0")),
        ("prompt", PROMPT),
    ]);
    assert_summary(&recipe, "tensorart");
    assert_eq!(
        (recipe.models.len(), recipe.loras[0].weight),
        (1, Some(1.1))
    );
}

#[test]
fn forge_words_have_their_fields_and_names() {
    let info = format!(
        "{INFOTEXT}, Distilled CFG Scale: 3.5, Module 1: ae, Module 2: t5xxl_fp16, Diffusion in Low Bits: Automatic, \
         Version: f2.0.1v1.10.1-previous-635"
    );
    let recipe = of(&[
        ("parameters", &info),
        ("postprocessing", "Postprocess upscale by: 4"),
    ]);
    assert_eq!(recipe.tool, "forge");
    assert_eq!(recipe.primary().unwrap().guidance, Some(3.5));
    assert_eq!(extra(&recipe, "Module 2"), Some("t5xxl_fp16"));
    assert_eq!(extra(&recipe, "Postprocess upscale by"), Some("4"));
    for (words, tool) in [
        ("App: SD.Next, Version: 8b5ed9b", "sdnext"),
        ("Version: f1.0-reforge", "reforge"),
        ("Version: neo", "forge"),
    ] {
        assert_eq!(
            of(&[("parameters", &format!("{INFOTEXT}, {words}"))]).tool,
            tool
        );
    }
}

#[test]
fn scripts_that_write_a_block_per_parameter_are_read() {
    let sygil = [
        ("SD:prompt", "a fox"),
        ("SD:negative_prompt", "bad"),
        ("SD:seed", "7"),
        ("SD:steps", "50"),
        ("SD:cfg_scale", "7.5"),
        ("SD:width", "512"),
        ("SD:height", "768"),
    ];
    let recipe = of(&sygil);
    assert_summary(&recipe, "sygil");
    assert_eq!(
        (recipe.size, recipe.primary().unwrap().cfg),
        (Some((512, 768)), Some(7.5))
    );
    let plain = [
        ("Prompt", "a fox"),
        ("Negative Prompt", "bad"),
        ("Seed", "7"),
        ("Steps", "25"),
        ("Stable Diffusion model", "foxes"),
    ];
    let recipe = of(&plain);
    assert_summary(&recipe, "diffusers");
    assert_eq!(recipe.models, ["foxes"]);
    assert!(of(&[("Title", "a fox"), ("Seed", "7"), ("Author", "me")]).is_empty());
}

#[test]
fn summaries_of_savers_stand_in_for_graphs_that_say_nothing() {
    let hub = json!({"generator": "ComfyUI", "prompt": "a fox", "negativePrompt": "bad", "seed": 7, "steps": 20, "cfg": 7,
        "sampler_name": "euler", "model": "foxes", "loras": [{"name": "snow", "weight": 0.5}]});
    let recipe = of(&[("imagemetahub_data", &hub.to_string())]);
    assert_summary(&recipe, "comfyui");
    assert_eq!(
        (recipe.models[0].as_str(), recipe.loras[0].weight),
        ("foxes", Some(0.5))
    );
    let exif = tiff(
        &[(0x010e, &json!({"imagemetahub_data": hub}).to_string())],
        None,
        None,
    );
    assert_summary(&read(&webp(&[(b"EXIF", exif)])).recipe, "comfyui");
    let majoor = json!({"positive": {"value": "a fox", "source": "x"}, "negative": {"value": "bad"}, "seed": {"value": 7}});
    assert_summary(&of(&[("majoor_geninfo", &majoor.to_string())]), "comfyui");
    let graph = of(&[
        ("prompt", PROMPT),
        ("imagemetahub_data", &hub.to_string()),
        ("generation_time_ms", "1500"),
    ]);
    assert_eq!(graph.positive, "a red fox in snow");
    assert_eq!(extra(&graph, "generation_time_ms"), Some("1500"));
}

#[test]
fn civitai_names_its_resources_in_hashes_and_keeps_what_was_typed() {
    let info = format!(
        "{INFOTEXT}, Hashes: {{\"model\": \"12ab\", \"lora:snow\": \"34cd\", \"embed:x\": \"1\"}}, TI hashes: \"x: 56ef\", \
         Civitai metadata: {{\"remixOfId\": 1}}"
    );
    let recipe = of(&[("parameters", &info)]);
    assert_eq!(recipe.loras[0].name, "snow");
    assert_eq!(extra(&recipe, "TI hashes"), Some("x: 56ef"));
    assert_eq!(
        extra(&recipe, "Civitai metadata"),
        Some("{\"remixOfId\": 1}")
    );
    let typed =
        json!({"prompt": "a fox", "negativePrompt": "bad", "seed": 7, "steps": 20, "cfgScale": 7})
            .to_string();
    let graph = json!({"1": {"class_type": "Unknown", "inputs": {}}, "extraMetadata": typed});
    let exif = tiff(&[], None, Some(&unicode_comment(&graph.to_string(), false)));
    let recipe = read(&jpeg(&[(0xe1, [b"Exif\0\0", &exif[..]].concat())])).recipe;
    assert_summary(&recipe, "comfyui");
}

#[test]
fn the_moment_of_making_is_told_beside_a_record() {
    let made = |blocks: &[(&str, &str)]| of(blocks).made;
    let want = domain::time::Timestamp::from_parts((2026, 5, 31), (12, 3, 59), 0);
    let time = ("CreationTime", "2026-05-31 12:03:59");
    assert_eq!(made(&[("prompt", PROMPT), time]), want);
    assert_eq!(
        made(&[
            ("parameters", INFOTEXT),
            ("Creation Time", "Sun, 31 May 2026 12:03:59 GMT")
        ]),
        want
    );
    assert_eq!(made(&[time]), None);
}

#[test]
fn numbers_that_are_none_are_left_out() {
    let recipe = of(&[(
        "parameters",
        "a <lora:snow:nan>\nSteps: 1, Seed: 1, CFG scale: NaN, Denoising strength: inf",
    )]);
    let run = recipe.primary().unwrap();
    assert_eq!(
        (run.cfg, run.denoise, recipe.loras[0].weight),
        (None, None, None)
    );
}
