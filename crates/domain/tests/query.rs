//! The grammar of the URL, by example.

use domain::{
    query::{Alternative, Atom, Field, Part, Query, Sort, SortBy, SortKey, View, Word, Words},
    time::Timestamp,
};

/// What a query string is read as, in its canonical form, and what of it was not understood.
fn read(text: &str) -> (String, Vec<String>) {
    let query = Query::parse(text);
    (query.to_string(), query.unknown)
}

#[test]
fn every_rule_of_the_grammar_has_its_canonical_form() {
    let cases = [
        ("", ""),
        ("?", ""),
        (
            "?q=neon%20city&model=sdxl&view=grid&sort=-date",
            "q=neon%20city&model=sdxl",
        ),
        ("q=neon+city", "q=neon%20city"),
        ("lora=b&lora=a", "lora=a&lora=b"),
        ("lora=b,a,b", "lora=a,b"),
        ("lora=A,a", "lora=A"),
        (
            "any.lora=b&steps=20&any.lora=a,c",
            "lora=%22a,c%22,b&steps=20",
        ),
        ("model=-sdxl", "model=-sdxl"),
        ("model=\"-sdxl\"", "model=%22-sdxl%22"),
        ("model=\"a, b\",c", "model=%22a,%20b%22,c"),
        ("MODEL=sdxl, flux", "model=flux,sdxl"),
        ("seed=42&sort=cfg", "seed=42&sort=cfg"),
        ("seed=18446744073709551615", "seed=18446744073709551615"),
        ("steps=3..5&cfg=..7&mp=2..", "steps=3..5&cfg=..7&mp=2.."),
        ("steps=5..3", "steps=3..5"),
        ("cfg=7.50", "cfg=7.5"),
        ("cfg=..", "cfg=.."),
        ("size=1024X768&ar=1920:1080", "size=1024x768&ar=16:9"),
        ("date=2026-05..2026-05-31", "date=2026-05..2026-05-31"),
        ("date=2026-5", "date=2026-05"),
        ("date=7d..&added=today..", "date=7d..&added=today.."),
        (
            "added=2026-05-31t14:03:22..",
            "added=2026-05-31T14:03:22Z..",
        ),
        ("date=yesterday", "date=1d"),
        (
            "has=workflow,-prompt&is=video",
            "has=workflow,-prompt&is=video",
        ),
        ("intent=edit&user=U-17,*", "user=*,U-17&intent=edit"),
        ("has=edited&persona=-bo,Ada", "persona=Ada,-bo&has=edited"),
        ("root=pictures/", "folder=pictures"),
        ("path=a/b", "folder=a/b"),
        ("format=JPG", "format=jpeg"),
        ("sort=-name", "sort=-name"),
        ("sort=date", "sort=date"),
        ("sort=random:1234", "sort=random:1234"),
        ("sort=-random", "sort=random:0"),
        ("sort=-date,name", "sort=-date,name"),
        (
            "sort=MODEL,-Steps,,cfg,-bytes",
            "sort=model,-steps,cfg,-bytes",
        ),
        ("view=list&page=3", "view=list&page=3"),
        ("page=1", ""),
        ("q=&model=&sort=&page=", ""),
        (
            "q=\"red car\" -blue \"red  car\"",
            "q=%22red%20car%22%20-blue",
        ),
        (
            "q=cat model:sdxl -sampler:euler,ddim",
            "q=cat&model=sdxl&sampler=-ddim&sampler=-euler",
        ),
        ("q=model:\"a b\",c dog", "q=dog&model=a%20b,c"),
        ("q=cat AND dog", "q=cat%20dog"),
        ("q=\"OR\"", "q=%22OR%22"),
        ("q=cat OR dog", "q=cat%20OR%20dog"),
        (
            "q=a b OR \"c d\"  OR -e -f",
            "q=a%20b%20OR%20%22c%20d%22%20OR%20-e%20-f",
        ),
        ("q=cat or dog", "q=cat%20or%20dog"),
        ("q=cat \"OR\" dog -OR", "q=cat%20%22OR%22%20dog%20-%22OR%22"),
        ("q=cat OR Cat OR dog dog OR cat", "q=cat%20OR%20dog"),
        ("q=cat OR cat", "q=cat"),
        (
            "q=model:dunes seed:42 -sampler:euler",
            "model=dunes&sampler=-euler&seed=42",
        ),
        (
            "q=model:b OR model:a,c OR -model:d steps:5",
            "model=a,b,c,-d&steps=5",
        ),
        (
            "q=(masterpiece:1.2) http://x",
            "q=(masterpiece:1.2)%20http://x",
        ),
        ("q=cat -", "q=cat"),
        ("q=\"model:x\"", "q=%22model:x%22"),
        (
            "image=01J8ZZZZZZZZZZZZZZZZZZZZZZ",
            "image=01j8zzzzzzzzzzzzzzzzzzzzzz",
        ),
    ];
    for (text, canonical) in cases {
        assert_eq!(read(text), (canonical.to_owned(), vec![]), "{text}");
    }
}

#[test]
fn what_is_not_understood_is_kept_for_people_and_ignored() {
    let cases = [
        (
            "song=portrait&rating=3..5",
            "rating=3..5",
            vec!["song=portrait"],
        ),
        ("has=nothing", "", vec!["has=nothing"]),
        ("is=prompt", "", vec!["is=prompt"]),
        ("steps=20,many", "steps=20", vec!["steps=many"]),
        ("cfg=-1..2", "cfg=-1..2", vec![]),
        (
            "cfg=NaN&mp=inf&cfg=1e5",
            "",
            vec!["cfg=NaN", "mp=inf", "cfg=1e5"],
        ),
        (
            "date=2026-02-30&date=soon",
            "",
            vec!["date=2026-02-30", "date=soon"],
        ),
        ("size=0x5&ar=1:0", "", vec!["size=0x5", "ar=1:0"]),
        ("sort=relevance", "", vec!["sort=relevance"]),
        ("sort=relevance,name", "sort=name", vec!["sort=relevance"]),
        (
            "sort=name,name,-name,cfg,wit",
            "sort=name,cfg",
            vec!["sort=name", "sort=-name", "sort=wit"],
        ),
        (
            "sort=name,cfg,mp,seed,steps,added",
            "sort=name,cfg,mp,seed",
            vec!["sort=steps", "sort=added"],
        ),
        (
            "sort=random:1,name,random:2",
            "sort=random:1",
            vec!["sort=name", "sort=random:2"],
        ),
        ("sort=name,random:1", "sort=name", vec!["sort=random:1"]),
        ("sort=name&sort=wit", "sort=name", vec!["sort=wit"]),
        ("view=wall", "", vec!["view=wall"]),
        (
            "image=1&at=../x&page=-2",
            "",
            vec!["image=1", "at=../x", "page=-2"],
        ),
        ("model=\"a\"b", "", vec!["model=\"a\"b"]),
        ("q=cat OR", "q=cat", vec!["q=OR"]),
        ("q=OR cat", "q=cat", vec!["q=OR"]),
        ("q=OR", "", vec!["q=OR"]),
        ("q=cat OR OR dog", "q=cat%20OR%20dog", vec!["q=OR"]),
        ("q=cat&q=OR dog", "q=cat%20dog", vec!["q=OR"]),
        ("q=cat OR steps:5", "q=cat&steps=5", vec!["q=OR"]),
        ("q=cat steps:5 OR dog", "q=cat%20dog&steps=5", vec!["q=OR"]),
        ("q=steps:many OR cat", "q=cat", vec!["steps=many", "q=OR"]),
        (
            "q=vae:c OR -vae:a,b OR vae:d",
            "vae=-a&vae=-b&vae=c&vae=d",
            vec!["q=OR", "q=OR"],
        ),
        ("q=steps:many", "", vec!["steps=many"]),
        (
            "state=Approved,maybe&label=RED&label=pink&is=hidden&rating=x",
            "state=approved&label=red&is=hidden",
            vec!["state=maybe", "label=pink", "rating=x"],
        ),
        ("folder=/", "", vec!["folder=/"]),
        ("a&b=", "", vec!["a=", "b="]),
    ];
    for (text, canonical, unknown) in cases {
        let unknown: Vec<String> = unknown.into_iter().map(str::to_owned).collect();
        assert_eq!(read(text), (canonical.to_owned(), unknown), "{text}");
    }
}

#[test]
fn limits_cut_what_is_too_much_and_say_so() {
    let many: Vec<String> = (0..80).map(|number| format!("lora=l{number}")).collect();
    let query = Query::parse(&many.join("&"));
    assert_eq!(query.filters.len(), Query::MAX_ATOMS);
    assert_eq!(query.unknown.len(), 16);

    let long = format!("model={}&q=cat", "x".repeat(5000));
    let query = Query::parse(&long);
    assert_eq!(query.to_string(), "q=cat");
    assert_eq!(query.unknown.len(), 1);

    let endless = format!("q=cat&{}", "song=x&".repeat(100_000));
    let query = Query::parse(&endless);
    assert_eq!(query.to_string(), "q=cat");
    assert!(query.unknown.len() <= 32);
}

#[test]
fn forms_and_urls_ask_the_same() {
    let form = [
        ("q", "neon city"),
        ("any.sampler", "euler"),
        ("any.sampler", "ddim"),
        ("steps", ""),
    ];
    let query = Query::from_pairs(form);
    assert_eq!(query.to_string(), "q=neon%20city&sampler=ddim,euler");
    assert_eq!(
        Query::from_pairs(query.pairs()).to_string(),
        query.to_string()
    );
}

#[test]
fn ticking_makes_one_filter_of_alternatives() {
    let query =
        Query::parse("q=cat&at=01j8zzzzzzzzzzzzzzzzzzzzzz&page=3&image=01j8zzzzzzzzzzzzzzzzzzzzzz");
    let one = query.with_toggled(Field::Model, "sdxl/Base.safetensors");
    let two = one.with_toggled(Field::Model, "flux, dev");
    assert_eq!(
        two.to_string(),
        "q=cat&model=sdxl/Base.safetensors,%22flux,%20dev%22"
    );
    assert_eq!(
        two.ticked(Field::Model),
        ["sdxl/Base.safetensors", "flux, dev"]
    );
    assert!(two.is_ticked(Field::Model, "base"));
    let back = two
        .with_toggled(Field::Model, "BASE")
        .with_toggled(Field::Model, "flux, dev");
    assert_eq!(back.to_string(), "q=cat");
    let months = query
        .with_toggled(Field::Date, "2026-05")
        .with_toggled(Field::Date, "2026-06");
    assert_eq!(months.to_string(), "q=cat&date=2026-05,2026-06");
    assert_eq!(months.ticked(Field::Date), ["2026-05", "2026-06"]);
    assert_eq!(query.with_toggled(Field::Size, "big").to_string(), "q=cat");
    // A field's exclusions stay as they are.
    let not = Query::parse("model=-a").with_toggled(Field::Model, "b");
    assert_eq!(not.to_string(), "model=-a&model=b");
    assert_eq!(not.ticked(Field::Model), ["b"]);
}

#[test]
fn ranges_replace_what_was_asked_of_the_field() {
    let query = Query::parse("steps=20,30&cfg=7")
        .with_range(Field::Steps, Some(Atom::Whole(Some(10), None)));
    assert_eq!(query.to_string(), "steps=10..&cfg=7");
    assert_eq!(
        query.range(Field::Steps),
        Some(&Atom::Whole(Some(10), None))
    );
    assert_eq!(query.with_range(Field::Steps, None).to_string(), "cfg=7");
    assert_eq!(
        query
            .with_range(Field::Cfg, Some(Atom::Size(1, 1)))
            .to_string(),
        "steps=10.."
    );
}

#[test]
fn the_search_box_shows_the_words_and_takes_filters() {
    let query = Query::parse("q=\"red car\" -blue&model=a");
    assert_eq!(query.words_text(), "\"red car\" -blue");
    let query = query.with_words("green lora:\"x y\" song:z OR red");
    assert_eq!(query.words_text(), "green song:z OR red");
    assert_eq!(
        query.to_string(),
        "q=green%20song:z%20OR%20red&model=a&lora=x%20y"
    );
}

#[test]
fn every_condition_is_one_chip_that_can_be_removed() {
    let query = Query::parse(
        "steps=20..30&q=cat -dog red OR -blue&model=a,-b&has=-prompt&is=video&date=7d..&size=64x32&song=x",
    );
    let labels: Vec<String> = query.chips().into_iter().map(|chip| chip.label).collect();
    assert_eq!(
        labels,
        [
            "“cat”",
            "not “dog”",
            "“red” or not “blue”",
            "Steps: 20 to 30",
            "Checkpoint: a",
            "not Checkpoint: b",
            "Without a prompt",
            "Is a video",
            "Date: since 7 days ago",
            "Size: 64 × 32",
            "not understood: song=x",
        ]
    );
    let text = Alternative {
        not: true,
        atom: Atom::Text("b".to_owned()),
    };
    let less = query.without(&Part::Alternative(Field::Model, text));
    let word = |not, text: &str| Word {
        not,
        text: text.to_owned(),
    };
    let less = less.without(&Part::Words(Words {
        any: vec![word(false, "cat")],
    }));
    let less = less.without(&Part::Words(Words {
        any: vec![word(false, "red"), word(true, "blue")],
    }));
    assert!(less.to_string().starts_with("q=-dog&model=a&steps=20..30"));
    assert!(
        query
            .chips()
            .iter()
            .fold(query.clone(), |q, chip| q.without(&chip.part))
            .chips()
            .is_empty()
    );
    assert!(!query.without_conditions().has_conditions());
}

#[test]
fn the_filter_part_is_what_decides_the_result() {
    let query =
        Query::parse("view=list&image=01j8zzzzzzzzzzzzzzzzzzzzzz&page=2&steps=4&sort=name&song=x");
    assert_eq!(query.filter_part().to_string(), "steps=4&sort=name");
    assert_eq!(query.with_view(View::Grid).page, 2);
    let by = |key, descending| SortBy { key, descending };
    let sorted = query.with_sort(by(SortKey::Cfg, true).into());
    assert_eq!(sorted.to_string(), "steps=4&sort=-cfg&view=list");
    let sorted = query.with_sort(Sort {
        first: by(SortKey::Date, true),
        then: vec![by(SortKey::Date, false), by(SortKey::Name, false)],
    });
    assert_eq!(sorted.filter_part().to_string(), "steps=4&sort=-date,name");
}

#[test]
fn a_session_is_an_address() {
    let begun = Timestamp(1_780_236_202_999);
    let session = Query::since_moment(begun);
    let address = "added=2026-05-31T14:03:22Z..&sort=-added";
    assert_eq!(session.to_string(), address);
    assert_eq!(Query::parse(address), session);
    assert_eq!(session.since(), Some(Timestamp(1_780_236_202_000)));
    assert!(session.sort.is_newest_first() && Sort::default().is_newest_first());
    assert!(!Query::parse("sort=added").sort.is_newest_first());
    let narrowed = session.with_toggled(Field::Model, "sdxl");
    assert_eq!(narrowed.since(), session.since());
    let others = [
        "added=today..",
        "added=2026-05-31T14:03:22Z",
        "added=..",
        "",
    ];
    assert!(
        others
            .iter()
            .all(|text| Query::parse(text).since().is_none())
    );
    let label = &session.chips()[0].label;
    assert_eq!(label, "Added: since 2026-05-31 14:03");
    for never in [
        "2026-02-30T00:00:00Z",
        "2026-05-31T24:00:00Z",
        "2026-05-31T1:00:00Z",
        "2026-05T10:00:00Z",
    ] {
        assert_eq!(Query::parse(&format!("added={never}..")).unknown.len(), 1);
    }
}
