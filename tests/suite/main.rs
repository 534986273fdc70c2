//! The whole test suite: one binary, modules by story.

mod markup;
mod styleguide;
