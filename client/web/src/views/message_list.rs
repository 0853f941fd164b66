//! The messages of a folder, newest first.

use super::delivery::word;
use super::long_list::{BLOCK, Block, ListEnd, needed};
use crate::browser::clock;
use crate::components::try_again::TryAgain;
use crate::i18n::{I18n, admin, mail, mailbox as texts};
use crate::portal::{Listed, Portal, use_portal};
use crate::state::people;
use crate::state::route::folder_path;
use crate::state::selection::{Selected, Selection, use_selection};
use crate::state::time;
use crate::state::whose::Whose;
use client_bridge::{Answer, Call, Failure, Person, Row};
use crypto_core::wire::MessageId;
use crypto_core::wire::api::Folder;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// Messages of one owner that are loaded without being asked for.
const FEW: usize = 20;

/// A folder's list as signals.
#[derive(Clone, Copy)]
pub(crate) struct ListStore {
    /// Which.
    pub(crate) folder: Folder,
    rows: RwSignal<Vec<Row>>,
    /// Those of whose mail is shown.
    shown: Memo<Vec<Row>>,
    next: RwSignal<Option<String>>,
    loading: RwSignal<bool>,
    /// How many times the newest page was asked for, and which of these is shown.
    turns: StoredValue<(u32, u32)>,
    loaded: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// What is shown was loaded before this list was made: the first answer replaces all of it.
    from_before: StoredValue<bool>,
    selection: Selected,
    whose: RwSignal<Whose>,
    /// Rises when the open message has to be opened again.
    reopened: RwSignal<u32>,
    portal: Portal,
}

impl ListStore {
    /// Shows what was loaded before, if anything was, and loads, and loads again when mail arrives.
    pub(crate) fn new(folder: Folder) -> Self {
        let portal = use_portal();
        let known = portal.listed.with_untracked(|listed| listed.get(&folder).cloned());
        let loaded = RwSignal::new(known.is_some());
        let Listed { rows, next } = known.unwrap_or_default();
        let (rows, next, whose) = (RwSignal::new(rows), RwSignal::new(next), RwSignal::new(Whose::All));
        let shown = Memo::new(move |_| {
            let whose = whose.get();
            rows.with(|rows| rows.iter().filter(|row| whose.shows(row)).cloned().collect())
        });
        let list = Self {
            folder,
            rows,
            shown,
            next,
            loading: RwSignal::new(false),
            turns: StoredValue::new((0, 0)),
            loaded,
            from_before: StoredValue::new(loaded.get_untracked()),
            failure: RwSignal::new(None),
            selection: use_selection(),
            whose,
            reopened: RwSignal::new(0),
            portal,
        };
        let arrivals = Memo::new(move |_| {
            let (inbox, sent) = portal.arrivals.get();
            match folder {
                Folder::Inbox => inbox,
                Folder::Sent => sent,
                Folder::Bin => portal.bin_changes.get(),
            }
        });
        Effect::new(move || {
            // A memo that is only tracked is never computed, and hears nothing.
            arrivals.get();
            spawn_local(list.refresh());
        });
        on_cleanup(move || {
            if loaded.get_untracked() && portal.session.with_untracked(Option::is_some) {
                let listed = Listed { rows: rows.get_untracked(), next: next.get_untracked() };
                portal.listed.update(|all| drop(all.insert(folder, listed)));
            }
        });
        list
    }

    /// The newest page; older ones that were loaded stay.
    async fn refresh(self) {
        self.loading.set(true);
        let Some((asked, _)) = self.turns.try_update_value(|(asked, answered)| {
            *asked += 1;
            (*asked, *answered)
        }) else {
            return;
        };
        let answer = self.page(None).await;
        let is_late = self.turns.try_update_value(|(_, answered)| {
            let is_late = asked < *answered;
            *answered = asked.max(*answered);
            is_late
        });
        match answer {
            // What was asked for later is shown already.
            _ if is_late != Some(false) => {}
            Ok((rows, next)) => {
                self.failure.try_set(None);
                let older = self.rows.try_get_untracked().unwrap_or_default();
                let from_before = self.from_before.try_update_value(std::mem::take).unwrap_or_default();
                // The whole folder is on this page: what is not on it is gone.
                let (merged, kept) =
                    if next.is_none() || from_before { (rows, false) } else { merge(rows, older) };
                if !kept {
                    self.next.try_set(next);
                }
                self.selection.try_update(|chosen| {
                    chosen.retain(|message| merged.iter().any(|row| row.message == message));
                });
                self.rows.try_set(merged);
                self.loaded.try_set(true);
            }
            Err(failure) => drop(self.failure.try_set(Some(failure))),
        }
        self.loading.try_set(false);
    }

    async fn load_more(self) {
        let before = self.next.get_untracked();
        self.loading.set(true);
        match self.page(before.clone()).await {
            Ok((rows, next)) => {
                self.failure.try_set(None);
                // Where a refresh has replaced what they follow, they would stand behind a gap.
                if self.next.try_get_untracked() == Some(before) {
                    self.next.try_set(next);
                    self.rows.try_update(|all| all.extend(rows));
                }
            }
            Err(failure) => drop(self.failure.try_set(Some(failure))),
        }
        self.loading.try_set(false);
    }

    async fn page(self, before: Option<String>) -> Result<(Vec<Row>, Option<String>), Failure> {
        match self.portal.ask(Call::List { folder: self.folder, before }).await? {
            Answer::Messages { rows, next } => Ok((rows, next)),
            _ => Err(Failure::Internal),
        }
    }

    /// Those that are shown.
    pub(crate) fn messages(self) -> Vec<MessageId> {
        self.shown.with(|rows| rows.iter().map(|row| row.message).collect())
    }

    fn block(self, number: usize) -> Vec<Row> {
        self.shown.with(|rows| rows.chunks(BLOCK).nth(number).map(<[Row]>::to_vec).unwrap_or_default())
    }

    /// How many rows there are, for a reader of the screen: not all of them are in the page. -1 while more can be
    /// loaded (WAI-ARIA 1.2, `aria-setsize`).
    fn size(self) -> i64 {
        let count = self.shown.with(|rows| i64::try_from(rows.len()).unwrap_or(-1));
        if self.next.with(Option::is_some) { -1 } else { count }
    }

    /// Something about all rows that were loaded.
    pub(crate) fn with_rows<T>(self, of: impl FnOnce(&[Row]) -> T) -> T {
        self.rows.with(|rows| of(rows))
    }

    /// Whose mail is shown.
    pub(crate) fn whose(self) -> Whose {
        self.whose.get()
    }

    /// Shows somebody's mail, and loads until there is some. What was chosen is not chosen any more.
    pub(crate) fn show(self, whose: Whose) {
        self.whose.set(whose);
        self.selection.set(Selection::default());
        spawn_local(async move {
            let few = || self.whose.try_get_untracked() == Some(whose) && self.few();
            while few() && self.failure.with_untracked(Option::is_none) {
                self.load_more().await;
            }
        });
    }

    /// Whether less is shown than could be.
    fn few(self) -> bool {
        self.shown.with_untracked(Vec::len) < FEW && self.next.with_untracked(Option::is_some)
    }

    /// The open message has changed.
    pub(crate) fn reopen(self) {
        self.reopened.try_update(|count| *count += 1);
    }

    /// How often the open message has changed.
    pub(crate) fn reopened(self) -> u32 {
        self.reopened.get()
    }

    /// A message was opened.
    pub(crate) fn mark_read(self, message: MessageId) {
        self.rows.try_update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.message == message) {
                row.unread = false;
            }
        });
    }
}

/// Puts a fresh first page before the rows that follow it. Tells whether older rows were kept: they are, if
/// the pages touch.
fn merge(fresh: Vec<Row>, mut known: Vec<Row>) -> (Vec<Row>, bool) {
    let touches = fresh.last().and_then(|last| known.iter().position(|row| row.message == last.message));
    match touches {
        Some(at) if at + 1 < known.len() => {
            let mut rows = fresh;
            rows.extend(known.drain(at + 1..));
            (rows, true)
        }
        _ => (fresh, false),
    }
}

/// The list with its states.
#[component]
pub(crate) fn ListPane(
    /// Of which folder.
    list: ListStore,
    /// The open message.
    message: Memo<Option<MessageId>>,
) -> impl IntoView {
    let i18n = list.portal.i18n;
    let more = move || list.loading.get() && list.next.get().is_some();
    // Who cannot ask does not know.
    let known = move || list.loaded.get() && list.failure.with(Option::is_none);
    let empty = move || known() && list.shown.with(Vec::is_empty) && !more();
    let state = move || match (list.loading.get() && !list.loaded.get(), empty()) {
        (true, _) => Some(i18n.t(mail::LOADING_LIST)().to_owned()),
        (false, true) => Some(empty_text(list)),
        (false, false) => None,
    };
    let blocks = Memo::new(move |_| list.shown.with(|rows| rows.len().div_ceil(BLOCK)));
    let open = Memo::new(move |_| {
        let id = message.get()?;
        list.shown.with(|rows| rows.iter().position(|row| row.message == id))
    });
    let near = RwSignal::new(false);
    Effect::new(move || {
        if near.get() && !list.loading.get() && list.failure.with(Option::is_none) {
            spawn_local(list.load_more());
        }
    });
    view! {
        <TryAgain failure=list.failure again=Callback::new(move |()| spawn_local(list.refresh()))/>
        <p class="list__state" class:list__state--blank=empty role="status">{state}</p>
        <div class="list" role="list" aria-label=i18n.t(mail::LIST_LABEL)>
            <For each=move || 0..blocks.get() key=|block| *block let:block>
                <Block needed=Signal::derive(move || needed(open.get(), block))>
                    <ForEnumerate
                        each=move || list.block(block)
                        key=row_key
                        children=move |at, row| {
                            let position = move || block * BLOCK + at.get() + 1;
                            view! { <RowView row position=Signal::derive(position) list message/> }
                        }
                    />
                </Block>
            </For>
        </div>
        <Show when=move || list.next.get().is_some()>
            <div class="list__more">
                <ListEnd near/>
                <button type="button" class="button" on:click=move |_| spawn_local(list.load_more())>
                    {i18n.t(mail::LOAD_MORE)}
                </button>
            </div>
        </Show>
    }
}

/// What makes a row another one: what could be shown may have become what cannot be.
fn row_key(row: &Row) -> (MessageId, bool, bool, Option<u64>, Vec<(bool, bool)>) {
    let states = row.deliveries.iter().map(|it| (it.opened_at_ms.is_some(), it.saved_at_ms.is_some()));
    (row.message, row.subject.is_ok(), row.unread, row.recalled_at_ms, states.collect())
}

fn empty_text(list: ListStore) -> String {
    let language = list.portal.i18n.language();
    if list.whose() != Whose::All {
        return admin::WHOSE_NONE.in_language(language).into();
    }
    let days = list.portal.limits.with(|limits| limits.retention_days.to_string());
    match list.folder {
        Folder::Inbox => {
            let initial = list.portal.session.with(|it| it.as_ref().is_some_and(|it| it.initial_password));
            let text = if initial { mail::EMPTY_INBOX_RESET } else { mail::EMPTY_INBOX };
            text.in_language(language).into()
        }
        Folder::Sent => mail::EMPTY_SENT.fill(language, &[("days", &days)]),
        Folder::Bin => {
            let days = list.portal.limits.with(|limits| limits.bin_days.to_string());
            texts::EMPTY_BIN.fill(language, &[("days", &days)])
        }
    }
}

#[component]
fn RowView(
    row: Row,
    /// Counted from 1.
    position: Signal<usize>,
    list: ListStore,
    message: Memo<Option<MessageId>>,
) -> impl IntoView {
    let portal = use_portal();
    let i18n = portal.i18n;
    let id = row.message;
    let unread = row.unread;
    let listed = row.people.clone();
    let who = move || {
        let names = people::line(&listed, |it| portal.called(it));
        match row.folder {
            Folder::Inbox | Folder::Bin => names,
            Folder::Sent => i18n.fill(mail::TO_PEOPLE, vec![("people", names)])(),
        }
    };
    let of = move |text, person: Person| {
        view! { <span class="row__for">{i18n.fill(text, vec![("name", people::short(&person))])}</span> }
    };
    let behalf = row.on_behalf_of.map(|owner| of(admin::ON_BEHALF, owner));
    let for_whom = row.for_whom.map(|(_, owner)| of(admin::FOR, owner));
    let at = row.delivered_at_ms;
    let unread_mark =
        move || unread.then(|| view! { <span class="row__unread">{i18n.t(mail::UNREAD)}</span> });
    let bin_days = portal.limits.with_untracked(|it| it.bin_days);
    let expires = time::goes_at_ms(row.expires_at_ms, row.binned_at_ms, bin_days);
    let until = move || {
        let language = i18n.language();
        match time::days_left(expires, clock::now_ms()) {
            Some(1) => texts::UNTIL_A_DAY.in_language(language).into(),
            Some(days) => texts::UNTIL_DAYS.fill(language, &[("n", &days.to_string())]),
            None => texts::UNTIL.fill(language, &[("date", &clock::day_month(expires, language))]),
        }
    };
    let (deliveries, recalled) = (row.deliveries.clone(), row.recalled_at_ms);
    let word = move || word(&deliveries, recalled, i18n.language());
    let selection = use_selection();
    let chosen = move || selection.with(|it| it.contains(id));
    let choose = move |event| selection.update(|it| it.set(id, event_target_checked(&event)));
    let named = row.subject.clone().unwrap_or_default();
    let label = move || {
        let subject = if named.trim().is_empty() { i18n.t(mail::NO_SUBJECT)() } else { &named };
        texts::SELECT.fill(i18n.language(), &[("subject", subject)])
    };
    view! {
        <div
            class="row row--choosing"
            class:row--unread=unread
            class:row--open=move || message.get() == Some(id)
            role="listitem"
            aria-posinset=move || position.get()
            aria-setsize=move || list.size()
        >
            <label class="row__choose">
                <input type="checkbox" aria-label=label prop:checked=chosen on:change=choose/>
            </label>
            <A href=format!("{}/{id}", folder_path(list.folder)) attr:class="row__link">
                <span class="row__people">{who} {behalf} {for_whom}</span>
                <time class="row__time" datetime=clock::machine(at)>{move || clock::short(at, i18n.language())}</time>
                <span class="row__subject">{subject(row.subject, i18n)}</span>
                <span class="row__marks">
                    {unread_mark} {attachment_mark(row.attachments, i18n)} <span>{word}</span>
                    <span class="row__expires">{until}</span>
                </span>
            </A>
        </div>
    }
}

fn subject(subject: Result<String, Failure>, i18n: I18n) -> AnyView {
    match subject {
        Ok(subject) if subject.trim().is_empty() => view! { <em>{i18n.t(mail::NO_SUBJECT)}</em> }.into_any(),
        Ok(subject) => subject.into_any(),
        Err(_) => view! { <em>{i18n.t(mail::UNREADABLE)}</em> }.into_any(),
    }
}

pub(crate) fn attachment_mark(count: usize, i18n: I18n) -> Option<impl IntoView> {
    let text = if count == 1 { mail::ATTACHMENTS_ONE } else { mail::ATTACHMENTS_MANY };
    (count > 0).then(|| {
        view! { <span class="row__attachments">{i18n.fill(text, vec![("n", count.to_string())])}</span> }
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn row(number: u8) -> Row {
        Row {
            message: MessageId::from_bytes([number; MessageId::BYTES]),
            people: Vec::new(),
            subject: Ok(String::new()),
            attachments: 0,
            delivered_at_ms: 0,
            expires_at_ms: 0,
            unread: false,
            folder: Folder::Inbox,
            binned_at_ms: None,
            recalled_at_ms: None,
            deliveries: Vec::new(),
            on_behalf_of: None,
            for_whom: None,
        }
    }

    fn rows(numbers: &[u8]) -> Vec<Row> {
        numbers.iter().copied().map(row).collect()
    }

    #[test]
    fn new_mail_goes_before_what_was_loaded() {
        let (merged, kept) = merge(rows(&[9, 8, 7]), rows(&[8, 7, 6, 5]));
        assert_eq!((merged, kept), (rows(&[9, 8, 7, 6, 5]), true));
    }

    #[test]
    fn a_gap_starts_over() {
        assert_eq!(merge(rows(&[9, 8]), rows(&[5, 4])), (rows(&[9, 8]), false));
        assert_eq!(merge(Vec::new(), rows(&[5])), (Vec::new(), false));
        assert_eq!(merge(rows(&[9, 8]), rows(&[9, 8])), (rows(&[9, 8]), false));
    }
}
