//! Somebody who works in two schools arrives in the one they used last, and only they are offered another.

use crate::{
    databases::{TestDb, both_databases},
    school::{Cast, School},
};
use candour::{jobs::Job, store::entry::sessions};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

const CHANGE: &str = "href=\"/schools\"";

#[apply(both_databases!)]
async fn an_account_arrives_in_the_school_it_was_in_last(db: TestDb) {
    let school = School::open(db).await;
    let governor = school.sign_in(Cast::Governor).await;
    let there = school.other_school.to_string();
    let moved = governor.submit("/schools", "/schools", &[("school", &there)]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    assert!(governor.get("/statistics").await.body.contains("Downton Primary"));
    // Long after the session itself is forgotten.
    school.hands.forward(TimeDelta::days(60));
    school.does(Job::EndSessions).await;
    assert_eq!(db_sessions(&school), 0, "nothing of the session is left");
    let back = school.arrives(Cast::Governor).await;
    assert!(back.get("/statistics").await.body.contains("Downton Primary"));
    // And as soon as they go to the other one, that is the one; another sign-in beside it changes nothing.
    let here = school.school.to_string();
    back.submit("/schools", "/schools", &[("school", &here)]).await;
    let again = school.arrives(Cast::Governor).await;
    assert!(again.get("/statistics").await.body.contains("Upton School"));
}

#[apply(both_databases!)]
async fn only_somebody_of_two_schools_can_change_school(db: TestDb) {
    let school = School::open(db).await;
    let (governor, teacher) = (school.sign_in(Cast::Governor).await, school.sign_in(Cast::Teacher).await);
    assert!(governor.get("/statistics").await.body.contains(CHANGE));
    assert!(!teacher.get("/report").await.body.contains(CHANGE));
    // They left the other school: there is nothing to change to.
    school
        .db
        .write(|tx| {
            let account = sessions::account_of_person(tx, school.school, school.person(Cast::Governor))?;
            let place =
                sessions::places(tx, account)?.into_iter().find(|p| p.school == school.other_school).unwrap();
            candour::store::people::staff::leave(tx, place.school, place.person, school.clock.now())
        })
        .unwrap();
    assert!(!governor.get("/statistics").await.body.contains(CHANGE));
}

fn db_sessions(school: &School) -> i64 {
    school.db.count("sessions")
}
