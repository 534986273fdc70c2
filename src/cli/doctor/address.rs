//! The doctor's look at Candour from outside: whether the address people type leads here, and its
//! certificate.

use super::{
    certificate,
    finding::{Finding, causes},
};
use crate::{
    domain::kernel::clock::Instant,
    sso::client::{ExaminationError, certificate_at},
};
use url::Url;

/// The proxy in front of Candour holds the certificate, so it is asked as a browser would. An address of this
/// machine alone has none to run out.
pub(super) async fn findings(public_url: &Url, now: Instant) -> Vec<Finding> {
    if public_url.scheme() != "https" {
        return Vec::new();
    }
    let Ok(health) = public_url.join("health/live") else { return Vec::new() };
    match certificate_at(&health).await {
        Ok(certificate) => {
            let mut findings = vec![Finding::ok(format!("address: {public_url} leads to Candour"))];
            findings.extend(certificate::finding("address", certificate.as_deref(), now));
            findings
        }
        Err(error) => {
            let to_do = match &error {
                ExaminationError::NoAnswer(_) | ExaminationError::Untrusted(_) => {
                    "see that candour serve and the proxy in front of it run, that its certificate has not run out, and that \
                     this machine can reach its own address"
                }
                ExaminationError::Status(_) => "see where the proxy in front of Candour leads",
            };
            vec![Finding::warning(format!("address: {public_url}: {}", causes(&error)), to_do)]
        }
    }
}
