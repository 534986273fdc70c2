//! Lists of cases: what waits for a reader, what is due to them, and what they can open.

use super::cases::{Condition, within};
use crate::domain::{
    case::{self, Case, Due, Part, Sight, TaskKind, lifecycle::workflow::Status},
    kernel::{
        clock::{DeadlineKind, Instant},
        ids::{CaseId, PersonId, Reference},
    },
    people::{Desk, subject::SubjectKind},
    school::categories::{CategoryCode, Severity},
};
use crate::store::{
    Any, Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json, MaybeUnreadable},
        schema::{case_grants, cases},
    },
    entry::viewer::{Reach, Viewer},
};
use diesel::{dsl::exists, prelude::*};

/// Cases that wait for a reader: oversight gives sight but no queue entry.
fn queued(reach: &Reach) -> Condition {
    let entry = case_grants::table
        .filter(case_grants::school_id.eq(cases::school_id))
        .filter(case_grants::case_id.eq(cases::id))
        .filter(case_grants::queue.eq(true))
        .filter(
            case_grants::person_id
                .assume_not_null()
                .eq(reach.person)
                .or(case_grants::desk.assume_not_null().eq_any(reach.any_seat.clone())),
        )
        .limit(1)
        .offset(0);
    Box::new(within(reach).and(exists(entry)))
}

/// Waiting cases that a reader owns, or whose next step is with their desk.
fn theirs_to_do(reach: &Reach) -> Condition {
    let theirs = cases::due_desk
        .eq_any(reach.any_seat.clone())
        .nullable()
        .or(cases::owner_id.eq(reach.person).assume_not_null().nullable());
    Box::new(queued(reach).and(theirs))
}

/// Waiting cases in which a step of one of the reader's desks is due between two instants, whatever else of
/// the case is due; or any step of a case they own.
fn due_to_them(reach: &Reach, from: Instant, before: Instant) -> Condition {
    let own = case_grants::table
        .filter(case_grants::school_id.eq(cases::school_id))
        .filter(case_grants::case_id.eq(cases::id))
        .filter(case_grants::desk.assume_not_null().eq_any(reach.any_seat.clone()))
        .filter(case_grants::due_at.assume_not_null().ge(At(from)))
        .filter(case_grants::due_at.assume_not_null().lt(At(before)))
        .limit(1)
        .offset(0);
    let owned = cases::owner_id
        .eq(reach.person)
        .assume_not_null()
        .and(cases::due_at.ge(At(from)))
        .and(cases::due_at.lt(At(before)));
    Box::new(queued(reach).and(exists(own).or(owned).nullable()))
}

/// Which of the viewer's cases a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// What waits on their desks.
    Queue,
    /// What is overdue, and theirs to do.
    Overdue,
    /// What is due by this instant and not overdue, and theirs to do.
    DueBy(Instant),
    /// What is not acknowledged, and theirs to do.
    New,
    /// The cases they own.
    Mine,
    /// Every open case they can open, oversight too.
    AllOpen,
    /// Ended cases they can open, the latest first.
    Ended,
}

fn shown(show: Show, reach: &Reach) -> Condition {
    let open = cases::is_open.eq(true);
    match show {
        Show::Queue => Box::new(queued(reach).and(open)),
        Show::Overdue => Box::new(due_to_them(reach, Instant::UNIX_EPOCH, reach.at).and(open)),
        Show::DueBy(end) => Box::new(due_to_them(reach, reach.at, end).and(open)),
        Show::New => Box::new(theirs_to_do(reach).and(cases::status.eq(Status::Submitted))),
        Show::Mine => Box::new(within(reach).and(open).and(cases::owner_id.eq(reach.person))),
        Show::AllOpen => Box::new(within(reach).and(open)),
        Show::Ended => Box::new(within(reach).and(cases::is_open.eq(false))),
    }
}

/// A place in a list to go on from: the last line's instant and case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Due, or reported in a list of ended cases.
    pub at: Instant,
    /// The case.
    pub id: CaseId,
}

/// One line of a list. No name, no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where the list goes on from after this line.
    pub after: After,
    /// Which case.
    pub id: CaseId,
    /// What people call it.
    pub reference: Reference,
    /// Its category.
    pub category: CategoryCode,
    /// Its severity.
    pub severity: Severity,
    /// Where it stands.
    pub status: Status,
    /// The case owner.
    pub owner: Option<PersonId>,
    /// When it was reported.
    pub submitted_at: Instant,
    /// What is due next.
    pub next: Option<Next>,
    /// How much of it the viewer sees.
    pub sight: Sight,
    /// The desk that leads.
    pub lead: Desk,
    /// By what the viewer may read it.
    pub part: Part,
    /// What tells it from another of its category; nothing in a technical view.
    pub about: Option<About>,
}

/// The next step of a case in a viewer's list: their own, or else the soonest there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// What.
    pub step: DeadlineKind,
    /// Which task, if the step is one.
    pub task: Option<TaskKind>,
    /// When.
    pub due: Instant,
    /// With which desk, if it is not for the viewer to do.
    pub with: Option<Desk>,
}

/// The next step of a case; a technical view says nothing of another desk's step.
fn next(case: &Case, viewer: &Viewer, sight: Sight) -> Option<Next> {
    let standing = viewer.standing();
    let is_own = |due: &Due| case.owner == Some(standing.person) || standing.sits_at(due.desk);
    let running = case.dues.running();
    let own = running.iter().find(|due| is_own(due));
    let shown = own.or_else(|| running.first().filter(|_| sight == Sight::Full))?;
    let with = own.is_none().then_some(shown.desk);
    let asked_for = case.tasks.iter().find(|task| shown.about == case::About::Task(task.id));
    let task = asked_for.map(|task| task.kind);
    Some(Next { step: shown.deadline.kind, task, due: shown.deadline.due, with })
}

/// What tells one case from another of its category, without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// What each person it is about is to the school.
    pub people: Vec<SubjectKind>,
    /// When it was first noticed.
    pub noticed_at: Instant,
}

fn about(case: &Case) -> About {
    let noticed = case.concerns.iter().map(|concern| concern.noticed_at).min();
    let people = case.current_subjects().map(|subject| subject.kind).collect();
    About { people, noticed_at: noticed.unwrap_or(case.submitted_at) }
}

fn line(case: &Case, viewer: &Viewer, after: Instant) -> Option<Line> {
    let sight = case.sight(viewer.standing())?;
    Some(Line {
        after: After { at: after, id: case.id },
        id: case.id,
        reference: case.reference.clone(),
        category: case.category,
        severity: case.severity,
        status: case.status,
        owner: case.owner,
        submitted_at: case.submitted_at,
        next: next(case, viewer, sight),
        sight,
        lead: case.lead(),
        part: case.part_of(viewer.standing()),
        about: match sight {
            Sight::Full => Some(about(case)),
            Sight::Technical | Sight::Inspected => None,
        },
    })
}

/// A page of a list, most urgent first (ended cases: latest first).
pub fn list(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    show: Show,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Line>> {
    let reach = viewer.reach();
    let query = cases::table.filter(shown(show, &reach)).into_boxed::<Any>();
    let query = match show {
        Show::Ended => {
            let query = query.order((cases::submitted_at.desc(), cases::id.desc()));
            match after {
                None => query,
                Some(after) => query
                    .filter(cases::submitted_at.le(At(after.at)))
                    .filter(cases::submitted_at.lt(At(after.at)).or(cases::id.lt(after.id))),
            }
        }
        Show::Queue | Show::Overdue | Show::DueBy(_) | Show::New | Show::Mine | Show::AllOpen => {
            let query = query.order((cases::due_at.asc(), cases::id.asc()));
            match after {
                None => query,
                Some(after) => query
                    .filter(cases::due_at.ge(At(after.at)))
                    .filter(cases::due_at.gt(At(after.at)).or(cases::id.gt(after.id))),
            }
        }
    };
    let rows: Vec<(CaseId, MaybeUnreadable<Json<Case>>, Instant, Instant)> = query
        .select((cases::id, cases::document, cases::due_at, cases::submitted_at))
        .limit(limit)
        .cached()
        .load(tx.conn())?;
    let at = |due, submitted| if show == Show::Ended { submitted } else { due };
    let mut lines = Vec::new();
    for (id, case, due, submitted) in rows {
        let case = case.of("cases", "document", id)?.0;
        lines.extend(line(&case, viewer, at(due, submitted)));
    }
    Ok(lines)
}

/// How many cases wait for a viewer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Open cases on their desks.
    pub all: usize,
    /// Overdue, and theirs to do.
    pub overdue: usize,
    /// Due by the end of today and not overdue.
    pub today: usize,
    /// Not acknowledged.
    pub new: usize,
    /// Theirs as case owner.
    pub mine: usize,
}

/// Where counting stops: a page then says "more than 1,000".
pub const COUNTED: i64 = 1_001;

/// Counts what waits for the viewer, up to [`COUNTED`].
pub fn waiting(tx: &mut Tx<'_>, viewer: &Viewer, end_of_today: Instant) -> Result<Waiting> {
    let reach = viewer.reach();
    let at_their_desks = case_grants::table
        .filter(case_grants::school_id.eq(cases::school_id))
        .filter(case_grants::case_id.eq(cases::id))
        .filter(case_grants::desk.assume_not_null().eq_any(reach.any_seat.clone()))
        .filter(case_grants::due_at.is_not_null())
        .order(case_grants::due_at.asc())
        .limit(1)
        .select(case_grants::due_at)
        .single_value();
    type Row = (Option<Instant>, Instant, Status, Option<PersonId>, Desk);
    let rows: Vec<Row> = cases::table
        .filter(shown(Show::Queue, &reach))
        .select((at_their_desks, cases::due_at, cases::status, cases::owner_id, cases::due_desk))
        .limit(COUNTED)
        .cached()
        .load(tx.conn())?;
    let count = |test: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| test(row)).count();
    let is_own = |(.., owner, _): &Row| *owner == Some(reach.person);
    let is_theirs = |row: &Row| reach.any_seat.contains(&row.4) || is_own(row);
    let due_between = |row: &Row, from: Instant, before: Instant| {
        let owned = Some(row.1).filter(|_| is_own(row));
        [row.0, owned].into_iter().flatten().any(|due| due >= from && due < before)
    };
    Ok(Waiting {
        all: rows.len(),
        overdue: count(&|row| due_between(row, Instant::UNIX_EPOCH, reach.at)),
        today: count(&|row| due_between(row, reach.at, end_of_today)),
        new: count(&|row| row.2 == Status::Submitted && is_theirs(row)),
        mine: count(&is_own),
    })
}
