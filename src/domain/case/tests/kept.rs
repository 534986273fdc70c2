//! A case is stored as JSON and read back as it was.

use super::*;
use crate::domain::{governors::Tally, kernel::document::tests::hold};

/// A case with everything in it.
fn everything() -> Case {
    let mut it = about(about_pupil(draft("CON-EXTREM")), DPO, SubjectKind::AdultHere, SubjectRole::Affected);
    it.told.push(Somebody::Known(HEAD));
    it.told.push(Somebody::InWords(Line::parse("a parent").unwrap()));
    it.adult = AdultAnswer::Yes(WhichAdult::NetworkManager);
    let mut school = School::with(&it);
    let made = school.now;
    school.triaged_as(HEAD, &[(Question::Crime, Reply::Possible), (Question::PersonalData, Reply::Yes)]);
    school.does(HEAD, |case, act| case.refer(&whole_referral(Body::POLICE, made), act));
    school.does(HEAD, |case, act| {
        case.share(DPO, ShareKind::Reader, Some(made + TimeDelta::days(2)), &why(), act)
    });
    school.does(HEAD, |case, act| case.start_work(&why(), act));
    let sent = school.case.referrals[0].id;
    let next_week = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    school.does(HEAD, |case, act| case.wait_for(sent, next_week, act));
    school.does(HEAD, |case, act| case.brief(&why(), act));
    school.does(HEAD, |case, act| case.restrict(Restriction::Restricted, &why(), act));
    school.case
}

#[test]
fn a_case_with_everything_in_it_is_read_back_the_same() {
    let case = everything();
    let json = serde_json::to_string(&case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), case);
    assert!(!json.contains("What happened") && !json.contains("a parent"), "words live elsewhere");
}

#[test]
fn a_document_of_the_first_release_is_read_as_it_was_kept() {
    hold("domain/case/tests/documents/1.json", &everything());
    hold("domain/case/tests/documents/tally_1.json", &Tally::of(&everything()).unwrap());
}

#[test]
fn a_document_of_another_version_is_not_read() {
    let json = serde_json::to_string(&everything()).unwrap();
    let later = json.replace("\"document_version\":1", "\"document_version\":2");
    let error = serde_json::from_str::<Case>(&later).unwrap_err().to_string();
    assert!(error.contains("unknown DocumentVersion"), "{error}");
}

#[test]
fn what_is_not_known_is_named_without_its_value() {
    let school = School::with(&draft("CON-INAPP"));
    let json = serde_json::to_string(&school.case).unwrap();
    let broken = json.replace("\"CON-INAPP\"", "\"a canary\"");
    let error = serde_json::from_str::<Case>(&broken).unwrap_err().to_string();
    assert!(error.contains("unknown category") && !error.contains("canary"), "{error}");
}
