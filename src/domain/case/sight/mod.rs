//! Who may read a case, and who it may be given to.

pub(super) mod access;
pub(super) mod behind;
pub(super) mod could_be_meant;
pub(super) mod glass;
pub(super) mod inspection;
pub(super) mod newcomers;
pub(super) mod together;
pub(super) mod unidentified_adult;
