//! HTTP: addresses, forms and pages. No rules, no SQL.

pub mod server;
pub mod app;
pub mod routes;
pub mod audience;
pub mod gate;
pub mod extract;
mod unsent;
pub mod upload;
mod outside;
mod body;
pub mod fields;
pub mod error;
mod refusals;
pub mod links;
mod frame;
pub mod page;
pub mod form_field;
pub mod problem;
pub mod pages;
pub mod assets;
pub mod csrf;
pub mod device;
pub mod forwarded;
pub mod security;
