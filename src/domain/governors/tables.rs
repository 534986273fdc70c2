//! What the tables are: their rows, the row that covers small ones, and how they fold. Fixed, so public.

use super::published::RowLabel;
use crate::domain::kernel::codes::codes;

codes! {
    /// A table of the term report, in the order of the page.
    TableKind {
        FourCs = "four_cs", "The 4 Cs of online safety";
        Groups = "groups", "What the cases were about";
        Severity = "severity", "How serious they were";
        Affected = "affected", "Who was affected";
        CameToLight = "came_to_light", "How they came to light";
        Acknowledged = "acknowledged", "Acknowledged in time";
        Triaged = "triaged", "First decision made in time";
        Progress = "progress", "Open and closed";
    }
}

/// Rows that are added together under one label.
pub(super) type Fold = &'static [(RowLabel, &'static [usize])];

/// The fixed shape of a table.
pub(super) struct Shape {
    pub(super) rows: &'static [RowLabel],
    /// Hidden if any row is small, no matter what it holds.
    pub(super) cover: usize,
    /// Hidden as well if the cover is the only small row.
    pub(super) second: usize,
    /// Coarser forms, finest first.
    pub(super) folds: &'static [Fold],
}

impl TableKind {
    pub(super) fn shape(self) -> &'static Shape {
        match self {
            Self::FourCs => &FOUR_CS,
            Self::Groups => &GROUPS,
            Self::Severity => &SEVERITY,
            Self::Affected => &AFFECTED,
            Self::CameToLight => &LIGHT,
            Self::Acknowledged => &ACKNOWLEDGED,
            Self::Triaged => &TRIAGED,
            Self::Progress => &PROGRESS,
        }
    }
}

const FOUR_CS: Shape = Shape {
    rows: &[
        RowLabel::Content,
        RowLabel::Contact,
        RowLabel::Conduct,
        RowLabel::Commerce,
        RowLabel::NoneOfFour,
    ],
    cover: 4,
    second: 2,
    folds: &[
        &[
            (RowLabel::ContentAndContact, &[0, 1]),
            (RowLabel::ConductAndCommerce, &[2, 3]),
            (RowLabel::NoneOfFour, &[4]),
        ],
        &[(RowLabel::AnyOfFour, &[0, 1, 2, 3]), (RowLabel::NoneOfFour, &[4])],
    ],
};

const GROUPS: Shape = Shape {
    rows: &[
        RowLabel::Content,
        RowLabel::Contact,
        RowLabel::Conduct,
        RowLabel::Commerce,
        RowLabel::Child,
        RowLabel::Aup,
        RowLabel::Filtering,
        RowLabel::Systems,
        RowLabel::Data,
        RowLabel::Other,
    ],
    cover: 9,
    second: 5,
    folds: &[
        &[
            (RowLabel::OnlineHarm, &[0, 1, 2, 3]),
            (RowLabel::RulesAndSystems, &[5, 6, 7, 8]),
            (RowLabel::ChildAndOther, &[4, 9]),
        ],
        &[(RowLabel::OnlineAndChild, &[0, 1, 2, 3, 4, 9]), (RowLabel::RulesAndSystems, &[5, 6, 7, 8])],
    ],
};

const SEVERITY: Shape = Shape {
    rows: &[RowLabel::Critical, RowLabel::High, RowLabel::Moderate, RowLabel::Low],
    cover: 3,
    second: 2,
    folds: &[
        &[(RowLabel::CriticalOrHigh, &[0, 1]), (RowLabel::Moderate, &[2]), (RowLabel::Low, &[3])],
        &[(RowLabel::CriticalOrHigh, &[0, 1]), (RowLabel::ModerateOrLow, &[2, 3])],
    ],
};

const AFFECTED: Shape = Shape {
    rows: &[RowLabel::Pupils, RowLabel::Staff, RowLabel::OthersOrNobody],
    cover: 2,
    second: 0,
    folds: &[&[(RowLabel::Pupils, &[0]), (RowLabel::NotPupils, &[1, 2])]],
};

const LIGHT: Shape = Shape {
    rows: &[
        RowLabel::ChildTold,
        RowLabel::AdultTold,
        RowLabel::StaffSaw,
        RowLabel::Alert,
        RowLabel::Found,
        RowLabel::AnotherWay,
    ],
    cover: 5,
    second: 2,
    folds: &[
        &[(RowLabel::ChildTold, &[0]), (RowLabel::AdultTold, &[1]), (RowLabel::Noticed, &[2, 3, 4, 5])],
        &[(RowLabel::SomebodyTold, &[0, 1]), (RowLabel::Noticed, &[2, 3, 4, 5])],
    ],
};

const IN_TIME: &[RowLabel] = &[RowLabel::InTime, RowLabel::Late];

const ACKNOWLEDGED: Shape = Shape { rows: IN_TIME, cover: 0, second: 1, folds: &[] };
const TRIAGED: Shape = Shape { rows: IN_TIME, cover: 0, second: 1, folds: &[] };
const PROGRESS: Shape = Shape { rows: &[RowLabel::Open, RowLabel::Closed], cover: 1, second: 0, folds: &[] };
