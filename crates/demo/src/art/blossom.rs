//! Flowers by arithmetic: seeds at the golden angle, or petals in rings.

use super::{Scene, Style, smooth};
use crate::{
    canvas::{Canvas, length},
    noise::{Field, floor},
    palette::{Color, blend, scale},
};

pub(super) const STYLE: Style = Style {
    word: "blossom",
    subjects: &[
        "paper flower with many rings of petals",
        "seed head in golden spirals",
        "dahlia made of folded paper",
        "botanical mandala",
    ],
    details: &[
        "soft shadows between petals",
        "golden angle",
        "radial symmetry",
        "velvet ground",
    ],
    japanese: &["折り紙の花", "黄金角の螺旋"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let mut mood = scene.mood();
    if mood.chance(0.4) {
        seeds(scene)
    } else {
        petals(scene)
    }
}

fn ground(scene: &Scene, dark: bool, centre: (f32, f32)) -> Canvas {
    let unit = scene.unit();
    let (inner, outer) = if dark { (0.2, 0.02) } else { (1.0, 0.88) };
    let (inner, outer) = (scene.ramp.tone(inner), scene.ramp.tone(outer));
    Canvas::painted(scene.width, scene.height, |x, y| {
        blend(
            inner,
            outer,
            smooth(0.1, 0.95, length(x - centre.0, y - centre.1) / unit),
        )
    })
}

fn seeds(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let ramp = scene.ramp;
    let dark = mood.chance(0.6);
    let centre = (w * random.range(0.4, 0.6), h * random.range(0.4, 0.6));
    let mut canvas = ground(scene, dark, centre);
    let count = scene.marks(mood.range(700.0, 1500.0));
    let spread = length(w, h) * random.range(0.42, 0.62) / (count as f32).sqrt();
    let golden = 2.399_963_2 + random.range(-0.0012, 0.0012);
    let turn = random.range(0.0, 6.0);
    let waves = mood.range(1.5, 4.0);
    for index in (0..count).rev() {
        let n = index as f32;
        let radius = spread * n.sqrt();
        let angle = n * golden + turn;
        let place = (
            centre.0 + radius * angle.cos(),
            centre.1 + radius * angle.sin(),
        );
        let out = n / count as f32;
        let pulse = (out.sqrt() * waves * std::f32::consts::TAU).sin();
        let size = spread * (0.46 + 0.5 * out + 0.16 * pulse);
        let tone = if dark {
            0.25 + 0.7 * out
        } else {
            0.08 + 0.72 * out
        } + 0.12 * pulse;
        let color = if index % 55 == 21 {
            ramp.accent
        } else {
            ramp.tone(tone)
        };
        let shadow = (place.0 + size * 0.16, place.1 + size * 0.22);
        canvas.disc(shadow, size * 1.05, scale(ramp.tone(0.0), 0.7), 0.32);
        canvas.disc(place, size, color, 1.0);
        let shine = (place.0 - size * 0.28, place.1 - size * 0.3);
        canvas.disc(shine, size * 0.4, ramp.tone(tone + 0.25), 0.45);
    }
    canvas
}

struct Ring {
    radius: f32,
    count: f32,
    turn: f32,
    color: Color,
    tip: Color,
}

fn petals(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let dark = mood.chance(0.55);
    let pointed = mood.range(0.6, 1.8);
    let rings_of = 6 + mood.below(7);
    let base = 5 + mood.below(8);
    let centre = (w * random.range(0.42, 0.58), h * random.range(0.42, 0.58));
    let reach = unit * mood.range(0.46, 0.7);
    let flip = mood.chance(0.4);
    let rings: Vec<Ring> = (0..rings_of)
        .map(|index| {
            let out = (index + 1) as f32 / rings_of as f32;
            let tone = 0.16 + 0.76 * if flip { 1.0 - out } else { out };
            Ring {
                radius: reach * out.powf(0.85),
                count: (base + index / 2) as f32,
                turn: random.range(0.0, 1.0),
                color: ramp.tone(tone),
                tip: ramp.tone(tone + 0.2),
            }
        })
        .collect();
    let mut canvas = ground(scene, dark, centre);
    let wobble = scene.noise(3);
    let bends = Field::new(scene.width, scene.height, |x, y| {
        0.012 * wobble.at(x / unit * 3.0, y / unit * 3.0)
    });
    let reach_of_shadow = unit * 0.045;
    // The outline of half a petal, from its middle to the gap beside it.
    let lobes: Vec<f32> = (0..257)
        .map(|step| {
            (1.0 - (step as f32 / 256.0).powf(1.0 + pointed))
                .max(0.0)
                .sqrt()
        })
        .collect();
    let area = (
        centre.0 - reach * 1.1,
        centre.1 - reach * 1.1,
        centre.0 + reach * 1.1,
        centre.1 + reach * 1.1,
    );
    canvas.change(area, |x, y, pixel| {
        let (dx, dy) = (x - centre.0, y - centre.1);
        let radius = length(dx, dy);
        let angle = dy.atan2(dx) / std::f32::consts::TAU;
        let bend = bends.at(x, y);
        // From the innermost ring outwards: the first that reaches this far is on top, and the
        // one before it throws a shadow on it.
        let mut shadow = 1.0;
        for ring in &rings {
            if radius > ring.radius + reach_of_shadow {
                shadow = 1.0;
                continue;
            }
            let place = (angle + bend) * ring.count + ring.turn;
            let place = (place - floor(place) as f32 - 0.5).abs();
            let edge = ring.radius * (0.66 + 0.34 * lobes[(place * 511.0) as usize]);
            if radius < edge + 0.5 {
                let inside = radius / edge;
                let crease = 1.0 - 0.16 * smooth(0.0, 0.1, 0.1 - place) * inside;
                let color = blend(ring.color, ring.tip, inside * inside * inside);
                *pixel = blend(
                    *pixel,
                    scale(color, shadow * crease),
                    (edge + 0.5 - radius).min(1.0),
                );
                return;
            }
            shadow = 0.5 + 0.5 * smooth(0.0, reach_of_shadow, radius - edge);
        }
        *pixel = scale(*pixel, 0.6 + 0.4 * shadow);
    });
    canvas.glow(centre, reach * 0.3, ramp.accent, 0.5);
    for index in 0..34 {
        let n = index as f32;
        let away = reach * 0.017 * n.sqrt();
        let spot = (
            centre.0 + away * (n * 2.4).cos(),
            centre.1 + away * (n * 2.4).sin(),
        );
        canvas.disc(
            spot,
            reach * 0.011,
            blend(ramp.accent, ramp.tone(1.0), 0.3),
            0.95,
        );
    }
    canvas
}
