//! The calendar: seen before it is kept, kept for good, changed at once by the head and the DSL, proposed by an
//! administrator.

use super::*;
use candour::domain::kernel::clock::DeadlineKind;

const CALENDAR: &str = "/calendar";

fn typed(to: &'static str, terms: &'static str) -> [(&'static str, &'static str); 5] {
    [("from", "08:30"), ("to", to), ("terms", terms), ("breaks", ""), ("inset", "")]
}

const AUTUMN: &str = "Autumn 2026: 3 9 2026 to 18 12 2026";

/// What would change is shown first, and every calendar that was kept stays, with who entered it.
#[apply(both_databases!)]
async fn the_dsl_changes_the_calendar_and_it_keeps_its_history(db: TestDb) {
    let school = School::open(db).await;
    let dsl = school.sign_in(Cast::Dsl).await;
    assert!(shown(&dsl, CALENDAR).await.contains("has not been changed in Candour yet"));
    for (to, before) in [("15:20", "08:30 to 15:30"), ("16:00", "08:30 to 15:20")] {
        school.hands.forward(TimeDelta::minutes(1));
        let preview = dsl.submit(CALENDAR, CALENDAR, &typed(to, AUTUMN)).await;
        assert_eq!(preview.status, StatusCode::OK);
        assert_eq!(markup::faults(&preview.body), Vec::<String>::new());
        assert!(
            preview.body.contains(before) && preview.body.contains(&format!("08:30 to {to}")),
            "{}",
            preview.body
        );
        assert!(!shown(&dsl, CALENDAR).await.contains(&format!("value=\"{to}\"")), "nothing is kept yet");
        let saved = dsl.submit_from(&preview, CALENDAR, &with(&typed(to, AUTUMN), &[("act", "save")])).await;
        assert_eq!(saved.location, "/calendar?saved");
    }
    let same = dsl.submit(CALENDAR, CALENDAR, &typed("16:00", AUTUMN)).await;
    assert_eq!(problems(&same.body, "from"), "Change something first: this is how it is now");
    let wrong = dsl.submit(CALENDAR, CALENDAR, &typed("07:00", AUTUMN)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("value=\"07:00\"") && wrong.body.contains("Autumn 2026"),
        "nothing typed is lost"
    );
    let page = shown(&dsl, CALENDAR).await;
    assert!(page.contains("School day 08:30 to 15:20") && page.contains("School day 08:30 to 16:00"));
    assert!(page.contains("by Dinah Lead"));
}

/// An administrator cannot put off what is due by a holiday of their own: the head sees it first.
#[apply(both_databases!)]
async fn an_administrator_proposes_a_calendar_and_the_head_approves_it(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let reference = school.report(Cast::Teacher, &school.draft("CON-INAPP")).reference;
    let due = |school: &School| {
        let case = case(school, &reference);
        let due = case.dues.all().iter().find(|due| due.deadline.kind == DeadlineKind::Acknowledge);
        due.unwrap().deadline.due
    };
    let before = due(&school);
    // The school closes from the middle of November to the end of the term.
    let closed = [
        ("from", "08:30"),
        ("to", "15:30"),
        ("terms", AUTUMN),
        ("breaks", "Closed: 17 11 2026 to 30 11 2026"),
        ("inset", ""),
        ("why", "The heating has failed."),
    ];
    let without = administrator.submit(CALENDAR, CALENDAR, &with(&closed, &[("why", "-")])).await;
    assert_eq!(problems(&without.body, "why"), "Write why this should change");
    let at_once = administrator.submit(CALENDAR, CALENDAR, &with(&closed, &[("act", "save")])).await;
    assert!(at_once.body.contains("Send to the headteacher"), "{}", at_once.body);
    let proposal = proposes(&administrator, CALENDAR, &closed).await;
    assert_eq!(due(&school), before);
    assert!(school.deliver().await.contains(&"hattie.head@school.example".to_owned()));
    let page = shown(&head, &proposal).await;
    assert!(page.contains("Closed: Tue 17 Nov 2026 to Mon 30 Nov 2026"), "{page}");
    assert!(page.contains("What is due in open cases is worked out again"));
    assert_eq!(approves(&head, &proposal).await.location, "/admin/proposals?approved");
    assert!(due(&school) > before, "D4");
    let timeline = shown(&head, &format!("/cases/{reference}")).await;
    assert!(timeline.contains("What is due: Acknowledge the concern"), "which deadline moved: {timeline}");
    assert!(shown(&administrator, CALENDAR).await.contains("by Hattie Head"));
    school.deliver().await;
}

/// A calendar that was changed meanwhile is not put back by an older proposal.
#[apply(both_databases!)]
async fn a_proposed_calendar_is_not_approved_over_a_later_one(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let asked = with(&typed("15:10", AUTUMN), &[("why", "Buses.")]);
    let proposal = proposes(&administrator, CALENDAR, &asked).await;
    let own = head.submit(CALENDAR, CALENDAR, &with(&typed("15:45", AUTUMN), &[("act", "save")])).await;
    assert_eq!(own.location, "/calendar?saved");
    let late = approves(&head, &proposal).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("The calendar has been changed since this was proposed"), "{}", late.body);
    assert!(shown(&head, CALENDAR).await.contains("value=\"15:45\""));
}
