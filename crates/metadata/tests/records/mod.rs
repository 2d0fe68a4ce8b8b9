//! One record of every generator, and every kind of file around it: for the table of the documentation, and as the
//! first inputs of fuzzing.

use serde_json::json;

use crate::common::{
    INFOTEXT, PROMPT, boxed, itext, jpeg, mp4, png, tag, text, tiff, unicode_comment, webm, webp,
};

/// A record: its name in the table, the word in `Recipe::tool`, its keyword, its text.
pub(crate) struct Record {
    pub(crate) name: &'static str,
    pub(crate) tool: &'static str,
    pub(crate) key: &'static str,
    pub(crate) text: String,
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the list below reads better so"
)]
fn record(
    name: &'static str,
    tool: &'static str,
    key: &'static str,
    text: impl ToString,
) -> Record {
    let text = text.to_string();
    Record {
        name,
        tool,
        key,
        text,
    }
}

/// One record of every generator.
pub(crate) fn records() -> Vec<Record> {
    let drawn = json!({"nodes": [
        {"id": 6, "type": "CLIPTextEncode", "outputs": [{"links": [1]}], "widgets_values": ["a fox"]},
        {"id": 3, "type": "KSampler", "inputs": [{"name": "positive", "link": 1}], "outputs": [{"links": [2]}],
            "widgets_values": [7, "fixed", 20, 6.5, "euler", "normal", 1]},
        {"id": 8, "type": "VAEDecode", "inputs": [{"name": "samples", "link": 2}], "outputs": [{"links": [3]}]},
        {"id": 9, "type": "SaveImage", "inputs": [{"name": "images", "link": 3}]}],
        "links": [[1, 6, 0, 3, 0, "CONDITIONING"], [2, 3, 0, 8, 0, "LATENT"], [3, 8, 0, 9, 0, "IMAGE"]]});
    let infotext = |words: &str| format!("{INFOTEXT}, {words}");
    let novelai = json!({"prompt": "a fox", "uc": "bad", "scale": 5, "seed": 7, "steps": 28});
    let invoke = json!({"positive_prompt": "a fox", "negative_prompt": "bad", "seed": 7, "steps": 20, "app_version": "5.0"});
    let old_invoke = json!({"model_id": "x", "image": {"prompt": "a fox", "seed": 7, "steps": 20}});
    let fooocus = json!({"prompt": "a fox", "negative_prompt": "bad", "seed": 7, "base_model": "x", "performance": "Speed"});
    let mre = json!({"prompt": "a fox", "real_prompt": [], "seed": 7, "steps": 30, "base_model": "x", "positive_prompt_strength": 1});
    let ruined = json!({"Prompt": "a fox", "seed": 7, "steps": 30, "base_model_name": "x", "software": "RuinedFooocus"});
    let swarm = json!({"sui_image_params": {"prompt": "a fox", "seed": 7, "steps": 20}});
    let easy = json!({"prompt": "a fox", "seed": 7, "num_inference_steps": 20, "use_stable_diffusion_model": "x"});
    let draw = json!({"c": "a fox", "uc": "bad", "scale": 5, "steps": 4, "seed": 7});
    let tensor = json!({"prompt": "a fox", "models": [], "seed": 7, "steps": 20});
    let hub = json!({"imagemetahub_data": {"prompt": "a fox", "seed": 7, "steps": 20}});
    vec![
        record("ComfyUI, executed graph", "comfyui", "prompt", PROMPT),
        record("ComfyUI, drawn graph", "comfyui", "workflow", drawn),
        record("AUTOMATIC1111", "a1111", "parameters", INFOTEXT),
        record(
            "Forge",
            "forge",
            "parameters",
            infotext("Version: f2.0.1v1.10.1"),
        ),
        record(
            "reForge",
            "reforge",
            "parameters",
            infotext("Version: f1.0-reforge"),
        ),
        record(
            "SD.Next",
            "sdnext",
            "parameters",
            infotext("App: SD.Next, Version: 8b5ed9b"),
        ),
        record(
            "Civitai",
            "civitai",
            "parameters",
            infotext("Civitai resources: []"),
        ),
        record("Fooocus, own scheme", "fooocus", "parameters", fooocus),
        record(
            "Fooocus, other scheme",
            "fooocus",
            "parameters",
            infotext("Version: Fooocus v2.5.5"),
        ),
        record("Fooocus-MRE", "fooocus-mre", "Comment", mre),
        record("RuinedFooocus", "ruinedfooocus", "parameters", ruined),
        record("SwarmUI", "swarmui", "parameters", swarm),
        record("NovelAI", "novelai", "Comment", novelai),
        record(
            "InvokeAI 3 and later",
            "invokeai",
            "invokeai_metadata",
            invoke,
        ),
        record("InvokeAI 2", "invokeai", "sd-metadata", old_invoke),
        record(
            "InvokeAI 1",
            "invokeai",
            "Dream",
            "\"a fox\" -s 50 -S 7 -W 512 -H 768 -C 5 -A k_lms",
        ),
        record("Easy Diffusion, JSON", "easydiffusion", "Comment", easy),
        record("Draw Things", "drawthings", "Comment", draw),
        record(
            "Midjourney",
            "midjourney",
            "Description",
            "a fox --v 6 Job ID: c73d6cee-5a33-44d0-85f9-4c79faff24cf",
        ),
        record("Tensor.Art", "tensorart", "generation_data", tensor),
        record("MetaHub", "comfyui", "parameters", hub),
    ]
}

type Wrap = fn(&Record) -> Vec<u8>;

/// Every kind of file with a place for a text, and how a text comes there.
pub(crate) const PLACES: &[(&str, Wrap)] = &[
    ("PNG text", |record| png(&[text(record.key, &record.text)])),
    ("PNG XMP", |record| {
        png(&[itext("XML:com.adobe.xmp", &packet(&record.text), true)])
    }),
    ("JPEG EXIF", |record| {
        jpeg(&[(0xe1, [b"Exif\0\0", &exif(&record.text)[..]].concat())])
    }),
    ("JPEG comment", |record| {
        jpeg(&[(0xfe, record.text.clone().into_bytes())])
    }),
    ("WebP EXIF", |record| webp(&[(b"EXIF", exif(&record.text))])),
    ("AVIF EXIF", |record| avif(&exif(&record.text))),
    ("GIF comment", |record| gif(&record.text)),
    ("MP4 tag", |record| {
        let list = boxed(*b"ilst", &[&tag(*b"\xa9cmt", &record.text)]);
        let meta = boxed(*b"meta", &[&[0; 4], &boxed(*b"hdlr", &[&[0; 25]]), &list]);
        mp4(&boxed(*b"udta", &[&meta]))
    }),
    ("MP4 key", |record| {
        let key = boxed(*b"mdta", &[record.key.as_bytes()]);
        let keys = boxed(*b"keys", &[&[0; 4], &1_u32.to_be_bytes(), &key]);
        let list = boxed(*b"ilst", &[&tag([0, 0, 0, 1], &record.text)]);
        mp4(&boxed(
            *b"meta",
            &[&boxed(*b"hdlr", &[&[0; 25]]), &keys, &list],
        ))
    }),
    ("WebM tag", |record| webm(&[(record.key, &record.text)])),
    ("MP3 frame", |record| mp3(record.key, &record.text)),
];

fn exif(text: &str) -> Vec<u8> {
    tiff(&[], None, Some(&unicode_comment(text, false)))
}

/// An XMP packet around a text.
pub(crate) fn packet(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    format!("<x:xmpmeta><rdf:Description exif:UserComment=\"{text}\"/></x:xmpmeta>")
}

fn gif(text: &str) -> Vec<u8> {
    let mut file = b"GIF89a\x40\0\x30\0\0\0\0\x21\xfe".to_vec();
    for part in text.as_bytes().chunks(255) {
        file.push(part.len() as u8);
        file.extend(part);
    }
    file.extend([0, 0x3b]);
    file
}

fn avif(exif: &[u8]) -> Vec<u8> {
    let item = [&[0; 4], exif].concat();
    let info = boxed(*b"infe", &[&[2, 0, 0, 0, 0, 7, 0, 0], b"Exif\0"]);
    let infos = boxed(*b"iinf", &[&[0, 0, 0, 0, 0, 1], &info]);
    let meta = |at: u32| {
        let extent = [at.to_be_bytes(), (item.len() as u32).to_be_bytes()].concat();
        let place = boxed(
            *b"iloc",
            &[&[0, 0, 0, 0, 0x44, 0, 0, 1, 0, 7, 0, 0, 0, 1], &extent],
        );
        boxed(*b"meta", &[&[0; 4], &infos, &place])
    };
    let kind = boxed(*b"ftyp", &[b"avif\0\0\0\0avifmif1"]);
    let at = (kind.len() + meta(0).len() + 8) as u32;
    [kind, meta(at), boxed(*b"mdat", &[&item])].concat()
}

fn mp3(key: &str, text: &str) -> Vec<u8> {
    let body = format!("\u{3}{key}\0{text}");
    let frame = [
        b"TXXX",
        &(body.len() as u32).to_be_bytes()[..],
        &[0, 0],
        body.as_bytes(),
    ]
    .concat();
    let size = [21, 14, 7, 0].map(|shift| ((frame.len() >> shift) & 0x7f) as u8);
    [b"ID3\x03\0\0", &size[..], &frame].concat()
}
