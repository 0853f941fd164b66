//! JSON bodies of the API, both ways: the server reads requests, a client reads answers.

use crypto_core::wire::{Problem, api};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

fn same<T: DeserializeOwned + Serialize + PartialEq + Debug>(json: &[u8]) -> bool {
    let Ok(body) = serde_json::from_slice::<T>(json) else { return false };
    let written = serde_json::to_vec(&body).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(again, body);
    true
}

macro_rules! bodies {
    ($($name:ident)*) => {
        const BODIES: &[fn(&[u8]) -> bool] = &[same::<Problem>, $(same::<api::$name>,)*];

        /// Their names, in the order of the first byte of an input.
        pub(crate) const NAMES: &[&str] = &["Problem", $(stringify!($name),)*];
    };
}

bodies! {
    PortalStatus Limits StoredBundle Wrap NewAccount SetupStart SetupFinish RegistrationStart RegistrationAnswer
    SignInStart SignInStarted SignInFinish SessionInfo SignedIn Resumed ResumeKey Rotate ReplaceBundle ChainsWanted
    Chains Resigned SequencedEntry ContactList Contact InvitationStart InvitationFinish InvitationList Invitation
    UploadOpened UploadState PartState PartReceived Commit Committed MessagePage MessageEntry PeoplePage PersonEntry
    Revoke RemoveAdministrator AdministratorShare MoveAccount Depute NameDeputies Resign Resignations GiveRootShare
    RootShareState Rules RuleLimits Texts SecurityEventPage SecurityEventEntry ProvedWanted KnownVersion Proved
    Cosigned SubjectHistory CheckpointState Consistency EpochPage EpochEntry Cosign NewPolicy WitnessStates
    WitnessState DraftList DraftEntry StoredDraft DraftSaved DraftAt Chosen Delivery AccountUsage RotateMailbox
    GiveGrants GivenGrant SetRecovery
    RecoveryStart RecoveryStarted RecoveryFetch RecoveryFetched RecoveryPassword RecoveryCommit AskForPassword
    PasswordRequests PasswordRequest ResetStart ResetStarted ResetFinish Restores Restore RestorableMessages
    SecondFactorWanted SecondFactorFinish SecondFactorState EnrolSecondFactor BackupCodes SessionList SessionEntry
    Preferences MailQueue WaitingMail FailedMail StoredSettings SettingsState ReplaceSettings Event SignInFinished
    RestoreAdministratorStarted RestoreAdministratorFinish EndedAccount EntryPage RemovedEntry HistoriesWanted WantedHistory Histories
}

/// The first byte says which body.
pub(crate) fn run(data: &[u8]) -> bool {
    let Some((which, json)) = data.split_first() else { return false };
    BODIES[usize::from(*which) % BODIES.len()](json)
}
