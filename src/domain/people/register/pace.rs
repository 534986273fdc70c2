//! How often a person may ask for names while one is typed: 60 times a minute, so that no one reads the register
//! through a field that suggests.

use chrono::TimeDelta;

/// The most requests of one person in a minute.
const MOST: i32 = 60;
/// The minute they are counted over: it begins with the first.
pub const WITHIN: TimeDelta = TimeDelta::minutes(1);

/// Whether a person may ask now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// They may.
    Now,
    /// Not now: they asked too often.
    Later,
}

/// Whether a person may ask who has asked so often in this minute, this time included.
pub const fn judge(asked: i32) -> Asking {
    if asked > MOST { Asking::Later } else { Asking::Now }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_and_not_one_more() {
        assert_eq!((judge(1), judge(60), judge(61)), (Asking::Now, Asking::Now, Asking::Later));
    }
}
