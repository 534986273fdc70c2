//! Letters and how they travel.
