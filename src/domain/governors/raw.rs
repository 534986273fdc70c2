//! What goes in: one school's cases of one term, added up into tables that only this module can read.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A term of the English school year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// September to December.
    Autumn,
    /// January to March or April.
    Spring,
    /// April to July.
    Summer,
}

/// Which term a report is about. Ordered in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TermKey {
    /// The calendar year in which the *school year* begins: 2026 for summer term 2027.
    pub school_year: u16,
    /// The term in that school year.
    pub season: Season,
}

impl fmt::Display for TermKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.season {
            Season::Autumn => write!(f, "autumn term {}", self.school_year),
            Season::Spring => write!(f, "spring term {}", self.school_year.saturating_add(1)),
            Season::Summer => write!(f, "summer term {}", self.school_year.saturating_add(1)),
        }
    }
}

/// The group of the case's category, as the categories' own column `group` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Content.
    Content,
    /// Contact.
    Contact,
    /// Conduct.
    Conduct,
    /// Commerce.
    Commerce,
    /// Child concern.
    ChildConcern,
    /// Staff conduct: counted in the row "Other", and under none of the 4 Cs.
    StaffConduct,
    /// AUP breach.
    AupBreach,
    /// Images: counted in the row "Other" (see [`Group::row`]).
    Images,
    /// Filtering & monitoring.
    FilteringMonitoring,
    /// Systems.
    Systems,
    /// Data protection.
    DataProtection,
    /// Not sure: counted in the row "Other".
    NotSure,
}

/// One of the 4 Cs of online safety.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FourC {
    /// Content.
    Content,
    /// Contact.
    Contact,
    /// Conduct.
    Conduct,
    /// Commerce.
    Commerce,
}

/// Severity, as confirmed at triage (untriaged: as reported).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Critical.
    Critical,
    /// High.
    High,
    /// Moderate.
    Moderate,
    /// Low.
    Low,
}

/// Who was affected. A case with pupils and staff counts as pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoWasAffected {
    /// At least one pupil.
    Pupil,
    /// Staff, no pupil.
    Staff,
    /// Other people, or no one.
    Other,
}

/// How the case came to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameToLight {
    /// A child or young person told a member of staff.
    ToldByPupil,
    /// Another adult told the reporter: a parent, a carer, a colleague, an external agency.
    ToldByAdult,
    /// Staff saw or heard it themselves.
    SeenByStaff,
    /// The filter or the monitoring raised it.
    FilterOrMonitoring,
    /// Staff found it afterwards.
    FoundLater,
    /// Another way, or not recorded.
    Other,
}

/// Whether a deadline was kept. A clock that is still running and not yet due counts as in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timeliness {
    /// Met, or not yet due.
    InTime,
    /// Met late, or missed.
    Late,
}

/// Whether the case is closed at publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Any open status.
    Open,
    /// Closed.
    Closed,
}

/// How far a failure of filtering or monitoring has been put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterRepair {
    /// Found, not yet fixed.
    Found,
    /// Fixed, not yet re-tested by a second person.
    Fixed,
    /// Fixed and re-tested.
    Retested,
}

/// One case as it is counted: no name, date, reference or free text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountedCase {
    /// The group of its confirmed category.
    pub group: Group,
    /// The 4 C of its confirmed category; `None` for none of the four.
    pub four_c: Option<FourC>,
    /// Confirmed severity.
    pub severity: Severity,
    /// Who was affected.
    pub affected: WhoWasAffected,
    /// How it came to light.
    pub came_to_light: CameToLight,
    /// Whether it was acknowledged in time.
    pub acknowledged: Timeliness,
    /// Whether it was triaged in time.
    pub triaged: Timeliness,
    /// Open or closed.
    pub progress: Progress,
    /// Set if filtering or monitoring failed. Counted only in the group [`Group::FilteringMonitoring`].
    pub filtering_failure: Option<FilterRepair>,
    /// True if it is a breach of personal data. Counted only in the group [`Group::DataProtection`].
    pub is_data_breach: bool,
}

impl Group {
    /// The row of the groups table. "Other" lumps staff conduct with Images and Not sure, because a row of staff
    /// conduct and not-sure alone would, once every not-sure case is sorted, be a line about adults.
    pub(super) fn row(self) -> usize {
        match self {
            Self::Content => 0,
            Self::Contact => 1,
            Self::Conduct => 2,
            Self::Commerce => 3,
            Self::ChildConcern => 4,
            Self::AupBreach => 5,
            Self::FilteringMonitoring => 6,
            Self::Systems => 7,
            Self::DataProtection => 8,
            Self::StaffConduct | Self::Images | Self::NotSure => OTHER,
        }
    }
}

/// The row "Other" of the groups table.
pub(super) const OTHER: usize = 9;
/// The row "None of the four" of the 4 Cs table.
pub(super) const NONE_OF_FOUR: usize = 4;
/// The row "Filtering and monitoring" of the groups table.
pub(super) const FILTERING: usize = 6;
/// The row "Data protection" of the groups table.
pub(super) const DATA: usize = 8;

impl CountedCase {
    /// The row of the 4 Cs table. A case in the row "Other" of the groups is in "None of the four" here, so that no
    /// difference between the two tables can single out staff conduct.
    pub(super) fn four_c_row(&self) -> usize {
        if self.group.row() == OTHER {
            return NONE_OF_FOUR;
        }
        match self.four_c {
            Some(FourC::Content) => 0,
            Some(FourC::Contact) => 1,
            Some(FourC::Conduct) => 2,
            Some(FourC::Commerce) => 3,
            None => NONE_OF_FOUR,
        }
    }
}

/// The unpublished counts of one term. Its numbers cannot be read outside this module, nor shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct RawCounts {
    pub(super) term: TermKey,
    pub(super) total: u32,
    pub(super) groups: [u32; 10],
    pub(super) four_c: [u32; 5],
    pub(super) severity: [u32; 4],
    pub(super) affected: [u32; 3],
    pub(super) light: [u32; 6],
    pub(super) acknowledged: [u32; 2],
    pub(super) triaged: [u32; 2],
    pub(super) progress: [u32; 2],
    pub(super) failures: u32,
    pub(super) fixed: u32,
    pub(super) retested: u32,
    pub(super) breaches: u32,
}

impl fmt::Debug for RawCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawCounts({})", self.term)
    }
}

impl RawCounts {
    /// Starts counting a term.
    #[must_use]
    pub fn builder(term: TermKey) -> RawCountsBuilder {
        RawCountsBuilder {
            raw: Self {
                term,
                total: 0,
                groups: [0; 10],
                four_c: [0; 5],
                severity: [0; 4],
                affected: [0; 3],
                light: [0; 6],
                acknowledged: [0; 2],
                triaged: [0; 2],
                progress: [0; 2],
                failures: 0,
                fixed: 0,
                retested: 0,
                breaches: 0,
            },
        }
    }
}

/// Fills [`RawCounts`].
#[derive(Debug)]
pub struct RawCountsBuilder {
    raw: RawCounts,
}

impl RawCountsBuilder {
    /// Adds `times` cases that look alike (a grouped row of a query, or 1).
    #[must_use]
    pub fn add(mut self, case: CountedCase, times: u32) -> Self {
        let raw = &mut self.raw;
        let plus = |cell: &mut u32| *cell = cell.saturating_add(times);
        plus(&mut raw.total);
        plus(&mut raw.groups[case.group.row()]);
        plus(&mut raw.four_c[case.four_c_row()]);
        plus(&mut raw.severity[case.severity as usize]);
        plus(&mut raw.affected[case.affected as usize]);
        plus(&mut raw.light[case.came_to_light as usize]);
        plus(&mut raw.acknowledged[case.acknowledged as usize]);
        plus(&mut raw.triaged[case.triaged as usize]);
        plus(&mut raw.progress[case.progress as usize]);
        if let (FILTERING, Some(repair)) = (case.group.row(), case.filtering_failure) {
            plus(&mut raw.failures);
            match repair {
                FilterRepair::Found => {}
                FilterRepair::Fixed => plus(&mut raw.fixed),
                FilterRepair::Retested => {
                    plus(&mut raw.fixed);
                    plus(&mut raw.retested);
                }
            }
        }
        if case.is_data_breach && case.group.row() == DATA {
            plus(&mut raw.breaches);
        }
        self
    }

    /// The finished counts.
    #[must_use]
    pub fn build(self) -> RawCounts {
        self.raw
    }
}
