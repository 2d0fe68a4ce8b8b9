//! The dialog in which pictures are put into photosets and taken out of them.

use domain::{
    id::SetId,
    photoset::{Photoset, SetCount, SetKind},
    text::normalise,
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{dialog::Dialog, icon::Icon};
use crate::{
    api::sets,
    state::{
        about_pictures::Target,
        grid::GridState,
        grouping::{self, told},
        judging::Turn,
        shared::Shared,
    },
    words,
};

/// A photoset, and how many of the chosen pictures are in it.
#[derive(Debug, Clone, PartialEq)]
struct Share {
    id: SetId,
    name: String,
    depth: usize,
    pictures: u64,
}

/// Something that Enter chooses.
#[derive(Debug, Clone, PartialEq)]
enum Offer {
    Set(Share),
    /// A name that makes one.
    New(String),
}

#[derive(Clone, Copy)]
struct Editor {
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    shares: RwSignal<Vec<Share>>,
    text: RwSignal<String>,
    active: RwSignal<Option<usize>>,
    said: RwSignal<String>,
    problem: RwSignal<Option<String>>,
}

impl Editor {
    fn target(self) -> Option<Target> {
        self.shared.grouping().target.get_untracked()
    }

    fn total(self) -> u64 {
        let target = self.shared.grouping().target;
        target.with(|target| target.as_ref().map_or(0, |target| target.count))
    }

    fn begin(self) {
        self.text.set(String::new());
        self.said.set(String::new());
        self.active.set(None);
        self.ask();
    }

    /// Asks which photosets there are, and which of them the chosen pictures are in.
    fn ask(self) {
        self.problem.set(None);
        let Some(target) = self.target() else {
            return;
        };
        spawn_local(async move {
            let all = sets::sets().await;
            let own = sets::sets_of(target.selection).await;
            match (all, own) {
                (Ok(all), Ok((own, _))) => {
                    let manual = |one: &SetCount| one.set.kind == SetKind::Manual;
                    let share = |one: SetCount| Share {
                        pictures: own
                            .iter()
                            .find(|(id, _)| *id == one.id)
                            .map_or(0, |(_, count)| *count),
                        id: one.id,
                        name: one.set.name,
                        depth: one.depth,
                    };
                    let shares = all.into_iter().filter(manual).map(share).collect();
                    self.shares.try_set(shares);
                }
                (Err(problem), _) | (_, Err(problem)) => {
                    self.problem.try_set(Some(problem.to_string()));
                }
            }
        });
    }

    /// Photosets that are called like what was typed, and to make one of that name.
    fn offered(self) -> Vec<Offer> {
        let typed = self.text.get();
        let folded = normalise(&typed);
        let mut offered: Vec<Offer> = self.shares.with(|shares| {
            let fits = shares
                .iter()
                .filter(|share| normalise(&share.name).contains(&folded));
            fits.cloned().map(Offer::Set).collect()
        });
        let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_there = self.shares.with(|shares| {
            shares
                .iter()
                .any(|share| normalise(&share.name) == normalise(&name))
        });
        if !name.is_empty() && !is_there {
            offered.push(Offer::New(name));
        }
        offered
    }

    fn choose(self, offer: Offer) {
        match offer {
            Offer::Set(share) => self.toggle(share),
            Offer::New(name) => self.make(name),
        }
        self.text.set(String::new());
        self.active.set(None);
    }

    /// Puts the pictures in, or takes them out when all are in.
    fn toggle(self, share: Share) {
        let Some(target) = self.target() else {
            return;
        };
        let on = share.pictures < target.count;
        let (id, name) = (share.id, share.name);
        let count = if on { target.count } else { 0 };
        self.note(id, count);
        let own = name.clone();
        let after = move |came: &Result<domain::judgement::Done, crate::api::ApiError>| match came {
            Ok(done) if done.operation.is_none() => {
                self.said.try_set(words::sets::nothing(&own, on));
            }
            Ok(done) => {
                self.said.try_set(words::sets::put(&own, on, done.changed));
            }
            Err(problem) => {
                self.problem.try_set(Some(problem.to_string()));
                self.ask();
            }
        };
        grouping::put(
            self.shared,
            self.grid.get_untracked(),
            (id, name),
            target,
            on,
            after,
        );
    }

    /// Makes a photoset of the pictures.
    fn make(self, name: String) {
        let Some(target) = self.target() else {
            return;
        };
        let shared = self.shared;
        let turn = move || -> Turn {
            Box::pin(async move {
                let set = Photoset::named(&name);
                let came = sets::create_set(set, Some(target.selection)).await;
                let what = |pictures| {
                    let verb = domain::photoset::SetVerb::Create;
                    let step = domain::photoset::SetStep { verb, name };
                    words::sets::step(&step, pictures)
                };
                let done = told(shared, came.map(|(_, done)| done), what);
                if let Some((_, what)) = &done {
                    self.said.try_set(what.clone());
                }
                self.ask();
                done
            })
        };
        grouping::run(shared, self.grid.get_untracked(), turn);
    }

    fn note(self, id: SetId, count: u64) {
        self.shares.update(|shares| {
            if let Some(share) = shares.iter_mut().find(|share| share.id == id) {
                share.pictures = count;
            }
        });
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let offered = untrack(|| self.offered());
        let (count, active) = (offered.len(), self.active.get_untracked());
        match event.key().as_str() {
            "Enter" => {
                let typed = !self.text.with_untracked(String::is_empty);
                let at = active.or((typed && count > 0).then_some(0));
                if let Some(offer) = at.and_then(|at| offered.into_iter().nth(at)) {
                    self.choose(offer);
                }
            }
            "ArrowDown" if count > 0 => {
                let next = active.map_or(0, |at| (at + 1) % count);
                self.active.set(Some(next));
            }
            "ArrowUp" if count > 0 => {
                let next = active.map_or(count - 1, |at| (at + count - 1) % count);
                self.active.set(Some(next));
            }
            _ => return,
        }
        event.prevent_default();
    }
}

/// The dialog. Its part of the page is loaded when it is first wanted.
#[component]
pub fn SetEditor(
    /// What the parts of the page share.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let editor = Editor {
        shared,
        grid,
        shares: RwSignal::new(Vec::new()),
        text: RwSignal::new(String::new()),
        active: RwSignal::new(None),
        said: RwSignal::new(String::new()),
        problem: RwSignal::new(None),
    };
    let grouping = shared.grouping();
    Effect::new(move || {
        grouping.target.track();
        if grouping.open.get() {
            editor.begin();
        }
    });
    let close = Callback::new(move |()| grouping.open.set(false));
    view! {
        <Dialog
            id="set-editor"
            class="set-editor"
            title=Signal::derive(move || words::sets::title(editor.total()))
            open=grouping.open
            close
            lightly=true
        >
            <div class="dialog-body">
                <input
                    class="input"
                    id="set-editor-input"
                    type="text"
                    role="combobox"
                    placeholder=words::sets::FIND
                    aria-label=words::sets::FIND
                    aria-autocomplete="list"
                    aria-controls="set-editor-offers"
                    aria-expanded="true"
                    aria-activedescendant=move || editor.active.get().map(option_id)
                    autocomplete="off"
                    spellcheck="false"
                    enterkeyhint="done"
                    autofocus
                    prop:value=move || editor.text.get()
                    on:input=move |event| {
                        editor.text.set(event_target_value(&event));
                        editor.active.set(None);
                    }
                    on:keydown=move |event| editor.pressed(&event)
                />
                <Offers editor />
                <p class="set-editor-problem" role="alert">
                    {move || editor.problem.get()}
                </p>
            </div>
            <div class="dialog-foot">
                <p class="hint set-editor-said" role="status">
                    {move || editor.said.get()}
                </p>
                <button type="button" class="button is-primary" on:click=move |_| close.run(())>
                    "Done"
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Offers(editor: Editor) -> impl IntoView {
    let offered = Memo::new(move |_| editor.offered());
    let line = move |(index, offer): (usize, Offer)| {
        let own = offer.clone();
        let (class, content) = match offer {
            Offer::Set(share) => {
                let total = editor.total();
                let icon = if share.pictures > 0 { "check" } else { "stack" };
                let hint = (share.pictures > 0).then(|| words::sets::share(share.pictures, total));
                let content = view! {
                    <Icon name=icon />
                    <span class="truncate">
                        <bdi>{share.name}</bdi>
                    </span>
                    <span class="hint">{hint}</span>
                };
                (
                    format!("menu-item set-offer depth-{}", share.depth.min(4)),
                    content.into_any(),
                )
            }
            Offer::New(name) => {
                let content = view! {
                    <Icon name="plus" />
                    <span class="truncate">{words::sets::create(&name)}</span>
                };
                ("menu-item set-offer".to_owned(), content.into_any())
            }
        };
        view! {
            <li
                class=class
                role="option"
                id=option_id(index)
                aria-selected=move || (editor.active.get() == Some(index)).to_string()
                // The field keeps the focus.
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| editor.choose(own.clone())
            >
                {content}
            </li>
        }
    };
    view! {
        <ul
            class="set-offers"
            id="set-editor-offers"
            role="listbox"
            aria-label="Photosets"
            hidden=move || offered.with(Vec::is_empty)
        >
            {move || offered.get().into_iter().enumerate().map(line).collect_view()}
        </ul>
        <p class="hint" hidden=move || !offered.with(Vec::is_empty)>
            {words::sets::HOW_NAME}
        </p>
    }
    .into_any()
}

fn option_id(index: usize) -> String {
    format!("set-offer-{index}")
}
