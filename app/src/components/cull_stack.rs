//! The stack of the picture that is looked at: what the same recipe gave with other seeds.

use domain::{
    id::ImageId,
    image::{ImageCard, ThumbSize},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::judge::stack, browser::timers::Debounce, shortcuts::Action,
    state::preferences::use_preferences, words,
};

/// Milliseconds that a picture is looked at before its stack is asked for.
const QUIET: u64 = 120;

/// The stack of the picture that is looked at.
#[derive(Clone, Copy)]
pub struct StackState {
    of: Memo<Option<ImageId>>,
    known: RwSignal<Option<(ImageId, Vec<ImageCard>)>>,
}

impl StackState {
    /// Follows the picture that is looked at.
    pub fn new(of: Memo<Option<ImageId>>) -> Self {
        let known = RwSignal::new(None::<(ImageId, Vec<ImageCard>)>);
        let later = Debounce::new(QUIET);
        Effect::new(move || {
            let Some(id) = of.get() else { return };
            later.call(move || {
                spawn_local(async move {
                    // Nobody misses a stack that does not come.
                    if let Ok(cards) = stack(id).await {
                        known.try_set(Some((id, cards)));
                    }
                });
            });
        });
        Self { of, known }
    }

    /// Its pictures, the one that is looked at among them; empty while they are not known.
    pub fn now(&self) -> Vec<ImageCard> {
        let of = self.of.get();
        let known = self.known.get().filter(|(id, _)| Some(*id) == of);
        known.map(|(_, cards)| cards).unwrap_or_default()
    }
}

/// Shows the other pictures of the stack, and offers to keep only this one.
#[component]
pub fn CullStack(
    /// Whose stack.
    state: StackState,
    /// Keeps the one that is looked at and rejects the others.
    pick: Callback<()>,
) -> impl IntoView {
    let cards = Memo::new(move |_| state.now());
    let own = state.of;
    let hint = use_preferences().hint(words::cull::KEEP, Action::Keep);
    let one = move |card: &ImageCard| {
        let id = card.id;
        view! {
            <li class="cull-stack-one" class:is-own=move || own.get() == Some(id)>
                <img src=card.thumb_url(ThumbSize::Small) alt="" decoding="async" />
            </li>
        }
    };
    move || {
        let cards = cards.get();
        (cards.len() > 1).then(|| {
            view! {
                <section class="cull-stack" aria-label="Its stack">
                    <ul class="cull-stack-list">{cards.iter().map(one).collect_view()}</ul>
                    <button
                        type="button"
                        class="button is-quiet"
                        title=hint
                        on:click=move |_| pick.run(())
                    >
                        {words::cull::keep_of(cards.len() as u64)}
                    </button>
                </section>
            }
        })
    }
}
