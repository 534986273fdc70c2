//! The doctor's look at which school each identity provider serves: a short name that belongs to no school
//! keeps everybody out, or lets people into fewer schools than was intended, and nothing else says so.

use super::finding::Finding;
use crate::{
    cli::config::SignIn,
    service::{Candour, machine},
    store::{Db, DbUrl},
};

/// Nothing if there is no school yet or the database does not answer: another finding says that.
pub(super) fn findings(url: &DbUrl, providers: &[SignIn]) -> Vec<Finding> {
    let slugs = Db::open_read_only(url, 1).and_then(|db| machine::schools(&Candour::new(db)));
    let slugs: Vec<String> = slugs.unwrap_or_default().into_iter().map(|school| school.slug).collect();
    if slugs.is_empty() { Vec::new() } else { mismatches(&slugs, providers) }
}

fn mismatches(slugs: &[String], providers: &[SignIn]) -> Vec<Finding> {
    let all = slugs.join(", ");
    let unknown = providers.iter().filter_map(|provider| {
        let unknown: Vec<&str> =
            provider.schools.iter().filter(|named| !slugs.contains(named)).map(String::as_str).collect();
        if unknown.is_empty() {
            return None;
        }
        let serves =
            if unknown.len() == provider.schools.len() { "; it serves no school at all" } else { "" };
        let what = format!(
            "sign-in: {}: `schools` names no school of this installation: {}",
            provider.name,
            unknown.join(", ")
        );
        Some(Finding::fault(
            format!("{what}{serves}"),
            format!("correct `schools`; the schools here are: {all}"),
        ))
    });
    let is_served = |slug: &&String| {
        providers.iter().any(|provider| provider.schools.is_empty() || provider.schools.contains(slug))
    };
    let unserved = slugs.iter().filter(|slug| !is_served(slug)).map(|slug| {
        let to_do = format!("add \"{slug}\" to `schools` of the [[sign_in]] its people use");
        Finding::fault(format!("sign-in: no one can sign in at {slug}: no [[sign_in]] serves it"), to_do)
    });
    unknown.chain(unserved).collect()
}
