//! The texts beside the pictures of an archive.

use std::fmt::Write;

use domain::recipe::{Recipe, Sampling};
use serde_json::json;
use store::rows::FileRow;

/// A text that image programs read back: the prompt, then `Negative prompt:`, then one line of
/// parameters in the form that AUTOMATIC1111's web UI writes.
pub(super) fn infotext(file: &FileRow, recipe: &Recipe) -> String {
    let mut text = recipe.positive.trim().to_owned();
    if !recipe.negative.trim().is_empty() {
        let _ = write!(text, "\nNegative prompt: {}", recipe.negative.trim());
    }
    let none = Sampling::default();
    let run = recipe.primary().unwrap_or(&none);
    let mut line = Vec::new();
    let mut push = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            line.push(format!("{name}: {}", quoted(&value)));
        }
    };
    push("Steps", run.steps.map(|steps| steps.to_string()));
    push("Sampler", run.sampler.clone());
    push("Schedule type", run.scheduler.clone());
    push("CFG scale", run.cfg.map(|cfg| cfg.to_string()));
    push(
        "Distilled CFG Scale",
        run.guidance.map(|guidance| guidance.to_string()),
    );
    push("Seed", run.seed.map(|seed| seed.to_string()));
    push("Size", Some(format!("{}x{}", file.width, file.height)));
    push("Model", recipe.models.first().cloned());
    push("VAE", recipe.vae.clone());
    push(
        "Denoising strength",
        run.denoise.map(|denoise| denoise.to_string()),
    );
    let loras: Vec<String> = recipe
        .loras
        .iter()
        .map(|lora| match lora.weight {
            Some(weight) => format!("{}: {weight}", lora.name),
            None => lora.name.clone(),
        })
        .collect();
    push("Loras", Some(loras.join(", ")));
    push("Tool", Some(recipe.tool.clone()));
    if !line.is_empty() {
        text.push('\n');
        text.push_str(&line.join(", "));
    }
    text.push('\n');
    text
}

/// A value with a comma or colon is written as a JSON string, as the web UI does.
fn quoted(value: &str) -> String {
    if value.contains([',', ':', '\n', '"']) {
        serde_json::Value::from(value).to_string()
    } else {
        value.to_owned()
    }
}

/// Everything that is known of a picture's making, as JSON.
pub(super) fn json(file: &FileRow, recipe: &Recipe) -> String {
    let value = json!({
        "id": file.id,
        "name": file.name,
        "folder": file.folder,
        "width": file.width,
        "height": file.height,
        "date": file.date.minute_text(),
        "recipe": recipe,
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// The first line of `manifest.csv`.
pub(super) const MANIFEST_HEAD: &str = "file,id,original,folder,width,height,date,tool,model,\
     positive,negative,seed,steps,cfg,sampler,scheduler\r\n";

/// A picture's line of `manifest.csv` (RFC 4180).
pub(super) fn manifest_line(name: &str, file: &FileRow, recipe: &Recipe) -> String {
    let none = Sampling::default();
    let run = recipe.primary().unwrap_or(&none);
    let cells = [
        name.to_owned(),
        file.id.to_string(),
        file.name.clone(),
        file.folder.clone(),
        file.width.to_string(),
        file.height.to_string(),
        file.date.minute_text(),
        recipe.tool.clone(),
        recipe.models.first().cloned().unwrap_or_default(),
        recipe.positive.clone(),
        recipe.negative.clone(),
        run.seed.map(|seed| seed.to_string()).unwrap_or_default(),
        run.steps.map(|steps| steps.to_string()).unwrap_or_default(),
        run.cfg.map(|cfg| cfg.to_string()).unwrap_or_default(),
        run.sampler.clone().unwrap_or_default(),
        run.scheduler.clone().unwrap_or_default(),
    ];
    let mut line = cells.map(|text| cell(&text)).join(",");
    line.push_str("\r\n");
    line
}

/// A cell that a spreadsheet shows as text and never runs as a formula.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_breaks_its_line() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
        assert_eq!(cell("a cat"), "a cat");
    }
}
