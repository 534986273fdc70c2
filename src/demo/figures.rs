//! How much happens in the pretend schools: monthly totals, shares of categories, shares of endings. A test
//! holds the data to them within 10 %.
//!
//! Source: these are the project's own assumptions, not measurements of any school. No one publishes concerns
//! logged per month by category for a school of this size, so nothing is cited. What shaped them: *Keeping
//! children safe in education* names the kinds of concern (welfare, child-on-child abuse, the four areas of
//! online risk, low-level concerns about adults); recording systems for schools group concerns much as it
//! does; a school logs most when terms are in full swing and next to nothing in August. Change a number here
//! and the demonstration follows.

use crate::domain::{case::Outcome, school::categories::Group};

/// Months of history before today.
pub const MONTHS: u32 = 18;

/// Concerns in a whole January, February and so on at the secondary: about one for each two pupils over the
/// history.
pub const SECONDARY_A_MONTH: [u32; 12] = [34, 26, 36, 18, 30, 32, 20, 2, 34, 32, 40, 24];
/// How much happens at the primary of 80 pupils.
pub const PRIMARY_A_MONTH: [u32; 12] = [3, 2, 3, 1, 3, 3, 2, 0, 3, 3, 4, 2];

/// Of 1,000 concerns, how many are reported under each category.
pub const CATEGORIES: &[(&str, u32)] = &[
    ("CON-INAPP", 70),
    ("CON-HARM", 60),
    ("CON-MISINFO", 12),
    ("CON-EXTREM", 8),
    ("CON-ILLEGAL", 2),
    ("CNT-STRANGER", 45),
    ("CNT-AI", 14),
    ("CNT-GROOM", 6),
    ("CNT-SEXTORT", 6),
    ("CNT-RADICAL", 3),
    ("CDT-CYBULLY", 120),
    ("CDT-MISUSE", 75),
    ("CDT-HATE", 40),
    ("CDT-HSB", 28),
    ("CDT-NUDES", 22),
    ("CDT-IMPERS", 18),
    ("COM-GAMBLE", 16),
    ("COM-SCAM", 14),
    ("CP-CONCERN", 205),
    ("STF-LLC", 22),
    ("STF-COMM", 10),
    ("STF-VICTIM", 9),
    ("EXT-CONTENT", 9),
    ("STF-PUPIL-CONTACT", 8),
    ("STF-PARENT-CONTACT", 7),
    ("STF-ALLEG", 3),
    ("STF-DETAILS", 2),
    ("AUP-DEVICE", 11),
    ("AUP-CHANNEL", 9),
    ("AUP-PERS", 8),
    ("AUP-INSTALL", 5),
    ("AUP-OTHER", 4),
    ("IMG-CONSENT", 9),
    ("IMG-STORE", 4),
    ("MON-ALERT", 26),
    ("FIL-FAIL", 18),
    ("FIL-OVER", 16),
    ("SYS-BYPASS", 12),
    ("MON-FAIL", 2),
    ("SYS-PHISH", 8),
    ("SYS-UNLOCKED", 7),
    ("SYS-CRED", 5),
    ("SYS-COMPROMISE", 2),
    ("DAT-BREACH", 8),
    ("DAT-LOSS", 4),
    ("NOT-SURE", 8),
];

/// How a case ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Closed with this outcome.
    Closed(Outcome),
    /// Decided to need no further action.
    NoCase,
}

/// Of 100 ended cases of a group, how many end each way. Groups as reported.
pub const fn endings(group: Group) -> &'static [(Ending, u32)] {
    use Ending::{Closed, NoCase};
    use Outcome::{Advice, Disciplinary, NoFurther, Outside, Sanction, Support, Technical, Unfounded};
    match group {
        Group::Content | Group::Commerce | Group::NotSure => {
            &[(Closed(Support), 58), (Closed(NoFurther), 26), (Closed(Sanction), 9), (NoCase, 7)]
        }
        Group::Contact => {
            &[(Closed(Support), 66), (Closed(NoFurther), 18), (Closed(Outside), 10), (NoCase, 6)]
        }
        Group::Conduct => {
            &[(Closed(Sanction), 52), (Closed(Support), 33), (Closed(NoFurther), 11), (NoCase, 4)]
        }
        Group::ChildConcern => {
            &[(Closed(Support), 64), (Closed(NoFurther), 20), (Closed(Outside), 8), (NoCase, 8)]
        }
        Group::StaffConduct => &[
            (Closed(Advice), 60),
            (Closed(NoFurther), 16),
            (Closed(Disciplinary), 8),
            (Closed(Unfounded), 8),
            (NoCase, 8),
        ],
        Group::AupBreach | Group::Images => &[(Closed(Advice), 72), (Closed(NoFurther), 20), (NoCase, 8)],
        Group::Filtering | Group::Systems => {
            &[(Closed(Technical), 68), (Closed(NoFurther), 20), (Closed(Advice), 6), (NoCase, 6)]
        }
        Group::DataProtection => &[(Closed(Advice), 62), (Closed(NoFurther), 38)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::school::categories;

    #[test]
    fn shares_add_up_and_every_code_is_a_category() {
        assert_eq!(CATEGORIES.iter().map(|(_, share)| share).sum::<u32>(), 1_000);
        for (code, _) in CATEGORIES {
            assert!(categories::find(code).is_some(), "{code}");
        }
        for group in Group::ALL {
            assert_eq!(endings(*group).iter().map(|(_, share)| share).sum::<u32>(), 100, "{group:?}");
        }
    }
}
