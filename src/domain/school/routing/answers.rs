//! What the form asks that bears on who gets a concern, and the school's own setting.

use crate::domain::{
    kernel::codes::{UnknownCode, codes},
    people::Desk,
};

codes! {
    /// Which adult a concern is about, as asked on the form.
    WhichAdult {
        Headteacher = "head", "The headteacher";
        SafeguardingLead = "dsl", "The safeguarding lead";
        OnlineSafetyCoordinator = "online_safety", "The online safety coordinator";
        NetworkManager = "network", "The network manager";
        Chair = "chair", "The chair of governors";
        SomebodyElse = "somebody_else", "Another adult";
        DoNotKnow = "do_not_know", "I do not know";
    }
}

codes! {
    /// Whether personal data is involved.
    PersonalData {
        Involved = "involved", "Personal data is involved";
        NotInvolved = "not_involved", "No personal data is involved";
    }
}

codes! {
    /// Who leads if a concern is about an adult: a setting of the school (KCSIE's default is the head).
    AdultLead {
        Head = "head", "The headteacher leads and the safeguarding lead is copied";
        Dsl = "dsl", "The safeguarding lead leads and the headteacher is copied";
    }
}

/// The answer to "Is it about something an adult who works or volunteers here did?", and then "Which of these is it?"
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdultAnswer {
    /// It is not.
    No,
    /// It is about this one.
    Yes(WhichAdult),
}

impl AdultAnswer {
    /// The code kept in the database: `no`, or that of the adult.
    pub const fn code(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes(which) => which.code(),
        }
    }
}

impl AdultAnswer {
    /// The answer as it is read back: "No", or "Yes" with which adult.
    pub fn answer_words(self) -> String {
        match self {
            Self::No => "No".to_owned(),
            Self::Yes(WhichAdult::DoNotKnow) => format!("Yes: {}", WhichAdult::DoNotKnow.words()),
            Self::Yes(which) => format!("Yes: {}", which.words().to_lowercase()),
        }
    }
}

impl PersonalData {
    /// The answer as it is read back. The form may be sent without one.
    pub const fn answer_words(self) -> &'static str {
        match self {
            Self::Involved => "Yes",
            Self::NotInvolved => "No, or not answered",
        }
    }
}

impl std::str::FromStr for AdultAnswer {
    type Err = UnknownCode;
    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        if code == "no" { Ok(Self::No) } else { code.parse().map(Self::Yes) }
    }
}

impl WhichAdult {
    /// The desk chosen, if one was; its holders and cover are excluded even if no name is given.
    pub const fn desk(self) -> Option<Desk> {
        match self {
            Self::Headteacher => Some(Desk::Head),
            Self::SafeguardingLead => Some(Desk::Dsl),
            Self::OnlineSafetyCoordinator => Some(Desk::OnlineSafety),
            Self::NetworkManager => Some(Desk::Network),
            Self::Chair => Some(Desk::Chair),
            Self::SomebodyElse | Self::DoNotKnow => None,
        }
    }
}
