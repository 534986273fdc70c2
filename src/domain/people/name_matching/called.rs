//! What people call the roles of a school, whole and in part; folded.

use crate::domain::people::Desk;

/// Whose a role is, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Whoever holds it or covers for them.
    Holder,
    /// Whoever deputises or covers.
    Deputies,
    /// Each of them: it is said of all.
    Everyone,
}

/// Where some words say a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// Everywhere.
    Always,
    /// In an account, if somebody is said by it: "the safeguarding lead", and no "safeguarding concern".
    BeforeARole,
    /// Only if they stand for a person.
    InWords,
    /// "IT", which is a word in small letters.
    Pronoun,
    /// "Head", which is a part of the body.
    Head,
}

/// One way to say a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Called {
    /// The words.
    pub(super) words: &'static str,
    /// The desk.
    pub(super) desk: Desk,
    /// Whose it is.
    pub(super) who: Who,
    /// Where it counts.
    pub(super) counts: Counts,
}

/// A role by its own name.
const fn whole(desk: Desk, words: &'static str) -> Called {
    Called { words, desk, who: Who::Holder, counts: Counts::Always }
}

/// A name that deputies go by as well.
const fn any(desk: Desk, words: &'static str) -> Called {
    Called { words, desk, who: Who::Everyone, counts: Counts::Always }
}

/// A deputy's own name.
const fn deputy(desk: Desk, words: &'static str) -> Called {
    Called { words, desk, who: Who::Deputies, counts: Counts::Always }
}

/// What a role is about: its part.
const fn part(desk: Desk, words: &'static str) -> Called {
    Called { words, desk, who: Who::Everyone, counts: Counts::BeforeARole }
}

/// A word that says a role only if it stands for a person.
const fn loose(desk: Desk, words: &'static str) -> Called {
    Called { words, desk, who: Who::Everyone, counts: Counts::InWords }
}

/// Every way to say a role.
pub(super) const CALLED: &[Called] = &[
    whole(Desk::Dsl, "dsl"),
    whole(Desk::Dsl, "designated safeguarding lead"),
    whole(Desk::Dsl, "designated safeguarding person"),
    whole(Desk::Dsl, "designated safeguarding officer"),
    any(Desk::Dsl, "dsls"),
    any(Desk::Dsl, "designated lead"),
    any(Desk::Dsl, "designated person"),
    any(Desk::Dsl, "safeguarding lead"),
    any(Desk::Dsl, "safeguarding officer"),
    any(Desk::Dsl, "child protection officer"),
    any(Desk::Dsl, "child protection lead"),
    deputy(Desk::Dsl, "ddsl"),
    deputy(Desk::Dsl, "ddsls"),
    part(Desk::Dsl, "safeguarding"),
    part(Desk::Dsl, "child protection"),
    loose(Desk::Dsl, "designated"),
    loose(Desk::Dsl, "on call"),
    whole(Desk::OnlineSafety, "online safety coordinator"),
    whole(Desk::OnlineSafety, "online safety co ordinator"),
    any(Desk::OnlineSafety, "online safety lead"),
    any(Desk::OnlineSafety, "online safety officer"),
    any(Desk::OnlineSafety, "e safety coordinator"),
    any(Desk::OnlineSafety, "e safety lead"),
    any(Desk::OnlineSafety, "e safety officer"),
    any(Desk::OnlineSafety, "esafety lead"),
    any(Desk::OnlineSafety, "esafety coordinator"),
    part(Desk::OnlineSafety, "online safety"),
    part(Desk::OnlineSafety, "internet safety"),
    part(Desk::OnlineSafety, "e safety"),
    part(Desk::OnlineSafety, "esafety"),
    loose(Desk::OnlineSafety, "online"),
    whole(Desk::Network, "network manager"),
    any(Desk::Network, "it manager"),
    any(Desk::Network, "it network manager"),
    any(Desk::Network, "ict manager"),
    any(Desk::Network, "systems manager"),
    part(Desk::Network, "network"),
    part(Desk::Network, "ict"),
    part(Desk::Network, "computer"),
    part(Desk::Network, "computers"),
    Called { words: "it", desk: Desk::Network, who: Who::Everyone, counts: Counts::Pronoun },
    loose(Desk::Network, "technician"),
    loose(Desk::Network, "technicians"),
    whole(Desk::Head, "headteacher"),
    whole(Desk::Head, "head teacher"),
    whole(Desk::Head, "headmaster"),
    whole(Desk::Head, "headmistress"),
    whole(Desk::Head, "principal"),
    any(Desk::Head, "headteachers"),
    any(Desk::Head, "executive head"),
    deputy(Desk::Head, "dht"),
    Called { words: "head", desk: Desk::Head, who: Who::Everyone, counts: Counts::Head },
    whole(Desk::InformationRisk, "senior information risk owner"),
    whole(Desk::InformationRisk, "siro"),
    any(Desk::InformationRisk, "information risk owner"),
    part(Desk::InformationRisk, "information risk"),
    loose(Desk::InformationRisk, "risk owner"),
    whole(Desk::DataProtection, "data protection officer"),
    whole(Desk::DataProtection, "dpo"),
    part(Desk::DataProtection, "data protection"),
    part(Desk::DataProtection, "gdpr"),
    any(Desk::Slt, "senior leadership team"),
    any(Desk::Slt, "senior leadership"),
    any(Desk::Slt, "slt"),
    any(Desk::Slt, "smt"),
    part(Desk::Slt, "leadership"),
    loose(Desk::Slt, "senior leader"),
    loose(Desk::Slt, "senior leaders"),
    loose(Desk::Slt, "senior management"),
    whole(Desk::Chair, "chair of governors"),
    whole(Desk::Chair, "chair of the governors"),
    whole(Desk::Chair, "chair of the board"),
    whole(Desk::Chair, "chair of the governing body"),
    any(Desk::Chair, "chairman"),
    any(Desk::Chair, "chairwoman"),
    any(Desk::Chair, "chairperson"),
    loose(Desk::Chair, "chair"),
    loose(Desk::Chair, "governor"),
    loose(Desk::Chair, "governors"),
    whole(Desk::External, "external contact"),
    loose(Desk::External, "external"),
    loose(Desk::External, "local authority"),
    loose(Desk::External, "lado"),
    loose(Desk::External, "trust"),
];
