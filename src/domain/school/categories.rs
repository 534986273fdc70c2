//! The 57 categories: Candour's own list, each with its route, clock, guidance and decisions. Data a school may change.

use crate::domain::{
    kernel::{
        clock::Rule,
        codes::{Worded, codes},
    },
    people::Desk,
};
use std::{borrow::Cow, sync::LazyLock};

codes! {
    /// The group a category belongs to.
    Group {
        Content = "Content", "Something seen or searched for online";
        Contact = "Contact", "Someone contacting a child online";
        Conduct = "Conduct", "How pupils behave online";
        Commerce = "Commerce", "Scams, gambling and money";
        ChildConcern = "Child concern", "A worry about a child";
        StaffConduct = "Staff conduct", "Something an adult here did, or had done to them";
        AupBreach = "AUP breach", "Breaking the acceptable use policy";
        Images = "Images", "Photos and videos of pupils";
        Filtering = "Filtering & monitoring", "Filtering and monitoring";
        Systems = "Systems", "Accounts, devices and attacks";
        DataProtection = "Data protection", "Lost or shared information";
        NotSure = "Not sure", "I am not sure";
    }
}

codes! {
    /// The four areas of online risk (KCSIE 2026, part two: content, contact, conduct and commerce).
    FourC {
        Content = "content", "content";
        Contact = "contact", "contact";
        Conduct = "conduct", "conduct";
        Commerce = "commerce", "commerce";
    }
}

codes! {
    /// How serious it is.
    Severity {
        Low = "low", "Low";
        Moderate = "moderate", "Medium";
        High = "high", "High";
        Critical = "critical", "Critical";
    }
}

codes! {
    /// A decision that a category asks for at triage.
    Decision {
        CsaDuty = "csa_duty", "whether the duty to report child sexual abuse applies";
        Police = "police_decision", "whether to tell the police";
        Prevent = "prevent", "whether to refer to Prevent";
        Lado = "lado", "whether to tell the local authority designated officer (LADO)";
        Ico = "ico", "whether to tell the Information Commissioner (ICO)";
    }
}

codes! {
    /// Whether files may be added to a concern.
    Files {
        Allowed = "allowed", "allowed";
        Refused = "refused", "refused";
        RefusedUntilTriage = "refused_until_triage", "refused until triage";
    }
}

codes! {
    /// How long a case is kept, by what it is about.
    Retention {
        ChildProtection = "child_protection", "Child protection, or online harm to a child: 25 years from date of birth";
        SexualAbuse = "sexual_abuse", "Sexual abuse of a child: 75 years";
        MinorPupil = "minor_pupil", "Minor breach by a pupil: 3 years";
        Allegation = "allegation", "Allegation about an adult: to pension age or 10 years, the longer";
        LowLevel = "low_level", "Low-level concern: until the person leaves";
        StaffAup = "staff_aup", "Breach by an adult: 6 years after they leave";
        DataCyber = "data_cyber", "Data or cyber incident: 6 years";
        Filtering = "filtering", "Filtering or monitoring: 3 years";
    }
}

codes! {
    /// The part a category has in rules of its own.
    CategoryRole {
        NotSure = "not_sure", "for a reporter who is not sure";
        FilterFailed = "filter_failed", "the filter failed: opened if it let something through";
        MonitoringFailed = "monitoring_failed", "monitoring failed";
    }
}

impl CategoryRole {
    /// Whether a fix is recorded, and another person tests that it works before the case closes.
    pub const fn asks_for_a_retest(self) -> bool {
        match self {
            Self::FilterFailed | Self::MonitoringFailed => true,
            Self::NotSure => false,
        }
    }
}

/// One category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its code, as `CON-INAPP`.
    pub code: CategoryCode,
    /// Its label, in plain English.
    pub label: &'static str,
    /// The group it is listed in.
    pub group: Group,
    /// The area of online risk, if it has one.
    pub four_c: Option<FourC>,
    /// Severity before triage.
    pub severity: Severity,
    /// Who leads, before the rules on adults and exclusion.
    pub lead: Desk,
    /// Who is told as well.
    pub copied: Vec<Desk>,
    /// Told as well if a pupil is a subject.
    pub copied_if_pupil: Vec<Desk>,
    /// Told as well if personal data is involved.
    pub copied_if_personal_data: Vec<Desk>,
    /// How soon the lead desk must acknowledge it.
    pub acknowledge: Rule,
    /// What triage must decide.
    pub decisions: Vec<Decision>,
    /// Whether files may be added.
    pub files: Files,
    /// What a reporter reads as soon as they choose it.
    pub guidance: Cow<'static, str>,
    /// What a handler is reminded of.
    pub hint: &'static str,
    /// Clauses of the five acceptable use policies it may breach, as `S4-13`.
    pub clauses: Vec<&'static str>,
    /// How long its cases may be kept, the most fitting first. None if the category says nothing yet.
    pub retention: Vec<Retention>,
    /// Its part in rules of its own, if it has one.
    pub role: Option<CategoryRole>,
}

/// The code of a category that exists: made only by [`find`] and the list itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryCode(&'static str);

impl serde::Serialize for CategoryCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for CategoryCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <Cow<'_, str>>::deserialize(deserializer)?;
        find(&code).map(|category| category.code).ok_or_else(|| serde::de::Error::custom("unknown category"))
    }
}

impl CategoryCode {
    /// The code, as `CON-INAPP`.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The category.
    pub fn category(self) -> &'static Category {
        find(self.0).unwrap_or(&CATEGORIES[0])
    }

    /// The first category of the list that has this part.
    pub fn in_role(role: CategoryRole) -> Self {
        CATEGORIES.iter().find(|category| category.role == Some(role)).unwrap_or(&CATEGORIES[0]).code
    }

    /// Whether this category has this part.
    pub fn is(self, role: CategoryRole) -> bool {
        self.category().role == Some(role)
    }

    /// Whether a fix is recorded, and another person tests that it works before the case closes.
    pub fn asks_for_a_retest(self) -> bool {
        self.category().role.is_some_and(CategoryRole::asks_for_a_retest)
    }
}

impl Worded for CategoryCode {
    fn worded(&self) -> Cow<'static, str> {
        self.category().label.into()
    }
}

/// Every category, in the order shown to people.
pub fn all() -> &'static [Category] {
    &CATEGORIES
}

/// The category with this code, if there is one.
pub fn find(code: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.code.0 == code)
}

static CATEGORIES: LazyLock<Vec<Category>> = LazyLock::new(|| read(include_str!("../data/categories.csv")));

#[expect(clippy::expect_used, reason = "the list is compiled in; a test reads every row of it")]
fn read(table: &'static str) -> Vec<Category> {
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    rows.records().map(|row| category(&row.expect("categories.csv is well formed"))).collect()
}

#[expect(clippy::expect_used, reason = "the list is compiled in; a test reads every row of it")]
fn category(row: &csv::StringRecord) -> Category {
    let field = |at: usize| row.get(at).expect("every row has every column");
    let kept = |at: usize| -> &'static str { Box::leak(field(at).to_owned().into_boxed_str()) };
    let desks = |at: usize| field(at).split_whitespace().map(|d| d.parse().expect("a desk")).collect();
    Category {
        code: CategoryCode(kept(0)),
        label: kept(1),
        group: field(2).parse().expect("a group"),
        four_c: Some(field(3)).filter(|c| !c.is_empty()).map(|c| c.parse().expect("one of the 4 Cs")),
        severity: field(4).parse().expect("a severity"),
        lead: field(5).parse().expect("a desk"),
        copied: desks(6),
        copied_if_pupil: desks(7),
        copied_if_personal_data: desks(8),
        acknowledge: Rule::parse(field(9)).expect("a clock rule"),
        decisions: field(10).split_whitespace().map(|d| d.parse().expect("a decision")).collect(),
        files: field(11).parse().expect("allowed or refused"),
        guidance: Cow::Borrowed(kept(12)),
        hint: kept(13),
        clauses: kept(14).split_whitespace().collect(),
        retention: field(15).split_whitespace().map(|r| r.parse().expect("a retention class")).collect(),
        role: Some(field(16)).filter(|r| !r.is_empty()).map(|r| r.parse().expect("a part")),
    }
}

impl Group {
    /// Whether a concern about an adult keeps the category's own route, with the head copied (Routing rule 2).
    pub const fn keeps_its_route_for_adults(self) -> bool {
        match self {
            Self::Systems | Self::DataProtection | Self::Filtering | Self::AupBreach => true,
            Self::Content
            | Self::Contact
            | Self::Conduct
            | Self::Commerce
            | Self::ChildConcern
            | Self::StaffConduct
            | Self::Images
            | Self::NotSure => false,
        }
    }

    /// Whether the DSL oversees every case of the group (Who may read a case).
    pub const fn overseen_by_dsl(self) -> bool {
        match self {
            Self::Content
            | Self::Contact
            | Self::Conduct
            | Self::Commerce
            | Self::ChildConcern
            | Self::Images => true,
            Self::StaffConduct
            | Self::AupBreach
            | Self::Filtering
            | Self::Systems
            | Self::DataProtection
            | Self::NotSure => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_57_and_every_row_reads() {
        assert_eq!(all().len(), 57);
        assert!(all().iter().all(|c| !c.guidance.is_empty() && !c.label.is_empty()));
    }

    #[test]
    fn every_part_is_had_by_one_category() {
        for role in CategoryRole::ALL {
            assert_eq!(all().iter().filter(|c| c.role == Some(*role)).count(), 1, "{role:?}");
        }
        assert_eq!(CategoryCode::in_role(CategoryRole::FilterFailed).as_str(), "FIL-FAIL");
    }

    #[test]
    fn every_category_but_not_sure_says_how_long_it_is_kept() {
        for category in all() {
            let is_not_sure = category.role == Some(CategoryRole::NotSure);
            assert_eq!(category.retention.is_empty(), is_not_sure, "{:?}", category.code);
        }
    }
}
