//! Counting tests by the closing lines of the runners that are used here: libtest's `test result: …`, and the plain
//! `N passed, M failed` that our own runners print.

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Tally {
    /// What one line of output counts: nothing, unless it is a runner's closing line.
    pub(crate) fn of_line(line: &str) -> Self {
        let line = without_colour(line);
        let counts = match line.trim().strip_prefix("test result:") {
            Some(rest) => rest.split_once(". ").map_or("", |(_, counts)| counts),
            None if line.contains(" passed, ") && line.contains(" failed") => line.trim(),
            None => "",
        };
        let mut tally = Self::default();
        let mut words = counts.split([' ', ',', ';']).filter(|word| !word.is_empty());
        while let (Some(number), Some(what)) = (words.next(), words.next()) {
            let Ok(number) = number.parse::<u32>() else { break };
            match what {
                "passed" => tally.passed += number,
                "failed" => tally.failed += number,
                _ => {}
            }
        }
        tally
    }

    /// Adds another tally.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A run that told of no test counts as one; one that did not succeed has at least one failure.
    pub(crate) fn closed_by(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        } else if success && self == Self::default() {
            self.passed = 1;
        }
        self
    }
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        if character == '\u{1b}' {
            for inner in rest.by_ref() {
                if inner.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(line: &str) -> (u32, u32) {
        let tally = Tally::of_line(line);
        (tally.passed, tally.failed)
    }

    #[test]
    fn closing_lines_of_the_runners_are_read() {
        let libtest = "test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out";
        assert_eq!(counted(libtest), (12, 2));
        assert_eq!(counted("test result: \u{1b}[32mok\u{1b}[0m. 5 passed; 0 failed; 1 ignored"), (5, 0));
        assert_eq!(counted("1304 passed, 0 failed"), (1304, 0));
        assert_eq!(counted("7 passed, 1 failed, 2 skipped"), (7, 1));
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in
            ["", "running 3 tests", "test a::passed ... ok", "  12 passed (1.2m)", "3", "a passed, b failed"]
        {
            assert_eq!(counted(line), (0, 0), "{line}");
        }
    }

    #[test]
    fn a_run_without_counts_is_one_check() {
        assert_eq!(Tally::default().closed_by(true), Tally { passed: 1, failed: 0 });
        assert_eq!(Tally::default().closed_by(false), Tally { passed: 0, failed: 1 });
        assert_eq!(Tally { passed: 4, failed: 0 }.closed_by(false), Tally { passed: 4, failed: 1 });
        assert_eq!(Tally { passed: 4, failed: 2 }.closed_by(false), Tally { passed: 4, failed: 2 });
    }
}
