//! Which brackets belong together and what they do.

use super::{
    Dialect, MAX_DEPTH,
    cut::{Piece, What},
};

/// A kind of brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    Round,
    Square,
    Curly,
}

/// What a pair of brackets is there for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    Times(f32),
    /// Replaces the weight of the brackets around it.
    Set(f32),
    Choice,
    Schedule,
}

/// What stands at a closing bracket and before or behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ending {
    Plain,
    Weight(f32),
    /// The step of a schedule.
    When,
}

/// Brackets that are still open. Each kind has its own stack, because kinds may cross: the web UI
/// reads `(a [b) c]` as two overlapping stretches.
#[derive(Default)]
pub(super) struct Brackets {
    stacks: [Stack; 3],
}

#[derive(Default)]
struct Stack {
    open: Vec<Open>,
    /// How many more are open than are minded.
    over: usize,
}

struct Open {
    /// The opening piece.
    piece: usize,
    /// Colons and bars that stand directly inside.
    marks: Vec<usize>,
}

impl Brackets {
    /// Opens a bracket whose piece is about to be the given one; whether it is minded.
    pub(super) fn open(&mut self, bracket: Bracket, piece: usize) -> bool {
        let stack = &mut self.stacks[bracket as usize];
        if stack.open.len() == MAX_DEPTH {
            stack.over += 1;
            return false;
        }
        let marks = Vec::new();
        stack.open.push(Open { piece, marks });
        true
    }

    /// Whether one of a kind is open.
    pub(super) fn is_open(&self, bracket: Bracket) -> bool {
        !self.stacks[bracket as usize].open.is_empty()
    }

    /// Whether the innermost open bracket is of a kind.
    pub(super) fn is_innermost(&self, bracket: Bracket) -> bool {
        let depth = |kind: Bracket| self.stacks[kind as usize].open.last().map(|it| it.piece);
        let others = [Bracket::Round, Bracket::Square, Bracket::Curly];
        depth(bracket).is_some() && others.iter().all(|other| depth(*other) <= depth(bracket))
    }

    /// Notes that a colon or bar stands directly in the innermost bracket of a kind.
    pub(super) fn mark(&mut self, bracket: Bracket, piece: usize) {
        if let Some(open) = self.stacks[bracket as usize].open.last_mut() {
            open.marks.push(piece);
        }
    }

    /// Closes the innermost bracket of a kind and settles the pieces that belong to it. What the
    /// closing piece is; `None` when there is nothing to close.
    pub(super) fn close(
        &mut self,
        bracket: Bracket,
        ending: Ending,
        dialect: Dialect,
        pieces: &mut [Piece],
    ) -> Option<What> {
        let stack = &mut self.stacks[bracket as usize];
        if stack.over > 0 {
            stack.over -= 1;
            return None;
        }
        let Open { piece, marks } = stack.open.pop()?;
        let is_bar = |mark: &usize| matches!(pieces[*mark].what, What::Bar { .. });
        let role = match (bracket, ending) {
            (Bracket::Square, Ending::When) => Role::Schedule,
            (Bracket::Square, _) if dialect == Dialect::Webui && marks.iter().any(is_bar) => {
                Role::Schedule
            }
            (_, Ending::Weight(weight)) if dialect == Dialect::Comfy => Role::Set(weight),
            (_, Ending::Weight(weight)) => Role::Times(weight),
            _ => plain_role(bracket, dialect),
        };
        if let Some(mark_role) = match role {
            Role::Schedule => Some(What::Schedule),
            Role::Choice => Some(What::Choice),
            _ => None,
        } {
            for mark in marks {
                pieces[mark].what = mark_role;
            }
        }
        pieces[piece].what = What::Open(bracket, role);
        Some(What::Close(bracket, role))
    }

    /// Settles the brackets that are never closed.
    pub(super) fn finish(self, dialect: Dialect, pieces: &mut [Piece]) {
        let kinds = [Bracket::Round, Bracket::Square, Bracket::Curly];
        for (bracket, stack) in kinds.into_iter().zip(self.stacks) {
            let role = plain_role(bracket, dialect);
            let lasts = matches!(dialect, Dialect::Webui | Dialect::NovelAi)
                && matches!(role, Role::Times(_));
            for open in stack.open {
                pieces[open.piece].what = if lasts {
                    What::Open(bracket, role)
                } else {
                    What::Text
                };
            }
        }
    }
}

/// What a pair without anything special does. Only kinds that the dialect minds are asked for.
fn plain_role(bracket: Bracket, dialect: Dialect) -> Role {
    match (bracket, dialect) {
        (Bracket::Round, Dialect::Invoke) => Role::Times(1.0),
        (Bracket::Round, _) => Role::Times(1.1),
        (Bracket::Square, Dialect::NovelAi) => Role::Times(1.0 / 1.05),
        (Bracket::Square, _) => Role::Times(1.0 / 1.1),
        (Bracket::Curly, Dialect::NovelAi) => Role::Times(1.05),
        (Bracket::Curly, _) => Role::Choice,
    }
}
