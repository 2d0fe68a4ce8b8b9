//! Words to look for, live while they are typed, and values that they may mean.

use domain::{
    facet::ValueCount,
    query::{Field, Query, Words},
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::icon::Icon;
use crate::{
    api::search::suggest,
    browser::{dom, timers::Debounce},
    shortcuts::Action,
    state::{
        preferences::use_preferences,
        query::{QueryState, use_query},
    },
    words,
};

/// The fields whose values are offered, in the order in which they are shown.
const OFFERED: [Field; 9] = [
    Field::Tag,
    Field::Persona,
    Field::User,
    Field::Intent,
    Field::Model,
    Field::Lora,
    Field::Sampler,
    Field::Tool,
    Field::Folder,
];
/// At most so many values of one field.
const PER_FIELD: usize = 3;
/// Milliseconds of quiet after which what was typed is searched.
const QUIET: u64 = 140;

/// One offered filter.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offer {
    field: Field,
    value: ValueCount,
}

/// What the box knows while it is typed into.
#[derive(Clone, Copy)]
struct Search {
    state: QueryState,
    text: RwSignal<String>,
    offers: RwSignal<Vec<Offer>>,
    active: RwSignal<Option<usize>>,
    open: RwSignal<bool>,
    debounce: Debounce,
    /// Counts the questions for offers, so that only the answer to the last one is shown.
    asked: StoredValue<u32>,
}

impl Search {
    fn new(state: QueryState) -> Self {
        Self {
            state,
            text: RwSignal::new(state.query.with_untracked(Query::words_text)),
            offers: RwSignal::new(Vec::new()),
            active: RwSignal::new(None),
            open: RwSignal::new(false),
            debounce: Debounce::new(QUIET),
            asked: StoredValue::new(0),
        }
    }

    fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    /// Something was typed: search and offer once there is a moment of quiet.
    fn typed(self, value: String) {
        self.text.set(value.clone());
        self.debounce.call(move || {
            self.offer(&value);
            let before = self.state.query.get_untracked();
            match plain_words(&value) {
                Some(words) if words != before.words => {
                    self.state.replace(Query {
                        words,
                        ..before.from_the_top()
                    });
                }
                _ => {}
            }
        });
    }

    /// Asks for values that the last word may mean.
    fn offer(self, typed: &str) {
        let number = self.asked.get_value() + 1;
        self.asked.set_value(number);
        let Some((rest, fields, last)) = last_word(typed) else {
            self.offers.set(Vec::new());
            return self.close();
        };
        let query = self.state.query.get_untracked().with_words(rest);
        spawn_local(async move {
            let mut found = Vec::new();
            for field in fields {
                let values = suggest(field, last.clone(), query.clone())
                    .await
                    .unwrap_or_default();
                let values = values
                    .into_iter()
                    .filter(|value| value.count > 0)
                    .take(PER_FIELD);
                found.extend(values.map(|value| Offer { field, value }));
                // Something newer was typed meanwhile.
                if self.asked.try_get_value() != Some(number) {
                    return;
                }
            }
            self.active.set(None);
            self.open.set(!found.is_empty());
            self.offers.set(found);
        });
    }

    /// Puts an offered filter in the place of the last word.
    fn take(self, offer: &Offer) {
        self.debounce.cancel();
        let typed = self.text.get_untracked();
        let rest = last_word(&typed)
            .map_or("", |(rest, _, _)| rest)
            .trim()
            .to_owned();
        let mut query = self.state.query.get_untracked().with_words(&rest);
        if !query.is_ticked(offer.field, &offer.value.value) {
            query = query.with_toggled(offer.field, &offer.value.value);
        }
        self.text.set(query.words_text());
        self.asked.update_value(|number| *number += 1);
        self.close();
        self.state.push(query);
    }

    /// Searches for what stands in the box, `field:value` included.
    fn search(self) {
        self.debounce.cancel();
        self.asked.update_value(|number| *number += 1);
        self.close();
        let query = self
            .state
            .query
            .get_untracked()
            .with_words(&self.text.get_untracked());
        self.text.set(query.words_text());
        self.state.push(query);
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        let open = self.open.get_untracked();
        let count = self.offers.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if open => {
                event.prevent_default();
                self.active
                    .update(|at| *at = Some(at.map_or(0, |at| (at + 1) % count)));
            }
            // From the box straight to the pictures.
            "ArrowDown" if dom::focus_first("[data-p][tabindex='0']") => event.prevent_default(),
            "ArrowUp" if open => {
                event.prevent_default();
                let last = count - 1;
                self.active
                    .update(|at| *at = Some(at.map_or(last, |at| (at + last) % count)));
            }
            "Enter" => {
                event.prevent_default();
                let chosen = self.active.get_untracked().filter(|_| open);
                let offer =
                    chosen.and_then(|at| self.offers.with_untracked(|all| all.get(at).cloned()));
                match offer {
                    Some(offer) => self.take(&offer),
                    None => self.search(),
                }
            }
            "Escape" if open => {
                event.prevent_default();
                event.stop_propagation();
                self.close();
            }
            _ => {}
        }
    }
}

/// The search box; a combobox whose list offers filters. Without wasm it is a field of the filter
/// form.
#[component]
pub fn SearchBox() -> impl IntoView {
    let search = Search::new(use_query());
    let keymap = use_preferences().keymap;
    let in_url = Memo::new(move |_| search.state.query.with(Query::words_text));
    // The URL may change by a chip or by going back; what is being typed is not disturbed by its
    // own arrival there.
    Effect::new(move || {
        let arrived = in_url.get();
        let typed = search.text.with_untracked(|text| plain_words(text));
        if typed.as_ref() != Some(&Query::default().with_words(&arrived).words) {
            search.text.set(arrived);
        }
    });
    let clear = move |_| {
        search.text.set(String::new());
        search.search();
    };
    view! {
        <search class="search-box">
            <Icon name="search" />
            <input
                class="search-box-input"
                id="search"
                type="search"
                name="q"
                form="filters"
                role="combobox"
                placeholder="Search prompts, models, tags"
                aria-label="Search prompts, models, tags and file names"
                aria-autocomplete="list"
                aria-controls="search-offers"
                aria-expanded=move || search.open.get().to_string()
                aria-activedescendant=move || search.active.get().map(option_id)
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                value=in_url.get_untracked()
                prop:value=move || search.text.get()
                on:input=move |event| search.typed(event_target_value(&event))
                on:keydown=move |event| search.pressed(&event)
                on:blur=move |_| search.close()
            />
            <kbd class="search-box-key" aria-hidden="true">
                {move || keymap.with(|keymap| keymap.stroke_of(Action::Search))}
            </kbd>
            <button
                type="button"
                class="button is-quiet is-icon is-small search-box-clear needs-wasm"
                aria-label="Clear the search"
                hidden=move || search.text.with(String::is_empty)
                on:click=clear
            >
                <Icon name="close" />
            </button>
            <Offers search />
        </search>
    }
    .into_any()
}

/// The list below the box.
#[component]
fn Offers(search: Search) -> impl IntoView {
    let list = move || {
        let line = |(index, offer): (usize, Offer)| {
            let value = words::value(offer.field, &offer.value.value);
            let count = words::count(offer.value.count);
            let field = offer.field.label();
            // What tells folders apart is their end.
            let is_path = offer.field == Field::Folder;
            view! {
                <li
                    class="menu-item search-box-offer"
                    role="option"
                    id=option_id(index)
                    aria-selected=move || (search.active.get() == Some(index)).to_string()
                    // The field keeps the focus, else its blur closes the list first.
                    on:mousedown=move |event| event.prevent_default()
                    on:click=move |_| search.take(&offer)
                >
                    <span class="hint">{field}</span>
                    <span class="truncate" class:is-end=is_path>
                        <bdi>{value}</bdi>
                    </span>
                    <span class="hint">{count}</span>
                </li>
            }
        };
        search
            .offers
            .get()
            .into_iter()
            .enumerate()
            .map(line)
            .collect_view()
    };
    view! {
        <ul
            class="search-box-offers menu"
            id="search-offers"
            role="listbox"
            aria-label="Filters that match"
            hidden=move || !search.open.get()
        >
            {list}
        </ul>
    }
}

fn option_id(index: usize) -> String {
    format!("search-offer-{index}")
}

/// Splits what was typed into what stands before the last word, the fields that the last word may
/// mean, and the word itself; `None` when there is nothing worth asking for.
fn last_word(typed: &str) -> Option<(&str, Vec<Field>, String)> {
    let start = typed.rfind(char::is_whitespace).map_or(0, |space| {
        space + typed[space..].chars().next().map_or(1, char::len_utf8)
    });
    let last = typed[start..].trim_start_matches(['-', '"']);
    if matches!(last, "OR" | "AND") {
        return None;
    }
    let named = last.split_once(':').and_then(|(name, rest)| {
        let field = OFFERED
            .into_iter()
            .find(|field| field.key().eq_ignore_ascii_case(name))?;
        Some((vec![field], rest))
    });
    let (fields, text) = named.unwrap_or_else(|| (OFFERED.to_vec(), last));
    let enough = text.chars().count() >= 2 || (fields.len() == 1);
    enough.then(|| (&typed[..start], fields, text.to_owned()))
}

/// What was typed, when it is words alone; a `field:value` waits for Enter, lest half of it becomes
/// a filter, and an `OR` for the word after it.
fn plain_words(typed: &str) -> Option<Vec<Words>> {
    let query = Query::default().with_words(typed);
    (query.filters.is_empty() && query.unknown.is_empty()).then_some(query.words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_searched_while_they_are_typed_and_what_is_half_typed_waits() {
        let texts = |typed: &str| {
            let words = plain_words(typed)?;
            let any = |words: &Words| words.any.iter().map(|word| word.text.clone()).collect();
            Some(words.iter().map(any).collect::<Vec<Vec<String>>>())
        };
        assert_eq!(
            texts("neon cat OR dog"),
            Some(vec![
                vec!["neon".to_owned()],
                vec!["cat".to_owned(), "dog".to_owned()]
            ])
        );
        assert_eq!(texts("neon cat OR"), None);
        assert_eq!(texts("neon lora:ink"), None);
    }

    #[test]
    fn the_last_word_is_what_is_offered_for() {
        let (rest, fields, word) = last_word("neon city auro").expect("offers");
        assert_eq!((rest, word.as_str()), ("neon city ", "auro"));
        assert_eq!(fields.len(), OFFERED.len());
        let (rest, fields, word) = last_word("neon lora:det").expect("offers");
        assert_eq!(
            (rest, fields, word.as_str()),
            ("neon ", vec![Field::Lora], "det")
        );
        assert!(last_word("neon a").is_none());
        let (rest, _, word) = last_word("neon OR cit").expect("offers");
        assert_eq!((rest, word.as_str()), ("neon OR ", "cit"));
        assert!(last_word("neon OR").is_none());
        assert!(last_word("").is_none());
    }
}
