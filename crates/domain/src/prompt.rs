//! What a prompt says, part by part: for showing it with its weights and for counting its words.
//!
//! Programs read the same text differently, so every function takes a [`Dialect`]. Nothing fails:
//! what a program would not understand is text. Reading takes time in proportion to the text and
//! uses no recursion.
//!
//! To add syntax: cut it out in `prompt/cut.rs`, give it a [`SpanKind`] in `prompt/weigh.rs`, and say
//! in `prompt/count.rs` whether it parts two tokens.

mod bracket;
mod compel;
mod count;
mod cut;
mod tag;
mod weigh;

use std::ops::Range;

use crate::text;

/// Brackets of one kind that may stand in each other; deeper ones are text.
pub const MAX_DEPTH: usize = 64;
/// No weight is larger than this, nor smaller than its negative.
pub const MAX_WEIGHT: f32 = 1000.0;
/// Text with more characters than this is prose rather than a token and is not counted.
pub const MAX_TOKEN_CHARS: usize = 80;

/// Whose syntax a prompt is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// AUTOMATIC1111's web UI, its forks (Forge, reForge, SD.Next) and all that copied its syntax:
    /// `(x)` is 1.1, `[x]` is 1/1.1, `(x:1.3)` is 1.3, nested ones multiply, one that is never closed
    /// lasts to the end; `[from:to:when]`, `[a|b]`, `BREAK`, `AND`; lines that begin with `#` are
    /// comments.
    #[default]
    Webui,
    /// ComfyUI and SwarmUI: round brackets only, and an explicit weight replaces that of the brackets
    /// around it. One that is never closed is text. `// ...` and `/* ... */` are comments of ComfyUI's
    /// own text boxes.
    Comfy,
    /// NovelAI: `{x}` is 1.05, `[x]` is 1/1.05; `1.5::x::` sets a weight up to the next `::`.
    /// Round brackets are text.
    NovelAi,
    /// InvokeAI and Easy Diffusion, both by the Compel library: the weight follows, as in `(x)1.2`,
    /// `x+` (1.1), `(x)--` (0.9 twice).
    Invoke,
}

impl Dialect {
    /// The dialect of a program as [`Recipe::tool`](crate::recipe::Recipe::tool) names it; unknown
    /// programs speak the web UI's.
    pub fn of(tool: &str) -> Self {
        match tool {
            "comfyui" | "swarmui" => Self::Comfy,
            "novelai" => Self::NovelAi,
            "invokeai" | "easydiffusion" => Self::Invoke,
            _ => Self::Webui,
        }
    }

    /// Whether a backslash before this character takes away its meaning.
    fn escapes(self, letter: char) -> bool {
        match letter {
            '(' | ')' | '{' | '}' => true,
            '[' | ']' | '\\' | ':' | '|' | '<' | '>' => self != Self::Comfy,
            _ => false,
        }
    }
}

/// A part of a prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct Span<'a> {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SpanKind<'a>,
    /// How strongly the program minds it: 1 where nothing was said, what all brackets around it come
    /// to otherwise. Finite and within [`MAX_WEIGHT`]; zero and negative when written so. For
    /// punctuation the weight of what it encloses.
    pub weight: f32,
}

/// What a part of a prompt is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SpanKind<'a> {
    /// Words, with the white space between them and their backslashes.
    Text,
    /// Commas, line ends, ends of sentences, free-standing bars, and white space at any edge.
    Separator,
    /// Punctuation that changes weights: brackets, `:1.2`, `1.5::`, `++`.
    Emphasis,
    /// `BREAK`: the next part of the prompt is encoded by itself (web UI, nodes of ComfyUI; SwarmUI's
    /// `<break>`).
    Break,
    /// `AND`, which joins whole prompts, and the `:1.2` before it or at the end (web UI).
    And,
    /// `<lora:name:0.8>`, or `<lyco:..>` (web UI, SwarmUI).
    Lora {
        /// Name as written, with folders.
        name: &'a str,
        /// Strength on the model, when given.
        weight: Option<f32>,
        /// Strength on the text encoder, where it is set apart.
        clip_weight: Option<f32>,
    },
    /// `<hypernet:name:0.8>` (web UI).
    Hypernet {
        /// Name as written.
        name: &'a str,
        /// Strength, when given.
        weight: Option<f32>,
    },
    /// `embedding:name` (ComfyUI), `<embed:name>` and `<embedding:name>` (SwarmUI).
    Embedding {
        /// Name as written, with folders and backslashes.
        name: &'a str,
    },
    /// `__name__` (the Dynamic Prompts extension, InvokeAI and Fooocus), `<wildcard:name>` (SwarmUI).
    Wildcard {
        /// Name as written.
        name: &'a str,
    },
    /// Punctuation of `{a|b}` (Dynamic Prompts, ComfyUI, InvokeAI); `<random:a,b>` as a whole
    /// (SwarmUI).
    Choice,
    /// Punctuation of `[from:to:0.5]` and `[a|b]` (web UI); `<alternate:a,b>` and `<fromto[0.5]:a,b>`
    /// as a whole (SwarmUI).
    Schedule,
    /// Any other `<word:...>`, which web UI and SwarmUI take out of the prompt.
    Tag,
    /// What the program does not read.
    Comment,
}

/// Cuts a prompt into parts that cover it in order, without gap or overlap; none is empty.
pub fn spans(prompt: &str, dialect: Dialect) -> Vec<Span<'_>> {
    weigh::spans(prompt, cut::pieces(prompt, dialect))
}

/// A prompt folded like [`text::normalise`], but line by line, with
/// [`LINE_END`](crate::text::LINE_END) between the lines, so that its tokens stay apart; `BREAK` and
/// `AND`, known only by their capitals, are put between commas. Folding twice changes nothing.
pub fn fold(prompt: &str, dialect: Dialect) -> String {
    let parted = prompt.contains("BREAK") || prompt.contains("AND");
    if !parted && text::is_plain(prompt.as_bytes()) {
        return prompt.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(prompt.len());
    if !parted {
        fold_lines(prompt, &mut out);
        return out;
    }
    // Between commas such a word is a token of its own, which is not counted. The commas touch what
    // stands beside them, as the words did: a space would set apart a bar or end a sentence.
    let mut from = 0;
    let mut marked = String::with_capacity(prompt.len() + 8);
    for span in spans(prompt, dialect) {
        if matches!(span.kind, SpanKind::Break | SpanKind::And) {
            let own = &prompt[span.range.clone()];
            // The weight beside it is dropped.
            let word = ["BREAK", "AND"].into_iter().find(|word| own.contains(word));
            let word = word.unwrap_or_default();
            marked.extend([&prompt[from..span.range.start], ", ", word, " ,"]);
            from = span.range.end;
        }
    }
    marked.push_str(&prompt[from..]);
    fold_lines(&marked, &mut out);
    out
}

fn fold_lines(text: &str, out: &mut String) {
    for line in text.split(['\n', '\r']) {
        let folded = text::normalise(line);
        if !folded.is_empty() {
            if !out.is_empty() {
                out.push(text::LINE_END);
            }
            // Only at the very start of a line does it begin a comment.
            if folded.starts_with('#') && !line.starts_with('#') {
                out.push_str(", ");
            }
            out.push_str(&folded);
        }
    }
}

/// One thing that a prompt asks for, in the form in which it is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Words folded by [`text::normalise`], without emphasis and backslashes;
    /// names as written, without backslashes before brackets.
    pub text: String,
    /// Where it stands in the prompt, in bytes, with the notation inside it.
    pub range: Range<usize>,
    /// See [`Span::weight`]; where only a part is emphasised, the weight of the longest part. For
    /// LoRAs and hypernetworks their strength, 1 when not given.
    pub weight: f32,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// Words.
    Text,
    /// The name of a LoRA.
    Lora,
    /// The name of a hypernetwork.
    Hypernet,
    /// The name of an embedding.
    Embedding,
    /// The name of a wildcard that was not filled in.
    Wildcard,
}

/// The tokens of a prompt in order, repeated ones as often as they occur.
///
/// Text is cut at separators, tags and choices, but not at emphasis: `a (red:1.2) cat` is one token.
/// Text longer than [`MAX_TOKEN_CHARS`] and lone punctuation are left out.
pub fn tokens(prompt: &str, dialect: Dialect) -> Vec<Token> {
    count::tokens(prompt, dialect, &spans(prompt, dialect))
}

/// A number without exponent at the start of a text, and its length.
fn number(text: &str) -> Option<(f32, usize)> {
    const LIMIT: usize = 16;
    let is_part = |(at, byte): &(usize, u8)| {
        byte.is_ascii_digit() || *byte == b'.' || (*at == 0 && matches!(byte, b'+' | b'-'))
    };
    let bytes = text.bytes().take(LIMIT + 1).enumerate();
    let length = bytes.take_while(is_part).count();
    let value: f32 = text.get(..length)?.parse().ok()?;
    (length <= LIMIT).then(|| (value.clamp(-MAX_WEIGHT, MAX_WEIGHT), length))
}
