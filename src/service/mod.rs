//! Use cases: one function, one act, one transaction. Beside it stand the adapters `mail`, `sso` and
//! `register`.

mod candour;
mod once;
pub mod clock;
mod problem;
pub mod system;
pub mod machine;
pub mod upkeep;
pub mod concern;
pub mod case;
pub mod people;
pub mod entry;
pub mod school;
pub mod governors;

pub use candour::Candour;

pub use crate::store::{StoreError, Viewer, concern::forms::Form};

use crate::domain::{
    case::{Act, Asking, Setting},
    kernel::{
        clock::Instant,
        ids::{Random, RequestId},
        refusal::{self, Refusal},
    },
};

/// One request by a person signed in: who, when, and under which id a refusal is shown and logged.
#[derive(Debug, Clone)]
pub struct Op {
    /// Who asks.
    pub viewer: Viewer,
    /// When.
    pub now: Instant,
    /// The request.
    pub request: RequestId,
}

impl Op {
    /// The one who asks, as the rules of a case see them.
    pub(crate) fn asking<'a>(&'a self, setting: &'a Setting) -> Asking<'a> {
        Asking { standing: self.viewer.standing(), setting }
    }

    /// An act of theirs.
    pub(crate) fn act<'a>(&'a self, setting: &'a Setting, random: &'a mut dyn Random) -> Act<'a> {
        Act::new(self.viewer.standing(), setting, random)
    }
}

pub use problem::Problem;

/// Something to put right in a form.
pub type FieldError = refusal::FieldError<Problem>;

/// Why a use case did not do what was asked, by what the reader can do about it.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// There is nothing there, or nothing this person may know of.
    #[error("not found")]
    NotFound,
    /// The person may not do this.
    #[error("{}", .0.words())]
    Refused(Problem),
    /// It cannot be done from where things stand.
    #[error("{}", .0.words())]
    WrongState(Problem),
    /// Something has to be entered or put right.
    #[error("some answers need to be put right")]
    Invalid(Vec<FieldError>),
    /// Another person changed it since the page was opened.
    #[error("another person changed this since you opened it")]
    Stale,
    /// Candour cannot answer now; the cause is for the log.
    #[error("unavailable")]
    Unavailable(#[source] StoreError),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Stale | StoreError::Duplicate => Self::Stale,
            other @ (StoreError::BadReference | StoreError::Corrupt { .. } | StoreError::Unavailable(_)) => {
                Self::Unavailable(other)
            }
        }
    }
}

impl<P: Into<Problem>> From<Refusal<P>> for ServiceError {
    fn from(refusal: Refusal<P>) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            Refusal::Refused(why) => Self::Refused(why.into()),
            Refusal::WrongState(why) => Self::WrongState(why.into()),
            Refusal::Invalid(errors) => Self::Invalid(errors.into_iter().map(of_some_room).collect()),
        }
    }
}

fn of_some_room<P: Into<Problem>>(error: refusal::FieldError<P>) -> FieldError {
    FieldError { field: error.field, problem: error.problem.into() }
}

/// What a use case answers.
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;
