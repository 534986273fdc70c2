//! "Who would get it, and why, if this person were the subject": the routes of a school as a table people can read.

use super::{
    categories::{Category, CategoryCode},
    routing::{
        AdultAnswer, AdultThere, Because, Facts, NO_ONE_MEANT, NobodyReached, PersonalData, ReachedDesk,
        Reason, Route, route,
    },
    settings::Edition,
};
use crate::domain::{
    kernel::{
        codes::codes,
        ids::{PersonId, SubjectId, TextId},
    },
    people::{
        Desk, Roster,
        subject::{Subject, SubjectIdentity, SubjectKind, SubjectRole},
        ties::Ties,
    },
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A question about the routes of a school. It has no room for declared relationships: the pages that answer it tell
/// nobody of one (Who is meant, 8).
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Who sits where today.
    pub roster: &'a Roster,
    /// The name of a person.
    pub names: &'a dyn Fn(PersonId) -> String,
    /// The adult here the concern would be about, and their part in it; none for the usual route.
    pub if_subject: Option<(PersonId, SubjectRole)>,
    /// The school's rules.
    pub edition: &'a Edition,
}

/// Who would get the concerns of one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutesRow {
    /// The category.
    pub category: CategoryCode,
    /// Its label.
    pub label: &'static str,
    /// The desk that leads; no one if there are no names.
    pub lead: RoutesDesk,
    /// The desks told as well, those with a condition last.
    pub copied: Vec<RoutesDesk>,
    /// Why, each with when that holds.
    pub why: Vec<(When, Reason)>,
}

/// A desk of a row, with the people who would be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutesDesk {
    /// The desk.
    pub desk: Desk,
    /// Names, in order of the alphabet.
    pub names: Vec<String>,
    /// When it is told.
    pub when: When,
}

codes! {
    /// When a copied desk is told.
    When {
        Always = "always", "Always";
        WithPupil = "with_pupil", "If it is about a pupil";
        WithPersonalData = "with_personal_data", "If personal data is involved";
    }
}

/// One row for each category, in the order shown to people.
pub fn explain(question: &Question<'_>) -> Vec<RoutesRow> {
    question.edition.categories().map(|category| question.row(category)).collect()
}

/// The row of one category.
pub fn explain_one(question: &Question<'_>, code: CategoryCode) -> RoutesRow {
    question.row(question.edition.category(code))
}

impl Question<'_> {
    fn row(&self, category: &Category) -> RoutesRow {
        let usual = self.route(category, &[], PersonalData::NotInvolved);
        let pupil = Subject {
            id: SubjectId(Uuid::nil()),
            who: SubjectIdentity::Words(TextId(Uuid::nil())),
            kind: SubjectKind::Pupil,
            role: SubjectRole::Affected,
        };
        let variants = [
            (When::WithPupil, self.route(category, &[pupil], PersonalData::NotInvolved)),
            (When::WithPersonalData, self.route(category, &[], PersonalData::Involved)),
        ];
        let mut copied: Vec<_> =
            usual.copied.iter().map(|reached| self.desk(reached, When::Always)).collect();
        let mut why: Vec<_> = usual.reasons.iter().cloned().map(|reason| (When::Always, reason)).collect();
        for (when, route) in &variants {
            let more = route.copied.iter().filter(|reached| !usual.has(reached.desk));
            copied.extend(more.map(|reached| self.desk(reached, *when)));
            let more = route.reasons.iter().filter(|reason| !usual.reasons.contains(reason));
            why.extend(more.cloned().map(|reason| (*when, reason)));
        }
        match usual.nobody_reached {
            NobodyReached::No => {}
            NobodyReached::Yes => why.push((When::Always, Reason::KeptForLado)),
        }
        let lead = self.desk(&usual.lead, When::Always);
        RoutesRow { category: category.code, label: category.label, lead, copied, why }
    }

    fn route(&self, category: &Category, others: &[Subject], personal_data: PersonalData) -> Route {
        let supposed = self.if_subject.map(|(person, role)| Subject {
            id: SubjectId(Uuid::nil()),
            who: SubjectIdentity::Person(person),
            kind: SubjectKind::AdultHere,
            role,
        });
        let subjects: Vec<Subject> = supposed.into_iter().chain(others.iter().copied()).collect();
        route(&Facts {
            category,
            adult: AdultAnswer::No,
            subjects: &subjects,
            personal_data,
            roster: self.roster,
            stepped_aside: &BTreeSet::new(),
            ties: Ties::left_out(),
            chosen: None,
            elsewhere: AdultThere::NoneOrMatched,
            not_ruled_out: &NO_ONE_MEANT,
            policy: self.edition.settings.adult_lead,
        })
    }

    fn desk(&self, reached: &ReachedDesk, when: When) -> RoutesDesk {
        let mut names: Vec<String> = reached.people.iter().map(|person| (self.names)(*person)).collect();
        names.sort();
        RoutesDesk { desk: reached.desk, names, when }
    }
}

impl RoutesRow {
    /// Why, a sentence each.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.why.iter().map(|(when, reason)| when.sentence(reason))
    }
}

impl When {
    /// A reason that holds under this condition, without saying the condition twice.
    fn sentence(self, reason: &Reason) -> String {
        let said = match self {
            Self::Always => return format!("{}.", reason.words()),
            Self::WithPupil => Because::AboutAPupil,
            Self::WithPersonalData => Because::PersonalData,
        };
        format!("{}, {}.", self.words(), decapitalise(&reason.clone().after_saying(said).words()))
    }
}

fn decapitalise(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

const GAP: &str = "  ";
const HEADS: [&str; 4] = ["Category", "Leads", "Told as well", "Why"];
/// Characters; with the gaps a line is 116 wide, which fits a landscape page.
const WIDTHS: [usize; 4] = [28, 22, 24, 36];

/// The table as plain text, 116 characters wide: columns aligned, everything wrapped, a blank line after each row.
pub fn print(rows: &[RoutesRow]) -> String {
    let mut out = String::new();
    line(&mut out, HEADS);
    line(&mut out, WIDTHS.map(|width| "-".repeat(width)).each_ref().map(String::as_str));
    for row in rows {
        let columns = [
            wrapped([(0, row.category.as_str().to_owned()), (0, row.label.to_owned())], WIDTHS[0]),
            wrapped(cell(&row.lead), WIDTHS[1]),
            wrapped(row.copied.iter().flat_map(cell), WIDTHS[2]),
            wrapped(row.sentences().map(|why| (0, why)), WIDTHS[3]),
        ];
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            line(&mut out, columns.each_ref().map(|column| column.get(at).map_or("", String::as_str)));
        }
        out.push('\n');
    }
    out
}

/// The paragraphs of a desk, each with how far its lines are moved in.
fn cell(desk: &RoutesDesk) -> Vec<(usize, String)> {
    let when = match desk.when {
        When::Always => String::new(),
        When::WithPupil => ", with a pupil".to_owned(),
        When::WithPersonalData => ", with personal data".to_owned(),
    };
    if desk.names.is_empty() {
        return vec![(0, "no one".to_owned())];
    }
    let head = (0, format!("{}{when}", short(desk.desk)));
    std::iter::once(head).chain(desk.names.iter().map(|name| (2, name.clone()))).collect()
}

/// A desk in few words, for a narrow column.
fn short(desk: Desk) -> &'static str {
    match desk {
        Desk::Dsl => "DSL",
        Desk::InformationRisk => "SIRO",
        Desk::DataProtection => "DPO",
        Desk::OnlineSafety | Desk::Network | Desk::Head | Desk::Slt | Desk::Chair | Desk::External => {
            desk.words()
        }
    }
}

fn line(out: &mut String, cells: [&str; 4]) {
    let padded: Vec<String> =
        cells.iter().zip(WIDTHS).map(|(cell, width)| format!("{cell:<width$}")).collect();
    out.push_str(padded.join(GAP).trim_end());
    out.push('\n');
}

/// Breaks paragraphs into lines of at most `width` characters, between words; a longer word is cut.
fn wrapped(paragraphs: impl IntoIterator<Item = (usize, String)>, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for (indent, paragraph) in paragraphs {
        let margin = " ".repeat(indent);
        let mut current = String::new();
        for word in paragraph.split_whitespace().flat_map(|word| pieces(word, width - indent)) {
            let needed = current.chars().count() + 1 + word.chars().count();
            if !current.is_empty() && needed + indent > width {
                lines.push(format!("{margin}{current}"));
                current.clear();
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(&word);
        }
        if !current.is_empty() {
            lines.push(format!("{margin}{current}"));
        }
    }
    lines
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(width).map(|piece| piece.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        kernel::clock::Instant,
        people::{Seat, Sitting},
        school::settings::Editions,
    };

    const PEOPLE: [(&str, Desk, Seat); 11] = [
        ("Ruth Adeyemi", Desk::Dsl, Seat::Holder),
        ("Tom Brook", Desk::Dsl, Seat::Deputy),
        ("Priya Nair", Desk::OnlineSafety, Seat::Holder),
        ("Colin Marsh", Desk::Network, Seat::Holder),
        ("Helen Ward", Desk::Head, Seat::Holder),
        ("Sam Okafor", Desk::Head, Seat::Deputy),
        ("Joan Price", Desk::InformationRisk, Seat::Holder),
        ("Élodie Grant", Desk::DataProtection, Seat::Holder),
        ("Sam Okafor", Desk::Slt, Seat::Holder),
        ("David Lyle", Desk::Chair, Seat::Holder),
        ("Mary Quill", Desk::External, Seat::Holder),
    ];

    fn id(name: &str) -> PersonId {
        PersonId(Uuid::from_u128(PEOPLE.iter().position(|(known, ..)| *known == name).unwrap() as u128))
    }

    fn name(person: PersonId) -> String {
        PEOPLE[usize::try_from(person.0.as_u128()).unwrap()].0.to_owned()
    }

    fn printed(if_subject: Option<(PersonId, SubjectRole)>) -> String {
        let roster = Roster::new(PEOPLE.iter().map(|(name, desk, seat)| Sitting {
            desk: *desk,
            seat: *seat,
            person: id(name),
        }));
        let edition = &Editions::untouched().at(Instant::MIN_UTC);
        let question = Question { roster: &roster, names: &name, if_subject, edition };
        print(&explain(&question))
    }

    #[test]
    fn a_secondary_school_with_nobody_as_the_subject() {
        insta::assert_snapshot!(printed(None));
    }

    #[test]
    fn a_secondary_school_with_the_dsl_as_the_subject() {
        let table = printed(Some((id("Ruth Adeyemi"), SubjectRole::Alleged)));
        assert!(!table.contains("Ruth Adeyemi") && !table.contains("Tom Brook"), "she or her deputy is told");
        insta::assert_snapshot!(table);
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        let widest = printed(None).lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(WIDTHS.iter().sum::<usize>() + 3 * GAP.len()));
    }

    #[test]
    fn a_school_with_nobody_in_it_is_a_table_too() {
        let roster = Roster::default();
        let question = Question {
            roster: &roster,
            names: &name,
            if_subject: None,
            edition: &Editions::untouched().at(Instant::MIN_UTC),
        };
        let rows = explain(&question);
        assert_eq!(rows.len(), 57);
        assert!(
            rows.iter().all(
                |row| row.lead.names.is_empty() && row.why.contains(&(When::Always, Reason::KeptForLado))
            )
        );
    }
}
