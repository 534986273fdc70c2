//! Who can open a case, what keeps it from being destroyed, and its timeline.

use super::view::{iso, said};
use crate::{
    domain::{
        case::{DeskKind, Detail, Grant, Principal, Sight, Sits},
        kernel::{
            clock::{self, Instant},
            codes::Worded,
            ids::PersonId,
        },
        people::{Seat, Sitting},
        school::routing::Reason,
    },
    service::case::read::{FullCase, Reading, TimelineEntry},
};
use std::collections::BTreeSet;

/// Who can open the case by one duty, or by name.
#[derive(Debug)]
pub struct Readers {
    /// The duty, or how they came by it.
    pub duty: String,
    /// Their names.
    pub names: String,
}

/// Who can open the case today, by the case itself: one kept out because of another case is told of nowhere.
pub fn readers(full: &FullCase, now: Instant) -> Vec<Readers> {
    let case = &full.case;
    let sits = |sitting: &&Sitting, desk, seats: Sits| {
        sitting.desk == desk && (seats == Sits::AnySeat || sitting.seat == Seat::Holder)
    };
    let live = |grant: &Grant| grant.until.is_none_or(|until| until > now);
    let readers = case.grants_as_shown().into_iter().filter(live).map(|grant| {
        let (duty, people): (String, BTreeSet<PersonId>) = match grant.principal {
            Principal::Desk(desk, seats) => {
                let part = match (grant.sight, case.desks.get(&desk)) {
                    (Sight::Technical, _) => " (technical part only)",
                    (Sight::Full, Some(DeskKind::Lead)) => " (leads)",
                    (Sight::Full, Some(DeskKind::Copied | DeskKind::Oversight) | None)
                    | (Sight::Inspected, _) => "",
                };
                let here = full.setting.roster.sittings().iter().filter(|sitting| sits(sitting, desk, seats));
                let people = here.map(|sitting| sitting.person).filter(|person| !case.excludes(*person));
                (format!("{}{part}", super::acts::form::capital(desk.words())), people.collect())
            }
            Principal::Person(person) if grant.sight == Sight::Inspected => {
                let until = grant.until.map(|until| format!(" until {}", clock::long(until)));
                (format!("Selected for inspection{}", until.unwrap_or_default()), BTreeSet::from([person]))
            }
            Principal::Person(person) if case.owner == Some(person) => {
                ("Case owner".to_owned(), BTreeSet::from([person]))
            }
            Principal::Person(person) => {
                let until = grant.until.map(|until| format!(" until {}", clock::long(until)));
                (format!("Shared with{}", until.unwrap_or_default()), BTreeSet::from([person]))
            }
        };
        let names: Vec<&str> = people.iter().map(|person| full.name(*person)).collect();
        Readers { duty, names: names.join(", ") }
    });
    readers.filter(|readers| !readers.names.is_empty()).collect()
}

/// The legal hold, in words; empty if there is none.
pub fn hold(read: &Reading) -> String {
    read.case.hold.as_ref().map_or_else(String::new, |hold| {
        let why = hold.reason.map_or_else(String::new, |reason| format!(" {}", said(read, reason)));
        format!("Set by {}, {}.{why}", read.name(hold.by), clock::long(hold.since))
    })
}

/// One entry of the timeline.
#[derive(Debug)]
pub struct Item {
    /// What.
    pub title: &'static str,
    /// Who did it.
    pub by: String,
    /// When, for machines.
    pub iso: String,
    /// When.
    pub when: String,
    /// Its facts: a label, the words, and whether a person wrote them.
    pub facts: Vec<Fact>,
}

/// One fact of an entry.
#[derive(Debug)]
pub enum Fact {
    /// Candour's words, a name or a time.
    Plain(String, String),
    /// Words that a person wrote.
    Quoted(String, String),
}

/// The timeline, latest first.
pub fn timeline(read: &Reading) -> Vec<Item> {
    let item = |happened: &TimelineEntry| Item {
        title: happened.entry.act.words(),
        by: happened.actor.map_or("Candour", |person| read.name(person)).to_owned(),
        iso: iso(happened.at),
        when: clock::long(happened.at),
        facts: happened.entry.facts.iter().map(|(label, detail)| fact(read, label.words(), detail)).collect(),
    };
    read.timeline.iter().map(item).collect()
}

fn fact(read: &Reading, label: String, detail: &Detail) -> Fact {
    match detail {
        Detail::Code(code) => Fact::Plain(label, code.worded().into_owned()),
        Detail::Reasons(reasons) => {
            let each: Vec<String> = reasons.iter().map(Reason::words).collect();
            Fact::Plain(label, each.join(". "))
        }
        Detail::Person(person) => Fact::Plain(label, read.name(*person).to_owned()),
        Detail::When(at) => Fact::Plain(label, clock::long(*at)),
        // Nothing is said of a case that the reader cannot open, not even what it is called.
        Detail::Case(id) => Fact::Plain(
            label,
            read.reference_of(*id).map_or_else(|| "another case".to_owned(), ToString::to_string),
        ),
        Detail::Words(id) | Detail::Name(id) => Fact::Quoted(label, said(read, *id)),
    }
}
