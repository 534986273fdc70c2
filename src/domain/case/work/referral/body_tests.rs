//! The table of bodies and the table of their fields, read row by row.

use super::*;
use crate::domain::case::work::referral::Kind;
use std::collections::BTreeSet;

fn body(code: &str) -> Body {
    Body::all().find(|body| body.code() == code).unwrap()
}

#[test]
fn there_are_24_and_four_are_offered() {
    assert_eq!(Body::all().count(), 24);
    let codes: BTreeSet<&str> = Body::all().map(Body::code).collect();
    assert_eq!(codes.len(), 24);
    assert!(Body::all().all(|body| !body.words().is_empty() && !body.made_by().is_empty()));
    let offered: Vec<&str> = Body::offered().map(Body::code).collect();
    assert_eq!(offered, ["hr", "lado", "police", "ico"]);
    assert!(Body::offered().all(|body| !body.fields().is_empty() && !body.advice().is_empty()));
    assert!("hr".parse::<Body>().is_ok());
    assert!("social_care".parse::<Body>().is_err(), "a form takes none that is not offered");
}

#[test]
fn a_body_is_kept_as_its_code_and_read_back_whether_it_is_offered_or_not() {
    for body in Body::all() {
        let kept = serde_json::to_string(&body).unwrap();
        assert_eq!(kept, format!("\"{}\"", body.code()));
        assert_eq!(serde_json::from_str::<Body>(&kept).unwrap(), body);
    }
    assert!(serde_json::from_str::<Body>("\"nobody\"").is_err());
}

#[test]
fn every_field_is_of_a_body_and_has_a_name_of_its_own_there() {
    let fields = fields::read();
    assert!(fields.iter().all(|field| Body::all().any(|body| body.code() == field.body)));
    assert_eq!(Body::all().map(|body| body.fields().len()).sum::<usize>(), fields.len());
    for body in Body::all() {
        let names: BTreeSet<&str> = body.fields().iter().map(|field| field.name).collect();
        assert_eq!(names.len(), body.fields().len(), "{body:?}");
        assert!(body.fields().iter().filter(|field| field.ends_the_referral()).count() < 2, "{body:?}");
    }
    assert!(Body::in_an_emergency().fields().iter().any(|field| field.name == "incident_number"));
}

#[test]
fn the_lado_is_told_what_the_table_of_referrals_lists() {
    let lado = body("lado");
    assert_eq!(lado.fields().len(), 15);
    assert!(lado.fields().iter().filter(|field| field.is_a_name()).count() == 2);
    let outcome = lado.ends_with().unwrap();
    let Kind::OneOf(outcomes) = outcome.kind else { panic!("the outcome is chosen: {outcome:?}") };
    let codes: Vec<&str> = outcomes.iter().map(|(code, ..)| *code).collect();
    assert_eq!(codes, ["substantiated", "unsubstantiated", "unfounded", "false", "malicious"]);
    assert!(outcomes.iter().all(|(_, words, hint)| !words.is_empty() && hint.ends_with('.')));
}

#[test]
fn a_decision_and_a_deadline_have_one_body() {
    for decision in Decision::ALL {
        let deciding = Body::all().filter(|body| body.decides() == Some(*decision));
        assert!(deciding.count() < 2, "{decision:?}");
    }
    for kind in DeadlineKind::ALL {
        let asking = Body::all().filter(|body| body.deadlines().iter().any(|(of_body, _)| of_body == kind));
        assert!(asking.count() < 2, "{kind:?}");
    }
    assert!(Body::all().all(|body| body.deadlines().is_empty() || body.decides().is_some()));
    assert_eq!(Body::deciding(Decision::Police), Some(Body::in_an_emergency()));
    assert_eq!(Body::asked_by(DeadlineKind::IcoDecision), Body::deciding(Decision::Ico));
}

#[test]
fn the_time_a_body_gives_stands_in_one_place_and_is_said_from_there() {
    assert_eq!(body("lado").deadlines(), [(DeadlineKind::LadoReferral, Rule::WorkingDays(1))]);
    assert!(body("lado").advice().ends_with("Within 1 working day."));
    assert!(body("ico").advice().ends_with("Within 72 hours of finding out."));
    let late = body("ico").fields().last().unwrap();
    assert_eq!((late.label, late.is_known_if_late()), ("If this is later than 72 hours, why?", true));
    let words = Body::all().flat_map(|body| [body.words(), body.advice()]);
    assert!(words.into_iter().all(|words| !words.contains('{')));
}
