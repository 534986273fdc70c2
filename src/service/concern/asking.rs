//! About whom the report form asks: the adults who would get sight of it, a letter or a say, and who were told or could be
//! meant by what was written (Who is meant, 2 and 3).

use crate::service::{Candour, Op, Result};
use crate::{
    domain::{
        case::Setting,
        concern::{Concern, Draft, DraftSubject, Somebody},
        entry::account_proof::AccountProof,
        kernel::{
            ids::{PersonId, SubjectId},
            text::Narrative,
        },
        people::{
            Roster,
            candidates::{WhyMeant, could_mean, meant_by, single_one_out},
            name_matching::{Adult, NameMatch, NameSearch, SinglesOut, name_match},
            register::choosing::{ToChoose, to_choose},
            subject::{Subject, SubjectIdentity, SubjectKind, SubjectRole},
            ties::Ties,
        },
        school::routing::{self, AdultAnswer, CouldBeAnyone, Facts, Route, WhichAdult},
    },
    store::{
        Tx,
        case::setting,
        people::{name_keys, staff},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// A person who would receive this concern or have a say in it, and was told or could be meant by what was written: the
/// form asks whether it is about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskAbout {
    /// Who.
    pub person: PersonId,
    /// What the question calls them: their name, or the role if that is all that was typed.
    pub called: String,
    /// Why they are asked about.
    pub because: Because,
}

/// Why the form asks about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// They were told.
    Told,
    /// Words about whom it is about could mean them.
    Written,
    /// What happened, or something else that was written, could speak of them.
    Happened,
    /// What is added to a report could speak of them.
    Added,
}

/// The most people whom words for one person may mean before they single no one out.
const MOST_MEANT: usize = 5;

/// An answer to "Is your concern about something {name} did?"
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutThem {
    /// It is: they are alleged, and never receive it.
    Yes,
    /// It is not: they were only told, or other people are meant.
    No,
    /// The reporter does not know, or left the question out: they stay out until it is decided.
    DoNotKnow,
}

/// The answer to "Could it be one of these people?", which is asked if the words for an adult single no one out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OneOfThese {
    /// It was not asked yet.
    #[default]
    NotAsked,
    /// These could be meant, and what holds of the others.
    Answered(BTreeSet<PersonId>, Others),
}

/// What was said of those who were not ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// It is none of them.
    AreNot,
    /// The reporter cannot say, or left the question out.
    CouldBe,
}

/// What was answered to the questions that a report came back with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// About each person asked about.
    pub about: BTreeMap<PersonId, AboutThem>,
    /// Who of those who would receive it could be meant.
    pub one_of: OneOfThese,
}

/// The questions that a report comes back with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// About whom to ask, each by themself.
    pub about: Vec<AskAbout>,
    /// Everybody who would receive it or have a say in it, by name, if it could be any of them.
    pub one_of: Vec<ToChoose>,
}

impl Questions {
    /// Whether there is nothing to ask.
    pub const fn is_empty(&self) -> bool {
        self.about.is_empty() && self.one_of.is_empty()
    }
}

/// Everything a report tells in the reporter's own words.
pub(super) struct ReportWords {
    happened: NameSearch,
    /// The answers to the optional questions. Only names count in them: "told the DSL" is the usual answer to "What have
    /// you already done?".
    others: NameSearch,
}

impl ReportWords {
    /// Reads it.
    pub(super) fn of(draft: &Draft) -> Self {
        let others: Vec<&str> = draft.optional.in_words().map(|(_, words)| words.as_str()).collect();
        Self {
            happened: NameSearch::in_account(draft.happened.as_str()),
            others: NameSearch::in_account(&others.join(".\n")),
        }
    }

    /// How it could speak of an adult.
    pub(super) fn names(&self, adult: &Adult, roster: &Roster) -> Option<NameMatch> {
        let is_a_name = |how: &NameMatch| match how {
            NameMatch::ByName | NameMatch::ByNearName => true,
            NameMatch::ByDuty(_) | NameMatch::ByPost => false,
        };
        let in_others = || self.others.matches(adult, roster).filter(is_a_name);
        self.happened.matches(adult, roster).or_else(in_others)
    }
}

/// What the questions about a report are made from.
pub(super) struct AroundReport {
    setting: Setting,
    /// The names of people alleged or mentioned who are no adults and whom typed words alone mean: an adult may bear one
    /// too. One who was picked is the one who was picked.
    pupils: BTreeMap<PersonId, String>,
    /// What was written, read once for all adults.
    words: ReportWords,
    /// Words for a person that more adults could be meant by than can be asked about one by one, and those adults.
    crowds: BTreeMap<String, BTreeSet<PersonId>>,
}

impl AroundReport {
    /// Reads it. `typed` are the people of the draft whom words mean and who were not picked.
    pub(super) fn read(tx: &mut Tx<'_>, op: &Op, draft: &Draft, typed: &BTreeSet<PersonId>) -> Result<Self> {
        let setting = setting::with_adults(tx, op.viewer.school(), op.now)?;
        let pupils = pupils_implicated(tx, op, (draft, typed), &setting)?;
        let (words, crowds) = (ReportWords::of(draft), crowds(draft, &setting));
        Ok(Self { setting, pupils, words, crowds })
    }

    /// An adult of the school, here or left.
    pub(super) fn adult(&self, person: PersonId) -> Option<&Adult> {
        self.setting.adults.iter().find(|adult| adult.person == person)
    }

    /// Why an adult was told or could be meant, and what in the words says so; the first reason, if there is one.
    pub(super) fn is_meant(&self, draft: &Draft, adult: &Adult) -> Option<(Because, NameMatch)> {
        self.reasons(draft, adult).into_iter().next()
    }

    /// Every reason why an adult was told or could be meant.
    fn reasons(&self, draft: &Draft, adult: &Adult) -> Vec<(Because, NameMatch)> {
        let roster = &self.setting.roster;
        let in_words = |words: &str| could_mean(words, adult, roster);
        let told = |who: &Somebody| match who {
            Somebody::Known(known) => (*known == adult.person).then_some(NameMatch::ByName),
            Somebody::InWords(words) => in_words(words.as_str()),
        };
        let written = |subject: &DraftSubject| match &subject.who {
            Somebody::Known(pupil) => self.namesake(*pupil, adult),
            Somebody::InWords(words) => {
                let could_be_an_adult = subject.kind != SubjectKind::Pupil || is_implicated(subject.role);
                let asks_of_each = could_be_an_adult && !self.crowds.contains_key(words.as_str());
                in_words(words.as_str()).filter(|_| asks_of_each)
            }
        };
        let told = draft.everybody_told().find_map(told);
        // A person chosen from the register has their own part in it already, unless that part is in doubt.
        let own = draft.subjects.iter().find(|subject| subject.who == Somebody::Known(adult.person));
        let (written, happened) = match own {
            Some(own) => (is_in_doubt(draft, own).then_some(NameMatch::ByName), None),
            None => (draft.subjects.iter().find_map(written), self.words.names(adult, roster)),
        };
        let reasons = [(Because::Told, told), (Because::Written, written), (Because::Happened, happened)];
        reasons.into_iter().filter_map(|(because, how)| Some((because, how?))).collect()
    }

    /// Whether an adult bears the name of a pupil whom typed words mean as alleged or mentioned.
    fn namesake(&self, pupil: PersonId, adult: &Adult) -> Option<NameMatch> {
        let name = self.pupils.get(&pupil)?;
        name_match(name, adult, &self.setting.roster).filter(|how| *how == NameMatch::ByName)
    }

    /// Keeps the adults out who bear the name of a pupil whom typed words mean; the reporter may have ruled them out.
    pub(super) fn keep_namesakes_out(&self, draft: &mut Draft) {
        for adult in self.setting.adults.iter() {
            let namesake = self.pupils.keys().find_map(|pupil| self.namesake(*pupil, adult));
            let is_named = draft.subjects.iter().any(|subject| subject.who == Somebody::Known(adult.person));
            if let Some(how) = namesake
                && !is_named
                && !draft.ruled_out.contains(&adult.person)
            {
                draft.not_ruled_out.entry(adult.person).or_insert(WhyMeant::from(how));
            }
        }
    }

    /// Of those who were told or could be meant, the ones who would receive this concern or have a say in it.
    pub(super) fn to_ask<'a>(&'a self, op: &Op, draft: &Draft) -> Vec<AskAbout> {
        let route = self.route(op, draft);
        let (told, have_a_say) = (route.recipients(), route.who_has_a_say(&self.setting.roster));
        let is_asked = |adult: &Adult, because: Because| match because {
            Because::Told => told.contains(&adult.person),
            Because::Written | Because::Happened | Because::Added => have_a_say.contains(&adult.person),
        };
        let asked = |adult: &'a Adult| {
            let mut reasons = self.reasons(draft, adult).into_iter();
            let (because, how) = reasons.find(|(because, _)| is_asked(adult, *because))?;
            Some((adult, because, how))
        };
        let adults = self.setting.adults.iter().filter(|adult| have_a_say.contains(&adult.person));
        let found: Vec<(&Adult, Because, NameMatch)> = adults.filter_map(asked).collect();
        // Who has which role is not for this page to tell: a role typed is a role asked about, unless two people have it.
        let calls: Vec<String> = found.iter().map(|(adult, _, how)| self.called(adult, *how)).collect();
        let ask = found.iter().zip(&calls).map(|((adult, because, _), called)| {
            let is_alone = calls.iter().filter(|other| *other == called).count() == 1;
            let called = if is_alone { called.clone() } else { adult.name.clone() };
            AskAbout { person: adult.person, called, because: *because }
        });
        ask.collect()
    }

    /// Those who would receive it or have a say in it, if the words for the adult it is about single no one out: it could
    /// be any of them but the reporter.
    pub(super) fn to_choose_from(&self, op: &Op, draft: &Draft) -> BTreeSet<PersonId> {
        if self.singles_an_adult_out(draft) && self.crowds.is_empty() {
            return BTreeSet::new();
        }
        let mut have_a_say = self.route(op, draft).who_has_a_say(&self.setting.roster);
        have_a_say.retain(|person| !is_writer(op, *person));
        have_a_say
    }

    /// Takes the answer about those who could be one of the people of words that single no one out: whoever is ticked
    /// stays out. If the reporter cannot say of the others, and it is about an adult, it could be anyone who has it.
    pub(super) fn take_ticked(
        &self,
        draft: &mut Draft,
        could_be: &BTreeSet<PersonId>,
        (ticked, others): (&BTreeSet<PersonId>, Others),
    ) {
        for person in could_be {
            let is_of_a_crowd = self.crowds.values().any(|people| people.contains(person));
            match (ticked.contains(person), others) {
                (true, _) => _ = draft.not_ruled_out.insert(*person, WhyMeant::Ticked),
                (false, Others::AreNot) if is_of_a_crowd && !draft.not_ruled_out.contains_key(person) => {
                    _ = draft.ruled_out.insert(*person);
                }
                (false, Others::AreNot | Others::CouldBe) => {}
            }
        }
        let cannot_say = others == Others::CouldBe && !could_be.is_empty();
        if cannot_say && !self.singles_an_adult_out(draft) {
            draft.could_be_anyone = CouldBeAnyone::Yes;
        }
    }

    /// The adults whom what happened names, who would have no say in it and were not asked about.
    pub(super) fn only_named(&self, op: &Op, draft: &Draft) -> BTreeMap<PersonId, WhyMeant> {
        let have_a_say = self.route(op, draft).who_has_a_say(&self.setting.roster);
        let is_left = |adult: &&Adult| {
            let is_in_it = draft.subjects.iter().any(|subject| subject.who == Somebody::Known(adult.person));
            let is_decided = draft.ruled_out.contains(&adult.person)
                || draft.not_ruled_out.contains_key(&adult.person)
                || is_writer(op, adult.person);
            !have_a_say.contains(&adult.person) && !is_in_it && !is_decided
        };
        let left = self.setting.adults.iter().filter(is_left);
        let named = left
            .filter_map(|adult| Some((adult.person, self.words.names(adult, &self.setting.roster)?.into())));
        named.collect()
    }

    /// Whether a report is about no adult here, or says which one, well enough to look for them.
    fn singles_an_adult_out(&self, draft: &Draft) -> bool {
        let is_an_adult =
            |subject: &&DraftSubject| subject.kind == SubjectKind::AdultHere && is_implicated(subject.role);
        let mut adults = draft.subjects.iter().filter(is_an_adult);
        let is_singled_out = |subject: &DraftSubject| match &subject.who {
            Somebody::Known(_) => true,
            Somebody::InWords(words) => {
                match single_one_out(words.as_str(), &self.setting.adults, &self.setting.roster) {
                    SinglesOut::NoOne => false,
                    SinglesOut::SomeOne => !self.crowds.contains_key(words.as_str()),
                }
            }
        };
        match draft.adult {
            AdultAnswer::Yes(WhichAdult::DoNotKnow) => adults.any(|subject| match subject.who {
                Somebody::Known(_) => true,
                Somebody::InWords(_) => false,
            }),
            AdultAnswer::Yes(WhichAdult::SomebodyElse) => adults.any(is_singled_out),
            AdultAnswer::No
            | AdultAnswer::Yes(
                WhichAdult::Headteacher
                | WhichAdult::SafeguardingLead
                | WhichAdult::OnlineSafetyCoordinator
                | WhichAdult::NetworkManager
                | WhichAdult::Chair,
            ) => adults.all(is_singled_out),
        }
    }

    /// What a question calls an adult: the role if that is all that was typed, as they have it.
    fn called(&self, adult: &Adult, how: NameMatch) -> String {
        match how {
            NameMatch::ByDuty(desk) => {
                let deputises = self.setting.roster.deputies(desk).contains(&adult.person);
                let holds = self.setting.roster.holders(desk).contains(&adult.person);
                let role = desk.words();
                if deputises && !holds { format!("the deputy {role}") } else { format!("the {role}") }
            }
            NameMatch::ByName | NameMatch::ByNearName | NameMatch::ByPost => adult.name.clone(),
        }
    }

    /// Where it would go if no words kept anybody out. Declared relationships are left out: a question asked, or not
    /// asked, because of one would tell the reporter of it.
    fn route(&self, op: &Op, draft: &Draft) -> Route {
        let subjects = subjects_known(draft);
        let edition = self.setting.editions.at(op.now);
        routing::route(&Facts {
            category: edition.category(draft.category),
            adult: draft.adult,
            subjects: &subjects,
            personal_data: draft.personal_data,
            roster: &self.setting.roster,
            stepped_aside: &BTreeSet::new(),
            ties: Ties::left_out(),
            chosen: None,
            elsewhere: routing::AdultThere::NoneOrMatched,
            not_ruled_out: &routing::NO_ONE_MEANT,
            policy: edition.settings.adult_lead,
        })
    }
}

/// These people in the words that tell them apart.
pub(super) fn in_a_list(candour: &Candour, op: &Op, people: &BTreeSet<PersonId>) -> Result<Vec<ToChoose>> {
    candour.read(|tx| Ok(to_choose(name_keys::of_ids(tx, &op.viewer, people)?)))
}

/// Tells those apart who would be asked about by one name.
pub(super) fn tell_apart(candour: &Candour, op: &Op, asked: &mut [AskAbout]) -> Result<()> {
    let calls: Vec<String> = asked.iter().map(|one| one.called.clone()).collect();
    let is_shared = |one: &&AskAbout| calls.iter().filter(|other| **other == one.called).count() > 1;
    let people = asked.iter().filter(is_shared).map(|one| one.person).collect();
    for told_apart in in_a_list(candour, op, &people)? {
        for one in asked.iter_mut().filter(|one| one.person == told_apart.person()) {
            told_apart.words().clone_into(&mut one.called);
        }
    }
    Ok(())
}

/// Whether a person wrote it, who is not asked about themselves. Until their account is confirmed, no one knows that.
fn is_writer(op: &Op, person: PersonId) -> bool {
    op.viewer.proof() == AccountProof::Proven && person == op.viewer.person()
}

/// Whether the part of an adult chosen from the register is in doubt: they are said to be a pupil, or it is about an adult
/// and no one is said to have done it.
fn is_in_doubt(draft: &Draft, own: &DraftSubject) -> bool {
    match own.role {
        SubjectRole::Alleged | SubjectRole::NamedOnly => own.kind == SubjectKind::Pupil,
        SubjectRole::Affected | SubjectRole::Witness => {
            own.kind != SubjectKind::Pupil && routing::is_unmatched(draft.adult, &subjects_known(draft))
        }
    }
}

/// Words for a person alleged or mentioned that more adults could be meant by than can be asked about one by one.
fn crowds(draft: &Draft, setting: &Setting) -> BTreeMap<String, BTreeSet<PersonId>> {
    let implicated = draft.subjects.iter().filter(|subject| is_implicated(subject.role));
    let in_words = implicated.filter_map(|subject| match &subject.who {
        Somebody::InWords(words) => Some(words.as_str()),
        Somebody::Known(_) => None,
    });
    let meant = in_words.map(|words| (words, meant_by(words, &setting.adults, &setting.roster)));
    let crowds = meant.filter(|(_, people)| people.len() > MOST_MEANT);
    crowds
        .map(|(words, people)| (words.to_owned(), people.into_iter().map(|(person, _)| person).collect()))
        .collect()
}

/// The adults whom nothing in the words of a report names: a report that comes again as an addition is read as its form
/// was.
pub(super) fn not_named(tx: &mut Tx<'_>, op: &Op, draft: &Draft) -> Result<BTreeSet<PersonId>> {
    let setting = setting::with_adults(tx, op.viewer.school(), op.now)?;
    let words = ReportWords::of(draft);
    let others = setting.adults.iter().filter(|adult| words.names(adult, &setting.roster).is_none());
    Ok(others.map(|adult| adult.person).collect())
}

/// About whom to ask before words are added to a report: whoever would have received it, or had a say in it, as it was
/// sent, and is named by the words. It follows from what the reporter said alone, so that it tells nothing of the case.
pub(super) fn about_addition(
    tx: &mut Tx<'_>,
    op: &Op,
    concern: &Concern,
    words: &Narrative,
) -> Result<Vec<AskAbout>> {
    // An adult who was a witness, or affected, may be the one who did it by what is added.
    let has_its_part = |subject: &&Subject| subject.kind == SubjectKind::Pupil || subject.is_implicated();
    let known = concern.subjects.iter().filter(has_its_part).filter_map(|subject| {
        let who = Somebody::Known(subject.person()?);
        Some(DraftSubject { who, kind: subject.kind, role: subject.role })
    });
    let draft = Draft {
        adult: concern.adult,
        subjects: known.collect(),
        personal_data: concern.personal_data,
        ..Draft::of(concern.category, words.clone(), concern.noticed_at)
    };
    let around = AroundReport::read(tx, op, &draft, &BTreeSet::new())?;
    let is_new = |asked: &AskAbout| asked.because == Because::Happened && !is_writer(op, asked.person);
    let asked = around.to_ask(op, &draft).into_iter().filter(is_new);
    Ok(asked.map(|asked| AskAbout { because: Because::Added, ..asked }).collect())
}

/// The subjects chosen from the register, as routing takes them.
fn subjects_known(draft: &Draft) -> Vec<Subject> {
    let known = draft.subjects.iter().filter_map(|subject| match subject.who {
        Somebody::Known(person) => Some(Subject {
            id: SubjectId(person.0),
            who: SubjectIdentity::Person(person),
            kind: subject.kind,
            role: subject.role,
        }),
        Somebody::InWords(_) => None,
    });
    known.collect()
}

/// The names of those alleged or mentioned who are no adults and whom typed words alone mean.
fn pupils_implicated(
    tx: &mut Tx<'_>,
    op: &Op,
    (draft, typed): (&Draft, &BTreeSet<PersonId>),
    setting: &Setting,
) -> Result<BTreeMap<PersonId, String>> {
    let is_adult = |person: PersonId| setting.adults.iter().any(|adult| adult.person == person);
    let known = draft.subjects.iter().filter(|subject| is_implicated(subject.role));
    let pupils: BTreeSet<PersonId> = known
        .filter_map(|subject| match subject.who {
            Somebody::Known(person) => Some(person),
            Somebody::InWords(_) => None,
        })
        .filter(|person| typed.contains(person) && !is_adult(*person))
        .collect();
    if pupils.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(staff::names(tx, &op.viewer, &pupils)?)
}

const fn is_implicated(role: SubjectRole) -> bool {
    match role {
        SubjectRole::Alleged | SubjectRole::NamedOnly => true,
        SubjectRole::Affected | SubjectRole::Witness => false,
    }
}
