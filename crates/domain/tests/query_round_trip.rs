//! Any query survives its text, and any text is read.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests are not covered by allow-unwrap-in-tests"
)]

use domain::{
    id::ImageId,
    query::{
        Alternative, Atom, Field, FieldKind, Filter, Has, ParamFilter, Query, Sort, SortBy,
        SortKey, TimePoint, TimeRange, View, Word, Words,
    },
};
use proptest::{option, prelude::*, sample::select, test_runner::RngSeed};

/// Text with everything that the grammar gives a meaning to.
fn text() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        4 => select("abcxyz019_".chars().collect::<Vec<_>>()),
        4 => select("\"\\-,.:*/ =&?#%+'()<>\t\nÄßσ漢🙂".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ];
    let word = select(vec![
        "AND", "OR", "model:x", "-", "--", "..", "today", "\"a", "7d..",
    ]);
    let letters = proptest::collection::vec(letter, 0..12);
    prop_oneof![
        8 => letters.prop_map(|letters| letters.into_iter().collect::<String>()),
        1 => word.prop_map(str::to_owned),
    ]
}

fn point() -> impl Strategy<Value = TimePoint> {
    prop_oneof![
        (-1..10_001).prop_map(TimePoint::Year),
        (1999..2030, 0_u32..14).prop_map(|(year, month)| TimePoint::Month(year, month)),
        (1999..2030, 0_u32..14, 0_u32..33)
            .prop_map(|(y, month, day)| TimePoint::Day(y, month, day)),
        (0_i64..4_000_000_000).prop_map(TimePoint::Second),
        any::<i64>().prop_map(TimePoint::Second),
        (0_u32..50).prop_map(TimePoint::DaysAgo),
        any::<u32>().prop_map(TimePoint::DaysAgo),
    ]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..40.0_f64, 1 => any::<f64>(), 1 => Just(-0.0), 1 => Just(7.5)]
}

fn whole() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..60, any::<u64>()]
}

fn atom(kind: FieldKind) -> BoxedStrategy<Atom> {
    match kind {
        FieldKind::Text => text().prop_map(Atom::Text).boxed(),
        FieldKind::Whole => (option::of(whole()), option::of(whole()))
            .prop_map(|(a, b)| Atom::Whole(a, b))
            .boxed(),
        FieldKind::Number => (option::of(number()), option::of(number()))
            .prop_map(|(a, b)| Atom::Number(a, b))
            .boxed(),
        FieldKind::Size => (0_u32..5000, any::<u32>())
            .prop_map(|(w, h)| Atom::Size(w, h))
            .boxed(),
        FieldKind::Ratio => (0_u32..50, 0_u32..50)
            .prop_map(|(w, h)| Atom::Ratio(w, h))
            .boxed(),
        FieldKind::Time => (option::of(point()), option::of(point()))
            .prop_map(|(from, to)| Atom::Time(TimeRange { from, to }))
            .boxed(),
        FieldKind::Has => select(Has::ALL.to_vec()).prop_map(Atom::Has).boxed(),
    }
}

fn filter() -> impl Strategy<Value = Filter> {
    // One in ten conditions is of a kind that the field does not take.
    let kind = prop_oneof![9 => Just(None), 1 => select(Field::ALL.to_vec()).prop_map(Some)];
    (select(Field::ALL.to_vec()), kind).prop_flat_map(|(field, other)| {
        let atom = atom(other.unwrap_or(field).kind());
        let alternative = (any::<bool>(), atom).prop_map(|(not, atom)| Alternative { not, atom });
        proptest::collection::vec(alternative, 0..4).prop_map(move |any| Filter { field, any })
    })
}

fn param() -> impl Strategy<Value = ParamFilter> {
    let kind = select(vec![FieldKind::Text, FieldKind::Number, FieldKind::Size]);
    let alternative = kind.prop_flat_map(|kind| (any::<bool>(), atom(kind)));
    let alternative = alternative.prop_map(|(not, atom)| Alternative { not, atom });
    (text(), proptest::collection::vec(alternative, 0..4))
        .prop_map(|(name, any)| ParamFilter { name, any })
}

fn query() -> impl Strategy<Value = Query> {
    let word = (any::<bool>(), text()).prop_map(|(not, text)| Word { not, text });
    let words = proptest::collection::vec(word, 0..4).prop_map(|any| Words { any });
    let key = prop_oneof![
        select(SortKey::ALL.to_vec()),
        any::<u32>().prop_map(SortKey::Random),
    ];
    let by = (key, any::<bool>()).prop_map(|(key, descending)| SortBy { key, descending });
    let sort = (by.clone(), proptest::collection::vec(by, 0..6))
        .prop_map(|(first, then)| Sort { first, then });
    let id = || option::of(any::<u128>().prop_map(ImageId));
    (
        proptest::collection::vec(words, 0..4),
        (
            proptest::collection::vec(filter(), 0..4),
            proptest::collection::vec(param(), 0..3),
        ),
        sort,
        prop_oneof![Just(View::Grid), Just(View::List)],
        (id(), id(), 0_u32..4),
        proptest::collection::vec(text(), 0..2),
    )
        .prop_map(
            |(words, (filters, params), sort, view, (image, at, page), unknown)| Query {
                words,
                filters,
                params,
                sort,
                view,
                image,
                at,
                page,
                unknown,
            },
        )
}

/// Words, conditions and the words between them.
fn search_text() -> impl Strategy<Value = String> {
    let part = select(vec![
        "OR", "OR", "OR", "or", "AND", "\"OR\"", "-OR", "a", "A", "-b", "\"c d\"", "-", "steps:5",
        "-steps:5", "steps:x", "-vae:a,b", "vae:c", "-vae:c",
    ]);
    proptest::collection::vec(part, 1..7).prop_map(|parts| parts.join(" "))
}

/// Text that looks like a query string, more or less.
fn query_string() -> impl Strategy<Value = String> {
    let keys: Vec<String> = Field::ALL
        .iter()
        .map(|field| field.key().to_owned())
        .chain(
            Field::ALL
                .iter()
                .map(|field| format!("any.{}", field.key())),
        )
        .chain(
            [
                "param.KSampler.cfg",
                "param.a%3D%2B%20B",
                "param.",
                "q",
                "q",
                "q",
                "sort",
                "view",
                "image",
                "at",
                "page",
                "tag",
                "",
            ]
            .map(str::to_owned),
        )
        .collect();
    let value = prop_oneof![
        3 => text(),
        1 => "-?[0-9]{0,4}(\\.\\.)?[0-9.]{0,4}",
        1 => "[0-9]{4}-[0-9]{1,2}(-[0-9]{2})?(\\.\\.([0-9]d)?)?",
        1 => "-?(steps|model|has|size):-?(\"[a-z ]{0,4}\"?|[a-z,0-9]{1,4})( [a-z]{1,3})?",
        2 => search_text(),
        1 => "(-?(date|name|cfg|mp|random:7|wit),?){1,6}",
        1 => "%[0-9a-fA-F%]{0,3}[a-z+]{0,3}",
        1 => "(-?(prompt|video|karras|1x1|16:9|20),?){1,3}",
    ];
    let pair = (select(keys), value).prop_map(|(key, value)| format!("{key}={value}"));
    prop_oneof![
        4 => proptest::collection::vec(pair, 0..6).prop_map(|pairs| pairs.join("&")),
        1 => any::<String>(),
    ]
}

/// A hundred thousand in all; `QUERY_TRIPS` asks for more.
fn config() -> ProptestConfig {
    let trips = std::env::var("QUERY_TRIPS").map_or(100_000, |number| number.parse().unwrap());
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::with_cases(trips / 2)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn printing_and_parsing_gives_the_canonical_query(query in query()) {
        let printed = query.to_string();
        let parsed = Query::parse(&printed);
        prop_assert_eq!(&parsed, &query.canonical(), "{}", printed);
        prop_assert_eq!(parsed.to_string(), printed);
    }

    #[test]
    fn any_text_is_read_and_its_canonical_form_is_stable(text in query_string()) {
        let parsed = Query::parse(&text);
        let printed = parsed.to_string();
        let again = Query::parse(&printed);
        prop_assert_eq!(&again, &parsed.canonical(), "{} -> {}", text, printed);
        prop_assert_eq!(again.to_string(), printed);
        prop_assert!(again.unknown.is_empty());
        let chips = parsed.chips();
        if let Some(chip) = chips.last() {
            prop_assert!(parsed.without(&chip.part).chips().len() < chips.len());
        }
        prop_assert_eq!(parsed.with_words(&parsed.words_text()).words, parsed.words);
    }
}
