//! What is known of a picture for searching, between where it is kept and where it is asked.

use crate::{
    duel::Duel,
    id::{ImageId, SetId},
    image::Format,
    judgement::Judgement,
    parameter::Parameters,
    photoset::Photoset,
    tag::Tag,
    time::Timestamp,
};

/// Everything about one picture that can be asked, sorted or counted. The store reads it, the index
/// answers from it. Names are as the file has them.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The database's own number of the picture; never used again for another one.
    pub key: i64,
    /// Its public id.
    pub id: ImageId,
    /// Date of the picture.
    pub date: Timestamp,
    /// When the gallery first saw it.
    pub added: Timestamp,
    /// File name with extension.
    pub name: String,
    /// Watched folder and path inside it: `root/inside/it`.
    pub folder: String,
    /// Base models; the first one is sorted by.
    pub models: Vec<String>,
    /// LoRAs.
    pub loras: Vec<String>,
    /// Strength of each of them, in the same order; `None` where the file does not say.
    pub lora_weights: Vec<Option<f64>>,
    /// VAE.
    pub vae: Option<String>,
    /// Samplers of all sampler runs.
    pub samplers: Vec<String>,
    /// Schedulers of all sampler runs.
    pub schedulers: Vec<String>,
    /// Program that made it; empty when there is no recipe.
    pub tool: String,
    /// Kind of file.
    pub format: Format,
    /// Seeds of all sampler runs; the first one is sorted by.
    pub seeds: Vec<u64>,
    /// Steps of the primary sampler run.
    pub steps: Option<u32>,
    /// Guidance scale of the primary sampler run.
    pub cfg: Option<f64>,
    /// Width in pixels as shown; 0 when unknown.
    pub width: u32,
    /// Height in pixels as shown; 0 when unknown.
    pub height: u32,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Length of a video in seconds, when known.
    pub seconds: Option<u32>,
    /// Positive prompt.
    pub positive: String,
    /// Negative prompt.
    pub negative: String,
    /// Every other value that was set in its making.
    pub parameters: Option<Parameters>,
    /// Whether the file carries a workflow that can be loaded again.
    pub has_workflow: bool,
    /// Whether it carries text that no parser understood.
    pub unparsed: bool,
    /// Whether it carries a key, a token or a password.
    pub secret: bool,
    /// Whether every file of it is gone for now.
    pub missing: bool,
    /// What people think of it.
    pub judgement: Judgement,
    /// Keys of its tags, in any order; what they are called is told by [`Marks::names`].
    pub tags: Vec<i64>,
    /// What people wrote about it.
    pub note: String,
    /// Keys of the photosets that it was put into, each with its place in that one's order.
    pub sets: Vec<(i64, i64)>,
    /// Whom it shows, by what somebody said or by the folder it lies in; empty: nobody in particular.
    pub persona: String,
    /// Whether somebody edited what its file says.
    pub edited: bool,
    /// Whether it lies only where pictures lie that others are made from.
    pub input: bool,
    /// The pictures that it was made from.
    pub references: Vec<ImageId>,
    /// Who had it made, as its record says; empty: it has none, or that says nothing.
    pub user: String,
    /// What it was made for, likewise.
    pub intent: String,
}

/// Tags, notes, photosets and duels that changed, without the pictures' other facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Which pictures have a tag now and which do not, of those where that changed: the keys of tag
    /// and picture.
    pub tagged: Vec<(i64, i64, bool)>,
    /// What notes say now, by the keys of their pictures; empty: there is none any more.
    pub noted: Vec<(i64, String)>,
    /// Every tag there is, by key, when one of them came, went or changed.
    pub names: Option<Vec<(i64, Tag)>>,
    /// The places of pictures in photosets, of those where that changed: the keys of photoset and picture,
    /// and the place; 0: it is not in it.
    pub placed: Vec<(i64, i64, i64)>,
    /// Every photoset there is, by key, when one of them came, went or changed.
    pub sets: Option<Vec<(i64, SetId, Photoset)>>,
    /// Every duel that counts, when one of them came or went.
    pub duels: Option<Vec<Duel>>,
}

impl Marks {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.tagged.is_empty()
            && self.noted.is_empty()
            && self.names.is_none()
            && self.placed.is_empty()
            && self.sets.is_none()
            && self.duels.is_none()
    }
}

impl Default for Facts {
    /// A picture of which nothing is known.
    fn default() -> Self {
        Self {
            key: 0,
            id: ImageId(0),
            date: Timestamp(0),
            added: Timestamp(0),
            name: String::new(),
            folder: String::new(),
            models: Vec::new(),
            loras: Vec::new(),
            lora_weights: Vec::new(),
            vae: None,
            samplers: Vec::new(),
            schedulers: Vec::new(),
            tool: String::new(),
            format: Format::Png,
            seeds: Vec::new(),
            steps: None,
            cfg: None,
            width: 0,
            height: 0,
            bytes: 0,
            seconds: None,
            positive: String::new(),
            negative: String::new(),
            parameters: None,
            has_workflow: false,
            unparsed: false,
            secret: false,
            missing: false,
            judgement: Judgement::default(),
            tags: Vec::new(),
            note: String::new(),
            sets: Vec::new(),
            persona: String::new(),
            edited: false,
            input: false,
            references: Vec::new(),
            user: String::new(),
            intent: String::new(),
        }
    }
}
