//! Parts of the page that are loaded later, so that the first pictures need not wait for them.
//!
//! The page is compiled as one program; `xtask/workshop/src/split.rs` cuts out of it what only the
//! functions in [`parts`] reach. Such a part is a table of functions, which is empty until the part
//! has been loaded. Rules: the server has every part at hand and renders as if there were none; a
//! part that the server rendered is loaded before the page is taken over ([`before`]), so taking
//! over never waits; afterwards whoever needs a part shows that it is on its way ([`show`],
//! [`when_wanted`]), and says so when it does not arrive.
//!
//! To load something later: give it a line in a table of [`parts`], and take it from there.

mod parts;

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::OnceLock,
    task::{Context, Poll, Waker},
};

use domain::{
    id::ImageId,
    image::{ImageCard, ImageDetail},
    problem::{Problem, ProblemKind},
};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

pub use self::parts::{Rarely, Soon};
use crate::{
    api::ApiError,
    browser::{events, history, parts as elements, timers},
    components::loaded::ProblemNote,
    state::{
        grid::GridState,
        take::Take,
        toasts::{Toasts, use_toasts},
    },
    words,
};

/// What is wanted in nearly every visit, but not by the first picture: fetched once somebody stirs.
pub static SOON: Part<Soon> = Part::new("soon", || {
    Box::pin(SendWrapper::new(dressed(parts::soon())))
});
/// What few visits want: fetched when it is asked for.
pub static RARELY: Part<Rarely> = Part::new("rarely", || {
    Box::pin(SendWrapper::new(dressed(parts::rarely())))
});

/// Milliseconds after which a part is fetched that nobody has asked for yet.
const QUIET: i32 = 3_000;

/// Something of the page did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoaded;

impl From<wasm_split_helpers::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

impl From<NotLoaded> for ApiError {
    fn from(_: NotLoaded) -> Self {
        Self(Problem::new(ProblemKind::Busy, words::NOT_LOADED))
    }
}

/// A part with what it looks like.
async fn dressed<T>(part: impl Future<Output = Result<T, NotLoaded>>) -> Result<T, NotLoaded> {
    let table = part.await?;
    if cfg!(target_family = "wasm") {
        elements::style().await.map_err(|_| NotLoaded)?;
    }
    Ok(table)
}

/// Marked as fit for every thread; where there are threads it is done at once.
type Loading<T> = Pin<Box<dyn Future<Output = Result<T, NotLoaded>> + Send>>;

/// A part of the page: a table of functions, once it is here.
pub struct Part<T: 'static> {
    name: &'static str,
    table: OnceLock<T>,
    load: fn() -> Loading<T>,
}

impl<T: Send + Sync> Part<T> {
    const fn new(name: &'static str, load: fn() -> Loading<T>) -> Self {
        Self {
            name,
            table: OnceLock::new(),
            load,
        }
    }

    /// Its table, when it is here. On the server it always is.
    pub fn here(&self) -> Option<&T> {
        if !cfg!(target_family = "wasm") && self.table.get().is_none() {
            // Outside of browsers nothing is cut, so there is nothing to wait for.
            let mut at_once = Context::from_waker(Waker::noop());
            if let Poll::Ready(Ok(table)) = pin!((self.load)()).poll(&mut at_once) {
                let _ = self.table.set(table);
            }
        }
        self.table.get()
    }

    /// Its table; loads it, unless it is here. What failed may be tried again.
    pub async fn load(&self) -> Result<&T, NotLoaded> {
        if let Some(table) = self.here() {
            return Ok(table);
        }
        let table = (self.load)().await?;
        // Somebody else may have been faster with the same table.
        Ok(self.table.get_or_init(|| table))
    }
}

/// Everything about a picture, once what reads such an answer is here.
pub async fn image(id: ImageId) -> Result<ImageDetail, ApiError> {
    (SOON.load().await?.image)(id).await
}

/// Takes something from a picture of the grid.
pub fn take(what: Take, card: ImageCard, toasts: Toasts) {
    // At once where that can be: browsers let a page copy only shortly after a key.
    if let Some(soon) = SOON.here() {
        return (soon.take)(what, card, None, toasts);
    }
    elements::spawn(async move {
        match SOON.load().await {
            Ok(soon) => (soon.take)(what, card, None, toasts),
            Err(problem) => toasts.problem(&problem.into()),
        }
    });
}

/// Moves pictures by one place in their photoset, once what does it is here.
pub fn arrange(grid: GridState, later: bool) {
    elements::spawn(async move {
        match SOON.load().await {
            Ok(soon) => (soon.arrange)(grid, later),
            Err(problem) => grid.shared.toasts().problem(&problem.into()),
        }
    });
}

/// Runs `hydrate` when every part is here that the server rendered into this page. When one does not
/// arrive, the page stays as the server made it, and says so.
pub fn before(hydrate: impl FnOnce() + 'static) {
    let wanted = elements::rendered();
    if wanted.is_empty() {
        return hydrate();
    }
    elements::spawn(async move {
        for name in wanted {
            let came = match name.as_str() {
                name if name == SOON.name => SOON.load().await.is_ok(),
                _ => RARELY.load().await.is_ok(),
            };
            if !came {
                return elements::say_above(words::NOT_LOADED, words::TRY_AGAIN);
            }
        }
        hydrate();
    });
}

/// Shows something of a part; until that is here, what `waiting` makes, and afterwards its problem
/// when it does not arrive.
pub fn show<T: Send + Sync>(
    part: &'static Part<T>,
    waiting: fn(Option<AnyView>) -> AnyView,
    view: impl Fn(&'static T) -> AnyView + Send + 'static,
) -> AnyView {
    if let Some(table) = part.here() {
        // The element tells `before` what taking over this page needs.
        return view! {
            <template data-part=part.name></template>
            <link rel="stylesheet" href=sheet() />
            {view(table)}
        }
        .into_any();
    }
    let came = RwSignal::new(None::<Result<(), NotLoaded>>);
    elements::spawn(async move {
        let outcome = part.load().await;
        came.try_set(Some(outcome.map(drop)));
    });
    (move || match came.get() {
        None => waiting(None),
        Some(Ok(())) => untrack(|| part.here().map(&view)).into_any(),
        Some(Err(problem)) => {
            // Its address is in the address bar by now, so the server can give all of it, and a
            // newer program its newer parts.
            let retry = Callback::new(|()| history::reload());
            waiting(Some(
                view! { <ProblemNote problem=problem.into() retry /> }.into_any(),
            ))
        }
    })
    .into_any()
}

/// The address of what parts look like, in the context of whoever renders on the server.
#[derive(Debug, Clone)]
pub struct Sheet(pub String);

fn sheet() -> Option<String> {
    if cfg!(target_family = "wasm") {
        elements::sheet()
    } else {
        use_context::<Sheet>().map(|sheet| sheet.0)
    }
}

/// Fetches a part when somebody first moves, touches or presses a key, or after a while, and shows
/// something of it then. Nobody is told when it does not arrive: it will be asked for again.
pub fn when_stirred<T: Send + Sync>(
    part: &'static Part<T>,
    view: impl Fn(&'static T) -> AnyView + Send + 'static,
) -> impl IntoView {
    let built = RwSignal::new(false);
    let fetch = move || {
        elements::spawn(async move {
            if part.load().await.is_ok() && built.try_get_untracked() == Some(false) {
                built.set(true);
            }
        });
    };
    Effect::new(move || {
        events::once_stirred(fetch);
        timers::after(QUIET, fetch);
    });
    move || built_view(part, built.get(), &view)
}

/// Shows something of a part from the first time that it is wanted. When the part does not arrive,
/// a message says so, and `wanted` is false again.
pub fn when_wanted<T: Send + Sync>(
    part: &'static Part<T>,
    wanted: RwSignal<bool>,
    view: impl Fn(&'static T) -> AnyView + Send + 'static,
) -> impl IntoView {
    let built = RwSignal::new(false);
    let toasts = use_toasts();
    Effect::new(move || {
        if !wanted.get() || built.get_untracked() {
            return;
        }
        elements::spawn(async move {
            match part.load().await {
                Ok(_) => {
                    built.try_set(true);
                }
                Err(problem) => {
                    toasts.problem(&problem.into());
                    wanted.try_set(false);
                }
            }
        });
    });
    move || built_view(part, built.get(), &view)
}

fn built_view<T: Send + Sync>(
    part: &'static Part<T>,
    built: bool,
    view: &impl Fn(&'static T) -> AnyView,
) -> Option<AnyView> {
    let table = built.then(|| part.here()).flatten()?;
    Some(untrack(|| view(table)))
}
