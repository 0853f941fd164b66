//! The page: what a person sees and touches. Views over plain state; all crypto and all HTTP are the
//! worker's, reached through `client-bridge`.
//!
//! * Text comes from `i18n` alone, German first; a test finds literals in views.
//! * No HTML string is ever set: elements are built one by one, so that the Trusted Types policy `kbs`
//!   needs to admit nothing but the worker's URL.

mod i18n;
mod state;
