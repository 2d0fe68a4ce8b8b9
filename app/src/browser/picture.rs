//! Pictures outside the page: fetched and decoded before they are shown.

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
