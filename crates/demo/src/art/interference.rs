//! Rings that cross: waves from a few sources, or lines pushed up by hidden hills.

use super::{Scene, Style, smooth, wave};
use crate::{
    canvas::Canvas,
    noise::Noise,
    palette::{blend, scale},
    random::Random,
};

pub(super) const STYLE: Style = Style {
    word: "ripple",
    subjects: &[
        "interference of circular waves",
        "raked gravel garden from above",
        "stacked line graph of an unknown signal",
        "ripples meeting on still water",
    ],
    details: &[
        "concentric rings",
        "moire",
        "precise lines",
        "hypnotic rhythm",
    ],
    japanese: &["重なり合う波紋", "枯山水の砂紋"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    if scene.mood().chance(0.4) {
        signal(scene)
    } else {
        rings(scene)
    }
}

fn rings(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    mood.next();
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let sources = 2 + mood.below(3);
    let pitch = unit / mood.range(14.0, 34.0);
    let crisp = mood.chance(0.5);
    let places: Vec<(f32, f32)> = (0..sources)
        .map(|_| (w * random.range(-0.1, 1.1), h * random.range(-0.1, 1.1)))
        .collect();
    let hues = scene.noise(1);
    let inverse = 1.0 / pitch;
    let tones = crate::noise::Field::new(scene.width, scene.height, |x, y| {
        0.5 + 0.6 * hues.octaves(x / unit * 1.1, y / unit * 1.1, 2)
    });
    Canvas::painted(scene.width, scene.height, |x, y| {
        let mut sum = 0.0;
        for (px, py) in &places {
            let away = ((x - px).powi(2) + (y - py).powi(2)).sqrt();
            sum += wave(away * inverse);
        }
        let level = sum / sources as f32;
        let tone = tones.at(x, y);
        if crisp {
            let line = smooth(-0.12, 0.12, level);
            let paper = ramp.tone(0.93 - 0.1 * tone);
            blend(scale(ramp.tone(tone * 0.62), 0.95), paper, line)
        } else {
            let lit = ramp.tone(tone * 0.7 + level * 0.42 + 0.1);
            blend(lit, ramp.accent, smooth(0.82, 1.0, level) * 0.9)
        }
    })
}

fn signal(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    mood.next();
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let dark = mood.chance(0.65);
    let rows = mood.range(38.0, 70.0) * (h / unit).max(1.0);
    let rise = mood.range(0.09, 0.2) * unit;
    let (ground, deep) = if dark {
        (ramp.tone(0.02), ramp.tone(0.12))
    } else {
        (ramp.tone(1.0), ramp.tone(0.9))
    };
    let mut canvas = Canvas::painted(scene.width, scene.height, |_, y| blend(deep, ground, y / h));
    let noise = scene.noise(2);
    let hill = random.range(0.35, 0.65) * w;
    let spread = w * mood.range(0.16, 0.3);
    let line = (unit / 420.0).max(0.8);
    let margin = h * 0.13;
    for row in 0..rows as usize {
        let t = row as f32 / rows;
        let base = margin + rise * 0.6 + t * (h - 2.0 * margin - rise * 0.6);
        let heights = curve(scene, noise, (base, rise), (hill, spread));
        let tone = if dark {
            0.38 + 0.58 * t
        } else {
            0.55 - 0.5 * t
        };
        let color = if random.chance(0.03) {
            ramp.accent
        } else {
            ramp.tone(tone)
        };
        let fill = blend(deep, ground, base / h);
        let inset = w * 0.1;
        canvas.change(
            (inset, base - rise * 1.9, w - inset, base + line * 2.0),
            |x, y, pixel| {
                let column = (x as usize).min(heights.len() - 2);
                let level = heights[column];
                if y > level && y < base + line {
                    *pixel = blend(*pixel, fill, 0.93);
                }
                // Steep parts cover more pixels of a column than their width.
                let steep = (heights[column + 1] - level).abs();
                let cover = line * 0.5 + 0.5 - (y - level).abs() / (1.0 + steep * steep).sqrt();
                if cover > 0.0 {
                    *pixel = blend(*pixel, color, cover.min(1.0));
                }
            },
        );
    }
    canvas
}

fn curve(
    scene: &Scene,
    noise: Noise,
    (base, rise): (f32, f32),
    (hill, spread): (f32, f32),
) -> Vec<f32> {
    let unit = scene.unit();
    let mut still = Random::new(scene.shot, base as u64);
    let lift = still.range(0.75, 1.15);
    (0..=scene.width + 1)
        .map(|x| {
            let x = x as f32;
            let bell = (-((x - hill) / spread).powi(2)).exp();
            let bumps = noise.octaves(x / unit * 5.0, base / unit * 2.6, 3).abs() * 1.7;
            let tremble = noise.at(x / unit * 40.0, base) * 0.02;
            base - rise * (bumps * bell * lift + tremble)
        })
        .collect()
}
