//! The log that Fooocus keeps in the folder of each day: a table for every picture, and a button
//! that copies the same settings as JSON.

use super::{Recipe, fooocus, xmp::escaped};
use crate::art::Style;

/// The mark at which the program itself cuts the log to put new pictures on top.
const SPLIT: &str = "<!--fooocus-log-split-->";

/// The log of these pictures: name of the file, recipe and style of each.
pub(super) fn log(day: &str, pictures: &[(String, Recipe, &'static Style)]) -> String {
    let mut out = format!(
        "<!DOCTYPE html><html><head><title>Fooocus Log {day}</title></head><body>\n\
         <p>Fooocus Log {day} (private)</p>\n{SPLIT}\n"
    );
    // The newest comes first.
    for (name, recipe, style) in pictures.iter().rev() {
        out.push_str(&entry(name, recipe, style));
    }
    out.push_str(SPLIT);
    out.push_str("\n</body></html>\n");
    out
}

fn entry(name: &str, recipe: &Recipe, style: &Style) -> String {
    let mut rows = vec![
        ("Prompt".to_owned(), recipe.prompt.positive.clone()),
        ("Negative Prompt".to_owned(), recipe.prompt.negative.clone()),
        ("Performance".to_owned(), "Speed".to_owned()),
        ("Steps".to_owned(), recipe.steps.to_string()),
        (
            "Resolution".to_owned(),
            format!("({}, {})", recipe.size.0, recipe.size.1),
        ),
        ("Guidance Scale".to_owned(), recipe.cfg.to_string()),
        ("Base Model".to_owned(), recipe.model_stem().to_owned()),
        ("Sampler".to_owned(), recipe.sampler.to_owned()),
        ("Scheduler".to_owned(), recipe.scheduler.to_owned()),
        ("Seed".to_owned(), recipe.seed.to_string()),
    ];
    for (at, lora) in recipe.loras.iter().enumerate() {
        let value = format!("{} : {}", lora.name, lora.weight);
        rows.push((format!("LoRA {}", at + 1), value));
    }
    rows.push(("Version".to_owned(), fooocus::VERSION.to_owned()));
    let rows: Vec<String> = rows
        .iter()
        .map(|(label, value)| {
            let value = escaped(value).replace('\n', " </br> ");
            format!("<tr><td class='label'>{label}</td><td class='value'>{value}</td></tr>\n")
        })
        .collect();
    let rows = rows.concat();
    let copied = percent(&fooocus::record(recipe, style, fooocus::VERSION).python());
    format!(
        "<div id=\"{id}\" class=\"image-container\"><hr><table><tr><td><a href=\"{name}\" target=\"_blank\">\
         <img src='{name}' onerror=\"this.closest('.image-container').style.display='none';\" loading='lazy'/></a>\
         <div>{name}</div></td><td><table class='metadata'>{rows}</table></br>\
         <button onclick=\"to_clipboard('{copied}')\">Copy to Clipboard</button></td></tr></table></div>\n\n",
        id = name.replace('.', "_")
    )
}

/// What is neither letter, digit nor one of four marks, as `%` and two digits.
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend(
                [byte >> 4, byte & 15]
                    .map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])),
            );
        }
    }
    out
}
