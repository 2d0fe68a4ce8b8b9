//! The form with what is told of pictures together with their files.

use domain::{judgement::MOST_STARS, overlay::date_text, photoset::SetKind, recipe::Recipe};
use leptos::{prelude::*, task::spawn_local};
use serde_json::{Map, Value, json};

use crate::{
    api::sets,
    words::{about as said, many},
};

/// What is typed into the form.
#[derive(Clone, Copy)]
pub struct About {
    prompt: RwSignal<String>,
    negative: RwSignal<String>,
    model: RwSignal<String>,
    date: RwSignal<String>,
    notes: RwSignal<String>,
    stars: RwSignal<u8>,
    tags: RwSignal<String>,
    photoset: RwSignal<String>,
    persona: RwSignal<String>,
    metadata: RwSignal<String>,
    /// What the file says itself of those that begin with it: they are sent only where somebody changed them.
    own: StoredValue<[String; 4]>,
}

impl Default for About {
    fn default() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            prompt: text(),
            negative: text(),
            model: text(),
            date: text(),
            notes: text(),
            stars: RwSignal::new(0),
            tags: text(),
            photoset: text(),
            persona: text(),
            metadata: text(),
            own: StoredValue::default(),
        }
    }
}

impl About {
    /// The fields that a file fills, in the order of what it says.
    fn filled(self) -> [(&'static str, RwSignal<String>); 4] {
        [
            ("prompt", self.prompt),
            ("negative_prompt", self.negative),
            ("model", self.model),
            ("date", self.date),
        ]
    }

    /// Shows what a file says of itself, wherever nobody typed.
    pub fn fill(self, recipe: &Recipe) {
        let says = [
            recipe.positive.clone(),
            recipe.negative.clone(),
            recipe.models.first().cloned().unwrap_or_default(),
            recipe.made.map(date_text).unwrap_or_default(),
        ];
        let before = self.own.get_value();
        for (((_, field), said), before) in self.filled().into_iter().zip(&says).zip(&before) {
            if field.with_untracked(|typed| typed == before) {
                field.set(said.clone());
            }
        }
        self.own.set_value(says);
    }

    /// Takes away again what a file said of itself.
    pub fn empty(self) {
        self.fill(&Recipe::default());
    }

    /// All of it as the server reads it; `None` when nothing is told.
    pub fn json(self) -> Option<String> {
        let mut told = Map::new();
        let own = self.own.get_value();
        for ((name, field), own) in self.filled().into_iter().zip(&own) {
            let typed = field.get_untracked();
            if typed.trim() != own.trim() {
                told.insert(name.to_owned(), typed.into());
            }
        }
        for (name, field) in [
            ("notes", self.notes),
            ("tags", self.tags),
            ("photoset", self.photoset),
            ("persona", self.persona),
            ("metadata", self.metadata),
        ] {
            told.insert(name.to_owned(), field.get_untracked().into());
        }
        told.insert("rating".to_owned(), json!(self.stars.get_untracked()));
        told.retain(|_, value| match value {
            Value::String(text) => !text.trim().is_empty(),
            other => *other != json!(0),
        });
        (!told.is_empty()).then(|| Value::Object(told).to_string())
    }

    /// Why it cannot be sent like this.
    fn problem(self) -> Option<&'static str> {
        self.metadata.with(|text| {
            let read = serde_json::from_str::<Map<String, Value>>(text);
            (!text.trim().is_empty() && read.is_err()).then_some(said::NO_OBJECT)
        })
    }

    /// Whether it can be sent.
    pub fn is_sound(self) -> bool {
        self.problem().is_none()
    }
}

/// The fields of the form.
#[component]
pub fn AboutForm(
    /// What is typed.
    about: About,
) -> impl IntoView {
    let known = RwSignal::new(Vec::<String>::new());
    Effect::new(move || {
        spawn_local(async move {
            let found = sets::sets().await.unwrap_or_default();
            let manual = found
                .into_iter()
                .filter(|one| one.set.kind == SetKind::Manual);
            known.try_set(manual.map(|one| one.set.name).collect());
        });
    });
    let stars = (0..=MOST_STARS).map(|stars| {
        let name = match stars {
            0 => said::NO_STARS.to_owned(),
            stars => many(stars.into(), "star", "stars"),
        };
        view! {
            <option value=stars.to_string() selected=move || about.stars.get() == stars>
                {name}
            </option>
        }
    });
    let problem = move || about.problem();
    view! {
        <div class="about-form">
            {prose(said::PROMPT, about.prompt)}
            {prose(said::NEGATIVE, about.negative)}
            <div class="about-pair">
                {line(said::MODEL, about.model, None)}
                {line(said::DATE, about.date, None)}
            </div>
            {prose(said::NOTES, about.notes)}
            <div class="about-pair">
                <label class="set-field">
                    <span>{said::STARS}</span>
                    <select
                        class="input"
                        on:change=move |event| {
                            about.stars.set(event_target_value(&event).parse().unwrap_or(0));
                        }
                    >
                        {stars.collect_view()}
                    </select>
                </label>
                {line(said::TAGS, about.tags, None)}
            </div>
            <div class="about-pair">
                {line(said::PHOTOSET, about.photoset, Some("about-photosets"))}
                {line(said::PERSONA, about.persona, None)}
            </div>
            <datalist id="about-photosets">
                {move || known.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
            </datalist>
            <label class="set-field">
                <span>{said::METADATA}</span>
                <textarea
                    class="input about-json"
                    rows="2"
                    spellcheck="false"
                    placeholder="{\"client\": \"north\"}"
                    prop:value=about.metadata
                    aria-invalid=move || problem().is_some().then_some("true")
                    aria-describedby="about-problem"
                    on:input=move |event| about.metadata.set(event_target_value(&event))
                ></textarea>
            </label>
            <p id="about-problem" class="about-problem" role="status">
                {problem}
            </p>
        </div>
    }
    .into_any()
}

fn prose(name: &'static str, text: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="set-field">
            <span>{name}</span>
            <textarea
                class="input"
                rows="2"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
        </label>
    }
}

fn line(name: &'static str, text: RwSignal<String>, list: Option<&'static str>) -> impl IntoView {
    view! {
        <label class="set-field">
            <span>{name}</span>
            <input
                class="input"
                type="text"
                autocomplete="off"
                list=list
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            />
        </label>
    }
}
