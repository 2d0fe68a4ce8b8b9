//! Pictures outside the page: fetched and decoded before they are shown.

use std::collections::HashMap;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlImageElement;

/// Fetches and decodes a picture, so that showing it afterwards does not flash. Tells whether that
/// worked.
pub async fn decode(address: &str) -> bool {
    load(address).await.is_some()
}

/// Fetches and decodes a picture.
pub(super) async fn load(address: &str) -> Option<HtmlImageElement> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(address);
    JsFuture::from(image.decode()).await.ok()?;
    Some(image)
}

/// Asks the browser to fetch a picture that will probably be wanted soon.
pub fn preload(address: &str) {
    if let Ok(image) = HtmlImageElement::new() {
        image.set_src(address);
    }
}

/// The address of an image element's picture.
pub fn is_complete(image: &HtmlImageElement) -> bool {
    image.complete() && image.natural_width() > 0
}

/// Pictures that are decoded before they are shown, and stay so.
#[derive(Clone, Copy)]
pub struct Ready(StoredValue<HashMap<String, Option<HtmlImageElement>>, LocalStorage>);

impl Ready {
    /// None yet.
    pub fn new() -> Self {
        Self(StoredValue::new_local(HashMap::new()))
    }

    /// Decodes these, lets go of all others.
    pub fn keep(self, addresses: Vec<String>) {
        self.0
            .update_value(|held| held.retain(|address, _| addresses.contains(address)));
        for address in addresses {
            if self.0.with_value(|held| held.contains_key(&address)) {
                continue;
            }
            self.0
                .update_value(|held| drop(held.insert(address.clone(), None)));
            spawn_local(async move {
                let image = load(&address).await;
                self.0.try_update_value(|held| {
                    if let Some(place) = held.get_mut(&address) {
                        *place = image;
                    }
                });
            });
        }
    }

    /// Whether a picture is decoded.
    pub fn has(self, address: &str) -> bool {
        self.0
            .with_value(|held| held.get(address).is_some_and(Option::is_some))
    }
}

impl Default for Ready {
    fn default() -> Self {
        Self::new()
    }
}
