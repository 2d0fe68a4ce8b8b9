//! The browser's entry point: takes over the page that the server rendered.
#![cfg(target_arch = "wasm32")]

/// Called by the page once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::later::before(|| leptos::mount::hydrate_body(app::App));
}
