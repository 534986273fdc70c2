//! Declared relationships, on their page: who is kept from what, at once and from ended cases too, who decides, and that
//! the page tells of no case.

mod lists;
mod moves;
mod unseen;

use crate::{
    databases::{TestDb, both_databases},
    page_forms::{blanked, words_of},
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        case::lifecycle::workflow::{Move, Status},
        concern::Draft,
        kernel::ids::{PersonId, Reference},
        people::{
            Desk,
            subject::{SubjectKind, SubjectRole},
            ties::{Grounds, Otherwise, Pair, Tie},
        },
    },
    jobs::Job,
    service::{
        case::read::{self, CaseView, FullCase},
        clock::Randomness,
    },
    store::people::ties,
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

pub const CLOSE: &str = "/admin/ties";

#[track_caller]
fn done(answer: &Answer, to: &str) {
    assert_eq!(
        (answer.status, answer.location.as_str()),
        (StatusCode::SEE_OTHER, to),
        "{}",
        words_of(&answer.body)
    );
}

#[track_caller]
fn not_taken(answer: &Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", words_of(&answer.body));
    assert!(answer.body.contains(words), "{}", words_of(&answer.body));
}

impl SignedInBrowser<'_> {
    pub async fn records(&self, one: &str, other: &str) -> Answer {
        let fields = [("one", one), ("other", other), ("tie", "partner"), ("grounds", "told")];
        self.submit(CLOSE, CLOSE, &fields).await
    }

    async fn decides_otherwise(&self, one: Cast, other: Cast) -> Answer {
        let page = page_of(self.school, one, other);
        self.submit(&page, &page, &[("act", "otherwise"), ("why", "fair")]).await
    }
}

fn pair(school: &School, one: Cast, other: Cast) -> Pair {
    Pair::of(school.person(one), school.person(other)).unwrap()
}

fn page_of(school: &School, one: Cast, other: Cast) -> String {
    page_of_people(school.person(one), school.person(other))
}

fn page_of_people(one: PersonId, other: PersonId) -> String {
    let [one, other] = Pair::of(one, other).unwrap().both();
    format!("{CLOSE}/{one}.{other}")
}

/// About the other teacher, led by the DSL.
fn names_oliver(school: &School) -> Draft {
    let mut draft = school.draft("CP-CONCERN");
    draft.subjects = vec![
        school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Affected),
        school.about(school.person(Cast::OtherTeacher), SubjectKind::SomebodyElse, SubjectRole::NamedOnly),
    ];
    draft
}

fn reported(school: &School) -> Reference {
    school.report(Cast::Teacher, &names_oliver(school)).reference
}

fn full(school: &School, cast: Cast, reference: &Reference) -> Box<FullCase> {
    match read::case(&school.db, &school.op(cast), reference, &mut Randomness).unwrap() {
        CaseView::Full(full) => full,
        CaseView::Technical(_) | CaseView::Inspected(_) => panic!("the whole case"),
    }
}

/// Whether anything on any page of theirs says that the case is there.
async fn sees(browser: &SignedInBrowser<'_>, reference: &Reference) -> bool {
    let mut seen = false;
    for list in ["/queue", "/queue?show=mine", "/cases", "/cases?show=ended"] {
        seen |= browser.get(list).await.body.contains(reference.as_str());
    }
    let case = browser.get(&format!("/cases/{reference}")).await;
    let unknown = browser.get("/cases/CAN-0000-0000").await;
    let hidden = blanked(&case) == blanked(&unknown);
    assert_eq!(seen, !hidden, "lists and address agree");
    assert_eq!(case.status == StatusCode::OK, !hidden);
    seen
}

/// The DSL's husband teaches here. What is said of him reaches neither her nor her deputy, until the head decides
/// otherwise; then she sees it.
#[apply(both_databases!)]
async fn a_dsl_whose_partner_it_is_about_sees_nothing_of_it(db: TestDb) {
    let school = School::open(db).await;
    let (head, dinah, dougal) = (
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Dsl).await,
        school.sign_in(Cast::DeputyDsl).await,
    );
    done(&head.records("Dinah Lead", "Oliver Other").await, "/admin/ties?recorded");
    let page = head.get("/admin/ties?recorded").await;
    for words in [
        "It has been declared",
        "Dinah Lead and Oliver Other",
        "Partners, or married",
        "Recorded by Hattie Head, Tue 17 Nov 2026",
    ] {
        assert!(page.body.contains(words), "{words}: {}", words_of(&page.body));
    }
    let reference = reported(&school);
    assert!(!sees(&dinah, &reference).await && !sees(&dougal, &reference).await);
    assert!(sees(&head, &reference).await);
    assert_eq!(full(&school, Cast::Head, &reference).case.lead(), Desk::Head);
    let told = school.deliver().await;
    assert!(told.iter().any(|to| to.starts_with("hattie.head")));
    assert!(!told.iter().any(|to| to.starts_with("dinah") || to.starts_with("dougal")), "{told:?}");
    // Who would get what says so too, without a case.
    let routes = head.get(&format!("/admin/routes?subject={}", school.person(Cast::OtherTeacher))).await;
    assert_eq!(routes.status, StatusCode::OK);
    assert!(
        !words_of(&routes.body).contains("designated safeguarding lead (DSL): Dinah Lead"),
        "{}",
        words_of(&routes.body)
    );

    done(&head.decides_otherwise(Cast::Dsl, Cast::OtherTeacher).await, "/admin/ties?otherwise");
    assert!(sees(&dinah, &reference).await && sees(&dougal, &reference).await);
    let page = head.get(CLOSE).await;
    assert!(
        page.body.contains(
            "Decided by Hattie Head, Tue 17 Nov 2026: it does not stand in the way of fair handling"
        )
    );
    for act in ["recorded_tie", "set_tie_aside"] {
        assert_eq!(school.db.count(&format!("audit_entries WHERE act = '{act}'")), 1, "{act}");
    }
    assert_eq!(
        school.db.count("audit_entries WHERE entry LIKE '%Dinah%' OR entry LIKE '%Oliver%'"),
        0,
        "ids alone"
    );
    school.deliver().await;
}

/// Recorded after the case is there: on her very next request she sees nothing, what was hers goes back, her letter
/// is not sent; and so it is with what has ended.
#[apply(both_databases!)]
async fn a_tie_recorded_later_bites_on_the_next_request(db: TestDb) {
    let school = School::open(db).await;
    let (head, dinah) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Dsl).await);
    let (open, ended) = (reported(&school), reported(&school));
    let no_case = format!("/cases/{ended}/no-case");
    done(
        &dinah.submit(&no_case, &no_case, &[("reason", "It was a mistake.")]).await,
        &format!("/cases/{ended}?done=no_case"),
    );
    let note = dinah.get(&format!("/cases/{open}/note")).await;
    assert_eq!(note.status, StatusCode::OK);
    let acts = |act: &str| school.db.count(&format!("audit_entries WHERE act = '{act}'"));
    done(&head.records("Oliver Other", "Dinah Lead").await, "/admin/ties?recorded");
    assert!(!sees(&dinah, &open).await && !sees(&dinah, &ended).await);
    let late = dinah.submit_from(&note, &format!("/cases/{open}/note"), &[("note", "Too late.")]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    let dougal = school.sign_in(Cast::DeputyDsl).await;
    assert!(!sees(&dougal, &open).await && !sees(&dougal, &ended).await);
    let told = school.deliver().await;
    assert!(!told.iter().any(|to| to.starts_with("dinah")), "{told:?}");
    let (kept, past) = (full(&school, Cast::Head, &open), full(&school, Cast::Head, &ended));
    assert_eq!((kept.case.lead(), past.case.status), (Desk::Head, Status::NoCase));
    for case in [&kept, &past] {
        assert_eq!((case.timeline[0].entry.act, case.timeline[0].actor), (Move::TiesChanged, None));
    }
    let shown = head.get(&format!("/cases/{open}")).await;
    assert!(
        shown.body.contains("Who may see it was worked out again")
            && shown.body.contains("a relationship with a person in it was declared")
    );
    assert_eq!(acts("ties_changed"), 2);
    done(&head.decides_otherwise(Cast::Dsl, Cast::OtherTeacher).await, "/admin/ties?otherwise");
    assert!(sees(&dinah, &open).await && sees(&dinah, &ended).await);
    assert_eq!((acts("ties_changed"), acts("reopen")), (4, 0));
    assert_eq!(full(&school, Cast::Dsl, &ended).case.status, Status::NoCase);
    school.deliver().await;
}

/// I5. The DSL's child is said to have done something; the coordinator gives it another category. Neither the DSL nor
/// her deputy sees it before or after, whatever the new category asks.
#[apply(both_databases!)]
async fn i5_a_tie_survives_triage_with_another_category(db: TestDb) {
    let school = School::open(db).await;
    let (head, dinah, dougal, olive) = (
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Dsl).await,
        school.sign_in(Cast::DeputyDsl).await,
        school.sign_in(Cast::OnlineSafety).await,
    );
    let tie = [("one", "Dinah Lead"), ("other", "Ellie Marsh"), ("tie", "parent"), ("grounds", "known")];
    done(&head.submit(CLOSE, CLOSE, &tie).await, "/admin/ties?recorded");
    let mut draft = school.draft("CON-INAPP");
    draft.subjects =
        vec![school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Alleged)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    assert!(!sees(&dinah, &reference).await && !sees(&dougal, &reference).await);
    let (triage, owner) =
        (format!("/cases/{reference}/triage"), school.person(Cast::OnlineSafety).to_string());
    let answers = [
        ("category", "CDT-CYBULLY"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("filter", "no"),
        ("aware-at", "keep"),
        ("safe_now", "yes"),
        ("wishes", "She wants it to stop."),
    ];
    done(&olive.submit(&triage, &triage, &answers).await, &format!("/cases/{reference}?done=triage"));
    assert_eq!(full(&school, Cast::OnlineSafety, &reference).case.category.as_str(), "CDT-CYBULLY");
    assert!(!sees(&dinah, &reference).await && !sees(&dougal, &reference).await);
    school.deliver().await;
}

/// What became of a case that was merged into another is kept from her at both addresses, and given back at both.
#[apply(both_databases!)]
async fn a_merged_case_follows_at_its_old_address(db: TestDb) {
    let school = School::open(db).await;
    let (head, dinah) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Dsl).await);
    let (target, source) =
        (reported(&school), school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference);
    let merge = format!("/cases/{source}/merge");
    assert_eq!(
        dinah.submit(&merge, &merge, &[("target", target.as_str())]).await.status,
        StatusCode::SEE_OTHER
    );
    let statuses = |status| async move { [status; 2] };
    let asked = || async {
        let old = dinah.get(&format!("/cases/{source}?as=it-was")).await.status;
        [dinah.get(&format!("/cases/{target}")).await.status, old]
    };
    assert_eq!(asked().await, statuses(StatusCode::OK).await);
    head.records("Dinah Lead", "Oliver Other").await;
    assert_eq!(asked().await, statuses(StatusCode::NOT_FOUND).await);
    head.decides_otherwise(Cast::Dsl, Cast::OtherTeacher).await;
    assert_eq!(asked().await, statuses(StatusCode::OK).await);
}

/// The page answers the same whether or not a case moved.
#[apply(both_databases!)]
async fn the_page_tells_of_no_case(db: TestDb) {
    let school = School::open(db).await;
    reported(&school);
    let head = school.sign_in(Cast::Head).await;
    let with_a_case = head.records("Dinah Lead", "Oliver Other").await;
    let without = head.records("Olive Online", "Tessa Teach").await;
    assert_eq!(school.db.count("audit_entries WHERE act = 'ties_changed'"), 1, "one moved");
    assert_eq!(blanked(&with_a_case), blanked(&without));
    let otherwise = head.decides_otherwise(Cast::Dsl, Cast::OtherTeacher).await;
    let of_none = head.decides_otherwise(Cast::OnlineSafety, Cast::Teacher).await;
    assert_eq!(blanked(&otherwise), blanked(&of_none));
    assert!(!head.get(CLOSE).await.body.contains("CAN-"));
}

/// Nobody decides about a tie of their own, or of somebody close to them; nobody is shown one they do not decide about.
#[apply(both_databases!)]
async fn each_decides_about_what_is_theirs(db: TestDb) {
    let school = School::open(db).await;
    let (head, chair, external) = (
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Chair).await,
        school.sign_in(Cast::External).await,
    );
    for cast in [Cast::Administrator, Cast::Dsl, Cast::DeputyHead, Cast::Teacher, Cast::Governor] {
        assert_eq!(school.sign_in(cast).await.get(CLOSE).await.status, StatusCode::NOT_FOUND, "{cast:?}");
    }
    not_taken(
        &head.records("Hattie Head", "Tessa Teach").await,
        "You cannot decide about your own relationships",
    );
    not_taken(
        &chair.records("Dinah Lead", "Oliver Other").await,
        "Only the headteacher decides about these two",
    );
    assert_eq!(school.db.count("access_log WHERE kind = 'refused'"), 7, "each is kept under a number");
    done(&chair.records("Hattie Head", "Tessa Teach").await, "/admin/ties?recorded");
    not_taken(
        &head.records("Oliver Other", "Tessa Teach").await,
        "Only the chair of governors decides about these two",
    );
    not_taken(
        &chair.records("Charlie Chair", "Hattie Head").await,
        "You cannot decide about your own relationships",
    );
    done(&external.records("Charlie Chair", "Hattie Head").await, "/admin/ties?recorded");
    done(&head.records("Dinah Lead", "Oliver Other").await, "/admin/ties?recorded");
    let shown = |page: &Answer| {
        ["Hattie Head and Tessa Teach", "Charlie Chair and Hattie Head", "Dinah Lead and Oliver Other"]
            .map(|names| page.body.contains(names))
    };
    assert_eq!(shown(&head.get(CLOSE).await), [false, false, true]);
    // The tie with the head makes the chair partial about whatever is the head's.
    assert_eq!(shown(&chair.get(CLOSE).await), [false, false, false]);
    assert_eq!(shown(&external.get(CLOSE).await), [true, true, false]);
    let own = page_of(&school, Cast::Head, Cast::Teacher);
    for browser in [&head, &chair] {
        assert_eq!(browser.get(&own).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(external.get(&own).await.status, StatusCode::OK);
}

/// Words that are no name, one person twice, two pupils, an answer left out: nothing is kept and nothing typed is
/// lost. The same page sent twice is one tie; another one for the same two is said to be there.
#[apply(both_databases!)]
async fn what_is_entered_is_put_right_beside_its_field(db: TestDb) {
    let school = School::open(db).await;
    let head = school.sign_in(Cast::Head).await;
    not_taken(
        &head.records("the IT man", "Oliver Other").await,
        "Enter the name exactly as it is in the register",
    );
    let again = head.records("Dinah Lead", "dinah lead").await;
    not_taken(&again, "this is the same one");
    assert!(again.body.contains("value=\"dinah lead\"") && again.body.contains("value=\"partner\" checked"));
    not_taken(&head.records("Ellie Marsh, Year 8", "Kai Brook").await, "Enter an adult of this school");
    let bare = head.submit(CLOSE, CLOSE, &[("one", "Dinah Lead"), ("other", ""), ("tie", "sibling")]).await;
    for words in ["Enter a name", "Choose how it is known"] {
        not_taken(&bare, words);
    }
    assert_eq!(school.db.count("person_ties"), 0);
    let (page, fields) = (
        head.get(CLOSE).await,
        [("one", "Dinah Lead"), ("other", "Ellie Marsh"), ("tie", "parent"), ("grounds", "declared")],
    );
    for _ in 0..2 {
        done(&head.submit_from(&page, CLOSE, &fields).await, "/admin/ties?recorded");
    }
    assert_eq!(
        (school.db.count("person_ties"), school.db.count("audit_entries WHERE act = 'recorded_tie'")),
        (1, 1)
    );
    not_taken(&head.records("Ellie Marsh", "Dinah Lead").await, "Their relationship is declared already");
    let page = page_of_pupil(&school);
    not_taken(&head.submit(&page, &page, &[("act", "otherwise")]).await, "Choose why");
    let shown = head.get(&page).await;
    for _ in 0..2 {
        done(
            &head.submit_from(&shown, &page, &[("act", "otherwise"), ("why", "over")]).await,
            "/admin/ties?otherwise",
        );
    }
    assert_eq!(
        head.submit_from(&head.get(&page).await, &page, &[("act", "otherwise"), ("why", "over")])
            .await
            .status,
        StatusCode::CONFLICT
    );
    done(
        &head.submit(&page, &page, &[("act", "again"), ("tie", "relative"), ("grounds", "known")]).await,
        "/admin/ties?recorded",
    );
    assert_eq!(school.db.count("person_ties WHERE tie = 'relative' AND set_aside_at IS NULL"), 1);
}

/// It takes a fresh sign-in.
#[apply(both_databases!)]
async fn the_page_asks_for_a_fresh_sign_in(db: TestDb) {
    let school = School::open(db).await;
    let head = school.sign_in(Cast::Head).await;
    let page = head.get(CLOSE).await;
    school.hands.forward(chrono::TimeDelta::minutes(11));
    assert_eq!(head.get(CLOSE).await.status, StatusCode::SEE_OTHER);
    let late = head
        .submit_from(
            &page,
            CLOSE,
            &[("one", "Dinah Lead"), ("other", "Oliver Other"), ("tie", "partner"), ("grounds", "told")],
        )
        .await;
    assert_ne!(late.status, StatusCode::SEE_OTHER);
    assert_eq!(school.db.count("person_ties"), 0);
}

/// A concern that was on its way while the tie was recorded is looked at again by the job, and only once.
#[apply(both_databases!)]
async fn a_concern_on_its_way_follows_within_a_minute(db: TestDb) {
    let school = School::open(db).await;
    let dinah = school.sign_in(Cast::Dsl).await;
    let reference = reported(&school);
    let (head, about) = (school.op(Cast::Head), pair(&school, Cast::Dsl, Cast::OtherTeacher));
    let recorded = school.db.write(|tx| ties::record(tx, &head.viewer, about, Tie::Partner, Grounds::Known));
    recorded.unwrap();
    assert!(sees(&dinah, &reference).await, "routed as ties were before");
    for _ in 0..2 {
        school.does(Job::FollowDuties).await;
        assert!(!sees(&dinah, &reference).await);
    }
    assert_eq!(school.db.count("audit_entries WHERE act = 'ties_changed'"), 1);
    school.db.write(|tx| ties::set_aside(tx, &head.viewer, about, Otherwise::Mistake)).unwrap();
    school.does(Job::FollowDuties).await;
    assert!(sees(&dinah, &reference).await);
}

fn page_of_pupil(school: &School) -> String {
    let [one, other] = Pair::of(school.person(Cast::Dsl), school.pupil("Ellie Marsh")).unwrap().both();
    format!("{CLOSE}/{one}.{other}")
}
