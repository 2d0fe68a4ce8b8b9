//! What is counted of a prompt, by example.

use domain::prompt::{Dialect, Token, TokenKind, fold, tokens};

use Dialect::{Comfy, Invoke, NovelAi, Webui};

/// The tokens of a prompt, with their weights where these are not 1.
fn counted(prompt: &str, dialect: Dialect) -> Vec<String> {
    let print = |Token {
                     kind, text, weight, ..
                 }: Token| {
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
            format!("{kind}{text} *{}", (weight * 1000.0).round() / 1000.0)
        }
    };
    tokens(prompt, dialect).into_iter().map(print).collect()
}

#[track_caller]
fn check(dialect: Dialect, cases: &[(&str, &[&str])]) {
    for (prompt, expected) in cases {
        assert_eq!(counted(prompt, dialect), *expected, "{dialect:?}: {prompt}");
    }
}

#[test]
fn tokens_lose_their_emphasis() {
    check(
        Webui,
        &[
            (" a  cat , dog\n\nBREAK fish ", &["a cat", "dog", "fish"]),
            ("(a)", &["a *1.1"]),
            (
                "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
                &["a house on a hill *1.573", "sun *1.1", "sky *1.464"],
            ),
            ("(a [b) c]", &["a b c *1.1"]),
            (r"a \(b\) \[c\]", &["a (b) [c]"]),
            ("(a:0)", &["a *0"]),
            ("[cat:dog:0.25] x", &["cat", "dog", "x"]),
            ("a | b", &["a", "b"]),
            (":|, |_|, :d, ;d, ^_^", &[":|", "|_|", ":d", ";d", "^_^"]),
            ("a AND b :1.2", &["a", "b"]),
            (
                "a and b, SANDAND BREAKFAST",
                &["a and b", "sandand breakfast"],
            ),
            (
                "x <lora:SDXL/foo:0.8> y <lora:a:1:0.5><hypernet:h:1>, <lyco:b> <lora::1> a <3 b <foo> c <segment:face:0.5>",
                &[
                    "x",
                    "lora SDXL/foo *0.8",
                    "y",
                    "lora a",
                    "hypernet h",
                    "lora b",
                    "a <3 b <foo> c",
                ],
            ),
            ("<random:a|<wildcard:b>> z", &["z"]),
        ],
    );
}

#[test]
fn tags_part_tokens_and_sentences_end_them() {
    check(
        Webui,
        &[
            (
                "__color__ hat, a__b__c, ____, __a/b-c*__ __x",
                &[
                    "wildcard color",
                    "hat",
                    "a__b__c",
                    "____",
                    "wildcard a/b-c*",
                    "__x",
                ],
            ),
            ("{red|blue} hat", &["red", "blue", "hat"]),
            ("{x", &["{x"]),
            ("# note\n#x\na #b", &["a #b"]),
            (
                "embedding:foo, (embedding:bar:1.2)",
                &["embedding foo", "embedding bar *1.2"],
            ),
            (
                r#"Ein Hund. Er lacht! "So." v1.5 ... end."#,
                &["ein hund", "er lacht", "so", "v1.5", "end"],
            ),
            (
                "赤い髪，青い目。(笑顔:1.2)、🙂, 🙂(🙂)",
                &["赤い髪", "青い目", "笑顔 *1.2", "🙂", "🙂🙂"],
            ),
            ("(a, b:1.2), c", &["a *1.2", "b *1.2", "c"]),
            (
                "a (red:1.2) cat, (blue)ish",
                &["a red cat *1.2", "blueish *1.1"],
            ),
        ],
    );
}

#[test]
fn tokens_of_comfyui() {
    check(
        Comfy,
        &[
            ("((a:1.3) b)", &["a b *1.3"]),
            ("[a]", &["[a]"]),
            (r"\(a\) \[b\]", &["(a) \\[b\\]"]),
            (
                "a // b\nc https://x.y/*z*/ /* a",
                &["a", "c https://x.y", "/* a"],
            ),
            (
                r"embedding:a\(b\).pt, embedding:c)",
                &["embedding a(b).pt", "embedding c"],
            ),
            ("a BREAK b AND c", &["a", "b and c"]),
        ],
    );
}

#[test]
fn tokens_of_novelai() {
    check(
        NovelAi,
        &[
            ("1.5::a, b:: c", &["a *1.5", "b c *1.5"]),
            ("a 2::b {c}:: artist:d", &["a b c artist:d"]),
            ("||red|blue|| x", &["red", "blue", "x"]),
        ],
    );
}

#[test]
fn tokens_of_compel() {
    check(
        Invoke,
        &[
            ("a+ b", &["a b *1.1"]),
            (
                "well-lit, a-, - b, c++ d--",
                &["well-lit", "a *0.9", "- b", "c d *1.21"],
            ),
            (r#"("a b", "c").and()"#, &["a b", "c"]),
        ],
    );
}

#[test]
fn prose_and_lone_punctuation_are_not_counted() {
    let long = "word ".repeat(16);
    assert_eq!(long.trim().chars().count(), 79);
    assert_eq!(counted(&long, Webui), [long.trim()]);
    assert_eq!(counted(&format!("{long}more"), Webui), [""; 0]);
    assert_eq!(counted("\", -, :, (), \\, (((:1.2)", Webui), [""; 0]);
    assert_eq!(
        counted("A cat sits. It SLEEPS; and so on", Comfy),
        ["a cat sits", "it sleeps", "and so on",]
    );
}

#[test]
fn folded_prompts_keep_their_lines_and_are_folded_once() {
    for (text, folded) in [
        ("A Fox,  red", "a fox, red"),
        ("Fox\r\n\n Red\tHair \n", "fox\u{1}red hair"),
        (
            "sky BREAK Forest, BREAKFAST",
            "sky , break , forest, breakfast",
        ),
        ("a AND b and SAND", "a , and , b and sand"),
        (" \n ", ""),
    ] {
        assert_eq!(fold(text, Webui), folded);
        assert_eq!(fold(folded, Webui), folded);
    }
    assert_eq!(fold("a AND b", Comfy), "a and b");
}
