//! Term reports: what is counted, who may see it, and that nothing done later changes what was published.

mod pages;
mod school;
mod solver;

use crate::databases::{TestDb, both_databases};
use candour::{
    domain::{
        case::Restriction,
        concern::{Draft, DraftSubject, HowKnown, HowTold, Somebody, TellerRole, ToldBy},
        governors::{self, Count, Headline},
        kernel::{
            ids::Reference,
            text::{Line, Summary},
        },
        people::subject::{SubjectKind, SubjectRole},
        school::{categories, routing::WhichAdult},
    },
    service::{ServiceError, governors::review},
    store::record::audit,
};
use macro_rules_attribute::apply;
use school::{AFTERWARDS, School, about, about_the, autumn, copy_the_only_case, draft, known_by};
use std::collections::BTreeSet;

/// A case of every category, some ended, some confidential, one about its own reporter.
fn a_mixed_term(school: &mut School<'_>) {
    for category in categories::all() {
        let reference = school.report_as("teacher", &draft(category.code.as_str()));
        if category.code.as_str().starts_with("CON-IN") {
            school.end_as_no_case("dsl", &reference);
        }
    }
    let pupil = DraftSubject {
        who: Somebody::InWords(Line::parse("A pupil").unwrap()),
        kind: SubjectKind::Pupil,
        role: SubjectRole::Affected,
    };
    for _ in 0..6 {
        school.report_as("teacher", &Draft { subjects: vec![pupil.clone()], ..draft("CON-INAPP") });
    }
    school.report_as("teacher", &about_the(WhichAdult::SafeguardingLead));
    school.report_as("teacher", &about_the(WhichAdult::Headteacher));
    school.report_as("teacher", &known_by(HowKnown::SelfReport));
    let sealed = school.report_as("teacher", &draft("CON-INAPP"));
    school.change("head", &sealed, |case, act| {
        case.restrict(Restriction::Sealed, &Summary::parse("Very confidential.").unwrap(), act)
    });
}

/// T1: a reader who tries every school there could be finds each value from 1 to 4 behind each "fewer than 5".
#[apply(both_databases!)]
fn t1_a_solver_learns_nothing_from_what_was_published(db: TestDb) {
    let mixes = [[2, 3, 12, 13], [1, 0, 12, 10], [4, 4, 4, 12], [1, 1, 20, 1], [3, 9, 9, 2], [0, 2, 0, 0]];
    let mut small = Vec::new();
    for (mix, seed) in mixes.into_iter().zip(20..) {
        let mut school = School::named(&db, &format!("school-{seed}"), seed);
        let page = solver::published(&mut school, mix);
        let sample = &mut School::named(&db, &format!("sample-{seed}"), seed + 100);
        let possible = solver::solve(sample, &page, mix);
        for (number, values) in &possible {
            assert_eq!(*values, BTreeSet::from([1, 2, 3, 4]), "{number} of {mix:?}");
        }
        small.push(possible.len());
    }
    assert_eq!(small, [0, 1, 0, 0, 1, 1], "small numbers that are shown as such");
}

#[apply(both_databases!)]
fn t3_an_empty_school_reports_nothing(db: TestDb) {
    let mut school = School::new(&db);
    let preview = school.preview("head");
    assert_eq!(preview.report.total(), Count::Exact(0));
    assert!(
        matches!(preview.report.headline()[..], [Headline::None { .. }]),
        "{:?}",
        preview.report.headline()
    );
    assert_eq!(school.publish(), preview.report);
}

#[apply(both_databases!)]
fn t3_one_case_is_fewer_than_five_and_nothing_else(db: TestDb) {
    let mut school = School::new(&db);
    school.report_as("teacher", &draft("CON-INAPP"));
    let report = school.preview("head").report;
    assert_eq!((report.total(), report.tables().len()), (Count::FewerThan(5), 0));
}

#[apply(both_databases!)]
fn t3_all_in_one_category_is_shown_as_it_is(db: TestDb) {
    let mut school = School::new(&db);
    for _ in 0..12 {
        school.report_as("teacher", &draft("CON-INAPP"));
    }
    let report = school.preview("head").report;
    assert_eq!(report.total(), Count::Exact(12));
    let cs = report.table(governors::TableKind::FourCs).unwrap();
    assert_eq!(
        cs.rows().iter().map(|row| row.count()).collect::<Vec<_>>(),
        [12, 0, 0, 0, 0].map(Count::Exact)
    );
}

#[apply(both_databases!)]
fn t3_ten_thousand_cases_are_all_counted(db: TestDb) {
    let mut school = School::new(&db);
    school.report_as("teacher", &draft("CON-INAPP"));
    copy_the_only_case(&db, 9_999);
    let before = db.db().statements();
    let started = std::time::Instant::now();
    let report = school.preview("head").report;
    eprintln!("counting 10,000 cases: {:?}", started.elapsed());
    assert_eq!(report.total(), Count::Exact(10_000));
    // Signing in and all: the number does not grow with the cases.
    assert!(db.db().statements() - before <= 12, "{}", db.db().statements() - before);
}

#[apply(both_databases!)]
fn t4_a_preview_equals_a_recount_of_the_previewers_own_list(db: TestDb) {
    let mut school = School::new(&db);
    a_mixed_term(&mut school);
    for who in ["head", "dsl", "deputy"] {
        let recount = school.recount(who);
        let preview = school.preview(who);
        assert_eq!(preview.report, recount, "{who}");
        assert!(!preview.report.tables().is_empty());
    }
    assert_ne!(school.preview("dsl").report.total(), school.preview("head").report.total());
}

#[apply(both_databases!)]
fn t4_a_case_that_excludes_the_dsl_changes_nothing_she_can_see(db: TestDb) {
    let mut school = School::new(&db);
    a_mixed_term(&mut school);
    let everybody = ["dsl", "deputy", "head"];
    let before = everybody.map(|who| school.preview(who).hash);
    let (dsl, deputy, head) = (school.person("dsl"), school.person("deputy"), school.person("head"));
    let confidential = [
        about_the(WhichAdult::SafeguardingLead),
        about(dsl, SubjectRole::Alleged),
        about(dsl, SubjectRole::NamedOnly),
        about(dsl, SubjectRole::Affected),
        about(deputy, SubjectRole::Alleged),
        about(head, SubjectRole::Alleged),
    ];
    for draft in &confidential {
        school.report_as("teacher", draft);
        assert_eq!(everybody.map(|who| school.preview(who).hash), before);
    }
    // Ordinary cases do change them: this test can fail.
    for _ in 0..30 {
        school.report_as("teacher", &draft("CON-INAPP"));
    }
    for (who, before) in everybody.iter().zip(before) {
        assert_ne!(school.preview(who).hash, before, "{who}");
    }
}

#[apply(both_databases!)]
fn t4_sealing_takes_a_case_out_and_self_reports_wait_for_triage(db: TestDb) {
    let mut school = School::new(&db);
    let mut references = Vec::new();
    for _ in 0..10 {
        references.push(school.report_as("teacher", &draft("CON-INAPP")));
    }
    school.report_as("teacher", &known_by(HowKnown::SelfReport));
    let teacher = school.person("teacher");
    school.report_as("teacher", &about(teacher, SubjectRole::Alleged));
    assert_eq!(school.preview("head").report.total(), Count::Exact(10));
    // What a visitor told her about her is no report of herself, though she typed it.
    let visitor = ToldBy {
        name: Line::parse("A visitor").unwrap(),
        role: TellerRole::Visitor,
        how: HowTold::Spoken,
        at: "2026-11-17T09:00:00Z".parse().unwrap(),
    };
    let told = Draft { told_by: Some(visitor), ..about(teacher, SubjectRole::Alleged) };
    school.report_as("teacher", &told);
    assert_eq!(school.preview("head").report.total(), Count::Exact(11));
    school.change("head", &references[0], |case, act| {
        case.restrict(Restriction::Sealed, &Summary::parse("Very confidential.").unwrap(), act)
    });
    assert_eq!(school.preview("dsl").report.total(), Count::Exact(10));
    school.end_as_no_case("dsl", &references[1]);
    assert_eq!(school.preview("head").report.total(), Count::Exact(9));
}

#[apply(both_databases!)]
fn t6_nothing_done_later_changes_a_published_report(db: TestDb) {
    let mut school = School::new(&db);
    let references: Vec<Reference> =
        (0..12).map(|_| school.report_as("teacher", &draft("CON-INAPP"))).collect();
    let published = school.publish();
    for reference in &references[..7] {
        school.end_as_no_case("dsl", reference);
    }
    let governor = school.op("governor", "2027-04-10T10:00:00Z");
    let read = review::report(&db, &governor, autumn()).unwrap();
    assert_eq!(read.report, published);
    assert_eq!(read.report.total(), Count::Exact(12));
    assert_eq!(read.hash, published.freeze().sha256);
    assert_eq!(review::published(&db, &governor).unwrap().published, [read]);
    let head = school.op("head", "2027-04-10T10:00:00Z");
    assert!(matches!(review::preview(&db, &head, autumn()), Err(ServiceError::WrongState(_))));
    assert!(matches!(review::publish(&db, &head, autumn(), ""), Err(ServiceError::WrongState(_))));
}

#[apply(both_databases!)]
fn t6_publishing_is_an_act_of_the_head_in_the_audit_log(db: TestDb) {
    let mut school = School::new(&db);
    school.report_as("teacher", &draft("CON-INAPP"));
    let (before, _) = db.read(|tx| audit::head(tx, school.id)).unwrap();
    let hash = school.preview("dsl").hash;
    let dsl = school.op("dsl", AFTERWARDS);
    assert!(matches!(review::publish(&db, &dsl, autumn(), &hash), Err(ServiceError::Refused(_))));
    let head = school.op("head", AFTERWARDS);
    assert!(matches!(review::publish(&db, &head, autumn(), "another"), Err(ServiceError::Stale)));
    assert_eq!(db.read(|tx| audit::head(tx, school.id)).unwrap().0, before);
    let published = school.publish();
    let head = school.op("head", AFTERWARDS);
    assert_eq!(review::publish(&db, &head, autumn(), &published.freeze().sha256).unwrap(), published);
    let (after, latest) = db.read(|tx| audit::head(tx, school.id)).unwrap();
    assert_eq!(after, before + 1);
    let verdict = db.read(|tx| audit::verify(tx, school.id, Some(&latest))).unwrap();
    assert_eq!(verdict, audit::Verdict::Whole { entries: after, known: Some(true) });
}

#[apply(both_databases!)]
fn t6_a_report_that_was_altered_is_not_shown(db: TestDb) {
    let mut school = School::new(&db);
    school.publish();
    let other = "0".repeat(64);
    db.run_sql(&format!("UPDATE term_reports SET hash = '{other}'"));
    let governor = school.op("governor", AFTERWARDS);
    let read = review::report(&db, &governor, autumn());
    let Err(ServiceError::Unavailable(why)) = read else { panic!("{read:?}") };
    assert_eq!(why.to_string(), "term_reports.hash of row autumn-2026 cannot be read");
}

#[apply(both_databases!)]
fn a_running_or_unknown_term_has_no_report(db: TestDb) {
    let mut school = School::new(&db);
    let head = school.op("head", "2026-12-18T23:59:59Z");
    assert!(matches!(review::preview(&db, &head, autumn()), Err(ServiceError::WrongState(_))));
    assert!(matches!(review::publish(&db, &head, autumn(), ""), Err(ServiceError::WrongState(_))));
    let unknown = "summer-2031".parse().unwrap();
    assert!(matches!(review::preview(&db, &head, unknown), Err(ServiceError::NotFound)));
    let head = school.op("head", "2026-12-19T00:00:00Z");
    assert!(review::preview(&db, &head, autumn()).is_ok());
    assert_eq!(review::published(&db, &head).unwrap().waiting.len(), 1);
}

#[apply(both_databases!)]
fn each_reads_what_is_theirs(db: TestDb) {
    let mut school = School::new(&db);
    school.publish();
    for who in ["governor", "chair", "head", "dsl", "deputy"] {
        let op = school.op(who, AFTERWARDS);
        assert!(review::report(&db, &op, autumn()).is_ok(), "{who}");
        let spring = "spring-2027".parse().unwrap();
        let may_preview = !matches!(review::preview(&db, &op, spring), Err(ServiceError::NotFound));
        assert_eq!(may_preview, ["head", "dsl", "deputy"].contains(&who), "{who}");
    }
    for who in ["teacher", "network", "external", "administrator"] {
        let op = school.op(who, AFTERWARDS);
        assert!(matches!(review::report(&db, &op, autumn()), Err(ServiceError::NotFound)), "{who}");
        assert!(matches!(review::published(&db, &op), Err(ServiceError::NotFound)), "{who}");
        assert!(matches!(review::publish(&db, &op, autumn(), ""), Err(ServiceError::NotFound)), "{who}");
    }
    let mut other = School::named(&db, "ash", 99);
    let governor = other.op("governor", AFTERWARDS);
    assert!(review::published(&db, &governor).unwrap().published.is_empty());
    assert!(matches!(review::report(&db, &governor, autumn()), Err(ServiceError::NotFound)));
}
