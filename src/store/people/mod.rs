//! The people of a school: the register, addresses, adults, roles, ties, names while one is typed.

pub mod staff;
pub mod addresses;
mod row;
pub mod adults;
pub mod register;
pub mod former_names;
pub mod name_proposals;
pub mod name_keys;
pub mod sent_lists;
pub mod duties;
pub mod reactivation;
pub mod ties;
