//! Open cases that follow when a role begins or ends.

use super::*;

/// The holder of a desk is excluded only through a later duty: the others of that desk work for them, so the case goes
/// to the head in the same act. The subject sees nothing, then or later.
#[apply(both_databases!)]
async fn a_case_leaves_a_desk_whose_new_holder_is_named_in_it(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &names_the_other_teacher(&school)).reference;
    let case = format!("/cases/{reference}");
    school.deliver().await;
    ends(&school, Cast::Dsl).await;
    let dougal = school.sign_in(Cast::DeputyDsl).await;
    assert_eq!(dougal.status(&case).await, StatusCode::OK, "the deputy acts while nobody holds the desk");
    let oliver = school.sign_in(Cast::OtherTeacher).await;
    let before = blanked(&oliver.get("/my-reports").await);
    changes(&school, Cast::OtherTeacher, "dsl-holder").await;
    assert_eq!(dougal.status(&case).await, StatusCode::NOT_FOUND, "he works for him now");
    let kept = full(&school, Cast::Head, &reference);
    assert_eq!((kept.case.lead(), kept.case.desks.contains_key(&Desk::Dsl)), (Desk::Head, false));
    assert_eq!((kept.timeline[0].entry.act, kept.timeline[0].actor), (Move::Follow, None));
    let heads = school.sign_in(Cast::Head).await.get(&case).await;
    assert!(heads.body.contains("Roles have changed"), "{}", words_of(&heads.body));
    assert!(heads.body.contains("The headteacher leads in place of the designated safeguarding lead"));
    assert_eq!(blanked(&oliver.get(&case).await), blanked(&oliver.get("/cases/CAN-0000-0000").await));
    assert!(
        oliver.get("/queue").await.body.contains("Showing 0 of 0")
            || oliver.get("/queue").await.body.contains("Nothing needs you")
    );
    assert_eq!(before.matches("CAN-").count(), 0);
    let told = school.deliver().await;
    assert!(told.contains(&"hattie.head@school.example".to_owned()), "{told:?}");
}

/// A duty that begins or ends on its day, with nobody acting: open cases follow within the minute.
#[apply(both_databases!)]
async fn open_cases_follow_a_duty_that_ends_on_its_day(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("FIL-FAIL")).reference;
    school.does(Job::FollowDuties).await;
    let lead = |cast| full(&school, cast, &reference).case.lead();
    assert_eq!(lead(Cast::Network), Desk::Network);
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let page = end_of(&school, Cast::Network);
    let last_day = [("to-day", "18"), ("to-month", "11"), ("to-year", "2026")];
    done(
        &admin
            .submit(&page, &page, &[&[("why", "leaving"), ("act", "propose")][..], &last_day].concat())
            .await,
    );
    done(&head.decides(&head.proposal().await, "confirm").await);
    assert_eq!(lead(Cast::Network), Desk::Network, "until its day");
    school.does(Job::FollowDuties).await;
    assert_eq!(lead(Cast::Network), Desk::Network);
    school.deliver().await;
    school.hands.set("2026-11-19T10:00:00Z".parse().unwrap());
    school.does(Job::FollowDuties).await;
    assert_eq!(lead(Cast::OnlineSafety), Desk::OnlineSafety, "vacant: the next of the chain");
    let version = full(&school, Cast::OnlineSafety, &reference).case.version;
    school.does(Job::FollowDuties).await;
    assert_eq!(full(&school, Cast::OnlineSafety, &reference).case.version, version, "once");
    let told = school.deliver().await;
    assert!(told.contains(&"olive.online@school.example".to_owned()), "{told:?}");
    let head = school.sign_in(Cast::Head).await;
    assert!(
        head.get("/queue").await.body.contains("There is no network manager at present."),
        "who can mend it is warned"
    );
    assert!(!school.sign_in(Cast::Dsl).await.get("/queue").await.body.contains("at present"));
}

/// The duty that the reporter chose passes on: suspicion does not.
#[apply(both_databases!)]
async fn a_chosen_duty_that_passes_on_keeps_away_who_had_it(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("STF-COMM");
    draft.adult = AdultAnswer::Yes(WhichAdult::Headteacher);
    let reference = school.report(Cast::Teacher, &draft).reference;
    school.does(Job::FollowDuties).await;
    let now = school.clock.now();
    school.db.write(|tx| staff::end_duty(tx, school.school, school.duty(Cast::Head), now)).unwrap();
    gives(&school, Cast::OtherTeacher, DutyKind::Seat(Desk::Head, Seat::Holder));
    gives(&school, Cast::Head, DutyKind::Seat(Desk::Chair, Seat::Holder));
    school.hands.forward(TimeDelta::minutes(1));
    school.does(Job::FollowDuties).await;
    let kept = full(&school, Cast::Chair, &reference);
    let excluded: Vec<PersonId> = kept.case.exclusions.keys().copied().collect();
    assert_eq!(excluded, [school.person(Cast::Head)], "who was the head then, whatever they are now");
}
