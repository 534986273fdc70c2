//! What a row must say, and what its faults sound like.

use super::*;
use crate::domain::people::register::{context::Flag, incoming::Said};

#[test]
fn every_fault_of_a_row_is_told_with_its_value_and_what_to_do() {
    let row = pupil(7, "Os<ei", "")
        .with(Field::Upn, "A801200005001")
        .with(Field::BornOn, "31/02/2014")
        .with(Field::LookedAfter, "sometimes");
    let faults = faults(&row);
    let told: Vec<_> = faults.iter().map(|f| (f.reason(), f.value.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("Legal surname has a character that does not belong in a name.".to_owned(), Some("Os<ei")),
            ("Legal forename is missing.".to_owned(), None),
            ("Date of birth is not a date.".to_owned(), Some("31/02/2014")),
            (
                "Unique pupil number (UPN) has a first letter that does not fit its figures.".to_owned(),
                Some("A801200005001")
            ),
            // What is said of a child's situation is not repeated.
            ("Looked after has an answer we do not know.".to_owned(), None),
        ]
    );
    assert!(faults.iter().all(|fault| fault.place.to_string() == "pupils.csv, line 7"));
    assert!(faults.iter().all(|fault| !fault.remedy().is_empty()));
}

#[test]
fn a_row_needs_something_to_know_the_person_by() {
    assert_eq!(
        faults(&pupil(2, "Osei", "Amara"))[0].reason(),
        "This row has nothing to know this person by next time."
    );
    assert_eq!(faults(&staff(2, "Marsh", "Rob").with(Field::BornOn, "01/02/1980")).len(), 1);
    assert!(faults(&staff(2, "Marsh", "Rob").with(Field::Email, "r.marsh@school.example")).is_empty());
    assert!(faults(&pupil(2, "Osei", "Amara").with(Field::BornOn, "01/02/2014")).is_empty());
}

#[test]
fn a_joined_name_is_parted_at_its_comma_and_never_guessed() {
    let joined =
        |name: &str| Written::new(place(2), Group::Pupils).with(Field::FullName, name).with(Field::Upn, OSEI);
    let Read::Here(entry, _) = joined("Osei, Amara Grace").read(today()) else { panic!("not read") };
    assert_eq!((entry.family.as_str(), entry.given.as_str()), ("Osei", "Amara Grace"));
    assert_eq!(
        faults(&joined("Amara Osei"))[0].reason(),
        "Name (Surname, Forename) is not written as Surname, Forename."
    );
}

#[test]
fn no_pupil_address_and_no_context_of_staff_is_kept() {
    let row = pupil(2, "Osei", "Amara").with(Field::Upn, OSEI).with(Field::Email, "amara@pupils.example");
    let Read::Here(entry, _) = row.read(today()) else { panic!("not read") };
    assert_eq!(entry.email, None);
    let row = staff(2, "Marsh", "Rob").with(Field::Email, "r@s.example").with(Field::SocialWorker, "yes");
    let Read::Here(entry, _) = row.read(today()) else { panic!("not read") };
    assert_eq!(entry.context, Context::default());
}

#[test]
fn blank_is_not_the_same_as_not_carried() {
    let row = pupil(2, "Osei", "Amara").with(Field::Upn, OSEI).with(Field::TutorGroup, " ");
    let Read::Here(entry, _) = row.read(today()) else { panic!("not read") };
    assert_eq!((entry.tutor_group, entry.year), (Said::Blank, Said::Nothing));
}

#[test]
fn a_past_date_of_leaving_says_that_somebody_is_gone() {
    let row = |left: &str| pupil(2, "Osei", "Amara").with(Field::Upn, OSEI).with(Field::LeftOn, left);
    assert!(matches!(row("20/07/2026").read(today()), Read::Gone(_)));
    assert!(matches!(row("20/07/2027").read(today()), Read::Here(..)));
    assert!(matches!(row("soon").read(today()), Read::Rejected(..)));
}

#[test]
fn hostile_values_are_refused_and_shown_tamely() {
    for value in ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "Am\0ara", "\u{202e}aramA", "\u{1b}[2Jx"]
    {
        let fault = &faults(&pupil(2, "Osei", value).with(Field::Upn, OSEI))[0];
        let shown = fault.value.clone().unwrap();
        assert!(!shown.contains(char::is_control) && !shown.contains('\u{202e}'), "{shown:?}");
    }
    let fault = &faults(&pupil(2, "Osei", &"A".repeat(10_000_000)).with(Field::Upn, OSEI))[0];
    assert_eq!(fault.value.as_ref().unwrap().chars().count(), 41);
}

#[test]
fn context_is_read_and_prints_as_nothing() {
    let row = pupil(2, "Osei", "Amara").with(Field::Upn, OSEI).with(Field::LookedAfter, "Y");
    let Read::Here(entry, _) = row.read(today()) else { panic!("not read") };
    assert_eq!(entry.context.looked_after, Some(Flag::Yes));
    assert!(!format!("{entry:?}").contains("Yes"));
}
