//! Whether a stranger can tell two cases apart by status, length or time of the answer: a report, not a gate.
//!
//! `shape [SAMPLES]` starts a server, asks both cases of each pair in an order drawn by lot, and prints statuses, lengths
//! and the times' medians, with Welch's t over the quicker 95 % of each (as dudect does; over 4.5 the times differ for
//! sure) and the Mann-Whitney z (over 3 they differ as a rule). Over the loopback, so that nothing blurs it.

use client_sdk::wire::api::{
    AskForPassword, PasswordRequests, RecoveryFetch, RecoveryStart, RecoveryStarted, SecondFactorFinish,
    SignInFinish, SignInFinished, SignInStart, SignInStarted,
};
use client_sdk::wire::{B64, SignInId};
use client_sdk::{Method, Payload, Platform};
use crypto_core::auth::ClientSignIn;
use crypto_core::password::normalize;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Instant;
use tests::SmtpSink;
use tests::actors::{Cast, PARTNER, PASSWORD, Person, STAFF, stranger};
use tests::second_factor::enrol;
use tests::server::Settings;
use tests::tap::Tap;

const UNKNOWN: &str = "niemand@haus.example";
const API: &str = "/api/v1";

/// One answer as a stranger sees it.
struct Shape {
    status: u16,
    bytes: usize,
    micros: f64,
}

#[derive(Default)]
struct Case {
    statuses: BTreeSet<u16>,
    lengths: BTreeSet<usize>,
    micros: Vec<f64>,
}

impl Case {
    fn take(&mut self, shape: Shape) {
        self.statuses.insert(shape.status);
        self.lengths.insert(shape.bytes);
        self.micros.push(shape.micros);
    }

    /// The quicker 95 %, ascending: the rest is the machine's.
    fn quicker(&self) -> Vec<f64> {
        let mut sorted = self.micros.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.truncate(sorted.len() * 95 / 100);
        sorted
    }
}

#[tokio::main]
async fn main() {
    let samples = std::env::args().nth(1).map_or(400, |it| it.parse().expect("a number of samples"));
    let sink = SmtpSink::start();
    let server = Settings::default()
        .mail_to(sink.port())
        .set("KBS__LIMITS__SIGN_INS_PER_ACCOUNT", 10_000_000)
        .set("KBS__LIMITS__SIGN_INS_PER_NETWORK", 10_000_000)
        .start();
    let Cast { staff, partner, .. } = Cast::assemble(&server).await;
    let portal = stranger(&server.url()).await;
    let tap = portal.api().platform();
    let mut lot = ChaCha20Rng::seed_from_u64(1);
    println!("{samples} answers a case; µs; t over 4.5 or z over 3: the times differ\n");

    compare("sign-in begun: known | unknown address", samples, &mut lot, async |second| {
        begin_sign_in(tap, address(second)).await.0
    })
    .await;
    compare("recovery begun: known | unknown address", samples, &mut lot, async |second| {
        begin_recovery(tap, address(second)).await.0
    })
    .await;
    compare("recovery code wrong: known | unknown address", samples, &mut lot, async |second| {
        let begun = begin_recovery(tap, address(second)).await.1;
        let body = RecoveryFetch { recovery: begun.recovery, proof: B64(vec![7; 64]), second_factor: None };
        ask(tap, "/recovery/fetch", &body).await.0
    })
    .await;
    compare("new password asked for: known | unknown address", samples, &mut lot, async |second| {
        ask_for_password(tap, address(second)).await
    })
    .await;
    compare("new password asked for: not yet | already asked", samples / 4, &mut lot, async |second| {
        if !second {
            decline(&staff, &partner).await;
        }
        ask_for_password(tap, PARTNER).await
    })
    .await;
    let (_, mut codes) = enrol(&staff).await;
    let few = (samples / 10).max(8);
    compare("second factor: right | wrong code", few, &mut lot, async |second| {
        if codes.is_empty() {
            codes = staff.renew_backup_codes().await.expect("new backup codes");
        }
        let code = if second { "ABCD-EFGH-JKLM".to_owned() } else { codes.pop().expect("a code") };
        let body = SecondFactorFinish { pending: prove_password(tap, STAFF).await, code };
        ask(tap, "/sign-in/second-factor", &body).await.0
    })
    .await;
}

const fn address(unknown: bool) -> &'static str {
    if unknown { UNKNOWN } else { PARTNER }
}

async fn compare(
    name: &str,
    samples: usize,
    lot: &mut ChaCha20Rng,
    mut answer: impl AsyncFnMut(bool) -> Shape,
) {
    let mut cases = [Case::default(), Case::default()];
    while cases.iter().any(|case| case.micros.len() < samples) {
        let second = lot.next_u32() & 1 == 1;
        let shape = answer(second).await;
        cases[usize::from(second)].take(shape);
    }
    let [first, second] = &cases;
    let (left, right) = (first.quicker(), second.quicker());
    println!("{name}");
    println!(
        "  status {:?} | {:?}   bytes {:?} | {:?}",
        first.statuses, second.statuses, first.lengths, second.lengths
    );
    println!(
        "  median {:.0} | {:.0}   t {:.1}   z {:.1}\n",
        left[left.len() / 2],
        right[right.len() / 2],
        welch(&left, &right),
        mann_whitney(&left, &right)
    );
}

/// Welch's t of two samples.
fn welch(left: &[f64], right: &[f64]) -> f64 {
    let moments = |sample: &[f64]| {
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let variance = sample.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let ((left, left_error), (right, right_error)) = (moments(left), moments(right));
    (left - right) / (left_error + right_error).sqrt()
}

/// The normal approximation of the Mann-Whitney U of two samples, each ascending.
fn mann_whitney(left: &[f64], right: &[f64]) -> f64 {
    let below = |it: &f64| right.partition_point(|other| other < it);
    let not_above = |it: &f64| right.partition_point(|other| other <= it);
    let wins: f64 = left.iter().map(|it| (below(it) + not_above(it)) as f64 / 2.0).sum();
    let (n, m) = (left.len() as f64, right.len() as f64);
    (wins - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
async fn ask(tap: &Tap, path: &str, body: &impl Serialize) -> (Shape, Vec<u8>) {
    let payload = Payload::Json(serde_json::to_vec(body).expect("JSON"));
    let started = Instant::now();
    let answer = tap.raw(Method::Post, &format!("{API}{path}"), payload).await;
    let micros = started.elapsed().as_secs_f64() * 1e6;
    (Shape { status: answer.status, bytes: answer.body.len(), micros }, answer.body)
}

async fn begin_sign_in(tap: &Tap, address: &str) -> (Shape, ClientSignIn, SignInStarted) {
    let (state, ke1) = ClientSignIn::start(normalize(PASSWORD).as_bytes(), &mut tap.rng()).expect("KE1");
    let body = SignInStart { address: address.into(), ke1: B64(ke1.into_bytes()) };
    let (shape, answer) = ask(tap, "/sign-in/start", &body).await;
    (shape, state, serde_json::from_slice(&answer).expect("an answer"))
}

async fn begin_recovery(tap: &Tap, address: &str) -> (Shape, RecoveryStarted) {
    let (shape, answer) = ask(tap, "/recovery/start", &RecoveryStart { address: address.into() }).await;
    (shape, serde_json::from_slice(&answer).expect("an answer"))
}

async fn ask_for_password(tap: &Tap, address: &str) -> Shape {
    ask(tap, "/password-requests", &AskForPassword { address: address.into() }).await.0
}

async fn decline(staff: &Person, partner: &Person) {
    let open: PasswordRequests = staff.api().get("/password-requests").await.expect("a list");
    if serde_json::to_string(&open).expect("JSON").contains(&partner.account().to_string()) {
        let path = format!("/password-requests/{}", partner.account());
        staff.api().plain(Method::Delete, &path).await.expect("declined");
    }
}

/// Up to the second factor.
async fn prove_password(tap: &Tap, address: &str) -> SignInId {
    let deployment = stranger(tap.server()).await.status().deployment;
    let (_, state, started) = begin_sign_in(tap, address).await;
    let password = normalize(PASSWORD);
    let (ke3, _) =
        state.finish(password.as_bytes(), &started.ke2.0, deployment.as_bytes()).expect("the right password");
    let body = SignInFinish { sign_in: started.sign_in, ke3: B64(ke3.into_bytes()) };
    let (_, answer) = ask(tap, "/sign-in/finish", &body).await;
    match serde_json::from_slice(&answer).expect("an answer") {
        SignInFinished::SecondFactor(wanted) => wanted.pending,
        SignInFinished::SignedIn(_) => panic!("there is a second factor"),
    }
}
