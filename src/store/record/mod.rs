//! What is kept of every act and look: the audit log, looks, and e-mails to send.

pub(super) mod acting;
pub mod outbox;
pub mod audit;
pub mod access_log;
