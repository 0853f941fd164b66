//! Hands a file to the person's downloads.

use leptos::prelude::{document, set_timeout};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, FilePropertyBag, HtmlAnchorElement, Url};

/// Long enough for any browser to begin the download.
const REVOKE_AFTER: Duration = Duration::from_secs(60);

/// Saves the worker's `Blob` as `name`. Tells whether the browser took it.
pub(crate) fn file(name: &str, blob: &JsValue) -> bool {
    let Some(url) = url(blob) else { return false };
    let clicked = click(name, &url).is_some();
    set_timeout(move || forget(&url), REVOKE_AFTER);
    clicked
}

/// Saves text as `name`. Tells whether the browser took it.
pub(crate) fn text(name: &str, text: &str) -> bool {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    Blob::new_with_str_sequence(&parts).is_ok_and(|blob| file(name, &blob))
}

/// The worker's `Blob` as a file that can be attached.
pub(crate) fn as_file(blob: &JsValue, name: &str, media_type: &str) -> Option<File> {
    let options = FilePropertyBag::new();
    options.set_type(media_type);
    File::new_with_blob_sequence_and_options(&js_sys::Array::of1(blob), name, &options).ok()
}

/// An address of the worker's `Blob` for an image.
pub(crate) fn url(blob: &JsValue) -> Option<String> {
    Url::create_object_url_with_blob(blob.dyn_ref::<Blob>()?).ok()
}

/// The address is not needed any more.
pub(crate) fn forget(url: &str) {
    // A URL that is gone already needs no revoking.
    let _ = Url::revoke_object_url(url);
}

fn click(name: &str, url: &str) -> Option<()> {
    let anchor: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(url);
    anchor.set_download(name);
    // Keeps the router from taking it for a page.
    anchor.set_rel("external");
    let body = document().body()?;
    body.append_child(&anchor).ok()?;
    anchor.click();
    anchor.remove();
    Some(())
}
