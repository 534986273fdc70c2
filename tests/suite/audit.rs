//! What verifying the audit log notices: every way to alter, remove or put in something behind the program's back.

use crate::{
    databases::{TestDb, both},
    staffed::{About, Staffed, monday},
};
use candour::{
    domain::case::Case,
    service::clock::Randomness,
    store::record::{
        access_log::{self, Looked},
        audit::{self, Verdict},
    },
};
use chrono::TimeDelta;

/// Two cases and two sealed looks: entries 1 and 2 are reports, 3 is an acknowledgement, 4 seals, 5 is another report.
fn lived_in<'d>(db: &'d TestDb) -> (Staffed<'d>, Case) {
    let school = Staffed::new(db);
    school.reports("teacher", &About::category("CP-CONCERN"), monday());
    let case = school.reports("teacher", &About::category("CDT-NUDES"), monday());
    let case = school.does("dsl", &case, monday(), |case, act| case.acknowledge(act).unwrap());
    let viewer = school.signs_in("dsl", monday());
    for looked in [Looked::Case(&case), Looked::List { list: "queue", lines: 2 }] {
        db.db().look(access_log::look(&viewer, looked, &mut Randomness)).unwrap();
    }
    let sealed = db.write(|tx| audit::seal_looks(tx, school.id, monday() + TimeDelta::minutes(1))).unwrap();
    assert_eq!(sealed, 2);
    school.reports("head", &About::category("NOT-SURE"), monday());
    (school, case)
}

fn verdict(school: &Staffed<'_>, against: Option<&str>) -> Verdict {
    school.db.read(|tx| audit::verify(tx, school.id, against)).unwrap()
}

#[track_caller]
fn is_broken_at(school: &Staffed<'_>, expected: i64, because: &str) {
    let verdict = verdict(school, None);
    let Verdict::Broken { seq, why } = verdict else { panic!("nothing was noticed") };
    assert_eq!((seq, why), (expected, because));
}

both! {
    fn what_was_not_touched_is_whole(db) {
        let (school, _) = lived_in(&db);
        assert_eq!(verdict(&school, None), Verdict::Whole { entries: 5, known: None });
    }

    fn an_altered_entry_is_named(db) {
        let (school, _) = lived_in(&db);
        db.meddle("UPDATE audit_entries SET entry = replace(entry, '\"act\":\"submit\"', '\"act\":\"no_case\"') WHERE seq = 2");
        is_broken_at(&school, 2, "it was altered");
    }

    fn an_entry_altered_together_with_its_hash_is_named_by_the_next(db) {
        let (school, _) = lived_in(&db);
        db.meddle("UPDATE audit_entries SET hash = 'ab' || substr(hash, 3) WHERE seq = 2");
        is_broken_at(&school, 2, "it was altered");
        db.meddle("UPDATE audit_entries SET previous = (SELECT hash FROM audit_entries WHERE seq = 2) WHERE seq = 3");
        is_broken_at(&school, 2, "it was altered");
    }

    fn an_entry_filed_under_another_case_is_named(db) {
        let (school, _) = lived_in(&db);
        db.meddle("UPDATE audit_entries SET case_id = NULL WHERE seq = 3");
        is_broken_at(&school, 3, "it is filed under something else than it says");
    }

    fn an_entry_by_somebody_else_is_named(db) {
        let (school, _) = lived_in(&db);
        db.meddle(&format!("UPDATE audit_entries SET actor_id = '{}' WHERE seq = 3", school.person("head")));
        is_broken_at(&school, 3, "it is filed under something else than it says");
    }

    fn an_altered_word_is_named_by_the_entry_that_wrote_it(db) {
        let (school, case) = lived_in(&db);
        db.meddle(&format!("UPDATE texts SET words = 'nothing happened' WHERE case_id = '{}'", case.id));
        is_broken_at(&school, 2, "the words it was written with were altered");
    }

    fn erased_words_leave_the_trail_whole(db) {
        let (school, case) = lived_in(&db);
        db.meddle(&format!("DELETE FROM texts WHERE case_id = '{}'", case.id));
        assert_eq!(verdict(&school, None), Verdict::Whole { entries: 5, known: None });
    }

    fn a_removed_entry_is_named(db) {
        let (school, _) = lived_in(&db);
        db.meddle("DELETE FROM audit_entries WHERE seq = 2");
        is_broken_at(&school, 2, "an entry is missing");
    }

    fn a_removed_last_entry_is_missed(db) {
        let (school, _) = lived_in(&db);
        db.meddle("DELETE FROM audit_entries WHERE seq = 5");
        is_broken_at(&school, 5, "the chain ends before its head: entries are missing");
    }

    fn swapped_entries_are_named(db) {
        let (school, _) = lived_in(&db);
        db.meddle(
            "UPDATE audit_entries SET seq = 99 WHERE seq = 2; UPDATE audit_entries SET seq = 2 WHERE seq = 3; \
             UPDATE audit_entries SET seq = 3 WHERE seq = 99",
        );
        is_broken_at(&school, 2, "it does not follow from the entry before it");
    }

    fn an_altered_look_is_named_by_its_seal(db) {
        let (school, _) = lived_in(&db);
        db.meddle(&format!("UPDATE access_log SET person_id = '{}' WHERE kind = 'case'", school.person("head")));
        is_broken_at(&school, 4, "the looks it seals were altered");
    }

    fn a_removed_look_is_named_by_its_seal(db) {
        let (school, _) = lived_in(&db);
        db.meddle("DELETE FROM access_log WHERE kind = 'case'");
        is_broken_at(&school, 4, "the looks it seals were altered");
    }

    fn a_trail_written_anew_does_not_have_the_old_fingerprint(db) {
        let (school, _) = lived_in(&db);
        let (_, noted) = db.read(|tx| audit::head(tx, school.id)).unwrap();
        school.reports("teacher", &About::category("CP-CONCERN"), monday());
        assert_eq!(verdict(&school, Some(&noted)), Verdict::Whole { entries: 6, known: Some(true) });
        // Whoever holds the machine takes away the last two entries and the head with them.
        db.meddle(
            "DELETE FROM audit_entries WHERE seq > 4; \
             UPDATE audit_heads SET seq = 4, hash = (SELECT hash FROM audit_entries WHERE seq = 4)",
        );
        assert_eq!(verdict(&school, Some(&noted)), Verdict::Whole { entries: 4, known: Some(false) });
    }

    fn nothing_is_sealed_twice(db) {
        let (school, _) = lived_in(&db);
        let again = db.write(|tx| audit::seal_looks(tx, school.id, monday())).unwrap();
        assert_eq!(again, 0);
    }

    fn schools_have_trails_of_their_own(db) {
        let (school, _) = lived_in(&db);
        let other = Staffed::called(&db, "brook", "Brook School");
        other.reports("teacher", &About::category("CP-CONCERN"), monday());
        db.meddle(&format!("DELETE FROM audit_entries WHERE school_id = '{}' AND seq = 2", school.id));
        assert_eq!(verdict(&other, None), Verdict::Whole { entries: 1, known: None });
        assert!(matches!(verdict(&school, None), Verdict::Broken { seq: 2, .. }));
    }
}
