//! Making a mailbox for somebody: keys, initial password, certificate.

use crate::error::Error;
use crate::platform::{Method, Platform};
use crate::session::Session;
use crypto_core::auth::ClientRegistration;
use crypto_core::certificate::{Lookup, Role};
use crypto_core::keys::{BundleKey, Identity, Made, make_account};
use crypto_core::password::{make_initial_password, normalize};
use crypto_core::wire::api::{
    Invitation, InvitationFinish, InvitationList, InvitationStart, Language, NewAccount, RegistrationAnswer,
    StoredBundle, Wrap, WrapKind,
};
use crypto_core::wire::{Address, B64, Problem, ProblemCode};
use zeroize::Zeroizing;

/// Who is to get a mailbox.
#[derive(Debug, Clone)]
pub struct Invitee<'a> {
    /// As typed.
    pub address: &'a str,
    /// Partner, staff or, by whoever has the organisation's key, administrator.
    pub role: Role,
    /// Staff's.
    pub name: Option<&'a str>,
    /// Staff's.
    pub unit: Option<&'a str>,
    /// Of mails and letter.
    pub language: Language,
}

/// A mailbox that was made.
pub struct Invited {
    /// Canonical.
    pub address: Address,
    /// To pass on by phone or letter; nobody can see it again.
    pub initial_password: Zeroizing<String>,
}

impl<P: Platform> Session<P> {
    /// Makes provisional keys and an initial password for somebody; the server sends the initial e-mail.
    ///
    /// # Errors
    /// [`Error::Address`], [`Error::Keys`]; the problem `address-taken` if there is a mailbox.
    pub async fn invite(&self, invitee: &Invitee<'_>) -> Result<Invited, Error> {
        let address = Address::parse(invitee.address)?;
        let made = self.make_mailbox(invitee, &address).await?;
        let mut rng = self.api().platform().rng();
        let initial_password = make_initial_password(&mut rng);
        let password = normalize(&initial_password);
        let (state, request) = ClientRegistration::start(password.as_bytes(), &mut rng)?;
        let start = InvitationStart {
            address: address.to_string(),
            role: invitee.role,
            registration_request: B64(request.into_bytes()),
        };
        let answer: RegistrationAnswer = self.api().call(Method::Post, "/invitations/start", &start).await?;
        let deployment = self.status().deployment.as_bytes();
        let (record, kek) =
            state.finish(password.as_bytes(), &answer.registration_response.0, deployment, &mut rng)?;
        let key = BundleKey::make(&mut rng);
        let account = NewAccount {
            address: Address::deliverable(invitee.address)?,
            language: invitee.language,
            record: B64(record.into_bytes()),
            bundle: StoredBundle { revision: 1, sealed: B64(made.bundle.seal(&key, &mut rng)) },
            wraps: vec![Wrap {
                kind: WrapKind::Password,
                sealed: B64(key.wrap_for_password(&kek, made.bundle.account(), &mut rng)),
            }],
            certificate: B64(made.certificate.as_bytes().to_vec()),
        };
        self.api().tell(Method::Post, "/invitations/finish", &InvitationFinish { account }).await?;
        Ok(Invited { address, initial_password })
    }

    async fn make_mailbox(&self, invitee: &Invitee<'_>, address: &Address) -> Result<Made, Error> {
        let directory = self.directory(&[], &[address]).await?;
        if let Lookup::Current(_) = directory.look_up(address.as_str()) {
            return Err(Error::Problem(Problem::of(ProblemCode::AddressTaken)));
        }
        let text =
            |text: Option<&str>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let identity = Identity {
            address: address.to_string(),
            name: text(invitee.name),
            unit: text(invitee.unit),
            role: invitee.role,
        };
        let keys = self.keys();
        let now_ms = self.api().platform().now_ms();
        let previous = directory.newest(address.as_str());
        let origin = match (invitee.role, directory.root()) {
            (Role::Administrator, Some(root)) => keys.bundle.root_origin(&root, previous, now_ms)?,
            _ => keys.bundle.origin(previous, now_ms),
        };
        Ok(make_account(identity, &origin, &mut self.api().platform().rng())?)
    }

    /// Whom one invited, newest first.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`].
    pub async fn invitations(&self) -> Result<Vec<Invitation>, Error> {
        let list: InvitationList = self.api().get("/invitations").await?;
        Ok(list.invitations)
    }
}
