//! Whether a case is counted, and as what (What is counted). It is worked out whenever a case is kept, so that
//! counting a term reads no case.

use super::raw::{
    CameToLight, CountedCase, FilterRepair, FourC, Group, Progress, Severity, Timeliness, WhoWasAffected,
};
use crate::domain::{
    case::{Answer, Case, Question, Reply, Restriction, RetestResult, lifecycle::workflow::Status},
    concern::HowKnown,
    kernel::{
        clock::{DeadlineKind, Instant, State},
        document::DocumentVersion,
    },
    people::subject::{SubjectIdentity, SubjectKind, SubjectRole},
    school::categories::{self, CategoryCode, Decision},
};
use serde::{Deserialize, Serialize};

/// What a case is counted as, at any time: no name, reference or free text.
///
/// A case from which a person at the DSL's or the head's desk is excluded on the day of counting is left out for
/// everyone, so that no difference between two people's numbers gives it away. Who that is changes by the day, so the
/// count itself asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    #[serde(rename = "v")]
    document_version: DocumentVersion<1>,
    #[serde(rename = "c")]
    category: CategoryCode,
    #[serde(rename = "s")]
    severity: categories::Severity,
    #[serde(rename = "w")]
    affected: WhoWasAffected,
    #[serde(rename = "h")]
    came_to_light: CameToLight,
    #[serde(rename = "a")]
    acknowledged: Lateness,
    #[serde(rename = "t")]
    triaged: Lateness,
    #[serde(rename = "p")]
    progress: Progress,
    #[serde(rename = "f")]
    filtering_failure: Option<FilterRepair>,
    #[serde(rename = "d")]
    personal_data: DataInvolvement,
}

/// When a step was or will be late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Lateness {
    InTime,
    Late,
    /// Its clock still runs, until then.
    After(Instant),
}

impl Lateness {
    fn at(self, now: Instant) -> Timeliness {
        match self {
            Self::Late => Timeliness::Late,
            Self::After(due) if due < now => Timeliness::Late,
            Self::After(_) | Self::InTime => Timeliness::InTime,
        }
    }
}

/// Whether personal data was involved, as the question of the case was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DataInvolvement {
    No,
    YesOrNotAnswered,
}

impl Tally {
    /// What a case is counted as; nothing if it is always left out.
    #[must_use]
    pub fn of(case: &Case) -> Option<Self> {
        let progress = progress(case.status)?;
        if case.restriction == Restriction::Sealed || (case.triage.is_none() && is_self_report(case)) {
            return None;
        }
        let answer = case.questions.get(&Question::PersonalData).and_then(Answer::choice);
        Some(Self {
            document_version: DocumentVersion,
            category: case.category,
            severity: case.severity,
            affected: affected(case),
            came_to_light: came_to_light(
                case.concerns.first().and_then(|concern| concern.optional.how_known),
            ),
            acknowledged: lateness(case, DeadlineKind::Acknowledge),
            triaged: triaged(case),
            progress,
            filtering_failure: filtering_failure(case),
            personal_data: if answer == Some(Reply::No) {
                DataInvolvement::No
            } else {
                DataInvolvement::YesOrNotAnswered
            },
        })
    }

    /// The case as it is counted in a termly report at `now`.
    #[must_use]
    pub fn counted(&self, now: Instant) -> CountedCase {
        let category = self.category.category();
        CountedCase {
            group: group(category.group),
            four_c: category.four_c.map(four_c),
            severity: severity(self.severity),
            affected: self.affected,
            came_to_light: self.came_to_light,
            acknowledged: self.acknowledged.at(now),
            triaged: self.triaged.at(now),
            progress: self.progress,
            filtering_failure: self.filtering_failure,
            is_data_breach: category.decisions.contains(&Decision::Ico)
                && self.personal_data == DataInvolvement::YesOrNotAnswered,
        }
    }
}

/// Whether its first reporter reported themselves. One who only typed what another person told did not.
fn is_self_report(case: &Case) -> bool {
    case.concerns.first().is_some_and(|first| {
        let mut alleged = case.current_subjects().filter(|subject| subject.role == SubjectRole::Alleged);
        first.optional.how_known == Some(HowKnown::SelfReport)
            || (first.on_behalf.is_none()
                && alleged.any(|subject| subject.who == SubjectIdentity::Person(first.reporter)))
    })
}

fn affected(case: &Case) -> WhoWasAffected {
    let affected = case.current_subjects().filter(|subject| subject.role == SubjectRole::Affected);
    let kinds: Vec<SubjectKind> = affected.map(|subject| subject.kind).collect();
    if kinds.contains(&SubjectKind::Pupil) {
        WhoWasAffected::Pupil
    } else if kinds.contains(&SubjectKind::AdultHere) {
        WhoWasAffected::Staff
    } else {
        WhoWasAffected::Other
    }
}

/// Late if any deadline of this kind was missed, met after its time, or has run out.
fn lateness(case: &Case, kind: DeadlineKind) -> Lateness {
    let of_kind = case.dues.all().iter().map(|due| due.deadline).filter(|due| due.kind == kind);
    let mut running_out: Option<Instant> = None;
    for due in of_kind {
        match due.state {
            State::Missed => return Lateness::Late,
            State::Running => running_out = Some(running_out.map_or(due.due, |first| first.min(due.due))),
            State::Paused | State::Met | State::Cancelled => {}
        }
    }
    running_out.map_or(Lateness::InTime, Lateness::After)
}

/// The triage clock starts when a case is acknowledged: until then a late acknowledgement delays the decision too.
fn triaged(case: &Case) -> Lateness {
    let has_clock = case.dues.all().iter().any(|due| due.deadline.kind == DeadlineKind::Triage);
    lateness(case, if has_clock { DeadlineKind::Triage } else { DeadlineKind::Acknowledge })
}

fn filtering_failure(case: &Case) -> Option<FilterRepair> {
    if !case.is_filtering_failure() {
        return None;
    }
    Some(case.fix.as_ref().map_or(FilterRepair::Found, |fix| {
        let mut since = case.retests.iter().rev().filter(|test| test.at >= fix.at && test.by != fix.by);
        match since.next().map(|test| test.result) {
            Some(RetestResult::Works) => FilterRepair::Retested,
            Some(RetestResult::StillFails) => FilterRepair::Found,
            None => FilterRepair::Fixed,
        }
    }))
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

fn group(group: categories::Group) -> Group {
    match group {
        categories::Group::Content => Group::Content,
        categories::Group::Contact => Group::Contact,
        categories::Group::Conduct => Group::Conduct,
        categories::Group::Commerce => Group::Commerce,
        categories::Group::ChildConcern => Group::ChildConcern,
        categories::Group::StaffConduct => Group::StaffConduct,
        categories::Group::AupBreach => Group::AupBreach,
        categories::Group::Images => Group::Images,
        categories::Group::Filtering => Group::FilteringMonitoring,
        categories::Group::Systems => Group::Systems,
        categories::Group::DataProtection => Group::DataProtection,
        categories::Group::NotSure => Group::NotSure,
    }
}

fn four_c(four_c: categories::FourC) -> FourC {
    match four_c {
        categories::FourC::Content => FourC::Content,
        categories::FourC::Contact => FourC::Contact,
        categories::FourC::Conduct => FourC::Conduct,
        categories::FourC::Commerce => FourC::Commerce,
    }
}

fn severity(severity: categories::Severity) -> Severity {
    match severity {
        categories::Severity::Critical => Severity::Critical,
        categories::Severity::High => Severity::High,
        categories::Severity::Moderate => Severity::Moderate,
        categories::Severity::Low => Severity::Low,
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
