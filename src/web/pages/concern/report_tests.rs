//! The report page as it is drawn: nothing chosen beforehand, every word kept, roles in the receipt.

use super::{super::receipt::told, *};
use crate::domain::{
    people::Desk,
    school::{
        SecondPersonAlso, Settings, categories,
        routing::AdultLead,
        settings::{CategoryChange, DatedChange, Editions, SettingsChange},
    },
};
use std::sync::Arc;

fn page(fields: Fields) -> ReportPage {
    let settings = Settings {
        adult_lead: AdultLead::Head,
        duty_phone: "01632 960 204".to_owned(),
        out_of_hours_phone: "01632 960 999".to_owned(),
        lado_phone: "01632 960 111".to_owned(),
        smallest_shown: 5,
        second_person: SecondPersonAlso::default(),
    };
    let editions = Arc::new(Editions::founded(settings.clone()));
    let leads = vec!["Amina Patel".to_owned()];
    let (school, instead) = (Doors::Open, Desk::Head);
    let speak = SpeakTo { settings, on_duty: None, safeguarding_leads: leads, editions, school, instead };
    ReportPage::new(Shell::default(), speak, Instant::MIN_UTC, "a-form-key".to_owned(), fields)
}

#[test]
fn nothing_is_chosen_beforehand_and_the_telephone_comes_first() {
    let html = page(Fields::default()).render().unwrap();
    assert!(!html.contains(" checked") && !html.contains(" selected"));
    assert!(html.find("tel:01632960204").unwrap() < html.find("<form method=\"post\"").unwrap());
    assert!(!html.contains("type=\"file\""));
}

#[test]
fn while_the_school_is_closed_its_other_number_comes_first_and_an_accused_lead_is_passed_by() {
    let mut shown = page(Fields::default());
    shown.speak.school = Doors::Closed;
    let html = shown.render().unwrap();
    let panel = &html[..html.find("<form method=\"post\"").unwrap()];
    assert!(panel.contains("tel:01632960999") && !panel.contains("tel:01632960204"), "{panel}");
    assert!(panel.contains("If it is about Amina Patel, tell the headteacher instead"), "{panel}");
    assert!(panel.contains("tel:01632960111"), "and the LADO if that cannot be");
}

#[test]
fn r6_every_word_typed_comes_back() {
    let typed = [
        ("category", "DAT-LOSS"),
        ("happened", "<script>alert(1)</script> said \u{1f467} \u{5e2}"),
        ("noticed", "day"),
        ("noticed-date-day", "41"),
        ("noticed-date-month", "brumaire"),
        ("noticed-date-year", "MMXXVI"),
        ("noticed-time", "teatime"),
        ("noticed-today-time", "half past"),
        ("risk", "not_sure"),
        ("adult", "yes"),
        ("which", "do_not_know"),
        ("person-1", "Jamie"),
        ("person-1-kind", "pupil"),
        ("person-4", "the IT man"),
        ("person-4-role", "alleged"),
        ("told", "Mrs Patel"),
        ("place", "Room 4"),
        ("device", "Tablet 12"),
        ("app", "a game"),
        ("web", "https://bad.example/x"),
        ("how", "found"),
        ("done", "Closed it"),
        ("data", "yes"),
        ("about-0197a3b0-0000-7000-8000-000000000001", "no"),
    ];
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(typed);
    let fields = Fields::read(body.finish().as_bytes());
    let mistakes = report_form::read(&fields, &Editions::untouched().at(Instant::MIN_UTC), Instant::MIN_UTC)
        .unwrap_err();
    let html = page(fields).with(mistakes).render().unwrap();
    assert!(!html.contains("<script>alert"));
    for (field, value) in typed {
        let value = value.replace('<', "&#60;").replace('>', "&#62;");
        let kept = [format!("value=\"{value}\""), format!("\n{value}</textarea>")];
        assert!(kept.iter().any(|kept| html.contains(kept.as_str())), "{field} is lost");
    }
    assert_eq!(html.matches(" checked").count(), 7);
    assert_eq!(html.matches(" selected").count(), 2);
    assert!(html.contains("name=\"idempotency\" value=\"a-form-key\""));
    assert!(html.contains("<title>Error: "));
}

#[test]
fn every_category_can_be_chosen_once_and_reads_its_guidance() {
    let listed: Vec<String> = groups(&Editions::untouched().at(Instant::MIN_UTC), &Fields::default())
        .into_iter()
        .flat_map(|group| group.categories)
        .chain([category_choice(CategoryCode::in_role(CategoryRole::NotSure).category(), &Fields::default())])
        .map(|category| category.choice.value)
        .collect();
    assert_eq!(listed.len(), categories::all().len());
    assert!(categories::all().iter().all(|c| listed.contains(&c.code.as_str().to_owned())));
}

#[test]
fn a_category_taken_off_the_form_is_gone_but_is_kept_where_it_was_chosen_before() {
    let code = categories::find("COM-SCAM").unwrap().code;
    let change = CategoryChange { shown: Some(Visibility::Hidden), ..CategoryChange::of(code) };
    let hidden = DatedChange { from: Instant::MIN_UTC, change: SettingsChange::Category(change) };
    let edition = Editions::untouched().with(hidden).at(Instant::MIN_UTC);
    let listed = |fields: &Fields| {
        let groups = groups(&edition, fields);
        let all = groups.iter().flat_map(|group| &group.categories);
        (all.clone().count(), all.filter(|category| category.choice.value == "COM-SCAM").count())
    };
    // “I am not sure” stands below the groups.
    let in_groups = categories::all().len() - 1;
    assert_eq!(listed(&Fields::default()), (in_groups - 1, 0));
    let older_form = Fields::of([("category", "COM-SCAM")]);
    assert_eq!(listed(&older_form), (in_groups, 1));
    let words = Fields::of([
        ("category", "COM-SCAM"),
        ("happened", "A message"),
        ("noticed", "now"),
        ("risk", "no"),
        ("adult", "no"),
    ]);
    let now = "2026-11-23T10:00:00Z".parse().unwrap();
    assert_eq!(report_form::read(&words, &edition, now).unwrap().category, code);
}

#[test]
fn the_receipt_names_duties_in_one_sentence() {
    let (at, numbers) = (Instant::MIN_UTC, page(Fields::default()).speak.settings);
    let told = |desks: &[Desk]| told(desks, at, at, &numbers);
    assert_eq!(told(&[Desk::Head]), "The headteacher has been told.");
    assert_eq!(
        told(&[Desk::Network, Desk::InformationRisk, Desk::Dsl]),
        "The network manager, the senior information risk owner (SIRO) and the designated safeguarding lead (DSL) have been told."
    );
}

#[test]
fn outside_school_hours_the_receipt_says_who_gets_it_and_when_they_are_written_to() {
    let numbers = page(Fields::default()).speak.settings;
    let (sunday, opens): (Instant, Instant) =
        ("2026-11-22T10:00:00Z".parse().unwrap(), "2026-11-23T08:00:00Z".parse().unwrap());
    assert_eq!(
        told(&[Desk::Network, Desk::InformationRisk], opens, sunday, &numbers),
        "It is with the network manager and the senior information risk owner (SIRO) now. They get an e-mail \
         when school opens, on Monday 23 November at 8am. If it cannot wait, call 01632 960 999."
    );
    assert_eq!(told(&[Desk::Head], opens, opens, &numbers), "The headteacher has been told.");
}
