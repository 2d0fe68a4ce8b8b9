//! The walk from a sampler upstream through its conditioning to the texts.

use std::collections::HashSet;

use super::{
    graph::{Graph, Input, Link, Node},
    kinds,
    names::{self, Role},
    text::{Texts, is_text_node, prompt_inputs},
    values::{self, Chosen},
};
use crate::json::Json;

/// Most nodes that one walk visits.
const VISITS: usize = 30_000;

/// Most classes that are named as dead ends.
const STOPS: usize = 8;

/// Finds the prompts of samplers.
pub(super) struct Prompts<'g, 'a> {
    graph: &'g Graph<'a>,
    texts: Texts<'g, 'a>,
    stopped: Vec<String>,
}

/// Where a prompt's walk stands.
#[derive(Clone, Copy)]
struct Step {
    link: Link,
    /// Whether the walk is on conditioning of the wanted side; before that, on a sampler, a guider
    /// or a bundle, the side has still to be chosen.
    chosen: bool,
    /// Whether what lies behind is heard in the smaller part of the run only.
    brief: bool,
}

impl<'g, 'a> Prompts<'g, 'a> {
    pub(super) fn new(graph: &'g Graph<'a>) -> Self {
        Self {
            graph,
            texts: Texts::new(graph),
            stopped: Vec::new(),
        }
    }

    /// Classes of the nodes at which a walk ended without a text.
    pub(super) fn stopped(&self) -> &[String] {
        &self.stopped
    }

    /// The texts of one side of a sampler, in the order in which they are met, each once.
    pub(super) fn of(
        &mut self,
        sampler: &'g Node<'a>,
        role: Role,
        guidance: &mut Option<f64>,
    ) -> String {
        let trail = &self.graph.trail;
        trail.start(sampler);
        let mut texts: Vec<(String, bool)> = Vec::new();
        let mut seen = HashSet::new();
        let mut silenced = false;
        let mut open = self.choose(sampler, role);
        if open.is_empty() && (role == Role::Positive || holds_own(sampler, role)) {
            let own = self.texts.of_encoder(sampler, role);
            texts = own.into_iter().map(|text| (text, false)).collect();
        }
        open.reverse();
        while let Some(step) = open.pop() {
            if !seen.insert((step.link.node, step.chosen)) || seen.len() > VISITS {
                continue;
            }
            let node = &self.graph.nodes[step.link.node];
            if !self.graph.may_look(node) {
                break;
            }
            if kinds::is_silent(node) {
                silenced = true;
                continue;
            }
            if guidance.is_none() && step.chosen && role == Role::Positive {
                *guidance = self.guidance(node);
            }
            let brief = step.brief || is_brief(node);
            let mut next = self.next_steps(node, role, step.chosen);
            for step in &mut next {
                step.brief = brief;
            }
            next.reverse();
            let found = self.said(node, role, step, next.is_empty());
            if next.is_empty() && step.chosen && found.is_none() && role == Role::Positive {
                self.stop_at(node);
            }
            open.extend(next);
            for text in found.unwrap_or_default() {
                if !text.trim().is_empty() && !texts.iter().any(|(known, _)| *known == text) {
                    texts.push((text, brief));
                }
            }
        }
        // Silence for the larger part of the run makes the side say nothing.
        let heard = texts.into_iter().filter(|(_, brief)| !(silenced && *brief));
        heard.map(|(text, _)| text).collect::<Vec<_>>().join("\n")
    }

    /// The distilled guidance that a node on the way sets.
    fn guidance(&self, node: &Node<'a>) -> Option<f64> {
        let held = values::at(self.graph, node, names::GUIDANCE.names[0])?;
        let value = held.value.float()?;
        let trail = &self.graph.trail;
        if trail.is_kept() {
            trail.found("guidance", held.node, held.input, &value.to_string());
        }
        Some(value)
    }

    /// What a node itself says; nothing when it only passes conditioning on.
    fn said(
        &mut self,
        node: &'g Node<'a>,
        role: Role,
        step: Step,
        is_end: bool,
    ) -> Option<Vec<String>> {
        let is_pair = !is_end && has_side(node, role);
        if holds_own(node, role) {
            return Some(self.texts.of_encoder(node, role));
        }
        // Behind a bundle, an encoder without sides is positive, like conditioning without a side.
        let chosen = step.chosen || (is_end && role == Role::Positive);
        if !chosen || is_pair || prompt_inputs(node, role).is_empty() {
            return None;
        }
        if is_text_node(node) {
            return Some(vec![self.texts.of_link((node, ""), step.link, role, 0)]);
        }
        Some(self.texts.of_encoder(node, role))
    }

    fn next_steps(&self, node: &Node<'a>, role: Role, chosen: bool) -> Vec<Step> {
        if chosen {
            self.onward(node, role)
        } else {
            self.choose(node, role)
        }
    }

    /// From a node on which the side is not yet chosen: its inputs for this side, else what it
    /// bundles. Conditioning without a side is positive.
    fn choose(&self, node: &Node<'a>, role: Role) -> Vec<Step> {
        let own = self.steps(node, true, |name| node.brings(role, name));
        if !own.is_empty() || holds_own(node, role) {
            return own;
        }
        let passed = self.steps(node, false, |name| node.passes(name));
        if !passed.is_empty() {
            return passed;
        }
        if role == Role::Positive {
            let neutral = self.steps(node, true, |name| {
                names::is_conditioning(name) && !Role::Negative.owns(name)
            });
            if !neutral.is_empty() {
                return neutral;
            }
        }
        self.steps(node, false, names::is_bundle)
    }

    /// From conditioning further upstream: inputs of this side, else conditioning, else bundles,
    /// else anything that is not something else for sure.
    fn onward(&self, node: &Node<'a>, role: Role) -> Vec<Step> {
        if let Some(switched) = values::switched(self.graph, node) {
            return match switched {
                Chosen::Link(name, link) => vec![self.step(node, name, link, true)],
                _ => Vec::new(),
            };
        }
        let own = self.steps(node, true, |name| node.brings(role, name));
        if !own.is_empty() {
            // The text inputs of an encoder are read by the one who asks for its texts.
            return if node.link("clip").is_some() {
                Vec::new()
            } else {
                own
            };
        }
        let passed = self.steps(node, true, |name| node.passes(name));
        if !passed.is_empty() {
            return passed;
        }
        let conditioning = self.steps(node, true, names::is_conditioning);
        if !conditioning.is_empty() {
            return conditioning;
        }
        if !prompt_inputs(node, role).is_empty() {
            return Vec::new();
        }
        let bundles = self.steps(node, false, names::is_bundle);
        if !bundles.is_empty() {
            return bundles;
        }
        self.steps(node, true, |name| !names::is_aside(name))
    }

    fn steps(&self, node: &Node<'a>, chosen: bool, wanted: impl Fn(&str) -> bool) -> Vec<Step> {
        node.ways()
            .filter(|(name, _)| wanted(&names::lower(name)))
            .map(|(name, link)| self.step(node, name, link, chosen))
            .collect()
    }

    fn step(&self, node: &Node<'a>, input: &str, link: Link, chosen: bool) -> Step {
        Step {
            link: self.graph.step(node, input, link).1,
            chosen,
            brief: false,
        }
    }

    fn stop_at(&mut self, node: &Node<'a>) {
        self.graph.trail.lost(node);
        let class = node.class.as_ref();
        if self.stopped.len() < STOPS && !self.stopped.iter().any(|known| known == class) {
            self.stopped.push(class.to_owned());
        }
    }
}

/// Whether a node lets conditioning count only in the smaller part of the run.
fn is_brief(node: &Node<'_>) -> bool {
    let edge = |name| node.value(name).and_then(Json::float);
    node.class.contains("TimestepRange")
        && matches!((edge("start"), edge("end")), (Some(start), Some(end)) if end - start < 0.5)
}

/// Whether a node holds a text of one side itself.
fn holds_own(node: &Node<'_>, role: Role) -> bool {
    node.inputs.iter().any(|(name, input)| {
        matches!(input, Input::Value(Json::Text(_))) && node.brings(role, name)
    })
}

fn has_side(node: &Node<'_>, role: Role) -> bool {
    node.ways().any(|(name, _)| node.brings(role, name))
}
