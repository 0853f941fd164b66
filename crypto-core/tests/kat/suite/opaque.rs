//! RFC 9807, appendix C, with the suite of the server half: ours but for the stretching, which the RFC's vectors
//! leave out.

use super::Report;
use super::vectors::{Case, Prescribed, cases};
use crypto_core::auth::kat::{Older, Suite};
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialFinalization, CredentialRequest, CredentialResponse, Identifiers, RegistrationRequest,
    RegistrationResponse, ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup,
};

pub(super) fn run(report: &mut Report) {
    for case in cases(include_str!("../../vectors/rfc9807.txt")) {
        let vector = Vector::new(case);
        if vector.case.optional("registration_upload").is_some() {
            vector.registration(report);
            vector.sign_in(report);
        } else {
            vector.fake_answer(report);
        }
    }
}

struct Vector<'a> {
    case: Case<'a>,
    client: Option<Vec<u8>>,
    server: Option<Vec<u8>>,
    context: Vec<u8>,
    setup: ServerSetup<Suite>,
}

impl<'a> Vector<'a> {
    fn new(case: Case<'a>) -> Self {
        let bytes =
            ["oprf_seed", "server_private_key", "client_public_key"].map(|name| case.bytes(name)).concat();
        Self {
            client: case.optional("client_identity"),
            server: case.optional("server_identity"),
            context: case.bytes("Context"),
            setup: ServerSetup::deserialize(&bytes).unwrap(),
            case,
        }
    }

    fn bytes(&self, names: &[&str]) -> Vec<u8> {
        names.iter().flat_map(|name| self.case.bytes(name)).collect()
    }

    /// A scalar is drawn as 64 bytes, little-endian, and reduced: the vector's one is reduced already.
    fn blind(&self, name: &str) -> Vec<u8> {
        [self.bytes(&[name]), vec![0; 32]].concat()
    }

    fn identifiers(&self) -> Identifiers<'_> {
        Identifiers { client: self.client.as_deref(), server: self.server.as_deref() }
    }

    fn server_parameters(&self) -> ServerLoginParameters<'_, '_> {
        ServerLoginParameters { context: Some(&self.context), identifiers: self.identifiers() }
    }

    fn registration(&self, report: &mut Report) {
        let password = self.bytes(&["password"]);
        let mut rng = Prescribed::new(self.blind("blind_registration"));
        let client = ClientRegistration::<Suite>::start(&mut Older(&mut rng), &password).unwrap();
        let request = client.message.serialize();
        report.equal("RFC 9807 registration request", &request, &self.bytes(&["registration_request"]));

        let request = RegistrationRequest::deserialize(&request).unwrap();
        let server =
            ServerRegistration::start(&self.setup, request, &self.bytes(&["credential_identifier"])).unwrap();
        let response = server.message.serialize();
        report.equal("RFC 9807 registration response", &response, &self.bytes(&["registration_response"]));

        let response = RegistrationResponse::deserialize(&response).unwrap();
        let parameters = ClientRegistrationFinishParameters::new(self.identifiers(), None);
        let mut rng = Prescribed::new(self.bytes(&["envelope_nonce"]));
        let finished = client.state.finish(&mut Older(&mut rng), &password, response, parameters).unwrap();
        let record = finished.message.serialize();
        report.equal("RFC 9807 record", &record, &self.bytes(&["registration_upload"]));
        report.equal("RFC 9807 export key", &finished.export_key, &self.bytes(&["export_key"]));
    }

    fn sign_in(&self, report: &mut Report) {
        let password = self.bytes(&["password"]);
        let random =
            [self.blind("blind_login"), self.bytes(&["client_keyshare_seed", "client_nonce"])].concat();
        let mut rng = Prescribed::new(random);
        let client = ClientLogin::<Suite>::start(&mut Older(&mut rng), &password).unwrap();
        report.equal("RFC 9807 KE1", &client.message.serialize(), &self.bytes(&["KE1"]));

        let record = ServerRegistration::deserialize(&self.bytes(&["registration_upload"])).unwrap();
        // The masking key of the false record is drawn although there is a true one.
        let random =
            [vec![0; 64], self.bytes(&["masking_nonce", "server_keyshare_seed", "server_nonce"])].concat();
        let server = self.server_start(Some(record), random);
        report.equal("RFC 9807 KE2", &server.message.serialize(), &self.bytes(&["KE2"]));

        let ke2 = CredentialResponse::deserialize(&self.bytes(&["KE2"])).unwrap();
        let parameters = ClientLoginFinishParameters::new(Some(&self.context), self.identifiers(), None);
        let mut rng = Prescribed::new(Vec::new());
        let finished = client.state.finish(&mut Older(&mut rng), &password, ke2, parameters).unwrap();
        report.equal("RFC 9807 KE3", &finished.message.serialize(), &self.bytes(&["KE3"]));
        report.equal("RFC 9807 client session key", &finished.session_key, &self.bytes(&["session_key"]));
        report.equal("RFC 9807 export key at sign-in", &finished.export_key, &self.bytes(&["export_key"]));

        let ke3 = CredentialFinalization::deserialize(&self.bytes(&["KE3"])).unwrap();
        let finished = server.state.finish(ke3, ServerLoginParameters::default()).unwrap();
        report.equal("RFC 9807 server session key", &finished.session_key, &self.bytes(&["session_key"]));
    }

    fn fake_answer(&self, report: &mut Report) {
        let random = self.bytes(&["masking_key", "masking_nonce", "server_keyshare_seed", "server_nonce"]);
        let server = self.server_start(None, random);
        report.equal("RFC 9807 KE2 without a record", &server.message.serialize(), &self.bytes(&["KE2"]));
    }

    fn server_start(
        &self,
        record: Option<ServerRegistration<Suite>>,
        random: Vec<u8>,
    ) -> opaque_ke::ServerLoginStartResult<Suite> {
        let ke1 = CredentialRequest::deserialize(&self.bytes(&["KE1"])).unwrap();
        let id = self.bytes(&["credential_identifier"]);
        let mut rng = Prescribed::new(random);
        ServerLogin::start(&mut Older(&mut rng), &self.setup, record, ke1, &id, self.server_parameters())
            .unwrap()
    }
}
