//! Whether a case is counted, and as what (What is counted): the part of a case that counting looks at.

use super::raw::{
    CameToLight, CountedCase, FilterRepair, FourC, Group, Progress, Severity, Timeliness, WhoWasAffected,
};
use crate::domain::{
    case::{Answer, CaseSubject, Dues, Question, Restriction, Retest, RetestResult},
    category::{self, CategoryCode, Decision},
    clock::{DeadlineKind, Instant, State},
    concern::HowKnown,
    ids::PersonId,
    routing::Exclusion,
    subject::{SubjectKind, SubjectRole, Who},
    workflow::Status,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What counting reads of a kept case; the rest of the case is never loaded for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    category: CategoryCode,
    severity: category::Severity,
    status: Status,
    restriction: Restriction,
    concerns: Vec<ConcernFacts>,
    subjects: Vec<CaseSubject>,
    exclusions: BTreeMap<PersonId, Exclusion>,
    triage: Option<Made>,
    questions: BTreeMap<Question, Answer>,
    dues: Dues,
    fix: Option<MadeBy>,
    retests: Vec<Retest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ConcernFacts {
    reporter: PersonId,
    how_known: Option<HowKnown>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MadeBy {
    by: PersonId,
    at: Instant,
}

impl CaseFacts {
    /// How the case is counted in a termly report at `now`; nothing where it is left out. `present` are those who sit
    /// at the DSL's or the head's desk today, deputies too: a case from which any of them is excluded is left out for
    /// everybody, so that no difference between two people's numbers gives it away.
    #[must_use]
    pub fn counted(&self, present: &BTreeSet<PersonId>, now: Instant) -> Option<CountedCase> {
        let confidential = self.restriction == Restriction::Sealed
            || self.exclusions.keys().any(|who| present.contains(who));
        let progress = progress(self.status)?;
        if confidential || (self.triage.is_none() && self.is_self_report()) {
            return None;
        }
        let category = self.category.category();
        Some(CountedCase {
            group: group(category.group),
            four_c: category.four_c.map(four_c),
            severity: severity(self.severity),
            affected: self.affected(),
            came_to_light: came_to_light(self.concerns.first().and_then(|concern| concern.how_known)),
            acknowledged: self.timeliness(DeadlineKind::Acknowledge, now),
            triaged: self.triaged(now),
            progress,
            filtering_failure: self.filtering_failure(),
            is_data_breach: category.decisions.contains(&Decision::Ico)
                && self.questions.get(&Question::PersonalData).and_then(Answer::choice) != Some("no"),
        })
    }

    /// Whether its first reporter reported themselves.
    fn is_self_report(&self) -> bool {
        self.concerns.first().is_some_and(|first| {
            let mut alleged = self
                .subjects
                .iter()
                .filter(|s| s.removed_at.is_none() && s.subject.role == SubjectRole::Alleged);
            first.how_known == Some(HowKnown::SelfReport)
                || alleged.any(|s| s.subject.who == Who::Person(first.reporter))
        })
    }

    fn affected(&self) -> WhoWasAffected {
        let kinds: Vec<SubjectKind> = self
            .subjects
            .iter()
            .filter(|s| s.removed_at.is_none() && s.subject.role == SubjectRole::Affected)
            .map(|s| s.subject.kind)
            .collect();
        if kinds.contains(&SubjectKind::Pupil) {
            WhoWasAffected::Pupil
        } else if kinds.contains(&SubjectKind::AdultHere) {
            WhoWasAffected::Staff
        } else {
            WhoWasAffected::Other
        }
    }

    /// Late where any deadline of this kind was missed, met after its time, or has run out.
    fn timeliness(&self, kind: DeadlineKind, now: Instant) -> Timeliness {
        let late =
            self.dues.all().iter().map(|due| due.deadline).filter(|due| due.kind == kind).any(
                |due| match due.state {
                    State::Missed => true,
                    State::Running => due.due < now,
                    State::Paused | State::Met | State::Cancelled => false,
                },
            );
        if late { Timeliness::Late } else { Timeliness::InTime }
    }

    /// The triage clock starts when a case is acknowledged: until then a late acknowledgement delays the decision too.
    fn triaged(&self, now: Instant) -> Timeliness {
        let has_clock = self.dues.all().iter().any(|due| due.deadline.kind == DeadlineKind::Triage);
        let kind = if has_clock { DeadlineKind::Triage } else { DeadlineKind::Acknowledge };
        self.timeliness(kind, now)
    }

    fn filtering_failure(&self) -> Option<FilterRepair> {
        if self.category != CategoryCode::FILTER_FAILED && self.category != CategoryCode::MONITORING_FAILED {
            return None;
        }
        Some(self.fix.as_ref().map_or(FilterRepair::Found, |fix| {
            let mut since = self.retests.iter().rev().filter(|test| test.at >= fix.at && test.by != fix.by);
            match since.next().map(|test| test.result) {
                Some(RetestResult::Works) => FilterRepair::Retested,
                Some(RetestResult::StillFails) => FilterRepair::Found,
                None => FilterRepair::Fixed,
            }
        }))
    }
}

/// Open or closed; nothing for what is no case, or is counted in another.
fn progress(status: Status) -> Option<Progress> {
    match status {
        Status::Submitted
        | Status::Acknowledged
        | Status::Triaged
        | Status::InProgress
        | Status::AwaitingExternal
        | Status::OutcomePending => Some(Progress::Open),
        Status::Closed => Some(Progress::Closed),
        Status::NoCase | Status::Merged => None,
    }
}

fn group(group: category::Group) -> Group {
    match group {
        category::Group::Content => Group::Content,
        category::Group::Contact => Group::Contact,
        category::Group::Conduct => Group::Conduct,
        category::Group::Commerce => Group::Commerce,
        category::Group::ChildConcern => Group::ChildConcern,
        category::Group::StaffConduct => Group::StaffConduct,
        category::Group::AupBreach => Group::AupBreach,
        category::Group::Images => Group::Images,
        category::Group::Filtering => Group::FilteringMonitoring,
        category::Group::Systems => Group::Systems,
        category::Group::DataProtection => Group::DataProtection,
        category::Group::NotSure => Group::NotSure,
    }
}

fn four_c(four_c: category::FourC) -> FourC {
    match four_c {
        category::FourC::Content => FourC::Content,
        category::FourC::Contact => FourC::Contact,
        category::FourC::Conduct => FourC::Conduct,
        category::FourC::Commerce => FourC::Commerce,
    }
}

fn severity(severity: category::Severity) -> Severity {
    match severity {
        category::Severity::Critical => Severity::Critical,
        category::Severity::High => Severity::High,
        category::Severity::Moderate => Severity::Moderate,
        category::Severity::Low => Severity::Low,
    }
}

fn came_to_light(how: Option<HowKnown>) -> CameToLight {
    match how {
        Some(HowKnown::ChildTold) => CameToLight::ToldByPupil,
        Some(HowKnown::AdultTold) => CameToLight::ToldByAdult,
        Some(HowKnown::Saw) => CameToLight::SeenByStaff,
        Some(HowKnown::Alert) => CameToLight::FilterOrMonitoring,
        Some(HowKnown::Found) => CameToLight::FoundLater,
        Some(HowKnown::SelfReport) | None => CameToLight::Other,
    }
}
