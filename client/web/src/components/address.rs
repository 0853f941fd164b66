//! An e-mail address in a narrow place.

use leptos::prelude::*;

/// Goes on in a new line before the "@" rather than in the middle of a word.
#[component]
pub(crate) fn EmailAddress(
    /// As people write it.
    address: String,
) -> impl IntoView {
    let at = address.rfind('@').unwrap_or(address.len());
    let (local, domain) = address.split_at(at);
    view! { <bdi>{local.to_owned()} <wbr/> {domain.to_owned()}</bdi> }
}
