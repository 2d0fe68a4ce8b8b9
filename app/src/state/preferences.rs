//! How this person likes the page. Kept in this browser; the server and the first client render
//! know only what is set for the library, the style sheet and `public/theme.js` see to it that nothing jumps.

use domain::number;
use leptos::prelude::*;

use crate::{
    browser::{dom, files, storage},
    shortcuts::{Action, Keymap},
};

/// Smallest and largest edge of a cell in CSS pixels.
pub const CELL: (f64, f64) = (96.0, 480.0);

/// What is behind an open picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backdrop {
    /// Black, or the page's ground in the light theme.
    #[default]
    Dark,
    /// Middle grey.
    Grey,
    /// White.
    White,
}

impl Backdrop {
    /// The word that is stored and that the style sheet knows.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Grey => "grey",
            Self::White => "white",
        }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Dark => Self::Grey,
            Self::Grey => Self::White,
            Self::White => Self::Dark,
        }
    }
}

/// The preferences of this browser.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// Edge of a cell in CSS pixels; `None` leaves it to the style sheet.
    pub cell: RwSignal<Option<f64>>,
    /// Whether pictures are shown whole in their cells instead of filling them.
    pub contain: RwSignal<bool>,
    /// Whether keys without Ctrl or Alt do something.
    pub single_keys: RwSignal<bool>,
    /// The keys that somebody has changed.
    pub keymap: RwSignal<Keymap>,
    /// What is behind an open picture.
    pub backdrop: RwSignal<Backdrop>,
    /// Whether the inspector stands beside an open picture.
    pub inspector: RwSignal<bool>,
    /// Whether the filter panel is open.
    pub filters: RwSignal<bool>,
    /// Whether new pictures go on top by themselves in what is shown now; kept by `components::new_pill`.
    pub follow: RwSignal<bool>,
}

const CELL_KEY: &str = "proofsheet.cell";
const FIT_KEY: &str = "proofsheet.fit";
const KEYS_KEY: &str = "proofsheet.single-keys";
const KEYMAP_KEY: &str = "proofsheet.keymap";
const OWN_KEYMAP_KEY: &str = "proofsheet.keymap.own";
const BACKDROP_KEY: &str = "proofsheet.backdrop";
const INSPECTOR_KEY: &str = "proofsheet.inspector";
const FILTERS_KEY: &str = "proofsheet.filters";

impl Preferences {
    /// Changes the size of the cells.
    pub fn set_cell(&self, edge: f64) {
        let edge = edge.clamp(CELL.0, CELL.1).round();
        dom::set_root_style("--cell", &format!("{edge}px"));
        storage::set(CELL_KEY, &edge.to_string());
        self.cell.set(Some(edge));
    }

    /// Changes whether pictures are shown whole.
    pub fn set_contain(&self, contain: bool) {
        let word = if contain { "contain" } else { "cover" };
        dom::set_root_attribute("data-fit", Some(word));
        storage::set(FIT_KEY, word);
        self.contain.set(contain);
    }

    /// Switches keys without Ctrl or Alt on or off.
    pub fn set_single_keys(&self, on: bool) {
        storage::set(KEYS_KEY, if on { "on" } else { "off" });
        self.single_keys.set(on);
    }

    /// Changes what keys do.
    pub fn set_keymap(&self, keymap: Keymap) {
        storage::set(KEYMAP_KEY, &keymap.text());
        self.keymap.set(keymap);
    }

    /// The same for what somebody chose key by key, which is kept while another set is tried.
    pub fn set_own_keymap(&self, keymap: Keymap) {
        storage::set(OWN_KEYMAP_KEY, &keymap.text());
        self.set_keymap(keymap);
    }

    /// Goes back to what somebody chose key by key.
    pub fn take_own_keymap(&self) {
        let own = storage::get(OWN_KEYMAP_KEY).unwrap_or_default();
        self.set_keymap(Keymap::read(&own));
    }

    /// Forgets what was chosen here of what a library sets too; the next page begins with that.
    pub fn forget_look(&self) {
        files::forget_theme();
        storage::remove(CELL_KEY);
        storage::remove(KEYMAP_KEY);
    }

    /// What a button says that does what a key does: `Favourite (F)`.
    pub fn hint(self, name: &'static str, action: Action) -> impl Fn() -> String + Copy + Send {
        move || match self.keymap.with(|keymap| keymap.stroke_of(action)) {
            Some(stroke) => format!("{name} ({})", crate::words::keys::stroke(&stroke)),
            None => name.to_owned(),
        }
    }

    /// Changes what is behind an open picture.
    pub fn set_backdrop(&self, backdrop: Backdrop) {
        storage::set(BACKDROP_KEY, backdrop.word());
        self.backdrop.set(backdrop);
    }

    /// Opens or closes the inspector.
    pub fn set_inspector(&self, open: bool) {
        storage::set(INSPECTOR_KEY, if open { "open" } else { "closed" });
        self.inspector.set(open);
    }

    fn read(self) {
        self.cell
            .set(storage::get(CELL_KEY).and_then(|text| number::parse(&text)));
        self.contain
            .set(storage::get(FIT_KEY).as_deref() == Some("contain"));
        self.single_keys
            .set(storage::get(KEYS_KEY).as_deref() != Some("off"));
        // Where nobody chose here, those of the library.
        let keymap = storage::get(KEYMAP_KEY).or_else(|| dom::root_attribute("data-keys"));
        self.keymap.set(Keymap::read(&keymap.unwrap_or_default()));
        self.backdrop
            .set(match storage::get(BACKDROP_KEY).as_deref() {
                Some("grey") => Backdrop::Grey,
                Some("white") => Backdrop::White,
                _ => Backdrop::Dark,
            });
        let wide = dom::media("(min-width: 900px)");
        self.inspector
            .set(wide && storage::get(INSPECTOR_KEY).as_deref() != Some("closed"));
        // A narrow screen begins with its pictures; the panel is one tap away.
        self.filters
            .set(wide && storage::get(FILTERS_KEY).as_deref() != Some("closed"));
        // From here on the panel's state is kept; on narrow screens it is a sheet that comes and goes.
        let filters = self.filters;
        Effect::watch(
            move || filters.get(),
            move |open, _, _| {
                dom::set_root_attribute(
                    "data-filters",
                    Some(if *open { "open" } else { "closed" }),
                );
                if wide {
                    storage::set(FILTERS_KEY, if *open { "open" } else { "closed" });
                }
            },
            false,
        );
    }
}

/// Provides the preferences for the whole page.
pub(crate) fn provide() {
    let preferences = Preferences {
        cell: RwSignal::new(None),
        contain: RwSignal::new(false),
        single_keys: RwSignal::new(true),
        keymap: RwSignal::new(Keymap::default()),
        backdrop: RwSignal::new(Backdrop::Dark),
        inspector: RwSignal::new(true),
        filters: RwSignal::new(true),
        follow: RwSignal::new(false),
    };
    provide_context(preferences);
    Effect::new(move || preferences.read());
}

/// The preferences of this browser.
pub fn use_preferences() -> Preferences {
    expect_context()
}
