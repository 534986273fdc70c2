//! The few places where the two databases want different SQL, and a bridge for queries that both accept but
//! the two-database backend does not. The forks are counted by a test: each is a `per_database!` below.

use crate::store::Any;
use diesel::{
    backend::Backend,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sqlite::Sqlite,
};

/// Inserts rows of one table: in one statement on PostgreSQL, which saves journeys to the server; in one a
/// row on SQLite, which stays prepared, since reading a statement's text there costs more than a row does.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            $crate::store::AnyConn::Postgres(server) => {
                diesel::insert_into($table).values($rows).execute(server)
            }
            $crate::store::AnyConn::Sqlite(file) => $rows.iter().try_fold(0, |made, row| {
                let insert =
                    $crate::store::db::dialect::PreparedQuery(diesel::insert_into($table).values(row));
                insert.execute(file).map(|one| made + one)
            }),
        }
    };
}
pub(crate) use insert_rows;

/// A query that compiles for each database on its own (`ON CONFLICT`, `UNION`, `FILTER (WHERE ..)`): it is
/// handed to whichever database this is.
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

/// A statement that the connection keeps prepared, by its text: see [`QueryExt::cached`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct PreparedQuery<Q>(pub Q);

impl<Q: Query> Query for PreparedQuery<Q> {
    type SqlType = Q::SqlType;
}
impl<Q, C> RunQueryDsl<C> for PreparedQuery<Q> {}
impl<Q> QueryId for PreparedQuery<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for PreparedQuery<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Endings for a chain of query methods.
pub(crate) trait QueryExt: Sized {
    /// Keeps the statement prepared. Diesel does so by itself only if a type has one text; an insert, an
    /// update or a list of values may have many. It is for those of ours that have a few: reading their text
    /// takes longer than running them.
    fn cached(self) -> PreparedQuery<Self> {
        PreparedQuery(self)
    }

    /// The query for each database on its own: see [`Both`].
    fn both(self) -> Both<Self> {
        Both(self)
    }

    /// Locks the selected rows until the transaction ends. It adds nothing on SQLite, whose write transaction
    /// holds the whole database already.
    fn locked(self) -> LockingQuery<Self> {
        LockingQuery(self, RowLock)
    }
}
impl<Q> QueryExt for Q {}

/// A query whose rows are locked: see [`QueryExt::locked`].
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct LockingQuery<Q>(Q, RowLock);

impl<Q: Query> Query for LockingQuery<Q> {
    type SqlType = Q::SqlType;
}
impl<Q, C> RunQueryDsl<C> for LockingQuery<Q> {}
impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for LockingQuery<Q>
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

/// `FOR UPDATE`, on the database that has row locks.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct RowLock;
per_database!(RowLock {
    pg: |_, out| {
        out.push_sql(" FOR UPDATE");
    },
    sqlite: |_, _| {}
});
