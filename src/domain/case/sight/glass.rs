//! Emergency access: the head or the DSL gives themselves sight of a restricted or sealed case for 24 hours, and the
//! lead is told.

use crate::domain::case::{
    Act, Case, CaseEvent, Detail, Entry, Label, Notice, Restriction, Share, ShareKind, Urgency,
    problem::{Problem, Refusal},
};
use crate::domain::{
    case::lifecycle::workflow::{self, Move, Who},
    kernel::text::Summary,
    people::{Desk, Standing},
};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// How long emergency access lasts (Who may read a case).
const OPEN_FOR: TimeDelta = TimeDelta::hours(24);

/// Whether a person may come to the page at all: the head, the DSL, their cover, and the chair of governors, who takes
/// the head's place if the head is excluded. The case itself decides.
pub fn may_break_glass(standing: &Standing) -> bool {
    [Desk::Head, Desk::Dsl, Desk::Chair].into_iter().any(|desk| standing.holds(desk))
}

impl Case {
    /// Opens a restricted or sealed case for 24 hours to the head or the DSL, who cannot open it otherwise. A person
    /// who lost sight by setting the restriction can then lift it again.
    ///
    /// A person who may not do this is told exactly what they are told of a case that does not exist.
    pub fn break_glass(&self, reason: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        if self.sight(act.standing).is_some() {
            return Err(Refusal::field("reference", Problem::OpensIt));
        }
        if !self.is_shut_to(act) {
            return Err(Refusal::NotFound);
        }
        let mut case = self.clone();
        let until = act.now() + OPEN_FOR;
        case.shares.push(Share {
            person: act.person(),
            kind: ShareKind::BrokenGlass,
            by: act.person(),
            since: act.now(),
            until: Some(until),
            ended_at: None,
        });
        let reason = act.write(reason.as_str());
        let entry = Entry::new(Move::BreakGlass)
            .with(Label::Until, Detail::When(until))
            .with(Label::Because, Detail::Words(reason));
        let told = act.roster.everyone_at(self.lead()).into_iter().chain(self.owner).collect::<BTreeSet<_>>();
        let told = told.into_iter().filter(|person| self.sight_of(*person, act).is_some());
        let notices: Vec<_> = told.map(|person| Notice { person, urgency: Urgency::Ordinary }).collect();
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Whether it is kept from this head or DSL by a restriction or a seal alone, not because they are excluded.
    fn is_shut_to(&self, act: &Act<'_>) -> bool {
        act.standing.school == self.school
            && self.restriction != Restriction::Open
            && !self.is_together()
            && workflow::row_of(Move::BreakGlass).from.contains(&self.status)
            && may_break_glass(act.standing)
            && self.is(Who::DslOrHead, act)
    }
}
