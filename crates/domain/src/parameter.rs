//! Any value that was set somewhere in the making of a picture, and where a recipe's values stood.

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

/// A single value. Yes and no are the texts `true` and `false`.
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
