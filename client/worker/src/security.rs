//! Second factor and sessions, and which passwords are taken.

use crate::calls::Worker;
use crate::later;
use client_bridge::security::{Answer as SecurityAnswer, Call, Qr, SessionRow};
use client_bridge::{Answer, Password};
use client_sdk::{Error, NewSecondFactor, PendingSignIn, SignIn};
use crypto_core::password::{MINIMUM_STRENGTH, check_policy, has_initial_form, normalize};
use crypto_core::wire::ProblemCode;
use crypto_core::wire::api::SessionEntry;
use qrcodegen::{QrCode, QrCodeEcc};
use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

/// Modules that must stay blank around a QR code (ISO/IEC 18004).
const QUIET: i32 = 4;

/// What is under way.
#[derive(Default)]
pub(crate) struct UnderWay {
    sign_in: RefCell<Option<Rc<PendingSignIn>>>,
    factor: RefCell<Option<Rc<NewSecondFactor>>>,
    /// Typed at a sign-in, and kept only while it must be replaced, so that it is not replaced by itself.
    password: RefCell<Option<Password>>,
}

impl UnderWay {
    /// Nothing has to be replaced any more.
    pub(crate) fn forget_password(&self) {
        self.password.take();
    }

    /// Whether it is the password that must be replaced.
    pub(crate) fn is_same_password(&self, new: &str) -> bool {
        self.password.borrow().as_ref().is_some_and(|old| *normalize(&old.0) == *normalize(new))
    }
}

impl Worker {
    /// Signs in by password; the second factor may come next.
    pub(crate) async fn sign_in(self: &Rc<Self>, address: &str, password: Password) -> Result<Answer, Error> {
        self.under_way.sign_in.take();
        let step = self.portal().await?.begin_sign_in(address, &password.0).await?;
        *self.under_way.password.borrow_mut() = Some(password);
        Ok(match step {
            SignIn::Done(session) => Answer::Session(self.begin(*session)),
            SignIn::SecondFactor(proved) => {
                *self.under_way.sign_in.borrow_mut() = Some(Rc::new(proved));
                Answer::Security(SecurityAnswer::CodeNeeded)
            }
        })
    }

    /// Does one of this module's calls.
    pub(crate) async fn security(self: &Rc<Self>, call: Call) -> Result<Answer, Error> {
        Ok(match call {
            Call::SecondFactor { code } => self.finish_sign_in(&code).await?,
            Call::State => {
                let state = self.signed_in()?.second_factor().await?;
                Answer::Security(SecurityAnswer::State {
                    since_ms: state.since_ms,
                    backup_codes: state.backup_codes,
                    required: state.required,
                    fresh: state.fresh,
                })
            }
            Call::Make => self.make_factor()?,
            Call::Confirm { code } => self.confirm_factor(&code).await?,
            Call::RenewBackupCodes => {
                let session = self.signed_in()?;
                let codes = session.renew_backup_codes().await?;
                Answer::Security(self.backup_codes(codes)?)
            }
            Call::Remove => {
                let session = self.signed_in()?;
                session.remove_second_factor().await?;
                Answer::Session(self.told(&session))
            }
            Call::Sessions => {
                let sessions = self.signed_in()?.sessions().await?;
                Answer::Security(SecurityAnswer::Sessions(sessions.into_iter().map(row).collect()))
            }
            Call::EndSession { session } => {
                self.signed_in()?.end_session(session).await?;
                Answer::Done
            }
            Call::EndOtherSessions => {
                self.signed_in()?.end_other_sessions().await?;
                Answer::Done
            }
            Call::Stay => {
                self.signed_in()?.stay_signed_in().await?;
                Answer::Done
            }
        })
    }

    async fn finish_sign_in(self: &Rc<Self>, code: &Password) -> Result<Answer, Error> {
        let expired = || Error::Problem(crypto_core::wire::Problem::of(ProblemCode::SignInExpired));
        let proved = self.under_way.sign_in.borrow().clone().ok_or_else(expired)?;
        let session = self.portal().await?.finish_sign_in(&proved, &code.0).await?;
        self.under_way.sign_in.take();
        Ok(Answer::Session(self.begin(session)))
    }

    fn make_factor(&self) -> Result<Answer, Error> {
        let factor = self.signed_in()?.make_second_factor();
        let text = Password(factor.text().to_string());
        let qr = draw(&factor.uri()).ok_or(Error::Input)?;
        *self.under_way.factor.borrow_mut() = Some(Rc::new(factor));
        Ok(Answer::Security(SecurityAnswer::Made { text, qr }))
    }

    async fn confirm_factor(self: &Rc<Self>, code: &Password) -> Result<Answer, Error> {
        let factor = self.under_way.factor.borrow().clone().ok_or(Error::Input)?;
        let codes = self.signed_in()?.confirm_second_factor(&factor, &code.0).await?;
        self.under_way.factor.take();
        Ok(Answer::Security(self.backup_codes(codes)?))
    }

    fn backup_codes(self: &Rc<Self>, codes: Vec<String>) -> Result<SecurityAnswer, Error> {
        let session = self.told(&*self.signed_in()?);
        let codes = codes.into_iter().map(Password).collect();
        Ok(SecurityAnswer::BackupCodes { codes, session })
    }

    /// Refuses a password that breaks the policy or is too easy to guess.
    pub(crate) async fn take_password(&self, password: &str, words: &[&str]) -> Result<(), Error> {
        check_policy(password).map_err(|_| Error::PasswordPolicy)?;
        if has_initial_form(password) || self.under_way.is_same_password(password) {
            return Err(Error::PasswordSame);
        }
        let score = later::strength(password, words).await?;
        if score >= MINIMUM_STRENGTH { Ok(()) } else { Err(Error::PasswordWeak) }
    }
}

fn row(it: SessionEntry) -> SessionRow {
    SessionRow {
        session: it.session,
        begun_at_ms: it.begun_at_ms,
        last_seen_at_ms: it.last_seen_at_ms,
        current: it.current,
    }
}

/// One path: each run of dark modules in a row is a rectangle.
fn draw(text: &str) -> Option<Qr> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            if run > 0 {
                // Writing to a string does not fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += i32::try_from(run.max(1)).ok()?;
        }
    }
    Some(Qr { side: u32::try_from(code.size() + 2 * QUIET).ok()?, path })
}
