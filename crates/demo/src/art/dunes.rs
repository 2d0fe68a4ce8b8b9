//! Layered land under a sun: dunes, mountain chains in haze, or the sea.

use super::{Scene, Style, smooth, stars, wave};
use crate::{
    canvas::Canvas,
    noise::Noise,
    palette::{blend, scale},
    random::Random,
};

pub(super) const STYLE: Style = Style {
    word: "horizon",
    subjects: &[
        "layered dunes under a low sun",
        "mountain ridges fading into haze",
        "desert horizon with a great pale sun",
        "silent hills at the edge of the day",
    ],
    details: &[
        "aerial perspective",
        "soft haze between the ridges",
        "long shadows",
        "wide sky",
    ],
    japanese: &["霞む山並みと太陽", "砂丘の地平線"],
    paint,
};

#[derive(Clone, Copy)]
enum Land {
    Dunes,
    Mountains,
    Sea,
}

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let land = *mood.pick(&[Land::Dunes, Land::Mountains, Land::Mountains, Land::Sea]);
    let night = mood.chance(0.3);
    let horizon = mood.range(0.42, 0.62) * h;
    let layers = 4 + mood.below(3);

    let (high, low) = if night {
        (0.0, 0.42)
    } else {
        (mood.range(0.42, 0.62), 0.98)
    };
    let mut canvas = Canvas::painted(scene.width, scene.height, |_, y| {
        ramp.tone(high + (low - high) * (y / (horizon * 1.08)).min(1.0).powf(1.25))
    });
    if night {
        stars(&mut canvas, scene, 420.0, 0.6);
    }
    let radius = unit * mood.range(0.07, 0.17);
    let sun = (
        w * random.range(0.25, 0.75),
        horizon - radius * random.range(0.1, 2.2),
    );
    let body = if night {
        ramp.tone(0.96)
    } else {
        blend(ramp.accent, ramp.tone(0.9), 0.15)
    };
    canvas.glow(sun, radius * 4.5, body, if night { 0.35 } else { 0.5 });
    canvas.disc(sun, radius, body, 1.0);
    if matches!(land, Land::Sea) {
        return sea(canvas, scene, &mut random, (sun, radius), horizon, night);
    }
    for layer in 0..layers {
        let depth = (layer + 1) as f32 / layers as f32;
        let noise = scene.noise(10 + layer as u64);
        let base = horizon + (h - horizon) * depth.powf(1.4) * 0.82 - unit * 0.05;
        let rise = unit * (0.07 + 0.1 * depth);
        let crest: Vec<f32> = (0..scene.width)
            .map(|x| base - rise * crest(land, noise, x as f32 / unit, depth))
            .collect();
        let far = if night { 0.4 } else { 0.84 };
        let tone = far - (far - 0.03) * depth.powf(0.85);
        let (edge, foot) = (
            ramp.tone(tone),
            ramp.tone(tone + 0.17 * (1.0 - depth * 0.5)),
        );
        let lit = blend(edge, body, 0.22);
        let grain = scene.noise(30 + layer as u64);
        canvas.change((0.0, base - rise * 1.6, w, h), |x, y, pixel| {
            let column = (x as usize).min(crest.len() - 1);
            let below = y - crest[column];
            if below <= -0.5 {
                return;
            }
            let fall = (below / (unit * 0.34)).clamp(0.0, 1.0);
            let slope = crest[column] - crest[(column + 3).min(crest.len() - 1)];
            let mut color = blend(edge, foot, fall);
            if matches!(land, Land::Dunes) {
                // A dune's flank faces the light or does not; ripples follow its crest.
                let facing = smooth(-1.4, 1.4, slope);
                color = blend(scale(color, 0.9), lit, facing * (1.0 - fall) * 0.75);
                let ripple =
                    wave(below / (unit * 0.012) + 3.0 * grain.at(x / unit * 3.0, y / unit * 9.0));
                color = scale(color, 1.0 + 0.022 * ripple * depth);
            }
            *pixel = blend(*pixel, color, (below + 0.5).min(1.0));
        });
    }
    canvas
}

fn crest(land: Land, noise: Noise, x: f32, depth: f32) -> f32 {
    match land {
        Land::Mountains => noise.ridges(x * (1.5 + depth), 7.3, 5) * 2.0 - 0.9,
        _ => noise.octaves(x * (0.9 + depth * 0.5), 2.1, 2) * 1.4 + 0.2,
    }
}

fn sea(
    mut canvas: Canvas,
    scene: &Scene,
    random: &mut Random,
    (sun, radius): ((f32, f32), f32),
    horizon: f32,
    night: bool,
) -> Canvas {
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let noise = scene.noise(40);
    let (far, near) = if night { (0.34, 0.02) } else { (0.7, 0.14) };
    canvas.change((0.0, horizon, w, h), |x, y, pixel| {
        let down = (y - horizon) / (h - horizon);
        let stretch = 3.0 + 26.0 * (1.0 - down).powi(3);
        let swell = noise.octaves(x / unit * (1.2 + 2.0 * (1.0 - down)), down * stretch, 3);
        let water = ramp.tone(far - (far - near) * down.powf(0.7) + swell * 0.11);
        let path = 1.0 - ((x - sun.0).abs() / (radius * (0.7 + down * 2.4))).min(1.0);
        let glint = smooth(0.0, 0.45, swell + path * 0.35 - 0.12) * path;
        let body = if night {
            ramp.tone(0.96)
        } else {
            blend(ramp.accent, ramp.tone(1.0), 0.45)
        };
        *pixel = blend(water, body, glint * (0.85 - 0.4 * down));
    });
    let birds = if night { 0 } else { random.below(6) };
    for _ in 0..birds {
        let (x, y) = (
            w * random.range(0.1, 0.9),
            horizon * random.range(0.35, 0.85),
        );
        let span = unit * random.range(0.008, 0.018);
        for side in [-1.0, 1.0] {
            let elbow = (x + side * span * 0.5, y - span * 0.45);
            let width = unit * 0.0025;
            canvas.stroke((x, y), elbow, width, ramp.tone(0.05), 0.9);
            canvas.stroke(
                elbow,
                (x + side * span, y - span * 0.2),
                width,
                ramp.tone(0.05),
                0.9,
            );
        }
    }
    canvas
}
