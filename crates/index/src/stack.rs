//! Pictures of one stack: made by the same recipe, except for the seed.

use domain::query::Field;

use crate::rows::Rows;

/// The names that are part of a recipe. Which program it was and where the file lies are not.
const OF_RECIPE: [Field; 5] = [
    Field::Model,
    Field::Lora,
    Field::Vae,
    Field::Sampler,
    Field::Scheduler,
];

impl Rows {
    /// The rows that share a row's recipe except for the seed, itself among them, oldest first; out of
    /// what results show that ask for nothing. A picture without a prompt is in no stack but its own.
    pub(crate) fn stack(&self, row: u32) -> Vec<u32> {
        let positive = *self.positive.at(row);
        if self.prompts.at(positive).is_empty() {
            return vec![row];
        }
        let mut mask = self.positive.mask(|number| *number == positive);
        mask.and(&self.shown);
        let names = self.recipe_names(row);
        let same = |other: &u32| {
            let other = *other;
            other == row
                || self.negative.at(other) == self.negative.at(row)
                    && self.steps.at(other) == self.steps.at(row)
                    && self.cfg.at(other) == self.cfg.at(row)
                    && self.sizes.at(other) == self.sizes.at(row)
                    && self.recipe_names(other) == names
        };
        let mut rows: Vec<u32> = mask.rows().into_iter().filter(same).collect();
        if !rows.contains(&row) {
            rows.push(row);
        }
        rows.sort_unstable_by_key(|row| (*self.dates.at(*row), *self.ids.at(*row)));
        rows
    }

    /// The names of a row's recipe; in which order they were written says nothing.
    fn recipe_names(&self, row: u32) -> [Vec<String>; OF_RECIPE.len()] {
        OF_RECIPE.map(|field| {
            let own = self
                .set(field)
                .map(|set| set.names(row))
                .unwrap_or_default();
            let mut names: Vec<String> = own.iter().map(ToString::to_string).collect();
            names.sort_unstable();
            names.dedup();
            names
        })
    }
}
