//! HTTP: addresses, forms and pages. No rules, no SQL.

pub mod assets;
pub mod forwarded;
pub mod page;
