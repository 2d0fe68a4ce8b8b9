//! What a picture or video file says about its own making.
//!
//! Pure: bytes in, words out. No paths, no clock, no network, and never an error. Odd files give
//! less information and a [`Notice`], hostile files give no panic and cost no more than
//! [`Limits`] allow. Pixel data is never read: containers are walked from header to header.
//!
//! Two layers:
//! - `container` finds text blocks, size, duration and dates. One format is one file in
//!   `container/`, named in one `match` of `container.rs`.
//! - `tool` understands the text blocks. One generator is one file in `tool/` and one line in the
//!   list of `tool.rs`; it is recognised by the structure of what it wrote, never by a word that
//!   might as well stand in a prompt.
//!
//! Beside them stand readers of what lies next to a picture ([`sidecar()`], [`fooocus_log`]) or in
//! its pixels ([`stealth()`]), what photo programs think of a picture ([`xmp()`]), and a look for what must not be shared ([`secrets()`]).
#![warn(missing_docs)]

mod bytes;
mod cbor;
mod container;
mod json;
mod rules;
mod secrets;
mod sidecar;
mod source;
mod stealth;
mod tool;
mod xmp;

use domain::{
    image::Format,
    parameter::{Origin, ParameterList},
    recipe::{Notice, RawChunk, Recipe},
    time::Timestamp,
};
pub use rules::{Rules, RulesError};
pub use secrets::secrets;
pub use sidecar::sidecar;
pub use source::ReadAt;
pub use stealth::{Pixels, stealth};
pub use tool::fooocus_log;
pub use xmp::{Property, XmpError, xmp};

/// How much of a file may be looked at. The defaults fit every honest file seen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest single text that is kept, in bytes after inflating.
    pub text: usize,
    /// All texts of one file together, kept or not, in bytes after inflating.
    pub total: usize,
    /// Most chunk, segment, box or element headers that are visited.
    pub headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text: 2 << 20,
            total: 16 << 20,
            headers: 50_000,
        }
    }
}

/// What was learned from a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Kind of file by its content; `None` when it is none that the gallery knows.
    pub format: Option<Format>,
    /// Width in pixels as shown, with the EXIF orientation applied; 0 when unknown.
    pub width: u32,
    /// Height in pixels as shown, with the EXIF orientation applied; 0 when unknown.
    pub height: u32,
    /// Duration in seconds, when the container says so.
    pub seconds: Option<f64>,
    /// Whether it holds more than one frame.
    pub animated: bool,
    /// How it was made; empty when nothing was recognised.
    pub recipe: Recipe,
    /// Every single value that was set on its way, at most 512; prompts are not among them.
    pub parameters: ParameterList,
    /// Its text blocks as found.
    pub raw: Vec<RawChunk>,
    /// What was odd about reading it.
    pub notices: Vec<Notice>,
    /// Whether a node graph that can be opened in its editor lies in the file.
    pub has_workflow: bool,
    /// Whether a record was recognised, but could not be read in full: a walk ended at a node that no
    /// rule knows, or neither prompt nor sampler was found.
    pub unparsed: bool,
    /// When the picture was taken or made according to EXIF; taken as UTC where EXIF has no zone.
    pub exif_date: Option<Timestamp>,
    /// `false` when the file ends before its format says that it should.
    pub complete: bool,
}

/// Number of what this crate understands; it grows when recipes that are kept should be read again.
pub const VERSION: u32 = 5;

/// Codes of notices that are about the text blocks: reading those again finds them again. All others
/// are about the file.
pub const RENEWED: [&str; 2] = [tool::LOST, "no-sampler"];

/// What stored text blocks say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reread {
    /// How the picture was made; empty when nothing was recognised.
    pub recipe: Recipe,
    /// What was odd about the record.
    pub notices: Vec<Notice>,
    /// Every single value that was set on its way, at most 512; prompts are not among them.
    pub parameters: ParameterList,
    /// Whether a node graph that can be opened in its editor lies in the blocks.
    pub has_workflow: bool,
    /// Whether a record was recognised, but could not be read in full: a walk ended at a node that no
    /// rule knows, or neither prompt nor sampler was found.
    pub unparsed: bool,
}

/// Where the values of a recipe came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    /// One entry for every place that had part in a value, at most 512.
    pub origins: Vec<Origin>,
    /// Classes of nodes at which a walk found no way on.
    pub unknown: Vec<String>,
}

/// Reads what a file says about itself, with the built-in rules. A text file that starts with `{` is
/// tried as a bare workflow, and sound files are read for their words; the format of both stays
/// `None`.
pub fn read(source: &dyn ReadAt, limits: &Limits) -> Reading {
    read_with(source, limits, Rules::builtin())
}

/// The same with rules of one's own.
pub fn read_with(source: &dyn ReadAt, limits: &Limits, rules: &Rules) -> Reading {
    let found = container::read(source, limits);
    let understood = tool::understand(&found.raw, tool::Asked { rules, why: false });
    let mut notices = found.notices;
    notices.extend(understood.notices);
    Reading {
        format: found.format,
        width: found.width,
        height: found.height,
        seconds: found.seconds,
        animated: found.animated,
        has_workflow: understood.has_workflow,
        unparsed: understood.unparsed,
        recipe: understood.recipe,
        parameters: understood.parameters,
        raw: found.raw,
        notices,
        exif_date: found.exif_date,
        complete: found.complete,
    }
}

/// Understands stored text blocks again, for instance after this crate has learned something; with
/// the built-in rules.
pub fn reread(raw: &[RawChunk]) -> Reread {
    reread_with(raw, Rules::builtin())
}

/// The same with rules of one's own.
pub fn reread_with(raw: &[RawChunk], rules: &Rules) -> Reread {
    let understood = tool::understand(raw, tool::Asked { rules, why: false });
    Reread {
        recipe: understood.recipe,
        notices: understood.notices,
        parameters: understood.parameters,
        has_workflow: understood.has_workflow,
        unparsed: understood.unparsed,
    }
}

/// The values of a recipe that has no graph as parameters, for recipes that stood elsewhere than in
/// text blocks.
pub fn settings(recipe: &Recipe) -> ParameterList {
    tool::settings::parameters(recipe)
}

/// Tells where each value of the recipe in these blocks came from, and which rule decided.
pub fn explain(raw: &[RawChunk], rules: &Rules) -> Explanation {
    let understood = tool::understand(raw, tool::Asked { rules, why: true });
    Explanation {
        origins: understood.origins,
        unknown: understood.unknown,
    }
}
