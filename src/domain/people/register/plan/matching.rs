//! Which entry is which person: by identifiers first, then by name and date of birth, and never by a guess.
//!
//! 1. Rows that repeat one another's identifiers are refused, all of them ([`super::repeated`]).
//! 2. The source's own identifier, UPN and sign-in identifier; then a former UPN; then, for staff, the address.
//! 3. Name and date of birth together, among people not matched in step 2.
//! 4. A name alone matches no one. If a person of that name is in the register and nothing tells them apart, the row
//!    is refused until a person says (a doubled pupil loses the earlier cases, a doubled adult escapes an exclusion).

use super::{
    LookAlike, Perhaps, Ruling, Rulings,
    index::{Index, names_of},
    repeated,
};
use crate::domain::people::{
    ShownName,
    register::{
        field::Field,
        incoming::{Entry, Group, Incoming},
        keys::fold,
        known::{Known, Presence},
        rejected::{Rejection, Why},
        upn::{Term, Upn},
    },
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Who an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RowMatch {
    /// A person of the register, by place in the list.
    Known(usize),
    /// No one yet.
    New,
    /// It cannot be decided.
    Refused(Box<Rejection>),
}

/// Who every entry is.
pub(super) struct Matched {
    pub(super) of_entries: Vec<RowMatch>,
    /// People of the register whom any row mentions, refused rows too: none of them has left.
    pub(super) spoken_of: HashSet<usize>,
    pub(super) look_alikes: Vec<LookAlike>,
    pub(super) perhaps: Vec<Perhaps>,
}

/// Finds who every entry is.
pub(super) fn find(index: &Index<'_>, incoming: &Incoming, rulings: &Rulings) -> Matched {
    let mut matching = Matching {
        index,
        entries: &incoming.entries,
        rulings,
        found: repeated::refuse(incoming, rulings),
        spoken_of: incoming.unread.iter().flat_map(|mention| index.mentioned(mention)).collect(),
        look_alikes: Vec::new(),
        perhaps: Vec::new(),
    };
    matching.by_identifiers();
    matching.refuse_shared();
    matching.by_names();
    matching.refuse_shared();
    Matched {
        of_entries: matching.found,
        spoken_of: matching.spoken_of,
        look_alikes: matching.look_alikes,
        perhaps: matching.perhaps,
    }
}

struct Matching<'a> {
    index: &'a Index<'a>,
    entries: &'a [Entry],
    rulings: &'a Rulings,
    found: Vec<RowMatch>,
    spoken_of: HashSet<usize>,
    look_alikes: Vec<LookAlike>,
    perhaps: Vec<Perhaps>,
}

impl Matching<'_> {
    fn by_identifiers(&mut self) {
        for at in 0..self.entries.len() {
            let fits = self.fits(&self.entries[at]);
            self.spoken_of.extend(&fits);
            if self.found[at] == RowMatch::New {
                self.found[at] = self.decide(&self.entries[at], &fits);
            }
        }
    }

    /// The people the identifiers fit; the weaker ones are asked only if the stronger find no one.
    fn fits(&self, entry: &Entry) -> BTreeSet<usize> {
        let strong = self.index.by_identifiers(entry);
        if !strong.is_empty() {
            return strong;
        }
        let former = self.index.by_former_upn(entry);
        if !former.is_empty() {
            return former;
        }
        let is_another = |known: &Known| {
            self.is_other_record(entry, known)
                || (known.presence == Presence::Left && !shares_a_name(entry, known))
        };
        // The address of a person who left may be a newcomer's now.
        let by_email = self.index.by_email(entry);
        by_email.into_iter().filter(|at| !is_another(&self.index.people[*at])).collect()
    }

    fn decide(&self, entry: &Entry, fits: &BTreeSet<usize>) -> RowMatch {
        let refused = |field, why| RowMatch::Refused(Box::new(of(entry, field, why)));
        let mut fits_ = fits.iter().map(|at| (*at, &self.index.people[*at]));
        match (fits_.next(), fits_.next()) {
            (None, _) => RowMatch::New,
            (Some(_), Some(_)) => refused(None, Why::SeveralPeople { people: self.display_names(fits) }),
            (Some((at, known)), None) => match contradiction(entry, known) {
                None => RowMatch::Known(at),
                Some((field, Contradiction::Another)) => {
                    refused(Some(field), Why::SomebodyElses { people: self.display_names(fits) })
                }
                Some((field, Contradiction::TemporaryAgain)) => refused(Some(field), Why::TemporaryAgain),
            },
        }
    }

    /// Two rows that come to one person: both are refused.
    fn refuse_shared(&mut self) {
        let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
        for (row, found) in self.found.iter().enumerate() {
            if let RowMatch::Known(at) = found {
                rows.entry(*at).or_default().push(row);
            }
        }
        for rows in rows.values().filter(|rows| rows.len() > 1) {
            for row in rows {
                let others = repeated::others(self.entries, rows, *row);
                let rejected = Rejection::of_row(&self.entries[*row].place, Why::SamePerson { others });
                self.found[*row] = RowMatch::Refused(Box::new(rejected));
            }
        }
    }

    fn by_names(&mut self) {
        let claimed: HashSet<usize> = self.spoken_of.clone();
        for at in 0..self.entries.len() {
            if self.found[at] == RowMatch::New {
                self.found[at] = self.by_name(&self.entries[at], &claimed);
                if let RowMatch::Known(known) = self.found[at] {
                    self.spoken_of.insert(known);
                }
            }
        }
    }

    fn by_name(&mut self, entry: &Entry, claimed: &HashSet<usize>) -> RowMatch {
        let (mut same, mut perhaps) = (BTreeSet::new(), BTreeSet::new());
        for at in self.index.by_name(entry) {
            let known = &self.index.people[at];
            match likeness(entry, known) {
                Likeness::Another => {}
                Likeness::LooksAlike => {
                    self.look_alikes.push(LookAlike { place: entry.place.clone(), person: known.id });
                }
                Likeness::Same => {
                    same.insert(at);
                }
                Likeness::Untold if claimed.contains(&at) || self.is_other_record(entry, known) => {}
                Likeness::Untold => {
                    perhaps.insert(at);
                }
            }
        }
        let all: BTreeSet<usize> = same.union(&perhaps).copied().collect();
        match self.rulings.get(&entry.place) {
            Some(Ruling::SomebodyElse) => return RowMatch::New,
            Some(Ruling::Same(person)) => {
                if let Some(at) = all.iter().find(|at| self.index.people[**at].id == *person) {
                    return self.decide(entry, &BTreeSet::from([*at]));
                }
            }
            None => {}
        }
        let untold = if same.is_empty() { &perhaps } else { &same };
        match (same.first(), untold.len()) {
            // A person another row has claimed is not matched twice: the row is refused below.
            (Some(at), 1) if !claimed.contains(at) => self.decide(entry, untold),
            (None, 0) => RowMatch::New,
            (Some(_) | None, _) => {
                self.spoken_of.extend(&all);
                let perhaps = |at: &usize| Perhaps {
                    place: entry.place.clone(),
                    person: self.index.people[*at].id,
                    shown: self.display_name(*at),
                };
                let perhaps: Vec<Perhaps> = untold.iter().map(perhaps).collect();
                self.perhaps.extend(perhaps);
                RowMatch::Refused(Box::new(of(
                    entry,
                    None,
                    Why::PerhapsKnown { people: self.display_names(untold) },
                )))
            }
        }
    }

    /// Whether the source itself has the two as different records.
    fn is_other_record(&self, entry: &Entry, known: &Known) -> bool {
        let pair = entry.id.as_ref().zip(known.id_in(self.index.source));
        pair.is_some_and(|(one, other)| one != other)
    }

    /// One of the people a row may be, for an answer: with the tutor group or the post, which tell namesakes apart.
    fn display_name(&self, at: usize) -> String {
        let record = &self.index.people[at].record;
        let more: String =
            record.tutor_group.iter().chain(&record.post).map(|label| format!(", {label}")).collect();
        format!("{}{more}", self.display_names(&BTreeSet::from([at])).0)
    }

    /// People of the register for a sentence: name and year group.
    fn display_names(&self, people: &BTreeSet<usize>) -> ShownName {
        let shown = |at: &usize| {
            let known = &self.index.people[*at];
            let left = match known.presence {
                Presence::Here => "",
                Presence::Left => " (left)",
            };
            let year = known.record.year.as_ref().map(|year| format!(", {year}")).unwrap_or_default();
            format!("{}{year}{left}", known.record.name)
        };
        ShownName(people.iter().take(3).map(shown).collect::<Vec<_>>().join("; "))
    }
}

/// What an identifier's owner and an entry disagree about.
enum Contradiction {
    /// They cannot be one person.
    Another,
    /// The number goes back from permanent to temporary.
    TemporaryAgain,
}

/// Whether an entry that has a person's identifier can be that person. One difference is a correction or a marriage;
/// two of name, date of birth and number make another person. An address alone is weaker: there the name decides.
fn contradiction(entry: &Entry, known: &Known) -> Option<(Field, Contradiction)> {
    let names_differ = !shares_a_name(entry, known);
    let born_differ = differ(entry.born.as_ref(), known.record.born.as_ref());
    let upns_differ = differ(permanent(entry.upn.as_ref()), permanent(known.record.upn.as_ref()));
    let by_upn = entry.upn.is_some() && entry.upn == known.record.upn;
    let field = match (entry.group, by_upn) {
        (Group::Pupils, true) => Field::Upn,
        (Group::Pupils, false) => Field::OwnId,
        (Group::Adults, _) => Field::Email,
    };
    let is_another = match entry.group {
        Group::Pupils => usize::from(names_differ) + usize::from(born_differ) + usize::from(upns_differ) > 1,
        Group::Adults => names_differ && (born_differ || is_by_address_alone(entry, known)),
    };
    let is_again = permanent(known.record.upn.as_ref()).is_some()
        && entry.upn.as_ref().is_some_and(|upn| upn.term() == Term::Temporary);
    match (is_another, is_again) {
        (true, _) => Some((field, Contradiction::Another)),
        (false, true) => Some((Field::Upn, Contradiction::TemporaryAgain)),
        (false, false) => None,
    }
}

fn is_by_address_alone(entry: &Entry, known: &Known) -> bool {
    let has_sign_in = entry.sign_in.is_some() && entry.sign_in == known.record.sign_in;
    let has_id = entry.id.as_ref().is_some_and(|id| known.from.values().flatten().any(|other| other == id));
    !has_sign_in && !has_id
}

/// How alike two people of one name are.
enum Likeness {
    /// Two people: a date of birth or sign-in differs.
    Another,
    /// Same name and date of birth, two permanent numbers: two people, worth a look.
    LooksAlike,
    /// Same name and date of birth.
    Same,
    /// Nothing tells.
    Untold,
}

fn likeness(entry: &Entry, known: &Known) -> Likeness {
    let record = &known.record;
    let have_one_birthday = entry.born.is_some() && entry.born == record.born;
    let upns_differ = differ(permanent(entry.upn.as_ref()), permanent(record.upn.as_ref()));
    let differ_otherwise = differ(entry.born.as_ref(), record.born.as_ref())
        || differ(entry.sign_in.as_ref(), record.sign_in.as_ref());
    match (differ_otherwise, upns_differ, have_one_birthday) {
        (true, _, _) | (false, true, false) => Likeness::Another,
        (false, true, true) => Likeness::LooksAlike,
        (false, false, true) => Likeness::Same,
        (false, false, false) => Likeness::Untold,
    }
}

fn permanent(upn: Option<&Upn>) -> Option<&Upn> {
    upn.filter(|upn| upn.term() == Term::Permanent)
}

/// Both known and not the same.
fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// Whether two people have any word of their names in common, legal or preferred.
fn shares_a_name(entry: &Entry, known: &Known) -> bool {
    let words = |names: &[String]| -> BTreeSet<String> {
        names.iter().flat_map(|name| fold(name).split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let of_entry = words(&names_of(entry).into_iter().collect::<Vec<_>>());
    !of_entry.is_disjoint(&words(&known.record.names()))
}

/// A refusal of an entry.
pub(super) fn of(entry: &Entry, field: Option<Field>, why: Why) -> Rejection {
    let text = |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string).unwrap_or_default();
    let Some(field) = field else {
        return Rejection::of_row(&entry.place, why);
    };
    let written = match field {
        Field::OwnId => text(entry.id.as_ref().map(|id| id as _)),
        Field::Upn => text(entry.upn.as_ref().map(|upn| upn as _)),
        Field::Email => text(entry.email.as_ref().map(|email| email as _)),
        Field::SignInId => text(entry.sign_in.as_ref().map(|id| id as _)),
        Field::FormerUpn
        | Field::FullName
        | Field::FamilyName
        | Field::GivenName
        | Field::PreferredFamilyName
        | Field::PreferredGivenName
        | Field::BornOn
        | Field::YearGroup
        | Field::TutorGroup
        | Field::Post
        | Field::Siblings
        | Field::StaffParents
        | Field::LeftOn
        | Field::Send
        | Field::LookedAfter
        | Field::ChildInNeed
        | Field::ProtectionPlan
        | Field::SocialWorker => String::new(),
    };
    Rejection::of_field(&entry.place, field, &written, why)
}
