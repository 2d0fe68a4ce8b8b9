//! Texts that lie beside a picture instead of inside it.

use domain::recipe::RawChunk;

use crate::{
    Limits, Reading, Rules, container,
    json::{self, Json},
    tool,
};

/// Understands a text file that lies beside a picture: `.txt` with an infotext or the settings of
/// Easy Diffusion, `.json` with any record that could also lie in a picture, `.xmp` with a packet.
/// `None` when the name is of no such kind or the text is nobody's record: a caption for training
/// is no recipe.
pub fn sidecar(name: &str, text: &str) -> Option<Reading> {
    let limits = Limits::default();
    let (_, extension) = name.rsplit_once('.')?;
    if text.len() > limits.text {
        return None;
    }
    let text = text.trim_start_matches('\u{feff}').trim_end_matches('\0');
    let raw = match extension.to_ascii_lowercase().as_str() {
        "txt" => vec![chunk("sidecar:txt", "", text)],
        "json" => json_blocks(text)?,
        "xmp" => container::xmp_packet(text, &limits),
        _ => return None,
    };
    let asked = tool::Asked {
        rules: Rules::builtin(),
        why: false,
    };
    let understood = tool::understand(&raw, asked);
    let known = !understood.recipe.is_empty() || understood.has_workflow;
    known.then(|| Reading {
        recipe: understood.recipe,
        parameters: understood.parameters,
        notices: understood.notices,
        has_workflow: understood.has_workflow,
        unparsed: understood.unparsed,
        raw,
        complete: true,
        ..Reading::default()
    })
}

fn chunk(place: &str, key: &str, text: &str) -> RawChunk {
    RawChunk {
        place: place.to_owned(),
        key: key.to_owned(),
        text: text.to_owned(),
    }
}

/// The whole text, and the blocks of a picture that were saved as the strings of one map.
fn json_blocks(text: &str) -> Option<Vec<RawChunk>> {
    const PLACE: &str = "sidecar:json";
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut raw = vec![chunk(PLACE, "", text)];
    let cleaned = json::clean(text);
    let json = json::parse(&cleaned)?;
    for key in BLOCKS {
        if let Some(text) = json.get(key).and_then(Json::text) {
            raw.push(chunk(PLACE, key, text));
        }
    }
    Some(raw)
}

/// Keywords of pictures that mean the same in a map beside them.
const BLOCKS: &[&str] = &[
    "parameters",
    "invokeai_metadata",
    "sd-metadata",
    "Dream",
    "Comment",
    "Description",
    "Software",
    "Source",
    "generation_data",
    "fooocus_scheme",
];
