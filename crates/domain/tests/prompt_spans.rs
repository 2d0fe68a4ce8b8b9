//! The syntax of prompts, by example.

use std::fmt::Write as _;

use domain::prompt::{Dialect, SpanKind, spans};

use Dialect::{Comfy, Invoke, NovelAi, Webui};

/// The spans of a prompt: text as it is, with its weight unless that is 1, the rest in `<>` under the
/// first letters of its kind.
fn cut(prompt: &str, dialect: Dialect) -> String {
    let mut out = String::new();
    for span in spans(prompt, dialect) {
        let text = &prompt[span.range];
        let kind = match span.kind {
            SpanKind::Text => "",
            SpanKind::Separator => "sep",
            SpanKind::Emphasis => "em",
            SpanKind::Break => "break",
            SpanKind::And => "and",
            SpanKind::Lora { .. } => "lora",
            SpanKind::Hypernet { .. } => "hyper",
            SpanKind::Embedding { .. } => "embed",
            SpanKind::Wildcard { .. } => "wild",
            SpanKind::Choice => "choice",
            SpanKind::Schedule => "sched",
            SpanKind::Tag => "tag",
            SpanKind::Comment => "note",
        };
        let weight = if (span.weight - 1.0).abs() < 1e-6 || !kind.is_empty() {
            String::new()
        } else {
            format!("*{}", short(span.weight))
        };
        let _ = write!(
            out,
            "[{kind}{}{text}{weight}]",
            if kind.is_empty() { "" } else { "=" }
        );
    }
    out
}

fn short(weight: f32) -> f32 {
    (weight * 1000.0).round() / 1000.0
}

#[track_caller]
fn check(dialect: Dialect, cases: &[(&str, &str)]) {
    for (prompt, expected) in cases {
        assert_eq!(cut(prompt, dialect), *expected, "{dialect:?}: {prompt}");
    }
}

#[test]
fn the_web_ui_weighs_by_brackets() {
    check(
        Webui,
        &[
            ("", ""),
            ("a cat", "[a cat]"),
            (
                " a  cat , dog\n\nBREAK fish ",
                "[sep= ][a  cat][sep= , ][dog][sep=\n\n][break=BREAK][sep= ][fish][sep= ]",
            ),
            ("(a)", "[em=(][a*1.1][em=)]"),
            ("((a))", "[em=(][em=(][a*1.21][em=)][em=)]"),
            ("[a]", "[em=[][a*0.909][em=]]"),
            ("(a:1.3)", "[em=(][a*1.3][em=:1.3)]"),
            ("(a: 1.3 )", "[em=(][a*1.3][em=: 1.3 )]"),
            ("(a:1.3 b)", "[em=(][a:1.3 b*1.1][em=)]"),
            ("(a:)", "[em=(][a:*1.1][em=)]"),
            ("(a:b)", "[em=(][a:b*1.1][em=)]"),
            ("a:b:c", "[a:b:c]"),
            ("(a:1.2.3)", "[em=(][a:1.2.3*1.1][em=)]"),
            (
                "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
                "[a][sep= ][em=(][em=(][em=(][house*1.573][em=:1.3)][em=)][sep= ][em=[][on][em=]][sep= ][a*1.1][sep= ][em=(][hill*0.55][em=:0.5)][sep=, ][sun*1.1][sep=, ][em=(][em=(][em=(][sky*1.464][em=)][em=)][em=)][sep=.]",
            ),
            ("(unbalanced", "[em=(][unbalanced*1.1]"),
            ("un)balanced", "[un)balanced]"),
            ("[un", "[em=[][un*0.909]"),
            (
                "(a [b) c]",
                "[em=(][a*1.1][sep= ][em=[][b][em=)][sep= ][c*0.909][em=]]",
            ),
            (r"a \(b\) \[c\]", r"[a \(b\) \[c\]]"),
            (r"\\(a)", r"[\\][em=(][a*1.1][em=)]"),
            ("(a:0)", "[em=(][a*0][em=:0)]"),
            ("(a:-1)", "[em=(][a*-1][em=:-1)]"),
        ],
    );
}

#[test]
fn the_web_ui_schedules_and_joins() {
    check(
        Webui,
        &[
            (
                "[cat:dog:0.25] x",
                "[sched=[][cat][sched=:][dog][sched=:0.25]][sep= ][x]",
            ),
            ("[cat:10]", "[sched=[][cat][sched=:10]]"),
            ("[cat::0.5]", "[sched=[][cat][sched=:][sched=:0.5]]"),
            (
                "[a|b|(c:1.2)] d",
                "[sched=[][a][sched=|][b][sched=|][em=(][c*1.2][em=:1.2)][sched=]][sep= ][d]",
            ),
            ("a | b", "[a][sep= | ][b]"),
            (
                ":|, |_|, :d, ;d, ^_^",
                "[:|][sep=, ][|_|][sep=, ][:d][sep=, ][;d][sep=, ][^_^]",
            ),
            (
                "a AND b :1.2",
                "[a][sep= ][and=AND][sep= ][b][sep= ][and=:][and=1.2]",
            ),
            (
                "a :0.5 AND b:1.2\n",
                "[a][sep= ][and=:][and=0.5][sep= ][and=AND][sep= ][b][and=:][and=1.2][sep=\n]",
            ),
            (
                "a and b, SANDAND BREAKFAST",
                "[a and b][sep=, ][SANDAND BREAKFAST]",
            ),
        ],
    );
}

#[test]
fn tags_wildcards_choices_and_comments() {
    check(
        Webui,
        &[
            (
                "x <lora:SDXL/foo:0.8> y <lora:a:1:0.5><hypernet:h:1>, <lyco:b> <lora::1> a <3 b <foo> c <segment:face:0.5>",
                "[x][sep= ][lora=<lora:SDXL/foo:0.8>][sep= ][y][sep= ][lora=<lora:a:1:0.5>][hyper=<hypernet:h:1>][sep=, ][lora=<lyco:b>][sep= ][tag=<lora::1>][sep= ][a <3 b <foo> c][sep= ][tag=<segment:face:0.5>]",
            ),
            ("<lora:a <lora:b:1>", "[<lora:a][sep= ][lora=<lora:b:1>]"),
            (
                "<random:a|<wildcard:b>> z",
                "[choice=<random:a|<wildcard:b>>][sep= ][z]",
            ),
            (
                "__color__ hat, a__b__c, ____, __a/b-c*__ __x",
                "[wild=__color__][sep= ][hat][sep=, ][a__b__c][sep=, ][____][sep=, ][wild=__a/b-c*__][sep= ][__x]",
            ),
            (
                "{red|blue} hat",
                "[choice={][red][choice=|][blue][choice=}][sep= ][hat]",
            ),
            (
                "{2$$a|0.5::b}",
                "[choice={2$$][a][choice=|0.5::][b][choice=}]",
            ),
            ("{x}", "[choice={][x][choice=}]"),
            ("{x", "[{x]"),
            (
                "{{x|y}|z}",
                "[choice={][choice={][x][choice=|][y][choice=}][choice=|][z][choice=}]",
            ),
            (
                "# note\n#x\na #b",
                "[note=# note][sep=\n][note=#x][sep=\n][a #b]",
            ),
            (
                "embedding:foo, (embedding:bar:1.2)",
                "[embed=embedding:foo][sep=, ][em=(][embed=embedding:bar][em=:1.2)]",
            ),
        ],
    );
}

#[test]
fn any_script_has_its_sentences() {
    check(
        Webui,
        &[
            (
                r#"Ein Hund. Er lacht! "So." v1.5 ... end."#,
                r#"[Ein Hund][sep=. ][Er lacht][sep=! ]["So][sep=.][" v1.5][sep= ... ][end][sep=.]"#,
            ),
            (
                "赤い髪，青い目。(笑顔:1.2)、🙂, 🙂(🙂)",
                "[赤い髪][sep=，][青い目][sep=。][em=(][笑顔*1.2][em=:1.2)][sep=、][🙂][sep=, ][🙂][em=(][🙂*1.1][em=)]",
            ),
            (
                "(a, b:1.2), c",
                "[em=(][a*1.2][sep=, ][b*1.2][em=:1.2)][sep=, ][c]",
            ),
            (
                "a (red:1.2) cat, (blue)ish",
                "[a][sep= ][em=(][red*1.2][em=:1.2)][sep= ][cat][sep=, ][em=(][blue*1.1][em=)][ish]",
            ),
        ],
    );
}

#[test]
fn comfyui_replaces_weights_and_knows_round_brackets_only() {
    check(
        Comfy,
        &[
            ("(a)", "[em=(][a*1.1][em=)]"),
            (
                "((a:1.3) b)",
                "[em=(][em=(][a*1.3][em=:1.3)][sep= ][b*1.1][em=)]",
            ),
            ("((a):1.5)", "[em=(][em=(][a*1.65][em=)][em=:1.5)]"),
            (
                "((a:1.2) b:1.5)",
                "[em=(][em=(][a*1.2][em=:1.2)][sep= ][b*1.5][em=:1.5)]",
            ),
            ("(a", "[(a]"),
            ("a)", "[a)]"),
            ("[a]", "[[a]]"),
            (r"\(a\) \[b\]", r"[\(a\) \[b\]]"),
            ("{a|b} c", "[choice={][a][choice=|][b][choice=}][sep= ][c]"),
            (
                "a // b\nc https://x.y/*z*/ /* a",
                "[a][sep= ][note=// b][sep=\n][c https://x.y][note=/*z*/][sep= ][/* a]",
            ),
            (
                r"embedding:a\(b\).pt, embedding:c)",
                r"[embed=embedding:a\(b\).pt][sep=, ][embed=embedding:c][)]",
            ),
            ("(a:1e2)", "[em=(][a:1e2*1.1][em=)]"),
            ("a BREAK b AND c", "[a][sep= ][break=BREAK][sep= ][b AND c]"),
        ],
    );
}

#[test]
fn novelai_weighs_by_braces_and_levels() {
    check(
        NovelAi,
        &[
            ("{a}", "[em={][a*1.05][em=}]"),
            ("{{a}}", "[em={][em={][a*1.102][em=}][em=}]"),
            ("[a]", "[em=[][a*0.952][em=]]"),
            ("(a)", "[(a)]"),
            (
                "1.5::a, b:: c",
                "[em=1.5::][a*1.5][sep=, ][b*1.5][em=::][sep= ][c]",
            ),
            ("-1::a::", "[em=-1::][a*-1][em=::]"),
            ("{1.5::a", "[em={][em=1.5::][a*1.575]"),
            (
                "a 2::b {c}:: artist:d",
                "[a][sep= ][em=2::][b*2][sep= ][em={][c*2.1][em=}][em=::][sep= ][artist:d]",
            ),
            (
                "0.5::a 2::b::c",
                "[em=0.5::][a*0.5][sep= ][em=2::][b*2][em=::][c]",
            ),
            ("a|b", "[a][sep=|][b]"),
            ("||red|blue|| x", "[sep=||][red][sep=|][blue][sep=|| ][x]"),
            ("year 2024, 1girl", "[year 2024][sep=, ][1girl]"),
        ],
    );
}

#[test]
fn compel_weighs_from_behind() {
    check(
        Invoke,
        &[
            ("a+ b", "[a*1.1][em=+][sep= ][b]"),
            ("(a b)1.2 c", "[em=(][a b*1.2][em=)1.2][sep= ][c]"),
            ("(a b)++", "[em=(][a b*1.21][em=)++]"),
            ("(a)-- b", "[em=(][a*0.81][em=)--][sep= ][b]"),
            (
                "well-lit, a-, - b, c++ d--",
                "[well-lit][sep=, ][a*0.9][em=-][sep=, ][- b][sep=, ][c*1.21][em=++][sep= ][d*0.81][em=--]",
            ),
            ("(a+ b)1.5", "[em=(][a*1.65][em=+][sep= ][b*1.5][em=)1.5]"),
            (
                r#"("a b", "c").and()"#,
                r#"[em=(]["a b"][sep=, ]["c"][em=).and()]"#,
            ),
            (
                r#"("a b", "c").blend(0.7,0.3)"#,
                r#"[em=(]["a b"][sep=, ]["c"][em=).blend(0.7,0.3)]"#,
            ),
            ("(a)2girls", "[em=(][a][em=)][2girls]"),
            ("(a:1.2)", "[em=(][a][em=:1.2)]"),
            ("[a]", "[[a]]"),
            ("(a", "[(a]"),
            ("(a b). c", "[em=(][a b][em=)][sep=. ][c]"),
            ("(a)1.2. c", "[em=(][a*1.2][em=)1.2][sep=. ][c]"),
        ],
    );
}

#[test]
fn tags_tell_name_and_strengths() {
    let kind = |prompt| spans(prompt, Webui)[0].kind;
    let lora = |name, weight, clip_weight| SpanKind::Lora {
        name,
        weight,
        clip_weight,
    };
    assert_eq!(kind("<lora:a b:0.8>"), lora("a b", Some(0.8), None));
    assert_eq!(kind("<LoRA: a :-1: 0.5>"), lora("a", Some(-1.0), Some(0.5)));
    assert_eq!(kind("<lora:a:te=0.5>"), lora("a", None, None));
    assert_eq!(kind("<lora:a:inf:1e9>"), lora("a", None, None));
    assert_eq!(kind("<lora[x]:a>"), lora("a", None, None));
    let (name, weight) = ("h", Some(0.5));
    assert_eq!(
        kind("<hypernet:h:0.5>"),
        SpanKind::Hypernet { name, weight }
    );
    assert_eq!(kind("<embed:h>"), SpanKind::Embedding { name });
    assert_eq!(kind("<wildcard[2]:h>"), SpanKind::Wildcard { name });
    assert_eq!(kind("<fromto[0.5]:a,b>"), SpanKind::Schedule);
    assert_eq!(kind("<comment:a>"), SpanKind::Comment);
    assert_eq!(kind("<break>"), SpanKind::Break);
    assert_eq!(kind("<trigger>"), SpanKind::Tag);
    assert_eq!(kind("<1:a>"), SpanKind::Tag);
    assert_eq!(kind("<a b:c>"), SpanKind::Text);
}

#[test]
fn programs_have_their_dialect() {
    for (tool, dialect) in [
        ("comfyui", Comfy),
        ("swarmui", Comfy),
        ("novelai", NovelAi),
        ("invokeai", Invoke),
        ("easydiffusion", Invoke),
        ("forge", Webui),
        ("", Webui),
    ] {
        assert_eq!(Dialect::of(tool), dialect, "{tool}");
    }
}
