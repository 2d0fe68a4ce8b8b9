//! The command palette: everything that a key does, every place, and every name that is a filter, by typing a
//! part of it.

use domain::{
    photoset::SetCount,
    query::{Field, Query},
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{dialog::Dialog, help::key_caps, icon::Icon};
use crate::{
    api::{search::suggest, sets::sets},
    browser::{
        dom, history,
        timers::{self, Debounce},
    },
    shortcuts::{Action, Keymap, Place, TABLE},
    state::{
        preferences::use_preferences,
        query::{QueryState, use_query},
    },
    words::{
        self,
        palette::{self as said, Scope},
    },
};

/// Milliseconds of quiet after which names are asked for.
const QUIET: u64 = 60;
/// Milliseconds in which the focus goes back to where it was.
const BACK: i32 = 30;
/// At most so many lines of one kind.
const MOST: usize = 8;

/// What a line does.
#[derive(Debug, Clone, PartialEq)]
enum Deed {
    /// What a key does.
    Do(Action),
    /// Goes to an address.
    Go(String),
    /// Keeps the pictures with a value.
    Tick(Field, String),
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    deed: Deed,
    icon: &'static str,
    text: String,
    hint: String,
    /// The key that does the same.
    key: Option<String>,
}

#[derive(Clone, Copy)]
struct Palette {
    open: RwSignal<bool>,
    act: Callback<Action>,
    query: QueryState,
    keymap: RwSignal<Keymap>,
    text: RwSignal<String>,
    active: RwSignal<usize>,
    names: RwSignal<Vec<Line>>,
    sets: RwSignal<Vec<SetCount>>,
    asked: StoredValue<u32>,
    debounce: Debounce,
}

impl Palette {
    fn begin(self) {
        self.text.set(String::new());
        self.active.set(0);
        self.names.set(Vec::new());
        spawn_local(async move {
            if let Ok(found) = sets().await {
                self.sets.try_set(found);
            }
        });
    }

    fn typed(self, text: String) {
        self.text.set(text);
        self.active.set(0);
        self.debounce.call(move || self.ask());
    }

    /// Asks for names that hold what was typed.
    fn ask(self) {
        let typed = self.text.get_untracked();
        let (scope, text) = said::scope(&typed);
        let number = self.asked.get_value() + 1;
        self.asked.set_value(number);
        let (fields, text) = (scope.fields(), text.to_owned());
        if text.is_empty() && scope == Scope::All {
            return self.names.set(Vec::new());
        }
        spawn_local(async move {
            let mut lines = Vec::new();
            for field in fields {
                let found = suggest(*field, text.clone(), Query::default()).await;
                let line = |value: domain::facet::ValueCount| Line {
                    icon: said::icon(*field),
                    text: value.value.clone(),
                    hint: said::filter(*field, value.count),
                    deed: Deed::Tick(*field, value.value),
                    key: None,
                };
                lines.extend(found.unwrap_or_default().into_iter().take(MOST).map(line));
            }
            if self.asked.try_get_value() == Some(number) {
                self.names.try_set(lines);
            }
        });
    }

    /// What fits what was typed, best first within each kind.
    fn lines(self) -> Vec<Line> {
        let typed = self.text.get();
        let (scope, text) = said::scope(&typed);
        let mut lines = Vec::new();
        if scope.has_commands() {
            let open = self
                .query
                .query
                .with_untracked(|query| query.image.is_some());
            let keymap = self.keymap;
            lines.extend(best(keymap.with(|keymap| commands(open, keymap)), text));
        }
        if scope.has_places() {
            lines.extend(best(places(), text));
            lines.extend(best(self.sets.with(|sets| set_lines(sets)), text));
        }
        lines.extend(self.names.get());
        lines
    }

    fn choose(self, line: Line) {
        self.open.set(false);
        match line.deed {
            // The focus has to be where it was first: keys mean the picture that has it.
            Deed::Do(action) => timers::after(BACK, move || self.act.run(action)),
            Deed::Go(address) => history::go(&address, false),
            Deed::Tick(field, value) => {
                let query = self.query.query.get_untracked();
                if !query.is_ticked(field, &value) {
                    self.query.push(query.with_toggled(field, &value));
                }
            }
        }
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let lines = untrack(|| self.lines());
        let (count, at) = (lines.len(), self.active.get_untracked());
        match event.key().as_str() {
            "Enter" => {
                if let Some(line) = lines.into_iter().nth(at) {
                    self.choose(line);
                }
            }
            "ArrowDown" if count > 0 => self.active.set((at + 1) % count),
            "ArrowUp" if count > 0 => self.active.set((at + count - 1) % count),
            _ => return,
        }
        event.prevent_default();
    }
}

/// Everything that a key does here, each once.
fn commands(open: bool, keymap: &Keymap) -> Vec<Line> {
    let here = if open { Place::Picture } else { Place::Grid };
    let told = TABLE
        .iter()
        .filter(|row| !row.text.is_empty() && [Place::Page, here].contains(&row.place));
    let mut lines: Vec<Line> = Vec::new();
    for row in told.filter(|row| said::is_command(row.action)) {
        if lines.iter().all(|line| line.deed != Deed::Do(row.action)) {
            lines.push(Line {
                deed: Deed::Do(row.action),
                icon: "chevron-right",
                text: row.text.to_owned(),
                hint: String::new(),
                key: keymap.stroke_of(row.action),
            });
        }
    }
    lines
}

fn places() -> Vec<Line> {
    let line = |(address, icon, name): &(&str, &'static str, &str)| Line {
        deed: Deed::Go((*address).to_owned()),
        icon,
        text: (*name).to_owned(),
        hint: said::PLACE.to_owned(),
        key: None,
    };
    said::PLACES.iter().map(line).collect()
}

fn set_lines(sets: &[SetCount]) -> Vec<Line> {
    let line = |one: &SetCount| Line {
        deed: Deed::Go(QueryState::href(&one.query())),
        icon: "stack",
        text: one.set.name.clone(),
        hint: words::sets::kind(one.set.kind).to_owned(),
        key: None,
    };
    sets.iter().map(line).collect()
}

/// The lines that hold the letters of a text in their order, best first; without a text all of them.
fn best(lines: Vec<Line>, text: &str) -> Vec<Line> {
    let mut found: Vec<(u32, Line)> = lines
        .into_iter()
        .filter_map(|line| Some((said::distance(&line.text, text)?, line)))
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    let most = if text.is_empty() { usize::MAX } else { MOST };
    found.into_iter().take(most).map(|(_, line)| line).collect()
}

/// The dialog behind Ctrl+K.
#[component]
pub fn CommandPalette(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Does what a key does.
    act: Callback<Action>,
) -> impl IntoView {
    let palette = Palette {
        open,
        act,
        query: use_query(),
        keymap: use_preferences().keymap,
        text: RwSignal::new(String::new()),
        active: RwSignal::new(0),
        names: RwSignal::new(Vec::new()),
        sets: RwSignal::new(Vec::new()),
        asked: StoredValue::new(0),
        debounce: Debounce::new(QUIET),
    };
    Effect::new(move || {
        if open.get() {
            palette.begin();
        }
    });
    view! {
        <Dialog
            id="palette"
            class="palette"
            title=said::TITLE
            open
            close=Callback::new(move |()| open.set(false))
            lightly=true
        >
            <div class="dialog-body">
                <input
                    class="input"
                    id="palette-input"
                    type="text"
                    role="combobox"
                    placeholder=said::ASK
                    aria-label=said::ASK
                    aria-autocomplete="list"
                    aria-controls="palette-lines"
                    aria-expanded="true"
                    aria-activedescendant=move || line_id(palette.active.get())
                    autocomplete="off"
                    spellcheck="false"
                    autofocus
                    prop:value=move || palette.text.get()
                    on:input=move |event| palette.typed(event_target_value(&event))
                    on:keydown=move |event| palette.pressed(&event)
                />
                <Lines palette />
                <p class="hint">{said::SCOPES}</p>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Lines(palette: Palette) -> impl IntoView {
    let lines = Memo::new(move |_| palette.lines());
    let one = move |(index, line): (usize, Line)| {
        let own = line.clone();
        view! {
            <li
                class="menu-item palette-line"
                role="option"
                id=line_id(index)
                aria-selected=move || (palette.active.get() == index).to_string()
                // The field keeps the focus.
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| palette.choose(own.clone())
            >
                <Icon name=line.icon />
                <span class="truncate">{line.text}</span>
                <span class="hint">{line.hint}</span>
                {line.key.as_deref().map(key_caps)}
            </li>
        }
    };
    // The marked line stays in view.
    Effect::new(move || {
        let id = line_id(palette.active.get());
        dom::into_view("#palette-lines", &format!("#{id}"));
    });
    view! {
        <ul class="palette-lines" id="palette-lines" role="listbox" aria-label=said::TITLE>
            {move || lines.get().into_iter().enumerate().map(one).collect_view()}
        </ul>
        <p class="hint palette-none" role="status">
            {move || lines.with(Vec::is_empty).then_some(said::NOTHING)}
        </p>
    }
    .into_any()
}

fn line_id(index: usize) -> String {
    format!("palette-line-{index}")
}
