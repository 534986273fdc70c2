//! The access log: who opened what, and who was refused what. Each access is recorded before its page is
//! shown, and those that come at once share one commit: a commit waits for the disk, a row does not.

use super::outbox;
use crate::domain::{
    case::Case,
    kernel::{
        clock::Instant,
        ids::{AccountId, CaseId, LetterId, PersonId, Random, RequestId, SchoolId, SessionId},
    },
};
use crate::store::{
    Db, Result, StoreError, Tx,
    db::{
        Once,
        dialect::insert_rows,
        mapping::{At, Json},
        schema::access_log,
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;
use std::{
    collections::BTreeMap,
    mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        mpsc::{self, TryRecvError},
    },
};

/// What was accessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessKind<'a> {
    /// A case's page.
    Case(&'a Case),
    /// A list: the shape of its filters and how many lines it had.
    List {
        /// Which list.
        list: &'a str,
        /// How many lines.
        lines: usize,
    },
    /// Something refused, under the id shown to the reader.
    Refused {
        /// The id shown to the reader.
        request: RequestId,
        /// The address's pattern, never a value.
        what: &'a str,
    },
}

/// An access to be recorded: [`WaitingLooks::keep`] records it.
#[derive(Debug, Clone)]
pub struct Look(Vec<Row>);

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = access_log)]
struct Row {
    school_id: SchoolId,
    id: LetterId,
    at: At,
    person_id: PersonId,
    kind: &'static str,
    case_id: Option<CaseId>,
    detail: Json<serde_json::Value>,
    account_id: Option<AccountId>,
    session_id: Option<SessionId>,
}

const CASE: &str = "case";
const LIST: &str = "list";
const REFUSED: &str = "refused";

/// A reader's access, now.
pub fn look(viewer: &Viewer, looked: AccessKind<'_>, random: &mut dyn Random) -> Look {
    Look(vec![row(viewer, looked, random)])
}

/// An access to several cases on one page: each is recorded as if it had been opened by itself.
pub fn look_at_each(viewer: &Viewer, cases: &[&Case], random: &mut dyn Random) -> Look {
    Look(cases.iter().map(|case| row(viewer, AccessKind::Case(case), random)).collect())
}

fn row(viewer: &Viewer, looked: AccessKind<'_>, random: &mut dyn Random) -> Row {
    let standing = viewer.standing();
    let (kind, case_id, detail) = match looked {
        AccessKind::Case(case) => (CASE, Some(case.id), serde_json::json!({})),
        AccessKind::List { list, lines } => (LIST, None, serde_json::json!({ "list": list, "lines": lines })),
        AccessKind::Refused { request, what } => {
            (REFUSED, None, serde_json::json!({ "request": request, "what": what }))
        }
    };
    Row {
        school_id: standing.school,
        id: LetterId::draw(standing.at, random),
        at: At(standing.at),
        person_id: standing.person,
        kind,
        case_id,
        detail: Json(detail),
        account_id: Some(viewer.account()),
        session_id: Some(viewer.session()),
    }
}

/// More rows than this in one statement could have more values than SQLite takes.
const ROWS: usize = 1_000;

/// Records accesses. A reader of a list has seen what waits for them: the next thing is worth an e-mail
/// again.
pub fn keep(tx: &mut Tx<'_>, looks: &[Look]) -> Result<()> {
    let rows: Vec<Row> = looks.iter().flat_map(|look| look.0.iter().cloned()).collect();
    for some in rows.chunks(ROWS) {
        insert_rows!(tx.conn(), access_log::table, some)?;
    }
    // Rows go in the order of their ids, so that two nodes never wait for each other.
    let lists = rows.iter().filter(|row| row.kind == LIST);
    let latest: BTreeMap<_, _> = lists.map(|row| ((row.school_id, row.person_id), row.at)).collect();
    for ((school, person), at) in latest {
        outbox::mark_lists_looked_at(tx, school, person, at.0)?;
    }
    Ok(())
}

/// The most accesses to one case that are read back.
pub const READ_BACK: usize = 2_000;

/// Who has opened a case in hand, latest first, at most [`READ_BACK`].
pub fn of_case(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<(Instant, PersonId)>> {
    Ok(access_log::table
        .filter(access_log::school_id.eq(case.school))
        .filter(access_log::case_id.eq(case.id))
        .order(access_log::at.desc())
        .select((access_log::at, access_log::person_id))
        .limit(i64::try_from(READ_BACK).unwrap_or(i64::MAX))
        .load(tx.conn())?)
}

/// The accesses that wait to be recorded.
#[derive(Default)]
pub struct WaitingLooks {
    waiting: Mutex<Vec<(Look, mpsc::Sender<Outcome>)>>,
    turn: Mutex<()>,
}

/// What became of an access that another thread took along.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    Kept,
    NotKept,
}

impl WaitingLooks {
    /// Records an access in one transaction with those that others want recorded at the same time, and comes
    /// back when that is committed. A page is shown only after this; a failure fails every access in the
    /// transaction.
    pub fn keep(&self, db: &Db, look: Look) -> Result<()> {
        let _once = Once::enter(db)?;
        self.keep_with_others(look, |all| db.commit(|tx| keep(tx, all)))
    }

    /// Records an access together with all that wait, and comes back when it is recorded or could not be.
    ///
    /// The thread whose turn it is writes everything that waits and tells each thread what became of its
    /// access before giving the turn up. The next one has therefore either been told, or has an access that
    /// still waits and writes it with the rest: no thread waits for one that is gone, and none goes on before
    /// the commit.
    fn keep_with_others(&self, look: Look, write: impl FnOnce(&[Look]) -> Result<()>) -> Result<()> {
        let (tell, told) = mpsc::channel();
        lock(&self.waiting).push((look, tell));
        let _turn = lock(&self.turn);
        match told.try_recv() {
            Ok(Outcome::Kept) => return Ok(()),
            // The thread that took it along failed, or panicked before it told us.
            Ok(Outcome::NotKept) | Err(TryRecvError::Disconnected) => {
                return Err(StoreError::unavailable("an access could not be recorded together with others"));
            }
            Err(TryRecvError::Empty) => {}
        }
        let (looks, all): (Vec<Look>, Vec<_>) = mem::take(&mut *lock(&self.waiting)).into_iter().unzip();
        let kept = write(&looks);
        let outcome = if kept.is_ok() { Outcome::Kept } else { Outcome::NotKept };
        for one in all {
            // A thread that no longer waits need not be told.
            let _ = one.send(outcome);
        }
        kept
    }

    /// How many wait.
    #[cfg(test)]
    fn len(&self) -> usize {
        lock(&self.waiting).len()
    }

    /// Keeps every thread waiting while it is held.
    #[cfg(test)]
    fn hold(&self) -> MutexGuard<'_, ()> {
        lock(&self.turn)
    }
}

/// A writer that panicked told no thread, and what is locked is as it was before or taken whole: others go
/// on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use std::{panic, thread};

    fn a_look() -> Look {
        let id = uuid::Uuid::nil();
        Look(vec![Row {
            school_id: SchoolId(id),
            id: LetterId(id),
            at: At(DateTime::UNIX_EPOCH),
            person_id: PersonId(id),
            kind: CASE,
            case_id: None,
            detail: Json(serde_json::json!({})),
            account_id: None,
            session_id: None,
        }])
    }

    /// Ten threads that wait at the same time, and how the write of each went.
    fn ten_at_once(write: impl Fn(&[Look]) -> Result<()> + Sync) -> Vec<Result<()>> {
        let waiting = WaitingLooks::default();
        thread::scope(|threads| {
            let turn = waiting.hold();
            let keep = || waiting.keep_with_others(a_look(), &write);
            let ten: Vec<_> = (0..10).map(|_| threads.spawn(keep)).collect();
            while waiting.len() < 10 {
                thread::yield_now();
            }
            drop(turn);
            ten.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(StoreError::NotFound))).collect()
        })
    }

    #[test]
    fn all_who_wait_are_written_at_once() {
        let written = Mutex::new(Vec::new());
        let answers = ten_at_once(|looks| {
            lock(&written).push(looks.len());
            Ok(())
        });
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(*lock(&written), [10]);
    }

    #[test]
    fn where_it_fails_it_fails_for_all() {
        let answers = ten_at_once(|_| Err(StoreError::unavailable("the disk is full")));
        assert!(answers.iter().all(|answer| matches!(answer, Err(StoreError::Unavailable(_)))));
    }

    #[test]
    fn a_writer_that_panics_leaves_no_thread_waiting_and_none_believing() {
        let answers = ten_at_once(|_| panic!("while writing"));
        assert!(answers.iter().all(Result::is_err));
    }

    #[test]
    fn a_panic_holds_up_no_later_access() {
        let waiting = WaitingLooks::default();
        let panicked = panic::catch_unwind(panic::AssertUnwindSafe(|| {
            waiting.keep_with_others(a_look(), |_| panic!("while writing"))
        }));
        assert!(panicked.is_err());
        waiting
            .keep_with_others(a_look(), |looks| {
                assert_eq!(looks.len(), 1);
                Ok(())
            })
            .unwrap();
    }
}
