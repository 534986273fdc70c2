//! Lock 5, the other way in: what finds out who asks, and lets them in, is the gate's own.

pub use candour::web::http::gate::{Requester, admit, recognise};
