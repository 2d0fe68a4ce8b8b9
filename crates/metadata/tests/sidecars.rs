//! Texts beside pictures: what is a recipe, and what is not.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use common::{INFOTEXT, PROMPT, assert_fox};
use domain::recipe::Recipe;
use metadata::{fooocus_log, sidecar};
use serde_json::json;

fn beside(name: &str, text: &str) -> Recipe {
    sidecar(name, text).expect("a recipe").recipe
}

#[test]
fn an_infotext_beside_a_picture_is_read() {
    let reading = sidecar("fox.txt", INFOTEXT).unwrap();
    assert_fox(&reading);
    assert_eq!(reading.raw[0].place, "sidecar:txt");
    assert_eq!(metadata::reread(&reading.raw).recipe, reading.recipe);
    assert_fox(&sidecar("FOX.TXT", &format!("\u{feff}{INFOTEXT}\r\n")).unwrap());
}

#[test]
fn captions_and_other_files_are_no_recipe() {
    assert!(sidecar("fox.txt", "a red fox, snow, best quality").is_none());
    assert!(sidecar("fox.txt", "Prompt: what to do today\nCall mother").is_none());
    assert!(sidecar("fox.txt", "").is_none());
    assert!(sidecar("fox.json", r#"{"name": "package", "version": "1.0"}"#).is_none());
    assert!(sidecar("fox.json", "[1, 2").is_none());
    assert!(sidecar("fox.html", INFOTEXT).is_none());
    assert!(sidecar("fox", INFOTEXT).is_none());
    assert!(sidecar("fox.txt", &INFOTEXT.repeat(20_000)).is_none());
}

#[test]
fn easy_diffusion_writes_a_setting_a_line() {
    let text = "Prompt: a fox,\nin deep snow\nWidth: 512\nHeight: 768\nSeed: 7\nSteps: 25\nGuidance Scale: 7.5\n\
        Prompt Strength: 0.8\nUse Face Correction: None\nSampler: euler_a\nNegative Prompt: bad\n\
        Stable Diffusion model: foxes\nLoRA model: snow\nLoRA Strength: 0.5";
    let recipe = beside("fox.txt", text);
    let run = recipe.primary().unwrap();
    assert_eq!(
        (recipe.tool.as_str(), recipe.positive.as_str()),
        ("easydiffusion", "a fox,\nin deep snow")
    );
    assert_eq!(
        (recipe.negative.as_str(), run.seed, run.steps),
        ("bad", Some(7), Some(25))
    );
    assert_eq!(
        (recipe.size, recipe.models[0].as_str()),
        (Some((512, 768)), "foxes")
    );
    assert_eq!(recipe.loras[0].weight, Some(0.5));
}

#[test]
fn json_beside_a_picture_is_whatever_a_picture_could_hold() {
    assert_fox(&sidecar("fox.json", PROMPT).unwrap());
    let envelope = json!({"prompt": PROMPT, "workflow": {"nodes": []}}).to_string();
    assert_fox(&sidecar("fox.json", &envelope).unwrap());
    let drawn = sidecar("fox.json", r#"{"nodes": [], "links": []}"#).unwrap();
    assert!(drawn.has_workflow);
    assert_fox(&sidecar("fox.json", &json!({"parameters": INFOTEXT}).to_string()).unwrap());
    let cases = [
        (
            "easydiffusion",
            json!({"prompt": "a fox", "negative_prompt": "bad", "seed": 7, "num_inference_steps": 20, "use_stable_diffusion_model": "x"}),
        ),
        (
            "swarmui",
            json!({"sui_image_params": {"prompt": "a fox", "negativeprompt": "bad", "seed": 7}}),
        ),
        (
            "invokeai",
            json!({"app_version": "5.0", "positive_prompt": "a fox", "negative_prompt": "bad", "seed": 7}),
        ),
        (
            "fooocus",
            json!({"prompt": "a fox", "negative_prompt": "bad", "seed": 7, "base_model": "x", "performance": "Speed"}),
        ),
        (
            "novelai",
            json!({"prompt": "a fox", "uc": "bad", "scale": 5, "seed": 7}),
        ),
        (
            "drawthings",
            json!({"c": "a fox", "uc": "bad", "scale": 5, "steps": 4, "seed": 7}),
        ),
        (
            "civitai",
            json!({"id": 1, "meta": {"prompt": "a fox", "negativePrompt": "bad", "seed": 7, "steps": 20, "cfgScale": 7}}),
        ),
        (
            "diffusers",
            json!({"prompt": "a fox", "negative_prompt": "bad", "seed": 7, "steps": 20}),
        ),
    ];
    for (tool, settings) in cases {
        let recipe = beside("fox.png.json", &settings.to_string());
        let seed = recipe.primary().and_then(|run| run.seed);
        assert_eq!(
            (
                recipe.tool.as_str(),
                recipe.positive.as_str(),
                recipe.negative.as_str(),
                seed
            ),
            (tool, "a fox", "bad", Some(7))
        );
    }
}

#[test]
fn a_packet_beside_a_picture_is_read() {
    let packet = format!(
        "<x:xmpmeta><rdf:Description><dc:description>{INFOTEXT}</dc:description></rdf:Description></x:xmpmeta>"
    );
    assert_fox(&sidecar("fox.xmp", &packet).unwrap());
    assert!(
        sidecar(
            "fox.xmp",
            "<x:xmpmeta><xmp:Rating>5</xmp:Rating></x:xmpmeta>"
        )
        .is_none()
    );
}

/// A log with one entry of each kind: with its button, and with nothing but the table.
fn log() -> String {
    let copied = "%7B%22prompt%22%3A%20%22a%20fox%22%2C%20%22negative_prompt%22%3A%20%22bad%22%2C%20%22seed%22%3A%20%227%22%2C\
        %20%22base_model%22%3A%20%22foxes%22%2C%20%22performance%22%3A%20%22Speed%22%7D";
    let row = |label: &str, value: &str| {
        format!("<tr><td class='label'>{label}</td><td class='value'>{value}</td></tr>\n")
    };
    let rows = [
        row("Prompt", "a <lora:wolf:1> </br> in snow"),
        row("Negative Prompt", "bad"),
        row("Performance", "Speed"),
        row("Resolution", "(512, 768)"),
        row("Guidance Scale", "4.0"),
        row("Base Model", "wolves"),
        row("LoRA 1", "snow.safetensors : 0.1"),
        row("Seed", "8"),
        row("Version", "Fooocus v2.5.5"),
    ];
    format!(
        "<html><body><p>Fooocus Log 2025-01-01 (private)</p><!--fooocus-log-split-->\n\
         <div class=\"image-container\"><hr><table><tr><td><a href=\"1.png\"><img src='1.png' loading='lazy'/></a><div>1.png</div></td>\
         <td><table class='metadata'>{}</table></br><button onclick=\"to_clipboard('{copied}')\">Copy</button></td></tr></table></div>\n\
         <div class=\"image-container\"><hr><table><tr><td><a href=\"2.png\"><img src='sub/2%20a.png'/></a></td>\
         <td><table class='metadata'>{}</table></td></tr></table></div><img src='logo.png'></body></html>",
        row("Prompt", "what the button says is newer"),
        rows.concat()
    )
}

#[test]
fn a_days_log_of_fooocus_names_every_picture_and_its_recipe() {
    let all = fooocus_log(&log());
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["1.png", "2 a.png"]);
    let [(_, first), (_, second)] = &all[..] else {
        panic!("two pictures")
    };
    assert_eq!(
        (
            first.positive.as_str(),
            first.negative.as_str(),
            first.models[0].as_str()
        ),
        ("a fox", "bad", "foxes")
    );
    assert_eq!(first.primary().unwrap().seed, Some(7));
    assert_eq!(second.positive, "a <lora:wolf:1>\nin snow");
    assert_eq!(
        (second.size, second.loras[0].weight),
        (Some((512, 768)), Some(0.1))
    );
    assert_eq!(second.tool_version.as_deref(), Some("Fooocus v2.5.5"));
}

#[test]
fn a_damaged_log_gives_what_it_can() {
    let log = log();
    for at in (0..log.len()).step_by(7) {
        fooocus_log(&log[..at]);
    }
    assert!(fooocus_log("").is_empty());
    assert!(fooocus_log(&"<img src='".repeat(100_000)).is_empty());
    let start = std::time::Instant::now();
    fooocus_log(&"<img src='a.png'><tr><td>".repeat(100_000));
    assert!(start.elapsed().as_secs() < 5);
}
