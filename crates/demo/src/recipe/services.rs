//! Services without a recipe: fields of IPTC in XMP, and provenance manifests (C2PA), in which they
//! only say that a model made the picture.

use super::{Recipe, xmp};

/// The address of IPTC's extension of XMP.
pub(super) const IPTC: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
/// IPTC's word for a picture that a model made.
pub(super) const BY_MODEL: &str =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

/// The packet of Google's services.
pub(super) fn google() -> String {
    xmp::packet(
        &[
            ("photoshop", "http://ns.adobe.com/photoshop/1.0/"),
            ("Iptc4xmpExt", IPTC),
        ],
        &[
            ("photoshop:Credit", "Made with Google AI"),
            ("Iptc4xmpExt:DigitalSourceType", BY_MODEL),
        ],
    )
}

/// A packet with the fields for systems and prompts that IPTC added in 2025.
pub(super) fn firefly(recipe: &Recipe) -> String {
    xmp::packet(
        &[("Iptc4xmpExt", IPTC)],
        &[
            ("Iptc4xmpExt:DigitalSourceType", BY_MODEL),
            ("Iptc4xmpExt:AISystemUsed", "Adobe Firefly"),
            ("Iptc4xmpExt:AISystemVersionUsed", "Image 4"),
            (
                "Iptc4xmpExt:AIPromptInformation",
                recipe.prompt.positive.as_str(),
            ),
        ],
    )
}

/// The manifest store of `OpenAI`'s services, without a signature: nothing here pretends to prove
/// where it comes from, and readers take it for a claim.
pub(super) fn openai() -> Vec<u8> {
    let agent = map(&[("name", word("GPT-4o"))]);
    let action = map(&[
        ("action", word("c2pa.created")),
        ("softwareAgent", agent),
        ("digitalSourceType", word(BY_MODEL)),
    ]);
    let actions = map(&[("actions", list(&[action]))]);
    let generator = map(&[("name", word("ChatGPT"))]);
    let claim = map(&[
        ("claim_generator_info", list(&[generator])),
        ("dc:title", word("image.png")),
    ]);
    let actions = superbox("c2pa.actions.v2", &cbor_box(&actions));
    let parts = [
        superbox("c2pa.assertions", &actions),
        superbox("c2pa.claim", &cbor_box(&claim)),
    ];
    superbox("c2pa", &superbox("urn:c2pa:proof", &parts.concat()))
}

/// A JUMBF superbox: its description, whose label may be asked for, and its content.
fn superbox(label: &str, content: &[u8]) -> Vec<u8> {
    let description = [&[0; 16], &[3][..], label.as_bytes(), &[0]].concat();
    sized(
        *b"jumb",
        &[&sized(*b"jumd", &description), content].concat(),
    )
}

fn cbor_box(value: &[u8]) -> Vec<u8> {
    sized(*b"cbor", value)
}

fn sized(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32 + 8).to_be_bytes();
    [&length, &kind[..], content].concat()
}

/// A CBOR head with its length in two bytes, which fits all that is written here.
fn head(major: u8, length: usize) -> Vec<u8> {
    let [high, low] = (length as u16).to_be_bytes();
    vec![(major << 5) | 0x19, high, low]
}

fn word(text: &str) -> Vec<u8> {
    [head(3, text.len()), text.as_bytes().to_vec()].concat()
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len()), items.concat()].concat()
}

fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = head(5, entries.len());
    for (key, value) in entries {
        out.extend(word(key));
        out.extend(value);
    }
    out
}
