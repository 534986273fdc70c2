//! The whole test suite: one binary, modules by story.
