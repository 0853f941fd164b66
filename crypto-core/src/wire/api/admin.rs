//! Bodies about administration and deputies.
//!
//! | request | body → answer |
//! | --- | --- |
//! | `GET /admin/people?after=C` | → [`PeoplePage`] |
//! | `POST /admin/people/{account}/lock`, `…/unlock` | → 204 |
//! | `POST /admin/people/{account}/revoke` | [`Revoke`] → 204 |
//! | `POST /admin/people/{account}/close` | → 204; partners alone |
//! | `POST /admin/people/{account}/remove-administrator` | [`RemoveAdministrator`] → 204 |
//! | `POST /admin/people/{account}/deputies` | [`Depute`] → 204 |
//! | `POST /admin/people/{account}/root-share` | [`GiveRootShare`] → 204 |
//! | `POST /people/{account}/address` | [`MoveAccount`] → 204; partners by staff, too |
//! | `GET /admin/events?before=C&kind=K&account=A` | → [`SecurityEventPage`], newest first |
//! | `GET /admin/rules`, `PUT /admin/rules` | → [`Rules`]; [`Rules`] → 204 |
//! | `GET /account/root-share`, `DELETE /account/root-share` | → [`RootShareState`]; → 204 |
//! | `POST /account/deputies` | [`NameDeputies`] → 204 |
//! | `GET /account/deputies/resigned` | → [`Resignations`] |
//! | `POST /account/deputies/resign` | [`Resign`] → 204 |
//! | `POST /setup/administrator/start` | [`super::SetupStart`] → [`RestoreAdministratorStarted`] |
//! | `POST /setup/administrator/finish` | [`RestoreAdministratorFinish`] → 204 |

use super::{B64, Chains, NewAccount, Role, StoredBundle};
use crate::wire::AccountId;
use crate::wire::records::SecurityEventKind;
use serde::{Deserialize, Serialize};

bodies! {
    /// Begins a new administrator, whom the printed copy of the organisation's key certifies.
    pub struct RestoreAdministratorStarted {
        /// OPAQUE RegistrationResponse (RFC 9807).
        registration_response: B64,
        /// All roots and policies.
        chains: Chains,
    }

    /// Ends it.
    pub struct RestoreAdministratorFinish {
        /// From the link.
        token: B64,
        /// The administrator.
        account: NewAccount,
    }

    /// Some of all accounts.
    pub struct PeoplePage {
        /// In no order that means anything.
        people: Vec<PersonEntry>,
        /// Where the next page begins.
        next: Option<AccountId>,
    }

    /// An account as an administrator sees it. The name is in the certificate.
    pub struct PersonEntry {
        /// Who.
        account: AccountId,
        /// Canonical.
        address: String,
        /// As the certificate says.
        role: Role,
        /// When it was made.
        invited_at_ms: u64,
        /// When their own browser made keys.
        first_sign_in_at_ms: Option<u64>,
        /// The last sign-in.
        last_sign_in_at_ms: Option<u64>,
        /// Since when sign-ins are refused.
        locked_at_ms: Option<u64>,
        /// Whether a second factor is set up.
        second_factor: bool,
        /// Whether the root's seed waits for them.
        root_share_waits: bool,
        /// Deputies who ended it themselves, and whom a certificate still names.
        resigned: Vec<AccountId>,
    }

    /// Ends an account of staff; its mailbox is emptied.
    pub struct Revoke {
        /// Statement *left*, *lost* or *stolen*.
        statement: B64,
    }

    /// Ends an account of an administrator, and with it the root whose seed they know: all in one step.
    pub struct RemoveAdministrator {
        /// The new root: certificate *rotated*, signed by the old one.
        root: B64,
        /// Statement *left*, *lost* or *stolen*, signed by the new root.
        statement: B64,
        /// The next policy, signed by the new root.
        policy: B64,
        /// The new root's seed for each of the other administrators.
        shares: Vec<AdministratorShare>,
        /// The revision that the caller has.
        expected_revision: u64,
        /// The caller's bundle with the new root's seed; revision one higher, the wraps stay.
        bundle: StoredBundle,
    }

    /// The root's seed for one administrator.
    pub struct AdministratorShare {
        /// Whose.
        account: AccountId,
        /// `keys::RootShare`.
        share: B64,
    }

    /// Another address for an account, in one step.
    pub struct MoveAccount {
        /// Statement *moved*, under the old address.
        moved: B64,
        /// Certificate *readdressed*, under the new one.
        readdressed: B64,
    }

    /// Other deputies for somebody who is absent.
    pub struct Depute {
        /// Certificate *deputed*.
        certificate: B64,
    }

    /// Other deputies for oneself: new keys under the same bundle key.
    pub struct NameDeputies {
        /// The revision that this client has.
        expected_revision: u64,
        /// Certificate *rotated*.
        certificate: B64,
        /// Revision one higher; the wraps stay.
        bundle: StoredBundle,
    }

    /// A deputy ends it.
    pub struct Resign {
        /// For whom.
        owner: AccountId,
    }

    /// Who stood in for the caller and ended it.
    pub struct Resignations {
        /// Deputies.
        deputies: Vec<AccountId>,
    }

    /// The root's seed for a further administrator.
    pub struct GiveRootShare {
        /// `keys::RootShare`.
        share: B64,
    }

    /// The share that waits for the caller.
    pub struct RootShareState {
        /// `keys::RootShare`.
        share: Option<B64>,
    }

    /// What an administrator sets while the portal runs.
    pub struct Rules {
        /// Numbers.
        limits: RuleLimits,
        /// Plain texts.
        texts: Texts,
    }

    /// Limits in force.
    pub struct RuleLimits {
        /// Body and attachments of a message together, before encryption.
        message_bytes: u64,
        /// Ciphertext of an account.
        storage_bytes: u64,
        /// Days from delivery to deletion, of messages that come.
        retention_days: u32,
        /// Days without a sign-in until an account ends.
        inactivity_days: u32,
        /// Days for which an unused initial password works.
        initial_password_days: u32,
        /// Invitations by one account in a day.
        invitations_per_day: u32,
    }

    /// What the organisation says of itself, in both languages; plain text, may be empty.
    #[derive(Default)]
    pub struct Texts {
        /// Under the sign-in.
        help_de: String,
        /// Under the sign-in.
        help_en: String,
        /// Imprint.
        imprint_de: String,
        /// Imprint.
        imprint_en: String,
        /// Contact for data protection.
        privacy_de: String,
        /// Contact for data protection.
        privacy_en: String,
        /// Other safe ways: post, upload, encryption between domains.
        alternatives_de: String,
        /// Other safe ways.
        alternatives_en: String,
        /// Who hears of barriers, and who arbitrates.
        accessibility_de: String,
        /// Who hears of barriers.
        accessibility_en: String,
    }

    /// Some security events.
    pub struct SecurityEventPage {
        /// Newest first.
        events: Vec<SecurityEventEntry>,
        /// Accounts that they name and that have ended, as far as their address is still known.
        ended: Vec<EndedAccount>,
        /// Where the next page begins.
        next: Option<String>,
    }

    /// An account that has ended.
    pub struct EndedAccount {
        /// Which.
        account: AccountId,
        /// Its last.
        address: String,
    }

    /// One of them.
    pub struct SecurityEventEntry {
        /// When.
        at_ms: u64,
        /// What.
        kind: SecurityEventKind,
        /// To which account.
        account: Option<AccountId>,
        /// By which other account.
        by: Option<AccountId>,
    }
}
