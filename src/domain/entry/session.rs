//! How long a sign-in lasts: the more a person can see with it, the shorter.

use crate::domain::{
    kernel::{clock::Instant, codes::codes},
    people::{Office, Standing},
};
use chrono::TimeDelta;

codes! {
    /// How a person is asked to sign in.
    Asked {
        Remembered = "remembered", "a sign-in that the provider remembers will do";
        Again = "again", "again, whatever the provider remembers";
    }
}

/// How long a sign-in counts as fresh: time to read the page it was asked for and to fill it in.
pub const FRESH: TimeDelta = TimeDelta::minutes(10);
/// A one-time code handed over in person is good for this long.
pub const CODE_LASTS: TimeDelta = TimeDelta::hours(24);
/// The most one-time codes that are wrong which a person signed in may enter in [`CODE_TRIES_WITHIN`].
pub const CODE_TRIES: i32 = 5;
/// The time they are counted over: it begins with the first.
pub const CODE_TRIES_WITHIN: TimeDelta = TimeDelta::minutes(30);

/// How long a session may be idle, and how long it may last however busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Unused for so long, it is over.
    pub idle: TimeDelta,
    /// Started so long ago, it is over.
    pub longest: TimeDelta,
}

/// The longest any session lasts, also of a person who no longer has a role.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);

impl Limits {
    /// The limits by a person's roles; the shortest if they have several.
    pub fn of(standing: &Standing) -> Self {
        let hours = TimeDelta::hours;
        if !standing.seats.is_empty() || standing.is(Office::Administrator) {
            // A person who reads cases or keeps the register: one lesson away from the screen is too long.
            Self { idle: TimeDelta::minutes(30), longest: hours(10) }
        } else {
            Self { idle: hours(1), longest: LONGEST }
        }
    }

    /// Whether a session is over.
    pub fn are_passed(self, started_at: Instant, last_seen: Instant, now: Instant) -> bool {
        now - started_at >= self.longest || now - last_seen >= self.idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        kernel::ids::{PersonId, SchoolId},
        people::{Desk, Seat},
    };
    use chrono::{TimeZone, Utc};
    use uuid::Uuid;

    fn somebody() -> Standing {
        Standing {
            school: SchoolId(Uuid::nil()),
            person: PersonId(Uuid::nil()),
            seats: Default::default(),
            offices: Default::default(),
            at: Utc.with_ymd_and_hms(2026, 11, 17, 10, 0, 0).unwrap(),
        }
    }

    #[test]
    fn who_can_see_more_is_signed_out_sooner() {
        let plain = Limits::of(&somebody());
        for seat in Seat::ALL {
            let mut at_a_desk = somebody();
            at_a_desk.seats.insert((Desk::Dsl, *seat));
            assert!(Limits::of(&at_a_desk).idle < plain.idle);
            assert!(Limits::of(&at_a_desk).longest < plain.longest);
        }
        let mut administrator = somebody();
        administrator.offices.insert(Office::Administrator);
        assert!(Limits::of(&administrator).idle < plain.idle);
        let mut governor = somebody();
        governor.offices.insert(Office::Governor);
        assert_eq!(Limits::of(&governor), plain);
    }

    #[test]
    fn a_session_ends_at_the_stroke() {
        let limits = Limits::of(&somebody());
        let start = somebody().at;
        let tick = TimeDelta::microseconds(1);
        assert!(!limits.are_passed(start, start, start + limits.idle - tick));
        assert!(limits.are_passed(start, start, start + limits.idle));
        let late = start + limits.longest;
        assert!(!limits.are_passed(start, late - tick, late - tick));
        assert!(limits.are_passed(start, late, late));
    }
}
