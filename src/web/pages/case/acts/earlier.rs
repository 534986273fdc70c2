//! What earlier cases about a person say, shown beside triage of a new one.

use crate::{
    domain::{
        case::{Case, work::pattern::Pattern},
        kernel::clock,
    },
    service::case::pupil::Earlier,
    web::http::links,
};

/// What earlier cases say beside a new one.
pub(super) struct EarlierView {
    pub(super) patterns: Vec<(String, Vec<String>)>,
    pub(super) cases: Vec<(String, String, String)>,
}

impl EarlierView {
    pub(super) fn of(earlier: &Earlier) -> Self {
        let case = |case: &Case| {
            let (label, day) = (case.category.category().label, clock::day(case.submitted_at));
            let words = format!("{label}, reported {day}: {}", case.status.words().to_lowercase());
            (links::case(&case.reference), case.reference.to_string(), words)
        };
        let pattern = |(name, found): &(String, Vec<Pattern>)| {
            (name.clone(), found.iter().map(Pattern::words).collect())
        };
        Self {
            patterns: earlier.patterns.iter().map(pattern).collect(),
            cases: earlier.cases.iter().map(case).collect(),
        }
    }
}
