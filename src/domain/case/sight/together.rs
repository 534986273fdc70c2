//! A case that could be about anyone who has it: the words for the adult single no one out, and the reporter cannot say.
//! The head, the DSL and the chair have it together, and none of them ends, restricts or recategorises it without another
//! of them, until two of them agree that it is settled (Who is meant, 2).

use crate::domain::case::{
    Act, Asking, Case, CaseEvent, Detail, Entry, Label, Notice, Restriction, Urgency,
    problem::{Problem, Refusal},
};
use crate::domain::{
    case::lifecycle::workflow::Move,
    kernel::{
        clock::Instant,
        codes::codes,
        ids::{PersonId, TextId},
        text::Summary,
    },
    people::{Desk, Seat},
    school::{
        categories::CategoryCode,
        routing::{CouldBeAnyone, TOGETHER},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

codes! {
    /// What takes two of those who have such a case.
    TogetherKind {
        End = "end", "End it: close it, decide on no further action, or merge it into another case";
        Restrict = "restrict", "Change who can open it";
        Recategorise = "recategorise", "Change its category";
        Settle = "settle", "Go on as with any other concern about an adult: it is settled who it is about, or that it is none of you";
    }
}

/// One thing that takes two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TogetherAct {
    /// To end it.
    End,
    /// To change who can open it to this.
    Restrict(Restriction),
    /// To change its category to this one.
    Recategorise(CategoryCode),
    /// To go on as with any other concern about an adult.
    Settle,
}

impl TogetherAct {
    /// Of which kind it is.
    pub const fn kind(self) -> TogetherKind {
        match self {
            Self::End => TogetherKind::End,
            Self::Restrict(_) => TogetherKind::Restrict,
            Self::Recategorise(_) => TogetherKind::Recategorise,
            Self::Settle => TogetherKind::Settle,
        }
    }
}

/// What one of them asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TogetherRequest {
    /// What.
    pub what: TogetherAct,
    /// Who asked.
    pub by: PersonId,
    /// Why.
    pub why: TextId,
    /// Who of the others agreed.
    pub agreed_by: Option<PersonId>,
}

/// That a case could be about anyone who has it, and what they asked of each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Together {
    /// Since when.
    pub since: Instant,
    /// What was asked for and not done yet.
    pub requests: Vec<TogetherRequest>,
}

impl Together {
    /// Of a case that is opened now.
    pub(in crate::domain::case) fn of(anyone: CouldBeAnyone, now: Instant) -> Option<Self> {
        match anyone {
            CouldBeAnyone::Yes => Some(Self { since: now, requests: Vec::new() }),
            CouldBeAnyone::No => None,
        }
    }
}

impl Case {
    /// Whether it could be about anyone who has it.
    pub const fn is_together(&self) -> bool {
        self.together.is_some()
    }

    /// Whether it could, as routing takes it.
    pub(in crate::domain::case) const fn could_be_anyone(&self) -> CouldBeAnyone {
        match self.together {
            Some(_) => CouldBeAnyone::Yes,
            None => CouldBeAnyone::No,
        }
    }

    /// The desks that have it together: the external contact as well if one of the others is out.
    pub(in crate::domain::case) fn desks_together(&self) -> BTreeSet<Desk> {
        let desks = TOGETHER.into_iter().chain([Desk::External]);
        desks.filter(|desk| self.desks.contains_key(desk)).collect()
    }

    /// Those who have it together: the holders of these desks, without excluded people.
    pub fn people_together(&self, by: &Asking<'_>) -> BTreeSet<PersonId> {
        let desks = self.desks_together();
        let sittings = by.roster.sittings().iter();
        let hold = sittings.filter(|sitting| sitting.seat == Seat::Holder && desks.contains(&sitting.desk));
        hold.map(|sitting| sitting.person).filter(|person| !self.excludes(*person)).collect()
    }

    /// Whether it may be done as far as this goes: it is no such case, another of them agreed, or one is left alone.
    pub fn is_agreed(&self, what: TogetherAct, by: &Asking<'_>) -> bool {
        let Some(together) = &self.together else { return true };
        let is_alone = self.people_together(by).iter().all(|person| *person == by.person());
        let agreed = |request: &TogetherRequest| request.what == what && request.agreed_by.is_some();
        is_alone || together.requests.iter().any(agreed)
    }

    /// Refuses what another of them has to agree to first.
    pub(in crate::domain::case) fn check_agreed(
        &self,
        what: TogetherAct,
        by: &Asking<'_>,
    ) -> Result<(), Refusal> {
        if self.is_agreed(what, by) { Ok(()) } else { Err(Refusal::Refused(Problem::AskOneOfThem)) }
    }

    /// Forgets what was asked for, since it was done now.
    pub(in crate::domain::case) fn has_done(&mut self, what: TogetherAct) {
        if let Some(together) = &mut self.together {
            together.requests.retain(|request| request.what != what);
        }
    }

    /// One of those who have it asks the others for something, or agrees to what another asked for. That it is settled
    /// holds at once: then it goes where such a case goes.
    pub fn decide_together(
        &self,
        what: TogetherAct,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Together, act)?;
        let mut case = self.clone();
        let me = act.person();
        let others: BTreeSet<PersonId> =
            self.people_together(act).into_iter().filter(|person| *person != me).collect();
        let why = act.write(reason.as_str());
        let agrees = case.takes_request(TogetherRequest { what, by: me, why, agreed_by: None });
        let is_settled = what == TogetherAct::Settle && (agrees == Agrees::Yes || others.is_empty());
        let label = match agrees {
            Agrees::Yes => Label::AgreedTo,
            Agrees::No => Label::AskedFor,
        };
        let entry = Entry::new(Move::Together).code(label, what.kind());
        let entry = match what {
            TogetherAct::Restrict(to) => entry.code(Label::To, to),
            TogetherAct::Recategorise(category) => entry.code(Label::Category, category),
            TogetherAct::End | TogetherAct::Settle => entry,
        };
        let entry = entry.with(Label::Because, Detail::Words(why));
        if is_settled {
            case.together = None;
            let notices = case.reroute(act);
            let entry = case.says_where_it_went(self, entry);
            return Ok(CaseEvent::of(case, entry, act).telling(notices, me));
        }
        let readers = others.into_iter().filter(|person| self.sight_of(*person, act).is_some());
        let notices: Vec<Notice> =
            readers.map(|person| Notice { person, urgency: Urgency::Ordinary }).collect();
        Ok(CaseEvent::of(case, entry, act).telling(notices, me))
    }

    /// Takes what one of them asks for: as agreement, if another asked for it.
    fn takes_request(&mut self, new: TogetherRequest) -> Agrees {
        let Some(together) = &mut self.together else { return Agrees::No };
        let asked = |request: &&mut TogetherRequest| request.what == new.what && request.by != new.by;
        if let Some(request) = together.requests.iter_mut().find(asked) {
            request.agreed_by = Some(new.by);
            return Agrees::Yes;
        }
        together.requests.retain(|request| request.what != new.what || request.agreed_by.is_some());
        together.requests.push(new);
        Agrees::No
    }
}

/// Whether a request agrees to what another person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agrees {
    Yes,
    No,
}
