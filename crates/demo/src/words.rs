//! Prompts from our own vocabulary.

use crate::{art::Style, palette::Palette, random::Random};

const MEDIA: [&str; 12] = [
    "fine art print",
    "gouache on board",
    "risograph print",
    "digital painting",
    "large format photograph",
    "linocut",
    "pastel on dark paper",
    "gallery poster",
    "mixed media",
    "enamel on metal",
    "silkscreen",
    "pen and wash",
];
const LIGHTS: [&str; 12] = [
    "soft window light",
    "low evening sun",
    "diffuse overcast light",
    "rim light from behind",
    "candle-warm glow",
    "cold blue hour",
    "hard noon shadows",
    "light through mist",
    "gentle backlight",
    "moonlight",
    "even studio light",
    "first light",
];
const MOODS: [&str; 14] = [
    "calm",
    "dreamlike",
    "melancholic",
    "festive",
    "austere",
    "tender",
    "restless",
    "solemn",
    "playful",
    "weightless",
    "nostalgic",
    "hushed",
    "radiant",
    "mysterious",
];
const QUALITIES: [&str; 12] = [
    "fine detail",
    "clean composition",
    "rich texture",
    "subtle grain",
    "balanced negative space",
    "crisp edges",
    "deep contrast",
    "muted contrast",
    "wide tonal range",
    "museum quality",
    "carefully framed",
    "sharp focus",
];
const AVOID: [&str; 18] = [
    "blurry",
    "low quality",
    "jpeg artifacts",
    "watermark",
    "signature",
    "text",
    "frame",
    "banding",
    "oversaturated",
    "muddy colours",
    "noise",
    "cropped",
    "duplicate",
    "deformed",
    "flat lighting",
    "moire",
    "people",
    "lowres",
];
const JAPANESE_DETAILS: [&str; 10] = [
    "柔らかな光",
    "静かな構図",
    "繊細な質感",
    "余白の美",
    "深い陰影",
    "版画風",
    "夜明けの空気",
    "細かな描写",
    "幻想的",
    "落ち着いた色調",
];
const SIGNS: [&str; 8] = ["✨", "🌊", "🌙", "🔥", "🌸", "🎨", "🍂", "🪐"];
const OPENINGS: [&str; 8] = [
    "Imagine",
    "A composition of",
    "We are looking at",
    "The whole picture is",
    "Picture",
    "A study of",
    "Seen from a little distance,",
    "Close up and patient,",
];
const LINKS: [&str; 8] = [
    "held together by",
    "softened by",
    "set against",
    "answered by",
    "carried by",
    "crossed by",
    "grounded in",
    "opened up by",
];

/// The texts of a session.
#[derive(Debug, Clone)]
pub(crate) struct Prompt {
    pub(crate) positive: String,
    pub(crate) negative: String,
}

impl Prompt {
    /// Makes both texts one line of plain words, for programs that give brackets another meaning.
    pub(crate) fn plain(&mut self) {
        for text in [&mut self.positive, &mut self.negative] {
            let parts = text.split(", ").filter(|part| !part.starts_with('['));
            let parts: Vec<&str> = parts.map(unweighted).collect();
            let line = parts.join(", ");
            *text = line.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
}

/// `(dunes:1.2)` without its weight.
fn unweighted(part: &str) -> &str {
    let inner = part
        .strip_prefix('(')
        .and_then(|part| part.strip_suffix(')'));
    inner
        .and_then(|inner| inner.rsplit_once(':'))
        .map_or(part, |(words, _)| words)
}

/// Writes the prompt of a session; `prose` for models that read sentences and take no negative.
pub(crate) fn prompt(style: &Style, palette: &Palette, random: &mut Random, prose: bool) -> Prompt {
    let kind = random.unit();
    let positive = if kind < 0.06 {
        japanese(style, palette, random)
    } else if kind < 0.1 {
        long(style, palette, random)
    } else if prose {
        sentences(style, palette, random)
    } else {
        let text = tags(style, palette, random);
        if kind > 0.95 {
            format!("{} {text}, {}", random.pick(&SIGNS), random.pick(&SIGNS))
        } else {
            text
        }
    };
    let negative = if prose || random.chance(0.08) {
        String::new()
    } else {
        avoid(random)
    };
    Prompt { positive, negative }
}

fn tags(style: &Style, palette: &Palette, random: &mut Random) -> String {
    let subject = *random.pick(style.subjects);
    let subject = if random.chance(0.3) {
        format!("({subject}:{})", random.pick(&["1.1", "1.2", "1.3"]))
    } else {
        subject.to_owned()
    };
    let mut parts = vec![subject, palette.words.to_owned()];
    let lists: [&[&str]; 6] = [
        style.details,
        &MEDIA,
        &LIGHTS,
        &MOODS,
        &QUALITIES,
        style.details,
    ];
    for choices in lists {
        let word = (*random.pick(choices)).to_owned();
        if random.chance(0.85) && !parts.contains(&word) {
            parts.push(word);
        }
    }
    if random.chance(0.2) {
        parts.push(format!(
            "[{}:{}:0.4]",
            random.pick(&MOODS),
            random.pick(&MOODS)
        ));
    }
    parts.join(", ")
}

fn sentences(style: &Style, palette: &Palette, random: &mut Random) -> String {
    format!(
        "A {} {} in {}, with {} and {}. {} It feels {}, made as a {}.",
        random.pick(&MOODS),
        random.pick(style.subjects),
        palette.words,
        random.pick(style.details),
        random.pick(&LIGHTS),
        sentence(style, palette, random),
        random.pick(&MOODS),
        random.pick(&MEDIA),
    )
}

fn sentence(style: &Style, palette: &Palette, random: &mut Random) -> String {
    format!(
        "{} {}, {} {} and {}, in {} with {}.",
        random.pick(&OPENINGS),
        random.pick(style.subjects),
        random.pick(&LINKS),
        random.pick(style.details),
        random.pick(&LIGHTS),
        palette.words,
        random.pick(&QUALITIES),
    )
}

/// More than 3,000 characters, as people paste them from a language model.
fn long(style: &Style, palette: &Palette, random: &mut Random) -> String {
    let mut out = sentences(style, palette, random);
    while out.len() < 3000 {
        out.push_str(if random.chance(0.15) { "\n\n" } else { " " });
        out.push_str(&sentence(style, palette, random));
    }
    out
}

fn japanese(style: &Style, palette: &Palette, random: &mut Random) -> String {
    let mut parts = vec![*random.pick(style.japanese), palette.japanese];
    for _ in 0..4 {
        let word = *random.pick(&JAPANESE_DETAILS);
        if !parts.contains(&word) {
            parts.push(word);
        }
    }
    parts.join("、")
}

fn avoid(random: &mut Random) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for _ in 0..4 + random.below(8) {
        let word = *random.pick(&AVOID);
        if !parts.contains(&word) {
            parts.push(word);
        }
    }
    let rest = parts.split_off(1);
    format!("({}:1.2), {}", parts[0], rest.join(", "))
        .trim_end_matches([',', ' '])
        .to_owned()
}
