//! What enters and leaves the page by hand: files, the clipboard, downloads; and the theme.

use js_sys::Promise;
use leptos::{
    ev,
    prelude::{document, window},
    server_fn::codec::MultipartData,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
pub use web_sys::File;
use web_sys::{Element, FileList, FormData, HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::{dom, picture, storage};

/// The key under which the theme is kept; `public/theme.js` reads it before the first paint.
const THEME: &str = "proofsheet.theme";

/// Puts a text on the clipboard; tells whether that worked.
///
/// Pages that came over plain HTTP from another machine have no clipboard of the modern kind, so
/// the older command is tried there.
pub async fn copy(text: String) -> bool {
    let navigator = window().navigator();
    let modern = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| !clipboard.is_undefined());
    if modern
        && JsFuture::from(navigator.clipboard().write_text(&text))
            .await
            .is_ok()
    {
        return true;
    }
    copy_by_command(&text).unwrap_or(false)
}

fn copy_by_command(text: &str) -> Option<bool> {
    let document = document();
    let area = document.create_element("textarea").ok()?;
    area.set_class_name("visually-hidden");
    area.set_text_content(Some(text));
    // The command copies from what has the focus, which must not lie behind an open dialog.
    let open = document.query_selector("dialog[open]").ok().flatten();
    let place = open.or_else(|| document.body().map(Into::into))?;
    let before = document.active_element();
    place.append_child(&area).ok()?;
    dom::call(&area, "select", &[]);
    let done = dom::call(&document, "execCommand", &["copy".into()]);
    area.remove();
    if let Some(element) = before.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        dom::focus(&element);
    }
    done?.as_bool()
}

/// Puts the picture at an address on the clipboard; tells whether that worked.
///
/// Clipboards take PNG and nothing else. The picture is promised to the browser at once and drawn
/// afterwards, because some let a page copy only while it answers a key.
pub async fn copy_picture(address: String) -> bool {
    let drawn = future_to_promise(async move { png(&address).await.ok_or(JsValue::UNDEFINED) });
    match write_picture(&drawn) {
        Some(written) => JsFuture::from(written).await.is_ok(),
        None => false,
    }
}

fn write_picture(drawn: &Promise) -> Option<Promise> {
    let class = js_sys::Reflect::get(&window(), &"ClipboardItem".into());
    let class: js_sys::Function = class.ok()?.dyn_into().ok()?;
    let content = js_sys::Object::new();
    js_sys::Reflect::set(&content, &"image/png".into(), drawn).ok()?;
    let item = js_sys::Reflect::construct(&class, &js_sys::Array::of1(&content)).ok()?;
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
    let written = dom::call(&clipboard, "write", &[js_sys::Array::of1(&item).into()])?;
    written.dyn_into().ok()
}

/// The picture at an address as the bytes of a PNG.
async fn png(address: &str) -> Option<JsValue> {
    let image = picture::load(address).await?;
    let canvas = document().create_element("canvas").ok()?;
    let side = |pixels: u32| pixels.to_string();
    canvas
        .set_attribute("width", &side(image.natural_width()))
        .ok()?;
    canvas
        .set_attribute("height", &side(image.natural_height()))
        .ok()?;
    let context = dom::call(&canvas, "getContext", &["2d".into()])?;
    dom::call(&context, "drawImage", &[image.into(), 0.into(), 0.into()])?;
    let blob = Promise::new(&mut |done, _| {
        dom::call(&canvas, "toBlob", &[done.into()]);
    });
    JsFuture::from(blob)
        .await
        .ok()
        .filter(|blob| !blob.is_null())
}

/// Whether something dragged over the page is a file and not, say, selected text.
pub fn carries_files(event: &ev::DragEvent) -> bool {
    let types = event.data_transfer().map(|transfer| transfer.types());
    types.is_some_and(|types| {
        types
            .iter()
            .any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}

/// Tells the browser that a drop here copies, so that the pointer shows it.
pub fn accept_drop(event: &ev::DragEvent) {
    event.prevent_default();
    if let Some(transfer) = event.data_transfer() {
        transfer.set_drop_effect("copy");
    }
}

/// What was dropped on the page; [`super::handed::inside`] tells what lies in the folders among it.
#[derive(Clone, Default)]
pub struct Dropped {
    /// As files, folders too.
    pub(super) files: Vec<File>,
    /// The same as entries of the browser's file system.
    pub(super) entries: Vec<JsValue>,
}

impl Dropped {
    /// Whether it is nothing that could be read.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// What was dropped. The browser tells it only while the event is handled.
pub fn dropped(event: &ev::DragEvent) -> Dropped {
    let Some(transfer) = event.data_transfer() else {
        return Dropped::default();
    };
    let files = transfer.files().as_ref().map(all).unwrap_or_default();
    let items = js_sys::Reflect::get(&transfer, &"items".into()).ok();
    let items = items.map(|items| js_sys::Array::from(&items));
    let items = items.iter().flat_map(js_sys::Array::iter);
    let entries = items.filter_map(|item| dom::call(&item, "webkitGetAsEntry", &[]));
    Dropped {
        files,
        entries: entries.filter(JsValue::is_object).collect(),
    }
}

fn all(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}

/// What was pasted, as a file: a picture, or a text. `None` in a field, which keeps what is pasted.
pub fn pasted(event: &ev::ClipboardEvent) -> Option<File> {
    let target = event.target()?.dyn_into::<Element>().ok();
    if target.is_some_and(|target| target.matches("input, textarea").unwrap_or(false)) {
        return None;
    }
    let data = event.clipboard_data()?;
    if let Some(file) = data.files().and_then(|files| files.get(0)) {
        return Some(file);
    }
    let text = data.get_data("text/plain").ok()?;
    let name = match text.trim_start().chars().next()? {
        '{' => "pasted.json",
        _ => "pasted.txt",
    };
    let parts = js_sys::Array::of1(&text.into());
    File::new_with_str_sequence(&parts, name).ok()
}

/// The first file that was chosen in a file field, which is emptied for the next choice.
pub fn chosen(event: &ev::Event) -> Option<File> {
    let field = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    let file = field.files()?.get(0);
    field.set_value("");
    file
}

/// All files that were chosen in a file field, which is emptied for the next choice.
pub fn chosen_all(event: &ev::Event) -> Vec<File> {
    let field = event.target();
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = field else {
        return Vec::new();
    };
    let files = field.files().as_ref().map(all).unwrap_or_default();
    field.set_value("");
    files
}

/// A file as the form that the inspecting server function reads; `None` when the browser refuses.
pub fn form(file: &File) -> Option<MultipartData> {
    let form = FormData::new().ok()?;
    form.append_with_blob_and_filename("file", file, &file.name())
        .ok()?;
    Some(form.into())
}

/// An address under which this page alone can show a file, until [`forget`].
pub fn address(file: &File) -> Option<String> {
    web_sys::Url::create_object_url_with_blob(file).ok()
}

/// Lets the browser forget the file behind an address of [`address`].
pub fn forget(address: &str) {
    let _ = web_sys::Url::revoke_object_url(address);
}

/// Opens a picker by clicking the file field that a selector finds.
pub fn click(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// Fetches an address as a download, without leaving the page.
pub fn download(address: &str) {
    let Ok(link) = document().create_element("a") else {
        return;
    };
    let _ = link.set_attribute("href", address);
    let _ = link.set_attribute("download", "");
    if let Ok(link) = link.dyn_into::<HtmlElement>() {
        link.click();
    }
}

/// Saves a text as a file in the browser's download folder.
pub fn save(name: &str, mime: &str, text: &str) {
    let address = format!(
        "data:{mime};charset=utf-8,{}",
        String::from(js_sys::encode_uri_component(text))
    );
    let Ok(link) = document().create_element("a") else {
        return;
    };
    let _ = link.set_attribute("href", &address);
    let _ = link.set_attribute("download", name);
    if let Ok(link) = link.dyn_into::<HtmlElement>() {
        link.click();
    }
}

/// Closes a dialog.
pub fn close_dialog(dialog: &HtmlDialogElement) {
    if dialog.open() {
        dialog.close();
    }
}

/// Whether an event's target is the element that listens, and not something inside it.
pub fn is_own(event: &ev::MouseEvent) -> bool {
    event.target().is_some() && event.target() == event.current_target()
}

/// Closes the popover that an identifier names, if it is open.
pub fn hide_popover(id: &str) {
    let Some(element) = document().get_element_by_id(id) else {
        return;
    };
    // It throws when the popover is not open, which is as good.
    dom::call(&element, "hidePopover", &[]);
}

/// The theme that the page has: `dark`, `light` or `system`, as it was chosen in this browser or for the library.
pub fn theme() -> Option<String> {
    dom::root_attribute("data-theme")
}

/// Forgets what was chosen in this browser.
pub fn forget_theme() {
    storage::remove(THEME);
}

/// Chooses a theme and keeps the choice.
pub fn set_theme(theme: &str) {
    dom::set_root_attribute("data-theme", Some(theme));
    storage::set(THEME, theme);
}
