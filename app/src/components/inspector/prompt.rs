//! A prompt as running text: its weights and LoRA tags subtly marked, each token a link.

use domain::{
    prompt::{Dialect, SpanKind, TokenKind, spans, tokens},
    query::Field,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::files,
    components::icon::Icon,
    state::{
        query::{QueryState, use_query},
        toasts::use_toasts,
    },
    words,
};

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
    /// Whose notation it is written in.
    dialect: Dialect,
    /// Makes a link of each token, which keeps the pictures that have it.
    #[prop(optional)]
    links: bool,
    /// Tells the folding switches of a page apart.
    id: String,
) -> impl IntoView {
    if text.trim().is_empty() {
        return None;
    }
    let shown = prompt_text(&text, dialect, links, id);
    Some(view! {
        <section class="prompt-field">
            <div class="inspector-head">
                <h3>{title}</h3>
                <CopyButton label=format!("Copy {}", title.to_lowercase()) text />
            </div>
            {shown}
        </section>
    })
}

/// The text of a prompt; a long one is folded by a switch with this `id`.
pub fn prompt_text(text: &str, dialect: Dialect, links: bool, id: String) -> AnyView {
    let long = text.chars().count() > LONG || text.lines().count() > 6;
    let stretches = stretches(text, dialect);
    view! {
        <div class="prompt" class:is-long=long>
            {long.then(|| view! { <input type="checkbox" class="prompt-switch visually-hidden" id=id.clone() /> })}
            // `lang` is not known; `dir` is the browser's best guess from the text itself.
            <p class="prompt-text" dir="auto">
                {stretches.into_iter().map(|one| stretch(one, links)).collect_view()}
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
        </div>
    }
    .into_any()
}

fn stretch(stretch: Stretch, links: bool) -> AnyView {
    let pieces = stretch
        .pieces
        .into_iter()
        .map(|(mark, text)| match mark {
            Mark::Plain => text.into_any(),
            Mark::Weighted(weight) => {
                view! { <em title=words::weight(weight)>{text}</em> }.into_any()
            }
            Mark::Notation => view! { <i>{text}</i> }.into_any(),
        })
        .collect_view();
    match stretch.token.filter(|_| links) {
        Some(token) => view! { <TokenLink token>{pieces}</TokenLink> }.into_any(),
        None => pieces.into_any(),
    }
}

/// Words of a prompt that lead to all pictures with them. The panel of tokens does the same by keys,
/// so these are no stops for Tab: a prompt may have a hundred.
#[component]
fn TokenLink(token: String, children: Children) -> impl IntoView {
    let state = use_query();
    let title = format!("Show pictures with “{token}”");
    let href = move || {
        state.query.with(|query| {
            let base = query.from_the_top();
            let wanted = if base.is_ticked(Field::Token, &token) {
                base
            } else {
                base.with_toggled(Field::Token, &token)
            };
            QueryState::href(&wanted)
        })
    };
    view! {
        <a class="prompt-token" href=href title=title tabindex="-1">
            {children()}
        </a>
    }
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

/// A stretch of a prompt: what stands between two tokens, or a token with the notation inside it.
#[derive(Debug, PartialEq)]
struct Stretch {
    /// The token, as it is counted and filtered by.
    token: Option<String>,
    pieces: Vec<(Mark, String)>,
}

/// How a piece of a prompt is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    /// Text as it is.
    Plain,
    /// Text whose weight was changed.
    Weighted(f32),
    /// What belongs to the notation: brackets, weights, LoRA tags.
    Notation,
}

/// Cuts a prompt; nothing of it is lost.
fn stretches(text: &str, dialect: Dialect) -> Vec<Stretch> {
    let words = tokens(text, dialect).into_iter();
    let mut words = words
        .filter(|token| token.kind == TokenKind::Text)
        .take(MARKS)
        .peekable();
    let mut out: Vec<Stretch> = Vec::new();
    // Where the last stretch ends, when it is a token.
    let mut inside = 0;
    for span in spans(text, dialect) {
        let piece = text[span.range.clone()].to_owned();
        if out.len() >= MARKS {
            let rest = text[span.range.start..].to_owned();
            out.push(Stretch {
                token: None,
                pieces: vec![(Mark::Plain, rest)],
            });
            break;
        }
        let mark = match span.kind {
            SpanKind::Text if (span.weight - 1.0).abs() > 0.001 => Mark::Weighted(span.weight),
            SpanKind::Text | SpanKind::Separator => Mark::Plain,
            _ => Mark::Notation,
        };
        let begun = words.next_if(|token| token.range.start == span.range.start);
        if let Some(token) = begun {
            inside = token.range.end;
            out.push(Stretch {
                token: Some(token.text),
                pieces: vec![(mark, piece)],
            });
        } else {
            let goes_on = |last: &&mut Stretch| last.token.is_none() || span.range.start < inside;
            match out.last_mut().filter(goes_on) {
                Some(last) => last.pieces.push((mark, piece)),
                None => out.push(Stretch {
                    token: None,
                    pieces: vec![(mark, piece)],
                }),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        let print = |(mark, text): &(Mark, String)| match mark {
            Mark::Plain => text.clone(),
            Mark::Weighted(_) => format!("*{text}*"),
            Mark::Notation => format!("[{text}]"),
        };
        let stretch = |stretch: &Stretch| {
            let inner: String = stretch.pieces.iter().map(print).collect();
            match &stretch.token {
                Some(token) => format!("{{{token}|{inner}}}"),
                None => inner,
            }
        };
        stretches(text, Dialect::Webui)
            .iter()
            .map(stretch)
            .collect()
    }

    #[test]
    fn tokens_weights_and_tags_are_marked_and_nothing_is_lost() {
        assert_eq!(
            printed("A (red cat:1.2), b"),
            "{a red cat|A [(]*red cat*}[:1.2)], {b|b}"
        );
        assert_eq!(
            printed("x <lora:detail:0.8> y"),
            "{x|x} [<lora:detail:0.8>] {y|y}"
        );
        let long = "a, ".repeat(3 * MARKS);
        let all = stretches(&long, Dialect::Webui);
        assert!(all.len() <= MARKS + 1);
        let pieces = all.iter().flat_map(|one| &one.pieces);
        assert_eq!(
            pieces.map(|(_, text)| text.as_str()).collect::<String>(),
            long
        );
    }
}
