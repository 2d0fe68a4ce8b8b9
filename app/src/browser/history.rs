//! The browser's history: every way in which the page changes its address.
//!
//! The router only follows. Its own navigation keeps a list of the addresses it went to and makes no
//! entry for one that ends that list, which goes wrong as soon as an address changes in place, as
//! while the grid scrolls or an open picture is turned over: the entry would be missing, and going
//! back would leave the page. Here the history is changed first and then announced as the browser
//! announces its Back button, so that forward, back and a link are the same thing to the router.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, History, MouseEvent, Url};

use super::timers;

/// Goes to an address of this site, in place of the current entry or as a new one.
pub fn go(address: &str, replace: bool) {
    let Ok(history) = window().history() else {
        return;
    };
    let done = if replace {
        history.replace_state_with_url(&JsValue::NULL, "", Some(address))
    } else {
        history.push_state_with_url(&JsValue::NULL, "", Some(address))
    };
    if done.is_ok()
        && let Ok(event) = Event::new("popstate")
    {
        let _ = window().dispatch_event(&event);
    }
}

/// Changes the address of the current entry without telling anybody.
pub fn keep(address: &str) {
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or(JsValue::NULL);
        let _ = history.replace_state_with_url(&state, "", Some(address));
    }
}

/// Goes one entry back.
pub fn back() {
    let _ = window().history().as_ref().map(History::back);
}

/// Loads the page again from its address.
pub fn reload() {
    let _ = window().location().reload();
}

/// Follows the links of this site without loading the page again, for as long as the page lives.
pub fn follow_links() {
    // The body hears a click before the window does, where the router would hear it.
    let listener = Closure::<dyn Fn(MouseEvent)>::new(|event| follow(&event));
    if let Some(body) = document().body() {
        let heard = listener.as_ref().unchecked_ref();
        let _ = body.add_event_listener_with_callback("click", heard);
    }
    listener.forget();
}

fn follow(event: &MouseEvent) {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return;
    }
    let link = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest("a[href]").ok().flatten());
    let Some(to) = link.as_ref().and_then(page_of) else {
        return;
    };
    let (page, hash) = (to.pathname() + &to.search(), to.hash());
    let same = here().as_ref() == Some(&page);
    // A place on this page is the browser's own business.
    if same && !hash.is_empty() {
        return;
    }
    event.prevent_default();
    go(&(page + &hash), same);
    timers::frame(
        move || match document().get_element_by_id(hash.trim_start_matches('#')) {
            Some(place) => place.scroll_into_view(),
            None => window().scroll_to_with_x_and_y(0.0, 0.0),
        },
    );
}

/// Where a link leads, when that is a page of this site to be shown in place of this one.
fn page_of(link: &Element) -> Option<Url> {
    let elsewhere = link.has_attribute("download")
        || link.has_attribute("target")
        || link.get_attribute("rel").as_deref() == Some("external");
    let base = window().location().origin().ok()?;
    let to =
        Url::new_with_base(&link.get_attribute("href")?, &document().base_uri().ok()??).ok()?;
    (!elsewhere && to.origin() == base).then_some(to)
}

/// Path and question of the page that is shown.
fn here() -> Option<String> {
    let location = window().location();
    Some(location.pathname().ok()? + &location.search().ok()?)
}
