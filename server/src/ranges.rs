//! Conditional and partial requests (RFC 9110, sections 13 and 14), as a pure function.

use std::ops::Range;

use http::{HeaderMap, Method, header};

/// What to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Nothing: the asker has it already (304).
    Nothing,
    /// All of it (200).
    Whole,
    /// These bytes (206).
    Part(Range<u64>),
    /// A part that does not exist (416).
    Beyond,
}

/// Decides from the request what to send of `len` bytes whose entity tag is `tag` (with quotes).
///
/// Only single ranges are honoured; a request for several gets everything, which is allowed.
pub(crate) fn wanted(method: &Method, headers: &HeaderMap, tag: &str, len: u64) -> Wanted {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    if text(header::IF_NONE_MATCH).is_some_and(|known| matches(known, tag)) {
        return Wanted::Nothing;
    }
    let Some(range) = text(header::RANGE).filter(|_| method == Method::GET) else {
        return Wanted::Whole;
    };
    // An If-Range that is a date never holds: strong validation needs the tag.
    if text(header::IF_RANGE).is_some_and(|known| known != tag) {
        return Wanted::Whole;
    }
    parse(range, len).unwrap_or(Wanted::Whole)
}

/// Whether a list of tags (weak or strong) or `*` holds this one.
pub(crate) fn matches(list: &str, tag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// `None` when the header is to be ignored: another unit, several ranges, or not a range at all.
fn parse(range: &str, len: u64) -> Option<Wanted> {
    let (first, last) = range.strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than fit are simply very far away.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    if first.is_empty() {
        let suffix = number(last)?;
        return Some(match suffix {
            0 => Wanted::Beyond,
            _ if len == 0 => Wanted::Beyond,
            _ => Wanted::Part(len.saturating_sub(suffix)..len),
        });
    }
    let first = number(first)?;
    let end = if last.is_empty() {
        len
    } else {
        number(last)?.saturating_add(1).min(len)
    };
    if !last.is_empty() && number(last)? < first {
        return None;
    }
    Some(if first >= len {
        Wanted::Beyond
    } else {
        Wanted::Part(first..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(pairs: &[(&'static str, &'static str)]) -> Wanted {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, http::HeaderValue::from_static(value));
        }
        wanted(&Method::GET, &headers, "\"tag\"", 1000)
    }

    #[test]
    fn every_form_of_a_single_range_is_understood() {
        assert_eq!(ask(&[("range", "bytes=0-0")]), Wanted::Part(0..1));
        assert_eq!(ask(&[("range", "bytes=500-")]), Wanted::Part(500..1000));
        assert_eq!(ask(&[("range", "bytes=-1")]), Wanted::Part(999..1000));
        assert_eq!(ask(&[("range", "bytes=-5000")]), Wanted::Part(0..1000));
        assert_eq!(
            ask(&[("range", "bytes=10-99999999999999999999999")]),
            Wanted::Part(10..1000)
        );
    }

    #[test]
    fn what_lies_beyond_the_end_is_said_to_be_so() {
        assert_eq!(ask(&[("range", "bytes=1000-")]), Wanted::Beyond);
        assert_eq!(ask(&[("range", "bytes=-0")]), Wanted::Beyond);
    }

    #[test]
    fn what_is_not_a_single_range_gets_everything() {
        for odd in [
            "bytes=5-4",
            "bytes=0-1,5-6",
            "bytes=a-b",
            "items=0-1",
            "bytes=",
            "bytes=-",
            "bytes=+1-2",
        ] {
            assert_eq!(ask(&[("range", odd)]), Wanted::Whole, "{odd}");
        }
    }

    #[test]
    fn a_changed_file_is_sent_whole_and_a_known_one_not_at_all() {
        assert_eq!(
            ask(&[("range", "bytes=0-0"), ("if-range", "\"old\"")]),
            Wanted::Whole
        );
        assert_eq!(
            ask(&[("range", "bytes=0-0"), ("if-range", "\"tag\"")]),
            Wanted::Part(0..1)
        );
        assert_eq!(
            ask(&[("range", "bytes=0-0"), ("if-range", "W/\"tag\"")]),
            Wanted::Whole
        );
        assert_eq!(
            ask(&[("if-none-match", "\"x\", W/\"tag\"")]),
            Wanted::Nothing
        );
        assert_eq!(ask(&[("if-none-match", "*")]), Wanted::Nothing);
    }

    #[test]
    fn a_range_of_an_empty_file_is_beyond_it() {
        let mut headers = HeaderMap::new();
        headers.insert("range", http::HeaderValue::from_static("bytes=-1"));
        assert_eq!(wanted(&Method::GET, &headers, "\"t\"", 0), Wanted::Beyond);
    }
}
