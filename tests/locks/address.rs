//! Lock 5, for the table: no address is made outside it.

use candour::web::http::{audience::Audience, routes::Endpoint};

pub fn for_everybody(endpoint: Endpoint) -> Endpoint {
    Endpoint { audience: Audience::Everybody, ..endpoint }
}
