//! The school's calendar: read it, change it, and work out again what is due.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        kernel::{clock::Calendar, ids::Random},
        school::settings::{Problem, may_change_calendar},
    },
    store::{
        By, Tx,
        case::{
            cases, setting,
            steward::{self, Steward, Work},
        },
        people::staff,
        record::audit,
        school::{calendars, schools},
    },
};
use chrono::NaiveDate;

pub use crate::store::school::calendars::StoredCalendar;

/// The calendar, and those before it.
#[derive(Debug, Clone)]
pub struct WithHistory {
    /// The calendar now.
    pub now: Calendar,
    /// What was entered when, with the name of who entered it, the latest first. The first line is the
    /// calendar now, if it was ever changed.
    pub history: Vec<(StoredCalendar, String)>,
}

/// The last day of the last term that was entered.
pub fn covered_until(candour: &Candour, op: &Op) -> Result<Option<NaiveDate>> {
    candour.read(|tx| Ok(schools::find(tx, op.viewer.school())?.calendar.covered_until()))
}

/// How many calendars the page looks back on.
const LOOK_BACK: i64 = 20;

/// The calendar now and what was entered before.
pub fn with_history(candour: &Candour, op: &Op) -> Result<WithHistory> {
    candour.read(|tx| {
        let now = schools::find(tx, op.viewer.school())?.calendar;
        let kept = calendars::some(tx, &op.viewer, LOOK_BACK)?;
        let names = staff::names(tx, &op.viewer, &kept.iter().map(|kept| kept.by).collect())?;
        let named = |kept: StoredCalendar| {
            let name = names.get(&kept.by).cloned().unwrap_or_else(|| "A person who has left".to_owned());
            (kept, name)
        };
        Ok(WithHistory { now, history: kept.into_iter().map(named).collect() })
    })
}

/// Replaces the calendar and stores the new one for good. Every open case's due times are worked out again in
/// the same transaction.
pub fn change(candour: &Candour, op: &Op, calendar: &Calendar, random: &mut dyn Random) -> Result<()> {
    if !may_change_calendar(op.viewer.standing()) {
        return Err(ServiceError::Refused(Problem::HeadOrDslChangesCalendar.into()));
    }
    candour.write(|tx| {
        put(tx, op, calendar, random)?;
        let terms = calendar.terms().iter().map(|term| term.name.clone()).collect();
        let facts = [SchoolFact::Terms(terms)];
        Ok(audit::write_school_act(tx, &op.viewer, SchoolAct::ChangedCalendar, &facts)?)
    })
}

/// Changes the calendar within another act: a proposed calendar that is approved.
pub(crate) fn put(tx: &mut Tx<'_>, op: &Op, calendar: &Calendar, random: &mut dyn Random) -> Result<()> {
    let school = op.viewer.school();
    schools::set_calendar(tx, school, calendar)?;
    calendars::add(tx, &op.viewer, calendar)?;
    let setting = setting::read(tx, school, op.now)?;
    for before in steward::all(tx, Steward::of(school, Work::Recount))? {
        let event = before.recount(&mut op.act(&setting, random));
        if let Some(event) = event {
            cases::record(tx, By::Viewer(&op.viewer), &before, &event, random)?;
        }
    }
    Ok(())
}
