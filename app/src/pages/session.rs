//! The way into the session: what has come since somebody opened the gallery in this tab.

use domain::{query::Query, time::Timestamp};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api::{ApiError, roots::moment},
    components::{loaded::ProblemNote, top_bar::PageBar},
    state::{query::QueryState, remote::Remote, session},
    words,
};

/// The page `/session`, which leads on by itself: only the browser knows when its tab was opened. Without script
/// it offers a session that begins now.
#[component]
pub fn SessionPage() -> impl IntoView {
    let now: Remote<Timestamp> = Resource::new_with_options(|| (), |()| moment(), false);
    let failed = RwSignal::new(None::<ApiError>);
    let lead = move || {
        spawn_local(async move {
            match session::begun().await {
                Ok(begun) => session::go(begun),
                Err(problem) => {
                    failed.try_set(Some(problem));
                }
            }
        });
    };
    Effect::new(lead);
    let retry = Callback::new(move |()| {
        failed.set(None);
        lead();
    });
    view! {
        <Title text=words::live::SESSION />
        <PageBar title=words::live::SESSION />
        <main class="page">
            {move || failed.get().map(|problem| view! { <ProblemNote problem retry /> })}
            <p>{words::live::SESSION_ABOUT}</p>
            <Transition fallback=|| ()>
                {move || {
                    now.get()
                        .map(|answer| match answer {
                            Ok(now) => {
                                let href = QueryState::href(&Query::since_moment(now));
                                view! {
                                    <a class="button is-primary" href=href>
                                        {words::live::FROM_NOW}
                                    </a>
                                }
                                    .into_any()
                            }
                            Err(problem) => view! { <ProblemNote problem /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
    .into_any()
}
