//! The whole test suite: one binary, modules by story.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking, in its helpers too")]

mod access;
mod arrivals;
mod browser;
mod browser_stories;
mod canary;
mod case_pages;
mod cast;
mod command_line;
mod commands;
mod crash;
mod crowd;
mod databases;
mod deeds;
mod delivery;
mod demo_command;
mod demo_data;
mod development_provider;
mod drafts;
mod faulty_provider;
mod glass;
mod governors;
mod guards;
mod hostile;
mod logs;
mod look;
mod mail;
mod markup;
mod meddling;
mod merging;
mod migrations;
mod permission;
mod reporting;
mod school;
mod screens;
mod sign_in_provider;
mod signed_in;
mod staffed;
mod store;
mod stories;
mod styleguide;
mod tidy;
mod trail;
mod whole_site;
mod whole_story;
