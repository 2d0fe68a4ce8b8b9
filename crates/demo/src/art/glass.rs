//! Cells around scattered points: leaded glass, or pebbles.

use super::{Scene, Style, smooth};
use crate::{
    canvas::Canvas,
    noise::Field,
    palette::{Color, blend, scale},
};

pub(super) const STYLE: Style = Style {
    word: "glass",
    subjects: &[
        "stained glass window of irregular cells",
        "backlit leaded glass mosaic",
        "polished pebbles fitted edge to edge",
        "cracked glaze on porcelain",
    ],
    details: &[
        "dark lead lines",
        "light behind the panes",
        "hand-cut pieces",
        "subtle bevels",
    ],
    japanese: &["色硝子の窓", "光を通すモザイク"],
    paint,
};

#[derive(Clone, Copy)]
struct Pane {
    x: f32,
    y: f32,
    color: Color,
}

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let cell = unit / mood.range(5.0, 15.0);
    let lead = mood.range(0.045, 0.1);
    let pebbles = mood.chance(0.35);
    let bend = mood.range(0.0, 0.5) * cell;
    let lean = mood.range(-1.0, 1.0);

    let hues = scene.noise(1);
    let (columns, rows) = ((w / cell) as usize + 5, (h / cell) as usize + 5);
    let panes: Vec<Pane> = (0..columns * rows)
        .map(|index| {
            let (column, row) = (
                (index % columns) as f32 - 2.0,
                (index / columns) as f32 - 2.0,
            );
            let x = (column + random.range(0.08, 0.92)) * cell;
            let y = (row + random.range(0.08, 0.92)) * cell;
            let sweep = 0.5 + (x / w - 0.5) * lean * 0.5 + (0.5 - y / h) * 0.35;
            let tone = sweep
                + 0.5 * hues.octaves(x / unit * 1.7, y / unit * 1.7, 2)
                + random.range(-0.13, 0.13);
            let color = if random.chance(0.05) {
                ramp.accent
            } else {
                ramp.tone(tone * 0.9 + 0.1)
            };
            Pane { x, y, color }
        })
        .collect();

    let warp = scene.noise(2);
    let shift_x = Field::new(scene.width, scene.height, |x, y| {
        bend * warp.octaves(x / unit * 3.0, y / unit * 3.0, 2)
    });
    let shift_y = Field::new(scene.width, scene.height, |x, y| {
        bend * warp.octaves(x / unit * 3.0 + 31.0, y / unit * 3.0, 2)
    });
    let sheen = scene.noise(3);
    let light = Field::new(scene.width, scene.height, |x, y| {
        1.0 + 0.2 * sheen.octaves(x / unit * 5.0, y / unit * 9.0, 3)
    });
    let gap = if pebbles {
        ramp.tone(0.02)
    } else {
        scale(ramp.tone(0.0), 0.55)
    };
    let inverse = 1.0 / cell;
    Canvas::painted(scene.width, scene.height, |x, y| {
        let (px, py) = (x + shift_x.at(x, y), y + shift_y.at(x, y));
        let column = ((px * inverse) as isize + 2).clamp(1, columns as isize - 2) as usize;
        let row = ((py * inverse) as isize + 2).clamp(1, rows as isize - 2) as usize;
        let (mut first, mut second) = (f32::MAX, f32::MAX);
        let mut nearest = panes[0];
        for near in row - 1..=row + 1 {
            for pane in &panes[near * columns + column - 1..=near * columns + column + 1] {
                let distance = (pane.x - px).powi(2) + (pane.y - py).powi(2);
                if distance < first {
                    second = first;
                    first = distance;
                    nearest = *pane;
                } else if distance < second {
                    second = distance;
                }
            }
        }
        let edge = (second.sqrt() - first.sqrt()) * inverse;
        let soft = 1.2 * inverse;
        if pebbles {
            let dome = smooth(lead, lead + 0.55, edge);
            let lit = ((px - nearest.x) + (py - nearest.y)) * inverse;
            let stone = scale(nearest.color, 0.5 + 0.55 * dome - 0.16 * lit);
            blend(gap, stone, smooth(lead, lead + soft + 0.08, edge))
        } else {
            let bevel = 1.0 - 0.22 * (1.0 - smooth(lead, lead + 0.22, edge));
            let pane = scale(nearest.color, bevel * light.at(x, y));
            blend(gap, pane, smooth(lead - soft, lead + soft, edge))
        }
    })
}
