//! How numbers, sizes and times are written.

use domain::time::Timestamp;

/// `48,113`
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 picture`, `48,113 pictures`
pub fn pictures(number: u64) -> String {
    many(number, "picture", "pictures")
}

/// A number with its noun in the right form.
pub fn many(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}

/// What is said of values that are not listed.
pub fn further_values(number: u64) -> String {
    format!("and {}", many(number, "further value", "further values"))
}

/// `812 bytes`, `48 kB`, `1.4 MB`: decimal, two or three digits.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if number < 1000 {
        return many(number, "byte", "bytes");
    }
    let mut value = number as f64 / 1000.0;
    let mut unit = 0;
    // 999.5 would be printed as 1000.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(value < 9.95);
    format!("{value:.decimals$} {}", UNITS[unit])
}

/// A number without needless decimals: `7`, `7.5`, `0.35`. At most `decimals` of them.
pub fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How much an archive takes, before it is made.
pub fn weight_of_files(sum: u64) -> String {
    format!("About {}", bytes(sum))
}

/// What is said of words with a weight of their own.
pub fn weight(weight: f32) -> String {
    format!("Weight {}", decimal(f64::from(weight), 3))
}

/// `1024 × 768`
pub fn size(width: u32, height: u32) -> String {
    format!("{width} × {height}")
}

/// `1.05 MP`
pub fn megapixels(number: f64) -> String {
    format!("{} MP", decimal(number, if number < 9.95 { 2 } else { 1 }))
}

/// The first `limit` characters of a text, with a sign where something was cut off.
pub fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `12 s`, `3 min`, `2 h 5 min`
pub fn seconds(number: u64) -> String {
    match number {
        0..=89 => format!("{number} s"),
        90..=5399 => format!("{} min", (number + 30) / 60),
        _ => {
            let minutes = (number + 30) / 60;
            match minutes % 60 {
                0 => format!("{} h", minutes / 60),
                rest => format!("{} h {rest} min", minutes / 60),
            }
        }
    }
}

/// Length of a video: `0:07`, `1:02:33`.
pub fn clock(number: u32) -> String {
    let (hours, minutes, seconds) = (number / 3600, number / 60 % 60, number % 60);
    if hours == 0 {
        format!("{minutes}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// `31 May 2026`
pub fn day(moment: Timestamp) -> String {
    let date = moment.date();
    format!("{} {} {}", date.day, month_name(date.month), date.year)
}

/// `31 May 2026, 14:03`
pub fn moment(moment: Timestamp) -> String {
    let (hour, minute, _) = moment.time();
    format!("{}, {hour:02}:{minute:02}", day(moment))
}

/// `May 2026`
pub fn month(moment: Timestamp) -> String {
    let date = moment.date();
    format!("{} {}", month_name(date.month), date.year)
}

pub(super) fn month_name(month: u32) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    NAMES
        .get((month as usize).wrapping_sub(1))
        .copied()
        .unwrap_or("")
}

/// `3:2`, or `1.37:1` when no small ratio is close; `None` when a side is unknown.
pub fn ratio(width: u32, height: u32) -> Option<String> {
    const KNOWN: [(u32, u32); 13] = [
        (1, 1),
        (5, 4),
        (4, 5),
        (4, 3),
        (3, 4),
        (3, 2),
        (2, 3),
        (16, 9),
        (9, 16),
        (16, 10),
        (21, 9),
        (2, 1),
        (1, 2),
    ];
    if width == 0 || height == 0 {
        return None;
    }
    let exact = f64::from(width) / f64::from(height);
    let close = |(w, h): &&(u32, u32)| {
        let known = f64::from(*w) / f64::from(*h);
        (exact / known - 1.0).abs() < 0.01
    };
    Some(KNOWN.iter().find(close).map_or_else(
        || {
            if exact >= 1.0 {
                format!("{}:1", decimal(exact, 2))
            } else {
                format!("1:{}", decimal(1.0 / exact, 2))
            }
        },
        |(w, h)| format!("{w}:{h}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(48_113), "48,113");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(pictures(1), "1 picture");
    }

    #[test]
    fn sizes_never_show_four_digits() {
        assert_eq!(bytes(812), "812 bytes");
        assert_eq!(bytes(1_400_000), "1.4 MB");
        assert_eq!(bytes(999_499), "999 kB");
        assert_eq!(bytes(999_500), "1.0 MB");
        assert_eq!(bytes(48_000_000_000), "48 GB");
    }

    #[test]
    fn decimals_end_where_they_say_nothing() {
        assert_eq!(decimal(7.0, 2), "7");
        assert_eq!(decimal(7.50, 2), "7.5");
        assert_eq!(decimal(100.0, 0), "100");
    }

    #[test]
    fn ratios_are_those_that_people_say() {
        assert_eq!(ratio(1920, 1080).as_deref(), Some("16:9"));
        assert_eq!(ratio(832, 1216).as_deref(), Some("1:1.46"));
        assert_eq!(ratio(0, 1), None);
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(seconds(12), "12 s");
        assert_eq!(seconds(600), "10 min");
        assert_eq!(seconds(7500), "2 h 5 min");
        assert_eq!(clock(3753), "1:02:33");
    }
}
