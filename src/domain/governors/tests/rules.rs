//! Statistics T2, T3, T5, T6: particular schools, and the words they read.

use super::super::frozen::{FrozenReport, ThawError};
use super::super::published::{Count, Form, LineKind, RowLabel};
use super::super::words::Headline;
use super::*;
use crate::domain::kernel::codes::reworded;

fn said(report: &Published) -> String {
    report.headline().iter().map(Headline::words).collect::<Vec<_>>().join(" ")
}

#[test]
fn earlier_terms_are_on_the_trend_and_compared_t2() {
    let spring = TermKey { school_year: 2026, season: Season::Spring };
    let conduct = case(Group::Conduct, Some(FourC::Conduct));
    let autumn = first(&school(&[(conduct, 30)]));
    let raw = RawCounts::builder(spring).add(conduct, 36).build();
    let next = publish(&raw, Threshold::LEAST, std::slice::from_ref(&autumn));
    assert_eq!(next.trend()[0].total(), Count::Exact(30));
    assert_eq!(
        said(&next),
        "Staff recorded 36 cases in spring term 2027. That is 6 more than in autumn term 2026."
    );
    assert_eq!(next.changes()[0].words(), "The 4 Cs of online safety: Conduct rose from 30 to 36.");
}

#[test]
fn empty_tiny_single_and_huge_schools_t3() {
    let empty = first(&school(&[]));
    assert_eq!((empty.total(), empty.tables().len()), (Count::Exact(0), 0));
    assert_eq!(said(&empty), "No cases were recorded in autumn term 2026.");

    // One to four cases, of any kind: the same page.
    let one = first(&school(&[(failure(FilterRepair::Found), 1)]));
    let four = first(&school(&[(breach(), 2), (case(Group::StaffConduct, Some(FourC::Contact)), 2)]));
    assert_eq!(one, four);
    assert_eq!(one.total(), Count::FewerThan(5));
    assert_eq!(said(&one), "Staff recorded fewer than 5 cases in autumn term 2026.");

    let alike = first(&school(&[(case(Group::Content, Some(FourC::Content)), 10_000)]));
    let table = alike.table(TableKind::Groups).unwrap();
    assert_eq!((table.form(), table.rows()[0].count()), (Form::Full, Count::Exact(10_000)));
    assert_eq!(table.rows()[0].percent(), Some(100));

    let mixed = first(&school(&[
        (case(Group::Content, Some(FourC::Content)), 6_000),
        (case(Group::Commerce, Some(FourC::Commerce)), 3),
        (case(Group::NotSure, None), 3_997),
    ]));
    let table = mixed.table(TableKind::Groups).unwrap();
    assert_eq!(table.rows()[3].count(), Count::FewerThan(5));
    assert_eq!(table.rows()[9].count(), Count::Hidden);
    assert_eq!(mixed.total(), Count::Rounded(10_000));
}

#[test]
fn a_small_primary_reads_right() {
    let page = first(&school(&[
        (case(Group::Content, Some(FourC::Content)), 2),
        (case(Group::Contact, Some(FourC::Contact)), 1),
        (case(Group::Conduct, Some(FourC::Conduct)), 3),
        (case(Group::ChildConcern, None), 2),
        (case(Group::AupBreach, None), 1),
        (failure(FilterRepair::Retested), 1),
        (case(Group::Systems, None), 1),
        (case(Group::NotSure, None), 1),
    ]));
    assert_eq!(page.total(), Count::Exact(12));
    let groups = page.table(TableKind::Groups).unwrap();
    assert_eq!((groups.form(), groups.rows().len()), (Form::TotalOnly, 0));
    assert_eq!(
        groups.note().unwrap().words(),
        "All 12 cases are counted together: splitting them by kind could point to one person."
    );
    let four_c = page.table(TableKind::FourCs).unwrap();
    assert_eq!(four_c.form(), Form::Folded);
    assert_eq!((four_c.rows()[0].label(), four_c.rows()[0].count()), (RowLabel::AnyOfFour, Count::Exact(7)));
    assert_eq!(page.line(LineKind::FilteringFailures).unwrap().count(), Count::Hidden);
    assert_eq!(page.table(TableKind::Acknowledged).unwrap().rows()[0].count(), Count::Exact(12));
}

#[test]
fn staff_conduct_is_in_no_line_of_its_own() {
    let with = |group| {
        first(&school(&[
            (case(Group::Conduct, Some(FourC::Conduct)), 30),
            (case(group, Some(FourC::Conduct)), 7),
        ]))
    };
    assert_eq!(with(Group::StaffConduct), with(Group::Images));
    assert_eq!(with(Group::StaffConduct), with(Group::NotSure));
    let json = with(Group::StaffConduct).freeze().json.to_lowercase();
    assert!(!json.contains("staff conduct") && !json.contains("lado") && !json.contains("disciplinary"));
}

#[test]
fn the_threshold_is_never_lowered() {
    assert!(Threshold::new(4).is_err());
    let raw = school(&[(case(Group::Content, Some(FourC::Content)), 30)]);
    let raised = publish(&raw, Threshold::new(8).unwrap(), &[]);
    let spring = TermKey { school_year: 2026, season: Season::Spring };
    let later = RawCounts::builder(spring).add(case(Group::Content, Some(FourC::Content)), 7).build();
    let later = publish(&later, Threshold::LEAST, &[raised]);
    assert_eq!(later.total(), Count::FewerThan(8));
}

#[test]
fn a_frozen_report_carries_its_definitions_and_notices_any_change_t5_t6() {
    let page = first(&school(&[(case(Group::Content, Some(FourC::Content)), 30)]));
    let frozen = page.freeze();
    assert!(frozen.json.contains("\"definitions\":"));
    crate::domain::kernel::document::tests::hold(
        "domain/governors/tests/documents/term_report_1.json",
        page.contents(),
    );
    assert_eq!(frozen.sha256.len(), 64);
    let changed = FrozenReport { json: frozen.json.replace("30", "31"), ..frozen.clone() };
    assert_eq!(changed.thaw(), Err(ThawError::HashDiffers));
    let _ = publish(&school(&[]), Threshold::LEAST, std::slice::from_ref(&page));
    assert_eq!(page.freeze(), frozen);
}

#[test]
fn a_secondary_sees_most_of_its_tables() {
    let seen = |n, case| (case, n);
    let page = first(&school(&[
        seen(18, case(Group::Content, Some(FourC::Content))),
        seen(9, case(Group::Contact, Some(FourC::Contact))),
        seen(31, case(Group::Conduct, Some(FourC::Conduct))),
        seen(2, case(Group::Commerce, Some(FourC::Commerce))),
        seen(14, case(Group::ChildConcern, None)),
        seen(12, case(Group::AupBreach, Some(FourC::Conduct))),
        seen(4, failure(FilterRepair::Retested)),
        seen(3, failure(FilterRepair::Found)),
        seen(8, case(Group::Systems, None)),
        seen(2, breach()),
        seen(4, case(Group::DataProtection, None)),
        seen(3, case(Group::StaffConduct, None)),
    ]));
    let groups = page.table(TableKind::Groups).unwrap();
    let shown: Vec<String> = groups.rows().iter().map(|row| row.count().to_string()).collect();
    assert_eq!(shown, ["18", "9", "31", "fewer than 5", "14", "12", "7", "8", "6", "hidden"]);
    assert_eq!(page.total(), Count::Rounded(110));
    assert_eq!(page.line(LineKind::DataBreaches).unwrap().count(), Count::FewerThan(5));
    assert_eq!(page.line(LineKind::FilteringFailures).unwrap().count(), Count::Exact(7));
}

#[test]
fn without_the_words_of_any_code_the_same_numbers_are_published() {
    let mix = [
        (case(Group::Content, Some(FourC::Content)), 30),
        (failure(FilterRepair::Found), 2),
        (breach(), 7),
        (case(Group::NotSure, None), 1),
    ];
    let told = |report: Published| report.freeze();
    assert_eq!(told(first(&school(&mix))), reworded(|| told(first(&school(&mix)))));
}
