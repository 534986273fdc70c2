//! Who calls: their address, the cookies they carry, the device they hold, and how many codes they tried.

pub mod forwarded;
pub mod cookies;
pub mod device;
pub mod wrong_codes;
