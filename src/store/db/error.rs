//! What can go wrong in the database, by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, DeserializeFieldError, Error as Diesel, UnexpectedNullError};
use std::error::Error;

/// What the store answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A failure of the store. None carries a value that was stored or asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row, or none within the viewer's reach. Never a failure of the database.
    #[error("not found")]
    NotFound,
    /// Another person changed it first: read again and decide again.
    #[error("changed by another person meanwhile")]
    Stale,
    /// A row with this key is there already.
    #[error("already there")]
    Duplicate,
    /// It refers to a row that is not there.
    #[error("refers to something that is not there")]
    BadReference,
    /// What is stored cannot be read back: the place, never the value.
    #[error("{table}.{column} of row {row} cannot be read")]
    Corrupt {
        /// The table, or [`UNNAMED`].
        table: &'static str,
        /// The column, or [`UNNAMED`].
        column: String,
        /// The row's id, or [`UNNAMED`].
        row: String,
    },
    /// The database could not be reached, did not answer in time, or refused: the cause is for the log only.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// Stands in [`StoreError::Corrupt`] if the reader did not say which table or row it was reading.
pub const UNNAMED: &str = "?";

impl StoreError {
    /// The database cannot be used, because of `why`.
    pub fn unavailable(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(why.into())
    }
}

impl From<Diesel> for StoreError {
    fn from(error: Diesel) -> Self {
        match error {
            Diesel::NotFound => Self::NotFound,
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Duplicate,
            Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Self::BadReference,
            Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Stale,
            // The source is dropped here on purpose: some of them print the value they could not read.
            Diesel::DeserializationError(cause) => {
                Self::Corrupt { table: UNNAMED, column: column_of(cause.as_ref()), row: UNNAMED.to_owned() }
            }
            other => Self::unavailable(other),
        }
    }
}

fn column_of(cause: &(dyn Error + Send + Sync + 'static)) -> String {
    let known = cause.downcast_ref::<DeserializeFieldError>().and_then(|field| field.field_name.clone());
    let null = || cause.is::<UnexpectedNullError>().then(|| "a column without a value".to_owned());
    known.or_else(null).unwrap_or_else(|| UNNAMED.to_owned())
}

/// Says what was being read, so that a value which cannot be read is named by table and row.
pub(crate) trait Reading<T> {
    /// `row` is the id the caller asked for.
    fn reading(self, table: &'static str, row: impl ToString) -> Result<T>;
}

impl<T, E: Into<StoreError>> Reading<T> for std::result::Result<T, E> {
    fn reading(self, table: &'static str, row: impl ToString) -> Result<T> {
        self.map_err(|error| match error.into() {
            StoreError::Corrupt { table: UNNAMED, column, .. } => {
                StoreError::Corrupt { table, column, row: row.to_string() }
            }
            other => other,
        })
    }
}
