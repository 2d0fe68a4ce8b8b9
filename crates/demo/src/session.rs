//! Which number is what: pictures come in sessions of one prompt and consecutive seeds.

use domain::{
    image::Format,
    time::{Date, Timestamp},
};

use crate::{
    Plan,
    art::{STYLES, Style},
    broken::Broken,
    calendar,
    palette::PALETTES,
    random::{Random, mix},
    rare::{self, Rare, Turn},
    recipe::{Recipe, Tool},
};

/// Numbers are cut into blocks of this many, and each block into sessions by its own chance, so
/// that the session of any number is found without looking at the others.
const BLOCK: u64 = 24;

/// One picture of one session.
pub(crate) struct Shot {
    pub(crate) number: u64,
    pub(crate) when: Timestamp,
    pub(crate) style: &'static Style,
    /// Place in `PALETTES`.
    pub(crate) palette: usize,
    /// What the pictures of the session have in common.
    pub(crate) session_seed: u64,
    /// What tells them apart.
    pub(crate) art_seed: u64,
    pub(crate) tool: Tool,
    pub(crate) recipe: Recipe,
    pub(crate) broken: Option<Broken>,
    /// Set for a picture that keeps its recipe in a way of its own, with the date of the first that
    /// belongs to it.
    pub(crate) rare: Option<(Turn, Timestamp)>,
    file_format: Format,
}

impl Shot {
    /// The picture of a number.
    pub(crate) fn of(plan: &Plan, number: u64) -> Self {
        let usual = Self::usual(plan, number);
        match Rare::of(plan.count, number) {
            Some(turn) => usual.replaced(plan, turn),
            None => usual,
        }
    }

    /// A rare picture in the place of this one: the session around it goes on as it was.
    fn replaced(self, plan: &Plan, turn: Turn) -> Self {
        let session_seed = mix(mix(plan.seed, 5), turn.first);
        let mut random = Random::new(session_seed, 1);
        let style = STYLES[random.below(STYLES.len())];
        let palette = random.below(PALETTES.len());
        let tool = turn.kind.tool();
        let mut recipe = Recipe::draw(tool, style, &PALETTES[palette], &mut random, turn.index);
        turn.kind.suit(&mut recipe);
        let since = if turn.index == 0 {
            self.when
        } else {
            Self::usual(plan, turn.first).when
        };
        Self {
            style,
            palette,
            session_seed,
            art_seed: mix(session_seed, turn.index + 100),
            tool,
            recipe,
            rare: Some((turn, since)),
            file_format: turn.kind.format(),
            ..self
        }
    }

    fn usual(plan: &Plan, number: u64) -> Self {
        let (first, length) = session_of(plan.seed, number, plan.count);
        let session_seed = mix(plan.seed, first);
        let mut random = Random::new(session_seed, 1);
        // Sessions walk through styles and palettes with a stride instead of drawing them, so
        // that neighbours in the grid differ.
        let turn = mix(plan.seed, 2) as usize;
        let style = (first / 4) as usize * 5 + turn + random.below(3) * 7;
        let palette = (first / 4) as usize * 7 + (turn >> 8) + random.below(5);
        let style = STYLES[style % STYLES.len()];
        let palette = palette % PALETTES.len();
        let tool = Tool::draw(&mut random);
        let index = number - first;
        let recipe = Recipe::draw(tool, style, &PALETTES[palette], &mut random, index);
        let broken = Broken::of(plan.count, number);
        // Drawn for every shot, so that a broken one leaves the session's chance as it is.
        let format = tool.format(&mut random);
        let format = if broken.is_some() {
            Format::Png
        } else {
            format
        };
        Self {
            number,
            when: moment(plan, first, length, index, &mut random),
            style,
            palette,
            session_seed,
            art_seed: mix(session_seed, index + 100),
            tool,
            recipe,
            broken,
            rare: None,
            file_format: format,
        }
    }

    /// Width and height of the picture.
    pub(crate) fn size(&self) -> (u32, u32) {
        let (width, height) = self.recipe.size;
        let by = self.recipe.hires.as_ref().map_or(1.0, |hires| hires.scale);
        let grow = |edge: u32| (f64::from(edge) * by / 8.0).round() as u32 * 8;
        (grow(width), grow(height))
    }

    /// Its size in a library of small pictures: 64 pixels on the long edge.
    pub(crate) fn small_size(&self) -> (u32, u32) {
        let (width, height) = self.recipe.size;
        let long = width.max(height);
        (width * 64 / long, height * 64 / long)
    }

    /// The format of its bytes.
    pub(crate) fn format(&self) -> Format {
        if self.broken == Some(Broken::WrongExtension) {
            Format::Jpeg
        } else {
            self.file_format
        }
    }

    /// Its place in the library, as its tool would name it.
    pub(crate) fn path(&self) -> String {
        let extension = match self.file_format {
            Format::Jpeg => "jpg",
            other => other.word(),
        };
        if let Some((turn, since)) = &self.rare {
            return format!("{}.{extension}", rare::path(turn, self, *since));
        }
        let day = self.when.day_text();
        let number = self.number + 1;
        let seed = self.recipe.seed;
        let word = self.style.word;
        let (hour, minute, second) = self.when.time();
        match self.tool {
            Tool::Comfyui => {
                let prefix = if self.session_seed.is_multiple_of(3) {
                    word
                } else {
                    "ComfyUI"
                };
                format!("comfyui/{day}/{prefix}_{number:05}_.{extension}")
            }
            Tool::Forge => format!("forge/txt2img/{day}/{number:05}-{seed}.{extension}"),
            Tool::A1111 => format!("webui/txt2img-images/{day}/{number:05}-{seed}.{extension}"),
            Tool::Invokeai => {
                let (a, b) = (mix(self.art_seed, 8), mix(self.art_seed, 9));
                format!(
                    "invokeai/images/{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}.{extension}",
                    a >> 32,
                    a >> 16 & 0xffff,
                    a & 0xfff,
                    b >> 52,
                    (b & 0xffff_0000_0000) | number
                )
            }
            Tool::Fooocus => format!(
                "fooocus/{day}/{day}_{hour:02}-{minute:02}-{second:02}_{number:04}.{extension}"
            ),
            Tool::Swarmui => format!(
                "swarmui/{}/{day}/{number:05}-{}.{extension}",
                self.recipe.model.trim_end_matches(".safetensors"),
                word
            ),
            Tool::Novelai => format!("novelai/{word}/{word} s-{seed} ({number}).{extension}"),
            // Every other tool is rare, and has returned above.
            _ => {
                let Date { year, month, .. } = self.when.date();
                format!("downloads/{year}-{month:02}/{word}-{number:05}.{extension}")
            }
        }
    }
}

/// The first number and the length of the session that a number belongs to.
fn session_of(seed: u64, number: u64, count: u64) -> (u64, u64) {
    let block = number / BLOCK;
    let mut random = Random::new(mix(seed, 3), block);
    let end = ((block + 1) * BLOCK).min(count.max(number + 1));
    let mut first = block * BLOCK;
    loop {
        let length = [1, 1, 1, 2, 2, 2, 3, 4, 4, 6][random.below(10)].min(end - first);
        if number < first + length {
            return (first, length);
        }
        first += length;
    }
}

fn moment(plan: &Plan, first: u64, length: u64, index: u64, random: &mut Random) -> Timestamp {
    let at = |number: u64| {
        let share = number as f64 / plan.count.max(1) as f64;
        calendar::moment(plan.newest, plan.seed, share)
    };
    let (start, next) = (at(first), at(first + length));
    let room = (next.0 - start.0) / length as i64;
    let pace = 6_000 + random.below(40_000) as i64;
    let jitter = (mix(first, index) % 1000) as i64;
    Timestamp(start.0 + index as i64 * pace.min(room.max(1)) + jitter.min(room.max(1) - 1).max(0))
}
