//! The values of the open picture that can be edited: shown at once, and as they were when that fails.

use domain::{
    id::ImageId,
    image::ImageDetail,
    overlay::{self, Edited, FieldSaved, Overlay, Part, Value},
    recipe::Recipe,
    time::Timestamp,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{fields::set_field_of, images::image},
    state::{grid::GridState, judging::Turn, shared::Shared},
    words,
};

/// Stands for the version of a value whose answer is on its way.
const PENDING: i64 = -1;

/// What the fields share. Copies all speak of the same.
#[derive(Clone, Copy)]
pub struct Fields {
    id: ImageId,
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    /// With what was edited.
    pub recipe: RwSignal<Recipe>,
    /// Likewise.
    pub date: RwSignal<Timestamp>,
    /// Whom it shows.
    pub persona: RwSignal<String>,
    edited: RwSignal<Vec<Edited>>,
    /// So many changes were not answered yet.
    waiting: StoredValue<u32>,
}

/// What the fields show.
#[derive(Clone, PartialEq)]
struct Shown {
    recipe: Recipe,
    date: Timestamp,
    persona: String,
    edited: Vec<Edited>,
}

impl Shown {
    fn of(detail: &ImageDetail) -> Self {
        Self {
            recipe: detail.recipe.clone(),
            date: detail.card.date,
            persona: detail.persona.clone(),
            edited: detail.edited.clone(),
        }
    }
}

/// What came of saving a value.
pub enum Came {
    /// It is safe.
    Saved,
    /// Somebody set another one meanwhile.
    Changed(Value),
    /// It is not safe, and why.
    Failed(String),
}

impl Fields {
    /// The values of a picture as it was opened. They follow what other parts of the page change.
    pub fn new(detail: &ImageDetail, shared: Shared, grid: RwSignal<Option<GridState>>) -> Self {
        let fields = Self {
            id: detail.card.id,
            shared,
            grid,
            recipe: RwSignal::new(detail.recipe.clone()),
            date: RwSignal::new(detail.card.date),
            persona: RwSignal::new(detail.persona.clone()),
            edited: RwSignal::new(detail.edited.clone()),
            waiting: StoredValue::new(0),
        };
        Effect::watch(
            move || shared.judging().marked().get(),
            move |_, _, _| fields.ask(),
            false,
        );
        fields
    }

    /// Asks what the values are.
    fn ask(self) {
        spawn_local(async move {
            let came = image(self.id).await;
            if let (Ok(detail), Some(0)) = (came, self.waiting.try_get_value()) {
                self.show(Shown::of(&detail));
            }
        });
    }

    fn shown(self) -> Option<Shown> {
        Some(Shown {
            recipe: self.recipe.try_get_untracked()?,
            date: self.date.try_get_untracked()?,
            persona: self.persona.try_get_untracked()?,
            edited: self.edited.try_get_untracked()?,
        })
    }

    /// Shows other values; what is the same is not drawn anew.
    fn show(self, shown: Shown) {
        let Some(now) = self.shown() else {
            return;
        };
        if now.recipe != shown.recipe {
            self.recipe.set(shown.recipe);
        }
        if now.date != shown.date {
            self.date.set(shown.date);
        }
        if now.persona != shown.persona {
            self.persona.set(shown.persona);
        }
        if now.edited != shown.edited {
            self.edited.set(shown.edited);
        }
    }

    /// What somebody set, if anybody did.
    pub fn edited(self, part: &Part) -> Option<Edited> {
        self.edited
            .with(|all| all.iter().find(|one| one.part == *part).cloned())
    }

    /// The version of that; 0 when nobody did.
    pub fn version(self, part: &Part) -> i64 {
        untrack(|| self.edited(part)).map_or(0, |one| one.version)
    }

    /// A value as somebody would type it.
    pub fn text(self, part: &Part) -> String {
        match part {
            Part::Date => overlay::date_text(self.date.get()),
            Part::Persona => self.persona.get(),
            part => self.recipe.with(|recipe| overlay::told(part, recipe)),
        }
    }

    /// What the file says of a part.
    fn parsed(self, part: &Part) -> String {
        untrack(|| match self.edited(part) {
            Some(edited) => edited.parsed,
            None => self.text(part),
        })
    }

    /// Saves a value: shown at once. `version` is the one that was seen when it was typed.
    pub fn save(
        self,
        part: Part,
        text: String,
        version: i64,
        came: impl FnOnce(Came) + Send + Sync + 'static,
    ) {
        let parsed = self.parsed(&part);
        // What the file says anyway need not lie over it.
        let value = if text == parsed { String::new() } else { text };
        let Some(before) = self.shown() else {
            return;
        };
        self.lay_over(&part, &value, parsed);
        self.waiting.update_value(|waiting| *waiting += 1);
        let run = move || -> Turn {
            Box::pin(async move {
                let known = match version {
                    PENDING => self.edited.try_with_untracked(|all| {
                        let own = all.iter().find(|one| one.part == part);
                        own.map_or(0, |one| one.version)
                    }),
                    version => Some(version),
                };
                let version = known.unwrap_or_default();
                let saved = set_field_of(self.id, part.clone(), value.clone(), version).await;
                self.waiting.try_update_value(|waiting| *waiting -= 1);
                match saved {
                    Ok(FieldSaved::Saved { value: now, done }) => {
                        self.edited.try_update(|all| {
                            if let Some(one) = all.iter_mut().find(|one| one.part == part) {
                                one.version = now.version;
                            }
                        });
                        came(Came::Saved);
                        // Its cell says the prompt, and a list more of it.
                        if let Some(Some(grid)) = self.grid.try_get_untracked() {
                            grid.result.renew(0);
                        }
                        done.operation
                            .map(|_| (done, words::edits::done(&part, &value, 1)))
                    }
                    Ok(FieldSaved::Changed { value }) => {
                        self.show(before);
                        self.ask();
                        came(Came::Changed(value));
                        None
                    }
                    Err(problem) => {
                        self.show(before);
                        came(Came::Failed(problem.to_string()));
                        None
                    }
                }
            })
        };
        match self.grid.get_untracked() {
            Some(grid) => self.shared.judging().other(grid.result, false, run),
            None => spawn_local(async move {
                if run().await.is_some() {
                    self.ask();
                }
            }),
        }
    }

    /// Shows a value before the server knows it.
    fn lay_over(self, part: &Part, value: &str, parsed: String) {
        let shown = if value.is_empty() { &parsed } else { value };
        match part {
            Part::Date => {
                if let Some(date) = overlay::parse_date(shown) {
                    self.date.set(date);
                }
            }
            Part::Persona => self.persona.set(shown.to_owned()),
            // What is no such number is shown when the server has said so.
            part if overlay::clean(part, shown).is_ok_and(|text| !text.is_empty()) => {
                let over = Overlay {
                    part: part.clone(),
                    value: shown.to_owned(),
                };
                self.recipe
                    .update(|recipe| overlay::lay_over_recipe(recipe, &[over]));
            }
            _ => {}
        }
        self.edited.update(|all| {
            all.retain(|one| one.part != *part);
            if !value.is_empty() {
                all.push(Edited {
                    part: part.clone(),
                    value: value.to_owned(),
                    version: PENDING,
                    parsed,
                });
            }
        });
    }

    /// The messages, for what came when nobody looks at the field any more.
    pub fn shared(self) -> Shared {
        self.shared
    }
}
