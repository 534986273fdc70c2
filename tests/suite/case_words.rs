//! What a case's page says, over HTTP: whom the reporter named, with whom a step is, how a referral ended, how long the
//! case is kept; and what is said to somebody who can no longer open it.

use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::{led_to, words_of},
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::domain::{
    concern::{DraftSubject, Somebody},
    kernel::{ids::Reference, text::Line},
    people::subject::{SubjectKind, SubjectRole},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

#[track_caller]
fn done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
}

impl SignedInBrowser<'_> {
    /// What the page of a case says.
    async fn reads(&self, reference: &Reference) -> String {
        let page = self.get(&format!("/cases/{reference}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(markup::faults(&page.body), Vec::<String>::new());
        words_of(&page.body)
    }

    async fn puts(&self, reference: &Reference, act: &str, fields: &[(&str, &str)]) -> Answer {
        let to = format!("/cases/{reference}/{act}");
        self.submit(&to, &to, fields).await
    }
}

/// Once it is known who the IT man is, the case still says whom the reporter named, and what was changed.
#[apply(both_databases!)]
async fn whom_the_reporter_named_stays_in_the_case(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("CP-CONCERN");
    let who = Somebody::InWords(Line::parse("the IT man").unwrap());
    draft.subjects = vec![
        school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Affected),
        DraftSubject { who, kind: SubjectKind::AdultHere, role: SubjectRole::NamedOnly },
    ];
    let reference = school.report(Cast::Teacher, &draft).reference;
    // An adult nobody knows yet is named: the head leads.
    let head = school.sign_in(Cast::Head).await;
    let named = "“the IT man”: an adult who works or volunteers here, mentioned";
    let read = head.reads(&reference).await;
    assert!(read.contains(named) && read.contains("Ellie Marsh: child affected"), "{read}");
    let case = head.get(&format!("/cases/{reference}")).await.body;
    let person = led_to(&case, &reference)
        .into_iter()
        .rfind(|at| at.contains("/people/") && !at.ends_with("/remove"))
        .unwrap();
    let matched = [("role", "witness"), ("match", "Oliver Other"), ("reason", "She pointed him out.")];
    done(&head.submit(&person, &person, &matched).await);
    let read = head.reads(&reference).await;
    assert!(read.contains(named), "{read}");
    for said in ["Changed: | the IT man", "Now: Oliver Other", "Part before: mentioned", "Part: witness"] {
        assert!(read.contains(said), "{said}: {read}");
    }
}

/// A task is with the person it was given to.
#[apply(both_databases!)]
async fn a_step_is_with_the_person_a_task_was_given_to(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CON-INAPP")).reference;
    let olive = school.sign_in(Cast::OnlineSafety).await;
    let form = olive.get(&format!("/cases/{reference}/task")).await;
    let oliver = school.person(Cast::DeputyDsl).to_string();
    let fields = [
        ("what", "Ring home"),
        ("due-day", "1"),
        ("due-month", "12"),
        ("due-year", "2026"),
        ("person", oliver.as_str()),
    ];
    assert!(form.body.contains("name=\"person\""), "{}", words_of(&form.body));
    done(&olive.puts(&reference, "task", &fields).await);
    let read = olive.reads(&reference).await;
    let steps = read.split_once("Steps and deadlines").unwrap().1;
    assert!(steps.contains(&format!("With {}.", Cast::DeputyDsl.name())), "{steps}");
}

/// The LADO's form asks for all they want to know; without an outcome the referral is not done.
#[apply(both_databases!)]
async fn a_referral_to_the_lado_ends_with_its_outcome(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("STF-COMM")).reference;
    let head = school.sign_in(Cast::Head).await;
    let form = words_of(&head.get(&format!("/cases/{reference}/refer")).await.body);
    for asked in [
        "When did they start here?",
        "children of their own",
        "concerns about them before",
        "social worker",
        "dates of birth",
        "When is the strategy meeting?",
        "Malicious",
    ] {
        assert!(form.contains(asked), "{asked}: {form}");
    }
    let wrong = [
        ("body", "lado"),
        ("made_at-when", "now"),
        ("lado-outcome", "perhaps"),
        ("lado-employer", "A canary agency"),
    ];
    let wrong = head.puts(&reference, "refer", &wrong).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("A canary agency"));
    let made = [
        ("body", "lado"),
        ("made_at-when", "now"),
        ("lado-start_date", "September 2023"),
        ("lado-advice", "hold"),
    ];
    done(&head.puts(&reference, "refer", &made).await);
    let read = head.reads(&reference).await;
    for said in
        ["September 2023", "Hold", "The school has been aware since", "Add what is missing from the referral"]
    {
        assert!(read.contains(said), "{said}: {read}");
    }
    let case = head.get(&format!("/cases/{reference}")).await.body;
    let referral = led_to(&case, &reference).into_iter().find(|at| at.contains("/referrals/")).unwrap();
    let ends = [("state", "done"), ("heard", "A canary answer.")];
    let early = head.submit(&referral, &referral, &ends).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        early.body.contains("id=\"lado-outcome-error\"") && early.body.contains("A canary answer."),
        "{}",
        words_of(&early.body)
    );
    assert_eq!(markup::faults(&early.body), Vec::<String>::new());
    let ends = [("state", "done"), ("heard", "They wrote."), ("lado-outcome", "unfounded")];
    done(&head.submit_from(&early, &referral, &ends).await);
    let read = head.reads(&reference).await;
    assert!(read.contains("What was the outcome? | Unfounded"), "{read}");
}

/// Whoever steps aside is told that it is done, and nothing of the case.
#[apply(both_databases!)]
async fn stepping_aside_says_that_it_is_done(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let dougal = school.sign_in(Cast::DeputyDsl).await;
    let aside = dougal.puts(&reference, "step-aside", &[("reason", "I know them.")]).await;
    let first = dougal.get(&aside.location).await;
    let desk = dougal.get(&first.location).await;
    assert_eq!((first.location.as_str(), desk.status), ("/queue?left=aside", StatusCode::OK));
    assert_eq!(markup::faults(&desk.body), Vec::<String>::new());
    assert!(
        desk.body.contains("Your conflict of interest has been declared.")
            && !desk.body.contains(reference.as_str())
    );
    assert!(!dougal.get("/queue").await.body.contains("Your conflict of interest has been declared."));
}

/// A nude picture of a child is not kept like a filter's log: the classes that fit come first, none is shorter.
#[apply(both_databases!)]
async fn a_case_is_kept_as_long_as_its_category_asks(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CDT-NUDES")).reference;
    let dinah = school.sign_in(Cast::Dsl).await;
    done(
        &dinah.submit(&format!("/cases/{reference}"), &format!("/cases/{reference}/acknowledge"), &[]).await,
    );
    let owner = school.person(Cast::Dsl).to_string();
    let triage = [
        ("category", "CDT-NUDES"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("aware-at", "keep"),
        ("crime", "no"),
        ("prevent", "no"),
        ("personal_data", "no"),
        ("filter", "no"),
        ("safe_now", "yes"),
        ("parents", "told"),
    ];
    done(
        &dinah.fills_in(&format!("/cases/{reference}/triage"), &triage, &mut |_| "Words.".to_owned()).await.0,
    );
    done(
        &dinah
            .fills_in(&format!("/cases/{reference}/propose"), &[("outcome", "support")], &mut |_| {
                "Words.".to_owned()
            })
            .await
            .0,
    );
    assert!(dinah.reads(&reference).await.contains("Outcome to sign off"));
    let form = dinah.get(&format!("/cases/{reference}/close")).await.body;
    let at = |class: &str| form.find(&format!("value=\"{class}\""));
    assert!(at("child_protection").unwrap() < at("sexual_abuse").unwrap() && at("filtering").is_none());
    let short = dinah.puts(&reference, "close", &[("retention", "filtering")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("Choose a class that is kept longer"), "{}", words_of(&short.body));
    done(&dinah.puts(&reference, "close", &[("retention", "child_protection")]).await);
    let read = dinah.reads(&reference).await;
    assert!(read.contains("| Outcome |") && !read.contains("Outcome to sign off"), "{read}");
}
