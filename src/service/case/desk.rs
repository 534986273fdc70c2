//! A desk: what waits for its reader, most urgent first.

use crate::service::{Candour, Op, Result};
use crate::{
    domain::{
        kernel::{
            clock::Instant,
            ids::{PersonId, Random},
        },
        school::staffing::Gap,
    },
    store::{
        StoreError, Viewer,
        case::lists::{self, Waiting},
        record::access_log::{self, AccessKind},
    },
};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::store::case::lists::{About, After, COUNTED, Line, Next, Show};

/// Lines on one page.
pub const PAGE: usize = 25;

/// One page of a desk.
#[derive(Debug, Clone)]
pub struct DeskPage {
    /// Open counts, on a desk; a list of all cases shows none.
    pub waiting: Waiting,
    /// The lines.
    pub lines: Vec<Line>,
    /// Where the next page begins, if there is one.
    pub next: Option<After>,
    /// Proposals of settings that wait for this person to decide.
    pub proposals: usize,
    /// Names of case owners, never of subjects.
    pub owners: BTreeMap<PersonId, String>,
    /// What is missing in the roster, for those who can see that it is mended. It never speaks of exclusions.
    pub gaps: Vec<Gap>,
}

/// What a page of a desk shows.
#[derive(Debug, Clone, Copy)]
pub struct DeskQuery {
    /// Which cases.
    pub show: Show,
    /// From where.
    pub after: Option<After>,
    /// When today ends.
    pub end_of_today: Instant,
}

/// Reads a page, and records the access before it is shown.
pub fn page(candour: &Candour, op: &Op, asked: DeskQuery, random: &mut dyn Random) -> Result<DeskPage> {
    let page = candour.read(|tx| {
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut lines = lists::list(tx, &op.viewer, asked.show, asked.after, limit)?;
        let more = lines.len() > PAGE;
        lines.truncate(PAGE);
        let owners: BTreeSet<PersonId> = lines.iter().filter_map(|line| line.owner).collect();
        let crate::service::school::settings::Beside { proposals, owners, gaps } =
            crate::service::school::settings::beside_a_desk(tx, op, &owners)?;
        Ok::<_, crate::service::ServiceError>(DeskPage {
            waiting: match asked.show {
                Show::Queue | Show::Overdue | Show::DueBy(_) | Show::New | Show::Mine => {
                    lists::waiting(tx, &op.viewer, asked.end_of_today)?
                }
                Show::AllOpen | Show::Ended => Waiting::default(),
            },
            next: lines.last().filter(|_| more).map(|line| line.after),
            proposals,
            owners,
            gaps,
            lines,
        })
    })?;
    let looked = AccessKind::List { list: name(asked.show), lines: page.lines.len() };
    candour.look(access_log::look(&op.viewer, looked, random))?;
    Ok(page)
}

/// Whether a viewer can open any case that is still open: for those who sit at no desk, and whom an e-mail
/// has told that something needs them.
pub fn has_cases(candour: &Candour, viewer: &Viewer) -> std::result::Result<bool, StoreError> {
    Ok(!candour.read(|tx| lists::list(tx, viewer, Show::AllOpen, None, 1))?.is_empty())
}

fn name(show: Show) -> &'static str {
    match show {
        Show::Queue => "queue",
        Show::Overdue => "overdue",
        Show::DueBy(_) => "due today",
        Show::New => "new",
        Show::Mine => "mine",
        Show::AllOpen => "all open",
        Show::Ended => "ended",
    }
}
