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
mod stability_matrix;
mod summary;
mod swarmui;
mod tensorart;

pub use fooocus::fooocus_log;

use domain::recipe::{Lora, Notice, RawChunk, Recipe, Sampling};

/// Every generator, the most telling record first: a file may hold several.
const TOOLS: &[fn(&Texts<'_>) -> Option<Record>] = &[
    stability_matrix::read,
    swarmui::read,
    tensorart::read,
    comfyui::read_executed,
    summary::read,
    invokeai::read,
    novelai::read,
    draw_things::read,
    fooocus::read,
    easy_diffusion::read,
    midjourney::read,
    a1111::read,
    easy_diffusion::read_lines,
    blocks::read,
    blocks::read_json,
];

/// What the text blocks of a file mean.
#[derive(Default)]
pub(crate) struct Understood {
    pub(crate) recipe: Recipe,
    pub(crate) notices: Vec<Notice>,
    pub(crate) has_workflow: bool,
    pub(crate) unparsed: bool,
}

/// What one generator's record says.
#[derive(Default)]
struct Record {
    recipe: Recipe,
    notices: Vec<Notice>,
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
const LOST: &str = "unknown-node";

/// Finds the record that says most: the first with a prompt or with none by intent, else the first
/// with a sampler, else any. The drawn graph, which may have changed since it ran, comes last.
pub(crate) fn understand(raw: &[RawChunk]) -> Understood {
    let texts = Texts(raw);
    let mut best: Option<Record> = None;
    for read in TOOLS {
        let Some(record) = read(&texts) else { continue };
        if best.as_ref().is_none_or(|best| record.says() > best.says()) {
            best = Some(record);
        }
        if best.as_ref().is_some_and(|best| best.says() == Says::All) {
            break;
        }
    }
    if best
        .as_ref()
        .is_none_or(|best| best.says() == Says::Nothing)
    {
        best = comfyui::read_drawn(&texts).or(best);
    }
    let unparsed = best
        .as_ref()
        .is_some_and(|best| best.says() == Says::Nothing);
    let Record {
        mut recipe,
        notices,
    } = best.unwrap_or_default();
    if !recipe.is_empty() {
        summary::add_notes(&texts, &mut recipe);
        dates::add(&texts, &mut recipe);
    }
    provenance::add(&texts, &mut recipe);
    Understood {
        recipe,
        notices,
        has_workflow: comfyui::has_workflow(&texts),
        unparsed,
    }
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

/// Most models or LoRAs that one recipe names.
const NAMES: usize = 256;

/// Whether a text is a name at all: lists have rows that say `None`.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.eq_ignore_ascii_case("none")
}

/// Adds a name that is not there yet.
fn add_name(names: &mut Vec<String>, name: &str) {
    let name = name.trim();
    if is_name(name) && names.len() < NAMES && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// Adds a LoRA that is not there yet.
fn add_lora(loras: &mut Vec<Lora>, lora: &Lora) {
    let name = lora.name.trim().to_owned();
    if is_name(&name) && loras.len() < NAMES && !loras.iter().any(|known| known.name == name) {
        loras.push(Lora { name, ..*lora });
    }
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
