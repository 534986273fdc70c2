//! How long a case is kept, by what it is about (Retention): the classes that fit it, and none that is kept shorter.

use super::{AboutAdult, Answer, Case, Question};
use crate::domain::{
    category::{Category, Group},
    codes::codes,
};

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

impl Retention {
    /// Where it stands among the others by how long it usually is, in years. A person's leaving and their pension age
    /// are not known here: a low-level concern counts as a little longer than six years, and the rest of an adult's from
    /// there.
    const fn rank(self) -> u8 {
        match self {
            Self::MinorPupil | Self::Filtering => 3,
            Self::DataCyber => 6,
            Self::LowLevel => 7,
            Self::StaffAup => 8,
            Self::Allegation => 10,
            Self::ChildProtection => 25,
            Self::SexualAbuse => 75,
        }
    }

    /// The classes that fit a category, its own first. None where the category says nothing yet.
    fn of(category: &Category) -> &'static [Self] {
        let by_code: Option<&[Self]> = match category.code.as_str() {
            "CON-ILLEGAL" | "CNT-GROOM" | "CNT-SEXTORT" | "CDT-NUDES" | "CDT-HSB" => {
                Some(&[Self::ChildProtection, Self::SexualAbuse])
            }
            "CDT-MISUSE" => Some(&[Self::MinorPupil]),
            // What is seen by accident is no more than a pupil's minor breach; what harms a child online is more.
            "CON-INAPP" | "CON-MISINFO" | "MON-ALERT" => Some(&[Self::ChildProtection, Self::MinorPupil]),
            "SYS-BYPASS" | "SYS-CRED" | "SYS-UNLOCKED" => {
                Some(&[Self::DataCyber, Self::MinorPupil, Self::StaffAup])
            }
            "STF-ALLEG" => Some(&[Self::Allegation]),
            _ => None,
        };
        by_code.unwrap_or(match category.group {
            Group::Content | Group::Contact | Group::Conduct | Group::ChildConcern => {
                &[Self::ChildProtection]
            }
            Group::Commerce => &[Self::ChildProtection, Self::MinorPupil],
            Group::StaffConduct => &[Self::LowLevel, Self::StaffAup, Self::Allegation],
            Group::AupBreach => &[Self::StaffAup, Self::MinorPupil],
            Group::Images => &[Self::ChildProtection, Self::DataCyber, Self::StaffAup],
            Group::Filtering => &[Self::Filtering],
            Group::Systems | Group::DataProtection => &[Self::DataCyber],
            Group::NotSure => &[],
        })
    }
}

impl Case {
    /// The classes that fit this case, the most fitting first: its category's, and an adult's where it is about one.
    pub fn fitting_retention(&self) -> Vec<Retention> {
        let meets_threshold = self.meets_threshold();
        let mut fitting = Retention::of(self.category.category()).to_vec();
        let of_adults: &[Retention] = match (meets_threshold, self.about_adult) {
            (true, _) => &[Retention::Allegation],
            (false, AboutAdult::Yes) => &[Retention::LowLevel, Retention::StaffAup, Retention::Allegation],
            (false, AboutAdult::No) => &[],
        };
        fitting
            .extend(of_adults.iter().filter(|class| !fitting.contains(class)).copied().collect::<Vec<_>>());
        fitting.retain(|class| self.may_be_kept(*class));
        fitting
    }

    /// The shortest class this case may be kept as; nothing where its category says nothing yet.
    pub fn shortest_retention(&self) -> Option<Retention> {
        let own = Retention::of(self.category.category()).iter().copied().min_by_key(|class| class.rank());
        let allegation = self.meets_threshold().then_some(Retention::Allegation);
        own.into_iter().chain(allegation).max_by_key(|class| class.rank())
    }

    /// Whether a class keeps this case long enough: a case lives as long as its longest class.
    pub fn may_be_kept(&self, class: Retention) -> bool {
        self.shortest_retention().is_none_or(|shortest| class.rank() >= shortest.rank())
    }

    fn meets_threshold(&self) -> bool {
        self.questions.get(&Question::Threshold).and_then(Answer::choice) == Some("harm")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category;

    #[test]
    fn every_category_but_not_sure_has_a_class_of_its_own() {
        for category in category::all() {
            let fits = Retention::of(category);
            assert_eq!(fits.is_empty(), category.group == Group::NotSure, "{:?}", category.code);
        }
    }

    #[test]
    fn what_harms_a_child_is_child_protection_and_what_abuses_one_may_be_longer() {
        let of = |code| Retention::of(category::find(code).unwrap());
        assert_eq!(of("CDT-NUDES"), [Retention::ChildProtection, Retention::SexualAbuse]);
        assert_eq!(of("CP-CONCERN"), [Retention::ChildProtection]);
        assert_eq!(of("FIL-FAIL"), [Retention::Filtering]);
        assert_eq!(of("DAT-LOSS"), [Retention::DataCyber]);
    }
}
