//! A declared relationship stays unseen: on the pages about routes, on the receipt, and in what the report form asks.
//! What follows for a person close to somebody affected.

use super::{CLOSE, done, full, sees};
use crate::{
    databases::{TestDb, both_databases},
    page_forms::{blanked, first_difference},
    school::{Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        concern::{Draft, Somebody},
        people::{
            Desk,
            subject::{SubjectKind, SubjectRole},
        },
        school::routing::{ExclusionReason, ExclusionScope},
    },
    service::{
        concern::report::{self, Answers, NameLookup},
        people::names::Picks,
    },
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// What a page says, without the frame around it.
async fn content(browser: &SignedInBrowser<'_>, page: &str) -> String {
    let answer = browser.get(page).await;
    let told = blanked(&answer);
    told.split_once("<main").map_or_else(|| told.clone(), |(_, content)| content.to_owned())
}

/// Every answer to "who gets what, if …", about each adult of the school and about nobody.
async fn who_gets_what(school: &School, browser: &SignedInBrowser<'_>) -> Vec<String> {
    let mut all = vec![content(browser, "/admin/routes").await];
    for cast in Cast::ALL {
        all.push(content(browser, &format!("/admin/routes?subject={}", school.person(cast))).await);
    }
    all
}

async fn declares(head: &SignedInBrowser<'_>, one: &str, other: &str, tie: &str) {
    let fields = [("one", one), ("other", other), ("tie", tie), ("grounds", "known")];
    done(&head.submit(CLOSE, CLOSE, &fields).await, "/admin/ties?recorded");
}

/// I9: the page answers the same before and after ties of the DSL, the coordinator and the head, to an administrator,
/// to the DSL whose own it is, and to the head who declared it.
#[apply(both_databases!)]
async fn i9_who_gets_what_if_tells_nobody_of_a_tie(db: TestDb) {
    let school = School::open(db).await;
    let (head, chair) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Chair).await);
    let (dinah, addy) = (school.sign_in(Cast::Dsl).await, school.sign_in(Cast::Administrator).await);
    let readers = [&addy, &dinah, &head];
    let mut before = Vec::new();
    for reader in readers {
        before.push(who_gets_what(&school, reader).await);
    }
    assert!(before[0][0].contains("leaves out declared"), "and says so");
    declares(&head, "Dinah Lead", "Oliver Other", "partner").await;
    declares(&head, "Olive Online", "Tessa Teach", "household").await;
    declares(&chair, "Hattie Head", "Oliver Other", "relative").await;
    for (reader, before) in readers.into_iter().zip(&before) {
        for (now, then) in who_gets_what(&school, reader).await.iter().zip(before) {
            assert_eq!(first_difference(now, then), None);
        }
    }
    school.deliver().await;
}

/// A concern in which the DSL's, the coordinator's or the head's child has this part.
fn about_a_child(school: &School, code: &str, role: SubjectRole) -> Draft {
    let child = school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, role);
    Draft { subjects: vec![child], ..school.draft(code) }
}

fn asked_about(school: &School, draft: &Draft) -> NameLookup {
    let (op, picks) = (school.op(Cast::Teacher), Picks::default());
    report::look_up(&school.db, &op, draft.clone(), &picks, &Answers::default()).unwrap()
}

/// The receipt names the same roles and times, and the form asks the same, whether or not a tie keeps somebody out.
#[apply(both_databases!)]
async fn i9_a_receipt_and_the_questions_of_the_form_tell_nobody_of_a_tie(db: TestDb) {
    let school = School::open(db).await;
    let (head, chair) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Chair).await);
    let tessa = school.sign_in(Cast::Teacher).await;
    let mut drafts = Vec::new();
    for code in ["CP-CONCERN", "CON-INAPP", "CDT-CYBULLY"] {
        for role in [SubjectRole::Affected, SubjectRole::Alleged] {
            drafts.push(about_a_child(&school, code, role));
        }
    }
    let told_them = |draft: &Draft| {
        let told =
            [Cast::Dsl, Cast::OnlineSafety, Cast::Head].map(|cast| Somebody::Known(school.person(cast)));
        Draft { told: told.to_vec(), ..draft.clone() }
    };
    let mut before = Vec::new();
    for draft in &drafts {
        let receipt = school.report(Cast::Teacher, draft);
        let page = content(&tessa, &format!("/report/sent/{}", receipt.reference)).await;
        let page = page.replace(receipt.reference.as_str(), "CAN-");
        before.push((receipt.told, receipt.nobody_reached, page, asked_about(&school, &told_them(draft))));
    }
    declares(&head, "Dinah Lead", "Ellie Marsh", "parent").await;
    declares(&head, "Olive Online", "Ellie Marsh", "household").await;
    declares(&chair, "Hattie Head", "Ellie Marsh", "relative").await;
    for (draft, before) in drafts.iter().zip(before) {
        let receipt = school.report(Cast::Teacher, draft);
        let page = content(&tessa, &format!("/report/sent/{}", receipt.reference)).await;
        let page = page.replace(receipt.reference.as_str(), "CAN-");
        let chair_has_it = full(&school, Cast::Chair, &receipt.reference);
        assert_eq!(chair_has_it.case.lead(), Desk::Chair, "the ties do keep the three out");
        assert_eq!((&receipt.told, receipt.nobody_reached), (&before.0, before.1));
        assert_eq!(first_difference(&page, &before.2), None);
        assert_eq!(asked_about(&school, &told_them(draft)), before.3);
    }
    school.deliver().await;
}

/// Exclusion acts on people: close to a child who is affected is like an affected adult. The DSL neither leads nor sees
/// it through her role, nor does her deputy; the head may share it with her, and decides otherwise.
#[apply(both_databases!)]
async fn a_parent_at_a_desk_is_like_an_adult_who_is_affected(db: TestDb) {
    let school = School::open(db).await;
    let (head, dinah, dougal) = (
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Dsl).await,
        school.sign_in(Cast::DeputyDsl).await,
    );
    let before = about_a_child(&school, "CP-CONCERN", SubjectRole::Affected);
    let reference = school.report(Cast::Teacher, &before).reference;
    assert!(sees(&dinah, &reference).await && sees(&dougal, &reference).await);
    declares(&head, "Dinah Lead", "Ellie Marsh", "parent").await;
    assert!(!sees(&dinah, &reference).await && !sees(&dougal, &reference).await);
    let kept = full(&school, Cast::Head, &reference);
    let exclusion = kept.case.exclusions[&school.person(Cast::Dsl)];
    assert_eq!((exclusion.scope, exclusion.why), (ExclusionScope::Desks, ExclusionReason::TiedToAffected));
    assert_eq!(kept.case.lead(), Desk::Head);

    let (share, her) = (format!("/cases/{reference}/share"), school.person(Cast::Dsl).to_string());
    let fields = [("person", her.as_str()), ("as", "reader"), ("reason", "She is the parent.")];
    let shared = head.submit(&share, &share, &fields).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.body);
    assert_eq!(dinah.get(&format!("/cases/{reference}")).await.status, StatusCode::OK);
    let assign = format!("/cases/{reference}/assign");
    let owned = head.submit(&assign, &assign, &[("owner", &her)]).await;
    assert_eq!(owned.status, StatusCode::UNPROCESSABLE_ENTITY, "she may not own it");

    let page = super::page_of_people(school.person(Cast::Dsl), school.pupil("Ellie Marsh"));
    let otherwise = head.submit(&page, &page, &[("act", "otherwise"), ("why", "fair")]).await;
    done(&otherwise, "/admin/ties?otherwise");
    assert!(sees(&dinah, &reference).await && sees(&dougal, &reference).await);
    school.deliver().await;
}
