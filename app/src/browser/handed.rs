//! Files that come to the page without being chosen on it: dropped with their folders, shared by another program,
//! opened from the desk.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::{dom, files::Dropped, history, parts};

/// The name under which `public/sw.js` keeps what is shared.
const SHARED: &str = "proofsheet shared";

/// The files of what was dropped, with all that lie in the folders among it, in the order of their paths.
pub async fn inside(dropped: Dropped) -> Vec<File> {
    let Dropped { files, entries } = dropped;
    if !entries.iter().any(|entry| flag(entry, "isDirectory")) {
        return files;
    }
    let mut left: Vec<JsValue> = entries.into_iter().rev().collect();
    let mut found = Vec::new();
    while let Some(entry) = left.pop() {
        if !flag(&entry, "isDirectory") {
            let file = answer(&entry, "file").await;
            found.extend(file.and_then(|file| file.dyn_into::<File>().ok()));
            continue;
        }
        let Some(reader) = dom::call(&entry, "createReader", &[]) else {
            continue;
        };
        let mut children = Vec::new();
        // It tells a hundred at a time, and none once it has told all.
        while let Some(some) = answer(&reader, "readEntries").await {
            let some = some.dyn_into::<Array>().map(|some| some.to_vec());
            let some = some.unwrap_or_default();
            if some.is_empty() {
                break;
            }
            children.extend(some);
        }
        children.sort_by_key(|child| std::cmp::Reverse(name(child)));
        left.extend(children);
    }
    found
}

fn name(entry: &JsValue) -> String {
    let name = Reflect::get(entry, &"name".into()).ok();
    name.and_then(|name| name.as_string()).unwrap_or_default()
}

fn flag(object: &JsValue, name: &str) -> bool {
    Reflect::get(object, &name.into()).is_ok_and(|flag| flag.is_truthy())
}

/// What a method answers that takes two functions, for its answer and for why there is none.
async fn answer(object: &JsValue, method: &str) -> Option<JsValue> {
    let promise = Promise::new(&mut |done, failed| {
        dom::call(object, method, &[done.into(), failed.into()]);
    });
    JsFuture::from(promise).await.ok()
}

/// Gives the files that another program shared with a page, which the worker kept for it.
pub fn when_shared(page: &'static str, run: impl FnOnce(Vec<File>) + 'static) {
    parts::spawn(async move {
        if dom::address_query() != "shared" {
            return;
        }
        let files = shared(page).await.unwrap_or_default();
        history::keep(page);
        if !files.is_empty() {
            run(files);
        }
    });
}

/// Gives each file that the desk opens with the gallery.
pub fn when_launched(run: impl Fn(File) + Clone + 'static) {
    let Ok(queue) = Reflect::get(&window(), &"launchQueue".into()) else {
        return;
    };
    let consumer = Closure::<dyn Fn(JsValue)>::new(move |launch: JsValue| {
        let run = run.clone();
        parts::spawn(async move {
            let files = Reflect::get(&launch, &"files".into()).ok();
            let files = files.and_then(|files| files.dyn_into::<Array>().ok());
            let Some(handle) = files.map(|files| files.get(0)) else {
                return;
            };
            let file = settled(dom::call(&handle, "getFile", &[])).await;
            if let Some(file) = file.and_then(|file| file.dyn_into::<File>().ok()) {
                run(file);
            }
        });
    });
    if !queue.is_undefined() {
        dom::call(&queue, "setConsumer", &[consumer.as_ref().clone()]);
    }
    consumer.forget();
}

/// What the worker kept for a page, which takes it away.
async fn shared(page: &str) -> Option<Vec<File>> {
    let caches = Reflect::get(&window(), &"caches".into()).ok()?;
    let cache = settled(dom::call(&caches, "open", &[SHARED.into()])).await?;
    let keys = settled(dom::call(&cache, "keys", &[])).await?;
    let own = format!("{page}?shared=");
    let mut files = Vec::new();
    for key in keys.dyn_into::<Array>().ok()?.to_vec() {
        let address = Reflect::get(&key, &"url".into()).ok()?.as_string()?;
        if !address.contains(&own) {
            continue;
        }
        let answer = settled(dom::call(&cache, "match", std::slice::from_ref(&key))).await?;
        files.extend(file(&answer).await);
        settled(dom::call(&cache, "delete", &[key])).await;
    }
    Some(files)
}

/// A kept answer as the file that it was made of.
async fn file(answer: &JsValue) -> Option<File> {
    let headers = Reflect::get(answer, &"headers".into()).ok()?;
    let name = dom::call(&headers, "get", &["x-name".into()])?.as_string();
    let name = name.and_then(|name| {
        let decoded = js_sys::decode_uri_component(&name).ok()?;
        Some(String::from(decoded))
    });
    let blob = settled(dom::call(answer, "blob", &[])).await?;
    let class = Reflect::get(&window(), &"File".into()).ok()?;
    let class: Function = class.dyn_into().ok()?;
    let parts = Array::of1(&blob);
    let arguments = Array::of2(&parts, &name.unwrap_or_default().into());
    Reflect::construct(&class, &arguments).ok()?.dyn_into().ok()
}

async fn settled(promise: Option<JsValue>) -> Option<JsValue> {
    let promise = promise?.dyn_into::<Promise>().ok()?;
    JsFuture::from(promise).await.ok()
}
