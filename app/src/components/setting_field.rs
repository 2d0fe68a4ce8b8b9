//! A field for a setting of the library.

use domain::{
    image::ThumbSize,
    settings::{Density, Keys, LibrarySettings, Notice, SettingName, SettingsNow, Theme},
};
use leptos::prelude::*;

use crate::words::settings as said;

/// A setting with what stands in its field.
pub type Field = (SettingName, RwSignal<String>);

/// One setting: its name, its field, what to know of it, and what is wrong with what stands there.
#[component]
pub fn SettingField(
    /// The setting.
    field: Field,
    /// What is in force.
    told: RwSignal<SettingsNow>,
) -> impl IntoView {
    let (name, text) = field;
    let about = format!("{}-about", name.word());
    let fixed = told.with_untracked(|now| now.fixed(name));
    let wrong = Memo::new(move |_| {
        let mut tried = LibrarySettings::default();
        text.with(|text| tried.set(name, text)).err()
    });
    let off = fixed.is_some();
    let described = about.clone();
    let control = match name {
        SettingName::Prepare => tick(field, described, off),
        SettingName::ThumbnailSizes => sizes(field, described, off),
        SettingName::Notice => {
            let ways = Notice::ALL.map(|way| (way.word(), said::notice(way)));
            one_of(field, described, off, &ways)
        }
        SettingName::Theme => {
            let words = Theme::ALL.iter().map(|one| (one.word(), said::theme(*one)));
            one_of(field, described, off, &words.collect::<Vec<_>>())
        }
        SettingName::Density => {
            let words = Density::ALL
                .iter()
                .map(|one| (one.word(), said::density(*one)));
            one_of(field, described, off, &words.collect::<Vec<_>>())
        }
        SettingName::Keys => {
            let words = Keys::ALL.iter().map(|one| (one.word(), said::keys(*one)));
            one_of(field, described, off, &words.collect::<Vec<_>>())
        }
        _ => line(field, described, off, wrong),
    };
    let hint = move || match fixed {
        Some(fixed) => said::fixed(&fixed.place()),
        None => told.with(|now| said::hint(name, now)),
    };
    view! {
        <div class="field">
            {control} <p class="hint" id=about>
                {hint}
            </p> <p class="settings-problem" role="status">
                {move || wrong.get()}
            </p>
        </div>
    }
    .into_any()
}

/// Something that is typed.
fn line(
    (name, text): Field,
    described: String,
    off: bool,
    wrong: Memo<Option<&'static str>>,
) -> AnyView {
    let invalid = move || wrong.get().map(|_| "true");
    view! {
        <label for=name.word()>{said::name(name)}</label>
        <input
            class="input"
            type="text"
            id=name.word()
            autocomplete="off"
            aria-describedby=described
            aria-invalid=invalid
            disabled=off
            value=text.get_untracked()
            prop:value=move || text.get()
            on:input=move |event| text.set(event_target_value(&event))
        />
    }
    .into_any()
}

/// Yes or no.
fn tick((name, text): Field, described: String, off: bool) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                id=name.word()
                aria-describedby=described
                disabled=off
                checked=text.get_untracked() == "true"
                prop:checked=move || text.get() == "true"
                on:change=move |event| text.set(event_target_checked(&event).to_string())
            />
            {said::name(name)}
        </label>
    }
    .into_any()
}

/// One of a few words.
fn one_of(
    (name, text): Field,
    described: String,
    off: bool,
    words: &[(&'static str, &'static str)],
) -> AnyView {
    let option = |(word, label): &(&'static str, &'static str)| {
        let (word, label) = (*word, *label);
        view! {
            <option value=word selected=move || text.get() == word>
                {label}
            </option>
        }
    };
    view! {
        <label for=name.word()>{said::name(name)}</label>
        <select
            class="select"
            id=name.word()
            aria-describedby=described
            disabled=off
            on:change=move |event| text.set(event_target_value(&event))
        >
            {words.iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

/// Some of the sizes in which thumbnails are kept.
fn sizes((name, text): Field, described: String, off: bool) -> AnyView {
    let label = format!("{}-label", name.word());
    let one = move |size: ThumbSize| {
        let pixels = size.pixels();
        let has = move || text.with(|text| chosen(text).contains(&pixels));
        let change = move |event| {
            let on = event_target_checked(&event);
            text.update(|text| *text = with(text, pixels, on));
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    disabled=off
                    checked=text.with_untracked(|text| chosen(text).contains(&pixels))
                    prop:checked=has
                    on:change=change
                />
                {said::size(pixels)}
            </label>
        }
    };
    view! {
        <span class="field-label" id=label.clone()>
            {said::name(name)}
        </span>
        <div
            class="settings-sizes"
            role="group"
            aria-labelledby=label
            aria-describedby=described
        >
            {ThumbSize::ALL.map(one)}
        </div>
    }
    .into_any()
}

/// The sizes that a text names, in pixels.
fn chosen(text: &str) -> Vec<u32> {
    let words = text.split(',').map(str::trim);
    words.filter_map(|word| word.parse().ok()).collect()
}

/// The text with a size in it or not, smallest first.
fn with(text: &str, pixels: u32, on: bool) -> String {
    let mut sizes = chosen(text);
    sizes.retain(|size| *size != pixels);
    if on {
        sizes.push(pixels);
    }
    sizes.sort_unstable();
    let words: Vec<String> = sizes.iter().map(ToString::to_string).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_ticked_on_and_off() {
        assert_eq!(with("256, 512", 1024, true), "256, 512, 1024");
        assert_eq!(with("512, 1024", 256, true), "256, 512, 1024");
        assert_eq!(with("256, 512", 256, false), "512");
        assert_eq!(with("512", 512, false), "");
    }
}
