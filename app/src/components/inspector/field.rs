//! One value that can be edited: a pencil, what the file says, and the field in which it is typed.

use domain::{
    overlay::{Part, Value},
    problem::{Problem, ProblemKind},
};
use leptos::{ev, prelude::*};

use super::fields::{Came, Fields};
use crate::{
    api::ApiError,
    browser::{dom, timers},
    components::icon::Icon,
    words::{self, edits},
};

/// Where a value stands.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// Only shown.
    Calm,
    /// Being typed.
    Typing,
    /// Typed, but somebody else set it meanwhile; what they set.
    Changed(Value),
    /// Typed, and not saved; why.
    Failed(String),
}

/// What one field knows.
#[derive(Clone, Copy)]
struct Field {
    fields: Fields,
    part: StoredValue<Part>,
    text: RwSignal<String>,
    /// The version that was seen when typing began.
    version: StoredValue<i64>,
    stage: RwSignal<Stage>,
}

impl Field {
    fn part(self) -> Part {
        self.part.get_value()
    }

    fn begin(self) {
        let part = self.part();
        self.text.set(untrack(|| self.fields.text(&part)));
        self.version.set_value(self.fields.version(&part));
        self.stage.set(Stage::Typing);
        focus(field_id(&part));
    }

    /// Ends typing. The focus goes back to the pencil, unless it went elsewhere.
    fn end(self, back: bool) {
        self.stage.set(Stage::Calm);
        if back {
            focus(pencil_id(&self.part()));
        }
    }

    /// Saves what was typed, unless it is what is shown or waits for a decision.
    fn save(self, back: bool) {
        if !matches!(self.stage.get_untracked(), Stage::Typing | Stage::Failed(_)) {
            return;
        }
        let text = self.text.get_untracked();
        let text = if self.part().is_prose() {
            text.trim_end().to_owned()
        } else {
            text.trim().to_owned()
        };
        if text != untrack(|| self.fields.text(&self.part())) {
            self.write(text);
        }
        self.end(back);
    }

    fn write(self, text: String) {
        let part = self.part();
        let version = self.version.get_value();
        let typed = text.clone();
        let came = move |came| match came {
            Came::Saved => {}
            Came::Changed(value) => {
                self.refused(Stage::Changed(value), edits::CHANGED, &typed);
            }
            Came::Failed(why) => self.refused(Stage::Failed(why.clone()), &why, &typed),
        };
        self.fields.save(part, text, version, came);
    }

    /// What was typed is not saved, and stands in its field again. Whoever has gone on to another picture
    /// finds it in the messages.
    fn refused(self, stage: Stage, why: &str, text: &str) {
        if self.stage.try_set(stage).is_some() {
            let lost = words::tags::not_saved(why, text);
            let lost = Problem::new(ProblemKind::Conflict, lost);
            self.fields.shared().toasts().problem(&ApiError(lost));
            return;
        }
        self.text.set(text.to_owned());
        // Whoever is typing elsewhere by now goes on there.
        let part = self.part();
        if dom::focus_within(&format!("#{}", pencil_id(&part))) {
            focus(field_id(&part));
        }
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let with = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "Enter" if with || !self.part().is_prose() => self.save(true),
            "Escape" => self.end(true),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Sets it although somebody else set it meanwhile.
    fn keep_mine(self, theirs: i64) {
        self.version.set_value(theirs);
        self.write(self.text.get_untracked());
        self.end(true);
    }
}

/// Moves the focus once what was just changed is drawn.
fn focus(id: String) {
    timers::frame(move || {
        dom::focus_first(&format!("#{id}"));
    });
}

fn field_id(part: &Part) -> String {
    format!("field-{}", part.word())
}

fn pencil_id(part: &Part) -> String {
    format!("edit-{}", part.word())
}

/// A value: `shown` draws it; beside it stand a pencil and, once it was edited, what the file says.
#[component]
pub fn Editable(
    /// What the fields share.
    fields: Fields,
    /// Which value.
    part: Part,
    /// Draws the value; none where there is none.
    shown: ViewFn,
    /// A heading or a name, which stands before the pencil.
    head: AnyView,
) -> impl IntoView {
    let field = Field {
        fields,
        part: StoredValue::new(part.clone()),
        text: RwSignal::new(String::new()),
        version: StoredValue::new(0),
        stage: RwSignal::new(Stage::Calm),
    };
    // The picture beside it is opened while the field still has the focus.
    on_cleanup(move || {
        if field.stage.try_get_untracked() == Some(Stage::Typing) {
            field.save(false);
        }
    });
    let is_open = Memo::new(move |_| field.stage.with(|stage| *stage != Stage::Calm));
    let (label, id) = (edits::edit(&part), pencil_id(&part));
    let edited = Memo::new(move |_| fields.edited(&part));
    view! {
        <div class="editable-head">
            {head}
            <button
                type="button"
                class="button is-quiet is-icon editable-pencil needs-wasm"
                id=id
                aria-label=label.clone()
                aria-expanded=move || is_open.get().to_string()
                title=label
                on:click=move |_| if is_open.get_untracked() { field.end(true) } else { field.begin() }
            >
                <Icon name="pencil" />
            </button>
        </div>
        <div class="editable-value" hidden=is_open>
            {move || shown.run()}
        </div>
        {move || is_open.get().then(|| view! { <Typed field /> })}
        {move || {
            edited
                .get()
                .map(|edited| {
                    let says = edits::file_says(&edited.parsed);
                    let restore = move |_| {
                        field.version.set_value(fields.version(&field.part()));
                        field.write(String::new());
                        field.end(true);
                    };
                    view! {
                        <details class="editable-past">
                            <summary>{edits::EDITED}</summary>
                            <p class="editable-says" dir="auto">
                                {says}
                            </p>
                            <button
                                type="button"
                                class="button is-small needs-wasm"
                                on:click=restore
                            >
                                <Icon name="undo" />
                                {edits::RESTORE}
                            </button>
                        </details>
                    }
                })
        }}
    }
    .into_any()
}

/// The field in which a value is typed.
#[component]
fn Typed(field: Field) -> impl IntoView {
    let part = field.part();
    let (id, name) = (field_id(&part), edits::name(&part));
    let hint = format!("{id}-hint");
    let problem = format!("{id}-problem");
    let described = format!("{hint} {problem}");
    let typed = move |event| {
        field.text.set(event_target_value(&event));
        if matches!(field.stage.get_untracked(), Stage::Failed(_)) {
            field.stage.set(Stage::Typing);
        }
    };
    // What was refused is not sent again only because somebody looks elsewhere.
    let left = move |_| {
        if field.stage.get_untracked() == Stage::Typing {
            field.save(false);
        }
    };
    let input = if part.is_prose() {
        view! {
            <textarea
                class="input editable-prose"
                id=id
                rows="4"
                aria-label=name
                aria-describedby=described
                prop:value=move || field.text.get()
                on:input=typed
                on:blur=left
                on:keydown=move |event| field.pressed(&event)
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                class="input"
                type="text"
                id=id
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-label=name
                aria-describedby=described
                prop:value=move || field.text.get()
                on:input=typed
                on:blur=left
                on:keydown=move |event| field.pressed(&event)
            />
        }
        .into_any()
    };
    let how = if part.is_prose() {
        edits::HOW_PROSE
    } else {
        edits::HOW
    };
    view! {
        <div class="editable-typed">
            {input}
            <p class="hint" id=hint>
                {how}
            </p>
            <div id=problem role="alert">
                {move || match field.stage.get() {
                    Stage::Failed(why) => Some(view! { <p class="editable-problem">{why}</p> }.into_any()),
                    Stage::Changed(theirs) => Some(view! { <Decide field theirs /> }.into_any()),
                    _ => None,
                }}
            </div>
        </div>
    }
    .into_any()
}

/// Two people set one value: what somebody else set, and what to do about it.
#[component]
fn Decide(field: Field, theirs: Value) -> impl IntoView {
    let Value { text, version } = theirs;
    let now = if text.is_empty() {
        edits::AS_THE_FILE.to_owned()
    } else {
        text
    };
    view! {
        <div class="note-problem">
            <p>{edits::CHANGED}</p>
            <blockquote class="note-theirs">{now}</blockquote>
            <div class="note-choices">
                <button
                    type="button"
                    class="button is-small"
                    on:click=move |_| field.keep_mine(version)
                >
                    "Keep mine"
                </button>
                <button
                    type="button"
                    class="button is-small is-quiet"
                    on:click=move |_| field.end(true)
                >
                    "Take theirs"
                </button>
            </div>
        </div>
    }
    .into_any()
}
