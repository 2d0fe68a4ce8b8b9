//! What a session asks for: model, sampler, size, LoRAs, seed.

use domain::recipe::Lora;

use super::Tool;
use crate::{
    art::Style,
    palette::Palette,
    random::{Random, mix},
    words::{Prompt, prompt},
};

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
        let (models, sizes): (&[&'static str], &[(u32, u32)]) = match family {
            Family::Small => (&SMALL_MODELS, &SMALL_SIZES),
            Family::Large => (&LARGE_MODELS, &LARGE_SIZES),
            Family::Flow => (&FLOW_MODELS, &LARGE_SIZES),
        };
        let (model, size) = (*random.favour(models), *random.favour(sizes));
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
        let (often, scales) = match family {
            Family::Small => (0.4, [1.5, 1.5, 1.75]),
            Family::Large => (0.12, [1.25; 3]),
            Family::Flow => (0.0, [1.0; 3]),
        };
        let upscaler = *random.pick(&UPSCALERS);
        let hires = random.chance(often).then(|| Hires {
            scale: *random.pick(&scales),
            steps: *random.pick(&[10, 12, 15]),
            denoise: *random.pick(&[0.35, 0.4, 0.5, 0.55]),
            upscaler,
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

    /// Makes it one of the first years: no LoRAs, a small model, the samplers and prompts of then.
    pub(crate) fn age(&mut self) {
        let mut random = Random::new(self.whim, 6);
        self.prompt.plain();
        self.loras.clear();
        (*random.pick(&SMALL_MODELS)).clone_into(&mut self.model);
        self.size = *random.pick(&SMALL_SIZES);
        self.sampler = *random.pick(&["k_lms", "k_euler_a", "ddim", "k_dpm_2_a"]);
    }

    /// Model name without the extension of its file.
    pub(crate) fn model_stem(&self) -> &str {
        self.model
            .rsplit_once('.')
            .map_or(&self.model, |(stem, _)| stem)
    }

    /// A short checksum-like text for a name; ten hexadecimal digits, as web UIs print.
    pub(super) fn short_hash(name: &str) -> String {
        let sum = name.bytes().fold(7, |sum, byte| mix(sum, u64::from(byte)));
        format!("{:010x}", sum >> 24)
    }
}

fn family(tool: Tool, random: &mut Random) -> Family {
    let (small, large) = match tool {
        Tool::Comfyui => (0.24, 0.7),
        Tool::Forge => (0.15, 0.7),
        Tool::A1111 => (0.65, 1.0),
        Tool::Swarmui => (0.1, 0.6),
        Tool::EasyDiffusion | Tool::Sygil | Tool::Diffusers => (1.0, 1.0),
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
        Tool::Forge
        | Tool::A1111
        | Tool::Reforge
        | Tool::Sdnext
        | Tool::Civitai
        | Tool::StabilityMatrix
        | Tool::Tensorart => (
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
        Tool::Fooocus | Tool::FooocusMre | Tool::RuinedFooocus | Tool::FooocusPlus => (
            &["dpmpp_2m_sde_gpu", "euler_ancestral", "dpmpp_2m"],
            &["karras", "normal"],
        ),
        Tool::Novelai => (
            &["k_euler_ancestral", "k_euler", "k_dpmpp_2m", "k_dpmpp_sde"],
            &["karras", "native", "exponential"],
        ),
        Tool::EasyDiffusion => (
            &["euler_a", "dpmpp_2m", "dpmpp_sde", "ddim", "unipc_snr"],
            &[""],
        ),
        Tool::DrawThings => (
            &["DPM++ 2M Karras", "Euler A", "DPM++ SDE Karras", "UniPC"],
            &[""],
        ),
        Tool::Sygil => (&["k_lms", "k_euler_a", "DDIM"], &[""]),
        Tool::Diffusers => (
            &["DPMSolverMultistep", "EulerAncestralDiscrete", "PNDM"],
            &[""],
        ),
        Tool::Midjourney | Tool::Google | Tool::Firefly | Tool::Openai | Tool::None => {
            (&[""], &[""])
        }
    };
    (*random.favour(samplers), *random.favour(schedulers))
}

/// A LoRA and its strength.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LoraUse {
    /// Name without an extension; `ComfyUI` files add `.safetensors`.
    pub(crate) name: String,
    /// Strength on the model.
    pub(crate) weight: f64,
}

impl LoraUse {
    /// As a reader should find it.
    pub(crate) fn told(&self) -> Lora {
        Lora {
            name: self.name.clone(),
            weight: Some(self.weight),
            clip_weight: None,
        }
    }
}

fn loras(tool: Tool, style: &Style, random: &mut Random) -> Vec<LoraUse> {
    let without = [
        Tool::Novelai,
        Tool::Midjourney,
        Tool::Sygil,
        Tool::Diffusers,
        Tool::Google,
        Tool::Firefly,
        Tool::Openai,
        Tool::None,
    ];
    if without.contains(&tool) {
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
