//! Selecting a case for an inspector, and taking it back.

use super::{
    ActPage, Needs,
    form::{Control, Doing},
    people_to_choose::CHOOSE,
};
use crate::{
    domain::{
        case::lifecycle::workflow::Move,
        kernel::{clock, ids::PersonId},
    },
    service::case::inspection::Selection,
    web::http::problem::FormProblem,
};
use std::collections::BTreeSet;

/// The pages.
pub const PAGES: &[ActPage] = &[
    ActPage {
        path: "inspection",
        action: Move::Select,
        heading: "Select for inspection",
        button: "Select for inspection",
        intro: "The inspector can read the whole case until the end of the last day you enter, or until \
            their inspection ends. They see names of people as initials and can change nothing. Each time \
            they open it is recorded. What was written may still name people who are not in the case: read \
            it first.",
        needs: Needs::Inspectors,
        asks: |ask| {
            if ask.staff.is_empty() {
                return vec![Control::prose(
                    "There is no inspector this case can be selected for. An administrator proposes the role \
                     “inspector”, and the headteacher confirms it.",
                )];
            }
            vec![
                Control::grouped(ask, "person", "For which inspector?", ask.staff_groups(CHOOSE)),
                Control::words(ask, "reason", "Why do they need it?"),
                Control::day(ask, "until", "What is the last day they need it?").optional(),
            ]
        },
        reads: |form| {
            let inspector = form.one::<PersonId>("person", FormProblem::Inspector);
            let reason = form.summary("reason", FormProblem::WhyNeeded);
            let last_day = form.optional_day("until");
            let (inspector, reason, last_day) = (inspector?, reason?, last_day?);
            Some(Doing::Select(Selection { inspector, until: last_day.map(clock::end_of), reason }))
        },
    },
    ActPage {
        path: "inspection/end",
        action: Move::Deselect,
        heading: "End an inspection of this case",
        button: "End inspection",
        intro: "They can no longer open it, from their very next click.",
        needs: Needs::People,
        asks: |ask| {
            let Some(full) = ask.full() else { return Vec::new() };
            let people: BTreeSet<PersonId> = full.case.live_inspections(ask.now).map(|i| i.person).collect();
            vec![Control::radios(ask, "person", "Who should no longer read it?", ask.choices_of(people))]
        },
        reads: |form| {
            let person = form.one::<PersonId>("person", FormProblem::NoLongerReads)?;
            Doing::act(move |case, act, _| case.deselect(person, act))
        },
    },
];
