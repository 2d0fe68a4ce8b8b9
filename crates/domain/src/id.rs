//! Identifiers. Each kind of thing has its own type, so that two kinds cannot be mixed up.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Crockford's base 32 alphabet in lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The digit of each letter, in both cases; 32: none.
const DIGITS: [u8; 256] = {
    let mut digits = [32; 256];
    let mut digit = 0;
    while digit < 32 {
        let letter = ALPHABET[digit as usize];
        digits[letter as usize] = digit;
        digits[letter.to_ascii_uppercase() as usize] = digit;
        digit += 1;
    }
    digits
};

/// The text was not an identifier: 26 characters of Crockford's base 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct IdError;

fn print_id(value: u128, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0_u8; 26];
    let mut rest = value;
    for slot in text.iter_mut().rev() {
        *slot = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    out.write_str(std::str::from_utf8(&text).unwrap_or_default())
}

fn parse_id(text: &str) -> Result<u128, IdError> {
    let bytes = text.as_bytes();
    // The first character carries only the top three bits of 128.
    if bytes.len() != 26 || !(b'0'..=b'7').contains(&bytes[0]) {
        return Err(IdError);
    }
    bytes
        .iter()
        .try_fold(0_u128, |value, byte| match DIGITS[usize::from(*byte)] {
            32 => Err(IdError),
            digit => Ok(value << 5 | u128::from(digit)),
        })
}

/// Declares an identifier: 128 bits, printed as 26 characters that sort like the number.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u128);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                print_id(self.0, out)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_id(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// A picture or video, for ever: a UUIDv7, independent of its path and of its bytes.
    ImageId
);
id!(
    /// A folder that the gallery watches.
    RootId
);
id!(
    /// A library, whatever its address.
    LibraryId
);
id!(
    /// A prepared download.
    ExportId
);
id!(
    /// A photoset.
    SetId
);
id!(
    /// Something that somebody did, which can be taken back.
    OperationId
);
id!(
    /// A file on its way in.
    UploadId
);
id!(
    /// A piece of long work.
    JobId
);
id!(
    /// A result that the server holds so that scrolling through it stays stable.
    ResultId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_print_and_parse_and_keeps_its_order() {
        let values = [0, 1, 31, 32, u128::from(u64::MAX), u128::MAX - 1, u128::MAX];
        let texts: Vec<_> = values
            .iter()
            .map(|value| ImageId(*value).to_string())
            .collect();
        for (text, value) in texts.iter().zip(values) {
            assert_eq!(text.parse(), Ok(ImageId(value)));
            assert_eq!(text.to_uppercase().parse(), Ok(ImageId(value)));
        }
        assert!(texts.is_sorted());
    }

    #[test]
    fn what_is_not_an_id_is_refused() {
        for text in [
            "",
            "0",
            "../../etc/passwd",
            "80000000000000000000000000",
            "é0000000000000000000000000",
        ] {
            assert_eq!(text.parse::<ImageId>(), Err(IdError), "{text}");
        }
    }
}
