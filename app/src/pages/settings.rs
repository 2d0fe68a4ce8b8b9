//! What is set for the library and for this browser.

use domain::{
    number,
    settings::{SettingName, SettingsNow},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api::{
        ApiError,
        settings::{change, import, now},
    },
    browser::{files, history},
    components::{
        help::Help,
        icon::Icon,
        loaded::ProblemNote,
        setting_field::{Field, SettingField},
        theme::ThemeSwitch,
        top_bar::PageBar,
    },
    state::{
        preferences::{CELL, use_preferences},
        remote::Remote,
        toasts::use_toasts,
    },
    words::{self, settings as said},
};

/// The settings by what they are about.
const GROUPS: [(&str, &str, &[SettingName]); 4] = [
    (
        "settings-new",
        said::NEW_FILES,
        &[SettingName::Notice, SettingName::LookMinutes],
    ),
    (
        "settings-thumbnails",
        said::THUMBNAILS,
        &[
            SettingName::Prepare,
            SettingName::ThumbnailSizes,
            SettingName::ThumbnailQuality,
            SettingName::ThumbnailCache,
        ],
    ),
    ("settings-trash", said::TRASH, &[SettingName::TrashDays]),
    (
        "settings-look",
        said::LOOK,
        &[SettingName::Theme, SettingName::Density, SettingName::Keys],
    ),
];

/// The page `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let told: Remote<SettingsNow> = Resource::new_with_options(|| (), |()| now(), false);
    let again = Callback::new(move |()| told.refetch());
    view! {
        <Title text="Settings" />
        <PageBar title="Settings" />
        <main class="page settings">
            <p class="page-lead">{said::LEAD}</p>
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    told.get()
                        .map(|answer| match answer {
                            Ok(first) => view! { <Library first /> }.into_any(),
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
            <section class="settings-part" aria-labelledby="settings-folders">
                <h2 id="settings-folders">"Folders"</h2>
                <p>{said::FOLDERS}</p>
                <div>
                    <a class="button" href="/folders">
                        <Icon name="folder" />
                        "Folders"
                    </a>
                </div>
            </section>
            <ThisBrowser />
        </main>
    }
    .into_any()
}

/// What holds for everybody: the form, and the same as a file.
#[component]
fn Library(first: SettingsNow) -> impl IntoView {
    let told = RwSignal::new(first);
    let field = |name| {
        let text = told.with_untracked(|now| now.settings.text(name));
        (name, RwSignal::new(text))
    };
    let fields = SettingName::ALL.map(field);
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let toasts = use_toasts();
    let came = Callback::new(move |answer: Result<SettingsNow, ApiError>| {
        busy.try_set(false);
        match answer {
            Ok(now) => {
                for (name, text) in fields {
                    text.try_set(now.settings.text(name));
                }
                told.try_set(now);
                problem.try_set(None);
                toasts.say(said::SAVED);
            }
            Err(why) => {
                problem.try_set(Some(why.to_string()));
            }
        }
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let changed = |(name, text): &Field| {
            let text = text.get_untracked();
            let same = told.with_untracked(|now| now.settings.text(*name) == text);
            (!same).then(|| (name.word().to_owned(), text))
        };
        let values: Vec<_> = fields.iter().filter_map(changed).collect();
        problem.set(None);
        if values.is_empty() {
            return toasts.say(said::NOTHING);
        }
        busy.set(true);
        spawn_local(async move { came.run(change(values).await) });
    };
    view! {
        <section class="settings-part" aria-labelledby="settings-library">
            <h2 id="settings-library">"Library"</h2>
            <p class="without-wasm">{words::NEEDS_WASM}</p>
            <form class="settings-form" on:submit=save novalidate>
                {GROUPS
                    .map(|(id, title, names)| {
                        view! {
                            <div class="settings-group" role="group" aria-labelledby=id>
                                <h3 id=id>{title}</h3>
                                {fields
                                    .into_iter()
                                    .filter(|field| names.contains(&field.0))
                                    .map(|field| view! { <SettingField field told /> })
                                    .collect_view()}
                            </div>
                        }
                    })}
                <p class="hint">{move || told.with(said::ffmpeg)}</p>
                <Problem problem />
                <div class="needs-wasm">
                    <button type="submit" class="button is-primary" disabled=busy>
                        {said::SAVE}
                    </button>
                </div>
            </form>
        </section>
        <AsFile came busy />
    }
    .into_any()
}

/// The settings as a file, out and in.
#[component]
fn AsFile(came: Callback<Result<SettingsNow, ApiError>>, busy: RwSignal<bool>) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let chosen = move |event| {
        let Some(file) = files::chosen(&event) else {
            return;
        };
        let Some(form) = files::form(&file) else {
            return problem.set(Some(words::NOT_READ.to_owned()));
        };
        problem.set(None);
        busy.set(true);
        spawn_local(async move {
            match import(form).await {
                Ok(now) => came.run(Ok(now)),
                Err(why) => {
                    busy.try_set(false);
                    problem.try_set(Some(why.to_string()));
                }
            }
        });
    };
    view! {
        <section class="settings-part" aria-labelledby="settings-file">
            <h2 id="settings-file">"As a file"</h2>
            <p>{said::FILE}</p>
            <div>
                <a class="button" href="/settings.toml" download="settings.toml" rel="external">
                    <Icon name="download" />
                    "settings.toml"
                </a>
            </div>
            <label class="settings-file needs-wasm">
                <span>{said::CHOOSE}</span>
                <input class="input" type="file" accept=".toml" disabled=busy on:change=chosen />
            </label>
            <Problem problem />
        </section>
    }
    .into_any()
}

#[component]
fn Problem(problem: RwSignal<Option<String>>) -> impl IntoView {
    move || {
        problem.get().map(|text| {
            view! {
                <p class="settings-problem" role="alert">
                    {text}
                </p>
            }
        })
    }
}

/// What this browser remembers.
#[component]
fn ThisBrowser() -> impl IntoView {
    let preferences = use_preferences();
    let helping = RwSignal::new(false);
    let edge = move || preferences.cell.get().unwrap_or(200.0);
    let sized = move |event| {
        if let Some(edge) = number::parse(&event_target_value(&event)) {
            preferences.set_cell(edge);
        }
    };
    let forget = move |_| {
        preferences.forget_look();
        history::reload();
    };
    view! {
        <section class="settings-part needs-wasm" aria-labelledby="settings-browser">
            <h2 id="settings-browser">"This browser"</h2>
            <p>{said::BROWSER}</p>
            <div class="settings-theme">
                <span>{said::THEME}</span>
                <ThemeSwitch />
            </div>
            <label class="field">
                <span class="field-label">"Size of the pictures"</span>
                <input
                    class="range"
                    type="range"
                    min=CELL.0.to_string()
                    max=CELL.1.to_string()
                    step="4"
                    prop:value=move || edge().to_string()
                    aria-valuetext=move || format!("{} pixels", edge().round())
                    on:input=sized
                />
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || preferences.contain.get()
                    on:change=move |event| preferences.set_contain(event_target_checked(&event))
                />
                "Show whole pictures"
            </label>
            <div>
                <button type="button" class="button" on:click=move |_| helping.set(true)>
                    <Icon name="keyboard" />
                    "Keys"
                </button>
            </div>
            <p>{said::FORGET_WHY}</p>
            <div>
                <button type="button" class="button" on:click=forget>
                    {said::FORGET}
                </button>
            </div>
            <Show when=move || helping.get()>
                <Help open=helping />
            </Show>
        </section>
    }
    .into_any()
}
