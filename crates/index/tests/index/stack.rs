//! Stacks: the same recipe with other seeds, against a plain comparison of all rows.

use domain::facts::Facts;
use index::Index;

use crate::library::{self, Chance};

/// Rows of few recipes, each with several seeds.
fn rows(chance: &mut Chance) -> Vec<Facts> {
    let recipes: Vec<Facts> = (0..40).map(|key| library::row(chance, key)).collect();
    let of_recipe = |chance: &mut Chance, key: i64| {
        let own = library::row(chance, key);
        let recipe = chance.pick(&recipes);
        let mut row = Facts {
            key,
            id: own.id,
            date: own.date,
            seeds: own.seeds,
            name: own.name,
            folder: own.folder,
            judgement: own.judgement,
            ..recipe
        };
        // Most stacks have a picture that is nearly of it.
        match chance.below(8) {
            0 => row.cfg = own.cfg,
            1 => row.negative = own.negative,
            2 => row.loras = own.loras,
            3 => row.width = own.width,
            _ => {}
        }
        row
    };
    (1..=600).map(|key| of_recipe(chance, key)).collect()
}

fn same(a: &Facts, b: &Facts) -> bool {
    let text = |text: &str| domain::text::normalise(text);
    let names = |names: &[String]| {
        let mut names: Vec<String> = names
            .iter()
            .map(|name| domain::query::fold_value(domain::query::Field::Model, name))
            .collect();
        names.sort();
        names.dedup();
        names
    };
    let size = |row: &Facts| (row.width > 0 && row.height > 0).then_some((row.width, row.height));
    text(&a.positive) == text(&b.positive)
        && text(&a.negative) == text(&b.negative)
        && names(&a.models) == names(&b.models)
        && names(&a.loras) == names(&b.loras)
        && a.vae == b.vae
        && names(&a.samplers) == names(&b.samplers)
        && names(&a.schedulers) == names(&b.schedulers)
        && (a.steps, a.cfg, size(a)) == (b.steps, b.cfg, size(b))
}

#[test]
fn a_stack_is_every_picture_of_the_recipe_and_no_other() {
    let mut larger = 0;
    for start in 0..6 {
        let rows = rows(&mut Chance(start));
        let index = Index::default().apply(rows.clone(), &[]);
        for row in &rows {
            let mut expected: Vec<&Facts> = rows
                .iter()
                .filter(|other| {
                    let shown = !other.judgement.is_aside() && !row.positive.trim().is_empty();
                    other.key == row.key || shown && same(row, other)
                })
                .collect();
            expected.sort_unstable_by_key(|row| (row.date, row.id));
            let expected: Vec<i64> = expected.into_iter().map(|row| row.key).collect();
            larger += usize::from(expected.len() > 2);
            assert_eq!(index.stack(row.id), expected, "start {start}, {row:?}");
        }
    }
    assert!(larger > 300, "few stacks: {larger}");
}
