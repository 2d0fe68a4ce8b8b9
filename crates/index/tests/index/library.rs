//! Rows and queries by chance, from a number that a failing test prints.

use domain::{
    duel::Duel,
    facts::{Facts, Marks},
    id::{ImageId, SetId},
    image::Format,
    judgement::{Judgement, Label, Verdict},
    photoset::{Photoset, SetKind},
    query::{
        Alternative, Atom, Field, FieldKind, Filter, Has, Query, Sort, SortBy, SortKey, TimePoint,
        TimeRange, Word, Words,
    },
    tag::{Tag, TagColour},
    time::{DAY, Timestamp},
};

use crate::parameters;

/// `SplitMix64`: the same numbers for the same start everywhere.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ value >> 31
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn one_in(&mut self, end: u64) -> bool {
        self.below(end) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }

    fn some(&mut self, most: u64, of: &[&str]) -> Vec<String> {
        (0..self.below(most + 1))
            .map(|_| self.pick(of).to_owned())
            .collect()
    }
}

pub(crate) const NOW: Timestamp = Timestamp(20_500 * DAY + 40_000_000);

const WORDS: [&str; 18] = [
    "neon",
    "City",
    "1girl",
    "(masterpiece:1.2)",
    "straße",
    "ÄPFEL",
    "ΣΟΦΟΣ",
    "漢字",
    "漢",
    "cat",
    "red car",
    "Lighting,",
    "a",
    "8k",
    "portrait",
    "fog",
    "<lora:ink:0.8>",
    "B&W",
];
const MODELS: [&str; 9] = [
    "SDXL\\Juggernaut.safetensors",
    "juggernaut.ckpt",
    "flux/flux1-dev.gguf",
    "Flux1-Dev",
    "dream, v8",
    "  anime   mix ",
    "",
    "漢字モデル.safetensors",
    "folder/a*b",
];
const LORAS: [&str; 7] = [
    "ink.safetensors",
    "styles/Ink",
    "detail",
    "detail-tweaker.pt",
    "neon",
    "más",
    "b",
];
const SAMPLERS: [&str; 6] = [
    "euler",
    "Euler",
    "euler_ancestral",
    "dpmpp_2m",
    "DPM++ 2M",
    "ddim",
];
const SCHEDULERS: [&str; 4] = ["normal", "karras", "Karras", "simple"];
const TOOLS: [&str; 5] = ["comfyui", "a1111", "", "forge", "ComfyUI"];
const FOLDERS: [&str; 9] = [
    "pictures",
    "pictures/2026",
    "pictures/2026/may",
    "Pictures/2026/May",
    "pictures/20266",
    "nas/neon",
    "nas/a b/c",
    "",
    "nas",
];
const SIZES: [(u32, u32); 9] = [
    (1024, 1024),
    (512, 768),
    (1920, 1080),
    (1344, 768),
    (1360, 768),
    (0, 0),
    (64, 0),
    (8192, 4096),
    (768, 512),
];

/// The keys of tags count from 1.
const TAGS: [&str; 9] = [
    "portrait",
    "Portrait study",
    "漢字",
    "red car",
    "to print",
    "B&W",
    "ÄPFEL",
    "a",
    "never on a picture",
];

/// Whom pictures show; most nobody.
const PERSONAS: [&str; 7] = ["", "", "Ada", "ADA", "zoë", "Bo  Li, the elder", "-x"];

/// Who had pictures made, and what for.
const USERS: [&str; 5] = ["", "", "u-17", "U-17", "zoë  k"];
const INTENTS: [&str; 4] = ["", "generate", "Edit", "enhance, twice"];

/// The photosets: key, and the one that it lies in. The last one is smart.
const SETS: [(i64, Option<i64>); 4] = [(1, None), (2, Some(1)), (3, Some(2)), (4, None)];
/// The key of the photoset that finds pictures with [`MANY_STARS`] and more.
pub(crate) const SMART: i64 = 4;
pub(crate) const MANY_STARS: u8 = 3;

/// The public id of a photoset.
pub(crate) fn set_id(key: i64) -> SetId {
    SetId(0x1234_5678_9abc_def0_0000 + key as u128)
}

/// A photoset and those that it lies in.
pub(crate) fn with_those_above(key: i64) -> Vec<i64> {
    let above = |key: &i64| SETS.iter().find(|(own, _)| own == key)?.1;
    std::iter::successors(Some(key), above).collect()
}

fn photosets() -> Vec<(i64, SetId, Photoset)> {
    let set = |(key, above): (i64, Option<i64>)| {
        let smart = key == SMART;
        let set = Photoset {
            parent: above.map(set_id),
            kind: if smart {
                SetKind::Smart
            } else {
                SetKind::Manual
            },
            query: if smart {
                "rating=3..".to_owned()
            } else {
                String::new()
            },
            ..Photoset::named("Any name")
        };
        (key, set_id(key), set)
    };
    SETS.into_iter().map(set).collect()
}

/// A place in a photoset that people fill.
pub(crate) fn any_place(chance: &mut Chance) -> (i64, i64) {
    (1 + chance.below(3) as i64, 1 + chance.below(40) as i64)
}

fn places(chance: &mut Chance) -> Vec<(i64, i64)> {
    let mut places: Vec<(i64, i64)> = (0..chance.below(3)).map(|_| any_place(chance)).collect();
    places.sort_unstable();
    places.dedup_by_key(|(set, _)| *set);
    places
}

/// Pictures that were in duels, the best first.
const RANKED: [i64; 12] = [40, 3, 77, 12, 5, 60, 1, 250, 33, 18, 90_000, 2];

/// The place of a picture in the order that its duels made.
pub(crate) fn rank(key: i64) -> Option<usize> {
    RANKED.iter().position(|own| *own == key)
}

/// Duels that leave no choice: each won against the next.
fn duels() -> Vec<Duel> {
    let pairs = RANKED.windows(2).rev();
    let duel = |pair: &[i64]| Duel {
        better: pair[0],
        worse: pair[1],
        even: false,
    };
    pairs.map(duel).collect()
}

/// What tags and photosets are called, and every duel.
pub(crate) fn names() -> Marks {
    let colour = |key: usize| TagColour::ALL.get(key).copied();
    let names = TAGS.iter().enumerate().map(|(at, name)| {
        let tag = Tag {
            name: (*name).to_owned(),
            colour: colour(at * 2),
        };
        (at as i64 + 1, tag)
    });
    Marks {
        names: Some(names.collect()),
        sets: Some(photosets()),
        duels: Some(duels()),
        ..Marks::default()
    }
}

/// The name of a tag by its key.
pub(crate) fn tag_name(key: i64) -> &'static str {
    TAGS[key as usize - 1]
}

/// Any tag that a picture may have.
pub(crate) fn any_tag(chance: &mut Chance) -> i64 {
    1 + chance.below(TAGS.len() as u64 - 1) as i64
}

fn tags(chance: &mut Chance) -> Vec<i64> {
    let mut tags: Vec<i64> = (0..chance.below(5)).map(|_| any_tag(chance)).collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// What somebody may write about a picture; often nothing.
pub(crate) fn note(chance: &mut Chance) -> String {
    let words: Vec<&str> = (0..chance.pick(&[0, 0, 1, 3]))
        .map(|_| chance.pick(&WORDS))
        .collect();
    words.join("\n")
}

pub(crate) fn row(chance: &mut Chance, key: i64) -> Facts {
    let prompt = |chance: &mut Chance| {
        let words: Vec<&str> = (0..chance.below(5)).map(|_| chance.pick(&WORDS)).collect();
        words.join(chance.pick(&[" ", ", ", ", ", "\n", "  ", " BREAK "]))
    };
    let (width, height) = chance.pick(&SIZES);
    // Few different days, so that dates tie.
    let date = Timestamp(NOW.0 - chance.below(90) as i64 * 7 * DAY / chance.pick(&[1, 1, 7, 9]));
    let number = chance.below(400);
    let loras = chance.some(3, &LORAS);
    Facts {
        key,
        id: ImageId(u128::from(chance.next()) << chance.pick(&[0, 0, 64])),
        date,
        added: Timestamp(NOW.0 - chance.below(20) as i64 * DAY),
        name: match chance.below(4) {
            0 => format!("ComfyUI_{number:05}_.png"),
            1 => format!("{number}-{}.jpg", chance.pick(&WORDS)),
            2 => format!("IMG{number}"),
            _ => format!("img{:03}x{}.webp", number / 10, number % 10),
        },
        folder: chance.pick(&FOLDERS).to_owned(),
        models: chance.some(2, &MODELS),
        lora_weights: loras
            .iter()
            .map(|_| {
                chance.pick(&[
                    None,
                    Some(1.0),
                    Some(0.8),
                    Some(0.84),
                    Some(-0.5),
                    Some(f64::NAN),
                ])
            })
            .collect(),
        loras,
        vae: chance
            .one_in(3)
            .then(|| chance.pick(&["vae/ae.safetensors", "AE", "mse"]).to_owned()),
        samplers: chance.some(2, &SAMPLERS),
        schedulers: chance.some(2, &SCHEDULERS),
        tool: chance.pick(&TOOLS).to_owned(),
        format: chance.pick(&Format::ALL),
        seeds: (0..chance.below(4)).map(|_| seed(chance)).collect(),
        steps: (!chance.one_in(4)).then(|| chance.below(60) as u32),
        cfg: match chance.below(8) {
            0 => None,
            1 => Some(f64::NAN),
            2 => Some(7.0),
            3 => Some(f64::from(7.1_f32)),
            _ => Some(chance.below(200) as f64 / 10.0),
        },
        width,
        height,
        bytes: chance.below(50) * 1000,
        seconds: None,
        positive: prompt(chance),
        negative: if chance.one_in(2) {
            String::new()
        } else {
            prompt(chance)
        },
        parameters: parameters::parameters(chance),
        has_workflow: chance.one_in(2),
        unparsed: chance.one_in(5),
        secret: chance.one_in(9),
        missing: chance.one_in(9),
        judgement: judgement(chance),
        tags: tags(chance),
        note: note(chance),
        sets: places(chance),
        persona: chance.pick(&PERSONAS).to_owned(),
        edited: chance.one_in(4),
        input: chance.one_in(7),
        references: references(chance),
        user: chance.pick(&USERS).to_owned(),
        intent: chance.pick(&INTENTS).to_owned(),
    }
}

/// Three in five pictures were made from no other.
fn references(chance: &mut Chance) -> Vec<ImageId> {
    let some = chance.pick(&[0, 0, 0, 1, 3]);
    (0..some)
        .map(|_| ImageId(1 + u128::from(chance.below(9))))
        .collect()
}

/// One in three pictures is as it came.
pub(crate) fn judgement(chance: &mut Chance) -> Judgement {
    if chance.one_in(3) {
        return Judgement::default();
    }
    Judgement {
        verdict: chance.pick(&Verdict::ALL),
        rating: chance.below(6) as u8,
        favourite: chance.one_in(3),
        label: Label::ALL.get(chance.below(8) as usize).copied(),
        hidden: chance.one_in(6),
        trashed: chance.one_in(6),
    }
}

fn seed(chance: &mut Chance) -> u64 {
    match chance.below(4) {
        0 => u64::MAX,
        1 => 42,
        _ => chance.below(50),
    }
}

/// A text that some rows may have, in another form.
fn text(chance: &mut Chance, field: Field) -> String {
    let values: &[&str] = match field {
        Field::Model => &MODELS,
        Field::Lora => &LORAS,
        Field::LoraWeight => &["ink@0.8", "Ink@.80", "b@-0.5", "neon@1", "más@*", "ink"],
        Field::Vae => &["ae", "MSE.pt", "x"],
        Field::Token => &[
            "masterpiece",
            "red car",
            "city",
            "STRASSE",
            "straße",
            "cat red car",
            "漢字",
        ],
        Field::Sampler => &SAMPLERS,
        Field::Scheduler => &SCHEDULERS,
        Field::Tool => &TOOLS,
        Field::Folder => &FOLDERS,
        Field::State => &["approved", "rejected", "undecided"],
        Field::Label => &Label::WORDS,
        Field::Tag => &TAGS,
        Field::Persona => &["ada", "Zoë", "Bo Li, the elder", "-x", "nobody"],
        Field::User => &["u-17", "Zoë K", "nobody"],
        Field::Intent => &["generate", "edit", "enhance, twice"],
        Field::Format => &["png", "JPG", "jpeg", "m4v", "webm", "heic"],
        _ => &["img012x3.webp", "IMG7", "comfyui_00012_.PNG", "12-cat.jpg"],
    };
    let set = format!("any-name-{}", set_id(1 + chance.below(5) as i64));
    let reference = ImageId(1 + u128::from(chance.below(9))).to_string();
    let text = match field {
        Field::Set => &*set,
        Field::Reference if chance.one_in(3) => "*",
        Field::Reference => &*reference,
        _ => chance.pick(values),
    };
    let text = if chance.one_in(4) {
        text.to_uppercase()
    } else {
        text.to_owned()
    };
    if !chance.one_in(4) {
        return text;
    }
    let letters: Vec<char> = text.chars().collect();
    let cut = chance.below(letters.len() as u64 + 1) as usize;
    match chance.below(3) {
        0 => letters[..cut].iter().chain(&['*']).collect(),
        1 => ['*'].iter().chain(&letters[cut..]).collect(),
        _ => letters[..cut / 2]
            .iter()
            .chain(&['*'])
            .chain(&letters[cut..])
            .collect(),
    }
}

fn range<T>(chance: &mut Chance, value: impl Fn(&mut Chance) -> T) -> (Option<T>, Option<T>) {
    let from = (!chance.one_in(3)).then(|| value(chance));
    (from, (!chance.one_in(3)).then(|| value(chance)))
}

fn point(chance: &mut Chance) -> TimePoint {
    let date = Timestamp(NOW.0 - chance.below(700) as i64 * DAY).date();
    match chance.below(6) {
        0 => TimePoint::Year(date.year),
        1 | 2 => TimePoint::Month(date.year, date.month),
        3 => TimePoint::Day(date.year, date.month, date.day),
        4 => TimePoint::Second(NOW.0 / 1_000 - chance.below(60_000_000) as i64),
        _ => TimePoint::DaysAgo(chance.below(700) as u32),
    }
}

fn atom(chance: &mut Chance, field: Field) -> Atom {
    match field.kind() {
        FieldKind::Text => Atom::Text(text(chance, field)),
        FieldKind::Whole if chance.one_in(3) => {
            let value = if field == Field::Seed {
                seed(chance)
            } else {
                chance.below(60)
            };
            Atom::Whole(Some(value), Some(value))
        }
        FieldKind::Whole => {
            let end = chance.pick(&[60, 2000]);
            let (from, to) = range(chance, |chance| chance.below(end));
            Atom::Whole(from, to)
        }
        FieldKind::Number => {
            let (from, to) = range(chance, |chance| chance.below(200) as f64 / 10.0);
            if chance.one_in(3) {
                Atom::Number(from, from)
            } else {
                Atom::Number(from, to)
            }
        }
        FieldKind::Size => {
            let (w, h) = chance.pick(&SIZES);
            Atom::Size(w, h)
        }
        FieldKind::Ratio => {
            let (w, h) = chance.pick(&[(16, 9), (1, 1), (2, 3), (3, 2), (7, 4), (2, 1), (1, 0)]);
            Atom::Ratio(w, h)
        }
        FieldKind::Time => {
            let (from, to) = range(chance, point);
            let to = if chance.one_in(3) { from } else { to };
            Atom::Time(TimeRange { from, to })
        }
        FieldKind::Has => Atom::Has(chance.pick(&Has::ALL)),
    }
}

fn word(chance: &mut Chance) -> Word {
    let text = match chance.below(7) {
        0 => chance.pick(&MODELS).to_owned(),
        2 => chance.pick(&TAGS).to_owned(),
        1 => chance
            .pick(&[
                "0001",
                "img",
                ".png",
                "IMG1",
                "x3",
                "pictures/2026",
                "ink",
                "e",
                "漢",
            ])
            .to_owned(),
        _ => chance.pick(&WORDS).to_owned(),
    };
    let letters: Vec<char> = text.chars().collect();
    let start = chance.below(letters.len() as u64 / 2 + 1) as usize;
    let length = if chance.one_in(2) {
        letters.len()
    } else {
        1 + chance.below(4) as usize
    };
    let text: String = letters.iter().skip(start).take(length).collect();
    let text = if chance.one_in(2) {
        text.to_uppercase()
    } else {
        text
    };
    Word {
        not: chance.one_in(4),
        text,
    }
}

fn sort_by(chance: &mut Chance) -> SortBy {
    let mut key = chance.pick(&SortKey::ALL);
    if let SortKey::Random(number) = &mut key {
        *number = chance.below(5) as u32;
    }
    SortBy {
        key,
        descending: chance.one_in(2),
    }
}

pub(crate) fn query(chance: &mut Chance) -> Query {
    let filters = (0..chance.pick(&[0, 1, 1, 1, 2, 2, 3])).map(|_| {
        let field = chance.pick(&Field::ALL);
        let any = (0..chance.pick(&[1, 1, 2, 3]))
            .map(|_| Alternative {
                not: chance.one_in(4),
                atom: atom(chance, field),
            })
            .collect();
        Filter { field, any }
    });
    let filters = filters.collect();
    let words = (0..chance.pick(&[0, 0, 1, 1, 2]))
        .map(|_| Words {
            any: (0..chance.pick(&[1, 1, 1, 2, 3]))
                .map(|_| word(chance))
                .collect(),
        })
        .collect();
    let sort = Sort {
        first: sort_by(chance),
        then: (0..chance.pick(&[0, 0, 1, 2, 5]))
            .map(|_| sort_by(chance))
            .collect(),
    };
    let params = (0..chance.pick(&[0, 0, 0, 1, 1, 2]))
        .map(|_| parameters::filter(chance))
        .collect();
    Query {
        words,
        filters,
        params,
        sort,
        ..Query::default()
    }
}
