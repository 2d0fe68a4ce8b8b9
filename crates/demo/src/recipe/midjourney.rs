//! Midjourney: the prompt with its flags and the id of its job as a description, and IPTC's word for
//! a picture that a model made.

use domain::{recipe::Sampling, time::Timestamp};

use super::{Recipe, services, xmp};

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe, job: &str, when: Timestamp) -> Vec<(&'static str, String)> {
    let (width, height) = recipe.size;
    let unwanted = match recipe.prompt.negative.as_str() {
        "" => String::new(),
        unwanted => format!(" --no {unwanted}"),
    };
    let told = format!(
        "{} --ar {width}:{height}{unwanted} --seed {} --stylize {} --v 6.1 Job ID: {job}",
        recipe.prompt.positive,
        recipe.seed,
        recipe.whim % 8 * 50 + 50
    );
    vec![
        ("Author", "proof".to_owned()),
        ("Description", told),
        ("Creation Time", when.minute_text() + ":00"),
    ]
}

/// The packet of a file.
pub(super) fn packet(job: &str) -> String {
    xmp::packet(
        &[("Iptc4xmpExt", services::IPTC)],
        &[
            ("Iptc4xmpExt:DigImageGUID", job),
            ("Iptc4xmpExt:DigitalSourceType", services::BY_MODEL),
        ],
    )
}

/// Neither model nor sampler is told.
pub(super) fn correct(run: &mut Sampling) {
    *run = Sampling {
        positive: std::mem::take(&mut run.positive),
        negative: std::mem::take(&mut run.negative),
        seed: run.seed,
        ..Sampling::default()
    };
}
