//! Who may read a case, and who may be given it.

pub(super) mod access;
pub(super) mod glass;
pub(super) mod held_back;
pub(super) mod inspection;
