//! What is recorded of every act and access: the audit log, the access log, e-mails to send, and how often people try.

pub(super) mod acting;
pub mod outbox;
pub mod audit;
pub mod access_log;
pub mod paces;
