//! The rules of the workflow where people meet them, through the pages and on both databases: R1, C1, C3, C4, D1 and T1.
//! The domain's own tests hold them case by case; here is that no page and no database lets them slip.

use crate::{
    databases::{TestDb, both_databases},
    page_forms::words_of,
    school::{Answer, Cast, School, SignedInBrowser},
    whole_story::{Pen, tell},
};
use candour::{
    domain::{
        case::lifecycle::workflow::{Move, Status},
        kernel::{
            clock::Instant,
            ids::{DutyId, Reference},
        },
        people::{
            Desk, Seat,
            subject::{SubjectKind, SubjectRole},
        },
    },
    service::{
        case::read::{self, CaseView},
        clock::Randomness,
    },
    store::people::staff::{self, Duty, DutyKind},
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeMap;

const ENDS: [(&str, &str); 6] = [
    ("outcome", "support"),
    ("actions", "We spoke to everybody."),
    ("rationale", "It is settled."),
    ("reporter_told", "That it was dealt with."),
    ("parents_told", "They were told by telephone."),
    ("lessons", "A quicker check."),
];

#[track_caller]
fn done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
}

impl SignedInBrowser<'_> {
    /// Does an act of a case, from its own page.
    async fn act(&self, reference: &Reference, act: &str, fields: &[(&str, &str)]) -> Answer {
        let to = format!("/cases/{reference}/{act}");
        let from = if act == "acknowledge" { format!("/cases/{reference}") } else { to.clone() };
        let shown = self.get(&from).await;
        if shown.status == StatusCode::OK { self.submit_from(&shown, &to, fields).await } else { shown }
    }
}

fn stands_down(school: &School, casts: &[Cast]) {
    let now = school.clock.now();
    for cast in casts {
        school.db.write(|tx| staff::end_duty(tx, school.school, school.duty(*cast), now)).unwrap();
    }
    school.hands.forward(TimeDelta::minutes(1));
}

fn status(school: &School, cast: Cast, reference: &Reference) -> Status {
    match read::case(&school.db, &school.op(cast), reference, &mut Randomness).unwrap() {
        CaseView::Full(full) => full.case.status,
        CaseView::Inspected(seen) => seen.reading().case.status,
        CaseView::Technical(technical) => technical.status,
    }
}

/// R1: no desk for the category: the concern is accepted all the same, falls to the last resort, and if nobody at
/// all is left the receipt gives the LADO's number; it is there for the next who sits there.
#[apply(both_databases!)]
async fn r1_a_concern_no_desk_can_take_is_accepted_and_falls_to_the_last_resort(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    stands_down(&school, &[Cast::OnlineSafety, Cast::Dsl, Cast::DeputyDsl, Cast::Network]);
    let report = [
        ("category", "CON-INAPP"),
        ("happened", "It happened in the second lesson."),
        ("noticed", "now"),
        ("risk", "no"),
        ("adult", "no"),
    ];
    let sent = teacher.submit("/report", "/report", &report).await;
    done(&sent);
    let first: Reference =
        sent.location.split('?').next().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    assert!(teacher.get(&sent.location).await.body.contains("The headteacher has been told."));
    let told = school.deliver().await;
    assert!(told.contains(&"hattie.head@school.example".to_owned()), "{told:?}");
    assert_eq!(status(&school, Cast::Head, &first), Status::Submitted);

    stands_down(&school, &[Cast::Head, Cast::DeputyHead, Cast::Chair, Cast::External, Cast::Siro, Cast::Dpo]);
    let sent = teacher.submit("/report", "/report", &report).await;
    done(&sent);
    let second: Reference =
        sent.location.split('?').next().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let receipt = teacher.get(&sent.location).await.body;
    assert!(receipt.contains("tel:01632960003"), "the alarm: {}", words_of(&receipt));
    let now = school.clock.now();
    let newcomer = Duty {
        id: DutyId::draw(now, &mut Randomness),
        person: school.person(Cast::OtherTeacher),
        what: DutyKind::Seat(Desk::Dsl, Seat::Holder),
        starts_at: now,
        ends_at: None,
    };
    school.db.write(|tx| staff::add_duty(tx, school.school, &newcomer)).unwrap();
    assert_eq!(status(&school, Cast::OtherTeacher, &second), Status::Submitted, "nothing is lost");
    school.deliver().await;
}

/// C1: from each status, each act by people of four kinds: if the table does not allow it the answer is 409, 403 or
/// 404, whatever is posted, and nothing has changed.
#[apply(both_databases!)]
async fn c1_what_the_table_does_not_allow_is_refused_and_changes_nothing(db: TestDb) {
    let school = School::open(db).await;
    let mut words = |field: &str| format!("Words for {field}.");
    let (_, posted) = tell(&school, &mut Pen { words: &mut words, more: &[] }).await;
    let right: BTreeMap<&str, Vec<(&str, &str)>> = posted
        .iter()
        .filter(|(act, _)| !act.contains('/'))
        .map(|(act, fields)| (act.as_str(), crate::page_forms::pairs(fields)))
        .collect();
    let reference = school.report(Cast::Teacher, &school.draft("CON-INAPP")).reference;
    let olive = school.sign_in(Cast::OnlineSafety).await;
    let people = [
        (Cast::OnlineSafety, school.sign_in(Cast::OnlineSafety).await),
        (Cast::Head, school.sign_in(Cast::Head).await),
        (Cast::Dsl, school.sign_in(Cast::Dsl).await),
        (Cast::OtherTeacher, school.sign_in(Cast::OtherTeacher).await),
    ];
    let me = school.person(Cast::OnlineSafety).to_string();
    let triage = [
        ("category", "CON-INAPP"),
        ("severity", "moderate"),
        ("owner", me.as_str()),
        ("safe_now", "yes"),
        ("wishes", "Nothing."),
        ("aware-at", "keep"),
        ("filter", "no"),
    ];
    let steps: [(&str, &[(&str, &str)]); 6] = [
        ("acknowledge", &[]),
        ("triage", &triage),
        ("start", &[("plan", "Talk to the class.")]),
        ("propose", &ENDS),
        ("close", &[("retention", "minor_pupil")]),
        ("reopen", &[("reason", "There is more.")]),
    ];
    let mut refused = 0;
    let mut seen = std::collections::BTreeSet::new();
    for step in 0..=steps.len() {
        school.deliver().await;
        seen.insert(status(&school, Cast::OnlineSafety, &reference));
        let before = school.db.counts();
        for (cast, browser) in &people {
            let token = browser.token().await;
            let view = read::case(&school.db, &school.op(*cast), &reference, &mut Randomness);
            let (version, allowed) = match &view {
                Ok(CaseView::Full(full)) => (full.case.version, full.moves.clone()),
                Ok(CaseView::Inspected(seen)) => (seen.reading().case.version, Vec::new()),
                Ok(CaseView::Technical(technical)) => (technical.version, technical.moves.clone()),
                Err(_) => (1, Vec::new()),
            };
            let version = version.to_string();
            for (act, makes) in acts() {
                if allowed.contains(&makes) {
                    continue;
                }
                let mut fields = vec![("csrf", token.as_str()), ("version", version.as_str())];
                fields.extend(right.get(act).into_iter().flatten());
                let answer = browser.post(&format!("/cases/{reference}/{act}"), &fields).await;
                let status = answer.status.as_u16();
                assert!(
                    [403, 404, 409].contains(&status),
                    "{cast:?} {act}: {status} {}",
                    words_of(&answer.body)
                );
                refused += 1;
            }
        }
        assert_eq!(school.db.counts(), before, "after {step} steps");
        if let Some((act, fields)) = steps.get(step) {
            let answer = olive.act(&reference, act, fields).await;
            if *act == "propose" && answer.status != StatusCode::SEE_OTHER {
                // The DSL answers first what was put to her.
                let dinah = &people[2].1;
                for answer in crate::page_forms::led_to(
                    &dinah.get(&format!("/cases/{reference}")).await.body,
                    &reference,
                ) {
                    if answer.contains("/answer/") {
                        done(&dinah.fills_in(&answer, &[], &mut |_| "Words.".to_owned()).await.0);
                    }
                }
                done(&olive.act(&reference, act, fields).await);
            } else {
                done(&answer);
            }
        }
    }
    assert!(refused > 250 && seen.len() >= 6, "{refused} refused, in {seen:?}");
}

/// C3: nothing closes without an outcome and why, with an open referral, with a fix nobody else tested, or if a
/// crime is possible and neither the police nor a reason is named.
#[apply(both_databases!)]
async fn c3_what_stands_in_the_way_of_an_end_is_said_and_stands(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CNT-GROOM")).reference;
    school.deliver().await;
    let dinah = school.sign_in(Cast::Dsl).await;
    let owner = school.person(Cast::Dsl).to_string();
    let triage = [
        ("category", "CNT-GROOM"),
        ("severity", "high"),
        ("owner", owner.as_str()),
        ("aware-at", "keep"),
        ("crime", "possible"),
    ];
    done(
        &dinah.fills_in(&format!("/cases/{reference}/triage"), &triage, &mut |_| "Words.".to_owned()).await.0,
    );
    done(&dinah.act(&reference, "start", &[("plan", "Ask.")]).await);
    for field in ["outcome", "rationale"] {
        let without: Vec<(&str, &str)> = ENDS.into_iter().filter(|(name, _)| *name != field).collect();
        let answer = dinah.act(&reference, "propose", &without).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "without {field}");
    }
    let answer = dinah.act(&reference, "propose", &ENDS).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "a crime is possible");
    assert!(answer.body.to_lowercase().contains("police"), "{}", words_of(&answer.body));
    done(
        &dinah
            .fills_in(&format!("/cases/{reference}/refer"), &[("body", "lado")], &mut |_| "Words.".to_owned())
            .await
            .0,
    );
    done(
        &dinah
            .act(&reference, "decline", &[("body", "police"), ("reason", "It was a misunderstanding.")])
            .await,
    );
    let answer = dinah.act(&reference, "propose", &ENDS).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "a referral is open");
    assert!(answer.body.contains("referral"), "{}", words_of(&answer.body));
    assert_eq!(
        dinah.act(&reference, "close", &[("retention", "minor_pupil")]).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(status(&school, Cast::Dsl, &reference), Status::InProgress);

    let failure = school.report(Cast::Teacher, &school.draft("FIL-FAIL")).reference;
    let ned = school.sign_in(Cast::Network).await;
    let owner = school.person(Cast::Network).to_string();
    let triage = [
        ("category", "FIL-FAIL"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("filter", "no"),
        ("aware-at", "keep"),
    ];
    done(&ned.act(&failure, "triage", &triage).await);
    done(&ned.act(&failure, "start", &[("plan", "Block it.")]).await);
    for fixed in [false, true] {
        if fixed {
            done(&ned.act(&failure, "fix", &[("fix", "Blocked it.")]).await);
            assert_ne!(
                ned.act(&failure, "retest", &[("result", "works")]).await.status,
                StatusCode::SEE_OTHER
            );
        }
        assert_eq!(
            ned.act(&failure, "propose", &ENDS).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "nobody else tested it"
        );
    }
    school.deliver().await;
}

/// C4: the second person is never who owned, triaged or proposed, at whatever page they try; if nobody in the school
/// qualifies, the case can still be closed.
#[apply(both_databases!)]
async fn c4_the_second_person_is_somebody_else_and_a_school_without_one_can_close(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("STF-COMM");
    draft.subjects = vec![
        school.about(school.person(Cast::OtherTeacher), SubjectKind::AdultHere, SubjectRole::Alleged),
        school.about(school.pupil("Kai Brook"), SubjectKind::Pupil, SubjectRole::Affected),
    ];
    let (head, dsl) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Dsl).await);
    let owner = school.person(Cast::Head).to_string();
    let mut references = Vec::new();
    for _ in 0..2 {
        let reference = school.report(Cast::Teacher, &draft).reference;
        let triage = [
            ("category", "STF-COMM"),
            ("severity", "high"),
            ("owner", owner.as_str()),
            ("aware-at", "keep"),
            ("threshold", "low_level"),
        ];
        done(
            &head
                .fills_in(&format!("/cases/{reference}/triage"), &triage, &mut |_| "Words.".to_owned())
                .await
                .0,
        );
        done(&head.act(&reference, "start", &[("plan", "Talk.")]).await);
        done(&head.act(&reference, "decline", &[("body", "police"), ("reason", "No crime.")]).await);
        done(&head.act(&reference, "propose", &ENDS).await);
        references.push(reference);
    }
    let own = head.act(&references[0], "close", &[("retention", "allegation")]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", words_of(&own.body));
    assert_eq!(status(&school, Cast::Head, &references[0]), Status::OutcomePending);
    done(&dsl.act(&references[0], "close", &[("retention", "allegation")]).await);
    // Everybody else who could be the second person goes, but for the chair, who cannot see the case until named.
    let everybody = [
        Cast::Dsl,
        Cast::DeputyDsl,
        Cast::DeputyHead,
        Cast::OnlineSafety,
        Cast::External,
        Cast::Siro,
        Cast::Dpo,
        Cast::Network,
    ];
    stands_down(&school, &everybody);
    let chair = school.sign_in(Cast::Chair).await;
    assert_eq!(
        head.act(&references[1], "close", &[("retention", "allegation")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        chair.act(&references[1], "close", &[("retention", "allegation")]).await.status,
        StatusCode::NOT_FOUND
    );
    // The case's page says whom to name, and the form to share it is ready for that.
    let page = words_of(&head.get(&format!("/cases/{}", references[1])).await.body);
    let named = Cast::Chair.name();
    assert!(page.contains(&format!("name {named} as the second person")), "{page}");
    let form = head.get(&format!("/cases/{}/share", references[1])).await.body;
    let chosen = format!("<option value=\"{}\" selected", school.person(Cast::Chair));
    assert!(form.contains(&chosen), "{form}");
    for (cast, status) in
        [(Cast::Head, StatusCode::UNPROCESSABLE_ENTITY), (Cast::Chair, StatusCode::SEE_OTHER)]
    {
        let person = school.person(cast).to_string();
        let named = [("person", person.as_str()), ("as", "reviewer"), ("reason", "Nobody else is left.")];
        assert_eq!(head.act(&references[1], "share", &named).await.status, status, "{cast:?} is named");
    }
    done(&chair.act(&references[1], "close", &[("retention", "allegation")]).await);
    assert_eq!(status(&school, Cast::Head, &references[1]), Status::Closed);
    school.deliver().await;
}

/// D1: what is due is worked out over the autumn change of clocks, half term, the end of term, Christmas and an INSET
/// day, kept, and read back the same from either database: the page and the desk say the same hour.
#[apply(both_databases!)]
async fn d1_due_over_clock_changes_holidays_and_the_end_of_term(db: TestDb) {
    let school = School::open(db).await;
    // The DSL has been there since before half term.
    let since = Duty {
        id: DutyId::draw(school.clock.now(), &mut Randomness),
        person: school.person(Cast::Dsl),
        what: DutyKind::Seat(Desk::Dsl, Seat::Holder),
        starts_at: "2026-09-03T08:00:00Z".parse().unwrap(),
        ends_at: Some(school.clock.now()),
    };
    school.db.write(|tx| staff::add_duty(tx, school.school, &since)).unwrap();
    // When it was reported, and the hour it has to be acknowledged by: end of that school day, or ten on the next one.
    for (reported, due) in [
        ("2026-10-23T13:00:00Z", "2026-10-23T14:30:00Z"),
        // After school on the last Friday before half term, an hour before the clocks: ten on the Monday after, in GMT.
        ("2026-10-23T18:00:00Z", "2026-11-02T10:00:00Z"),
        ("2026-10-25T00:30:00Z", "2026-11-02T10:00:00Z"),
        ("2026-10-25T01:30:00Z", "2026-11-02T10:00:00Z"),
        ("2026-12-18T18:00:00Z", "2027-01-04T10:00:00Z"),
        ("2026-12-31T23:59:59Z", "2027-01-04T10:00:00Z"),
        ("2027-03-25T18:00:00Z", "2027-03-30T09:00:00Z"),
    ] {
        let at: Instant = reported.parse().unwrap();
        school.hands.set(at);
        let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
        let CaseView::Full(full) =
            read::case(&school.db, &school.op(Cast::Dsl), &reference, &mut Randomness).unwrap()
        else {
            panic!("the DSL leads it");
        };
        let kept = full.case.dues.next().unwrap().deadline.due;
        assert_eq!(kept, due.parse::<Instant>().unwrap(), "reported {reported}");
        assert_eq!(
            school.db.count(&format!("cases WHERE reference = '{reference}' AND due_at IS NOT NULL")),
            1
        );
    }
}

/// Every act of a case with a fixed address, and the move it makes.
fn acts() -> Vec<(&'static str, Move)> {
    let pages = candour::web::pages::case::acts::all().filter(|page| !page.path.contains('{'));
    pages.map(|page| (page.path, page.action)).chain([("acknowledge", Move::Acknowledge)]).collect()
}
