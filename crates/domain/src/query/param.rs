//! Conditions on any parameter of any node: `param.KSampler.denoise=0.3..0.6`.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Alternative, Atom, Pattern, Query, rounded, value::clean_space};
use crate::{
    number,
    parameter::{Scalar, long_number},
    query::Field,
    text::normalise,
};

/// How a key of the URL begins that names a parameter.
pub(super) const PREFIX: &str = "param.";
/// Longest name in characters.
const NAME: usize = 160;

/// Alternatives for one parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParamFilter {
    /// `KSampler.denoise`, or `denoise` for that of any node; in any case, `*` stands for any
    /// characters.
    pub name: String,
    /// At least one must hold, each an [`Atom::Text`] or an [`Atom::Number`]; never empty.
    pub any: Vec<Alternative>,
}

impl ParamFilter {
    /// The name in the form in which it is compared.
    pub fn folded_name(&self) -> String {
        normalise(&self.name)
    }

    /// The one form of filters that mean the same; `None` when nothing is left.
    pub(super) fn canonical(&self) -> Option<Self> {
        let mut any: Vec<Alternative> = Vec::new();
        for alternative in &self.any {
            let atom = canonical(&alternative.atom)?;
            let alternative = Alternative {
                not: alternative.not,
                atom,
            };
            if !any.contains(&alternative) {
                any.push(alternative);
            }
        }
        any.sort_by_cached_key(|one| (one.not, one.atom.to_string()));
        let name = clean_name(&self.name)?;
        (!any.is_empty()).then_some(Self { name, any })
    }

    /// The alternatives as the value of the key, not encoded.
    pub fn value_text(&self) -> String {
        let mut out = String::new();
        for Alternative { not, atom } in &self.any {
            if !out.is_empty() {
                out.push(',');
            }
            if *not {
                out.push('-');
            }
            match atom {
                Atom::Text(text)
                    if text.starts_with('-')
                        || text.contains([',', '"'])
                        || text.contains("..")
                        || read(text, false).is_some_and(|atom| !matches!(atom, Atom::Text(_))) =>
                {
                    super::print::quote(text, &mut out);
                }
                // Writing into a text cannot fail.
                atom => drop(write!(out, "{atom}")),
            }
        }
        out
    }
}

/// A name with single spaces; `None` when it is empty or too long.
pub(super) fn clean_name(name: &str) -> Option<String> {
    clean_space(name).filter(|name| name.chars().count() <= NAME)
}

/// The condition that a value stands for. What is quoted is a text, also when it looks like a number.
pub(super) fn read(text: &str, quoted: bool) -> Option<Atom> {
    let text = text.trim();
    if !quoted
        && long_number(text).is_none()
        && let Some(range) = numbers(text)
    {
        return canonical(&range);
    }
    clean_space(text).map(Atom::Text)
}

fn numbers(text: &str) -> Option<Atom> {
    let end = |text: &str| -> Option<f64> {
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        (plain && text.len() <= 24).then(|| number::parse(text))?
    };
    let open = |text: &str| match text.trim() {
        "" => Some(None),
        text => end(text).map(Some),
    };
    match text.split_once("..") {
        Some((from, to)) => Some(Atom::Number(open(from)?, open(to)?)),
        None => end(text).map(|one| Atom::Number(Some(one), Some(one))),
    }
}

/// The one form of conditions that mean the same. A range does not begin below zero: its text would
/// begin with the sign that stands for NOT.
fn canonical(atom: &Atom) -> Option<Atom> {
    match atom {
        Atom::Text(text) => clean_space(text).map(Atom::Text),
        Atom::Number(from, to) => {
            let sane = |end: &Option<f64>, least: f64| {
                end.is_none_or(|end| (least..1e21).contains(&end) && end.is_finite())
            };
            // Adding zero turns a negative zero into a plain one.
            let tidy = |end: Option<f64>| end.map(|end| rounded(end) + 0.0);
            let (from, to) =
                (sane(from, 0.0) && sane(to, -1e21)).then(|| (tidy(*from), tidy(*to)))?;
            Some(match (from, to) {
                (Some(low), Some(high)) if low > high && high >= 0.0 => Atom::Number(to, from),
                (Some(low), Some(high)) if low > high => return None,
                // As a value of its own it is a text; see `Scalar`.
                (Some(low), Some(high)) if low >= high => match low.to_string() {
                    text if long_number(&text).is_some() => Atom::Text(text),
                    _ => Atom::Number(from, to),
                },
                _ => Atom::Number(from, to),
            })
        }
        _ => None,
    }
}

/// A filter made ready to be asked many times.
#[derive(Debug, Clone)]
pub struct ParamTest {
    name: Pattern,
    tests: Vec<Test>,
    /// One bit for each alternative that must not hold.
    nots: u64,
}

#[derive(Debug, Clone)]
enum Test {
    Text(Pattern, Option<f64>),
    Number(Option<f64>, Option<f64>),
}

impl ParamTest {
    /// The first [`Query::MAX_ATOMS`] alternatives of a filter.
    pub fn new(filter: &ParamFilter) -> Self {
        let mut nots = 0;
        let test = |(at, one): (usize, &Alternative)| {
            nots |= u64::from(one.not) << at;
            match &one.atom {
                Atom::Number(from, to) => Test::Number(*from, *to),
                // Sampler names are compared as they are, but for case.
                atom => {
                    let text = atom.to_string();
                    let number = text.parse().ok().map(rounded);
                    Test::Text(Pattern::new(Field::Sampler, &text), number)
                }
            }
        };
        let tests = filter
            .any
            .iter()
            .take(Query::MAX_ATOMS)
            .enumerate()
            .map(test)
            .collect();
        Self {
            name: Pattern::new(Field::Sampler, &filter.name),
            tests,
            nots,
        }
    }

    /// Whether the filter is about this parameter; `class` is empty for flat records.
    pub fn is_about(&self, class: &str, name: &str) -> bool {
        self.name.matches(&normalise(name))
            || (!class.is_empty() && self.name.matches(&normalise(&format!("{class}.{name}"))))
    }

    /// Which alternatives a value fulfils, one bit for each.
    pub fn hits(&self, value: &Scalar) -> u64 {
        let number = match value {
            Scalar::Number(number) => Some(*number),
            Scalar::Text(text) => text.trim().parse().ok(),
        };
        let number = number.map(rounded);
        let within = |from: &Option<f64>, to: &Option<f64>| {
            number.is_some_and(|number| {
                from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to)
            })
        };
        let hit = |test: &Test| match test {
            Test::Number(from, to) => within(from, to),
            Test::Text(pattern, same) => match value {
                Scalar::Text(text) => pattern.matches(&normalise(text)),
                Scalar::Number(_) => same.is_some() && *same == number,
            },
        };
        let bits = self.tests.iter().enumerate();
        bits.fold(0, |bits, (at, test)| bits | u64::from(hit(test)) << at)
    }

    /// Whether the filter holds for a picture whose values together fulfil these alternatives.
    pub fn holds(&self, hits: u64) -> bool {
        let all = u64::MAX
            .checked_shr(64 - self.tests.len() as u32)
            .unwrap_or(0);
        (hits & !self.nots) | (!hits & self.nots & all) != 0
    }
}

impl Query {
    /// What is asked of a parameter, by its name in any case.
    pub fn param(&self, name: &str) -> impl Iterator<Item = &Alternative> {
        let name = normalise(name);
        let own = self
            .params
            .iter()
            .filter(move |filter| filter.folded_name() == name);
        own.flat_map(|filter| &filter.any)
    }

    /// Replaces everything that is asked of a parameter by one condition, or by nothing.
    #[must_use]
    pub fn with_param(&self, name: &str, atom: Option<Atom>) -> Self {
        let mut query = self.from_the_top();
        let folded = normalise(name);
        query.params.retain(|filter| filter.folded_name() != folded);
        let filter = atom.map(|atom| ParamFilter {
            name: name.to_owned(),
            any: vec![Alternative { not: false, atom }],
        });
        query
            .params
            .extend(filter.and_then(|filter| filter.canonical()));
        query
    }

    /// Adds a value to the alternatives of a parameter, or takes it out.
    #[must_use]
    pub fn with_param_toggled(&self, name: &str, value: &Scalar) -> Self {
        let atom = match value {
            Scalar::Number(number) if *number >= 0.0 => Atom::Number(Some(*number), Some(*number)),
            Scalar::Number(number) => Atom::Text(number.to_string()),
            Scalar::Text(text) => Atom::Text(text.clone()),
        };
        let Some(atom) = canonical(&atom) else {
            return self.from_the_top();
        };
        let mut any: Vec<Alternative> = self.param(name).cloned().collect();
        let before = any.len();
        any.retain(|had| had.not || had.atom != atom);
        if any.len() == before {
            any.push(Alternative { not: false, atom });
        }
        let mut query = self.with_param(name, None);
        let name = name.to_owned();
        query.params.extend(ParamFilter { name, any }.canonical());
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(text: &str) -> ParamFilter {
        Query::parse(text).params.remove(0)
    }

    #[test]
    fn a_parameter_is_named_with_or_without_its_class() {
        let test = ParamTest::new(&filter("param.KSampler%20Adv.%20(Efficient).CFG=3"));
        assert!(test.is_about("ksampler adv. (efficient)", "cfg"));
        assert!(!test.is_about("KSampler", "cfg"));
        let any = ParamTest::new(&filter("param.denoise=1"));
        assert!(any.is_about("KSampler", "denoise") && any.is_about("", "Denoise"));
        let wild = ParamTest::new(&filter("param.ControlNet*.strength=1"));
        assert!(wild.is_about("ControlNetApplyAdvanced", "strength"));
    }

    #[test]
    fn numbers_texts_and_their_opposites() {
        let holds = |text: &str, values: &[Scalar]| {
            let test = ParamTest::new(&filter(text));
            test.holds(values.iter().fold(0, |hits, one| hits | test.hits(one)))
        };
        let number = Scalar::Number;
        let text = |text: &str| Scalar::Text(text.to_owned());
        assert!(holds("param.a=0.3..0.6", &[number(0.5)]));
        assert!(!holds("param.a=0.3..0.6", &[number(0.61), number(0.2)]));
        assert!(holds("param.a=5", &[text("5")]));
        assert!(holds("param.a=\"-2\"", &[number(-2.0)]));
        assert!(holds("param.a=Fix*", &[text("fixed")]));
        assert!(holds("param.a=-fixed", &[text("random")]));
        assert!(holds("param.a=-fixed", &[]));
        assert!(!holds("param.a=-fixed", &[text("random"), text("Fixed")]));
        assert!(!holds("param.a=fixed", &[]));
        assert!(holds("param.a=..-1", &[number(-3.0)]));
    }

    #[test]
    fn long_numbers_are_told_apart_by_their_last_digit() {
        let holds = |text: &str, value: &Scalar| {
            let test = ParamTest::new(&filter(text));
            test.holds(test.hits(value))
        };
        let seed = Scalar::whole(15_570_056_847_038_681_230);
        assert!(holds("param.seed=15570056847038681230", &seed));
        assert!(!holds("param.seed=15570056847038681231", &seed));
        assert!(holds("param.seed=1e19..", &seed));
        assert!(!holds("param.seed=..1e19", &seed));
        let query = Query::default().with_param_toggled("seed", &seed);
        assert_eq!(query.to_string(), "param.seed=15570056847038681230");
        assert_eq!(Query::parse(&query.to_string()), query);
        assert_eq!(
            Scalar::whole(999_999_999_999_999),
            Scalar::Number(999_999_999_999_999.0)
        );
        let rounded = Query::parse("param.seed=1e18");
        assert_eq!(rounded.to_string(), "param.seed=1000000000000000000");
        assert!(holds("param.seed=1e18", &Scalar::Number(1e18)));
    }

    #[test]
    fn values_are_ticked_and_unticked() {
        let query = Query::parse("steps=20&at=00000000000000000000000001");
        let one = query.with_param_toggled("KSampler.cfg", &Scalar::Number(7.0));
        assert_eq!(one.to_string(), "steps=20&param.KSampler.cfg=7");
        let two = one.with_param_toggled("ksampler.CFG", &Scalar::Text("-a, b".to_owned()));
        let decoded = "param.ksampler.CFG=%22-a,%20b%22,7";
        assert!(two.to_string().ends_with(decoded), "{two}");
        let back = two.with_param_toggled("KSampler.cfg", &Scalar::Number(7.0));
        let back = back.with_param_toggled("KSampler.cfg", &Scalar::Text("-a, b".to_owned()));
        assert_eq!(back.to_string(), "steps=20");
    }
}
