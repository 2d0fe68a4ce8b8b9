//! One picture as an XMP file, and back: what photo programs and Proofsheet think of it.
//!
//! Stars, rejection, colour and keywords are written where every program looks for them. What those have
//! no place for (a verdict beside stars, a favourite, a persona, an execution) stands beside them under a
//! namespace of our own, which also tells our files from those of others.

use std::fmt::Write as _;

use domain::{
    facts::Facts,
    judgement::{Edit, Label, MOST_STARS, Verdict},
    overlay::{Part, fitted},
    tag::{clean_name, clean_note, fold_name},
};
use metadata::{Property, XmpError};

use super::lines::{Line, flag, verdict};

/// Largest file that is read.
pub(super) const MOST_BYTES: u64 = 1 << 20;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const LIGHTROOM: &str = "http://ns.adobe.com/lightroom/1.0/";
const DYNAMIC: &str = "http://ns.adobe.com/xmp/1.0/DynamicMedia/";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
const DARKTABLE: &str = "http://darktable.sf.net/";
/// Ours.
const OWN: &str = "urn:proofsheet:xmp:1#";

/// Names of colours as programs write them: Lightroom and Bridge in English, what Bridge calls them at
/// first, and Lightroom in German, French, Spanish and Italian.
const COLOURS: [(Label, &[&str]); 4] = [
    (
        Label::Red,
        &["red", "select", "rot", "rouge", "rojo", "rosso"],
    ),
    (
        Label::Yellow,
        &["yellow", "second", "gelb", "jaune", "amarillo", "giallo"],
    ),
    (
        Label::Green,
        &["green", "approved", "grün", "vert", "verde"],
    ),
    (
        Label::Blue,
        &["blue", "review", "blau", "bleu", "azul", "blu"],
    ),
];

/// Whether there is anything to say of a picture.
pub(super) fn says(facts: &Facts, tags: &[&str]) -> bool {
    let judgement = facts.judgement;
    judgement.verdict != Verdict::Undecided
        || judgement.rating > 0
        || judgement.favourite
        || judgement.label.is_some()
        || !tags.is_empty()
        || !facts.note.is_empty()
        || !facts.persona.is_empty()
        || execution(facts).is_some()
}

/// The XMP file of a picture.
pub(super) fn written(facts: &Facts, tags: &[&str]) -> String {
    let judgement = facts.judgement;
    let execution = execution(facts);
    let mut out = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"Proofsheet\">\n <rdf:RDF xmlns:rdf=\"{RDF}\">\n  \
         <rdf:Description rdf:about=\"\"\n    xmlns:xmp=\"{XMP}\"\n    xmlns:dc=\"{DC}\"\n    \
         xmlns:proofsheet=\"{OWN}\""
    );
    let mut attribute = |name: &str, value: &str| {
        // Memory takes everything.
        let _ = write!(out, "\n    {name}=\"{}\"", escaped(value));
    };
    attribute(
        "xmp:Rating",
        &standard(judgement.verdict, judgement.rating).to_string(),
    );
    if let Some(label) = judgement.label {
        attribute("xmp:Label", colour(label));
    }
    attribute("proofsheet:file", &place(facts));
    attribute("proofsheet:verdict", judgement.verdict.word());
    attribute("proofsheet:stars", &judgement.rating.to_string());
    attribute(
        "proofsheet:favourite",
        if judgement.favourite { "True" } else { "False" },
    );
    if !facts.persona.is_empty() {
        attribute("proofsheet:persona", &facts.persona);
    }
    if let Some(execution) = execution {
        attribute("proofsheet:execution", &execution);
    }
    let start = format!("{out}\n    {SEAL}");
    let end = lists(facts, tags);
    format!(
        "{start}{}\"{end}",
        seal(&start[..start.len() - SEAL.len()], &end)
    )
}

/// Keywords and note, and the end of the file.
fn lists(facts: &Facts, tags: &[&str]) -> String {
    let mut out = ">".to_owned();
    if !tags.is_empty() {
        out.push_str("\n   <dc:subject>\n    <rdf:Bag>");
        for tag in tags {
            let _ = write!(out, "\n     <rdf:li>{}</rdf:li>", escaped(tag));
        }
        out.push_str("\n    </rdf:Bag>\n   </dc:subject>");
    }
    if !facts.note.is_empty() {
        let _ = write!(
            out,
            "\n   <dc:description>\n    <rdf:Alt>\n     <rdf:li xml:lang=\"x-default\">{}</rdf:li>\n    \
             </rdf:Alt>\n   </dc:description>",
            escaped(&facts.note)
        );
    }
    out.push_str("\n  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>\n");
    out
}

/// Whether a file is as we wrote it, so that it may be written again: its seal is that of all its other
/// bytes. What another program changed, be it a star, is that program's.
pub(super) fn is_ours(packet: &[u8]) -> bool {
    let text = str::from_utf8(packet).unwrap_or_default();
    let Some((start, rest)) = text.split_once(SEAL) else {
        return false;
    };
    let Some((own, end)) = rest.split_once('"') else {
        return false;
    };
    own == seal(start, end)
}

/// Begins the seal.
const SEAL: &str = "proofsheet:seal=\"";

fn seal(start: &str, end: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(start.as_bytes());
    hasher.update(b"\0");
    hasher.update(end.as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}

/// What a file says of its picture, which is called as `name`, the name of the file, says. The error is a
/// part of a sentence.
pub(super) fn read(name: &str, packet: &[u8]) -> Result<Line, &'static str> {
    let properties = metadata::xmp(packet).map_err(reason)?;
    let said = Said(&properties);
    let mut line = of_name(name);
    let ours = said.one(OWN, "verdict").and_then(verdict);
    if let Some(file) = said.one(OWN, "file").filter(|_| ours.is_some()) {
        file.clone_into(&mut line.file);
        (line.stem, line.elsewhere) = (false, true);
    }
    judge(&mut line, &said, ours);
    line.label = said.label().map(|label| Edit::Label(Some(label)));
    let deep = said.all(LIGHTROOM, "hierarchicalSubject");
    let leaves = deep.filter_map(|path| path.rsplit('|').next());
    let mut folded = Vec::new();
    for tag in said.all(DC, "subject").chain(leaves) {
        if let Ok(tag) = clean_name(tag)
            && !folded.contains(&fold_name(&tag))
        {
            folded.push(fold_name(&tag));
            line.tags.push(tag);
        }
    }
    if ours.is_some() {
        if said.one(XMP, "Label").is_none() {
            line.label = Some(Edit::Label(None));
        }
        // Others describe a picture by its prompt.
        line.note = said.one(DC, "description").and_then(clean_note);
        line.persona = said.one(OWN, "persona").map(str::to_owned);
        let execution = said.one(OWN, "execution").map(fitted);
        line.fields
            .extend(execution.map(|value| (Part::Execution, value)));
    }
    Ok(line)
}

/// Verdict, stars and favourite.
fn judge(line: &mut Line, said: &Said<'_>, ours: Option<Verdict>) {
    let rating = said
        .one(XMP, "Rating")
        .and_then(|text| text.parse::<f64>().ok());
    let rating = rating.map(|rating| (rating.round() as i64).clamp(-1, i64::from(MOST_STARS)));
    let pick = said.one(DYNAMIC, "pick");
    if let Some(own) = ours {
        let stars = said.one(OWN, "stars").and_then(|text| text.parse().ok());
        let stars = stars.filter(|stars| *stars <= MOST_STARS).unwrap_or(0);
        line.favourite = said.one(OWN, "favourite").and_then(flag);
        (line.verdict, line.rating) = (Some(own), Some(stars));
        if rating.unwrap_or(0) == standard(own, stars) {
            return;
        }
        // Another program changed its stars since.
        if own == Verdict::Rejected {
            line.verdict = Some(Verdict::Undecided);
        }
    }
    match rating {
        Some(-1) => {
            line.verdict = Some(Verdict::Rejected);
        }
        // Nobody who writes 0 there means more than "no stars yet".
        Some(0) if ours.is_none() => {}
        Some(stars) => line.rating = u8::try_from(stars).ok(),
        None => {}
    }
    if ours.is_none() {
        match pick {
            Some("1") => line.verdict = Some(Verdict::Approved),
            Some("-1") => line.verdict = Some(Verdict::Rejected),
            _ => {}
        }
    }
}

/// A line about the picture that a file's name means: `a.png.xmp` is about `a.png`, `a.xmp` about any picture
/// `a`.
fn of_name(name: &str) -> Line {
    let end = name.len().saturating_sub(".xmp".len());
    let file = name.get(..end).unwrap_or_default();
    Line {
        file: file.to_owned(),
        stem: domain::image::Format::from_name(file).is_none(),
        elsewhere: true,
        ..Line::default()
    }
}

/// Why a file is not read, as the end of a sentence.
fn reason(error: XmpError) -> &'static str {
    match error {
        XmpError::TooLarge => "it is larger than 1 MB",
        XmpError::TooDeep => "its parts lie too deep in each other, or are too many",
        XmpError::Declares => "it declares a document type, which XMP does not have",
        XmpError::Damaged => "it is not well-formed XML",
        XmpError::Nothing => "it is no XMP",
    }
}

/// What a packet says.
struct Said<'a>(&'a [Property]);

impl<'a> Said<'a> {
    fn all(&self, namespace: &str, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut found = Vec::new();
        for one in self.0 {
            if one.namespace == namespace && one.name == name {
                found.extend(one.values.iter().map(String::as_str));
            }
        }
        found.into_iter()
    }

    fn one(&self, namespace: &str, name: &str) -> Option<&'a str> {
        self.all(namespace, name).map(str::trim).next()
    }

    fn label(&self) -> Option<Label> {
        let named = |text: &str| {
            let folded = text.to_lowercase();
            let known = COLOURS.iter();
            let mut known = known.filter(|(_, names)| names.contains(&folded.as_str()));
            known.next().map(|(label, _)| *label)
        };
        let numbered = |text: &str| Label::ALL.get(text.parse::<usize>().ok()?).copied();
        let label = self.one(XMP, "Label").and_then(named);
        let label = label.or_else(|| self.one(PHOTOSHOP, "LabelColor").and_then(named));
        label.or_else(|| self.one(DARKTABLE, "colorlabels").and_then(numbered))
    }
}

/// Stars as every program reads them.
fn standard(verdict: Verdict, stars: u8) -> i64 {
    if verdict == Verdict::Rejected {
        -1
    } else {
        i64::from(stars)
    }
}

fn colour(label: Label) -> &'static str {
    match label {
        Label::Red => "Red",
        Label::Yellow => "Yellow",
        Label::Green => "Green",
        Label::Blue => "Blue",
    }
}

/// Folder and name.
pub(super) fn place(facts: &Facts) -> String {
    if facts.folder.is_empty() {
        facts.name.clone()
    } else {
        format!("{}/{}", facts.folder, facts.name)
    }
}

/// The execution that a log told of a picture.
fn execution(facts: &Facts) -> Option<String> {
    let parameters = facts.parameters.as_ref()?;
    let name = Part::Execution.parameter()?;
    super::plan::logged(parameters, &name).map(|value| value.to_string())
}

/// A text in XML, as attribute and as element. XML has no place for most control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            '\u{fffe}' | '\u{ffff}' => {}
            letter if letter.is_control() && u32::from(letter) < 0x20 => {}
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests;
