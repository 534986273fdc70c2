//! A governor of two schools, and the head who publishes the reports of both.

use crate::browser::vocabulary::{Person, Room};
use crate::school::Cast;
use candour::{
    domain::{
        kernel::ids::{DutyId, PersonId},
        people::{Desk, Seat},
    },
    service::clock::Randomness,
    store::{
        StoreError,
        entry::sessions,
        people::staff::{self, Duty, DutyKind, Person as Registered},
    },
};
use chrono::{TimeZone, Utc};

const TERM: &str = "Safeguarding and online safety: autumn term 2026";

/// A governor of two schools reads the term of the one, changes school by the header's button, and reads the other's.
#[actix_web::test]
async fn a_governor_of_two_schools_reads_both_terms() {
    let room = Room::open("governor").await;
    for _ in 0..6 {
        room.school.report(Cast::Teacher, &room.school.draft("CON-INAPP"));
    }
    leads_the_other_school_too(&room);
    room.school.hands.set(Utc.with_ymd_and_hms(2027, 1, 5, 9, 0, 0).unwrap());
    let head = room.signs_in(Cast::Head, "Cases that need action").await;
    publishes(&head).await;
    head.presses("Change school", "Change school").await;
    head.presses("Go to Upton School", "Cases that need action").await;
    publishes(&head).await;

    let governor = room.signs_in(Cast::Governor, "Reports to governors").await;
    governor.sees("Downton Primary").await;
    governor.presses("Autumn term 2026", TERM).await;
    governor.sees("No cases were recorded").await;
    governor.presses("Change school", "Change school").await;
    governor.presses("Go to Upton School", "Reports to governors").await;
    governor.presses("Autumn term 2026", TERM).await;
    governor.sees("6").await;
    governor.does_not_see("Your cases").await;
    governor.opens("/queue", "Page not found").await;
}

async fn publishes(head: &Person<'_>) {
    head.presses("Statistics", "Reports to governors").await;
    head.presses("Preview the report for autumn term 2026", TERM).await;
    head.presses("Publish this report", TERM).await;
}

/// The head leads both schools, as executive heads do.
fn leads_the_other_school_too(room: &Room) {
    let (school, now, random) = (&room.school, room.school.clock.now(), &mut Randomness);
    let there = PersonId::draw(now, random);
    let duty = Duty {
        id: DutyId::draw(now, random),
        person: there,
        what: DutyKind::Seat(Desk::Head, Seat::Holder),
        starts_at: now,
        ends_at: None,
    };
    let person = Registered {
        id: there,
        kind: Cast::Head.kind(),
        name: Cast::Head.name().to_owned(),
        year_group: None,
        post: None,
        email: None,
    };
    let kept = school.db.write(|tx| {
        let account = sessions::account_of_person(tx, school.school, school.person(Cast::Head))?;
        staff::add_people(tx, school.other_school, &[person], now)?;
        staff::bind(tx, school.other_school, account, there, now)?;
        staff::add_duty(tx, school.other_school, &duty)?;
        Ok::<_, StoreError>(())
    });
    kept.unwrap();
}
