//! Liquid colour folded into itself: marbled paper, agate and aurora.

use super::{Scene, Style, smooth, wave};
use crate::{
    canvas::{Canvas, length},
    noise::Field,
    palette::{blend, scale},
};

pub(super) const STYLE: Style = Style {
    word: "marble",
    subjects: &[
        "marbled paper with folded veins",
        "polished slice of banded agate",
        "liquid pigment folding into itself",
        "slow aurora of poured paint",
    ],
    details: &[
        "fine veins of metal",
        "suminagashi rings",
        "glossy surface",
        "flowing layers",
    ],
    japanese: &["墨流しの模様", "瑪瑙の断面"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let wide = mood.range(0.8, 1.7) / unit;
    let fold = mood.range(0.7, 1.7);
    let bands = mood.range(2.0, 4.5);
    let agate = mood.chance(0.45);
    let veins = mood.range(2.0, 5.0);
    let core = (w * random.range(0.3, 0.7), h * random.range(0.3, 0.7));
    let first = scene.noise(1);
    let second = scene.noise(2);
    let third = scene.noise(3);
    let folded = Field::new(scene.width, scene.height, |x, y| {
        let (u, v) = (x * wide, y * wide);
        let a = first.octaves(u, v, 2);
        let b = second.octaves(u + 5.2, v + 1.3, 2);
        let base = third.octaves(u + fold * a, v + fold * b, 3);
        if agate {
            let away = length(x - core.0, y - core.1) / unit;
            away * 1.5 + 0.42 * base
        } else {
            base + 0.25 * a
        }
    });
    let gloss = scene.noise(4);
    let shine = Field::new(scene.width, scene.height, |x, y| {
        gloss.octaves(x * wide * 1.2, y * wide * 2.4, 2)
    });
    let metal = blend(ramp.accent, ramp.tone(1.0), 0.25);
    let step = (unit / 300.0).max(1.0);
    Canvas::painted(scene.width, scene.height, |x, y| {
        let value = folded.at(x, y);
        let slope = folded.at(x + step, y + step) - value;
        let band = wave(value * bands);
        let ring = wave(value * bands * 5.0 + band);
        let tone = if agate {
            0.5 + 0.38 * band + 0.08 * ring
        } else {
            0.5 + 0.55 * value + 0.22 * band + 0.035 * ring
        };
        let relief = 1.0 + (slope / step * unit * 0.05).clamp(-0.16, 0.16) + 0.06 * shine.at(x, y);
        let color = scale(ramp.tone(tone), relief);
        let vein = (value * veins - (value * veins).round()).abs() / veins;
        let thin = 1.0 - smooth(0.0, 0.012, vein);
        blend(
            color,
            metal,
            thin * smooth(-0.1, 0.5, shine.at(x, y)) * 0.85,
        )
    })
}
