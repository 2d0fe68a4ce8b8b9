//! Requests that carry bytes of a file, as no server function does.

use std::fmt::Write as _;

use js_sys::{Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::dom;

/// What a server said.
pub struct Said {
    /// Its status.
    pub status: u16,
    response: JsValue,
}

impl Said {
    /// One of its headers.
    pub fn header(&self, name: &str) -> Option<String> {
        let headers = Reflect::get(&self.response, &"headers".into()).ok()?;
        dom::call(&headers, "get", &[name.into()])?.as_string()
    }

    /// Its words.
    pub async fn text(&self) -> String {
        let text = dom::call(&self.response, "text", &[]);
        let text = text.and_then(|text| text.dyn_into::<Promise>().ok());
        let text = match text {
            Some(text) => JsFuture::from(text).await.ok(),
            None => None,
        };
        text.and_then(|text| text.as_string()).unwrap_or_default()
    }
}

/// What a request carries.
pub enum Body<'a> {
    /// Nothing.
    Empty,
    /// A text.
    Text(&'a str),
    /// Bytes of a file, from and up to.
    Part(&'a File, u64, u64),
}

/// Asks a server; `None` when it cannot be reached.
pub async fn ask(
    method: &str,
    address: &str,
    headers: &[(&str, &str)],
    body: Body<'_>,
) -> Option<Said> {
    let said = Object::new();
    let known = Object::new();
    for (name, value) in headers {
        Reflect::set(&known, &(*name).into(), &(*value).into()).ok()?;
    }
    Reflect::set(&said, &"method".into(), &method.into()).ok()?;
    Reflect::set(&said, &"headers".into(), &known).ok()?;
    let body: JsValue = match body {
        Body::Empty => JsValue::UNDEFINED,
        Body::Text(text) => text.into(),
        Body::Part(file, from, to) => {
            let part = file.slice_with_f64_and_f64(from as f64, to as f64);
            part.ok()?.into()
        }
    };
    Reflect::set(&said, &"body".into(), &body).ok()?;
    let asked = dom::call(&window(), "fetch", &[address.into(), said.into()])?;
    let response = JsFuture::from(asked.dyn_into::<Promise>().ok()?)
        .await
        .ok()?;
    let status = Reflect::get(&response, &"status".into()).ok()?.as_f64()?;
    Some(Said {
        status: status as u16,
        response,
    })
}

/// Bytes of a file.
pub fn size(file: &File) -> u64 {
    file.size() as u64
}

/// What tells a file from others when it is chosen again.
pub fn fingerprint(file: &File) -> String {
    let mut text = String::new();
    // Writing into a text cannot fail.
    let _ = write!(
        text,
        "{} {} {}",
        file.size(),
        file.last_modified(),
        file.name()
    );
    text
}

/// A text in base 64.
pub fn base64(text: &str) -> String {
    let bytes: String = text.bytes().map(char::from).collect();
    window().btoa(&bytes).unwrap_or_default()
}

/// Waits.
pub async fn rest(milliseconds: i32) {
    let time = Promise::new(&mut |done, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds);
    });
    // It ends in no other way than in time.
    let _ = JsFuture::from(time).await;
}
