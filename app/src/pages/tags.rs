//! Every tag: how often it is used, what it is called, its colour; merging and deleting.

pub mod line;

use domain::{
    judgement::Done,
    tag::{TagColour, TagCount, fold_name},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use self::line::Line;
use crate::{
    api::{ApiError, judge::undo, tags::all_tags},
    browser::dom,
    components::{
        drop_inspect::DropInspect, empty::Drawing, loaded::ProblemNote, top_bar::PageBar,
    },
    state::{
        remote::Remote,
        toasts::{Toasts, use_toasts},
    },
    words,
};

/// From so many tags on one can be looked for, and they can be put in another order.
const MANY: usize = 8;

/// What the lines of the page share.
#[derive(Clone, Copy)]
pub struct Desk {
    list: Remote<Vec<TagCount>>,
    /// Names of all tags.
    names: Memo<Vec<String>>,
    toasts: Toasts,
}

impl Desk {
    /// Says what was done, offers to take it back, and asks for the list again. Tells what went wrong.
    fn done(self, what: String, came: Result<Done, ApiError>) -> Result<(), ApiError> {
        let done = came?;
        if let Some(operation) = done.operation {
            let again = what.clone();
            self.toasts.offer(what, "Undo", move || {
                let again = again.clone();
                spawn_local(async move {
                    match undo(operation, None).await {
                        Ok(done) => self.toasts.say(words::judged::taken_back(
                            &again,
                            false,
                            done.conflicts,
                        )),
                        Err(problem) => self.toasts.problem(&problem),
                    }
                    self.list.refetch();
                });
            });
        }
        self.list.refetch();
        Ok(())
    }
}

/// The page `/tags`.
#[component]
pub fn TagsPage() -> impl IntoView {
    let list: Remote<Vec<TagCount>> = Resource::new_with_options(|| (), |()| all_tags(), false);
    let retry = Callback::new(move |()| list.refetch());
    view! {
        <Title text="Tags" />
        <PageBar title="Tags" />
        <main class="page tags">
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {
                    let tags = Memo::new(move |last: Option<&Vec<TagCount>>| {
                        let known = list.with(|list| list.clone().and_then(Result::ok));
                        known.or_else(|| last.cloned()).unwrap_or_default()
                    });
                    let problem = Memo::new(move |_| {
                        list.with(|list| match list {
                            Some(Err(problem)) => Some(problem.clone()),
                            _ => None,
                        })
                    });
                    let none = Memo::new(move |_| tags.with(Vec::is_empty));
                    let asked = Memo::new(move |_| list.with(Option::is_some));
                    move || match problem.get() {
                        Some(problem) => view! { <ProblemNote problem retry /> }.into_any(),
                        None if !asked.get() => ().into_any(),
                        None if none.get() => view! { <Nothing /> }.into_any(),
                        None => view! { <List tags list /> }.into_any(),
                    }
                }
            </Transition>
            <DropInspect />
        </main>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="empty">
            <Drawing />
            <h2>{words::tags::NONE}</h2>
            <p class="empty-text">{words::tags::HOW}</p>
            <a class="button" href="/">
                "To the pictures"
            </a>
        </section>
    }
}

/// How the list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Name,
    Used,
}

#[component]
fn List(tags: Memo<Vec<TagCount>>, list: Remote<Vec<TagCount>>) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let order = RwSignal::new(Order::Name);
    let names =
        Memo::new(move |_| tags.with(|tags| tags.iter().map(|one| one.tag.name.clone()).collect()));
    let desk = Desk {
        list,
        names,
        toasts: use_toasts(),
    };
    let shown = Memo::new(move |_| {
        let folded = fold_name(&wanted.get());
        let mut shown = tags.get();
        shown.retain(|one| fold_name(&one.tag.name).contains(&folded));
        if order.get() == Order::Used {
            shown.sort_by_key(|one| std::cmp::Reverse(one.pictures));
        }
        shown
    });
    let many = Memo::new(move |_| tags.with(|tags| tags.len() >= MANY));
    let choice = move |own: Order, text: &'static str| {
        view! {
            <button
                type="button"
                class="button is-quiet"
                aria-pressed=move || (order.get() == own).to_string()
                on:click=move |_| order.set(own)
            >
                {text}
            </button>
        }
    };
    view! {
        <div class="tags-head">
            <p class="page-lead" role="status">
                {move || words::tags::all(shown.with(Vec::len) as u64)}
            </p>
            <div class="tags-tools needs-wasm" hidden=move || !many.get()>
                <input
                    type="search"
                    class="input"
                    id="tags-find"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Find a tag"
                    aria-label="Find a tag"
                    prop:value=move || wanted.get()
                    on:input=move |event| wanted.set(event_target_value(&event))
                />
                <div class="segmented" role="group" aria-label="Order">
                    {choice(Order::Name, "By name")} {choice(Order::Used, "Most used")}
                </div>
            </div>
        </div>
        <ul class="tags-list" id="tags-list" tabindex="-1" aria-label="Tags">
            <For each=move || shown.get() key=|one| key(one) let:one>
                <Line one desk />
            </For>
        </ul>
        <Show when=move || shown.with(Vec::is_empty)>
            <p class="hint">{words::tags::NOT_FOUND}</p>
        </Show>
    }
    .into_any()
}

/// Where the focus goes when the line is gone that had it.
fn focus_list() {
    dom::focus_first("#tags-list");
}

/// By what a line is the same one: whatever it shows.
fn key(one: &TagCount) -> (String, Option<TagColour>, u64, u64) {
    let tag = &one.tag;
    (tag.name.clone(), tag.colour, one.pictures, one.out_of_sight)
}
