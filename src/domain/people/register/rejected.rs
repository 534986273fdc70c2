//! A row that was not taken: where it stands, what it says, why not, and what to do.

use super::{
    field::Field,
    name::NotAName,
    upn::NotAUpn,
    values::{NotABirthday, NotAValue, is_override},
};
use crate::domain::{
    kernel::codes::{Worded, capital, codes, problems},
    people::ShownName,
};
use std::{borrow::Cow, fmt, sync::Arc};

/// Where something stands in what was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, by its own name without any folder.
    pub file: Arc<str>,
    /// Where in it.
    pub at: At,
}

/// Where in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// The line on which a row begins, counted from 1.
    Line(u64),
    /// The pupil of an XML file, counted from 1: such a file may have one single line.
    Pupil(u64),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Pupil(pupil) => write!(f, "pupil {pupil}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.file, self.at)
    }
}

/// One reason why one row is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Where it stands.
    pub place: Place,
    /// Which field is at fault, if it is one.
    pub field: Option<Field>,
    /// What the field says, short and safe to print; nothing for the context of a child.
    pub value: Option<String>,
    /// Why.
    pub why: Why,
}

impl Rejection {
    /// A fault of one field.
    pub fn of_field(place: &Place, field: Field, written: &str, why: Why) -> Self {
        let value = (!field.is_context() && !written.is_empty()).then(|| printable(written));
        Self { place: place.clone(), field: Some(field), value, why }
    }

    /// A fault of the whole row.
    pub fn of_row(place: &Place, why: Why) -> Self {
        Self { place: place.clone(), field: None, value: None, why }
    }

    /// The reason as a sentence: "UPN has a first letter that does not fit its figures."
    pub fn reason(&self) -> String {
        let what = self.field.map_or("This row", Field::words);
        format!("{} {}.", capital(what), self.why.words())
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        self.why.remedy().words()
    }
}

/// A value as it may be printed on a page or a terminal: at most 40 characters, nothing that moves a cursor or turns
/// text round.
pub fn printable(written: &str) -> String {
    let safe = |c: char| if c.is_control() || is_override(c) { '\u{fffd}' } else { c };
    let mut short: String = written.trim().chars().take(40).map(safe).collect();
    if written.trim().chars().nth(40).is_some() {
        short.push('\u{2026}');
    }
    short
}

problems! {
    /// Why a row or a field is not taken; continues a sentence that begins with the field, or with "This row".
    Why {
        Missing = "missing", "is missing";
        Upn { why: NotAUpn } = "upn", "{why}";
        Name { why: NotAName } = "name", "{why}";
        NotJoined = "not_joined", "is not written as Surname, Forename";
        Born { why: NotABirthday } = "born", "{why}";
        Value { why: NotAValue } = "value", "{why}";
        Date = "date", "is not a date";
        /// Context that is none of the answers we know.
        Answer = "answer", "has an answer we do not know";
        Width { found: usize, expected: usize } = "width", "has {found} cells where the headings have {expected}";
        /// It swallows the lines after it.
        Quote = "quote", "has a quotation mark that is opened and never closed";
        UnknownRole = "unknown_role", "has a role that is not one of the OneRoster standard";
        /// Another file of the bundle should say it of this row.
        NoRole = "no_role", "has no role in roles.csv";
        NothingToKnowBy = "nothing_to_know_by", "has nothing to know this person by next time";
        Repeated { others: Others } = "repeated", "is also in {others}";
        SameChild { others: Others } = "same_child", "has the same name and date of birth as {others}";
        SamePerson { others: Others } = "same_person", "and {others} are the same person of the register";
        SeveralPeople { people: ShownName } = "several_people", "fits more than one person of the register: {people}";
        /// Nothing tells whether it is the same person.
        PerhapsKnown { people: ShownName } = "perhaps_known", "may be {people}, who is in the register already";
        SomebodyElses { people: ShownName } = "somebody_elses", "belongs to {people} in the register, who seems to be another person";
        TemporaryAgain = "temporary_again", "is temporary, and the register has a permanent one for this pupil";
    }
}

/// Other rows, for a sentence; at most three are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Others(pub Vec<Place>);

impl Worded for Others {
    fn worded(&self) -> Cow<'static, str> {
        let named: Vec<String> = self.0.iter().take(3).map(Place::to_string).collect();
        let named = named.join("; ");
        match self.0.len().checked_sub(3) {
            None | Some(0) => named.into(),
            Some(more) => format!("{named}; and {more} more").into(),
        }
    }
}

codes! {
    /// What to do about a row that is not taken.
    Remedy {
        FillIn = "fill_in", "Fill it in where the list comes from, then export again.";
        CheckUpn = "check_upn", "Check the number with the pupil's record or the last school, correct it, then export again.";
        CorrectName = "correct_name", "Correct the name where the list comes from, then export again.";
        Join = "join", "Write it as Surname, Forename, or export surname and forename as two columns.";
        CorrectBirthday = "correct_birthday", "Correct the date of birth. Write dates as 04/03/2012 or 2012-03-04.";
        CorrectValue = "correct_value", "Correct it where the list comes from, or check that the right column was chosen.";
        WriteDate = "write_date", "Write the date as 04/03/2012 or 2012-03-04.";
        YesOrNo = "yes_or_no", "Use yes or no (for SEN provision N, K or E), or leave the column out.";
        LookForComma = "look_for_comma", "Look for a comma or a line break that is not inside quotation marks, or export again.";
        CloseQuote = "close_quote", "Close the quotation mark, or export again.";
        AskSupplier = "ask_supplier", "Correct it where the files are made, or ask your supplier.";
        ExportTogether = "export_together", "Export all the files again together.";
        ExportIdentifier = "export_identifier", "Export an identifier as well: for pupils the UPN, for staff the work e-mail address.";
        RemoveOne = "remove_one", "Remove one of the rows, or correct the one that is wrong.";
        AddUpns = "add_upns", "Remove one if it is the same child; if they are two children, add both UPNs.";
        MergeEntries = "merge_entries", "Correct the identifiers, or merge the two entries of the register first.";
        SayWho = "say_who", "Say on the import page whether it is the same person, or export the UPN or e-mail address as well.";
        MarkAsLeft = "mark_as_left", "Correct the identifier, or mark the other person as having left first.";
        PermanentUpn = "permanent_upn", "Put the permanent UPN in where the list comes from, then export again.";
    }
}

impl Why {
    /// What to do about it.
    pub const fn remedy(&self) -> Remedy {
        match self {
            Self::Missing => Remedy::FillIn,
            Self::Upn { .. } => Remedy::CheckUpn,
            Self::Name { .. } => Remedy::CorrectName,
            Self::NotJoined => Remedy::Join,
            Self::Born { .. } => Remedy::CorrectBirthday,
            Self::Value { .. } => Remedy::CorrectValue,
            Self::Date => Remedy::WriteDate,
            Self::Answer => Remedy::YesOrNo,
            Self::Width { .. } => Remedy::LookForComma,
            Self::Quote => Remedy::CloseQuote,
            Self::UnknownRole => Remedy::AskSupplier,
            Self::NoRole => Remedy::ExportTogether,
            Self::NothingToKnowBy => Remedy::ExportIdentifier,
            Self::Repeated { .. } | Self::SamePerson { .. } => Remedy::RemoveOne,
            Self::SameChild { .. } => Remedy::AddUpns,
            Self::SeveralPeople { .. } => Remedy::MergeEntries,
            Self::PerhapsKnown { .. } => Remedy::SayWho,
            Self::SomebodyElses { .. } => Remedy::MarkAsLeft,
            Self::TemporaryAgain => Remedy::PermanentUpn,
        }
    }
}
