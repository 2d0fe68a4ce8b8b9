//! Pictures outside the page: fetched and decoded before they are shown.

use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlImageElement;

/// Fetches and decodes a picture, so that showing it afterwards does not flash. Tells whether that
/// worked.
pub async fn decode(address: &str) -> bool {
    let Ok(image) = HtmlImageElement::new() else {
        return false;
    };
    image.set_src(address);
    JsFuture::from(image.decode()).await.is_ok()
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
