//! Small idempotent jobs on a timer.
