//! Stacks: the same recipe with other seeds, against a plain comparison of all rows.

use domain::facts::Facts;
use index::Index;

use crate::library::{self, Chance};

/// A picture of one of few recipes, now and then nearly of it; everything else is by chance.
fn row(chance: &mut Chance, key: i64) -> Facts {
    let recipe = chance.below(12);
    let mut row = Facts {
        positive: if recipe == 0 {
            String::new()
        } else {
            format!("a red fox, number {}", recipe % 5)
        },
        negative: "blurry".to_owned(),
        models: vec![format!("dunes_v{}", recipe % 2)],
        loras: vec!["ink".to_owned(), "detail".to_owned()],
        vae: None,
        samplers: vec!["euler".to_owned()],
        schedulers: vec!["karras".to_owned()],
        steps: Some(20 + (recipe % 3) as u32),
        cfg: Some(7.0),
        width: 64,
        height: 96,
        ..library::row(chance, key)
    };
    match chance.below(12) {
        0 => row.cfg = Some(7.5),
        1 => row.negative.push_str(", bad hands"),
        2 => row.loras = vec!["ink".to_owned()],
        3 => row.width = 96,
        4 => row.vae = Some("kl-f8".to_owned()),
        5 => row.schedulers.clear(),
        // In which order LoRAs were written says nothing.
        6 => row.loras.reverse(),
        _ => {}
    }
    row
}

fn same(a: &Facts, b: &Facts) -> bool {
    let loras = |row: &Facts| {
        let mut loras = row.loras.clone();
        loras.sort();
        loras
    };
    (&a.positive, &a.negative, &a.models, &a.vae) == (&b.positive, &b.negative, &b.models, &b.vae)
        && (&a.samplers, &a.schedulers, loras(a)) == (&b.samplers, &b.schedulers, loras(b))
        && (a.steps, a.cfg, a.width, a.height) == (b.steps, b.cfg, b.width, b.height)
}

#[test]
fn a_stack_is_every_picture_of_the_recipe_and_no_other() {
    let mut larger = 0;
    for start in 0..4 {
        let mut chance = Chance(start);
        let rows: Vec<Facts> = (1..=400).map(|key| row(&mut chance, key)).collect();
        let index = Index::default().apply(rows.clone(), &[]);
        for row in &rows {
            let of_it = |other: &&Facts| {
                let out = other.judgement.is_aside() || other.input;
                let shown = !out && !row.positive.is_empty();
                other.key == row.key || shown && same(row, other)
            };
            let mut expected: Vec<&Facts> = rows.iter().filter(of_it).collect();
            expected.sort_unstable_by_key(|row| (row.date, row.id));
            let expected: Vec<i64> = expected.into_iter().map(|row| row.key).collect();
            larger += usize::from(expected.len() > 2);
            assert_eq!(index.stack(row.id), expected, "start {start}, {row:?}");
        }
    }
    assert!(larger > 300, "few stacks: {larger}");
}
