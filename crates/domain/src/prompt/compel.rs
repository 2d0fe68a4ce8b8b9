//! What the Compel library, which InvokeAI and Easy Diffusion use, reads behind words and brackets.

use super::{MAX_WEIGHT, number};

/// The longest word with a meaning behind a bracket, such as `.blend(0.7, 0.3)`, in bytes.
const CALL_LIMIT: usize = 64;

/// A run of plus and minus signs: the factor that it stands for, and its length.
pub(super) fn signs(text: &str) -> (f32, usize) {
    let run = text.bytes().take_while(|byte| matches!(byte, b'+' | b'-'));
    let (factor, length) = run.fold((1.0_f32, 0), |(factor, length), byte| {
        let step = if byte == b'+' { 1.1 } else { 0.9 };
        (
            (factor * step).clamp(1.0 / MAX_WEIGHT, MAX_WEIGHT),
            length + 1,
        )
    });
    (factor, length)
}

/// What Compel reads behind `)`: `1.2`, `++`, `.and()`, `.blend(0.7, 0.3)`.
pub(super) fn suffix(text: &str) -> Option<(f32, usize)> {
    let (weight, length) = match text.chars().next()? {
        '+' | '-' => signs(text),
        '.' if text.starts_with(".and()") => (1.0, 6),
        '.' if text.starts_with(".blend(") => {
            let inner = &text.as_bytes()[7..];
            let end = inner.iter().take(CALL_LIMIT).position(|it| *it == b')')?;
            (1.0, 7 + end + 1)
        }
        _ => {
            let limit = text.bytes().take(CALL_LIMIT);
            let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
            let length = limit.take_while(is_part).count();
            // A last dot ends the sentence.
            number(text[..length].trim_end_matches('.'))?
        }
    };
    let next = text[length..].chars().next();
    (!next.is_some_and(char::is_alphanumeric)).then_some((weight, length))
}
