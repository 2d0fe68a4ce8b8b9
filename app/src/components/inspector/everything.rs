//! Every value of every node, and where each value of the recipe stood; loaded when somebody wants
//! to see it.

use domain::{
    id::ImageId,
    judgement::Revision,
    parameter::{Origin, Parameter},
    tag::MarkRevision,
    time::Timestamp,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{
        ApiError,
        fields::mark_revisions,
        images::{origins, parameters},
        judge::revisions,
    },
    components::{icon::Icon, parameters::ParameterLink},
    words,
};

/// Longest value of an origin that is shown, in characters.
const SHOWN: usize = 120;

/// Two folded lists: all nodes with what was set on them, and where each value was read.
#[component]
pub fn Everything(
    /// The picture.
    id: ImageId,
) -> impl IntoView {
    let all = asked(move || parameters(id));
    let from = asked(move || origins(id));
    let past = asked(move || steps(id));
    view! {
        <section class="inspector-section needs-wasm">
            <Folded title="All parameters" opened=all.0>
                {move || answered(all.1, |all| view! { <Parameters all /> }.into_any())}
            </Folded>
            <Folded title="Where each value was read" opened=from.0>
                {move || answered(from.1, |all| view! { <Origins all /> }.into_any())}
            </Folded>
            <Folded title="What was done to it" opened=past.0>
                {move || answered(past.1, |all| view! { <Steps all /> }.into_any())}
            </Folded>
        </section>
    }
    .into_any()
}

/// One thing that was done to a picture: when, who, what.
#[derive(Clone)]
struct Step {
    at: Timestamp,
    actor: String,
    what: String,
}

impl From<Revision> for Step {
    fn from(step: Revision) -> Self {
        let what = words::judged::revision(&step);
        Self {
            at: step.operation.at,
            actor: step.operation.actor,
            what,
        }
    }
}

impl From<MarkRevision> for Step {
    fn from(step: MarkRevision) -> Self {
        Self {
            at: step.at,
            actor: step.actor,
            what: words::edits::mark(&step.mark),
        }
    }
}

/// What was thought of a picture and what was put on it or over it, the newest first.
async fn steps(id: ImageId) -> Result<Vec<Step>, ApiError> {
    let mut steps: Vec<Step> = revisions(id).await?.into_iter().map(Step::from).collect();
    steps.extend(mark_revisions(id).await?.into_iter().map(Step::from));
    steps.sort_by_key(|step| std::cmp::Reverse(step.at));
    Ok(steps)
}

/// What was done to the picture, the newest first.
#[component]
fn Steps(all: Vec<Step>) -> impl IntoView {
    if all.is_empty() {
        return view! { <p class="hint">{words::NOTHING_DONE}</p> }.into_any();
    }
    let step = |step: Step| {
        view! {
            <li>
                <p>{step.what}</p>
                <p class="hint">{words::when_and_who(step.at, &step.actor)}</p>
            </li>
        }
    };
    let steps = all.into_iter().map(step).collect_view();
    view! { <ol class="inspector-steps">{steps}</ol> }.into_any()
}

/// The same of a file that was only looked at.
#[component]
pub fn EverythingRead(
    /// Its parameters.
    parameters: Vec<Parameter>,
    /// Where the values of its recipe stood.
    origins: Vec<Origin>,
    /// Classes at which a way was lost.
    unknown: Vec<String>,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let lost = unknown
        .into_iter()
        .reduce(|all, class| format!("{all}, {class}"));
    let lost = lost.map(|classes| {
        let text = format!("The way to a value was lost at: {classes}.");
        view! { <p class="hint">{text}</p> }
    });
    view! {
        <section class="inspector-section">
            {lost} <Folded title="All parameters" opened>
                <Parameters all=parameters />
            </Folded> <Folded title="Where each value was read" opened>
                <Origins all=origins />
            </Folded>
        </section>
    }
    .into_any()
}

type Answer<T> = RwSignal<Option<Result<Vec<T>, ApiError>>>;

/// Something that is asked for when it is opened. No resource: the server, which opens nothing, must
/// not wait for it.
fn asked<T, F>(ask: impl Fn() -> F + 'static) -> (RwSignal<bool>, Answer<T>)
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<Vec<T>, ApiError>> + 'static,
{
    let (opened, answer) = (RwSignal::new(false), RwSignal::new(None));
    Effect::new(move || {
        if opened.get() {
            let asked = ask();
            spawn_local(async move {
                let came = asked.await;
                answer.try_set(Some(came));
            });
        }
    });
    (opened, answer)
}

fn answered<T: Clone + Send + Sync + 'static>(
    answer: Answer<T>,
    show: impl Fn(Vec<T>) -> AnyView,
) -> Option<AnyView> {
    Some(match answer.get()? {
        Ok(all) => show(all),
        Err(problem) => view! { <p role="status">{problem.to_string()}</p> }.into_any(),
    })
}

#[component]
fn Folded(title: &'static str, opened: RwSignal<bool>, children: Children) -> impl IntoView {
    view! {
        <details class="raw everything" on:toggle=move |_| opened.set(true)>
            <summary class="raw-head">
                <Icon name="chevron-right" />
                <span>{title}</span>
            </summary>
            <div class="raw-body">{children()}</div>
        </details>
    }
    .into_any()
}

#[component]
fn Parameters(all: Vec<Parameter>) -> impl IntoView {
    if all.is_empty() {
        return view! { <p class="hint">"Nothing was set that could be told apart."</p> }
            .into_any();
    }
    nodes(all)
        .into_iter()
        .map(|(title, own)| view! { <Node title own /> })
        .collect_view()
        .into_any()
}

#[component]
fn Origins(all: Vec<Origin>) -> impl IntoView {
    if all.is_empty() {
        return view! { <p class="hint">"No value of a recipe was read here."</p> }.into_any();
    }
    let line = |origin: Origin| {
        let way = words::way(&origin);
        let name = match origin.run {
            Some(run) if run > 0 => format!("{} of run {}", origin.field, run + 1),
            _ => origin.field,
        };
        view! {
            <div class="origin">
                <dt>{name}</dt>
                <dd>
                    <span class="origin-value">{words::cut(&origin.value, SHOWN)}</span>
                    <span class="hint">{way}</span>
                    <span class="hint">{origin.rule}</span>
                </dd>
            </div>
        }
    };
    view! { <dl class="origins">{all.into_iter().map(line).collect_view()}</dl> }.into_any()
}

#[component]
fn Node(title: String, own: Vec<Parameter>) -> impl IntoView {
    view! {
        <h4 class="everything-node">{title}</h4>
        <dl class="parameters">
            {own
                .into_iter()
                .map(|one| {
                    let (name, title) = (one.full_name(), one.name.clone());
                    view! {
                        <div class="parameter">
                            <dt class="truncate" title=title>{one.name}</dt>
                            <dd>
                                <ParameterLink name value=one.value />
                            </dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
    .into_any()
}

/// Parameters by node, in the order of the file, each with what the node is called.
fn nodes(all: Vec<Parameter>) -> Vec<(String, Vec<Parameter>)> {
    let mut nodes: Vec<(String, String, Vec<Parameter>)> = Vec::new();
    for one in all {
        if let Some((_, _, own)) = nodes.iter_mut().find(|(node, _, _)| *node == one.node) {
            own.push(one);
            continue;
        }
        let title = match (one.title.as_str(), one.class.as_str()) {
            ("", "") => "Settings".to_owned(),
            ("", class) => format!("{class} · {}", one.node),
            (title, class) => format!("{title} · {class} · {}", one.node),
        };
        nodes.push((one.node.clone(), title, vec![one]));
    }
    nodes
        .into_iter()
        .map(|(_, title, own)| (title, own))
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::parameter::Scalar;

    use super::*;

    #[test]
    fn parameters_stand_below_their_node() {
        let parameter = |node: &str, class: &str, title: &str| Parameter {
            node: node.to_owned(),
            class: class.to_owned(),
            title: title.to_owned(),
            name: "cfg".to_owned(),
            value: Scalar::Number(7.0),
        };
        let all = vec![
            parameter("3", "KSampler", ""),
            parameter("4", "Loader", "My loader"),
            parameter("3", "KSampler", ""),
        ];
        let titles: Vec<_> = nodes(all)
            .into_iter()
            .map(|(title, own)| (title, own.len()))
            .collect();
        let expected = [("KSampler · 3", 2), ("My loader · Loader · 4", 1)];
        assert_eq!(
            titles,
            expected.map(|(title, count)| (title.to_owned(), count))
        );
    }
}
