//! Drawn graphs with subgraphs, taken apart into scopes, and links followed across them.

use std::{cell::Cell, collections::HashMap};

use super::scope::{
    INSIDE, Mode, Scope, bypass, class, first_link, first_text, id, is_get, is_wire, mode, scope,
};
use crate::json::Json;

/// Where a node lies: the number of its scope and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    scope: usize,
    at: usize,
}

/// What lies at the end of a link.
pub(super) enum End<'a> {
    /// An output of a node that runs.
    Node(Place, usize),
    /// A value set on the outside of a subgraph.
    Value(Json<'a>),
    /// Nothing.
    Open,
}

/// Deepest nesting of subgraphs.
const DEPTH: usize = 12;

/// How much of subgraphs is opened for all their uses, in [`Json::weight`].
const WEIGHT: usize = 2_000_000;

/// Most uses of subgraphs.
const USES: usize = 2000;

/// How many links may be followed altogether, and inputs looked at on the way.
const HOPS: usize = 2_000_000;

/// Most values of one node that the subgraph around it shows on its outside.
const SHOWN: usize = 64;

/// Most inputs that are sent to every node; honest drawings have a handful.
const SENT: usize = 256;

/// A drawing taken apart.
pub(super) struct Flat<'j, 'a> {
    scopes: Vec<Scope<'j, 'a>>,
    hops: Cell<usize>,
}

impl<'j, 'a> Flat<'j, 'a> {
    /// Opens a drawing and every subgraph that it uses.
    pub(super) fn open(json: &'j Json<'a>) -> Self {
        let subgraphs = json.get("definitions").and_then(|all| all.get("subgraphs"));
        let definitions: HashMap<&str, (&Json<'a>, usize)> = subgraphs
            .map(Json::list)
            .unwrap_or_default()
            .iter()
            .filter_map(|graph| Some((graph.get("id")?.text()?, (graph, graph.weight()))))
            .collect();
        let mut scopes = vec![scope(json, None, 0)];
        let mut left = WEIGHT;
        let mut at = 0;
        while at < scopes.len() {
            for node in 0..scopes[at].nodes.len() {
                let class = class(scopes[at].nodes[node]);
                let Some((definition, weight)) = definitions.get(class) else {
                    continue;
                };
                let Some(rest) = left.checked_sub(*weight) else {
                    continue;
                };
                let depth = scopes[at].depth + 1;
                if depth > DEPTH || scopes.len() > USES {
                    continue;
                }
                left = rest;
                let inputs = definition.get("inputs").map(Json::list).unwrap_or_default();
                let user = (
                    Place {
                        scope: at,
                        at: node,
                    },
                    inputs,
                );
                let inner = scope(definition, Some(user), depth);
                let number = scopes.len();
                scopes.push(inner);
                scopes[at].inner.insert(node, number);
            }
            at += 1;
        }
        Self {
            scopes,
            hops: Cell::new(HOPS),
        }
    }

    /// Every node that does something when the graph runs.
    pub(super) fn real_nodes(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for (scope, inside) in self.scopes.iter().enumerate() {
            for at in 0..inside.nodes.len() {
                let place = Place { scope, at };
                if self.runs(place)
                    && !inside.inner.contains_key(&at)
                    && !is_wire(self.class(place))
                {
                    places.push(place);
                }
            }
        }
        places
    }

    /// Whether neither the node nor any subgraph around it is switched off.
    fn runs(&self, mut place: Place) -> bool {
        loop {
            if mode(self.node(place)) != Mode::Runs {
                return false;
            }
            match self.scopes[place.scope].user {
                Some((user, _)) => place = user,
                None => return true,
            }
        }
    }

    pub(super) fn node(&self, place: Place) -> &'j Json<'a> {
        self.scopes[place.scope].nodes[place.at]
    }

    pub(super) fn class(&self, place: Place) -> &'j str {
        class(self.node(place))
    }

    /// Its id with the ids of the subgraphs around it, outermost first.
    pub(super) fn path(&self, place: Place) -> String {
        let mut path = id(self.node(place));
        let mut scope = place.scope;
        while let Some((user, _)) = self.scopes[scope].user {
            path = format!("{}:{path}", id(self.node(user)));
            scope = user.scope;
        }
        path
    }

    /// Values that the subgraph around a node shows on its outside for it.
    pub(super) fn overrides(&self, place: Place) -> Vec<(&'j str, &'j Json<'a>)> {
        let Some((user, _)) = self.scopes[place.scope].user else {
            return Vec::new();
        };
        let user = self.node(user);
        let inner = id(self.node(place));
        let shown = user
            .get("properties")
            .and_then(|all| all.get("proxyWidgets"));
        let shown = shown.map(Json::list).unwrap_or_default();
        if !self.may_look(shown.len()) {
            return Vec::new();
        }
        let values = user
            .get("widgets_values")
            .map(Json::list)
            .unwrap_or_default();
        let pairs = shown.iter().zip(values);
        pairs
            .filter(|(shown, value)| {
                shown.list().first().and_then(Json::plain).as_deref() == Some(&inner)
                    && **value != Json::Null
            })
            .filter_map(|(shown, value)| Some((shown.list().get(1)?.text()?, value)))
            .take(SHOWN)
            .collect()
    }

    /// Spends the allowance; whether there was enough of it.
    fn may_look(&self, cost: usize) -> bool {
        let left = self.hops.get().checked_sub(cost);
        self.hops.set(left.unwrap_or(0));
        left.is_some()
    }

    /// What comes into an input of a node.
    pub(super) fn end_of_input(&self, place: Place, input: &Json<'a>) -> End<'a> {
        match input.get("link").and_then(Json::unsigned) {
            Some(link) => self.follow(place.scope, link),
            None => End::Open,
        }
    }

    /// Follows a link through wires, set/get pairs, bypassed nodes and the edges of subgraphs.
    fn follow(&self, mut scope: usize, mut link: u64) -> End<'a> {
        loop {
            let inside = &self.scopes[scope];
            let origin = inside.origins.get(&link);
            let Some((origin, slot)) = origin.filter(|_| self.may_look(1)) else {
                return End::Open;
            };
            if origin == INSIDE {
                let Some((user, names)) = inside.user else {
                    return End::Open;
                };
                match self.outside(user, names, *slot) {
                    Ok(next) => (scope, link) = (user.scope, next),
                    Err(end) => return end,
                }
                continue;
            }
            let Some(&at) = inside.places.get(origin) else {
                return End::Open;
            };
            let place = Place { scope, at };
            let node = self.node(place);
            let next = match (mode(node), inside.inner.get(&at)) {
                (Mode::Muted, _) => None,
                (Mode::Bypassed, _) => self
                    .may_look(inputs_of(node).len())
                    .then(|| bypass(node, *slot))
                    .flatten()
                    .map(|link| (scope, link)),
                (Mode::Runs, Some(&inner)) => self.scopes[inner]
                    .results
                    .get(slot)
                    .map(|&link| (inner, link)),
                (Mode::Runs, None) if is_wire(class(node)) => self.through_wire(place),
                (Mode::Runs, None) => return End::Node(place, *slot),
            };
            match next {
                Some(next) => (scope, link) = next,
                None => return End::Open,
            }
        }
    }

    /// The link, or else the value, that a subgraph's user puts into one of its inputs.
    fn outside(&self, user: Place, names: &[Json<'a>], slot: usize) -> Result<u64, End<'a>> {
        let node = self.node(user);
        let inputs = inputs_of(node);
        if !self.may_look(inputs.len()) {
            return Err(End::Open);
        }
        let name = names
            .get(slot)
            .and_then(|input| input.get("name"))
            .and_then(Json::text);
        let is_it = |input: &&Json<'a>| input.get("name").and_then(Json::text) == name;
        let Some(input) = inputs.iter().find(is_it).or_else(|| inputs.get(slot)) else {
            return Err(End::Open);
        };
        if let Some(link) = input.get("link").and_then(Json::unsigned) {
            return Ok(link);
        }
        let values = node
            .get("widgets_values")
            .map(Json::list)
            .unwrap_or_default();
        let shown = node
            .get("properties")
            .and_then(|all| all.get("proxyWidgets"));
        let shown = shown.map(Json::list).unwrap_or_default();
        if !self.may_look(shown.len()) {
            return Err(End::Open);
        }
        let place = if shown.is_empty() {
            let with_value = inputs.iter().filter(|input| input.get("widget").is_some());
            with_value
                .clone()
                .position(|other| std::ptr::eq(other, input))
        } else {
            let own = |entry: &Json<'a>| {
                entry.list().first().and_then(Json::plain).as_deref() == Some("-1")
                    && entry.list().get(1).and_then(Json::text) == name
            };
            shown.iter().position(own)
        };
        let value = place
            .and_then(|place| values.get(place))
            .filter(|v| **v != Json::Null);
        Err(value.map_or(End::Open, |value| End::Value(value.clone())))
    }

    /// The link into a wire, or into the set node of a get node's name.
    fn through_wire(&self, place: Place) -> Option<(usize, u64)> {
        let node = self.node(place);
        if !is_get(class(node)) {
            return Some((place.scope, first_link(node)?));
        }
        let name = first_text(node)?;
        let mut scope = place.scope;
        loop {
            if let Some(&link) = self.scopes[scope].set.get(name) {
                return Some((scope, link));
            }
            scope = self.scopes[scope].user?.0.scope;
        }
    }

    /// What is sent to every node that lacks it.
    pub(super) fn everywhere(&self, places: &[Place]) -> Everywhere {
        let mut all = Everywhere::default();
        for &place in places
            .iter()
            .filter(|place| self.class(**place).contains("Everywhere"))
        {
            for input in inputs_of(self.node(place)) {
                if all.sent.len() >= SENT {
                    return all;
                }
                let text = |key| input.get(key).and_then(Json::text);
                let (Some(link), Some(kind)) =
                    (input.get("link").and_then(Json::unsigned), text("type"))
                else {
                    continue;
                };
                // The broadcast node's own input is named after what was last connected to it.
                let name = text("name").unwrap_or_default().to_ascii_lowercase();
                let kind = if kind == "*" {
                    name.to_uppercase()
                } else {
                    kind.to_owned()
                };
                all.sent.push((kind, name, place.scope, link));
            }
        }
        all
    }
}

fn inputs_of<'j, 'a>(node: &'j Json<'a>) -> &'j [Json<'a>] {
    node.get("inputs").map(Json::list).unwrap_or_default()
}

/// Links whose source is sent to every node that lacks an input of that type.
#[derive(Default)]
pub(super) struct Everywhere {
    /// Type, name, scope, link.
    sent: Vec<(String, String, usize, u64)>,
}

impl Everywhere {
    /// What reaches an open input of a type.
    pub(super) fn end_for<'a>(&self, flat: &Flat<'_, 'a>, name: &str, kind: &str) -> End<'a> {
        let matching = |exact: bool| {
            self.sent.iter().find(|(sent, sent_name, _, _)| {
                sent == kind && (kind != "CONDITIONING" || sent_name == name || !exact)
            })
        };
        let found = matching(true).or_else(|| (kind != "CONDITIONING").then(|| matching(false))?);
        found.map_or(End::Open, |(_, _, scope, link)| flat.follow(*scope, *link))
    }
}
