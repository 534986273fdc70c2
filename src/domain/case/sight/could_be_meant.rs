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
    concern::{Draft, DraftSubject, NewAddition, Somebody},
    kernel::{
        clock::Instant,
        codes::codes,
        ids::{PersonId, SubjectId, TextId},
        text::{Line, Summary},
    },
    people::{
        Desk,
        candidates::{WhyMeant, meant_by},
        name_matching::{NameMatch, NameSearch},
        register::offered::name_part,
        subject::{Subject, SubjectIdentity, SubjectKind, SubjectRole},
    },
    school::routing::{CouldBeAnyone, CouldBeMeant, Exclusion, ExclusionReason, ExclusionScope, Route},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

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
    /// In what the reporter added, while this adult had the case or a say in it.
    Addition(TextId),
    /// In an account of what happened, while this adult had nothing of the case and no say in it: it counts if that
    /// changes.
    Account(TextId),
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
    happened: Option<TextId>,
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
    if let Some(text) = happened {
        for (person, how) in &draft.named {
            add(&mut candidates, *person, MeantIn::Account(text), *how);
        }
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
    anyone: CouldBeAnyone,
) -> CouldBeMeant {
    let mut found = CouldBeMeant { anyone, ..CouldBeMeant::default() };
    for (person, meanings) in candidates {
        for meaning in meanings.iter().filter(|meaning| is_open(meaning, subjects)) {
            match meaning.within {
                MeantIn::Subject(_) | MeantIn::Report | MeantIn::Addition(_) => found.people.insert(*person),
                MeantIn::Account(_) => found.named.insert(*person),
            };
        }
    }
    found
}

/// Whether a reason still counts: no one ruled the adult out, and the words still stand for a person who is alleged or
/// mentioned.
fn is_open(meaning: &Meaning, subjects: &[Subject]) -> bool {
    let is_no_adult_of_the_register = |subject: &Subject| match subject.who {
        SubjectIdentity::Words(_) => true,
        SubjectIdentity::Person(_) => subject.kind == SubjectKind::Pupil,
    };
    let stands = match meaning.within {
        MeantIn::Report | MeantIn::Addition(_) | MeantIn::Account(_) => true,
        MeantIn::Subject(id) => subjects.iter().any(|subject| {
            subject.id == id && subject.is_implicated() && is_no_adult_of_the_register(subject)
        }),
    };
    stands && meaning.ruled_out.is_none()
}

/// Adds a reason, unless there was one in the same words: it may have been ruled out.
pub(super) fn add(candidates: &mut Candidates, person: PersonId, within: MeantIn, how: WhyMeant) {
    let meanings = candidates.entry(person).or_default();
    if !meanings.iter().any(|meaning| meaning.within == within) {
        meanings.push(Meaning { within, how, ruled_out: None });
    }
}

/// Whether a person is kept out because words could mean them.
const fn is_for_words(why: ExclusionReason) -> bool {
    matches!(why, ExclusionReason::NotRuledOut | ExclusionReason::NamedInIt)
}

impl Case {
    /// The adults who are kept out for no other reason than that words could mean them.
    pub fn kept_out_for_words(&self) -> impl Iterator<Item = (PersonId, &[Meaning])> {
        let candidates = self.could_be_meant.iter().map(|(person, meanings)| (*person, meanings.as_slice()));
        candidates
            .filter(move |(person, _)| self.exclusions.get(person).is_some_and(|kept| is_for_words(kept.why)))
    }

    /// The adults whom the lead can decide about: those kept out because words could mean them, and those whom an account of
    /// what happened names, who are given nothing by name until then.
    pub fn who_could_be_meant(&self) -> impl Iterator<Item = (PersonId, &[Meaning])> {
        let candidates = self.could_be_meant.iter().map(|(person, meanings)| (*person, meanings.as_slice()));
        candidates.filter(move |(person, _)| match self.exclusions.get(person) {
            Some(kept) => is_for_words(kept.why),
            None => self.is_named_in_account(*person),
        })
    }

    /// Whether an account of what happened names an adult, and no one has said yet whether it is about them: neither that
    /// it is not, nor by giving them a part in the case.
    pub(in crate::domain::case) fn is_named_in_account(&self, person: PersonId) -> bool {
        let meanings = self.could_be_meant.get(&person).into_iter().flatten();
        let mut open = meanings.filter(|meaning| meaning.ruled_out.is_none());
        let has_a_part = || self.current_subjects().any(|subject| subject.person() == Some(person));
        open.any(|meaning| matches!(meaning.within, MeantIn::Account(_))) && !has_a_part()
    }

    /// Refuses to give anything of it by name to a person whom the account names, beside the field that names them.
    pub(in crate::domain::case) fn check_not_named(
        &self,
        person: PersonId,
        field: &'static str,
    ) -> Result<(), Refusal> {
        if self.is_named_in_account(person) {
            return Err(Refusal::field(field, Problem::NamedInAccount));
        }
        Ok(())
    }

    /// Those whom the account names at the desks that have it now, however they came to have it.
    pub(in crate::domain::case) fn named_at_its_desks(&self, by: &Asking<'_>) -> BTreeSet<PersonId> {
        let at_desks = self.desks.keys().flat_map(|desk| by.roster.everyone_at(*desk));
        at_desks.filter(|person| self.is_named_in_account(*person)).collect()
    }

    /// Whether the account names a person of a desk who is not kept out so far.
    pub(in crate::domain::case) fn names_a_person_at(&self, desk: Desk, by: &Asking<'_>) -> bool {
        let mut at_desk = by.roster.everyone_at(desk).into_iter();
        at_desk.any(|person| self.is_named_in_account(person) && !self.excludes(person))
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

    /// Keeps the adults who bear the name of a pupil whom a typed name means, but the person who typed it.
    pub(in crate::domain::case) fn looks_for_namesakes(
        &mut self,
        pupil: &Subject,
        typed: &Line,
        by: &Asking<'_>,
    ) {
        if pupil.kind != SubjectKind::Pupil || pupil.person().is_none_or(|person| by.is_an_adult(person)) {
            return;
        }
        let search = NameSearch::for_person(name_part(typed.as_str()).unwrap_or(typed.as_str()));
        for adult in by.adults.iter().filter(|adult| adult.person != by.person()) {
            if search.matches(adult, &by.roster) == Some(NameMatch::ByName) {
                add(&mut self.could_be_meant, adult.person, MeantIn::Subject(pupil.id), WhyMeant::Name);
            }
        }
    }

    /// Keeps whom what the reporter added could mean: from now on they are kept out, unless the reporter said that it is
    /// not about them; if the reporter said that it is, they are alleged.
    pub(in crate::domain::case) fn looks_for_whom_an_addition_means(
        &mut self,
        text: TextId,
        new: &NewAddition,
        act: &mut Act<'_>,
    ) {
        let search = NameSearch::in_account(new.words.as_str());
        let have_it = self.who_has_it(&self.route_now(act), act);
        // A witness, or a person affected, may turn out to be the one who did it.
        let implicated = self.current_subjects().filter(|subject| subject.is_implicated());
        let implicated: BTreeSet<PersonId> = implicated.filter_map(Subject::person).collect();
        let adults = Arc::clone(&act.adults);
        let adder = act.person();
        for adult in adults.iter().filter(|adult| adult.person != adder) {
            let person = adult.person;
            let Some(how) = search.matches(adult, &act.roster) else { continue };
            if new.about.contains(&person) {
                self.takes_as_alleged(person, act);
            } else if !new.ruled_out.contains(&person) && !implicated.contains(&person) {
                let has_it = have_it.contains(&person);
                let within = if has_it { MeantIn::Addition(text) } else { MeantIn::Account(text) };
                add(&mut self.could_be_meant, person, within, how.into());
            }
        }
    }

    /// Those who have it or a say in it: by a role, by name, by a task, or as an inspector it was selected for.
    fn who_has_it(&self, route: &Route, by: &Asking<'_>) -> BTreeSet<PersonId> {
        let mut people = route.who_has_a_say(&by.roster);
        people.extend(self.desks.keys().flat_map(|desk| by.roster.everyone_at(*desk)));
        people.extend(self.owner);
        people.extend(self.live_shares(by.now()).map(|share| share.person));
        people.extend(self.live_inspections(by.now()).map(|inspection| inspection.person));
        people.extend(self.tasks.iter().filter(|task| task.done_at.is_none()).filter_map(|task| task.person));
        people
    }

    /// Keeps those out of an ended case whom an account in it names: it is routed no more, so a role they are given later
    /// would bring it to them. To give it to a person by name is to decide about them.
    pub(in crate::domain::case) fn keeps_out_the_named_once_ended(&mut self) {
        if self.status.is_open() {
            return;
        }
        let subjects: Vec<Subject> = self.current_subjects().copied().collect();
        let named = not_ruled_out(&self.could_be_meant, &subjects, CouldBeAnyone::No).named;
        let was_given_it = |person: &PersonId| {
            self.owner == Some(*person)
                || self.handled_by.contains(person)
                || self.shares.iter().any(|share| share.person == *person)
                || self.inspections.iter().any(|inspection| inspection.person == *person)
                || self.tasks.iter().any(|task| task.person == Some(*person))
        };
        let exclusion = Exclusion { scope: ExclusionScope::All, why: ExclusionReason::NamedInIt };
        let kept_out: BTreeMap<PersonId, Exclusion> = named
            .into_iter()
            .filter(|person| !was_given_it(person))
            .map(|person| (person, exclusion))
            .collect();
        self.excludes_as_well(&kept_out);
    }

    /// Adds to an entry who is kept out since this act because words could mean them, and who was and is not any more.
    pub(in crate::domain::case) fn says_who_is_kept_out(&self, before: &Case, entry: Entry) -> Entry {
        let of = |case: &Case| -> BTreeSet<PersonId> {
            case.kept_out_for_words().map(|(person, _)| person).collect()
        };
        let (was, now) = (of(before), of(self));
        let entry = now
            .difference(&was)
            .fold(entry, |entry, person| entry.with(Label::KeptOut, Detail::Person(*person)));
        let let_in = was.difference(&now).filter(|person| !self.excludes(**person));
        let_in.fold(entry, |entry, person| entry.with(Label::NotKeptOut, Detail::Person(*person)))
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
        if !self.who_could_be_meant().any(|(could_be, _)| could_be == person) {
            return Err(Refusal::field("person", Problem::NotKeptOut));
        }
        let mut case = self.clone();
        let why = act.write(reason.as_str());
        let label = match answer {
            IsMeant::No => {
                let ruled_out = RuledOut { by: act.person(), at: act.now(), why: Some(why) };
                let subjects: Vec<Subject> = self.current_subjects().copied().collect();
                let meanings = case.could_be_meant.get_mut(&person).into_iter().flatten();
                for meaning in meanings.filter(|meaning| is_open(meaning, &subjects)) {
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
        let entry = case.says_who_is_kept_out(self, entry);
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
            MeantIn::Report | MeantIn::Addition(_) | MeantIn::Account(_) => None,
        });
        within.find(in_words)
    }
}

impl Entry {
    /// As an inspector reads it: who was kept out because words could mean them, and who was ruled out, is not theirs to
    /// know; nothing if it tells of that alone.
    pub fn without_those_kept_out(mut self) -> Option<Self> {
        if self.facts.iter().any(|(label, _)| *label == Label::NotAbout) {
            return None;
        }
        self.facts.retain(|(label, _)| !matches!(label, Label::KeptOut | Label::NotKeptOut));
        Some(self)
    }
}
