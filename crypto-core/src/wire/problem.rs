//! Errors of the API as RFC 9457 problem details with a stable code that the client translates.

use serde::{Deserialize, Serialize};

/// The body of an `application/problem+json` answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:kbs:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short English sentence for developers. Never contains input.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What the client translates.
    pub code: ProblemCode,
    /// After how many seconds it is worth another try.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_seconds: Option<u64>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $title:literal;)*) => {
        /// Everything that can go wrong at the API, by its stable name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        pub enum ProblemCode { $(#[doc = $title] $(#[$doc])* $name,)* }

        impl ProblemCode {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// A short English sentence for developers.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    Malformed = 400, "The request could not be read.";
    AddressInvalid = 400, "That is not an e-mail address.";
    HeaderRefused = 400, "The message header breaks the rules.";
    CertificateRefused = 400, "The certificate breaks the rules of the chain.";
    CosignatureRefused = 400, "The checkpoint is not the log's, or no witness of the policy has signed it.";
    GrantRefused = 400, "The grant is not one of this message by this account.";
    NotSignedIn = 401, "A session is needed.";
    SignInFailed = 401, "E-mail address or password is wrong.";
    RecoveryFailed = 401, "E-mail address or recovery code is wrong.";
    SecondFactorNeeded = 401, "A code of the second factor is needed.";
    SecondFactorFailed = 401, "The code of the second factor is wrong or was used.";
    SignInExpired = 401, "The sign-in took too long or too many attempts.";
    Forbidden = 403, "This account may not do that.";
    OriginRefused = 403, "The request came from another origin.";
    FreshSignInNeeded = 403, "A fresh sign-in is needed.";
    SecondFactorRequired = 403, "This account needs a second factor first.";
    PasswordChangeRequired = 403, "The password must be replaced first.";
    SetupTokenInvalid = 403, "The set-up link is not valid.";
    SenderForged = 403, "The header names another sender.";
    RecipientNotAllowed = 403, "This account may not write to that recipient.";
    PartNotYours = 403, "The header names a part of somebody else.";
    NotFound = 404, "There is no such thing.";
    UploadUnknown = 404, "There is no such upload.";
    MethodNotAllowed = 405, "The resource does not have that method.";
    RequestTimeout = 408, "The request took too long.";
    AddressTaken = 409, "There is a mailbox for that address.";
    BundleStale = 409, "The key bundle has changed meanwhile.";
    SettingsStale = 409, "The settings have changed meanwhile.";
    SetupDone = 409, "The portal is set up.";
    NotSetUp = 409, "The portal is not set up.";
    PartOffset = 409, "The piece does not start where the part ends.";
    PartMissing = 409, "A part is missing or not complete.";
    PartMismatch = 409, "A part is not what the header says.";
    AlreadyCommitted = 409, "The message was committed before.";
    DraftStale = 409, "The draft has changed meanwhile.";
    DraftsTooMany = 409, "There are too many drafts.";
    AlreadyOpened = 409, "A recipient has opened the message.";
    PartTooLarge = 413, "The piece or part is too large.";
    MessageTooLarge = 413, "The message is too large.";
    QuotaReached = 413, "The storage of the account is full.";
    UnsupportedMediaType = 415, "The content type is not supported.";
    RangeNotSatisfiable = 416, "The range is not in the part.";
    RecipientUnknown = 422, "A recipient has no mailbox or another certificate.";
    RecipientsTooMany = 422, "There are too many recipients.";
    PartnersTooMany = 422, "A message has at most one partner among its recipients.";
    RateLimited = 429, "Too many attempts.";
    InvitationsSpent = 429, "The invitations of this day are used up.";
    Internal = 500, "Something went wrong here.";
    Unavailable = 503, "The server is not ready.";
}

impl Problem {
    /// The problem of a code.
    pub fn of(code: ProblemCode) -> Self {
        let name = serde_json::to_value(code).ok().and_then(|value| value.as_str().map(String::from));
        Self {
            kind: format!("urn:kbs:problem:{}", name.unwrap_or_default()),
            title: code.title().into(),
            status: code.status(),
            code,
            retry_after_seconds: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_code() {
        let problem = serde_json::to_value(Problem::of(ProblemCode::PartNotYours)).unwrap();
        assert_eq!(problem["type"], "urn:kbs:problem:part-not-yours");
        assert_eq!(problem["code"], "part-not-yours");
        assert_eq!(problem["status"], 403);
    }
}
