//! Who words in a case could mean: every such adult is kept out until a person whom the words cannot mean decides (Who is
//! meant, 2).
//!
//! Words are matched when they are written, against every adult who works here or has left, and what was found stays in
//! the case. Whether it keeps an adult out is worked out from the people of now, with every route.

use crate::domain::case::{
    Act, Asking, Case, CaseEvent, CaseSubject, Detail, Entry, Label,
    problem::{Problem, Refusal},
};
use crate::domain::{
    case::lifecycle::workflow::Move,
    concern::{Draft, DraftSubject, Somebody},
    kernel::{
        clock::Instant,
        codes::codes,
        ids::{PersonId, SubjectId, TextId},
        text::Summary,
    },
    people::{
        candidates::{WhyMeant, meant_by},
        subject::{Subject, SubjectIdentity, SubjectKind, SubjectRole},
    },
    school::routing::ExclusionReason,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

codes! {
    /// Whether it is about an adult whom words could mean.
    IsMeant {
        No = "no", "It is not about them";
        Yes = "yes", "It is about them: they are alleged";
    }
}

/// Where the words are that could mean an adult.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeantIn {
    /// In the name of a person of the case: it counts as long as they are alleged or mentioned, and no adult of the
    /// register.
    Subject(SubjectId),
    /// In the report: the form asked about this adult, and "no" was not the answer.
    Report,
}

/// One reason why an adult could be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// Where the words are.
    pub within: MeantIn,
    /// What in them could mean this adult.
    pub how: WhyMeant,
    /// Who said that these words do not mean them; until then they are kept out.
    pub ruled_out: Option<RuledOut>,
}

/// Who said that an adult is not meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuledOut {
    /// The reporter when the form asked, or the lead.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// Why, if it was not the reporter.
    pub why: Option<TextId>,
}

/// Everybody whom words in a case could mean, and why.
pub type Candidates = BTreeMap<PersonId, Vec<Meaning>>;

/// Whom the words of a report could mean, and who of them the reporter ruled out.
pub(in crate::domain::case) fn candidates_of(
    draft: &Draft,
    subjects: &[Subject],
    by: &Asking<'_>,
) -> Candidates {
    let mut candidates = Candidates::new();
    for (given, subject) in draft.subjects.iter().zip(subjects) {
        for (person, how) in could_be(&given.who, given.kind, by) {
            add(&mut candidates, person, MeantIn::Subject(subject.id), how);
        }
    }
    for (person, how) in &draft.not_ruled_out {
        add(&mut candidates, *person, MeantIn::Report, *how);
    }
    for person in &draft.ruled_out {
        for meaning in candidates.get_mut(person).into_iter().flatten() {
            meaning.ruled_out = Some(RuledOut { by: by.person(), at: by.now(), why: None });
        }
    }
    candidates
}

/// The adults whom a person of the case could be: those whom the words could mean, or the adult of the register who was
/// said to be a pupil.
fn could_be(who: &Somebody, kind: SubjectKind, by: &Asking<'_>) -> Vec<(PersonId, WhyMeant)> {
    match (who, kind) {
        (Somebody::InWords(words), _) => meant_by(words.as_str(), &by.adults, &by.roster),
        (Somebody::Known(person), SubjectKind::Pupil) => {
            let theirs = by.adults.iter().filter(|adult| adult.person == *person);
            theirs.map(|adult| (adult.person, WhyMeant::Name)).collect()
        }
        (
            Somebody::Known(_),
            SubjectKind::AdultHere | SubjectKind::ParentOrCarer | SubjectKind::SomebodyElse,
        ) => Vec::new(),
    }
}

/// Those whom words could mean and who were not ruled out, with these people in the case.
pub(in crate::domain::case) fn not_ruled_out(
    candidates: &Candidates,
    subjects: &[Subject],
) -> BTreeSet<PersonId> {
    let kept_out = |meanings: &[Meaning]| meanings.iter().any(|meaning| keeps_out(meaning, subjects));
    candidates.iter().filter(|(_, meanings)| kept_out(meanings)).map(|(person, _)| *person).collect()
}

/// Whether a reason keeps an adult out: no one ruled them out, and the words still stand for a person who is alleged or
/// mentioned.
fn keeps_out(meaning: &Meaning, subjects: &[Subject]) -> bool {
    let is_no_adult_of_the_register = |subject: &Subject| match subject.who {
        SubjectIdentity::Words(_) => true,
        SubjectIdentity::Person(_) => subject.kind == SubjectKind::Pupil,
    };
    let stands = match meaning.within {
        MeantIn::Report => true,
        MeantIn::Subject(id) => subjects.iter().any(|subject| {
            subject.id == id && subject.is_implicated() && is_no_adult_of_the_register(subject)
        }),
    };
    stands && meaning.ruled_out.is_none()
}

/// Adds a reason.
fn add(candidates: &mut Candidates, person: PersonId, within: MeantIn, how: WhyMeant) {
    let meanings = candidates.entry(person).or_default();
    if !meanings.iter().any(|meaning| meaning.within == within) {
        meanings.push(Meaning { within, how, ruled_out: None });
    }
}

impl Case {
    /// The adults who are kept out for no other reason than that words could mean them.
    pub fn kept_out_for_words(&self) -> impl Iterator<Item = (PersonId, &[Meaning])> {
        let candidates = self.could_be_meant.iter().map(|(person, meanings)| (*person, meanings.as_slice()));
        candidates.filter(move |(person, _)| {
            self.exclusions.get(person).is_some_and(|kept| kept.why == ExclusionReason::NotRuledOut)
        })
    }

    /// Keeps whom the words for a new person of the case could mean. The person who writes them knows that they do not
    /// mean themself.
    pub(in crate::domain::case) fn looks_for_whom_words_mean(
        &mut self,
        subject: SubjectId,
        new: &DraftSubject,
        by: &Asking<'_>,
    ) {
        let found = could_be(&new.who, new.kind, by);
        for (person, how) in found.into_iter().filter(|(person, _)| *person != by.person()) {
            add(&mut self.could_be_meant, person, MeantIn::Subject(subject), how);
        }
    }

    /// Takes in whom the words of another case could mean.
    pub(in crate::domain::case) fn takes_in_candidates(&mut self, source: &Case) {
        for (person, theirs) in &source.could_be_meant {
            let ours = self.could_be_meant.entry(*person).or_default();
            let new: Vec<Meaning> =
                theirs.iter().filter(|meaning| !ours.contains(meaning)).cloned().collect();
            ours.extend(new);
        }
    }

    /// Says of an adult who is kept out whether the words mean them. Who may see the case is worked out again at once.
    pub fn say_who_is_meant(
        &self,
        person: PersonId,
        answer: IsMeant,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::SayWho, act)?;
        if !self.kept_out_for_words().any(|(kept_out, _)| kept_out == person) {
            return Err(Refusal::field("person", Problem::NotKeptOut));
        }
        let mut case = self.clone();
        let why = act.write(reason.as_str());
        let label = match answer {
            IsMeant::No => {
                let ruled_out = RuledOut { by: act.person(), at: act.now(), why: Some(why) };
                let subjects: Vec<Subject> = self.current_subjects().copied().collect();
                let meanings = case.could_be_meant.get_mut(&person).into_iter().flatten();
                for meaning in meanings.filter(|meaning| keeps_out(meaning, &subjects)) {
                    meaning.ruled_out = Some(ruled_out.clone());
                }
                Label::NotAbout
            }
            IsMeant::Yes => {
                case.takes_as_alleged(person, act);
                Label::About
            }
        };
        let entry = Entry::new(Move::SayWho)
            .with(label, Detail::Person(person))
            .with(Label::Because, Detail::Words(why));
        let notices = case.reroute(act);
        let entry = case.says_where_it_went(self, entry);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Makes an adult alleged: in the place of the words that mean them, if those stand for a person of the case.
    fn takes_as_alleged(&mut self, person: PersonId, act: &mut Act<'_>) {
        let who = SubjectIdentity::Person(person);
        let words = self.words_that_could_mean(person);
        let is_theirs = |subject: &Subject| subject.who == who || Some(subject.id) == words;
        let in_the_case = |entry: &&mut CaseSubject| entry.removed_at.is_none() && is_theirs(&entry.subject);
        // The person comes before words for them: no one is in a case twice.
        let has_them = self.current_subjects().any(|subject| subject.who == who);
        let mut theirs = self.subjects.iter_mut().filter(in_the_case);
        let found = theirs.find(|entry| !has_them || entry.subject.who == who);
        match found {
            Some(entry) => {
                // What was reported stays beside whoever it is taken to mean.
                if let SubjectIdentity::Words(words) = entry.subject.who {
                    entry.reported = Some(words);
                }
                entry.subject.who = who;
                entry.subject.kind = SubjectKind::AdultHere;
                entry.subject.role = SubjectRole::Alleged;
            }
            None => {
                let id = SubjectId::draw(act.now(), act.random);
                let (kind, role) = (SubjectKind::AdultHere, SubjectRole::Alleged);
                let subject = Subject { id, who, kind, role };
                self.subjects.push(CaseSubject {
                    subject,
                    reported: None,
                    added_at: act.now(),
                    removed_at: None,
                });
            }
        }
    }

    /// The person of the case in words who could be this adult.
    fn words_that_could_mean(&self, person: PersonId) -> Option<SubjectId> {
        let meanings = self.could_be_meant.get(&person)?;
        let in_words = |id: &SubjectId| {
            self.current_subjects().any(|subject| subject.id == *id && subject.person().is_none())
        };
        let mut within = meanings.iter().filter_map(|meaning| match meaning.within {
            MeantIn::Subject(id) => Some(id),
            MeantIn::Report => None,
        });
        within.find(in_words)
    }
}
