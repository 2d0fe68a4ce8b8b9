//! What holds for any prompt.

use domain::prompt::{
    Dialect, MAX_DEPTH, MAX_TOKEN_CHARS, MAX_WEIGHT, TokenKind, fold, spans, tokens,
};
use proptest::{prelude::*, sample::select, test_runner::RngSeed};

use Dialect::{Comfy, Invoke, NovelAi, Webui};

const DIALECTS: [Dialect; 4] = [Webui, Comfy, NovelAi, Invoke];

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

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_cover_any_text(prompt in hostile(), dialect in select(DIALECTS.to_vec())) {
        holds(&prompt, dialect);
        // Only a written number makes a weight zero or negative.
        if !prompt.contains(|letter: char| letter.is_ascii_digit()) {
            prop_assert!(spans(&prompt, dialect).iter().all(|span| span.weight > 0.0));
        }
    }
}

#[test]
fn weights_stay_finite_and_deep_brackets_are_text() {
    let nested = |open: &str, inner: &str, close: &str, depth| {
        let prompt = open.repeat(depth) + inner + &close.repeat(depth);
        let spans = spans(&prompt, Webui);
        let found = spans
            .iter()
            .find(|span| prompt[span.range.clone()].contains(inner));
        found.map(|span| (span.weight, spans.len()))
    };
    assert_eq!(nested("(", "x", ":99999)", 3), Some((MAX_WEIGHT, 7)));
    assert_eq!(nested("(", "x", ":0.001)", 64), Some((0.0, 129)));
    assert_eq!(nested("(", "x", ":-99)", 3), Some((-MAX_WEIGHT, 7)));
    let (weight, count) = nested("(", "x", ")", MAX_DEPTH + 9).unwrap_or_default();
    assert!((weight / 1.1_f32.powi(64) - 1.0).abs() < 1e-3, "{weight}");
    assert_eq!(count, 2 * MAX_DEPTH + 1);
}

/// Were anything here quadratic, this would take an hour instead of seconds.
#[test]
fn any_syntax_may_be_repeated_without_end() {
    const BYTES: usize = 200_000;
    let parts = [
        "(",
        ")",
        "()",
        "[",
        "{",
        "<",
        ">",
        "<a:",
        "<a:>",
        "<a:<b:>",
        "(a:1.1)",
        "[a:b:1]",
        "[a|",
        "{a|",
        "|",
        ":",
        ": ",
        "::",
        "{ ",
        "| ",
        "1",
        "1.1",
        "-",
        "1::",
        ".",
        ". ",
        "\\",
        "__",
        "_a",
        "__a ",
        "/*",
        "//",
        "#",
        "#\n",
        "\n",
        " ",
        ", ",
        "a ",
        "a+",
        ")+",
        ")+a",
        ".blend(",
        ").blend(",
        "(a)1",
        "BREAK ",
        "AND ",
        ":1 AND\n",
        "AND\n\n",
        "embedding:",
        "embedding:\\",
        "a",
        "漢",
        "🙂",
        "\u{301}",
        "([{<",
        ")]}>",
        "([)]",
    ];
    for part in parts {
        let prompt = part.repeat(BYTES / part.len());
        for dialect in DIALECTS {
            holds(&prompt, dialect);
        }
    }
}

#[test]
fn a_megabyte_is_read() {
    for part in ["(", "<a:", "([{<:|\\", "(a:1.1), "] {
        holds(&part.repeat(1_000_000 / part.len()), Webui);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    /// The index counts folded prompts, the inspector links from prompts as they are written.
    #[test]
    fn folding_a_prompt_changes_none_of_its_words(
        parts in prop::collection::vec(
            select(vec![
                "red fox", "(", ")", "[", "]", "{", "}", ":1.2", ",", ", ", "\n", "\r\n", " BREAK ",
                " AND ", "AND", "BREAK", "a. B", ".", "|", " | ", "++", "::", "1.5::", "\\(", "#x", "// y", "<lora:A:1>",
                "__animal__", "Straße", "漢字", "  ", "1girl",
            ]),
            0..24,
        ),
    ) {
        let prompt = parts.concat();
        let words = |text: &str, dialect| -> Vec<String> {
            let tokens = tokens(text, dialect).into_iter();
            let words = tokens.filter(|token| token.kind == TokenKind::Text);
            words.map(|token| token.text).collect()
        };
        for dialect in DIALECTS {
            prop_assert_eq!(
                words(&fold(&prompt, dialect), dialect),
                words(&prompt, dialect),
                "{:?} {:?}", dialect, prompt
            );
        }
    }
}
