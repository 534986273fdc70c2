//! The people register: what an import says of pupils and staff, checked and compared with what is known already.
//!
//! `register/` (the adapter) turns files into a [`written::WrittenRow`] each; here each becomes an [`incoming::Entry`]
//! or a [`rejected::Rejection`]; [`plan::plan`] says what would happen; only [`plan::Plan::agree`] makes an
//! [`plan::AgreedPlan`], the one thing that may be kept. Nothing here can give a desk, an office or a role: there is
//! no word for one. [`keys`] says how a name is found while it is being typed, [`offered`] whom it may mean, [`choosing`]
//! what tells the people of a list apart.

pub mod upn;
pub mod name;
pub mod values;
pub mod context;
pub mod field;
pub mod rejected;
pub mod source;
pub mod written;
pub mod incoming;
pub mod known;
pub mod plan;
pub mod keys;
pub mod offered;
pub mod choosing;
pub mod pace;
mod problem;

pub use problem::Problem;

#[cfg(test)]
mod tests;
