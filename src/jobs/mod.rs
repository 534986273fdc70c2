//! The timer: asks `service::upkeep` for what is due, each job at its own pace, and sends the e-mails.
//!
//! A job that cannot do its work says so in the log and tries again when its time comes round.

mod mail;

use crate::{
    mail::transport::Mailer,
    service::{
        Candour, ServiceError,
        clock::Clock,
        upkeep::{deadlines, duties, keeping},
    },
};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle};
use url::Url;

pub use crate::service::upkeep::Job;

/// Everything the jobs work with.
#[derive(Clone)]
pub struct Jobs {
    /// The use cases, and the database behind them.
    pub candour: Candour,
    /// The time.
    pub clock: Clock,
    /// What sends e-mails.
    pub mailer: Mailer,
    /// Where people find Candour; e-mails give its first page.
    pub public_url: Url,
}

/// How long a job rests between two rounds.
const fn rest(job: Job) -> Duration {
    Duration::from_secs(match job {
        Job::DeliverMail => 2,
        Job::ChaseDeadlines | Job::FollowDuties | Job::SealLooks => 60,
        Job::SendAuditHeads => 10 * 60,
        Job::EndSessions | Job::ForgetDrafts => 60 * 60,
    })
}

/// Why a round of a job was not finished. Nothing is half done: the next round goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
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
    /// E-mails in a row that the mail server did not take: after a few it is down, and the round ends.
    not_taken: u32,
}

impl Jobs {
    /// Does everything a job finds to do now.
    ///
    /// # Errors
    /// [`JobError`]; what was done until then stays done.
    pub async fn once(&self, job: Job) -> Result<(), JobError> {
        let mut round = Round::default();
        while self.step(job, &mut round).await? == More::Yes {}
        Ok(())
    }

    async fn step(&self, job: Job, round: &mut Round) -> Result<More, JobError> {
        match job {
            Job::DeliverMail => self.deliver_next(round).await,
            Job::ChaseDeadlines => self.all_at_once(deadlines::chase).await,
            Job::FollowDuties => self.all_at_once(duties::follow).await,
            Job::SealLooks => self.all_at_once(keeping::seal_looks).await,
            Job::SendAuditHeads => self.all_at_once(keeping::send_audit_heads).await,
            Job::EndSessions => self.all_at_once(keeping::end_sessions).await,
            Job::ForgetDrafts => self.all_at_once(keeping::forget_drafts).await,
        }
    }

    /// A round of a job that is one step.
    async fn all_at_once(
        &self,
        work: fn(&Candour, &Clock) -> Result<(), ServiceError>,
    ) -> Result<More, JobError> {
        self.blocking(move |jobs| work(&jobs.candour, &jobs.clock)).await?;
        Ok(More::No)
    }

    /// Runs what waits for the database on a thread for that.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, JobError> {
        let jobs = self.clone();
        Ok(tokio::task::spawn_blocking(move || work(&jobs)).await??)
    }
}

/// The jobs at work. Dropped without [`Running::stop`], they end with the runtime.
#[must_use = "stop the jobs before the runtime ends"]
pub struct Running {
    stop: watch::Sender<()>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Lets every job finish the step it is at, and waits for that: at most one e-mail's time.
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
            () = tokio::time::sleep(rest(job)) => {}
        }
    }
}
