//! What becomes of an e-mail whose time has come: sent, held until the school opens, or not sent at all, and why.

use crate::domain::{
    case::Urgency,
    kernel::{
        clock::{Calendar, Instant},
        codes::codes,
    },
};
use chrono::TimeDelta;

/// Whether the person can still open what the e-mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// They can, or it is about no case.
    Kept,
    /// They cannot any more.
    Lost,
}

/// Whether the person was e-mailed since they last looked at their first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlierEmail {
    /// They were, so that another e-mail would say nothing new.
    Already,
    /// They were not.
    NotYet,
}

/// Whether there is an address to send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// There is.
    Known,
    /// There is none.
    Missing,
}

/// What has to be known about an e-mail before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// How pressing it is.
    pub urgency: Urgency,
    /// Whether its reader can still open what it is about.
    pub access: Access,
    /// Whether its reader was told already.
    pub told: EarlierEmail,
    /// Whether its reader has an address.
    pub address: Address,
}

codes! {
    /// Why an e-mail is not sent.
    Reason {
        AccessEnded = "access_ended", "its reader cannot open what it is about any more";
        NoAddress = "no_address", "its reader has no address";
        ToldAlready = "told_already", "its reader was told and has not looked since";
        RefusedByServer = "refused_by_server", "the mail server does not take it, now or later";
    }
}

/// What to do with an e-mail now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send it.
    Send,
    /// Keep it until then.
    HoldUntil(Instant),
    /// Do not send it at all.
    Drop(Reason),
}

/// Decides. A critical e-mail is sent at every hour and to people who have not looked since the last; every other one
/// waits until the school is open, and there is only one until they look.
///
/// Asks last, when the school is open, what can change while it waits.
pub fn decide(facts: Facts, now: Instant, calendar: &Calendar) -> Decision {
    match (facts.access, facts.address) {
        (Access::Lost, Address::Known | Address::Missing) => return Decision::Drop(Reason::AccessEnded),
        (Access::Kept, Address::Missing) => return Decision::Drop(Reason::NoAddress),
        (Access::Kept, Address::Known) => {}
    }
    match (facts.urgency, facts.told) {
        (Urgency::Critical, EarlierEmail::Already | EarlierEmail::NotYet) => Decision::Send,
        (Urgency::Ordinary, EarlierEmail::Already | EarlierEmail::NotYet)
            if !calendar.in_school_hours(now) =>
        {
            Decision::HoldUntil(calendar.next_school_open(now))
        }
        (Urgency::Ordinary, EarlierEmail::Already) => Decision::Drop(Reason::ToldAlready),
        (Urgency::Ordinary, EarlierEmail::NotYet) => Decision::Send,
    }
}

/// When an e-mail written at this moment leaves: a critical one at once, every other one while the school is open.
pub fn leaves(urgency: Urgency, at: Instant, calendar: &Calendar) -> Instant {
    match urgency {
        Urgency::Critical => at,
        Urgency::Ordinary => calendar.next_school_open(at),
    }
}

/// An e-mail that the server has not taken for so long is late: the person who runs the server is warned, and the next
/// in the chain is told of the case inside Candour.
pub const LATE_AFTER: TimeDelta = TimeDelta::hours(2);

/// Half a day short of a week: the e-mail that went when the school opened on a Monday goes again when it opens on the
/// next, not a little later every week.
const ABOUT_A_WEEK: TimeDelta = TimeDelta::hours(7 * 24 - 12);

/// Whether the week's e-mail with the latest hash of the audit log is due: once a week, in school hours.
pub fn audit_head_is_due(last: Option<Instant>, now: Instant, calendar: &Calendar) -> bool {
    calendar.in_school_hours(now) && last.is_none_or(|last| now - last >= ABOUT_A_WEEK)
}

/// Whether a person may be reminded of what is overdue: in school hours, and once a day.
pub fn may_remind(last_written: Option<Instant>, now: Instant, calendar: &Calendar) -> bool {
    const ABOUT_A_DAY: TimeDelta = TimeDelta::hours(18);
    calendar.in_school_hours(now) && last_written.is_none_or(|last| now - last >= ABOUT_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kernel::clock::Nation;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    const MONDAY: &str = "2026-11-23T10:00:00Z";
    const SUNDAY: &str = "2026-11-22T10:00:00Z";
    const MONDAY_OPENS: &str = "2026-11-23T08:30:00Z";

    fn facts(urgency: Urgency) -> Facts {
        Facts { urgency, access: Access::Kept, told: EarlierEmail::NotYet, address: Address::Known }
    }

    fn decided(facts: Facts, now: &str) -> Decision {
        decide(facts, at(now), &Calendar::provisional(Nation::England))
    }

    #[test]
    fn an_ordinary_letter_goes_in_school_hours_and_waits_outside_them() {
        assert_eq!(decided(facts(Urgency::Ordinary), MONDAY), Decision::Send);
        assert_eq!(decided(facts(Urgency::Ordinary), SUNDAY), Decision::HoldUntil(at(MONDAY_OPENS)));
    }

    #[test]
    fn a_critical_letter_goes_at_every_hour_and_however_often() {
        let told = Facts { told: EarlierEmail::Already, ..facts(Urgency::Critical) };
        assert_eq!(decided(told, SUNDAY), Decision::Send);
        assert_eq!(decided(told, MONDAY), Decision::Send);
    }

    #[test]
    fn whoever_was_told_is_not_told_again_and_may_look_while_it_waits() {
        let told = Facts { told: EarlierEmail::Already, ..facts(Urgency::Ordinary) };
        assert_eq!(decided(told, MONDAY), Decision::Drop(Reason::ToldAlready));
        assert_eq!(decided(told, SUNDAY), Decision::HoldUntil(at(MONDAY_OPENS)));
    }

    #[test]
    fn access_comes_before_everything_and_an_address_before_the_hour() {
        for urgency in [Urgency::Ordinary, Urgency::Critical] {
            let lost = Facts { access: Access::Lost, address: Address::Missing, ..facts(urgency) };
            assert_eq!(decided(lost, SUNDAY), Decision::Drop(Reason::AccessEnded));
            let nowhere = Facts { address: Address::Missing, ..facts(urgency) };
            assert_eq!(decided(nowhere, SUNDAY), Decision::Drop(Reason::NoAddress));
        }
    }

    #[test]
    fn a_letter_leaves_when_the_school_opens_unless_it_is_critical() {
        let calendar = Calendar::provisional(Nation::England);
        assert_eq!(leaves(Urgency::Ordinary, at(SUNDAY), &calendar), at(MONDAY_OPENS));
        assert_eq!(leaves(Urgency::Ordinary, at(MONDAY), &calendar), at(MONDAY));
        assert_eq!(leaves(Urgency::Critical, at(SUNDAY), &calendar), at(SUNDAY));
    }

    #[test]
    fn the_head_of_the_audit_log_goes_once_a_week_in_school_hours() {
        let calendar = Calendar::provisional(Nation::England);
        let due = |last: Option<&str>, now: &str| audit_head_is_due(last.map(at), at(now), &calendar);
        assert!(due(None, MONDAY) && !due(None, SUNDAY));
        assert!(!due(Some("2026-11-18T08:30:00Z"), MONDAY));
        assert!(due(Some("2026-11-16T10:15:00Z"), MONDAY));
    }

    #[test]
    fn a_reminder_is_one_a_day_in_school_hours() {
        let calendar = Calendar::provisional(Nation::England);
        let may = |last: Option<&str>, now: &str| may_remind(last.map(at), at(now), &calendar);
        assert!(may(None, MONDAY) && !may(None, SUNDAY));
        assert!(!may(Some("2026-11-23T08:30:00Z"), MONDAY));
        assert!(may(Some("2026-11-20T15:00:00Z"), MONDAY));
    }
}
