//! What a school changes for itself.

pub mod admin;
