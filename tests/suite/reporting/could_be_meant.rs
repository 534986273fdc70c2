//! I1, I2, I3: an adult whom the words of a report could mean is asked about or kept out, until a person whom the words
//! cannot mean decides.

use super::{case, may_read, receipt, reference, with};
use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        concern::{DraftSubject, Somebody},
        kernel::{
            ids::{DutyId, PersonId, Reference},
            text::{Line, Summary},
        },
        people::{
            Desk, PersonKind, Seat,
            subject::{SubjectKind, SubjectRole},
        },
    },
    service::{case::act, case::act::CaseOnPage, clock::Randomness},
    store::people::staff::{self, Duty, DutyKind, Person},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeSet;

/// Makes Oliver Other a deputy of the DSL.
pub(super) fn oliver_deputises(school: &School) -> PersonId {
    let (oliver, now) = (school.person(Cast::OtherTeacher), school.clock.now());
    let what = DutyKind::Seat(Desk::Dsl, Seat::Deputy);
    let id = DutyId::draw(now, &mut Randomness);
    let duty = Duty { id, person: oliver, what, starts_at: now, ends_at: None };
    school.db.write(|tx| staff::add_duty(tx, school.school, &duty)).unwrap();
    oliver
}

/// A report about an adult in these words, with these answers instead or as well.
pub(super) fn about<'a>(words: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("category", "STF-ALLEG"),
        ("happened", "He hit a child."),
        ("in-person", "not_yet"),
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", words),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
    ];
    let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    with(&kept.chain(more.iter().copied()).collect::<Vec<_>>())
}

/// Sends the page that asks, with what was answered about a person: "" leaves the question out.
async fn answers(
    teacher: &SignedInBrowser<'_>,
    asked: &Answer,
    (person, answer): (PersonId, &str),
    fields: &[(&str, &str)],
) -> Answer {
    let (about, was_asked) = (format!("about-{person}"), format!("asked-about-{person}"));
    assert!(
        asked.body.contains(&format!("name=\"{was_asked}\" value=\"yes\"")),
        "the page says whom it asked about"
    );
    let mut fields = fields.to_vec();
    fields.extend([(was_asked.as_str(), "yes"), (about.as_str(), answer)]);
    teacher.submit_from(asked, "/report", &fields).await
}

/// What a person kept out finds: no page, no line, no e-mail.
async fn finds_nothing(school: &School, browser: &SignedInBrowser<'_>, cast: Cast, reference: &Reference) {
    assert!(!may_read(school, cast, reference));
    assert_eq!(browser.get(&format!("/cases/{reference}")).await.status, StatusCode::NOT_FOUND);
    for list in ["/queue", "/cases"] {
        assert!(!browser.get(list).await.body.contains(reference.as_str()), "{list}");
    }
}

/// The deputy in words: asked about, and kept out if no one says that it is not him.
#[apply(both_databases!)]
async fn i1_a_deputy_in_words_is_asked_about_and_stays_out_until_the_head_has_decided(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    let (deputy, head) = (school.sign_in(Cast::OtherTeacher).await, school.sign_in(Cast::Head).await);
    let mut kept = Vec::new();
    for (words, answer) in [
        ("Mr Other", ""),
        ("O Other", "unknown"),
        ("OTHER", ""),
        ("the deputy DSL", ""),
        ("Deputy safeguarding lead", "unknown"),
    ] {
        let fields = about(words, &[]);
        let asked = teacher.submit("/report", "/report", &fields).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(asked.body.contains("Is your concern about something"), "{words}");
        assert_eq!(markup::faults(&asked.body), Vec::<String>::new(), "{words}");
        // Two have the role, if it is the role that is named: the other one is asked about as well.
        let dougal = format!("asked-about-{}", school.person(Cast::DeputyDsl));
        let mut fields = fields;
        if asked.body.contains(&dougal) {
            fields.push((&dougal, "yes"));
        }
        let sent = answers(&teacher, &asked, (oliver, answer), &fields).await;
        let shown = receipt(&teacher, &sent).await;
        assert!(!shown.contains("Oliver Other"), "{words}");
        let reference = reference(&sent);
        finds_nothing(&school, &deputy, Cast::OtherTeacher, &reference).await;
        assert!(
            may_read(&school, Cast::Head, &reference) && may_read(&school, Cast::Dsl, &reference),
            "{words}"
        );
        kept.push(reference);
    }
    let told = school.deliver().await;
    assert!(!told.contains(&"oliver.other@school.example".to_owned()), "{told:?}");
    assert!(told.contains(&"hattie.head@school.example".to_owned()), "{told:?}");

    // The head reads who was kept out and why, and says that it is not him.
    let page = format!("/cases/{}/could-be-meant", kept[0]);
    assert!(words_of(&head.get(&format!("/cases/{}", kept[0])).await.body).contains("Who could be meant"));
    let shown = words_of(&head.get(&page).await.body);
    assert!(shown.contains("Oliver Other") && shown.contains("“Mr Other” could mean them"), "{shown}");
    let id = oliver.to_string();
    let without_reason = head.submit(&page, &page, &[("person", id.as_str()), ("meant", "no")]).await;
    assert_eq!(without_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
    let says = [("person", id.as_str()), ("meant", "no"), ("reason", "He was away that day.")];
    assert_eq!(deputy.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        school.sign_in(Cast::Dsl).await.get(&page).await.status,
        StatusCode::FORBIDDEN,
        "the head leads"
    );
    assert_eq!(head.submit(&page, &page, &says).await.status, StatusCode::SEE_OTHER);
    assert!(!case(&school, Cast::Head, &kept[0]).excludes(oliver), "ruled out");
    assert_eq!(school.db.count("audit_entries WHERE act = 'say_who'"), 1);

    // Of another one she says that it is him: he is alleged.
    let page = format!("/cases/{}/could-be-meant", kept[1]);
    let says = [("person", id.as_str()), ("meant", "yes"), ("reason", "The child said so.")];
    assert_eq!(head.submit(&page, &page, &says).await.status, StatusCode::SEE_OTHER);
    finds_nothing(&school, &deputy, Cast::OtherTeacher, &kept[1]).await;
    let alleged = case(&school, Cast::Head, &kept[1]);
    assert!(alleged.current_subjects().any(|subject| subject.person() == Some(oliver)));
}

/// What is answered counts: yes makes him alleged, no leaves the case as it goes.
#[apply(both_databases!)]
async fn i1_yes_is_alleged_and_no_rules_out(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    let more = [("category", "CP-CONCERN"), ("adult", "no"), ("person-1-kind", "parent_or_carer")];
    for (answer, reads) in [("yes", false), ("no", true), ("unknown", false)] {
        let fields = about("Mr Other", &more);
        let asked = teacher.submit("/report", "/report", &fields).await;
        assert!(asked.body.contains("Is your concern about something Oliver Other did?"), "{}", asked.body);
        assert!(asked.body.contains("I do not know"));
        let sent = answers(&teacher, &asked, (oliver, answer), &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{answer}: {}", sent.body);
        assert_eq!(may_read(&school, Cast::OtherTeacher, &reference(&sent)), reads, "{answer}");
    }
}

/// I3: the wrong kind, and a name in what happened alone.
#[apply(both_databases!)]
async fn i3_a_wrong_kind_and_a_name_in_the_account_are_asked_about(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    let plain = [("category", "CP-CONCERN"), ("adult", "no")];
    let kinds = ["pupil", "adult_here", "parent_or_carer", "somebody_else"];
    let mut reports: Vec<Vec<(&str, &str)>> = Vec::new();
    for kind in kinds {
        for words in ["Mr Other", "Oliver Other"] {
            let mut fields = about(words, &plain);
            fields.retain(|(name, _)| *name != "person-1-kind");
            fields.push(("person-1-kind", kind));
            // A person of the register who is said to be alleged and an adult is excluded without a question.
            if words != "Oliver Other" || kind == "pupil" {
                reports.push(fields);
            }
        }
    }
    let account = [("category", "CP-CONCERN"), ("happened", "I saw Oliver Other push a child.")];
    reports.push(with(&account));
    for fields in reports {
        let asked = teacher.submit("/report", "/report", &fields).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        let sent = answers(&teacher, &asked, (oliver, ""), &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{fields:?}: {}", sent.body);
        assert!(!may_read(&school, Cast::OtherTeacher, &reference(&sent)), "{fields:?}");
        assert!(may_read(&school, Cast::Head, &reference(&sent)), "{fields:?}");
    }
}

/// A name counts in every answer in words; a role counts in what happened alone: "told the DSL" is what most reporters did.
/// A page sent again with a sentence more is read as it was before.
#[apply(both_databases!)]
async fn i1_a_name_in_any_answer_in_words_is_asked_about(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    for (field, words) in [
        ("done", "Mr Other pushed her, so I took her away."),
        ("place", "The room of Mr Other"),
        ("app", "An account called Oliver Other"),
    ] {
        let fields = with(&[("category", "CP-CONCERN"), (field, words)]);
        let asked = teacher.submit("/report", "/report", &fields).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(asked.body.contains("What you wrote may mean them."), "{words}");
        let sent = answers(&teacher, &asked, (oliver, ""), &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{words}: {}", sent.body);
        assert!(!may_read(&school, Cast::OtherTeacher, &reference(&sent)), "{words}");
        assert!(may_read(&school, Cast::Head, &reference(&sent)), "{words}");
    }
    let told = [("category", "CP-CONCERN"), ("done", "Told the DSL and the deputy DSL.")];
    let page = teacher.get("/report").await;
    let sent = teacher.submit_from(&page, "/report", &with(&told)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
    let more: Vec<(&str, &str)> =
        told.into_iter().chain([("happened", "A pupil showed me a post. She cried.")]).collect();
    let again = teacher.submit_from(&page, "/report", &with(&more)).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", words_of(&again.body));
    let reference = reference(&sent);
    let seen = case(&school, Cast::Dsl, &reference);
    assert_eq!((seen.concerns[0].additions.len(), seen.exclusions.len()), (1, 0));
    assert!(may_read(&school, Cast::OtherTeacher, &reference));
}

/// A pupil of the name of Oliver Other.
fn a_namesake(school: &School) -> Person {
    let now = school.clock.now();
    let pupil = Person {
        id: PersonId::draw(now, &mut Randomness),
        kind: PersonKind::Pupil,
        name: "Oliver Other".to_owned(),
        year_group: Some("Year 8".to_owned()),
        post: None,
        email: None,
    };
    school.db.write(|tx| staff::add_people(tx, school.school, std::slice::from_ref(&pupil), now)).unwrap();
    pupil
}

/// I2: on "Add a person" too the deputy stays out whose name was typed for a pupil, whatever kind was chosen; a pupil who was
/// picked is the pupil.
#[apply(both_databases!)]
async fn i2_a_pupil_typed_on_a_case_does_not_let_the_deputy_in(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let pupil = a_namesake(&school).id.to_string();
    let dsl = school.sign_in(Cast::Dsl).await;
    for (kind, picked, reads) in [
        ("pupil", "", false),
        ("parent_or_carer", "", false),
        ("somebody_else", "", false),
        ("pupil", pupil.as_str(), true),
    ] {
        let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
        assert!(may_read(&school, Cast::OtherTeacher, &reference));
        let page = format!("/cases/{reference}/people");
        let adds = [("who", "Oliver Other, Year 8"), ("who-id", picked), ("kind", kind), ("role", "alleged")];
        let sent = dsl.submit(&page, &page, &adds).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
        assert_eq!(may_read(&school, Cast::OtherTeacher, &reference), reads, "{kind}, {picked}");
        assert_eq!(case(&school, Cast::Dsl, &reference).excludes(oliver), !reads, "{kind}, {picked}");
        if !reads {
            let shown = dsl.get(&format!("/cases/{reference}/could-be-meant")).await;
            let shown = words_of(&shown.body);
            assert!(
                shown.contains("They have the name that was typed for Oliver Other, a pupil."),
                "{shown}"
            );
        }
    }
}

/// I2: a pupil bears the deputy's name, so that his full name stays words; words that mean the pupil alone keep him out as
/// well until he is ruled out. A pupil who is picked is the pupil, and nothing is asked.
#[apply(both_databases!)]
async fn i2_a_namesake_among_pupils_does_not_let_the_deputy_in(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let pupil = a_namesake(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    for (words, kind) in
        [("Oliver Other", "adult_here"), ("Oliver Other", "pupil"), ("Oliver Other, Year 8", "pupil")]
    {
        let plain = [("category", "CP-CONCERN"), ("adult", "no"), ("person-1-kind", kind)];
        let fields = about(words, &plain);
        let asked = teacher.submit("/report", "/report", &fields).await;
        assert!(asked.body.contains("Is your concern about something Oliver Other did?"), "{words}, {kind}");
        let sent = answers(&teacher, &asked, (oliver, ""), &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{words}, {kind}: {}", sent.body);
        assert!(!may_read(&school, Cast::OtherTeacher, &reference(&sent)), "{words}, {kind}");
    }
    // A pupil who is picked is the pupil: no question, and the deputy reads it.
    let id = pupil.id.to_string();
    let plain = [
        ("category", "CP-CONCERN"),
        ("adult", "no"),
        ("person-1-kind", "pupil"),
        ("person-1-id", id.as_str()),
    ];
    let sent = teacher.submit("/report", "/report", &about("Oliver Other, Year 8", &plain)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert!(may_read(&school, Cast::OtherTeacher, &reference(&sent)), "picked");
    let mut draft = school.draft("CP-CONCERN");
    draft.subjects = vec![school.about(pupil.id, SubjectKind::Pupil, SubjectRole::Alleged)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    assert!(may_read(&school, Cast::OtherTeacher, &reference), "known by id");
}

/// Capitals with accents, which one of the two databases does not fold: the deputy is found in words or in the register,
/// and has nothing of it either way.
#[apply(both_databases!)]
async fn i1_capitals_with_accents_keep_the_deputy_out(db: TestDb) {
    let school = School::open(db).await;
    let now = school.clock.now();
    let (id, duty) = (PersonId::draw(now, &mut Randomness), DutyId::draw(now, &mut Randomness));
    let deputy = Person {
        id,
        kind: PersonKind::Staff,
        name: "Étienne Óbasi".to_owned(),
        year_group: None,
        post: None,
        email: None,
    };
    let what = DutyKind::Seat(Desk::Dsl, Seat::Deputy);
    school
        .db
        .write(|tx| {
            staff::add_people(tx, school.school, &[deputy], now)?;
            let seat = Duty { id: duty, person: id, what, starts_at: now, ends_at: None };
            staff::add_duty(tx, school.school, &seat)
        })
        .unwrap();
    let teacher = school.sign_in(Cast::Teacher).await;
    for words in ["Étienne Óbasi", "ÉTIENNE ÓBASI", "Mr Óbasi", "Mr OBASI"] {
        let fields = about(words, &[]);
        let mut sent = teacher.submit("/report", "/report", &fields).await;
        if sent.status == StatusCode::UNPROCESSABLE_ENTITY {
            sent = answers(&teacher, &sent, (id, ""), &fields).await;
        }
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{words}: {}", words_of(&sent.body));
        assert!(case(&school, Cast::Head, &reference(&sent)).excludes(id), "{words}");
    }
}

/// Words that single no one out: the form asks once, by name, and whoever is ticked stays out.
#[apply(both_databases!)]
async fn i1_words_that_single_no_one_out_are_asked_about_once_by_name(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    let id = oliver.to_string();
    let unknown = [("which", "do_not_know"), ("person-1", ""), ("person-1-kind", ""), ("person-1-role", "")];
    for (fields, answer, reads) in [
        (about("a member of staff", &[]), Some(id.as_str()), false),
        (about("", &unknown), Some(id.as_str()), false),
        (about("", &unknown), None, true),
        (about("", &unknown), Some("none"), true),
    ] {
        let asked = teacher.submit("/report", "/report", &fields).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(asked.body.contains("Could it be one of these people?"), "{}", words_of(&asked.body));
        assert!(asked.body.contains("Oliver Other") && asked.body.contains("I cannot say"));
        assert!(asked.body.contains("name=\"asked-one-of\" value=\"yes\""));
        assert_eq!(markup::faults(&asked.body), Vec::<String>::new());
        let mut fields = fields;
        fields.push(("asked-one-of", "yes"));
        fields.extend(answer.map(|answer| ("one-of", answer)));
        let sent = teacher.submit_from(&asked, "/report", &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
        let seen = case(&school, Cast::Head, &reference(&sent));
        assert_eq!(!seen.excludes(oliver), reads, "{answer:?}");
    }
}

/// Words added to a case keep out whom they could mean, in the same act.
#[apply(both_databases!)]
async fn i1_words_added_to_a_case_keep_out_whom_they_could_mean(db: TestDb) {
    let school = School::open(db).await;
    oliver_deputises(&school);
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    assert!(may_read(&school, Cast::OtherTeacher, &reference));
    let dsl = school.sign_in(Cast::Dsl).await;
    let page = format!("/cases/{reference}/people");
    let adds = [("who", "Mr Other"), ("kind", "somebody_else"), ("role", "named_only")];
    assert_eq!(dsl.submit(&page, &page, &adds).await.status, StatusCode::SEE_OTHER);
    assert!(!may_read(&school, Cast::OtherTeacher, &reference) && may_read(&school, Cast::Dsl, &reference));
}

/// I5: an account names a colleague who has no part in it, so nothing is asked; the case ends. A role they are given later
/// opens nothing of it until it is decided.
#[apply(both_databases!)]
async fn i5_a_role_given_later_opens_no_ended_case_whose_account_names_them(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let report = with(&[("category", "CON-INAPP"), ("happened", "I saw Oliver Other push a child.")]);
    let sent = teacher.submit("/report", "/report", &report).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
    let reference = reference(&sent);
    let (op, form) = (school.op(Cast::OnlineSafety), school.form());
    let version = case(&school, Cast::OnlineSafety, &reference).version;
    let seen = CaseOnPage { reference: &reference, version, form: &form };
    let why = Summary::parse("For the test").unwrap();
    act::perform(&school.db, &op, &seen, &BTreeSet::new(), &mut Randomness, |case, act, _| {
        case.no_case(&why, act)
    })
    .unwrap();
    let oliver = oliver_deputises(&school).to_string();
    assert!(may_read(&school, Cast::DeputyDsl, &reference), "the other deputy reads it");
    assert!(!may_read(&school, Cast::OtherTeacher, &reference));
    let (olive, page) =
        (school.sign_in(Cast::OnlineSafety).await, format!("/cases/{reference}/could-be-meant"));
    let shown = words_of(&olive.get(&page).await.body);
    assert!(shown.contains("What was written could speak of them"), "{shown}");
    let says = [("person", oliver.as_str()), ("meant", "no"), ("reason", "He was away that day.")];
    assert_eq!(olive.submit(&page, &page, &says).await.status, StatusCode::SEE_OTHER);
    assert!(may_read(&school, Cast::OtherTeacher, &reference), "it is decided");
}

/// The sweep's sample: each seat x ways of being meant x categories in which it leads, is copied or oversees; then closed
/// and opened again.
#[apply(both_databases!)]
async fn i1_each_seat_in_words_sees_nothing_of_it(db: TestDb) {
    let school = School::open(db).await;
    let seats: Vec<Cast> =
        Cast::ALL.into_iter().filter(|cast| matches!(cast.duty(), Some(DutyKind::Seat(..)))).collect();
    let (mut tried, mut seen) = (0, Vec::new());
    for cast in seats {
        let (given, family) = cast.name().split_once(' ').unwrap();
        let initial = &given[..1];
        for words in [format!("Mr {family}"), format!("{initial} {family}"), family.to_uppercase()] {
            for code in ["CP-CONCERN", "CON-INAPP", "DAT-LOSS", "STF-COMM", "FIL-FAIL"] {
                let mut draft = school.draft(code);
                draft.subjects = vec![DraftSubject {
                    who: Somebody::InWords(Line::parse(&words).unwrap()),
                    kind: SubjectKind::SomebodyElse,
                    role: SubjectRole::Alleged,
                }];
                let reference = school.report(Cast::Teacher, &draft).reference;
                tried += 1;
                if may_read(&school, cast, &reference) {
                    seen.push(format!("{words}: {cast:?}, {code}"));
                }
            }
        }
    }
    assert_eq!((tried, seen), (10 * 3 * 5, Vec::<String>::new()));

    let mut draft = school.draft("CON-INAPP");
    draft.subjects = vec![DraftSubject {
        who: Somebody::InWords(Line::parse("Mr Deputy").unwrap()),
        kind: SubjectKind::SomebodyElse,
        role: SubjectRole::Alleged,
    }];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let why = Summary::parse("For the test").unwrap();
    for step in ["ended", "reopened"] {
        let op = school.op(Cast::OnlineSafety);
        let (form, version) = (school.form(), case(&school, Cast::OnlineSafety, &reference).version);
        let seen = CaseOnPage { reference: &reference, version, form: &form };
        act::perform(&school.db, &op, &seen, &BTreeSet::new(), &mut Randomness, |case, act, _| {
            if step == "ended" { case.no_case(&why, act) } else { case.reopen(&why, act) }
        })
        .unwrap();
        assert!(!may_read(&school, Cast::DeputyDsl, &reference), "{step}");
    }
}
