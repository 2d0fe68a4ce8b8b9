//! The note of a picture: saved when the field is left, and never over what somebody else wrote.

use domain::{
    id::ImageId,
    problem::{Problem, ProblemKind},
    tag::{Note, NoteSaved},
};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    api::{ApiError, tags::set_note},
    state::{grid::GridState, judging::Turn, shared::Shared},
    words,
};

/// Where the note stands.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// As the server has it.
    Calm,
    /// Typed and not saved.
    Typed,
    Saving,
    Saved,
    /// Somebody else changed it; what they wrote.
    Changed(Note),
    Failed(String),
}

/// What the field knows.
#[derive(Clone, Copy)]
struct Field {
    id: ImageId,
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    /// What the server said last.
    theirs: RwSignal<Note>,
    text: RwSignal<String>,
    /// The version that was read before the text was typed.
    version: StoredValue<i64>,
    stage: RwSignal<Stage>,
}

impl Field {
    /// The server has said what the note is; what is being typed stays.
    fn told(self, note: &Note) {
        if matches!(self.stage.get_untracked(), Stage::Calm | Stage::Saved) {
            self.version.set_value(note.version);
            if self.text.with_untracked(|text| *text != note.text) {
                self.text.set(note.text.clone());
                self.stage.set(Stage::Calm);
            }
        }
    }

    fn typed(self, text: String) {
        self.text.set(text);
        if !matches!(self.stage.get_untracked(), Stage::Changed(_)) {
            self.stage.set(Stage::Typed);
        }
    }

    /// Saves what was typed, unless it waits for a decision.
    fn save(self) {
        if matches!(self.stage.get_untracked(), Stage::Typed | Stage::Failed(_)) {
            self.write();
        }
    }

    fn write(self) {
        self.stage.set(Stage::Saving);
        let (text, version) = (self.text.get_untracked(), self.version.get_value());
        let run = move || -> Turn {
            Box::pin(async move {
                let came = set_note(self.id, text.clone(), version).await;
                // Letters that were typed meanwhile are not saved yet.
                let more = self.text.try_with_untracked(|now| *now != text) == Some(true);
                match came {
                    Ok(NoteSaved::Saved { note, done }) => {
                        self.version.try_set_value(note.version);
                        let stage = if more { Stage::Typed } else { Stage::Saved };
                        self.stage.try_set(stage);
                        self.theirs.try_set(note);
                        done.operation.map(|_| (done, words::tags::noted(&text)))
                    }
                    Ok(NoteSaved::Changed { note }) => {
                        self.refused(Stage::Changed(note), words::tags::CHANGED_SINCE, &text);
                        None
                    }
                    Err(problem) => {
                        let why = problem.to_string();
                        self.refused(Stage::Failed(why.clone()), &why, &text);
                        None
                    }
                }
            })
        };
        match self.grid.get_untracked() {
            Some(grid) => self.shared.judging().other(grid.result, false, run),
            None => spawn_local(async move {
                run().await;
            }),
        }
    }

    /// What was typed is not saved. Whoever has gone on to another picture finds it in the messages.
    fn refused(self, stage: Stage, why: &str, text: &str) {
        if self.stage.try_set(stage).is_some() {
            let lost = Problem::new(ProblemKind::Conflict, words::tags::not_saved(why, text));
            self.shared.toasts().problem(&ApiError(lost));
        }
    }

    /// Decides between what was typed and what somebody else wrote.
    fn decide(self, note: &Note, text: String) {
        self.version.set_value(note.version);
        self.text.set(text);
        self.write();
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            self.save();
        }
    }
}

/// The field and what became of what was typed into it.
#[component]
pub fn NoteField(
    /// The picture.
    id: ImageId,
    /// Its note as the server has it.
    theirs: RwSignal<Note>,
    /// What the parts of the page share.
    shared: Shared,
    /// The grid behind, once it lives.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let first = theirs.get_untracked();
    let field = Field {
        id,
        shared,
        grid,
        theirs,
        text: RwSignal::new(first.text.clone()),
        version: StoredValue::new(first.version),
        stage: RwSignal::new(Stage::Calm),
    };
    Effect::watch(
        move || theirs.get(),
        move |note, _, _| field.told(note),
        false,
    );
    // The picture beside it is opened while the field still has the focus.
    on_cleanup(move || {
        if field.stage.try_get_untracked() == Some(Stage::Typed) {
            field.save();
        }
    });
    let said = move || match field.stage.get() {
        Stage::Calm | Stage::Changed(_) | Stage::Failed(_) => "",
        Stage::Typed => words::tags::UNSAVED,
        Stage::Saving => words::tags::SAVING,
        Stage::Saved => words::tags::SAVED,
    };
    view! {
        <section class="inspector-section note needs-wasm" aria-label="Note">
            <div class="inspector-head">
                <h3>
                    <label for="note">"Note"</label>
                </h3>
                <span class="hint" role="status">
                    {said}
                </span>
            </div>
            <textarea
                class="input note-text"
                id="note"
                rows="2"
                placeholder=words::tags::WRITE
                prop:value=move || field.text.get()
                on:input=move |event| field.typed(event_target_value(&event))
                on:blur=move |_| field.save()
                on:keydown=move |event| field.pressed(&event)
            >
                {first.text}
            </textarea>
            {move || match field.stage.get() {
                Stage::Changed(note) => Some(view! { <Decide field note /> }.into_any()),
                Stage::Failed(problem) => {
                    Some(
                        view! {
                            <div class="note-problem" role="alert">
                                <p>{problem}</p>
                                <button
                                    type="button"
                                    class="button is-small"
                                    on:click=move |_| field.save()
                                >
                                    {words::TRY_AGAIN}
                                </button>
                            </div>
                        }
                            .into_any(),
                    )
                }
                _ => None,
            }}
        </section>
    }
    .into_any()
}

/// Two people wrote about one picture: what somebody else wrote, and what to do about it.
#[component]
fn Decide(field: Field, note: Note) -> impl IntoView {
    let gone = note.text.is_empty();
    let theirs = note.text.clone();
    let (mine, joined, other) = (note.clone(), note.clone(), note);
    let both = {
        let theirs = theirs.clone();
        move |_| {
            let text = format!("{}\n\n{theirs}", field.text.get_untracked());
            field.decide(&joined, text);
        }
    };
    view! {
        <div class="note-problem" role="alert">
            <p>{if gone { words::tags::TAKEN_AWAY } else { words::tags::CHANGED }}</p>
            {(!gone).then(|| view! { <blockquote class="note-theirs">{theirs}</blockquote> })}
            <div class="note-choices">
                <button
                    type="button"
                    class="button is-small"
                    on:click=move |_| field.decide(&mine, field.text.get_untracked())
                >
                    "Keep mine"
                </button>
                {(!gone)
                    .then(|| {
                        view! {
                            <button type="button" class="button is-small" on:click=both>
                                "Keep both"
                            </button>
                        }
                    })}
                <button
                    type="button"
                    class="button is-small is-quiet"
                    on:click=move |_| {
                        field.version.set_value(other.version);
                        field.text.set(other.text.clone());
                        field.stage.set(Stage::Calm);
                    }
                >
                    "Take theirs"
                </button>
            </div>
        </div>
    }
    .into_any()
}
