//! C2PA manifests ("content credentials"): who claims to have made the picture, and how. JUMBF boxes
//! around CBOR. Nothing is validated: no signature, no hash, no chain of trust.

use super::Found;
use crate::{
    bytes::{be32, be64, text, until_nul},
    cbor::{self, Cbor},
};

/// The place of every text that was found here.
const PLACE: &str = "c2pa";

/// Deepest nesting of boxes, most manifests of one store, most actions of one manifest.
const DEPTH: u32 = 8;
const MANIFESTS: usize = 32;
const ACTIONS: usize = 64;

/// A box whose content begins with a label.
struct Labelled<'a> {
    label: String,
    content: &'a [u8],
}

/// Keeps what a manifest store claims; the manifest that counts is the last one.
pub(super) fn read(store: &[u8], found: &mut Found) {
    if std::mem::replace(&mut found.has_manifest, true) {
        return; // One store is allowed; a second could only repeat the work.
    }
    for outer in boxes(store, found).filter_map(labelled) {
        if outer.label != "c2pa" {
            continue;
        }
        for manifest in boxes(outer.content, found)
            .filter_map(labelled)
            .take(MANIFESTS)
        {
            parts(&manifest, found, 0);
        }
    }
}

/// Walks the parts of a manifest: claim, assertions, signature.
fn parts(parent: &Labelled<'_>, found: &mut Found, depth: u32) {
    if depth > DEPTH || !found.header() {
        return;
    }
    for (kind, content) in boxes(parent.content, found) {
        match kind {
            b"jumb" => {
                if let Some(part) = labelled((kind, content)) {
                    parts(&part, found, depth + 1);
                }
            }
            b"cbor" => {
                let Some(value) = cbor::parse(content) else {
                    found.notice(
                        "bad-manifest",
                        "A part of the provenance manifest is damaged.",
                    );
                    continue;
                };
                let label = parent.label.as_str();
                if label.starts_with("c2pa.claim") {
                    claim(&value, found);
                } else if label.starts_with("c2pa.actions") {
                    actions(&value, found);
                } else if label == "c2pa.signature" {
                    signer(&value, found);
                }
            }
            _ => {}
        }
    }
}

/// The boxes of a slice, as kind and content; at most as many as headers may be visited.
fn boxes<'a>(
    bytes: &'a [u8],
    found: &mut Found,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while let (Some(len), Some(kind)) = (be32(rest, 0), rest.get(4..8)) {
        let (head, len) = match len {
            0 => (8, rest.len()),
            1 => (
                16,
                be64(rest, 8).map_or(0, |len| usize::try_from(len).unwrap_or(usize::MAX)),
            ),
            len => (8, len as usize),
        };
        let Some(content) = rest.get(head..len) else {
            found.notice(
                "bad-manifest",
                "A part of the provenance manifest is damaged.",
            );
            break;
        };
        if !found.header() {
            break;
        }
        all.push((kind, content));
        rest = &rest[len..];
    }
    all.into_iter()
}

/// The label in the description box at the start of a superbox, and what follows that box.
fn labelled<'a>((kind, content): (&[u8], &'a [u8])) -> Option<Labelled<'a>> {
    let len = be32(content, 0)? as usize;
    let description = content.get(8..len)?;
    let has_label = description.get(16)? & 2 != 0;
    (kind == b"jumb" && content.get(4..8)? == b"jumd" && has_label).then(|| Labelled {
        label: text(until_nul(&description[17..])).into_owned(),
        content: &content[len..],
    })
}

/// The program that made the claim, with its version where that is told apart.
fn claim(claim: &Cbor<'_>, found: &mut Found) {
    let info = claim.get("claim_generator_info");
    // One map since version 2 of the claim, a list of maps before.
    let info = info.and_then(|info| info.list().first().or(Some(info)));
    let part = |name| info.and_then(|info| info.get(name)).and_then(Cbor::text);
    let named = part("name").map(|name| match part("version") {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    });
    let plain = claim.get("claim_generator").and_then(Cbor::text);
    if let Some(name) = named.or_else(|| plain.map(str::to_owned)) {
        found.text(PLACE, "claim_generator", &name);
    }
    if let Some(title) = claim.get("dc:title").and_then(Cbor::text) {
        found.text(PLACE, "title", title);
    }
}

/// What was done to the picture, by which software, and out of what kind of source.
fn actions(assertion: &Cbor<'_>, found: &mut Found) {
    let list = assertion.get("actions").map(Cbor::list).unwrap_or_default();
    for action in list.iter().take(ACTIONS) {
        let agent = action.get("softwareAgent");
        let agent = agent.and_then(|agent| agent.text().or_else(|| agent.get("name")?.text()));
        let field = |name| action.get(name).and_then(Cbor::text);
        for (key, value) in [
            ("action", field("action")),
            ("softwareAgent", agent),
            ("digitalSourceType", field("digitalSourceType")),
            ("description", field("description")),
        ] {
            // A key that means something elsewhere gets its own word.
            let key = if key == "description" {
                "action description"
            } else {
                key
            };
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                found.text(PLACE, key, value);
            }
        }
    }
}

/// The name in the certificate of a COSE signature.
fn signer(signature: &Cbor<'_>, found: &mut Found) {
    let parts = signature.list();
    let protected = parts.first().and_then(Cbor::bytes).and_then(cbor::parse);
    let chain = |header: &Cbor<'_>| {
        let chain = header.numbered(33).or_else(|| header.get("x5chain"))?;
        let first = chain.list().first().unwrap_or(chain);
        first.bytes().and_then(subject)
    };
    let name = protected
        .as_ref()
        .and_then(chain)
        .or_else(|| parts.get(1).and_then(chain));
    if let Some(name) = name {
        found.text(PLACE, "signer", &name);
    }
}

/// The organisation, or else the common name, of a certificate's subject.
fn subject(certificate: &[u8]) -> Option<String> {
    const SEQUENCE: u8 = 0x30;
    let open = |bytes, wanted| element(bytes).filter(|(tag, ..)| *tag == wanted);
    let (_, whole, _) = open(certificate, SEQUENCE)?;
    let (_, mut rest, _) = open(whole, SEQUENCE)?;
    // Version (where told), serial number, algorithm, issuer, validity, subject.
    if let Some((_, _, after)) = open(rest, 0xa0) {
        rest = after;
    }
    for _ in 0..4 {
        rest = element(rest)?.2;
    }
    let (_, mut names, _) = open(rest, SEQUENCE)?;
    let (mut organisation, mut common) = (None, None);
    while let Some((_, set, after)) = element(names) {
        names = after;
        let Some((_, pair, _)) = element(set) else {
            continue;
        };
        let Some((6, kind, value)) = element(pair) else {
            continue;
        };
        let value = element(value).map(|(_, value, _)| text(value).into_owned());
        match kind {
            [0x55, 4, 10] => organisation = value,
            [0x55, 4, 3] => common = value,
            _ => {}
        }
    }
    organisation.or(common)
}

/// The first element of DER: its tag, its content, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut len = usize::from(first);
    if first >= 0x80 {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 {
            return None;
        }
        let (digits, after) = rest.split_at_checked(count)?;
        len = digits
            .iter()
            .fold(0, |sum, digit| (sum << 8) | usize::from(*digit));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(len)?;
    Some((tag, content, after))
}
