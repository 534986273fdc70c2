//! How far a school may go: every floor by name, and what passes them still reaches a person.

use super::*;
use crate::domain::people::ties::Ties;

fn fields(change: CategoryChange, roster: &Roster) -> Vec<&'static str> {
    let change = SettingsChange::Category(change);
    let after = Editions::untouched().at(monday()).with(&change);
    problems(&change, &after, roster).into_iter().map(|problem| problem.field).collect()
}

#[test]
fn every_category_as_candour_has_it_is_within_the_limits() {
    for category in all() {
        let restated = CategoryChange {
            shown: Some(Visibility::OnForm),
            guidance: Some(category.guidance.to_string()),
            severity: Some(category.severity),
            acknowledge: Some(category.acknowledge),
            lead: Some(category.lead),
            copied: Some(category.copied.clone()),
            closing: Some(Closing::AsUsual),
            code: category.code,
        };
        assert_eq!(fields(restated, &roster()), Vec::<&str>::new(), "{}", category.code.as_str());
    }
}

#[test]
fn what_may_not_be_loosened_is_refused_beside_its_field() {
    let of = |name: &str| CategoryChange::of(code(name));
    let critical = |name: &str| CategoryChange { severity: Some(Severity::Critical), ..of(name) };
    let table: Vec<(CategoryChange, &[&str])> = vec![
        (CategoryChange { severity: Some(Severity::High), ..of("CNT-GROOM") }, &["severity"]),
        (CategoryChange { acknowledge: Some(Rule::ClockHours(1)), ..of("CNT-GROOM") }, &["acknowledge"]),
        (CategoryChange { acknowledge: Some(Rule::Minutes(15)), ..of("CNT-GROOM") }, &[]),
        (critical("CP-CONCERN"), &["acknowledge"]),
        (CategoryChange { acknowledge: Some(Rule::Minutes(30)), ..critical("CP-CONCERN") }, &[]),
        (CategoryChange { severity: Some(Severity::High), ..of("SYS-UNLOCKED") }, &["acknowledge"]),
        (CategoryChange { acknowledge: Some(Rule::SchoolDays(5)), ..of("SYS-UNLOCKED") }, &["acknowledge"]),
        (CategoryChange { guidance: Some(" ".to_owned()), ..of("CP-CONCERN") }, &["guidance"]),
        (CategoryChange { guidance: Some("x".repeat(4_001)), ..of("CP-CONCERN") }, &["guidance"]),
        (CategoryChange { lead: Some(Desk::External), ..of("DAT-RETAIN") }, &["lead"]),
        (CategoryChange { copied: Some(vec![Desk::External]), ..of("DAT-RETAIN") }, &["copied"]),
        (CategoryChange { copied: Some(Vec::new()), ..of("CON-INAPP") }, &["copied"]),
        (CategoryChange { lead: Some(Desk::Slt), ..of("CP-CONCERN") }, &["copied"]),
        (
            CategoryChange {
                lead: Some(Desk::OnlineSafety),
                copied: Some(vec![Desk::Dsl]),
                ..of("CDT-HATE")
            },
            &[],
        ),
        (
            CategoryChange {
                lead: Some(Desk::Slt),
                copied: Some(vec![Desk::Dsl, Desk::Head]),
                ..of("CNT-GROOM")
            },
            &["lead"],
        ),
        (CategoryChange { shown: Some(Visibility::Hidden), ..of("NOT-SURE") }, &["shown"]),
        (CategoryChange { lead: Some(Desk::Head), ..of("NOT-SURE") }, &["lead"]),
        (CategoryChange { copied: Some(vec![Desk::Head]), ..of("NOT-SURE") }, &["copied"]),
        (CategoryChange { guidance: Some("Write it down.".to_owned()), ..of("NOT-SURE") }, &[]),
        (CategoryChange { shown: Some(Visibility::Hidden), ..of("COM-GAMBLE") }, &[]),
    ];
    for (change, expected) in table {
        assert_eq!(fields(change.clone(), &roster()), expected, "{change:?}");
    }
}

#[test]
fn a_lead_desk_that_reaches_nobody_is_refused_and_one_with_a_chain_is_not() {
    let change = CategoryChange { lead: Some(Desk::Slt), ..CategoryChange::of(code("AUP-PERS")) };
    let without =
        |gone: &[Desk]| Roster::new(roster().sittings().iter().filter(|s| !gone.contains(&s.desk)).copied());
    assert_eq!(fields(change.clone(), &without(&[Desk::Slt])), Vec::<&str>::new(), "the head stands in");
    let nobody = without(&[Desk::Slt, Desk::Head, Desk::Chair, Desk::External]);
    assert_eq!(fields(change, &nobody), ["lead"]);
}

#[test]
fn governors_are_never_shown_a_number_below_five() {
    for (least, is_well) in [(0, false), (4, false), (5, true), (20, true), (21, false)] {
        let change =
            SettingsChange::Rules(RulesChange { smallest_shown: Some(least), ..RulesChange::default() });
        let after = Editions::untouched().at(monday()).with(&change);
        assert_eq!(problems(&change, &after, &roster()).is_empty(), is_well, "{least}");
    }
}

#[test]
fn every_severity_offers_its_own_longest_clock() {
    for severity in Severity::ALL {
        assert!(clocks(*severity).any(|rule| rule == longest_clock(*severity)), "{severity:?}");
    }
    assert!(clocks(Severity::Critical).all(|rule| matches!(rule, Rule::Minutes(15 | 30))));
}

fn any_desk() -> impl Strategy<Value = Desk> {
    prop::sample::select(Desk::ALL.to_vec())
}

fn any_change() -> impl Strategy<Value = CategoryChange> {
    let rules = vec![Rule::Minutes(15), Rule::Minutes(30), Rule::SameSchoolDay, Rule::SchoolDays(3)];
    (
        prop::sample::select(all().iter().map(|category| category.code).collect::<Vec<_>>()),
        prop::option::of(prop::sample::select(Visibility::ALL.to_vec())),
        prop::option::of(prop::sample::select(Severity::ALL.to_vec())),
        prop::option::of(prop::sample::select(rules)),
        prop::option::of(any_desk()),
        prop::option::of(prop::collection::vec(any_desk(), 0..4)),
    )
        .prop_map(|(code, shown, severity, acknowledge, lead, copied)| CategoryChange {
            code,
            shown,
            guidance: None,
            severity,
            acknowledge,
            lead,
            copied,
            closing: None,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// For anything a school may settle, with any desks it has: every concern reaches a person, critical ones within
    /// half an hour, and neither the DSL nor the head is left out if Candour has them.
    #[test]
    fn what_is_within_the_limits_reaches_somebody(
        changes in prop::collection::vec(any_change(), 1..6),
        seated in prop::collection::btree_set(any_desk(), 0..9),
    ) {
        let desk = Roster::new(roster().sittings().iter().filter(|s| seated.contains(&s.desk)).copied());
        let mut edition = Editions::untouched().at(monday());
        let mut taken = BTreeSet::new();
        for change in changes {
            let code = change.code;
            let change = SettingsChange::Category(change);
            let next = edition.with(&change);
            if problems(&change, &next, &desk).is_empty() {
                edition = next;
                taken.insert(code);
            }
        }
        for code in taken {
            let (given, now) = (code.category(), edition.category(code));
            let facts = Facts {
                category: now,
                adult: AdultAnswer::No,
                subjects: &[],
                personal_data: PersonalData::NotInvolved,
                roster: &desk,
                stepped_aside: &BTreeSet::new(),
                ties: Ties::left_out(),
                chosen: None,
                elsewhere: crate::domain::school::routing::AdultThere::NoneOrMatched,
                not_ruled_out: &crate::domain::school::routing::NO_ONE_MEANT,
                policy: edition.settings.adult_lead,
            };
            prop_assert_eq!(routing::route(&facts).nobody_reached, NobodyReached::No);
            let is_on = |category: &crate::domain::school::categories::Category, desk| {
                category.lead == desk || category.copied.contains(&desk)
            };
            for always in [Desk::Dsl, Desk::Head] {
                prop_assert!(!is_on(given, always) || is_on(now, always));
            }
            prop_assert!(!is_on(now, Desk::External));
            prop_assert!(now.severity != Severity::Critical || matches!(now.acknowledge, Rule::Minutes(..=30)));
            prop_assert!(given.severity != Severity::Critical || now.severity == Severity::Critical);
        }
        prop_assert_eq!(edition.shown(CategoryCode::in_role(CategoryRole::NotSure)), Visibility::OnForm);
        prop_assert_eq!(edition.category(CategoryCode::in_role(CategoryRole::NotSure)).lead, Desk::Dsl);
    }
}
