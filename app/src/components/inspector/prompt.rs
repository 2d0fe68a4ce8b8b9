//! A prompt as running text, its weights and LoRA tags subtly marked.

use leptos::{prelude::*, task::spawn_local};

use crate::{browser::files, components::icon::Icon, state::toasts::use_toasts};

/// Prompts with more characters are folded to six lines.
const LONG: usize = 360;
/// No more marks than this: a hostile prompt must not become a hundred thousand elements.
const MARKS: usize = 400;

/// A prompt with its heading and copy button.
#[component]
pub fn Prompt(
    /// What it is: `Prompt`, `Negative prompt`.
    title: &'static str,
    /// Its text; nothing is shown when there is none.
    text: String,
    /// Tells the folding switches of a page apart.
    id: String,
) -> impl IntoView {
    if text.trim().is_empty() {
        return None;
    }
    let long = text.chars().count() > LONG || text.lines().count() > 6;
    let pieces = marks(&text);
    Some(view! {
        <section class="prompt" class:is-long=long>
            <div class="inspector-head">
                <h3>{title}</h3>
                <CopyButton label=format!("Copy {}", title.to_lowercase()) text />
            </div>
            {long.then(|| view! { <input type="checkbox" class="prompt-switch visually-hidden" id=id.clone() /> })}
            // `lang` is not known; `dir` is the browser's best guess from the text itself.
            <p class="prompt-text" dir="auto">
                {pieces
                    .into_iter()
                    .map(|mark| match mark {
                        Mark::Plain(text) => text.into_any(),
                        Mark::Weighted(text) => view! { <em>{text}</em> }.into_any(),
                        Mark::Syntax(text) => view! { <i>{text}</i> }.into_any(),
                    })
                    .collect_view()}
            </p>
            {long
                .then(|| {
                    view! {
                        <label class="prompt-more" for=id>
                            <span class="prompt-more-open">"Show all"</span>
                            <span class="prompt-more-close">"Show less"</span>
                        </label>
                    }
                })}
        </section>
    })
}

/// A button that puts a text on the clipboard and says so.
#[component]
pub fn CopyButton(
    /// What it does, for screen readers and as its tooltip.
    label: String,
    /// What is copied.
    text: String,
    /// Shows the label beside the icon.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let toasts = use_toasts();
    let copied = RwSignal::new(false);
    let said = label.clone();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            if files::copy(text).await {
                copied.try_set(true);
                crate::browser::timers::after(1600, move || {
                    copied.try_set(false);
                });
            } else {
                toasts
                    .say("The browser did not allow copying. Select the text and copy it by hand.");
            }
        });
    };
    view! {
        <button
            type="button"
            class="button is-quiet is-small copy-button needs-wasm"
            class:is-icon=!wide
            class:is-done=move || copied.get()
            aria-label=label.clone()
            title=label
            on:click=copy
        >
            <Show when=move || copied.get() fallback=|| view! { <Icon name="copy" /> }>
                <Icon name="check" />
            </Show>
            {wide.then_some(said)}
        </button>
    }
    .into_any()
}

/// A piece of a prompt.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    /// Text as it is.
    Plain(String),
    /// Text whose weight was changed.
    Weighted(String),
    /// What belongs to the notation: brackets, weights, LoRA tags.
    Syntax(String),
}

/// Finds `(words:1.2)` and `<lora:name:0.8>`; everything else stays text.
fn marks(text: &str) -> Vec<Mark> {
    let mut out = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(['(', '<']) {
        let start = at + found;
        at = start + 1;
        let escaped = text[..start].ends_with('\\');
        if escaped || out.len() > MARKS {
            continue;
        }
        let piece = if text[start..].starts_with('(') {
            weighted(&text[start..])
        } else {
            tag(&text[start..])
        };
        let Some((length, marks)) = piece else {
            continue;
        };
        if plain < start {
            out.push(Mark::Plain(text[plain..start].to_owned()));
        }
        out.extend(marks);
        plain = start + length;
        at = plain;
    }
    if plain < text.len() {
        out.push(Mark::Plain(text[plain..].to_owned()));
    }
    out
}

/// `(words:1.2)` at the start of a text: its length and its pieces.
fn weighted(text: &str) -> Option<(usize, Vec<Mark>)> {
    let inside = &text[1..];
    let end = inside.find(['(', ')'])?;
    let (words, weight) = inside[..end].rsplit_once(':')?;
    if !inside[end..].starts_with(')') || weight.trim().parse::<f32>().is_err() || words.is_empty()
    {
        return None;
    }
    let marks = vec![
        Mark::Syntax("(".to_owned()),
        Mark::Weighted(words.to_owned()),
        Mark::Syntax(format!(":{weight})")),
    ];
    Some((end + 2, marks))
}

/// `<lora:name:0.8>` at the start of a text.
fn tag(text: &str) -> Option<(usize, Vec<Mark>)> {
    let end = text.find('>')?;
    let inside = &text[1..end];
    let known = ["lora:", "lyco:", "hypernet:", "lora|", "embedding:"];
    let fits = inside.len() < 200 && known.iter().any(|kind| inside.starts_with(kind));
    fits.then(|| (end + 1, vec![Mark::Syntax(text[..=end].to_owned())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        let print = |mark: &Mark| match mark {
            Mark::Plain(text) => text.clone(),
            Mark::Weighted(text) => format!("*{text}*"),
            Mark::Syntax(text) => format!("[{text}]"),
        };
        marks(text).iter().map(print).collect()
    }

    #[test]
    fn weights_and_tags_are_marked_and_nothing_is_lost() {
        assert_eq!(printed("a (red cat:1.2), b"), "a [(]*red cat*[:1.2)], b");
        assert_eq!(printed("x <lora:detail:0.8> y"), "x [<lora:detail:0.8>] y");
        assert_eq!(
            printed(r"\(not:1.2) (no) (((a:1.1)))"),
            r"\(not:1.2) (no) (([(]*a*[:1.1)]))"
        );
        assert_eq!(printed("1 < 2 (漢字:0.5"), "1 < 2 (漢字:0.5");
    }
}
