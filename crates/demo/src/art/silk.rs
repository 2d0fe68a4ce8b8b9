//! Threads that follow a field of directions, like silk in slow water.

use super::{Scene, Style, smooth};
use crate::{
    canvas::Canvas,
    noise::Field,
    palette::{blend, scale},
};

pub(super) const STYLE: Style = Style {
    word: "silk",
    subjects: &[
        "flow field of silk threads",
        "long strands of silk drifting in slow water",
        "woven currents of fine thread",
        "ribbons of wind made visible",
    ],
    details: &[
        "fine parallel lines",
        "swirling currents",
        "woven light",
        "calm turbulence",
    ],
    japanese: &["流れる絹糸", "水に漂う細い糸"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let scale_of_swirls = mood.range(1.1, 2.6) / unit;
    let turns = mood.range(0.7, 1.7);
    let lean = mood.range(0.0, std::f32::consts::TAU);
    let broad = mood.chance(0.4);
    let light_ground = mood.chance(0.25);

    let swirls = scene.noise(1);
    let directions = Field::new(scene.width, scene.height, |x, y| {
        let bend = swirls.octaves(x * scale_of_swirls, y * scale_of_swirls, 2);
        lean + bend * turns * std::f32::consts::TAU * 0.5
    });
    let hues = scene.noise(2);
    let tones = Field::new(scene.width, scene.height, |x, y| {
        0.58 + 0.75 * hues.octaves(x * scale_of_swirls * 0.9, y * scale_of_swirls * 0.9, 2)
    });

    let ground = if light_ground {
        scene.ramp.tone(0.97)
    } else {
        scene.ramp.tone(0.03)
    };
    let deep = if light_ground {
        scene.ramp.tone(0.88)
    } else {
        scene.ramp.tone(0.2)
    };
    let mut canvas = Canvas::painted(scene.width, scene.height, |x, y| {
        blend(ground, deep, smooth(0.2, 0.9, tones.at(x, y)) * 0.7)
    });

    let (count, thick) = if broad {
        (900.0, 0.008)
    } else {
        (2100.0, 0.0024)
    };
    let step = (unit / 110.0).clamp(1.5, 9.5);
    let steps = (unit * 0.55 / step) as usize;
    for _ in 0..scene.marks(count) {
        let start = (random.range(-0.1, 1.1) * w, random.range(-0.1, 1.1) * h);
        let own = tones.at(start.0, start.1) + random.range(-0.16, 0.16);
        let shade = random.range(0.78, 1.12);
        let color = if random.chance(0.035) {
            scene.ramp.accent
        } else {
            scene.ramp.tone(own)
        };
        let color = scale(color, if light_ground { shade * 0.95 } else { shade });
        let width = unit * thick * random.range(0.4, 1.5);
        let alpha = if broad { 0.86 } else { 0.62 };
        let length = (steps as f32 * random.range(0.45, 1.0)) as usize;
        let mut place = start;
        for index in 0..length {
            let angle = directions.at(place.0, place.1);
            let (sin, cos) = angle.sin_cos();
            let next = (place.0 + cos * step, place.1 + sin * step);
            let t = index as f32 / length as f32;
            let taper = (t * (1.0 - t) * 4.0).sqrt();
            canvas.stroke(
                place,
                next,
                width * (0.15 + taper * 0.85),
                color,
                alpha * taper,
            );
            place = next;
        }
    }
    canvas
}
