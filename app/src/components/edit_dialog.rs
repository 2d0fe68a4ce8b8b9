//! The dialog in which a value of any number of pictures is set over what their files say.

use domain::{
    facet::ValueCount,
    judgement::Done,
    overlay::Part,
    query::{Field, Query},
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{dialog::Dialog, icon::Icon};
use crate::{
    api::{ApiError, fields::set_field, search::suggest},
    browser::timers::Debounce,
    state::{about_pictures::Target, grid::GridState, judging::Turn, shared::Shared},
    words::{self, edits},
};

/// Milliseconds of quiet after which values are offered for what was typed.
const QUIET: u64 = 120;

/// What the dialog knows.
#[derive(Clone, Copy)]
struct Editor {
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    /// Place in [`Part::NAMED`]; behind them stands any parameter.
    which: RwSignal<usize>,
    /// The name of that parameter.
    parameter: RwSignal<String>,
    text: RwSignal<String>,
    offers: RwSignal<Vec<ValueCount>>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    looked: StoredValue<u32>,
    debounce: Debounce,
}

impl Editor {
    fn part(self) -> Part {
        let named = Part::NAMED.into_iter().nth(self.which.get());
        named.unwrap_or_else(|| Part::Param(self.parameter.get().trim().to_owned()))
    }

    fn count(self) -> u64 {
        let target = self.shared.editing().target;
        target.with(|target| target.as_ref().map_or(0, |target| target.count))
    }

    fn begin(self) {
        self.text.set(String::new());
        self.problem.set(None);
        self.busy.set(false);
        self.offer();
    }

    fn close(self) {
        self.shared.editing().open.set(false);
    }

    fn choose(self, which: usize) {
        self.which.set(which);
        self.text.set(String::new());
        self.problem.set(None);
        self.offer();
    }

    fn typed(self, text: String) {
        self.text.set(text);
        self.problem.set(None);
        self.debounce.call(move || self.offer());
    }

    /// Asks for values that pictures have already.
    fn offer(self) {
        let number = self.looked.get_value().wrapping_add(1);
        self.looked.set_value(number);
        let Some(field) = untrack(|| field_of(&self.part())) else {
            return self.offers.set(Vec::new());
        };
        let text = self.text.get_untracked();
        spawn_local(async move {
            let found = suggest(field, text, Query::default()).await;
            if self.looked.try_get_value() == Some(number) {
                self.offers.set(found.unwrap_or_default());
            }
        });
    }

    /// Sets what was typed, or gives pictures back what their files say.
    fn apply(self, restore: bool) {
        let Some(target) = self.shared.editing().target.get_untracked() else {
            return;
        };
        let part = untrack(|| self.part());
        let text = self.text.get_untracked();
        let value = if restore { String::new() } else { text };
        if !restore && value.trim().is_empty() {
            return self.problem.set(Some(edits::EMPTY.to_owned()));
        }
        self.busy.set(true);
        let run = move || -> Turn {
            Box::pin(async move {
                let came = set_field(target.selection.clone(), part.clone(), value.clone()).await;
                self.came(&target, &part, &value, came)
            })
        };
        match self.grid.get_untracked() {
            Some(grid) => self.shared.judging().other(grid.result, false, run),
            None => spawn_local(async move {
                run().await;
            }),
        }
    }

    /// The server has answered.
    fn came(
        self,
        target: &Target,
        part: &Part,
        value: &str,
        came: Result<Done, ApiError>,
    ) -> Option<(Done, String)> {
        self.busy.try_set(false);
        let editing = self.shared.editing();
        let here =
            editing.open.get_untracked() && editing.target.get_untracked().as_ref() == Some(target);
        match came {
            Ok(done) => {
                if here {
                    self.close();
                }
                if done.changed == 0 {
                    self.shared.toasts().say(edits::NO_CHANGE);
                    return None;
                }
                if let Some(Some(grid)) = self.grid.try_get_untracked() {
                    grid.result.renew(0);
                }
                let what = edits::done(part, value, done.changed);
                // One picture is told of here; of more the page tells by itself.
                if done.changed == 1 {
                    self.shared.toasts().say(what.clone());
                }
                Some((done, what))
            }
            Err(problem) => {
                // Behind the dialog nobody would read it.
                if here {
                    self.problem.try_set(Some(problem.to_string()));
                } else {
                    self.shared.toasts().problem(&problem);
                }
                None
            }
        }
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        let with = event.ctrl_key() || event.meta_key();
        let prose = untrack(|| self.part()).is_prose();
        if event.key() == "Enter" && !event.is_composing() && (with || !prose) {
            event.prevent_default();
            self.apply(false);
        }
    }
}

/// Where values of a part are found that pictures have already.
fn field_of(part: &Part) -> Option<Field> {
    Some(match part {
        Part::Model => Field::Model,
        Part::Lora => Field::Lora,
        Part::Vae => Field::Vae,
        Part::Sampler => Field::Sampler,
        Part::Scheduler => Field::Scheduler,
        Part::Persona => Field::Persona,
        _ => return None,
    })
}

/// The dialog. Its part of the page is loaded when it is first wanted.
#[component]
pub fn EditDialog(
    /// What the parts of the page share.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let persona = Part::NAMED.iter().position(|part| *part == Part::Persona);
    let editor = Editor {
        shared,
        grid,
        which: RwSignal::new(persona.unwrap_or_default()),
        parameter: RwSignal::new(String::new()),
        text: RwSignal::new(String::new()),
        offers: RwSignal::new(Vec::new()),
        problem: RwSignal::new(None),
        busy: RwSignal::new(false),
        looked: StoredValue::new(0),
        debounce: Debounce::new(QUIET),
    };
    let editing = shared.editing();
    Effect::new(move || {
        editing.target.track();
        if editing.open.get() {
            editor.begin();
        }
    });
    view! {
        <Dialog
            id="edit-dialog"
            class="edit-dialog"
            title=Signal::derive(move || edits::title(editor.count()))
            open=editing.open
            close=Callback::new(move |()| editor.close())
        >
            <div class="dialog-body">
                <Which editor />
                <Typed editor />
                <p class="edit-dialog-problem" id="edit-problem" role="alert">
                    {move || editor.problem.get()}
                </p>
                <p class="hint">{edits::OVER}</p>
            </div>
            <div class="dialog-foot">
                <button
                    type="button"
                    class="button is-quiet"
                    disabled=editor.busy
                    on:click=move |_| editor.apply(true)
                >
                    <Icon name="undo" />
                    {edits::RESTORE_ALL}
                </button>
                <button
                    type="button"
                    class="button is-primary"
                    disabled=editor.busy
                    on:click=move |_| editor.apply(false)
                >
                    {move || edits::apply(editor.count())}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Which value is set.
#[component]
fn Which(editor: Editor) -> impl IntoView {
    let choices = Part::NAMED
        .iter()
        .map(edits::name)
        .chain([edits::ANOTHER.to_owned()])
        .enumerate()
        .map(|(at, name)| {
            view! {
                <option value=at.to_string() selected=move || editor.which.get() == at>
                    {name}
                </option>
            }
        });
    let chosen = move |event| {
        if let Ok(at) = event_target_value(&event).parse() {
            editor.choose(at);
        }
    };
    let any = move || editor.which.get() >= Part::NAMED.len();
    view! {
        <div class="edit-dialog-field">
            <label for="edit-which">"Value"</label>
            <select class="select" id="edit-which" autofocus on:change=chosen>
                {choices.collect_view()}
            </select>
        </div>
        {move || {
            any()
                .then(|| {
                    view! {
                        <label class="edit-dialog-field">
                            <span>{edits::WHICH}</span>
                            <input
                                class="input"
                                id="edit-parameter"
                                type="text"
                                autocomplete="off"
                                spellcheck="false"
                                prop:value=move || editor.parameter.get()
                                on:input=move |event| {
                                    editor.parameter.set(event_target_value(&event));
                                }
                            />
                        </label>
                    }
                })
        }}
    }
    .into_any()
}

/// What it is set to.
#[component]
fn Typed(editor: Editor) -> impl IntoView {
    let prose = Memo::new(move |_| editor.part().is_prose());
    let invalid = move || editor.problem.with(Option::is_some).to_string();
    let typed = move |event| editor.typed(event_target_value(&event));
    let field = move || {
        if prose.get() {
            view! {
                <textarea
                    class="input"
                    id="edit-value"
                    rows="5"
                    aria-describedby="edit-how edit-problem"
                    aria-invalid=invalid
                    prop:value=move || editor.text.get()
                    on:input=typed
                    on:keydown=move |event| editor.pressed(&event)
                ></textarea>
            }
            .into_any()
        } else {
            view! {
                <input
                    class="input"
                    id="edit-value"
                    type="text"
                    list="edit-offers"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="done"
                    aria-describedby="edit-how edit-problem"
                    aria-invalid=invalid
                    prop:value=move || editor.text.get()
                    on:input=typed
                    on:keydown=move |event| editor.pressed(&event)
                />
            }
            .into_any()
        }
    };
    let how = move || edits::how(&editor.part());
    view! {
        <div class="edit-dialog-field">
            <label for="edit-value">{move || edits::name(&editor.part())}</label>
            {field}
            <p class="hint" id="edit-how">
                {how}
            </p>
            <datalist id="edit-offers">
                <For each=move || editor.offers.get() key=|offer| offer.value.clone() let:offer>
                    <option value=offer.value>{words::pictures(offer.count)}</option>
                </For>
            </datalist>
        </div>
    }
    .into_any()
}
