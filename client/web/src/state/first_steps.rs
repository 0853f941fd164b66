//! Which of the first steps somebody is at.

use client_bridge::Session;

/// In their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// In the place of the initial one.
    OwnPassword,
    /// To print and to type in.
    RecoveryCode,
    /// What the portal does by itself.
    GoodToKnow,
}

impl Step {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::OwnPassword, Self::RecoveryCode, Self::GoodToKnow];

    /// Whether it is done, and not only left for later.
    pub(crate) fn is_done(self, session: &Session) -> bool {
        match self {
            Self::OwnPassword => !session.initial_password,
            Self::RecoveryCode => session.recovery_code,
            Self::GoodToKnow => false,
        }
    }
}

/// The first that is neither done nor left for later: the initial password `kept`, the code `put_off`.
pub(crate) fn step(session: &Session, kept: bool, put_off: bool) -> Step {
    let has_code = session.recovery_code;
    if session.initial_password && !has_code && !put_off && !kept {
        Step::OwnPassword
    } else if !has_code && !put_off {
        Step::RecoveryCode
    } else {
        Step::GoodToKnow
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_core::wire::AccountId;
    use crypto_core::wire::api::{Language, Role};

    fn session(initial_password: bool, recovery_code: bool) -> Session {
        Session {
            account: AccountId::from_bytes([1; AccountId::BYTES]),
            address: "p@verein.example".into(),
            name: None,
            role: Role::Partner,
            language: Language::De,
            reminders: true,
            initial_password,
            first_sign_in: false,
            recovery_code,
            second_factor: false,
            duty: None,
            initial_password_until_ms: None,
            resume: String::new(),
        }
    }

    #[test]
    fn each_step_follows_the_one_that_is_done_or_left_for_later() {
        for (session, kept, put_off, wanted) in [
            (session(true, false), false, false, Step::OwnPassword),
            (session(true, false), true, false, Step::RecoveryCode),
            (session(true, false), true, true, Step::GoodToKnow),
            (session(false, false), false, false, Step::RecoveryCode),
            (session(false, false), false, true, Step::GoodToKnow),
            (session(false, true), false, false, Step::GoodToKnow),
            (session(true, true), false, false, Step::GoodToKnow),
        ] {
            assert_eq!(step(&session, kept, put_off), wanted, "{session:?} {kept} {put_off}");
        }
    }

    #[test]
    fn what_is_left_for_later_is_not_done() {
        let done = |session: &Session| Step::ALL.map(|step| step.is_done(session));
        assert_eq!(done(&session(true, false)), [false, false, false]);
        assert_eq!(done(&session(false, false)), [true, false, false]);
        assert_eq!(done(&session(false, true)), [true, true, false]);
    }
}
