//! `log.html` of Fooocus, one per day folder: a table per picture, and the same settings once more
//! behind the button that copies them.

use domain::recipe::Recipe;

use super::from_settings;
use crate::json::{self, Json};

/// Most pictures of one log.
const PICTURES: usize = 50_000;

/// Reads the pictures that a day's log names, in its order, each with its recipe. Pictures of which
/// nothing is told are left out.
pub fn fooocus_log(html: &str) -> Vec<(String, Recipe)> {
    let pictures = html.split("<img ").skip(1).take(PICTURES);
    pictures
        .filter_map(|part| {
            let name = attribute(part, "src")?;
            let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
            let recipe = copied(part).or_else(|| table(part))?;
            (!name.is_empty()).then(|| (decoded(name), recipe))
        })
        .collect()
}

/// The value of an attribute near the start of a tag.
fn attribute<'h>(tag: &'h str, name: &str) -> Option<&'h str> {
    let (tag, _) = tag.split_once('>')?;
    let (_, after) = tag.split_once(name)?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after[1..].split(quote).next()
}

/// The settings behind the button: JSON, percent-encoded.
fn copied(part: &str) -> Option<Recipe> {
    let (_, after) = part.split_once("to_clipboard('")?;
    let (text, _) = after.split_once('\'')?;
    let text = decoded(text);
    let text = json::clean(&text);
    let settings = json::parse(&text)?;
    Some(from_settings(&settings)?.recipe)
}

/// The settings of the table: two cells a row.
fn table(part: &str) -> Option<Recipe> {
    let mut settings = Vec::new();
    for row in part.split("<tr").skip(1).take(200) {
        let mut cells = row.split("<td").skip(1).filter_map(|cell| {
            let (_, text) = cell.split_once('>')?;
            text.split("</td>").next()
        });
        let (Some(label), Some(value)) = (cells.next(), cells.next()) else {
            continue;
        };
        let value = value.replace(" </br> ", "\n").replace("<br>", "\n");
        let label = label.replace("<b>", "").replace("</b>", "");
        settings.push((
            label.trim().to_owned().into(),
            Json::Text(value.trim().to_owned().into()),
        ));
    }
    Some(from_settings(&Json::Map(settings))?.recipe)
}

/// Resolves `%20` and its kin; what is no such mark stays.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
        if let (b'%', Some(high), Some(low)) = (byte, digit(at + 1), digit(at + 2)) {
            plain.push((high * 16 + low) as u8);
            at += 3;
        } else {
            plain.push(byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}
