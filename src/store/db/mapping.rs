//! How the domain's ids, codes and instants are stored. The domain knows nothing of this: one line here
//! registers a type.

use super::{error::Result as Stored, sql_types::sql};
use crate::domain::{
    case::lifecycle::workflow::Status,
    entry::first_sign_in::{BoundBy, NotLetIn},
    kernel::{
        clock::{CancelReason, DeadlineKind, Nation, State as DeadlineState},
        ids::*,
    },
    people::{
        Desk, Office, PersonKind, Seat,
        duty::{Confirmer, HowEnded, ProposalState, Why},
        register::{self, source::Source},
        renaming::{Road, WhyTwo},
        subject::{SubjectKind, SubjectRole},
        ties::{Grounds, Otherwise, Tie},
    },
    school::{
        categories::{Decision, Files, FourC, Group, Severity},
        routing::{AdultLead, ExclusionReason, ExclusionScope, WhichAdult},
    },
};
use crate::store::{Any, Kind, StoreError};
use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow, Queryable},
    expression::AsExpression,
    internal::derives::as_expression::Bound,
    pg::Pg,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{self, SingleValue},
    sqlite::Sqlite,
};
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;

/// What is stored is not a `0`. The value is left out: it may be a person's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {0}")]
pub(crate) struct Unreadable(&'static str);

/// Passes a value for the two-database backend through to whichever database it is.
macro_rules! through_any {
    ([$($generics:tt)*] $rust:ty, $sql:ty) => {
        impl<$($generics)*> ToSql<$sql, Any> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Any>) -> serialize::Result {
                out.set_value((<$sql>::default(), self));
                Ok(IsNull::No)
            }
        }
        impl<$($generics)*> FromSql<$sql, Any> for $rust {
            fn from_sql(raw: <Any as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                raw.from_sql::<Self, $sql>()
            }
        }
    };
}

/// What `derive(AsExpression, FromSqlRow)` would write on a type of our own, for one of the domain.
macro_rules! expression {
    ($rust:ty, $sql:ty) => {
        expression!(@as $rust, $sql, $rust);
        expression!(@as $rust, $sql, &'_ $rust);
        expression!(@as $rust, $sql, &'_ &'_ $rust);
        impl<DB: Backend> ToSql<sql_types::Nullable<$sql>, DB> for $rust
        where
            $rust: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }
        impl<DB: Backend, ST: SingleValue> Queryable<ST, DB> for $rust
        where
            $rust: FromSql<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
    (@as $rust:ty, $sql:ty, $by:ty) => {
        impl AsExpression<$sql> for $by {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl AsExpression<sql_types::Nullable<$sql>> for $by {
            type Expression = Bound<sql_types::Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
    };
}

/// Registers newtypes over a UUID, kept as `sql::Uuid`.
macro_rules! ids {
    ($($id:ty),+ $(,)?) => { $(
        expression!($id, sql::Uuid);
        through_any!([] $id, sql::Uuid);
        impl ToSql<sql::Uuid, Pg> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<sql_types::Uuid, Pg>::to_sql(&self.0, out)
            }
        }
        impl FromSql<sql::Uuid, Pg> for $id {
            fn from_sql(raw: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                FromSql::<sql_types::Uuid, Pg>::from_sql(raw).map(Self)
            }
        }
        impl ToSql<sql::Uuid, Sqlite> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.hyphenated().to_string());
                Ok(IsNull::No)
            }
        }
        impl FromSql<sql::Uuid, Sqlite> for $id {
            fn from_sql(mut raw: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(raw.read_text().parse().map_err(|_| Unreadable("UUID"))?))
            }
        }
    )+ };
}

/// Registers types stored as `Text`: each with the function that gives its text and the one that reads it
/// back.
macro_rules! texts {
    ($($rust:ty: $text:expr, $read:expr;)+) => { $(
        expression!($rust, sql_types::Text);
        impl<DB: Backend> ToSql<sql_types::Text, DB> for $rust
        where
            str: ToSql<sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                let text: for<'t> fn(&'t $rust) -> &'t str = $text;
                text(self).to_sql(out)
            }
        }
        impl<DB: Backend> FromSql<sql_types::Text, DB> for $rust
        where
            String: FromSql<sql_types::Text, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let text = String::from_sql(raw)?;
                Ok($read(&text).map_err(|_| Unreadable(stringify!($rust)))?)
            }
        }
    )+ };
}

/// Registers enums made by `codes!`, stored as their code.
macro_rules! codes {
    ($($code:ty),+ $(,)?) => { texts! { $($code: |value| value.code(), <$code>::from_str;)+ } };
}

ids! {
    AccountId, AccessRequestId, CaseId, CodeId, ConcernId, DutyId, DutyProposalId, LetterId, NameProposalId, PersonId, ProposalId, ReferralId, RequestId,
    SchoolId, SentListId, SessionId, SubjectId, TaskId, TextId,
}
texts! {
    Reference: Reference::as_str, Reference::from_str;
    Nation: |value| value.as_str(), Nation::parse;
}
codes! {
    AdultLead, BoundBy, CancelReason, Confirmer, DeadlineKind, DeadlineState, Decision, Desk, ExclusionReason, ExclusionScope, Files, FourC, Grounds, Group, HowEnded,
    Kind, NotLetIn, Office, Otherwise, PersonKind, ProposalState, Road, Seat, Severity, Source, SubjectKind, Status, SubjectRole, Tie,
    WhichAdult, Why, WhyTwo, register::context::Flag, register::context::Send,
}

/// An instant as a value of a query: `.eq(At(now))`, `.set(closed_at.eq(Some(At(now))))`. Rust's orphan rules
/// let the domain's plain type be read (`FromSql`) but not written (`AsExpression`), so only writing needs
/// this. Databases keep microseconds: what is finer is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct At(pub DateTime<Utc>);

impl From<DateTime<Utc>> for At {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant)
    }
}
impl From<At> for DateTime<Utc> {
    fn from(at: At) -> Self {
        at.0
    }
}
expression!(At, sql::Instant);
through_any!([] At, sql::Instant);
macro_rules! as_instant {
    ($($db:ty),+) => { $(
        impl ToSql<sql::Instant, $db> for At {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $db>) -> serialize::Result {
                ToSql::<sql::Instant, $db>::to_sql(&self.0, out)
            }
        }
        impl FromSql<sql::Instant, $db> for At {
            fn from_sql(raw: <$db as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                FromSql::<sql::Instant, $db>::from_sql(raw).map(Self)
            }
        }
    )+ };
}
as_instant!(Pg, Sqlite);

impl ToSql<sql::Instant, Pg> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.trunc_subsecs(6);
        ToSql::<sql_types::Timestamptz, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}
impl FromSql<sql::Instant, Pg> for DateTime<Utc> {
    fn from_sql(raw: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        FromSql::<sql_types::Timestamptz, Pg>::from_sql(raw)
    }
}
impl ToSql<sql::Instant, Sqlite> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        if !(0..=9999).contains(&self.year()) {
            return Err(Box::new(Unreadable("year of four digits, whose text order would be time order")));
        }
        out.set_value(self.to_rfc3339_opts(SecondsFormat::Micros, true));
        Ok(IsNull::No)
    }
}
impl FromSql<sql::Instant, Sqlite> for DateTime<Utc> {
    fn from_sql(mut raw: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let read = DateTime::parse_from_rfc3339(raw.read_text()).map_err(|_| Unreadable("time"))?;
        Ok(read.to_utc())
    }
}
through_any!([] DateTime<Utc>, sql::Instant);

/// A value stored as JSON, typed on our side.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Json)]
pub(crate) struct Json<T: JsonValue>(pub T);

/// What can be a JSON column.
pub(crate) trait JsonValue:
    Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static
{
}
impl<T: Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static> JsonValue for T {}

impl<T: JsonValue> ToSql<sql::Json, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let value = serde_json::to_value(&self.0)?;
        ToSql::<sql_types::Jsonb, Pg>::to_sql(&value, &mut out.reborrow())
    }
}
impl<T: JsonValue> FromSql<sql::Json, Pg> for Json<T> {
    fn from_sql(raw: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let value = <serde_json::Value as FromSql<sql_types::Jsonb, Pg>>::from_sql(raw)?;
        Ok(Self(serde_json::from_value(value).map_err(|_| Unreadable("JSON value of this kind"))?))
    }
}
impl<T: JsonValue> ToSql<sql::Json, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<T: JsonValue> FromSql<sql::Json, Sqlite> for Json<T> {
    fn from_sql(mut raw: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(raw.read_text()).map_err(|_| Unreadable("JSON value of this kind"))?))
    }
}
through_any!([T: JsonValue] Json<T>, sql::Json);

/// A column read leniently, so that one bad value does not hide which row it is in: a row struct holds
/// `MaybeUnreadable<Code>`, and [`MaybeUnreadable::of`] names table, column and row when the row becomes a
/// domain value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MaybeUnreadable<T>(std::result::Result<T, ()>);

impl<T> MaybeUnreadable<T> {
    /// The value, or the place of the one that could not be read.
    pub(crate) fn of(self, table: &'static str, column: &'static str, row: impl ToString) -> Stored<T> {
        self.0.map_err(|()| StoreError::Corrupt { table, column: column.to_owned(), row: row.to_string() })
    }
}

impl<T: FromSql<ST, DB>, ST, DB: Backend> FromSql<ST, DB> for MaybeUnreadable<T> {
    fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(T::from_sql(raw).map_err(drop)))
    }
}
impl<T, ST: SingleValue, DB: Backend> Queryable<ST, DB> for MaybeUnreadable<T>
where
    Self: FromSql<ST, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}
