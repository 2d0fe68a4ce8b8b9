//! Ink and water on paper: blots, washes and splashes.

use super::{Scene, Style, smooth};
use crate::{
    canvas::Canvas,
    noise::Field,
    palette::{Color, blend, scale},
    random::Random,
};

pub(super) const STYLE: Style = Style {
    word: "inkblot",
    subjects: &[
        "ink blot on rough paper",
        "watercolour wash with hard edges",
        "mirrored ink stain",
        "loose brush and two inks",
    ],
    details: &[
        "granulating pigment",
        "paper grain",
        "splashes",
        "plenty of white space",
    ],
    japanese: &["和紙ににじむ墨", "水彩のにじみ"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let mirrored = mood.chance(0.4);
    let washes = 3 + mood.below(3);
    let fibre = scene.noise(1);
    let paper = ramp.tone(1.0);
    let clouds = Field::new(scene.width, scene.height, |x, y| {
        fibre.at(x / unit * 9.0, y / unit * 7.0)
    });
    let mut canvas = Canvas::painted(scene.width, scene.height, |x, y| {
        let grain = fibre.at(x / unit * 140.0, y / unit * 110.0) + clouds.at(x, y);
        scale(paper, 0.985 + 0.018 * grain)
    });
    let tones = [0.55, 0.3, 0.7, 0.05, 0.42, 0.2];
    for index in 0..washes {
        let accent = index == washes - 1 && mood.chance(0.6);
        let color = if accent {
            ramp.accent
        } else {
            ramp.tone(tones[index % tones.len()])
        };
        let size = unit * if accent { 0.1 } else { random.range(0.2, 0.4) };
        let place = (w * random.range(0.3, 0.7), h * random.range(0.28, 0.72));
        wash(
            &mut canvas,
            scene,
            &mut random,
            (place, size, color),
            (index as u64, mirrored),
        );
    }
    let ink = ramp.tone(0.04);
    for _ in 0..scene.marks(mood.range(30.0, 90.0)) {
        let angle = random.range(0.0, std::f32::consts::TAU);
        let away = unit * (0.12 + 0.5 * random.unit().powf(1.4));
        let place = (w / 2.0 + away * angle.cos(), h / 2.0 + away * angle.sin());
        let size = unit * (0.0012 + 0.014 * random.unit().powi(5));
        let color = if random.chance(0.2) { ramp.accent } else { ink };
        canvas.disc(place, size, color, random.range(0.55, 0.95));
        if mirrored {
            canvas.disc((w - place.0, place.1), size, color, 0.75);
        }
    }
    canvas
}

/// One wash: a few overlapping drops with a torn outline, darker where the water dried last.
fn wash(
    canvas: &mut Canvas,
    scene: &Scene,
    random: &mut Random,
    (centre, size, color): ((f32, f32), f32, Color),
    (layer, mirrored): (u64, bool),
) {
    let (w, _) = scene.size();
    let unit = scene.unit();
    let drops: Vec<(f32, f32, f32)> = (0..5)
        .map(|_| {
            let angle = random.range(0.0, std::f32::consts::TAU);
            let away = size * random.range(0.0, 0.95);
            (
                centre.0 + away * angle.cos(),
                centre.1 + away * angle.sin(),
                size * random.range(0.35, 0.75),
            )
        })
        .collect();
    let torn = scene.noise(50 + layer);
    let shape = Field::new(scene.width, scene.height, |x, y| {
        let x = if mirrored { x.min(w - x) } else { x };
        let mass: f32 = drops
            .iter()
            .map(|(dx, dy, radius)| {
                radius * radius / ((x - dx).powi(2) + (y - dy).powi(2) + radius * radius * 0.12)
            })
            .sum();
        mass - 1.6 + 1.5 * torn.octaves(x / unit * 2.6, y / unit * 2.6, 4)
    });
    let pigment = scene.noise(60 + layer);
    let clouds = Field::new(scene.width, scene.height, |x, y| {
        pigment.octaves(x / unit * 3.0, y / unit * 3.0, 2)
    });
    let speckle = scene.noise(70 + layer);
    let reach = size * 2.9;
    let far = if mirrored { w - centre.0 } else { centre.0 };
    let (left, right) = (centre.0.min(far) - reach, centre.0.max(far) + reach);
    canvas.change(
        (left, centre.1 - reach, right, centre.1 + reach),
        |x, y, pixel| {
            let depth = shape.at(x, y);
            if depth <= 0.0 {
                return;
            }
            let inside = smooth(0.0, 0.05, depth);
            let rim = 1.0 - smooth(0.0, 0.45, depth);
            let grains = speckle.at(x / unit * 190.0, y / unit * 190.0);
            let strength = (0.5 + 0.75 * clouds.at(x, y) + 0.4 * rim + 0.09 * grains)
                .clamp(0.12, 0.98)
                * inside;
            // Pigment filters the light of what lies below it, so washes multiply.
            let filtered = [
                pixel[0] * color[0],
                pixel[1] * color[1],
                pixel[2] * color[2],
            ];
            *pixel = blend(*pixel, blend(filtered, color, 0.45), strength);
        },
    );
}
