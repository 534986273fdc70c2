//! Who sits where: desks, who holds, deputises for or covers them, and what a person may be in a school.

pub mod naming;
pub mod subject;
pub mod duty;
pub mod ties;
pub mod register;
pub mod adults;
pub mod renaming;
pub mod name_matching;
pub mod candidates;

use super::kernel::{
    clock::Instant,
    codes::{Worded, codes},
    ids::{PersonId, SchoolId},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeSet, fmt};

codes! {
    /// A role that receives cases.
    Desk {
        Dsl = "dsl", "designated safeguarding lead (DSL)";
        OnlineSafety = "online_safety", "online safety coordinator";
        Network = "network", "network manager";
        Head = "head", "headteacher";
        InformationRisk = "information_risk", "senior information risk owner (SIRO)";
        DataProtection = "data_protection", "data protection officer (DPO)";
        Slt = "slt", "senior leadership team";
        Chair = "chair", "chair of governors";
        External = "external", "external contact";
    }
}

codes! {
    /// How a person comes to sit at a desk.
    Seat {
        Holder = "holder", "holder";
        Deputy = "deputy", "deputy";
        Cover = "cover", "cover for an absence";
    }
}

codes! {
    /// A standing in the school beside any desk. Governor and administrator add no sight of a case; an inspector reads
    /// only what was selected for them.
    Office {
        Governor = "governor", "governor";
        Administrator = "administrator", "administrator";
        Inspector = "inspector", "inspector";
    }
}

codes! {
    /// What a person of the register is.
    PersonKind {
        Pupil = "pupil", "pupil";
        Staff = "staff", "member of staff";
        GovernorOnly = "governor", "governor";
        Visitor = "visitor", "visitor, supply or contractor";
        Outside = "outside", "person from the local authority or trust";
    }
}

/// One seat at one desk, today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sitting {
    /// The desk.
    pub desk: Desk,
    /// How the person comes to sit there.
    pub seat: Seat,
    /// Who.
    pub person: PersonId,
}

/// Who sits where in one school at one instant. Vacancy and exclusion are worked out from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    sittings: Vec<Sitting>,
}

impl Roster {
    /// A roster of these seats.
    pub fn new(sittings: impl IntoIterator<Item = Sitting>) -> Self {
        Self { sittings: sittings.into_iter().collect() }
    }

    /// Those who hold the desk, or cover for its holder.
    pub fn holders(&self, desk: Desk) -> BTreeSet<PersonId> {
        self.seated(desk, &[Seat::Holder, Seat::Cover])
    }

    /// Those who deputise at the desk.
    pub fn deputies(&self, desk: Desk) -> BTreeSet<PersonId> {
        self.seated(desk, &[Seat::Deputy])
    }

    /// Every person who sits at the desk in any way.
    pub fn everyone_at(&self, desk: Desk) -> BTreeSet<PersonId> {
        self.seated(desk, Seat::ALL)
    }

    /// The desks a person sits at in any way.
    pub fn desks_of(&self, person: PersonId) -> BTreeSet<Desk> {
        self.sittings.iter().filter(|s| s.person == person).map(|s| s.desk).collect()
    }

    /// Every seat.
    pub fn sittings(&self) -> &[Sitting] {
        &self.sittings
    }

    fn seated(&self, desk: Desk, seats: &[Seat]) -> BTreeSet<PersonId> {
        self.sittings.iter().filter(|s| s.desk == desk && seats.contains(&s.seat)).map(|s| s.person).collect()
    }
}

/// The plain data that policy reasons over: who a person is in one school at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The school.
    pub school: SchoolId,
    /// The person.
    pub person: PersonId,
    /// Their seats.
    pub seats: BTreeSet<(Desk, Seat)>,
    /// Their offices.
    pub offices: BTreeSet<Office>,
    /// When this was so.
    pub at: Instant,
}

impl Standing {
    /// No person's: for what follows by itself.
    pub fn nobodys(school: SchoolId, at: Instant) -> Self {
        let person = PersonId(uuid::Uuid::nil());
        Self { school, person, seats: BTreeSet::new(), offices: BTreeSet::new(), at }
    }

    /// Whether the person holds the desk, or covers for its holder.
    pub fn holds(&self, desk: Desk) -> bool {
        self.seats.contains(&(desk, Seat::Holder)) || self.seats.contains(&(desk, Seat::Cover))
    }

    /// Whether the person, being of this kind, may be given a case: to own, to do a task in, or to read. People who
    /// sit at a desk may, and staff who do not administer Candour. A governor, a visitor, an administrator or an
    /// inspector never comes to one that way (Who may read a case: *never*).
    pub fn may_be_given_a_case(&self, kind: PersonKind) -> bool {
        let is_staff = match kind {
            PersonKind::Staff => !self.is(Office::Administrator) && !self.is(Office::Inspector),
            PersonKind::Pupil | PersonKind::GovernorOnly | PersonKind::Visitor | PersonKind::Outside => false,
        };
        is_staff || !self.seats.is_empty()
    }

    /// Whether the person sits at the desk in any way.
    pub fn sits_at(&self, desk: Desk) -> bool {
        self.seats.iter().any(|(at, _)| *at == desk)
    }

    /// Whether the person has the office.
    pub fn is(&self, office: Office) -> bool {
        self.offices.contains(&office)
    }

    /// The desks the person sits at in any way.
    pub fn desks(&self) -> BTreeSet<Desk> {
        self.seats.iter().map(|(desk, _)| *desk).collect()
    }
}

/// A person's name within a sentence that is never stored. `Debug` prints nothing of it: no name belongs in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownName(pub String);

impl Worded for ShownName {
    fn worded(&self) -> Cow<'static, str> {
        self.0.clone().into()
    }
}

impl fmt::Debug for ShownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownName")
    }
}
