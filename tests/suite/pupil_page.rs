//! A pupil's page: who may open it, what stands on it, and that a case out of reach changes nothing on it (P0, P3).

use crate::{
    databases::{TestDb, both_databases},
    page_forms::{blanked, first_difference, words_of},
    school::{Cast, School, SignedInBrowser},
};
use candour::domain::{
    kernel::{ids::Reference, text::Summary},
    people::subject::{SubjectKind, SubjectRole},
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

const KAI: &str = "Kai Brook";

/// A concern about Kai on an app.
fn about_kai(school: &School, category: &str, app: &str) -> Reference {
    let mut draft = school.draft(category);
    draft.subjects = vec![school.about(school.pupil(KAI), SubjectKind::Pupil, SubjectRole::Affected)];
    draft.optional.app = Some(Summary::parse(app).unwrap());
    school.report(Cast::Teacher, &draft).reference
}

/// One about Kai and the DSL, of which the DSL knows nothing.
fn kept_from_the_dsl(school: &School) -> Reference {
    let mut draft = school.draft("STF-COMM");
    draft.subjects = vec![
        school.about(school.pupil(KAI), SubjectKind::Pupil, SubjectRole::Affected),
        school.about(school.person(Cast::Dsl), SubjectKind::AdultHere, SubjectRole::Alleged),
    ];
    draft.optional.app = Some(Summary::parse("Chatterbox").unwrap());
    school.report(Cast::OtherTeacher, &draft).reference
}

fn page_of(school: &School, case: &Reference) -> String {
    format!("/cases/{case}/pupils/{}", school.pupil(KAI))
}

async fn status(browser: &SignedInBrowser<'_>, path: &str) -> u16 {
    browser.get(path).await.status.as_u16()
}

#[apply(both_databases!)]
async fn every_case_within_reach_is_one_chronology_with_its_pattern(db: TestDb) {
    let school = School::open(db).await;
    let mut cases = Vec::new();
    for app in ["Chatterbox", "chatterbox", "Chatter-Box"] {
        cases.push(about_kai(&school, "CDT-CYBULLY", app));
        school.hands.forward(TimeDelta::days(7));
    }
    let other = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let dsl = school.sign_in(Cast::Dsl).await;
    let case = dsl.get(&format!("/cases/{}", cases[2])).await;
    assert!(
        case.body.contains(&format!(r#"href="{}""#, page_of(&school, &cases[2]))),
        "the case leads there"
    );
    let looks = |case: &Reference| {
        school
            .db
            .count(&format!("access_log WHERE case_id IN (SELECT id FROM cases WHERE reference = '{case}')"))
    };
    let before = looks(&cases[0]);
    let page = dsl.get(&page_of(&school, &cases[2])).await;
    assert_eq!(page.status, StatusCode::OK);
    let words = words_of(&page.body);
    assert!(words.contains("Third in six weeks, same platform: Chatter-Box"), "{words}");
    assert!(words.contains(KAI) && words.contains("Year 8"), "{words}");
    assert!(!page.body.contains("<title>Kai"), "the title names nobody");
    for case in &cases {
        assert!(words.contains(case.as_str()), "{case} is on it");
    }
    assert!(!words.contains(other.as_str()));
    assert_eq!(words.matches("Something happened in period two.").count(), 3);
    assert_eq!(looks(&cases[0]), before + 1, "each case on it counts as opened");
}

/// P0, P3: a case that excludes the reader changes no count, no pattern and no word.
#[apply(both_databases!)]
async fn p3_a_case_out_of_reach_changes_nothing_on_it(db: TestDb) {
    let school = School::open(db).await;
    let first = about_kai(&school, "CDT-CYBULLY", "Chatterbox");
    let second = about_kai(&school, "CDT-CYBULLY", "Chatterbox");
    let dsl = school.sign_in(Cast::Dsl).await;
    let (page, triage) = (page_of(&school, &first), format!("/cases/{second}/triage"));
    let before = [blanked(&dsl.get(&page).await), blanked(&dsl.get(&triage).await)];
    let hidden = kept_from_the_dsl(&school);
    let after = [blanked(&dsl.get(&page).await), blanked(&dsl.get(&triage).await)];
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(first_difference(before, after), None);
    }
    assert_eq!(status(&dsl, &page_of(&school, &hidden)).await, 404);
    let head = school.sign_in(Cast::Head).await;
    let seen = words_of(&head.get(&page_of(&school, &hidden)).await.body);
    assert!(
        seen.contains("Third in six weeks, same platform: Chatterbox"),
        "the head sees all three: {seen}"
    );
}

#[apply(both_databases!)]
async fn only_the_dsl_and_the_head_come_here_and_only_from_a_case_the_pupil_is_in(db: TestDb) {
    let school = School::open(db).await;
    let case = about_kai(&school, "CDT-CYBULLY", "Chatterbox");
    let elsewhere = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let (dsl, lead) = (school.sign_in(Cast::Dsl).await, school.sign_in(Cast::OnlineSafety).await);
    let guest = school.person(Cast::OtherTeacher).to_string();
    let share = format!("/cases/{case}/share");
    let fields = [("person", guest.as_str()), ("as", "reader"), ("reason", "Her tutor.")];
    let shared = lead.submit(&share, &share, &fields).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", words_of(&shared.body));
    let page = page_of(&school, &case);
    for (cast, answer) in [
        (Cast::Dsl, 200),
        (Cast::DeputyDsl, 200),
        (Cast::Head, 200),
        (Cast::OtherTeacher, 404),
        (Cast::Teacher, 404),
        (Cast::OnlineSafety, 404),
        (Cast::Network, 404),
        (Cast::Governor, 404),
        (Cast::Administrator, 404),
        (Cast::Chair, 404),
    ] {
        assert_eq!(status(&school.sign_in(cast).await, &page).await, answer, "{cast:?}");
    }
    let reader = school.sign_in(Cast::OtherTeacher).await;
    let case_page = reader.get(&format!("/cases/{case}")).await;
    assert_eq!(case_page.status, StatusCode::OK, "she reads the case all the same");
    assert!(!case_page.body.contains("/pupils/"), "and is led nowhere else");
    assert_eq!(status(&dsl, &page_of(&school, &elsewhere)).await, 404, "he is not in that one");
    let grown_up = format!("/cases/{case}/pupils/{}", school.person(Cast::Teacher));
    assert_eq!(status(&dsl, &grown_up).await, 404);
}

#[apply(both_databases!)]
async fn what_is_known_is_typed_in_and_the_audit_log_keeps_only_whose(db: TestDb) {
    let school = School::open(db).await;
    let case = about_kai(&school, "CDT-CYBULLY", "Chatterbox");
    let page = page_of(&school, &case);
    let dsl = school.sign_in(Cast::Dsl).await;
    let known = [("send", "plan"), ("looked_after", "yes"), ("social_worker", "no")];
    let saved = dsl.submit(&page, &page, &known).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", words_of(&saved.body));
    let words = words_of(&dsl.get(&page).await.body);
    assert!(words.contains("education, health and care plan"), "{words}");
    assert!(words.contains("Child in need: | not known"), "{words}");
    assert_eq!(
        school.db.count("audit_entries WHERE act = 'recorded_context' AND entry NOT LIKE '%plan%'"),
        1
    );
    let case_page = dsl.get(&format!("/cases/{case}")).await;
    assert!(!case_page.body.contains("health and care plan"), "it stands on the pupil's page alone");
    let teacher = school.sign_in(Cast::Teacher).await;
    let token = teacher.token().await;
    let refused = teacher.post(&page, &[("csrf", token.as_str()), ("send", "none")]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert!(words_of(&dsl.get(&page).await.body).contains("education, health and care plan"));
}

#[apply(both_databases!)]
async fn triage_shows_earlier_cases_beside_the_new_one(db: TestDb) {
    let school = School::open(db).await;
    let earlier: Vec<Reference> = (0..2).map(|_| about_kai(&school, "CDT-CYBULLY", "Chatterbox")).collect();
    let new = about_kai(&school, "CON-INAPP", "Chatterbox");
    let coordinator = school.sign_in(Cast::OnlineSafety).await;
    let triage = coordinator.get(&format!("/cases/{new}/triage")).await;
    assert_eq!(triage.status, StatusCode::OK, "{}", words_of(&triage.body));
    let words = words_of(&triage.body);
    for case in &earlier {
        assert!(words.contains(case.as_str()), "{words}");
    }
    assert!(words.contains("Kai Brook | Third in six weeks, same platform: Chatterbox"), "{words}");
}

#[apply(both_databases!)]
async fn who_is_in_a_case_follows_the_case(db: TestDb) {
    let school = School::open(db).await;
    let case = about_kai(&school, "CP-CONCERN", "Chatterbox");
    let rows = || {
        school.db.count(&format!(
            "case_subjects s JOIN cases c ON c.school_id = s.school_id AND c.id = s.case_id WHERE c.reference = '{case}'"))
    };
    assert_eq!(rows(), 1);
    let dsl = school.sign_in(Cast::Dsl).await;
    dsl.submit(&format!("/cases/{case}"), &format!("/cases/{case}/acknowledge"), &[]).await;
    let people = format!("/cases/{case}/people");
    let added = dsl
        .fills_in(&people, &[("who", "Zed Moor"), ("kind", "pupil"), ("role", "witness")], &mut |_| {
            "Words.".to_owned()
        })
        .await
        .0;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", words_of(&added.body));
    assert_eq!(rows(), 2);
    let listed = dsl.get(&format!("/cases/{case}")).await.body;
    let remove = listed.split('"').filter(|part| part.ends_with("/remove")).nth(1).unwrap().to_owned();
    let removed = dsl.fills_in(&remove, &[], &mut |_| "Not there after all.".to_owned()).await.0;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", words_of(&removed.body));
    assert_eq!(rows(), 1);
}
