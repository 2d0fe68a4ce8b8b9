//! XMP: an RDF packet, of which only texts that generators write are taken out.
//!
//! No XML parser: a search for a few property names, as attribute or as element, costs one pass per
//! name and cannot be made to nest, expand or loop.

use super::Found;
use crate::bytes;

/// Properties that hold a generator's words: those of cameras and viewers in which some hide them,
/// `ComfyUI`'s own, and those that say whether and how a machine made the picture.
const PROPERTIES: &[&str] = &[
    "UserComment",
    "description",
    "parameters",
    "prompt",
    "workflow",
    "AISystemUsed",
    "AISystemVersionUsed",
    "AIPromptInformation",
    "AIPromptWriterName",
    "DigitalSourceType",
    "CreatorTool",
    "Credit",
    "AIGC",
];

/// Keeps a packet and the generator's words in it.
pub(super) fn read(packet: &[u8], found: &mut Found) {
    let packet = bytes::text(packet);
    for name in PROPERTIES {
        if let Some(value) = property(&packet, name)
            && !value.trim().is_empty()
        {
            found.text("xmp", name, value.trim());
        }
    }
    found.text("xmp", "packet", packet.trim_end());
}

/// Most places at which a property is looked for, and the longest opening tag after its name.
const PLACES: usize = 16;
const TAG: usize = 4096;
/// The longest closing tag.
const CLOSING: usize = 128;

/// The first value of `prefix:name`, as attribute or as element, without inner tags.
fn property(packet: &str, name: &str) -> Option<String> {
    let places = packet
        .match_indices(name)
        .filter(|(at, _)| packet[..*at].ends_with(':'));
    for (at, _) in places.take(PLACES) {
        let after = packet[at + name.len()..].trim_start();
        if let Some(quoted) = after.strip_prefix('=') {
            let quoted = quoted.trim_start();
            let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let end = quoted[1..].find(quote)?;
            return Some(unescaped(&quoted[1..=end]));
        }
        let Some(open) = after.bytes().take(TAG).position(|byte| byte == b'>') else {
            continue;
        };
        let resource = after[..open].split_once("resource=");
        if let Some(quoted) = resource.map(|(_, quoted)| quoted)
            && let Some(value) = quoted
                .get(1..)
                .and_then(|rest| rest.split(['"', '\'']).next())
        {
            return Some(unescaped(value));
        }
        if after[..open].ends_with('/') {
            continue;
        }
        let body = &after[open + 1..];
        let (end, _) = body
            .match_indices("</")
            .find(|(at, _)| closes(&body.as_bytes()[at + 2..], name))?;
        return Some(unescaped(&without_tags(&body[..end])));
    }
    None
}

/// Whether a closing tag begins here, after `</`, whose name without its prefix is `name`. Only a
/// short way is looked at: a packet may be full of tags that never end.
fn closes(rest: &[u8], name: &str) -> bool {
    let near = &rest[..rest.len().min(CLOSING)];
    let Some(end) = near.iter().position(|byte| *byte == b'>') else {
        return false;
    };
    let tag = near[..end].trim_ascii_end();
    tag.rsplit(|byte| *byte == b':').next() == Some(name.as_bytes())
}

/// The text between the tags of `rdf:Alt` and `rdf:li`.
fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (at, part) in text.split('<').enumerate() {
        let text = if at == 0 {
            part
        } else {
            part.split_once('>').map_or("", |(_, text)| text)
        };
        plain.push_str(text);
    }
    plain
}

/// Resolves the five named entities and numbered ones.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut parts = text.split('&');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let letter = part
            .split_once(';')
            .and_then(|(name, rest)| Some((entity(name)?, rest)));
        if let Some((letter, rest)) = letter {
            plain.push(letter);
            plain.push_str(rest);
        } else {
            plain.push('&');
            plain.push_str(part);
        }
    }
    plain
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_of_nothing_but_names_is_given_up() {
        let start = std::time::Instant::now();
        for part in [
            ":prompt",
            ":prompt>",
            ":prompt/>",
            ":prompt></",
            ":prompt=\"",
        ] {
            assert!(property(&part.repeat(200_000), "prompt").is_none_or(|text| text.len() < 100));
        }
        assert!(start.elapsed().as_secs() < 2);
    }

    #[test]
    fn properties_are_found_as_attributes_and_as_elements() {
        let packet = r#"<x:xmpmeta xmlns:prompt="no"><rdf:Description comfy:prompt='{"a": "&lt;&#x4e2d;&gt;"}'>
            <exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">one &amp; two &bogus;</rdf:li></rdf:Alt></exif:UserComment>
            <dc:description/></rdf:Description>"#;
        assert_eq!(
            property(packet, "UserComment").as_deref(),
            Some("one & two &bogus;")
        );
        assert_eq!(property(packet, "description"), None);
        assert_eq!(
            property("<a c:prompt='{1}'/>", "prompt").as_deref(),
            Some("{1}")
        );
        assert_eq!(property("<a c:prompt=", "prompt"), None);
    }
}
