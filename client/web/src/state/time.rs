//! How precisely a moment is worth telling, seen from today.

/// A day in the reader's own time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// Of the common era.
    pub(crate) year: u32,
    /// From 0, as browsers count.
    pub(crate) month: u32,
    /// From 1.
    pub(crate) day: u32,
}

/// What a list shows of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    /// Hours and minutes.
    Time,
    /// Day and month.
    DayMonth,
    /// The whole date.
    Date,
}

/// Today the time, this year the day, else the date.
pub(crate) fn precision(of: Day, today: Day) -> Precision {
    if of == today {
        Precision::Time
    } else if of.year == today.year {
        Precision::DayMonth
    } else {
        Precision::Date
    }
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// When a message goes: at its end, or `bin_days` after somebody put it into the bin.
pub(crate) fn goes_at_ms(expires_at_ms: u64, binned_at_ms: Option<u64>, bin_days: u32) -> u64 {
    let swept = binned_at_ms.map(|at| at.saturating_add(u64::from(bin_days) * DAY_MS));
    swept.map_or(expires_at_ms, |swept| swept.min(expires_at_ms))
}

/// The days that are left until then, the begun one counted, in the last week of something.
pub(crate) fn days_left(until_ms: u64, now_ms: u64) -> Option<u64> {
    let days = until_ms.checked_sub(now_ms)?.div_ceil(DAY_MS);
    (1..=7).contains(&days).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_the_last_week_are_counted() {
        let day = 86_400_000;
        let left = [0, 1, day, day + 1, 6 * day, 7 * day, 7 * day + 1].map(|it| days_left(9 + it, 9));
        assert_eq!(left, [None, Some(1), Some(1), Some(2), Some(6), Some(7), None]);
        assert_eq!(days_left(8, 9), None, "over");
    }

    #[test]
    fn what_lies_in_the_bin_goes_sooner_but_never_later() {
        let day = 86_400_000;
        assert_eq!(goes_at_ms(50 * day, None, 7), 50 * day);
        assert_eq!(goes_at_ms(50 * day, Some(2 * day), 7), 9 * day);
        assert_eq!(goes_at_ms(5 * day, Some(2 * day), 7), 5 * day);
    }

    #[test]
    fn the_nearer_the_finer() {
        let day = |year, month, day| Day { year, month, day };
        let today = day(2026, 10, 24);
        assert_eq!(precision(today, today), Precision::Time);
        assert_eq!(precision(day(2026, 10, 23), today), Precision::DayMonth);
        assert_eq!(precision(day(2025, 10, 24), today), Precision::Date);
    }
}
