//! The pictures: a dozen ways to paint one, each in its own file.
//!
//! A style gets a [`Scene`]: the palette, the size, and two seeds. What the session's seed decides
//! (scale, mood, composition) stays the same through a session, what the shot's seed decides
//! differs from picture to picture, as with one prompt and many noise seeds. To add a style, write
//! its file with one `STYLE` and list it in [`STYLES`].

use crate::{
    canvas::Canvas,
    noise::{Noise, floor},
    palette::Ramp,
    random::{Random, mix},
};

mod blossom;
mod city;
mod contours;
mod dunes;
mod forest;
mod glass;
mod harmony;
mod ink;
mod interference;
mod marble;
mod planets;
mod silk;
mod subdivision;
mod tiles;

/// A way to paint, with the words that a prompt has for it.
pub(crate) struct Style {
    /// One word for file names and LoRAs.
    pub(crate) word: &'static str,
    /// What the picture shows, as a prompt says it.
    pub(crate) subjects: &'static [&'static str],
    /// Further phrases that fit the picture.
    pub(crate) details: &'static [&'static str],
    /// What it shows, in Japanese.
    pub(crate) japanese: &'static [&'static str],
    /// Paints it.
    pub(crate) paint: fn(&Scene) -> Canvas,
}

/// All styles.
pub(crate) const STYLES: [&Style; 14] = [
    &silk::STYLE,
    &dunes::STYLE,
    &glass::STYLE,
    &contours::STYLE,
    &city::STYLE,
    &marble::STYLE,
    &tiles::STYLE,
    &forest::STYLE,
    &blossom::STYLE,
    &planets::STYLE,
    &ink::STYLE,
    &interference::STYLE,
    &harmony::STYLE,
    &subdivision::STYLE,
];

/// What a style is asked to paint.
pub(crate) struct Scene {
    pub(crate) ramp: &'static Ramp,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Decides what the pictures of a session have in common.
    pub(crate) session: u64,
    /// Decides what tells them apart.
    pub(crate) shot: u64,
}

impl Scene {
    /// The short edge in pixels.
    fn unit(&self) -> f32 {
        self.width.min(self.height) as f32
    }

    /// Width and height as numbers to reckon with.
    fn size(&self) -> (f32, f32) {
        (self.width as f32, self.height as f32)
    }

    /// Chance that is the same through the session.
    fn mood(&self) -> Random {
        Random::new(self.session, 0x61)
    }

    /// Chance that differs from shot to shot.
    fn chance(&self) -> Random {
        Random::new(self.shot, 0x62)
    }

    /// A noise of this shot; another `layer` is another noise.
    fn noise(&self, layer: u64) -> Noise {
        Noise::new(mix(self.shot, layer))
    }

    /// How many marks of a kind the picture takes, when a square of 1,000 pixels takes `count`:
    /// fewer on small ones, so that they stay legible and quick.
    fn marks(&self, count: f32) -> usize {
        let (w, h) = self.size();
        let shape = w * h / (self.unit() * self.unit());
        (count * shape * (self.unit() / 1000.0).clamp(0.12, 1.0).sqrt()) as usize
    }
}

/// From 0 at `low` to 1 at `high`, smoothly.
fn smooth(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Sine of `turns` full turns, within 0.001; much faster than the exact one.
#[inline]
fn wave(turns: f32) -> f32 {
    let t = turns - floor(turns) as f32 - 0.5;
    let rough = t * (8.0 - 16.0 * t.abs());
    -(rough * (0.776 + 0.224 * rough.abs()))
}

/// Stars on the upper part of a dark picture.
fn stars(canvas: &mut Canvas, scene: &Scene, count: f32, below: f32) {
    let mut random = Random::new(scene.shot, 0x57);
    let (w, h) = scene.size();
    for _ in 0..scene.marks(count) {
        let place = (random.range(0.0, w), random.range(0.0, h * below));
        let size = random.unit().powi(6) * 1.6 + 0.35;
        let fade = 1.0 - place.1 / (h * below);
        canvas.disc(
            place,
            size * scene.unit() / 900.0,
            scene.ramp.tone(1.0),
            fade * random.range(0.2, 0.9),
        );
    }
}
