//! What is recorded of every act and access: the audit log, the access log, and e-mails to send.

pub(super) mod acting;
pub mod outbox;
pub mod audit;
pub mod access_log;
