//! Adults, roles, ties and the register.

pub mod duties;
pub mod closeness;
pub mod adults;
pub mod register;
