//! Tables whose rows become blocks where there is no room for columns; their roles stay what they are then.

use crate::i18n::Text;
use crate::portal::use_portal;
use leptos::prelude::*;

/// A table of [`Row`]s.
#[component]
pub(crate) fn Table(
    /// Names it.
    label: Text,
    /// Above each column.
    columns: Vec<Text>,
    children: Children,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let column = |text| view! { <th scope="col" role="columnheader">{i18n.t(text)}</th> };
    let columns = columns.into_iter().map(column).collect_view();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=i18n.t(label)>
            <table class="table" role="table">
                <thead role="rowgroup">
                    <tr role="row">{columns}</tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
        </div>
    }
}

/// A row: what it is about, then its [`Cell`]s.
#[component]
pub(crate) fn Row(
    /// What it is about.
    #[prop(into)]
    head: ViewFn,
    children: Children,
) -> impl IntoView {
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{move || head.run()}</th>
            {children()}
        </tr>
    }
}

/// One cell.
#[component]
pub(crate) fn Cell(
    /// Stands beside it where the columns have no heads, if it needs one.
    #[prop(optional)]
    column: Option<Text>,
    children: Children,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let label = column.map(|text| i18n.t(text));
    view! { <td role="cell" data-label=label><div>{children()}</div></td> }
}
