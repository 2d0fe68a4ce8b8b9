//! One tag of the page and what can be done with it.

use domain::{
    problem::ProblemKind,
    query::{Field, Query},
    tag::{Tag, TagColour, TagCount},
};
use leptos::{ev, html, prelude::*, task::spawn_local};

use super::{Desk, focus_list};
use crate::{
    api::{
        ApiError,
        tags::{colour_tag, delete_tag, merge_tags, rename_tag},
    },
    browser::dom,
    components::{icon::Icon, tag_dot::tag_dot},
    state::query::QueryState,
    words,
};

/// What stands open below a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Panel {
    Rename,
    Merge,
    Colour,
}

/// One line, as its parts know it.
#[derive(Clone, Copy)]
struct Own {
    tag: StoredValue<Tag>,
    desk: Desk,
    panel: RwSignal<Option<Panel>>,
    problem: RwSignal<Option<ApiError>>,
    working: RwSignal<bool>,
}

impl Own {
    fn name(self) -> String {
        self.tag.with_value(|tag| tag.name.clone())
    }

    fn toggle(self, panel: Panel) {
        self.problem.set(None);
        self.panel
            .update(|open| *open = (*open != Some(panel)).then_some(panel));
    }

    fn close(self) {
        self.problem.set(None);
        self.panel.set(None);
    }

    /// Does something with the tag; the line stays as it is when that fails, and says why.
    fn run<F>(self, what: String, ask: F)
    where
        F: Future<Output = Result<domain::judgement::Done, ApiError>> + 'static,
    {
        if self.working.get_untracked() {
            return;
        }
        self.working.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let came = ask.await;
            self.working.try_set(false);
            match self.desk.done(what, came) {
                Ok(()) => {
                    self.panel.try_set(None);
                    focus_list();
                }
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                }
            }
        });
    }

    fn merge(self, into: String, pictures: u64) {
        let name = self.name();
        let what = words::tags::merged(&name, &into, pictures);
        self.run(what, merge_tags(name, into));
    }
}

/// A tag: its colour, its name, how many pictures have it, and buttons.
#[component]
pub fn Line(
    /// The tag.
    one: TagCount,
    /// What the lines share.
    desk: Desk,
) -> impl IntoView {
    let TagCount {
        tag,
        pictures,
        out_of_sight,
    } = one;
    let (name, colour) = (tag.name.clone(), tag.colour);
    let own = Own {
        tag: StoredValue::new(tag),
        desk,
        panel: RwSignal::new(None),
        problem: RwSignal::new(None),
        working: RwSignal::new(false),
    };
    let all = pictures + out_of_sight;
    let href = QueryState::href(&Query::default().with_toggled(Field::Tag, &name));
    let delete = move |_| {
        let name = own.name();
        own.run(words::tags::deleted(&name, all), delete_tag(name));
    };
    let button = move |panel: Panel, icon: &'static str, verb: &'static str| {
        let label = format!("{verb} {}", own.name());
        view! {
            <button
                type="button"
                class="button is-quiet is-icon"
                aria-label=label.clone()
                title=label
                aria-expanded=move || (own.panel.get() == Some(panel)).to_string()
                on:click=move |_| own.toggle(panel)
            >
                <Icon name=icon />
            </button>
        }
    };
    let deleting = format!("Delete {name}");
    view! {
        <li class="tags-line">
            <div class="tags-row">
                <button
                    type="button"
                    class="button is-quiet is-icon tags-colour needs-wasm"
                    aria-label=format!("Colour of {name}: {}", words::tags::colour(colour))
                    title="Colour"
                    aria-expanded=move || (own.panel.get() == Some(Panel::Colour)).to_string()
                    on:click=move |_| own.toggle(Panel::Colour)
                >
                    {tag_dot(colour)}
                </button>
                <a class="tags-name truncate" href=href>
                    {name.clone()}
                </a>
                <span class="hint tags-used">{words::tags::used(pictures, out_of_sight)}</span>
                <div class="tags-buttons needs-wasm">
                    {button(Panel::Rename, "pencil", "Rename")}
                    {button(Panel::Merge, "merge", "Merge")}
                    <button
                        type="button"
                        class="button is-quiet is-icon"
                        aria-label=deleting.clone()
                        title=deleting
                        on:click=delete
                    >
                        <Icon name="trash" />
                    </button>
                </div>
            </div>
            {move || {
                own.panel
                    .get()
                    .map(|panel| match panel {
                        Panel::Rename => view! { <Rename own pictures=all /> }.into_any(),
                        Panel::Merge => view! { <Merge own pictures=all /> }.into_any(),
                        Panel::Colour => view! { <Colour own /> }.into_any(),
                    })
            }}
            {move || {
                own.problem
                    .get()
                    .map(|problem| {
                        view! {
                            <p class="tags-problem" role="alert">
                                {problem.to_string()}
                            </p>
                        }
                    })
            }}
        </li>
    }
    .into_any()
}

/// Escape closes a panel.
fn closes(own: Own, event: &ev::KeyboardEvent) {
    if event.key() == "Escape" {
        event.prevent_default();
        own.close();
        focus_list();
    }
}

/// Another name. One that another tag has offers to merge the two.
#[component]
fn Rename(own: Own, pictures: u64) -> impl IntoView {
    let text = RwSignal::new(own.name());
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            dom::focus(&input);
            input.select();
        }
    });
    let save = move || {
        let (name, to) = (own.name(), text.get_untracked());
        let what = words::tags::renamed(&name, to.trim());
        own.run(what, rename_tag(name, to));
    };
    // The other tag that is called so, when the server has said that there is one.
    let other = move || {
        let taken = |problem: &ApiError| problem.0.kind == ProblemKind::Conflict;
        let taken = own
            .problem
            .with(|problem| problem.as_ref().is_some_and(taken));
        let folded = domain::tag::fold_name(&text.get());
        let names = own.desk.names.get().into_iter();
        let mut same = names.filter(|name| domain::tag::fold_name(name) == folded);
        same.next().filter(|name| taken && *name != own.name())
    };
    view! {
        <form
            class="tags-panel"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
            on:keydown=move |event| closes(own, &event)
        >
            <input
                class="input"
                node_ref=input
                aria-label=format!("New name of {}", own.name())
                autocomplete="off"
                spellcheck="false"
                value=own.name()
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    own.problem.set(None);
                }
            />
            <button type="submit" class="button is-primary" disabled=move || own.working.get()>
                "Rename"
            </button>
            {move || {
                other()
                    .map(|into| {
                        let text = format!("Merge into “{into}”");
                        view! {
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| own.merge(into.clone(), pictures)
                            >
                                <Icon name="merge" />
                                {text}
                            </button>
                        }
                    })
            }}
            <button type="button" class="button is-quiet" on:click=move |_| own.close()>
                "Cancel"
            </button>
        </form>
    }
    .into_any()
}

/// Another tag that takes its place.
#[component]
fn Merge(own: Own, pictures: u64) -> impl IntoView {
    let select = NodeRef::<html::Select>::new();
    Effect::new(move || {
        if let Some(select) = select.get() {
            dom::focus(&select);
        }
    });
    let others: Vec<String> = own.desk.names.with_untracked(|names| {
        let others = names.iter().filter(|name| **name != own.name());
        others.cloned().collect()
    });
    let chosen = RwSignal::new(others.first().cloned().unwrap_or_default());
    let none = others.is_empty();
    let id = format!("merge-{}", own.name());
    view! {
        <form
            class="tags-panel"
            on:submit=move |event| {
                event.prevent_default();
                let into = chosen.get_untracked();
                if !into.is_empty() {
                    own.merge(into, pictures);
                }
            }
            on:keydown=move |event| closes(own, &event)
        >
            <label for=id.clone()>{words::tags::merge_question(&own.name())}</label>
            <select
                class="select"
                id=id
                node_ref=select
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                {others
                    .into_iter()
                    .map(|name| view! { <option value=name.clone()>{name.clone()}</option> })
                    .collect_view()}
            </select>
            <button
                type="submit"
                class="button is-primary"
                disabled=move || none || own.working.get()
            >
                "Merge"
            </button>
            <button type="button" class="button is-quiet" on:click=move |_| own.close()>
                "Cancel"
            </button>
        </form>
    }
    .into_any()
}

/// Another colour, or none.
#[component]
fn Colour(own: Own) -> impl IntoView {
    let now = own.tag.with_value(|tag| tag.colour);
    let colours = std::iter::once(None).chain(TagColour::ALL.map(Some));
    let choice = move |colour: Option<TagColour>| {
        let name = words::tags::colour(colour);
        view! {
            <button
                type="button"
                class="button is-quiet tags-swatch"
                aria-pressed=(colour == now).to_string()
                on:click=move |_| {
                    let name = own.name();
                    let what = words::tags::coloured(&name, colour);
                    own.run(what, colour_tag(name, colour));
                }
            >
                {tag_dot(colour)}
                {name}
            </button>
        }
    };
    view! {
        <div
            class="tags-panel"
            role="group"
            aria-label=format!("Colour of {}", own.name())
            on:keydown=move |event| closes(own, &event)
        >
            {colours.map(choice).collect_view()}
        </div>
    }
    .into_any()
}
