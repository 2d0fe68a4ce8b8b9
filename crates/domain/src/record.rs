//! What is told of a picture by whoever knows its address: a record, as other programs send it.
//!
//! Nothing here, and nothing in the gallery, ever asks for what lies at the address.

use serde::{Deserialize, Serialize};

use crate::{id::ImageId, image::Format};

/// Longest address in bytes.
pub const MOST_ADDRESS: usize = 2_048;

/// A record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Where the picture lies, as [`check_address`] lets it pass.
    pub address: String,
    /// Who had it made; empty: nobody was told.
    pub user: String,
    /// What it was made for, as in `generate` or `edit`; empty: nothing was told.
    pub intent: String,
    /// What somebody asked for.
    pub original: String,
    /// What became of that before the picture was made.
    pub refined: String,
    /// Whatever else was told, as a JSON object; empty: nothing.
    pub metadata: String,
}

impl Record {
    /// The prompt that the picture was made from: the refined one, where there is one.
    pub fn prompt(&self) -> &str {
        if self.refined.is_empty() {
            &self.original
        } else {
            &self.refined
        }
    }
}

/// What became of a record that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// There was none with its id.
    Created,
    /// There was one, and now it says what was sent.
    Updated,
    /// There was one that said the same.
    Unchanged,
    /// Nothing of it was kept: it cannot be understood, or its id is that of a picture that came in as a file.
    Refused,
}

/// What is answered about a record that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordAnswer {
    /// The id of its picture; absent where its address gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ImageId>,
    /// What became of it.
    pub outcome: Kept,
    /// The same in words for people.
    pub message: String,
}

/// Why a text is no address of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It has more than [`MOST_ADDRESS`] bytes.
    #[error("too long")]
    TooLong,
    /// It begins neither with `http://` nor with `https://`.
    #[error("neither http nor https")]
    Scheme,
    /// It holds a name or a password for its server.
    #[error("a name or a password")]
    Secret,
    /// Its server has no name that can be read, or it holds spaces, quotes or control characters.
    #[error("not an address")]
    Garbled,
}

/// Lets an address pass whose picture a browser could be sent to: with scheme and server in small letters and
/// without a fragment, so that the same place is the same text.
///
/// # Errors
/// What is wrong with it.
pub fn check_address(text: &str) -> Result<String, AddressError> {
    let text = text.trim();
    if text.len() > MOST_ADDRESS {
        return Err(AddressError::TooLong);
    }
    let (scheme, rest) = text.split_once("://").ok_or(AddressError::Scheme)?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(AddressError::Scheme);
    }
    let strange = |letter: char| {
        letter.is_control() || letter.is_whitespace() || "\"'<>\\^`{|}".contains(letter)
    };
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    if rest.contains(strange) {
        return Err(AddressError::Garbled);
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (server, path) = rest.split_at(end);
    if server.contains('@') {
        return Err(AddressError::Secret);
    }
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]_".contains(letter);
    let named = server.contains(|letter: char| letter.is_ascii_alphanumeric());
    if !named || !server.chars().all(plain) {
        return Err(AddressError::Garbled);
    }
    Ok(format!("{scheme}://{}{path}", server.to_ascii_lowercase()))
}

/// The server of an address, for people: `example.org`.
pub fn server_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    &rest[..end]
}

/// The path of an address, without what stands behind it.
fn path_of(address: &str) -> &str {
    let server = server_of(address);
    let rest = address.split_once(server).map_or("", |(_, rest)| rest);
    rest.split_once('?').map_or(rest, |(path, _)| path)
}

/// What a picture is called whose address is all that is known: the last part of its path, else its server.
pub fn name_of(address: &str) -> &str {
    let path = path_of(address).trim_end_matches('/');
    let last = path.rsplit_once('/').map_or(path, |(_, last)| last);
    if last.is_empty() {
        server_of(address)
    } else {
        last
    }
}

/// The kind of picture that an address promises by its ending. Where it promises none, or a video, which nothing
/// here could play, it is PNG.
pub fn format_of(address: &str) -> Format {
    let promised = Format::from_name(name_of(address));
    promised
        .filter(|format| !format.is_video())
        .unwrap_or(Format::Png)
}

/// The id in the path of an address: its last UUID, which services put there. `None` where there is none, or
/// only zeros.
pub fn id_in(address: &str) -> Option<ImageId> {
    let path = path_of(address);
    let begins = (0..path.len()).rev();
    let mut found = begins.filter_map(|begin| {
        let before = path[..begin].bytes().next_back();
        let apart = |byte: Option<u8>| !byte.is_some_and(|byte| byte.is_ascii_hexdigit());
        let rest = path.is_char_boundary(begin).then(|| &path[begin..])?;
        let after = rest.as_bytes().get(UUID).copied();
        (apart(before) && apart(after)).then(|| parse_uuid(rest.get(..UUID)?))?
    });
    found.find(|id| *id != 0).map(ImageId)
}

/// Letters of a UUID.
const UUID: usize = 36;

/// A UUID as it is usually written: `8d76bd3a-053e-4bb5-a2ab-ce147e53f40c`, in any case.
pub fn parse_uuid(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    if bytes.len() != UUID {
        return None;
    }
    let mut value = 0_u128;
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 8 | 13 | 18 | 23) {
            if *byte != b'-' {
                return None;
            }
            continue;
        }
        value = value << 4 | u128::from(char::from(*byte).to_digit(16)?);
    }
    Some(value)
}

/// The id of a picture as anybody may write it: as the gallery prints it, or as a UUID.
pub fn parse_id(text: &str) -> Option<ImageId> {
    let printed = text.parse().ok();
    printed.or_else(|| parse_uuid(text).map(ImageId))
}

/// An id as a UUID, as [`parse_uuid`] reads it.
pub fn uuid_text(id: ImageId) -> String {
    let digits = format!("{:032x}", id.0);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    parts.map(|part| &digits[part]).join("-")
}

/// A number as a UUID of version 8, which is for what its maker knows: an id for an address without one,
/// made from its hash.
pub fn id_from_hash(hash: u128) -> ImageId {
    let version = hash & !(0xf << 76) | 8 << 76;
    ImageId(version & !(0b11 << 62) | 0b10 << 62)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_pass() {
        for (sent, kept) in [
            ("https://a.test/x.png", "https://a.test/x.png"),
            (" HTTP://A.Test:8080/X.png#top ", "http://a.test:8080/X.png"),
            (
                "https://[2001:db8::1]/x?y=1&z",
                "https://[2001:db8::1]/x?y=1&z",
            ),
            ("https://a.test", "https://a.test"),
            ("https://a.test/日本.png", "https://a.test/日本.png"),
        ] {
            assert_eq!(check_address(sent).as_deref(), Ok(kept), "{sent}");
        }
        let long = format!("https://a.test/{}", "x".repeat(MOST_ADDRESS));
        for (sent, error) in [
            ("", AddressError::Scheme),
            ("javascript:alert(1)", AddressError::Scheme),
            ("javascript://a.test/%0aalert(1)", AddressError::Scheme),
            ("data:image/png;base64,AAAA", AddressError::Scheme),
            ("file:///etc/passwd", AddressError::Scheme),
            ("//a.test/x.png", AddressError::Scheme),
            ("https://user:word@a.test/x.png", AddressError::Secret),
            ("https://a.test\\@evil.test/", AddressError::Garbled),
            ("https:///x.png", AddressError::Garbled),
            ("https://.../x.png", AddressError::Garbled),
            ("https://a.test/x y.png", AddressError::Garbled),
            ("https://a.test/\"onclick=1", AddressError::Garbled),
            ("https://ä.test/x.png", AddressError::Garbled),
            (&long, AddressError::TooLong),
        ] {
            assert_eq!(check_address(sent), Err(error), "{sent}");
        }
    }

    #[test]
    fn an_address_tells_server_name_and_kind() {
        for (address, server, name, format) in [
            (
                "https://a.test/b/c.webp?d=e/f.png",
                "a.test",
                "c.webp",
                Format::Webp,
            ),
            ("https://a.test:81/b/", "a.test:81", "b", Format::Png),
            ("https://a.test/b.mp4", "a.test", "b.mp4", Format::Png),
            ("https://a.test", "a.test", "a.test", Format::Png),
            ("https://a.test?x=/y.gif", "a.test", "a.test", Format::Png),
        ] {
            let told = (server_of(address), name_of(address), format_of(address));
            assert_eq!(told, (server, name, format), "{address}");
        }
    }

    #[test]
    fn the_uuid_of_the_path_is_the_id() {
        let id = ImageId(0x8d76_bd3a_053e_4bb5_a2ab_ce14_7e53_f40c);
        for address in [
            "https://res.test/demo/8d76bd3a-053e-4bb5-a2ab-ce147e53f40c.jpg",
            "https://res.test/8D76BD3A-053E-4BB5-A2AB-CE147E53F40C/full",
            "https://res.test/11111111-053e-4bb5-a2ab-ce147e53f40c/8d76bd3a-053e-4bb5-a2ab-ce147e53f40c?v=2",
            "https://res.test/日本_8d76bd3a-053e-4bb5-a2ab-ce147e53f40c",
        ] {
            assert_eq!(id_in(address), Some(id), "{address}");
        }
        for address in [
            "https://res.test/x.png?id=8d76bd3a-053e-4bb5-a2ab-ce147e53f40c",
            "https://8d76bd3a-053e-4bb5-a2ab-ce147e53f40c.test/x.png",
            "https://res.test/00000000-0000-0000-0000-000000000000.png",
            "https://res.test/a8d76bd3a-053e-4bb5-a2ab-ce147e53f40c.png",
            "https://res.test/8d76bd3a-053e-4bb5-a2ab-ce147e53f40cd.png",
            "https://res.test/",
        ] {
            assert_eq!(id_in(address), None, "{address}");
        }
    }

    #[test]
    fn an_id_is_read_in_both_ways() {
        let text = "8d76bd3a-053e-4bb5-a2ab-ce147e53f40c";
        let id = parse_id(text).unwrap();
        assert_eq!(uuid_text(id), text);
        assert_eq!(parse_id(&id.to_string()), Some(id));
        assert_eq!(parse_id(&text.to_uppercase()), Some(id));
        for odd in ["", "8d76bd3a", "8d76bd3a+053e-4bb5-a2ab-ce147e53f40c"] {
            assert_eq!(parse_id(odd), None, "{odd}");
        }
    }

    #[test]
    fn an_id_from_a_hash_says_that_it_is_one() {
        for hash in [0, u128::MAX, 7 << 64] {
            let id = id_from_hash(hash).0;
            assert_eq!((id >> 76 & 15, id >> 62 & 3), (8, 2));
        }
        assert_eq!(id_from_hash(1).0 & 0xff, 1);
    }
}
