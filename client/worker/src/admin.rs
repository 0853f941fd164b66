//! Administration and deputies.

use client_bridge::admin as bridge;
use client_bridge::{Answer, Password};
use client_sdk::web::Web;
use client_sdk::{
    Cause, DeputyInfo, Error, NamedWitnesses, PersonInfo, Platform, Purpose, Represented, Session, StandIn,
    Witness,
};
use crypto_core::directory::{COSIGNATURE_LIFE_MS, read_witness_line, witness_line};
use crypto_core::wire::api::PersonEntry;
use crypto_core::wire::shown_address;
use std::ops::ControlFlow;

/// Does one call. `progress` hears of messages done and in all.
pub(crate) async fn call(
    session: &Session<Web>,
    call: bridge::Call,
    progress: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Answer, Error> {
    use bridge::{Answer as A, Call};
    let answer = match call {
        Call::People => A::People(session.people().await?.into_iter().map(person).collect()),
        Call::Move { account, address } => {
            let address = session.move_account(account, &address).await?;
            A::Moved { address: shown_address(address.as_str()) }
        }
        Call::Root => A::Root { present: session.has_root() },
        Call::RootCopy => A::RootCopy(Password(session.root_copy().await?.to_string())),
        Call::RemoveAdministrator { account, why } => {
            A::RootCopy(Password(session.remove_administrator(account, cause(why)).await?.to_string()))
        }
        Call::Witnesses => witnesses(session).await?,
        Call::Rules => A::Rules(Box::new(session.rules().await?)),
        Call::Events { before, kind, account } => {
            A::Events(session.security_events(before.as_deref(), kind, account).await?)
        }
        Call::Outbox => A::Outbox(session.outbox().await?),
        Call::Deputies => A::Deputies {
            mine: session.deputies().await?.into_iter().map(deputy).collect(),
            represented: session.represented().await?.into_iter().map(represented).collect(),
        },
        Call::HandMail { receiver, for_good, .. } => {
            let purpose = if for_good { Purpose::HandOver } else { Purpose::Deputy };
            let mut progress = progress;
            let step = |done: usize, total: usize| progress(done as u64, total as u64);
            let handed = session.hand_mail_to(receiver, purpose, step).await?;
            A::Handed { granted: handed.granted, failed: handed.failed.len() }
        }
        other => return change(session, other).await.map(|()| Answer::Done),
    };
    Ok(Answer::Admin(answer))
}

/// What has nothing to say.
async fn change(session: &Session<Web>, call: bridge::Call) -> Result<(), Error> {
    use bridge::Call;
    match call {
        Call::SetLocked { account, locked } => session.set_locked(account, locked).await,
        Call::RequirePassword { account } => session.require_password_change(account).await,
        Call::ResetSecondFactor { account } => session.reset_second_factor(account).await,
        Call::Close { account } => session.close(account).await,
        Call::Remove { account, why } => session.revoke(account, cause(why)).await,
        Call::Depute { owner, deputies } => session.depute(owner, &stand_ins(&deputies)).await,
        Call::ShareRoot { account } => session.share_root(account).await,
        Call::RestoreRoot { printed } => session.restore_root(&printed.0).await,
        Call::NameWitnesses { lines, quorum } => {
            let witness = |line: &String| {
                let (name, key) = read_witness_line(line).map_err(|_| Error::WitnessLine)?;
                Ok(Witness { name, key: key.into() })
            };
            let named = lines.iter().map(witness).collect::<Result<Vec<_>, Error>>()?;
            session.name_witnesses(&named, quorum).await
        }
        Call::SetRules(rules) => session.set_rules(&rules).await,
        Call::NameDeputies { deputies } => session.name_deputies(&stand_ins(&deputies)).await,
        Call::Resign { owner } => session.resign(owner).await,
        // All others have an answer.
        _ => Err(Error::Input),
    }
}

async fn witnesses(session: &Session<Web>) -> Result<bridge::Answer, Error> {
    let NamedWitnesses { witnesses, quorum } = session.witnesses().await?;
    let now_ms = session.api().platform().now_ms();
    let witness = |(it, signed_at_ms): (Witness, Option<u64>)| bridge::Witness {
        line: witness_line(&it.name, &it.key),
        current: signed_at_ms.is_some_and(|at| now_ms < at.saturating_add(COSIGNATURE_LIFE_MS)),
        name: it.name,
        signed_at_ms,
    };
    Ok(bridge::Answer::Witnesses { witnesses: witnesses.into_iter().map(witness).collect(), quorum })
}

const fn cause(why: bridge::Removal) -> Cause {
    match why {
        bridge::Removal::Left => Cause::Left,
        bridge::Removal::Lost => Cause::Lost,
        bridge::Removal::Stolen => Cause::Stolen,
    }
}

fn stand_ins(all: &[bridge::StandIn]) -> Vec<StandIn> {
    let stand_in =
        |it: &bridge::StandIn| StandIn { account: it.account, from_ms: it.from_ms, until_ms: it.until_ms };
    all.iter().map(stand_in).collect()
}

fn person(it: PersonInfo) -> bridge::Person {
    let deputies = it.deputies.into_iter().map(deputy).collect();
    let entry = PersonEntry { address: shown_address(&it.entry.address), ..it.entry };
    bridge::Person { entry, name: it.name, unit: it.unit, deputies }
}

fn deputy(it: DeputyInfo) -> bridge::Deputy {
    bridge::Deputy {
        stand_in: bridge::StandIn { account: it.account, from_ms: it.from_ms, until_ms: it.until_ms },
        address: it.address.as_deref().map(shown_address),
        name: it.name,
        by_administrator: it.by_administrator,
        resigned: it.resigned,
    }
}

fn represented(it: Represented) -> bridge::Represented {
    bridge::Represented {
        owner: it.owner.account,
        address: shown_address(&it.owner.address),
        name: it.owner.name,
        from_ms: it.from_ms,
        until_ms: it.until_ms,
    }
}
