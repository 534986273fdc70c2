//! What Candour does by itself: each job is small, may run twice, be stopped anywhere, or run on several
//! nodes at once. `jobs` asks for it when its time has come.

pub mod deadlines;
pub mod duties;
pub mod keeping;
pub mod letters;

use super::{Candour, Result, ServiceError};
use crate::store::school::schools::{self, School};

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Sends the e-mails whose time has come.
    DeliverMail,
    /// Tells the next in the chain of what was not acknowledged, and reminds of what is overdue.
    ChaseDeadlines,
    /// Moves open cases after roles that began or ended.
    FollowDuties,
    /// Seals the access log into the audit log.
    SealLooks,
    /// Writes the week's e-mail with the head of the audit log.
    SendAuditHeads,
    /// Removes sessions that were over long ago.
    EndSessions,
    /// Removes drafts not saved for a week.
    ForgetDrafts,
}

impl Job {
    /// Every job.
    pub const ALL: [Self; 7] = [
        Self::DeliverMail,
        Self::ChaseDeadlines,
        Self::FollowDuties,
        Self::SealLooks,
        Self::SendAuditHeads,
        Self::EndSessions,
        Self::ForgetDrafts,
    ];

    /// Its name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeliverMail => "deliver_mail",
            Self::ChaseDeadlines => "chase_deadlines",
            Self::FollowDuties => "follow_duties",
            Self::SealLooks => "sealed_access_log",
            Self::SendAuditHeads => "send_audit_heads",
            Self::EndSessions => "end_sessions",
            Self::ForgetDrafts => "forget_drafts",
        }
    }
}

/// Does a job in every school; one school's failure keeps no other waiting.
fn in_each_school(candour: &Candour, job: Job, mut work: impl FnMut(&School) -> Result<()>) -> Result<()> {
    for school in candour.read(schools::all)? {
        part(job, &school, work(&school));
    }
    Ok(())
}

/// What became of one part of a job. A failure is logged, so that the other parts are not kept waiting for
/// it.
fn part<T>(job: Job, school: &School, outcome: Result<T>) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        // Another node, or a person acting on the case, was faster.
        Err(ServiceError::Stale) => None,
        Err(error) => {
            let cause = &error as &dyn std::error::Error;
            tracing::error!(job = job.name(), school = %school.id, error = cause, "job failed");
            None
        }
    }
}
