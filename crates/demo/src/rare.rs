//! Rare pictures: one of every further way in which a recipe is kept, spread evenly over a library.
//!
//! Chance would leave some of them out, so their places follow from the number of files: a library
//! of [`LEAST`] files or more has each of them at least once, and in a large one they stay a
//! twentieth. To add a way, list it in [`Rare::ALL`], and the compiler asks for the rest.

use domain::{image::Format, time::Timestamp};

use crate::{
    broken::Broken,
    random::mix,
    recipe::{Recipe, Tool},
    session::Shot,
};

/// A way to keep a recipe that the usual pictures of a library do not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rare {
    /// The infotext of reForge.
    Reforge,
    /// `InvokeAI` 2, as JSON under its old keyword.
    InvokeSecond,
    /// `InvokeAI` 1, as the command that was typed.
    InvokeFirst,
    /// What a user of Stability Matrix typed, beside its project.
    StabilityMatrix,
    /// Fooocus in the scheme that it shares with the A1111 web UI.
    FooocusInfotext,
    /// The MRE fork of Fooocus, as a comment.
    FooocusMre,
    /// The ruined fork of Fooocus.
    RuinedFooocus,
    /// `FooocusPlus`.
    FooocusPlus,
    /// Easy Diffusion, a text per setting.
    EasyBlocks,
    /// Easy Diffusion, a line per setting in a text beside the picture.
    EasyText,
    /// Easy Diffusion, as JSON in EXIF.
    EasyJson,
    /// Draw Things, in XMP.
    DrawThings,
    /// Midjourney, as a description and in the fields of IPTC.
    Midjourney,
    /// Tensor.Art.
    Tensorart,
    /// `NovelAI`, hidden in transparency, where a service stripped the texts.
    NovelaiHidden,
    /// An infotext hidden in transparency.
    HiddenAlpha,
    /// An infotext hidden in colours.
    HiddenColours,
    /// A drawn graph of `ComfyUI` without the executed one.
    ComfyDrawn,
    /// The graphs of `ComfyUI` in the EXIF of a JPEG.
    ComfyJpeg,
    /// The graphs of `ComfyUI` in the EXIF of a WebP.
    ComfyWebp,
    /// The summary that the nodes of `MetaHub` write beside a graph.
    Metahub,
    /// The infotext of SD.Next, in EXIF.
    Sdnext,
    /// The infotext of Civitai's own generator, in EXIF.
    Civitai,
    /// Fooocus in its own scheme, in EXIF.
    FooocusExif,
    /// Pictures of Fooocus without a recipe, and the day's log that has it.
    FooocusLog,
    /// An infotext in a text file beside the picture.
    InfotextBeside,
    /// What Civitai tells about a picture, in JSON beside its download.
    JsonBeside,
    /// Sygil, a text per parameter.
    Sygil,
    /// A script, a text per parameter.
    Diffusers,
    /// A service that says in XMP that a model made the picture.
    Google,
    /// A service that tells system and prompt in the fields of IPTC.
    Firefly,
    /// A service that writes a provenance manifest (C2PA).
    Openai,
}

/// Where a reader finds the recipe of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the file itself.
    Inside,
    /// In the text file beside it.
    Beside,
    /// In its pixels.
    Pixels,
    /// In the log of its folder.
    Log,
}

/// Least numbers between two rare pictures: room for the longest and a broken one.
const NEAREST: u64 = 5;
/// Most numbers between two rare pictures.
const FARTHEST: u64 = 20;
/// The smallest library that has rare pictures.
pub(crate) const LEAST: u64 = NEAREST * Rare::ALL.len() as u64;

/// A rare picture's place in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) kind: Rare,
    /// How often the kind came before.
    pub(crate) round: u64,
    /// Which of the kind's pictures it is.
    pub(crate) index: u64,
    /// The first of them.
    pub(crate) first: u64,
}

impl Rare {
    /// All of them, in the order in which they come.
    pub const ALL: [Self; 32] = [
        Self::InvokeFirst,
        Self::InvokeSecond,
        Self::EasyBlocks,
        Self::Sygil,
        Self::FooocusMre,
        Self::RuinedFooocus,
        Self::StabilityMatrix,
        Self::Midjourney,
        Self::DrawThings,
        Self::EasyText,
        Self::FooocusInfotext,
        Self::ComfyWebp,
        Self::HiddenAlpha,
        Self::Tensorart,
        Self::NovelaiHidden,
        Self::FooocusLog,
        Self::Google,
        Self::InfotextBeside,
        Self::EasyJson,
        Self::Civitai,
        Self::Diffusers,
        Self::Sdnext,
        Self::FooocusExif,
        Self::ComfyDrawn,
        Self::JsonBeside,
        Self::HiddenColours,
        Self::Openai,
        Self::FooocusPlus,
        Self::Firefly,
        Self::ComfyJpeg,
        Self::Metahub,
        Self::Reforge,
    ];

    /// The program that wrote it.
    pub fn tool(self) -> Tool {
        match self {
            Self::Reforge => Tool::Reforge,
            Self::InvokeSecond | Self::InvokeFirst => Tool::Invokeai,
            Self::StabilityMatrix => Tool::StabilityMatrix,
            Self::FooocusInfotext | Self::FooocusExif | Self::FooocusLog => Tool::Fooocus,
            Self::FooocusMre => Tool::FooocusMre,
            Self::RuinedFooocus => Tool::RuinedFooocus,
            Self::FooocusPlus => Tool::FooocusPlus,
            Self::EasyBlocks | Self::EasyText | Self::EasyJson => Tool::EasyDiffusion,
            Self::DrawThings => Tool::DrawThings,
            Self::Midjourney => Tool::Midjourney,
            Self::Tensorart => Tool::Tensorart,
            Self::NovelaiHidden => Tool::Novelai,
            Self::HiddenAlpha | Self::HiddenColours | Self::InfotextBeside => Tool::A1111,
            Self::ComfyDrawn | Self::ComfyJpeg | Self::ComfyWebp | Self::Metahub => Tool::Comfyui,
            Self::Sdnext => Tool::Sdnext,
            Self::Civitai | Self::JsonBeside => Tool::Civitai,
            Self::Sygil => Tool::Sygil,
            Self::Diffusers => Tool::Diffusers,
            Self::Google => Tool::Google,
            Self::Firefly => Tool::Firefly,
            Self::Openai => Tool::Openai,
        }
    }

    /// Where its recipe is found.
    pub fn place(self) -> Place {
        match self {
            Self::EasyText | Self::InfotextBeside | Self::JsonBeside => Place::Beside,
            Self::NovelaiHidden | Self::HiddenAlpha | Self::HiddenColours => Place::Pixels,
            Self::FooocusLog => Place::Log,
            _ => Place::Inside,
        }
    }

    /// The format of its bytes.
    pub(crate) fn format(self) -> Format {
        match self {
            Self::Sdnext
            | Self::Civitai
            | Self::FooocusExif
            | Self::EasyJson
            | Self::ComfyJpeg
            | Self::InfotextBeside
            | Self::JsonBeside
            | Self::Google => Format::Jpeg,
            Self::ComfyWebp => Format::Webp,
            _ => Format::Png,
        }
    }

    /// How many pictures of it come together.
    fn length(self) -> usize {
        if self == Self::FooocusLog { 3 } else { 1 }
    }

    /// The rare picture of a number, if it has one. A broken file is left as it is, and the next
    /// number is taken instead.
    pub(crate) fn of(count: u64, number: u64) -> Option<Turn> {
        if count < LEAST {
            return None;
        }
        let every = (count / Self::ALL.len() as u64).clamp(NEAREST, FARTHEST);
        let slot = number / every;
        let kind = Self::ALL[(slot % Self::ALL.len() as u64) as usize];
        let start = slot * every;
        // The pictures of a slot that the end of the library would cut are left out.
        if start.checked_add(every)? > count {
            return None;
        }
        let mut whole = (start + 1..start + every).filter(|at| Broken::of(count, *at).is_none());
        let first = whole.next()?;
        let index = std::iter::once(first)
            .chain(whole)
            .take(kind.length())
            .position(|at| at == number)?;
        Some(Turn {
            kind,
            round: slot / Self::ALL.len() as u64,
            index: index as u64,
            first,
        })
    }

    /// Takes out of a recipe what this record has no words for.
    pub(crate) fn suit(self, recipe: &mut Recipe) {
        match self {
            Self::InvokeFirst | Self::InvokeSecond => recipe.age(),
            Self::EasyBlocks | Self::EasyText => recipe.loras.truncate(1),
            Self::Midjourney => recipe.prompt.plain(),
            _ => {}
        }
        let tells_hires = matches!(
            self,
            Self::Reforge
                | Self::HiddenAlpha
                | Self::HiddenColours
                | Self::InfotextBeside
                | Self::ComfyDrawn
                | Self::ComfyJpeg
                | Self::ComfyWebp
        );
        if !tells_hires {
            recipe.hires = None;
        }
    }
}

/// The place of a rare picture in the library, without an extension: as its tool would name it.
pub(crate) fn path(turn: &Turn, shot: &Shot, since: Timestamp) -> String {
    let (day, month) = (shot.when.day_text(), shot.when.month_text());
    let number = shot.number + 1;
    let (seed, word) = (shot.recipe.seed, shot.style.word);
    let stem = shot.recipe.model_stem();
    let (hour, minute, second) = shot.when.time();
    let id = mix(shot.art_seed, 8);
    let dated = format!("{day}_{hour:02}-{minute:02}-{second:02}_{number:04}");
    match turn.kind {
        Rare::Reforge => format!("reforge/txt2img-images/{day}/{number:05}-{seed}"),
        Rare::InvokeSecond => format!("invokeai-2/{number:06}.{:08x}.{seed}", id >> 32),
        Rare::InvokeFirst => format!("invokeai-1/img-samples/{number:06}.{seed}"),
        Rare::StabilityMatrix => format!("stability-matrix/TextToImage/{day}/{number:05}-{seed}"),
        Rare::FooocusInfotext | Rare::FooocusExif => format!("fooocus/{day}/{dated}"),
        Rare::FooocusMre => format!("fooocus-mre/{day}/{dated}"),
        Rare::RuinedFooocus => format!("ruinedfooocus/{day}/{dated}"),
        Rare::FooocusPlus => format!("fooocusplus/{day}/{dated}"),
        // A log belongs to a folder alone, so every round has a folder of its own.
        Rare::FooocusLog => format!(
            "fooocus-private/{:02}/{}/{dated}",
            turn.round + 1,
            since.day_text()
        ),
        Rare::EasyBlocks | Rare::EasyText | Rare::EasyJson => format!(
            "easy-diffusion/{}/{word}_S{seed}_St{}_G{}_{number:05}",
            shot.when.0 / 1000,
            shot.recipe.steps,
            shot.recipe.cfg
        ),
        Rare::DrawThings => format!("draw-things/{word}_{seed}_{number:05}"),
        Rare::Midjourney => format!("midjourney/proof_{word}_{}", job(shot)),
        Rare::Tensorart => format!("tensorart/{:018}", id % 1_000_000_000_000_000_000),
        Rare::NovelaiHidden => format!("novelai/{word}/{word} s-{seed} ({number})"),
        Rare::HiddenAlpha | Rare::HiddenColours => format!("webui/stealth/{number:05}-{seed}"),
        Rare::InfotextBeside => format!("webui/txt2img-images/{day}/{number:05}-{seed}"),
        Rare::ComfyDrawn => format!("comfyui/drawn/{word}_{number:05}_"),
        Rare::ComfyJpeg => format!("comfyui/jpeg/ComfyUI_{number:05}_"),
        Rare::ComfyWebp => format!("comfyui/webp/ComfyUI_{number:05}_"),
        Rare::Metahub => format!("comfyui/metahub/{word}_{number:05}"),
        Rare::Sdnext => format!("sdnext/text/{number:05}-{day}-{stem}"),
        Rare::Civitai => format!("civitai/{month}/{:08}-{number}", id % 100_000_000),
        Rare::JsonBeside => format!("downloads/{month}/{:08}-{number}", id % 100_000_000),
        Rare::Sygil => format!("sygil/txt2img-samples/{number:05}-{seed}"),
        Rare::Diffusers => format!("diffusers/{word}-{seed}-{number:05}"),
        Rare::Google => format!("downloads/{month}/generated-image-{number:05}"),
        Rare::Firefly => format!("downloads/{month}/Firefly {word} {number:05}"),
        Rare::Openai => format!("downloads/{month}/Image {day} {number:05}"),
    }
}

/// A job id in the shape of a UUID.
pub(crate) fn job(shot: &Shot) -> String {
    let (a, b) = (mix(shot.art_seed, 8), mix(shot.art_seed, 9));
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        b >> 52,
        b & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_kind_has_its_turn_in_every_library_that_has_room() {
        for count in LEAST..LEAST + 500 {
            let mut seen: HashMap<Rare, u64> = HashMap::new();
            for turn in (0..count).filter_map(|number| Rare::of(count, number)) {
                *seen.entry(turn.kind).or_default() += 1;
            }
            assert_eq!(seen.len(), Rare::ALL.len(), "{count}");
            assert_eq!(seen[&Rare::FooocusLog] % 3, 0, "{count}");
            let all: u64 = seen.values().sum();
            assert!(all * 4 < count, "{all} of {count}");
        }
        assert!((0..LEAST - 1).all(|number| Rare::of(LEAST - 1, number).is_none()));
    }

    #[test]
    fn a_broken_file_is_never_rare() {
        for count in [LEAST, 180, 240, 1000] {
            let mut both = (0..count).filter(|number| {
                Broken::of(count, *number).is_some() && Rare::of(count, *number).is_some()
            });
            assert_eq!(both.next(), None);
        }
    }
}
