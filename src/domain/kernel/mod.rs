//! What every room of the rules stands on: ids, words, time, codes.

pub mod clock;
pub mod codes;
pub mod document;
pub mod ids;
pub mod text;
pub mod refusal;
