//! What files claim about the kind of their making: manifests, fields of IPTC, labels, software.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use common::{
    INFOTEXT, PROMPT, assert_fox, boxed, chunk, itext, jpeg, mp4, notices, png, read, text, tiff,
    webp,
};
use domain::recipe::Recipe;

// CBOR

fn head(major: u8, len: usize) -> Vec<u8> {
    let size = (len as u32).to_be_bytes();
    [&[(major << 5) | 0x1a][..], &size].concat()
}

fn word(text: &str) -> Vec<u8> {
    [head(3, text.len()), text.as_bytes().to_vec()].concat()
}

fn bytes(value: &[u8]) -> Vec<u8> {
    [head(2, value.len()), value.to_vec()].concat()
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len()), items.concat()].concat()
}

fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let entries = entries
        .iter()
        .map(|(key, value)| [word(key), value.clone()].concat());
    [head(5, entries.len()), entries.collect::<Vec<_>>().concat()].concat()
}

// JUMBF

fn superbox(label: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let description = boxed(*b"jumd", &[&[0; 16], &[3], label.as_bytes(), &[0]]);
    boxed(*b"jumb", &[&description, &parts.concat()])
}

fn cbor(value: &[u8]) -> Vec<u8> {
    boxed(*b"cbor", &[value])
}

// DER

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&[tag, 0x82][..], &(body.len() as u16).to_be_bytes(), &body].concat()
}

fn name(kind: u8, text: &str) -> Vec<u8> {
    let pair = der(
        0x30,
        &[&der(6, &[&[0x55, 4, kind]]), &der(0x0c, &[text.as_bytes()])],
    );
    der(0x30, &[&der(0x31, &[&pair])])
}

fn certificate(organisation: &str) -> Vec<u8> {
    let parts = [
        der(0xa0, &[&der(2, &[&[2]])]),
        der(2, &[&[1]]),
        der(0x30, &[]),
        name(10, "Some Authority"),
        der(0x30, &[]),
        name(10, organisation),
    ];
    der(0x30, &[&der(0x30, &[&parts.concat()])])
}

const MODEL: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

/// A store with one manifest.
fn store(generator: &str, agent: &str, kind: &str) -> Vec<u8> {
    let claim = map(&[
        (
            "claim_generator_info",
            list(&[map(&[("name", word(generator)), ("version", word("1.2"))])]),
        ),
        ("dc:title", word("fox.png")),
    ]);
    let action = map(&[
        ("action", word("c2pa.created")),
        ("softwareAgent", map(&[("name", word(agent))])),
        ("digitalSourceType", word(kind)),
    ]);
    let actions = map(&[("actions", list(&[action]))]);
    let header = [
        head(5, 1),
        vec![0x18, 33],
        list(&[bytes(&certificate("Foxes, Inc."))]),
    ]
    .concat();
    let signature = [
        vec![0xd2],
        list(&[bytes(&header), map(&[]), vec![0xf6], bytes(&[0; 64])]),
    ]
    .concat();
    let manifest = superbox(
        "urn:c2pa:1",
        &[
            superbox(
                "c2pa.assertions",
                &[superbox("c2pa.actions.v2", &[cbor(&actions)])],
            ),
            superbox("c2pa.claim.v2", &[cbor(&claim)]),
            superbox("c2pa.signature", &[cbor(&signature)]),
        ],
    );
    superbox("c2pa", &[manifest])
}

fn extra<'r>(recipe: &'r Recipe, name: &str) -> Option<&'r str> {
    let found = recipe.extra.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

fn assert_claims(recipe: &Recipe) {
    assert_eq!(
        extra(recipe, "C2PA claim generator, not validated"),
        Some("Fox Painter 1.2")
    );
    assert_eq!(
        extra(recipe, "C2PA action, not validated"),
        Some("c2pa.created")
    );
    assert_eq!(
        extra(recipe, "C2PA source type, not validated"),
        Some("trainedAlgorithmicMedia")
    );
    assert_eq!(
        extra(recipe, "C2PA software, not validated"),
        Some("GPT-4o")
    );
    assert_eq!(
        extra(recipe, "C2PA signer, not validated"),
        Some("Foxes, Inc.")
    );
    assert_eq!(recipe.tool, "openai");
}

/// The manifest as a box with an id, as MP4 and AVIF hold it.
fn foreign(store: &[u8]) -> Vec<u8> {
    let id = *b"\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";
    boxed(*b"uuid", &[&id, &[0; 4], b"manifest\0", &[0; 8], store])
}

#[test]
fn manifests_are_read_in_png_webp_mp4_and_avif() {
    let store = store("Fox Painter", "GPT-4o", MODEL);
    let avif = [boxed(*b"ftyp", &[b"avif\0\0\0\0avifmif1"]), foreign(&store)].concat();
    for file in [
        png(&[chunk(*b"caBX", &store)]),
        webp(&[(b"C2PA", store.clone())]),
        [mp4(&[]), foreign(&store)].concat(),
        avif,
    ] {
        let reading = read(&file);
        assert_claims(&reading.recipe);
        assert!(!reading.unparsed);
        assert_eq!(metadata::reread(&reading.raw).recipe, reading.recipe);
    }
}

#[test]
fn manifests_are_read_in_jpeg_over_several_segments() {
    let store = store("Fox Painter", "GPT-4o", MODEL);
    let (first, second) = store.split_at(300);
    let segment =
        |part: u32, body: &[u8]| (0xeb, [b"JP\0\x01", &part.to_be_bytes()[..], body].concat());
    let again = [&store[..8], second].concat();
    assert_claims(&read(&jpeg(&[segment(1, first), segment(2, &again)])).recipe);
}

#[test]
fn a_camera_that_signs_its_pictures_is_no_generator() {
    let kind = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture";
    let recipe = read(&png(&[chunk(
        *b"caBX",
        &store("Some Camera", "Firmware", kind),
    )]))
    .recipe;
    assert!(recipe.is_empty());
    assert_eq!(
        extra(&recipe, "C2PA source type, not validated"),
        Some("digitalCapture")
    );
    let recipe = read(&png(&[chunk(
        *b"caBX",
        &store("Painter", "My Model/2", MODEL),
    )]))
    .recipe;
    assert_eq!(recipe.tool, "my model");
}

#[test]
fn a_record_beats_a_manifest_but_keeps_its_claims() {
    let file = png(&[
        text("parameters", INFOTEXT),
        chunk(*b"caBX", &store("Fox Painter", "GPT-4o", MODEL)),
    ]);
    let reading = read(&file);
    assert_fox(&reading);
    assert_eq!(reading.recipe.tool, "a1111");
    assert_eq!(
        extra(&reading.recipe, "C2PA signer, not validated"),
        Some("Foxes, Inc.")
    );
}

#[test]
fn damaged_manifests_are_survived() {
    let good = store("Fox Painter", "GPT-4o", MODEL);
    for at in 0..good.len() {
        read(&png(&[chunk(*b"caBX", &good[..at])]));
        let mut bad = good.clone();
        bad[at] ^= 0xff;
        read(&png(&[chunk(*b"caBX", &bad)]));
    }
    let mut deep = cbor(&[0x81; 1000]);
    for _ in 0..500 {
        deep = superbox("c2pa", &[deep]);
    }
    read(&png(&[chunk(*b"caBX", &deep)]));
    let reading = read(&png(&[chunk(*b"caBX", &good[..good.len() - 9])]));
    assert!(notices(&reading).contains(&"bad-manifest"));
}

fn packet(properties: &str) -> Vec<u8> {
    let packet = format!(
        "<x:xmpmeta><rdf:RDF><rdf:Description {properties}</rdf:Description></rdf:RDF></x:xmpmeta>"
    );
    itext("XML:com.adobe.xmp", &packet, false)
}

#[test]
fn fields_of_iptc_name_system_prompt_and_writer() {
    let recipe = read(&png(&[packet(
        "Iptc4xmpExt:AISystemUsed=\"Fox Painter\"><Iptc4xmpExt:AISystemVersionUsed>3</Iptc4xmpExt:AISystemVersionUsed>\
         <Iptc4xmpExt:AIPromptInformation><rdf:Alt><rdf:li xml:lang=\"x-default\">a red fox</rdf:li></rdf:Alt></Iptc4xmpExt:AIPromptInformation>\
         <Iptc4xmpExt:AIPromptWriterName>Reynard</Iptc4xmpExt:AIPromptWriterName>\
         <Iptc4xmpExt:DigitalSourceType rdf:resource=\"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia\"/>",
    )]))
    .recipe;
    assert_eq!(
        (recipe.tool.as_str(), recipe.positive.as_str()),
        ("fox painter", "a red fox")
    );
    assert_eq!(extra(&recipe, "AI system version used"), Some("3"));
    assert_eq!(extra(&recipe, "AI prompt writer"), Some("Reynard"));
    assert_eq!(
        extra(&recipe, "Digital source type"),
        Some("trainedAlgorithmicMedia")
    );
    assert_eq!(recipe.primary().unwrap().positive, "a red fox");
}

#[test]
fn iptc_does_not_replace_the_prompt_of_a_record() {
    let file = png(&[
        text("prompt", PROMPT),
        packet("Iptc4xmpExt:AIPromptInformation=\"else\" Iptc4xmpExt:AISystemUsed=\"else\">"),
    ]);
    let reading = read(&file);
    assert_fox(&reading);
    assert_eq!(reading.recipe.tool, "comfyui");
}

#[test]
fn services_are_known_by_the_software_that_they_write() {
    let exif = |tag, value| {
        read(&webp(&[(b"EXIF", tiff(&[(tag, value)], None, None))]))
            .recipe
            .tool
    };
    assert_eq!(exif(0x0131, "Adobe Firefly"), "firefly");
    assert_eq!(exif(0x010f, "Midjourney"), "midjourney");
    assert_eq!(exif(0x0131, "DALL-E 3"), "openai");
    assert_eq!(
        exif(0x010e, "a fox in the style of DALL-E and Midjourney"),
        ""
    );
    assert_eq!(exif(0x0131, "GIMP 2.10"), "");
    assert_eq!(
        read(&png(&[text("Software", "OpenAI")])).recipe.tool,
        "openai"
    );
    assert_eq!(read(&png(&[text("Title", "OpenAI")])).recipe.tool, "");
    let google = packet("photoshop:Credit=\"Made with Google AI\">");
    assert_eq!(read(&png(&[google])).recipe.tool, "google");
}

#[test]
fn labels_of_services_are_read() {
    let exif = |comment: &str| {
        tiff(
            &[],
            None,
            Some(&[b"ASCII\0\0\0", comment.as_bytes()].concat()),
        )
    };
    let label =
        r#"{"aigc_info":{"aigc_label_type":0,"source_info":"dreamina"},"data":{"os":"web"}}"#;
    let recipe = read(&webp(&[(b"EXIF", exif(label))])).recipe;
    assert_eq!(
        (recipe.tool.as_str(), extra(&recipe, "AIGC label")),
        ("dreamina", Some("dreamina"))
    );
    let label = r#"{"Label":"1","ContentProducer":"Foxes","ProduceID":"7"}"#;
    let recipe = read(&png(&[text("AIGC", label)])).recipe;
    assert_eq!(
        (recipe.tool.as_str(), extra(&recipe, "AIGC label")),
        ("", Some("Foxes"))
    );
}

#[test]
fn xmp_in_mp4_is_read() {
    let id = *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
    let packet = format!(
        "<x:xmpmeta><rdf:Description><dc:description>{INFOTEXT}</dc:description></rdf:Description></x:xmpmeta>"
    );
    let file = [mp4(&[]), boxed(*b"uuid", &[&id, packet.as_bytes()])].concat();
    assert_fox(&read(&file));
}
