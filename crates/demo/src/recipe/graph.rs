//! A node graph, written both as the API graph and as the UI graph of the same nodes.

use crate::{
    json::{Json, list, object},
    random::Random,
};

/// An output of a node: the node's id, the output's place, and its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    node: u64,
    slot: usize,
    kind: &'static str,
}

/// What an input of a node holds.
enum Input {
    Value(Json),
    Link(Output),
    /// A control that only the page has, such as what happens to a seed after a run.
    PageOnly(Json),
}

struct Node {
    id: u64,
    class: &'static str,
    title: String,
    inputs: Vec<(&'static str, Input)>,
    outputs: &'static [&'static str],
}

impl Node {
    /// The inputs that can be linked: all but those that only the page has.
    fn sockets(&self) -> impl Iterator<Item = &(&'static str, Input)> {
        self.inputs
            .iter()
            .filter(|(_, input)| !matches!(input, Input::PageOnly(_)))
    }
}

/// A graph while it is built; ids are handed out from a start that differs between sessions.
pub(super) struct Graph {
    nodes: Vec<Node>,
    next: u64,
    random: Random,
}

/// A node while it is filled in; its inputs keep the order in which they are given.
pub(super) struct Building<'a> {
    graph: &'a mut Graph,
    node: Node,
}

impl Graph {
    pub(super) fn new(mut random: Random) -> Self {
        Self {
            nodes: Vec::new(),
            next: 3 + random.below(40) as u64,
            random,
        }
    }

    /// Starts a node of a class with its outputs' types.
    pub(super) fn add(
        &mut self,
        class: &'static str,
        title: &str,
        outputs: &'static [&'static str],
    ) -> Building<'_> {
        let id = self.next;
        self.next += 1 + self.random.below(4) as u64;
        let node = Node {
            id,
            class,
            title: title.to_owned(),
            inputs: Vec::new(),
            outputs,
        };
        Building { graph: self, node }
    }

    /// What the server ran: node ids, classes and inputs.
    pub(super) fn api(&self) -> String {
        let nodes = self.nodes.iter().map(|node| {
            let inputs = node
                .inputs
                .iter()
                .filter_map(|(name, input)| match input {
                    Input::Value(value) => Some(((*name).to_owned(), value.clone())),
                    Input::Link(from) => {
                        let link = Json::List(vec![
                            from.node.to_string().into(),
                            (from.slot as u64).into(),
                        ]);
                        Some(((*name).to_owned(), link))
                    }
                    Input::PageOnly(_) => None,
                })
                .collect();
            let node_object = object([
                ("inputs", Json::Object(inputs)),
                ("class_type", node.class.into()),
                ("_meta", object([("title", node.title.as_str().into())])),
            ]);
            (node.id.to_string(), node_object)
        });
        Json::Object(nodes.collect()).python()
    }

    /// What the page shows: places, links, widgets.
    pub(super) fn ui(&mut self, note: &str) -> String {
        let links: Vec<(u64, Output, u64, usize)> = self
            .nodes
            .iter()
            .flat_map(|node| {
                let linked = node.sockets().enumerate();
                linked.filter_map(|(place, (_, input))| match input {
                    Input::Link(from) => Some((*from, node.id, place)),
                    _ => None,
                })
            })
            .enumerate()
            .map(|(index, (from, to, place))| (index as u64 + 1, from, to, place))
            .collect();
        let mut random = self.random.clone();
        let mut nodes: Vec<Json> = Vec::with_capacity(self.nodes.len() + 1);
        for (order, node) in self.nodes.iter().enumerate() {
            nodes.push(page_node(node, order as u64, &links, &mut random));
        }
        nodes.push(note_node(self.next + 1, note, &mut random));
        let link_list = links.iter().map(|(id, from, to, place)| {
            Json::List(vec![
                (*id).into(),
                from.node.into(),
                (from.slot as u64).into(),
                (*to).into(),
                (*place as u64).into(),
                from.kind.into(),
            ])
        });
        let id = random.next();
        object([
            (
                "id",
                format!(
                    "{:08x}-5a1e-4c3d-9f00-{:012x}",
                    id >> 32,
                    id & 0xffff_ffff_ffff
                )
                .into(),
            ),
            ("revision", 0_u32.into()),
            ("last_node_id", (self.next + 1).into()),
            ("last_link_id", (links.len() as u64).into()),
            ("nodes", list(nodes)),
            ("links", Json::List(link_list.collect())),
            (
                "groups",
                list([
                    group("Model", 0.0),
                    group("Sampling", 900.0),
                    group("Output", 1800.0),
                ]),
            ),
            ("config", Json::Object(Vec::new())),
            (
                "extra",
                object([
                    (
                        "ds",
                        object([("scale", 0.683_013.into()), ("offset", pair(212.5, -96.25))]),
                    ),
                    ("frontendVersion", "1.23.4".into()),
                ]),
            ),
            ("version", 0.4.into()),
        ])
        .python()
    }
}

impl Building<'_> {
    /// An input with a value of its own.
    pub(super) fn value(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.node.inputs.push((name, Input::Value(value.into())));
        self
    }

    /// A seed, followed by the page's control over it.
    pub(super) fn seed(mut self, name: &'static str, seed: u64) -> Self {
        self.node.inputs.push((name, Input::Value(seed.into())));
        let control = Input::PageOnly("randomize".into());
        self.node.inputs.push(("control_after_generate", control));
        self
    }

    /// An input that comes from another node.
    pub(super) fn link(mut self, name: &'static str, from: Output) -> Self {
        self.node.inputs.push((name, Input::Link(from)));
        self
    }

    /// Puts the node into the graph and gives its outputs, in order.
    pub(super) fn done(self) -> Vec<Output> {
        let Building { graph, node } = self;
        let outputs = node.outputs.iter().enumerate();
        let outputs = outputs
            .map(|(slot, kind)| Output {
                node: node.id,
                slot,
                kind,
            })
            .collect();
        graph.nodes.push(node);
        outputs
    }
}

fn page_node(
    node: &Node,
    order: u64,
    links: &[(u64, Output, u64, usize)],
    random: &mut Random,
) -> Json {
    let mut inputs = Vec::new();
    let mut widgets = Vec::new();
    for (name, input) in &node.inputs {
        match input {
            Input::Link(from) => {
                let place = inputs.len();
                let id = links
                    .iter()
                    .find(|link| link.2 == node.id && link.3 == place);
                inputs.push(object([
                    ("localized_name", (*name).into()),
                    ("name", (*name).into()),
                    ("type", from.kind.into()),
                    ("link", id.map_or(Json::Null, |link| link.0.into())),
                ]));
            }
            Input::Value(value) => {
                inputs.push(object([
                    ("localized_name", (*name).into()),
                    ("name", (*name).into()),
                    ("type", widget_type(value).into()),
                    ("widget", object([("name", (*name).into())])),
                    ("link", Json::Null),
                ]));
                widgets.push(value.clone());
            }
            Input::PageOnly(value) => widgets.push(value.clone()),
        }
    }
    let outputs = node.outputs.iter().enumerate().map(|(slot, kind)| {
        let from =
            |link: &&(u64, Output, u64, usize)| link.1.node == node.id && link.1.slot == slot;
        object([
            ("localized_name", (*kind).into()),
            ("name", (*kind).into()),
            ("type", (*kind).into()),
            ("slot_index", (slot as u64).into()),
            ("links", list(links.iter().filter(from).map(|link| link.0))),
        ])
    });
    let column = f64::from(random.range(0.0, 80.0)).round() + (order / 3) as f64 * 330.0;
    let row = f64::from(random.range(0.0, 40.0)).round() + (order % 3) as f64 * 290.0;
    object([
        ("id", node.id.into()),
        ("type", node.class.into()),
        ("pos", pair(column, row)),
        ("size", pair(270.0, 58.0 + 24.0 * node.inputs.len() as f64)),
        ("flags", Json::Object(Vec::new())),
        ("order", order.into()),
        ("mode", 0_u32.into()),
        ("inputs", list(inputs)),
        ("outputs", Json::List(outputs.collect())),
        ("title", node.title.as_str().into()),
        (
            "properties",
            object([
                ("cnr_id", "comfy-core".into()),
                ("ver", "0.3.43".into()),
                ("Node name for S&R", node.class.into()),
            ]),
        ),
        ("widgets_values", list(widgets)),
    ])
}

fn note_node(id: u64, text: &str, random: &mut Random) -> Json {
    object([
        ("id", id.into()),
        ("type", "Note".into()),
        (
            "pos",
            pair(f64::from(random.range(-400.0, -300.0)).round(), 40.0),
        ),
        ("size", pair(260.0, 140.0)),
        ("flags", Json::Object(Vec::new())),
        ("order", 0_u32.into()),
        ("mode", 0_u32.into()),
        ("inputs", Json::List(Vec::new())),
        ("outputs", Json::List(Vec::new())),
        ("properties", Json::Object(Vec::new())),
        ("widgets_values", list([text])),
    ])
}

fn group(title: &str, left: f64) -> Json {
    object([
        ("title", title.into()),
        ("bounding", list([left, 0.0, 860.0, 900.0])),
        ("color", "#3f789e".into()),
        ("font_size", 24_u32.into()),
        ("flags", Json::Object(Vec::new())),
    ])
}

fn pair(x: f64, y: f64) -> Json {
    list([x, y])
}

fn widget_type(value: &Json) -> &'static str {
    match value {
        Json::Whole(_) => "INT",
        Json::Real(_) => "FLOAT",
        Json::Bool(_) => "BOOLEAN",
        _ => "COMBO",
    }
}
