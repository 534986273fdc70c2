//! Declared relationships as they are stored: from lists and by hand, with what was decided otherwise.

use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{
        register::source::Source,
        ties::{Grounds, Origin, Otherwise, Pair, SetAside, StoredTie, Tie, Ties},
    },
};
use crate::store::{
    Any, Result, StoreError, Tx,
    db::{mapping::At, schema::person_ties},
    entry::viewer::Viewer,
};
use diesel::{prelude::*, sql_types::Bool};

/// The ties that keep one of the two from cases of the other: not those set aside, and not brothers and
/// sisters. Brothers and sisters are pupils, and exclusion keeps adults from cases; a trust has thousands of
/// them, and every act on a case reads this.
pub fn in_force(tx: &mut Tx<'_>, school: SchoolId) -> Result<Ties> {
    let rows: Vec<(PersonId, PersonId)> = person_ties::table
        .filter(person_ties::school_id.eq(school))
        .filter(keeps_apart())
        .select((person_ties::person_id, person_ties::other_id))
        .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(|(one, other)| Pair::of(one, other)).collect())
}

/// The ties that keep two people apart, as a predicate over the rows of a school.
#[diesel::dsl::auto_type]
pub(in crate::store) fn keeps_apart() -> _ {
    let sibling: Tie = Tie::Sibling;
    person_ties::tie.ne(sibling).and(person_ties::set_aside_at.is_null())
}

type Row = (
    (PersonId, PersonId, Tie, Option<Source>),
    (Instant, Option<PersonId>, Option<Grounds>),
    (Option<Instant>, Option<PersonId>, Option<Otherwise>),
);
type PairColumns = (person_ties::person_id, person_ties::other_id, person_ties::tie, person_ties::source);
type RecordColumns = (person_ties::recorded_at, person_ties::recorded_by, person_ties::grounds);
type AsideColumns = (person_ties::set_aside_at, person_ties::set_aside_by, person_ties::set_aside_why);

const ROW: (PairColumns, RecordColumns, AsideColumns) = (
    (person_ties::person_id, person_ties::other_id, person_ties::tie, person_ties::source),
    (person_ties::recorded_at, person_ties::recorded_by, person_ties::grounds),
    (person_ties::set_aside_at, person_ties::set_aside_by, person_ties::set_aside_why),
);

fn of_row(((one, other, tie, source), (since, by, grounds), (at, aside_by, why)): Row) -> Result<StoredTie> {
    let corrupt = |column: &str| StoreError::Corrupt {
        table: "person_ties",
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
    Ok(StoredTie { pair, tie, since, origin, set_aside })
}

/// Every tie of the viewer's school but brothers and sisters, the latest first, those set aside too.
pub fn all(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<StoredTie>> {
    let rows: Vec<Row> = person_ties::table
        .filter(person_ties::school_id.eq(viewer.school()))
        .filter(person_ties::tie.ne(Tie::Sibling))
        .order((person_ties::recorded_at.desc(), person_ties::person_id.asc(), person_ties::other_id.asc()))
        .select(ROW)
        .load(tx.conn())?;
    rows.into_iter().map(of_row).collect()
}

type Condition = Box<dyn BoxableExpression<person_ties::table, Any, SqlType = Bool>>;

/// The rows of two people of a school, whichever was written first.
fn of_pair(school: SchoolId, pair: Pair) -> Condition {
    let [one, other] = pair.both();
    let this_way = person_ties::person_id.eq(one).and(person_ties::other_id.eq(other));
    let that_way = person_ties::person_id.eq(other).and(person_ties::other_id.eq(one));
    Box::new(person_ties::school_id.eq(school).and(this_way.or(that_way)))
}

/// The tie stored of two people.
pub fn between(tx: &mut Tx<'_>, school: SchoolId, pair: Pair) -> Result<Option<StoredTie>> {
    let row: Option<Row> =
        person_ties::table.filter(of_pair(school, pair)).select(ROW).first(tx.conn()).optional()?;
    row.map(of_row).transpose()
}

/// Stores that two people are close, in place of what was stored of them.
pub fn record(tx: &mut Tx<'_>, viewer: &Viewer, pair: Pair, tie: Tie, grounds: Grounds) -> Result<()> {
    let (school, [one, other]) = (viewer.school(), pair.both());
    diesel::delete(person_ties::table.filter(of_pair(school, pair))).execute(tx.conn())?;
    diesel::insert_into(person_ties::table)
        .values((
            person_ties::school_id.eq(school),
            person_ties::person_id.eq(one),
            person_ties::other_id.eq(other),
            person_ties::tie.eq(tie),
            person_ties::recorded_at.eq(At(viewer.standing().at)),
            person_ties::recorded_by.eq(Some(viewer.person())),
            person_ties::grounds.eq(Some(grounds)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Stores that the tie of two people is set aside.
pub fn set_aside(tx: &mut Tx<'_>, viewer: &Viewer, pair: Pair, why: Otherwise) -> Result<()> {
    diesel::update(person_ties::table.filter(of_pair(viewer.school(), pair)))
        .set((
            person_ties::set_aside_at.eq(Some(At(viewer.standing().at))),
            person_ties::set_aside_by.eq(Some(viewer.person())),
            person_ties::set_aside_why.eq(Some(why)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The ties recorded or set aside since an instant, but for brothers and sisters.
pub fn changed_since(tx: &mut Tx<'_>, school: SchoolId, since: Instant) -> Result<Vec<StoredTie>> {
    let rows: Vec<Row> = person_ties::table
        .filter(person_ties::school_id.eq(school))
        .filter(person_ties::tie.ne(Tie::Sibling))
        .filter(
            person_ties::recorded_at
                .gt(At(since))
                .or(person_ties::set_aside_at.assume_not_null().gt(At(since))),
        )
        .select(ROW)
        .load(tx.conn())?;
    rows.into_iter().map(of_row).collect()
}
