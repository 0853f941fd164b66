//! The known-answer tests, natively. `wasm.rs` runs the same functions as WebAssembly.

mod suite;

#[test]
fn known_answers() {
    let report = suite::run();
    println!("{}", report.summary());
    assert_eq!(report.failed(), 0, "{}", report.summary());
    assert!(report.passed() > 1500, "vectors are missing: {}", report.summary());
}
