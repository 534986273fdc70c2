//! The past terms' reports: published by the head a little after each term ended, through the act the page
//! uses.

use super::schools::School;
use crate::{
    domain::{
        governors::{self, TermKey},
        kernel::{
            clock::Instant,
            ids::{PersonId, Random, RequestId},
        },
        people::Desk,
    },
    service::{Candour, Op, ServiceError, governors::review},
    store::{Pretend, Viewer},
};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// One report to publish: when, in which school, of which term.
#[derive(Debug, Clone, Copy)]
pub struct Publication {
    /// When the head publishes it.
    pub at: Instant,
    school: usize,
    term: TermKey,
}

/// Every report published before `now`, the earliest last: ten days after the end of its term, in the
/// morning.
pub fn due(both: &[School; 2], now: Instant) -> Vec<Publication> {
    let mut due: Vec<Publication> = both
        .iter()
        .enumerate()
        .flat_map(|(school, at)| {
            let terms = governors::terms(&at.setting.calendar);
            terms.into_iter().map(move |term| Publication {
                at: term.until + TimeDelta::days(10) + TimeDelta::hours(10),
                school,
                term: term.key,
            })
        })
        .filter(|publication| publication.at < now)
        .collect();
    due.sort_by_key(|publication| std::cmp::Reverse(publication.at));
    due
}

/// Publishes one: the head looks at the preview, then publishes what was looked at.
///
/// # Errors
/// What the act refuses, or the database.
pub fn publish(
    candour: &Candour,
    both: &[School; 2],
    (viewers, pretend): (&BTreeMap<PersonId, Viewer>, &Pretend),
    publication: &Publication,
    random: &mut dyn Random,
) -> Result<(), ServiceError> {
    let heads = both[publication.school].setting.roster.holders(Desk::Head);
    for viewer in heads.iter().filter_map(|head| viewers.get(head)) {
        let request = RequestId::draw(publication.at, random);
        let op = Op { viewer: pretend.then(viewer, publication.at), now: publication.at, request };
        let preview = review::preview(candour, &op, publication.term)?;
        review::publish(candour, &op, publication.term, &preview.hash)?;
    }
    Ok(())
}
