//! Names in time, and addresses of people with a role: what waits for a second person, whichever road it came by, and
//! what became of it. Each is in the audit log and told to those it concerns, in one transaction.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        entry::account_proof::AccountProof,
        kernel::{
            clock::Instant,
            ids::{NameProposalId, PersonId, Random, SchoolId},
        },
        people::{
            Desk, ShownName,
            duty::{self, Book, ProposalState},
            register::{name::Name, values::Email},
            renaming::{self, Bearers, NameChange, NameProposal, Problem, Refusal, Road, WhyTwo},
        },
    },
    store::{
        Tx, Viewer,
        concern::forms::Form,
        entry::account_linking,
        people::{adults, duties, former_names, name_proposals, staff},
        record::{audit, outbox},
    },
};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

pub use crate::store::people::{former_names::ChangedName, name_proposals::NameProposalRecord};

/// For so long people see that a name changed.
const LATELY: TimeDelta = TimeDelta::days(60);

/// What the page about names shows.
#[derive(Debug, Clone)]
pub struct Names {
    /// Every proposal, the latest first.
    pub proposals: Vec<NameProposalRecord>,
    /// The names that changed lately, the latest first.
    pub lately: Vec<ChangedName>,
    /// Today's roles, and those to come.
    pub book: Book,
    bearers: Bearers,
    names: BTreeMap<PersonId, String>,
}

impl Names {
    /// A person's name.
    pub fn name(&self, person: PersonId) -> &str {
        self.names.get(&person).map_or("A person who has left", String::as_str)
    }

    /// The proposals that are still open to a decision.
    pub fn open(&self) -> impl Iterator<Item = &NameProposal> {
        let now = self.book.now;
        self.proposals.iter().map(|filed| &filed.proposal).filter(move |proposal| proposal.is_open(now))
    }

    /// Whom a proposal concerns.
    pub fn concerned(&self, proposal: &NameProposal) -> BTreeSet<PersonId> {
        proposal.concerned(&self.bearers)
    }
}

/// Reads every name that waits or waited for a second person, for those who look after roles.
pub fn overview(candour: &Candour, op: &Op) -> Result<Names> {
    if !duty::may_look_after(op.viewer.standing()) {
        return Err(ServiceError::NotFound);
    }
    candour.read(|tx| {
        let school = op.viewer.school();
        let proposals = name_proposals::proposals(tx, school, None)?;
        let book = duties::book(tx, school, op.now)?;
        let people = proposals.iter().flat_map(|filed| {
            let decided = filed.decided.map(|(by, _)| by);
            [filed.proposal.proposed_by, decided]
        });
        let roles = book.duties.iter().map(|duty| duty.person);
        let ids: BTreeSet<PersonId> = people.flatten().chain(roles).collect();
        Ok(Names {
            names: staff::names(tx, &op.viewer, &ids)?,
            lately: former_names::lately(tx, &op.viewer, op.now - LATELY, None)?,
            bearers: former_names::bearers(tx, school, op.now)?,
            proposals,
            book,
        })
    })
}

/// The names of adults that changed lately, for everyone with a role.
pub fn lately(candour: &Candour, op: &Op) -> Result<Vec<ChangedName>> {
    Ok(candour.read(|tx| former_names::lately(tx, &op.viewer, op.now - LATELY, None))?)
}

/// What happened to the viewer's own name.
#[derive(Debug, Clone, Default)]
pub struct OwnName {
    /// The names that wait for a second person.
    pub waiting: Vec<ShownName>,
    /// The addresses that wait for a second person; none is no address at all.
    pub addresses: Vec<Option<Email>>,
    /// The names they had until lately.
    pub lately: Vec<ChangedName>,
}

/// What waits and what changed lately of the viewer's own name, and what waits of their address; nothing for an account
/// that waits to be confirmed.
pub fn mine(candour: &Candour, op: &Op) -> Result<OwnName> {
    if op.viewer.proof() == AccountProof::Awaited {
        return Ok(OwnName::default());
    }
    candour.read(|tx| {
        let me = op.viewer.person();
        let mut own = OwnName {
            lately: former_names::lately(tx, &op.viewer, op.now - LATELY, Some(me))?,
            ..OwnName::default()
        };
        let proposals = name_proposals::proposals(tx, op.viewer.school(), None)?.into_iter();
        for proposal in proposals.map(|filed| filed.proposal).filter(|proposal| proposal.is_open(op.now)) {
            match proposal.change {
                NameChange::Rename { person, .. } if person == me => own.waiting.push(proposal.name),
                NameChange::Address { person, email, .. } if person == me => own.addresses.push(email),
                NameChange::Rename { .. } | NameChange::Address { .. } | NameChange::Add { .. } => {}
            }
        }
        Ok(own)
    })
}

/// A name that takes two people, as it came.
pub(in crate::service) struct NewName<'a> {
    /// What is to change.
    pub(in crate::service) change: NameChange,
    /// The name.
    pub(in crate::service) name: ShownName,
    /// Why it takes two people.
    pub(in crate::service) why: WhyTwo,
    /// By which road it came.
    pub(in crate::service) road: Road,
    /// Who says so, if they are known.
    pub(in crate::service) by: Option<&'a Viewer>,
}

/// Lets a name wait for a second person. What waits already, and what was refused to a list or the school's sign-in,
/// is not proposed a second time; a person who proposes it on a page learns that.
pub(in crate::service) fn propose(
    tx: &mut Tx<'_>,
    (school, now): (SchoolId, Instant),
    new: NewName<'_>,
    random: &mut dyn Random,
) -> Result<()> {
    let NewName { change, name, why, road, by: viewer } = new;
    let by = viewer.map(Viewer::person);
    let earlier = name_proposals::proposals(tx, school, Some(&name))?;
    if earlier.iter().any(|filed| filed.proposal.answers(&change, road, now)) {
        return match road {
            Road::Page => Err(waits_already(&change).into()),
            Road::List | Road::SignIn => Ok(()),
        };
    }
    let proposal = NameProposal {
        id: NameProposalId::draw(now, random),
        change,
        name,
        why,
        road,
        proposed_by: by,
        proposed_at: now,
        state: ProposalState::Waiting,
    };
    name_proposals::propose(tx, school, &proposal)?;
    let book = duties::book(tx, school, now)?;
    let concerned = proposal.concerned(&former_names::bearers(tx, school, now)?);
    let (_, mut told) = book.name_confirmers(&concerned, by);
    told.extend(renaming::recipients(&proposal, &concerned, &book, by));
    tell_roles(tx, (school, now), &told, &book)?;
    for person in &told {
        outbox::ask_at(tx, (school, *person), address_before(&proposal, *person), now, random)?;
    }
    let facts = facts(&proposal);
    Ok(audit::write_act_in(tx, (school, by), viewer, now, SchoolAct::ProposedName, &facts)?)
}

/// What a person reads on the page who proposes once more what waits.
fn waits_already(change: &NameChange) -> Refusal {
    match change {
        NameChange::Rename { .. } | NameChange::Add { .. } => Refusal::field("name", Problem::WaitsAlready),
        NameChange::Address { .. } => Refusal::field("email", Problem::AddressWaits),
    }
}

/// Where a person is told of a proposal whatever becomes of it: the address that would no longer be theirs.
fn address_before(proposal: &NameProposal, told: PersonId) -> Option<String> {
    match &proposal.change {
        NameChange::Address { person, before, .. } if *person == told => {
            before.as_ref().map(|before| before.as_str().to_owned())
        }
        NameChange::Rename { .. } | NameChange::Add { .. } | NameChange::Address { .. } => None,
    }
}

/// What the audit log has of a proposal: whose name, or what was to be added. The name itself is in the register, or
/// beside the proposal.
fn facts(proposal: &NameProposal) -> Vec<SchoolFact> {
    let mut facts = match &proposal.change {
        NameChange::Rename { person, .. } => vec![SchoolFact::Person(*person), SchoolFact::NameChanged],
        NameChange::Add { kind, .. } => vec![SchoolFact::Kind(*kind)],
        NameChange::Address { person, .. } => vec![SchoolFact::Person(*person), SchoolFact::AddressChanged],
    };
    facts.extend(proposal.proposed_by.map(SchoolFact::ProposedBy));
    facts
}

/// Whether a person of this name may be added by the school's sign-in alone: not if a person with a role has or had it.
pub(in crate::service) fn takes_two_to_add(
    tx: &mut Tx<'_>,
    school: SchoolId,
    name: &str,
    now: Instant,
) -> Result<bool> {
    let bearers = former_names::bearers(tx, school, now)?;
    Ok(bearers.why_two_to_add(&[name.to_owned()]).is_some())
}

/// Hears the name that the school's sign-in gives a person it added. It is their own sign-in that says so: the name
/// they have stays until a second person confirms the new one. What is no name, such as an address, is passed over.
pub(in crate::service) fn heard_at_sign_in(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    (issuer, name): (&str, &str),
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let Ok(name) = Name::parse(name) else { return Ok(()) };
    let Some(before) = account_linking::name_to_change(tx, (school, person), issuer, name.as_str())? else {
        return Ok(());
    };
    let bearers = former_names::bearers(tx, school, now)?;
    match bearers.why_two_to_rename(person, (&before, name.as_str()), Some(person)) {
        None => Ok(adults::rename(tx, (school, person), name.as_str(), now)?),
        Some(why) => {
            let change = NameChange::Rename { person, before: ShownName(before) };
            let name = ShownName(name.as_str().to_owned());
            let new = NewName { change, name, why, road: Road::SignIn, by: None };
            propose(tx, (school, now), new, random)
        }
    }
}

/// Decides about a name. If it is confirmed it counts at once: the person has it, or is added under it.
pub fn decide(
    candour: &Candour,
    op: &Op,
    id: NameProposalId,
    decision: super::duties::Decision,
    form: &Form,
    random: &mut dyn Random,
) -> Result<()> {
    use super::duties::Decision;
    candour.once(op, form, |tx| {
        let school = op.viewer.school();
        super::adults::hold(tx, school)?;
        let proposal = name_proposals::proposal(tx, &op.viewer, id)?;
        let book = duties::book(tx, school, op.now)?;
        let concerned = proposal.concerned(&former_names::bearers(tx, school, op.now)?);
        let standing = op.viewer.standing();
        match decision {
            Decision::Confirm => {
                renaming::may_decide(standing, &proposal, &concerned, &book)?;
                let added = take_effect(tx, op, &proposal, random)?;
                name_proposals::decide(tx, &op.viewer, &proposal, (ProposalState::Confirmed, added))?;
                tell_of(tx, op, &proposal, (&concerned, &book), random)?;
            }
            Decision::Refuse => {
                renaming::may_decide(standing, &proposal, &concerned, &book)?;
                name_proposals::decide(tx, &op.viewer, &proposal, (ProposalState::Refused, None))?;
                tell_of(tx, op, &proposal, (&concerned, &book), random)?;
                audit::write_school_act(tx, &op.viewer, SchoolAct::RefusedName, &facts(&proposal))?;
            }
            Decision::Withdraw => {
                if proposal.proposed_by != Some(op.viewer.person()) {
                    return Err(ServiceError::Refused(Problem::ProposerWithdraws.into()));
                }
                name_proposals::decide(tx, &op.viewer, &proposal, (ProposalState::Withdrawn, None))?;
                audit::write_school_act(tx, &op.viewer, SchoolAct::WithdrewName, &facts(&proposal))?;
            }
        }
        Ok(id.to_string())
    })
}

/// Gives the person the name or the address, or adds them under the name. Says who was added.
fn take_effect(
    tx: &mut Tx<'_>,
    op: &Op,
    proposal: &NameProposal,
    random: &mut dyn Random,
) -> Result<Option<PersonId>> {
    let (school, ShownName(name)) = (op.viewer.school(), &proposal.name);
    match &proposal.change {
        NameChange::Rename { person, .. } => {
            is_here(tx, op, *person)?;
            adults::rename(tx, (school, *person), name, op.now)?;
            audit::write_school_act(tx, &op.viewer, SchoolAct::CorrectedPerson, &facts(proposal))?;
            Ok(None)
        }
        NameChange::Address { person, email, .. } => {
            is_here(tx, op, *person)?;
            let all = adults::by_every_name(tx, &op.viewer)?;
            super::adults::refuse_taken_address(&all, email.as_ref(), Some(*person))?;
            adults::readdress(tx, (school, *person), email.as_ref(), op.now)?;
            audit::write_school_act(tx, &op.viewer, SchoolAct::CorrectedPerson, &facts(proposal))?;
            Ok(None)
        }
        NameChange::Add { kind, email } => {
            let all = adults::by_every_name(tx, &op.viewer)?;
            super::adults::refuse_taken_address(&all, email.as_ref(), None)?;
            let id = PersonId::draw(op.now, random);
            let person = staff::Person {
                id,
                kind: *kind,
                name: name.clone(),
                year_group: None,
                post: None,
                email: email.as_ref().map(|email| email.as_str().to_owned()),
            };
            staff::add_people(tx, school, &[person], op.now)?;
            let mut facts = facts(proposal);
            facts.insert(0, SchoolFact::Person(id));
            audit::write_school_act(tx, &op.viewer, SchoolAct::AddedPerson, &facts)?;
            Ok(Some(id))
        }
    }
}

fn is_here(tx: &mut Tx<'_>, op: &Op, person: PersonId) -> Result<()> {
    if staff::are_current(tx, &op.viewer, &BTreeSet::from([person]))? {
        Ok(())
    } else {
        Err(ServiceError::WrongState(Problem::LeftSince.into()))
    }
}

fn tell_of(
    tx: &mut Tx<'_>,
    op: &Op,
    proposal: &NameProposal,
    (concerned, book): (&BTreeSet<PersonId>, &Book),
    random: &mut dyn Random,
) -> Result<()> {
    let told = renaming::recipients(proposal, concerned, book, Some(op.viewer.person()));
    tell(tx, (op.viewer.school(), op.now), &told, book, random)
}

/// Tells people by e-mail, and those with a role by "new" in the menu too. The e-mail says no more than that
/// something needs them.
fn tell(
    tx: &mut Tx<'_>,
    (school, now): (SchoolId, Instant),
    people: &BTreeSet<PersonId>,
    book: &Book,
    random: &mut dyn Random,
) -> Result<()> {
    tell_roles(tx, (school, now), people, book)?;
    for person in people {
        outbox::ask(tx, (school, *person), now, random)?;
    }
    Ok(())
}

fn tell_roles(
    tx: &mut Tx<'_>,
    (school, now): (SchoolId, Instant),
    people: &BTreeSet<PersonId>,
    book: &Book,
) -> Result<()> {
    let with_roles = people.iter().copied().filter(|one| book.duties.iter().any(|duty| duty.person == *one));
    Ok(duties::tell(tx, school, &with_roles.collect(), now)?)
}

/// Tells a person and the head that one person changed their name, where it took no second one.
pub(in crate::service) fn tell_of_rename(
    tx: &mut Tx<'_>,
    op: &Op,
    person: PersonId,
    random: &mut dyn Random,
) -> Result<()> {
    let school = op.viewer.school();
    let book = duties::book(tx, school, op.now)?;
    let mut told = book.roster().holders(Desk::Head);
    told.insert(person);
    told.remove(&op.viewer.person());
    tell(tx, (school, op.now), &told, &book, random)
}
