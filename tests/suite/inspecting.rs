//! Inspectors: made on the duties page, shown what was selected for them with names as initials, and nothing else; and
//! P2, at every address once their date has passed.

use crate::{
    databases::{TestDb, both_databases},
    markup::{self, tags},
    page_forms::{blanked, first_difference, led_to, words_of},
    school::{Answer, Cast, INSPECTION, School, SignedInBrowser},
};
use actix_web::http::Method;
use candour::{
    domain::{
        concern::{DraftSubject, Somebody},
        kernel::{
            ids::Reference,
            text::{Line, Narrative, Summary},
        },
        people::subject::{SubjectKind, SubjectRole},
    },
    web::http::{audience::Audience, routes::ENDPOINTS},
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeSet;

const LIST: &str = "/inspection";
/// Every part of every name that must not reach an inspector's page of the case of [`worry`].
const NAMES: [&str; 10] =
    ["Ellie", "Marsh", "Kai", "Brook", "Tessa", "Teach", "Dinah", "Oliver", "Wayne", "Slobham"];

fn page(reference: &Reference) -> String {
    format!("/cases/{reference}")
}

#[track_caller]
fn done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
}

/// A case whose words are full of names: of pupils, of staff, and of somebody in no register.
fn worry(school: &School) -> Reference {
    let mut draft = school.draft("CP-CONCERN");
    draft.happened = Narrative::parse(
        "Ellie Marsh told Mrs Teach that KAI’s uncle Wayne was there. Ellie's phone, ellies bag. Oliver saw it.",
    )
    .unwrap();
    draft.optional.place = Some(Summary::parse("Kai Brook's room").unwrap());
    draft.subjects = ["Ellie Marsh", "Kai Brook"]
        .map(|pupil| school.about(school.pupil(pupil), SubjectKind::Pupil, SubjectRole::Affected))
        .to_vec();
    let who = Somebody::InWords(Line::parse("Wayne Slobham").unwrap());
    draft.subjects.push(DraftSubject { who, kind: SubjectKind::SomebodyElse, role: SubjectRole::NamedOnly });
    draft.told = vec![Somebody::Known(school.person(Cast::OtherTeacher))];
    school.report(Cast::Teacher, &draft).reference
}

impl SignedInBrowser<'_> {
    async fn selects(&self, reference: &Reference, until: Option<(&str, &str)>) -> Answer {
        let form = format!("/cases/{reference}/inspection");
        let inspector = self.school.person(Cast::Inspector).to_string();
        let mut fields = vec![("person", inspector.as_str()), ("reason", "They asked about Ellie Marsh.")];
        if let Some((day, month)) = until {
            fields.extend([("until-day", day), ("until-month", month), ("until-year", "2026")]);
        }
        self.submit(&form, &form, &fields).await
    }
}

fn names_nobody(answer: &Answer) {
    let body = answer.body.to_lowercase();
    let words: BTreeSet<&str> = body.split(|c: char| !c.is_alphanumeric()).collect();
    for name in NAMES {
        assert!(!words.contains(name.to_lowercase().as_str()), "{name}: {}", words_of(&answer.body));
    }
}

#[apply(both_databases!)]
async fn an_inspector_reads_what_was_selected_and_nothing_else_with_names_as_initials(db: TestDb) {
    let school = School::open(db).await;
    let (reference, other) = (worry(&school), worry(&school));
    let (dinah, ivor) = (school.sign_in(Cast::Dsl).await, school.sign_in(Cast::Inspector).await);
    assert_eq!(ivor.get("/").await.location, LIST);
    let empty = ivor.get(LIST).await;
    assert!(empty.body.contains("Nothing has been selected for you yet"));
    assert_eq!(ivor.get(&page(&reference)).await.status, StatusCode::NOT_FOUND);
    let form = dinah.get(&format!("/cases/{reference}/inspection")).await;
    assert!(form.body.contains("Ivor Quill, inspects until") && markup::faults(&form.body).is_empty());
    done(&dinah.submit(&page(&reference), &format!("/cases/{reference}/acknowledge"), &[]).await);
    let note = format!("/cases/{reference}/note");
    done(&dinah.submit(&note, &note, &[("note", "I rang Tessa Teach about Ellie.")]).await);
    // Words stay a name once it is known whose they are, where they were reported and where that was changed.
    let hers = dinah.get(&page(&reference)).await.body;
    let wayne = led_to(&hers, &reference)
        .into_iter()
        .rfind(|at| at.contains("/people/") && !at.ends_with("/remove"))
        .unwrap();
    let matched = [("role", "witness"), ("match", "Oliver Other"), ("reason", "He said so.")];
    done(&dinah.submit(&wayne, &wayne, &matched).await);
    let hers = words_of(&dinah.get(&page(&reference)).await.body);
    assert!(hers.contains("“Wayne Slobham”: another person, mentioned"), "{hers}");
    done(&dinah.selects(&reference, None).await);
    assert!(school.deliver().await.iter().any(|to| to.starts_with("ivor.quill@")));

    let list = ivor.get(LIST).await;
    assert!(list.body.contains(reference.as_str()) && !list.body.contains(other.as_str()));
    assert_eq!(markup::faults(&list.body), Vec::<String>::new());
    names_nobody(&list);
    let looks = || {
        school.db.count(&format!(
            "access_log WHERE kind = 'case' AND person_id = '{}'",
            school.person(Cast::Inspector)
        ))
    };
    assert_eq!(looks(), 0);
    let read = ivor.get(&page(&reference)).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(looks(), 1, "each look is recorded");
    assert_eq!(markup::faults(&read.body), Vec::<String>::new());
    names_nobody(&read);
    let words = words_of(&read.body);
    for shown in [
        "E. M.",
        "K. B.",
        "W. S.",
        "T. T.",
        "D. L.",
        "O. O.",
        "Selected for an inspector",
        "I rang T. T. about E.",
    ] {
        assert!(words.contains(shown), "{shown}: {words}");
    }
    // Nothing to do: no form but those of every page, no link below the case.
    let actions: Vec<String> = tags(&read.body)
        .iter()
        .filter(|tag| tag.name == "form")
        .filter_map(|tag| tag.get("action").map(str::to_owned))
        .collect();
    assert!(actions.iter().all(|action| !action.contains("/cases/")), "{actions:?}");
    assert!(!read.body.contains(&format!("href=\"/cases/{reference}/")), "{words}");
    assert!(!words.contains("Who can open this case") && !words.contains("Who has opened"));

    // No verb, no other page of the case, no other case, no list, no name by typing.
    let before = written(&school);
    for endpoint in
        ENDPOINTS.iter().filter(|e| e.audience == Audience::Case && e.path != "/cases/{reference}")
    {
        let path = endpoint
            .path
            .replace("{reference}", reference.as_str())
            .replace("{id}", &school.pupil("Ellie Marsh").to_string());
        let answer = if endpoint.method == Method::GET {
            ivor.get(&path).await
        } else {
            ivor.submit_from(
                &list,
                &path,
                &[("note", "x"), ("reason", "x"), ("version", "1"), ("typed", "x")],
            )
            .await
        };
        let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&answer.status);
        assert!(refused, "{} {path}: {} {}", endpoint.method, answer.status, words_of(&answer.body));
        names_nobody(&answer);
    }
    assert_eq!(written(&school), before, "nothing was written");
    assert_eq!(ivor.get(&page(&other)).await.status, StatusCode::NOT_FOUND);
    for path in ["/queue", "/cases", "/duties", "/admin/duties", "/statistics", "/break-glass", "/calendar"] {
        assert_eq!(ivor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let suggested = ivor.submit_from(&list, "/people/suggest", &[("typed", "ellie")]).await;
    assert_eq!(suggested.status, StatusCode::NOT_FOUND);
    assert_eq!(ivor.get("/report").await.status, StatusCode::OK, "everybody reports");
    // Those who work on it see in full who reads it, and why.
    let hers = dinah.get(&page(&reference)).await;
    assert!(hers.body.contains("Selected for inspection until") && hers.body.contains("Ivor Quill"));
    assert!(dinah.get(&format!("/cases/{reference}/opened")).await.body.contains("Ivor Quill"));
    school.deliver().await;
}

/// It ends on the very next request, whatever ends it.
#[apply(both_databases!)]
async fn it_ends_with_the_selection_the_day_the_duty_and_an_exclusion(db: TestDb) {
    let school = School::open(db).await;
    let dinah = school.sign_in(Cast::Dsl).await;
    let [ended, short, excluded, with_the_duty] = [(); 4].map(|()| worry(&school));
    for (reference, until) in
        [(&ended, None), (&short, Some(("18", "11"))), (&excluded, None), (&with_the_duty, None)]
    {
        done(&dinah.selects(reference, until).await);
    }
    let ivor = school.sign_in(Cast::Inspector).await;
    for reference in [&ended, &short, &excluded, &with_the_duty] {
        assert_eq!(ivor.get(&page(reference)).await.status, StatusCode::OK);
    }
    let end = format!("/cases/{ended}/inspection/end");
    let inspector = school.person(Cast::Inspector).to_string();
    done(&dinah.submit(&end, &end, &[("person", &inspector)]).await);
    is_nothing(&ivor, &ended).await;
    let people = format!("/cases/{excluded}/people");
    let named = [("who", "Ivor Quill"), ("kind", "adult_here"), ("role", "alleged")];
    done(&dinah.submit(&people, &people, &named).await);
    is_nothing(&ivor, &excluded).await;
    school.hands.forward(TimeDelta::days(2));
    let ivor = school.sign_in(Cast::Inspector).await;
    is_nothing(&ivor, &short).await;
    assert_eq!(ivor.get(&page(&with_the_duty)).await.status, StatusCode::OK);
    assert!(!ivor.get(LIST).await.body.contains(short.as_str()));
    // The duty ends, and comes back: what was selected before does not.
    let hattie = school.sign_in(Cast::Head).await;
    let duty = format!("/admin/duties/{}/end", school.duty(Cast::Inspector));
    done(&hattie.submit(&duty, &duty, &[("why", "inspection"), ("act", "at-once")]).await);
    is_nothing(&ivor, &with_the_duty).await;
    assert_eq!(ivor.get(LIST).await.status, StatusCode::NOT_FOUND);
    let admin = school.sign_in(Cast::Administrator).await;
    done(&proposes(&admin, Some("28")).await);
    let proposal = proposal(&hattie).await;
    done(&hattie.submit(&proposal, &proposal, &[("act", "confirm")]).await);
    let again = ivor.get(LIST).await;
    assert!(again.body.contains("Nothing has been selected for you yet"), "{}", words_of(&again.body));
    is_nothing(&ivor, &with_the_duty).await;
    let seen = school.sign_in(Cast::Dsl).await.get(&page(&with_the_duty)).await;
    assert!(words_of(&seen.body).contains("No longer selected for an inspector"));
    school.deliver().await;
}

/// I1: words the reporter adds about the inspector end it on the very next request; no question tells the reporter that
/// there is one.
#[apply(both_databases!)]
async fn i1_words_added_about_the_inspector_end_what_was_selected(db: TestDb) {
    let school = School::open(db).await;
    let reference = worry(&school);
    done(&school.sign_in(Cast::Dsl).await.selects(&reference, None).await);
    let ivor = school.sign_in(Cast::Inspector).await;
    assert_eq!(ivor.get(&page(&reference)).await.status, StatusCode::OK);
    let tessa = school.sign_in(Cast::Teacher).await;
    let (mine, add) = (format!("/my-reports/{reference}"), format!("/my-reports/{reference}/add"));
    done(&tessa.submit(&mine, &add, &[("words", "It was Mr Quill who pushed her.")]).await);
    is_nothing(&ivor, &reference).await;
    assert!(!ivor.get(LIST).await.body.contains(list_line(&reference)));
    school.deliver().await;
}

/// P2, I9: what was selected leads to no page about ties, and to none about those whom words could mean.
#[apply(both_databases!)]
async fn p2_an_inspector_opens_no_page_of_ties_and_decides_about_nobody_who_could_be_meant(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("CP-CONCERN");
    let who = Somebody::InWords(Line::parse("Mr Vice").unwrap());
    draft.subjects.push(DraftSubject { who, kind: SubjectKind::SomebodyElse, role: SubjectRole::NamedOnly });
    let reference = school.report(Cast::Teacher, &draft).reference;
    let (dinah, harold) = (school.sign_in(Cast::Dsl).await, school.sign_in(Cast::DeputyHead).await);
    let meant = format!("/cases/{reference}/could-be-meant");
    assert!(dinah.get(&meant).await.body.contains("Harold Vice"), "the lead decides about him");
    done(&dinah.selects(&reference, None).await);
    let ivor = school.sign_in(Cast::Inspector).await;
    let read = ivor.get(&page(&reference)).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(
        !read.body.contains("could-be-meant") && !read.body.contains("Harold"),
        "{}",
        words_of(&read.body)
    );
    for path in ["/admin/ties", "/admin/routes", "/admin/names", "/admin/people", "/admin/access-requests"] {
        assert_eq!(ivor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let his = school.person(Cast::DeputyHead).to_string();
    let says = [("person", his.as_str()), ("meant", "no"), ("reason", "He says so."), ("version", "1")];
    for refused in [ivor.get(&meant).await, ivor.submit_from(&read, &meant, &says).await] {
        assert!(
            [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&refused.status),
            "{}",
            refused.status
        );
        assert!(!refused.body.contains("Harold"));
    }
    assert_eq!(harold.get(&page(&reference)).await.status, StatusCode::NOT_FOUND, "he is kept out as before");
    school.deliver().await;
}

/// Made on the duties page like any duty: proposed with a last day, confirmed by the head, told.
#[apply(both_databases!)]
async fn an_inspector_is_proposed_confirmed_and_told(db: TestDb) {
    let school = School::open(db).await;
    let (admin, hattie) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let duty = format!("/admin/duties/{}/end", school.duty(Cast::Inspector));
    done(&hattie.submit(&duty, &duty, &[("why", "inspection"), ("act", "at-once")]).await);
    let endless = proposes(&admin, None).await;
    assert_eq!(endless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(endless.body.contains("Enter the last day of the inspection"));
    done(&proposes(&admin, Some("27")).await);
    let ivor = school.sign_in(Cast::Inspector).await;
    assert_eq!(ivor.get(LIST).await.status, StatusCode::NOT_FOUND, "not before it is confirmed");
    let proposal = proposal(&hattie).await;
    done(&hattie.submit(&proposal, &proposal, &[("act", "confirm")]).await);
    assert_eq!(ivor.get(LIST).await.status, StatusCode::OK);
    assert!(school.deliver().await.iter().any(|to| to.starts_with("ivor.quill@")), "told");
    assert_eq!(school.db.count("audit_entries WHERE act = 'began_duty'"), 1);
    // Not after the inspection's own last day, and nothing typed is lost.
    let reference = worry(&school);
    let dinah = school.sign_in(Cast::Dsl).await;
    let late = dinah.selects(&reference, Some(("28", "11"))).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.body.contains("Enter a day that is not after the end of the inspection"));
    assert!(late.body.contains("They asked about Ellie Marsh."));
    done(&dinah.selects(&reference, Some(("27", "11"))).await);
    school.deliver().await;
}

/// P2: an inspector past the date, on every address, with the session they had.
#[apply(both_databases!)]
async fn p2_an_inspector_past_the_date_reaches_nothing(db: TestDb) {
    let school = School::open(db).await;
    let reference = worry(&school);
    done(&school.sign_in(Cast::Dsl).await.selects(&reference, None).await);
    school.deliver().await;
    // The evening of the last day, so that the session itself still lives on the next.
    school.hands.forward(INSPECTION - TimeDelta::minutes(1));
    let ivor = school.sign_in(Cast::Inspector).await;
    assert_eq!(ivor.get(&page(&reference)).await.status, StatusCode::OK);
    let list = ivor.get(LIST).await;
    school.hands.forward(TimeDelta::minutes(1));
    let unknown = ivor.get("/cases/CAN-0000-0000").await;
    let before = written(&school);
    for endpoint in ENDPOINTS {
        let path = endpoint
            .path
            .replace("{reference}", reference.as_str())
            .replace("{id}", &school.pupil("Ellie Marsh").to_string())
            .replace("{term}", "summer-2026")
            .replace("{code}", "CON-INAPP");
        if endpoint.method == Method::GET {
            let answer = ivor.get(&path).await;
            assert!(!answer.body.contains("uncle") && !answer.body.contains(list_line(&reference)), "{path}");
            if !matches!(endpoint.audience, Audience::Everybody | Audience::Arriving | Audience::Staff) {
                assert_eq!(first_difference(&blanked(&unknown), &blanked(&answer)), None, "{path}");
            }
        } else if endpoint.audience == Audience::Case || endpoint.audience == Audience::Desk {
            let answer =
                ivor.submit_from(&list, &path, &[("note", "x"), ("reason", "x"), ("version", "1")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert_eq!(written(&school), before);
}

/// A case is answered exactly as one that never was.
async fn is_nothing(ivor: &SignedInBrowser<'_>, reference: &Reference) {
    let (unknown, answer) = (ivor.get("/cases/CAN-0000-0000").await, ivor.get(&page(reference)).await);
    assert_eq!(first_difference(&blanked(&unknown), &blanked(&answer)), None);
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

/// How much was ever written of cases.
fn written(school: &School) -> [i64; 3] {
    ["audit_entries", "texts", "outbox"].map(|table| school.db.count(table))
}

/// A line of the list, which no address that merely repeats what was asked for has.
fn list_line(reference: &Reference) -> &str {
    reference.as_str().split_at(4).1
}

async fn proposes(admin: &SignedInBrowser<'_>, until: Option<&str>) -> Answer {
    let (form, inspector) = ("/admin/duties/propose", admin.school.person(Cast::Inspector).to_string());
    let mut fields = vec![("person", inspector.as_str()), ("what", "inspector"), ("why", "inspection")];
    if let Some(day) = until {
        fields.extend([("to-day", day), ("to-month", "11"), ("to-year", "2026")]);
    }
    admin.submit(form, form, &fields).await
}

/// The one proposal that waits.
async fn proposal(hattie: &SignedInBrowser<'_>) -> String {
    let page = hattie.get("/admin/duties").await;
    let from = page.body.split("href=\"/admin/duties/proposals/").nth(1).unwrap();
    format!("/admin/duties/proposals/{}", from.split('"').next().unwrap())
}

/// Who could be meant, who was kept out for it and who was ruled out is for those who decide: an inspector reads the case
/// without a trace of it, and no page of theirs tells of declared relationships.
#[apply(both_databases!)]
async fn p2_an_inspector_learns_of_no_one_who_was_kept_out(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let (dinah, ivor) = (school.sign_in(Cast::Dsl).await, school.sign_in(Cast::Inspector).await);
    let (people, meant) =
        (format!("/cases/{reference}/people"), format!("/cases/{reference}/could-be-meant"));
    let adds = [("who", "Mr Other"), ("kind", "somebody_else"), ("role", "named_only")];
    done(&dinah.submit(&people, &people, &adds).await);
    done(&dinah.selects(&reference, None).await);
    let oliver = school.person(Cast::OtherTeacher).to_string();
    let says = [("person", oliver.as_str()), ("meant", "no"), ("reason", "He was away that day.")];
    let traces = ["O. O.", "ept out", "could be meant", "It is not about", "He was away"];
    for step in ["kept out", "ruled out"] {
        if step == "ruled out" {
            done(&dinah.submit(&meant, &meant, &says).await);
        }
        let hers = words_of(&dinah.get(&page(&reference)).await.body);
        assert!(hers.contains("Oliver Other") && hers.contains("ept out"), "{step}: {hers}");
        let read = ivor.get(&page(&reference)).await;
        assert_eq!(read.status, StatusCode::OK, "{step}");
        let words = words_of(&read.body);
        for trace in traces {
            assert!(!words.contains(trace), "{step}, {trace}: {words}");
        }
    }
    let list = ivor.get(LIST).await;
    for path in ["/admin/ties", "/admin/routes", "/admin/people"] {
        assert_eq!(ivor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for answer in [ivor.get(&meant).await, ivor.submit_from(&list, &meant, &says).await] {
        let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&answer.status);
        assert!(refused && !answer.body.contains("Oliver"), "{}", answer.status);
    }
    school.deliver().await;
}
