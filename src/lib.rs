//! Candour: a safeguarding and online-safety incident log for UK schools.
//!
//! Floors, lowest first; a file may use the floors below it, never one above:
//! `domain` (rules, pure), `store` (the database), `service` (use cases, with the adapters `mail`, `sso` and
//! `register` beside it), then the ways in: `web`, `jobs` and `cli`. The Cargo feature `demo` adds the
//! demonstration.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod domain;
pub mod register;
pub mod store;
pub mod service;
pub mod mail;
pub mod sso;
pub mod web;
pub mod jobs;
#[cfg(feature = "demo")]
pub mod demo;
pub mod cli;

// The store's own tests use the harness of the suite, which names this crate from outside.
#[cfg(test)]
extern crate self as candour;
#[cfg(test)]
#[path = "../tests/suite/databases.rs"]
mod databases;
