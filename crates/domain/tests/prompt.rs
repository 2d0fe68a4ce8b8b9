//! The syntax of prompts, by example, and what holds for any text.

use std::fmt::Write as _;

use domain::prompt::{
    Dialect, MAX_TOKEN_CHARS, MAX_WEIGHT, SpanKind, Token, TokenKind, spans, tokens,
};
use proptest::{prelude::*, sample::select, test_runner::RngSeed};

use Dialect::{Comfy, Invoke, NovelAi, Webui};

const DIALECTS: [Dialect; 4] = [Webui, Comfy, NovelAi, Invoke];

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
        let weight = if (span.weight - 1.0).abs() < 1e-6 || kind != "" {
            String::new()
        } else {
            format!("*{}", short(span.weight))
        };
        let _ = write!(
            out,
            "[{kind}{}{text}{weight}]",
            if kind == "" { "" } else { "=" }
        );
    }
    out
}

/// The tokens of a prompt, with their weights where these are not 1.
fn counted(prompt: &str, dialect: Dialect) -> Vec<String> {
    let print = |Token { kind, text, weight }: Token| {
        let kind = match kind {
            TokenKind::Text => "",
            TokenKind::Lora => "lora ",
            TokenKind::Hypernet => "hypernet ",
            TokenKind::Embedding => "embedding ",
            TokenKind::Wildcard => "wildcard ",
        };
        if (weight - 1.0).abs() < 1e-6 {
            format!("{kind}{text}")
        } else {
            format!("{kind}{text} *{}", short(weight))
        }
    };
    tokens(prompt, dialect).into_iter().map(print).collect()
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
fn probe() {
    for (dialect, prompts) in [
        (
            Webui,
            vec![
                "",
                "a cat",
                " a  cat , dog\n\nBREAK fish ",
                "(a)",
                "((a))",
                "[a]",
                "(a:1.3)",
                "(a: 1.3 )",
                "(a:1.3 b)",
                "(a:)",
                "(a:b)",
                "a:b:c",
                "(a:1.2.3)",
                "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
                "(unbalanced",
                "un)balanced",
                "[un",
                "(a [b) c]",
                r"a \(b\) \[c\]",
                r"\\(a)",
                "(a:0)",
                "(a:-1)",
                "[cat:dog:0.25] x",
                "[cat:10]",
                "[cat::0.5]",
                "[a|b|(c:1.2)] d",
                "a | b",
                ":|, |_|, :d, ;d, ^_^",
                "a AND b :1.2",
                "a :0.5 AND b:1.2\n",
                "a and b, SANDAND BREAKFAST",
                "x <lora:SDXL/foo:0.8> y <lora:a:1:0.5><hypernet:h:1>, <lyco:b> <lora::1> a <3 b <foo> c <segment:face:0.5>",
                "<lora:a <lora:b:1>",
                "<random:a|<wildcard:b>> z",
                "__color__ hat, a__b__c, ____, __a/b-c*__ __x",
                "{red|blue} hat",
                "{2$$a|0.5::b}",
                "{x}",
                "{x",
                "{{x|y}|z}",
                "# note\n#x\na #b",
                "embedding:foo, (embedding:bar:1.2)",
                "Ein Hund. Er lacht! \"So.\" v1.5 ... end.",
                "赤い髪，青い目。(笑顔:1.2)、🙂, 🙂(🙂)",
                "(a, b:1.2), c",
                "a (red:1.2) cat, (blue)ish",
            ],
        ),
        (
            Comfy,
            vec![
                "(a)",
                "((a:1.3) b)",
                "((a):1.5)",
                "((a:1.2) b:1.5)",
                "(a",
                "a)",
                "[a]",
                r"\(a\) \[b\]",
                "{a|b} c",
                "a // b\nc https://x.y/*z*/ /* a",
                "embedding:a\\(b\\).pt, embedding:c)",
                "(a:1e2)",
                "a BREAK b AND c",
            ],
        ),
        (
            NovelAi,
            vec![
                "{a}",
                "{{a}}",
                "[a]",
                "(a)",
                "1.5::a, b:: c",
                "-1::a::",
                "{1.5::a",
                "a 2::b {c}:: artist:d",
                "0.5::a 2::b::c",
                "a|b",
                "||red|blue|| x",
                "year 2024, 1girl",
            ],
        ),
        (
            Invoke,
            vec![
                "a+ b",
                "(a b)1.2 c",
                "(a b)++",
                "(a)-- b",
                "well-lit, a-, - b, c++ d--",
                "(a+ b)1.5",
                "(\"a b\", \"c\").and()",
                "(\"a b\", \"c\").blend(0.7,0.3)",
                "(a)2girls",
                "(a:1.2)",
                "[a]",
                "(a",
                "(a b). c",
                "(a)1.2. c",
            ],
        ),
    ] {
        for prompt in prompts {
            println!(
                "{dialect:?} {prompt:?}\n    {:?}\n    {:?}",
                cut(prompt, dialect),
                counted(prompt, dialect)
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_cover_any_text(prompt in hostile(), dialect in select(DIALECTS.to_vec())) {
        holds(&prompt, dialect);
    }
}

/// Text with everything that some program gives a meaning to.
fn hostile() -> impl Strategy<Value = String> {
    let parts = vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        ":",
        "|",
        "\\",
        ",",
        "\n",
        " ",
        "  ",
        ".",
        ". ",
        ";",
        "+",
        "--",
        "::",
        "1.5",
        "0",
        "-1",
        "$$",
        "9999999",
        "a",
        "Cat",
        "_",
        "__",
        "BREAK",
        "AND",
        "embedding:",
        "<lora:",
        ":0.5>",
        "<break>",
        "<fromto[0.5]:",
        "__x__",
        "//",
        "/*",
        "*/",
        "#",
        "\"",
        ".and()",
        ".blend(",
        "漢",
        "，",
        "🙂",
        "e\u{301}",
        "İ",
        "\u{2028}",
    ];
    let part = prop_oneof![
        9 => select(parts).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

#[track_caller]
fn holds(prompt: &str, dialect: Dialect) {
    let mut end = 0;
    for span in spans(prompt, dialect) {
        assert_eq!(span.range.start, end, "{dialect:?} {prompt:?}");
        assert!(span.range.end > end, "empty: {dialect:?} {prompt:?}");
        assert!(prompt.get(span.range.clone()).is_some(), "{prompt:?}");
        assert!(
            span.weight.abs() <= MAX_WEIGHT,
            "{} {prompt:?}",
            span.weight
        );
        end = span.range.end;
    }
    assert_eq!(end, prompt.len(), "{dialect:?} {prompt:?}");
    for token in tokens(prompt, dialect) {
        assert!(token.weight.abs() <= MAX_WEIGHT);
        assert!(!token.text.trim().is_empty(), "{prompt:?}");
        if token.kind == TokenKind::Text {
            assert!(
                !token.text.contains([',', '\n', '，', '、']),
                "{token:?} {prompt:?}"
            );
            assert!(token.text.chars().count() <= MAX_TOKEN_CHARS);
            assert_eq!(token.text, domain::text::normalise(&token.text));
        }
    }
}
