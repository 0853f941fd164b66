//! The recovery code, forgotten passwords, and making earlier messages accessible again.

use crate::browser::notice;
use crate::calls::Worker;
use client_bridge::recovery::{Answer as RecoveryAnswer, Call, Offer, Request};
use client_bridge::{Answer, Notice, Password};
use client_sdk::web::Web;
use client_sdk::{Error, Recovery, RestoreOffer};
use crypto_core::wire::{AccountId, shown_address};
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;

/// A code that was proved and waits for its password.
#[derive(Default)]
pub(crate) struct UnderWay(RefCell<Option<Rc<Recovery<Web>>>>);

impl Worker {
    /// Does one of this module's calls.
    pub(crate) async fn recovery(self: &Rc<Self>, call: Call) -> Result<Answer, Error> {
        Ok(Answer::Recovery(match call {
            Call::MakeCode => {
                let text = self.signed_in()?.make_recovery_code();
                RecoveryAnswer::Code { text: Password(text.to_string()) }
            }
            Call::SetCode { shown, typed } => {
                let session = self.signed_in()?;
                session.set_recovery_code(&shown.0, &typed.0).await?;
                return Ok(Answer::Session(self.told(&session)));
            }
            Call::Recover { address, code, second_factor } => {
                let second_factor = second_factor.as_ref().map(|code| code.0.trim());
                let proved = self.portal().await?.recover(&address, &code.0, second_factor).await?;
                *self.recovering.0.borrow_mut() = Some(Rc::new(proved));
                RecoveryAnswer::Proved
            }
            Call::ReplacePassword { password } => {
                let recovery = self.recovering.0.borrow().clone().ok_or(Error::Input)?;
                self.take_password(&password.0, &[recovery.address()]).await?;
                recovery.set_password(&password.0).await?;
                self.recovering.0.take();
                RecoveryAnswer::Done
            }
            Call::AskForPassword { address } => {
                self.portal().await?.ask_for_password(&address).await?;
                RecoveryAnswer::Done
            }
            Call::Reset { address } => {
                let invited = self.signed_in()?.reset(&address).await?;
                return Ok(Answer::Invited {
                    address: invited.address.to_string(),
                    initial_password: Password(invited.initial_password.to_string()),
                });
            }
            other => self.help(other).await?,
        }))
    }

    /// What a contact does for somebody.
    async fn help(&self, call: Call) -> Result<RecoveryAnswer, Error> {
        let session = self.signed_in()?;
        Ok(match call {
            Call::Requests => RecoveryAnswer::Requests(
                session
                    .password_requests()
                    .await?
                    .into_iter()
                    .map(|it| Request {
                        account: it.account,
                        address: shown_address(&it.address),
                        role: it.role,
                        requested_at_ms: it.requested_at_ms,
                    })
                    .collect(),
            ),
            Call::DeclineRequest { account } => {
                session.decline_password_request(account).await?;
                RecoveryAnswer::Done
            }
            Call::Offers => {
                RecoveryAnswer::Offers(session.restores().await?.into_iter().map(offer).collect())
            }
            Call::MakeAccessible { account, ticket } => self.make_accessible(account, ticket).await?,
            Call::DeclineOffer { account } => {
                session.answer_restore(&self.offer_of(account).await?, false, true).await?;
                RecoveryAnswer::Done
            }
            _ => return Err(Error::Input),
        })
    }

    /// The yes is kept first, so that it is gone on with after an interruption.
    async fn make_accessible(&self, account: AccountId, ticket: u32) -> Result<RecoveryAnswer, Error> {
        let session = self.signed_in()?;
        let offer = self.offer_of(account).await?;
        session.answer_restore(&offer, true, false).await?;
        let progress = |done: usize, total: usize| {
            notice(Notice::Progress { ticket, done: done as u64, total: total as u64 });
            ControlFlow::Continue(())
        };
        let granted = session.make_accessible(account, progress).await?;
        session.answer_restore(&offer, true, granted.failed.is_empty()).await?;
        Ok(RecoveryAnswer::Accessible { granted: granted.granted, failed: granted.failed.len() })
    }

    async fn offer_of(&self, account: AccountId) -> Result<RestoreOffer, Error> {
        let offers = self.signed_in()?.restores().await?;
        offers.into_iter().find(|offer| offer.account == account).ok_or(Error::Input)
    }
}

fn offer(it: RestoreOffer) -> Offer {
    let named = |person: client_sdk::Person| person.name.unwrap_or(person.address);
    Offer {
        account: it.account,
        person: named(it.person),
        at_ms: it.at_ms,
        by: named(it.by),
        messages: it.messages,
        promised: it.promised,
    }
}
