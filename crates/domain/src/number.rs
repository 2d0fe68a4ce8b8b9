//! Numbers as people write them in an address or a field.
//!
//! The standard library reads every text of every length to the last bit, with tables for that which
//! weigh ten kilobytes and cannot be compressed; a page that shows pictures would load them first.

/// Reads digits with at most one point, a sign and a power of ten: `7`, `.5`, `-3`, `1e-5`.
///
/// Gives what `str::parse` gives for up to 38 digits of which up to 19 stand behind the point, and
/// something next to it beyond.
pub fn parse(text: &str) -> Option<f64> {
    let (digits, power) = match text.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, power.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let mut number = 0_u128;
    for digit in whole.bytes().chain(part.bytes()) {
        let digit = digit.is_ascii_digit().then(|| u128::from(digit - b'0'))?;
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    let power = power.checked_sub(i32::try_from(part.len()).ok()?)?;
    let number = scaled(number, power);
    Some(if digits.starts_with('-') {
        -number
    } else {
        number
    })
}

/// A whole number times a power of ten.
fn scaled(number: u128, power: i32) -> f64 {
    let Some(ten) = 10_u128.checked_pow(power.unsigned_abs()) else {
        return number as f64 * 10_f64.powi(power);
    };
    if power >= 0 {
        return number
            .checked_mul(ten)
            .map_or_else(|| number as f64 * ten as f64, |number| number as f64);
    }
    // With all bits in use the quotient has more of them than a float, and one more tells whether
    // anything was left, so the one rounding is the right one.
    let shift = number.leading_zeros().min(127);
    let high = number << shift;
    let bits = (high / ten) | u128::from(!high.is_multiple_of(ten));
    bits as f64 * f64::from_bits(u64::from(1023 - shift) << 52)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", ".", "-", "1.2.3", "1e", "e5", "x", "1 ", "inf", "--1"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_way_of_writing_is_read() {
        for text in [
            "7", "7.", ".5", "+3", "-0.25", "1e3", "1.5E-2", "0", "00012.50",
        ] {
            assert_eq!(parse(text), text.parse().ok(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_the_standard_library_does(
            text in "-?[0-9]{1,19}(\\.[0-9]{0,19})?",
        ) {
            prop_assert_eq!(parse(&text), text.parse().ok());
        }

        #[test]
        fn powers_of_ten_too(text in "[0-9]{1,12}(\\.[0-9]{0,5})?e-?[0-9]") {
            prop_assert_eq!(parse(&text), text.parse().ok());
        }

        #[test]
        fn what_is_printed_is_read_again(number in -1e12_f64..1e12) {
            let number = (number * 10_000.0).round() / 10_000.0;
            prop_assert_eq!(parse(&number.to_string()), Some(number));
        }
    }
}
