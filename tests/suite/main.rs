//! The whole test suite: one binary, modules by story.

mod command_line;
mod databases;
mod development_provider;
mod faulty_provider;
mod mail;
mod markup;
mod migrations;
mod sign_in_provider;
mod store;
mod styleguide;
mod tidy;
