//! Every value of every node, loaded when somebody wants to see it.

use domain::{id::ImageId, parameter::Parameter};
use leptos::prelude::*;

use crate::{
    api::images::parameters,
    components::{icon::Icon, parameters::ParameterLink},
};

/// A folded list of all nodes and what was set on them.
#[component]
pub fn Everything(
    /// The picture.
    id: ImageId,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let loaded = LocalResource::new(move || {
        let wanted = opened.get();
        async move {
            if wanted {
                Some(parameters(id).await)
            } else {
                None
            }
        }
    });
    let body = move || {
        let answer = loaded.get().flatten();
        Some(match answer? {
            Ok(all) if all.is_empty() => {
                view! { <p class="hint">"Nothing was set that could be told apart."</p> }.into_any()
            }
            Ok(all) => nodes(all)
                .into_iter()
                .map(|(title, own)| view! { <Node title own /> })
                .collect_view()
                .into_any(),
            Err(problem) => view! { <p role="status">{problem.to_string()}</p> }.into_any(),
        })
    };
    view! {
        <section class="inspector-section needs-wasm">
            <details class="raw everything" on:toggle=move |_| opened.set(true)>
                <summary class="raw-head">
                    <Icon name="chevron-right" />
                    <span>"All parameters"</span>
                </summary>
                <div class="raw-body">{body}</div>
            </details>
        </section>
    }
    .into_any()
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
