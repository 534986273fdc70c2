//! Declared relationships: recorded, set aside, each in the audit log, and followed by every case one of the
//! two is in, open or ended, in one transaction.

use super::followed::{ON_ITS_WAY, follow_if};
use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        case::{Act, Case, lifecycle::workflow::Status},
        kernel::{
            clock::Instant,
            ids::{CaseId, PersonId, Random, SchoolId},
        },
        people::{
            Standing, ties as rules,
            ties::{Deciders, Grounds, Otherwise, Pair, Problem, Refusal, StoredTie, Tie, Ties},
        },
    },
    store::{
        By, Tx,
        case::{
            cases, linked_case, setting,
            steward::{self, Steward, Work},
        },
        concern::forms::Form,
        people::{register, staff, ties},
        record::audit,
    },
};
use std::collections::BTreeMap;

/// The ties that the viewer decides about, with the names of everybody in them.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The ties, the latest first.
    pub ties: Vec<StoredTie>,
    /// How many there are before and after those.
    pub all: usize,
    /// Those that were set aside, the latest decision first.
    pub set_aside: Vec<StoredTie>,
    /// Names, of those who left too.
    pub names: BTreeMap<PersonId, String>,
}

/// How many ties a page shows.
pub const A_PAGE: usize = 50;

/// Reads one page of the ties the viewer decides about, and the latest that were set aside. No other tie is
/// shown: a tie of their own could tell them why they are asked nothing any more.
pub fn overview(candour: &Candour, op: &Op, page: usize) -> Result<Overview> {
    candour.read(|tx| {
        let (deciders, _) = deciders(tx, op)?;
        let theirs = |kept: &StoredTie| deciders.may_decide(op.viewer.standing(), kept.pair).is_ok();
        let kept = ties::all(tx, &op.viewer)?.into_iter().filter(theirs);
        let (mut set_aside, ties): (Vec<StoredTie>, Vec<StoredTie>) =
            kept.partition(|kept| kept.set_aside.is_some());
        set_aside.sort_by_key(|kept| std::cmp::Reverse(kept.set_aside.map(|aside| aside.at)));
        set_aside.truncate(A_PAGE);
        let all = ties.len();
        let ties: Vec<StoredTie> = ties.into_iter().skip(page.saturating_mul(A_PAGE)).take(A_PAGE).collect();
        let names = names(tx, op, ties.iter().chain(&set_aside))?;
        Ok(Overview { ties, all, set_aside, names })
    })
}

fn names<'a>(
    tx: &mut Tx<'_>,
    op: &Op,
    ties: impl Iterator<Item = &'a StoredTie>,
) -> Result<BTreeMap<PersonId, String>> {
    let people = |kept: &StoredTie| {
        let by = match kept.origin {
            rules::Origin::Recorded(by, _) => Some(by),
            rules::Origin::List(_) => None,
        };
        kept.pair.both().into_iter().chain(by).chain(kept.set_aside.map(|aside| aside.by)).collect::<Vec<_>>()
    };
    Ok(staff::names(tx, &op.viewer, &ties.flat_map(people).collect())?)
}

/// One tie the viewer decides about, with names.
pub fn one(candour: &Candour, op: &Op, pair: Pair) -> Result<(StoredTie, BTreeMap<PersonId, String>)> {
    candour.read(|tx| {
        let (deciders, _) = deciders(tx, op)?;
        let theirs = |kept: &StoredTie| deciders.may_decide(op.viewer.standing(), kept.pair).is_ok();
        let kept = ties::between(tx, op.viewer.school(), pair)?;
        let kept =
            kept.filter(|kept| kept.tie != Tie::Sibling).filter(theirs).ok_or(ServiceError::NotFound)?;
        Ok((kept, names(tx, op, std::iter::once(&kept))?))
    })
}

fn deciders(tx: &mut Tx<'_>, op: &Op) -> Result<(Deciders, Ties)> {
    let school = op.viewer.school();
    let ties = ties::in_force(tx, school)?;
    let roster = staff::roster(tx, school, op.now)?;
    Ok((Deciders::new(&roster, &ties), ties))
}

/// Records that two people are close. A viewer who may not learns that first, before anything about the two.
pub fn record(
    candour: &Candour,
    op: &Op,
    pair: Pair,
    (tie, grounds): (Tie, Grounds),
    form: &Form,
    random: &mut dyn Random,
) -> Result<()> {
    candour.once(op, form, |tx| {
        let school = op.viewer.school();
        // An import adds ties too: one after the other, so that no pair is stored twice.
        register::in_turn(tx, school)?;
        let (deciders, before) = deciders(tx, op)?;
        let kept = ties::between(tx, school, pair)?;
        rules::record(&deciders, op.viewer.standing(), pair, kept.as_ref())?;
        let Some(kinds) = staff::kinds(tx, school, pair.both())? else {
            return Err(Refusal::field("other", Problem::NotHere).into());
        };
        rules::may_be_close(kinds)?;
        ties::record(tx, &op.viewer, pair, tie, grounds)?;
        write_audit(tx, op, SchoolAct::RecordedTie, pair, (tie, SchoolFact::Grounds(grounds)))?;
        follow(tx, school, &before, op.now, random)?;
        Ok("recorded".to_owned())
    })
}

/// Sets a tie aside: from now on it keeps no one from anything.
pub fn decide_otherwise(
    candour: &Candour,
    op: &Op,
    pair: Pair,
    why: Otherwise,
    form: &Form,
    random: &mut dyn Random,
) -> Result<()> {
    candour.once(op, form, |tx| {
        let school = op.viewer.school();
        register::in_turn(tx, school)?;
        let (deciders, before) = deciders(tx, op)?;
        let kept = ties::between(tx, school, pair)?.filter(|kept| kept.tie != Tie::Sibling);
        let kept = kept.ok_or(ServiceError::NotFound)?;
        rules::set_aside(&deciders, op.viewer.standing(), &kept)?;
        ties::set_aside(tx, &op.viewer, pair, why)?;
        write_audit(tx, op, SchoolAct::SetTieAside, pair, (kept.tie, SchoolFact::Otherwise(why)))?;
        follow(tx, school, &before, op.now, random)?;
        Ok("decided otherwise".to_owned())
    })
}

/// Moves every case after the ties that changed in this transaction.
pub(in crate::service) fn follow(
    tx: &mut Tx<'_>,
    school: SchoolId,
    before: &Ties,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let people = ties::in_force(tx, school)?.changed_from(before);
    let theirs = steward::cases_with(tx, Steward::of(school, Work::FollowTies), &people)?;
    if theirs.is_empty() {
        return Ok(());
    }
    let (setting, candour_itself) = (setting::read(tx, school, now)?, Standing::nobodys(school, now));
    let mut kept: BTreeMap<CaseId, (Case, Case)> = BTreeMap::new();
    // A merged case follows the one it became part of.
    let (merged, on_their_own): (Vec<Case>, Vec<Case>) =
        theirs.into_iter().partition(|case| case.status == Status::Merged);
    for case in on_their_own.into_iter().chain(merged) {
        let case = linked_case::reread(tx, case)?;
        let event = {
            let mut act = Act::new(&candour_itself, &setting, random);
            match kept.values().find(|(target, _)| target.gathered.contains(&case.id)) {
                Some(target) => case.follow_ties_with(before, (&target.0, &target.1), &mut act),
                None => case.follow_ties(before, &mut act),
            }
        };
        let after = match event {
            Some(event) => {
                cases::record(tx, By::Candour, &case, &event, random)?;
                event.case().clone()
            }
            None => case.clone(),
        };
        kept.insert(case.id, (case, after));
    }
    Ok(())
}

/// Looks again at the ties that changed just now, for the job that asks every minute. If every case has
/// followed nothing is written.
pub fn follow_what_changed(
    candour: &Candour,
    school: SchoolId,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let since = now - ON_ITS_WAY;
    follow_if(
        candour,
        |tx| Ok(!ties::changed_since(tx, school, since)?.is_empty()),
        |tx| {
            register::in_turn(tx, school)?;
            let changed = ties::changed_since(tx, school, since)?;
            let (began, ended): (Vec<&StoredTie>, Vec<&StoredTie>) =
                changed.iter().partition(|kept| kept.set_aside.is_none());
            let pairs = |kept: Vec<&StoredTie>| kept.into_iter().map(|kept| kept.pair).collect();
            let before = ties::in_force(tx, school)?.before(&pairs(began), &pairs(ended));
            follow(tx, school, &before, now, random)
        },
    )
}

fn write_audit(
    tx: &mut Tx<'_>,
    op: &Op,
    act: SchoolAct,
    pair: Pair,
    (tie, why): (Tie, SchoolFact),
) -> Result<()> {
    let [one, other] = pair.both();
    let facts = [SchoolFact::Person(one), SchoolFact::Other(other), SchoolFact::Tie(tie), why];
    Ok(audit::write_school_act(tx, &op.viewer, act, &facts)?)
}
