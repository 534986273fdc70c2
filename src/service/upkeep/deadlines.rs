//! Missed deadlines: they are escalated to the next in the chain, a case that its owner did not take up goes back, and
//! people are reminded of what is overdue.

use super::{Job, in_each_school, part};
use crate::{
    domain::{
        case::{Case, CaseEvent, consequences::notice},
        kernel::{
            clock::Instant,
            ids::{CaseId, PersonId},
        },
        people::Roster,
    },
    service::{
        Candour, Result,
        clock::{Clock, Randomness},
    },
    store::{
        By, StoreError,
        case::{
            cases,
            steward::{self, Steward, Work},
        },
        people::staff,
        record::{audit, outbox},
        school::schools::School,
    },
};
use std::collections::BTreeMap;

/// Escalates what is overdue in every school, and reminds those whom no e-mail reached.
///
/// # Errors
/// The database does not answer.
pub fn chase(candour: &Candour, clock: &Clock) -> Result<()> {
    in_each_school(candour, Job::ChaseDeadlines, |school| chase_in(candour, school, clock.now()))
}

const fn at_work_in(school: &School) -> Steward {
    Steward::of(school.id, Work::ChaseDeadlines)
}

fn chase_in(candour: &Candour, school: &School, now: Instant) -> Result<()> {
    let steward = at_work_in(school);
    let (overdue, roster) = candour.read(|tx| {
        Ok::<_, StoreError>((steward::overdue(tx, steward, now)?, staff::roster(tx, school.id, now)?))
    })?;
    // The people for whom something overdue waits, with one of the cases; an e-mail names none of them.
    let mut waiting: BTreeMap<PersonId, CaseId> = BTreeMap::new();
    for id in overdue {
        let case = candour.read(|tx| Ok(unless_ended(steward::case(tx, steward, id))?));
        let Some(case) = part(Job::ChaseDeadlines, school, case).flatten() else { continue };
        if case.chase(&roster, &school.calendar, now).is_some() {
            let chased =
                again(candour, school, id, now, |case, roster| case.chase(roster, &school.calendar, now));
            part(Job::ChaseDeadlines, school, chased);
        }
        if case.give_back_if_not_taken_up(&roster, now).is_some() {
            let given_back =
                again(candour, school, id, now, |case, roster| case.give_back_if_not_taken_up(roster, now));
            part(Job::ChaseDeadlines, school, given_back);
            continue;
        }
        for person in case.overdue_with(&roster, now) {
            waiting.entry(person).or_insert(id);
        }
    }
    if !waiting.is_empty() {
        remind(candour, school, &waiting, now)?;
    }
    for (id, people) in candour.read(|tx| outbox::unreached(tx, school.id, now))? {
        // The next in the chain finds the case among their own, even if no e-mail gets through.
        let chased = again(candour, school, id, now, |case, roster| {
            case.chase_unreached(&people, (roster, &school.calendar), now)
        });
        part(Job::ChaseDeadlines, school, chased);
    }
    Ok(())
}

/// Passes over a case that ended since it was found overdue.
fn unless_ended(read: Result<Case, StoreError>) -> Result<Option<Case>, StoreError> {
    match read {
        Err(StoreError::NotFound) => Ok(None),
        read => read.map(Some),
    }
}

/// Decides again with the case's row locked: it may have been acknowledged, or another node have escalated
/// it.
fn again(
    candour: &Candour,
    school: &School,
    id: CaseId,
    now: Instant,
    decide: impl FnOnce(&Case, &Roster) -> Option<CaseEvent>,
) -> Result<()> {
    Ok(candour.write(|tx| {
        let Some(case) = unless_ended(steward::case_to_change(tx, at_work_in(school), id))? else {
            return Ok(());
        };
        let roster = staff::roster(tx, school.id, now)?;
        match decide(&case, &roster) {
            Some(event) => cases::record(tx, By::Candour, &case, &event, &mut Randomness),
            None => Ok(()),
        }
    })?)
}

fn remind(
    candour: &Candour,
    school: &School,
    waiting: &BTreeMap<PersonId, CaseId>,
    now: Instant,
) -> Result<()> {
    if !school.calendar.in_school_hours(now) {
        return Ok(());
    }
    Ok(candour.write(|tx| {
        audit::in_turn(tx, school.id)?;
        for (person, case) in waiting {
            let last = outbox::last_about_a_case(tx, school.id, *person)?;
            if notice::may_remind(last, now, &school.calendar) {
                outbox::remind(tx, (school.id, *person), *case, now, &mut Randomness)?;
            }
        }
        Ok::<_, StoreError>(())
    })?)
}
