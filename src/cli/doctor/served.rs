//! The doctor's look at which school each way to sign in serves: a short name that is nobody's keeps everybody out, or lets
//! people into fewer schools than was meant, and nothing else says so.

use super::finding::Finding;
use crate::{
    cli::config::SignIn,
    service::{Candour, machine},
    store::{Db, DbUrl},
};

/// Nothing where there is no school yet or the database does not answer: that is said elsewhere.
pub(super) fn findings(url: &DbUrl, ways: &[SignIn]) -> Vec<Finding> {
    let slugs = Db::open_read_only(url, 1).and_then(|db| machine::schools(&Candour::new(db)));
    let slugs: Vec<String> = slugs.unwrap_or_default().into_iter().map(|school| school.slug).collect();
    if slugs.is_empty() { Vec::new() } else { compared(&slugs, ways) }
}

fn compared(slugs: &[String], ways: &[SignIn]) -> Vec<Finding> {
    let all = slugs.join(", ");
    let unknown = ways.iter().filter_map(|way| {
        let unknown: Vec<&str> =
            way.schools.iter().filter(|named| !slugs.contains(named)).map(String::as_str).collect();
        if unknown.is_empty() {
            return None;
        }
        let serves = if unknown.len() == way.schools.len() { "; it serves no school at all" } else { "" };
        let what = format!(
            "sign-in: {}: `schools` names no school of this installation: {}",
            way.name,
            unknown.join(", ")
        );
        Some(Finding::fault(
            format!("{what}{serves}"),
            format!("correct `schools`; the schools here are: {all}"),
        ))
    });
    let is_served =
        |slug: &&String| ways.iter().any(|way| way.schools.is_empty() || way.schools.contains(slug));
    let unserved = slugs.iter().filter(|slug| !is_served(slug)).map(|slug| {
        let to_do = format!("add \"{slug}\" to `schools` of the [[sign_in]] its people use");
        Finding::fault(format!("sign-in: no one can sign in at {slug}: no [[sign_in]] serves it"), to_do)
    });
    unknown.chain(unserved).collect()
}
