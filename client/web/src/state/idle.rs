//! When a person who does nothing is warned, and signed out.
//!
//! The server counts requests, the page counts what the person does; so the page tells the server now and
//! then that somebody is there, and the server's session never ends before the page has warned.

/// The warning comes so long before the end, or at half time if that is shorter.
const WARNING_MS: u64 = 60_000;
/// The server and the other tabs are told at most so often.
const TELL_MS: u64 = 60_000;

/// What is known of the person's activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Idle {
    active_ms: u64,
    told_ms: u64,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Rest,
    /// Say that somebody is there.
    Tell,
    /// Warn: so many seconds are left.
    Warn(u64),
    /// Sign out.
    End,
}

impl Idle {
    /// Somebody signed in just now, or asked for more time; the server knows.
    pub(crate) const fn begin(now_ms: u64) -> Self {
        Self { active_ms: now_ms, told_ms: now_ms }
    }

    /// Somebody does something. While the warning is shown only its button counts.
    pub(crate) fn note(&mut self, now_ms: u64, limit_ms: u64) {
        if !self.is_warned(now_ms, limit_ms) {
            self.active_ms = self.active_ms.max(now_ms);
        }
    }

    /// Somebody does something in another tab, which told the server.
    pub(crate) fn note_elsewhere(&mut self, now_ms: u64) {
        *self = Self::begin(now_ms);
    }

    /// What is due.
    pub(crate) fn step(&mut self, now_ms: u64, limit_ms: u64) -> Step {
        let idle_ms = now_ms.saturating_sub(self.active_ms);
        if idle_ms >= limit_ms {
            return Step::End;
        }
        if self.is_warned(now_ms, limit_ms) {
            return Step::Warn((limit_ms - idle_ms).div_ceil(1000));
        }
        if self.active_ms > self.told_ms && now_ms.saturating_sub(self.told_ms) >= TELL_MS.min(limit_ms / 4) {
            self.told_ms = now_ms;
            return Step::Tell;
        }
        Step::Rest
    }

    fn is_warned(&self, now_ms: u64, limit_ms: u64) -> bool {
        now_ms.saturating_sub(self.active_ms) >= limit_ms - WARNING_MS.min(limit_ms / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT_MS: u64 = 15 * 60_000;
    const MINUTE_MS: u64 = 60_000;

    #[test]
    fn whoever_does_nothing_is_warned_one_minute_before_the_end() {
        let mut idle = Idle::begin(1000);
        assert_eq!(idle.step(1000 + 14 * MINUTE_MS - 1, LIMIT_MS), Step::Rest);
        assert_eq!(idle.step(1000 + 14 * MINUTE_MS, LIMIT_MS), Step::Warn(60));
        assert_eq!(idle.step(1000 + 14 * MINUTE_MS + 59_001, LIMIT_MS), Step::Warn(1));
        assert_eq!(idle.step(1000 + LIMIT_MS, LIMIT_MS), Step::End);
    }

    #[test]
    fn a_movement_during_the_warning_does_not_end_it_but_the_button_does() {
        let mut idle = Idle::begin(0);
        idle.note(14 * MINUTE_MS + 5, LIMIT_MS);
        assert_eq!(idle.step(14 * MINUTE_MS + 6, LIMIT_MS), Step::Warn(60));
        idle = Idle::begin(14 * MINUTE_MS + 7);
        assert_eq!(idle.step(14 * MINUTE_MS + 8, LIMIT_MS), Step::Rest);
    }

    /// The server must know of every activity before its own time is over.
    #[test]
    fn the_server_is_told_after_each_activity_and_not_more_often_than_once_a_minute() {
        let mut idle = Idle::begin(0);
        idle.note(1, LIMIT_MS);
        assert_eq!(idle.step(MINUTE_MS - 1, LIMIT_MS), Step::Rest);
        assert_eq!(idle.step(MINUTE_MS, LIMIT_MS), Step::Tell);
        assert_eq!(idle.step(MINUTE_MS + 1, LIMIT_MS), Step::Rest, "nothing new");
        idle.note_elsewhere(2 * MINUTE_MS);
        assert_eq!(idle.step(10 * MINUTE_MS, LIMIT_MS), Step::Rest, "the other tab told");
        assert_eq!(idle.step(16 * MINUTE_MS, LIMIT_MS), Step::Warn(60));
    }

    #[test]
    fn a_short_limit_warns_at_half_time() {
        let mut idle = Idle::begin(0);
        assert_eq!(idle.step(29_999, MINUTE_MS), Step::Rest);
        assert_eq!(idle.step(30_000, MINUTE_MS), Step::Warn(30));
    }
}
