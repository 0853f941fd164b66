//! A form field with its label above and its hint below.

use crate::i18n::Text;
use crate::portal::use_portal;
use leptos::prelude::*;

/// Label, control, hint. The control names the hint by `aria-describedby="{id}-hint"`.
#[component]
pub(crate) fn Field(
    /// The control's.
    id: &'static str,
    /// Its name.
    label: Text,
    /// More about it.
    #[prop(optional)]
    hint: Option<Text>,
    /// The control.
    children: Children,
) -> impl IntoView {
    let i18n = use_portal().i18n;
    view! {
        <div class="field">
            <label class="field__label" for=id>{i18n.t(label)}</label>
            {children()}
            {hint.map(|hint| view! { <p class="field__hint" id=format!("{id}-hint")>{i18n.t(hint)}</p> })}
        </div>
    }
}

/// A choice between the two languages.
#[component]
pub(crate) fn LanguageSelect(
    /// The control's.
    id: &'static str,
    /// What the language is of.
    label: Text,
    /// Chosen.
    value: RwSignal<crypto_core::wire::api::Language>,
) -> impl IntoView {
    use crate::i18n::{from_tag, general, tag};
    use crypto_core::wire::api::Language;
    let i18n = use_portal().i18n;
    let choose = move |event: leptos::ev::Event| {
        if let Some(language) = from_tag(&event_target_value(&event)) {
            value.set(language);
        }
    };
    view! {
        <Field id label>
            <select id=id prop:value=move || tag(value.get()) on:change=choose>
                <option value=tag(Language::De)>{i18n.t(general::GERMAN)}</option>
                <option value=tag(Language::En)>{i18n.t(general::ENGLISH)}</option>
            </select>
        </Field>
    }
}
