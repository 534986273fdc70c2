//! A row as a file writes it, and how it is read: every value checked, every fault told, nothing guessed.

use super::{
    context::{self, Context},
    field::Field,
    incoming::{Entry, ExternalId, FieldValue, Group, Mention, Reference, WrittenTie},
    name::Name,
    rejected::{Place, Rejection, Why},
    upn::Upn,
    values::{self, Age, BornOn, Identifier},
};
use crate::domain::people::ties::Tie;
use chrono::NaiveDate;
use std::{collections::BTreeMap, fmt};

/// What one row says, field by field; a field the file does not carry is not in it.
#[derive(Clone)]
pub struct WrittenRow {
    /// Where it stands.
    pub place: Place,
    /// Whether the row is of a pupil or of staff.
    pub group: Group,
    said: BTreeMap<Field, String>,
}

/// What a row comes to.
#[derive(Debug)]
pub enum Read {
    /// A person who is here.
    Here(Box<Entry>, Vec<WrittenTie>),
    /// A person who has left, as the row itself says.
    Gone(Mention),
    /// Not taken. The mention, as far as it can be read, keeps the person from being counted as a leaver.
    Rejected(Vec<Rejection>, Mention),
}

impl WrittenRow {
    /// A row that says nothing yet.
    pub const fn new(place: Place, group: Group) -> Self {
        Self { place, group, said: BTreeMap::new() }
    }

    /// Says one field.
    pub fn say(&mut self, field: Field, written: impl Into<String>) {
        self.said.insert(field, written.into());
    }

    /// Says one field.
    #[must_use]
    pub fn with(mut self, field: Field, written: impl Into<String>) -> Self {
        self.say(field, written);
        self
    }

    /// Reads the row as of one day.
    pub fn read(&self, today: NaiveDate) -> Read {
        let mut reading = Reading { row: self, faults: Vec::new() };
        let entry = reading.entry(today);
        let ties = reading.ties(&entry);
        let left = reading.said(Field::LeftOn, |written| values::date(written).ok_or(Why::Date)).value();
        let mention = self.mention();
        match entry {
            Some(_) if left.is_some_and(|left| left <= today) && reading.faults.is_empty() => {
                Read::Gone(mention)
            }
            Some(entry) if reading.faults.is_empty() => Read::Here(Box::new(entry), ties),
            Some(_) | None => Read::Rejected(reading.faults, mention),
        }
    }

    fn mention(&self) -> Mention {
        let said = |field| self.said.get(&field).map(String::as_str);
        Mention {
            place: self.place.clone(),
            group: self.group,
            id: said(Field::OwnId).and_then(|id| id.parse().ok()),
            upn: said(Field::Upn).and_then(|upn| upn.parse().ok()),
            email: said(Field::Email).and_then(|email| email.parse().ok()),
        }
    }
}

/// A row being read, and the faults found so far.
struct Reading<'a> {
    row: &'a WrittenRow,
    faults: Vec<Rejection>,
}

impl Reading<'_> {
    fn entry(&mut self, today: NaiveDate) -> Option<Entry> {
        let (family, given) = self.legal_name();
        let preferred_family = self.said(Field::PreferredFamilyName, name);
        let preferred_given = self.said(Field::PreferredGivenName, name);
        let id: Option<ExternalId> = self.said(Field::OwnId, value).value();
        let age = self.age();
        let born_on = |written: &str| BornOn::parse(written, age, today).map_err(|why| Why::Born { why });
        let born = self.said(Field::BornOn, born_on).value();
        let upn = self.of_pupils(Field::Upn, upn).value();
        let former_upn = self.of_pupils(Field::FormerUpn, upn_or_none).value().flatten();
        let year = self.of_pupils(Field::YearGroup, value);
        let tutor_group = self.of_pupils(Field::TutorGroup, value);
        let context = self.context();
        let email = self.of_staff(Field::Email, value).value();
        let post = self.of_staff(Field::Post, value);
        let sign_in = self.of_staff(Field::SignInId, sign_in).value();
        let can_be_known = match self.row.group {
            Group::Pupils => id.is_some() || upn.is_some() || born.is_some(),
            Group::Adults => id.is_some() || email.is_some() || sign_in.is_some(),
        };
        if !can_be_known && self.faults.is_empty() {
            self.faults.push(Rejection::of_row(&self.row.place, Why::NothingToKnowBy));
        }
        Some(Entry {
            place: self.row.place.clone(),
            group: self.row.group,
            id,
            upn,
            former_upn,
            given: given?,
            family: family?,
            preferred_given,
            preferred_family,
            born,
            year,
            tutor_group,
            email,
            post,
            sign_in,
            context,
        })
    }

    /// Surname and forename, from two columns or from one that joins them.
    fn legal_name(&mut self) -> (Option<Name>, Option<Name>) {
        let carries = |field| self.row.said.contains_key(&field);
        if carries(Field::FullName) && !(carries(Field::FamilyName) && carries(Field::GivenName)) {
            let joined = |written: &str| {
                Name::parse_joined(written).ok_or(Why::NotJoined)?.map_err(|why| Why::Name { why })
            };
            return self.required(Field::FullName, joined).unzip();
        }
        (self.required(Field::FamilyName, name), self.required(Field::GivenName, name))
    }

    fn context(&mut self) -> Context {
        let flag = |written: &str| context::flag(written).ok_or(Why::Answer);
        let send = |written: &str| context::send(written).ok_or(Why::Answer);
        Context {
            send: self.of_pupils(Field::Send, send).value(),
            looked_after: self.of_pupils(Field::LookedAfter, flag).value(),
            child_in_need: self.of_pupils(Field::ChildInNeed, flag).value(),
            protection_plan: self.of_pupils(Field::ProtectionPlan, flag).value(),
            social_worker: self.of_pupils(Field::SocialWorker, flag).value(),
        }
    }

    /// Brothers and sisters by their numbers, parents who are staff by their addresses.
    fn ties(&mut self, entry: &Option<Entry>) -> Vec<WrittenTie> {
        let siblings =
            self.of_pupils(Field::Siblings, |written| list(written, upn)).value().unwrap_or_default();
        let parents = self.of_pupils(Field::StaffParents, |written| list(written, value)).value();
        let Some(one) = entry.as_ref().and_then(Entry::reference) else { return Vec::new() };
        let sibling = siblings.into_iter().map(|upn| (Reference::Upn(upn), Tie::Sibling));
        let parent =
            parents.unwrap_or_default().into_iter().map(|email| (Reference::Email(email), Tie::Parent));
        sibling.chain(parent).map(|(other, tie)| WrittenTie { one: one.clone(), other, tie }).collect()
    }

    const fn age(&self) -> Age {
        match self.row.group {
            Group::Pupils => Age::Pupil,
            Group::Adults => Age::Adult,
        }
    }

    /// A field that only pupils have: what is said of it for staff is not kept.
    fn of_pupils<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, Why>) -> FieldValue<T> {
        match self.row.group {
            Group::Pupils => self.said(field, parse),
            Group::Adults => FieldValue::Nothing,
        }
    }

    /// A field that only staff have: Candour writes to no pupil, and so keeps no pupil's address.
    fn of_staff<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, Why>) -> FieldValue<T> {
        match self.row.group {
            Group::Pupils => FieldValue::Nothing,
            Group::Adults => self.said(field, parse),
        }
    }

    fn required<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, Why>) -> Option<T> {
        let before = self.faults.len();
        let read = self.said(field, parse).value();
        if read.is_none() && self.faults.len() == before {
            self.faults.push(Rejection::of_field(&self.row.place, field, "", Why::Missing));
        }
        read
    }

    fn said<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, Why>) -> FieldValue<T> {
        let Some(written) = self.row.said.get(&field) else { return FieldValue::Nothing };
        if written.trim().is_empty() {
            return FieldValue::Blank;
        }
        match parse(written) {
            Ok(value) => FieldValue::Value(value),
            Err(why) => {
                self.faults.push(Rejection::of_field(&self.row.place, field, written, why));
                FieldValue::Nothing
            }
        }
    }
}

fn name(written: &str) -> Result<Name, Why> {
    Name::parse(written).map_err(|why| Why::Name { why })
}

fn upn(written: &str) -> Result<Upn, Why> {
    written.parse().map_err(|why| Why::Upn { why })
}

/// A former number only helps to find the pupil; a wrong one is left out.
#[expect(clippy::unnecessary_wraps, reason = "has the form of every reader of a field")]
fn upn_or_none(written: &str) -> Result<Option<Upn>, Why> {
    Ok(written.parse().ok())
}

fn value<T: std::str::FromStr<Err = values::NotAValue>>(written: &str) -> Result<T, Why> {
    written.parse().map_err(|why| Why::Value { why })
}

/// An identifier at a sign-in provider. Microsoft Entra's is a UUID, which some systems write in capitals.
fn sign_in(written: &str) -> Result<Identifier, Why> {
    match uuid::Uuid::try_parse(written.trim()) {
        Ok(uuid) => value(&uuid.to_string()),
        Err(_) => value(written),
    }
}

/// Several values in one cell, parted by commas, semicolons or line breaks; 20 at most are read.
fn list<T>(written: &str, parse: impl Fn(&str) -> Result<T, Why>) -> Result<Vec<T>, Why> {
    let parts = written.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.take(20).map(parse).collect()
}

impl fmt::Debug for WrittenRow {
    /// Where the row stands and which fields it has, not what they say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrittenRow({}, {:?})", self.place, self.said.keys())
    }
}
