//! What a file is, as a picture beside its name, which says the same.

use crate::state::file_kind::FileKind;
use leptos::prelude::*;

/// No literal in the view: an element of literals alone would be made from markup, which Trusted Types forbid.
const SHEET: &str = "M6 2h8l5 5v15H6z M14 2v5h5";

/// A sheet of paper and what is on it.
#[component]
pub(crate) fn FileIcon(kind: FileKind) -> impl IntoView {
    let content = match kind {
        FileKind::Image => "M8 17l3-4 2 2 2-3 2 5z M9 10h.01",
        FileKind::Document => "M8 11h8 M8 14h8 M8 17h5",
        FileKind::Table => "M8 11h8v6H8z M8 14h8 M12 11v6",
        FileKind::Archive => "M11 5h2 M11 8h2 M11 11h2 M11 14h2v3h-2z",
        FileKind::Active => "M9 11l-2 3 2 3 M15 11l2 3-2 3",
        FileKind::Other => "",
    };
    view! {
        <svg class="attachment__icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=SHEET/>
            <path d=content/>
        </svg>
    }
}
