//! The few places where the two databases want different SQL, and a bridge for queries that both accept but the
//! two-database backend does not. The forks are counted by a test: each is a `per_database!` below.

use super::Any;
use diesel::{
    backend::Backend,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sqlite::Sqlite,
};

/// Run one statement compiled for each database on its own: for the few that diesel offers only on a concrete
/// connection, such as an insert of many rows.
macro_rules! on_either {
    ($conn:expr, |$c:ident| $run:expr) => {
        match $conn {
            $crate::store::AnyConn::Postgres($c) => $run,
            $crate::store::AnyConn::Sqlite($c) => $run,
        }
    };
}
pub(crate) use on_either;

/// A query that compiles for each database on its own (`ON CONFLICT`, `UNION`, `FILTER (WHERE ..)`): it is handed to
/// whichever database this is.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct Both<Q>(pub Q);

impl<Q: Query> Query for Both<Q> {
    type SqlType = Q::SqlType;
}
impl<Q, C> RunQueryDsl<C> for Both<Q> {}
impl<Q: QueryFragment<Pg> + QueryFragment<Sqlite>> QueryFragment<Any> for Both<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
        Any::walk_variant_ast(&self.0, out)
    }
}

/// Endings for a chain of query methods.
pub(crate) trait QueryExt: Sized {
    /// The same query for each database on its own: see [`Both`].
    fn both(self) -> Both<Self> {
        Both(self)
    }

    /// Locks the selected rows until the transaction ends. A write transaction of SQLite holds the whole database
    /// already, so there it adds nothing.
    fn locked(self) -> Locked<Self> {
        Locked(self, RowLock)
    }
}
impl<Q> QueryExt for Q {}

/// A query whose rows are locked: see [`QueryExt::locked`].
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct Locked<Q>(Q, RowLock);

impl<Q: Query> Query for Locked<Q> {
    type SqlType = Q::SqlType;
}
impl<Q, C> RunQueryDsl<C> for Locked<Q> {}
impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Locked<Q>
where
    RowLock: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        self.1.walk_ast(out)
    }
}

/// A node with SQL of its own for each database.
macro_rules! per_database {
    ($node:ty { pg: |$pg_this:pat_param, $pg_out:ident| $pg:block, sqlite: |$lite_this:pat_param, $lite_out:pat_param| $lite:block }) => {
        impl QueryFragment<Pg> for $node {
            fn walk_ast<'b>(&'b self, mut $pg_out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                let $pg_this = self;
                $pg
                Ok(())
            }
        }
        impl QueryFragment<Sqlite> for $node {
            fn walk_ast<'b>(&'b self, $lite_out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                let $lite_this = self;
                $lite
                Ok(())
            }
        }
        impl QueryFragment<Any> for $node {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Any>) -> QueryResult<()> {
                Any::walk_variant_ast(self, out)
            }
        }
    };
}

/// `FOR UPDATE`, where there are row locks.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct RowLock;
per_database!(RowLock {
    pg: |_, out| {
        out.push_sql(" FOR UPDATE");
    },
    sqlite: |_, _| {}
});
