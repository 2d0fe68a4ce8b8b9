//! Generators: each understands the text blocks that it wrote.
//!
//! A new generator is one file here and one line in [`TOOLS`]. Its `read` looks for the structure
//! that only it writes and answers `None` when that is absent.

mod a1111;
mod blocks;
mod comfyui;
mod dates;
mod draw_things;
mod easy_diffusion;
mod flat;
mod fooocus;
mod invokeai;
mod midjourney;
mod novelai;
mod provenance;
pub(crate) mod settings;
mod stability_matrix;
mod summary;
mod swarmui;
mod tensorart;

pub use fooocus::fooocus_log;

use domain::{
    parameter::{Origin, ParameterList, Scalar},
    recipe::{Lora, Notice, RawChunk, Recipe, Sampling},
};

use crate::rules::Rules;

/// How one generator's record is read.
#[derive(Clone, Copy)]
enum Tool {
    /// One flat record of settings.
    Flat(fn(&Texts<'_>) -> Option<Record>),
    /// A graph of nodes, for which the rules are asked.
    Graph(fn(&Texts<'_>, Asked<'_>) -> Option<Record>),
}

/// Every generator, the most telling record first: a file may hold several.
const TOOLS: &[Tool] = &[
    Tool::Flat(stability_matrix::read),
    Tool::Flat(swarmui::read),
    Tool::Flat(tensorart::read),
    Tool::Graph(comfyui::read_executed),
    Tool::Flat(summary::read),
    Tool::Flat(invokeai::read),
    Tool::Flat(novelai::read),
    Tool::Flat(draw_things::read),
    Tool::Flat(fooocus::read),
    Tool::Flat(easy_diffusion::read),
    Tool::Flat(midjourney::read),
    Tool::Flat(a1111::read),
    Tool::Flat(easy_diffusion::read_lines),
    Tool::Flat(blocks::read),
    Tool::Flat(blocks::read_json),
];

/// How the reader is asked.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) rules: &'a Rules,
    /// Whether the origin of every value is told.
    pub(crate) why: bool,
}

/// What the text blocks of a file mean.
#[derive(Default)]
pub(crate) struct Understood {
    pub(crate) recipe: Recipe,
    pub(crate) notices: Vec<Notice>,
    pub(crate) has_workflow: bool,
    pub(crate) unparsed: bool,
    pub(crate) parameters: ParameterList,
    pub(crate) origins: Vec<Origin>,
    pub(crate) unknown: Vec<String>,
}

/// What one generator's record says.
#[derive(Default)]
struct Record {
    recipe: Recipe,
    notices: Vec<Notice>,
    /// The values of a graph; those of flat records are in the recipe.
    parameters: ParameterList,
    origins: Vec<Origin>,
    unknown: Vec<String>,
}

/// How much a record says.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    /// Neither a prompt nor a sampler was found.
    Nothing,
    /// There is a sampler, but the way to its prompt was lost.
    Sampler,
    /// The prompt is there, or is known to be empty.
    All,
}

impl Record {
    /// Whether a walk through the graph ended before what it looked for.
    fn stopped(&self) -> bool {
        let codes = crate::RENEWED;
        let mut notices = self.notices.iter();
        notices.any(|notice| codes.contains(&notice.code.as_str()))
    }

    fn says(&self) -> Says {
        let sampled = |run: &Sampling| run.seed.is_some() || run.steps.is_some();
        let lost = self.notices.iter().any(|notice| notice.code == LOST);
        if !self.recipe.positive.is_empty() {
            Says::All
        } else if !self.recipe.samplers.iter().any(sampled) {
            Says::Nothing
        } else if lost {
            Says::Sampler
        } else {
            Says::All
        }
    }
}

/// The code of the notice that a prompt could not be followed to its end.
pub(crate) const LOST: &str = "unknown-node";

/// Finds the record that says most: the first with a prompt or with none by intent, else the first
/// with a sampler, else any. The drawn graph, which may have changed since it ran, comes last.
pub(crate) fn understand(raw: &[RawChunk], asked: Asked<'_>) -> Understood {
    let texts = Texts(raw);
    let mut best: Option<(Record, Tool)> = None;
    for &tool in TOOLS {
        let Some(record) = tool.read(&texts, asked) else {
            continue;
        };
        if best
            .as_ref()
            .is_none_or(|(best, _)| record.says() > best.says())
        {
            best = Some((record, tool));
        }
        if best
            .as_ref()
            .is_some_and(|(best, _)| best.says() == Says::All)
        {
            break;
        }
    }
    if best
        .as_ref()
        .is_none_or(|(best, _)| best.says() == Says::Nothing)
    {
        let drawn = Tool::Graph(comfyui::read_drawn);
        best = drawn
            .read(&texts, asked)
            .map(|record| (record, drawn))
            .or(best);
    }
    let has_workflow = comfyui::has_workflow(&texts);
    let unparsed = best
        .as_ref()
        .is_some_and(|(best, _)| best.says() == Says::Nothing || best.stopped());
    let (mut record, tool) = match best {
        Some((record, tool)) => (record, Some(tool)),
        None => (Record::default(), None),
    };
    if !record.recipe.is_empty() {
        summary::add_notes(&texts, &mut record.recipe);
        dates::add(&texts, &mut record.recipe);
    }
    provenance::add(&texts, &mut record.recipe);
    if let Some(Tool::Flat(read)) = tool {
        record.parameters = settings::parameters(&record.recipe);
        if asked.why {
            record.origins = settings::origins(&record.recipe, read, raw);
        }
    }
    Understood {
        recipe: record.recipe,
        notices: record.notices,
        has_workflow,
        unparsed,
        parameters: record.parameters,
        origins: record.origins,
        unknown: record.unknown,
    }
}

impl Tool {
    fn read(self, texts: &Texts<'_>, asked: Asked<'_>) -> Option<Record> {
        match self {
            Self::Flat(read) => read(texts),
            Self::Graph(read) => read(texts, asked),
        }
    }
}

/// Most parameters of one file.
const PARAMETERS: usize = 512;

/// Longest text that is a parameter, in bytes.
const PARAMETER_TEXT: usize = 200;

/// A text as a parameter, unless it is empty or too long.
fn parameter_text(text: &str) -> Option<Scalar> {
    let fits = !text.trim().is_empty() && text.len() <= PARAMETER_TEXT;
    fits.then(|| Scalar::Text(text.to_owned()))
}

/// The text blocks of a file, to be asked by name or by place.
struct Texts<'a>(&'a [RawChunk]);

impl<'a> Texts<'a> {
    /// The block under a keyword, in any case. EXIF has no keywords, so some tools put one before
    /// the text: `workflow:{...}`.
    fn named(&self, key: &str) -> Option<&'a str> {
        let keyed = |chunk: &&RawChunk| chunk.key.eq_ignore_ascii_case(key);
        if let Some(chunk) = self.0.iter().find(keyed) {
            return Some(&chunk.text);
        }
        self.0
            .iter()
            .filter(|chunk| chunk.place.starts_with("exif:"))
            .find_map(|chunk| {
                let (name, rest) = chunk.text.split_once(':')?;
                (name.eq_ignore_ascii_case(key) && rest.trim_start().starts_with(['{', '"']))
                    .then_some(rest)
            })
    }

    /// The place and key of the block that a text is, or is a part of.
    fn block_of(&self, text: &str) -> String {
        let start = text.as_ptr().addr();
        let holds = |chunk: &&RawChunk| {
            let first = chunk.text.as_ptr().addr();
            (first..first + chunk.text.len().max(1)).contains(&start)
        };
        self.0.iter().find(holds).map(block).unwrap_or_default()
    }

    /// The first record that `read` makes of a block that may be anybody's JSON: those under
    /// `parameters` and the loose ones. Blocks without `sign` are not even tried.
    fn find(&self, sign: &str, read: impl Fn(&str) -> Option<Record>) -> Option<Record> {
        let blocks = self.named("parameters").into_iter().chain(self.loose());
        let mut fitting = blocks.filter(|text| {
            let json = text
                .trim_start_matches("prompt:")
                .trim_start()
                .starts_with('{');
            json && text.contains(sign)
        });
        fitting.find_map(|text| read(text.trim_start_matches("prompt:")))
    }

    /// Blocks without a telling keyword, which any tool may have written: EXIF comments, comment
    /// segments, container comments, descriptions, bare files.
    fn loose(&self) -> impl Iterator<Item = &'a str> {
        let is_loose = |chunk: &&RawChunk| {
            // QuickTime writes whole addresses: `com.apple.quicktime.comment`.
            let key = chunk.key.rsplit('.').next().unwrap_or_default();
            key.is_empty()
                || ["comment", "description", "usercomment"]
                    .iter()
                    .any(|name| key.eq_ignore_ascii_case(name))
        };
        self.0
            .iter()
            .filter(is_loose)
            .map(|chunk| chunk.text.as_str())
    }
}

/// A number as text; what is none or endless is nothing.
fn real(text: &str) -> Option<f64> {
    let value: f64 = text.trim().parse().ok()?;
    value.is_finite().then_some(value)
}

/// How a block is named to people.
fn block(chunk: &RawChunk) -> String {
    format!("{} {}", chunk.place, chunk.key).trim().to_owned()
}

/// Most models or LoRAs that one recipe names.
const NAMES: usize = 256;

/// Whether a text is a name at all: lists have rows that say `None`.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.eq_ignore_ascii_case("none")
}

/// Adds a name that is not there yet; whether it did.
fn add_name(names: &mut Vec<String>, name: &str) -> bool {
    let name = name.trim();
    let is_new = is_name(name) && names.len() < NAMES && !names.iter().any(|known| known == name);
    if is_new {
        names.push(name.to_owned());
    }
    is_new
}

/// Adds a LoRA that is not there yet; whether it did.
fn add_lora(loras: &mut Vec<Lora>, lora: &Lora) -> bool {
    let name = lora.name.trim();
    let known = |known: &Lora| known.name == name;
    let is_new = is_name(name) && loras.len() < NAMES && !loras.iter().any(known);
    if is_new {
        let name = name.to_owned();
        loras.push(Lora { name, ..*lora });
    }
    is_new
}

/// The `<lora:name:weight>` marks of a prompt.
fn lora_marks(prompt: &str) -> Vec<Lora> {
    let mut loras = Vec::new();
    for part in prompt.split('<').skip(1) {
        let Some((mark, _)) = part.split_once('>') else {
            continue;
        };
        let mut fields = mark.split(':');
        let kind = fields.next().unwrap_or_default();
        if !matches!(kind, "lora" | "lyco") {
            continue;
        }
        let name = fields.next().unwrap_or_default().to_owned();
        let mut number = || real(fields.next()?);
        let (weight, clip_weight) = (number(), number());
        add_lora(
            &mut loras,
            &Lora {
                name,
                weight,
                clip_weight,
            },
        );
    }
    loras
}
