//! When the pictures were made: evenings and week-ends over eighteen months, not a steady drip.

use domain::time::{DAY, Timestamp};

use crate::random::{Random, mix};

/// How far back the library goes.
const DAYS: i64 = 548;
/// When people make pictures: from this hour, for so many hours, with this share of the day.
const HOURS: [(f64, f64, f64); 3] = [(8.5, 3.5, 0.18), (13.5, 4.0, 0.27), (19.5, 4.2, 0.55)];

/// The moment at which a share of all pictures (0 to 1) had been made; never decreasing.
pub(crate) fn moment(newest: Timestamp, seed: u64, share: f64) -> Timestamp {
    let total: f64 = (0..DAYS).map(|day| weight(seed, day)).sum();
    let mut left = share.clamp(0.0, 1.0) * total;
    // The end of everything, unless a day is found before it.
    let (mut chosen, mut part) = (DAYS - 1, 0.999);
    for day in 0..DAYS {
        let weight = weight(seed, day);
        if left < weight {
            chosen = day;
            part = (left / weight).min(0.999);
            break;
        }
        left -= weight;
    }
    let last = newest.0.div_euclid(DAY) - 1;
    let start = (last - (DAYS - 1 - chosen)) * DAY;
    Timestamp(start + (hour(part) * 3_600_000.0) as i64)
}

/// How much was made on a day: nothing on many, a lot on some, more towards the end.
fn weight(seed: u64, day: i64) -> f64 {
    let mut random = Random::new(mix(seed, 0xca1), day as u64);
    if random.chance(0.38) && day != DAYS - 1 {
        return 0.0;
    }
    let busy = f64::from(random.unit());
    let weekend = if day % 7 >= 5 { 1.8 } else { 1.0 };
    (0.25 + busy * busy * 2.2) * weekend * (0.5 + day as f64 / DAYS as f64)
}

/// The hour of the day at which this part of the day's pictures had been made.
fn hour(mut part: f64) -> f64 {
    for (from, hours, share) in HOURS {
        if part < share {
            return from + hours * part / share;
        }
        part -= share;
    }
    HOURS[2].0 + HOURS[2].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_only_goes_forward_and_covers_eighteen_months() {
        let newest = Timestamp(1_790_000_000_000);
        let moments: Vec<i64> = (0..=2000)
            .map(|step| moment(newest, 5, f64::from(step) / 2000.0).0)
            .collect();
        assert!(moments.is_sorted());
        assert!(moments[2000] <= newest.0 && moments[2000] > newest.0 - 3 * DAY);
        let span = moments[2000] - moments[0];
        assert!((500 * DAY..=550 * DAY).contains(&span));
    }
}
