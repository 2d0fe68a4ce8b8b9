//! The removable chips that say what is asked.

use crate::{photoset::SetRef, time::Timestamp};

use super::{Alternative, Atom, Field, FieldKind, Query, TimePoint, TimeRange, Word, Words};

/// One condition of a query as people read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chip {
    /// What it says: `Checkpoint: sdxl`, `not "red car"`, `Steps: 20 to 30`.
    pub label: String,
    /// What [`Query::without`] takes away when the chip is removed.
    pub part: Part,
}

impl Chip {
    /// Whether it shows a part that was not understood: grey, without effect on the result.
    pub fn is_unknown(&self) -> bool {
        matches!(self.part, Part::Unknown(_))
    }
}

/// One condition of a query, by its value, so that it names the same in a query that changed since.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A word or phrase of `q`, or several that `OR` joins.
    Words(Words),
    /// An alternative of a field's filter.
    Alternative(Field, Alternative),
    /// An alternative of a parameter's filter, by the parameter's name.
    Param(String, Alternative),
    /// Something that was not understood.
    Unknown(String),
}

impl Query {
    /// One chip for each condition, in the order of the URL.
    pub fn chips(&self) -> Vec<Chip> {
        let words = self.words.iter().map(|words| Chip {
            label: words_label(words),
            part: Part::Words(words.clone()),
        });
        let filters = self.filters.iter().flat_map(|filter| {
            filter.any.iter().map(|alternative| Chip {
                label: label(filter.field, alternative),
                part: Part::Alternative(filter.field, alternative.clone()),
            })
        });
        let params = self.params.iter().flat_map(|filter| {
            filter.any.iter().map(|alternative| Chip {
                label: param_label(&filter.name, alternative),
                part: Part::Param(filter.name.clone(), alternative.clone()),
            })
        });
        let unknown = self.unknown.iter().map(|text| Chip {
            label: format!("not understood: {text}"),
            part: Part::Unknown(text.clone()),
        });
        words.chain(filters).chain(params).chain(unknown).collect()
    }
}

fn words_label(words: &Words) -> String {
    let one = |word: &Word| {
        let not = if word.not { "not " } else { "" };
        format!("{not}“{}”", word.text)
    };
    words.any.iter().map(one).collect::<Vec<_>>().join(" or ")
}

fn label(field: Field, alternative: &Alternative) -> String {
    let not = alternative.not;
    if let Atom::Has(has) = &alternative.atom {
        return match (field, not) {
            (Field::Is, false) => format!("Is {}", has.label()),
            (Field::Is, true) => format!("Is not {}", has.label()),
            (_, false) => format!("Has {}", has.label()),
            (_, true) => format!("Without {}", has.label()),
        };
    }
    let prefix = if not { "not " } else { "" };
    format!(
        "{prefix}{}: {}",
        field.label(),
        value_label(field, &alternative.atom)
    )
}

fn param_label(name: &str, alternative: &Alternative) -> String {
    let not = if alternative.not { "not " } else { "" };
    let value = match &alternative.atom {
        // CFG stands for any plain number here.
        Atom::Number(from, to) => range_label(*from, *to, Field::Cfg),
        atom => atom.to_string(),
    };
    format!("{not}{name}: {value}")
}

fn value_label(field: Field, atom: &Atom) -> String {
    match atom {
        Atom::Size(w, h) => format!("{w} × {h}"),
        Atom::Whole(from, to) => range_label(*from, *to, field),
        Atom::Number(from, to) => range_label(*from, *to, field),
        Atom::Time(TimeRange { from, to }) => {
            let ago = |point: TimePoint| match point {
                TimePoint::DaysAgo(0) => "today".to_owned(),
                TimePoint::DaysAgo(1) => "yesterday".to_owned(),
                TimePoint::DaysAgo(days) => format!("{days} days ago"),
                TimePoint::Second(second) => Timestamp(second.saturating_mul(1_000)).minute_text(),
                point => point.to_string(),
            };
            range_label(from.map(ago), to.map(ago), field)
        }
        Atom::Text(text) if field == Field::Set => match text.parse::<SetRef>() {
            Ok(set) if !set.slug.is_empty() => set.words(),
            _ => text.clone(),
        },
        Atom::Text(text) if field == Field::Reference && text != "*" => "one picture".to_owned(),
        other => other.to_string(),
    }
}

fn range_label<T: ToString + PartialEq>(from: Option<T>, to: Option<T>, field: Field) -> String {
    let time = field.kind() == FieldKind::Time;
    match (from, to) {
        (None, None) => "any".to_owned(),
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{} to {}", from.to_string(), to.to_string()),
        (Some(from), None) if time => format!("since {}", from.to_string()),
        (None, Some(to)) if time => format!("until {}", to.to_string()),
        (Some(from), None) => format!("{} or more", from.to_string()),
        (None, Some(to)) => format!("{} or less", to.to_string()),
    }
}
