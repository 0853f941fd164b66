//! The table of attacks names tests that there are.

use std::collections::BTreeSet;
use std::path::Path;
use walkdir::WalkDir;

/// Names of all test functions of the workspace that run.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["crypto-core/src", "server/src", "tests/it"].map(|folder| root.join(folder));
    let files = folders.iter().flat_map(WalkDir::new).map(Result::unwrap);
    let sources = files.filter(|it| it.path().extension().is_some_and(|it| it == "rs"));
    let mut names = BTreeSet::new();
    for source in sources {
        let text = std::fs::read_to_string(source.path()).unwrap();
        for after in text.split("test]").chain(text.split("#[tokio::test(")).skip(1) {
            let mut lines = after.lines().take(4).take_while(|line| !line.trim().starts_with("#[ignore"));
            let name = lines.find_map(|line| {
                let line = line.trim().trim_start_matches("async ");
                line.strip_prefix("fn ")?.split('(').next()
            });
            names.extend(name.map(str::to_owned));
        }
    }
    names
}

#[test]
fn every_attack_has_its_tests() {
    let document = include_str!("../../../docs/THREAT-MODEL.md");
    let (_, section) = document.split_once("## Which attack meets which test").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    assert!(rows.len() >= 38, "{} attacks", rows.len());
    let tests = tests();
    for row in rows {
        let named: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{row}");
        for name in named {
            assert!(tests.contains(name), "{name} is no test");
        }
    }
}
