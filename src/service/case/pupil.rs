//! One child across cases: their page, opened only from inside a case, and what earlier cases tell at triage.
//! Everything is worked out from the cases the reader can open, and from nothing else.

use super::read::FullCase;
use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        case::{
            Case,
            work::pattern::{Occurrence, Pattern, patterns},
        },
        kernel::ids::{PersonId, Random, Reference, TextId},
        people::register::context::Context,
    },
    store::{
        case::{
            cases,
            pupils::{self, Pupil},
            setting,
        },
        people::{register, staff},
        record::{access_log, audit},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// A pupil's page.
#[derive(Debug, Clone)]
pub struct PupilPage {
    /// The case it was opened from.
    pub from: Reference,
    /// The pupil.
    pub pupil: Pupil,
    /// Their situation.
    pub context: Context,
    /// Every case of theirs that the reader can open, the first reported first.
    pub cases: Vec<FullCase>,
    /// What the latest of those completes.
    pub patterns: Vec<Pattern>,
}

/// Opens a pupil's page from a case, and records the access to each of the cases on it before it is shown.
pub fn page(
    candour: &Candour,
    op: &Op,
    from: &Reference,
    person: PersonId,
    random: &mut dyn Random,
) -> Result<PupilPage> {
    let page = candour.read(|tx| {
        let cases = pupils::cases_of(tx, &op.viewer, &BTreeSet::from([person]))?;
        if !cases.iter().any(|case| case.reference == *from && entitles(case, op, person)) {
            return Err(ServiceError::NotFound);
        }
        let (pupil, context) = pupils::find(tx, &op.viewer, person)?;
        let (words, mut timelines) = audit::stories(tx, &op.viewer, &cases)?;
        let patterns = patterns(&occurrences(&cases, &words));
        let people = cases.iter().flat_map(|case| {
            let timeline = timelines.get(&case.id).map_or(&[][..], Vec::as_slice);
            super::read::people_in(case, timeline)
        });
        let (setting, names, former) = setting::with_names_in_time(tx, &op.viewer, &people.collect())?;
        let whole = |case: Case| {
            let timeline = timelines.remove(&case.id).unwrap_or_default();
            let (words, names) = (words.clone(), (names.clone(), former.clone()));
            FullCase::new(op, case, (words, timeline), names, Vec::new(), setting.clone())
        };
        let cases = cases.into_iter().map(whole).collect();
        Ok::<_, ServiceError>(PupilPage { from: from.clone(), pupil, context, cases, patterns })
    })?;
    let cases: Vec<&Case> = page.cases.iter().map(|full| &full.case).collect();
    candour.look(access_log::look_at_each(&op.viewer, &cases, random))?;
    Ok(page)
}

/// Whether the case a viewer comes from entitles them to the pupil's page; otherwise there is none.
fn entitles(case: &Case, op: &Op, person: PersonId) -> bool {
    case.opens_page_of(person, op.viewer.standing())
}

/// Records a pupil's situation, in place of what was known. The audit log has whose and by whom, not what.
pub fn record_context(
    candour: &Candour,
    op: &Op,
    from: &Reference,
    person: PersonId,
    context: Context,
) -> Result<()> {
    candour.write(|tx| {
        if !entitles(&cases::find(tx, &op.viewer, from)?, op, person) {
            return Err(ServiceError::NotFound);
        }
        pupils::find(tx, &op.viewer, person)?;
        register::set_context(tx, op.viewer.school(), &[(person, context)], op.now)?;
        let facts = [SchoolFact::Person(person)];
        Ok(audit::write_school_act(tx, &op.viewer, SchoolAct::RecordedContext, &facts)?)
    })
}

/// What earlier cases say beside a new one.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// Cases about anybody this one is about, the latest first.
    pub cases: Vec<Case>,
    /// For each person whose cases make a pattern: their name, and the patterns.
    pub patterns: Vec<(String, Vec<Pattern>)>,
}

/// The cases about the people of a case in hand, of those the viewer can open.
pub fn earlier(candour: &Candour, op: &Op, case: &Case) -> Result<Earlier> {
    let people: BTreeSet<PersonId> =
        case.current_subjects().filter_map(crate::domain::people::subject::Subject::person).collect();
    if people.is_empty() {
        return Ok(Earlier::default());
    }
    candour.read(|tx| {
        let mut all = pupils::cases_of(tx, &op.viewer, &people)?;
        let words = audit::words(tx, &op.viewer, &all, platform_of)?;
        let names = staff::names(tx, &op.viewer, &people)?;
        let of_person = |person: &PersonId| {
            let theirs: Vec<Case> = all.iter().filter(|case| is_about(case, *person)).cloned().collect();
            let found = patterns(&occurrences(&theirs, &words));
            (!found.is_empty()).then(|| (names.get(person).cloned().unwrap_or_default(), found))
        };
        let patterns = people.iter().filter_map(of_person).collect();
        all.retain(|other| other.id != case.id);
        all.reverse();
        Ok(Earlier { cases: all, patterns })
    })
}

fn is_about(case: &Case, person: PersonId) -> bool {
    case.current_subjects().any(|subject| subject.person() == Some(person))
}

fn platform_of(case: &Case) -> Option<TextId> {
    case.technical.app.or_else(|| case.concerns.iter().find_map(|concern| concern.optional.app))
}

fn occurrences(cases: &[Case], words: &BTreeMap<TextId, String>) -> Vec<Occurrence> {
    let occurrence = |case: &Case| Occurrence {
        at: case.submitted_at,
        category: case.category,
        platform: platform_of(case).and_then(|id| words.get(&id)).cloned(),
    };
    cases.iter().map(occurrence).collect()
}
