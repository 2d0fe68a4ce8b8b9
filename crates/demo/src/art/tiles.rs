//! Geometric tiles: arcs, leaves, circles and stripes on a grid, as on a printed poster.

use super::{Scene, Style};
use crate::{
    canvas::{Canvas, length},
    palette::{Color, blend, scale},
    random::Random,
};

pub(super) const STYLE: Style = Style {
    word: "tiles",
    subjects: &[
        "geometric poster of quarter circles and leaves",
        "modernist tile pattern",
        "screen print of simple shapes on a grid",
        "cut paper geometry",
    ],
    details: &[
        "flat colours",
        "slightly misaligned print",
        "bold shapes",
        "generous margin",
    ],
    japanese: &["幾何学タイルのポスター", "切り紙の図形"],
    paint,
};

#[derive(Clone, Copy)]
enum Motif {
    Plain,
    Quarter,
    Arcs,
    Leaf,
    Disc,
    Half,
    Stripes,
    Diagonal,
}

const MOTIFS: [Motif; 8] = [
    Motif::Plain,
    Motif::Quarter,
    Motif::Quarter,
    Motif::Arcs,
    Motif::Leaf,
    Motif::Disc,
    Motif::Half,
    Motif::Stripes,
];

struct Tile {
    motif: Motif,
    turn: usize,
    ground: Color,
    figure: Color,
    detail: Color,
}

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let across = 3 + mood.below(5);
    let margin = if mood.chance(0.6) { unit * 0.055 } else { 0.0 };
    let cell = (unit - 2.0 * margin) / across as f32;
    let columns = ((w - 2.0 * margin) / cell).round().max(1.0) as usize;
    let rows = ((h - 2.0 * margin) / cell).round().max(1.0) as usize;
    let (cell_w, cell_h) = (
        (w - 2.0 * margin) / columns as f32,
        (h - 2.0 * margin) / rows as f32,
    );
    let colors = [
        ramp.tone(0.06),
        ramp.tone(0.3),
        ramp.tone(0.55),
        ramp.tone(0.78),
        ramp.tone(0.97),
        ramp.accent,
    ];
    let triangles = mood.chance(0.3);
    let tiles: Vec<Tile> = (0..columns * rows)
        .map(|_| tile(&mut random, &colors, triangles))
        .collect();
    let paper = ramp.tone(1.0);
    let press = scene.noise(1);
    let soft = 1.0 / cell_w;
    Canvas::painted(scene.width, scene.height, |x, y| {
        let (u, v) = ((x - margin) / cell_w, (y - margin) / cell_h);
        if u < 0.0 || v < 0.0 || u >= columns as f32 || v >= rows as f32 {
            return paper;
        }
        let tile = &tiles[v as usize * columns + u as usize];
        let color = shade(tile, u.fract(), v.fract(), soft);
        // Uneven pressure of the press keeps flat areas alive.
        let worn = press.at(x / unit * 6.0, y / unit * 6.0) * 0.03;
        scale(color, 1.0 + worn)
    })
}

fn tile(random: &mut Random, colors: &[Color; 6], triangles: bool) -> Tile {
    let ground = random.below(colors.len());
    let figure = (ground + 1 + random.below(colors.len() - 1)) % colors.len();
    let detail = random.below(colors.len());
    let motif = if triangles && random.chance(0.4) {
        Motif::Diagonal
    } else {
        *random.pick(&MOTIFS)
    };
    Tile {
        motif,
        turn: random.below(4),
        ground: colors[ground],
        figure: colors[figure],
        detail: colors[detail],
    }
}

fn shade(tile: &Tile, u: f32, v: f32, soft: f32) -> Color {
    let (u, v) = match tile.turn {
        0 => (u, v),
        1 => (1.0 - v, u),
        2 => (1.0 - u, 1.0 - v),
        _ => (v, 1.0 - u),
    };
    let inside = |distance: f32| (0.5 - distance / soft).clamp(0.0, 1.0);
    let on = |color: Color, distance: f32| blend(color, tile.figure, inside(distance));
    match tile.motif {
        Motif::Plain => blend(tile.ground, tile.figure, 0.12),
        Motif::Quarter => {
            let small = blend(tile.figure, tile.detail, inside(length(u, v) - 0.42));
            blend(tile.ground, small, inside(length(u, v) - 1.0))
        }
        Motif::Arcs => {
            let radius = length(u, v);
            let band = ((radius * 5.0).fract() - 0.5).abs() / 5.0 - 0.05;
            on(tile.ground, band.max(radius - 1.0))
        }
        Motif::Leaf => on(
            tile.ground,
            length(u, v).max(length(1.0 - u, 1.0 - v)) - 1.0,
        ),
        Motif::Disc => {
            let radius = length(u - 0.5, v - 0.5);
            let inner = blend(tile.figure, tile.detail, inside(radius - 0.2));
            blend(tile.ground, inner, inside(radius - 0.42))
        }
        Motif::Half => on(tile.ground, length(u - 0.5, v) - 0.5),
        Motif::Stripes => on(tile.ground, ((v * 4.0).fract() - 0.5).abs() / 4.0 - 0.0625),
        Motif::Diagonal => on(tile.ground, (u - v) * 0.7),
    }
}
