//! The properties of an XMP packet, as programs for photos write them beside a picture.
//!
//! A packet is RDF in XML. A property stands as an attribute of `rdf:Description` or as an element in it,
//! with a text or with a list (`rdf:Bag`, `rdf:Seq`, `rdf:Alt`) of texts; structures are passed over. Files
//! come from anywhere: their size, depth and declarations are bounded, and nothing is ever expanded.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::bytes;

/// Largest packet that is read, in bytes.
const MOST: usize = 1 << 20;
/// Elements within each other; honest packets have eight.
const DEEPEST: usize = 64;
/// Prefixes that may be declared at a time, because each name looks through them.
const PREFIXES: usize = 256;
/// Attributes of one element.
const ATTRIBUTES: usize = 2_048;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// One property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The address of its namespace, whatever prefix the file gave it.
    pub namespace: String,
    /// Its name in that.
    pub name: String,
    /// Its values; of texts in several languages the default comes first.
    pub values: Vec<String>,
}

/// Why a packet is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XmpError {
    /// It has more bytes than any packet of a photo program.
    TooLarge,
    /// Its elements lie too deep in each other, or it declares or lists too much at one place.
    TooDeep,
    /// It declares a type of document, by which XML can be made to expand without end.
    Declares,
    /// It is no XML, or it breaks off.
    Damaged,
    /// It is XML without any description of a picture.
    Nothing,
}

/// Reads a packet. What it does not say well is left out; what it must not do is an error.
pub fn xmp(packet: &[u8]) -> Result<Vec<Property>, XmpError> {
    if packet.len() > MOST {
        return Err(XmpError::TooLarge);
    }
    let text = match packet {
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => bytes::utf16(packet).into(),
        _ => bytes::text(packet),
    };
    let text = text.trim_start_matches('\u{feff}').trim_end_matches('\0');
    let mut reader = Reader::from_str(text);
    let mut walk = Walk::default();
    loop {
        match reader.read_event().map_err(|_| XmpError::Damaged)? {
            Event::Start(tag) => walk.open(&tag)?,
            Event::Empty(tag) => {
                walk.open(&tag)?;
                walk.close();
            }
            Event::End(_) => walk.close(),
            Event::Text(text) => walk.text(&String::from_utf8_lossy(&text)),
            Event::CData(text) => walk.text(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => {
                walk.text(&entity(&String::from_utf8_lossy(&name)).unwrap_or_default());
            }
            Event::DocType(_) => return Err(XmpError::Declares),
            Event::Eof if walk.open.is_empty() => break,
            Event::Eof => return Err(XmpError::Damaged),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    if walk.described {
        Ok(walk.found)
    } else {
        Err(XmpError::Nothing)
    }
}

/// What an element means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Description,
    Property,
    List,
    /// One of a list; whether it is the default of several languages.
    Item(bool),
    Other,
}

#[derive(Default)]
struct Walk {
    /// The elements that are open, each with how many prefixes were known before it.
    open: Vec<(Kind, usize)>,
    /// Prefixes and what they stand for, the newest last.
    prefixes: Vec<(String, String)>,
    found: Vec<Property>,
    described: bool,
    /// The property that is open, and its text outside of lists.
    property: Option<Property>,
    text: String,
    item: String,
}

impl Walk {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), XmpError> {
        let known = self.prefixes.len();
        let attributes = attributes(tag)?;
        for (name, value) in &attributes {
            let prefix = name.strip_prefix("xmlns:");
            if let Some(prefix) = prefix.or((name == "xmlns").then_some("")) {
                self.prefixes.push((prefix.to_owned(), value.clone()));
            }
        }
        if self.prefixes.len() > PREFIXES || self.open.len() >= DEEPEST {
            return Err(XmpError::TooDeep);
        }
        let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
        let (namespace, name) = self.resolved(&name, true);
        let is_rdf = namespace == RDF;
        let above = self.open.last().map(|(kind, _)| *kind);
        let kind = match (above, name.as_str()) {
            (Some(Kind::Description), _) => Kind::Property,
            (Some(Kind::Property), "Bag" | "Seq" | "Alt") if is_rdf => Kind::List,
            (Some(Kind::List), "li") if is_rdf => {
                let default = attributes.iter().any(|(name, value)| {
                    name == "xml:lang" && value.eq_ignore_ascii_case("x-default")
                });
                Kind::Item(default)
            }
            (_, "Description") if is_rdf && self.property.is_none() => Kind::Description,
            _ => Kind::Other,
        };
        match kind {
            Kind::Description => {
                self.described = true;
                self.take_attributes(attributes);
            }
            Kind::Property => {
                self.text.clear();
                self.property = Some(Property {
                    namespace,
                    name,
                    values: Vec::new(),
                });
            }
            Kind::Item(_) => self.item.clear(),
            Kind::List | Kind::Other => {}
        }
        self.open.push((kind, known));
        Ok(())
    }

    fn close(&mut self) {
        // The reader makes sure that whatever closes was open.
        let Some((kind, known)) = self.open.pop() else {
            return;
        };
        self.prefixes.truncate(known);
        match kind {
            Kind::Item(default) => {
                let value = self.item.trim();
                if let Some(property) = self.property.as_mut().filter(|_| !value.is_empty()) {
                    let at = if default { 0 } else { property.values.len() };
                    property.values.insert(at, value.to_owned());
                }
            }
            Kind::Property => {
                if let Some(mut property) = self.property.take() {
                    let text = self.text.trim();
                    if property.values.is_empty() && !text.is_empty() {
                        property.values.push(text.to_owned());
                    }
                    self.found.push(property);
                }
            }
            Kind::Description | Kind::List | Kind::Other => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last() {
            Some((Kind::Property, _)) => self.text.push_str(text),
            Some((Kind::Item(_), _)) => self.item.push_str(text),
            _ => {}
        }
    }

    fn take_attributes(&mut self, attributes: Vec<(String, String)>) {
        for (name, value) in attributes {
            if name.starts_with("xml") {
                continue;
            }
            let (namespace, name) = self.resolved(&name, false);
            if !namespace.is_empty() && namespace != RDF {
                self.found.push(Property {
                    namespace,
                    name,
                    values: vec![value],
                });
            }
        }
    }

    /// The namespace of a name and the name in it. Only elements have one without a prefix.
    fn resolved(&self, name: &str, element: bool) -> (String, String) {
        let (prefix, local) = match name.split_once(':') {
            Some(parts) => parts,
            None if element => ("", name),
            None => return (String::new(), name.to_owned()),
        };
        let known = self.prefixes.iter().rev();
        let namespace = known
            .into_iter()
            .find(|(own, _)| own == prefix)
            .map(|(_, address)| address.clone());
        (namespace.unwrap_or_default(), local.to_owned())
    }
}

fn attributes(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, XmpError> {
    let mut found = Vec::new();
    // Looking for equal names compares each with each.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| XmpError::Damaged)?;
        if found.len() == ATTRIBUTES {
            return Err(XmpError::TooDeep);
        }
        let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        found.push((name, unescaped(&String::from_utf8_lossy(&attribute.value))));
    }
    Ok(found)
}

/// A text with its five named entities and numbered ones; any other stays out.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some((name, rest)) = part.split_once(';') {
            out.push_str(&entity(name).unwrap_or_default());
            out.push_str(rest);
        } else {
            out.push('&');
            out.push_str(part);
        }
    }
    out
}

fn entity(name: &str) -> Option<String> {
    let letter = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some(letter.to_string())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const XMP: &str = "http://ns.adobe.com/xap/1.0/";
    const DC: &str = "http://purl.org/dc/elements/1.1/";

    fn packet(inside: &str) -> String {
        format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"{RDF}\">{inside}</rdf:RDF>\
             </x:xmpmeta><?xpacket end=\"w\"?>"
        )
    }

    fn told(text: &str) -> Vec<(String, String, Vec<String>)> {
        let properties = xmp(text.as_bytes()).unwrap();
        let one = |one: Property| (one.namespace, one.name, one.values);
        properties.into_iter().map(one).collect()
    }

    fn property(namespace: &str, name: &str, values: &[&str]) -> (String, String, Vec<String>) {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        (namespace.to_owned(), name.to_owned(), values)
    }

    #[test]
    fn attributes_and_elements_say_the_same() {
        let as_attribute = packet(&format!(
            "<rdf:Description rdf:about='' xmlns:q='{XMP}' q:Rating='3' q:Label='Re&amp;d&#x21;'/>"
        ));
        let as_element = packet(&format!(
            "<rdf:Description xmlns:xmp='{XMP}'>\n<xmp:Rating> 3 </xmp:Rating>\
             <xmp:Label><![CDATA[Re&d]]>&#33;</xmp:Label></rdf:Description>"
        ));
        let expected = [
            property(XMP, "Rating", &["3"]),
            property(XMP, "Label", &["Re&d!"]),
        ];
        assert_eq!(told(&as_attribute), expected);
        assert_eq!(told(&as_element), expected);
        let utf16: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(as_element.trim_start_matches('\u{feff}').encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(xmp(&utf16).unwrap().len(), 2);
    }

    #[test]
    fn lists_are_read_and_structures_passed_over() {
        let text = packet(&format!(
            "<rdf:Description xmlns='{DC}' xmlns:x='urn:x'><subject><rdf:Bag><rdf:li>cat</rdf:li>\
             <rdf:li> Ödön &lt;3 </rdf:li><rdf:li/></rdf:Bag></subject>\
             <description><rdf:Alt><rdf:li xml:lang='de'>ja</rdf:li>\
             <rdf:li xml:lang='x-default'>yes</rdf:li></rdf:Alt></description>\
             <x:history><rdf:Seq><rdf:li rdf:parseType='Resource'><x:when>now</x:when></rdf:li>\
             <rdf:li><rdf:Description x:when='then'/></rdf:li></rdf:Seq></x:history>\
             </rdf:Description>"
        ));
        let expected = [
            property(DC, "subject", &["cat", "Ödön <3"]),
            property(DC, "description", &["yes", "ja"]),
            property("urn:x", "history", &[]),
        ];
        assert_eq!(told(&text), expected);
    }

    #[test]
    fn what_is_no_packet_is_told() {
        for (text, error) in [
            ("", XmpError::Nothing),
            ("a picture", XmpError::Nothing),
            ("<a/>", XmpError::Nothing),
            ("<a><b></a>", XmpError::Damaged),
            ("<a", XmpError::Damaged),
            ("<rdf:Description>", XmpError::Damaged),
        ] {
            assert_eq!(xmp(text.as_bytes()), Err(error), "{text}");
        }
        assert_eq!(xmp(&vec![b' '; MOST + 1]), Err(XmpError::TooLarge));
    }

    #[test]
    fn hostile_files_are_refused_at_once() {
        let began = std::time::Instant::now();
        let mut laughs = "<!DOCTYPE lolz [<!ENTITY a0 \"lol\">".to_owned();
        for level in 1..12 {
            let inner = format!("&a{};", level - 1).repeat(10);
            let _ = write!(laughs, "<!ENTITY a{level} \"{inner}\">");
        }
        let laughs = format!("{laughs}]>{}", packet("&a11;"));
        assert_eq!(xmp(laughs.as_bytes()), Err(XmpError::Declares));
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert_eq!(xmp(deep.as_bytes()), Err(XmpError::TooDeep));
        let numbered = |one: &dyn Fn(usize) -> String| -> String { (0..60_000).map(one).collect() };
        let wide = packet(&format!(
            "<rdf:Description {}/>",
            numbered(&|number| format!("a{number}='' "))
        ));
        assert_eq!(xmp(wide.as_bytes()), Err(XmpError::TooDeep));
        let declared = packet(&format!(
            "<rdf:Description {}/>",
            numbered(&|number| format!("xmlns:a{number}='' "))
        ));
        let refused = xmp(declared.as_bytes());
        assert!(matches!(
            refused,
            Err(XmpError::TooDeep | XmpError::TooLarge)
        ));
        // Many small things are just many.
        let many = packet(&format!(
            "<rdf:Description xmlns:q='urn:q'>{}</rdf:Description>",
            numbered(&|_| "<q:a>b</q:a>".to_owned())
        ));
        assert_eq!(xmp(many.as_bytes()).unwrap().len(), 60_000);
        let unknown = packet("<rdf:Description xmlns:q='urn:q' q:a='&b;c'/>");
        assert_eq!(told(&unknown), [property("urn:q", "a", &["c"])]);
        assert!(began.elapsed().as_secs() < 20);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, text in "[<>a:='/& rdfDescriptonxml\\[\\]!?-]{0,200}") {
            let _ = xmp(&bytes);
            let _ = xmp(text.as_bytes());
            let _ = xmp(packet(&text).as_bytes());
        }
    }
}
