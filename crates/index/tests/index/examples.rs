//! A few answers that people would check by hand.

use domain::{
    facts::Facts,
    id::ImageId,
    image::Format,
    query::{Field, Query},
    time::Timestamp,
};
use index::Index;

use crate::library::NOW;

fn row(key: i64) -> Facts {
    Facts {
        key,
        id: ImageId(key as u128),
        date: Timestamp::from_date(2026, 1 + key as u32 % 3, 1).unwrap(),
        name: format!("image {key}.png"),
        folder: format!("pictures/{}", if key % 2 == 0 { "even" } else { "odd" }),
        models: vec![format!("m{}.safetensors", key % 3)],
        samplers: vec!["euler".to_owned()],
        tool: "comfyui".to_owned(),
        seeds: vec![key as u64],
        steps: Some(20),
        width: 1024,
        height: 768,
        positive: "a neon city, 霓虹 at night".to_owned(),
        ..Facts::default()
    }
}

fn keys(index: &Index, text: &str) -> Vec<i64> {
    index
        .find(&Query::parse(text), NOW)
        .all_keys(index)
        .unwrap()
}

#[test]
fn an_empty_index_answers() {
    let index = Index::default();
    assert!(keys(&index, "q=cat&model=a").is_empty());
    let facets = index.facets(&Query::parse("model=a"), NOW);
    assert_eq!(facets.values[1].values[0].value, "a");
    assert_eq!(facets.numbers[0].bins, Vec::<u64>::new());
    assert_eq!(index.key_of(ImageId(1)), None);
}

#[test]
fn conditions_read_from_a_url_find_pictures() {
    let index = Index::default().apply((1..=9).map(row).collect(), &[]);
    assert_eq!(keys(&index, "sort=name"), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(keys(&index, "model=m0&sort=-seed"), [9, 6, 3]);
    assert_eq!(
        keys(&index, "model=m0,m1&folder=pictures/even&sort=seed"),
        [4, 6]
    );
    assert_eq!(
        keys(&index, "q=\"NEON city\" -image&sort=seed"),
        Vec::<i64>::new()
    );
    assert_eq!(keys(&index, "q=霓&seed=3..4&sort=seed"), [3, 4]);
    assert_eq!(
        keys(&index, "q=neon \"image 1\" OR m2 -\"image 5\"&sort=seed"),
        [1, 2, 8]
    );
    assert_eq!(keys(&index, "q=dune OR -even seed:..4&sort=seed"), [1, 3]);
    assert_eq!(keys(&index, "date=2026-02..&sort=date"), [1, 4, 7, 2, 5, 8]);
    assert_eq!(
        keys(&index, "date=2026-02..&sort=-date"),
        [8, 5, 2, 7, 4, 1]
    );
    assert_eq!(keys(&index, "ar=4:3&has=prompt,-workflow").len(), 9);
}

#[test]
fn names_sort_by_the_value_of_their_digits() {
    let rows = [2, 10, 1].map(|key| Facts {
        name: format!("a{key}"),
        ..row(key)
    });
    let index = Index::default().apply(rows.into(), &[]);
    assert_eq!(keys(&index, "sort=name"), [1, 2, 10]);
    assert_eq!(keys(&index, "sort=-name"), [10, 2, 1]);
}

#[test]
fn pictures_that_are_equal_by_one_key_are_ordered_by_the_next() {
    let rows = (1..=8).map(|key| Facts {
        steps: (key != 3).then_some(20 + key as u32 / 5),
        name: format!("{}.png", key % 2),
        ..row(key)
    });
    let index = Index::default().apply(rows.collect(), &[]);
    assert_eq!(keys(&index, "sort=steps,name"), [2, 4, 1, 6, 8, 5, 7, 3]);
    assert_eq!(keys(&index, "sort=-steps,name"), [8, 6, 7, 5, 4, 2, 1, 3]);
    assert_eq!(
        keys(&index, "sort=steps,-name,-seed"),
        [1, 4, 2, 7, 5, 8, 6, 3]
    );
    assert_eq!(
        keys(&index, "sort=-date,name,-seed"),
        [8, 2, 5, 4, 7, 1, 6, 3]
    );
}

#[test]
fn a_shuffle_is_the_same_for_everybody_and_another_for_another_number() {
    let index = Index::default().apply((1..=100).map(row).collect(), &[]);
    let reversed = Index::default().apply((1..=100).rev().map(row).collect(), &[]);
    assert_eq!(
        keys(&index, "sort=random:1"),
        keys(&reversed, "sort=random:1")
    );
    assert_ne!(keys(&index, "sort=random:1"), keys(&index, "sort=random:2"));
    assert_ne!(keys(&index, "sort=random:1"), keys(&index, "sort=name"));
}

#[test]
fn a_facet_lists_the_most_frequent_values_and_every_ticked_one() {
    let rows = (0..400).map(|key| Facts {
        models: vec![format!("model {:03}", (key as f64).sqrt() as u32 * 4)],
        loras: vec![format!("lora {key}")],
        ..row(key)
    });
    let index = Index::default().apply(rows.collect(), &[]);
    let query = Query::default()
        .with_toggled(Field::Lora, "LORA 399")
        .with_toggled(Field::Lora, "no");
    let facets = index.facets(&query, NOW);
    let loras = &facets.values[2];
    assert_eq!(
        (loras.field, loras.distinct, loras.values.len()),
        (Field::Lora, 400, 52)
    );
    let last: Vec<_> = loras.values[50..]
        .iter()
        .map(|v| (v.value.as_str(), v.count))
        .collect();
    assert_eq!(last, [("lora 399", 1), ("no", 0)]);
    let models = &facets.values[1];
    assert_eq!(
        models.values.len(),
        1,
        "only the model of the ticked LoRA's picture"
    );
    let counts: Vec<u64> = index.facets(&Query::default(), NOW).values[1]
        .values
        .iter()
        .map(|v| v.count)
        .collect();
    assert!(counts.is_sorted_by(|a, b| a >= b));
}

#[test]
fn folders_count_what_is_below_them() {
    let index = Index::default().apply((1..=5).map(row).collect(), &[]);
    let facets = index.facets(&Query::default(), NOW);
    let folders: Vec<_> = facets.values[6]
        .values
        .iter()
        .map(|v| (v.value.as_str(), v.count))
        .collect();
    assert_eq!(
        folders,
        [("pictures", 5), ("pictures/odd", 3), ("pictures/even", 2)]
    );
}

#[test]
fn what_pictures_have_and_are_is_counted_without_what_is_asked_of_it() {
    let rows = (1..=4).map(|key| Facts {
        has_workflow: key % 2 == 0,
        format: if key == 4 { Format::Mp4 } else { Format::Png },
        missing: key == 3,
        ..row(key)
    });
    let index = Index::default().apply(rows.collect(), &[]);
    let counts = |text: &str| {
        let facets = index.facets(&Query::parse(text), NOW).values;
        [Field::Has, Field::Is].map(|field| {
            let facet = facets.iter().find(|facet| facet.field == field).unwrap();
            let counts = facet.values.iter();
            let counts = counts.map(|counted| format!("{} {}", counted.value, counted.count));
            counts.collect::<Vec<_>>().join(", ")
        })
    };
    let all = "prompt 4, recipe 4, workflow 2";
    assert_eq!(counts(""), [all, "missing 1, video 1"]);
    assert_eq!(
        counts("has=workflow,lora"),
        [&format!("{all}, lora 0"), "video 1"]
    );
    assert_eq!(
        counts("has=-workflow&is=video"),
        ["prompt 1, recipe 1, workflow 1", "missing 1, video 0"]
    );
}

#[test]
fn hostile_rows_are_taken() {
    let rows = vec![
        Facts {
            date: Timestamp(i64::MIN),
            added: Timestamp(i64::MAX),
            ..row(1)
        },
        Facts {
            date: Timestamp(i64::MAX),
            cfg: Some(f64::INFINITY),
            ..row(2)
        },
        Facts {
            cfg: Some(-1.0),
            name: "9".repeat(1000),
            folder: "/".repeat(500),
            ..row(3)
        },
        Facts {
            key: i64::MIN,
            width: u32::MAX,
            height: u32::MAX,
            bytes: u64::MAX,
            ..row(4)
        },
        Facts {
            cfg: Some(1e300),
            positive: "\0\n\r\u{2028}".to_owned(),
            ..row(5)
        },
    ];
    let index = Index::default().apply(rows, &[]);
    for sort in ["date", "-date", "name", "cfg", "mp", "bytes", "random"] {
        let query = Query::parse(&format!("sort={sort}"));
        let found = index.find(&query, Timestamp(i64::MIN));
        assert_eq!(found.total(), 5);
        index.timeline(&found);
        index.facets(&query, Timestamp(i64::MAX));
    }
    assert_eq!(
        index
            .find(&Query::parse("date=7d.."), Timestamp(i64::MIN))
            .total(),
        5
    );
}
