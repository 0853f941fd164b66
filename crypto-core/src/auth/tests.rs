//! Both halves together: a person with a password, the server, and those who lie.

use super::*;
use crate::secret::Secret;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const PASSWORD: &[u8] = b"Kennwort-1";
const DEPLOYMENT: &[u8; 16] = b"deployment 16 by";
const ID: &[u8; 32] = &[7; 32];

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn register(secrets: &ServerSecrets, id: &[u8; 32]) -> (Record, Kek) {
    let mut rng = rng(1);
    let (client, request) = ClientRegistration::start(PASSWORD, &mut rng).unwrap();
    let response = secrets.registration_response(request.as_bytes(), id).unwrap();
    client.finish(PASSWORD, response.as_bytes(), DEPLOYMENT, &mut rng).unwrap()
}

struct SignIn<'a> {
    password: &'a [u8],
    record: Option<&'a [u8]>,
    id: &'a [u8; 32],
    server_deployment: &'a [u8; 16],
}

impl<'a> SignIn<'a> {
    fn honest(record: &'a Record) -> Self {
        Self { password: PASSWORD, record: Some(record.as_bytes()), id: ID, server_deployment: DEPLOYMENT }
    }

    fn run(&self, secrets: &ServerSecrets) -> Result<Kek, AuthError> {
        let mut rng = rng(2);
        let (client, ke1) = ClientSignIn::start(self.password, &mut rng)?;
        let (server, ke2) = ServerSignIn::start(
            secrets,
            self.record,
            ke1.as_bytes(),
            self.id,
            self.server_deployment,
            &mut rng,
        )?;
        let stored = server.to_bytes();
        let (ke3, kek) = client.finish(self.password, ke2.as_bytes(), DEPLOYMENT)?;
        ServerSignIn::from_bytes(&stored)?.finish(ke3.as_bytes())?;
        Ok(kek)
    }
}

#[test]
fn the_right_password_signs_in_and_gives_the_same_key() {
    let secrets = ServerSecrets::make(&mut rng(3));
    let (record, registered) = register(&secrets, ID);
    let kek = SignIn::honest(&record).run(&secrets).map_err(|error| error.to_string()).unwrap();
    assert!(kek.secret() == registered.secret());
}

#[test]
fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let secrets = ServerSecrets::make(&mut rng(3));
    let (record, _) = register(&secrets, ID);
    let wrong = SignIn { password: b"Kennwort-2", ..SignIn::honest(&record) };
    assert_eq!(wrong.run(&secrets).err(), Some(AuthError::Refused));
    let unknown = SignIn { record: None, ..SignIn::honest(&record) };
    assert_eq!(unknown.run(&secrets).err(), Some(AuthError::Refused));
}

#[test]
fn a_record_of_another_account_is_refused() {
    let secrets = ServerSecrets::make(&mut rng(3));
    let (record, _) = register(&secrets, &[8; 32]);
    assert_eq!(SignIn::honest(&record).run(&secrets).err(), Some(AuthError::Refused));
}

#[test]
fn another_server_or_another_deployment_is_refused() {
    let secrets = ServerSecrets::make(&mut rng(3));
    let (record, _) = register(&secrets, ID);
    let stranger = ServerSecrets::make(&mut rng(4));
    assert_eq!(SignIn::honest(&record).run(&stranger).err(), Some(AuthError::Refused));
    let elsewhere = SignIn { server_deployment: b"deployment other", ..SignIn::honest(&record) };
    assert_eq!(elsewhere.run(&secrets).err(), Some(AuthError::Refused));
}

#[test]
fn a_forged_proof_is_refused() {
    let secrets = ServerSecrets::make(&mut rng(3));
    let (record, _) = register(&secrets, ID);
    let mut rng = rng(2);
    let (_, ke1) = ClientSignIn::start(PASSWORD, &mut rng).unwrap();
    let (server, _) =
        ServerSignIn::start(&secrets, Some(record.as_bytes()), ke1.as_bytes(), ID, DEPLOYMENT, &mut rng)
            .unwrap();
    assert_eq!(server.finish(&[0; Ke3::BYTES]), Err(AuthError::Refused));
}

#[test]
fn a_server_that_mirrors_the_client_is_refused() {
    let mut rng = rng(1);
    let (client, request) = ClientRegistration::start(PASSWORD, &mut rng).unwrap();
    let mirrored = [request.as_bytes(), request.as_bytes()].concat();
    assert_eq!(client.finish(PASSWORD, &mirrored, DEPLOYMENT, &mut rng).err(), Some(AuthError::Refused));
}

/// The lengths are those of RFC 9807, section 6.1: no byte is left for a parameter of the stretching.
#[test]
fn no_message_has_room_for_argon2_parameters() {
    let mut rng = rng(2);
    let secrets = ServerSecrets::make(&mut rng);
    let (scalar, element, hash, nonce) = (32, 32, 64, 32);
    let envelope = nonce + hash;
    let (record, _) = register(&secrets, ID);
    assert_eq!(record.as_bytes().len(), element + hash + envelope);
    let (_, request) = ClientRegistration::start(PASSWORD, &mut rng).unwrap();
    assert_eq!(request.as_bytes().len(), element);
    let response = secrets.registration_response(request.as_bytes(), ID).unwrap();
    assert_eq!(response.as_bytes().len(), element + element);
    let (client, ke1) = ClientSignIn::start(PASSWORD, &mut rng).unwrap();
    assert_eq!(ke1.as_bytes().len(), element + nonce + element);
    let (_, ke2) =
        ServerSignIn::start(&secrets, Some(record.as_bytes()), ke1.as_bytes(), ID, DEPLOYMENT, &mut rng)
            .unwrap();
    assert_eq!(ke2.as_bytes().len(), element + nonce + element + envelope + nonce + element + hash);
    let (ke3, _) = client.finish(PASSWORD, ke2.as_bytes(), DEPLOYMENT).unwrap();
    assert_eq!(ke3.as_bytes().len(), hash);
    assert_eq!(secrets.to_bytes().len(), hash + scalar + element);
}

#[test]
fn messages_of_the_wrong_form_are_malformed() {
    let mut rng = rng(2);
    let secrets = ServerSecrets::make(&mut rng);
    let (record, _) = register(&secrets, ID);
    // All ones is no canonical element of the group; zero is its identity, which RFC 9807 refuses too.
    for wrong in [vec![0xff; 32], vec![0; 32], vec![1; 31], vec![1; 33], vec![]] {
        assert_eq!(secrets.registration_response(&wrong, ID).err(), Some(AuthError::Malformed), "{wrong:?}");
    }
    for ke1 in [vec![0xff; Ke1::BYTES], vec![0; Ke1::BYTES - 1], vec![0; Ke1::BYTES + 1]] {
        let started = ServerSignIn::start(&secrets, None, &ke1, ID, DEPLOYMENT, &mut rng);
        assert_eq!(started.err(), Some(AuthError::Malformed));
    }
    assert!(Record::parse(record.as_bytes()).is_ok());
    assert_eq!(Record::parse(&[0xff; Record::BYTES]).err(), Some(AuthError::Malformed));
    let longer = [record.as_bytes(), &[0]].concat();
    assert_eq!(Record::parse(&longer).err(), Some(AuthError::Malformed));
    for password in [vec![], vec![b'a'; 65_536]] {
        assert_eq!(ClientSignIn::start(&password, &mut rng).err(), Some(AuthError::PasswordLength));
    }
}

#[test]
fn secrets_and_states_survive_storage_and_nothing_else_does() {
    let secrets = ServerSecrets::make(&mut rng(3));
    let bytes = secrets.to_bytes();
    assert_eq!(*ServerSecrets::from_bytes(&bytes).unwrap().to_bytes(), *bytes);
    assert!(ServerSecrets::from_bytes(&bytes[1..]).is_err());
    assert!(ServerSecrets::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
    assert!(ServerSignIn::from_bytes(&[1; 20]).is_err());
}

#[test]
fn credential_ids_depend_on_secret_and_address() {
    let secret = Secret::from_bytes([1; 32]);
    let id = credential_id(&secret, "partner@example.org");
    assert_eq!(id, credential_id(&secret, "partner@example.org"));
    assert_ne!(id, credential_id(&secret, "partner@example.com"));
    assert_ne!(id, credential_id(&Secret::from_bytes([2; 32]), "partner@example.org"));
}
