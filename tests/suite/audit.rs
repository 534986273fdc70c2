//! What verifying the audit log notices: every way to alter, remove or put in something behind the program's back.

use crate::{
    databases::{TestDb, both_databases},
    small_school::{About, SmallSchool, monday},
};
use candour::{
    domain::case::Case,
    service::clock::Randomness,
    store::record::{
        access_log::{self, AccessKind, WaitingLooks},
        audit::{self, Verdict},
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;

/// Two cases and two sealed looks: entries 1 and 2 are reports, 3 is an acknowledgement, 4 seals, 5 is another report.
fn lived_in<'d>(db: &'d TestDb) -> (SmallSchool<'d>, Case) {
    let school = SmallSchool::new(db);
    school.reports("teacher", &About::category("CP-CONCERN"), monday());
    let case = school.reports("teacher", &About::category("CDT-NUDES"), monday());
    let case = school.does("dsl", &case, monday(), |case, act| case.acknowledge(act).unwrap());
    let viewer = school.signs_in("dsl", monday());
    let looks = WaitingLooks::default();
    for looked in [AccessKind::Case(&case), AccessKind::List { list: "queue", lines: 2 }] {
        looks.keep(db.db(), access_log::look(&viewer, looked, &mut Randomness)).unwrap();
    }
    let sealed = db.write(|tx| audit::seal_looks(tx, school.id, monday() + TimeDelta::minutes(1))).unwrap();
    assert_eq!(sealed, 2);
    school.reports("head", &About::category("NOT-SURE"), monday());
    (school, case)
}

fn verdict(school: &SmallSchool<'_>, against: Option<&str>) -> Verdict {
    school.db.read(|tx| audit::verify(tx, school.id, against)).unwrap()
}

#[track_caller]
fn is_broken_at(school: &SmallSchool<'_>, expected: i64, because: &str) {
    let verdict = verdict(school, None);
    let Verdict::Broken { seq, why } = verdict else { panic!("nothing was noticed") };
    assert_eq!((seq, why), (expected, because));
}

#[apply(both_databases!)]
fn what_was_not_touched_is_whole(db: TestDb) {
    let (school, _) = lived_in(&db);
    assert_eq!(verdict(&school, None), Verdict::Whole { entries: 5, known: None });
}

#[apply(both_databases!)]
fn an_altered_entry_is_named(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql("UPDATE audit_entries SET entry = replace(entry, '\"act\":\"submit\"', '\"act\":\"no_case\"') WHERE seq = 2");
    is_broken_at(&school, 2, "it was altered");
}

#[apply(both_databases!)]
fn an_entry_altered_together_with_its_hash_is_named_by_the_next(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql("UPDATE audit_entries SET hash = 'ab' || substr(hash, 3) WHERE seq = 2");
    is_broken_at(&school, 2, "it was altered");
    db.run_sql(
        "UPDATE audit_entries SET previous = (SELECT hash FROM audit_entries WHERE seq = 2) WHERE seq = 3",
    );
    is_broken_at(&school, 2, "it was altered");
}

#[apply(both_databases!)]
fn an_entry_filed_under_another_case_is_named(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql("UPDATE audit_entries SET case_id = NULL WHERE seq = 3");
    is_broken_at(&school, 3, "its columns say something else than the entry");
}

#[apply(both_databases!)]
fn an_entry_by_somebody_else_is_named(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql(&format!("UPDATE audit_entries SET actor_id = '{}' WHERE seq = 3", school.person("head")));
    is_broken_at(&school, 3, "its columns say something else than the entry");
}

#[apply(both_databases!)]
fn an_altered_word_is_named_by_the_entry_that_wrote_it(db: TestDb) {
    let (school, case) = lived_in(&db);
    db.run_sql(&format!("UPDATE texts SET words = 'nothing happened' WHERE case_id = '{}'", case.id));
    is_broken_at(&school, 2, "the words it was written with were altered");
}

#[apply(both_databases!)]
fn erased_words_leave_the_audit_log_whole(db: TestDb) {
    let (school, case) = lived_in(&db);
    db.run_sql(&format!("DELETE FROM texts WHERE case_id = '{}'", case.id));
    assert_eq!(verdict(&school, None), Verdict::Whole { entries: 5, known: None });
}

#[apply(both_databases!)]
fn a_removed_entry_is_named(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql("DELETE FROM audit_entries WHERE seq = 2");
    is_broken_at(&school, 2, "an entry is missing");
}

#[apply(both_databases!)]
fn a_removed_last_entry_is_missed(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql("DELETE FROM audit_entries WHERE seq = 5");
    is_broken_at(&school, 5, "the chain ends before its head: entries are missing");
}

#[apply(both_databases!)]
fn swapped_entries_are_named(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql(
        "UPDATE audit_entries SET seq = 99 WHERE seq = 2; UPDATE audit_entries SET seq = 2 WHERE seq = 3; \
         UPDATE audit_entries SET seq = 3 WHERE seq = 99",
    );
    is_broken_at(&school, 2, "it does not follow from the entry before it");
}

#[apply(both_databases!)]
fn an_altered_look_is_named_by_its_seal(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql(&format!("UPDATE access_log SET person_id = '{}' WHERE kind = 'case'", school.person("head")));
    is_broken_at(&school, 4, "the accesses it seals were altered");
}

#[apply(both_databases!)]
fn a_removed_look_is_named_by_its_seal(db: TestDb) {
    let (school, _) = lived_in(&db);
    db.run_sql("DELETE FROM access_log WHERE kind = 'case'");
    is_broken_at(&school, 4, "the accesses it seals were altered");
}

#[apply(both_databases!)]
fn an_audit_log_written_anew_does_not_have_the_old_hash(db: TestDb) {
    let (school, _) = lived_in(&db);
    let (_, noted) = db.read(|tx| audit::head(tx, school.id)).unwrap();
    school.reports("teacher", &About::category("CP-CONCERN"), monday());
    assert_eq!(verdict(&school, Some(&noted)), Verdict::Whole { entries: 6, known: Some(true) });
    // A person who holds the machine removes the last two entries and the head with them.
    db.run_sql(
        "DELETE FROM audit_entries WHERE seq > 4; \
         UPDATE audit_heads SET seq = 4, hash = (SELECT hash FROM audit_entries WHERE seq = 4)",
    );
    assert_eq!(verdict(&school, Some(&noted)), Verdict::Whole { entries: 4, known: Some(false) });
}

#[apply(both_databases!)]
fn nothing_is_sealed_twice(db: TestDb) {
    let (school, _) = lived_in(&db);
    let again = db.write(|tx| audit::seal_looks(tx, school.id, monday())).unwrap();
    assert_eq!(again, 0);
}

#[apply(both_databases!)]
fn schools_have_audit_logs_of_their_own(db: TestDb) {
    let (school, _) = lived_in(&db);
    let other = SmallSchool::called(&db, "brook", "Brook School");
    other.reports("teacher", &About::category("CP-CONCERN"), monday());
    db.run_sql(&format!("DELETE FROM audit_entries WHERE school_id = '{}' AND seq = 2", school.id));
    assert_eq!(verdict(&other, None), Verdict::Whole { entries: 1, known: None });
    assert!(matches!(verdict(&school, None), Verdict::Broken { seq: 2, .. }));
}
