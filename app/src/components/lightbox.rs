//! One picture alone, over the result that it belongs to.

pub mod controls;
mod standing;

use domain::{
    image::{ImageCard, ThumbSize},
    window::FirstPage,
};
use leptos::{html, prelude::*, task::spawn_local};

pub use self::standing::{Standing, empty_card};
use self::{
    controls::{Arrow, Bar, Judge},
    standing::{alone, in_first, in_grid},
};
use super::{
    inspector::Inspector,
    loaded::ProblemNote,
    stage::{Stage, StageState, Wish},
};
use crate::{
    browser::{dom, picture, timers::Debounce},
    shortcuts::{Action, PictureActions},
    state::{
        about_pictures::AboutPictures,
        grid::GridState,
        judging::Verb,
        query::QueryState,
        remote::{Detail, Remote},
        shared::Shared,
        take::{Take, take},
    },
};

/// Milliseconds without a movement after which the controls fade.
const IDLE: u64 = 2_000;

/// Pixels by which a key moves a zoomed picture.
const STEP: f64 = 80.0;

/// What the lightbox and its parts share.
#[derive(Clone, Copy)]
pub struct Lights {
    /// Where the picture stands in its result.
    pub standing: Memo<Option<Standing>>,
    /// Its stage.
    pub stage: StageState,
    /// The URL, the selection, the preferences and the messages.
    pub shared: Shared,
    /// Whether everything but the picture is hidden.
    pub bare: RwSignal<bool>,
    /// Whether nobody has moved for a while.
    idle: RwSignal<bool>,
    idle_later: Debounce,
    root: NodeRef<html::Div>,
    grid: RwSignal<Option<GridState>>,
    detail: Detail,
    /// What had been put on pictures, or over what their files say, when the detail came.
    marked: StoredValue<u32>,
}

impl Lights {
    /// Does what a key, a button or a gesture asks for.
    pub fn act(&self, action: Action) {
        match action {
            Action::Previous => self.go(|standing| standing.before),
            Action::Next => self.go(|standing| standing.after),
            Action::ToFirst => self.go_to(Some(0)),
            Action::ToLast => self.go_to(self.total().map(|total| total.saturating_sub(1))),
            Action::Close => self.shared.query().close(),
            Action::Zoom => self.stage.toggle(None),
            Action::ZoomIn => self.stage.zoom(1.25, None),
            Action::ZoomOut => self.stage.zoom(0.8, None),
            Action::Pan(right, down) => {
                let by = (-STEP * f64::from(right), -STEP * f64::from(down));
                self.stage.pan(by);
            }
            Action::Fullscreen => {
                if let Some(root) = self.root.get_untracked() {
                    dom::toggle_fullscreen(&root);
                }
            }
            Action::HideControls => self.bare.update(|bare| *bare = !*bare),
            Action::Backdrop => {
                self.shared
                    .preferences()
                    .set_backdrop(self.shared.preferences().backdrop.get_untracked().next());
            }
            Action::Inspector => {
                self.bare.set(false);
                self.shared
                    .preferences()
                    .set_inspector(!self.shared.preferences().inspector.get_untracked());
            }
            Action::Toggle => self.toggle_selected(),
            Action::Take(what) => self.take(what),
            Action::Judge(verb) => self.judge(verb),
            Action::Tag => self.edit(self.shared.tagging()),
            Action::Group => self.edit(self.shared.grouping()),
            Action::Edit => self.edit(self.shared.editing()),
            _ => {}
        }
    }

    fn go(&self, which: impl Fn(Standing) -> Option<ImageCard>) {
        let to = self.standing.get_untracked().and_then(which);
        if let Some(card) = to {
            self.shared.query().open(card.id);
        }
    }

    fn go_to(&self, position: Option<u64>) {
        let (Some(grid), Some(position)) = (self.grid.get_untracked(), position) else {
            return;
        };
        let query = self.shared.query();
        spawn_local(async move {
            if let Some(id) = grid
                .result
                .ids(position..position + 1)
                .await
                .and_then(|ids| ids.first().copied())
            {
                query.open(id);
            }
        });
    }

    fn total(&self) -> Option<u64> {
        self.standing
            .with_untracked(|standing| standing.as_ref().and_then(|s| s.total))
    }

    fn toggle_selected(&self) {
        let (Some(grid), Some(standing)) =
            (self.grid.get_untracked(), self.standing.get_untracked())
        else {
            return;
        };
        self.shared
            .selection()
            .toggle(standing.id, &grid.result.shown.get_untracked());
    }

    fn take(&self, what: Take) {
        let card = self
            .standing
            .get_untracked()
            .and_then(|standing| standing.card);
        let Some(card) = card else { return };
        // What was edited since it was opened is asked for again.
        let same = self.shared.judging().marked().get_untracked() == self.marked.get_value();
        let known = match self.detail.get_untracked() {
            Some(Ok(Some(detail))) if same && detail.card.id == card.id => Some(detail),
            _ => None,
        };
        take(what, card, known, self.shared.toasts());
    }

    /// Judges the open picture, whatever is selected behind it.
    fn judge(&self, verb: Verb) {
        let card = self
            .standing
            .get_untracked()
            .and_then(|standing| standing.card);
        if let (Some(grid), Some(card)) = (self.grid.get_untracked(), card) {
            let edit = verb.edit(card.judgement);
            if edit.moves() {
                self.leave();
            }
            self.shared.judging().one(grid.result, card.id, edit);
        }
    }

    /// Goes on to the picture after this one, which leaves the result; else to the one before, or back.
    fn leave(&self) {
        let standing = self.standing.get_untracked();
        let next = standing.and_then(|standing| standing.after.or(standing.before));
        match next {
            Some(card) => self.shared.query().open(card.id),
            None => self.act(Action::Close),
        }
    }

    /// Opens an editor for the open picture, whatever is selected behind it.
    fn edit(&self, editor: AboutPictures) {
        if let Some(standing) = self.standing.get_untracked() {
            editor.one(standing.id);
        }
    }

    fn wish(&self, wish: Wish) {
        match wish {
            Wish::Previous => self.act(Action::Previous),
            Wish::Next => self.act(Action::Next),
            Wish::Close => self.act(Action::Close),
            Wish::Details => self.shared.preferences().set_inspector(true),
            // A tap brings back what has faded; the next one hides it.
            Wish::Controls if self.idle.get_untracked() && !self.bare.get_untracked() => {
                self.stir();
            }
            Wish::Controls => self.act(Action::HideControls),
        }
    }

    /// Somebody moved: the controls stay for a while.
    fn stir(&self) {
        let idle = self.idle;
        if idle.get_untracked() {
            idle.set(false);
        }
        self.idle_later.call(move || {
            idle.try_set(true);
        });
    }

    /// Lets the picture come from its cell, when the grid is behind and shows it.
    fn come_from_cell(&self) {
        let (Some(_), Some(standing)) = (self.grid.get_untracked(), self.standing.get_untracked())
        else {
            return;
        };
        let (Some(card), Some(position)) = (standing.card, standing.position) else {
            return;
        };
        let picture = format!("[data-p='{position}'] .tile-picture");
        if let Some(rect) = dom::rect_of(&picture).filter(dom::Rect::is_seen) {
            let fill = !self.shared.preferences().contain.get_untracked();
            self.stage.come_from(&card, rect, fill);
        }
    }
}

/// The open picture.
#[component]
pub fn Lightbox(
    /// The result's first page, which knows the open picture when the page was opened with it.
    first: Remote<FirstPage>,
    /// Everything about the picture.
    detail: Detail,
    /// The grid behind, once it lives.
    grid: RwSignal<Option<GridState>>,
    /// The URL, the selection, the preferences and the messages.
    shared: Shared,
) -> impl IntoView {
    let query = shared.query();
    let preferences = shared.preferences();
    let standing = Memo::new(move |_| {
        let id = query.query.with(|query| query.image)?;
        let known = detail.with(|detail| match detail {
            Some(Ok(Some(detail))) if detail.card.id == id => Some(detail.card.clone()),
            _ => None,
        });
        Some(match grid.get() {
            Some(grid) => in_grid(&grid, id, known),
            None => first.with(|first| match first {
                Some(Ok(first)) => in_first(first, id, known),
                _ => alone(id, known),
            }),
        })
    });
    let lights = Lights {
        standing,
        stage: StageState::new(),
        shared,
        bare: RwSignal::new(false),
        idle: RwSignal::new(false),
        idle_later: Debounce::new(IDLE),
        root: NodeRef::new(),
        grid,
        detail,
        marked: StoredValue::new(0),
    };
    begin(lights);
    // The stage lives as long as any picture is open; only what is on it changes.
    let card = Memo::new(move |last: Option<&Option<ImageCard>>| {
        let now = standing.with(|standing| standing.as_ref().and_then(|s| s.card.clone()));
        now.or_else(|| last.cloned().flatten())
    });
    let known = Memo::new(move |_| card.with(Option::is_some));
    let problem = move || {
        detail.with(|detail| match detail {
            Some(Err(problem)) if !known.get() => Some(problem.clone()),
            _ => None,
        })
    };
    let failed = Memo::new(move |_| problem().is_some());
    let preview = Callback::new(move |card: ImageCard| match grid.get_untracked() {
        Some(grid) => grid.thumb(&card).0,
        None => card.thumb_url(ThumbSize::Large),
    });
    let wish = Callback::new(move |wish| lights.wish(wish));
    let is_video = Memo::new(move |_| {
        card.with(|card| card.as_ref().is_some_and(|card| card.format.is_video()))
    });
    view! {
        <div
            class="lightbox"
            // A video's own controls are below ours, and a tap on it is for them.
            class:is-idle=move || lights.idle.get() && !is_video.get()
            class:is-bare=move || lights.bare.get()
            class:has-video=is_video
            class:has-inspector=move || preferences.inspector.get() && !failed.get()
            data-backdrop=move || preferences.backdrop.get().word()
            role="dialog"
            aria-modal="true"
            aria-label="Open picture"
            tabindex="-1"
            node_ref=lights.root
            on:pointermove=move |_| lights.stir()
            on:keydown=move |_| lights.stir()
        >
            <div class="lightbox-view">
                {move || {
                    known
                        .get()
                        .then(|| {
                            let card = Signal::derive(move || {
                                card.get().unwrap_or_else(empty_card)
                            });
                            view! { <Stage stage=lights.stage card preview wish /> }
                        })
                }} {move || problem().map(|problem| {
                    let back = query.query.with(|query| QueryState::href(&query.with_image(None)));
                    view! { <ProblemNote problem back /> }
                })}
                <Bar lights /> <Arrow lights forward=false /> <Arrow lights forward=true />
                <Judge lights card hidden=failed />
            </div>
            <aside class="lightbox-inspector" aria-label="About this picture">
                {move || {
                    detail
                        .get()
                        .and_then(Result::ok)
                        .flatten()
                        .map(|detail| {
                            let close = Callback::new(move |()| preferences.set_inspector(false));
                            view! { <Inspector detail close shared grid /> }.into_any()
                        })
                }}
            </aside>
        </div>
    }
    .into_any()
}

/// What happens from the first client render on: keys, focus, neighbours.
fn begin(lights: Lights) {
    if let Some(actions) = use_context::<PictureActions>() {
        let act = Callback::new(move |action| lights.act(action));
        Effect::new(move || actions.hear(act));
        on_cleanup(move || actions.leave());
    }
    Effect::new(move || {
        if let Some(root) = lights.root.get() {
            dom::focus(&root);
            lights.come_from_cell();
            lights.stir();
        }
    });
    Effect::new(move || {
        lights.detail.track();
        let marked = lights.shared.judging().marked().get_untracked();
        lights.marked.set_value(marked);
    });
    let open = Memo::new(move |_| lights.standing.with(|s| s.as_ref().map(|s| s.id)));
    Effect::new(move || {
        if let (Some(grid), Some(id)) = (lights.grid.get(), open.get()) {
            grid.result.surround(id);
        }
    });
    // The card of a picture that was opened by its address fills its place in the result.
    Effect::new(move || {
        if let (Some(grid), Some(Ok(Some(detail)))) = (lights.grid.get(), lights.detail.get()) {
            grid.result.open_at.track();
            grid.result.place(&detail.card);
        }
    });
    // The neighbours' originals are fetched once this one has had time to arrive.
    let later = Debounce::new(150);
    Effect::new(move || {
        open.get();
        later.call(move || {
            let Some(Some(standing)) = lights.standing.try_get_untracked() else {
                return;
            };
            for card in [standing.after, standing.before].into_iter().flatten() {
                if !card.format.is_video() {
                    picture::preload(&card.original_url());
                }
            }
        });
    });
}
