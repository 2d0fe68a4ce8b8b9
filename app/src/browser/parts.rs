//! Parts of the page that are loaded later, as the document knows them.

use js_sys::{Function, Promise};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};

/// Names of the parts that the server rendered into this page.
pub fn rendered() -> Vec<String> {
    let Ok(found) = document().query_selector_all("template[data-part]") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|index| found.get(index)?.dyn_into::<Element>().ok())
        .filter_map(|element| element.get_attribute("data-part"))
        .collect()
}

/// The address of what parts look like: it stands beside the first style sheet.
pub fn sheet() -> Option<String> {
    let first = document()
        .query_selector("link[rel=stylesheet]")
        .ok()
        .flatten()?;
    let address = first.get_attribute("href")?;
    let (folder, _) = address.rsplit_once('/')?;
    Some(format!("{folder}/later.css"))
}

/// Waits until it is here; fetches it, unless the server put it into this page.
pub async fn style() -> Result<(), JsValue> {
    let there = document().query_selector("link[href$='/later.css']")?;
    let (None, Some(address)) = (there, sheet()) else {
        return Ok(());
    };
    let link = document().create_element("link")?;
    link.set_attribute("rel", "stylesheet")?;
    link.set_attribute("href", &address)?;
    let link: HtmlElement = link.unchecked_into();
    let mut came = |resolve: Function, reject: Function| {
        link.set_onload(Some(&resolve));
        link.set_onerror(Some(&reject));
        if let Some(head) = document().head() {
            let _ = head.append_child(&link);
        }
    };
    let outcome = JsFuture::from(Promise::new(&mut came)).await;
    if outcome.is_err() {
        // It may be tried again.
        link.remove();
    }
    outcome.map(drop)
}

/// Runs a task. Unlike the tasks of Leptos it may begin before the page is taken over.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}

/// Says at the top of the page what holds for all of it, once, with a link that loads it again.
pub fn say_above(text: &str, again: &str) {
    if document()
        .query_selector(".page-note")
        .is_ok_and(|note| note.is_some())
    {
        return;
    }
    let Some(note) = made("div", "problem-note page-note") else {
        return;
    };
    let _ = note.set_attribute("role", "alert");
    if let (Some(words), Some(link)) = (made("p", ""), made("a", "button")) {
        words.set_text_content(Some(text));
        link.set_text_content(Some(again));
        // Wherever the page is by the time of the click, and asked of the server.
        let _ = link.set_attribute("href", "");
        let _ = link.set_attribute("rel", "external");
        let _ = note.append_child(&words);
        let _ = note.append_child(&link);
    }
    if let Some(body) = document().body() {
        let _ = body.insert_before(&note, body.first_child().as_ref());
    }
}

fn made(name: &str, class: &str) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    element.set_class_name(class);
    Some(element)
}
