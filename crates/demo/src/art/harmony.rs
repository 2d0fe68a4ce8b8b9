//! Curves of two pendulums: one line, drawn until it tires.

use super::{Scene, Style, smooth};
use crate::{
    canvas::{Canvas, length},
    palette::blend,
};

pub(super) const STYLE: Style = Style {
    word: "harmonograph",
    subjects: &[
        "harmonograph drawing of one endless line",
        "pendulum curves in fine pen",
        "spirograph engraving",
        "guilloche ornament",
    ],
    details: &[
        "single continuous line",
        "engraved look",
        "slow decay",
        "mathematical grace",
    ],
    japanese: &["振り子の曲線", "一筆の幾何線"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let dark = mood.chance(0.6);
    let (inner, outer) = if dark { (0.17, 0.02) } else { (1.0, 0.9) };
    let (inner, outer) = (ramp.tone(inner), ramp.tone(outer));
    let mut canvas = Canvas::painted(scene.width, scene.height, |x, y| {
        blend(
            inner,
            outer,
            smooth(0.0, 0.9, length(x - w / 2.0, y - h / 2.0) / unit),
        )
    });
    let ratios = [
        (2.0, 3.0),
        (3.0, 4.0),
        (3.0, 5.0),
        (4.0, 5.0),
        (1.0, 2.0),
        (5.0, 6.0),
        (2.0, 5.0),
    ];
    let (fast_x, fast_y) = *mood.pick(&ratios);
    let detune = random.range(0.002, 0.012);
    let phases = [0; 4].map(|_| random.range(0.0, std::f32::consts::TAU));
    let decay = mood.range(0.5, 1.1);
    let swing = mood.range(0.15, 0.45);
    let turns = mood.range(26.0, 44.0) * (unit / 1000.0).clamp(0.35, 1.0);
    let pieces = (turns * 150.0) as usize;
    let reach = (w * 0.44, h * 0.44);
    let width = (unit / 620.0).max(0.7);
    let point = |t: f32| {
        let fade = (-decay * t / turns * 1.6).exp();
        let angle = t * std::f32::consts::TAU * 0.5;
        let x = (angle * fast_x + phases[0]).sin() * (1.0 - swing)
            + (angle * (fast_y + detune) + phases[1]).sin() * swing;
        let y = (angle * (fast_y + detune) + phases[2]).sin() * (1.0 - swing)
            + (angle * fast_x + phases[3]).sin() * swing;
        (w / 2.0 + reach.0 * x * fade, h / 2.0 + reach.1 * y * fade)
    };
    let (from, to) = if dark { (0.98, 0.4) } else { (0.05, 0.62) };
    let mut before = point(0.0);
    for index in 1..pieces {
        let t = index as f32 / pieces as f32;
        let now = point(t * turns);
        let color = blend(
            ramp.tone(from + (to - from) * t),
            ramp.accent,
            smooth(0.6, 1.0, t) * 0.8,
        );
        canvas.stroke(before, now, width * (1.25 - 0.5 * t), color, 0.8);
        before = now;
    }
    canvas
}
