//! How a picture was made: prompts, samplers, models, and where each was read.

use serde::{Deserialize, Serialize};

use crate::{id::ImageId, time::Timestamp};

/// Everything that a file says about its making. Absent values are `None` or empty, never guessed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipe {
    /// The program that wrote the record, in lower case: `comfyui`, `a1111`, `forge`, `invokeai`...
    /// Empty when nothing was found.
    pub tool: String,
    /// The program's own version, when it says so.
    pub tool_version: Option<String>,
    /// Positive prompt of the primary sampler.
    pub positive: String,
    /// Negative prompt of the primary sampler.
    pub negative: String,
    /// Every sampler on the way to this picture, in the order in which they ran.
    pub samplers: Vec<Sampling>,
    /// Which of `samplers` made the picture in the first place.
    pub primary: usize,
    /// Base models, the primary sampler's first. Names as the file has them, with folders.
    pub models: Vec<String>,
    /// LoRAs of all samplers, each name once.
    pub loras: Vec<Lora>,
    /// Name of the VAE, when one was chosen.
    pub vae: Option<String>,
    /// Width and height in pixels that the generator was asked for, before any upscaling.
    pub size: Option<(u32, u32)>,
    /// Parameters that have no field of their own, under the vendor's names.
    pub extra: Vec<(String, String)>,
    /// When the picture was made, if the record says so.
    pub made: Option<Timestamp>,
}

impl Recipe {
    /// The sampler that made the picture in the first place.
    pub fn primary(&self) -> Option<&Sampling> {
        self.samplers.get(self.primary)
    }

    /// Whether anything about the making was found.
    pub fn is_empty(&self) -> bool {
        self.tool.is_empty()
    }
}

/// One run of a sampler.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// Where it stands in the record: a node id such as `3` or `12:7`; empty for flat records.
    pub node: String,
    /// The node's class, such as `KSampler`; empty for flat records.
    pub class: String,
    /// Positive prompt of this run.
    pub positive: String,
    /// Negative prompt of this run.
    pub negative: String,
    /// Noise seed; the whole unsigned 64-bit range occurs.
    pub seed: Option<u64>,
    /// Number of steps.
    pub steps: Option<u32>,
    /// Classifier-free guidance scale.
    pub cfg: Option<f64>,
    /// Distilled guidance (Flux and its kin), beside or instead of `cfg`.
    pub guidance: Option<f64>,
    /// Sampler as the record names it: `euler`, `DPM++ 2M Karras`...
    pub sampler: Option<String>,
    /// Scheduler as the record names it: `normal`, `karras`...
    pub scheduler: Option<String>,
    /// Denoising strength, 0 to 1.
    pub denoise: Option<f64>,
    /// Base model of this run, as the file has it.
    pub model: Option<String>,
    /// LoRAs on this run's model.
    pub loras: Vec<Lora>,
}

/// A LoRA and how strongly it was applied.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lora {
    /// Name as the file has it, with folders.
    pub name: String,
    /// Strength on the model; 1 is as trained.
    pub weight: Option<f64>,
    /// Strength on the text encoder, where it is set apart.
    pub clip_weight: Option<f64>,
}

/// Something worth telling about how a file was read; never an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// A short stable word for scripts: `truncated`, `bad-crc`, `text-limit`, `unknown-node`...
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// What it is about, so that notices can be counted by it: the class of a node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl Notice {
    /// A notice with its code and sentence.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            about: None,
        }
    }

    /// The same with the name of what it is about.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        self.about = Some(what.to_owned());
        self
    }
}

/// Why recipes could not be read in full, and in how many pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The code of the notice; empty when a record was recognised but says nothing.
    pub code: String,
    /// The class of the node that is not understood, where there is one.
    pub about: Option<String>,
    /// One sentence for people.
    pub message: String,
    /// Pictures for which this holds.
    pub pictures: u64,
    /// One of them.
    pub example: ImageId,
}

/// A text block of a file exactly as it was found, before any interpretation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawChunk {
    /// Where it was: `png:tEXt`, `png:iTXt`, `exif:UserComment`, `xmp`, `jpeg:COM`, `mp4:comment`...
    pub place: String,
    /// Its keyword, such as `parameters`, `prompt`, `workflow`; empty where the place has none.
    pub key: String,
    /// Its text.
    pub text: String,
}
