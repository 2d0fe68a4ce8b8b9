//! Names for the values of drawn nodes, which are saved as a bare list.

use std::borrow::Cow;

use crate::json::Json;

/// Words that may follow a seed and tell what happens to it after a run.
const AFTER_SEED: &[&str] = &["fixed", "increment", "decrement", "randomize"];

type Named<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// What a node shows beside its values.
pub(super) struct Looks<'j> {
    pub(super) class: &'j str,
    /// The order that the table has for its class. The word that steers a seed (`randomize`) is
    /// not named there; it is skipped where it stands.
    pub(super) order: Option<&'j [String]>,
    /// Inputs that belong to values, in order; old files do not have them.
    pub(super) declared: Vec<&'j str>,
    /// Types of its outputs.
    pub(super) outputs: Vec<&'j str>,
    /// Whether it has an output for each side of a prompt.
    pub(super) sided: bool,
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
    let mut named = if let Some(order) = looks.order {
        let order: Vec<&str> = order.iter().map(String::as_str).collect();
        let (from, first) = alignment(list, &order);
        in_order(&list[from..], order[first..].iter().copied())
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

/// Where to start in a list and in its order. Saved lists shift when a node gains or loses a value
/// in front; the word that steers a seed shows where the seed really is.
fn alignment(list: &[Json<'_>], order: &[&str]) -> (usize, usize) {
    let seed = order.iter().position(|name| name.contains("seed"));
    let steer = list.iter().position(is_after_seed);
    match (seed, steer.and_then(|steer| steer.checked_sub(1))) {
        (Some(named), Some(found)) if list[found].float().is_some() => {
            (found.saturating_sub(named), named.saturating_sub(found))
        }
        _ => (0, 0),
    }
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
    } else if looks.outputs.iter().any(|kind| kind.ends_with("MODEL")) || bundles {
        // A model that is fetched by the name of its maker has no ending.
        let fetched = || list.first().filter(|_| lower.contains("modelloader"));
        name(
            "model_name",
            file.and_then(|at| list.get(at)).or_else(fetched),
        );
    }
    let mut words = list
        .iter()
        .filter(|value| value.text().is_some() && !is_file(value));
    let is_text = gives(&["CONDITIONING", "STRING"]);
    let is_work = gives(&["IMAGE", "VIDEO", "AUDIO", "MESH"])
        || looks.outputs.iter().any(|kind| kind.ends_with("TASK_ID"));
    if bundles || (looks.sided && !looks.conditioned) {
        name("positive", words.next());
        name("negative", words.next());
    } else if is_text && (!is_work || gives(&["CONDITIONING"])) {
        let single = first_text(list).filter(|_| !looks.conditioned);
        name("text", words.find(|value| is_prose(value)).or(single));
    } else if is_work && !lower.contains("load") {
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

/// A sampler's values: the seed stands before its steering word; steps and cfg stand before the
/// name of a known sampler, after which come scheduler and denoising strength. Where no name is
/// known, numbers and words count in that order from the seed on.
fn sampler<'a>(list: &[Json<'a>]) -> Option<Named<'a>> {
    let steer = list.iter().position(is_after_seed).filter(|&at| at > 0);
    let known = list.iter().position(is_sampler_name);
    let is_number = |value: &&Json<'_>| matches!(value, Json::Unsigned(_) | Json::Float(_));
    let mut named: Named<'a> = Vec::new();
    if let Some(steer) = steer {
        named.push((Cow::Borrowed("seed"), list[steer - 1].clone()));
    }
    if let Some(at) = known
        && let [.., steps, cfg] = &list[..at]
        && is_number(&steps)
        && is_number(&cfg)
    {
        named.push((Cow::Borrowed("steps"), steps.clone()));
        named.push((Cow::Borrowed("cfg"), cfg.clone()));
        named.push((Cow::Borrowed("sampler_name"), list[at].clone()));
        let scheduler = list.get(at + 1).filter(|value| value.text().is_some());
        named.extend(scheduler.map(|value| (Cow::Borrowed("scheduler"), value.clone())));
        let denoise = list.get(at + 2).filter(is_number);
        named.extend(denoise.map(|value| (Cow::Borrowed("denoise"), value.clone())));
        return Some(named);
    }
    let (mut numbers, mut words) = (0, 0);
    for value in &list[steer? + 1..] {
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

/// How the names of samplers begin.
#[rustfmt::skip]
const SAMPLERS: &[&str] = &[
    "euler", "heun", "dpm", "lms", "ddim", "ddpm", "lcm", "ipndm", "deis", "uni_pc", "unipc",
    "res_multistep",
    "er_sde", "seeds_", "gradient_estimation", "sa_solver",
];

fn is_sampler_name(value: &Json<'_>) -> bool {
    value
        .text()
        .is_some_and(|text| SAMPLERS.iter().any(|start| text.starts_with(start)))
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
