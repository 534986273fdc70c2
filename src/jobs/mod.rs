//! Small idempotent jobs on a timer: each may run twice, be stopped anywhere, or run on several nodes at once.
//!
//! A job that cannot do its work says so in the log and tries again when its time comes round.

mod deadlines;
mod duties;
mod mail;
mod upkeep;

use crate::{
    domain::ids::SchoolId,
    mail::transport::Mailer,
    service::{Candour, ServiceError, clock::Clock},
    store::{StoreError, schools},
};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle};
use url::Url;

/// Everything the jobs work with.
#[derive(Clone)]
pub struct Jobs {
    /// The use cases, and the database behind them.
    pub candour: Candour,
    /// The time.
    pub clock: Clock,
    /// What sends letters.
    pub mailer: Mailer,
    /// Where people find Candour; letters give its first page.
    pub public_url: Url,
}

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Sends the letters whose time has come.
    DeliverMail,
    /// Tells the next in the chain where nobody acknowledged, and reminds of what is overdue.
    ChaseDeadlines,
    /// Moves open cases after duties that began or ended.
    FollowDuties,
    /// Seals looks into the trail.
    SealLooks,
    /// Writes the week's letter with the head of the trail.
    SendTrailHeads,
    /// Removes sessions that were over long ago.
    EndSessions,
    /// Removes drafts nobody saved for a week.
    ForgetDrafts,
}

impl Job {
    /// Every job.
    pub const ALL: [Self; 7] = [
        Self::DeliverMail,
        Self::ChaseDeadlines,
        Self::FollowDuties,
        Self::SealLooks,
        Self::SendTrailHeads,
        Self::EndSessions,
        Self::ForgetDrafts,
    ];

    /// Its name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeliverMail => "deliver_mail",
            Self::ChaseDeadlines => "chase_deadlines",
            Self::FollowDuties => "follow_duties",
            Self::SealLooks => "seal_looks",
            Self::SendTrailHeads => "send_trail_heads",
            Self::EndSessions => "end_sessions",
            Self::ForgetDrafts => "forget_drafts",
        }
    }

    /// How long it rests between two rounds.
    pub const fn rest(self) -> Duration {
        Duration::from_secs(match self {
            Self::DeliverMail => 2,
            Self::ChaseDeadlines | Self::FollowDuties | Self::SealLooks => 60,
            Self::SendTrailHeads => 10 * 60,
            Self::EndSessions | Self::ForgetDrafts => 60 * 60,
        })
    }
}

/// Why a round of a job was not finished. Nothing is half done: the next round goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A letter's template.
    #[error("a letter could not be written")]
    Template(#[from] askama::Error),
    /// A use case.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The thread it ran on.
    #[error("it was broken off")]
    BrokenOff(#[from] tokio::task::JoinError),
}

/// Whether a job has more to do at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum More {
    Yes,
    No,
}

/// What a job remembers from one step of a round to the next.
#[derive(Debug, Default)]
struct Round {
    /// Letters in a row that the mail server did not take: after a few it is down, and the round ends.
    not_taken: u32,
}

impl Jobs {
    /// Does everything a job finds to do now.
    ///
    /// # Errors
    /// [`JobError`]; what was done until then is kept.
    pub async fn once(&self, job: Job) -> Result<(), JobError> {
        let mut round = Round::default();
        while self.step(job, &mut round).await? == More::Yes {}
        Ok(())
    }

    async fn step(&self, job: Job, round: &mut Round) -> Result<More, JobError> {
        match job {
            Job::DeliverMail => self.deliver_next(round).await,
            Job::ChaseDeadlines => self.blocking(Self::chase_deadlines).await,
            Job::FollowDuties => self.blocking(Self::follow_duties).await,
            Job::SealLooks => self.blocking(Self::seal_looks).await,
            Job::SendTrailHeads => self.blocking(Self::send_trail_heads).await,
            Job::EndSessions => self.blocking(Self::end_sessions).await,
            Job::ForgetDrafts => self.blocking(Self::forget_drafts).await,
        }
    }

    /// Runs what waits for the database on a thread for that.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, JobError> {
        let jobs = self.clone();
        tokio::task::spawn_blocking(move || work(&jobs)).await?
    }

    fn schools(&self) -> Result<Vec<schools::School>, StoreError> {
        self.candour.read(schools::all)
    }
}

/// Logs the failure of one school's part, so that the others' are not kept waiting for it.
fn of_school<T>(job: Job, school: SchoolId, outcome: Result<T, JobError>) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        // Another node, or somebody acting on the case, was faster.
        Err(JobError::Store(StoreError::Stale) | JobError::Service(ServiceError::Stale)) => None,
        Err(error) => {
            tracing::error!(job = job.name(), %school, error = &error as &dyn std::error::Error, "job failed");
            None
        }
    }
}

/// The jobs at work. Dropped without [`Running::stop`], they end with the runtime.
#[must_use = "stop the jobs before the runtime ends"]
pub struct Running {
    stop: watch::Sender<()>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Lets every job finish the step it is at, and waits for that: at most one letter's time.
    pub async fn stop(self) {
        drop(self.stop);
        for task in self.tasks {
            // A task that panicked has said so already.
            let _ = task.await;
        }
    }
}

/// Starts every job, each on a task of its own of the runtime it is called in.
pub fn run(jobs: Jobs) -> Running {
    let (stop, stopped) = watch::channel(());
    let jobs = Arc::new(jobs);
    let start = |job| tokio::spawn(keep_at(Arc::clone(&jobs), job, stopped.clone()));
    let tasks = Job::ALL.into_iter().map(start).collect();
    Running { stop, tasks }
}

async fn keep_at(jobs: Arc<Jobs>, job: Job, mut stopped: watch::Receiver<()>) {
    loop {
        let mut round = Round::default();
        loop {
            match jobs.step(job, &mut round).await {
                // The sender is dropped to stop.
                Ok(More::Yes) if stopped.has_changed().is_ok() => {}
                Ok(More::Yes | More::No) => break,
                Err(error) => {
                    let cause = &error as &dyn std::error::Error;
                    tracing::error!(job = job.name(), error = cause, "job failed");
                    break;
                }
            }
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(job.rest()) => {}
        }
    }
}
