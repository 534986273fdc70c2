//! How long a server's certificate still serves.

use super::finding::Finding;
use crate::domain::kernel::clock::{Instant, day};
use chrono::{DateTime, TimeDelta};
use x509_cert::{Certificate, der::Decode};

/// Time to see to it before people stand before a closed door.
const SOON: TimeDelta = TimeDelta::days(21);

/// Says until when a certificate is valid; nothing if the connection had none, to this machine itself.
pub(super) fn finding(whose: &str, certificate: Option<&[u8]>, now: Instant) -> Option<Finding> {
    let Some(ends_at) = ends_at(certificate?) else {
        let to_do = "ask its administrator which certificate it shows";
        return Some(Finding::warning(format!("{whose}: its certificate cannot be read"), to_do));
    };
    let what = format!("{whose}: its certificate is valid until {}", day(ends_at));
    Some(if ends_at <= now {
        Finding::fault(what, "have it renewed at once")
    } else if ends_at - now <= SOON {
        Finding::warning(what, "have it renewed, or see whether that happens by itself")
    } else {
        Finding::ok(what)
    })
}

fn ends_at(certificate: &[u8]) -> Option<Instant> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let ends = certificate.tbs_certificate().validity().not_after.to_unix_duration();
    DateTime::from_timestamp(i64::try_from(ends.as_secs()).ok()?, 0)
}
