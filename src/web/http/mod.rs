//! The site around its pages: addresses, who may reach them, forms, errors, headers.

pub mod server;
pub mod app;
pub mod routes;
pub mod audience;
pub mod gate;
pub mod extract;
pub mod upload;
pub(super) mod body;
pub mod fields;
pub mod error;
pub mod error_words;
pub(super) mod refusals;
pub mod links;
pub(super) mod frame;
pub mod page;
pub mod form_field;
pub mod part;
pub mod problem;
pub mod assets;
pub mod csrf;
pub mod device;
pub mod forwarded;
pub mod security;
pub(super) mod expired_session;
pub(super) mod external_health;
