//! The fields of filters, their keys in a URL and the words that people read.

use super::{Field, FieldKind, Has, SortKey};

impl Field {
    /// Every field, in the order of the canonical form.
    pub const ALL: [Self; 32] = [
        Self::Model,
        Self::Lora,
        Self::LoraWeight,
        Self::Vae,
        Self::Token,
        Self::Sampler,
        Self::Scheduler,
        Self::Tool,
        Self::Folder,
        Self::Name,
        Self::Format,
        Self::Seed,
        Self::Steps,
        Self::Cfg,
        Self::Size,
        Self::W,
        Self::H,
        Self::Mp,
        Self::Ar,
        Self::Date,
        Self::Added,
        Self::State,
        Self::Rating,
        Self::Label,
        Self::Tag,
        Self::Set,
        Self::Persona,
        Self::Reference,
        Self::User,
        Self::Intent,
        Self::Has,
        Self::Is,
    ];

    /// Fields whose values are counted beside the grid. The values of [`Field::Date`] are months:
    /// `2026-05`; those of [`Field::Has`] and [`Field::Is`] the words of [`Has`]; a rating is its number of
    /// stars.
    pub const FACETS: [Self; 17] = [
        Self::Tool,
        Self::Model,
        Self::Lora,
        Self::Sampler,
        Self::Scheduler,
        Self::Size,
        Self::Folder,
        Self::Date,
        Self::State,
        Self::Rating,
        Self::Label,
        Self::Tag,
        Self::Persona,
        Self::User,
        Self::Intent,
        Self::Has,
        Self::Is,
    ];

    /// Fields that have a histogram beside the grid.
    pub const HISTOGRAMS: [Self; 4] = [Self::Steps, Self::Cfg, Self::Mp, Self::Date];

    /// Which kind of condition the field takes.
    pub fn kind(self) -> FieldKind {
        match self {
            Self::Model
            | Self::Lora
            | Self::LoraWeight
            | Self::Vae
            | Self::Token
            | Self::Sampler
            | Self::Scheduler
            | Self::Tool
            | Self::Folder
            | Self::Name
            | Self::Format
            | Self::State
            | Self::Label
            | Self::Tag
            | Self::Set
            | Self::Persona
            | Self::Reference
            | Self::User
            | Self::Intent => FieldKind::Text,
            Self::Seed | Self::Steps | Self::W | Self::H | Self::Rating => FieldKind::Whole,
            Self::Cfg | Self::Mp => FieldKind::Number,
            Self::Size => FieldKind::Size,
            Self::Ar => FieldKind::Ratio,
            Self::Date | Self::Added => FieldKind::Time,
            Self::Has | Self::Is => FieldKind::Has,
        }
    }

    /// Its key in a URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Lora => "lora",
            Self::LoraWeight => "loraweight",
            Self::Vae => "vae",
            Self::Token => "token",
            Self::Sampler => "sampler",
            Self::Scheduler => "scheduler",
            Self::Tool => "tool",
            Self::Folder => "folder",
            Self::Name => "name",
            Self::Format => "format",
            Self::Seed => "seed",
            Self::Steps => "steps",
            Self::Cfg => "cfg",
            Self::Size => "size",
            Self::W => "w",
            Self::H => "h",
            Self::Mp => "mp",
            Self::Ar => "ar",
            Self::Date => "date",
            Self::Added => "added",
            Self::State => "state",
            Self::Rating => "rating",
            Self::Label => "label",
            Self::Tag => "tag",
            Self::Set => "set",
            Self::Persona => "persona",
            Self::Reference => "reference",
            Self::User => "user",
            Self::Intent => "intent",
            Self::Has => "has",
            Self::Is => "is",
        }
    }

    /// The field of a key in lower case, old keys included.
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "root" | "path" => Some(Self::Folder),
            _ => Self::ALL.into_iter().find(|field| field.key() == key),
        }
    }

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Model => "Checkpoint",
            Self::Lora => "LoRA",
            Self::LoraWeight => "LoRA weight",
            Self::Vae => "VAE",
            Self::Token => "Prompt token",
            Self::Sampler => "Sampler",
            Self::Scheduler => "Scheduler",
            Self::Tool => "Made with",
            Self::Folder => "Folder",
            Self::Name => "File name",
            Self::Format => "File type",
            Self::Seed => "Seed",
            Self::Steps => "Steps",
            Self::Cfg => "CFG",
            Self::Size => "Size",
            Self::W => "Width",
            Self::H => "Height",
            Self::Mp => "Megapixels",
            Self::Ar => "Aspect ratio",
            Self::Date => "Date",
            Self::Added => "Added",
            Self::State => "Verdict",
            Self::Rating => "Rating",
            Self::Label => "Label",
            Self::Tag => "Tag",
            Self::Set => "Photoset",
            Self::Persona => "Persona",
            Self::Reference => "Made from",
            Self::User => "User",
            Self::Intent => "Intent",
            Self::Has => "Has",
            Self::Is => "Is",
        }
    }
}

impl Has {
    /// Every one, in the order of [`Has`].
    pub const ALL: [Self; 17] = [
        Self::Prompt,
        Self::Negative,
        Self::Workflow,
        Self::Lora,
        Self::Recipe,
        Self::Unparsed,
        Self::Secret,
        Self::Tag,
        Self::Note,
        Self::Persona,
        Self::Edited,
        Self::Video,
        Self::Missing,
        Self::Favourite,
        Self::Hidden,
        Self::Trashed,
        Self::Input,
    ];

    /// The word for it in a URL.
    pub fn word(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Negative => "negative",
            Self::Workflow => "workflow",
            Self::Lora => "lora",
            Self::Recipe => "recipe",
            Self::Unparsed => "unparsed",
            Self::Secret => "secret",
            Self::Tag => "tag",
            Self::Note => "note",
            Self::Persona => "persona",
            Self::Edited => "edited",
            Self::Video => "video",
            Self::Missing => "missing",
            Self::Favourite => "favourite",
            Self::Hidden => "hidden",
            Self::Trashed => "trashed",
            Self::Input => "input",
        }
    }

    /// The key under which it stands: [`Field::Has`] or [`Field::Is`].
    pub fn field(self) -> Field {
        match self {
            Self::Video
            | Self::Missing
            | Self::Favourite
            | Self::Hidden
            | Self::Trashed
            | Self::Input => Field::Is,
            _ => Field::Has,
        }
    }

    /// What people read on a chip.
    pub fn label(self) -> &'static str {
        match self {
            Self::Prompt => "a prompt",
            Self::Negative => "a negative prompt",
            Self::Workflow => "a workflow",
            Self::Lora => "a LoRA",
            Self::Recipe => "a recipe",
            Self::Unparsed => "a recipe not fully read",
            Self::Secret => "a key or a password",
            Self::Tag => "a tag",
            Self::Note => "a note",
            Self::Persona => "a persona",
            Self::Edited => "an edited value",
            Self::Video => "a video",
            Self::Missing => "missing",
            Self::Favourite => "a favourite",
            Self::Hidden => "hidden",
            Self::Trashed => "in the trash",
            Self::Input => "a reference image",
        }
    }
}

impl SortKey {
    /// Every order that a menu offers, [`SortKey::Place`] only where a photoset is asked for; the shuffle with
    /// number 0 stands for all shuffles.
    pub const ALL: [Self; 12] = [
        Self::Date,
        Self::Added,
        Self::Name,
        Self::Seed,
        Self::Steps,
        Self::Cfg,
        Self::Mp,
        Self::Bytes,
        Self::Model,
        Self::Place,
        Self::Rank,
        Self::Random(0),
    ];

    /// Its word in a URL; a shuffle's number follows after a colon.
    pub fn word(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Added => "added",
            Self::Name => "name",
            Self::Seed => "seed",
            Self::Steps => "steps",
            Self::Cfg => "cfg",
            Self::Mp => "mp",
            Self::Bytes => "bytes",
            Self::Model => "model",
            Self::Place => "place",
            Self::Rank => "rank",
            Self::Random(_) => "random",
        }
    }

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Date => "Date",
            Self::Added => "Date added",
            Self::Name => "File name",
            Self::Seed => "Seed",
            Self::Steps => "Steps",
            Self::Cfg => "CFG",
            Self::Mp => "Megapixels",
            Self::Bytes => "File size",
            Self::Model => "Checkpoint",
            Self::Place => "Its own order",
            Self::Rank => "Rank in duels",
            Self::Random(_) => "Shuffled",
        }
    }
}
