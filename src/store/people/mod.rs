//! The people of a school: the register, adults, roles, ties, names while one is typed.

pub mod staff;
pub mod adults;
pub mod register;
pub mod name_keys;
pub mod name_pace;
pub mod sent_lists;
pub mod duties;
pub mod reactivation;
pub mod ties;
