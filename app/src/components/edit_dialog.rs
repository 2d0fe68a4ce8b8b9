//! The dialog in which a value of any number of pictures is set over what their files say, or their files
//! themselves are renamed and moved.

use domain::{
    facet::ValueCount,
    judgement::Done,
    organise::Moved,
    overlay::Part,
    query::{Field, Query},
    selection::Selection,
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{dialog::Dialog, icon::Icon};
use crate::{
    api::{
        ApiError,
        fields::set_field,
        organise::{gather, rename},
        search::suggest,
    },
    browser::timers::Debounce,
    state::{about_pictures::Target, grid::GridState, judging::Turn, shared::Shared},
    words::{self, edits, places},
};

/// Milliseconds of quiet after which values are offered for what was typed.
const QUIET: u64 = 120;

/// What the dialog knows.
#[derive(Clone, Copy)]
struct Editor {
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    which: RwSignal<What>,
    /// The name of that parameter.
    parameter: RwSignal<String>,
    text: RwSignal<String>,
    offers: RwSignal<Vec<ValueCount>>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    looked: StoredValue<u32>,
    debounce: Debounce,
}

/// What is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// One of [`Part::NAMED`], by its place.
    Named(usize),
    /// Any parameter.
    Parameter,
    /// The name of the file, of one picture.
    Name,
    /// The folder in which the files lie.
    Folder,
}

impl What {
    /// Whether it is about the files themselves, and not laid over them.
    fn is_place(self) -> bool {
        matches!(self, Self::Name | Self::Folder)
    }

    /// All of them for so many pictures, each with its name.
    fn all(pictures: u64) -> Vec<(Self, String)> {
        let named = Part::NAMED.iter().enumerate();
        let named = named.map(|(at, part)| (Self::Named(at), edits::name(part)));
        let name = (pictures == 1).then(|| (Self::Name, places::NAME.to_owned()));
        let folder = (Self::Folder, places::FOLDER.to_owned());
        let any = (Self::Parameter, edits::ANOTHER.to_owned());
        named.chain(name).chain([folder, any]).collect()
    }
}

impl Editor {
    /// Which value is laid over the files; none where it is about the files themselves.
    fn part(self) -> Option<Part> {
        match self.which.get() {
            What::Named(at) => Part::NAMED.into_iter().nth(at),
            What::Parameter => Some(Part::Param(self.parameter.get().trim().to_owned())),
            What::Name | What::Folder => None,
        }
    }

    /// Whether it may have several lines.
    fn is_prose(self) -> bool {
        self.part().is_some_and(|part| part.is_prose())
    }

    /// Where values are found that pictures have already.
    fn field(self) -> Option<Field> {
        match self.which.get() {
            What::Folder => Some(Field::Folder),
            _ => field_of(&self.part()?),
        }
    }

    fn count(self) -> u64 {
        let target = self.shared.editing().target;
        target.with(|target| target.as_ref().map_or(0, |target| target.count))
    }

    fn begin(self) {
        if self.count() != 1 && self.which.get_untracked() == What::Name {
            self.which.set(What::Folder);
        }
        self.text.set(String::new());
        self.problem.set(None);
        self.busy.set(false);
        self.offer();
    }

    fn close(self) {
        self.shared.editing().open.set(false);
    }

    fn choose(self, which: What) {
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
        let Some(field) = untrack(|| self.field()) else {
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
        let (which, part) = (self.which.get_untracked(), untrack(|| self.part()));
        let text = self.text.get_untracked();
        let value = if restore { String::new() } else { text };
        if !restore && value.trim().is_empty() {
            let empty = if part.is_some() {
                edits::EMPTY
            } else {
                places::EMPTY
            };
            return self.problem.set(Some(empty.to_owned()));
        }
        self.busy.set(true);
        let run = move || -> Turn {
            Box::pin(async move {
                let selection = target.selection.clone();
                let Some(part) = part else {
                    let came = place(which, selection, value).await;
                    return self.placed(&target, which, came);
                };
                let came = set_field(selection, part.clone(), value.clone()).await;
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

    /// Whether the dialog still is about the same pictures.
    fn is_about(self, target: &Target) -> bool {
        let editing = self.shared.editing();
        editing.open.get_untracked() && editing.target.get_untracked().as_ref() == Some(target)
    }

    /// The server has renamed or moved what it could.
    fn placed(
        self,
        target: &Target,
        which: What,
        came: Result<Moved, ApiError>,
    ) -> Option<(Done, String)> {
        self.busy.try_set(false);
        let moved = match came {
            Ok(moved) => moved,
            Err(problem) => return self.failed(target, &problem),
        };
        let said = match which {
            What::Name => places::renamed(&moved),
            _ => places::moved(&moved),
        };
        if moved.operation.is_none() {
            if self.is_about(target) {
                self.problem.try_set(Some(said));
            }
            return None;
        }
        if self.is_about(target) {
            self.close();
        }
        if let Some(Some(grid)) = self.grid.try_get_untracked() {
            grid.result.renew(0);
        }
        // What stayed is told of in any case.
        if moved.pictures == 1 || !moved.stayed.is_empty() {
            self.shared.toasts().say(said.clone());
        }
        let done = Done {
            operation: moved.operation,
            changed: moved.pictures,
            conflicts: 0,
        };
        Some((done, said))
    }

    /// Behind the dialog nobody would read it.
    fn failed(self, target: &Target, problem: &ApiError) -> Option<(Done, String)> {
        if self.is_about(target) {
            self.problem.try_set(Some(problem.to_string()));
        } else {
            self.shared.toasts().problem(problem);
        }
        None
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
        match came {
            Ok(done) => {
                if self.is_about(target) {
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
            Err(problem) => self.failed(target, &problem),
        }
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        let with = event.ctrl_key() || event.meta_key();
        let prose = untrack(|| self.is_prose());
        if event.key() == "Enter" && !event.is_composing() && (with || !prose) {
            event.prevent_default();
            self.apply(false);
        }
    }
}

/// Renames or moves the files of a selection.
async fn place(which: What, selection: Selection, value: String) -> Result<Moved, ApiError> {
    match selection {
        Selection::These(ids) if which == What::Name && ids.len() == 1 => {
            rename(ids[0], value).await
        }
        selection => gather(selection, value).await,
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
        which: RwSignal::new(What::Named(persona.unwrap_or_default())),
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
                <p class="hint">
                    {move || if editor.which.get().is_place() { places::REAL } else { edits::OVER }}
                </p>
            </div>
            <div class="dialog-foot">
                <button
                    type="button"
                    class="button is-quiet"
                    disabled=editor.busy
                    hidden=move || editor.which.get().is_place()
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
                    {move || match editor.which.get() {
                        What::Name => places::RENAME.to_owned(),
                        What::Folder => places::gather(editor.count()),
                        _ => edits::apply(editor.count()),
                    }}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Which value is set.
#[component]
fn Which(editor: Editor) -> impl IntoView {
    let all = Memo::new(move |_| What::all(editor.count()));
    let choices = move || {
        let all = all.get().into_iter().enumerate();
        all.map(|(at, (what, name))| {
            view! {
                <option value=at.to_string() selected=move || editor.which.get() == what>
                    {name}
                </option>
            }
        })
        .collect_view()
    };
    let chosen = move |event| {
        let at = event_target_value(&event).parse::<usize>();
        let what = at
            .ok()
            .and_then(|at| all.with(|all| all.get(at).map(|(what, _)| *what)));
        if let Some(what) = what {
            editor.choose(what);
        }
    };
    let any = move || editor.which.get() == What::Parameter;
    view! {
        <div class="edit-dialog-field">
            <label for="edit-which">"Value"</label>
            <select class="select" id="edit-which" autofocus on:change=chosen>
                {choices}
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
    let prose = Memo::new(move |_| editor.is_prose());
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
    let how = move || match (editor.which.get(), editor.part()) {
        (What::Name, _) => places::HOW_NAME,
        (What::Folder, _) => places::HOW_FOLDER,
        (_, part) => part.map_or("", |part| edits::how(&part)),
    };
    let name = move || match (editor.which.get(), editor.part()) {
        (What::Name, _) => places::NEW_NAME.to_owned(),
        (What::Folder, _) => places::NEW_FOLDER.to_owned(),
        (_, part) => part.as_ref().map(edits::name).unwrap_or_default(),
    };
    view! {
        <div class="edit-dialog-field">
            <label for="edit-value">{name}</label>
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
