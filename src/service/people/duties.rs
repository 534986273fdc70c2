//! Roles: proposed, confirmed, ended; each in the audit log, told to those it concerns, and followed by the
//! open cases, in one transaction.

use super::followed::{ON_ITS_WAY, follow_if};
use crate::service::{Candour, Op, Result, ServiceError, case::inspection};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        case::{Act, Gone, Newcomers},
        kernel::{
            clock::Instant,
            ids::{DutyId, DutyProposalId, PersonId, Random, SchoolId},
        },
        people::{
            Office, Standing,
            duty::{self, Book, Change, DutyKind, Effect, HeldDuty, HowEnded, Proposal, ProposalState, Why},
            register::choosing::ToChoose,
            subject::SubjectRole,
        },
        school::{
            routes::{self, Question, RoutesRow},
            staffing::{self, Gap},
        },
    },
    store::{
        By, Tx,
        case::{
            cases, duties_changed, linked_case, setting,
            steward::{self, Steward, Work},
        },
        concern::forms::Form,
        people::{
            duties::{self, Cause},
            staff,
        },
        record::{audit, outbox},
    },
};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::store::people::duties::{Past, ProposalRecord};

/// What a page about roles shows.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Today's roles, and those to come.
    pub book: Book,
    /// Every role there ever was, the latest first.
    pub past: Vec<Past>,
    /// Every proposal, the latest first.
    pub proposals: Vec<ProposalRecord>,
    /// Everybody's name, of those who left too.
    pub names: BTreeMap<PersonId, String>,
    /// The adults of the register, by name: who can be given a role.
    pub adults: Vec<ToChoose>,
    /// What is missing in the roster.
    pub gaps: Vec<Gap>,
}

impl Overview {
    /// A person's name.
    pub fn name(&self, person: PersonId) -> &str {
        self.names.get(&person).map_or("A person who has left", String::as_str)
    }

    /// The proposals that are still open to a decision.
    pub fn open(&self) -> impl Iterator<Item = &Proposal> {
        let now = self.book.now;
        self.proposals.iter().map(|filed| &filed.proposal).filter(move |proposal| proposal.is_open(now))
    }
}

/// Reads what there is to know of roles, and records that the viewer has seen what is new.
pub fn overview(candour: &Candour, op: &Op) -> Result<Overview> {
    let overview = candour.read(|tx| read(tx, op))?;
    if op.viewer.has_duty_news() {
        candour.write(|tx| {
            duties::mark_seen(tx, &op.viewer)?;
            outbox::mark_looked(tx, &op.viewer)
        })?;
    }
    Ok(overview)
}

fn read(tx: &mut Tx<'_>, op: &Op) -> Result<Overview> {
    let school = op.viewer.school();
    let past = duties::history(tx, school)?;
    let proposals = duties::proposals(tx, &op.viewer, &past)?;
    let adults = staff::adults_to_choose(tx, &op.viewer)?;
    let here = adults.iter().map(ToChoose::person).collect();
    let book = duties::book_among(tx, school, op.now, (&past, &here))?;
    let of_past = past.iter().flat_map(|past| [Some(past.held.person), past.ended.and_then(|(_, by, _)| by)]);
    let of_proposals = proposals.iter().flat_map(|filed| {
        let decided = filed.decided.map(|(by, _)| by);
        [Some(filed.proposal.change.person()), Some(filed.proposal.proposed_by), decided]
    });
    let ids: BTreeSet<PersonId> = of_past.chain(of_proposals).flatten().collect();
    let mut names = staff::names(tx, &op.viewer, &ids)?;
    names.extend(adults.iter().map(|adult| (adult.person(), adult.name().to_owned())));
    let gaps = staffing::gaps_of(&book, &op.viewer.editions().at(op.now));
    Ok(Overview { book, past, proposals, names, adults, gaps })
}

/// Who would get a concern of each category today, and why: as it is, or as if a person were alleged. It is
/// worked out from the roster alone; no case and no declared relationship is looked at, so that it tells of
/// none.
pub fn who_gets_what(
    candour: &Candour,
    op: &Op,
    if_subject: Option<PersonId>,
) -> Result<(Vec<RoutesRow>, Vec<ToChoose>)> {
    candour.read(|tx| {
        let school = op.viewer.school();
        let (roster, adults) = (staff::roster(tx, school, op.now)?, staff::adults_to_choose(tx, &op.viewer)?);
        let if_subject = match if_subject {
            Some(person) if !adults.iter().any(|adult| adult.person() == person) => {
                return Err(ServiceError::NotFound);
            }
            other => other.map(|person| (person, SubjectRole::Alleged)),
        };
        let name = |id: PersonId| {
            adults
                .iter()
                .find(|adult| adult.person() == id)
                .map_or_else(String::new, |adult| adult.name().to_owned())
        };
        let edition = &op.viewer.editions().at(op.now);
        let question = Question { roster: &roster, names: &name, if_subject, edition };
        Ok((routes::explain(&question), adults))
    })
}

/// A change of roles as it is entered.
#[derive(Debug, Clone, Copy)]
pub struct New {
    /// What is to change; for an ending only the role's id counts.
    pub change: RequestedChange,
    /// Why.
    pub why: Why,
}

/// What is to change.
#[derive(Debug, Clone, Copy)]
pub enum RequestedChange {
    /// A role is to begin.
    Begin {
        /// Whose role it is.
        person: PersonId,
        /// Which role it is.
        what: DutyKind,
        /// From when.
        from: Option<Instant>,
        /// Until when.
        to: Option<Instant>,
    },
    /// A role is to end.
    End {
        /// Which role it is.
        duty: DutyId,
        /// When.
        at: Option<Instant>,
    },
}

/// Proposes a change. Those who may confirm it are told that something waits, and so are the other
/// administrators.
pub fn propose(candour: &Candour, op: &Op, new: New, form: &Form, random: &mut dyn Random) -> Result<()> {
    candour.once(op, form, |tx| {
        let school = op.viewer.school();
        duties_changed::hold(tx, school)?;
        let book = duties::book(tx, school, op.now)?;
        let change = match new.change {
            RequestedChange::Begin { person, what, from, to } => {
                is_an_adult_here(tx, school, person)?;
                Change::Begin { person, what, from, to }
            }
            RequestedChange::End { duty, at } => Change::End { duty: found(&book, duty)?, at },
        };
        duty::may_propose(op.viewer.standing(), &change, &book)?;
        let proposal = Proposal {
            id: DutyProposalId::draw(op.now, random),
            change,
            why: new.why,
            proposed_by: op.viewer.person(),
            proposed_at: op.now,
            state: ProposalState::Waiting,
        };
        duties::propose(tx, school, &proposal)?;
        let (_, mut told) = book.confirmers(&proposal);
        told.extend(book.officers(Office::Administrator));
        told.remove(&op.viewer.person());
        tell(tx, op, &told, random)?;
        write_audit(tx, op, SchoolAct::ProposedDuty, &change, new.why)?;
        Ok(proposal.id.to_string())
    })
}

/// What is decided about a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is done.
    Confirm,
    /// It is not done.
    Refuse,
    /// Its proposer takes it back.
    Withdraw,
}

/// Decides about a proposal. If it is confirmed, the role begins or ends, and open cases follow, in the same
/// transaction.
pub fn decide(
    candour: &Candour,
    op: &Op,
    id: DutyProposalId,
    decision: Decision,
    form: &Form,
    random: &mut dyn Random,
) -> Result<()> {
    candour.once(op, form, |tx| {
        let school = op.viewer.school();
        duties_changed::hold(tx, school)?;
        let proposal = duties::proposal(tx, &op.viewer, id)?;
        let book = duties::book(tx, school, op.now)?;
        let standing = op.viewer.standing();
        match decision {
            Decision::Confirm => {
                let effect = duty::confirm(standing, &proposal, &book)?;
                is_still_here(tx, op, &proposal.change)?;
                let cause = Cause { why: proposal.why, how: HowEnded::Confirmed };
                let duty = take_effect(tx, op, &book, (&proposal.change, effect), cause, random)?;
                let began = matches!(effect, Effect::Begins { .. }).then_some(duty);
                duties::decide(tx, &op.viewer, &proposal, (ProposalState::Confirmed, began))?;
            }
            Decision::Refuse => {
                duty::may_decide(standing, &proposal, &book)?;
                duties::decide(tx, &op.viewer, &proposal, (ProposalState::Refused, None))?;
                tell(tx, op, &[proposal.proposed_by].into_iter().collect(), random)?;
                write_audit(tx, op, SchoolAct::RefusedDuty, &proposal.change, proposal.why)?;
            }
            Decision::Withdraw => {
                if proposal.proposed_by != op.viewer.person() {
                    return Err(ServiceError::Refused(duty::Problem::ProposerWithdraws.into()));
                }
                duties::decide(tx, &op.viewer, &proposal, (ProposalState::Withdrawn, None))?;
                write_audit(tx, op, SchoolAct::WithdrewDuty, &proposal.change, proposal.why)?;
            }
        }
        Ok(id.to_string())
    })
}

/// Ends a role at once, without a proposal.
pub fn end_at_once(
    candour: &Candour,
    op: &Op,
    id: DutyId,
    why: Why,
    form: &Form,
    random: &mut dyn Random,
) -> Result<()> {
    candour.once(op, form, |tx| {
        let school = op.viewer.school();
        duties_changed::hold(tx, school)?;
        let book = duties::book(tx, school, op.now)?;
        let held = found(&book, id)?;
        let effect = duty::end_alone(op.viewer.standing(), &held, &book)?;
        let change = Change::End { duty: held, at: None };
        take_effect(tx, op, &book, (&change, effect), Cause { why, how: HowEnded::AtOnce }, random)?;
        Ok(id.to_string())
    })
}

/// Applies a decision, moves open cases after it, tells whom it concerns, and records it in the audit log.
fn take_effect(
    tx: &mut Tx<'_>,
    op: &Op,
    book: &Book,
    (change, effect): (&Change, Effect),
    cause: Cause,
    random: &mut dyn Random,
) -> Result<DutyId> {
    let duty = duties::apply(tx, &op.viewer, effect, cause, random)?;
    let from_desk = match (effect, change.what().desk()) {
        (Effect::Ends { .. }, Some(desk)) => [(desk, change.person())].into_iter().collect(),
        (Effect::Ends { .. } | Effect::Begins { .. }, None | Some(_)) => BTreeSet::new(),
    };
    if effect.at() <= op.now {
        let gone = Gone { from_desk, ..Gone::default() };
        follow(tx, op.viewer.school(), gone, op.now, random)?;
    }
    let begins_or_is_over = matches!(effect, Effect::Begins { .. }) || effect.at() <= op.now;
    if change.what() == DutyKind::Office(Office::Inspector) && begins_or_is_over {
        inspection::is_over(tx, (op.viewer.school(), change.person()), op.now, random)?;
    }
    tell(tx, op, &duty::recipients(change, book, op.viewer.person()), random)?;
    let act = match effect {
        Effect::Begins { .. } => SchoolAct::BeganDuty,
        Effect::Ends { .. } => SchoolAct::EndedDuty,
    };
    write_audit(tx, op, act, change, cause.why)?;
    Ok(duty)
}

/// Moves the open cases of a school after the roster: what began or ended since they last were moved, on its
/// day or by an act, and who is gone by the act in hand. The caller has locked the roster.
pub(in crate::service) fn follow(
    tx: &mut Tx<'_>,
    school: SchoolId,
    mut gone: Gone,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    // People who had left by the first time were gone before there was anything to follow.
    let mut new = Newcomers::default();
    if let Some(since) = duties_changed::hold(tx, school)? {
        new = duties_changed::newcomers_since(tx, school, since - ON_ITS_WAY, now)?;
        let others = duties_changed::changes_since(tx, school, since, now)?.gone;
        gone.from_desk.extend(others.from_desk);
        gone.from_school.extend(others.from_school);
    }
    // Words are read only if there are people they have not been compared with.
    let (setting, work) = if new.is_empty() {
        (setting::read(tx, school, now)?, Work::FollowDuties)
    } else {
        (setting::with_adults(tx, school, now)?, Work::CompareWords)
    };
    let candour_itself = Standing::nobodys(school, now);
    let steward = Steward::of(school, work);
    for before in steward::all(tx, steward)? {
        let before = linked_case::reread(tx, before)?;
        let words = if new.is_empty() { BTreeMap::new() } else { steward::words(tx, steward, &before)? };
        let event = {
            let mut act = Act::new(&candour_itself, &setting, random);
            before.follow_people(&gone, (&new, &words), &mut act)
        };
        if let Some(event) = event {
            cases::record(tx, By::Candour, &before, &event, random)?;
        }
    }
    Ok(duties_changed::mark_followed(tx, school, now)?)
}

/// Follows roles for the job that asks every minute: they begin and end on their day without an act.
pub fn follow_what_changed(
    candour: &Candour,
    school: SchoolId,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    follow_if(
        candour,
        |tx| match duties_changed::until(tx, school)? {
            Some(since) => {
                let since = since - ON_ITS_WAY;
                let is_new = !duties_changed::newcomers_since(tx, school, since, now)?.is_empty();
                Ok(is_new || duties_changed::changes_since(tx, school, since, now)?.anything)
            }
            None => Ok(true),
        },
        |tx| {
            duties_changed::hold(tx, school)?;
            follow(tx, school, Gone::default(), now, random)
        },
    )
}

fn found(book: &Book, duty: DutyId) -> Result<HeldDuty> {
    book.duties.iter().find(|held| held.id == duty).copied().ok_or(ServiceError::NotFound)
}

fn is_an_adult_here(tx: &mut Tx<'_>, school: SchoolId, person: PersonId) -> Result<()> {
    let is_here = staff::adults(tx, school)?.iter().any(|adult| adult.id == person);
    if is_here { Ok(()) } else { Err(ServiceError::NotFound) }
}

/// A person who left since is given no role: it would wait for them, should they ever be back.
fn is_still_here(tx: &mut Tx<'_>, op: &Op, change: &Change) -> Result<()> {
    if staff::are_current(tx, &op.viewer, &[change.person()].into_iter().collect())? {
        return Ok(());
    }
    Err(ServiceError::WrongState(duty::Problem::LeftSince.into()))
}

/// Tells people in the app and by e-mail; the e-mail says no more than that something needs them.
fn tell(tx: &mut Tx<'_>, op: &Op, people: &BTreeSet<PersonId>, random: &mut dyn Random) -> Result<()> {
    duties::tell(tx, op.viewer.school(), people, op.now)?;
    for person in people {
        outbox::ask(tx, (op.viewer.school(), *person), op.now, random)?;
    }
    Ok(())
}

fn write_audit(tx: &mut Tx<'_>, op: &Op, act: SchoolAct, change: &Change, why: Why) -> Result<()> {
    let mut facts =
        vec![SchoolFact::Person(change.person()), SchoolFact::Duty(change.what()), SchoolFact::Why(why)];
    let (from, to) = match change {
        Change::Begin { from, to, .. } => (*from, *to),
        Change::End { at, .. } => (None, *at),
    };
    facts.extend(from.map(SchoolFact::From).into_iter().chain(to.map(SchoolFact::To)));
    Ok(audit::write_school_act(tx, &op.viewer, act, &facts)?)
}
