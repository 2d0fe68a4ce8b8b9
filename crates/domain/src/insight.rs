//! What a library is made of, and how much of it is kept.

use serde::{Deserialize, Serialize};

use crate::{
    id::ImageId,
    query::{Alternative, Atom, Field, Filter, Has, Query},
    time::Timestamp,
};

/// The 97.5th percentile of the normal distribution: 95 of 100 intervals hold the true rate.
const Z: f64 = 1.959_963_984_540_054;

/// How pictures were decided on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Pictures that are kept.
    pub approved: u64,
    /// Pictures that are not.
    pub rejected: u64,
    /// Pictures that nobody has decided on yet.
    pub undecided: u64,
}

impl Tally {
    /// Fewer decisions than this say next to nothing.
    pub const HANDFUL: u64 = 5;

    /// Pictures that somebody decided on.
    pub fn decided(self) -> u64 {
        self.approved + self.rejected
    }

    /// All pictures.
    pub fn total(self) -> u64 {
        self.decided() + self.undecided
    }

    /// Whether there are decisions enough to say something by.
    pub fn is_certain(self) -> bool {
        self.decided() >= Self::HANDFUL
    }

    /// The part of the decided pictures that is kept, 0 to 1; `None` while nothing is decided.
    pub fn rate(self) -> Option<f64> {
        (self.decided() > 0).then(|| self.approved as f64 / self.decided() as f64)
    }

    /// Wilson's interval with 95 % confidence: between which rates the true one lies, as far as these
    /// decisions can tell. 0 to 1 while nothing is decided.
    pub fn interval(self) -> (f64, f64) {
        let Some(rate) = self.rate() else {
            return (0.0, 1.0);
        };
        let decided = self.decided() as f64;
        let square = Z * Z / decided;
        let middle = rate + square / 2.0;
        let half = Z * (rate * (1.0 - rate) / decided + square / decided / 4.0).sqrt();
        let end = |end: f64| (end / (1.0 + square)).clamp(0.0, 1.0);
        // At both ends of the scale rounding would leave a trace of the other side.
        let low = if self.approved == 0 {
            0.0
        } else {
            end(middle - half)
        };
        let high = if self.rejected == 0 {
            1.0
        } else {
            end(middle + half)
        };
        (low, high)
    }

    /// What is surely kept at least: the lower end of [`Tally::interval`].
    pub fn at_least(self) -> f64 {
        self.interval().0
    }
}

/// In which order the values of a field are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeepOrder {
    /// What is surely kept most first: by the lower end of the interval.
    #[default]
    Sure,
    /// What was decided on most first.
    Count,
}

/// How the values of one field are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepValues {
    /// Which field.
    pub field: Field,
    /// Numbers and months ascend; other values come in the order asked for, those with only a
    /// [`Tally::HANDFUL`] of decisions always behind all others.
    pub values: Vec<KeepValue>,
    /// How many different values there are in all.
    pub distinct: u64,
}

/// How the pictures with one value are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepValue {
    /// The value as a condition on the field takes it, not quoted: a name, `20..25`, `2026-05`.
    pub value: String,
    /// What became of its pictures.
    pub tally: Tally,
}

/// How much of a result is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepRate {
    /// All of it.
    pub all: Tally,
    /// Decided pictures that the result leaves out because they are in the trash.
    pub in_trash: Tally,
    /// By field.
    pub fields: Vec<KeepValues>,
}

impl KeepRate {
    /// The fields by which pictures are compared.
    pub const FIELDS: [Field; 10] = [
        Field::Model,
        Field::Lora,
        Field::LoraWeight,
        Field::Sampler,
        Field::Scheduler,
        Field::Cfg,
        Field::Steps,
        Field::Token,
        Field::Folder,
        Field::Date,
    ];
}

/// The question whose pictures are compared: what is asked of the verdict is left out, because it
/// would decide the answer.
#[must_use]
pub fn compared(query: &Query) -> Query {
    query.with_range(Field::State, None)
}

/// The same question about what is in the trash instead; `None` when the trash is asked about already.
pub fn in_trash(query: &Query) -> Option<Query> {
    about_trash(query, &[false])
}

/// The same question with what is in the trash besides; `None` likewise.
pub fn with_trash(query: &Query) -> Option<Query> {
    about_trash(query, &[false, true])
}

fn about_trash(query: &Query, nots: &[bool]) -> Option<Query> {
    let is = |has: Has, nots: &[bool]| Filter {
        field: Field::Is,
        any: nots
            .iter()
            .map(|not| Alternative {
                not: *not,
                atom: Atom::Has(has),
            })
            .collect(),
    };
    if query.is_ticked(Field::Is, Has::Trashed.word()) {
        return None;
    }
    let mut query = query.from_the_top();
    query.filters.push(is(Has::Trashed, nots));
    // Who looks into the trash finds hidden pictures and reference images too, which were not meant.
    if !query.is_ticked(Field::Is, Has::Hidden.word()) {
        query.filters.push(is(Has::Hidden, &[true]));
        if !query.is_ticked(Field::Is, Has::Input.word()) {
            query.filters.push(is(Has::Input, &[true]));
        }
    }
    Some(query)
}

/// So many pictures, and the bytes of their files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Number of pictures.
    pub pictures: u64,
    /// Bytes of the file that each is shown from.
    pub bytes: u64,
}

/// What a library is made of by one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldValues {
    /// Which field.
    pub field: Field,
    /// Most pictures first; months newest first.
    pub values: Vec<HeldValue>,
    /// How many different values there are in all.
    pub distinct: u64,
    /// Pictures without any value.
    pub without: Holding,
}

/// The pictures with one value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldValue {
    /// The value, as a condition on the field takes it.
    pub value: String,
    /// Its pictures.
    pub held: Holding,
}

/// What a result is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holdings {
    /// All of it.
    pub all: Holding,
    /// Date of the oldest and of the newest picture.
    pub span: Option<(Timestamp, Timestamp)>,
    /// By field.
    pub fields: Vec<HeldValues>,
}

impl Holdings {
    /// The fields by which a library is told. Of folders only the watched ones themselves.
    pub const FIELDS: [Field; 5] = [
        Field::Folder,
        Field::Tool,
        Field::Model,
        Field::Format,
        Field::Date,
    ];
}

/// Files with the same content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copies {
    /// Contents that more than one file has.
    pub contents: u64,
    /// Files beyond the first of each.
    pub files: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Those that take most bytes, the largest first.
    pub largest: Vec<Copied>,
}

/// One content that several files have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// One of its pictures.
    pub image: ImageId,
    /// Name of one of its files.
    pub name: String,
    /// How many files have it.
    pub files: u64,
    /// Bytes that would be free if one of them were left.
    pub bytes: u64,
}

/// The whole library in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// What is shown: neither hidden nor in the trash.
    pub shown: Holdings,
    /// Pictures whose recipe could not be read in full.
    pub unparsed: Holding,
    /// Pictures whose file is gone for now.
    pub missing: Holding,
    /// Hidden pictures.
    pub hidden: Holding,
    /// Pictures in the trash.
    pub trashed: Holding,
    /// Files with the same content.
    pub copies: Copies,
    /// Pictures whose content was not read yet, so that nobody knows whether they are copies.
    pub waiting: u64,
    /// Files that could not be read at all.
    pub problems: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(approved: u64, rejected: u64, low: f64, high: f64) {
        let tally = Tally {
            approved,
            rejected,
            undecided: 99,
        };
        let (got_low, got_high) = tally.interval();
        let near = |a: f64, b: f64| (a - b).abs() < 5e-5;
        assert!(
            near(got_low, low) && near(got_high, high),
            "{approved} of {}: {got_low} to {got_high}",
            tally.decided()
        );
    }

    #[test]
    fn the_interval_is_the_one_of_the_tables() {
        check(8, 2, 0.4902, 0.9433);
        check(1, 0, 0.2065, 1.0);
        check(0, 10, 0.0, 0.2775);
        check(10, 0, 0.7225, 1.0);
        check(50, 50, 0.4038, 0.5962);
        check(312, 712, 0.2773, 0.3336);
        check(0, 0, 0.0, 1.0);
    }

    #[test]
    fn the_interval_holds_the_rate_and_narrows_with_decisions() {
        let mut last = 1.0;
        for times in [1, 3, 10, 100, 10_000, 10_000_000] {
            let tally = Tally {
                approved: times,
                rejected: 2 * times,
                undecided: 0,
            };
            let (low, high) = tally.interval();
            let rate = tally.rate().unwrap();
            assert!(low < rate && rate < high && high - low < last, "{times}");
            last = high - low;
        }
    }

    #[test]
    fn what_is_asked_of_the_verdict_is_left_out() {
        let query = Query::parse("model=a&state=approved&state=-rejected&sort=name");
        assert_eq!(compared(&query).to_string(), "model=a&sort=name");
    }

    #[test]
    fn the_trash_is_asked_about_apart_or_besides() {
        let query = Query::parse("model=a");
        let text = |query: Option<Query>| query.unwrap().to_string();
        assert_eq!(
            text(in_trash(&query)),
            "model=a&is=-hidden&is=-input&is=trashed"
        );
        let both = text(with_trash(&query));
        assert_eq!(both, "model=a&is=-hidden&is=-input&is=trashed,-trashed");
        assert_eq!(with_trash(&Query::parse(&both)), None);
        let hidden = Query::parse("is=hidden");
        assert_eq!(text(in_trash(&hidden)), "is=hidden&is=trashed");
    }
}
