//! A modal dialog: the browser keeps the focus within it, and the focus returns to where it was.

use crate::browser::dom;
use crate::i18n::Text;
use crate::portal::use_portal;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// Shown while `open`. Escape calls `on_cancel`; without one, only a button in it ends it.
#[component]
pub(crate) fn Dialog(
    /// Whether it is shown.
    #[prop(into)]
    open: Signal<bool>,
    /// Its heading.
    title: Text,
    /// What Escape does.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
    /// Whether it comes by itself and must be read out at once.
    #[prop(optional)]
    alert: bool,
    /// The ids of what is read out with its heading.
    #[prop(optional)]
    about: Option<&'static str>,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Show when=move || open.get()>
            <Opened title on_cancel alert about>{children.with_value(|children| children())}</Opened>
        </Show>
    }
}

#[component]
fn Opened(
    title: Text,
    on_cancel: Option<Callback<()>>,
    alert: bool,
    about: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    let node = NodeRef::<html::Dialog>::new();
    let before = StoredValue::new(dom::focused().map(SendWrapper::new));
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            dom::open(&dialog);
        }
    });
    on_cleanup(move || {
        dom::give_back(before.try_get_value().flatten().map(SendWrapper::take));
    });
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        if let Some(on_cancel) = on_cancel {
            on_cancel.run(());
        }
    };
    // A browser closes it at the second Escape, or while nobody has touched the page, without asking: what is still
    // wanted stands open.
    let closed = move |event: ev::Event| {
        cancel(event);
        if let Some(dialog) = node.get_untracked() {
            dom::open(&dialog);
        }
    };
    // It may come over another one.
    let title_id = if alert { "alert-title" } else { "dialog-title" };
    view! {
        <dialog
            node_ref=node
            class="dialog"
            role=alert.then_some("alertdialog")
            aria-labelledby=title_id
            aria-describedby=about
            on:cancel=cancel
            on:close=closed
        >
            <h2 id=title_id class="dialog__title">{i18n.t(title)}</h2>
            {children()}
        </dialog>
    }
}
