//! Who may do what, asked at every address and with every id there is: P1, P2, P4 and P5. `docs/access.txt` holds the
//! same by kind of person; the canary of P3 stands in its own file.

use crate::{
    databases::{TestDb, both_databases},
    page_forms::{blanked, first_difference, form, without_new_values, words_of},
    school::{Cast, School, SignedInBrowser},
    whole_story::{Pen, tell},
};
use actix_web::http::Method;
use candour::{
    domain::{
        kernel::ids::{PersonId, Reference},
        people::subject::{SubjectKind, SubjectRole},
    },
    store::people::staff,
    web::http::{audience::Audience, routes::ENDPOINTS},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeSet;

const SOME_ID: &str = "00000000-0000-7000-8000-000000000000";

fn address(pattern: &str, reference: &Reference) -> String {
    pattern
        .replace("{reference}", reference.as_str())
        .replace("{id}", SOME_ID)
        .replace("{term}", "summer-2026")
        .replace("{code}", "CON-INAPP")
}

/// A case about a pupil, led by the DSL.
fn worry(school: &School) -> Reference {
    let mut draft = school.draft("CP-CONCERN");
    draft.subjects = vec![school.about(school.pupil("Zed Moor"), SubjectKind::Pupil, SubjectRole::Affected)];
    school.report(Cast::Teacher, &draft).reference
}

/// The case as its lead reads it, without what is new in every answer.
async fn read(browser: &SignedInBrowser<'_>, reference: &Reference) -> String {
    blanked(&browser.get(&format!("/cases/{reference}")).await)
}

/// P1, P2: a leaver is nobody, at every address, with the session they had. A case they led is led on.
#[apply(both_databases!)]
async fn p2_a_leaver_is_nobody_on_every_address(db: TestDb) {
    let school = School::open(db).await;
    let reference = worry(&school);
    school.deliver().await;
    let dinah = school.sign_in(Cast::Dsl).await;
    assert_eq!(dinah.get(&format!("/cases/{reference}")).await.status, StatusCode::OK);
    let token = dinah.token().await;
    let (person, now) = (school.person(Cast::Dsl), school.clock.now());
    school.db.write(|tx| staff::leave(tx, school.school, person, now)).unwrap();
    let before = school.db.counts();
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.audience != Audience::Everybody) {
        let path = address(endpoint.path, &reference);
        let (left, nobody) = if endpoint.method == Method::GET {
            (dinah.get(&path).await, school.get_as_nobody(&path).await)
        } else {
            let fields = [("csrf", token.as_str()), ("note", "x"), ("reason", "x"), ("version", "1")];
            (dinah.post(&path, &fields).await, school.post_as_nobody(&path).await)
        };
        assert_eq!(first_difference(&blanked(&nobody), &blanked(&left)), None, "{} {path}", endpoint.method);
        assert_ne!(left.status, StatusCode::OK, "{path}");
    }
    assert_eq!(school.db.counts(), before);
}

/// P2: somebody from outside whose time is up (an inspector, an external contact) reaches no case, no desk and no
/// figure any more, and is told nothing.
#[apply(both_databases!)]
async fn p2_somebody_from_outside_past_their_date_reaches_no_case(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("STF-ALLEG");
    draft.subjects = [Cast::Head, Cast::Chair]
        .map(|cast| school.about(school.person(cast), SubjectKind::AdultHere, SubjectRole::Alleged))
        .to_vec();
    let reference = school.report(Cast::Teacher, &draft).reference;
    school.deliver().await;
    let erin = school.sign_in(Cast::External).await;
    let page = format!("/cases/{reference}");
    assert_eq!(erin.get(&page).await.status, StatusCode::OK, "she leads it: nobody else may");
    let (id, now) = (school.duty(Cast::External), school.clock.now());
    school.db.write(|tx| staff::end_duty(tx, school.school, id, now)).unwrap();
    school.hands.forward(chrono::TimeDelta::minutes(1));
    let unknown = erin.get("/cases/CAN-0000-0000").await;
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == Method::GET) {
        let path = address(endpoint.path, &reference);
        let answer = erin.get(&path).await;
        match endpoint.audience {
            Audience::Everybody | Audience::Arriving | Audience::Staff => {
                assert!(!answer.body.contains("Something happened"), "{path}")
            }
            Audience::Case
            | Audience::Desk
            | Audience::Statistics
            | Audience::Preview
            | Audience::Head
            | Audience::Calendar
            | Audience::Inspector
            | Audience::Glass
            | Audience::Codes
            | Audience::Witnesses
            | Audience::Colleagues
            | Audience::Settings
            | Audience::Administrator
            | Audience::Approver
            | Audience::DslDesk
            | Audience::Duties
            | Audience::OnDuty
            | Audience::Tied
            | Audience::Routes => {
                assert_eq!(first_difference(&blanked(&unknown), &blanked(&answer)), None, "{path}");
            }
        }
    }
}

/// P2: a case is given to nobody who may see none (DOMAIN, *never*): a governor, an administrator. Neither is offered, and
/// neither comes to one by posting their id; people at a desk may, a governor as chair too.
#[apply(both_databases!)]
async fn p2_no_case_is_given_to_a_governor_or_an_administrator(db: TestDb) {
    let school = School::open(db).await;
    let mine = worry(&school);
    school.deliver().await;
    let dinah = school.sign_in(Cast::Dsl).await;
    let to = |act: &str| format!("/cases/{mine}/{act}");
    let me = school.person(Cast::Dsl).to_string();
    let triage =
        [("category", "CP-CONCERN"), ("severity", "high"), ("owner", me.as_str()), ("aware-at", "keep")];
    done(dinah.fills_in(&to("triage"), &triage, &mut |_| "Words.".to_owned()).await.0);
    for act in ["assign", "share", "task"] {
        let page = dinah.get(&to(act)).await.body;
        for (cast, offered) in [
            (Cast::Governor, false),
            (Cast::Administrator, false),
            (Cast::Chair, true),
            (Cast::OtherTeacher, true),
        ] {
            assert_eq!(page.contains(&school.person(cast).to_string()), offered, "{act} {cast:?}");
        }
    }
    let before = school.db.counts();
    for (act, field) in [("assign", "owner"), ("share", "person"), ("task", "person")] {
        for cast in [Cast::Governor, Cast::Administrator] {
            let id = school.person(cast).to_string();
            let fields = [
                (field, id.as_str()),
                ("what", "Ring"),
                ("due-day", "1"),
                ("due-month", "12"),
                ("due-year", "2026"),
                ("as", "reader"),
                ("reason", "So."),
            ];
            let answer = dinah.submit(&to("note"), &to(act), &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{act} {cast:?}");
            assert!(
                words_of(&answer.body).contains("Choose a member of staff"),
                "{}",
                words_of(&answer.body)
            );
        }
    }
    assert_eq!(school.db.counts(), before);
    done(
        dinah
            .fills_in(&to("assign"), &[("owner", &school.person(Cast::Chair).to_string())], &mut |_| {
                "Words.".to_owned()
            })
            .await
            .0,
    );
    school.deliver().await;
}

/// P4: every id a form can carry, crossed: people of the other school, referrals and shares of another case, cases
/// one may not open. Refused or asked for again, like an id that never was, and no case has changed.
#[apply(both_databases!)]
async fn p4_an_id_from_elsewhere_in_a_form_changes_nothing(db: TestDb) {
    let school = School::open(db).await;
    let (mine, other) = (worry(&school), worry(&school));
    let mut hidden = school.draft("STF-COMM");
    hidden.subjects =
        vec![school.about(school.person(Cast::Dsl), SubjectKind::AdultHere, SubjectRole::Alleged)];
    let hidden = school.report(Cast::Teacher, &hidden).reference;
    school.deliver().await;
    let dinah = school.sign_in(Cast::Dsl).await;
    let head = school.sign_in(Cast::Head).await;
    let to = |reference: &Reference, act: &str| format!("/cases/{reference}/{act}");
    let me = school.person(Cast::Dsl).to_string();
    for case in [&mine, &other] {
        let triage =
            [("category", "CP-CONCERN"), ("severity", "high"), ("owner", me.as_str()), ("aware-at", "keep")];
        done(dinah.fills_in(&to(case, "triage"), &triage, &mut |_| "Words.".to_owned()).await.0);
        done(dinah.fills_in(&to(case, "start"), &[], &mut |_| "Words.".to_owned()).await.0);
    }
    done(dinah.fills_in(&to(&other, "refer"), &[("body", "police")], &mut |_| "Words.".to_owned()).await.0);
    let guest = school.person(Cast::OtherTeacher).to_string();
    done(dinah.fills_in(&to(&other, "share"), &[("person", &guest)], &mut |_| "Words.".to_owned()).await.0);
    let referral = id_on(&dinah, &to(&other, "wait"), "referral").await;
    let elsewhere = in_the_other_school(&school).to_string();
    let hers = read(&dinah, &mine).await;
    let (others, heads) = (read(&dinah, &other).await, read(&head, &hidden).await);
    let counts = school.db.counts();

    for (act, field, id) in [
        ("wait", "referral", referral.as_str()),
        ("unshare", "person", &guest),
        ("share", "person", &elsewhere),
        ("assign", "owner", &elsewhere),
        ("task", "person", &elsewhere),
        ("triage", "owner", &elsewhere),
        ("merge", "target", hidden.as_str()),
        ("merge", "target", mine.as_str()),
    ] {
        let note = dinah.get(&to(&mine, "note")).await;
        let answers = [id, SOME_ID].map(|id| {
            if field == "target" && id == SOME_ID { "CAN-0000-0000".to_owned() } else { id.to_owned() }
        });
        let mut shown = Vec::new();
        for id in &answers {
            let fields = [
                (field, id.as_str()),
                ("what", "Ring"),
                ("due-day", "1"),
                ("due-month", "12"),
                ("due-year", "2026"),
                ("follow_up-day", "1"),
                ("follow_up-month", "12"),
                ("follow_up-year", "2026"),
                ("as", "reader"),
                ("reason", "So."),
                ("category", "CP-CONCERN"),
                ("severity", "high"),
                ("aware-at", "keep"),
            ];
            let answer = dinah.submit_from(&note, &to(&mine, act), &fields).await;
            assert!(
                [403, 404, 409, 422].contains(&answer.status.as_u16()),
                "{act} {field}: {} {}",
                answer.status,
                words_of(&answer.body)
            );
            shown.push((answer.status, without_new_values(&answer.body).replace(id.as_str(), "")));
        }
        if id != mine.as_str() {
            assert_eq!(
                shown[0], shown[1],
                "{act} {field}: one that is somewhere answers like one that is nowhere"
            );
        }
    }
    assert_eq!(school.db.counts(), counts);
    assert_eq!(first_difference(&hers, &read(&dinah, &mine).await), None);
    assert_eq!(first_difference(&others, &read(&dinah, &other).await), None);
    assert_eq!(first_difference(&heads, &read(&head, &hidden).await), None);
    school.deliver().await;
}

/// P5: an owner, a status, a school, a time, a version or an author that no form asks for is ignored on every form:
/// a case told with them through every page reads like the case told without.
#[apply(both_databases!)]
async fn p5_what_no_form_asks_for_is_ignored_on_every_form(db: TestDb) {
    let school = School::open(db).await;
    let mut plain = |field: &str| format!("Words for {field}.");
    let (without, forms) = tell(&school, &mut Pen { words: &mut plain, more: &[] }).await;
    let (governor, there) = (school.person(Cast::Governor).to_string(), school.other_school.to_string());
    let more = [
        ("owner", governor.as_str()),
        ("owner_id", &governor),
        ("status", "closed"),
        ("state", "closed"),
        ("school", &there),
        ("school_id", &there),
        ("created_at", "2001-01-01T00:00:00Z"),
        ("at", "2001-01-01T00:00:00Z"),
        ("submitted_at", "2001-01-01T00:00:00Z"),
        ("closed_at", "2001-01-01T00:00:00Z"),
        ("version", "77"),
        ("reporter", &governor),
        ("reporter_id", &governor),
        ("actor", &governor),
        ("by", &governor),
        ("reference", without.as_str()),
        ("id", SOME_ID),
        ("case_id", SOME_ID),
        ("lead", "chair"),
        ("severity", "low"),
        ("is_open", "false"),
        ("restriction", "sealed"),
        ("hash", "0"),
        ("seq", "1"),
    ];
    let (with, _) = tell(&school, &mut Pen { words: &mut plain, more: &more }).await;
    assert!(forms.len() > 25, "{:?}", forms.keys());
    let head = school.sign_in(Cast::Head).await;
    let [one, other] =
        [without_ids(&read(&head, &without).await, &without), without_ids(&read(&head, &with).await, &with)];
    assert_eq!(first_difference(&one, &other), None);
    let same = |column: &str| {
        let both = format!("cases WHERE reference IN ('{without}', '{with}') GROUP BY {column}");
        assert_eq!(school.db.count(&format!("(SELECT 1 FROM {both}) AS kinds")), 1, "{column}");
    };
    for column in [
        "school_id",
        "version",
        "status",
        "category",
        "severity",
        "owner_id",
        "is_open",
        "submitted_at",
        "closed_at",
        "due_at",
        "due_desk",
    ] {
        same(column);
    }
    assert_eq!(
        school.db.count(&format!("concerns WHERE reporter_id <> '{}'", school.person(Cast::Teacher))),
        0
    );
    school.deliver().await;
}

#[track_caller]
fn done(answer: crate::school::Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
}

/// The first answer a page offers in a field.
async fn id_on(browser: &SignedInBrowser<'_>, page: &str, field: &str) -> String {
    let shown = browser.get(page).await;
    let fields = form(&shown.body, page);
    match fields.into_iter().find(|(name, _)| name == field) {
        Some((_, crate::page_forms::Field::OneOf(values))) => values[0].clone(),
        other => panic!("{other:?}"),
    }
}

/// The governor as a person of the other school: a person there, and nobody here.
fn in_the_other_school(school: &School) -> PersonId {
    let op = school.op(Cast::Governor);
    let places =
        school.db.read(|tx| candour::store::entry::sessions::places(tx, op.viewer.account())).unwrap();
    places.into_iter().find(|place| place.school == school.other_school).unwrap().person
}

/// A page without the ids that are drawn anew for every case.
fn without_ids(page: &str, reference: &Reference) -> String {
    let page = page.replace(reference.as_str(), "REFERENCE");
    let is_id = |word: &str| word.len() == SOME_ID.len() && word.chars().filter(|c| *c == '-').count() == 4;
    let words: BTreeSet<&str> = page
        .split(|c: char| !c.is_ascii_hexdigit() && c != '-')
        .map(|word| word.trim_matches('-'))
        .filter(|word| is_id(word))
        .collect();
    words.into_iter().fold(page.clone(), |page, id| page.replace(id, "ID"))
}
