//! The infotext of `AUTOMATIC1111` and its kin (Forge, reForge, SD.Next, and services that copy
//! it): the prompt, `Negative prompt:` at the start of a line, and a last paragraph of
//! `Key: value` pairs that begins with `Steps:`.

mod resources;
mod settings;

use domain::recipe::{Recipe, Sampling};

use super::{Record, Texts, add_name, real};

/// Reads the infotext of a file, whoever wrote it.
pub(super) fn read(texts: &Texts<'_>) -> Option<Record> {
    let named = texts.named("parameters").into_iter();
    let info = named
        .clone()
        .chain(texts.loose())
        .find_map(Infotext::parse)
        .or_else(|| {
            // Under its own keyword a prompt needs no settings to be one.
            named
                .filter(|text| !text.trim_start().starts_with('{'))
                .find_map(Infotext::prompt_only)
        })?;
    let mut recipe = info.recipe(texts);
    // What was done to the picture afterwards stands under keywords of its own.
    for key in ["postprocessing", "extras"] {
        let later = texts.named(key).map(settings::pairs).unwrap_or_default();
        recipe.extra.extend(later);
    }
    Some(Record {
        recipe,
        ..Record::default()
    })
}

/// An infotext in its parts.
#[derive(Debug, Default)]
struct Infotext {
    positive: String,
    negative: String,
    settings: Vec<(String, String)>,
}

impl Infotext {
    /// Splits a text that ends with settings; anything else is no infotext.
    fn parse(text: &str) -> Option<Self> {
        if text.trim_start().starts_with('{') {
            return None;
        }
        let start = settings_start(text)?;
        let settings = settings::pairs(&text[start..]);
        let (positive, negative) = prompts(&text[..start]);
        Some(Self {
            positive,
            negative,
            settings,
        })
    }

    fn prompt_only(text: &str) -> Option<Self> {
        let (positive, negative) = prompts(text);
        (!positive.is_empty()).then(|| Self {
            positive,
            negative,
            settings: Vec::new(),
        })
    }

    /// The value of a setting, its name in any case.
    fn get(&self, name: &str) -> Option<&str> {
        let found = self
            .settings
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.trim().parse().ok()
    }

    fn real(&self, name: &str) -> Option<f64> {
        real(self.get(name)?)
    }

    fn recipe(mut self, texts: &Texts<'_>) -> Recipe {
        let (tool, tool_version) = self.tool(texts);
        let loras = self.loras();
        let mut models = Vec::new();
        if let Some(model) = self.get("Model") {
            add_name(&mut models, model);
        }
        self.resources(|kind, name, _| {
            if kind.eq_ignore_ascii_case("checkpoint") || kind.eq_ignore_ascii_case("model") {
                add_name(&mut models, name);
            }
        });
        let sampling = Sampling {
            positive: self.positive.clone(),
            negative: self.negative.clone(),
            seed: self.number("Seed"),
            steps: self.number("Steps"),
            cfg: self
                .real("CFG scale")
                .or_else(|| self.real("Guidance Scale")),
            guidance: self.real("Distilled CFG Scale"),
            sampler: self.get("Sampler").map(str::to_owned),
            scheduler: self
                .get("Schedule type")
                .or_else(|| self.get("Scheduler"))
                .map(str::to_owned),
            denoise: self.real("Denoising strength"),
            model: models.first().cloned(),
            loras: loras.clone(),
            ..Sampling::default()
        };
        let size = self.get("Size").and_then(size);
        let vae = self.get("VAE").map(str::to_owned);
        let known = |name: &str| KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name));
        self.settings
            .retain(|(name, value)| !known(name) && !value.is_empty());
        Recipe {
            tool,
            tool_version,
            positive: self.positive,
            negative: self.negative,
            samplers: vec![sampling],
            models,
            loras,
            vae,
            size,
            extra: self.settings,
            ..Recipe::default()
        }
    }

    /// Which program wrote it, and which version of it.
    fn tool(&self, texts: &Texts<'_>) -> (String, Option<String>) {
        let version = self.get("Version").unwrap_or_default();
        let lower = version.to_ascii_lowercase();
        let app = self.get("App").unwrap_or_default();
        let word = if app.eq_ignore_ascii_case("SD.Next") || lower.contains("sd.next") {
            "sdnext"
        } else if lower.starts_with("comfyui") {
            "comfyui"
        } else if lower.contains("fooocus") || texts.named("fooocus_scheme").is_some() {
            "fooocus"
        } else if lower.contains("reforge") {
            "reforge"
        } else if is_forge(&lower) {
            "forge"
        } else if version.is_empty() && self.get("Civitai resources").is_some() {
            "civitai"
        } else {
            "a1111"
        };
        (
            word.to_owned(),
            Some(version.to_owned()).filter(|version| !version.is_empty()),
        )
    }
}

/// Settings that have fields of their own in a recipe.
const KNOWN: &[&str] = &[
    "Steps",
    "Sampler",
    "Schedule type",
    "Scheduler",
    "CFG scale",
    "Distilled CFG Scale",
    "Seed",
    "Size",
    "Model",
    "VAE",
    "Denoising strength",
    "Version",
];

/// Forge's versions read `f2.0.1v1.10.1-...`, those of its heirs `neo` or `classic`.
fn is_forge(version: &str) -> bool {
    let numbered = version
        .strip_prefix('f')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    numbered
        || ["forge", "neo", "classic"]
            .iter()
            .any(|word| version.contains(word))
}

/// `512x768`.
fn size(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(['x', 'X', '×'])?;
    Some((width.trim().parse().ok()?, height.trim().parse().ok()?))
}

/// Where the settings start: the last line that begins with `Steps: <number>` and goes on with more
/// settings; where nobody wrote steps, the last line that reads like settings all the same.
fn settings_start(text: &str) -> Option<usize> {
    let lines = || {
        text.split_inclusive('\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        })
    };
    let with_steps = lines().filter(|(_, line)| {
        let rest = line
            .trim_start()
            .strip_prefix("Steps:")
            .map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            && SIGNS.iter().any(|sign| line.contains(sign))
    });
    with_steps.last().map(|(at, _)| at).or_else(|| {
        let dense = |line: &str| SIGNS.iter().filter(|sign| line.contains(*sign)).count() >= 3;
        lines()
            .filter(|(_, line)| dense(line) && !line.starts_with("Negative prompt:"))
            .last()
            .map(|(at, _)| at)
    })
}

/// Settings of which at least one stands beside the steps.
const SIGNS: &[&str] = &[
    "Sampler: ",
    "Seed: ",
    "CFG scale: ",
    "Size: ",
    "Model: ",
    "Model hash: ",
    "Version: ",
];

/// The two prompts. Only at the start of a line does `Negative prompt:` mean anything.
fn prompts(text: &str) -> (String, String) {
    const MARK: &str = "Negative prompt:";
    let at = if text.starts_with(MARK) {
        Some(0)
    } else {
        text.match_indices(MARK)
            .map(|(at, _)| at)
            .find(|&at| text[..at].ends_with('\n'))
    };
    match at {
        Some(at) => (
            text[..at].trim().to_owned(),
            text[at + MARK.len()..].trim().to_owned(),
        ),
        None => (text.trim().to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Infotext {
        Infotext::parse(text).expect("an infotext")
    }

    #[test]
    fn an_infotext_falls_into_its_parts() {
        let info = parse(
            "a red fox, <lora:snow:0.8>\nin deep snow\nNegative prompt: blurry\nSteps: 20, Sampler: \
             DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 18446744073709551615, Size: \
             512x768, Model: foxes_v2, Version: v1.10.1",
        );
        assert_eq!(info.positive, "a red fox, <lora:snow:0.8>\nin deep snow");
        let recipe = info.recipe(&Texts(&[]));
        let run = recipe.primary().unwrap();
        assert_eq!(recipe.negative, "blurry");
        assert_eq!(
            (run.seed, run.steps, run.cfg),
            (Some(u64::MAX), Some(20), Some(7.0))
        );
        assert_eq!(run.scheduler.as_deref(), Some("Karras"));
        assert_eq!(
            (recipe.size, recipe.tool.as_str()),
            (Some((512, 768)), "a1111")
        );
        assert_eq!(recipe.loras[0].weight, Some(0.8));
    }

    #[test]
    fn words_of_the_format_inside_a_prompt_are_prompt() {
        let info = parse(
            "a poster that says Steps: one, two, Negative prompt: none\nSteps: climbing\nNegative \
             prompt: text\nSteps: 5, Seed: 1",
        );
        assert!(info.positive.ends_with("Steps: climbing"));
        assert_eq!(info.negative, "text");
        assert_eq!(info.get("Seed"), Some("1"));
    }

    #[test]
    fn quoted_and_nested_values_keep_their_commas() {
        let info = parse(
            "fox\nSteps: 5, Seed: 1, Hires prompt: \"a, \\\"b\\\": c\", Lora hashes: \"snow: 12ab, \
             ice: 34cd\", Civitai resources: [{\"type\":\"checkpoint\",\"modelName\":\"A, B\"},\
             {\"type\":\"lora\",\"weight\":0.5,\"modelName\":\"C]\"}], Hashes: {\"a\": \"b\"}, Size: 8x8",
        );
        assert_eq!(info.get("Hires prompt"), Some("a, \"b\": c"));
        assert_eq!(info.get("Size"), Some("8x8"));
        let recipe = info.recipe(&Texts(&[]));
        let loras: Vec<&str> = recipe.loras.iter().map(|lora| lora.name.as_str()).collect();
        assert_eq!(
            (recipe.models, loras),
            (vec!["A, B".to_owned()], vec!["snow", "ice", "C]"])
        );
        assert_eq!(recipe.tool, "civitai");
    }

    #[test]
    fn a_text_without_settings_is_no_infotext() {
        assert!(Infotext::parse("just words: with a colon, and more").is_none());
        assert!(Infotext::parse("Steps: 5").is_none());
        assert!(Infotext::parse("{\"Steps\": 5}").is_none());
    }

    #[test]
    fn a_missing_negative_and_a_missing_positive_are_empty() {
        assert_eq!(parse("fox\nSteps: 5, Seed: 1").negative, "");
        let info = parse("Negative prompt: bad\nSteps: 5, Seed: 1");
        assert_eq!(
            (info.positive.as_str(), info.negative.as_str()),
            ("", "bad")
        );
    }

    #[test]
    fn forks_are_told_apart_by_their_version() {
        let tool = |version: &str| {
            parse(&format!("fox\nSteps: 5, Seed: 1, Version: {version}"))
                .tool(&Texts(&[]))
                .0
        };
        assert_eq!(tool("f2.0.1v1.10.1-previous-313-g8a042934"), "forge");
        assert_eq!(tool("neo"), "forge");
        assert_eq!(tool("v1.9.4"), "a1111");
        assert_eq!(tool("ComfyUI"), "comfyui");
    }
}
