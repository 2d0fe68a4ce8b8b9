//! What walks tell about their way, for people who ask why a value was read. Off by default: then
//! every call returns at once.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use domain::parameter::{Origin, Waypoint};

use super::graph::Node;

/// Most values whose origin is told.
const ORIGINS: usize = 512;

/// Most nodes of one way; of a longer one the middle is left out.
const WAY: usize = 200;

/// Longest value that is told, in bytes.
const VALUE: usize = 300;

/// Most classes that are named as dead ends.
const UNKNOWN: usize = 32;

/// A diary of walks.
#[derive(Debug, Default)]
pub(super) struct Trail {
    log: Option<RefCell<Log>>,
    /// Walks that only decide where to go are not told.
    paused: Cell<bool>,
}

#[derive(Debug, Default)]
struct Log {
    run: Option<usize>,
    /// Address of a node to that of the node before it, and how it was left.
    before: HashMap<usize, (usize, Waypoint)>,
    root: usize,
    origins: Vec<Origin>,
    unknown: Vec<String>,
}

/// What was written down.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) origins: Vec<Origin>,
    pub(super) unknown: Vec<String>,
}

impl Trail {
    /// A trail that is kept.
    pub(super) fn kept() -> Self {
        Self {
            log: Some(RefCell::default()),
            paused: Cell::new(false),
        }
    }

    /// Whether anybody wants to know.
    pub(super) fn is_kept(&self) -> bool {
        self.log.is_some() && !self.paused.get()
    }

    /// Does something that is not told.
    pub(super) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        let was = self.paused.replace(true);
        let done = work();
        self.paused.set(was);
        done
    }

    /// The values that follow belong to this run, or to the whole picture.
    pub(super) fn run(&self, run: Option<usize>) {
        self.tell(|log| log.run = run);
    }

    /// A walk starts at a node.
    pub(super) fn start(&self, node: &Node<'_>) {
        self.tell(|log| {
            log.before.clear();
            log.root = address(node);
        });
    }

    /// A walk goes from a node through one of its inputs to another node.
    pub(super) fn step(&self, from: &Node<'_>, input: &str, to: &Node<'_>) {
        self.tell(|log| {
            if address(to) != log.root && address(from) != address(to) {
                let known = log.before.entry(address(to));
                known.or_insert_with(|| (address(from), waypoint(from, input)));
            }
        });
    }

    /// A value was found at an input of a node.
    pub(super) fn found(&self, field: &str, node: &Node<'_>, input: &str, value: &str) {
        self.tell(|log| {
            if log.origins.len() < ORIGINS {
                let mut path = log.way(address(node));
                path.push(waypoint(node, input));
                log.add(field, value, path, rule(field, node, input));
            }
        });
    }

    /// A value stood inside another one that was found before, as a mark in a prompt does.
    pub(super) fn found_within(&self, field: &str, value: &str, within: &str) {
        self.tell(|log| {
            let run = log.run;
            let holds = |known: &&Origin| {
                known.field == within && known.run == run && known.value.contains(value)
            };
            let same_side = |known: &&Origin| known.field == within && known.run == run;
            let holder = log.origins.iter().find(holds);
            let path = holder
                .or_else(|| log.origins.iter().find(same_side))
                .map(|known| known.path.clone());
            log.add(
                field,
                value,
                path.unwrap_or_default(),
                "a mark in the prompt".to_owned(),
            );
        });
    }

    /// A walk found no way on from a node.
    pub(super) fn lost(&self, node: &Node<'_>) {
        self.tell(|log| {
            let class = node.class.as_ref();
            if log.unknown.len() < UNKNOWN && !log.unknown.iter().any(|known| known == class) {
                log.unknown.push(class.to_owned());
            }
        });
    }

    /// Everything that was told so far.
    pub(super) fn told(&self) -> Told {
        let Some(log) = &self.log else {
            return Told::default();
        };
        let log = log.take();
        Told {
            origins: log.origins,
            unknown: log.unknown,
        }
    }

    fn tell(&self, write: impl FnOnce(&mut Log)) {
        if let Some(log) = &self.log
            && !self.paused.get()
            && let Ok(mut log) = log.try_borrow_mut()
        {
            write(&mut log);
        }
    }
}

impl Log {
    /// From the start of the walk to the node before this one.
    fn way(&self, node: usize) -> Vec<Waypoint> {
        let (mut way, mut at) = (Vec::new(), node);
        // Every node has one before it at most, and the first has none: this ends.
        while let Some((before, waypoint)) = self.before.get(&at) {
            way.push(waypoint);
            at = *before;
            if way.len() > self.before.len() {
                break;
            }
        }
        way.reverse();
        let half = WAY / 2;
        let skipped = half..way.len().saturating_sub(half).max(half);
        let kept = way
            .into_iter()
            .enumerate()
            .filter(|(at, _)| !skipped.contains(at));
        kept.map(|(_, waypoint)| waypoint.clone()).collect()
    }

    fn add(&mut self, field: &str, value: &str, path: Vec<Waypoint>, rule: String) {
        let origin = Origin {
            field: field.to_owned(),
            run: self.run,
            value: cut(value).to_owned(),
            block: String::new(),
            path,
            rule,
        };
        if self.origins.len() < ORIGINS && !self.origins.contains(&origin) {
            self.origins.push(origin);
        }
    }
}

/// The start of a text that is too long to be told.
pub(in crate::tool) fn cut(value: &str) -> &str {
    &value[..value.floor_char_boundary(VALUE)]
}

/// Which rule led to a value, in words.
fn rule(field: &str, node: &Node<'_>, input: &str) -> String {
    match node.rule {
        Some(rule) if rule.decides(field, input) => {
            let whose = if rule.own { "your own" } else { "the built-in" };
            format!("{whose} entry [node.\"{}\"]", node.class)
        }
        _ if input.is_empty() => "the class of the node".to_owned(),
        _ => format!("the name of the input, `{input}`"),
    }
}

fn waypoint(node: &Node<'_>, input: &str) -> Waypoint {
    Waypoint {
        node: node.id.clone().into_owned(),
        class: node.class.clone().into_owned(),
        input: input.to_owned(),
    }
}

/// Tells nodes of one graph apart.
fn address(node: &Node<'_>) -> usize {
    std::ptr::from_ref(node).addr()
}
