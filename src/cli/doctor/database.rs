//! The doctor's look at the database: whether it answers, is up to date, is a school's, is readable by its
//! owner alone, and what is missing in the roster.

use super::finding::{Finding, causes};
use crate::{
    cli::config::SignIn,
    domain::kernel::clock::{Instant, date_of},
    service::{
        Candour,
        machine::{self, Kind, School},
    },
    store::{Db, DbUrl, StoreError, db::migrate},
};
use chrono::TimeDelta;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// How long before its last entered term ends a school is told.
const CALENDAR_ENDS_SOON: TimeDelta = TimeDelta::days(60);

pub(super) fn findings(url: &DbUrl, sign_in: &[SignIn], now: Instant) -> Vec<Finding> {
    let pending = match migrate::pending(url) {
        Ok(pending) => pending,
        Err(error) => return vec![unanswered(&error)],
    };
    let mut findings = vec![Finding::ok(format!("database: {url} answers"))];
    if pending.is_empty() {
        findings.push(Finding::ok("database: every migration has run"));
        findings.push(kind(url));
        findings.extend(schools(url, sign_in, now));
    } else {
        let what = format!("database: still to run: {}", pending.join(", "));
        findings.push(Finding::fault(what, "stop Candour, back up, and run candour migrate"));
    }
    match url {
        DbUrl::Sqlite(path) => findings.extend(file(path)),
        DbUrl::Postgres(_) => {}
    }
    findings
}

fn unanswered(error: &StoreError) -> Finding {
    let to_do = "check [database]; if it is a new one, run candour init, or candour migrate";
    Finding::fault(format!("database: {}", causes(error)), to_do)
}

fn kind(url: &DbUrl) -> Finding {
    let found = Db::open_read_only(url, 1).and_then(|db| machine::kind(&Candour::new(db)));
    match found {
        Ok(Some(Kind::Live)) => Finding::ok("database: it is a school's"),
        Ok(Some(Kind::Demo)) => Finding::fault(
            "database: it is the demonstration's; serve refuses it",
            "name another in [database]",
        ),
        Ok(None) => Finding::warning("database: it is not marked as a school's yet", "run candour init"),
        Err(error) => unanswered(&error),
    }
}

/// What is missing in every school: in the roster, among the accounts of those who have a role, and in the calendar.
/// Nothing about a case.
fn schools(url: &DbUrl, sign_in: &[SignIn], now: Instant) -> Vec<Finding> {
    let found = Db::open_read_only(url, 1).and_then(|db| machine::gaps(&Candour::new(db), now));
    let schools = match found {
        Ok(schools) => schools,
        Err(error) => return vec![unanswered(&error)],
    };
    if schools.is_empty() {
        return vec![Finding::warning("people: there is no school yet", "run candour init")];
    }
    let mut findings = Vec::new();
    for (school, gaps) in schools {
        let slug = &school.slug;
        if gaps.is_empty() {
            findings
                .push(Finding::ok(format!("people: {slug}: every role has a holder who can open its cases")));
        }
        findings.extend(gaps.iter().map(|gap| {
            let what = format!("people: {slug}: {}", gap.words());
            if gap.is_grave() {
                Finding::fault(what, gap.to_do())
            } else {
                Finding::warning(what, gap.to_do())
            }
        }));
        findings.push(calendar(&school, now));
        findings.extend(accounts(url, &school, sign_in, now));
    }
    findings
}

/// Names those who have a role and cannot sign in at any provider of the configuration: after a change of provider
/// that is everyone.
fn accounts(url: &DbUrl, school: &School, sign_in: &[SignIn], now: Instant) -> Option<Finding> {
    let slug = &school.slug;
    let serves = |provider: &&SignIn| provider.schools.is_empty() || provider.schools.contains(slug);
    let issuers: Vec<&str> = sign_in.iter().filter(serves).map(|provider| provider.issuer.as_str()).collect();
    let found = Db::open_read_only(url, 1)
        .and_then(|db| machine::without_account(&Candour::new(db), school.id, &issuers, now));
    let locked_out = match found {
        Ok(locked_out) => locked_out,
        Err(error) => return Some(unanswered(&error)),
    };
    if locked_out.is_empty() {
        return None;
    }
    let named: Vec<String> =
        locked_out.iter().map(|one| format!("{} ({})", one.name, one.what.words())).collect();
    let what = format!("accounts: {slug}: cannot sign in at any [[sign_in]]: {}", named.join(", "));
    let to_do = "make codes for them under Access requests; if the headteacher and the chair are among them: \
        candour school codes --recover";
    Some(Finding::warning(what, to_do))
}

fn calendar(school: &School, now: Instant) -> Finding {
    let slug = &school.slug;
    let to_do = "enter terms and holidays on the page Calendar";
    match school.calendar.covered_until() {
        None => {
            let what = format!(
                "calendar: {slug}: no terms are entered: every weekday but bank holidays counts as open"
            );
            Finding::warning(what, to_do)
        }
        Some(last) if last < (now + CALENDAR_ENDS_SOON).date_naive() => {
            let last = date_of(last);
            Finding::warning(format!("calendar: {slug}: the last term entered ends on {last}"), to_do)
        }
        Some(last) => {
            let last = date_of(last);
            Finding::ok(format!("calendar: {slug}: terms are entered until {last}"))
        }
    }
}

/// Allows Candour's own user alone to read the records, whoever may enter the folder.
fn file(path: &Path) -> Option<Finding> {
    let mode = fs::metadata(path).ok()?.permissions().mode();
    let shown = path.display();
    (mode & 0o077 != 0).then(|| {
        Finding::warning(format!("database: {shown} can be read by others"), format!("chmod 600 {shown}"))
    })
}
