//! What is done while a case is open: notes, tasks, people, referrals.

pub mod referral;
pub mod pattern;
pub(super) mod escalating;
pub(super) mod people;
pub(super) mod recording;
