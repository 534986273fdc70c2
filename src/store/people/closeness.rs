//! Who is close to whom, as it is kept: from lists and by hand, with what was decided otherwise.

use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{
        closeness::{Grounds, Kept, Origin, Otherwise, Pair, SetAside, Tie, Ties},
        register::incoming::Source,
    },
};
use crate::store::{
    Any, Result, StoreError, Tx,
    db::{mapping::At, schema::closeness},
    entry::viewer::Viewer,
};
use diesel::{prelude::*, sql_types::Bool};

/// The ties that keep one of the two from cases of the other: not what was decided otherwise about, and not brothers and
/// sisters. Both of those are pupils, and exclusion keeps adults from cases; a trust has
/// thousands of them, and every act on a case reads this.
pub fn in_force(tx: &mut Tx<'_>, school: SchoolId) -> Result<Ties> {
    let rows: Vec<(PersonId, PersonId)> = closeness::table
        .filter(closeness::school_id.eq(school))
        .filter(keeps_apart())
        .select((closeness::person_id, closeness::other_id))
        .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(|(one, other)| Pair::of(one, other)).collect())
}

/// Which ties keep two people apart, as a predicate over the rows of a school.
#[diesel::dsl::auto_type]
pub(in crate::store) fn keeps_apart() -> _ {
    let sibling: Tie = Tie::Sibling;
    closeness::tie.ne(sibling).and(closeness::set_aside_at.is_null())
}

type Row = (
    (PersonId, PersonId, Tie, Option<Source>),
    (Instant, Option<PersonId>, Option<Grounds>),
    (Option<Instant>, Option<PersonId>, Option<Otherwise>),
);
type Whose = (closeness::person_id, closeness::other_id, closeness::tie, closeness::source);
type Recorded = (closeness::recorded_at, closeness::recorded_by, closeness::grounds);
type Aside = (closeness::set_aside_at, closeness::set_aside_by, closeness::set_aside_why);

const ROW: (Whose, Recorded, Aside) = (
    (closeness::person_id, closeness::other_id, closeness::tie, closeness::source),
    (closeness::recorded_at, closeness::recorded_by, closeness::grounds),
    (closeness::set_aside_at, closeness::set_aside_by, closeness::set_aside_why),
);

fn of_row(((one, other, tie, source), (since, by, grounds), (at, aside_by, why)): Row) -> Result<Kept> {
    let corrupt = |column: &str| StoreError::Corrupt {
        table: "closeness",
        column: column.to_owned(),
        row: format!("{one} {other}"),
    };
    let pair = Pair::of(one, other).ok_or_else(|| corrupt("other_id"))?;
    let origin = match (source, by, grounds) {
        (_, Some(by), Some(grounds)) => Origin::Recorded(by, grounds),
        (Some(source), None, None) => Origin::List(source),
        (_, Some(_), None) | (_, None, Some(_)) | (None, None, None) => return Err(corrupt("recorded_by")),
    };
    let set_aside = match (at, aside_by, why) {
        (None, None, None) => None,
        (Some(at), Some(by), Some(why)) => Some(SetAside { at, by, why }),
        (_, _, _) => return Err(corrupt("set_aside_by")),
    };
    Ok(Kept { pair, tie, since, origin, set_aside })
}

/// Every tie of the viewer's school but brothers and sisters, the latest first; those decided otherwise about too.
pub fn kept(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = closeness::table
        .filter(closeness::school_id.eq(viewer.school()))
        .filter(closeness::tie.ne(Tie::Sibling))
        .order((closeness::recorded_at.desc(), closeness::person_id.asc(), closeness::other_id.asc()))
        .select(ROW)
        .load(tx.conn())?;
    rows.into_iter().map(of_row).collect()
}

type Condition = Box<dyn BoxableExpression<closeness::table, Any, SqlType = Bool>>;

/// The rows of two people of a school, whichever was written first.
fn of_pair(school: SchoolId, pair: Pair) -> Condition {
    let [one, other] = pair.both();
    let this_way = closeness::person_id.eq(one).and(closeness::other_id.eq(other));
    let that_way = closeness::person_id.eq(other).and(closeness::other_id.eq(one));
    Box::new(closeness::school_id.eq(school).and(this_way.or(that_way)))
}

/// What is kept of two people.
pub fn between(tx: &mut Tx<'_>, school: SchoolId, pair: Pair) -> Result<Option<Kept>> {
    let row: Option<Row> =
        closeness::table.filter(of_pair(school, pair)).select(ROW).first(tx.conn()).optional()?;
    row.map(of_row).transpose()
}

/// Keeps that two people are close, in place of what was kept of them.
pub fn record(tx: &mut Tx<'_>, viewer: &Viewer, pair: Pair, tie: Tie, grounds: Grounds) -> Result<()> {
    let (school, [one, other]) = (viewer.school(), pair.both());
    diesel::delete(closeness::table.filter(of_pair(school, pair))).execute(tx.conn())?;
    diesel::insert_into(closeness::table)
        .values((
            closeness::school_id.eq(school),
            closeness::person_id.eq(one),
            closeness::other_id.eq(other),
            closeness::tie.eq(tie),
            closeness::recorded_at.eq(At(viewer.standing().at)),
            closeness::recorded_by.eq(Some(viewer.person())),
            closeness::grounds.eq(Some(grounds)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps that it was decided otherwise about two people.
pub fn set_aside(tx: &mut Tx<'_>, viewer: &Viewer, pair: Pair, why: Otherwise) -> Result<()> {
    diesel::update(closeness::table.filter(of_pair(viewer.school(), pair)))
        .set((
            closeness::set_aside_at.eq(Some(At(viewer.standing().at))),
            closeness::set_aside_by.eq(Some(viewer.person())),
            closeness::set_aside_why.eq(Some(why)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The ties recorded or decided otherwise about since an instant, but for brothers and sisters.
pub fn changed_since(tx: &mut Tx<'_>, school: SchoolId, since: Instant) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = closeness::table
        .filter(closeness::school_id.eq(school))
        .filter(closeness::tie.ne(Tie::Sibling))
        .filter(
            closeness::recorded_at.gt(At(since)).or(closeness::set_aside_at.assume_not_null().gt(At(since))),
        )
        .select(ROW)
        .load(tx.conn())?;
    rows.into_iter().map(of_row).collect()
}
