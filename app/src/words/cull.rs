//! Deciding on one picture after the other, in words.

use super::{count, many};
use crate::state::cull::Tally;

/// Where one is: `312 of 1,024`.
pub fn place(at: u64, total: u64) -> String {
    format!("{} of {}", count((at + 1).min(total)), count(total))
}

/// What was decided so far: `40 approved, 12 rejected`.
pub fn decided(tally: Tally) -> String {
    let Tally {
        approved,
        rejected,
        put_away,
        ..
    } = tally;
    let told = format!("{} approved, {} rejected", count(approved), count(rejected));
    match put_away {
        0 => told,
        away => format!("{told}, {} put away", count(away)),
    }
}

/// What keeping one of a stack does.
pub const KEEP: &str = "Keep this one, reject the others of the same recipe";

/// The heading at the end.
pub fn end(tally: Tally) -> &'static str {
    match tally.total {
        0 => "Nothing is left to decide",
        total if tally.decided() >= total => "All decided",
        _ => "That was the last one",
    }
}

/// What came of the round.
pub fn summary(tally: Tally) -> String {
    let left = tally.total.saturating_sub(tally.decided());
    match (tally.total, left) {
        (0, _) => "Every picture of this result has a verdict already.".to_owned(),
        (_, 0) => format!("{}.", decided(tally)),
        _ => format!(
            "{}; {} left undecided.",
            decided(tally),
            many(left, "picture is", "pictures are")
        ),
    }
}

/// The way to what was kept.
pub fn see_approved(approved: u64) -> String {
    format!("See the {} approved", count(approved))
}

/// What becomes of what was not.
pub fn trash_rejected(rejected: u64) -> String {
    format!("Put the {} rejected into the trash", count(rejected))
}

/// Another round with what is left.
pub fn again(left: u64) -> String {
    format!("Go through the {} undecided again", count(left))
}

/// Keeps one of so many.
pub fn keep_of(stack: u64) -> String {
    format!("Keep this one of {}", count(stack))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_told_in_sentences() {
        let tally = Tally {
            total: 1_024,
            approved: 40,
            rejected: 12,
            put_away: 0,
        };
        let away = Tally {
            put_away: 3,
            ..tally
        };
        assert_eq!(decided(away), "40 approved, 12 rejected, 3 put away");
        assert_eq!(place(311, 1_024), "312 of 1,024");
        assert_eq!(place(1_024, 1_024), "1,024 of 1,024");
        assert_eq!(
            summary(tally),
            "40 approved, 12 rejected; 972 pictures are left undecided."
        );
        let all = Tally { total: 52, ..tally };
        assert_eq!(
            (end(all), end(tally)),
            ("All decided", "That was the last one")
        );
    }
}
