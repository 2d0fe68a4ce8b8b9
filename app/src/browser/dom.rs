//! Elements: measuring, styling, focus, scrolling.

use domain::number;
use leptos::prelude::{StoredValue, WithValue, document, on_cleanup, window};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, HtmlElement};

/// A rectangle in CSS pixels, relative to the window.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Distance from the window's left edge.
    pub x: f64,
    /// Distance from the window's top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Whether any of it is inside the window.
    pub fn is_seen(&self) -> bool {
        let (width, height) = window_size();
        self.width > 0.0
            && self.x < width
            && self.x + self.width > 0.0
            && self.y < height
            && self.y + self.height > 0.0
    }
}

/// Sets a style or custom property through the object model, which the content policy allows.
pub fn style(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

/// Where the first element that a selector finds is.
pub fn rect_of(selector: &str) -> Option<Rect> {
    let found = document().query_selector(selector).ok().flatten()?;
    Some(rect(found))
}

/// Where an element is.
pub fn rect(element: impl AsRef<Element>) -> Rect {
    let rect = element.as_ref().get_bounding_client_rect();
    Rect {
        x: rect.x(),
        y: rect.y(),
        width: rect.width(),
        height: rect.height(),
    }
}

/// The content box of an element without its scroll bar, in CSS pixels.
pub fn inner_size(element: &Element) -> (f64, f64) {
    (
        f64::from(element.client_width()),
        f64::from(element.client_height()),
    )
}

/// Device pixels per CSS pixel, at least 1.
pub fn pixel_ratio() -> f64 {
    window().device_pixel_ratio().max(1.0)
}

/// Size of the window in CSS pixels.
pub fn window_size() -> (f64, f64) {
    let side =
        |value: Result<JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
    (side(window().inner_width()), side(window().inner_height()))
}

/// Calls back now and whenever an element's size changes, until the current owner goes away.
pub fn on_resize(element: &Element, changed: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn()>::new(changed);
    let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    let kept = StoredValue::new_local((observer, callback));
    on_cleanup(move || {
        kept.try_with_value(|(observer, _)| observer.disconnect());
    });
}

/// Whether a media query holds now.
pub fn media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Whether the pointer is a finger.
pub fn coarse_pointer() -> bool {
    media("(pointer: coarse)")
}

/// Tells the styles that the page is alive, so that what only helps without wasm can go.
pub fn mark_hydrated() {
    set_root_attribute("data-hydrated", Some(""));
}

/// Sets or removes an attribute of the root element.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().document_element() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// An attribute of the root element.
pub fn root_attribute(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Sets a custom property on the root element.
pub fn set_root_style(name: &str, value: &str) {
    if let Some(root) = document()
        .document_element()
        .and_then(|root| root.dyn_into().ok())
    {
        style(&root, name, value);
    }
}

/// Moves the focus to an element without scrolling.
pub fn focus(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// Moves the focus to the first element that a selector finds; tells whether there was one.
pub fn focus_first(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    focus(&element);
    true
}

/// Whether the focus is inside an element that a selector finds.
pub fn focus_within(selector: &str) -> bool {
    document()
        .active_element()
        .and_then(|element| element.closest(selector).ok().flatten())
        .is_some()
}

/// Where a pointer is, relative to the window.
pub fn point_of(event: &web_sys::MouseEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// Whether an event came from inside an element that a selector finds.
pub fn is_within(event: &web_sys::Event, selector: &str) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest(selector).ok().flatten())
        .is_some()
}

/// The value of an attribute of the closest element around an event that a selector finds.
pub fn attribute_around(event: &web_sys::Event, selector: &str, name: &str) -> Option<String> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element
        .closest(selector)
        .ok()
        .flatten()?
        .get_attribute(name)
}

/// The value of an attribute of the element at a point of the window that a selector finds there, and where
/// that element is.
pub fn under(point: (f64, f64), selector: &str, name: &str) -> Option<(String, Rect)> {
    let found = element_under(point, selector)?;
    Some((found.get_attribute(name)?, rect(&found)))
}

/// The text of an element inside such an element.
pub fn name_under(point: (f64, f64), selector: &str, inside: &str) -> Option<String> {
    let found = element_under(point, selector)?;
    found.query_selector(inside).ok().flatten()?.text_content()
}

fn element_under((x, y): (f64, f64), selector: &str) -> Option<Element> {
    let found = document().element_from_point(x as f32, y as f32)?;
    found.closest(selector).ok().flatten()
}

/// Whether a click on a link asks for another tab or window, or a download.
pub fn opens_elsewhere(event: &web_sys::MouseEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()
}

/// Whether a key event goes to something that takes text.
pub fn is_typing(event: &web_sys::Event) -> bool {
    is_within(
        event,
        "input:not([type=checkbox]):not([type=radio]):not([type=range]):not([type=button]),\
         textarea,select,[contenteditable=true]",
    )
}

/// Whether some of the page's text is selected.
pub fn text_selected() -> bool {
    call(&window(), "getSelection", &[])
        .and_then(|selection| call(&selection, "toString", &[])?.as_string())
        .is_some_and(|text| !text.is_empty())
}

/// Whether some dialog is open, so that the page behind it should keep still.
pub fn dialog_open() -> bool {
    document()
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .is_some()
}

/// Opens a dialog on top of everything, with the focus kept inside.
pub fn show_modal(dialog: &web_sys::HtmlDialogElement) {
    if !dialog.open() {
        let _ = dialog.show_modal();
    }
}

/// Sends all following events of a pointer to an element.
pub fn capture_pointer(element: &Element, pointer: i32) {
    let _ = element.set_pointer_capture(pointer);
}

/// Shakes the device briefly where it can.
pub fn haptic() {
    let _ = call(&window().navigator(), "vibrate", &[10.into()]);
}

/// Fills the screen with an element, or leaves the full screen when something fills it.
pub fn toggle_fullscreen(element: &Element) {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    } else {
        let _ = element.request_fullscreen();
    }
}

/// The number of a custom property in pixels on the root element, as the style sheet has it.
pub fn root_number(name: &str) -> Option<f64> {
    let root = document().document_element()?;
    let style = window().get_computed_style(&root).ok().flatten()?;
    let value = style.get_property_value(name).ok()?;
    number::parse(value.trim().trim_end_matches("px"))
}

/// Stops waiting for a picture, unless it is here.
pub fn stop_loading(image: &web_sys::HtmlImageElement) {
    if !image.complete() {
        let _ = image.remove_attribute("src");
    }
}

/// Adds a class to the element that an event came from, or takes it away.
pub fn set_class(event: &web_sys::Event, class: &str, on: bool) {
    if let Some(element) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    {
        let _ = element.class_list().toggle_with_force(class, on);
    }
}

/// Opens the browser's dialog for printing.
pub fn print() {
    let _ = window().print();
}

/// The query string of the address bar, without its question mark.
pub fn address_query() -> String {
    let search = window().location().search().unwrap_or_default();
    search.trim_start_matches('?').to_owned()
}

/// Calls a method by its name: for what not every browser has. `None` when it is not there or fails.
pub(super) fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method = js_sys::Reflect::get(object, &name.into()).ok()?;
    let method = method.dyn_into::<js_sys::Function>().ok()?;
    let arguments: js_sys::Array = arguments.iter().collect();
    method.apply(object, &arguments).ok()
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Scrolls an element just so far that another one inside it is in view.
pub fn into_view(scroller: &str, inside: &str) {
    let find = |selector| document().query_selector(selector).ok().flatten();
    let (Some(scroller), Some(inside)) = (find(scroller), find(inside)) else {
        return;
    };
    let (view, own) = (rect(&scroller), rect(&inside));
    let above = (view.y - own.y).max(0.0);
    let below = (own.y + own.height - view.y - view.height).max(0.0);
    scroller.set_scroll_top(scroller.scroll_top() + (below - above) as i32);
}
