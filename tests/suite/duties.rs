//! Roles as they are given and taken away on pages: P6, P7 and P8, cover, codes, and open cases that follow.

mod open_cases;

use crate::{
    account_linking::Scene,
    databases::{TestDb, both_databases},
    page_forms::{blanked, first_difference, words_of},
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        case::lifecycle::workflow::Move,
        concern::Draft,
        entry::first_sign_in::Rules,
        kernel::ids::{DutyId, PersonId, Reference},
        people::{
            Desk, Office, PersonKind, Seat,
            subject::{SubjectKind, SubjectRole},
        },
        school::routing::{AdultAnswer, WhichAdult},
    },
    jobs::Job,
    service::{
        case::read::{self, CaseView, FullCase},
        clock::Randomness,
        entry::codes,
    },
    store::people::staff::{self, Duty, DutyKind},
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

const PROPOSE: &str = "/admin/duties/propose";

#[track_caller]
fn done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
}

#[track_caller]
fn not_taken(answer: &Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", words_of(&answer.body));
    assert!(answer.body.contains(words), "{}", words_of(&answer.body));
}

/// Every address of a kind that a page leads to, in order.
fn links(answer: &Answer, below: &str) -> Vec<String> {
    let hrefs = answer.body.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    hrefs.map(|(href, _)| href.to_owned()).filter(|href| href.starts_with(below)).collect()
}

impl SignedInBrowser<'_> {
    /// Proposes a role, until a day of November 2026 if one is given.
    async fn proposes(&self, who: Cast, what: &str, until: Option<&str>) -> Answer {
        let person = self.school.person(who).to_string();
        let mut fields = vec![("person", person.as_str()), ("what", what), ("why", "shared")];
        if let Some(day) = until {
            fields.extend([("to-day", day), ("to-month", "11"), ("to-year", "2026")]);
        }
        self.submit(PROPOSE, PROPOSE, &fields).await
    }

    /// Presses a button of a proposal.
    async fn decides(&self, proposal: &str, act: &str) -> Answer {
        self.submit(proposal, proposal, &[("act", act)]).await
    }

    /// The one proposal that waits.
    async fn proposal(&self) -> String {
        let waiting = links(&self.get("/admin/duties").await, "/admin/duties/proposals/");
        let [one] = &waiting[..] else { panic!("{waiting:?}") };
        one.clone()
    }

    async fn status(&self, path: &str) -> StatusCode {
        self.get(path).await.status
    }
}

fn end_of(school: &School, cast: Cast) -> String {
    format!("/admin/duties/{}/end", school.duty(cast))
}

/// A duty from now on, given behind everybody's back.
fn gives(school: &School, cast: Cast, what: DutyKind) -> DutyId {
    let now = school.clock.now();
    let id = DutyId::draw(now, &mut Randomness);
    let duty = Duty { id, person: school.person(cast), what, starts_at: now, ends_at: None };
    school.db.write(|tx| staff::add_duty(tx, school.school, &duty)).unwrap();
    id
}

/// Proposes and confirms.
async fn changes(school: &School, who: Cast, what: &str) {
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    done(&admin.proposes(who, what, None).await);
    done(&head.decides(&head.proposal().await, "confirm").await);
}

/// Proposes an ending and confirms it.
async fn ends(school: &School, whose: Cast) {
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let page = end_of(school, whose);
    done(&admin.submit(&page, &page, &[("why", "leaving"), ("act", "propose")]).await);
    done(&head.decides(&head.proposal().await, "confirm").await);
}

fn acts(school: &School, act: &str) -> i64 {
    school.db.count(&format!("audit_entries WHERE act = '{act}'"))
}

fn full(school: &School, cast: Cast, reference: &Reference) -> Box<FullCase> {
    match read::case(&school.db, &school.op(cast), reference, &mut Randomness).unwrap() {
        CaseView::Full(full) => full,
        CaseView::Technical(_) | CaseView::Inspected(_) => panic!("the whole case"),
    }
}

/// A concern led by the DSL in which the other teacher is named, and so excluded.
fn names_the_other_teacher(school: &School) -> Draft {
    let mut draft = school.draft("CP-CONCERN");
    draft.subjects = vec![
        school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Affected),
        school.about(school.person(Cast::OtherTeacher), SubjectKind::SomebodyElse, SubjectRole::NamedOnly),
    ];
    draft
}

/// A duty begins when it was proposed by an administrator and confirmed by the head, opens what it opens on the very
/// next request, is in the audit log, and everybody at the desk is told, by letter and in Candour.
#[apply(both_databases!)]
async fn a_duty_is_proposed_confirmed_and_told(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let oliver = school.sign_in(Cast::OtherTeacher).await;
    done(&admin.proposes(Cast::OtherTeacher, "dsl-deputy", None).await);
    assert_eq!(oliver.status("/queue").await, StatusCode::NOT_FOUND, "nothing until it is confirmed");
    assert_eq!(school.deliver().await, ["hattie.head@school.example"]);
    let head = school.sign_in(Cast::Head).await;
    assert!(head.get("/queue").await.body.contains("new<span"), "in the menu");
    let proposal = head.proposal().await;
    let page = head.get(&proposal).await;
    assert!(page.body.contains("Oliver Other") && page.body.contains("Deputy designated safeguarding lead"));
    done(&head.decides(&proposal, "confirm").await);
    assert_eq!(oliver.status("/queue").await, StatusCode::OK);
    assert_eq!((acts(&school, "proposed_duty"), acts(&school, "began_duty")), (1, 1));
    let told = school.deliver().await;
    for address in ["dinah.lead", "dougal.deputy", "oliver.other", "addy.admin"] {
        assert!(told.contains(&format!("{address}@school.example")), "{address}: {told:?}");
    }
    assert_eq!(told.len(), 5, "{told:?}");
    let dinah = school.sign_in(Cast::Dsl).await;
    assert!(dinah.get("/queue").await.body.contains("new<span"));
    let duties = dinah.get("/duties").await.body;
    assert!(duties.contains("Oliver Other") && duties.contains("What changed"));
    assert!(!dinah.get("/queue").await.body.contains("new<span"), "seen");
    let again = head.decides(&proposal, "confirm").await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", words_of(&again.body));
    let history = admin.get("/admin/duties/history").await.body;
    assert!(history.contains("Confirmed by Hattie Head") && history.contains("Proposed by Addy Admin"));
}

/// P7: nobody raises their own rights: not by proposing, not by confirming, not by proposing for one another. Each
/// attempt is kept under a number.
#[apply(both_databases!)]
async fn p7_nobody_raises_their_own_rights(db: TestDb) {
    let school = School::open(db).await;
    gives(&school, Cast::OtherTeacher, DutyKind::Office(Office::Administrator));
    let (addy, oliver) =
        (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::OtherTeacher).await);
    let (head, chair, dinah) = (
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Chair).await,
        school.sign_in(Cast::Dsl).await,
    );
    let duties = "duties WHERE ends_at IS NULL";
    let before = school.db.count(duties);
    not_taken(
        &addy.proposes(Cast::Administrator, "dsl-holder", None).await,
        "You cannot propose a change of your own roles",
    );
    assert_eq!(head.status(PROPOSE).await, StatusCode::NOT_FOUND, "who confirms does not propose");
    assert_eq!(dinah.status(PROPOSE).await, StatusCode::NOT_FOUND);

    // One for the other, and neither for themselves.
    done(&addy.proposes(Cast::OtherTeacher, "dsl-holder", None).await);
    let for_oliver = addy.proposal().await;
    done(&oliver.proposes(Cast::Administrator, "dsl-holder", None).await);
    let both = links(&addy.get("/admin/duties").await, "/admin/duties/proposals/");
    let for_addy = both.iter().find(|one| **one != for_oliver).unwrap().clone();
    for (who, proposal) in [
        (&addy, &for_addy),
        (&addy, &for_oliver),
        (&oliver, &for_addy),
        (&oliver, &for_oliver),
        (&chair, &for_addy),
    ] {
        let shown = who.get(proposal).await;
        assert!(!shown.body.contains(">Confirm</button>"));
        let pressed = who.submit_from(&shown, proposal, &[("act", "confirm")]).await;
        not_taken(&pressed, "This attempt is kept under the number");
    }
    assert_eq!(school.db.count(duties), before, "nothing has changed");

    // What is the head's own the chair confirms.
    done(&addy.decides(&for_oliver, "withdraw").await);
    done(&head.decides(&for_addy, "refuse").await);
    done(&addy.proposes(Cast::Head, "dsl-holder", None).await);
    let own = addy.proposal().await;
    let shown = head.get(&own).await;
    not_taken(
        &head.submit_from(&shown, &own, &[("act", "confirm")]).await,
        "You cannot decide about your own roles",
    );
    done(&chair.decides(&own, "confirm").await);
    assert_eq!(school.db.count(duties), before + 1);
    // Head, chair and external contact are three people.
    not_taken(&addy.proposes(Cast::Head, "chair-holder", None).await, "must be three people");
    not_taken(&addy.proposes(Cast::Chair, "external-cover", Some("30")).await, "must be three people");
    assert_eq!(school.db.count("access_log WHERE kind = 'refused'"), 9);
    school.deliver().await;
}

/// P7: the last administrator cannot go; another one is told of every grant.
#[apply(both_databases!)]
async fn p7_the_last_administrator_cannot_go(db: TestDb) {
    let school = School::open(db).await;
    let head = school.sign_in(Cast::Head).await;
    let end = end_of(&school, Cast::Administrator);
    let page = head.get(&end).await;
    assert!(!page.body.contains("End it at once"));
    let pressed = head.submit_from(&page, &end, &[("why", "leaving"), ("act", "at-once")]).await;
    not_taken(&pressed, "The last administrator cannot go");
    changes(&school, Cast::OtherTeacher, "administrator").await;
    let (addy, oliver) =
        (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::OtherTeacher).await);
    school.deliver().await;
    done(&addy.proposes(Cast::Teacher, "governor", None).await);
    done(&head.decides(&head.proposal().await, "confirm").await);
    assert!(
        school.deliver().await.iter().filter(|to| to.starts_with("oliver.other")).count() >= 1,
        "a second administrator is told"
    );
    assert!(oliver.get("/report").await.body.contains("new<span"));
    let ended = head.submit(&end, &end, &[("why", "leaving"), ("act", "at-once")]).await;
    done(&ended);
    assert_eq!(addy.status("/admin/duties").await, StatusCode::NOT_FOUND, "on the very next request");
    assert_eq!((acts(&school, "began_duty"), acts(&school, "ended_duty")), (2, 1));
    school.deliver().await;
}

/// P6: a duty removed while its holder is signed in: the next request is refused, and what they saw through goes back.
#[apply(both_databases!)]
async fn p6_a_duty_removed_while_signed_in_bites_on_the_next_request(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let case = format!("/cases/{reference}");
    let (dinah, dougal) = (school.sign_in(Cast::Dsl).await, school.sign_in(Cast::DeputyDsl).await);
    let to_dougal = school.person(Cast::DeputyDsl).to_string();
    done(&dinah.submit(&format!("{case}/assign"), &format!("{case}/assign"), &[("owner", &to_dougal)]).await);
    let note = dougal.get(&format!("{case}/note")).await;
    assert_eq!(note.status, StatusCode::OK);
    let head = school.sign_in(Cast::Head).await;
    let end = end_of(&school, Cast::DeputyDsl);
    done(&head.submit(&end, &end, &[("why", "leaving"), ("act", "at-once")]).await);
    for path in ["/queue", "/cases", "/duties", case.as_str()] {
        assert_eq!(dougal.status(path).await, StatusCode::NOT_FOUND, "{path}");
    }
    let late = dougal.submit_from(&note, &format!("{case}/note"), &[("note", "Too late.")]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    let kept = full(&school, Cast::Dsl, &reference);
    assert_eq!(kept.case.owner, None, "it went back to the desk");
    assert_eq!((kept.timeline[0].entry.act, kept.timeline[0].actor), (Move::Follow, None));
    school.deliver().await;
}

/// P8: a refused attempt is in the audit log, under the number the person is shown.
#[apply(both_databases!)]
async fn p8_a_refused_attempt_is_in_the_audit_log_with_a_number_shown(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let teacher = school.sign_in(Cast::Teacher).await;
    let head = school.sign_in(Cast::Head).await;
    let note = head.get(&format!("/cases/{reference}/note")).await;
    let refused = [
        teacher.get("/queue").await,
        teacher.get("/admin/duties").await,
        teacher.get(&format!("/cases/{reference}")).await,
        teacher.get("/nowhere/at/all").await,
        // Oversight reads, and does not acknowledge.
        head.submit_from(&note, &format!("/cases/{reference}/acknowledge"), &[]).await,
    ];
    for answer in &refused {
        let number =
            answer.body.split("this number: ").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
        assert!(answer.headers.contains(&("x-request-id".to_owned(), number.to_owned())));
        assert_eq!(
            school.db.count(&format!(
                "access_log WHERE kind = 'refused' AND CAST(detail AS text) LIKE '%{number}%'"
            )),
            1,
            "{number}"
        );
    }
    assert_eq!(refused.each_ref().map(|answer| answer.status.as_u16()), [404, 404, 404, 404, 403]);
    assert_eq!(first_difference(&blanked(&refused[2]), &blanked(&refused[3])), None);
    school.does(Job::SealLooks).await;
    assert_eq!(
        school.db.count("access_log WHERE kind = 'refused' AND sealed_by IS NULL"),
        0,
        "sealed into the audit_entries"
    );
    school.deliver().await;
}

/// Cover for an absence has a last day: until then it is the DSL's, and on the next request after it nothing.
#[apply(both_databases!)]
async fn cover_ends_on_its_last_day(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    not_taken(
        &admin.proposes(Cast::OtherTeacher, "dsl-cover", None).await,
        "Enter the last day of the absence",
    );
    done(&admin.proposes(Cast::OtherTeacher, "dsl-cover", Some("18")).await);
    let head = school.sign_in(Cast::Head).await;
    done(&head.decides(&head.proposal().await, "confirm").await);
    school.deliver().await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let told = school.deliver().await;
    assert_eq!(
        told.iter().filter(|to| to.starts_with("oliver.other")).count(),
        1,
        "one letter until he looks: {told:?}"
    );
    let oliver = school.sign_in(Cast::OtherTeacher).await;
    assert_eq!(oliver.status(&format!("/cases/{reference}")).await, StatusCode::OK);
    school.hands.set("2026-11-18T23:59:00Z".parse().unwrap());
    let oliver = school.sign_in(Cast::OtherTeacher).await;
    assert_eq!(
        oliver.status(&format!("/cases/{reference}")).await,
        StatusCode::OK,
        "the last minute of the last day"
    );
    school.hands.forward(TimeDelta::minutes(1));
    assert_eq!(oliver.status(&format!("/cases/{reference}")).await, StatusCode::NOT_FOUND);
    assert_eq!(oliver.status("/queue").await, StatusCode::NOT_FOUND);
}

/// What an administrator vouched for while somebody had no duty does not count for a desk that is given later: the
/// administrator could have kept the code, and be them.
#[apply(both_databases!)]
async fn a_code_from_an_administrator_counts_for_no_desk_given_later(db: TestDb) {
    let scene = Scene::open(db, Rules::by_code_only()).await;
    let school = &scene.school;
    let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let code = |cast| {
        codes::make_code(&school.db, &school.op(cast), person, &mut Randomness).unwrap().0.as_handed_over()
    };
    let outside = scene.stays_outside().await;
    let inside = outside.enters_code("/signin/code", &code(Cast::Administrator)).await;
    let ann = school.browser_with(inside.cookies());
    assert_eq!(ann.status("/report").await, StatusCode::OK);
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let (to, what) = (person.to_string(), "dsl-deputy");
    done(&admin.submit(PROPOSE, PROPOSE, &[("person", &to), ("what", what), ("why", "new_post")]).await);
    done(&head.decides(&head.proposal().await, "confirm").await);
    assert_eq!(ann.status("/queue").await, StatusCode::NOT_FOUND);
    assert!(head.get("/admin/duties").await.body.contains("Waits for a code"));
    let typed = code(Cast::Head);
    done(&ann.enters_code("/settings/code", &typed).await);
    assert_eq!(ann.status("/queue").await, StatusCode::OK);
    assert!(!head.get("/admin/duties").await.body.contains("Waits for a code"));
    school.deliver().await;
}

/// Who would get what, and if somebody were the subject, follows from the roster alone: a case about them changes no
/// letter of the page.
#[apply(both_databases!)]
async fn who_gets_what_tells_of_no_case(db: TestDb) {
    let school = School::open(db).await;
    let dinah = school.sign_in(Cast::Dsl).await;
    let page = format!("/admin/routes?subject={}", school.person(Cast::Dsl));
    let usual = dinah.get("/admin/routes").await;
    assert!(usual.body.contains("Designated safeguarding lead (DSL): Dinah Lead"));
    let before = dinah.get(&page).await;
    assert!(
        before.body.contains("The headteacher leads") && before.body.contains("if Dinah Lead were alleged")
    );
    let mut draft = school.draft("STF-COMM");
    draft.subjects =
        vec![school.about(school.person(Cast::Dsl), SubjectKind::AdultHere, SubjectRole::Alleged)];
    school.report(Cast::Teacher, &draft);
    school.deliver().await;
    assert_eq!(first_difference(&blanked(&before), &blanked(&dinah.get(&page).await)), None);
    for cast in [Cast::Teacher, Cast::Network, Cast::Governor, Cast::Chair] {
        assert_eq!(school.sign_in(cast).await.status(&page).await, StatusCode::NOT_FOUND, "{cast:?}");
    }
    let elsewhere = format!("/admin/routes?subject={}", school.pupil("Ellie Marsh"));
    assert_eq!(dinah.status(&elsewhere).await, StatusCode::NOT_FOUND, "adults of this school alone");
}

/// A leaver has no role any more, and none if they come back.
#[apply(both_databases!)]
async fn a_leaver_who_comes_back_is_given_duties_anew(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("FIL-FAIL")).reference;
    school.does(Job::FollowDuties).await;
    let (person, now) = (school.person(Cast::Network), school.clock.now());
    school.hands.forward(TimeDelta::seconds(10));
    school.db.write(|tx| staff::leave(tx, school.school, person, school.clock.now())).unwrap();
    school.does(Job::FollowDuties).await;
    assert_eq!(full(&school, Cast::OnlineSafety, &reference).case.lead(), Desk::OnlineSafety);
    let kept = school.db.count(&format!("duties WHERE person_id = '{person}' AND how_ended = 'left'"));
    assert_eq!(kept, 1, "since {now}");
    school.deliver().await;
}
