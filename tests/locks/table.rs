//! Lock 5: what answers at an address cannot be had without the gate before it.

use candour::web::http::routes::{ENDPOINTS, Endpoint};

pub fn handler(endpoint: &Endpoint) {
    let _ = (endpoint.route)();
}

pub fn first() {
    handler(&ENDPOINTS[0]);
}
