//! Adults, roles, ties and the register.

pub mod duties;
pub mod adults;
pub mod register;
pub mod ties;
