//! The facts of a picture in the form in which the columns take them.

use domain::{
    facts::Facts,
    id::ImageId,
    image::Format,
    judgement::{Judgement, Label, Verdict},
    parameter::Parameters,
    prompt::{Dialect, fold},
    query::{Field, Has, lora_weight, rounded},
    text::{base_name, normalise},
};

/// Fields that are kept as sets of names, in the order in which [`Entry::names`] has them.
pub(crate) const NAMED: [Field; 11] = [
    Field::Model,
    Field::Lora,
    Field::Vae,
    Field::Sampler,
    Field::Scheduler,
    Field::Tool,
    Field::Folder,
    Field::LoraWeight,
    Field::Persona,
    Field::User,
    Field::Intent,
];

/// A row as the columns take it.
pub(crate) struct Entry {
    pub(crate) key: i64,
    pub(crate) id: ImageId,
    pub(crate) date: i64,
    pub(crate) added: i64,
    pub(crate) bytes: u64,
    /// Folded.
    pub(crate) name: String,
    /// Folded.
    pub(crate) positive: String,
    /// Folded.
    pub(crate) negative: String,
    /// Names as they are shown, for each field of [`NAMED`].
    pub(crate) names: [Vec<String>; NAMED.len()],
    pub(crate) seeds: Vec<u64>,
    pub(crate) steps: Option<u64>,
    /// The bits of the rounded number.
    pub(crate) cfg: Option<u64>,
    /// Width in the upper half, height in the lower.
    pub(crate) size: Option<u64>,
    pub(crate) format: u8,
    /// One bit for each [`Has`].
    pub(crate) flags: u32,
    /// See [`opinion`].
    pub(crate) opinion: u8,
    pub(crate) parameters: Option<Parameters>,
    /// Keys.
    pub(crate) tags: Vec<i64>,
    /// Folded.
    pub(crate) note: String,
    /// Keys of photosets and places in them.
    pub(crate) sets: Vec<(i64, i64)>,
    /// See [`reference()`].
    pub(crate) references: Vec<u64>,
}

impl From<&Facts> for Entry {
    fn from(row: &Facts) -> Self {
        let dialect = Dialect::of(&row.tool);
        let [positive, negative] =
            [&row.positive, &row.negative].map(|prompt| fold(prompt, dialect));
        let name = |name: &String| tidy(name);
        let file = |name: &String| tidy(base_name(name));
        let weighed = row.loras.iter().zip(&row.lora_weights);
        let names: [Vec<String>; NAMED.len()] = [
            row.models.iter().map(file).collect(),
            row.loras.iter().map(file).collect(),
            row.vae.iter().map(file).collect(),
            row.samplers.iter().map(name).collect(),
            row.schedulers.iter().map(name).collect(),
            vec![tidy(&row.tool)],
            with_parents(&row.folder),
            weighed
                .filter_map(|(name, weight)| lora_weight(name, (*weight)?))
                .collect(),
            said(&row.persona),
            said(&row.user),
            said(&row.intent),
        ];
        let flags = [
            (Has::Prompt, !positive.is_empty()),
            (Has::Negative, !negative.is_empty()),
            (Has::Workflow, row.has_workflow),
            (Has::Lora, names[1].iter().any(|name| !name.is_empty())),
            (Has::Recipe, !names[5][0].is_empty()),
            (Has::Unparsed, row.unparsed),
            (Has::Secret, row.secret),
            (Has::Video, row.format.is_video()),
            (Has::Missing, row.missing),
            (Has::Tag, !row.tags.is_empty()),
            (Has::Note, !row.note.is_empty()),
            (Has::Persona, !names[8].is_empty()),
            (Has::Edited, row.edited),
            (Has::Input, row.input),
        ];
        let bits = flags
            .into_iter()
            .filter(|(_, on)| *on)
            .map(|(has, _)| flag(has));
        let size = u64::from(row.width) << 32 | u64::from(row.height);
        Self {
            key: row.key,
            id: row.id,
            date: row.date.0,
            added: row.added.0,
            bytes: row.bytes,
            name: normalise(&row.name),
            positive,
            negative,
            names,
            seeds: row.seeds.clone(),
            steps: row.steps.map(u64::from),
            cfg: row
                .cfg
                .filter(|cfg| cfg.is_finite())
                .map(|cfg| (rounded(cfg) + 0.0).to_bits()),
            size: (row.width > 0 && row.height > 0).then_some(size),
            format: Format::ALL
                .iter()
                .position(|one| *one == row.format)
                .unwrap_or(0) as u8,
            flags: bits.fold(judged(row.judgement), |flags, bit| flags | bit),
            opinion: opinion(row.judgement),
            parameters: row.parameters.clone(),
            tags: row.tags.clone(),
            note: normalise(&row.note),
            sets: row.sets.clone(),
            references: row.references.iter().copied().map(reference).collect(),
        }
    }
}

/// So many different flags can a picture have.
pub(crate) const FLAGS: usize = 1 << Has::ALL.len();

/// The bit of [`Entry::flags`].
pub(crate) fn flag(has: Has) -> u32 {
    1 << has as u8
}

/// The bits of [`Entry::flags`] that people set.
pub(crate) const JUDGED: u32 =
    1 << Has::Favourite as u32 | 1 << Has::Hidden as u32 | 1 << Has::Trashed as u32;

/// Those with which a picture is out of sight.
pub(crate) const OUT: u32 =
    1 << Has::Hidden as u32 | 1 << Has::Trashed as u32 | 1 << Has::Input as u32;

/// A picture that another was made from, by the half of its id that is chance alone.
pub(crate) fn reference(id: ImageId) -> u64 {
    id.0 as u64
}

/// What people set of [`Entry::flags`].
pub(crate) fn judged(judgement: Judgement) -> u32 {
    let flags = [
        (Has::Favourite, judgement.favourite),
        (Has::Hidden, judgement.hidden),
        (Has::Trashed, judgement.trashed),
    ];
    let on = flags.into_iter().filter(|(_, on)| *on);
    on.fold(0, |bits, (has, _)| bits | flag(has))
}

/// Verdict, stars and label in one byte, so that a condition on them is a table of 256.
pub(crate) fn opinion(judgement: Judgement) -> u8 {
    let label = judgement.label.map_or(0, |label| label as u8 + 1);
    judgement.verdict as u8 | judgement.rating.min(7) << 2 | label << 5
}

/// The word of a verdict, the stars, and the word of a label.
pub(crate) fn read_opinion(opinion: u8) -> (&'static str, u64, &'static str) {
    let verdict = Verdict::ALL.get(usize::from(opinion & 3)).copied();
    let label = usize::from(opinion >> 5).checked_sub(1);
    let label = label.and_then(|at| Label::ALL.get(at)).copied();
    (
        verdict.unwrap_or_default().word(),
        u64::from(opinion >> 2 & 7),
        label.map_or("none", Label::word),
    )
}

/// A name, where there is one.
fn said(name: &str) -> Vec<String> {
    let name = tidy(name);
    if name.is_empty() {
        return Vec::new();
    }
    vec![name]
}

fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A folder and all above it: `a/b/c`, `a/b`, `a`.
fn with_parents(folder: &str) -> Vec<String> {
    let folder = tidy(folder);
    let mut rest = folder.trim_matches(['/', ' ']);
    let mut all = vec![rest.to_owned()];
    while let Some((above, _)) = rest.rsplit_once('/') {
        rest = above;
        all.push(above.to_owned());
    }
    all
}
