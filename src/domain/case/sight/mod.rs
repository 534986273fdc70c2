//! Who may read a case, and who may be given it.

pub(super) mod access;
pub(super) mod glass;
pub(super) mod inspection;
pub(super) mod unidentified_adult;
