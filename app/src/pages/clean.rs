//! Cleaning up by a plan: which pictures of a result go to the trash, seen before anything happens.

use domain::{
    id::ResultId,
    image::{ImageCard, ThumbSize},
    judgement::Edit,
    query::Query,
    selection::Selection,
    trash::{CleanPlan, CleanRule, CleanVerdict},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api::{ApiError, judge, trash::plan},
    components::{icon::Icon, loaded::ProblemNote, top_bar::PageBar},
    state::{
        query::{QueryState, use_query},
        toasts::use_toasts,
    },
    words,
};

/// The page `/clean`, of any query.
#[component]
pub fn CleanPage() -> impl IntoView {
    let query = use_query();
    let scope = Memo::new(move |_| query.query.with(Query::filter_part));
    let rule = RwSignal::new(CleanRule::default());
    let planned = RwSignal::new(None::<Result<CleanPlan, ApiError>>);
    let again = RwSignal::new(0_u32);
    Effect::new(move || {
        again.track();
        let (scope, asked) = (scope.get(), rule.get());
        if !asked.chooses() {
            planned.set(None);
            return;
        }
        spawn_local(async move {
            let answer = plan(scope, asked).await;
            // Another rule may be chosen by now.
            if rule.try_get_untracked() == Some(asked) {
                planned.set(Some(answer));
            }
        });
    });
    let refresh = Callback::new(move |()| again.update(|count| *count += 1));
    let chips = move || {
        let chips = scope.with(Query::chips);
        let labels: Vec<String> = chips.into_iter().map(|chip| chip.label).collect();
        words::clean::scope(&labels)
    };
    view! {
        <Title text="Clean up" />
        <PageBar title="Clean up" />
        <main class="page clean">
            <p class="page-lead">{words::clean::LEAD}</p>
            <p class="without-wasm">{words::NEEDS_WASM}</p>
            <form class="clean-rule needs-wasm" on:submit=|event| event.prevent_default()>
                <p class="clean-scope">{chips}</p>
                <Verdicts rule />
                <Stars rule />
                <Age rule />
            </form>
            {move || match planned.get() {
                None => {
                    let text = if rule.with(CleanRule::chooses) {
                        words::COUNTING
                    } else {
                        words::clean::CHOOSE
                    };
                    view! { <p class="hint" role="status">{text}</p> }.into_any()
                }
                Some(Err(problem)) => view! { <ProblemNote problem retry=refresh /> }.into_any(),
                Some(Ok(plan)) => view! { <Plan plan refresh /> }.into_any(),
            }}
        </main>
    }
    .into_any()
}

#[component]
fn Verdicts(rule: RwSignal<CleanRule>) -> impl IntoView {
    let choices = [
        (CleanVerdict::Rejected, "Rejected"),
        (CleanVerdict::NotApproved, "Not approved"),
        (CleanVerdict::Any, "Any verdict"),
    ];
    let one = move |(verdict, name): (CleanVerdict, &'static str)| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="verdict"
                    prop:checked=move || rule.with(|rule| rule.verdict == verdict)
                    on:change=move |_| rule.update(|rule| rule.verdict = verdict)
                />
                {name}
            </label>
        }
    };
    view! {
        <fieldset class="clean-choice">
            <legend>"Verdict"</legend>
            {choices.map(one)}
        </fieldset>
    }
}

#[component]
fn Stars(rule: RwSignal<CleanRule>) -> impl IntoView {
    let chosen = move |event| {
        let below = event_target_value(&event).parse::<u8>().ok();
        rule.update(|rule| rule.below = below.filter(|below| *below > 0));
    };
    view! {
        <label class="clean-choice">
            <span>"Stars"</span>
            <select class="select" on:change=chosen>
                <option value="0">"Any"</option>
                {(1..=5)
                    .map(|stars: u8| {
                        view! { <option value=stars.to_string()>{words::clean::below(stars)}</option> }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}

#[component]
fn Age(rule: RwSignal<CleanRule>) -> impl IntoView {
    let chosen = move |event| {
        let older = event_target_value(&event).parse::<u32>().ok();
        rule.update(|rule| rule.older = older.filter(|older| *older > 0));
    };
    view! {
        <label class="clean-choice">
            <span>"Age"</span>
            <select class="select" on:change=chosen>
                <option value="0">"Any"</option>
                {[7, 30, 90, 365]
                    .map(|days: u32| {
                        view! { <option value=days.to_string()>{words::clean::older(days)}</option> }
                    })}
            </select>
        </label>
    }
}

/// What the rule would do, seen, and the button that does it.
#[component]
fn Plan(plan: CleanPlan, refresh: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let CleanPlan {
        query,
        pictures,
        bytes,
        favourites,
        cards,
    } = plan;
    let grid = QueryState::href(&Query::parse(&query));
    let act = move |_| {
        // Asked again by the query: no result of it is held.
        let selection = Selection::AllBut {
            result: ResultId(0),
            query: query.clone(),
            except: Vec::new(),
        };
        busy.set(true);
        spawn_local(async move {
            match judge::judge(selection, Edit::Trash(true), None).await {
                Ok(done) => {
                    let what = words::judged::done(Edit::Trash(true), done.changed);
                    match done.operation {
                        Some(operation) => toasts.offer(what, "Undo", move || {
                            spawn_local(async move {
                                match judge::undo(operation, None).await {
                                    Ok(_) => refresh.run(()),
                                    Err(problem) => toasts.problem(&problem),
                                }
                            });
                        }),
                        None => toasts.say(what),
                    }
                    refresh.run(());
                }
                Err(problem) => toasts.problem(&problem),
            }
            busy.try_set(false);
        });
    };
    let one = |card: ImageCard| {
        view! {
            <li>
                <img src=card.thumb_url(ThumbSize::Small) alt=card.caption decoding="async" />
            </li>
        }
    };
    let shown = cards.len() as u64;
    view! {
        <section class="clean-plan" aria-label="The plan">
            <div class="clean-sum">
                <div role="status">
                    <h2>{words::clean::sum(pictures, bytes)}</h2>
                    <p class="hint">
                        {(pictures + favourites > 0).then(|| words::clean::spared(favourites))}
                    </p>
                </div>
                {(pictures > 0)
                    .then(|| {
                        view! {
                            <button type="button" class="button is-primary" disabled=busy on:click=act>
                                <Icon name="trash" />
                                {words::clean::act(pictures)}
                            </button>
                        }
                    })}
            </div>
            <ul class="clean-cards">{cards.into_iter().map(one).collect_view()}</ul>
            {(pictures > 0)
                .then(|| {
                    view! {
                        <p>
                            <a class="link" href=grid>
                                {words::clean::see(pictures, shown)}
                            </a>
                        </p>
                    }
                })}
        </section>
    }
    .into_any()
}
