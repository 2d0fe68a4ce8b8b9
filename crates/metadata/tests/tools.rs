//! Records of generators that write one flat map of settings.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use common::{INFOTEXT, PROMPT, jpeg, png, read, text, tiff, unicode_comment};
use domain::recipe::Recipe;
use serde_json::json;

fn parameters(text_of: &serde_json::Value) -> Recipe {
    read(&png(&[text("parameters", &text_of.to_string())])).recipe
}

/// Tool, prompts, seed, steps and cfg of the only sampler.
fn summary(recipe: &Recipe) -> (&str, &str, &str, Option<u64>, Option<u32>, Option<f64>) {
    let run = recipe.primary().expect("a sampler");
    (
        &recipe.tool,
        &recipe.positive,
        &recipe.negative,
        run.seed,
        run.steps,
        run.cfg,
    )
}

#[test]
fn swarmui_settings_beat_the_graph_made_from_them() {
    let settings = json!({"sui_image_params": {"prompt": "a fox", "negativeprompt": "bad", "seed": 7, "steps": 20,
        "cfgscale": 6.5, "model": "foxes", "width": 512, "height": 768, "loras": ["snow"], "loraweights": ["0.5"],
        "swarm_version": "0.9.7"}});
    let file = png(&[
        text("prompt", PROMPT),
        text("parameters", &settings.to_string()),
    ]);
    let recipe = read(&file).recipe;
    assert_eq!(
        summary(&recipe),
        ("swarmui", "a fox", "bad", Some(7), Some(20), Some(6.5))
    );
    assert_eq!(
        (recipe.size, recipe.models[0].as_str()),
        (Some((512, 768)), "foxes")
    );
    assert_eq!(
        (recipe.loras[0].name.as_str(), recipe.loras[0].weight),
        ("snow", Some(0.5))
    );
    let exif = tiff(
        &[],
        None,
        Some(&unicode_comment(&settings.to_string(), false)),
    );
    let file = jpeg(&[(0xe1, [b"Exif\0\0", &exif[..]].concat())]);
    assert_eq!(read(&file).recipe.tool, "swarmui");
}

#[test]
fn fooocus_and_its_forks_are_told_apart() {
    let recipe = parameters(
        &json!({"prompt": "a fox", "negative_prompt": "bad", "seed": "18446744073709551615", "steps": 30,
        "guidance_scale": 4, "base_model": "juggernaut", "performance": "Speed", "resolution": "(512, 768)",
        "loras": [["snow", 0.1, "abcd"]], "version": "Fooocus v2.5.5"}),
    );
    assert_eq!(
        summary(&recipe),
        (
            "fooocus",
            "a fox",
            "bad",
            Some(u64::MAX),
            Some(30),
            Some(4.0)
        )
    );
    assert_eq!(
        (recipe.size, recipe.loras[0].weight),
        (Some((512, 768)), Some(0.1))
    );
    let recipe = parameters(
        &json!({"Prompt": "a fox", "Negative": "bad", "seed": 1, "steps": 30, "cfg": 8,
        "base_model_name": "sdxl", "loras": [["abcd", "0.1 - snow.safetensors"]], "software": "RuinedFooocus"}),
    );
    assert_eq!(
        summary(&recipe),
        (
            "ruinedfooocus",
            "a fox",
            "bad",
            Some(1),
            Some(30),
            Some(8.0)
        )
    );
    assert_eq!(recipe.loras[0].name, "snow.safetensors");
    let recipe = parameters(
        &json!({"Prompt": "a fox", "Base Model": "x", "Metadata Scheme": "Fooocus", "Seed": "2",
        "Guidance Scale": 4.5, "Version": "FooocusPlus 1.0.0"}),
    );
    assert_eq!(
        summary(&recipe),
        ("fooocusplus", "a fox", "", Some(2), None, Some(4.5))
    );
}

#[test]
fn novelai_comments_are_read_bare_and_in_their_envelope() {
    let comment = json!({"prompt": "a fox", "uc": "bad", "scale": 5.0, "seed": 3, "steps": 23, "noise_schedule": "karras"}).to_string();
    let want = ("novelai", "a fox", "bad", Some(3), Some(23), Some(5.0));
    let recipe = read(&png(&[
        text("Software", "NovelAI"),
        text("Source", "Diffusion V4"),
        text("Comment", &comment),
    ]))
    .recipe;
    assert_eq!(summary(&recipe), want);
    assert_eq!(recipe.models, ["Diffusion V4"]);
    let envelope = json!({"Comment": comment, "Source": "Diffusion V4"}).to_string();
    let exif = tiff(
        &[],
        None,
        Some(&[b"ASCII\0\0\0", envelope.as_bytes()].concat()),
    );
    assert_eq!(
        summary(&read(&jpeg(&[(0xe1, [b"Exif\0\0", &exif[..]].concat())])).recipe),
        want
    );
}

#[test]
fn invokeai_records_of_three_ages_are_read() {
    let of = |key: &str, value: &str| read(&png(&[text(key, value)])).recipe;
    let new = json!({"positive_prompt": "a fox", "negative_prompt": "bad", "seed": 4, "steps": 24, "cfg_scale": 6.0,
        "scheduler": "euler_a", "model": {"name": "foxes"}, "loras": [{"model": {"name": "snow"}, "weight": 0.75}], "app_version": "6.1"});
    let recipe = of("invokeai_metadata", &new.to_string());
    assert_eq!(
        summary(&recipe),
        ("invokeai", "a fox", "bad", Some(4), Some(24), Some(6.0))
    );
    assert_eq!(
        (recipe.models[0].as_str(), recipe.loras[0].weight),
        ("foxes", Some(0.75))
    );
    let old = json!({"model_id": "sd-1.4", "image": {"prompt": [{"prompt": "a fox [bad]", "weight": 1.0}], "seed": 5, "steps": 30,
        "cfg_scale": 7.5, "sampler": "k_euler"}});
    let recipe = of("sd-metadata", &old.to_string());
    assert_eq!(
        summary(&recipe),
        ("invokeai", "a fox", "bad", Some(5), Some(30), Some(7.5))
    );
    assert_eq!(recipe.models, ["sd-1.4"]);
    let recipe = of(
        "Dream",
        "\"a fox [bad]\" -s 50 -S 6 -W 512 -H 768 -C 5 -A k_lms",
    );
    assert_eq!(
        summary(&recipe),
        ("invokeai", "a fox", "bad", Some(6), Some(50), Some(5.0))
    );
    assert_eq!(recipe.size, Some((512, 768)));
}

#[test]
fn what_invokeai_took_in_is_named_wherever_it_stands() {
    let layer = json!({"objects": [{"image": {"image_name": "pose.png", "width": 8}}, {"image": {"image_name": "pose.png"}}]});
    let settings = json!({"positive_prompt": "a fox", "app_version": "6.1", "init_image": "first.png",
        "controlnets": [{"image": {"image_name": "edges.png"}, "control_weight": 1.0}],
        "canvas_v2_metadata": {"controlLayers": [layer], "note": "image_name"}});
    let reading = read(&png(&[text("invokeai_metadata", &settings.to_string())]));
    let extra: Vec<(&str, &str)> = reading
        .recipe
        .extra
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        extra,
        [
            ("init_image", "first.png"),
            ("canvas_v2_metadata.image_name", "pose.png"),
            ("controlnets.image_name", "edges.png"),
        ]
    );
    let inputs = domain::inputs::inputs(&reading.parameters).into_iter();
    let inputs: Vec<String> = inputs.map(|one| one.name).collect();
    assert_eq!(inputs, ["edges.png", "first.png", "pose.png"]);
}

#[test]
fn what_comfyui_loaded_is_known_of_nodes_that_had_part_in_the_picture() {
    let graph = json!({
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a.safetensors"}},
        "2": {"class_type": "LoadImage", "inputs": {"image": "poses/pose.png [input]"}},
        "3": {"class_type": "VAEEncode", "inputs": {"pixels": ["2", 0], "vae": ["1", 2]}},
        "4": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox", "clip": ["1", 1]}},
        "5": {"class_type": "KSampler", "inputs": {"seed": 4, "model": ["1", 0], "positive": ["4", 0],
            "negative": ["4", 0], "latent_image": ["3", 0]}},
        "6": {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["1", 2]}},
        "7": {"class_type": "SaveImage", "inputs": {"images": ["6", 0], "filename_prefix": "a.png"}}});
    let reading = read(&png(&[text("prompt", &graph.to_string())]));
    let inputs = domain::inputs::inputs(&reading.parameters);
    let inputs: Vec<(&str, &str)> = inputs
        .iter()
        .map(|one| (one.folder.as_str(), one.name.as_str()))
        .collect();
    assert_eq!(inputs, [("poses", "pose.png")]);
}

#[test]
fn easy_diffusion_settings_are_read_from_blocks_and_from_json() {
    let blocks = [
        ("prompt", "a fox"),
        ("negative_prompt", "bad"),
        ("seed", "8"),
        ("num_inference_steps", "21"),
        ("guidance_scale", "6.5"),
        ("use_stable_diffusion_model", "foxes"),
        ("sampler_name", "euler_a"),
    ];
    let recipe = read(&png(&blocks.map(|(key, value)| text(key, value)))).recipe;
    assert_eq!(
        summary(&recipe),
        (
            "easydiffusion",
            "a fox",
            "bad",
            Some(8),
            Some(21),
            Some(6.5)
        )
    );
    let settings = json!({"prompt": "a fox", "negative_prompt": "bad", "num_inference_steps": 21, "guidance_scale": 6.5,
        "seed": 8, "Model": "foxes", "resolution": "832 x 1216"});
    let recipe = parameters(&settings);
    assert_eq!(
        summary(&recipe),
        ("diffusers", "a fox", "bad", Some(8), Some(21), Some(6.5))
    );
    assert_eq!(recipe.size, Some((832, 1216)));
}

#[test]
fn words_in_xmp_are_read() {
    let packet = |body: &str| {
        let escaped = body
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;");
        format!(
            "<x:xmpmeta><rdf:RDF><rdf:Description><exif:UserComment><rdf:Alt><rdf:li xml:lang=\"x-default\">{escaped}</rdf:li>\
            </rdf:Alt></exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>"
        )
    };
    let settings = json!({"c": "a fox & <hound>", "uc": "bad", "scale": 4.5, "seed": 5, "steps": 8, "size": "512x768", "model": "flux"});
    let segment = |body: &str| {
        (
            0xe1,
            format!("http://ns.adobe.com/xap/1.0/\0{}", packet(body)).into_bytes(),
        )
    };
    let recipe = read(&jpeg(&[segment(&settings.to_string())])).recipe;
    assert_eq!(
        summary(&recipe),
        (
            "drawthings",
            "a fox & <hound>",
            "bad",
            Some(5),
            Some(8),
            Some(4.5)
        )
    );
    assert_eq!(recipe.size, Some((512, 768)));
    assert_eq!(read(&jpeg(&[segment(INFOTEXT)])).recipe.negative, "blurry");
    let chunk = common::itext(
        "XML:com.adobe.xmp",
        &packet(&format!("{{\"prompt\": {PROMPT}}}")),
        false,
    );
    common::assert_fox(&read(&png(&[chunk])));
}

#[test]
fn midjourney_flags_are_no_prompt() {
    let file = png(&[text(
        "Description",
        "a fox --ar 3:4 --no dogs --v 6.1 Job ID: c73d6cee-5a33-44d0-85f9-4c79faff24cf",
    )]);
    let recipe = read(&file).recipe;
    assert_eq!(
        summary(&recipe),
        ("midjourney", "a fox", "dogs", None, None, None)
    );
    assert_eq!(recipe.tool_version.as_deref(), Some("6.1"));
}

#[test]
fn stability_matrix_keeps_what_its_user_typed() {
    let file = png(&[
        text("prompt", PROMPT),
        text("parameters", &INFOTEXT.replace("snow", "#snow")),
        text("smproj", "{}"),
    ]);
    let recipe = read(&file).recipe;
    assert_eq!(
        (recipe.tool.as_str(), recipe.positive.as_str()),
        ("stability-matrix", "a red fox in #snow")
    );
}

#[test]
fn words_of_cameras_and_painters_are_no_recipe() {
    let exif = tiff(
        &[
            (0x010f, "Canon"),
            (0x0110, "EOS: 5D"),
            (0x0131, "GIMP 2.10"),
        ],
        None,
        Some(b"ASCII\0\0\0Created with care"),
    );
    let file = jpeg(&[
        (0xe1, [b"Exif\0\0", &exif[..]].concat()),
        (0xfe, b"Created with GIMP".to_vec()),
    ]);
    let reading = read(&file);
    assert!(reading.recipe.is_empty() && !reading.unparsed && !reading.has_workflow);
    assert_eq!(reading.raw.len(), 5);
}
