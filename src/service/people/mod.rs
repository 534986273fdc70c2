//! Adults, roles, ties and the register.

mod followed;
pub mod duties;
pub mod adults;
pub mod renaming;
pub mod register;
pub mod names;
pub mod ties;
