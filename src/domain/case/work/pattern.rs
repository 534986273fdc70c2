//! Patterns in what happened to one child: "third in six weeks, same platform". It is given only the cases its reader
//! can open, so that a case out of reach changes no count and no word.

use crate::domain::{kernel::clock::Instant, school::categories::CategoryCode};
use chrono::TimeDelta;

/// How far back a pattern looks from the latest case.
pub const WITHIN: TimeDelta = TimeDelta::weeks(6);
/// Fewer than this many are no pattern.
pub const LEAST: usize = 3;

/// One case, as far as patterns care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// When it was reported.
    pub at: Instant,
    /// What it is about.
    pub category: CategoryCode,
    /// The app or account it happened on, as written; nothing if the reporter did not say.
    pub platform: Option<String>,
}

/// What the cases of a pattern have in common with the latest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InCommon {
    /// The child alone.
    Nothing,
    /// The platform too, as the latest writes it.
    Platform(String),
    /// The category too.
    Category(CategoryCode),
}

/// Several cases within [`WITHIN`], the latest among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// How many.
    pub times: usize,
    /// What they share.
    pub shared: InCommon,
}

impl Pattern {
    /// The pattern in words: "Third in six weeks, same platform: Chatterbox".
    pub fn words(&self) -> String {
        let times = ordinal(self.times);
        match &self.shared {
            InCommon::Nothing => format!("{times} in six weeks"),
            InCommon::Platform(platform) => format!("{times} in six weeks, same platform: {platform}"),
            InCommon::Category(category) => {
                format!("{times} in six weeks, same kind: {}", category.category().label)
            }
        }
    }
}

/// The patterns the latest case completes, the most particular first. One that says no more than another is left out.
pub fn patterns(all: &[Occurrence]) -> Vec<Pattern> {
    let Some(latest) = all.iter().max_by_key(|one| one.at) else { return Vec::new() };
    let recent: Vec<&Occurrence> = all.iter().filter(|one| latest.at - one.at <= WITHIN).collect();
    let count = |is_alike: &dyn Fn(&Occurrence) -> bool| recent.iter().filter(|one| is_alike(one)).count();
    let platform = latest.platform.as_ref().map(|written| {
        let same = count(&|one| one.platform.as_deref().map(plain) == Some(plain(written)));
        (same, InCommon::Platform(written.trim().to_owned()))
    });
    let category = (count(&|one| one.category == latest.category), InCommon::Category(latest.category));
    let particular: Vec<(usize, InCommon)> = platform.into_iter().chain([category]).collect();
    let says_no_more = particular.iter().any(|(times, _)| *times == recent.len());
    let any = (!says_no_more).then_some((recent.len(), InCommon::Nothing));
    let enough = particular.into_iter().chain(any).filter(|(times, _)| *times >= LEAST);
    enough.map(|(times, shared)| Pattern { times, shared }).collect()
}

/// A platform in one spelling: capitals, spaces and signs aside.
fn plain(platform: &str) -> String {
    platform.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn ordinal(number: usize) -> String {
    const WORDS: [&str; 8] = ["Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"];
    let word = number.checked_sub(LEAST).and_then(|at| WORDS.get(at));
    word.map_or_else(|| format!("{number} cases"), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::school::categories;
    use chrono::DateTime;
    use proptest::prelude::*;

    const CATEGORIES: [&str; 3] = ["CDT-CYBULLY", "CON-INAPP", "CP-CONCERN"];
    const PLATFORMS: [&str; 3] = ["Chatterbox", "chatter-box ", "Pictogram"];

    fn occurrence((day, category, platform): (i64, usize, Option<usize>)) -> Occurrence {
        Occurrence {
            at: DateTime::UNIX_EPOCH + TimeDelta::days(day),
            category: categories::find(CATEGORIES[category]).unwrap().code,
            platform: platform.map(|at| PLATFORMS[at].to_owned()),
        }
    }

    fn said(all: &[(i64, usize, Option<usize>)]) -> Vec<String> {
        let all: Vec<Occurrence> = all.iter().copied().map(occurrence).collect();
        patterns(&all).iter().map(Pattern::words).collect()
    }

    #[test]
    fn third_in_six_weeks_on_the_same_platform() {
        let found = said(&[(0, 0, Some(0)), (20, 1, Some(1)), (42, 0, Some(0))]);
        assert_eq!(found, ["Third in six weeks, same platform: Chatterbox"]);
        assert_eq!(said(&[(0, 0, Some(0)), (20, 1, Some(1)), (43, 0, Some(0))]), [""; 0], "a day too late");
        assert_eq!(said(&[(0, 0, None), (20, 1, Some(1)), (42, 0, Some(0))]), ["Third in six weeks"]);
        assert_eq!(said(&[(0, 0, Some(0)), (1, 0, Some(0))]), [""; 0]);
        assert_eq!(said(&[]), [""; 0]);
        let four = said(&[(0, 0, Some(2)), (1, 0, Some(2)), (2, 0, Some(2)), (3, 0, Some(0))]);
        assert_eq!(
            four,
            [format!("Fourth in six weeks, same kind: {}", categories::find(CATEGORIES[0]).unwrap().label)]
        );
        let eleven: Vec<_> = (0..11).map(|day| (day, day as usize % 2, None)).collect();
        assert_eq!(said(&eleven).last().unwrap(), "11 cases in six weeks");
    }

    fn any() -> impl Strategy<Value = (i64, usize, Option<usize>)> {
        (0i64..120, 0usize..3, proptest::option::of(0usize..3))
    }

    proptest! {
        #[test]
        fn every_count_is_true(all in proptest::collection::vec(any(), 0..12)) {
            let all: Vec<Occurrence> = all.into_iter().map(occurrence).collect();
            for pattern in patterns(&all) {
                let latest = all.iter().max_by_key(|one| one.at).unwrap();
                let alike = all.iter().filter(|one| one.at >= latest.at - WITHIN).filter(|one| match &pattern.shared {
                    InCommon::Nothing => true,
                    InCommon::Platform(platform) => {
                        one.platform.as_deref().map(plain) == Some(plain(platform))
                    }
                    InCommon::Category(category) => one.category == *category,
                });
                prop_assert_eq!(pattern.times, alike.count());
                prop_assert!(pattern.times >= LEAST);
            }
        }

        #[test]
        fn what_is_long_ago_changes_nothing(all in proptest::collection::vec(any(), 1..12), days in 0i64..400) {
            let mut all: Vec<Occurrence> = all.into_iter().map(occurrence).collect();
            let before = patterns(&all);
            let latest = all.iter().map(|one| one.at).max().unwrap();
            let mut old = all[0].clone();
            old.at = latest - WITHIN - TimeDelta::days(days) - TimeDelta::seconds(1);
            all.push(old);
            prop_assert_eq!(patterns(&all), before);
        }

        #[test]
        fn the_order_they_are_given_in_says_nothing(days in proptest::collection::btree_set(0i64..120, 0..12), seed in any()) {
            let mut all: Vec<Occurrence> = days.into_iter().map(|day| occurrence((day, seed.1, seed.2))).collect();
            let one_way = patterns(&all);
            all.reverse();
            prop_assert_eq!(patterns(&all), one_way);
        }

        #[test]
        fn one_more_of_the_same_never_makes_a_pattern_smaller(all in proptest::collection::vec(any(), 1..12)) {
            let mut all: Vec<Occurrence> = all.into_iter().map(occurrence).collect();
            let before: usize = patterns(&all).iter().map(|pattern| pattern.times).max().unwrap_or(0);
            let latest = all.iter().max_by_key(|one| one.at).unwrap().clone();
            all.push(latest);
            let after: usize = patterns(&all).iter().map(|pattern| pattern.times).max().unwrap_or(0);
            prop_assert!(after >= before);
        }
    }
}
