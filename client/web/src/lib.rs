//! The page: what a person sees and touches. Views over plain state; all crypto and all HTTP are the
//! worker's, reached through `client-bridge`.
//!
//! * Text comes from `i18n` alone, German first; a test finds literals in views.
//! * No HTML string is ever set: elements are built one by one, so that the Trusted Types policy `kbs`
//!   needs to admit nothing but the worker's URL.

#![expect(unreachable_pub, reason = "what `#[component]` makes is public, whatever the module says")]

mod browser;
mod components;
mod drafting;
mod i18n;
mod later;
mod portal;
mod state;
mod uploading;
mod views;

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs when the browser has loaded the module.
#[wasm_bindgen(start)]
pub fn start() {
    leptos::mount::mount_to_body(views::shell::App);
}
