//! What conditions mean, shared by everything that answers them.

use super::{Field, TimePoint, TimeRange, value::clean_space};
use crate::{
    number,
    text::{base_name, normalise},
    time::{DAY, Timestamp, days_in_month},
};

/// A value of a text field in the form in which it is compared: folded, models, LoRAs and VAEs
/// without folders and extension, folders without slashes at the ends. Idempotent for stored values.
pub fn fold_value(field: Field, value: &str) -> String {
    match field {
        Field::Model | Field::Lora | Field::Vae => normalise(base_name(value)),
        Field::LoraWeight => match value.rsplit_once('@') {
            Some((name, weight)) => {
                let name = normalise(base_name(name));
                match number::parse(weight.trim()) {
                    Some(weight) => format!("{name}@{}", tenths(weight)),
                    None => format!("{name}@{}", normalise(weight)),
                }
            }
            None => normalise(base_name(value)),
        },
        // The name before the id is for people only.
        Field::Set => normalise(value.rsplit('-').next().unwrap_or_default()),
        Field::Folder => normalise(value).trim_matches(['/', ' ']).to_owned(),
        _ => normalise(value),
    }
}

/// A LoRA and how strongly it was applied, to the nearest tenth, as a value of
/// [`Field::LoraWeight`]: `detail@0.8`. `None` when it has no name or no sensible strength.
pub fn lora_weight(name: &str, weight: f64) -> Option<String> {
    let name = clean_space(base_name(name))?;
    (weight.abs() < 1e6).then(|| format!("{name}@{}", tenths(weight)))
}

/// Adding zero turns a negative zero into a plain one.
fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0 + 0.0
}

/// Megapixels as they are shown and compared: two digits after the point. `None` for no size.
pub fn megapixels(width: u32, height: u32) -> Option<f64> {
    let pixels = u64::from(width) * u64::from(height);
    (pixels > 0).then(|| (pixels as f64 / 10_000.0).round() / 100.0)
}

/// A number as it is compared: four digits after the point, so that `7.1` finds what was stored
/// with half the precision.
pub fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

/// Whether a size has this aspect ratio, within one percent of the ratio.
pub fn ratio_matches(size: (u32, u32), ratio: (u32, u32)) -> bool {
    let across = u128::from(size.0) * u128::from(ratio.1);
    let down = u128::from(size.1) * u128::from(ratio.0);
    down > 0 && across > 0 && across.abs_diff(down) * 100 <= down
}

/// A text condition made ready to be compared many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    folded: String,
    wild: bool,
    below: bool,
}

impl Pattern {
    /// The condition `field=text`, where `*` stands for any characters.
    pub fn new(field: Field, text: &str) -> Self {
        let folded = fold_value(field, text);
        Self {
            wild: folded.contains('*'),
            below: field == Field::Folder,
            folded,
        }
    }

    /// Whether a value holds; the value comes from [`fold_value`]. An empty value never does: the
    /// picture has none.
    pub fn matches(&self, folded: &str) -> bool {
        if folded.is_empty() {
            return false;
        }
        if !self.below {
            return self.equals(folded);
        }
        // A folder holds when it or one of those above it does.
        let mut next = Some(folded);
        while let Some(folder) = next {
            if self.equals(folder) {
                return true;
            }
            next = folder.rsplit_once('/').map(|(above, _)| above);
        }
        false
    }

    /// The only folded value that can hold, when there is no `*` and no folder to look into.
    pub fn exact(&self) -> Option<&str> {
        (!self.wild && !self.below).then_some(&self.folded)
    }

    fn equals(&self, text: &str) -> bool {
        if self.wild {
            wild(self.folded.as_bytes(), text.as_bytes())
        } else {
            self.folded == text
        }
    }
}

/// Whether a text equals a pattern with stars. Goes back to the last star only, so it takes at most
/// the product of both lengths.
fn wild(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && pattern[p] == text[t] {
            p += 1;
            t += 1;
        } else if let Some((star_p, star_t)) = star {
            star = Some((star_p, star_t + 1));
            p = star_p + 1;
            t = star_t + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

impl TimePoint {
    /// First and last millisecond of the year, month, day or second; of the UTC day so many days before
    /// `now`. `None` for a day that does not exist.
    pub fn bounds(self, now: Timestamp) -> Option<(i64, i64)> {
        let (first, last_day) = match self {
            Self::Year(year) => (
                Timestamp::from_date(year, 1, 1)?,
                Timestamp::from_date(year, 12, 31)?,
            ),
            Self::Month(year, month) => {
                let last = Timestamp::from_date(year, month, days_in_month(year, month)?)?;
                (Timestamp::from_date(year, month, 1)?, last)
            }
            Self::Day(year, month, day) => {
                let day = Timestamp::from_date(year, month, day)?;
                (day, day)
            }
            Self::Second(second) => {
                let first = second.checked_mul(1_000)?;
                return Some((first, first.saturating_add(999)));
            }
            Self::DaysAgo(days) => {
                let today = now.0.div_euclid(DAY) - i64::from(days);
                let start = Timestamp(today.saturating_mul(DAY));
                (start, start)
            }
        };
        Some((first.0, last_day.0.saturating_add(DAY - 1)))
    }
}

impl TimeRange {
    /// First and last millisecond in UTC, both included; open ends are the ends of time. A day that
    /// does not exist makes a stretch that holds nothing.
    pub fn bounds(&self, now: Timestamp) -> (i64, i64) {
        const NOTHING: (i64, i64) = (1, 0);
        let bounds = |end: Option<TimePoint>| match end {
            None => Some((i64::MIN, i64::MAX)),
            Some(point) => point.bounds(now),
        };
        match (bounds(self.from), bounds(self.to)) {
            (Some((first, _)), Some((_, last))) => (first, last),
            _ => NOTHING,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        let cases = [
            ("euler", "euler", true),
            ("euler", "euler a", false),
            ("euler*", "euler a", true),
            ("*xl*", "juggernautxl v9", true),
            ("*a*b*c", "xxaxxbxxbc", true),
            ("*a*b*c", "xxaxxbxxbd", false),
            ("*", "anything", true),
            ("**", "x", true),
            ("*", "", false),
        ];
        for (pattern, text, holds) in cases {
            assert_eq!(
                Pattern::new(Field::Sampler, pattern).matches(text),
                holds,
                "{pattern}"
            );
        }
    }

    #[test]
    fn models_are_compared_by_name_and_folders_hold_what_is_below() {
        let model = Pattern::new(Field::Model, r"SDXL\Juggernaut.safetensors");
        assert!(model.matches(&fold_value(Field::Model, "other/JUGGERNAUT.ckpt")));
        let folder = Pattern::new(Field::Folder, "Pictures/2026/");
        assert!(folder.matches("pictures/2026"));
        assert!(folder.matches("pictures/2026/may/3"));
        assert!(!folder.matches("pictures/20266"));
        assert!(!folder.matches("pictures"));
        assert!(Pattern::new(Field::Folder, "*/2026").matches("pictures/2026/may"));
    }

    #[test]
    fn strengths_of_loras_are_compared_to_a_tenth() {
        let value = lora_weight("styles/Ink  wash.safetensors", 0.84).unwrap();
        assert_eq!(value, "Ink wash@0.8");
        let folded = fold_value(Field::LoraWeight, &value);
        let holds = |text| Pattern::new(Field::LoraWeight, text).matches(&folded);
        for text in [
            "ink wash@0.8",
            "INK WASH@.80",
            "ink wash@0.79",
            "ink*@*",
            "*@0.8",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "ink wash",
            "ink wash@0.9",
            "ink wash@-0.8",
            "ink@0.8",
            "@0.8",
        ] {
            assert!(!holds(text), "{text}");
        }
        assert_eq!(lora_weight("a@b", -0.02).as_deref(), Some("a@b@0"));
        assert_eq!(lora_weight("a", -0.5).as_deref(), Some("a@-0.5"));
        assert_eq!(lora_weight(" ", 1.0), None);
        assert_eq!(lora_weight("a", f64::NAN), None);
        assert_eq!(lora_weight("a", f64::INFINITY), None);
    }

    #[test]
    fn stretches_of_time_include_their_last_day() {
        let day = |y, m, d| Timestamp::from_date(y, m, d).unwrap().0;
        let now = Timestamp(day(2026, 6, 10) + 5);
        let range = |from, to| TimeRange { from, to }.bounds(now);
        let may = Some(TimePoint::Month(2026, 5));
        assert_eq!(range(may, may), (day(2026, 5, 1), day(2026, 6, 1) - 1));
        assert_eq!(
            range(Some(TimePoint::DaysAgo(7)), None),
            (day(2026, 6, 3), i64::MAX)
        );
        let year = Some(TimePoint::Year(2026));
        assert_eq!(range(None, year), (i64::MIN, day(2027, 1, 1) - 1));
        let today = Some(TimePoint::DaysAgo(0));
        assert_eq!(
            range(today, today),
            (day(2026, 6, 10), day(2026, 6, 11) - 1)
        );
        let noon = day(2026, 6, 10) + DAY / 2;
        let second = Some(TimePoint::Second(noon / 1_000));
        assert_eq!(range(second, second), (noon, noon + 999));
        assert_eq!(range(second, None), (noon, i64::MAX));
        let never = Some(TimePoint::Day(2026, 2, 30));
        let (first, last) = range(never, never);
        assert!(first > last);
    }

    #[test]
    fn ratios_and_megapixels() {
        assert!(ratio_matches((1920, 1080), (16, 9)));
        assert!(ratio_matches((1344, 756), (16, 9)));
        assert!(ratio_matches((1360, 768), (16, 9)));
        assert!(!ratio_matches((1344, 768), (16, 9)));
        assert!(!ratio_matches((0, 0), (16, 9)));
        assert!(!ratio_matches((0, 5), (u32::MAX, u32::MAX)));
        assert_eq!(megapixels(1024, 1024), Some(1.05));
        assert_eq!(megapixels(0, 1024), None);
    }
}
