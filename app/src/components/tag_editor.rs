//! The dialog in which tags are put on pictures and taken off: by typing, with what is there already
//! offered.

pub mod chosen;
pub mod offers;

use domain::{
    judgement::Done,
    tag::{NameError, Tag, TagCount, clean_name, fold_name},
};
use leptos::{ev, prelude::*, task::spawn_local};

use self::{
    chosen::Chosen,
    offers::{Offers, option_id},
};
use super::dialog::Dialog;
use crate::{
    api::{
        ApiError,
        tags::{offer_tags, set_tag, tags_of},
    },
    browser::timers::Debounce,
    state::{about_pictures::Target, grid::GridState, judging::Turn, shared::Shared},
    words,
};

/// Milliseconds of quiet after which tags are offered for what was typed.
const QUIET: u64 = 80;

/// A tag that some of the chosen pictures have, or had when the dialog opened.
#[derive(Debug, Clone, PartialEq)]
struct Share {
    tag: TagCount,
    /// So many of the changes that were asked for are not confirmed.
    waiting: u32,
}

/// What the editor knows.
#[derive(Clone, Copy)]
pub struct Editor {
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    /// In the order in which they came, so that the last one is taken off first.
    shares: RwSignal<Vec<Share>>,
    text: RwSignal<String>,
    offers: RwSignal<Vec<TagCount>>,
    active: RwSignal<Option<usize>>,
    said: RwSignal<String>,
    problem: RwSignal<Option<String>>,
    /// Counts what was asked of the server, so that only the last answer is shown.
    asked: StoredValue<u32>,
    looked: StoredValue<u32>,
    debounce: Debounce,
}

impl Editor {
    fn new(shared: Shared, grid: RwSignal<Option<GridState>>) -> Self {
        Self {
            shared,
            grid,
            shares: RwSignal::new(Vec::new()),
            text: RwSignal::new(String::new()),
            offers: RwSignal::new(Vec::new()),
            active: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            problem: RwSignal::new(None),
            asked: StoredValue::new(0),
            looked: StoredValue::new(0),
            debounce: Debounce::new(QUIET),
        }
    }

    fn target(self) -> Option<Target> {
        self.shared.tagging().target.get_untracked()
    }

    fn total(self) -> u64 {
        let target = self.shared.tagging().target;
        target.with(|target| target.as_ref().map_or(0, |target| target.count))
    }

    fn close(self) {
        self.shared.tagging().open.set(false);
    }

    /// Begins with what the chosen pictures have.
    fn begin(self) {
        self.shares.set(Vec::new());
        self.text.set(String::new());
        self.said.set(String::new());
        self.problem.set(None);
        self.active.set(None);
        self.ask();
        self.offer();
    }

    /// Asks which tags the chosen pictures have.
    fn ask(self) {
        let Some(target) = self.target() else {
            return;
        };
        let number = next(self.asked);
        spawn_local(async move {
            let came = tags_of(target.selection).await;
            // What is still on its way is not in this answer.
            let waits = |shares: &Vec<Share>| shares.iter().any(|share| share.waiting > 0);
            if self.asked.try_get_value() != Some(number)
                || self.shares.try_with_untracked(waits) != Some(false)
            {
                return;
            }
            match came {
                Ok((tags, _)) => self.shares.update(|shares| take_over(shares, tags)),
                Err(problem) => self.problem.set(Some(problem.to_string())),
            }
        });
    }

    /// Asks for tags that are called like what was typed.
    fn offer(self) {
        let number = next(self.looked);
        let text = self.text.get_untracked();
        spawn_local(async move {
            let found = offer_tags(text).await.unwrap_or_default();
            if self.looked.try_get_value() == Some(number) {
                // What is marked stays so, wherever it stands now.
                let marked = untrack(|| self.marked());
                self.offers.set(found);
                let is_marked =
                    |offer: &Offer| marked.as_ref().is_some_and(|own| own.is(offer.name()));
                let offered = untrack(|| self.offered());
                self.active.set(offered.iter().position(is_marked));
            }
        });
    }

    fn typed(self, text: String) {
        // Enter is for what is typed now.
        self.active.set(None);
        // A comma stands between two tags, also in what was pasted.
        if let Some((done, rest)) = text.rsplit_once(',') {
            self.text.set(rest.trim_start().to_owned());
            self.problem.set(None);
            for name in done.split(',') {
                self.add(name);
            }
        } else {
            self.text.set(text);
            self.problem.set(None);
        }
        self.debounce.call(move || self.offer());
    }

    /// What is offered: tags that not all of the chosen pictures have, and to make one of the name that
    /// was typed.
    fn offered(self) -> Vec<Offer> {
        let total = self.total();
        let all: Vec<String> = self.shares.with(|shares| {
            let on_all = shares.iter().filter(|share| share.tag.pictures >= total);
            on_all.map(|share| fold_name(&share.tag.tag.name)).collect()
        });
        let typed = self.text.get();
        let folded = fold_name(&typed);
        // At once, and not only when the server has answered.
        let fits = |offer: &TagCount| {
            let name = fold_name(&offer.tag.name);
            name.contains(&folded) && !all.contains(&name)
        };
        let offers = self.offers.get().into_iter().filter(fits);
        let mut offered: Vec<Offer> = offers.take(8).map(Offer::Tag).collect();
        if let Ok(name) = clean_name(&typed)
            && !all.contains(&fold_name(&name))
            && !offered.iter().any(|offer| offer.is(&name))
        {
            offered.push(Offer::New(name));
        }
        offered
    }

    /// Puts on what was typed; false when that is no name, and why is shown.
    fn add(self, name: &str) -> bool {
        match clean_name(name) {
            Ok(name) => self.set(&name, true),
            Err(NameError::Empty) => {}
            Err(error) => {
                self.problem.set(Some(error.to_string()));
                return false;
            }
        }
        true
    }

    /// Puts a tag on or takes it off: shown at once, and as it was when that fails.
    fn set(self, name: &str, on: bool) {
        let Some(target) = self.target() else {
            return;
        };
        self.problem.set(None);
        let known = self.offers.with_untracked(|offers| {
            let same = |offer: &&TagCount| fold_name(&offer.tag.name) == fold_name(name);
            offers.iter().find(same).map(|offer| offer.tag.clone())
        });
        let count = if on { target.count } else { 0 };
        let mut before = 0;
        self.shares.update(|shares| {
            let share = share_of(shares, name, known);
            before = std::mem::replace(&mut share.tag.pictures, count);
            share.waiting += 1;
        });
        let name = name.to_owned();
        let run = move || -> Turn {
            Box::pin(async move {
                let came = set_tag(target.selection.clone(), name.clone(), on).await;
                self.came(&target, &name, on, before, came)
            })
        };
        match self.grid.get_untracked() {
            Some(grid) => self.shared.judging().other(grid.result, false, run),
            None => spawn_local(async move {
                run().await;
                self.ask();
            }),
        }
    }

    /// The server has answered.
    fn came(
        self,
        target: &Target,
        name: &str,
        on: bool,
        before: u64,
        came: Result<Done, ApiError>,
    ) -> Option<(Done, String)> {
        let here = self.target().as_ref() == Some(target);
        if here {
            self.shares.try_update(|shares| {
                let share = share_of(shares, name, None);
                share.waiting = share.waiting.saturating_sub(1);
                if came.is_err() {
                    share.tag.pictures = before;
                }
            });
        }
        match came {
            Ok(done) if done.changed == 0 => {
                self.said.try_set(words::tags::nothing(name, on));
                None
            }
            Ok(done) => {
                let what = words::tags::done(name, on, done.changed);
                self.said.try_set(what.clone());
                Some((done, what))
            }
            Err(problem) => {
                self.said.try_set(String::new());
                // Behind the dialog nobody would read it.
                if here && self.shared.tagging().open.get_untracked() {
                    self.problem.try_set(Some(problem.to_string()));
                    self.ask();
                } else {
                    self.shared.toasts().problem(&problem);
                }
                None
            }
        }
    }

    /// Takes off the last tag that all or some have.
    fn take_last_off(self) {
        let last = self.shares.with_untracked(|shares| {
            let mut on = shares.iter().rev().filter(|share| share.tag.pictures > 0);
            on.next().map(|share| share.tag.tag.name.clone())
        });
        if let Some(name) = last {
            self.set(&name, false);
        }
    }

    /// What is marked in the list.
    fn marked(self) -> Option<Offer> {
        let at = self.active.get()?;
        self.offered().into_iter().nth(at)
    }

    /// Puts on what is marked in the list, else what was typed.
    fn enter(self) {
        match untrack(|| self.marked()) {
            Some(offer) => self.set(offer.name(), true),
            None if !self.add(&self.text.get_untracked()) => return,
            None => {}
        }
        self.text.set(String::new());
        self.active.set(None);
        self.debounce.cancel();
        self.offer();
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let empty = self.text.with_untracked(String::is_empty);
        let count = untrack(|| self.offered()).len();
        let active = self.active.get_untracked();
        match event.key().as_str() {
            "Enter" => self.enter(),
            "Backspace" if empty && !event.repeat() => self.take_last_off(),
            "ArrowDown" if count > 0 => {
                self.active
                    .set(Some(active.map_or(0, |at| (at + 1) % count)));
            }
            "ArrowUp" if count > 0 => {
                let last = count - 1;
                self.active
                    .set(Some(active.map_or(last, |at| (at + last) % count)));
            }
            // In an empty field there is nothing to take back but what was done.
            "z" | "Z" if empty && (event.ctrl_key() || event.meta_key()) => self.back(event),
            _ => return,
        }
        event.prevent_default();
    }

    fn back(self, event: &ev::KeyboardEvent) {
        if let Some(grid) = self.grid.get_untracked() {
            let judging = self.shared.judging();
            if event.shift_key() {
                judging.redo(grid.result);
            } else {
                judging.undo(grid.result);
            }
        }
    }
}

/// Something that Enter puts on.
#[derive(Debug, Clone, PartialEq)]
enum Offer {
    /// A tag that is there.
    Tag(TagCount),
    /// A name that makes one.
    New(String),
}

impl Offer {
    fn name(&self) -> &str {
        match self {
            Self::Tag(tag) => &tag.tag.name,
            Self::New(name) => name,
        }
    }

    fn is(&self, name: &str) -> bool {
        fold_name(self.name()) == fold_name(name)
    }
}

/// The dialog. Its part of the page is loaded when it is first wanted.
#[component]
pub fn TagEditor(
    /// What the parts of the page share.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let editor = Editor::new(shared, grid);
    let tagging = shared.tagging();
    Effect::new(move || {
        tagging.target.track();
        if tagging.open.get() {
            editor.begin();
        }
    });
    // What was taken back meanwhile is told by the server.
    Effect::watch(
        move || shared.judging().marked().get(),
        move |_, _, _| {
            if tagging.open.get_untracked() {
                editor.ask();
                editor.offer();
            }
        },
        false,
    );
    view! {
        <Dialog
            id="tag-editor"
            class="tag-editor"
            title=Signal::derive(move || words::tags::title(editor.total()))
            open=tagging.open
            close=Callback::new(move |()| editor.close())
            lightly=true
        >
            <div class="dialog-body">
                <Chosen editor />
                <div class="tag-editor-box">
                    <input
                        class="input"
                        id="tag-editor-input"
                        type="text"
                        role="combobox"
                        placeholder=words::tags::ADD
                        aria-label=words::tags::ADD
                        aria-autocomplete="list"
                        aria-controls="tag-editor-offers"
                        aria-expanded=move || (!editor.offered().is_empty()).to_string()
                        aria-activedescendant=move || editor.active.get().map(option_id)
                        aria-describedby="tag-editor-problem"
                        aria-invalid=move || editor.problem.with(Option::is_some).to_string()
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        enterkeyhint="done"
                        autofocus
                        prop:value=move || editor.text.get()
                        on:input=move |event| editor.typed(event_target_value(&event))
                        on:keydown=move |event| editor.pressed(&event)
                    />
                    <Offers editor />
                </div>
                <p class="tag-editor-problem" id="tag-editor-problem" role="alert">
                    {move || editor.problem.get()}
                </p>
            </div>
            <div class="dialog-foot">
                <p class="hint tag-editor-said" role="status">
                    {move || editor.said.get()}
                </p>
                <button
                    type="button"
                    class="button is-primary"
                    on:click=move |_| {
                        editor.enter();
                        if editor.problem.with_untracked(Option::is_none) {
                            editor.close();
                        }
                    }
                >
                    "Done"
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// The share of a tag, which comes last when it is new.
fn share_of<'a>(shares: &'a mut Vec<Share>, name: &str, known: Option<Tag>) -> &'a mut Share {
    let folded = fold_name(name);
    let at = shares
        .iter()
        .position(|share| fold_name(&share.tag.tag.name) == folded);
    let at = at.unwrap_or_else(|| {
        let tag = known.unwrap_or_else(|| Tag {
            name: name.to_owned(),
            colour: None,
        });
        shares.push(Share {
            tag: TagCount {
                tag,
                pictures: 0,
                out_of_sight: 0,
            },
            waiting: 0,
        });
        shares.len() - 1
    });
    &mut shares[at]
}

/// Takes over what the server says; what was there already keeps its place.
fn take_over(shares: &mut Vec<Share>, mut tags: Vec<TagCount>) {
    let mut next = Vec::with_capacity(tags.len());
    for share in shares.iter() {
        let folded = fold_name(&share.tag.tag.name);
        let at = tags
            .iter()
            .position(|tag| fold_name(&tag.tag.name) == folded);
        if let Some(at) = at {
            next.push(tags.remove(at));
        }
    }
    next.append(&mut tags);
    let share = |tag| Share { tag, waiting: 0 };
    *shares = next.into_iter().map(share).collect();
}

fn next(counter: StoredValue<u32>) -> u32 {
    let number = counter.get_value().wrapping_add(1);
    counter.set_value(number);
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str, pictures: u64) -> TagCount {
        TagCount {
            tag: Tag {
                name: name.to_owned(),
                colour: None,
            },
            pictures,
            out_of_sight: 0,
        }
    }

    #[test]
    fn tags_keep_their_places_and_new_ones_come_last() {
        let mut shares = Vec::new();
        take_over(&mut shares, vec![tag("b", 2), tag("d", 1)]);
        share_of(&mut shares, "a", None).tag.pictures = 2;
        share_of(&mut shares, "B", None).tag.pictures = 0;
        take_over(&mut shares, vec![tag("A", 2), tag("c", 1), tag("d", 2)]);
        let told: Vec<_> = shares
            .iter()
            .map(|share| (share.tag.tag.name.as_str(), share.tag.pictures))
            .collect();
        assert_eq!(told, [("d", 2), ("A", 2), ("c", 1)]);
    }
}
