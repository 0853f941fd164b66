//! The server's half of OPAQUE (RFC 9807): requests, records, kept states and proofs from a client.

use crate::input::{Input, piece};
use crate::world::Known;
use crypto_core::auth::{ClientRegistration, ClientSignIn, Record, ServerSecrets, ServerSignIn};
use std::sync::LazyLock;

static SECRETS: LazyLock<ServerSecrets> = LazyLock::new(|| ServerSecrets::make(&mut Known));

/// The first byte says which step, and of a sign-in the second whether a record follows.
pub(crate) fn run(data: &[u8]) -> bool {
    let mut input = Input::new(data);
    match input.byte() % 5 {
        0 => SECRETS.registration_response(input.rest(), &[1; 32]).is_ok(),
        1 => {
            let bytes = input.rest();
            let record = Record::parse(bytes);
            record.is_ok_and(|record| record.as_bytes() == bytes || panic!("one encoding"))
        }
        2 => {
            let record = input.piece();
            let record = (!record.is_empty()).then_some(record);
            let ke1 = input.rest();
            let started = ServerSignIn::start(&SECRETS, record, ke1, &[1; 32], &[2; 16], &mut Known);
            let Ok((state, _)) = started else { return false };
            let kept = state.to_bytes();
            assert!(ServerSignIn::from_bytes(&kept).is_ok_and(|again| again.to_bytes() == kept));
            assert!(state.finish(&[3; 64]).is_err(), "nobody signs in without the password");
            true
        }
        3 => ServerSignIn::from_bytes(input.piece()).is_ok_and(|state| state.finish(input.rest()).is_ok()),
        _ => {
            let bytes = input.rest();
            let secrets = ServerSecrets::from_bytes(bytes);
            secrets.is_ok_and(|secrets| secrets.to_bytes().as_slice() == bytes || panic!("one encoding"))
        }
    }
}

/// What an honest client sends, and what the server keeps.
pub(crate) fn seeds() -> Vec<(String, Vec<u8>)> {
    let (password, deployment) = (b"Korrektes-Pferd-Batterie-7", [2; 16]);
    let (registration, request) = ClientRegistration::start(password, &mut Known).expect("a request");
    let request = request.into_bytes();
    let answer = SECRETS.registration_response(&request, &[1; 32]).expect("an answer").into_bytes();
    let (record, _) = registration.finish(password, &answer, &deployment, &mut Known).expect("a record");
    let record = record.into_bytes();
    let (client, ke1) = ClientSignIn::start(password, &mut Known).expect("a first message");
    let ke1 = ke1.into_bytes();
    let (server, ke2) = ServerSignIn::start(&SECRETS, Some(&record), &ke1, &[1; 32], &deployment, &mut Known)
        .expect("a second message");
    let (ke3, _) = client.finish(password, &ke2.into_bytes(), &deployment).expect("a third message");
    let seed =
        |name: &str, step: u8, parts: &[&[u8]]| (name.to_owned(), [&[step], &parts.concat()[..]].concat());
    vec![
        seed("request", 0, &[&request]),
        seed("record", 1, &[&record]),
        seed("ke1", 2, &[&piece(&record), &ke1]),
        seed("ke1-unknown", 2, &[&piece(&[]), &ke1]),
        seed("ke3", 3, &[&piece(&server.to_bytes()), &ke3.into_bytes()]),
        seed("secrets", 4, &[&SECRETS.to_bytes()]),
    ]
}
