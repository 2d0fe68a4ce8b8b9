//! What is asked of the library: the one form behind URLs, chips, the index and the command line.
//!
//! # The grammar of the URL
//!
//! ```text
//! query = [ pair *( "&" pair ) ]        pair = key "=" value
//! key   = q | model | lora | loraweight | vae | sampler | scheduler | tool | folder | name | format
//!       | seed | steps | cfg | size | w | h | mp | ar | date | added
//!       | state | rating | label | tag | set | persona | reference | user | intent | has | is
//!       | sort | view | page | image | at | "param." name
//! value = alt *( "," alt )              a comma is OR inside one parameter
//! alt   = [ "-" ] atom                  a leading "-" is NOT
//! atom  = range | word | quoted
//! range = [number] ".." [number]        ends included, either may be open; dates likewise
//! quoted = DQUOTE text DQUOTE           needed when a text holds , " .. or begins with -
//! ```
//!
//! - A repeated key is AND: `lora=a&lora=b` asks for both, `lora=a,b` for either.
//! - `any.<field>=value`, repeated, is for forms, whose checkboxes can only repeat a key: all values
//!   of one field become the alternatives of one filter (OR). Nothing in such a value is special
//!   but `*`, so a checkbox carries a name with a comma as it is.
//! - `q` holds words that must all occur, `"phrases"`, `-words` that must not, and `field:value`,
//!   which becomes a filter. `OR` in capitals joins the words on its sides before they are joined
//!   with others, `a b OR c` is a and (b or c), and conditions on one field to its alternatives; an
//!   `OR` that stands between no two such is not understood, and `"OR"` is the word.
//! - Numbers are exact or ranges (`steps=20`, `cfg=..7`, `seed=42`); `size=1024x1024`; `ar=16:9`
//!   within one percent; `date=2026`, `2026-05`, `2026-05-31`, `2026-05-31T14:03:22Z..`,
//!   `7d..`, `today`, all in UTC.
//! - `sort=name` ascends, `sort=-date` descends; `sort=model,-date` orders pictures of one model
//!   among themselves, by [`Sort::MAX_KEYS`] keys at most, each named once. `sort=random:7` is a
//!   shuffle that stays the same; it leaves nothing to order, so it stands alone.
//! - `loraweight=detail@0.8` asks for a LoRA at a strength, to the nearest tenth; `detail@*` at any.
//! - `param.KSampler.denoise=0.3..0.6` asks for any value that was set on any node, by the node's
//!   class and the name of its input; `param.denoise` asks for that of any node. What looks like a
//!   number is one; `"-2"` in quotes also finds a number, since a bare `-2` is not 2.
//! - `state=approved`, `rejected` or `undecided`; `rating=3..5`, `rating=0` is not rated;
//!   `label=red`, `yellow`, `green`, `blue` or `none`.
//! - `tag=portrait` asks for what people put on pictures; `tag=a&tag=b` for both, `tag=a,b` for either,
//!   `tag=-a` for pictures without it, `has=tag` for any, `has=note` for pictures with a note.
//! - `persona=ada` asks for whom a picture shows; `persona=*` and `has=persona` for anybody.
//! - `user=u-17` and `intent=generate` ask for what a record says of a picture, see [`crate::record`].
//! - `has=edited` asks for pictures of which somebody edited what the file says.
//! - Pictures that are hidden or in the trash are in no result unless it asks for them: `is=hidden`,
//!   `is=trashed`. Neither are those that others are made from: `is=input`.
//! - `reference=` and the id of a picture asks for what was made from it; `reference=*` for what was made from
//!   any that is known.
//! - `root` and `path` are old names of `folder`. A space is written `%20`; `+` is read as one too.
//! - Text compares without regard to case; `*` stands for any characters; models, LoRAs and VAEs
//!   by their name without folders and extension.
//! - A parameter without a value is ignored, as forms send it. What is not understood is kept in
//!   [`Query::unknown`] for people to see and is otherwise ignored; nothing is ever an error.
//! - At most [`Query::MAX_BYTES`] of canonical text and [`Query::MAX_ATOMS`] words and alternatives.
//!
//! To add a field: a variant of [`Field`], its arms in `query/field.rs`, and its meaning in the
//! index; parsing, printing and chips follow from [`Field::kind`].

mod chips;
mod codec;
mod edit;
mod field;
mod meaning;
mod param;
mod parse;
mod print;
mod token;
mod value;

use serde::{Deserialize, Serialize};

pub use self::{
    chips::{Chip, Part},
    meaning::{Pattern, fold_value, lora_weight, megapixels, ratio_matches, rounded},
    param::{ParamFilter, ParamTest},
};
use crate::{id::ImageId, time::Timestamp};

/// A question to the library and how to show the answer. The URL's query string is its text form:
/// [`Query::parse`] reads any text without failing, `Display` prints the canonical form.
///
/// Filters of different entries all hold (AND); the alternatives of one entry are OR.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// Words and phrases of `q`; all must hold.
    pub words: Vec<Words>,
    /// Filters by field; all must hold.
    pub filters: Vec<Filter>,
    /// Filters by any parameter of any node; all must hold.
    #[serde(default)]
    pub params: Vec<ParamFilter>,
    /// Order of the result.
    pub sort: Sort,
    /// Which presentation.
    pub view: View,
    /// The picture open in the lightbox.
    pub image: Option<ImageId>,
    /// The picture that the grid is scrolled to.
    pub at: Option<ImageId>,
    /// Page of the result, counted from 1, where paging is by links; 0 when it is not said.
    #[serde(default)]
    pub page: u32,
    /// What was not understood, as `key=value`: shown as grey chips, left out of the canonical form.
    pub unknown: Vec<String>,
}

/// Words and phrases that stand for each other, as with `OR`; most often only one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Words {
    /// At least one must hold; never empty.
    pub any: Vec<Word>,
}

/// One word or phrase that must (or must not) occur in prompt, negative prompt, model, LoRAs, file
/// name, folder, tags, persona or note, as a substring, in any case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Word {
    /// Must not occur.
    pub not: bool,
    /// The text as typed, without quotes; never empty after folding.
    pub text: String,
}

/// Alternatives for one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filter {
    /// Which field.
    pub field: Field,
    /// At least one must hold; never empty.
    pub any: Vec<Alternative>,
}

/// One alternative of a filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The condition must not hold.
    pub not: bool,
    /// The condition.
    pub atom: Atom,
}

/// A condition on one field; which kind a field takes is told by [`Field::kind`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Atom {
    /// The name equals this text, folded; a `*` stands for any characters.
    Text(String),
    /// A whole number between both ends, ends included; `None` is open.
    Whole(Option<u64>, Option<u64>),
    /// A number between both ends, ends included; `None` is open.
    Number(Option<f64>, Option<f64>),
    /// Exactly this width and height in pixels.
    Size(u32, u32),
    /// This aspect ratio, width to height, within one percent.
    Ratio(u32, u32),
    /// A stretch of time.
    Time(TimeRange),
    /// Something the picture has, or is: see [`Has`].
    Has(Has),
}

/// A stretch of time as it is written: it keeps its text form so that a link with `7d..` stays
/// relative for everybody who opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeRange {
    /// Start, included.
    pub from: Option<TimePoint>,
    /// End, the whole named day or month included.
    pub to: Option<TimePoint>,
}

/// One end of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimePoint {
    /// A year: `2026`.
    Year(i32),
    /// A month: `2026-05`.
    Month(i32, u32),
    /// A day: `2026-05-31`.
    Day(i32, u32, u32),
    /// A second, as seconds since 1970 UTC: `2026-05-31T14:03:22Z`.
    Second(i64),
    /// So many days before now: `7d`. `today` is `0d`.
    DaysAgo(u32),
}

/// The fields that a filter may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// Base model, by its name without folders and extension.
    Model,
    /// LoRA, likewise.
    Lora,
    /// LoRA with its strength: see [`lora_weight`].
    LoraWeight,
    /// VAE, likewise.
    Vae,
    /// What the positive prompt asks for, one thing between two commas.
    Token,
    /// Sampler of any sampler run.
    Sampler,
    /// Scheduler of any sampler run.
    Scheduler,
    /// Program that made it.
    Tool,
    /// Folder: the folder itself and everything below it. `root` or `root/inside/it`.
    Folder,
    /// File name with extension.
    Name,
    /// Kind of file: `png`, `mp4`...
    Format,
    /// Seed of any sampler run.
    Seed,
    /// Steps of the primary sampler.
    Steps,
    /// Guidance scale of the primary sampler.
    Cfg,
    /// Width and height of the file.
    Size,
    /// Width of the file in pixels.
    W,
    /// Height of the file in pixels.
    H,
    /// Megapixels of the file.
    Mp,
    /// Aspect ratio of the file.
    Ar,
    /// Date of the picture.
    Date,
    /// When the gallery first saw it.
    Added,
    /// Verdict: `approved`, `rejected`, `undecided`.
    State,
    /// Stars; 0 is not rated.
    Rating,
    /// Colour label, or `none`.
    Label,
    /// A tag that somebody put on it.
    Tag,
    /// A photoset that it is in, as [`SetRef`](crate::photoset::SetRef).
    Set,
    /// Whom it shows.
    Persona,
    /// A picture that it was made from, by its id.
    Reference,
    /// Who had the picture made, as its record says.
    User,
    /// What it was made for, as its record says.
    Intent,
    /// Something it has.
    Has,
    /// Something it is.
    Is,
}

/// Which kind of atom a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// [`Atom::Text`].
    Text,
    /// [`Atom::Whole`].
    Whole,
    /// [`Atom::Number`].
    Number,
    /// [`Atom::Size`].
    Size,
    /// [`Atom::Ratio`].
    Ratio,
    /// [`Atom::Time`].
    Time,
    /// [`Atom::Has`].
    Has,
}

/// Things a picture may have (`has=`) or be (`is=`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Has {
    /// A prompt.
    Prompt,
    /// A negative prompt.
    Negative,
    /// An embedded workflow.
    Workflow,
    /// At least one LoRA.
    Lora,
    /// Any recipe at all.
    Recipe,
    /// A recipe that could not be read fully.
    Unparsed,
    /// A key, a token or a password in its texts.
    Secret,
    /// At least one tag.
    Tag,
    /// A note.
    Note,
    /// A persona, set or by the rule of its folder.
    Persona,
    /// A value that somebody edited.
    Edited,
    /// (`is=`) Plays.
    Video,
    /// (`is=`) Its file is gone for now.
    Missing,
    /// (`is=`) It is a favourite.
    Favourite,
    /// (`is=`) It is left out of results that do not ask for hidden pictures.
    Hidden,
    /// (`is=`) It is in the trash.
    Trashed,
    /// (`is=`) It lies only where reference images lie, and is left out of results that do not ask for these.
    Input,
}

/// Order of a result; the last ties are always broken by the picture's id, in the direction of the
/// first key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// What decides first.
    pub first: SortBy,
    /// What decides among pictures that are equal so far, one after the other.
    pub then: Vec<SortBy>,
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SortBy {
    /// By what.
    pub key: SortKey,
    /// Largest, newest or last first.
    pub descending: bool,
}

impl Sort {
    /// How many keys an order may have.
    pub const MAX_KEYS: usize = 4;

    /// Whether what is new comes first.
    pub fn is_newest_first(&self) -> bool {
        self.first.descending && matches!(self.first.key, SortKey::Date | SortKey::Added)
    }
}

impl Default for Sort {
    /// Newest first.
    fn default() -> Self {
        Self::from(SortBy {
            key: SortKey::Date,
            descending: true,
        })
    }
}

impl From<SortBy> for Sort {
    fn from(first: SortBy) -> Self {
        Self {
            first,
            then: Vec::new(),
        }
    }
}

/// By what a result is ordered. Pictures without the value come last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SortKey {
    /// Date of the picture.
    Date,
    /// First seen.
    Added,
    /// File name, digits by their value.
    Name,
    /// Seed.
    Seed,
    /// Steps.
    Steps,
    /// Guidance scale.
    Cfg,
    /// Megapixels.
    Mp,
    /// Size in bytes.
    Bytes,
    /// Model name.
    Model,
    /// Its place in the first photoset that the query asks for.
    Place,
    /// Its place in the order that duels made, the best first.
    Rank,
    /// Shuffled the same way for everybody with the same number.
    Random(u32),
}

/// Presentation of a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// Pictures in a grid.
    #[default]
    Grid,
    /// Rows with their facts.
    List,
}

/// A moment as an answer to "when is now", handed in because this crate has no clock.
pub type Now = Timestamp;
