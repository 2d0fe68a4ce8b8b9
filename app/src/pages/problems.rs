//! Files that could not be read, and recipes that could not be read in full, each with its reason.

use domain::{
    query::{Field, Query},
    recipe::Unread,
    scan::ScanProblem,
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::{images::unread, roots::problems},
    components::{
        compare_disk::CompareDisk, drop_inspect::DropInspect, empty::Drawing, icon::Icon,
        loaded::ProblemNote, top_bar::PageBar, unread::UnreadRecipes,
    },
    state::{
        query::{QueryState, use_query},
        remote::Remote,
    },
    words,
};

/// So many are answered at once by the server.
const PAGE: u64 = 100;

/// How many files could not be read, and some of them.
type Files = (u64, Vec<ScanProblem>);

/// The page `/problems`, paged by `page=`.
#[component]
pub fn ProblemsPage() -> impl IntoView {
    let state = use_query();
    let page = Memo::new(move |_| state.query.with(|query| u64::from(query.page.max(1))));
    let list: Remote<(Files, Vec<Unread>)> = Resource::new_with_options(
        move || page.get(),
        |page| async move {
            let files = problems((page - 1).saturating_mul(PAGE)).await?;
            Ok((files, unread().await?))
        },
        false,
    );
    let again = Callback::new(move |()| list.refetch());
    view! {
        <Title text="Problems" />
        <PageBar title="Problems" />
        <main class="page problems">
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    list.get()
                        .map(|answer| match answer {
                            Ok(((0, _), reasons)) if reasons.is_empty() => {
                                view! { <Nothing /> }.into_any()
                            }
                            Ok(((total, list), reasons)) => {
                                view! {
                                    <List total list page=page.get() />
                                    <UnreadRecipes reasons again />
                                }
                                    .into_any()
                            }
                            Err(problem) => view! { <ProblemNote problem /> }.into_any(),
                        })
                }}
            </Transition>
            <CompareDisk />
            <DropInspect />
        </main>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="empty">
            <Drawing />
            <h2>"Every file could be read"</h2>
            <p class="empty-text">
                "Files that are damaged, too large or not pictures are listed here with the reason."
            </p>
            <a class="button" href="/">
                "Back to the pictures"
            </a>
        </section>
    }
}

#[component]
fn List(total: u64, list: Vec<ScanProblem>, page: u64) -> impl IntoView {
    if total == 0 {
        return ().into_any();
    }
    let pages = total.div_ceil(PAGE);
    let mut groups: Vec<(String, Vec<ScanProblem>)> = Vec::new();
    for problem in list {
        match groups.iter_mut().find(|(code, _)| *code == problem.code) {
            Some((_, group)) => group.push(problem),
            None => groups.push((problem.code.clone(), vec![problem])),
        }
    }
    view! {
        <p class="page-lead">{words::problems(total)}</p>
        {groups
            .into_iter()
            .map(|(code, group)| {
                view! {
                    <section class="problems-group">
                        <h2>
                            {words::problem_code(&code)}
                            <span class="hint">{words::count(group.len() as u64)}</span>
                        </h2>
                        <table class="problems-table">
                            <thead class="visually-hidden">
                                <tr>
                                    <th scope="col">"File"</th>
                                    <th scope="col">"Reason"</th>
                                    <th scope="col">"Noticed"</th>
                                </tr>
                            </thead>
                            <tbody>
                                {group
                                    .into_iter()
                                    .map(|problem| view! { <Line problem /> })
                                    .collect_view()}
                            </tbody>
                        </table>
                    </section>
                }
            })
            .collect_view()}
        {(pages > 1)
            .then(|| {
                view! {
                    <nav class="pager" aria-label="Pages">
                        {(page > 1)
                            .then(|| {
                                view! {
                                    <a class="button" rel="prev" href=address(page - 1)>
                                        <Icon name="chevron-left" />
                                        "Newer"
                                    </a>
                                }
                            })}
                        <span class="hint">{words::page_of(page, pages)}</span>
                        {(page < pages)
                            .then(|| {
                                view! {
                                    <a class="button" rel="next" href=address(page + 1)>
                                        "Older"
                                        <Icon name="chevron-right" />
                                    </a>
                                }
                            })}
                    </nav>
                }
            })}
    }
    .into_any()
}

#[component]
fn Line(problem: ScanProblem) -> impl IntoView {
    let ScanProblem {
        root,
        path,
        message,
        at,
        ..
    } = problem;
    let (folder, name) = match path.rsplit_once('/') {
        Some((folder, name)) => (format!("{root}/{folder}"), name.to_owned()),
        None => (root, path),
    };
    // What could be read of it is in the library; where nothing could, the library says so.
    let named = Query::default().with_toggled(Field::Name, &name);
    let href = QueryState::href(&named.with_toggled(Field::Folder, &folder));
    view! {
        <tr>
            <td class="problems-file">
                <a class="problems-name" href=href>
                    {name}
                </a>
                <span class="hint">{folder}</span>
            </td>
            <td class="problems-reason">{message}</td>
            <td class="problems-date">
                <time class="hint" datetime=at.day_text()>
                    {words::moment(at)}
                </time>
            </td>
        </tr>
    }
}

fn address(page: u64) -> String {
    if page <= 1 {
        "/problems".to_owned()
    } else {
        format!("/problems?page={page}")
    }
}
