//! HTTP: addresses, forms and pages. No rules, no SQL.

pub mod assets;
pub mod csrf;
pub mod forwarded;
pub mod page;
pub mod security;
