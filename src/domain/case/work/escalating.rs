//! Escalating: referrals, refusals to refer, 999 calls and the legal hold. Recording never waits.

use crate::domain::case::{
    About, AboutAdult, Act, Case, CaseEvent, DeskKind, Detail, Due, Entry, Label, Notice, Restriction,
    TaskKind, Urgency,
    problem::{FieldError, Problem, Refusal},
    record::act::people_at,
};
use crate::domain::{
    case::{
        lifecycle::workflow::Move,
        work::referral::{Body, Field, Referral, ReferralState},
    },
    kernel::{
        clock::{self, Calendar, CancelReason, DeadlineKind, Instant, Rule},
        ids::{PersonId, ReferralId, TextId},
        text::{Line, Summary},
    },
    people::Desk,
    school::categories::Decision,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A legal hold: nothing of the case may be destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Since when.
    pub since: Instant,
    /// By whom.
    pub by: PersonId,
    /// Why.
    pub reason: Option<TextId>,
}

/// A referral to record.
#[derive(Debug, Clone)]
pub struct NewReferral {
    /// The body it is made to.
    pub body: Body,
    /// When it was made.
    pub made_at: Instant,
    /// Why.
    pub reason: Option<Summary>,
    /// The body's own fields that are known by now.
    pub fields: BTreeMap<&'static str, Summary>,
}

impl Case {
    /// Records a referral at once. What is missing becomes a task, due in one working day.
    pub fn refer(&self, new: &NewReferral, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Refer, act)?;
        if new.made_at > act.now() {
            return Err(Refusal::field("made_at", Problem::MadeInFuture));
        }
        let mut case = self.clone();
        let id = ReferralId::draw(act.now(), act.random);
        let reason = act.write_summary(new.reason.as_ref());
        let fields: BTreeMap<String, TextId> =
            new.fields.iter().map(|(name, words)| ((*name).to_owned(), act.write(words.as_str()))).collect();
        let referral = Referral {
            id,
            body: new.body,
            state: ReferralState::Made,
            made_at: new.made_at,
            recorded_by: act.person(),
            reason,
            fields,
        };
        let is_complete = referral.reason.is_some() && self.is_filled_in(&referral, &act.calendar);
        case.referrals.push(referral);
        case.referral_met(new.body, new.made_at);
        if !is_complete {
            let desk = case.desk_for(new.body);
            case.add_task(TaskKind::CompleteReferral(id), None, Some(desk), None, Rule::WorkingDays(1), act);
        }
        if new.body.sets_hold() {
            case.hold_at_once(reason, act);
        }
        let mut entry =
            Entry::new(Move::Refer).code(Label::To, new.body).with(Label::Made, Detail::When(new.made_at));
        if let Some(reason) = reason {
            entry = entry.with(Label::Because, Detail::Words(reason));
        }
        let notices = case.notices_of_referral(act);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// The desk that has to make a referral: one of the body's own that has the case, otherwise the lead.
    fn desk_for(&self, body: Body) -> Desk {
        let lead = self.lead();
        let is_copied = |desk: &&Desk| self.desks.get(desk) == Some(&DeskKind::Copied);
        if body.made_by().contains(&lead) || self.restriction == Restriction::Sealed {
            return lead;
        }
        body.made_by().iter().find(is_copied).copied().unwrap_or(lead)
    }

    fn referral_met(&mut self, body: Body, at: Instant) {
        for (kind, _) in body.deadlines() {
            self.dues.meet(*kind, About::Case, at);
        }
    }

    /// A withdrawn referral told no one. If nothing else settles it, what the law asks for runs again, from the fact
    /// it counted from.
    fn told_nobody_after_all(&mut self, body: Body, act: &Act<'_>) {
        if self.is_settled(body) || !self.status.is_open() {
            return;
        }
        for (kind, _) in body.deadlines() {
            self.dues.ask_again(*kind, &act.calendar);
        }
        self.put_data_clocks_to_their_desk(act);
    }

    /// Tells the lead desk, the head and the owner, but only those who can open the case.
    pub(in crate::domain::case) fn notices_of_referral(&self, act: &Act<'_>) -> Vec<Notice> {
        let lead = people_at(&act.roster, self.lead());
        let head = act.roster.holders(Desk::Head);
        let told = lead.into_iter().chain(head).chain(self.owner);
        let readers = told.filter(|person| self.sight_of(*person, act).is_some());
        readers.map(|person| Notice { person, urgency: Urgency::Ordinary }).collect()
    }

    /// A referral to the police, or a 999 call, sets the legal hold: nothing may be destroyed.
    fn hold_at_once(&mut self, reason: Option<TextId>, act: &Act<'_>) {
        if self.hold.is_none() {
            self.hold = Some(Hold { since: act.now(), by: act.person(), reason });
        }
    }

    /// Whether a referral has every field that can be known when it is made.
    fn is_filled_in(&self, referral: &Referral, calendar: &Calendar) -> bool {
        let last = referral.body.deadlines().last();
        let is_late =
            last.is_some_and(|(_, rule)| referral.made_at > clock::due(*rule, self.aware_at, calendar));
        let is_asked = |field: &&Field| field.is_known_at_once() || (is_late && field.is_known_if_late());
        let mut asked = referral.body.fields().iter().filter(is_asked);
        asked.all(|field| referral.fields.contains_key(field.name))
    }

    /// Moves a referral on, or fills in its fields.
    pub fn referral_moves(
        &self,
        id: ReferralId,
        to: Option<ReferralState>,
        heard: Option<&Summary>,
        fields: &BTreeMap<&'static str, Summary>,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::ReferralMoves, act)?;
        let mut case = self.clone();
        let Some(referral) = case.referrals.iter_mut().find(|referral| referral.id == id) else {
            return Err(Refusal::NotFound);
        };
        let mut entry = Entry::new(Move::ReferralMoves).code(Label::Referral, referral.body);
        if let Some(to) = to {
            if !referral.state.next().contains(&to) {
                return Err(Refusal::WrongState(Problem::ReferralIs { state: referral.state }));
            }
            if heard.is_none() {
                return Err(Refusal::field("heard", Problem::WhatHeard));
            }
            let is_known =
                |field: &&Field| referral.fields.contains_key(field.name) || fields.contains_key(field.name);
            if to == ReferralState::Done
                && let Some(end) = referral.body.ends_with().filter(|end| !is_known(end))
            {
                return Err(Refusal::field(end.in_forms, Problem::OutcomeMissing));
            }
            referral.state = to;
            entry = entry.code(Label::Now, to);
        } else if heard.is_none() && fields.is_empty() {
            return Err(Refusal::field("heard", Problem::WhatIsNew));
        }
        for (name, words) in fields {
            referral.fields.insert((*name).to_owned(), act.write(words.as_str()));
        }
        if referral.reason.is_none() {
            referral.reason = act.write_summary(heard);
            entry = referral
                .reason
                .map_or(entry.clone(), |words| entry.clone().with(Label::Heard, Detail::Words(words)));
        } else if let Some(words) = act.write_summary(heard) {
            entry = entry.with(Label::Heard, Detail::Words(words));
        }
        let body = referral.body;
        let is_complete = self.is_filled_in(referral, &act.calendar);
        // Moving a draft on may be what tells the body.
        let made_at = (to == Some(ReferralState::Made)).then_some(referral.made_at);
        if let Some(made_at) = made_at {
            case.referral_met(body, made_at);
        }
        if is_complete {
            case.finish_task(TaskKind::CompleteReferral(id), act);
        }
        if to == Some(ReferralState::Withdrawn) {
            case.cancel_tasks_of(TaskKind::CompleteReferral(id), CancelReason::Withdrawn, act);
            case.told_nobody_after_all(body, act);
        }
        Ok(CaseEvent::of(case, entry, act))
    }

    /// Records that a body will not be told, by whom and why.
    pub fn decline(&self, body: Body, reason: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Decline, act)?;
        if !self.may_decline(body, act) {
            return Err(Refusal::field("body", self.who_declines(body, act)));
        }
        let mut case = self.clone();
        let reason = act.write(reason.as_str());
        case.referrals.push(Referral {
            id: ReferralId::draw(act.now(), act.random),
            body,
            state: ReferralState::Declined,
            made_at: act.now(),
            recorded_by: act.person(),
            reason: Some(reason),
            fields: BTreeMap::new(),
        });
        if let [(decision, _), telling @ ..] = body.deadlines() {
            case.dues.meet(*decision, About::Case, act.now());
            for (kind, _) in telling {
                case.dues.cancel(*kind, CancelReason::NotNeeded, act.now());
            }
        }
        let entry =
            Entry::new(Move::Decline).code(Label::NotTold, body).with(Label::Because, Detail::Words(reason));
        Ok(CaseEvent::of(case, entry, act))
    }

    /// Who decides not to tell a body, to say to a person who may not.
    fn who_declines(&self, body: Body, act: &Act<'_>) -> Problem {
        if body.decides() == Some(Decision::Ico) {
            return Problem::DeskDeclines { desk: self.information_desk(act) };
        }
        match self.about_adult {
            AboutAdult::Yes => Problem::HeadDeclines,
            AboutAdult::No => Problem::DslOrHeadDeclines,
        }
    }

    /// Records a 999 call at once: a referral to the police with everything else to follow.
    pub fn call_999(
        &self,
        called_at: Instant,
        incident: Option<&Line>,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Call999, act)?;
        if called_at > act.now() {
            return Err(Refusal::field("called_at", Problem::CalledInFuture));
        }
        let mut case = self.clone();
        let body = Body::in_an_emergency();
        let id = ReferralId::draw(act.now(), act.random);
        let incident = incident.map(|number| ("incident_number".to_owned(), act.write(number.as_str())));
        case.referrals.push(Referral {
            id,
            body,
            state: ReferralState::Made,
            made_at: called_at,
            recorded_by: act.person(),
            reason: None,
            fields: incident.into_iter().collect(),
        });
        let desk = case.desk_for(body);
        case.add_task(TaskKind::CompleteReferral(id), None, Some(desk), None, Rule::WorkingDays(1), act);
        case.hold_at_once(None, act);
        let entry = Entry::new(Move::Call999).with(Label::Called, Detail::When(called_at));
        let mut notices = case.notices_of_referral(act);
        for notice in &mut notices {
            notice.urgency = Urgency::Critical;
        }
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Sets a legal hold.
    pub fn set_hold(&self, reason: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::SetHold, act)?;
        if self.hold.is_some() {
            return Err(Refusal::WrongState(Problem::HeldAlready));
        }
        let mut case = self.clone();
        let reason = act.write(reason.as_str());
        case.hold = Some(Hold { since: act.now(), by: act.person(), reason: Some(reason) });
        let entry = Entry::new(Move::SetHold).with(Label::Because, Detail::Words(reason));
        Ok(CaseEvent::of(case, entry, act))
    }

    /// Lifts a legal hold, with what the police answered.
    pub fn lift_hold(&self, police_answer: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::LiftHold, act)?;
        if self.hold.is_none() {
            return Err(Refusal::WrongState(Problem::NotHeld));
        }
        let mut case = self.clone();
        case.hold = None;
        let answer = act.write(police_answer.as_str());
        let entry = Entry::new(Move::LiftHold).with(Label::Police, Detail::Words(answer));
        Ok(CaseEvent::of(case, entry, act))
    }

    /// The case waits for an external agency; the clocks that may pause are paused.
    pub fn wait_for(
        &self,
        referral: ReferralId,
        follow_up: chrono::NaiveDate,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Await, act)?;
        let mut errors = Vec::new();
        let open = self.referrals.iter().find(|r| r.id == referral && r.state.is_open());
        if open.is_none() {
            errors.push(FieldError { field: "referral", problem: Problem::NoOpenReferral });
        }
        let rule = Rule::On(follow_up);
        if clock::due(rule, act.now(), &act.calendar) <= act.now() {
            errors.push(FieldError { field: "follow_up", problem: Problem::FollowUpNotLater });
        }
        let Some(waiting) = open.filter(|_| errors.is_empty()) else { return Err(Refusal::Invalid(errors)) };
        let mut case = self.clone();
        case.status = self.after(Move::Await);
        case.dues.meet(DeadlineKind::Followup, About::Case, act.now());
        if waiting.body.pauses_clocks() {
            case.dues.pause_all(act.now());
        }
        case.dues.add(Due::start(
            About::Referral(referral),
            self.lead(),
            DeadlineKind::Followup,
            rule,
            act.now(),
            &act.calendar,
        ));
        let entry = Entry::new(Move::Await).code(Label::For, waiting.body);
        Ok(CaseEvent::of(case, entry, act))
    }

    /// Work goes on.
    pub fn resume(&self, heard: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Resume, act)?;
        let mut case = self.clone();
        case.status = self.after(Move::Resume);
        case.dues.resume_all(act.now(), &act.calendar);
        case.dues.meet_kind(DeadlineKind::Followup, act.now());
        let heard = act.write(heard.as_str());
        let entry = Entry::new(Move::Resume).with(Label::Heard, Detail::Words(heard));
        Ok(CaseEvent::of(case, entry, act))
    }
}
