//! The school's calendar: read it, change it, and work out again what is due.

use super::{Op, Result, Setting};
use crate::{
    domain::{case::Detail, clock::Calendar, ids::Random},
    store::{Db, cases, schools, trail},
};

/// The calendar now.
pub fn read(db: &Db, op: &Op) -> Result<Calendar> {
    db.read(|tx| Ok(schools::find(tx, op.viewer.school())?.calendar))
}

/// Replaces the calendar. Every open case's due times are worked out again in the same transaction.
pub fn change(db: &Db, op: &Op, calendar: &Calendar, random: &mut dyn Random) -> Result<()> {
    db.write(|tx| {
        let school = op.viewer.school();
        schools::set_calendar(tx, school, calendar)?;
        let setting = Setting::read(tx, school, op.now)?;
        for before in cases::all_open(tx, school)? {
            let event = before.recount(&mut setting.act(op, random));
            if let Some(event) = event {
                cases::record(tx, &before, &event, random)?;
            }
        }
        let terms = calendar.terms().iter().map(|term| term.name.clone()).collect::<Vec<_>>().join(", ");
        let facts = vec![("Terms".to_owned(), Detail::Phrase(terms))];
        Ok(trail::write_school_act(tx, &op.viewer, "change_calendar", facts)?)
    })
}
