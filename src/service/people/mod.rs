//! Adults, roles, ties and the register.

pub mod duties;
pub mod adults;
pub mod renaming;
pub mod register;
pub mod names;
pub mod ties;
