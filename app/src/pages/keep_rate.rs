//! How much is kept: of a result, and of its pictures with each value of a field.

use domain::{
    insight::{KeepOrder, KeepRate, Tally, compared, with_trash},
    judgement::Verdict,
    query::{Field, Query, View},
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::insights::keep_rate,
    browser::dom,
    components::{
        empty::Drawing,
        icon::Icon,
        kept_values::{KeptApart, KeptSection, count},
        loaded::ProblemNote,
        top_bar::PageBar,
    },
    shortcuts::Action,
    state::{
        judging::Verb,
        preferences::use_preferences,
        progress::use_quiet_change,
        query::{QueryState, use_query},
        remote::Remote,
    },
    words,
};

/// Values of a field while all fields are compared.
const FEW: u32 = 12;
/// Values of one field by itself.
const MANY: u32 = 200;

/// What an address asks of this page.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    /// The pictures that are compared.
    query: Query,
    order: KeepOrder,
    /// One field alone.
    by: Option<Field>,
    /// A verdict is asked for, and left out.
    verdict: bool,
}

impl Asked {
    /// What the grammar of queries does not know may be this page's own.
    fn of(query: &Query) -> Self {
        let own = |name: &str| {
            query
                .unknown
                .iter()
                .find_map(|text| text.strip_prefix(name))
        };
        let order = match own("order=") {
            Some("count") => KeepOrder::Count,
            _ => KeepOrder::Sure,
        };
        let by = own("by=").and_then(Field::from_key);
        let asked = compared(query);
        Self {
            verdict: asked.filters.len() < query.filters.len(),
            query: asked.filter_part(),
            order,
            by: by.filter(|field| KeepRate::FIELDS.contains(field)),
        }
    }

    fn address(&self) -> String {
        let mut address = QueryState::on("/keep-rate", &self.query);
        let mut add = |text: String| {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(&text);
        };
        if let Some(field) = self.by {
            add(format!("by={}", field.key()));
        }
        if self.order == KeepOrder::Count {
            add("order=count".to_owned());
        }
        address
    }

    /// The same with other pictures.
    fn about(&self, query: Query) -> String {
        let other = Self {
            query,
            ..self.clone()
        };
        other.address()
    }

    fn by(&self, by: Option<Field>) -> String {
        let other = Self { by, ..self.clone() };
        other.address()
    }

    fn ordered(&self, order: KeepOrder) -> String {
        let other = Self {
            order,
            ..self.clone()
        };
        other.address()
    }
}

/// The page `/keep-rate`, of any result.
#[component]
pub fn KeepRatePage() -> impl IntoView {
    let state = use_query();
    let asked = Memo::new(move |_| state.query.with(Asked::of));
    let change = use_quiet_change();
    let rates: Remote<KeepRate> = Resource::new_with_options(
        move || (asked.get(), change.get()),
        |(
            Asked {
                query, order, by, ..
            },
            _,
        )| async move {
            let (fields, limit) = match by {
                Some(field) => (vec![field], MANY),
                None => (KeepRate::FIELDS.to_vec(), FEW),
            };
            keep_rate(query, fields, order, limit).await
        },
        false,
    );
    let again = Callback::new(move |()| rates.refetch());
    view! {
        <Title text="Keep-rate" />
        <PageBar title="Keep-rate" />
        <main class="page keep-rate">
            {move || view! { <What asked=asked.get() /> }}
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    rates
                        .get()
                        .map(|answer| match answer {
                            Ok(rate) => {
                                let asked = asked.get_untracked();
                                view! { <Compared rate asked /> }.into_any()
                            }
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
    .into_any()
}

/// Which pictures are compared: one removable chip for each condition.
#[component]
fn What(asked: Asked) -> impl IntoView {
    let chips = asked
        .query
        .chips()
        .into_iter()
        .map(|chip| {
            let href = asked.about(asked.query.without(&chip.part));
            view! {
                <a class="chip chips-chip" href=href aria-label=format!("Remove {}", chip.label)>
                    <span class="truncate">{chip.label.clone()}</span>
                    <Icon name="close" />
                </a>
            }
        })
        .collect_view();
    let everything = !asked.query.has_conditions() && asked.query.params.is_empty();
    let pictures = QueryState::href(&asked.query);
    view! {
        <div class="kept-what">
            {(!everything)
                .then(|| {
                    view! {
                        <nav class="kept-chips" aria-label="Compared pictures">
                            {chips}
                        </nav>
                    }
                })}
            <a class="button is-quiet" href=pictures>
                <Icon name="image" />
                "Show the pictures"
            </a>
            <button
                type="button"
                class="button is-quiet needs-wasm"
                on:click=|_| dom::print()
            >
                "Print"
            </button>
        </div>
        {asked.verdict.then(|| view! { <p class="hint">{words::insight::NO_VERDICT}</p> })}
    }
}

/// All pictures together, then by field; or how to begin where nothing is decided.
#[component]
fn Compared(rate: KeepRate, asked: Asked) -> impl IntoView {
    let all = rate.all;
    let in_trash = (rate.in_trash.decided() > 0)
        .then(|| with_trash(&asked.query))
        .flatten()
        .map(|query| {
            view! {
                <p class="hint">
                    {words::insight::kept_in_trash(rate.in_trash)} " "
                    <a class="link" href=asked.about(query)>
                        "Count them too"
                    </a>
                </p>
            }
        });
    if all.decided() == 0 {
        return view! {
            <Nothing all asked />
            {in_trash}
        }
        .into_any();
    }
    view! {
        <All all asked=asked.clone() />
        {in_trash}
        <Tools asked=asked.clone() />
        <Fields rate asked />
    }
    .into_any()
}

/// The sections of some fields.
#[component]
fn Fields(rate: KeepRate, asked: Asked) -> impl IntoView {
    let all = rate.all;
    let told = rate
        .fields
        .iter()
        .any(|values| values.field == Field::Token);
    let tokens = (asked.by.is_none() && !told).then(|| {
        let href = asked.by(Some(Field::Token));
        view! { <KeptApart field=Field::Token href /> }
    });
    let sections = rate.fields.into_iter().map(|values| {
        let more = asked.by.is_none().then(|| asked.by(Some(values.field)));
        view! { <KeptSection values all query=asked.query.clone() more /> }
    });
    view! {
        {sections.collect_view()}
        {tokens}
    }
    .into_any()
}

/// The rate of everything that is compared, and its counts.
#[component]
fn All(all: Tally, asked: Asked) -> impl IntoView {
    let everything = !asked.query.has_conditions() && asked.query.params.is_empty();
    let name = "all that is compared";
    let counts = [
        (Verdict::Approved, "Approved"),
        (Verdict::Rejected, "Rejected"),
        (Verdict::Undecided, "Undecided"),
    ]
    .map(|(verdict, label)| {
        view! {
            <div class=format!("kept-legend-item is-{}", verdict.word())>
                <dt>{label}</dt>
                <dd>
                    {count(verdict, all, &asked.query, name)}
                </dd>
            </div>
        }
    });
    view! {
        <section class="kept-all" aria-label="All together">
            <p class="kept-figure" aria-hidden="true">
                {words::insight::kept(all)}
            </p>
            <div class="kept-said">
                <p class="kept-sentence">{words::insight::kept_of(all, everything)}</p>
                <p class="hint">{words::insight::kept_surely(all)}</p>
            </div>
            {stack(all)}
            <dl class="kept-legend">{counts.collect_view()}</dl>
        </section>
    }
    .into_any()
}

/// What became of all pictures as parts of one bar; the numbers stand below it.
fn stack(all: Tally) -> impl IntoView {
    let total = all.total().max(1) as f64;
    let mut from = 0.0;
    let parts = [
        ("kept-stack is-approved", all.approved),
        ("kept-stack is-rejected", all.rejected),
        ("kept-stack is-undecided", all.undecided),
    ]
    .map(|(class, number)| {
        let width = number as f64 / total * 1000.0;
        let start = from;
        from += width;
        let (start, width) = (format!("{start:.1}"), format!("{width:.1}"));
        view! { <rect class=class x=start y="0" width=width height="8" /> }
    });
    view! {
        <svg class="kept-stacked" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
            {parts.collect_view()}
        </svg>
    }
}

/// What the bars mean, and the order of the values.
#[component]
fn Tools(asked: Asked) -> impl IntoView {
    let orders = [
        (KeepOrder::Sure, "Surely good first"),
        (KeepOrder::Count, "Most decided first"),
    ]
    .map(|(order, label)| {
        let current = (order == asked.order).then_some("true");
        view! {
            <a class="button is-quiet" href=asked.ordered(order) aria-current=current>
                {label}
            </a>
        }
    });
    let back = asked.by.is_some().then(|| {
        view! {
            <a class="button is-quiet" href=asked.by(None)>
                <Icon name="chevron-left" />
                "All comparisons"
            </a>
        }
    });
    view! {
        <div class="kept-tools">
            <p class="kept-meaning">{words::insight::KEPT_BARS}</p>
            {back}
            <nav class="segmented" aria-label="Order of the values">
                {orders.collect_view()}
            </nav>
        </div>
    }
    .into_any()
}

/// Nothing is decided, or there is nothing to decide on.
#[component]
fn Nothing(all: Tally, asked: Asked) -> impl IntoView {
    if all.total() == 0 {
        let clear = asked.about(asked.query.without_conditions().with_view(View::Grid));
        let filtered = asked.query.has_conditions() || !asked.query.params.is_empty();
        return view! {
            <section class="empty" aria-label="No pictures">
                <Drawing />
                <h2>"There are no pictures to compare"</h2>
                {if filtered {
                    view! {
                        <p class="empty-text">"No picture matches all of this."</p>
                        <a class="button is-primary" href=clear>
                            "Clear all filters"
                        </a>
                    }
                        .into_any()
                } else {
                    view! {
                        <p class="empty-text">{words::NO_FOLDERS}</p>
                        <a class="button is-primary" href="/folders">
                            "Folders"
                        </a>
                    }
                        .into_any()
                }}
            </section>
        }
        .into_any();
    }
    let keymap = use_preferences().keymap;
    let key = move |verdict| {
        let stroke = move || {
            let action = Action::Judge(Verb::Verdict(verdict));
            let stroke = keymap.with(|keymap| keymap.stroke_of(action));
            stroke.map(|stroke| words::keys::stroke(&stroke))
        };
        view! { <kbd>{stroke}</kbd> }
    };
    view! {
        <section class="empty" aria-label="Nothing decided yet">
            <Drawing />
            <h2>"Nothing decided yet"</h2>
            <p class="empty-text">{words::insight::NOTHING_DECIDED}</p>
            <p class="kept-keys">
                {key(Verdict::Approved)}
                " keep"
                {key(Verdict::Rejected)}
                " reject"
                {key(Verdict::Undecided)}
                " undecided"
            </p>
            <a class="button is-primary" href=QueryState::href(&asked.query)>
                {words::insight::start_with(all.total())}
            </a>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_state() {
        let check = |address: &str, again: &str| {
            let asked = Asked::of(&Query::parse(address));
            assert_eq!(asked.address(), again);
            let query = again.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(Asked::of(&Query::parse(query)).address(), again);
        };
        check("", "/keep-rate");
        check("model=a&page=3&view=list", "/keep-rate?model=a");
        check("order=count", "/keep-rate?order=count");
        check(
            "by=lora&order=count&model=a",
            "/keep-rate?model=a&by=lora&order=count",
        );
        check("by=seed&order=odd", "/keep-rate");
        check("state=approved&lora=b", "/keep-rate?lora=b");
        assert!(Asked::of(&Query::parse("state=approved")).verdict);
        assert!(!Asked::of(&Query::parse("lora=b")).verdict);
    }
}
