//! The way into the trash by a plan, and the way out of it: what would be deleted from the disk, and what
//! was.

use serde::{Deserialize, Serialize};

use crate::{image::ImageCard, query::Query};

/// Which pictures of a result are to be cleaned away. Favourites never are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanRule {
    /// By their verdict.
    pub verdict: CleanVerdict,
    /// Only those with fewer stars than this, unrated ones among them.
    pub below: Option<u8>,
    /// Only those that are older than so many days.
    pub older: Option<u32>,
}

/// Which verdicts are cleaned away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CleanVerdict {
    /// What was rejected.
    #[default]
    Rejected,
    /// What was not approved: rejected or undecided.
    NotApproved,
    /// Whatever was decided.
    Any,
}

impl CleanRule {
    /// Whether it leaves anything but favourites; one that does not is no rule.
    pub fn chooses(&self) -> bool {
        self.verdict != CleanVerdict::Any || self.below.is_some() || self.older.is_some()
    }

    /// What of a result it is about: what is cleaned away and the favourites that are not.
    #[must_use]
    pub fn within(&self, scope: &Query) -> Query {
        let scope = scope.filter_part().to_string();
        let verdict = match self.verdict {
            CleanVerdict::Rejected => "&state=rejected",
            CleanVerdict::NotApproved => "&state=-approved",
            CleanVerdict::Any => "",
        };
        let below = self.below.filter(|below| *below > 0);
        let stars = below.map(|below| format!("&rating=..{}", below - 1));
        let age = self.older.map(|days| format!("&date=..{days}d"));
        let (stars, age) = (stars.unwrap_or_default(), age.unwrap_or_default());
        Query::parse(&format!("{scope}{verdict}{stars}{age}"))
    }

    /// What of a result is cleaned away.
    #[must_use]
    pub fn apply(&self, scope: &Query) -> Query {
        Query::parse(&format!("{}&is=-favourite", self.within(scope)))
    }
}

/// What a rule would put into the trash.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanPlan {
    /// The canonical query of exactly these pictures.
    pub query: String,
    /// How many.
    pub pictures: u64,
    /// Bytes of their files.
    pub bytes: u64,
    /// Favourites that the rule would have met; they stay.
    pub favourites: u64,
    /// The first of the pictures.
    pub cards: Vec<ImageCard>,
}

/// What emptying the trash deletes and what it leaves there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emptying {
    /// Pictures whose files are deleted.
    pub pictures: u64,
    /// Bytes that this gives back to the disk.
    pub bytes: u64,
    /// What stays in the trash, and why.
    pub kept: Vec<KeptBack>,
}

/// Pictures that stay in the trash for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptBack {
    /// Why.
    pub reason: KeepReason,
    /// Name of the watched folder in which they are.
    pub root: String,
    /// How many.
    pub pictures: u64,
}

/// Why a picture cannot be deleted from the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepReason {
    /// Nobody has allowed it for its folder.
    NotAllowed,
    /// Its folder cannot be reached, so nobody knows what is there.
    Offline,
    /// Its file is not where it was, and scans have not yet agreed that it is missing.
    Absent,
    /// Its file has other bytes than the picture that was put into the trash.
    Changed,
    /// The disk refused.
    Refused,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_narrows_a_result_and_spares_favourites() {
        let scope = Query::parse("model=flux&view=list&sort=seed");
        let rule = CleanRule {
            verdict: CleanVerdict::NotApproved,
            below: Some(3),
            older: Some(30),
        };
        assert_eq!(
            rule.apply(&scope).to_string(),
            Query::parse(
                "model=flux&sort=seed&state=-approved&rating=..2&date=..30d&is=-favourite"
            )
            .to_string()
        );
        let plain = CleanRule::default();
        assert_eq!(
            plain.apply(&Query::default()).to_string(),
            Query::parse("state=rejected&is=-favourite").to_string()
        );
        assert!(plain.chooses());
        let all = CleanRule {
            verdict: CleanVerdict::Any,
            ..plain
        };
        assert!(!all.chooses());
    }
}
