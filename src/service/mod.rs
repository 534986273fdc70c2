//! Use cases: one function, one act, one transaction.

pub mod clock;
