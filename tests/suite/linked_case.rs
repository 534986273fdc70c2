//! A case another one opened follows it, and a case about an adult nobody has named goes to the head and the DSL alone: as
//! people meet it, on both databases.

mod merged;

use crate::{
    databases::{TestDb, both_databases},
    page_forms::{blanked, first_difference, led_to},
    school::{Answer, Cast, School},
    signed_in::SignedInBrowser,
};
use candour::{
    domain::{
        case::{Act, Case, CaseEvent, Refusal, lifecycle::workflow::Move},
        concern::Draft,
        kernel::{ids::Reference, text::Summary},
        people::{
            subject::{SubjectKind, SubjectRole},
            ties::{Grounds, Otherwise, Pair, Tie},
        },
        school::routing::{AdultAnswer, WhichAdult},
    },
    jobs::Job,
    service::{
        case::{
            act::{self, CaseOnPage},
            read::{self, CaseView},
        },
        clock::Randomness,
        people::ties,
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeSet;

/// Does something to a case as somebody who can open it.
fn acts(
    school: &School,
    by: Cast,
    reference: &Reference,
    verb: impl FnOnce(&Case, &mut Act<'_>) -> Result<CaseEvent, Refusal>,
) {
    let op = school.op(by);
    let Ok(CaseView::Full(full)) = read::case(&school.db, &op, reference, &mut Randomness) else {
        panic!("{by:?} cannot open it")
    };
    let form = school.form();
    let seen = CaseOnPage { reference, version: full.case.version, form: &form };
    act::perform(&school.db, &op, &seen, &BTreeSet::new(), &mut Randomness, |case, act, _| verb(case, act))
        .unwrap();
}

fn why() -> Summary {
    Summary::parse("For the test").unwrap()
}

async fn status(browser: &SignedInBrowser<'_>, path: &str) -> StatusCode {
    browser.get(path).await.status
}

/// Triages a case so that a filtering case is opened from it, and gives back the address of that one.
async fn let_through(school: &School, by: Cast, reference: &Reference) -> String {
    let (browser, case) = (school.sign_in(by).await, format!("/cases/{reference}"));
    let (triage, owner) = (browser.get(&format!("{case}/triage")).await, school.person(by).to_string());
    let answers = [
        ("category", "CON-INAPP"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("aware-at", "keep"),
        ("threshold", "low_level"),
        ("filter", "yes"),
        ("filter-web", "bad.example"),
    ];
    let done = browser.submit_from(&triage, &format!("{case}/triage"), &answers).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let shown = browser.get(&case).await.body;
    let linked = shown.split("href=\"").find(|part| part.contains("Linked case")).unwrap();
    linked.split('"').next().unwrap().to_owned()
}

fn content(school: &School, adult: AdultAnswer) -> Draft {
    Draft { adult, ..school.draft("CON-INAPP") }
}

fn about_the_it_man(school: &School) -> Reference {
    let draft = Draft { adult: AdultAnswer::Yes(WhichAdult::DoNotKnow), ..school.draft("STF-COMM") };
    school.report(Cast::Teacher, &draft).reference
}

/// The network manager leads the filtering case, turns out to be alleged where it was found, and is cleared again.
#[apply(both_databases!)]
async fn an_exclusion_at_the_source_is_one_of_what_it_opened(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &content(&school, AdultAnswer::No)).reference;
    let linked = let_through(&school, Cast::OnlineSafety, &reference).await;
    let (nick, head) = (school.sign_in(Cast::Network).await, school.sign_in(Cast::Head).await);
    assert_eq!(status(&nick, &linked).await, StatusCode::OK);

    let him = school.about(school.person(Cast::Network), SubjectKind::AdultHere, SubjectRole::Alleged);
    acts(&school, Cast::OnlineSafety, &reference, |case, act| case.add_subject(&him, act));
    for path in [&linked, &format!("{linked}/note"), &format!("/cases/{reference}")] {
        assert_eq!(status(&nick, path).await, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!nick.get("/queue").await.body.contains(&linked));
    let shown = head.get(&linked).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("Who may see it was worked out again"));
    assert!(shown.body.contains("something changed in the concern in which this was found"));
    let history = shown.body.split("worked out again").nth(1).unwrap();
    assert!(!history.split("</li>").next().unwrap().contains(reference.as_str()), "it leads nowhere");
    assert_eq!(school.db.count("audit_entries WHERE act = 'follow_source'"), 1);

    let op = school.op(Cast::Head);
    let Ok(CaseView::Full(full)) = read::case(&school.db, &op, &reference, &mut Randomness) else { panic!() };
    let id = full.case.current_subjects().next().unwrap().id;
    acts(&school, Cast::Head, &reference, |case, act| case.remove_subject(id, &why(), act));
    assert_eq!(status(&nick, &linked).await, StatusCode::OK, "the reason is gone");
}

/// What a person is answered, without what is new in each answer: ids and the references of these two cases too.
fn told(answer: &Answer, references: [&str; 2]) -> String {
    let page = references.iter().fold(blanked(answer), |page, reference| page.replace(reference, "CAN-"));
    let is_of_an_id = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
    let mut without_ids = String::new();
    for part in page.split_inclusive(|letter| !is_of_an_id(letter)) {
        let word = part.trim_end_matches(|letter| !is_of_an_id(letter)).trim_end_matches('-');
        let (before, last) = word.split_at(word.len().saturating_sub(36));
        let is_id = last.len() == 36 && last.matches('-').count() == 4;
        without_ids.push_str(before);
        without_ids.push_str(if is_id { "ID" } else { last });
        without_ids.push_str(&part[word.len()..]);
    }
    without_ids
}

/// A filtering case opened from a concern about nobody here, who then turns out to be about a person.
async fn opened_before_it_was_known(school: &School, accused: Option<Cast>) -> (Reference, String) {
    let reference = school.report(Cast::Teacher, &content(school, AdultAnswer::No)).reference;
    let linked = let_through(school, Cast::OnlineSafety, &reference).await;
    if let Some(accused) = accused {
        let them = school.about(school.person(accused), SubjectKind::AdultHere, SubjectRole::Alleged);
        acts(school, Cast::OnlineSafety, &reference, |case, act| case.add_subject(&them, act));
    }
    (reference, linked)
}

/// Every page of a case that a reader is led to, each as an answer; the case's own first.
async fn every_page(browser: &SignedInBrowser<'_>, linked: &str, source: &Reference) -> Vec<String> {
    let reference: Reference = linked.trim_start_matches("/cases/").parse().unwrap();
    let references = [source.as_str(), reference.as_str()];
    let case = browser.get(linked).await;
    let mut all = vec![told(&case, references)];
    for page in led_to(&case.body, &reference) {
        all.push(told(&browser.get(&page).await, references));
    }
    assert!(all.len() > 4, "it leads to the pages of its acts: {}", all.len());
    all
}

/// Gives a case to everybody in every way, one after the other, and keeps each answer and the page after it.
async fn every_choice(
    school: &School,
    browser: &SignedInBrowser<'_>,
    linked: &str,
    source: &Reference,
) -> Vec<String> {
    let reference: Reference = linked.trim_start_matches("/cases/").parse().unwrap();
    let references = [source.as_str(), reference.as_str()];
    let mut all = Vec::new();
    for chosen in Cast::ALL {
        let chosen = school.person(chosen).to_string();
        let ways: [(&str, Vec<(&str, &str)>); 4] = [
            ("assign", vec![("owner", &chosen)]),
            ("share", vec![("person", &chosen), ("as", "reader"), ("reason", "To help.")]),
            ("share", vec![("person", &chosen), ("as", "reviewer"), ("reason", "To agree.")]),
            (
                "task",
                vec![
                    ("what", "Look at the log."),
                    ("person", &chosen),
                    ("due-day", "1"),
                    ("due-month", "12"),
                    ("due-year", "2026"),
                ],
            ),
        ];
        for (way, fields) in ways {
            let page = format!("{linked}/{way}");
            all.push(told(&browser.submit(&page, &page, &fields).await, references));
        }
        all.push(told(&browser.get(linked).await, references));
    }
    all
}

fn same(one: &[String], other: &[String], about: &str) {
    assert_eq!(one.len(), other.len(), "{about}: as many pages");
    for (one, other) in one.iter().zip(other) {
        assert_eq!(first_difference(one, other), None, "{about}");
    }
}

/// I6: for each adult of the school as the person the concern turned out to be about, the network manager who leads the
/// filtering case reads the same, byte for byte, as if it were about nobody here. So does the coordinator: beside a
/// concern about a teacher, since any adult here takes the concern itself from her.
#[apply(both_databases!)]
async fn i6_whoever_is_accused_where_it_was_found_every_page_is_the_same(db: TestDb) {
    let school = School::open(db).await;
    let readers = [Cast::Network, Cast::OnlineSafety];
    let (nick, olive) = (school.sign_in(readers[0]).await, school.sign_in(readers[1]).await);
    let (source, linked) = opened_before_it_was_known(&school, None).await;
    let about_nobody = every_page(&nick, &linked, &source).await;
    let (source, linked) = opened_before_it_was_known(&school, Some(Cast::OtherTeacher)).await;
    let about_a_teacher = every_page(&olive, &linked, &source).await;
    for accused in Cast::ALL {
        let (source, linked) = opened_before_it_was_known(&school, Some(accused)).await;
        for (reader, browser, usual) in
            [(readers[0], &nick, &about_nobody), (readers[1], &olive, &about_a_teacher)]
        {
            if reader == accused {
                assert_eq!(status(browser, &linked).await, StatusCode::NOT_FOUND, "{accused:?}");
                continue;
            }
            let pages = every_page(browser, &linked, &source).await;
            same(&pages, usual, &format!("{reader:?} beside a concern about {accused:?}"));
            assert!(!pages.iter().any(|page| page.contains("may not deal with")), "{accused:?}");
        }
    }
}

/// I6: whoever is chosen as owner, reader, second person or for a task, the answer and the page after it are the same
/// byte for byte, and one who may not see it gets nothing. The colleagues offered are those of its own roles.
#[apply(both_databases!)]
async fn i6_whoever_is_chosen_the_answer_is_the_same(db: TestDb) {
    let school = School::open(db).await;
    let nick = school.sign_in(Cast::Network).await;
    let (source, linked) = opened_before_it_was_known(&school, None).await;
    let about_nobody = every_choice(&school, &nick, &linked, &source).await;
    for accused in
        [Cast::OtherTeacher, Cast::OnlineSafety, Cast::Dsl, Cast::DeputyDsl, Cast::Head, Cast::Siro]
    {
        let (source, linked) = opened_before_it_was_known(&school, Some(accused)).await;
        let offered = nick.get(&format!("{linked}/assign")).await.body;
        for cast in [Cast::OnlineSafety, Cast::Dsl, Cast::DeputyDsl, Cast::Head] {
            assert!(offered.contains(cast.name()), "{cast:?} is offered beside {accused:?}");
        }
        for cast in [Cast::Teacher, Cast::OtherTeacher, Cast::Siro, Cast::Chair] {
            assert!(!offered.contains(cast.name()), "{cast:?} is not offered");
        }
        let answers = every_choice(&school, &nick, &linked, &source).await;
        same(&answers, &about_nobody, &format!("beside a concern about {accused:?}"));
        let browser = school.sign_in(accused).await;
        assert_eq!(status(&browser, &linked).await, StatusCode::NOT_FOUND, "{accused:?} gets nothing");
        assert!(!browser.get("/cases").await.body.contains(&linked));
    }
    school.deliver().await;
}

/// I6: a case given to one who may not see it is back with its lead after the time for taking it up; one who takes it up
/// keeps it.
#[apply(both_databases!)]
async fn i6_what_is_not_taken_up_goes_back(db: TestDb) {
    let school = School::open(db).await;
    let nick = school.sign_in(Cast::Network).await;
    let (_, kept_out) = opened_before_it_was_known(&school, Some(Cast::DeputyDsl)).await;
    let (_, taken_up) = opened_before_it_was_known(&school, Some(Cast::OtherTeacher)).await;
    let deputy = school.person(Cast::DeputyDsl).to_string();
    for case in [&kept_out, &taken_up] {
        let page = format!("{case}/assign");
        let given = nick.submit(&page, &page, &[("owner", &deputy)]).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
        assert!(
            nick.get(case).await.body.contains(Cast::DeputyDsl.name()),
            "it is theirs, as far as he sees"
        );
    }
    let dougal = school.sign_in(Cast::DeputyDsl).await;
    assert_eq!(status(&dougal, &kept_out).await, StatusCode::NOT_FOUND);
    let note = format!("{taken_up}/note");
    let noted = dougal.submit(&note, &note, &[("note", "I look into it.")]).await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.body);
    school.hands.forward(TimeDelta::days(2));
    school.does(Job::ChaseDeadlines).await;
    let nick = school.sign_in(Cast::Network).await;
    let back = nick.get(&kept_out).await.body;
    assert!(back.contains("did not take it up in time"), "its lead chooses a new owner");
    assert!(!nick.get(&taken_up).await.body.contains("did not take it up in time"));
    school.deliver().await;
}

/// I6: what waited for a name was with the head and the DSL; once it is routed by its category, no reason and no step of
/// its history says that it waited, or for what.
#[apply(both_databases!)]
async fn i6_what_waited_for_a_name_does_not_say_so_afterwards(db: TestDb) {
    let school = School::open(db).await;
    let adult = AdultAnswer::Yes(WhichAdult::DoNotKnow);
    let reference = school.report(Cast::Teacher, &content(&school, adult)).reference;
    let linked = let_through(&school, Cast::Head, &reference).await;
    let them = school.about(school.person(Cast::OnlineSafety), SubjectKind::AdultHere, SubjectRole::Alleged);
    acts(&school, Cast::Head, &reference, |case, act| case.add_subject(&them, act));
    let (nick, head) = (school.sign_in(Cast::Network).await, school.sign_in(Cast::Head).await);
    let shown = nick.get(&linked).await;
    assert_eq!(shown.status, StatusCode::OK);
    for told in ["not known yet", "worked out again", "may not deal with", reference.as_str()] {
        assert!(!shown.body.contains(told), "{told}");
    }
    assert!(shown.body.contains("By Candour"), "who triaged the other case is not said");
    assert!(head.get(&linked).await.body.contains("worked out again"), "a reader of both is told");
    school.deliver().await;
}

/// A tie that is recorded later keeps from it as well, which moves several cases in one transaction.
#[apply(both_databases!)]
async fn a_tie_at_the_source_keeps_from_what_it_opened(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = content(&school, AdultAnswer::No);
    let other = school.person(Cast::OtherTeacher);
    draft.subjects = vec![school.about(other, SubjectKind::AdultHere, SubjectRole::NamedOnly)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let linked = let_through(&school, Cast::OnlineSafety, &reference).await;
    let nick = school.sign_in(Cast::Network).await;
    assert_eq!(status(&nick, &linked).await, StatusCode::OK);
    let (op, pair) = (school.op(Cast::Head), Pair::of(other, school.person(Cast::Network)).unwrap());
    let (db, tie) = (&school.db, (Tie::Partner, Grounds::Known));
    ties::record(db, &op, pair, tie, &school.form(), &mut Randomness).unwrap();
    assert_eq!(status(&nick, &linked).await, StatusCode::NOT_FOUND);
    ties::decide_otherwise(db, &op, pair, Otherwise::Over, &school.form(), &mut Randomness).unwrap();
    assert_eq!(status(&nick, &linked).await, StatusCode::OK);
}

/// "I do not know": what the filter let through may be about the network manager, until somebody says who it is.
#[apply(both_databases!)]
async fn an_adult_nobody_has_named_keeps_what_was_opened_with_the_head(db: TestDb) {
    let school = School::open(db).await;
    let adult = AdultAnswer::Yes(WhichAdult::DoNotKnow);
    let reference = school.report(Cast::Teacher, &content(&school, adult)).reference;
    let linked = let_through(&school, Cast::Head, &reference).await;
    let (nick, olive) = (school.sign_in(Cast::Network).await, school.sign_in(Cast::OnlineSafety).await);
    let (head, dinah) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Dsl).await);
    for (browser, expected) in [
        (&nick, StatusCode::NOT_FOUND),
        (&olive, StatusCode::NOT_FOUND),
        (&head, StatusCode::OK),
        (&dinah, StatusCode::OK),
    ] {
        assert_eq!(status(browser, &linked).await, expected);
    }
    let send = head.get(&format!("{linked}/send")).await.body;
    assert!(send.contains("value=\"dsl\"") && !send.contains("value=\"network\""));

    let other = school.about(school.person(Cast::OtherTeacher), SubjectKind::AdultHere, SubjectRole::Alleged);
    acts(&school, Cast::Head, &reference, |case, act| case.add_subject(&other, act));
    assert_eq!(status(&nick, &linked).await, StatusCode::OK, "it is routed anew");
}

/// Sending, giving and sharing a case about an adult nobody has named are refused with what helps, and not offered.
#[apply(both_databases!)]
async fn an_adult_nobody_has_named_keeps_the_case_with_the_head(db: TestDb) {
    let school = School::open(db).await;
    let reference = about_the_it_man(&school);
    let (head, case) = (school.sign_in(Cast::Head).await, format!("/cases/{reference}"));
    let him = school.person(Cast::Network).to_string();
    let ways: [(&str, Vec<(&str, &str)>); 3] = [
        ("send", vec![("desk", "network"), ("reason", "He knows.")]),
        ("assign", vec![("owner", &him)]),
        ("share", vec![("person", &him), ("as", "reader"), ("reason", "He knows.")]),
    ];
    for (way, fields) in ways {
        let path = format!("{case}/{way}");
        let asked = head.get(&path).await;
        assert_eq!(asked.status, StatusCode::OK, "{way}");
        assert!(!asked.body.contains(fields[0].1), "{way} offers him");
        let sent = head.submit_from(&asked, &path, &fields).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{way}");
        assert!(sent.body.contains("First say who the adult is"), "{way}");
    }
    let nick = school.sign_in(Cast::Network).await;
    assert_eq!(status(&nick, &case).await, StatusCode::NOT_FOUND);
}

/// Once it is known who it is, the desks that routing takes off are not offered either; one person by name is.
#[apply(both_databases!)]
async fn a_desk_that_routing_takes_off_is_not_sent_it(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("STF-COMM");
    let other = school.person(Cast::OtherTeacher);
    draft.subjects = vec![school.about(other, SubjectKind::AdultHere, SubjectRole::Alleged)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let (head, send) = (school.sign_in(Cast::Head).await, format!("/cases/{reference}/send"));
    let asked = head.get(&send).await;
    for off in ["online_safety", "network", "slt"] {
        assert!(!asked.body.contains(&format!("value=\"{off}\"")), "{off} is offered");
    }
    let sent = head.submit_from(&asked, &send, &[("desk", "online_safety"), ("reason", "So.")]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sent.body.contains("this is about something an adult here did"));
    let (share, olive) = (format!("/cases/{reference}/share"), school.person(Cast::OnlineSafety).to_string());
    let shared = [("person", olive.as_str()), ("as", "reader"), ("reason", "She knows the app.")];
    assert_eq!(head.submit(&share, &share, &shared).await.status, StatusCode::SEE_OTHER);
}

/// A low-level concern grows: the threshold is answered again and the case is more serious, each with why.
#[apply(both_databases!)]
async fn what_was_decided_at_triage_is_decided_anew(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("STF-COMM");
    let other = school.person(Cast::OtherTeacher);
    draft.subjects = vec![school.about(other, SubjectKind::AdultHere, SubjectRole::Alleged)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let (head, case) = (school.sign_in(Cast::Head).await, format!("/cases/{reference}"));
    let (again, serious) = (format!("{case}/answer/threshold/again"), format!("{case}/severity"));
    assert_eq!(status(&head, &again).await, StatusCode::CONFLICT, "it is not triaged yet");
    let me = school.person(Cast::Head).to_string();
    let triage = [
        ("category", "STF-COMM"),
        ("severity", "low"),
        ("owner", me.as_str()),
        ("aware-at", "keep"),
        ("threshold", "low_level"),
    ];
    let path = format!("{case}/triage");
    let triaged = head.submit(&path, &path, &triage).await;
    assert_eq!(triaged.status, StatusCode::SEE_OTHER, "{}", triaged.body);
    assert_eq!(status(&head, &format!("{case}/answer/threshold")).await, StatusCode::NOT_FOUND);
    assert!(head.get(&case).await.body.contains("answer/threshold/again"));

    let asked = head.get(&again).await;
    assert!(asked.body.contains("So far: It is a low-level concern"));
    let bare = head.submit_from(&asked, &again, &[("threshold", "harm")]).await;
    assert!(bare.body.contains("Write what has changed"));
    let same = head.submit_from(&asked, &again, &[("threshold", "low_level"), ("reason", "So.")]).await;
    assert!(same.body.contains("Choose another answer"));
    let harm = [("threshold", "harm"), ("reason", "It happened again.")];
    assert_eq!(head.submit_from(&asked, &again, &harm).await.status, StatusCode::SEE_OTHER);
    // A person who wrote from the page as it was has not seen that answer.
    let late = [("threshold", "not_staff"), ("reason", "Late.")];
    assert_eq!(head.submit_from(&asked, &again, &late).await.status, StatusCode::CONFLICT);
    let shown = head.get(&case).await.body;
    assert!(shown.contains("It happened again.") && shown.contains("It is a low-level concern"), "both stay");

    let worse = [("severity", "critical"), ("reason", "It is more than one child.")];
    assert_eq!(head.submit(&serious, &serious, &worse).await.status, StatusCode::SEE_OTHER);
    let op = school.op(Cast::Head);
    let Ok(CaseView::Full(full)) = read::case(&school.db, &op, &reference, &mut Randomness) else { panic!() };
    let acts: Vec<Move> = full.timeline.iter().take(2).map(|happened| happened.entry.act).collect();
    assert_eq!(acts, [Move::Reassess, Move::AnswerAgain]);
    let dinah = school.sign_in(Cast::Dsl).await;
    assert_ne!(status(&dinah, &serious).await, StatusCode::OK, "the desk that leads alone");
}

/// A person who declared a conflict of interest is not offered as case owner, or to share it with.
#[apply(both_databases!)]
async fn somebody_who_stepped_aside_is_not_offered(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let (dinah, deputy) = (school.sign_in(Cast::Dsl).await, school.person(Cast::DeputyDsl).to_string());
    for way in ["assign", "share"] {
        assert!(dinah.get(&format!("/cases/{reference}/{way}")).await.body.contains(&deputy));
    }
    acts(&school, Cast::DeputyDsl, &reference, |case, act| case.step_aside(&why(), act));
    for way in ["assign", "share"] {
        assert!(!dinah.get(&format!("/cases/{reference}/{way}")).await.body.contains(&deputy), "{way}");
    }
}
