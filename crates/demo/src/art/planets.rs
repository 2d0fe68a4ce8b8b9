//! A world hanging in the dark, with bands, rings and moons.

use super::{Scene, Style, smooth, stars, wave};
use crate::{
    canvas::{Canvas, length},
    noise::Field,
    palette::{blend, scale},
    random::Random,
};

pub(super) const STYLE: Style = Style {
    word: "planet",
    subjects: &[
        "ringed planet above a field of stars",
        "gas giant with slow bands of cloud",
        "two moons over an old world",
        "quiet planet at the edge of the light",
    ],
    details: &[
        "thin atmosphere",
        "star field",
        "terminator line",
        "deep shadow",
    ],
    japanese: &["環のある惑星", "星空に浮かぶ世界"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let dust = scene.noise(1);
    let haze = mood.range(0.1, 0.3);
    let clouds = Field::new(scene.width, scene.height, |x, y| {
        dust.octaves(x / unit * 1.3, y / unit * 1.3, 2)
    });
    let mut canvas = Canvas::painted(scene.width, scene.height, |x, y| {
        let cloud = clouds.at(x, y);
        ramp.tone(0.015 + haze * smooth(0.0, 0.9, cloud + 0.25 * (y / h)))
    });
    stars(&mut canvas, scene, 750.0, 1.3);
    let radius = unit * mood.range(0.24, 0.4);
    let centre = (w * random.range(0.38, 0.62), h * random.range(0.4, 0.6));
    let light = random.range(-0.9, 0.9) - std::f32::consts::FRAC_PI_2;
    let ringed = mood.chance(0.55);
    let tilt = random.range(-0.5, 0.5);
    let flat = mood.range(0.16, 0.34);
    canvas.glow(centre, radius * 1.5, ramp.tone(0.6), 0.35);
    if ringed {
        rings(&mut canvas, scene, centre, radius, (tilt, flat), false);
    }
    globe(
        &mut canvas,
        scene,
        centre,
        radius,
        (light, tilt),
        mood.range(2.0, 6.0),
    );
    if ringed {
        rings(&mut canvas, scene, centre, radius, (tilt, flat), true);
    }
    moons(&mut canvas, scene, &mut random, centre, radius, light);
    canvas
}

fn globe(
    canvas: &mut Canvas,
    scene: &Scene,
    centre: (f32, f32),
    radius: f32,
    (light, tilt): (f32, f32),
    bands: f32,
) {
    let ramp = scene.ramp;
    let clouds = scene.noise(2);
    let swirl = scene.noise(3);
    let (sun_x, sun_y) = (light.cos() * 0.75, light.sin() * 0.75);
    let (sin, cos) = tilt.sin_cos();
    let rim = blend(ramp.tone(0.9), ramp.accent, 0.25);
    let area = (
        centre.0 - radius - 1.0,
        centre.1 - radius - 1.0,
        centre.0 + radius + 1.0,
        centre.1 + radius + 1.0,
    );
    canvas.change(area, |x, y, pixel| {
        let (dx, dy) = ((x - centre.0) / radius, (y - centre.1) / radius);
        let square = dx * dx + dy * dy;
        let cover = (radius + 0.5 - square.sqrt() * radius).min(1.0);
        if cover <= 0.0 {
            return;
        }
        let z = (1.0 - square).max(0.0).sqrt();
        let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
        // Wrapping the flat coordinates round the sphere makes the bands curve at the limb.
        let (lon, lat) = (u / (0.45 + z), v * (1.0 + 0.25 * square));
        let stir = swirl.octaves(lon * 1.4, lat * 3.0, 2);
        let cloud = clouds.octaves(lon * 1.1 + stir * 0.5, lat * 5.0 + stir * 0.4, 2);
        let tone = 0.52 + 0.26 * wave(lat * bands * 0.5 + 0.3 * stir) + 0.3 * cloud;
        let day = smooth(-0.25, 0.75, dx * sun_x + dy * sun_y + z * 0.66);
        let mut color = scale(ramp.tone(tone), 0.06 + 0.98 * day);
        color = blend(color, rim, square.powi(7) * day * 0.55);
        *pixel = blend(*pixel, color, cover);
    });
}

fn rings(
    canvas: &mut Canvas,
    scene: &Scene,
    centre: (f32, f32),
    radius: f32,
    (tilt, flat): (f32, f32),
    front: bool,
) {
    let ramp = scene.ramp;
    let grooves = scene.noise(6);
    let bands: Vec<f32> = (0..512)
        .map(|step| grooves.octaves(step as f32 / 512.0 * 29.0, 0.5, 3))
        .collect();
    let (sin, cos) = tilt.sin_cos();
    let reach = radius * 2.1;
    let area = (
        centre.0 - reach,
        centre.1 - reach,
        centre.0 + reach,
        centre.1 + reach,
    );
    canvas.change(area, |x, y, pixel| {
        let (dx, dy) = (x - centre.0, y - centre.1);
        let (u, v) = (dx * cos + dy * sin, (dy * cos - dx * sin) / flat);
        let away = length(u, v) / radius;
        if (v > 0.0) != front || !(1.2..2.05).contains(&away) {
            return;
        }
        let band = bands[(away / 2.1 * 512.0) as usize];
        let edge = smooth(1.2, 1.26, away) * (1.0 - smooth(1.98, 2.05, away));
        let gap = smooth(0.012, 0.03, (away - 1.72).abs());
        let color = ramp.tone(0.72 + band * 0.35);
        let dim = if front { 1.0 } else { 0.75 };
        *pixel = blend(
            *pixel,
            scale(color, dim),
            edge * gap * (0.55 + 0.4 * band).clamp(0.1, 0.9),
        );
    });
}

fn moons(
    canvas: &mut Canvas,
    scene: &Scene,
    random: &mut Random,
    centre: (f32, f32),
    radius: f32,
    light: f32,
) {
    for _ in 0..random.below(4) {
        let angle = random.range(0.0, std::f32::consts::TAU);
        let away = radius * random.range(1.35, 2.2);
        let place = (
            centre.0 + away * angle.cos(),
            centre.1 + away * angle.sin() * 0.8,
        );
        let size = radius * random.range(0.03, 0.12);
        let dark = (
            place.0 - light.cos() * size * 0.5,
            place.1 - light.sin() * size * 0.5,
        );
        canvas.disc(place, size, scene.ramp.tone(random.range(0.6, 0.95)), 1.0);
        canvas.disc(dark, size * 0.85, scale(scene.ramp.tone(0.05), 0.8), 0.55);
    }
}
