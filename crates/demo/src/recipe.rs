//! Recipes: what a session asked its generator for, and how each generator writes it down.
//!
//! One file per generator turns a [`Recipe`] into the text blocks that this generator would leave
//! in its files. [`truth`] says what a reader should find in them.

use domain::image::Format;

use crate::{
    art::Style,
    broken::Broken,
    encode::Embedded,
    palette::Palette,
    random::Random,
    session::Shot,
    words::{Prompt, prompt},
};

mod a1111;
mod comfyui;
mod fooocus;
mod graph;
mod invokeai;
mod novelai;
mod swarmui;

/// The program that a demo file says it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tool {
    /// `ComfyUI`, with API graph and UI graph.
    Comfyui,
    /// Forge, as infotext.
    Forge,
    /// The A1111 web UI, as infotext.
    A1111,
    /// `InvokeAI`, as JSON.
    Invokeai,
    /// Fooocus in its own scheme, as JSON.
    Fooocus,
    /// `SwarmUI`, as JSON.
    Swarmui,
    /// `NovelAI`, as several chunks.
    Novelai,
    /// No recipe at all.
    None,
}

impl Tool {
    /// Draws a tool: half of all sessions are made with `ComfyUI`.
    pub(crate) fn draw(random: &mut Random) -> Self {
        let shares = [
            (Self::Comfyui, 0.5),
            (Self::Forge, 0.66),
            (Self::A1111, 0.79),
            (Self::Invokeai, 0.84),
            (Self::Swarmui, 0.885),
            (Self::Fooocus, 0.925),
            (Self::Novelai, 0.96),
        ];
        let at = random.unit();
        shares
            .into_iter()
            .find(|(_, below)| at < *below)
            .map_or(Self::None, |(tool, _)| tool)
    }

    /// Draws the file format of a session.
    pub(crate) fn format(self, random: &mut Random) -> Format {
        let (jpeg, webp) = match self {
            Self::Comfyui => (0.0, 0.05),
            Self::Forge | Self::A1111 => (0.1, 0.06),
            Self::None => (0.7, 0.1),
            _ => (0.0, 0.0),
        };
        let at = random.unit();
        if at < jpeg {
            Format::Jpeg
        } else if at < jpeg + webp {
            Format::Webp
        } else {
            Format::Png
        }
    }

    /// The word that `domain::recipe::Recipe::tool` has for it; empty for none.
    pub fn word(self) -> &'static str {
        match self {
            Self::Comfyui => "comfyui",
            Self::Forge => "forge",
            Self::A1111 => "a1111",
            Self::Invokeai => "invokeai",
            Self::Fooocus => "fooocus",
            Self::Swarmui => "swarmui",
            Self::Novelai => "novelai",
            Self::None => "",
        }
    }
}

/// What a reader should find in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// The program that wrote it.
    pub tool: Tool,
    /// How the file is broken, if it is.
    pub broken: Option<Broken>,
    /// Kind of file by its content; that of its name where it has no content.
    pub format: Format,
    /// Positive prompt.
    pub positive: String,
    /// Negative prompt; empty where there is none.
    pub negative: String,
    /// Noise seed of the first sampler.
    pub seed: Option<u64>,
    /// Steps of the first sampler.
    pub steps: Option<u32>,
    /// Classifier-free guidance; `None` for guider graphs.
    pub cfg: Option<f64>,
    /// Distilled guidance.
    pub guidance: Option<f64>,
    /// Sampler, as the file has it.
    pub sampler: Option<String>,
    /// Scheduler, where the file names one apart from the sampler.
    pub scheduler: Option<String>,
    /// Base model, as the file has it.
    pub model: Option<String>,
    /// LoRAs, in the order in which they were applied.
    pub loras: Vec<LoraUse>,
    /// Width and height that the generator was asked for.
    pub size: Option<(u32, u32)>,
}

/// A LoRA and its strength.
#[derive(Debug, Clone, PartialEq)]
pub struct LoraUse {
    /// Name without an extension; `ComfyUI` files add `.safetensors`.
    pub name: String,
    /// Strength on the model.
    pub weight: f64,
}

/// The family of a base model: it decides samplers, sizes and the shape of graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Small,
    Large,
    Flow,
}

/// A second pass at a larger size.
#[derive(Debug, Clone)]
pub(crate) struct Hires {
    pub(crate) scale: f64,
    pub(crate) steps: u32,
    pub(crate) denoise: f64,
    pub(crate) upscaler: &'static str,
}

/// What one picture was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    pub(crate) prompt: Prompt,
    pub(crate) family: Family,
    pub(crate) model: String,
    pub(crate) loras: Vec<LoraUse>,
    pub(crate) seed: u64,
    pub(crate) steps: u32,
    pub(crate) cfg: f64,
    pub(crate) sampler: &'static str,
    pub(crate) scheduler: &'static str,
    pub(crate) size: (u32, u32),
    pub(crate) hires: Option<Hires>,
    /// A number for choices that only one generator has, the same through a session.
    pub(crate) whim: u64,
}

const SMALL_MODELS: [&str; 6] = [
    "meadowlight_v3.safetensors",
    "dreamkiln_v21.safetensors",
    "inkwell15_final.safetensors",
    "paperboat-pruned.safetensors",
    "oldlens_v1-5.ckpt",
    "lanternmix_b.safetensors",
];
const LARGE_MODELS: [&str; 7] = [
    "auroraXL_v4.safetensors",
    "graniteXL_v2.safetensors",
    "saltmarshXL_v11.safetensors",
    "kilnfireXL_v6.safetensors",
    "harborXL_base_1.0.safetensors",
    "velvetXL_lightning.safetensors",
    "northwindXL_b3.safetensors",
];
const FLOW_MODELS: [&str; 4] = [
    "fluxlight-dev.safetensors",
    "fluxlight-dev-fp8.safetensors",
    "riverflux_v1.safetensors",
    "fluxlight-schnell-Q5_K.gguf",
];
const LORAS: [&str; 8] = [
    "grain_and_light_v3",
    "papercut_xl",
    "detail_dial_v4",
    "soft_focus_b",
    "old_press_v2",
    "long_exposure_xl",
    "matte_finish",
    "two_inks_v1",
];
const UPSCALERS: [&str; 4] = ["4x_ClearGrain", "Latent", "4x_FineThread_v2", "2x_SoftEdge"];
const SMALL_SIZES: [(u32, u32); 4] = [(512, 768), (512, 512), (768, 512), (640, 640)];
const LARGE_SIZES: [(u32, u32); 7] = [
    (832, 1216),
    (1024, 1024),
    (1216, 832),
    (1344, 768),
    (896, 1152),
    (1152, 896),
    (768, 1344),
];

impl Recipe {
    /// Draws the recipe of a session for its picture `index`; only the seed differs within it.
    pub(crate) fn draw(
        tool: Tool,
        style: &Style,
        palette: &Palette,
        random: &mut Random,
        index: u64,
    ) -> Self {
        let family = family(tool, random);
        let prompt = prompt(style, palette, random, family == Family::Flow);
        let (model, size) = match family {
            Family::Small => (*random.favour(&SMALL_MODELS), *random.favour(&SMALL_SIZES)),
            Family::Large => (*random.favour(&LARGE_MODELS), *random.favour(&LARGE_SIZES)),
            Family::Flow => (*random.favour(&FLOW_MODELS), *random.favour(&LARGE_SIZES)),
        };
        let (sampler, scheduler) = samplers(tool, family, random);
        let fast = model.contains("lightning") || model.contains("schnell");
        let steps = if fast {
            *random.pick(&[4, 6, 8])
        } else {
            *random.pick(&[20, 20, 24, 25, 28, 30, 30, 35, 40])
        };
        let cfg = match family {
            Family::Flow => *random.pick(&[2.5, 3.0, 3.5, 3.5, 4.0]),
            _ if fast => *random.pick(&[1.0, 1.5, 2.0]),
            _ => *random.pick(&[4.0, 4.5, 5.0, 5.5, 6.0, 7.0, 7.0, 7.5, 8.0]),
        };
        let loras = loras(tool, style, random);
        let hires = (random.chance(0.22) && family != Family::Flow).then(|| Hires {
            scale: *random.pick(&[1.5, 1.25, 2.0]),
            steps: *random.pick(&[10, 12, 15]),
            denoise: *random.pick(&[0.35, 0.4, 0.5, 0.55]),
            upscaler: *random.pick(&UPSCALERS),
        });
        let bits = match tool {
            Tool::Comfyui => *random.pick(&[50, 50, 48, 63]),
            Tool::Fooocus => 62,
            _ => 32,
        };
        let base = random.next() >> (64 - bits);
        Self {
            prompt,
            family,
            model: model.to_owned(),
            loras,
            seed: (base + index).max(1),
            steps,
            cfg,
            sampler,
            scheduler,
            size,
            hires,
            whim: random.next(),
        }
    }

    /// Model name without the extension of its file.
    fn model_stem(&self) -> &str {
        self.model
            .rsplit_once('.')
            .map_or(&self.model, |(stem, _)| stem)
    }

    /// A short checksum-like text for a name; ten hexadecimal digits, as web UIs print.
    fn short_hash(name: &str) -> String {
        let sum = name
            .bytes()
            .fold(7, |sum, byte| crate::random::mix(sum, u64::from(byte)));
        format!("{:010x}", sum >> 24)
    }
}

fn family(tool: Tool, random: &mut Random) -> Family {
    let (small, large) = match tool {
        Tool::Comfyui => (0.24, 0.7),
        Tool::Forge => (0.15, 0.7),
        Tool::A1111 => (0.65, 1.0),
        Tool::Swarmui => (0.1, 0.6),
        _ => (0.0, 1.0),
    };
    let at = random.unit();
    if at < small {
        Family::Small
    } else if at < large {
        Family::Large
    } else {
        Family::Flow
    }
}

/// Sampler and scheduler under the names that the tool has for them.
fn samplers(tool: Tool, family: Family, random: &mut Random) -> (&'static str, &'static str) {
    let (samplers, schedulers): (&[&str], &[&str]) = match tool {
        Tool::Comfyui | Tool::Swarmui if family == Family::Flow => (
            &["euler", "euler", "dpmpp_2m", "res_multistep", "uni_pc"],
            &["simple", "beta", "normal"],
        ),
        Tool::Comfyui | Tool::Swarmui => (
            &[
                "dpmpp_2m",
                "euler_ancestral",
                "euler",
                "dpmpp_2m_sde",
                "dpmpp_sde",
                "uni_pc",
                "heun",
                "ddim",
            ],
            &["karras", "normal", "exponential", "sgm_uniform", "simple"],
        ),
        Tool::Forge if family == Family::Flow => (&["Euler", "DPM++ 2M"], &["Simple", "Beta"]),
        Tool::Forge | Tool::A1111 => (
            &[
                "DPM++ 2M",
                "Euler a",
                "DPM++ 2M SDE",
                "DPM++ SDE",
                "Euler",
                "UniPC",
                "DDIM",
                "Heun",
            ],
            &["Karras", "Automatic", "Exponential", "SGM Uniform"],
        ),
        Tool::Invokeai => (
            &[
                "dpmpp_2m_k",
                "euler_a",
                "euler",
                "dpmpp_sde_k",
                "unipc",
                "ddim",
            ],
            &[""],
        ),
        Tool::Fooocus => (
            &["dpmpp_2m_sde_gpu", "euler_ancestral", "dpmpp_2m"],
            &["karras", "normal"],
        ),
        Tool::Novelai => (
            &["k_euler_ancestral", "k_euler", "k_dpmpp_2m", "k_dpmpp_sde"],
            &["karras", "native", "exponential"],
        ),
        Tool::None => (&[""], &[""]),
    };
    (*random.favour(samplers), *random.favour(schedulers))
}

fn loras(tool: Tool, style: &Style, random: &mut Random) -> Vec<LoraUse> {
    if matches!(tool, Tool::Novelai | Tool::None) {
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    for _ in 0..*random.pick(&[0, 0, 1, 1, 1, 2, 3]) {
        let name = if random.chance(0.4) {
            format!("{}_style_v{}", style.word, 1 + random.below(3))
        } else {
            (*random.favour(&LORAS)).to_owned()
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let weights = [0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 1.0];
    names
        .into_iter()
        .map(|name| LoraUse {
            name,
            weight: *random.pick(&weights),
        })
        .collect()
}

/// The recipe as the file of this shot carries it.
pub(crate) fn embed(shot: &Shot) -> Embedded {
    let recipe = &shot.recipe;
    let png = shot.format() == Format::Png;
    match shot.tool {
        Tool::Comfyui => {
            let (api, ui) = comfyui::documents(recipe, shot.style.word);
            if png {
                Embedded {
                    chunks: vec![("prompt", api), ("workflow", ui)],
                    ..Embedded::default()
                }
            } else {
                // Make and Model, the two tags that the animated and still WebP savers use.
                let exif = vec![
                    (0x010f, format!("workflow:{ui}")),
                    (0x0110, format!("prompt:{api}")),
                ];
                Embedded {
                    exif,
                    ..Embedded::default()
                }
            }
        }
        Tool::Forge | Tool::A1111 => {
            let text = a1111::infotext(recipe, shot.tool == Tool::Forge);
            if png {
                Embedded {
                    chunks: vec![("parameters", text)],
                    ..Embedded::default()
                }
            } else {
                Embedded {
                    comment: Some(text),
                    ..Embedded::default()
                }
            }
        }
        Tool::Invokeai => Embedded {
            chunks: invokeai::chunks(recipe),
            ..Embedded::default()
        },
        Tool::Fooocus => Embedded {
            chunks: fooocus::chunks(recipe, shot.style),
            ..Embedded::default()
        },
        Tool::Swarmui => Embedded {
            chunks: swarmui::chunks(recipe, shot.when),
            ..Embedded::default()
        },
        Tool::Novelai => Embedded {
            chunks: novelai::chunks(recipe),
            ..Embedded::default()
        },
        Tool::None => Embedded::default(),
    }
}

/// What a reader should find in the file of this shot.
pub(crate) fn truth(shot: &Shot) -> Truth {
    let recipe = &shot.recipe;
    let mut truth = Truth {
        tool: shot.tool,
        broken: shot.broken,
        format: shot.format(),
        positive: recipe.prompt.positive.clone(),
        negative: recipe.prompt.negative.clone(),
        seed: Some(recipe.seed),
        steps: Some(recipe.steps),
        cfg: Some(recipe.cfg),
        guidance: None,
        sampler: Some(recipe.sampler.to_owned()),
        scheduler: Some(recipe.scheduler.to_owned()),
        model: Some(recipe.model_stem().to_owned()),
        loras: recipe.loras.clone(),
        size: Some(recipe.size),
    };
    let unreadable = matches!(shot.broken, Some(Broken::Empty | Broken::Garbage));
    // A picture whose extension lies is a JPEG, for which only the web UIs have a place.
    let homeless = shot.format() == Format::Jpeg && !matches!(shot.tool, Tool::Forge | Tool::A1111);
    match shot.tool {
        _ if unreadable || homeless => truth = Truth::nothing(truth),
        Tool::None => truth = Truth::nothing(truth),
        Tool::Comfyui => comfyui::correct(recipe, &mut truth),
        Tool::Forge | Tool::A1111 => a1111::correct(recipe, shot.tool == Tool::Forge, &mut truth),
        Tool::Invokeai => truth.scheduler = None,
        Tool::Novelai => truth.model = Some(novelai::SOURCE.to_owned()),
        Tool::Fooocus | Tool::Swarmui => {}
    }
    truth
}

impl Truth {
    fn nothing(self) -> Self {
        Self {
            tool: Tool::None,
            positive: String::new(),
            negative: String::new(),
            seed: None,
            steps: None,
            cfg: None,
            guidance: None,
            sampler: None,
            scheduler: None,
            model: None,
            loras: Vec::new(),
            size: None,
            ..self
        }
    }
}
