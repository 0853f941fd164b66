//! An organisation with an administrator, a member of staff and a partner, made in the same way each time.

use crypto_core::Secret;
use crypto_core::certificate::{
    Certificate, CurrentCertificate, Directory, Lookup, Pins, PolicyBody, Role, issue_policy,
};
use crypto_core::hazmat::sign;
use crypto_core::keys::{Bundle, Identity, Made, Origin, make_account, make_root};
use crypto_core::wire::{DeploymentId, SUITE_1};
use minicbor::bytes::ByteArray;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::convert::Infallible;
use std::sync::LazyLock;

pub(crate) const NOW_MS: u64 = 1_800_000_000_000;

/// Randomness that is none: every key made with it is known.
pub(crate) struct Known;

/// What [`Known`] gives.
pub(crate) const KNOWN: u8 = 7;

impl rand_core::TryRng for Known {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_be_bytes([KNOWN; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_be_bytes([KNOWN; 8]))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(KNOWN);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Known {}

/// The key that [`Known`] makes.
pub(crate) fn known_key() -> Secret<32> {
    Secret::from_bytes([KNOWN; 32])
}

/// Somebody, and the seed that signs for them.
pub(crate) struct Person {
    pub(crate) bundle: Bundle,
    pub(crate) seed: Secret<32>,
}

pub(crate) struct World {
    pub(crate) pins: Pins,
    pub(crate) root_seed: Secret<32>,
    pub(crate) log_seed: Secret<32>,
    pub(crate) root: Certificate,
    pub(crate) policy: Vec<u8>,
    pub(crate) policy_body: PolicyBody,
    pub(crate) admin: Person,
    pub(crate) staff: Person,
    pub(crate) partner: Person,
    /// In order of entry.
    pub(crate) entries: Vec<Vec<u8>>,
}

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(World::make);

/// Followed.
pub(crate) static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
    let numbered = (1..).zip(WORLD.entries.iter().map(Vec::as_slice));
    match Directory::follow(WORLD.pins, numbered, [WORLD.policy.as_slice()]) {
        Ok(directory) => directory,
        Err(error) => panic!("{error}"),
    }
});

impl World {
    fn make() -> Self {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let (root_seed, root) = make_root("Kreisverwaltung", NOW_MS, &mut rng).expect("a root");
        let log_seed = Secret::from_bytes([3; 32]);
        let policy_body = PolicyBody {
            suite: SUITE_1,
            deployment: DeploymentId::from_bytes([1; 16]),
            vrf_key: ByteArray::from([8; 32]),
            log_key: ByteArray::from(sign::public_key(&log_seed)),
            witnesses: None,
            quorum: 0,
            minimum_suite: SUITE_1,
            revision: 1,
            previous: None,
            root: root.fingerprint(),
        };
        let (policy, bytes) = issue_policy(&policy_body, &root_seed).expect("a policy");
        let pins = Pins { root: root.fingerprint(), policy: policy.hash() };
        let mut entries = vec![root.as_bytes().to_vec()];
        let by_root = Origin {
            issuer_seed: &root_seed,
            issuer: root.fingerprint(),
            previous: None,
            pins,
            provisional: false,
            now_ms: NOW_MS,
        };
        let mut made = |who: Identity, origin: &Origin<'_>, tag: u8| {
            let Made { bundle, certificate } =
                make_account(who, origin, &mut Tagged(tag)).expect("an account");
            entries.push(certificate.as_bytes().to_vec());
            Person { bundle, seed: Secret::from_bytes([tag; 32]) }
        };
        let admin = made(identity("admin@kbs.example", Role::Administrator), &by_root, 21);
        let admin = Person { bundle: admin.bundle.with_root_seed(root_seed.duplicate()), ..admin };
        let staff = made(identity("sabine@kbs.example", Role::Staff), &admin.bundle.origin(None, NOW_MS), 22);
        let partner =
            made(identity("paula@traeger.example", Role::Partner), &staff.bundle.origin(None, NOW_MS), 23);
        let policy = bytes;
        Self { pins, root_seed, log_seed, root, policy, policy_body, admin, staff, partner, entries }
    }

    pub(crate) fn current(&self, person: &Person) -> CurrentCertificate {
        match DIRECTORY.look_up(&person.bundle.certificate().body().address) {
            Lookup::Current(current) => *current,
            Lookup::Ended(_) | Lookup::Unknown => panic!("live"),
        }
    }
}

/// As [`Known`], with another byte, so that accounts differ.
struct Tagged(u8);

impl rand_core::TryRng for Tagged {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_be_bytes([self.0; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_be_bytes([self.0; 8]))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(self.0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Tagged {}

fn identity(address: &str, role: Role) -> Identity {
    let named = role != Role::Partner;
    Identity {
        address: address.into(),
        name: named.then(|| "Anna Beispiel".into()),
        unit: (role == Role::Staff).then(|| "Jugendamt".into()),
        role,
    }
}
