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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_finer() {
        let day = |year, month, day| Day { year, month, day };
        let today = day(2026, 10, 24);
        assert_eq!(precision(today, today), Precision::Time);
        assert_eq!(precision(day(2026, 10, 23), today), Precision::DayMonth);
        assert_eq!(precision(day(2025, 10, 24), today), Precision::Date);
    }
}
