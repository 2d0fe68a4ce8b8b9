//! The form of a photoset: what it is called, what it holds, and what is told of it.

use domain::{
    id::SetId,
    judgement::Done,
    photoset::{Photoset, SetCount, SetKind, SetStep, SetVerb},
};
use leptos::{prelude::*, task::spawn_local};

use super::dialog::Dialog;
use crate::{
    api::sets,
    state::{grid::GridState, grouping, judging::Turn, query::use_query, shared::Shared},
    words,
};

/// What is typed into the form.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    kind: RwSignal<SetKind>,
    parent: RwSignal<Option<SetId>>,
    description: RwSignal<String>,
    year: RwSignal<String>,
    source: RwSignal<String>,
    credits: RwSignal<String>,
    tags: RwSignal<String>,
    /// The filter that it would keep.
    query: RwSignal<String>,
}

impl Fields {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            name: text(),
            kind: RwSignal::new(SetKind::Manual),
            parent: RwSignal::new(None),
            description: text(),
            year: text(),
            source: text(),
            credits: text(),
            tags: text(),
            query: text(),
        }
    }

    fn fill(self, set: &Photoset) {
        self.name.set(set.name.clone());
        self.kind.set(set.kind);
        self.parent.set(set.parent);
        self.description.set(set.description.clone());
        self.year
            .set(set.year.map(|year| year.to_string()).unwrap_or_default());
        self.source.set(set.source.clone());
        self.credits.set(set.credits.join("\n"));
        self.tags.set(set.tags.join(", "));
        self.query.set(set.query.clone());
    }

    /// What was typed, in place of what was there.
    fn read(self, before: &Photoset) -> Photoset {
        let split = |text: String, at: char| text.split(at).map(str::to_owned).collect();
        let year = self.year.get_untracked();
        let year = year.trim();
        Photoset {
            name: self.name.get_untracked(),
            kind: self.kind.get_untracked(),
            parent: self.parent.get_untracked(),
            query: self.query.get_untracked(),
            description: self.description.get_untracked(),
            // What is no year is one that the check refuses.
            year: (!year.is_empty()).then(|| year.parse().unwrap_or(0)),
            source: self.source.get_untracked(),
            credits: split(self.credits.get_untracked(), '\n'),
            tags: split(self.tags.get_untracked(), ','),
            cover: before.cover,
        }
    }
}

/// The form while it is open.
#[derive(Clone, Copy)]
struct Form {
    fields: Fields,
    /// What it could lie in.
    all: RwSignal<Vec<SetCount>>,
    problem: RwSignal<Option<String>>,
    open: RwSignal<bool>,
    before: Signal<Option<SetCount>>,
    beside: Option<(Shared, RwSignal<Option<GridState>>)>,
    done: Callback<()>,
}

impl Form {
    /// Begins with what there is, or with the filter that is asked.
    fn begin(self, asked: String) {
        self.problem.set(None);
        match self.before.get_untracked() {
            Some(before) => self.fields.fill(&before.set),
            None => self.fields.fill(&Photoset {
                // A filter is what people mean to keep while one is there.
                kind: if asked.is_empty() {
                    SetKind::Manual
                } else {
                    SetKind::Smart
                },
                query: asked,
                ..Photoset::default()
            }),
        }
        spawn_local(async move {
            if let Ok(found) = sets::sets().await {
                self.all.try_set(found);
            }
        });
    }

    fn save(self) {
        let old = self.before.get_untracked();
        let former = old.as_ref().map(|old| old.set.clone()).unwrap_or_default();
        let set = match self.fields.read(&former).checked() {
            Ok(set) => set,
            Err(error) => return self.problem.set(Some(error.to_string())),
        };
        let turn = move || -> Turn { Box::pin(self.send(old, set)) };
        match self.beside {
            Some((shared, grid)) => grouping::run(shared, grid.get_untracked(), turn),
            None => spawn_local(async move {
                turn().await;
            }),
        }
    }

    async fn send(self, old: Option<SetCount>, set: Photoset) -> Option<(Done, String)> {
        let name = set.name.clone();
        let (verb, came) = if let Some(old) = old {
            (SetVerb::Edit, sets::edit_set(old.id, old.set, set).await)
        } else {
            let made = sets::create_set(set, None).await;
            (SetVerb::Create, made.map(|(_, done)| done))
        };
        match came {
            Ok(came) => {
                self.open.try_set(false);
                self.done.run(());
                came.operation?;
                let step = SetStep { verb, name };
                Some((came, words::sets::step(&step, came.changed)))
            }
            Err(error) => {
                self.problem.try_set(Some(error.to_string()));
                None
            }
        }
    }
}

/// The dialog. It makes a photoset, or edits the one that it is given.
#[component]
pub fn SetForm(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The photoset that is edited; none: a new one is made.
    #[prop(optional, into)]
    before: Signal<Option<SetCount>>,
    /// What the parts of the page share, where there are pictures beside it.
    #[prop(optional_no_strip)]
    beside: Option<(Shared, RwSignal<Option<GridState>>)>,
    /// Told when it has done something.
    done: Callback<()>,
) -> impl IntoView {
    let form = Form {
        fields: Fields::new(),
        all: RwSignal::new(Vec::new()),
        problem: RwSignal::new(None),
        open,
        before,
        beside,
        done,
    };
    let query = use_query().query;
    Effect::new(move || {
        if open.get() {
            form.begin(query.with_untracked(|query| query.filter_part().to_string()));
        }
    });
    let title = Signal::derive(move || {
        let title = if before.with(Option::is_some) {
            words::sets::EDIT_TITLE
        } else {
            words::sets::NEW_TITLE
        };
        title.to_owned()
    });
    view! {
        <Dialog
            id="set-form"
            class="set-form"
            title
            open
            close=Callback::new(move |()| open.set(false))
        >
            <form
                class="set-form-body"
                on:submit=move |event| {
                    event.prevent_default();
                    form.save();
                }
            >
                <Body form />
                <div class="dialog-foot">
                    <button
                        type="button"
                        class="button is-quiet"
                        on:click=move |_| open.set(false)
                    >
                        "Cancel"
                    </button>
                    <button type="submit" class="button is-primary">
                        "Save"
                    </button>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Body(form: Form) -> impl IntoView {
    let Form {
        fields,
        all,
        before,
        problem,
        ..
    } = form;
    view! {
        <div class="dialog-body">
            <Line label="Name" text=fields.name first=true />
            <Kinds fields />
            <Parent fields all before />
            <Lines label="Description" text=fields.description rows="3" />
            <div class="set-form-pair">
                <Line label="Year" text=fields.year />
                <Line label="Source, as an address" text=fields.source />
            </div>
            <Lines label=words::sets::CREDITS text=fields.credits rows="2" />
            <Line label=words::sets::TAGS text=fields.tags />
            <p class="set-form-problem" role="alert">
                {move || problem.get()}
            </p>
        </div>
    }
    .into_any()
}

/// Several lines to type into.
#[component]
fn Lines(label: &'static str, text: RwSignal<String>, rows: &'static str) -> impl IntoView {
    view! {
        <label class="set-field">
            <span>{label}</span>
            <textarea
                class="input"
                rows=rows
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
        </label>
    }
    .into_any()
}

/// A line to type into.
#[component]
fn Line(
    label: &'static str,
    text: RwSignal<String>,
    #[prop(optional)] first: bool,
) -> impl IntoView {
    view! {
        <label class="set-field">
            <span>{label}</span>
            <input
                class="input"
                type="text"
                autocomplete="off"
                autofocus=first
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            />
        </label>
    }
    .into_any()
}

/// What decides about its pictures. Without a filter there is none to keep.
#[component]
fn Kinds(fields: Fields) -> impl IntoView {
    let one = move |kind: SetKind| {
        let without = move || kind != SetKind::Manual && fields.query.with(String::is_empty);
        view! {
            <label class="set-kind">
                <input
                    type="radio"
                    name="set-kind"
                    prop:checked=move || fields.kind.get() == kind
                    disabled=without
                    on:change=move |_| fields.kind.set(kind)
                />
                <span class="set-kind-name">{words::sets::kind(kind)}</span>
                <span class="hint">{words::sets::kind_about(kind)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="set-kinds">
            <legend class="visually-hidden">"Kind"</legend>
            {[SetKind::Manual, SetKind::Smart, SetKind::Search].map(one)}
            <p class="hint">
                {move || {
                    let query = fields.query.get();
                    if query.is_empty() {
                        words::sets::NO_FILTER.to_owned()
                    } else {
                        words::sets::filter(&query)
                    }
                }}
            </p>
        </fieldset>
    }
    .into_any()
}

/// The photoset that it lies in.
#[component]
fn Parent(
    fields: Fields,
    all: RwSignal<Vec<SetCount>>,
    before: Signal<Option<SetCount>>,
) -> impl IntoView {
    let options = move || {
        let own = before.with(|before| before.as_ref().map(|before| before.id));
        let fits = |one: &SetCount| Some(one.id) != own && one.set.kind != SetKind::Search;
        let chosen = fields.parent.get();
        all.get()
            .into_iter()
            .filter(fits)
            .map(|one| {
                let name = format!("{}{}", "\u{2003}".repeat(one.depth), one.set.name);
                view! {
                    <option value=one.id.to_string() selected=chosen == Some(one.id)>
                        {name}
                    </option>
                }
            })
            .collect_view()
    };
    let change = move |event| fields.parent.set(event_target_value(&event).parse().ok());
    view! {
        <label class="set-field">
            <span>"Lies in"</span>
            <select class="input" on:change=change>
                <option value="" selected=move || fields.parent.get().is_none()>
                    "Nothing else"
                </option>
                {options}
            </select>
        </label>
    }
    .into_any()
}
