//! HTTP: addresses, forms and pages. No rules, no SQL.

pub mod pages;
pub mod http;
