//! A plane divided again and again into boxes, some plain, some lined, one or two loud.

use super::{Scene, Style, wave};
use crate::{
    canvas::Canvas,
    palette::{blend, scale},
    random::Random,
};

pub(super) const STYLE: Style = Style {
    word: "partition",
    subjects: &[
        "abstract composition of divided rectangles",
        "fields and canals seen from the air",
        "architectural grid of coloured planes",
        "woven blocks of colour",
    ],
    details: &[
        "strict right angles",
        "painted edges",
        "quiet planes",
        "one bright accent",
    ],
    japanese: &["分割された色面", "空から見た畑"],
    paint,
};

struct Block {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

fn paint(scene: &Scene) -> Canvas {
    let (mut mood, mut random) = (scene.mood(), scene.chance());
    let (w, h) = scene.size();
    let unit = scene.unit();
    let ramp = scene.ramp;
    let smallest = unit * mood.range(0.05, 0.14);
    let line = unit * mood.range(0.004, 0.014);
    let dark = mood.chance(0.5);
    let lined = mood.range(0.1, 0.5);
    let ground = if dark {
        scale(ramp.tone(0.0), 0.8)
    } else {
        ramp.tone(1.0)
    };
    let mut canvas = Canvas::new(scene.width, scene.height, ground);
    let mut blocks = Vec::new();
    let edge = unit * if mood.chance(0.5) { 0.05 } else { 0.0 };
    let whole = Block {
        left: edge,
        top: edge,
        right: w - edge,
        bottom: h - edge,
    };
    divide(whole, smallest, 0, &mut random, &mut blocks);
    let hues = scene.noise(1);
    let brush = scene.noise(2);
    for block in &blocks {
        let cx = f32::midpoint(block.left, block.right);
        let cy = f32::midpoint(block.top, block.bottom);
        let tone = 0.55
            + 0.6 * hues.octaves(cx / unit * 1.4, cy / unit * 1.4, 2)
            + random.range(-0.2, 0.2);
        let color = if random.chance(0.06) {
            ramp.accent
        } else {
            ramp.tone(tone)
        };
        let other = ramp.tone(tone + random.range(-0.16, 0.16));
        let across = random.chance(0.5);
        let lines = random
            .chance(lined)
            .then(|| unit * random.range(0.008, 0.02));
        let inner = (
            block.left + line,
            block.top + line,
            block.right - line,
            block.bottom - line,
        );
        canvas.change(
            (inner.0 - 1.0, inner.1 - 1.0, inner.2 + 1.0, inner.3 + 1.0),
            |x, y, pixel| {
                let wide = (x - inner.0 + 0.5).min(inner.2 - x + 0.5).clamp(0.0, 1.0);
                let tall = (y - inner.1 + 0.5).min(inner.3 - y + 0.5).clamp(0.0, 1.0);
                let place = if across {
                    (x - inner.0) / (inner.2 - inner.0)
                } else {
                    (y - inner.1) / (inner.3 - inner.1)
                };
                let mut paint = blend(color, other, place);
                if let Some(pitch) = lines {
                    let stripe = wave(if across { x } else { y } / pitch);
                    paint = scale(paint, 1.0 + 0.1 * (stripe * 3.0).clamp(-1.0, 1.0));
                }
                let bristle = brush.at(
                    x / unit * if across { 8.0 } else { 90.0 },
                    y / unit * if across { 90.0 } else { 8.0 },
                );
                *pixel = blend(*pixel, scale(paint, 1.0 + 0.035 * bristle), wide * tall);
            },
        );
    }
    canvas
}

fn divide(block: Block, smallest: f32, depth: usize, random: &mut Random, out: &mut Vec<Block>) {
    let (w, h) = (block.right - block.left, block.bottom - block.top);
    let stop = depth > 2 && random.chance(0.12 + 0.05 * depth as f32);
    if stop || w.max(h) < smallest * 2.2 {
        out.push(block);
        return;
    }
    let Block {
        left,
        top,
        right,
        bottom,
    } = block;
    let share = *random.pick(&[0.382, 0.5, 0.618, 0.3, 0.7]);
    let halves = if w * random.range(0.75, 1.25) > h {
        let middle = left + w * share;
        [
            Block {
                left,
                top,
                right: middle,
                bottom,
            },
            Block {
                left: middle,
                top,
                right,
                bottom,
            },
        ]
    } else {
        let middle = top + h * share;
        [
            Block {
                left,
                top,
                right,
                bottom: middle,
            },
            Block {
                left,
                top: middle,
                right,
                bottom,
            },
        ]
    };
    for half in halves {
        divide(half, smallest, depth + 1, random, out);
    }
}
