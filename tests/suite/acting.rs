//! Lock three: a case is stored under the name of the person who acts in the transaction, or not at all.

use crate::{
    databases::{TestDb, both_databases},
    small_school::{About, SmallSchool, monday},
};
use candour::{
    domain::{
        case,
        concern::Draft,
        kernel::{ids::Reference, text::Narrative},
        school::categories,
    },
    service::clock::Randomness,
    store::{By, NotTheirDoing, Pretend, StoreError, case::cases},
};
use macro_rules_attribute::apply;

/// What is kept, by how much of it there is.
fn kept(db: &TestDb) -> [i64; 4] {
    ["cases", "audit_entries", "texts", "outbox"].map(|table| db.count(table))
}

#[track_caller]
fn is_refused<T>(answer: Result<T, StoreError>) {
    match answer {
        Err(StoreError::Unavailable(cause)) => assert!(cause.is::<NotTheirDoing>(), "{cause}"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("somebody else's act was kept"),
    }
}

#[apply(both_databases!)]
fn an_act_of_somebody_else_is_refused_and_nothing_of_it_is_kept(db: TestDb) {
    let school = SmallSchool::new(&db);
    let case = school.reports("teacher", &About::category("CP-CONCERN"), monday());
    let (dsl, deputy) = (school.signs_in("dsl", monday()), school.signs_in("deputy", monday()));
    let before = kept(&db);
    let acknowledged = |by: By<'_>| {
        db.write(|tx| {
            let event = school.act(tx, "dsl", monday(), |act| case.acknowledge(act).unwrap())?;
            cases::record(tx, by, &case, &event, &mut Randomness)
        })
    };
    is_refused(acknowledged(By::Viewer(&deputy)));
    is_refused(acknowledged(By::Candour));
    assert_eq!(kept(&db), before);
    acknowledged(By::Viewer(&dsl)).unwrap();
    assert_ne!(kept(&db), before);
}

#[apply(both_databases!)]
fn nor_is_a_concern_of_somebody_else(db: TestDb) {
    let school = SmallSchool::new(&db);
    let (teacher, head) = (school.signs_in("teacher", monday()), school.signs_in("head", monday()));
    let before = kept(&db);
    let lodged = |by: By<'_>| {
        let happened = Narrative::parse("Something happened.").unwrap();
        let draft = Draft::of(categories::find("CP-CONCERN").unwrap().code, happened, monday());
        db.write(|tx| {
            let event = school.act(tx, "teacher", monday(), |act| {
                case::lodge(&draft, Reference::draw(&mut Randomness), act).event
            })?;
            cases::open(tx, by, &event, &mut Randomness)
        })
    };
    is_refused(lodged(By::Viewer(&head)));
    is_refused(lodged(By::Candour));
    assert_eq!(kept(&db), before);
    lodged(By::Viewer(&teacher)).unwrap();
}

#[apply(both_databases!)]
fn nobody_acts_in_a_case_of_another_school(db: TestDb) {
    let (here, there) = (SmallSchool::new(&db), SmallSchool::called(&db, "brook", "Brook School"));
    let case = here.reports("teacher", &About::category("CP-CONCERN"), monday());
    let theirs = there.signs_in("dsl", monday());
    let before = kept(&db);
    is_refused(db.write(|tx| {
        let event = here.act(tx, "dsl", monday(), |act| case.acknowledge(act).unwrap())?;
        cases::record(tx, By::Viewer(&theirs), &case, &event, &mut Randomness)
    }));
    assert_eq!(kept(&db), before);
}

#[apply(both_databases!)]
fn nobody_makes_up_the_past_of_a_real_school(db: TestDb) {
    assert!(matches!(db.read(Pretend::of), Err(StoreError::NotFound)));
}
