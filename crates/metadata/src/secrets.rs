//! Keys and passwords that somebody left in a workflow, and would share with the picture.
//!
//! Known kinds are told by the mark that their issuers put before them; others by the name of the
//! field that holds them together with a value that nobody would type by hand.

mod shapes;

use std::collections::HashSet;

use domain::recipe::{Notice, RawChunk};

use crate::json::{self, Json};

/// Most notices for one file.
const NOTICES: usize = 32;

/// How often JSON inside JSON strings is opened.
const WRAPPED: u32 = 3;

/// Looks for keys, tokens and passwords in the text blocks of a file. Each notice has the code
/// `secret` and says what was found, in which block and node, and what to do; of the secret itself
/// it shows no more than four characters.
pub fn secrets(raw: &[RawChunk]) -> Vec<Notice> {
    let mut finder = Finder::default();
    for chunk in raw {
        finder.block = name(chunk);
        finder.seen.clear();
        if let Some(start) = json_start(&chunk.text) {
            finder.json(&chunk.text[start..], 0);
        }
        // The tree leaves out what lies too deep, and texts around it; the plain look does not.
        finder.node = None;
        finder.words(&chunk.text);
        finder.urls(&chunk.text);
        if finder.notices.len() >= NOTICES {
            break;
        }
    }
    finder.notices
}

/// What people may know the block by.
fn name(chunk: &RawChunk) -> String {
    let name = if chunk.key.is_empty() {
        &chunk.place
    } else {
        &chunk.key
    };
    name.chars().take(60).collect()
}

/// Where JSON begins: at the start, or after a keyword and a colon as in `workflow:{...}`.
fn json_start(text: &str) -> Option<usize> {
    let start = text.find('{').filter(|start| *start < 64)?;
    let before = text[..start].trim();
    (before.is_empty() || before.ends_with(':') || before == "\u{feff}").then_some(start)
}

#[derive(Default)]
struct Finder {
    notices: Vec<Notice>,
    /// The secrets of this block that were told already.
    seen: HashSet<String>,
    block: String,
    /// The node around what is looked at: its id and its class.
    node: Option<(String, String)>,
    /// That node has an input for a secret, and its values have no names.
    unnamed: bool,
}

impl Finder {
    fn json(&mut self, text: &str, wrapped: u32) {
        let text = json::clean(text);
        if let Some(json) = json::parse(&text) {
            self.value("", &json, wrapped);
        }
    }

    /// Looks at a value under a name, and at what lies in it. The depth of a parsed tree is bounded.
    fn value(&mut self, name: &str, value: &Json<'_>, wrapped: u32) {
        match value {
            Json::Text(text) => self.text(name, text, wrapped),
            Json::List(items) => items
                .iter()
                .for_each(|item| self.value(name, item, wrapped)),
            Json::Map(entries) => {
                let around = (self.node.clone(), self.unnamed);
                if let Some(node) = node_of(name, value) {
                    self.node = Some(node);
                    self.unnamed = has_secret_input(value);
                }
                for (key, inner) in entries {
                    self.value(key, inner, wrapped);
                }
                (self.node, self.unnamed) = around;
            }
            _ => {}
        }
    }

    fn text(&mut self, name: &str, text: &str, wrapped: u32) {
        if wrapped < WRAPPED && text.trim_start().starts_with('{') {
            self.json(text, wrapped + 1);
            return;
        }
        self.words(text);
        self.urls(text);
        let value = text.trim();
        let is_secret = if self.unnamed && name == "widgets_values" {
            shapes::is_unbroken(value)
        } else {
            shapes::is_secret_name(name) && shapes::is_random(value)
        };
        let is_word = shapes::is_token_name(name) && !shapes::is_unbroken(value);
        if is_secret && !is_word {
            self.tell("a key or password", value);
        }
    }

    /// Secrets that are known by their mark.
    fn words(&mut self, text: &str) {
        for word in shapes::words(text) {
            if let Some(kind) = shapes::kind(word) {
                self.tell(kind, word);
            }
        }
    }

    /// Passwords and tokens in addresses.
    fn urls(&mut self, text: &str) {
        for (kind, value) in shapes::in_urls(text) {
            self.tell(kind, value);
        }
    }

    fn tell(&mut self, kind: &str, secret: &str) {
        let secret = secret.strip_prefix("Bearer ").unwrap_or(secret);
        if self.notices.len() >= NOTICES || !self.seen.insert(secret.to_owned()) {
            return;
        }
        // Of a short password four characters would be too much.
        let shown: String = if secret.len() < 12 {
            String::new()
        } else {
            secret.chars().take(4).collect()
        };
        let place = match &self.node {
            Some((id, class)) => format!("node {id} ({class}) of the block \"{}\"", self.block),
            None => format!("the block \"{}\"", self.block),
        };
        self.notices.push(Notice::new(
            "secret",
            format!(
                "There seems to be {kind} (\"{shown}…\") in {place}: withdraw it where it was issued, and \
                 share this file only without its metadata."
            ),
        ));
    }
}

/// Id and class of a node: of an executed graph, where the id is the name of the map, or of a drawn
/// one.
fn node_of(name: &str, value: &Json<'_>) -> Option<(String, String)> {
    let short = |text: &str| text.chars().take(60).collect::<String>();
    if let Some(class) = value.get("class_type").and_then(Json::text) {
        return Some((short(name), short(class)));
    }
    let class = value.get("type").and_then(Json::text)?;
    value
        .get("widgets_values")
        .or_else(|| value.get("inputs"))?;
    Some((short(&value.get("id")?.plain()?), short(class)))
}

/// Whether a drawn node has an input for a secret, so that one of its unnamed values may be it.
fn has_secret_input(node: &Json<'_>) -> bool {
    let inputs = node.get("inputs").map(Json::list).unwrap_or_default();
    let mut names = inputs.iter().filter_map(|input| input.get("name")?.text());
    names.any(shapes::is_secret_name)
}
