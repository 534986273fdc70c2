//! What an import would do: who is new, changed, back, gone, as before, and which rows are not taken.
//!
//! All or nothing: [`Plan::agree`] is the only way to an [`AgreedPlan`], and gives none while a single row is rejected
//! or a question is open. No part of a plan mentions a role: an import can give none and end none.

mod index;
mod matching;
mod repeated;
mod ties;

pub use ties::{NewTie, Target};

use super::{
    context::Context,
    field::Field,
    incoming::{Entry, Extent, ExternalId, Group, Incoming},
    known::{Change, HasDuties, Known, Presence, Record},
    rejected::{Place, Rejection},
    source::Source,
};
use crate::domain::{
    kernel::ids::PersonId,
    people::{
        PersonKind, ShownName,
        renaming::{Bearers, NameChange, NameLine, WhyTwo},
    },
};
use index::Index;
use matching::RowMatch;
use std::collections::{BTreeMap, BTreeSet};

/// What a school's register is before an import.
#[derive(Clone, Copy)]
pub struct Register<'a> {
    /// Everybody, those who have left among them.
    pub people: &'a [Known],
    /// Ties recorded already, each at least one way round.
    pub ties: &'a BTreeSet<(PersonId, PersonId)>,
    /// The names that people no longer go by.
    pub former: &'a BTreeMap<PersonId, Vec<String>>,
}

impl Register<'_> {
    /// Every name that its adults have or had.
    fn bearers(&self) -> Bearers {
        let adults = self.people.iter().filter(|known| known.group() == Group::Adults);
        Bearers::new(adults.map(|known| {
            let mut names = known.record.names();
            names.extend(self.former.get(&known.id).into_iter().flatten().cloned());
            (known.id, known.duties, names)
        }))
    }
}

/// What a person decided about a row whose name is in the register already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// It is this person.
    Same(PersonId),
    /// It is another person of that name.
    SomebodyElse,
}

/// Decisions by row.
pub type Rulings = BTreeMap<Place, Ruling>;

/// A person an import would add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// The row.
    pub place: Place,
    /// Pupil or member of staff, never anything else.
    pub kind: PersonKind,
    /// What the source calls them.
    pub id: Option<ExternalId>,
    /// What would be kept.
    pub record: Record,
    /// A pupil's situation.
    pub context: Context,
}

/// A person an import would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPerson {
    /// The row.
    pub place: Place,
    /// Who.
    pub person: PersonId,
    /// What they would be: differs from what they are only for a governor or visitor whom the list has as staff.
    pub kind: PersonKind,
    /// What is kept now.
    pub before: Record,
    /// What would be kept.
    pub record: Record,
    /// What that changes; may be empty for a person who is back.
    pub changes: Vec<Change>,
}

/// A name, or an address of a person with a role, that waits for a second person, while the rest of the list is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingName {
    /// The row.
    pub place: Place,
    /// What the list would change.
    pub change: NameChange,
    /// The name it has; of an address, whose it is.
    pub name: ShownName,
    /// Why it takes two people.
    pub why: WhyTwo,
}

impl WaitingName {
    /// What waits, as a line of a preview or a report has it.
    pub fn line(&self) -> NameLine {
        NameLine::of(&self.change, &self.name, self.why)
    }
}

/// A person who would be marked as having left. Nothing that concerns them is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaver {
    /// Who.
    pub person: PersonId,
    /// Pupil or staff.
    pub group: Group,
    /// Their name.
    pub name: String,
    /// Whether they have a role, which would fall vacant.
    pub duties: HasDuties,
}

/// Two pupils of one name and date of birth with two permanent numbers: two children, or one entered twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookAlike {
    /// The row.
    pub place: Place,
    /// The person of the register.
    pub person: PersonId,
}

/// A person of the register whom a refused row may be: the answer to offer for it, beside [`Ruling::SomebodyElse`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Perhaps {
    /// The row.
    pub place: Place,
    /// The person of the register.
    pub person: PersonId,
    /// Their name and year group, whether they left, and what tells namesakes apart.
    pub shown: String,
}

/// What has to be confirmed before an import may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// More than a third of a group would leave: the list looks like a part of the school.
    ManyWouldLeave {
        /// Pupils or staff.
        group: Group,
        /// How many would leave.
        leaving: usize,
        /// Of how many.
        of: usize,
    },
    /// People with a role would leave.
    DutiesWouldFallVacant(Vec<String>),
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Where the list comes from.
    pub source: Source,
    /// Whether it is everybody.
    pub extent: Extent,
    /// Whom it would add.
    pub new: Vec<New>,
    /// Whom it would change.
    pub changed: Vec<ChangedPerson>,
    /// Who had left and is back, with what else changes.
    pub back: Vec<ChangedPerson>,
    /// Who would leave.
    pub leavers: Vec<Leaver>,
    /// Who stays as they are.
    pub unchanged: Vec<PersonId>,
    /// All people of the register who are on the list, each now known under this identifier.
    pub seen: Vec<(PersonId, Option<ExternalId>)>,
    /// Pupils whose situation would be put on record. A page shows how many, and nothing else.
    pub context: Vec<(PersonId, Context)>,
    /// Names that a second person has to confirm first: of people with a role, and those that mean one. Addresses of
    /// people with a role, too.
    pub waiting: Vec<WaitingName>,
    /// Ties it would record. An import never removes one.
    pub ties: Vec<NewTie>,
    /// Pupils to look at twice; nothing is refused for it.
    pub look_alikes: Vec<LookAlike>,
    /// The people refused rows may be, for an administrator to say.
    pub perhaps: Vec<Perhaps>,
    /// Rows that were not taken.
    pub rejected: Vec<Rejection>,
    /// What has to be confirmed.
    pub asks: Vec<Ask>,
}

/// A plan that may be kept: no row rejected, every question confirmed. Made by [`Plan::agree`] alone.
#[derive(Debug)]
pub struct AgreedPlan(Plan);

/// Why a plan may not be kept; the plan comes back to be shown.
#[derive(Debug)]
pub enum NotAgreed {
    /// Rows were rejected.
    Rejected(Box<Plan>),
    /// It has not been confirmed that so many leave.
    Unconfirmed(Box<Plan>),
}

impl Plan {
    /// Agrees to the plan. `leavers` is the number of leavers an administrator was shown and confirmed, if there is
    /// something to ask; another number than the plan's own is no confirmation, since the register or the list has
    /// changed since.
    pub fn agree(self, leavers: Option<usize>) -> Result<AgreedPlan, NotAgreed> {
        if !self.rejected.is_empty() {
            Err(NotAgreed::Rejected(Box::new(self)))
        } else if !self.asks.is_empty() && leavers != Some(self.leavers.len()) {
            Err(NotAgreed::Unconfirmed(Box::new(self)))
        } else {
            Ok(AgreedPlan(self))
        }
    }
}

impl AgreedPlan {
    /// What to keep.
    pub const fn plan(&self) -> &Plan {
        &self.0
    }

    /// The plan, to be reported once it was kept.
    pub fn into_plan(self) -> Plan {
        self.0
    }
}

/// Works out what an import would do.
pub fn plan(register: Register<'_>, incoming: Incoming, rulings: &Rulings) -> Plan {
    let index = Index::new(register.people, incoming.source);
    let found = matching::find(&index, &incoming, rulings);
    let bearers = register.bearers();
    let mut plan = Plan {
        source: incoming.source,
        extent: incoming.extent,
        new: Vec::new(),
        changed: Vec::new(),
        back: Vec::new(),
        leavers: leavers(&index, &incoming, &found),
        unchanged: Vec::new(),
        seen: Vec::new(),
        context: Vec::new(),
        waiting: Vec::new(),
        ties: Vec::new(),
        look_alikes: found.look_alikes,
        perhaps: found.perhaps,
        rejected: incoming.rejected,
        asks: Vec::new(),
    };
    let mut targets = Vec::with_capacity(incoming.entries.len());
    for (entry, found) in incoming.entries.iter().zip(found.of_entries) {
        targets.push(match found {
            RowMatch::Known(at) => plan.match_known(&index.people[at], entry, &bearers),
            RowMatch::New => plan.add(entry, &bearers),
            RowMatch::Refused(rejected) => {
                plan.rejected.push(*rejected);
                Target::Nobody
            }
        });
    }
    plan.ties = ties::new_ties(&index, &incoming.entries, &targets, &incoming.ties, register.ties);
    plan.rejected.sort_by(|one, other| (&one.place, one.field).cmp(&(&other.place, other.field)));
    plan.asks = asks(&index, &plan);
    plan
}

impl Plan {
    fn add(&mut self, entry: &Entry, bearers: &Bearers) -> Target {
        let (kind, record) = (entry.group.kind(), Record::new(entry));
        if entry.group == Group::Adults
            && let Some(why) = bearers.why_two_to_add(&record.names())
        {
            let change = NameChange::Add { kind, email: record.email };
            self.waits(entry, change, record.name, why);
            return Target::Nobody;
        }
        let (place, id) = (entry.place.clone(), entry.id.clone());
        self.new.push(New { place, kind, id, record, context: entry.context });
        Target::New(self.new.len() - 1)
    }

    fn waits(&mut self, entry: &Entry, change: NameChange, name: String, why: WhyTwo) {
        self.waiting.push(WaitingName { place: entry.place.clone(), change, name: ShownName(name), why });
    }

    /// What a row makes of a person who is known: all of it, or all but a name and an address that take two people.
    fn heard(&mut self, known: &Known, entry: &Entry, bearers: &Bearers) -> (Record, Vec<Change>) {
        let (record, mut changes) = known.record.after(entry);
        let is_listed_anew = !changes.is_empty() || known.presence == Presence::Left;
        let names = (known.record.name.as_str(), record.name.as_str());
        let record = match bearers.why_two_to_rename(known.id, names, None) {
            Some(why) if is_listed_anew && known.group() == Group::Adults => {
                let change =
                    NameChange::Rename { person: known.id, before: ShownName(known.record.name.clone()) };
                self.waits(entry, change, record.name.clone(), why);
                changes.retain(|change| !change.field.is_a_name());
                record.named_as(&known.record)
            }
            Some(_) | None => record,
        };
        match bearers.why_two_for_address(known.id) {
            Some(why) if record.email != known.record.email => {
                let before = known.record.email.clone();
                let change = NameChange::Address { person: known.id, before, email: record.email.clone() };
                self.waits(entry, change, known.record.name.clone(), why);
                changes.retain(|change| change.field != Field::Email);
                (Record { email: known.record.email.clone(), ..record }, changes)
            }
            Some(_) | None => (record, changes),
        }
    }

    fn match_known(&mut self, known: &Known, entry: &Entry, bearers: &Bearers) -> Target {
        let (record, changes) = self.heard(known, entry, bearers);
        let changed = ChangedPerson {
            place: entry.place.clone(),
            person: known.id,
            kind: entry.group.kind(),
            before: known.record.clone(),
            record,
            changes,
        };
        let is_as_before = changed.changes.is_empty() && changed.kind == known.kind;
        match (known.presence, is_as_before) {
            (Presence::Left, _) => self.back.push(changed),
            (Presence::Here, true) => self.unchanged.push(known.id),
            (Presence::Here, false) => self.changed.push(changed),
        }
        self.seen.push((known.id, entry.id.clone()));
        let context = known.context.heard(entry.context);
        if context != known.context {
            self.context.push((known.id, context));
        }
        Target::Known(known.id)
    }
}

/// Who would leave: people the list itself says are gone, and, if it is everybody, people who came with this list
/// before and are not on it now. People typed in, and people of other lists, never leave by an import; nor do people
/// whom a rejected row mentions.
fn leavers(index: &Index<'_>, incoming: &Incoming, found: &matching::Matched) -> Vec<Leaver> {
    let is_gone: BTreeSet<usize> =
        incoming.gone.iter().flat_map(|mention| index.mentioned(mention)).collect();
    let is_missing = |known: &Known| match incoming.extent {
        Extent::Whole => {
            known.from.contains_key(&incoming.source) && incoming.covers.contains(&known.group())
        }
        Extent::Part => false,
    };
    let leaves = |(at, known): &(usize, &Known)| {
        known.presence == Presence::Here
            && !found.spoken_of.contains(at)
            && (is_gone.contains(at) || is_missing(known))
    };
    let leaver = |(_, known): (usize, &Known)| Leaver {
        person: known.id,
        group: known.group(),
        name: known.record.name.clone(),
        duties: known.duties,
    };
    index.people.iter().enumerate().filter(leaves).map(leaver).collect()
}

/// What has to be confirmed. The share is counted among those whom this list could make leave.
fn asks(index: &Index<'_>, plan: &Plan) -> Vec<Ask> {
    let is_of_list =
        |known: &&Known| known.presence == Presence::Here && known.from.contains_key(&plan.source);
    let many = Group::ALL.iter().filter_map(|group| {
        let leaving = plan.leavers.iter().filter(|leaver| leaver.group == *group).count();
        let of = index.people.iter().filter(is_of_list).filter(|known| known.group() == *group).count();
        (leaving * 3 > of).then_some(Ask::ManyWouldLeave { group: *group, leaving, of })
    });
    let mut asks: Vec<Ask> = many.collect();
    let with_duties = plan.leavers.iter().filter(|leaver| leaver.duties == HasDuties::Some);
    let names: Vec<String> = with_duties.map(|leaver| leaver.name.clone()).collect();
    if !names.is_empty() {
        asks.push(Ask::DutiesWouldFallVacant(names));
    }
    asks
}
