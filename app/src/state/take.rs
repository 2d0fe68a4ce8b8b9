//! What keys take from one picture: its pixels, its prompt, all its parameters, its workflow.

use domain::{
    image::{ImageCard, ImageDetail},
    recipe::RawChunk,
};
use leptos::task::spawn_local;

use super::toasts::Toasts;
use crate::{api::images::image, browser::files, words};

/// Something to take from a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// The picture itself, to the clipboard.
    Picture,
    /// The positive prompt, to the clipboard.
    Prompt,
    /// Prompts and parameters as programs read them back, to the clipboard.
    Parameters,
    /// The embedded workflow, as a file.
    Workflow,
}

/// Takes it and says so, or says why there is nothing. `known` saves asking the server.
pub fn take(what: Take, card: ImageCard, known: Option<ImageDetail>, toasts: Toasts) {
    spawn_local(async move {
        let done = if what == Take::Picture {
            picture(&card).await
        } else {
            let detail = match known {
                Some(detail) => detail,
                None => match image(card.id).await {
                    Ok(detail) => detail,
                    Err(problem) => return toasts.problem(&problem),
                },
            };
            if what == Take::Workflow {
                workflow(&detail)
            } else {
                text(what, &detail).await
            }
        };
        toasts.say(match done {
            Done::Taken => words::taken(what),
            Done::Nothing => words::nothing_to_take(what),
            Done::Forbidden => words::NO_CLIPBOARD,
        });
    });
}

/// How taking ended.
enum Done {
    Taken,
    Nothing,
    Forbidden,
}

fn copied(worked: bool) -> Done {
    if worked { Done::Taken } else { Done::Forbidden }
}

async fn picture(card: &ImageCard) -> Done {
    if card.format.is_video() {
        return Done::Nothing;
    }
    copied(files::copy_picture(card.original_url()).await)
}

async fn text(what: Take, detail: &ImageDetail) -> Done {
    let recipe = &detail.recipe;
    let text = match what {
        Take::Parameters if recipe.is_empty() => String::new(),
        Take::Parameters => words::infotext(recipe, (detail.card.width, detail.card.height)),
        _ => recipe.positive.clone(),
    };
    if text.trim().is_empty() {
        return Done::Nothing;
    }
    copied(files::copy(text).await)
}

fn workflow(detail: &ImageDetail) -> Done {
    match workflow_of(&detail.raw) {
        Some(text) => {
            save_workflow(&detail.card.name, text);
            Done::Taken
        }
        None => Done::Nothing,
    }
}

/// The embedded workflow, where there is one.
pub fn workflow_of(raw: &[RawChunk]) -> Option<&str> {
    let chunk = raw.iter().find(|chunk| chunk.key == "workflow")?;
    Some(&chunk.text)
}

/// Saves a workflow under the name of its picture.
pub fn save_workflow(picture: &str, text: &str) {
    let stem = picture.rsplit_once('.').map_or(picture, |(stem, _)| stem);
    files::save(&format!("{stem}.workflow.json"), "application/json", text);
}
