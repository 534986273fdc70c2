//! The report form read: what is taken, what is asked for again, and nothing a browser or a joker sends is an error 500.

use super::*;
use crate::domain::{
    concern::{HowKnown, optional::OptionalAnswer},
    kernel::{
        clock::{long, parse_instant},
        codes::reworded,
    },
    school::settings::Editions,
};

fn now() -> Instant {
    parse_instant("17", "11", "2026", "15:52").unwrap()
}

const RIGHT: [(&str, &str); 5] = [
    ("category", "CON-INAPP"),
    ("happened", "A pupil found a gambling site"),
    ("noticed", "now"),
    ("risk", "no"),
    ("adult", "no"),
];

fn fields(more: &[(&str, &str)]) -> Fields {
    let kept = RIGHT.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(kept.chain(more));
    Fields::read(body.finish().as_bytes())
}

fn draft(more: &[(&str, &str)]) -> Draft {
    read(&fields(more), &Editions::untouched().at(now()), now()).unwrap()
}

fn mistakes(more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mistakes = read(&fields(more), &Editions::untouched().at(now()), now()).unwrap_err();
    mistakes.iter().map(|m| (m.field.clone(), m.words.clone())).collect()
}

fn only(more: &[(&str, &str)]) -> (String, String) {
    let mut all = mistakes(more);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn the_shortest_report_is_five_answers() {
    let draft = draft(&[]);
    assert_eq!(
        (draft.category.as_str(), draft.happened.as_str()),
        ("CON-INAPP", "A pupil found a gambling site")
    );
    assert_eq!((draft.noticed_at, draft.at_risk, draft.adult), (now(), AtRisk::No, AdultAnswer::No));
    assert!(draft.subjects.is_empty() && draft.told.is_empty() && draft.optional == OptionalAnswers::none());
    assert_eq!(draft.personal_data, PersonalData::NotInvolved);
}

#[test]
fn an_empty_form_is_asked_for_everything_in_the_order_of_the_page() {
    let empty: Vec<(&str, &str)> = RIGHT.iter().map(|(name, _)| (*name, "")).collect();
    let fields: Vec<String> = mistakes(&empty).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["category", "happened", "noticed", "risk", "adult"]);
}

#[test]
fn every_answer_arrives() {
    let draft = draft(&[
        ("category", "DAT-LOSS"),
        ("risk", "not_sure"),
        ("adult", "yes"),
        ("which", "do_not_know"),
        ("person-1", "Jamie T, 8C"),
        ("person-1-kind", "pupil"),
        ("person-1-role", "affected"),
        ("person-3", "the IT man"),
        ("person-3-kind", "adult_here"),
        ("person-3-role", "alleged"),
        ("told", "Mrs Patel\r\n\r\n  Dan Reeve \r\n"),
        ("place", "Room 4"),
        ("device", "Tablet 12"),
        ("app", "a game"),
        ("web", "https://bad.example/x"),
        ("how", "child_told"),
        ("done", "Closed it"),
        ("data", "yes"),
    ]);
    assert_eq!(draft.adult, AdultAnswer::Yes(WhichAdult::DoNotKnow));
    let subjects: Vec<_> = draft.subjects.iter().map(|s| (s.kind, s.role)).collect();
    let expected =
        [(SubjectKind::Pupil, SubjectRole::Affected), (SubjectKind::AdultHere, SubjectRole::Alleged)];
    assert_eq!(subjects, expected);
    let told: Vec<_> = ["Mrs Patel", "Dan Reeve"].map(|n| Somebody::InWords(Line::parse(n).unwrap())).into();
    assert_eq!(draft.told, told);
    assert_eq!(draft.personal_data, PersonalData::Involved);
    let answer = |question| match draft.optional.answer(question) {
        Some(OptionalAnswer::Words(words)) => words.as_str(),
        Some(OptionalAnswer::OneOf(choice)) => choice,
        None => panic!("{question:?} is lost"),
    };
    let answers: Vec<_> = OptionalQuestion::ALL.iter().map(|question| answer(*question)).collect();
    let expected =
        ["Room 4", "Tablet 12", "a game", "https://bad.example/x", HowKnown::ChildTold.words(), "Closed it"];
    assert_eq!(answers, expected);
}

#[test]
fn without_the_words_of_any_code_a_form_is_read_and_asked_for_again_as_with_them() {
    let whole = [("adult", "yes"), ("which", "head"), ("risk", "not_sure"), ("data", "yes")];
    assert_eq!(draft(&whole), reworded(|| draft(&whole)));
    let wrong = [("category", ""), ("risk", "perhaps"), ("adult", "yes"), ("noticed", "day")];
    let at_fault = || -> Vec<String> { mistakes(&wrong).into_iter().map(|(field, _)| field).collect() };
    assert_eq!(at_fault(), reworded(at_fault));
}

#[test]
fn which_adult_is_asked_only_after_yes() {
    assert_eq!(only(&[("adult", "yes")]).0, "which");
    assert_eq!(draft(&[("adult", "no"), ("which", "head")]).adult, AdultAnswer::No);
    let head = AdultAnswer::Yes(WhichAdult::Headteacher);
    assert_eq!(draft(&[("adult", "yes"), ("which", "head")]).adult, head);
}

#[test]
fn a_day_without_a_time_counts_from_its_beginning() {
    let day = [
        ("noticed", "day"),
        ("noticed-date-day", "13"),
        ("noticed-date-month", "nov"),
        ("noticed-date-year", "2026"),
    ];
    assert_eq!(long(draft(&day).noticed_at), "Fri 13 Nov 2026, 00:00");
    assert_eq!(long(draft(&[("noticed", "today")]).noticed_at), "Tue 17 Nov 2026, 00:00");
    assert_eq!(
        long(draft(&[("noticed", "today"), ("noticed-today-time", "9.05")]).noticed_at),
        "Tue 17 Nov 2026, 09:05"
    );
}

#[test]
fn h8_bogus_dates_and_codes_are_mistakes_beside_their_fields() {
    let day = |d, m, y, time| {
        only(&[
            ("noticed", "day"),
            ("noticed-date-day", d),
            ("noticed-date-month", m),
            ("noticed-date-year", y),
            ("noticed-time", time),
        ])
        .0
    };
    assert_eq!(day("31", "11", "2025", ""), "noticed-date");
    assert_eq!(day("-1", "11", "2025", ""), "noticed-date");
    assert_eq!(day("99999999999999999999", "11", "2025", ""), "noticed-date");
    assert_eq!(day("1", "13", "2025", ""), "noticed-date");
    assert_eq!(day("1", "1", "0", ""), "noticed-date");
    assert_eq!(day("18", "11", "2026", ""), "noticed-date", "the future");
    assert_eq!(day("1", "1", "2026", "25:99"), "noticed-time");
    assert_eq!(day("29", "3", "2026", "1:30"), "noticed-time", "the clocks went forward");
    assert_eq!(only(&[("noticed", "today"), ("noticed-today-time", "23:00")]).0, "noticed-today-time");
    assert_eq!(only(&[("noticed", "yesterday'; drop")]).0, "noticed");
    assert_eq!(only(&[("category", "con-inapp")]).0, "category");
    assert_eq!(only(&[("risk", "maybe")]).0, "risk");
    // An optional question answered with something else than its answers was not answered.
    assert_eq!(draft(&[("how", "guess"), ("data", "perhaps")]).optional.how_known, None);
}

#[test]
fn a_person_is_given_whole_or_not_at_all() {
    assert_eq!(only(&[("person-2-kind", "pupil"), ("person-2-role", "witness")]).0, "person-2");
    let fields: Vec<_> = mistakes(&[("person-1", "Jamie")]).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["person-1-kind", "person-1-role"]);
}

#[test]
fn r7_fifty_thousand_characters_of_any_script_are_taken_and_one_more_is_not() {
    let emoji = "👧".repeat(50_000);
    assert_eq!(draft(&[("happened", &emoji)]).happened.as_str(), emoji);
    let too_long = |what, limit| FormProblem::TooLong { what, limit }.words();
    let happened = ("happened".to_owned(), too_long(Written::Happened, 50_000));
    assert_eq!(only(&[("happened", &"a".repeat(50_001))]), happened);
    assert_eq!(draft(&[("happened", "one\r\ntwo\0 עברית")]).happened.as_str(), "one\ntwo עברית");
    assert_eq!(only(&[("happened", " \r\n\0 ")]).1, FormProblem::Happened.words());
    let too_long = |question, limit| FormProblem::AnswerTooLong { question, limit }.words();
    assert_eq!(only(&[("place", &"p".repeat(301))]).1, too_long(OptionalQuestion::Place, 300));
    assert_eq!(only(&[("done", &"d".repeat(4_001))]).1, too_long(OptionalQuestion::Done, 4_000));
    assert_eq!(only(&[("told", &"n\n".repeat(21))]).0, "told");
}

#[test]
fn answers_about_people_are_read_and_anything_else_is_passed_by() {
    let id = "0197a3b0-0000-7000-8000-000000000001";
    let answers = answers_about(&fields(&[(&format!("about-{id}"), "yes"), ("about-nobody", "yes")]));
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), [(id.parse().unwrap(), AboutThem::Yes)]);
    assert!(answers_about(&fields(&[(&format!("about-{id}"), "maybe")])).is_empty());
    let (asked, answered) = (format!("asked-about-{id}"), format!("about-{id}"));
    for (answer, read) in
        [("", AboutThem::DoNotKnow), ("unknown", AboutThem::DoNotKnow), ("no", AboutThem::No)]
    {
        let answers = answers_about(&fields(&[(&asked, "yes"), (&answered, answer)]));
        assert_eq!(answers.into_values().collect::<Vec<_>>(), [read], "{answer}");
    }
}

#[test]
fn yes_makes_somebody_who_was_told_the_one_it_is_about() {
    let person: PersonId = "0197a3b0-0000-7000-8000-000000000001".parse().unwrap();
    let mut before =
        draft(&[("person-1", "x"), ("person-1-kind", "adult_here"), ("person-1-role", "witness")]);
    before.subjects[0].who = Somebody::Known(person);
    let after = before.about(person);
    assert_eq!(after.adult, AdultAnswer::Yes(WhichAdult::SomebodyElse));
    assert_eq!(after.subjects.len(), 1);
    assert_eq!(after.subjects[0].role, SubjectRole::Alleged);
}
