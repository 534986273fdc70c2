//! I5: a tie that was there first keeps a case from its people through each move that pages offer the lead.

use super::{CLOSE, done, full, sees};
use crate::{
    databases::{TestDb, both_databases},
    page_forms::words_of,
    school::{Cast, School, SignedInBrowser},
};
use candour::domain::{
    kernel::ids::Reference,
    people::{
        Desk,
        subject::{SubjectKind, SubjectRole},
    },
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// Does something on its page.
async fn acts(browser: &SignedInBrowser<'_>, reference: &Reference, act: &str, fields: &[(&str, &str)]) {
    let page = format!("/cases/{reference}/{act}");
    let answer = browser.submit(&page, &page, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{act}: {}", words_of(&answer.body));
}

/// The DSL's child is said to have done something. The coordinator ends one case and opens it again, and
/// merges another into one that the DSL and her deputy could read, which is reassigned: they see nothing of any from then on.
#[apply(both_databases!)]
async fn i5_a_tie_survives_ending_reopening_merging_and_reassigning(db: TestDb) {
    let school = School::open(db).await;
    let (head, olive) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::OnlineSafety).await);
    let (dinah, dougal) = (school.sign_in(Cast::Dsl).await, school.sign_in(Cast::DeputyDsl).await);
    let tie = [("one", "Dinah Lead"), ("other", "Ellie Marsh"), ("tie", "parent"), ("grounds", "known")];
    done(&head.submit(CLOSE, CLOSE, &tie).await, "/admin/ties?recorded");
    let target = school.report(Cast::Teacher, &school.draft("CON-INAPP")).reference;
    let mut draft = school.draft("CON-INAPP");
    draft.subjects =
        vec![school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Alleged)];
    let source = school.report(Cast::Teacher, &draft).reference;
    let other = school.report(Cast::Teacher, &draft).reference;
    assert!(sees(&dinah, &target).await && sees(&dougal, &target).await);
    assert!(!sees(&dinah, &source).await && !sees(&dougal, &source).await);

    for act in ["no-case", "reopen"] {
        acts(&olive, &source, act, &[("reason", "It was a mistake.")]).await;
        assert!(sees(&olive, &source).await, "{act}");
        assert!(!sees(&dinah, &source).await && !sees(&dougal, &source).await, "{act}");
    }
    acts(&olive, &other, "merge", &[("target", target.as_str())]).await;
    assert!(sees(&olive, &target).await);
    for reference in [&source, &other, &target] {
        assert!(!sees(&dinah, reference).await && !sees(&dougal, reference).await, "merged");
    }
    acts(&olive, &target, "send", &[("desk", "head"), ("reason", "It is for her.")]).await;
    assert_eq!(full(&school, Cast::Head, &target).case.lead(), Desk::Head);
    for reference in [&source, &other, &target] {
        assert!(!sees(&dinah, reference).await && !sees(&dougal, reference).await, "reassigned");
    }
    school.deliver().await;
}
