//! What a file says about the kind of its making, apart from any recipe: provenance manifests (C2PA),
//! the fields of IPTC for pictures made by machines, labels of services, and the name of the
//! software. All of it is a claim; nothing here is validated.

use domain::recipe::{Recipe, Sampling};

use super::Texts;
use crate::json::{self, Json};

/// Fields of a manifest, and how they are called in a recipe.
const MANIFEST: &[(&str, &str)] = &[
    ("claim_generator", "C2PA claim generator, not validated"),
    ("action", "C2PA action, not validated"),
    ("softwareAgent", "C2PA software, not validated"),
    ("digitalSourceType", "C2PA source type, not validated"),
    ("action description", "C2PA description, not validated"),
    ("signer", "C2PA signer, not validated"),
];

/// Fields of IPTC in XMP, and how they are called in a recipe.
const IPTC: &[(&str, &str)] = &[
    ("AISystemUsed", "AI system used"),
    ("AISystemVersionUsed", "AI system version used"),
    ("AIPromptInformation", "AI prompt information"),
    ("AIPromptWriterName", "AI prompt writer"),
    ("DigitalSourceType", "Digital source type"),
];

/// Services by the names that they write as software or maker, the longer before the shorter.
const SERVICES: &[(&str, &str)] = &[
    ("firefly", "firefly"),
    ("midjourney", "midjourney"),
    ("dall-e", "openai"),
    ("dall·e", "openai"),
    ("openai", "openai"),
    ("chatgpt", "openai"),
    ("gpt-4o", "openai"),
    ("gpt-image", "openai"),
    ("bing image creator", "microsoft"),
    ("microsoft designer", "microsoft"),
    ("microsoft_responsible_ai", "microsoft"),
    ("google ai", "google"),
    ("google generative ai", "google"),
    ("google imagen", "google"),
    ("gemini", "google"),
    ("stability ai", "stability"),
    ("stabilityai", "stability"),
    ("leonardo.ai", "leonardo"),
    ("ideogram", "ideogram"),
    ("recraft", "recraft"),
    ("black forest labs", "blackforestlabs"),
    ("dreamina", "dreamina"),
    ("xai grok", "grok"),
    ("runwayml", "runway"),
    ("titan image generator", "amazon"),
];

/// Most entries and longest text that a manifest adds.
const ENTRIES: usize = 48;
const LONGEST: usize = 2000;

/// Adds what is claimed to a recipe, and names the tool where no record did.
pub(super) fn add(texts: &Texts<'_>, recipe: &mut Recipe) {
    let before = recipe.extra.len();
    let mut add = |name: &str, value: &str| {
        let entry = (name.to_owned(), value.trim().to_owned());
        let fits = !entry.1.is_empty() && entry.1.len() <= LONGEST;
        if fits && recipe.extra.len() < before + ENTRIES && !recipe.extra.contains(&entry) {
            recipe.extra.push(entry);
        }
    };
    for chunk in texts.0 {
        let fields = match chunk.place.as_str() {
            "c2pa" => MANIFEST,
            "xmp" => IPTC,
            _ => continue,
        };
        if let Some((key, name)) = fields.iter().find(|(key, _)| *key == chunk.key) {
            let is_type = key.eq_ignore_ascii_case("digitalSourceType");
            add(
                name,
                if is_type {
                    last_part(&chunk.text)
                } else {
                    &chunk.text
                },
            );
        }
    }
    let label = label(texts);
    if let Some(label) = &label {
        add("AIGC label", label);
    }
    if recipe.tool.is_empty() {
        recipe.tool = service(texts)
            .or_else(|| label.as_deref().and_then(known).map(str::to_owned))
            .or_else(|| claimed(texts))
            .unwrap_or_default();
    }
    let prompt = field(texts, "xmp", "AIPromptInformation").map(str::trim);
    if let Some(prompt) = prompt.filter(|prompt| !prompt.is_empty())
        && recipe.positive.is_empty()
        && recipe.samplers.is_empty()
        && !recipe.tool.is_empty()
    {
        prompt.clone_into(&mut recipe.positive);
        recipe.samplers = vec![Sampling {
            positive: recipe.positive.clone(),
            ..Sampling::default()
        }];
    }
}

fn field<'a>(texts: &Texts<'a>, place: &str, key: &str) -> Option<&'a str> {
    let mut chunks = texts.0.iter();
    let chunk = chunks.find(|chunk| chunk.place == place && chunk.key == key)?;
    Some(&chunk.text)
}

/// The last part of an address.
fn last_part(text: &str) -> &str {
    text.trim().rsplit('/').next().unwrap_or_default()
}

/// A known service in one of the fields that name software: never in a prompt or a title.
fn service(texts: &Texts<'_>) -> Option<String> {
    let names_software = |place: &str, key: &str| match place {
        "c2pa" => matches!(key, "claim_generator" | "softwareAgent"),
        "xmp" => matches!(key, "AISystemUsed" | "CreatorTool" | "Credit"),
        "exif:Software" | "exif:Make" => true,
        _ => place.starts_with("png:") && key.eq_ignore_ascii_case("Software"),
    };
    let mut fields = texts
        .0
        .iter()
        .filter(|chunk| chunk.text.len() < 500 && names_software(&chunk.place, &chunk.key));
    fields
        .find_map(|chunk| known(&chunk.text))
        .map(str::to_owned)
}

fn known(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase().replace('_', " ");
    let found = SERVICES
        .iter()
        .find(|(name, _)| text.contains(&name.replace('_', " ")));
    found.map(|(_, word)| *word)
}

/// The system that IPTC names, or else the program that claims to have made the picture by a model.
fn claimed(texts: &Texts<'_>) -> Option<String> {
    let word = |text: &str| {
        let name = text
            .split(['/', '(', ';'])
            .next()
            .unwrap_or_default()
            .trim();
        let short = !name.is_empty() && name.len() <= 60;
        short.then(|| name.to_lowercase())
    };
    if let Some(system) = field(texts, "xmp", "AISystemUsed") {
        return word(system);
    }
    let by_model = |kind: &str| {
        matches!(
            last_part(kind),
            "trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia"
        )
    };
    let mut types = texts
        .0
        .iter()
        .filter(|chunk| chunk.place == "c2pa" && chunk.key == "digitalSourceType");
    types.any(|chunk| by_model(&chunk.text)).then_some(())?;
    field(texts, "c2pa", "softwareAgent")
        .or_else(|| field(texts, "c2pa", "claim_generator"))
        .and_then(word)
}

/// The label that Chinese services must write: `AIGC` as a keyword, a property or a map in EXIF.
fn label(texts: &Texts<'_>) -> Option<String> {
    let mut maps = texts.named("AIGC").into_iter().chain(texts.loose());
    maps.find_map(|text| {
        let start = text.trim_start();
        if !start.starts_with('{') || start.len() > LONGEST {
            return None;
        }
        let text = json::clean(text);
        let json = json::parse(&text)?;
        let info = json
            .get("AIGC")
            .or_else(|| json.get("aigc_info"))
            .unwrap_or(&json);
        let by = ["ContentProducer", "ContentPropagator", "source_info"];
        let producer = by.iter().find_map(|key| info.get(key)?.text());
        let label = info
            .get("Label")
            .or_else(|| info.get("aigc_label_type"))
            .and_then(Json::plain);
        label.is_some().then_some(())?;
        producer.filter(|text| !text.is_empty()).map(str::to_owned)
    })
}
