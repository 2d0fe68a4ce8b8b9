//! Events of the server, and events of the window.

use leptos::{
    ev,
    prelude::{on_cleanup, window, window_event_listener},
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AddEventListenerOptions, EventSource, MessageEvent};

/// Listens to kinds of events of a server's event stream, for as long as the page lives. The
/// browser reconnects by itself.
pub fn stream(address: &str, names: [&str; 4], received: impl Fn(String, String) + 'static) {
    let Ok(source) = EventSource::new(address) else {
        return;
    };
    let callback = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            received(event.type_(), text);
        }
    });
    for name in names {
        let _ = source.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
    }
    callback.forget();
}

/// Hears every key of the window until the current owner goes away.
pub fn on_key(pressed: impl Fn(ev::KeyboardEvent) + 'static) {
    let handle = window_event_listener(ev::keydown, pressed);
    on_cleanup(move || handle.remove());
}

/// Runs something when somebody first moves the pointer, touches or presses a key; at most once for
/// each of the three.
pub fn once_stirred(run: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn()>::new(run);
    let options = AddEventListenerOptions::new();
    options.set_once(true);
    for name in ["pointermove", "pointerdown", "keydown"] {
        let _ = window().add_event_listener_with_callback_and_add_event_listener_options(
            name,
            callback.as_ref().unchecked_ref(),
            &options,
        );
    }
    callback.forget();
}

/// Whether the element of an event stands open.
pub fn is_open(event: &web_sys::Event) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| element.has_attribute("open"))
}
