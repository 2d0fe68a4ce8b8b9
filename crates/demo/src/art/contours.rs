//! A map of heights: hill shading, tinted bands and contour lines.

use super::{Scene, Style, smooth};
use crate::{
    canvas::{Canvas, length},
    noise::Field,
    palette::{blend, scale},
};

pub(super) const STYLE: Style = Style {
    word: "contour",
    subjects: &[
        "topographic relief map of an unknown island",
        "contour map in stacked paper",
        "cut paper landscape seen from above",
        "isolines of a quiet valley",
    ],
    details: &[
        "thin contour lines",
        "hill shading",
        "layered paper edges",
        "cartographic print",
    ],
    japanese: &["等高線の地図", "重ねた紙の地形"],
    paint,
};

fn paint(scene: &Scene) -> Canvas {
    let mut mood = scene.mood();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let wide = mood.range(0.9, 1.9) / unit;
    let levels = mood.range(9.0, 20.0);
    let paper = mood.chance(0.5);
    let dark_lines = mood.chance(0.65);
    let reverse = mood.chance(0.3);
    let noise = scene.noise(1);
    let bend = scene.noise(2);
    let octaves = if paper { 3 } else { 4 };
    let height = Field::new(scene.width, scene.height, |x, y| {
        let (u, v) = (x * wide, y * wide);
        let push = 0.35 * bend.at(u * 1.3, v * 1.3);
        0.52 + 0.6 * noise.octaves(u + push, v - push, octaves)
    });
    let step = (unit / 220.0).max(1.0);
    let line = (unit / 620.0).max(0.6);
    Canvas::painted(scene.width, scene.height, |x, y| {
        let here = height.at(x, y);
        let (dx, dy) = (height.at(x + step, y) - here, height.at(x, y + step) - here);
        let slope = length(dx, dy) / step;
        let band = (here * levels).floor();
        let place = here * levels - band;
        let tone = if reverse {
            1.0 - band / levels
        } else {
            band / levels
        };
        let shade = 1.0 - ((dx + dy) / step * unit * 0.035).clamp(-0.26, 0.3);
        // How far it is to the line below this place, in pixels.
        let below = place / (levels * slope).max(1e-6);
        if paper {
            // Each sheet throws a soft shadow on the one below it and catches light at its edge.
            let above = (1.0 - place) / (levels * slope).max(1e-6);
            let shadow = 1.0 - 0.42 * (1.0 - smooth(0.0, unit * 0.022, above));
            let rim = 1.0 - smooth(0.0, line * 1.5, below);
            let sheet = scale(ramp.tone(0.06 + tone * 0.9), shadow);
            blend(sheet, ramp.tone(tone + 0.3), rim * 0.5)
        } else {
            let smooth_tone =
                0.12 + 0.8 * (tone * 0.6 + if reverse { 1.0 - here } else { here } * 0.4);
            let land = scale(ramp.tone(smooth_tone), shade);
            let near = below.min((1.0 - place) / (levels * slope).max(1e-6));
            let thick = if (band as i32) % 5 == 0 {
                line * 1.4
            } else {
                line * 0.7
            };
            let ink = if dark_lines {
                scale(ramp.tone(0.0), 0.8)
            } else {
                ramp.tone(1.0)
            };
            blend(
                land,
                ink,
                (1.0 - smooth(thick * 0.5, thick + 0.7, near)) * 0.62,
            )
        }
    })
}
