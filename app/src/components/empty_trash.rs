//! Asks before the trash is emptied: the only thing on the page that cannot be taken back.

use domain::trash::Emptying;
use leptos::{prelude::*, task::spawn_local};

use super::{dialog::Dialog, loaded::ProblemNote};
use crate::{
    api::{
        ApiError,
        trash::{empty, weigh},
    },
    state::toasts::use_toasts,
    words,
};

/// More pictures than this are deleted only by whoever types their number.
const TYPED: u64 = 100;

/// The dialog that weighs what would be deleted, and deletes it.
#[component]
pub fn EmptyTrash(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Called when something was deleted.
    done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let weighed = RwSignal::new(None::<Result<Emptying, ApiError>>);
    let busy = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    Effect::new(move || {
        if !open.get() {
            return;
        }
        weighed.set(None);
        typed.set(String::new());
        spawn_local(async move {
            let answer = weigh().await;
            weighed.try_set(Some(answer));
        });
    });
    let pictures = Memo::new(move |_| match weighed.get() {
        Some(Ok(weighed)) => weighed.pictures,
        _ => 0,
    });
    let confirmed = Memo::new(move |_| {
        let pictures = pictures.get();
        let digits: String = typed.get().chars().filter(char::is_ascii_digit).collect();
        pictures > 0 && (pictures <= TYPED || digits == pictures.to_string())
    });
    let delete = move |_| {
        busy.set(true);
        spawn_local(async move {
            match empty().await {
                Ok(emptied) => {
                    toasts.say(words::aside::emptied(&emptied));
                    open.try_set(false);
                    done.run(());
                }
                Err(problem) => toasts.problem(&problem),
            }
            busy.try_set(false);
        });
    };
    let body = move || match weighed.get() {
        None => view! { <p class="hint">{words::COUNTING}</p> }.into_any(),
        Some(Err(problem)) => view! { <ProblemNote problem /> }.into_any(),
        Some(Ok(weighed)) => {
            let kept = weighed.kept.iter().map(words::aside::kept_back);
            let kept = kept.map(|text| view! { <li>{text}</li> }).collect_view();
            view! {
                <p>{words::aside::weighed(&weighed)}</p>
                <ul class="empty-trash-kept">{kept}</ul>
                <Show when=move || { pictures.get() > TYPED }>
                    <label class="field">
                        <span>"To go on, type how many pictures are deleted"</span>
                        <input
                            class="input"
                            inputmode="numeric"
                            autocomplete="off"
                            prop:value=typed
                            on:input=move |event| typed.set(event_target_value(&event))
                        />
                    </label>
                </Show>
            }
            .into_any()
        }
    };
    view! {
        <Dialog
            id="empty-trash"
            class="empty-trash"
            title="Empty the trash"
            open
            close=Callback::new(move |()| open.set(false))
        >
            <div class="dialog-body">{body}</div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    "Keep everything"
                </button>
                <button
                    type="button"
                    class="button is-danger"
                    disabled=move || busy.get() || !confirmed.get()
                    on:click=delete
                >
                    {move || words::aside::delete(pictures.get())}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
