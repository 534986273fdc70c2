//! The school's rules: pure. No clock, no input or output, no async, no framework.

pub mod clock;
pub mod codes;
pub mod ids;
pub mod text;
pub mod people;
pub mod register;
pub mod naming;
pub mod school;
pub mod settings;
pub mod category;
pub mod subject;
pub mod meant;
pub mod routing;
pub mod staffing;
pub mod arrival;
pub mod duty;
pub mod closeness;
pub mod founding;
pub mod session;
pub mod concern;
pub mod workflow;
pub mod referral;
pub mod case;
pub mod notice;
pub mod pattern;
pub mod statistics;
