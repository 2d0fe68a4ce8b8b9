//! Towers at night with lit windows, doubled in dark water.

use super::{Scene, Style, stars, wave};
use crate::{
    canvas::Canvas,
    palette::{blend, scale},
    random::Random,
};

pub(super) const STYLE: Style = Style {
    word: "nightcity",
    subjects: &[
        "night city skyline with lit windows",
        "harbour towers reflected in black water",
        "city lights after the rain",
        "distant metropolis at blue hour",
    ],
    details: &[
        "reflections",
        "thousands of small lights",
        "glowing haze",
        "wet air",
    ],
    japanese: &["夜の街の灯り", "水面に映る摩天楼"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let shore = h * mood.range(0.62, 0.76);
    let dusk = mood.range(0.4, 0.72);
    let bokeh = mood.chance(0.3);
    let mut canvas = Canvas::painted(scene.width, scene.height, |_, y| {
        ramp.tone(0.02 + dusk * (y / shore).min(1.0).powf(2.2))
    });
    stars(&mut canvas, scene, 220.0, 0.45);
    if mood.chance(0.7) {
        let radius = unit * random.range(0.03, 0.075);
        let moon = (w * random.range(0.12, 0.88), h * random.range(0.1, 0.3));
        canvas.glow(moon, radius * 5.0, ramp.tone(0.9), 0.35);
        canvas.disc(moon, radius, ramp.tone(0.95), 1.0);
    }
    for layer in 0..3 {
        skyline(&mut canvas, scene, &mut random, layer, shore);
    }
    canvas.glow((w * 0.5, shore), w * 0.6, ramp.tone(0.72), 0.16);
    water(&mut canvas, scene, shore);
    if bokeh {
        for _ in 0..scene.marks(34.0) {
            let place = (random.range(0.0, w), h * random.range(0.45, 1.05));
            let size = unit * random.range(0.015, 0.06);
            let color = if random.chance(0.3) {
                ramp.accent
            } else {
                ramp.tone(random.range(0.6, 1.0))
            };
            canvas.disc(place, size, color, random.range(0.06, 0.2));
            canvas.ring(place, size, unit * 0.002, color, 0.16);
        }
    }
    canvas
}

fn skyline(canvas: &mut Canvas, scene: &Scene, random: &mut Random, layer: usize, shore: f32) {
    let (w, _) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let near = layer as f32 / 2.0;
    let body = blend(
        ramp.tone(0.3 - 0.1 * near),
        scale(ramp.tone(0.0), 0.75),
        0.35 + 0.65 * near,
    );
    let pitch = unit * (0.0085 + 0.0045 * near);
    let mut left = -unit * random.range(0.0, 0.08);
    while left < w {
        let columns = 4 + random.below(8);
        let width = columns as f32 * pitch + pitch * 0.6;
        let middle = 1.0 - ((left + width / 2.0) / w - 0.5).abs() * 1.1;
        let tall = unit * (0.1 + 0.5 * random.unit().powi(2)) * middle * (1.15 - 0.4 * near);
        let top = shore - tall;
        canvas.block((left, top, left + width, shore + 1.0), body, 1.0);
        if random.chance(0.3) {
            let mast = left + width * random.range(0.3, 0.7);
            canvas.block(
                (mast, top - tall * 0.22, mast + pitch * 0.25, top),
                body,
                1.0,
            );
            canvas.disc((mast, top - tall * 0.22), pitch * 0.28, ramp.accent, 0.9);
        }
        let lit = random.range(0.12, 0.6);
        let hue = random.range(0.72, 0.98);
        let mut y = top + pitch;
        while y < shore - pitch {
            for column in 0..columns {
                if random.chance(lit) {
                    let x = left + pitch * (0.55 + column as f32);
                    let color = if random.chance(0.06) {
                        ramp.accent
                    } else {
                        ramp.tone(hue)
                    };
                    let glow = random.range(0.35, 1.0) * (0.45 + 0.5 * near);
                    canvas.block((x, y, x + pitch * 0.5, y + pitch * 0.62), color, glow);
                }
            }
            y += pitch * 1.35;
        }
        left += width + unit * random.range(-0.004, 0.03) * (1.0 + near);
    }
}

/// The shore mirrored: rows are shifted by ripples that grow towards the viewer.
fn water(canvas: &mut Canvas, scene: &Scene, shore: f32) {
    let (w, h) = scene.size();
    let unit = scene.unit();
    let noise = scene.noise(5);
    let above = Canvas::painted(scene.width, shore.ceil() as usize, |x, y| canvas.get(x, y));
    let dark = scale(scene.ramp.tone(0.04), 0.8);
    canvas.change((0.0, shore, w, h), |x, y, pixel| {
        let down = y - shore;
        let depth = down / (h - shore);
        let ripple = noise.at(x / unit * 2.0, y / unit * 42.0) + 0.5 * wave(down / unit * 30.0);
        let shift = ripple * unit * (0.003 + 0.02 * depth);
        let mirrored = above.get(x + shift, shore - 1.0 - down * 1.25 + shift * 1.5);
        let shine = 0.85 - 0.5 * depth + 0.08 * ripple;
        *pixel = blend(dark, mirrored, shine.clamp(0.15, 0.9));
    });
}
