//! Recipes: what a session asked its generator for, and how each generator writes it down.
//!
//! One file per generator turns a [`Recipe`] into the text blocks that this generator would leave
//! in its files. [`truth`] says what a reader should find in them.

use domain::{image::Format, recipe::Sampling};

use crate::{
    broken::Broken,
    encode::Embedded,
    random::Random,
    rare::{Place, Rare},
    session::Shot,
};

mod a1111;
mod blocks;
mod civitai;
mod comfyui;
mod draw;
mod draw_things;
mod easy_diffusion;
mod fooocus;
mod fooocus_infotext;
mod fooocus_log;
mod fooocus_mre;
mod graph;
mod invokeai;
mod invokeai_old;
mod metahub;
mod midjourney;
mod novelai;
mod rare;
mod ruined_fooocus;
mod sdnext;
mod services;
mod stability_matrix;
mod swarmui;
mod tensorart;
mod xmp;

pub(crate) use draw::Recipe;
use draw::{Family, LoraUse};
pub(crate) use rare::beside;

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
    /// reForge.
    Reforge,
    /// SD.Next.
    Sdnext,
    /// Civitai.
    Civitai,
    /// Stability Matrix.
    StabilityMatrix,
    /// The MRE fork of Fooocus.
    FooocusMre,
    /// The ruined fork of Fooocus.
    RuinedFooocus,
    /// `FooocusPlus`.
    FooocusPlus,
    /// Easy Diffusion.
    EasyDiffusion,
    /// Draw Things.
    DrawThings,
    /// Midjourney.
    Midjourney,
    /// Tensor.Art.
    Tensorart,
    /// Sygil.
    Sygil,
    /// A script that uses `diffusers`.
    Diffusers,
    /// A service of Google.
    Google,
    /// Adobe's Firefly.
    Firefly,
    /// A service of `OpenAI`.
    Openai,
    /// No recipe at all.
    None,
}

impl Tool {
    /// Draws one of the usual tools: half of all sessions are made with `ComfyUI`.
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
            Self::Reforge => "reforge",
            Self::Sdnext => "sdnext",
            Self::Civitai => "civitai",
            Self::StabilityMatrix => "stability-matrix",
            Self::FooocusMre => "fooocus-mre",
            Self::RuinedFooocus => "ruinedfooocus",
            Self::FooocusPlus => "fooocusplus",
            Self::EasyDiffusion => "easydiffusion",
            Self::DrawThings => "drawthings",
            Self::Midjourney => "midjourney",
            Self::Tensorart => "tensorart",
            Self::Sygil => "sygil",
            Self::Diffusers => "diffusers",
            Self::Google => "google",
            Self::Firefly => "firefly",
            Self::Openai => "openai",
            Self::None => "",
        }
    }
}

/// What a reader should find in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// The program that wrote it.
    pub tool: Tool,
    /// The way in which a rare picture keeps its recipe.
    pub rare: Option<Rare>,
    /// Where the recipe is found.
    pub place: Place,
    /// How the file is broken, if it is.
    pub broken: Option<Broken>,
    /// Kind of file by its content; that of its name where it has no content.
    pub format: Format,
    /// What the first sampler was asked for, in the file's own words; where it stands in the record
    /// and how far it denoised are left open.
    pub run: Sampling,
    /// Width and height that the generator was asked for.
    pub size: Option<(u32, u32)>,
}

/// The recipe as the file of this shot carries it.
pub(crate) fn embed(shot: &Shot) -> Embedded {
    if let Some((turn, _)) = &shot.rare {
        return rare::embed(turn.kind, shot);
    }
    let recipe = &shot.recipe;
    let png = shot.format() == Format::Png;
    match shot.tool {
        Tool::Comfyui => {
            if png {
                let (api, ui) = comfyui::documents(recipe, shot.style.word);
                Embedded {
                    chunks: vec![("prompt", api), ("workflow", ui)],
                    ..Embedded::default()
                }
            } else {
                comfyui_tags(shot)
            }
        }
        Tool::Forge | Tool::A1111 => {
            let text = a1111::infotext(recipe, shot.tool);
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
            chunks: fooocus::chunks(recipe, shot.style, fooocus::VERSION),
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
        // Every other tool is rare, and has returned above.
        _ => Embedded::default(),
    }
}

/// Both graphs in Make and Model, the two tags that the animated and still WebP savers use.
fn comfyui_tags(shot: &Shot) -> Embedded {
    let (api, ui) = comfyui::documents(&shot.recipe, shot.style.word);
    Embedded {
        exif: vec![
            (0x010f, format!("workflow:{ui}")),
            (0x0110, format!("prompt:{api}")),
        ],
        ..Embedded::default()
    }
}

/// What a reader should find in the file of this shot.
pub(crate) fn truth(shot: &Shot) -> Truth {
    let recipe = &shot.recipe;
    let mut truth = Truth {
        tool: shot.tool,
        rare: None,
        place: Place::Inside,
        broken: shot.broken,
        format: shot.format(),
        run: Sampling {
            positive: recipe.prompt.positive.clone(),
            negative: recipe.prompt.negative.clone(),
            seed: Some(recipe.seed),
            steps: Some(recipe.steps),
            cfg: Some(recipe.cfg),
            sampler: Some(recipe.sampler.to_owned()),
            scheduler: Some(recipe.scheduler.to_owned()),
            model: Some(recipe.model_stem().to_owned()),
            loras: recipe.loras.iter().map(LoraUse::told).collect(),
            ..Sampling::default()
        },
        size: Some(recipe.size),
    };
    if let Some((turn, _)) = &shot.rare {
        rare::correct(turn.kind, recipe, &mut truth);
        return truth;
    }
    let unreadable = matches!(shot.broken, Some(Broken::Empty | Broken::Garbage));
    // A picture whose extension lies is a JPEG, for which not every tool has a place.
    let everywhere = [Tool::Comfyui, Tool::Forge, Tool::A1111];
    let homeless = shot.format() == Format::Jpeg && !everywhere.contains(&shot.tool);
    let run = &mut truth.run;
    match shot.tool {
        _ if unreadable || homeless => truth = Truth::nothing(truth),
        Tool::None => truth = Truth::nothing(truth),
        Tool::Comfyui => comfyui::correct(recipe, run),
        Tool::Forge | Tool::A1111 => a1111::correct(recipe, shot.tool, run),
        // Its record calls the sampler a scheduler, so both words name the same thing.
        Tool::Invokeai => run.scheduler.clone_from(&run.sampler),
        Tool::Novelai => run.model = Some(novelai::SOURCE.to_owned()),
        Tool::Swarmui => run.guidance = swarmui::guidance(recipe),
        // Fooocus, and every other tool, which is rare and has returned above.
        _ => {}
    }
    truth
}

impl Truth {
    fn nothing(self) -> Self {
        Self {
            tool: Tool::None,
            run: Sampling::default(),
            size: None,
            ..self
        }
    }
}
