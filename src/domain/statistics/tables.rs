//! What the tables are: their rows, the row that covers small ones, and how they fold. Fixed, so public.

use serde::{Deserialize, Serialize};

/// A table of the term report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// The 4 Cs and none of the four.
    FourCs,
    /// Groups of categories.
    Groups,
    /// Severity.
    Severity,
    /// Who was affected.
    Affected,
    /// How it came to light.
    CameToLight,
    /// Acknowledged in time.
    Acknowledged,
    /// Triaged in time.
    Triaged,
    /// Open or closed.
    Progress,
}

/// Rows that are added together under one label.
pub(super) type Fold = &'static [(&'static str, &'static [usize])];

/// The fixed shape of a table.
pub(super) struct Shape {
    pub(super) rows: &'static [&'static str],
    /// Hidden whenever any row is small, whatever it holds.
    pub(super) cover: usize,
    /// Hidden as well where the cover is the only small row.
    pub(super) second: usize,
    /// Coarser forms, finest first.
    pub(super) folds: &'static [Fold],
}

impl TableKind {
    /// Every table, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::FourCs,
        Self::Groups,
        Self::Severity,
        Self::Affected,
        Self::CameToLight,
        Self::Acknowledged,
        Self::Triaged,
        Self::Progress,
    ];

    /// The heading of the table.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::FourCs => "The 4 Cs of online safety",
            Self::Groups => "What the cases were about",
            Self::Severity => "How serious they were",
            Self::Affected => "Who was affected",
            Self::CameToLight => "How they came to light",
            Self::Acknowledged => "Acknowledged in time",
            Self::Triaged => "First decision made in time",
            Self::Progress => "Open and closed",
        }
    }

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
    rows: &["Content", "Contact", "Conduct", "Commerce", "None of the four"],
    cover: 4,
    second: 2,
    folds: &[
        &[("Content and contact", &[0, 1]), ("Conduct and commerce", &[2, 3]), ("None of the four", &[4])],
        &[("Any of the 4 Cs", &[0, 1, 2, 3]), ("None of the four", &[4])],
    ],
};

const GROUPS: Shape = Shape {
    rows: &[
        "Content",
        "Contact",
        "Conduct",
        "Commerce",
        "Concern about a child",
        "Acceptable use",
        "Filtering and monitoring",
        "Systems",
        "Data protection",
        "Other",
    ],
    cover: 9,
    second: 5,
    folds: &[
        &[
            ("Online content, contact, conduct and commerce", &[0, 1, 2, 3]),
            ("Acceptable use, filtering, systems and data", &[5, 6, 7, 8]),
            ("Concerns about a child, and other", &[4, 9]),
        ],
        &[
            ("Online safety, concerns about a child, and other", &[0, 1, 2, 3, 4, 9]),
            ("Acceptable use, filtering, systems and data", &[5, 6, 7, 8]),
        ],
    ],
};

const SEVERITY: Shape = Shape {
    rows: &["Critical", "High", "Moderate", "Low"],
    cover: 3,
    second: 2,
    folds: &[
        &[("Critical or high", &[0, 1]), ("Moderate", &[2]), ("Low", &[3])],
        &[("Critical or high", &[0, 1]), ("Moderate or low", &[2, 3])],
    ],
};

const AFFECTED: Shape = Shape {
    rows: &["Pupils", "Staff", "Other people, or nobody"],
    cover: 2,
    second: 0,
    folds: &[&[("Pupils", &[0]), ("Staff, other people, or nobody", &[1, 2])]],
};

const LIGHT: Shape = Shape {
    rows: &[
        "A child or young person told us",
        "Another adult told us",
        "Staff saw or heard it",
        "Filtering or monitoring raised it",
        "Staff found it afterwards",
        "Another way",
    ],
    cover: 5,
    second: 2,
    folds: &[
        &[
            ("A child or young person told us", &[0]),
            ("Another adult told us", &[1]),
            ("Staff or systems noticed, or another way", &[2, 3, 4, 5]),
        ],
        &[("Somebody told us", &[0, 1]), ("Staff or systems noticed, or another way", &[2, 3, 4, 5])],
    ],
};

const IN_TIME: &[&str] = &["In time", "Late"];

const ACKNOWLEDGED: Shape = Shape { rows: IN_TIME, cover: 0, second: 1, folds: &[] };
const TRIAGED: Shape = Shape { rows: IN_TIME, cover: 0, second: 1, folds: &[] };
const PROGRESS: Shape = Shape { rows: &["Open", "Closed"], cover: 1, second: 0, folds: &[] };
