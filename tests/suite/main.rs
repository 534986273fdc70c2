//! The whole test suite: one binary, modules by story.

mod faulty_provider;
mod markup;
mod sign_in_provider;
mod styleguide;
