//! The stage on which a picture stands: zoom and pan by wheel, keys, mouse and fingers.

mod gestures;

use domain::image::ImageCard;
use leptos::{ev, html, prelude::*, task::spawn_local};

use self::gestures::{Gestures, Outcome};
use crate::{
    browser::{dom, picture, timers},
    components::elsewhere::Elsewhere,
    state::{
        hydrated,
        zoom::{Frame, Place},
    },
};

/// What a gesture on the whole picture asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// The picture before.
    Previous,
    /// The picture after.
    Next,
    /// Back to the grid.
    Close,
    /// Everything that is known of it.
    Details,
    /// Controls shown or hidden.
    Controls,
}

/// The stage's state, which the lightbox's keys and buttons move too.
#[derive(Clone, Copy)]
pub struct StageState {
    /// The stage and its picture; `None` until both are known.
    frame: RwSignal<Option<Frame>>,
    /// Where the picture lies; `None` while it fits.
    place: RwSignal<Option<Place>>,
    /// How far fingers have dragged a fitting picture.
    drag: RwSignal<(f64, f64)>,
    /// The stage's element.
    element: NodeRef<html::Div>,
}

impl StageState {
    /// A stage whose picture fits.
    pub fn new() -> Self {
        Self {
            frame: RwSignal::new(None),
            place: RwSignal::new(None),
            drag: RwSignal::new((0.0, 0.0)),
            element: NodeRef::new(),
        }
    }

    /// Zooms about a point of the stage, or about its middle.
    pub fn zoom(&self, factor: f64, about: Option<(f64, f64)>) {
        let Some((frame, place)) = self.now() else {
            return;
        };
        self.set(
            frame,
            frame.zoom(place, factor, about.unwrap_or_else(|| middle(&frame))),
        );
    }

    /// Between all of the picture and its pixels.
    pub fn toggle(&self, about: Option<(f64, f64)>) {
        let Some((frame, place)) = self.now() else {
            return;
        };
        self.set(
            frame,
            frame.toggle(place, about.unwrap_or_else(|| middle(&frame))),
        );
    }

    /// Moves a zoomed picture; tells whether it was zoomed.
    pub fn pan(&self, by: (f64, f64)) -> bool {
        let Some((frame, place)) = self.now() else {
            return false;
        };
        if !frame.is_zoomed(place) {
            return false;
        }
        self.set(frame, frame.moved(place, by));
        true
    }

    /// Shows all of the picture.
    pub fn fit(&self) {
        self.place.set(None);
        self.drag.set((0.0, 0.0));
    }

    /// Lets the picture come from a rectangle of the window where it was seen before. `fill` tells
    /// whether it filled that and was cut.
    pub(super) fn come_from(&self, card: &ImageCard, rect: dom::Rect, fill: bool) {
        let Some(element) = self.element.get_untracked() else {
            return;
        };
        if card.width == 0 || card.height == 0 {
            return;
        }
        let stage = dom::rect(&element);
        let (width, height) = (f64::from(card.width), f64::from(card.height));
        let (across, down) = (rect.width / width, rect.height / height);
        let scale = if fill {
            across.max(down)
        } else {
            across.min(down)
        };
        let x = rect.x - stage.x + (rect.width - width * scale) / 2.0;
        let y = rect.y - stage.y + (rect.height - height * scale) / 2.0;
        let from = format!("translate({x:.2}px, {y:.2}px) scale({scale:.6})");
        dom::style(&element, "--from", &from);
        dom::style(&element, "--come", "stage-come");
        // Whatever is shown later comes from nowhere.
        timers::after(400, move || dom::style(&element, "--come", "none"));
    }

    /// Percent of the picture's own pixels, reactively; `None` until it is known.
    pub fn percent(&self) -> Option<u32> {
        let frame = self.frame.get()?;
        Some(frame.percent(self.place.get().unwrap_or_else(|| frame.fit())))
    }

    /// Whether a zoomed picture is shown, without subscribing.
    pub fn is_zoomed(&self) -> bool {
        self.now()
            .is_some_and(|(frame, place)| frame.is_zoomed(place))
    }

    fn now(&self) -> Option<(Frame, Place)> {
        let frame = self.frame.get_untracked()?;
        Some((
            frame,
            self.place.get_untracked().unwrap_or_else(|| frame.fit()),
        ))
    }

    fn set(&self, frame: Frame, place: Place) {
        let fits = (place.scale / frame.fit_scale() - 1.0).abs() < 0.01;
        self.place.set((!fits).then_some(place));
    }

    fn measure(&self, card: &ImageCard) {
        let Some(element) = self.element.get_untracked() else {
            return;
        };
        let stage = dom::inner_size(&element);
        // A video is as large as its player makes it.
        let known = card.width > 0
            && card.height > 0
            && stage.0 > 0.0
            && stage.1 > 0.0
            && !card.format.is_video();
        let picture = (f64::from(card.width), f64::from(card.height));
        let frame = known.then(|| Frame {
            stage,
            picture,
            ratio: dom::pixel_ratio(),
        });
        if self.frame.get_untracked() != frame {
            self.frame.set(frame);
        }
    }

    fn point(&self, event: &ev::MouseEvent) -> (f64, f64) {
        let Some(element) = self.element.get_untracked() else {
            return (0.0, 0.0);
        };
        let rect = dom::rect(&element);
        (
            f64::from(event.client_x()) - rect.x,
            f64::from(event.client_y()) - rect.y,
        )
    }
}

impl Default for StageState {
    fn default() -> Self {
        Self::new()
    }
}

fn middle(frame: &Frame) -> (f64, f64) {
    (frame.stage.0 / 2.0, frame.stage.1 / 2.0)
}

/// A picture or video on its stage.
#[component]
pub fn Stage(
    /// Where it stands.
    stage: StageState,
    /// What is shown.
    #[prop(into)]
    card: Signal<ImageCard>,
    /// The thumbnail that is on the page already, shown until the original is decoded.
    preview: Callback<ImageCard, String>,
    /// What a gesture asks for.
    wish: Callback<Wish>,
) -> impl IntoView {
    let image = NodeRef::<html::Img>::new();
    // A picture that is opened in a living page begins with what is in the browser's memory.
    let begin = card.get_untracked();
    let address = RwSignal::new(if hydrated().get_untracked() {
        preview.run(begin)
    } else {
        begin.original_url()
    });
    let failed = RwSignal::new(false);
    // Neither the original nor a preview can be drawn.
    let broken = RwSignal::new(false);
    let id = Memo::new(move |_| card.with(|card| (card.id, card.stamp.clone())));
    Effect::new(move |before: Option<()>| {
        // Read, not only tracked: a memo that nobody reads hears of no change.
        id.get();
        let card = card.get_untracked();
        stage.fit();
        stage.measure(&card);
        failed.set(card.missing);
        broken.set(false);
        if !card.format.is_video() && !card.is_elsewhere() {
            show(&card, preview, address, failed, before.is_none());
        }
    });
    Effect::new(move || {
        if let Some(element) = stage.element.get() {
            dom::on_resize(&element, move || {
                if let Some(card) = card.try_get_untracked() {
                    stage.measure(&card);
                }
            });
        }
    });
    Effect::new(move || lay(stage, image));
    let gestures = Gestures::new();
    let finish = move |outcome: Outcome| match outcome {
        Outcome::Nothing => {}
        Outcome::Wish(asked) => wish.run(asked),
        Outcome::Toggle(point) => stage.toggle(Some(point)),
    };
    let video = Memo::new(move |_| card.with(|card| card.format.is_video()));
    view! {
        <div
            class="stage"
            class:is-live=move || stage.frame.with(Option::is_some)
            class:is-crisp=move || stage.percent().is_some_and(|percent| percent > 200)
            class:is-dragging=move || gestures.is_dragging()
            class:is-broken=move || broken.get()
            node_ref=stage.element
            on:wheel=move |event| wheel(stage, &event)
            on:dblclick=move |event| {
                event.prevent_default();
                if !gestures.by_touch() && !video.get_untracked() {
                    stage.toggle(Some(stage.point(&event)));
                }
            }
            on:pointerdown=move |event| {
                if event.button() == 0 && !video.get_untracked() {
                    if let Some(element) = stage.element.get_untracked() {
                        dom::capture_pointer(&element, event.pointer_id());
                    }
                    gestures.down(&event, stage.point(&event));
                }
            }
            on:pointermove=move |event| gestures.moved(&event, stage.point(&event), stage)
            on:pointerup=move |event| finish(gestures.up(&event, stage.point(&event), stage))
            on:pointercancel=move |event| {
                gestures.cancel(&event);
                stage.drag.set((0.0, 0.0));
            }
        >
            {move || {
                let card = card.get();
                if card.is_elsewhere() {
                    view! { <Elsewhere address=card.address /> }.into_any()
                } else if video.get() {
                    let poster = preview.run(card.clone());
                    film(&card, poster).into_any()
                } else {
                    still(card, image, address, broken).into_any()
                }
            }}
            {move || failed.get().then(|| note(broken.get()))}
        </div>
    }
    .into_any()
}

fn film(card: &ImageCard, poster: String) -> impl IntoView + use<> {
    view! {
        <video
            class="stage-video"
            controls
            playsinline
            src=card.original_url()
            poster=poster
        ></video>
    }
}

fn still(
    card: ImageCard,
    image: NodeRef<html::Img>,
    address: RwSignal<String>,
    broken: RwSignal<bool>,
) -> impl IntoView {
    let original = card.original_url();
    let failed = move |_| {
        // The original is tried apart from this; here only a preview can fail for good.
        if address.get_untracked() != original {
            broken.set(true);
        }
    };
    let size = |side: u32| (side > 0).then(|| side.to_string());
    view! {
        <img
            class="stage-picture"
            node_ref=image
            src=move || address.get()
            width=size(card.width)
            height=size(card.height)
            alt=card.caption
            draggable="false"
            decoding="sync"
            on:error=failed
        />
    }
}

fn note(broken: bool) -> impl IntoView {
    let text = if broken {
        "This file cannot be drawn: it is damaged, or out of reach just now. It is untouched, and \
         what could be read of it is shown beside it."
    } else {
        "The original file cannot be reached just now; this is its preview. Nothing was removed from \
         the library."
    };
    view! {
        <p class="stage-note" role="status">
            {text}
        </p>
    }
}

/// Lays the picture where the stage's state says.
fn lay(stage: StageState, image: NodeRef<html::Img>) {
    let (Some(image), Some(frame)) = (image.get(), stage.frame.get()) else {
        return;
    };
    let Place { scale, x, y } = stage.place.get().unwrap_or_else(|| frame.fit());
    let (dx, dy) = stage.drag.get();
    dom::style(&image, "width", &format!("{}px", frame.picture.0));
    dom::style(&image, "height", &format!("{}px", frame.picture.1));
    let transform = format!(
        "translate({:.2}px, {:.2}px) scale({scale:.6})",
        x + dx,
        y + dy
    );
    dom::style(&image, "transform", &transform);
}

fn wheel(stage: StageState, event: &ev::WheelEvent) {
    event.prevent_default();
    // Lines and pages are turned into pixels; a pinch on a touchpad arrives with Ctrl.
    let unit = match event.delta_mode() {
        0 => 1.0,
        1 => 16.0,
        _ => 400.0,
    };
    let strength = if event.ctrl_key() { 0.01 } else { 0.002 };
    let steps = (event.delta_y() * unit).clamp(-400.0, 400.0);
    stage.zoom((-steps * strength).exp(), Some(stage.point(event)));
}

/// Shows the thumbnail at once and the original as soon as it is decoded.
fn show(
    card: &ImageCard,
    preview: Callback<ImageCard, String>,
    address: RwSignal<String>,
    failed: RwSignal<bool>,
    first: bool,
) {
    let original = card.original_url();
    if !first || address.get_untracked() != original {
        address.set(preview.run(card.clone()));
    }
    let expected = card.clone();
    spawn_local(async move {
        let decoded = picture::decode(&original).await;
        // Another picture may be shown by now.
        let Some(now) = address.try_get_untracked() else {
            return;
        };
        let own = now == original || now.contains(&expected.id.to_string());
        if !own {
            return;
        }
        if decoded {
            address.set(original);
        } else {
            address.set(preview.run(expected));
            failed.set(true);
        }
    });
}
