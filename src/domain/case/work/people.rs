//! The people of a case: subjects, owner, shares, restriction, conflicts of interest, reassigning.

use crate::domain::case::{
    Act, Case, CaseEvent, CaseSubject, Detail, Entry, Label, Notice, TogetherAct, Urgency,
    problem::{Problem, Refusal},
};
use crate::domain::{
    case::lifecycle::workflow::Move,
    concern::{DraftSubject, Somebody},
    kernel::{
        clock::Instant,
        codes::codes,
        ids::{PersonId, SubjectId},
        text::{Line, Summary},
    },
    people::{
        Desk,
        subject::{Subject, SubjectIdentity, SubjectKind, SubjectRole},
    },
    school::routing::{ExclusionScope, NobodyReached, Reason},
};
use serde::{Deserialize, Serialize};

codes! {
    /// Whether oversight and deputies may open a case.
    Restriction {
        Open = "open", "Open to everyone whose role it is";
        Restricted = "restricted", "Restricted: oversight cannot open it";
        Sealed = "sealed", "Sealed: only the holders of the lead role, the case owner and those it is shared with";
    }
}

codes! {
    /// Why a person was given sight of a case.
    ShareKind {
        Reader = "reader", "Reader";
        Reviewer = "reviewer", "Second person";
        BrokenGlass = "broken_glass", "Emergency access for 24 hours";
    }
}

/// Sight given to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The reader.
    pub person: PersonId,
    /// Why.
    pub kind: ShareKind,
    /// By whom.
    pub by: PersonId,
    /// Since when.
    pub since: Instant,
    /// Until when, if that was said.
    pub until: Option<Instant>,
    /// When it was ended.
    pub ended_at: Option<Instant>,
}

impl Share {
    /// Whether it gives sight at this instant.
    pub fn is_live(&self, now: Instant) -> bool {
        self.ended_at.is_none() && self.until.is_none_or(|until| until > now)
    }
}

impl Case {
    /// The shares that give sight at this instant.
    pub fn live_shares(&self, now: Instant) -> impl Iterator<Item = &Share> {
        self.shares.iter().filter(move |share| share.is_live(now))
    }

    /// Adds a person to the case: one who was picked, or words.
    pub fn add_subject(&self, new: &DraftSubject, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.add(new, NameWas::PickedOrInWords, act)
    }

    /// Adds a person of the register whom a typed name means, and who was not picked: an adult may bear that name too.
    pub fn add_typed_subject(
        &self,
        new: &DraftSubject,
        typed: &Line,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.add(new, NameWas::Typed(typed), act)
    }

    fn add(&self, new: &DraftSubject, name: NameWas<'_>, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Subject, act)?;
        let who = match &new.who {
            Somebody::Known(person) => SubjectIdentity::Person(*person),
            Somebody::InWords(name) => SubjectIdentity::Words(act.write(name.as_str())),
        };
        if self.current_subjects().any(|subject| subject.who == who) {
            return Err(Refusal::field("who", Problem::InTheCase));
        }
        let mut case = self.clone();
        let subject =
            Subject { id: SubjectId::draw(act.now(), act.random), who, kind: new.kind, role: new.role };
        // What the register knows outweighs what was typed: beside the name of a pupil any other kind is a mistake.
        let subject = match (name, who) {
            (NameWas::Typed(_), SubjectIdentity::Person(person)) if !act.is_an_adult(person) => {
                Subject { kind: SubjectKind::Pupil, ..subject }
            }
            (NameWas::Typed(_) | NameWas::PickedOrInWords, _) => subject,
        };
        let entry =
            Entry::new(Move::Subject).with(Label::Added, detail_of(&subject)).code(Label::Part, new.role);
        case.subjects.push(CaseSubject { subject, reported: None, added_at: act.now(), removed_at: None });
        case.looks_for_whom_words_mean(subject.id, new, act);
        if let NameWas::Typed(typed) = name {
            case.looks_for_namesakes(&subject, typed, act);
        }
        let notices = case.reroute(act);
        let entry = case.says_where_it_went(self, entry);
        let entry = case.says_who_is_kept_out(self, entry);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Changes the part a person has in the case; also how words are matched to a person of the register.
    pub fn change_subject(
        &self,
        id: SubjectId,
        role: SubjectRole,
        matched: Option<PersonId>,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Subject, act)?;
        let mut case = self.clone();
        let found = case.subjects.iter_mut().find(|s| s.subject.id == id && s.removed_at.is_none());
        let Some(found) = found else {
            return Err(Refusal::field("subject", Problem::NotInTheCase));
        };
        let before = found.subject;
        found.subject.role = role;
        if let Some(person) = matched {
            let is_in_it = |s: &Subject| s.id != id && s.who == SubjectIdentity::Person(person);
            if self.current_subjects().any(is_in_it) {
                return Err(Refusal::field("who", Problem::InTheCaseTwice));
            }
            // What was reported stays beside whoever it is taken to mean.
            if let SubjectIdentity::Words(words) = before.who {
                found.reported = Some(words);
            }
            found.subject.who = SubjectIdentity::Person(person);
        }
        let reason = act.write(reason.as_str());
        let entry = subject_entry(&before, &found.subject).with(Label::Because, Detail::Words(reason));
        let notices = case.reroute(act);
        let entry = case.says_where_it_went(self, entry);
        let entry = case.says_who_is_kept_out(self, entry);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Removes a person from the case. They stay in its history.
    pub fn remove_subject(
        &self,
        id: SubjectId,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Subject, act)?;
        let mut case = self.clone();
        let now = act.now();
        let found = case.subjects.iter_mut().find(|s| s.subject.id == id && s.removed_at.is_none());
        let Some(found) = found else {
            return Err(Refusal::field("subject", Problem::NotInTheCase));
        };
        found.removed_at = Some(now);
        let reason = act.write(reason.as_str());
        let entry = Entry::new(Move::Subject)
            .with(Label::Removed, detail_of(&found.subject))
            .with(Label::Because, Detail::Words(reason));
        let notices = case.reroute(act);
        let entry = case.says_where_it_went(self, entry);
        let entry = case.says_who_is_kept_out(self, entry);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Gives the case another owner.
    pub fn assign(&self, owner: PersonId, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Assign, act)?;
        if self.excludes(owner) {
            return Err(Refusal::field("owner", Problem::NotToOwn));
        }
        self.check_not_named(owner, "owner")?;
        self.check_may_be_given(owner, "owner", act)?;
        if self.owner == Some(owner) {
            return Err(Refusal::field("owner", Problem::OwnsIt));
        }
        let mut case = self.clone();
        case.owner = Some(owner);
        case.handled_by.insert(owner);
        case.give_time_to_take_up(owner, act);
        let entry = Entry::new(Move::Assign).with(Label::GivenTo, Detail::Person(owner));
        let notice = Notice { person: owner, urgency: self.urgency() };
        Ok(CaseEvent::of(case, entry, act).telling([notice], act.person()))
    }

    /// Gives one person sight of the case: never a person excluded altogether, but an affected adult may get it.
    pub fn share(
        &self,
        person: PersonId,
        kind: ShareKind,
        until: Option<Instant>,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Share, act)?;
        if self.exclusions.get(&person).is_some_and(|exclusion| exclusion.scope == ExclusionScope::All) {
            return Err(Refusal::field("person", Problem::NotToShareWith));
        }
        if kind == ShareKind::BrokenGlass {
            return Err(Refusal::field("as", Problem::ShareAsWhat));
        }
        if self.excludes(person) && kind == ShareKind::Reviewer {
            return Err(Refusal::field("person", Problem::NotSecondPerson));
        }
        self.check_not_named(person, "person")?;
        if !self.may_be_shared_with(person, kind, act) {
            return Err(Refusal::field("person", self.why_not_given()));
        }
        let shared = self.live_shares(act.now()).any(|share| share.person == person && share.kind == kind);
        if shared {
            return Err(Refusal::field("person", Problem::SharedAlready));
        }
        let is_affected = self.excludes(person);
        if is_affected && !self.leads(act) {
            return Err(Refusal::Refused(Problem::AffectedByLead));
        }
        if kind == ShareKind::Reviewer && self.handled_by.contains(&person) {
            return Err(Refusal::field("person", Problem::HandledIt));
        }
        if until.is_some_and(|until| until <= act.now()) {
            return Err(Refusal::field("until", Problem::TimeIsOver));
        }
        let mut case = self.clone();
        let reason = act.write(reason.as_str());
        case.shares.push(Share { person, kind, by: act.person(), since: act.now(), until, ended_at: None });
        let entry = Entry::new(Move::Share)
            .with(Label::With, Detail::Person(person))
            .code(Label::As, kind)
            .with(Label::Because, Detail::Words(reason));
        let entry = until.map_or(entry.clone(), |until| entry.with(Label::Until, Detail::When(until)));
        let notice = Notice { person, urgency: Urgency::Ordinary };
        Ok(CaseEvent::of(case, entry, act).telling([notice], act.person()))
    }

    /// Ends a share.
    pub fn unshare(&self, person: PersonId, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Unshare, act)?;
        let mut case = self.clone();
        let now = act.now();
        let mut ended = 0;
        for share in case.shares.iter_mut().filter(|share| share.person == person && share.is_live(now)) {
            share.ended_at = Some(now);
            ended += 1;
        }
        if ended == 0 {
            return Err(Refusal::field("person", Problem::NotShared));
        }
        let entry = Entry::new(Move::Unshare).with(Label::With, Detail::Person(person));
        Ok(CaseEvent::of(case, entry, act))
    }

    /// Sets or lifts a restriction or a seal.
    pub fn restrict(
        &self,
        to: Restriction,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Restrict, act)?;
        if self.restriction == to {
            return Err(Refusal::field("restriction", Problem::RestrictedSo));
        }
        self.check_agreed(TogetherAct::Restrict(to), act)?;
        if !self.somebody_could_open(to, act) {
            return Err(Refusal::field("restriction", Problem::NobodyCouldOpen));
        }
        let mut case = self.clone();
        case.restriction = to;
        case.has_done(TogetherAct::Restrict(to));
        case.put_data_clocks_to_their_desk(act);
        let reason = act.write(reason.as_str());
        let entry =
            Entry::new(Move::Restrict).code(Label::Now, to).with(Label::Because, Detail::Words(reason));
        Ok(CaseEvent::of(case, entry, act))
    }

    /// A reader declares a conflict of interest, for instance because they know the family.
    pub fn step_aside(&self, reason: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::StepAside, act)?;
        let mut case = self.clone();
        case.stepped_aside.insert(act.person());
        let reason = act.write(reason.as_str());
        let entry = Entry::new(Move::StepAside).with(Label::Because, Detail::Words(reason));
        let notices = case.reroute(act);
        let entry = case.says_where_it_went(self, entry);
        let route = case.route_now(act);
        if route.nobody_reached == NobodyReached::Yes {
            return Err(Refusal::Refused(Problem::NobodyElse));
        }
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Reassigns the case at once. The acknowledge clock starts again there.
    pub fn send_to(&self, desk: Desk, reason: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Reroute, act)?;
        if desk == self.lead() {
            return Err(Refusal::field("desk", Problem::SameDesk));
        }
        if self.acting_at(desk, act).is_empty() {
            return Err(Refusal::field("desk", Problem::NobodyAtDesk));
        }
        if let Some(why) = self.keeps_from(desk, act) {
            return Err(Refusal::field("desk", why));
        }
        let mut case = self.clone();
        case.lead_from(desk);
        case.reasons = vec![Reason::Reassigned { desk }];
        case.sent_to = Some(desk);
        case.begin_again(act);
        case.put_data_clocks_to_their_desk(act);
        let reason = act.write(reason.as_str());
        let entry =
            Entry::new(Move::Reroute).code(Label::To, desk).with(Label::Because, Detail::Words(reason));
        let notices = case.tell_those_new_to_it(self, act);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }
}

/// How the name of a person who is added came.
#[derive(Debug, Clone, Copy)]
enum NameWas<'a> {
    /// The person was picked, or is in no register.
    PickedOrInWords,
    /// It was typed, and means a person of the register.
    Typed(&'a Line),
}

/// The entry of a changed subject, which keeps what stood there before readable.
fn subject_entry(before: &Subject, after: &Subject) -> Entry {
    let entry = Entry::new(Move::Subject).with(Label::Changed, detail_of(before));
    let entry = if before.who == after.who { entry } else { entry.with(Label::Now, detail_of(after)) };
    let entry = if before.role == after.role { entry } else { entry.code(Label::PartBefore, before.role) };
    entry.code(Label::Part, after.role)
}

fn detail_of(subject: &Subject) -> Detail {
    match subject.who {
        SubjectIdentity::Person(person) => Detail::Person(person),
        SubjectIdentity::Words(words) => Detail::Name(words),
    }
}
