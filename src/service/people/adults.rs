//! The adults of a school as its administrators keep them on a page: looked at, looked for, added, corrected,
//! recorded as having left or come back. Imports and these take turns, so that no person is there twice.

use super::{
    duties,
    renaming::{self, NewName},
};
use crate::service::{Candour, Op, Result, ServiceError, once};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        case::Gone,
        kernel::ids::{PersonId, Random, SchoolId},
        people::{
            ShownName, adults as rules,
            adults::{Details, Problem, Refusal},
            register::{
                keys::{self, NameQuery},
                known::Record,
                values::Email,
            },
            renaming::{NameChange, Road},
        },
    },
    store::{
        StoreError, Tx,
        case::duties_changed,
        concern::forms::{self, Form},
        people::{addresses, adults, former_names, register, staff},
        record::audit,
    },
};
use std::collections::BTreeSet;

pub use crate::store::people::adults::{Account, Adult, AdultNames, HowAdded, Which};

/// How many adults stand on one page.
pub const ON_A_PAGE: usize = 50;

/// Some adults of a school.
#[derive(Debug, Clone)]
pub struct AdultsPage {
    /// The adults.
    pub adults: Vec<Adult>,
    /// Whether there are more after them.
    pub more: More,
}

/// Whether a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum More {
    /// It does.
    Yes,
    /// These are the last.
    No,
}

/// A page of a list.
pub fn list(candour: &Candour, op: &Op, which: &Which) -> Result<AdultsPage> {
    rules::may_keep(op.viewer.standing())?;
    let one_more = i64::try_from(ON_A_PAGE + 1).unwrap_or(i64::MAX);
    let mut adults = candour.read(|tx| adults::some(tx, &op.viewer, which, one_more))?;
    let more = if adults.len() > ON_A_PAGE { More::Yes } else { More::No };
    adults.truncate(ON_A_PAGE);
    Ok(AdultsPage { adults, more })
}

/// Adults whose names begin so, those who left among them; the first of them if there are many.
pub fn find(candour: &Candour, op: &Op, typed: &NameQuery) -> Result<AdultsPage> {
    rules::may_keep(op.viewer.standing())?;
    candour.read(|tx| {
        let all = adults::by_every_name(tx, &op.viewer)?;
        let mut ids: Vec<PersonId> =
            all.iter().filter(|one| is_found(typed, one)).map(|one| one.id).collect();
        let more = if ids.len() > ON_A_PAGE { More::Yes } else { More::No };
        ids.truncate(ON_A_PAGE);
        let most = i64::try_from(ON_A_PAGE).unwrap_or(i64::MAX);
        Ok(AdultsPage { adults: adults::some(tx, &op.viewer, &Which::These(ids), most)?, more })
    })
}

/// Whether a name begins so that a person has or had.
fn is_found(typed: &NameQuery, one: &AdultNames) -> bool {
    let had = |name: &String| typed.finds(&keys::keys(&Record::named(name.clone())));
    typed.finds(&keys::keys(&one.record)) || one.former.iter().any(had)
}

/// Whether a person goes or went by a name.
fn goes_or_went_by(one: &AdultNames, name: &str) -> bool {
    rules::goes_by(&one.record, name)
        || one.former.iter().any(|former| rules::goes_by(&Record::named(former.clone()), name))
}

/// One adult, with those who go by the same name.
#[derive(Debug, Clone)]
pub struct AdultWithNamesakes {
    /// The adult.
    pub adult: Adult,
    /// The names they no longer go by, the latest first.
    pub former: Vec<String>,
    /// Others who go by their name.
    pub namesakes: Vec<AdultNames>,
}

/// One adult, here or gone.
pub fn one(candour: &Candour, op: &Op, id: PersonId) -> Result<AdultWithNamesakes> {
    rules::may_keep(op.viewer.standing())?;
    candour.read(|tx| {
        let adult = adults::find(tx, &op.viewer, id)?;
        let all = adults::by_every_name(tx, &op.viewer)?.into_iter();
        let (own, others): (Vec<AdultNames>, Vec<AdultNames>) = all.partition(|one| one.id == id);
        let namesakes = others.into_iter().filter(|other| goes_or_went_by(other, &adult.name)).collect();
        let former = own.into_iter().flat_map(|own| own.former).collect();
        Ok(AdultWithNamesakes { namesakes, former, adult })
    })
}

/// What came of adding a person.
#[derive(Debug, Clone)]
pub enum AddOutcome {
    /// They are in the register now, and nothing else: no role, no office, no account.
    As(PersonId),
    /// No one was added: these go or went by that name, and it was not said that it is another person.
    Namesakes(Vec<AdultNames>),
    /// No one was added yet: a person with a role has or had the name, so a second person confirms it.
    Waits,
}

/// What is answered to a form of which a name or an address waits for a second person.
const WAITS: &str = "waits";

/// Adds an adult. `others` are the namesakes of whom it was said that this is another person.
pub fn add(
    candour: &Candour,
    op: &Op,
    details: &Details,
    others: &BTreeSet<PersonId>,
    form: &Form,
    random: &mut dyn Random,
) -> Result<AddOutcome> {
    rules::may_keep(op.viewer.standing())?;
    candour.write(|tx| {
        match once::answer_to(tx, op, form)?.as_deref() {
            Some(WAITS) => return Ok(AddOutcome::Waits),
            Some(id) => return Ok(AddOutcome::As(id.parse().map_err(|_| ServiceError::Stale)?)),
            None => {}
        }
        let school = op.viewer.school();
        hold(tx, school)?;
        let all = adults::by_every_name(tx, &op.viewer)?;
        refuse_taken_address(&all, details.email.as_ref(), None)?;
        let namesakes: Vec<AdultNames> =
            all.into_iter().filter(|one| goes_or_went_by(one, details.name.as_str())).collect();
        if namesakes.iter().any(|one| !others.contains(&one.id)) {
            return Ok(AddOutcome::Namesakes(namesakes));
        }
        let name = details.name.as_str().to_owned();
        if let Some(why) =
            former_names::bearers(tx, school, op.now)?.why_two_to_add(std::slice::from_ref(&name))
        {
            let change = NameChange::Add { kind: details.kind, email: details.email.clone() };
            let (name, by) = (ShownName(name), Some(&op.viewer));
            let new = NewName { change, name, why, road: Road::Page, by };
            renaming::propose(tx, (school, op.now), new, random)?;
            forms::keep(tx, &op.viewer, form, WAITS)?;
            return Ok(AddOutcome::Waits);
        }
        let id = PersonId::draw(op.now, random);
        let person = staff::Person {
            id,
            kind: details.kind,
            name,
            year_group: None,
            post: None,
            email: details.email.as_ref().map(|email| email.as_str().to_owned()),
        };
        staff::add_people(tx, school, &[person], op.now)?;
        let facts = [SchoolFact::Person(id), SchoolFact::Kind(details.kind)];
        audit::write_school_act(tx, &op.viewer, SchoolAct::AddedPerson, &facts)?;
        forms::keep(tx, &op.viewer, form, &id.to_string())?;
        Ok(AddOutcome::As(id))
    })
}

/// Keeps an address one person's: e-mails and sign-ins would go to the wrong one otherwise.
pub(super) fn refuse_taken_address(
    all: &[AdultNames],
    email: Option<&Email>,
    but: Option<PersonId>,
) -> Result<()> {
    let Some(email) = email else { return Ok(()) };
    let has = |one: &&AdultNames| {
        let theirs = one.email.as_deref().unwrap_or_default();
        one.left_at.is_none() && Some(one.id) != but && theirs.eq_ignore_ascii_case(email.as_str())
    };
    match all.iter().find(has) {
        None => Ok(()),
        Some(other) => Err(email_of(other)),
    }
}

fn email_of(other: &AdultNames) -> ServiceError {
    let name = ShownName(other.record.name.clone());
    Refusal::field("email", Problem::EmailOfAnother { name }).into()
}

/// What came of correcting a person's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrectOutcome {
    /// It is as it was entered.
    Corrected,
    /// All of it but a name or an address that a second person confirms.
    Waits,
}

/// Corrects the name, the address or the kind of a person who is here. A name that takes two people waits for the
/// second, and so does the address of a person with a role; everything else counts at once.
pub fn correct(
    candour: &Candour,
    op: &Op,
    id: PersonId,
    details: &Details,
    form: &Form,
    random: &mut dyn Random,
) -> Result<CorrectOutcome> {
    candour.write(|tx| {
        match once::answer_to(tx, op, form)?.as_deref() {
            Some(WAITS) => return Ok(CorrectOutcome::Waits),
            Some(_) => return Ok(CorrectOutcome::Corrected),
            None => {}
        }
        let adult = to_change(tx, op, id)?;
        is_here(&adult)?;
        let kinds = (adult.kind, details.kind);
        rules::may_correct(op.viewer.standing(), (id, &adult.duties()), kinds)?;
        let whom = (op.viewer.school(), id);
        let address = correct_address(tx, op, &adult, details.email.as_ref(), random)?;
        let name = correct_name(tx, op, &adult, details, random)?;
        let name_now = match name {
            Correction::None | Correction::Waits => adult.name.as_str(),
            Correction::Made => details.name.as_str(),
        };
        adults::correct(tx, whom, (name_now, details.kind), op.now)?;
        let outcome = match (name, address) {
            (Correction::Waits, _) | (_, Correction::Waits) => CorrectOutcome::Waits,
            (Correction::None | Correction::Made, Correction::None | Correction::Made) => {
                CorrectOutcome::Corrected
            }
        };
        // The values stand in the register: the audit log says that they changed, and of a kind what to.
        let changed = [
            (SchoolFact::NameChanged, name == Correction::Made),
            (SchoolFact::AddressChanged, address == Correction::Made),
            (SchoolFact::Kind(details.kind), adult.kind != details.kind),
        ];
        let changed: Vec<SchoolFact> =
            changed.into_iter().filter(|(_, is_so)| *is_so).map(|(fact, _)| fact).collect();
        if outcome == CorrectOutcome::Corrected || !changed.is_empty() {
            let facts: Vec<SchoolFact> = std::iter::once(SchoolFact::Person(id)).chain(changed).collect();
            audit::write_school_act(tx, &op.viewer, SchoolAct::CorrectedPerson, &facts)?;
        }
        let answer = match outcome {
            CorrectOutcome::Corrected => id.to_string(),
            CorrectOutcome::Waits => WAITS.to_owned(),
        };
        forms::keep(tx, &op.viewer, form, &answer)?;
        Ok(outcome)
    })
}

/// What becomes of one thing that was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Correction {
    /// It is as it was.
    None,
    /// It counts at once.
    Made,
    /// It waits for a second person.
    Waits,
}

/// Gives a person without a role the address that was entered. One of a person with a role waits: e-mails that something
/// needs them would go to whoever one person alone says.
fn correct_address(
    tx: &mut Tx<'_>,
    op: &Op,
    adult: &Adult,
    email: Option<&Email>,
    random: &mut dyn Random,
) -> Result<Correction> {
    let before = adult.email.as_deref().map(str::to_ascii_lowercase);
    if before.as_deref() == email.map(Email::as_str) {
        return Ok(Correction::None);
    }
    let school = op.viewer.school();
    refuse_taken_address(&adults::by_every_name(tx, &op.viewer)?, email, Some(adult.id))?;
    match former_names::bearers(tx, school, op.now)?.why_two_for_address(adult.id) {
        None => {
            adults::readdress(tx, (school, adult.id), email, op.now)?;
            Ok(Correction::Made)
        }
        Some(why) => {
            let before = before.and_then(|before| before.parse().ok());
            let change = NameChange::Address { person: adult.id, before, email: email.cloned() };
            let (name, by) = (ShownName(adult.name.clone()), Some(&op.viewer));
            let new = NewName { change, name, why, road: Road::Page, by };
            renaming::propose(tx, (school, op.now), new, random)?;
            Ok(Correction::Waits)
        }
    }
}

/// Whether the name that was entered counts at once. If it does, the person and the head are told; otherwise it waits.
fn correct_name(
    tx: &mut Tx<'_>,
    op: &Op,
    adult: &Adult,
    details: &Details,
    random: &mut dyn Random,
) -> Result<Correction> {
    let (school, name) = (op.viewer.school(), details.name.as_str());
    if adult.name == name {
        return Ok(Correction::None);
    }
    let by = Some(op.viewer.person());
    let bearers = former_names::bearers(tx, school, op.now)?;
    match bearers.why_two_to_rename(adult.id, (&adult.name, name), by) {
        None => {
            renaming::tell_of_rename(tx, op, adult.id, random)?;
            Ok(Correction::Made)
        }
        Some(why) => {
            let change = NameChange::Rename { person: adult.id, before: ShownName(adult.name.clone()) };
            let name = ShownName(name.to_owned());
            let new = NewName { change, name, why, road: Road::Page, by: Some(&op.viewer) };
            renaming::propose(tx, (school, op.now), new, random)?;
            Ok(Correction::Waits)
        }
    }
}

/// Records that a person has left. Their sessions end at their next request, and open cases follow in the
/// same transaction: what they had goes back to its desk.
pub fn leave(candour: &Candour, op: &Op, id: PersonId, form: &Form, random: &mut dyn Random) -> Result<()> {
    candour.once(op, form, |tx| {
        let adult = to_change(tx, op, id)?;
        is_here(&adult)?;
        rules::may_record_leaving(op.viewer.standing(), id, &adult.duties()).map_err(Refusal::Refused)?;
        let school = op.viewer.school();
        adults::leave(tx, school, id, op.now)?;
        let gone = Gone { from_school: [id].into_iter().collect(), ..Gone::default() };
        duties::follow(tx, school, gone, op.now, random)?;
        audit::write_school_act(tx, &op.viewer, SchoolAct::RecordedLeaving, &[SchoolFact::Person(id)])?;
        Ok(id.to_string())
    })
}

/// Records that a person who left is here again, with the address e-mails go to now.
pub fn is_back(candour: &Candour, op: &Op, id: PersonId, address: &str, form: &Form) -> Result<()> {
    candour.once(op, form, |tx| {
        let adult = to_change(tx, op, id)?;
        if adult.left_at.is_none() {
            return Err(Refusal::WrongState(Problem::Here).into());
        }
        rules::may_keep(op.viewer.standing())?;
        let email = rules::address(adult.kind, address).map_err(|wrong| Refusal::Invalid(vec![wrong]))?;
        refuse_taken_address(&adults::by_every_name(tx, &op.viewer)?, email.as_ref(), Some(id))?;
        let now = email.as_ref().map(|email| email.as_str());
        addresses::before_change(tx, (op.viewer.school(), id), now, op.now)?;
        adults::is_back(tx, &op.viewer, id, email.as_ref())?;
        audit::write_school_act(tx, &op.viewer, SchoolAct::RecordedReturn, &[SchoolFact::Person(id)])?;
        Ok(id.to_string())
    })
}

/// The adult a form is about, while no one imports and no one changes roles.
fn to_change(tx: &mut Tx<'_>, op: &Op, id: PersonId) -> Result<Adult> {
    hold(tx, op.viewer.school())?;
    Ok(adults::find(tx, &op.viewer, id)?)
}

/// Locks roster and register in the order an import takes them.
pub(super) fn hold(tx: &mut Tx<'_>, school: SchoolId) -> Result<(), StoreError> {
    register::in_turn(tx, school)?;
    duties_changed::hold(tx, school).map(drop)
}

fn is_here(adult: &Adult) -> Result<()> {
    match adult.left_at {
        None => Ok(()),
        Some(_) => Err(Refusal::WrongState(Problem::Left).into()),
    }
}
