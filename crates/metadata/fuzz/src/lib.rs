//! What the fuzz targets call: each takes any bytes, brings them to one reader through the public
//! functions of `metadata`, and panics when a promise is broken. The tests of the crate replay its
//! collected inputs through the same functions.

use domain::recipe::RawChunk;
use metadata::{
    Limits, Pixels, Rules, explain, fooocus_log, read, reread, secrets, sidecar, stealth,
};

/// A target: its name and what it does.
pub type Entry = (&'static str, fn(&[u8]));

macro_rules! entries {
    ($($name:ident: $body:expr,)*) => {
        $(
            #[doc = concat!("The target `", stringify!($name), "`.")]
            pub fn $name(data: &[u8]) {
                let body: fn(&[u8]) = $body;
                body(data);
            }
        )*

        /// Every target.
        pub const ALL: &[Entry] = &[$((stringify!($name), $name),)*];
    };
}

entries! {
    // Containers: the bytes follow the signature.
    any_file: |data| file("any_file", data),
    png: |data| file("png", data),
    jpeg: |data| file("jpeg", data),
    webp: |data| file("webp", data),
    avif: |data| file("avif", data),
    gif: |data| file("gif", data),
    mp4: |data| file("mp4", data),
    mov: |data| file("mov", data),
    matroska: |data| file("matroska", data),
    id3: |data| file("id3", data),
    flac: |data| file("flac", data),
    ogg: |data| file("ogg", data),
    wave: |data| file("wave", data),
    exif: |data| file("webp", &part(*b"EXIF", data)),
    c2pa: |data| file("webp", &part(*b"C2PA", data)),
    xmp: |data| file("webp", &part(*b"XMP ", data)),
    // Tools: the bytes are the text under their keyword.
    a1111: |data| blocks(&["parameters"], data),
    blocks_of_parameters: |data| blocks(&["SD:prompt", "SD:seed", "SD:steps"], data),
    comfyui_executed: |data| blocks(&["prompt"], data),
    comfyui_drawn: |data| blocks(&["workflow"], data),
    draw_things: |data| blocks(&["UserComment"], data),
    easy_diffusion: |data| blocks(&["num_inference_steps", "prompt", "seed"], data),
    fooocus: |data| blocks(&["parameters", "fooocus_scheme"], data),
    invokeai: |data| blocks(&["invokeai_metadata"], data),
    invokeai_graph: |data| blocks(&["invokeai_graph"], data),
    invokeai_old: |data| blocks(&["sd-metadata"], data),
    invokeai_oldest: |data| blocks(&["Dream"], data),
    midjourney: |data| blocks(&["Description"], data),
    novelai: |data| blocks(&["Comment"], data),
    provenance: |data| blocks(&["AIGC", "Software"], data),
    stability_matrix: |data| blocks(&["parameters", "smproj"], data),
    summary: |data| blocks(&["imagemetahub_data"], data),
    swarmui: |data| blocks(&["parameters"], data),
    tensorart: |data| blocks(&["generation_data"], data),
    tool_text: |data| blocks(&["", "parameters", "prompt", "workflow", "Comment", "Description", "invokeai_metadata"], data),
    // What lies beside files, in pixels, and what must not be shared.
    sidecars: |data| {
        let text = String::from_utf8_lossy(data);
        for name in ["a.txt", "a.json", "a.xmp"] {
            sidecar(name, &text);
        }
    },
    log: |data| {
        fooocus_log(&String::from_utf8_lossy(data));
    },
    hidden: |data| {
        for width in [1, 7, 64] {
            let height = (data.len() / 4 / width as usize) as u32;
            stealth(&Pixels { width, height, channels: 4, samples: data });
            stealth(&Pixels { width, height, channels: 3, samples: data });
        }
    },
}

/// What a target of a container puts before its input.
pub fn signature(target: &str) -> Option<&'static [u8]> {
    Some(match target {
        "any_file" => b"",
        "png" => b"\x89PNG\r\n\x1a\n",
        "jpeg" => b"\xff\xd8",
        "webp" => b"RIFF\0\0\0\0WEBP",
        "wave" => b"RIFF\0\0\0\0WAVE",
        "avif" => b"\0\0\0\x10ftypavif\0\0\0\0",
        "mp4" => b"\0\0\0\x10ftypisom\0\0\0\0",
        "mov" => b"\0\0\0\x10ftypqt  \0\0\0\0",
        "gif" => b"GIF89a",
        "matroska" => b"\x1a\x45\xdf\xa3\x84webm\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff",
        "id3" => b"ID3",
        "flac" => b"fLaC",
        "ogg" => b"OggS",
        _ => return None,
    })
}

/// Reads a file and holds the limits that were promised.
fn file(target: &str, data: &[u8]) {
    let mut bytes = [signature(target).unwrap_or_default(), data].concat();
    if ["webp", "wave"].contains(&target) {
        let size = bytes.len() as u32 - 8;
        bytes[4..8].copy_from_slice(&size.to_le_bytes());
    }
    let limits = Limits::default();
    let reading = read(&bytes, &limits);
    let kept: usize = reading.raw.iter().map(|chunk| chunk.text.len()).sum();
    assert!(kept <= limits.total * 2, "{kept} bytes of text were kept");
    assert!(
        reading
            .raw
            .iter()
            .all(|chunk| chunk.text.len() <= limits.text * 2)
    );
    assert!(reading.notices.len() < 200);
    assert!(secrets(&reading.raw).len() <= 32);
    // Reading is repeatable, and no number is such that it differs from itself.
    assert_eq!(reread(&reading.raw).recipe, reading.recipe);
}

fn part(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&kind[..], &(data.len() as u32).to_le_bytes(), data].concat()
}

/// Understands one text under each of these keywords.
fn blocks(keys: &[&str], data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let block = |key: &&str| RawChunk {
        place: "png:tEXt".to_owned(),
        key: (*key).to_owned(),
        text: text.clone().into_owned(),
    };
    let raw: Vec<RawChunk> = keys.iter().map(block).collect();
    let recipe = reread(&raw).recipe;
    explain(&raw, Rules::builtin());
    secrets(&raw);
    assert_eq!(reread(&raw).recipe, recipe);
}
