//! What a page asks the server for while it is rendered, and finds in it when it is taken over.

use domain::image::ImageDetail;
use leptos::{
    prelude::*,
    serde_json,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    api::ApiError,
    later::{NotLoaded, SOON},
};

/// Writes and reads answers that travel inside the page.
///
/// They are read from bytes, like the answers of server functions: Leptos would read them from a
/// text, and the page would carry the reader of every type twice.
pub struct Inside;

impl<T: Serialize> Encoder<T> for Inside {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Inside {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// An answer of the server, asked for again whenever the question changes.
pub type Remote<T> = Resource<Result<T, ApiError>, Inside>;

/// What is known of the open picture; `None` while none is open.
pub type Known = Result<Option<ImageDetail>, ApiError>;

/// The same, asked for again whenever another is opened.
pub type Detail = Resource<Known, WithPicture>;

/// Stands for no open picture, which the first page must be able to read.
const NOTHING: &str = "-";

/// Writes and reads what is known of the open picture. Only the part of the page that shows it can.
pub struct WithPicture;

impl Encoder<Known> for WithPicture {
    type Error = NotLoaded;
    type Encoded = String;

    fn encode(value: &Known) -> Result<String, NotLoaded> {
        match value {
            Ok(None) => Ok(NOTHING.to_owned()),
            value => (SOON.here().ok_or(NotLoaded)?.write)(value),
        }
    }
}

impl Decoder<Known> for WithPicture {
    type Error = NotLoaded;
    type Encoded = str;

    fn decode(text: &str) -> Result<Known, NotLoaded> {
        if text == NOTHING {
            return Ok(Ok(None));
        }
        (SOON.here().ok_or(NotLoaded)?.read)(text)
    }
}
