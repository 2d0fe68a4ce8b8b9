//! Trunks in mist, row behind row.

use super::{Scene, Style, smooth};
use crate::{
    canvas::{Canvas, length},
    noise::Field,
    palette::{blend, scale},
};

pub(super) const STYLE: Style = Style {
    word: "forest",
    subjects: &[
        "misty forest of slender trunks",
        "birch grove in morning fog",
        "light between tall trees",
        "winter wood, rows of trunks fading out",
    ],
    details: &[
        "shafts of light",
        "depth through fog",
        "bare branches",
        "silence",
    ],
    japanese: &["霧の森", "木々の間の光"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let night = mood.chance(0.25);
    let (far, near) = if night { (0.42, 0.0) } else { (0.9, 0.03) };
    let light = (w * random.range(0.2, 0.8), h * mood.range(0.15, 0.5));
    let layers = 6;
    let birch = mood.chance(0.4);
    let glow = if night {
        ramp.tone(0.85)
    } else {
        blend(ramp.tone(1.0), ramp.accent, 0.18)
    };
    let mut canvas = Canvas::painted(scene.width, scene.height, |x, y| {
        let away = length(x - light.0, (y - light.1) * 0.8) / (unit * 0.9);
        blend(glow, ramp.tone(far - 0.22), smooth(0.0, 1.2, away))
    });
    for layer in 0..layers {
        let depth = (layer + 1) as f32 / layers as f32;
        let color = ramp.tone(far - 0.12 - (far - 0.12 - near) * depth.powf(0.8));
        let count = (22.0 - 16.0 * depth) * w / unit;
        let ground = h * (0.7 + 0.24 * depth);
        let rough = scene.noise(20 + layer as u64);
        for _ in 0..count as usize {
            let x = random.range(-0.05, 1.05) * w;
            let width = unit * (0.004 + 0.03 * depth.powf(1.6)) * random.range(0.6, 1.3);
            let lean = random.range(-0.035, 0.035);
            let foot = ground + unit * random.range(-0.02, 0.02);
            let bow = random.range(-0.02, 0.02) * unit;
            let bark = scale(color, random.range(0.88, 1.1));
            let mut y = 0.5;
            while y < foot {
                let up = (foot - y) / h;
                let middle = x + lean * (foot - y) + bow * (up * 5.0).sin();
                let half = width * (0.5 + 0.35 * (1.0 - up).powi(8) - 0.18 * up);
                let row = (middle - half - 1.0, y, middle + half + 1.0, y + 0.4);
                canvas.change(row, |px, py, pixel| {
                    let cover = half + 0.5 - (px - middle).abs();
                    if cover <= 0.0 {
                        return;
                    }
                    let side = (px - middle) / half.max(0.5);
                    let mut tone = scale(bark, 1.0 - 0.18 * side);
                    if birch && depth > 0.3 {
                        let mark = rough.at(px / width * 0.4, py / width * 1.7 + x);
                        let skin = scale(ramp.tone(far * 0.97), 0.93 - 0.14 * side);
                        tone = blend(
                            skin,
                            bark,
                            smooth(0.1, 0.42, mark + 0.3 * (side.abs() - 0.5)),
                        );
                    }
                    *pixel = blend(*pixel, tone, cover.min(1.0));
                });
                y += 1.0;
            }
            branches(&mut canvas, &mut random, (x, foot, width, lean), unit, bark);
        }
        // Fog lies in front of each row and hides the foot of its trunks.
        let fog = scene.noise(40 + layer as u64);
        let drifts = Field::new(scene.width, scene.height, |x, y| {
            fog.at(x / unit * 1.6, y / unit * 3.0)
        });
        let veil = ramp.tone(far - 0.1 - 0.2 * depth);
        let floor = ramp.tone(far - 0.16 - (far - near - 0.2) * depth);
        canvas.change((0.0, h * 0.3, w, h), |x, y, pixel| {
            let drift = drifts.at(x, y);
            let height = smooth(0.45, 1.0, y / ground + 0.08 * drift);
            let earth = smooth(
                ground - unit * 0.04,
                ground + unit * 0.05,
                y + drift * unit * 0.03,
            );
            *pixel = blend(
                *pixel,
                blend(veil, floor, earth),
                (height * 0.5 * (1.15 - depth)).max(earth),
            );
        });
    }
    canvas.glow(light, unit * 0.8, glow, 0.28);
    canvas
}

fn branches(
    canvas: &mut Canvas,
    random: &mut crate::random::Random,
    (x, foot, width, lean): (f32, f32, f32, f32),
    unit: f32,
    color: crate::palette::Color,
) {
    for _ in 0..random.below(5) {
        let up = foot * random.range(0.35, 0.95);
        let start = (x + lean * up, foot - up);
        let side = if random.chance(0.5) { 1.0 } else { -1.0 };
        let length = unit * random.range(0.03, 0.09);
        let elbow = (
            start.0 + side * length * 0.5,
            start.1 - length * random.range(0.1, 0.4),
        );
        let end = (
            elbow.0 + side * length * 0.4,
            elbow.1 - length * random.range(0.3, 0.6),
        );
        canvas.stroke(start, elbow, width * 0.22, color, 0.85);
        canvas.stroke(elbow, end, width * 0.12, color, 0.85);
    }
}
