//! `NovelAI`: a description for people, the source model, and a JSON comment.

use super::Recipe;
use crate::json::{Json, object};

/// What the files name as the model.
pub(super) const SOURCE: &str = "NovelAI Diffusion V4.5 4BDE2A90";

/// What is hidden in transparency: all chunks as one map.
pub(super) fn envelope(recipe: &Recipe) -> String {
    let pairs = chunks(recipe).into_iter();
    Json::Object(
        pairs
            .map(|(key, text)| (key.to_owned(), text.into()))
            .collect(),
    )
    .python()
}

/// The chunks of a file.
pub(super) fn chunks(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let caption = |text: &str| {
        object([
            (
                "caption",
                object([
                    ("base_caption", text.into()),
                    ("char_captions", Json::List(Vec::new())),
                ]),
            ),
            ("use_coords", false.into()),
            ("legacy_uc", false.into()),
        ])
    };
    let record = object([
        ("prompt", recipe.prompt.positive.as_str().into()),
        ("steps", recipe.steps.into()),
        ("height", recipe.size.1.into()),
        ("width", recipe.size.0.into()),
        ("scale", recipe.cfg.into()),
        ("uncond_scale", 0.0.into()),
        ("cfg_rescale", 0.0.into()),
        ("seed", recipe.seed.into()),
        ("n_samples", 1_u32.into()),
        ("noise_schedule", recipe.scheduler.into()),
        ("v4_prompt", caption(&recipe.prompt.positive)),
        ("v4_negative_prompt", caption(&recipe.prompt.negative)),
        ("sampler", recipe.sampler.into()),
        ("sm", false.into()),
        ("sm_dyn", false.into()),
        ("lora_unet_weights", Json::Null),
        ("version", 1_u32.into()),
        ("uc", recipe.prompt.negative.as_str().into()),
        ("request_type", "PromptGenerateRequest".into()),
    ]);
    vec![
        ("Title", "NovelAI generated image".to_owned()),
        ("Description", recipe.prompt.positive.clone()),
        ("Software", "NovelAI".to_owned()),
        ("Source", SOURCE.to_owned()),
        ("Generation time", "4.216".to_owned()),
        ("Comment", record.python()),
    ]
}
