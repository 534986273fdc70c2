//! Use cases: one function, one act, one transaction.
