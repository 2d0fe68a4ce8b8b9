//! XMP packets: the envelope that several programs put their words into.

/// A packet of one description: its namespaces (prefix and address), and its properties (name with
/// prefix, and value). Texts stand in `rdf:Alt`, as the standard wants them.
pub(super) fn packet(namespaces: &[(&str, &str)], properties: &[(&str, &str)]) -> String {
    let spaces: Vec<String> = namespaces
        .iter()
        .map(|(prefix, address)| format!(" xmlns:{prefix}=\"{address}\""))
        .collect();
    let body: Vec<String> = properties
        .iter()
        .map(|(name, value)| {
            let value = escaped(value);
            let inner =
                format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{value}</rdf:li></rdf:Alt>");
            format!("<{name}>{inner}</{name}>")
        })
        .collect();
    let (spaces, body) = (spaces.concat(), body.concat());
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\"{spaces}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>\
         <?xpacket end=\"w\"?>"
    )
}

/// A text as XML and HTML want it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
