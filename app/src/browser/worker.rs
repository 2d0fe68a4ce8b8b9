//! The service worker, the network coming back, what other pages of this browser keep, and ids.

use js_sys::{Date, Promise, Reflect, Uint8Array};
use leptos::{
    ev,
    prelude::{document, on_cleanup, window, window_event_listener},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event};

use super::{dom, parts};

/// A new `UUIDv7`: milliseconds, version, variant, and 74 bits of chance.
pub fn mint() -> u128 {
    let chance = Uint8Array::new_with_length(10);
    if let Ok(crypto) = Reflect::get(&window(), &"crypto".into()) {
        dom::call(&crypto, "getRandomValues", &[chance.clone().into()]);
    }
    let mut bits: u128 = 0;
    for byte in chance.to_vec() {
        bits = bits << 8 | u128::from(byte);
    }
    let millis = Date::now() as u128 & 0xffff_ffff_ffff;
    let (high, low) = (bits >> 62 & 0xfff, bits & ((1 << 62) - 1));
    millis << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low
}

/// Runs something whenever the browser finds the network again.
pub fn when_online(run: impl Fn() + 'static) {
    let handle = window_event_listener(ev::online, move |_| run());
    on_cleanup(move || handle.remove());
}

/// Runs something whenever another page of this browser changes what is kept.
pub fn when_stored(run: impl Fn() + 'static) {
    let handle = window_event_listener(ev::storage, move |_| run());
    on_cleanup(move || handle.remove());
}

/// Asks before the form of an address is sent: when `holds_back` says so, it is not.
pub fn before_leaving(action: &'static str, holds_back: impl Fn() -> bool + 'static) {
    let handle = window_event_listener(ev::submit, move |event| {
        let form = event
            .target()
            .and_then(|form| form.dyn_into::<Element>().ok());
        let own = form.and_then(|form| form.get_attribute("action"));
        if own.as_deref() == Some(action) && holds_back() {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Where the browser allows it, keeps a worker that shows what was seen while the server cannot be
/// reached. What this page has loaded before the worker was there is told to it.
pub fn register() {
    let secure = Reflect::get(&window(), &"isSecureContext".into());
    if !secure.is_ok_and(|secure| secure.is_truthy()) {
        return;
    }
    let Ok(workers) = Reflect::get(&window().navigator(), &"serviceWorker".into()) else {
        return;
    };
    if workers.is_undefined() {
        return;
    }
    parts::spawn(async move {
        if settled(dom::call(&workers, "register", &["/sw.js".into()]))
            .await
            .is_none()
        {
            return;
        }
        let ready = Reflect::get(&workers, &"ready".into()).ok();
        if let Some(ready) = settled(ready).await
            && let Ok(worker) = Reflect::get(&ready, &"active".into())
        {
            dom::call(&worker, "postMessage", &[loaded().into()]);
        }
    });
}

/// Has the worker keep what these addresses show, where there is one.
pub fn keep(addresses: impl Iterator<Item = String>) {
    let workers = Reflect::get(&window().navigator(), &"serviceWorker".into());
    let worker = workers.and_then(|workers| Reflect::get(&workers, &"controller".into()));
    if let Ok(worker) = worker {
        let addresses: js_sys::Array = addresses.map(JsValue::from).collect();
        dom::call(&worker, "postMessage", &[addresses.into()]);
    }
}

/// Addresses of everything that this page has loaded so far.
fn loaded() -> js_sys::Array {
    let addresses = js_sys::Array::new();
    let performance = Reflect::get(&window(), &"performance".into()).unwrap_or(JsValue::UNDEFINED);
    let entries = dom::call(&performance, "getEntriesByType", &["resource".into()]);
    let entries = entries.and_then(|entries| entries.dyn_into::<js_sys::Array>().ok());
    for entry in entries.unwrap_or_default() {
        if let Ok(name) = Reflect::get(&entry, &"name".into()) {
            addresses.push(&name);
        }
    }
    addresses
}

async fn settled(promise: Option<JsValue>) -> Option<JsValue> {
    let promise = promise?.dyn_into::<Promise>().ok()?;
    JsFuture::from(promise).await.ok()
}

/// Whether an event says that the page is seen again.
pub fn when_seen(run: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn(Event)>::new(move |_| run());
    let heard = callback.as_ref().unchecked_ref();
    let _ = document().add_event_listener_with_callback("visibilitychange", heard);
    callback.forget();
}
