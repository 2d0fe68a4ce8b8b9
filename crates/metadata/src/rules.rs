//! The table of node classes: what a node contributes where the names of its inputs do not say it.
//!
//! The table is text, so that people can add to it; `docs/rules.md` explains how.

use std::{collections::HashMap, fmt, sync::OnceLock};

use domain::{
    query::{Field, Pattern, fold_value},
    tag::clean_name,
};
use serde::Deserialize;
use toml::Spanned;

/// The entries that come with the program.
const BUILTIN: &str = include_str!("../rules/comfyui.toml");

/// Most entries of one table.
const ENTRIES: usize = 10_000;

/// Longest table that is read, in bytes.
const LONGEST: usize = 4 << 20;

/// What is known about classes of nodes beyond what the names of their inputs tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    prefixes: Vec<String>,
    nodes: HashMap<String, NodeRule>,
    personas: Vec<(Pattern, String)>,
}

/// A mistake in a table of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesError {
    /// Line of the mistake, from 1.
    pub line: usize,
    /// What is wrong there and what may be written instead.
    pub message: String,
}

impl fmt::Display for RulesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for RulesError {}

/// Inputs by name; one may be written without brackets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(
    untagged,
    expecting = "the name of an input in quotes, or a list of such names, is needed here"
)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Names of inputs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(from = "OneOrMany")]
pub(crate) struct Names(Vec<String>);

impl From<OneOrMany> for Names {
    fn from(names: OneOrMany) -> Self {
        Self(match names {
            OneOrMany::One(name) => vec![name],
            OneOrMany::Many(names) => names,
        })
    }
}

impl Names {
    /// Whether an input is among them; case does not count.
    pub(crate) fn has(&self, input: &str) -> bool {
        self.0.iter().any(|name| name.eq_ignore_ascii_case(input))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Whether a node finishes a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Finishes {
    /// It saves what comes in.
    Saves,
    /// It only shows it.
    Shows,
    /// It does neither, whatever its name says.
    Nothing,
}

/// Builds the entry and the way in which a later entry of the same class goes over it.
macro_rules! entry {
    ($($(#[$doc:meta])* $field:ident: $kind:ty,)*) => {
        /// What is known about one class. Absent keys leave the matter to the names of the inputs.
        #[derive(Debug, Clone, Default, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub(crate) struct NodeRule {
            /// Begin with the keys of this other class.
            same_as: Option<String>,
            /// Whether the entry is the user's own.
            #[serde(skip)]
            pub(crate) own: bool,
            $($(#[$doc])* pub(crate) $field: Option<$kind>,)*
        }

        impl NodeRule {
            /// Puts the keys that `over` has over those that are here.
            fn overlay(&mut self, over: Self) {
                self.own |= over.own;
                self.same_as = over.same_as.or(self.same_as.take());
                $(if over.$field.is_some() { self.$field = over.$field; })*
            }
        }
    };
}

entry! {
    /// Inputs of the positive side: a text, or a link that brings text or conditioning.
    positive: Names,
    /// Inputs of the negative side.
    negative: Names,
    /// Inputs that hold or bring text of either side.
    text: Names,
    /// Inputs that hold the noise seed.
    seed: Names,
    /// Inputs that hold the number of steps.
    steps: Names,
    /// Inputs that hold the guidance scale.
    cfg: Names,
    /// Inputs that hold the distilled guidance.
    guidance: Names,
    /// Inputs that hold the name of the sampler.
    sampler: Names,
    /// Inputs that hold the name of the scheduler.
    scheduler: Names,
    /// Inputs that hold the denoising strength.
    denoise: Names,
    /// Inputs that name the file of a base model.
    model: Names,
    /// Inputs that name a LoRA.
    lora: Names,
    /// Inputs that name the VAE.
    vae: Names,
    /// Inputs that hold the width of the empty picture.
    width: Names,
    /// Inputs that hold the height of the empty picture.
    height: Names,
    /// The input that a node gives out when it is asked for a single value.
    value: Names,
    /// Inputs through which whatever is looked for goes on.
    pass: Names,
    /// Inputs through which nothing that is looked for comes.
    ignore: Names,
    /// The node lets one input through: the input that says which, or `first` for the first that
    /// is connected.
    switch: String,
    /// The text in which `{name}` stands for the input of that name.
    template: String,
    /// What stands between the texts that the node joins.
    delimiter: String,
    /// Empty texts are left out when the node joins texts.
    skip_empty: bool,
    /// The input with the words to replace and the one with those that replace them.
    replace: Vec<String>,
    /// The node makes conditioning say nothing.
    silent: bool,
    /// The node shows a text and keeps what it showed beside it.
    display: bool,
    /// Each output gives out the text of the input at its own place.
    text_per_output: bool,
    /// Its values are worked out when the graph runs and cannot be known from the file.
    computes: bool,
    /// Whether it samples.
    samples: bool,
    /// Whether it finishes a picture.
    output: Finishes,
    /// What is kept beside the recipe: a name for people, and the input that holds it.
    extra: HashMap<String, String>,
    /// Names of its values in the order in which a drawn graph lists them.
    values: Vec<String>,
}

impl NodeRule {
    /// Whether an entry says itself which inputs are prompts.
    pub(crate) fn tells_prompts(&self) -> bool {
        self.positive.is_some() || self.negative.is_some() || self.text.is_some()
    }

    /// Whether a list of the entry names an input.
    pub(crate) fn lists(names: Option<&Names>, input: &str) -> bool {
        names.is_some_and(|names| names.has(input))
    }

    /// The inputs for a field of the recipe, if the entry has an opinion.
    pub(crate) fn inputs_for(&self, field: &str) -> Option<&Names> {
        match field {
            "seed" => self.seed.as_ref(),
            "steps" => self.steps.as_ref(),
            "cfg" => self.cfg.as_ref(),
            "guidance" => self.guidance.as_ref(),
            "sampler" => self.sampler.as_ref(),
            "scheduler" => self.scheduler.as_ref(),
            "denoise" => self.denoise.as_ref(),
            "model" => self.model.as_ref(),
            "lora" => self.lora.as_ref(),
            "vae" => self.vae.as_ref(),
            "width" => self.width.as_ref(),
            "height" => self.height.as_ref(),
            "positive" => self.positive.as_ref(),
            "negative" => self.negative.as_ref(),
            _ => None,
        }
    }

    /// Whether the entry speaks of an input as the place of a field.
    pub(crate) fn decides(&self, field: &str, input: &str) -> bool {
        Self::lists(self.inputs_for(field), input)
            || (matches!(field, "positive" | "negative") && Self::lists(self.text.as_ref(), input))
    }
}

/// A table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// How the classes of packages begin that copy other classes under their own name.
    #[serde(default)]
    prefixes: Vec<String>,
    #[serde(default)]
    node: HashMap<String, Spanned<NodeRule>>,
    /// Whom pictures show, by their folders.
    #[serde(default)]
    persona: Vec<Spanned<PersonaRule>>,
}

/// Whom the pictures of a folder show.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonaRule {
    /// Watched folder and path inside it; a star stands for any characters.
    folder: String,
    /// The persona.
    name: String,
}

impl Rules {
    /// The table that comes with the program.
    pub fn builtin() -> &'static Self {
        static TABLE: OnceLock<Rules> = OnceLock::new();
        // A test holds that the built-in table has no mistake.
        TABLE.get_or_init(|| Self::default().and(BUILTIN, false).unwrap_or_default())
    }

    /// The built-in table with somebody's own entries over it. A key of an own entry replaces the
    /// same key of the built-in one; the others stay.
    pub fn with(toml_text: &str) -> Result<Self, RulesError> {
        Self::builtin().clone().and(toml_text, true)
    }

    /// Whom the pictures of a folder (`root/inside/it`) show, by the first rule that holds for it or for
    /// one above it.
    pub fn persona(&self, folder: &str) -> Option<&str> {
        if self.personas.is_empty() {
            return None;
        }
        let place = fold_value(Field::Folder, folder);
        let mut rules = self.personas.iter();
        let rule = rules.find(|(pattern, _)| pattern.matches(&place))?;
        Some(&rule.1)
    }

    /// Whether folders give the same personas by other rules.
    pub fn same_personas(&self, other: &Self) -> bool {
        self.personas == other.personas
    }

    /// What is known about a class.
    pub(crate) fn node(&self, class: &str) -> Option<&NodeRule> {
        self.nodes.get(class).or_else(|| {
            let mut copies = self.prefixes.iter();
            let original = copies.find_map(|prefix| class.strip_prefix(prefix.as_str()))?;
            self.nodes.get(original)
        })
    }

    fn and(mut self, text: &str, own: bool) -> Result<Self, RulesError> {
        if text.len() > LONGEST {
            let message = format!("A table of rules may have {LONGEST} bytes; this one is longer.");
            return Err(RulesError { line: 1, message });
        }
        let table: Table = toml::from_str(text).map_err(|mistake| of_toml(text, &mistake))?;
        if table.prefixes.iter().any(|prefix| prefix.trim().is_empty()) {
            let message =
                "One of the `prefixes` is empty. Write how the classes begin, or remove it.";
            return Err(RulesError {
                line: line_of(text, text.find("prefixes").unwrap_or(0)),
                message: message.to_owned(),
            });
        }
        self.prefixes.extend(table.prefixes);
        let at = |offset: usize, message: String| RulesError {
            line: line_of(text, offset),
            message,
        };
        let mut entries: Vec<_> = table.node.into_iter().collect();
        entries.sort_by_key(|(_, entry)| entry.span().start);
        if let Some((_, entry)) = entries.get(ENTRIES) {
            let message = format!("A table of rules may have {ENTRIES} entries; this is one more.");
            return Err(at(entry.span().start, message));
        }
        for (class, entry) in &entries {
            if let Err(message) = check(class, entry.get_ref()) {
                return Err(at(entry.span().start, message));
            }
        }
        for rule in table.persona {
            let start = rule.span().start;
            let PersonaRule { folder, name } = rule.into_inner();
            let name = clean_name(&name).map_err(|_| {
                let message = format!(
                    "`{name}` cannot be the name of a persona. Write 1 to 100 letters without a comma \
                     and without a star."
                );
                at(start, message)
            })?;
            if fold_value(Field::Folder, &folder).is_empty() {
                let message = format!(
                    "The rule for `{name}` names no folder. Write one as the page shows it, such as \
                     \"renders/ada\"; a star stands for any letters."
                );
                return Err(at(start, message));
            }
            self.personas
                .push((Pattern::new(Field::Folder, &folder), name));
        }
        let mut borrowing = Vec::new();
        for (class, entry) in entries {
            let start = entry.span().start;
            let mut entry = entry.into_inner();
            entry.own = own;
            if let Some(other) = entry.same_as.take() {
                borrowing.push((start, class, other, entry));
            } else {
                self.nodes.entry(class).or_default().overlay(entry);
            }
        }
        for (start, class, other, entry) in borrowing {
            let Some(base) = self.nodes.get(&other) else {
                let message = format!(
                    "`same_as` of [node.\"{class}\"] names `{other}`, which has no entry of its own \
                     or is itself `same_as` a later one. Write the class of an entry that stands alone."
                );
                return Err(at(start, message));
            };
            let mut base = base.clone();
            base.overlay(entry);
            self.nodes.entry(class).or_default().overlay(base);
        }
        Ok(self)
    }
}

/// What is wrong with an entry that is well formed.
fn check(class: &str, entry: &NodeRule) -> Result<(), String> {
    if class.trim().is_empty() {
        return Err(
            "An entry needs the class of a node, as in [node.\"KSampler\"]; this one is empty."
                .to_owned(),
        );
    }
    let empty = |name: &Option<String>| name.as_ref().is_some_and(|name| name.trim().is_empty());
    let nameless = entry
        .extra
        .iter()
        .flatten()
        .any(|(name, input)| name.trim().is_empty() || input.trim().is_empty());
    if empty(&entry.switch) || empty(&entry.template) || empty(&entry.same_as) || nameless {
        return Err(format!(
            "A name in [node.\"{class}\"] is empty. Write the name of an input, or remove the key."
        ));
    }
    if entry == &NodeRule::default() {
        return Err(format!(
            "[node.\"{class}\"] says nothing. Add a key such as `positive = \"text\"`, or remove it."
        ));
    }
    Ok(())
}

/// A mistake that the parser found, with its line and in our words where they help more.
fn of_toml(text: &str, mistake: &toml::de::Error) -> RulesError {
    let line = mistake.span().map_or(1, |span| line_of(text, span.start));
    let said = mistake.message();
    let hint = if said.contains("unknown field") {
        " Correct the key or remove it; docs/rules.md lists all keys."
    } else if said.contains("duplicate key") {
        " Every class and every key may stand once; put both entries together."
    } else if said.contains("invalid type") || said.contains("data did not match") {
        " Texts stand in quotes, lists in square brackets, and yes and no are true and false."
    } else {
        ""
    };
    RulesError {
        line,
        message: format!("{}.{hint}", said.trim_end_matches('.')),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

#[cfg(test)]
mod tests;
