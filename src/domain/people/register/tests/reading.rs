//! What a row must say, and what its faults sound like.

use super::*;
use crate::domain::people::register::{
    context::Flag, incoming::FieldValue, name::NotAName, upn::NotAUpn, values::NotABirthday,
};

#[test]
fn every_fault_of_a_row_is_told_with_its_value_and_what_to_do() {
    let row = pupil(7, "Os<ei", "")
        .with(Field::Upn, "A801200005001")
        .with(Field::BornOn, "31/02/2014")
        .with(Field::LookedAfter, "sometimes");
    let faults = faults(&row);
    let parts: Vec<_> = faults
        .iter()
        .map(|fault| (fault.field.unwrap(), fault.why.clone(), fault.value.as_deref()))
        .collect();
    assert_eq!(
        parts,
        [
            (Field::FamilyName, Why::Name { why: NotAName::Character }, Some("Os<ei")),
            (Field::GivenName, Why::Missing, None),
            (Field::BornOn, Why::Born { why: NotABirthday::NotADate }, Some("31/02/2014")),
            (Field::Upn, Why::Upn { why: NotAUpn::CheckLetter }, Some("A801200005001")),
            // What is said of a child's situation is not repeated.
            (Field::LookedAfter, Why::Answer, None),
        ]
    );
    // A sentence begins with the field.
    assert_eq!(faults[1].reason(), "Legal forename is missing.");
    assert!(faults.iter().all(|fault| fault.place.to_string() == "pupils.csv, line 7"));
    assert!(faults.iter().all(|fault| !fault.remedy().is_empty()));
}

#[test]
fn a_row_needs_something_to_know_the_person_by() {
    assert_eq!(faults(&pupil(2, "Osei", "Amara"))[0].why, Why::NothingToKnowBy);
    assert_eq!(faults(&staff(2, "Marsh", "Rob").with(Field::BornOn, "01/02/1980")).len(), 1);
    assert!(faults(&staff(2, "Marsh", "Rob").with(Field::Email, "r.marsh@school.example")).is_empty());
    assert!(faults(&pupil(2, "Osei", "Amara").with(Field::BornOn, "01/02/2014")).is_empty());
}

#[test]
fn a_joined_name_is_parted_at_its_comma_and_never_guessed() {
    let joined = |name: &str| {
        WrittenRow::new(place(2), Group::Pupils).with(Field::FullName, name).with(Field::Upn, OSEI)
    };
    let Read::Here(entry, _) = joined("Osei, Amara Grace").read(today()) else { panic!("not read") };
    assert_eq!((entry.family.as_str(), entry.given.as_str()), ("Osei", "Amara Grace"));
    assert_eq!(faults(&joined("Amara Osei"))[0].why, Why::NotJoined);
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
    assert_eq!((entry.tutor_group, entry.year), (FieldValue::Blank, FieldValue::Nothing));
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
