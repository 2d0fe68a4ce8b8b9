//! Duels in words.

use domain::duel::{BEST, Standing};

use super::{count, many};

/// Asks for an answer.
pub const ASK: &str = "Which one is better?";
/// Says that the one on the left, or above, is.
pub const FIRST: &str = "This one";
/// Says that the other one is.
pub const SECOND: &str = "That one";
/// Says that neither is.
pub const EVEN: &str = "Neither is better";
/// Goes to the pictures in the order that came out.
pub const BY_RANK: &str = "By rank";
/// Takes all answers away.
pub const START_OVER: &str = "Start over";
/// Said while the next pair is on its way.
pub const COMING: &str = "The next two are on their way …";

/// How far it is: `Duel 13, about 32 to go`.
pub fn place(standing: Standing) -> String {
    let number = count(standing.duels + 1);
    match standing.left {
        0 if standing.pictures < 2 => "Duel".to_owned(),
        0 => many(standing.duels, "duel", "duels"),
        left => format!("Duel {number}, about {} to go", count(left)),
    }
}

/// How many are placed, until all are: `3 of the best 10 are placed`.
pub fn placed(standing: Standing) -> String {
    let best = standing.pictures.min(BEST as u64);
    if standing.left == 0 {
        return String::new();
    }
    format!(
        "{} of the best {} are placed",
        count(standing.placed),
        count(best)
    )
}

/// The heading at the end.
pub fn end(standing: Standing) -> String {
    match standing.pictures {
        0 | 1 => "A duel needs two pictures".to_owned(),
        all if all <= BEST as u64 => format!("All {} stand in their order", count(all)),
        _ => format!("The best {BEST} stand in their order"),
    }
}

/// What is said below it.
pub fn summary(standing: Standing) -> String {
    match standing.pictures {
        0 => "No picture is found by this filter.".to_owned(),
        1 => "This filter finds only one.".to_owned(),
        all => format!(
            "{} between {}. “By rank” sorts any pictures by it.",
            many(standing.duels, "duel", "duels"),
            many(all, "picture", "pictures")
        ),
    }
}

/// An operation as a line of the history: whether its duels count since then, whether that takes something
/// back, and between how many pictures they are.
pub fn operation(counts: bool, back: bool, pictures: u64) -> String {
    let between = match pictures {
        2 => "a duel between 2 pictures".to_owned(),
        _ => format!("duels between {}", many(pictures, "picture", "pictures")),
    };
    match (counts, back) {
        (true, false) => format!("Decided {between}"),
        (true, true) => format!("Brought back {between}"),
        (false, true) => format!("Took back {between}"),
        (false, false) => format!("Started over {between}"),
    }
}

/// What one step did to a picture.
pub fn revision(before: u64, after: u64) -> String {
    let came = after.saturating_sub(before);
    match came {
        0 => format!("{} no longer counts", many(before - after, "duel", "duels")),
        _ => format!("Was in {}", many(came, "duel", "duels")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is_is_told() {
        let standing = Standing {
            pictures: 40,
            duels: 12,
            placed: 0,
            left: 32,
        };
        assert_eq!(place(standing), "Duel 13, about 32 to go");
        assert_eq!(placed(standing), "0 of the best 10 are placed");
        assert_eq!(end(standing), "The best 10 stand in their order");
        assert_eq!(revision(1, 0), "1 duel no longer counts");
        assert_eq!(
            operation(true, false, 2),
            "Decided a duel between 2 pictures"
        );
    }
}
