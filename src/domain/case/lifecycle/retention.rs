//! How long a case is kept, by what it is about (Retention): the classes that fit it, never a shorter one.

use crate::domain::case::{AboutAdult, Answer, Case, Question, Reply};
use crate::domain::school::categories::Retention;

impl Retention {
    /// Where it stands among the others by how long it usually is, in years. A person's leaving and their pension age
    /// are not known here: a low-level concern counts as a little longer than six years, and the rest of an adult's
    /// from there.
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
}

impl Case {
    /// The classes that fit this case, the most fitting first: its category's, and an adult's if it is about one.
    pub fn fitting_retention(&self) -> Vec<Retention> {
        let meets_threshold = self.meets_threshold();
        let mut fitting = self.category.category().retention.clone();
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

    /// The shortest class this case may be kept as; nothing if its category says nothing yet.
    pub fn shortest_retention(&self) -> Option<Retention> {
        let own = self.category.category().retention.iter().copied().min_by_key(|class| class.rank());
        let allegation = self.meets_threshold().then_some(Retention::Allegation);
        own.into_iter().chain(allegation).max_by_key(|class| class.rank())
    }

    /// Whether a class keeps this case long enough: a case lives as long as its longest class.
    pub fn may_be_kept(&self, class: Retention) -> bool {
        self.shortest_retention().is_none_or(|shortest| class.rank() >= shortest.rank())
    }

    fn meets_threshold(&self) -> bool {
        self.questions.get(&Question::Threshold).and_then(Answer::choice) == Some(Reply::Harm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::school::categories;

    #[test]
    fn what_harms_a_child_is_child_protection_and_what_abuses_one_may_be_longer() {
        let of = |code| categories::find(code).unwrap().retention.clone();
        assert_eq!(of("CDT-NUDES"), [Retention::ChildProtection, Retention::SexualAbuse]);
        assert_eq!(of("CP-CONCERN"), [Retention::ChildProtection]);
        assert_eq!(of("FIL-FAIL"), [Retention::Filtering]);
        assert_eq!(of("DAT-LOSS"), [Retention::DataCyber]);
    }
}
