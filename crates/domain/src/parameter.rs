//! Any value that was set somewhere in the making of a picture, and where a recipe's values stood.

mod list;

use std::{fmt, sync::Arc};

pub use list::{Label, ParameterList};
use serde::{Deserialize, Serialize};

/// One value set on one node of the graph that ran, or one setting of a flat record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Id of the node, such as `3` or `12:7`; empty for flat records.
    pub node: String,
    /// Class of the node, such as `KSampler`; empty for flat records.
    pub class: String,
    /// The name that somebody gave the node; empty when it has none of its own.
    pub title: String,
    /// Name of the input or setting.
    pub name: String,
    /// What it was set to.
    pub value: Scalar,
}

/// A single value. Yes and no are the texts `true` and `false`; so are whole numbers from 10^15, as
/// many seeds are, because a fraction would not hold all their digits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// A finite number.
    Number(f64),
    /// A text.
    Text(String),
}

/// Where one value of a recipe was read, and how the reader came there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Which value: `positive`, `negative`, `seed`, `steps`, `cfg`, `guidance`, `sampler`,
    /// `scheduler`, `denoise`, `model`, `lora`, `vae` or `size`.
    pub field: String,
    /// Number of the sampler run that it belongs to, from 0; `None` for the whole picture.
    pub run: Option<usize>,
    /// The value itself, cut when it is long.
    pub value: String,
    /// The text block of the file: [`RawChunk::place`](crate::recipe::RawChunk::place) and its key.
    pub block: String,
    /// The way through the graph, from the sampler to the node that holds the value; empty for flat
    /// records.
    pub path: Vec<Waypoint>,
    /// Which rule decided: a row of the table of nodes, or what was concluded from names and links.
    pub rule: String,
}

/// One node on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waypoint {
    /// Id of the node.
    pub node: String,
    /// Its class.
    pub class: String,
    /// The input through which the way goes on, or which holds the value.
    pub input: String,
}

/// The parameters of one picture as they are kept: a set that pictures of one workflow share, and
/// what differs from it in this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// What is shared.
    pub set: Arc<ParameterSet>,
    /// Places in [`ParameterSet::entries`] and the values there, by place.
    pub changes: Vec<(u32, Scalar)>,
}

/// Parameters that many pictures have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSet {
    /// Its own number; equal sets may have several.
    pub id: i64,
    /// In the order of the file.
    pub entries: Vec<Parameter>,
}

impl Parameters {
    /// All of them, with the picture's own values.
    pub fn all(&self) -> Vec<Parameter> {
        let mut all = self.set.entries.clone();
        for (place, value) in &self.changes {
            if let Some(entry) = all.get_mut(*place as usize) {
                entry.value = value.clone();
            }
        }
        all
    }
}

/// How the values of one parameter are spread over a result.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ParameterFacet {
    /// Most frequent values first.
    pub values: Vec<ScalarCount>,
    /// How many different values there are in all.
    pub distinct: u64,
    /// Smallest and largest number, when all values are numbers.
    pub bounds: Option<(f64, f64)>,
    /// Counts of equally wide bins between the bounds.
    pub bins: Vec<u64>,
}

/// A value and how many pictures have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScalarCount {
    /// The value.
    pub value: Scalar,
    /// Number of pictures.
    pub count: u64,
}

/// A parameter that occurs in a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterName {
    /// As [`ParamFilter::name`](crate::query::ParamFilter::name) takes it: `KSampler.denoise`.
    pub name: String,
    /// Number of pictures.
    pub count: u64,
}

impl Scalar {
    /// A whole number with all its digits.
    pub fn whole(number: u64) -> Self {
        if number < 10_u64.pow(DIGITS) {
            Self::Number(number as f64)
        } else {
            Self::Text(number.to_string())
        }
    }
}

/// Digits of a number that every engine keeps.
const DIGITS: u32 = 15;

/// The number that a text is, if it is one of those that are kept as texts.
pub fn long_number(text: &str) -> Option<u64> {
    let plain = text.len() > DIGITS as usize
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0');
    plain.then(|| text.parse().ok())?
}

impl Parameter {
    /// What names it.
    pub fn label(&self) -> Label<'_> {
        Label {
            node: &self.node,
            class: &self.class,
            title: &self.title,
            name: &self.name,
        }
    }

    /// Its name as a filter takes it: with the class before it, where there is one.
    pub fn full_name(&self) -> String {
        full_name(&self.class, &self.name)
    }

    /// Whether that is its full name.
    pub fn is_called(&self, full: &str) -> bool {
        if self.class.is_empty() {
            return full == self.name;
        }
        let rest = full.strip_prefix(self.class.as_str());
        rest.and_then(|rest| rest.strip_prefix('.')) == Some(self.name.as_str())
    }
}

/// `KSampler.denoise`; only the name for flat records.
pub fn full_name(class: &str, name: &str) -> String {
    if class.is_empty() {
        name.to_owned()
    } else {
        format!("{class}.{name}")
    }
}

/// As people read it; numbers without needless digits.
impl fmt::Display for Scalar {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(out, "{number}"),
            Self::Text(text) => out.write_str(text),
        }
    }
}
