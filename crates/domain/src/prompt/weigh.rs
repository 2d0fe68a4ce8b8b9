//! From pieces to spans: joins what belongs together and multiplies the weights.

use super::{
    MAX_WEIGHT, Span, SpanKind,
    bracket::Role,
    cut::{Piece, What},
    tag,
};

/// The spans of a text that was cut into pieces.
pub(super) fn spans(text: &str, pieces: Vec<Piece>) -> Vec<Span<'_>> {
    let mut out = Spans::default();
    let mut weights = Weights::default();
    for Piece { range, what } in pieces {
        let inner = &text[range.clone()];
        let weight = weights.now();
        let (kind, weight) = match what {
            What::Text | What::Colon | What::Bar { apart: false } => (SpanKind::Text, weight),
            What::Word(factor) => (SpanKind::Text, bounded(weight * factor)),
            What::Space | What::Separator | What::Bar { apart: true } => {
                (SpanKind::Separator, weight)
            }
            What::Emphasis => (SpanKind::Emphasis, weight),
            What::Level(level) => {
                weights.level = level;
                (SpanKind::Emphasis, weights.now())
            }
            What::Open(bracket, role) => {
                weights.open(bracket as usize, role);
                (punctuation(role), weights.now())
            }
            What::Close(bracket, role) => {
                weights.stacks[bracket as usize].pop();
                (punctuation(role), weight)
            }
            What::Choice => (SpanKind::Choice, weight),
            What::Schedule => (SpanKind::Schedule, weight),
            What::Break => (SpanKind::Break, weight),
            What::And => (SpanKind::And, weight),
            What::Comment => (SpanKind::Comment, weight),
            What::Tag => (tag::kind(inner), weight),
            What::Embedding => {
                let name = inner.split_once(':').map_or("", |(_, name)| name);
                (SpanKind::Embedding { name }, weight)
            }
            What::Wildcard => {
                let name = inner.get(2..inner.len() - 2).unwrap_or_default();
                (SpanKind::Wildcard { name }, weight)
            }
        };
        out.push(
            Span {
                range,
                kind,
                weight,
            },
            what == What::Space,
        );
    }
    out.spans
}

fn punctuation(role: Role) -> SpanKind<'static> {
    match role {
        Role::Times(_) | Role::Set(_) => SpanKind::Emphasis,
        Role::Choice => SpanKind::Choice,
        Role::Schedule => SpanKind::Schedule,
    }
}

/// The weights of the open brackets, each stack with its product on top.
struct Weights {
    stacks: [Vec<f32>; 3],
    /// NovelAI's `1.5::`.
    level: f32,
}

impl Default for Weights {
    fn default() -> Self {
        let stacks = Default::default();
        Self { stacks, level: 1.0 }
    }
}

impl Weights {
    fn open(&mut self, stack: usize, role: Role) {
        let stack = &mut self.stacks[stack];
        let outer = stack.last().copied().unwrap_or(1.0);
        stack.push(match role {
            Role::Times(factor) => bounded(outer * factor),
            Role::Set(weight) => bounded(weight),
            Role::Choice | Role::Schedule => outer,
        });
    }

    fn now(&self) -> f32 {
        let tops = self.stacks.iter().filter_map(|stack| stack.last());
        bounded(tops.product::<f32>() * self.level)
    }
}

/// Never infinite, and never `-0`.
fn bounded(weight: f32) -> f32 {
    weight.clamp(-MAX_WEIGHT, MAX_WEIGHT) + 0.0
}

/// Spans while they are being joined.
#[derive(Default)]
struct Spans<'a> {
    spans: Vec<Span<'a>>,
    /// Whether the last span is white space behind text, which belongs to the text if more follows.
    gap: bool,
}

impl<'a> Spans<'a> {
    fn push(&mut self, span: Span<'a>, is_space: bool) {
        let gap = std::mem::take(&mut self.gap);
        if span.kind == SpanKind::Text {
            let behind = usize::from(gap);
            let before = self.spans.len().checked_sub(1 + behind);
            if let Some(text) = before.and_then(|at| self.spans.get_mut(at))
                && text.kind == SpanKind::Text
                && text.weight.to_bits() == span.weight.to_bits()
            {
                text.range.end = span.range.end;
                if gap {
                    self.spans.pop();
                }
                return;
            }
        }
        match self.spans.last_mut() {
            Some(last) if span.kind == SpanKind::Separator && last.kind == SpanKind::Separator => {
                last.range.end = span.range.end;
            }
            last => {
                self.gap = is_space && last.is_some_and(|last| last.kind == SpanKind::Text);
                self.spans.push(span);
            }
        }
    }
}
