use super::*;
use crate::{
    parameter::{Parameters, Scalar},
    recipe::{Recipe, Sampling},
};

fn over(part: Part, value: &str) -> Overlay {
    let value = value.to_owned();
    Overlay { part, value }
}

#[test]
fn a_part_is_its_word() {
    let param = Part::Param("KSampler.denoise".to_owned());
    for part in Part::NAMED.into_iter().chain([Part::Execution, param]) {
        assert_eq!(Part::from(part.word()), part);
    }
}

#[test]
fn values_are_kept_in_one_form() {
    for (part, text, kept) in [
        (Part::Prompt, " two\r\nlines \n", Some(" two\nlines")),
        (Part::Model, "  dunes \t v2 ", Some("dunes v2")),
        (
            Part::Seed,
            "18446744073709551615",
            Some("18446744073709551615"),
        ),
        (Part::Seed, "-1", None),
        (Part::Seed, "4.5", None),
        (Part::Steps, "028", Some("28")),
        (Part::Steps, "0", None),
        (Part::Cfg, "7.50", Some("7.5")),
        (Part::Cfg, "inf", None),
        (Part::Date, "2026-05-31", Some("2026-05-31")),
        (Part::Date, "2026-5-1T9:03", Some("2026-05-01 09:03")),
        (
            Part::Date,
            "2026-05-31 14:03:09Z",
            Some("2026-05-31 14:03:09"),
        ),
        (Part::Date, "2026-02-30", None),
        (Part::Date, "May", None),
        (
            Part::Lora,
            "detail : 0.80,film grain",
            Some("detail:0.8, film grain"),
        ),
        (Part::Lora, "a,,b", None),
        (Part::Persona, " Ada  L. ", Some("Ada L.")),
        (Part::Persona, "a*", None),
        (Part::Execution, "x", None),
        (Part::Param(String::new()), "x", None),
        (Part::Seed, "  ", Some("")),
    ] {
        assert_eq!(
            clean(&part, text).ok().as_deref(),
            kept,
            "{part:?} {text:?}"
        );
        if let Some(kept) = kept {
            assert_eq!(clean(&part, kept).as_deref(), Ok(kept), "again: {part:?}");
        }
    }
    let long = "x".repeat(LONGEST_VALUE + 1);
    let why = clean(&Part::Vae, &long).unwrap_err().to_string();
    assert!(why.contains("1001 letters"), "{why}");
}

#[test]
fn edits_lie_over_a_recipe_and_are_told_by_it() {
    let run = |model: &str| Sampling {
        positive: "old".to_owned(),
        model: Some(model.to_owned()),
        seed: Some(1),
        sampler: Some("euler".to_owned()),
        ..Sampling::default()
    };
    let parsed = Recipe {
        positive: "old".to_owned(),
        models: vec!["a/base.safetensors".to_owned(), "refiner".to_owned()],
        samplers: vec![run("a/base.safetensors"), run("refiner")],
        ..Recipe::default()
    };
    let all = [
        over(Part::Prompt, "new"),
        over(Part::Model, "refiner"),
        over(Part::Seed, "7"),
        over(Part::Lora, "detail:0.5"),
        over(Part::Persona, "Ada"),
    ];
    let mut recipe = parsed.clone();
    lay_over_recipe(&mut recipe, &all);
    assert_eq!(recipe.models, ["refiner"]);
    assert_eq!(recipe.samplers[0].positive, "new");
    assert_eq!(recipe.samplers[1], parsed.samplers[1]);
    for one in &all[..4] {
        assert_eq!(told(&one.part, &recipe), one.value);
    }
    assert_eq!(told(&Part::Sampler, &recipe), "euler");
    // A picture without any recipe gets what was set.
    let mut nothing = Recipe::default();
    lay_over_recipe(&mut nothing, &[over(Part::Steps, "20")]);
    assert_eq!(told(&Part::Steps, &nothing), "20");
}

#[test]
fn a_parameter_is_set_wherever_it_stands() {
    use std::sync::Arc;

    use crate::parameter::{Parameter, ParameterSet};
    let entry = |node: &str, name: &str| Parameter {
        node: node.to_owned(),
        class: "KSampler".to_owned(),
        title: String::new(),
        name: name.to_owned(),
        value: Scalar::Number(1.0),
    };
    let set = ParameterSet {
        id: 1,
        entries: vec![
            entry("3", "denoise"),
            entry("3", "cfg"),
            entry("4", "denoise"),
        ],
    };
    let mut parameters = Parameters {
        set: Arc::new(set),
        changes: vec![(1, Scalar::Number(7.0)), (2, Scalar::Number(0.9))],
    };
    lay_over_parameters(&mut parameters, "KSampler.denoise", "0.5");
    let half = Scalar::Number(0.5);
    let expected = [(0, half.clone()), (1, Scalar::Number(7.0)), (2, half)];
    assert_eq!(parameters.changes, expected);
}
