//! The people of the test's secondary school, one for each kind of standing.

use candour::{
    domain::people::{Desk, Office, PersonKind, Seat},
    store::people::staff::DutyKind,
};

/// The people of the test's secondary school, one for each kind of standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cast {
    Teacher,
    OtherTeacher,
    Dsl,
    DeputyDsl,
    OnlineSafety,
    Network,
    Head,
    DeputyHead,
    Siro,
    Dpo,
    Chair,
    External,
    Governor,
    Administrator,
    Inspector,
}

impl Cast {
    pub const ALL: [Self; 15] = [
        Self::Teacher,
        Self::OtherTeacher,
        Self::Dsl,
        Self::DeputyDsl,
        Self::OnlineSafety,
        Self::Network,
        Self::Head,
        Self::DeputyHead,
        Self::Siro,
        Self::Dpo,
        Self::Chair,
        Self::External,
        Self::Governor,
        Self::Administrator,
        Self::Inspector,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Teacher => "Tessa Teach",
            Self::OtherTeacher => "Oliver Other",
            Self::Dsl => "Dinah Lead",
            Self::DeputyDsl => "Dougal Deputy",
            Self::OnlineSafety => "Olive Online",
            Self::Network => "Ned Network",
            Self::Head => "Hattie Head",
            Self::DeputyHead => "Harold Vice",
            Self::Siro => "Silas Risk",
            Self::Dpo => "Dot Data",
            Self::Chair => "Charlie Chair",
            Self::External => "Erin External",
            Self::Governor => "Gwen Governor",
            Self::Administrator => "Addy Admin",
            Self::Inspector => "Ivor Quill",
        }
    }

    pub fn kind(self) -> PersonKind {
        match self {
            Self::Chair | Self::Governor => PersonKind::GovernorOnly,
            Self::External | Self::Inspector => PersonKind::Outside,
            _ => PersonKind::Staff,
        }
    }

    pub fn duty(self) -> Option<DutyKind> {
        let seat = |desk, seat| Some(DutyKind::Seat(desk, seat));
        match self {
            Self::Teacher | Self::OtherTeacher => None,
            Self::Dsl => seat(Desk::Dsl, Seat::Holder),
            Self::DeputyDsl => seat(Desk::Dsl, Seat::Deputy),
            Self::OnlineSafety => seat(Desk::OnlineSafety, Seat::Holder),
            Self::Network => seat(Desk::Network, Seat::Holder),
            Self::Head => seat(Desk::Head, Seat::Holder),
            Self::DeputyHead => seat(Desk::Head, Seat::Deputy),
            Self::Siro => seat(Desk::InformationRisk, Seat::Holder),
            Self::Dpo => seat(Desk::DataProtection, Seat::Holder),
            Self::Chair => seat(Desk::Chair, Seat::Holder),
            Self::External => seat(Desk::External, Seat::Holder),
            Self::Governor => Some(DutyKind::Office(Office::Governor)),
            Self::Administrator => Some(DutyKind::Office(Office::Administrator)),
            Self::Inspector => Some(DutyKind::Office(Office::Inspector)),
        }
    }

    pub fn subject(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}
