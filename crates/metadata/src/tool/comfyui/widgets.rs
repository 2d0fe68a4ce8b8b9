//! Names for the values of drawn nodes, which are saved as a bare list.

use std::borrow::Cow;

use crate::json::Json;

/// The value names of common nodes in their order. The word that steers a seed (`randomize`) is
/// not named; it is skipped where it stands.
const ORDERS: &[(&str, &str)] = &[
    ("KSampler", "seed,steps,cfg,sampler_name,scheduler,denoise"),
    (
        "KSamplerAdvanced",
        "add_noise,noise_seed,steps,cfg,sampler_name,scheduler,start_at_step,end_at_step,return_with_leftover_noise",
    ),
    (
        "KSampler (Efficient)",
        "seed,steps,cfg,sampler_name,scheduler,denoise,preview_method,vae_decode",
    ),
    (
        "KSampler Adv. (Efficient)",
        "add_noise,noise_seed,steps,cfg,sampler_name,scheduler,start_at_step,end_at_step,return_with_leftover_noise",
    ),
    (
        "KSampler SDXL (Eff.)",
        "noise_seed,steps,cfg,sampler_name,scheduler,start_at_step,refine_at_step",
    ),
    ("SamplerCustom", "add_noise,noise_seed,cfg"),
    ("KSamplerSelect", "sampler_name"),
    ("BasicScheduler", "scheduler,steps,denoise"),
    ("KarrasScheduler", "steps,sigma_max,sigma_min,rho"),
    ("ExponentialScheduler", "steps,sigma_max,sigma_min"),
    ("SDTurboScheduler", "steps,denoise"),
    ("AlignYourStepsScheduler", "model_type,steps,denoise"),
    ("OptimalStepsScheduler", "model_type,steps,denoise"),
    ("Flux2Scheduler", "steps,width,height"),
    (
        "LTXVScheduler",
        "steps,max_shift,base_shift,stretch,terminal",
    ),
    ("RandomNoise", "noise_seed"),
    ("CFGGuider", "cfg"),
    ("DualCFGGuider", "cfg_conds,cfg_cond2_negative"),
    ("FluxGuidance", "guidance"),
    ("CLIPTextEncode", "text"),
    (
        "CLIPTextEncodeSDXL",
        "width,height,crop_w,crop_h,target_width,target_height,text_g,text_l",
    ),
    ("CLIPTextEncodeSDXLRefiner", "ascore,width,height,text"),
    ("CLIPTextEncodeFlux", "clip_l,t5xxl,guidance"),
    ("CLIPTextEncodeSD3", "clip_l,clip_g,t5xxl,empty_padding"),
    ("CLIPTextEncodeHunyuanDiT", "bert,mt5xl"),
    (
        "BNK_CLIPTextEncodeAdvanced",
        "text,token_normalization,weight_interpretation",
    ),
    ("TextEncodeQwenImageEdit", "prompt"),
    ("TextEncodeQwenImageEditPlus", "prompt"),
    ("GLIGENTextBoxApply", "text,width,height,x,y"),
    ("CheckpointLoaderSimple", "ckpt_name"),
    ("CheckpointLoader", "config_name,ckpt_name"),
    ("CheckpointLoaderNF4", "ckpt_name"),
    ("ImageOnlyCheckpointLoader", "ckpt_name"),
    ("unCLIPCheckpointLoader", "ckpt_name"),
    ("UNETLoader", "unet_name,weight_dtype"),
    ("UnetLoaderGGUF", "unet_name"),
    ("VAELoader", "vae_name"),
    ("LoraLoader", "lora_name,strength_model,strength_clip"),
    ("LoraLoaderModelOnly", "lora_name,strength_model"),
    (
        "LoraLoader|pysssss",
        "lora_name,strength_model,strength_clip",
    ),
    ("EmptyLatentImage", "width,height,batch_size"),
    ("EmptySD3LatentImage", "width,height,batch_size"),
    ("EmptyFlux2LatentImage", "width,height,batch_size"),
    ("EmptyHunyuanLatentVideo", "width,height,length,batch_size"),
    ("PrimitiveNode", "value"),
    ("PrimitiveInt", "value"),
    ("PrimitiveFloat", "value"),
    ("PrimitiveString", "value"),
    ("PrimitiveStringMultiline", "value"),
    ("PrimitiveBoolean", "value"),
    ("ComfySwitchNode", "switch"),
    ("Seed (rgthree)", "seed"),
    ("CR Seed", "seed"),
    ("Text Multiline", "text"),
    ("Text Concatenate", "delimiter,clean_whitespace"),
    ("StringConcatenate", "string_a,string_b,delimiter"),
    ("StringReplace", "string,find,replace"),
    ("ImpactSwitch", "select,sel_mode"),
    ("ImpactWildcardEncode", "wildcard_text,populated_text,mode"),
    (
        "ImpactWildcardProcessor",
        "wildcard_text,populated_text,mode",
    ),
    (
        "Efficient Loader",
        "ckpt_name,vae_name,clip_skip,lora_name,lora_model_strength,lora_clip_strength,positive,negative,token_normalization,weight_interpretation,empty_latent_width,empty_latent_height,batch_size",
    ),
    (
        "Eff. Loader SDXL",
        "base_ckpt_name,base_clip_skip,refiner_ckpt_name,refiner_clip_skip,positive_ascore,negative_ascore,vae_name,positive,negative,token_normalization,weight_interpretation,empty_latent_width,empty_latent_height,batch_size",
    ),
    (
        "FaceDetailer",
        "guide_size,guide_size_for,max_size,seed,steps,cfg,sampler_name,scheduler,denoise",
    ),
    (
        "FaceDetailerPipe",
        "guide_size,guide_size_for,max_size,seed,steps,cfg,sampler_name,scheduler,denoise",
    ),
    (
        "DetailerForEach",
        "guide_size,guide_size_for,max_size,seed,steps,cfg,sampler_name,scheduler,denoise",
    ),
    (
        "SEGSDetailer",
        "guide_size,guide_size_for,max_size,seed,steps,cfg,sampler_name,scheduler,denoise",
    ),
    (
        "UltimateSDUpscale",
        "upscale_by,seed,steps,cfg,sampler_name,scheduler,denoise",
    ),
    (
        "UltimateSDUpscaleNoUpscale",
        "seed,steps,cfg,sampler_name,scheduler,denoise",
    ),
    (
        "CR LoRA Stack",
        "switch_1,lora_name_1,model_weight_1,clip_weight_1,switch_2,lora_name_2,model_weight_2,clip_weight_2,switch_3,lora_name_3,model_weight_3,clip_weight_3",
    ),
    (
        "Lora Loader Stack (rgthree)",
        "lora_01,strength_01,lora_02,strength_02,lora_03,strength_03,lora_04,strength_04",
    ),
    ("KSamplerAdvancedProvider", "cfg,sampler_name,scheduler"),
    (
        "KSamplerProvider",
        "seed,steps,cfg,sampler_name,scheduler,denoise",
    ),
    (
        "ImpactKSamplerBasicPipe",
        "seed,steps,cfg,sampler_name,scheduler,denoise",
    ),
    (
        "ImpactKSamplerAdvancedBasicPipe",
        "add_noise,noise_seed,steps,cfg,sampler_name,scheduler",
    ),
];

/// Words that may follow a seed and tell what happens to it after a run.
const AFTER_SEED: &[&str] = &["fixed", "increment", "decrement", "randomize"];

type Named<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// What a node shows beside its values.
pub(super) struct Looks<'j> {
    pub(super) class: &'j str,
    /// Inputs that belong to values, in order; old files do not have them.
    pub(super) declared: Vec<&'j str>,
    /// Types of its outputs.
    pub(super) outputs: Vec<&'j str>,
    /// Whether prompts come into it.
    pub(super) prompted: bool,
    /// Whether conditioning comes into it, which then has its text already.
    pub(super) conditioned: bool,
}

/// Gives names to a node's values: from the map that some nodes save, from the table, from the
/// inputs that the node declares, or else by what the values look like.
pub(super) fn named<'a>(looks: &Looks<'_>, values: &Json<'a>) -> Named<'a> {
    let list = match values {
        Json::Map(entries) => return entries.clone(),
        Json::List(list) => list,
        _ => return Vec::new(),
    };
    let known = ORDERS.iter().find(|(known, _)| *known == looks.class);
    let mut named = if let Some((_, order)) = known {
        in_order(list, order.split(','))
    } else if looks.declared.len() == list.iter().filter(|value| !is_after_seed(value)).count() {
        in_order(list, looks.declared.iter().copied())
    } else {
        guessed(looks, list)
    };
    // Lists of LoRAs keep each row as a map.
    for (at, value) in list.iter().enumerate() {
        if matches!(value, Json::Map(_)) {
            named.push((Cow::Owned(format!("lora_{at}")), value.clone()));
        }
    }
    named
}

fn is_after_seed(value: &Json<'_>) -> bool {
    value.text().is_some_and(|text| AFTER_SEED.contains(&text))
}

/// Names values one by one; a value of the wrong kind gets no name.
fn in_order<'a, 'n>(list: &[Json<'a>], order: impl Iterator<Item = &'n str>) -> Named<'a> {
    let mut named = Vec::new();
    let mut values = list.iter().peekable();
    for name in order {
        let Some(value) = values.next() else { break };
        if fits(name, value) {
            named.push((Cow::Owned(name.to_owned()), value.clone()));
        }
        let steered = name.contains("seed") || name == "value";
        if steered {
            values.next_if(|next| {
                is_after_seed(next)
                    || (name != "value" && matches!(next, Json::Null | Json::Bool(_)))
            });
        }
    }
    named
}

/// Whether a value can be what its name says. Saved lists shift when a node changes.
fn fits(name: &str, value: &Json<'_>) -> bool {
    let number = matches!(value, Json::Unsigned(_) | Json::Float(_));
    match name {
        "steps" | "seed" | "noise_seed" | "cfg" | "denoise" | "width" | "height" | "guidance" => {
            number
        }
        "text" | "sampler_name" | "scheduler" | "ckpt_name" | "unet_name" | "lora_name" => {
            value.text().is_some_and(|text| !AFTER_SEED.contains(&text))
        }
        _ => *value != Json::Null,
    }
}

/// Names by looks: a node with prompts samples; a loader's file is a model or a LoRA; the words of
/// a node that gives out text or conditioning are its text.
fn guessed<'a>(looks: &Looks<'_>, list: &[Json<'a>]) -> Named<'a> {
    let gives = |kinds: &[&str]| looks.outputs.iter().any(|kind| kinds.contains(kind));
    if looks.prompted
        && gives(&["LATENT", "IMAGE"])
        && let Some(named) = sampler(list)
    {
        return named;
    }
    let mut named: Named<'a> = Vec::new();
    let mut name = |name: &'static str, value: Option<&Json<'a>>| {
        named.extend(value.map(|value| (Cow::Borrowed(name), value.clone())));
    };
    let is_file = |value: &Json<'a>| value.text().is_some_and(is_model_file);
    let file = list.iter().position(is_file);
    let lower = looks.class.to_ascii_lowercase();
    let bundles = looks.outputs.iter().any(|kind| kind.ends_with("PIPE"));
    if lower.contains("lora") {
        if let Some(at) = file {
            name("lora_name", list.get(at));
            let weight = list.get(at + 1);
            name(
                "strength_model",
                weight.filter(|w| matches!(w, Json::Unsigned(_) | Json::Float(_))),
            );
        }
    } else if gives(&["MODEL"]) || bundles {
        name("model_name", file.and_then(|at| list.get(at)));
    }
    let mut words = list
        .iter()
        .filter(|value| value.text().is_some() && !is_file(value));
    if bundles {
        name("positive", words.next());
        name("negative", words.next());
    } else if gives(&["CONDITIONING", "STRING"]) {
        let single = first_text(list).filter(|_| !looks.conditioned);
        name("text", words.find(|value| is_prose(value)).or(single));
    } else if gives(&["IMAGE", "VIDEO"]) && !lower.contains("load") {
        // A node that calls a service.
        let steer = list
            .iter()
            .position(is_after_seed)
            .and_then(|at| at.checked_sub(1));
        name("seed", steer.and_then(|at| list.get(at)));
        name("prompt", words.find(|value| is_prose(value)));
    } else if gives(&["INT", "FLOAT"]) {
        name("value", list.first());
    }
    named
}

/// Several words, as prompts have and modes have not.
fn is_prose(value: &Json<'_>) -> bool {
    value
        .text()
        .is_some_and(|text| text.trim().contains(char::is_whitespace))
}

fn first_text<'j, 'a>(list: &'j [Json<'a>]) -> Option<&'j Json<'a>> {
    list.iter().find(|value| value.text().is_some())
}

/// A sampler's values: the seed stands before its steering word, then steps and cfg; the first two
/// words are sampler and scheduler; what is left between 0 and 1 is the denoising strength.
fn sampler<'a>(list: &[Json<'a>]) -> Option<Named<'a>> {
    let steer = list.iter().position(is_after_seed).filter(|&at| at > 0)?;
    let mut named: Named<'a> = vec![(Cow::Borrowed("seed"), list[steer - 1].clone())];
    let (mut numbers, mut words) = (0, 0);
    for value in &list[steer + 1..] {
        let name = match value {
            Json::Unsigned(_) | Json::Float(_) => {
                numbers += 1;
                ["steps", "cfg", "denoise"].get(numbers - 1)
            }
            Json::Text(_) => {
                words += 1;
                ["sampler_name", "scheduler"].get(words - 1)
            }
            _ => None,
        };
        named.extend(name.map(|name| (Cow::Borrowed(*name), value.clone())));
    }
    Some(named)
}

fn is_model_file(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        ".safetensors",
        ".ckpt",
        ".gguf",
        ".sft",
        ".pth",
        ".pt",
        ".bin",
    ]
    .iter()
    .any(|ending| lower.ends_with(ending))
}
