//! Ordinary reports about pupils of a school of 900, in which no adult is named: few of them ask about anybody.

#[path = "../../../../../tests/suite/ordinary_reports/written.rs"]
mod written;

use self::written::report;
use super::{adult, person};
use crate::domain::people::{
    Desk, Roster, Seat, Sitting,
    name_matching::{Adult, NameSearch},
};

fn school() -> (Vec<Adult>, Roster) {
    let seats = [
        ("Helen Marlowe", Some((Desk::Dsl, Seat::Holder)), "Designated safeguarding lead (DSL)"),
        ("Daniel Achebe", Some((Desk::Dsl, Seat::Deputy)), "Deputy DSL"),
        ("Parveen Aslam", Some((Desk::Dsl, Seat::Cover)), "Head of Year 8"),
        ("Sunita Raval", Some((Desk::OnlineSafety, Seat::Holder)), "Online safety coordinator"),
        ("Imran Sheikh", Some((Desk::Network, Seat::Holder)), "Network manager"),
        ("Catherine Broadbent", Some((Desk::Head, Seat::Holder)), "Headteacher"),
        ("Gareth Pryce", Some((Desk::Head, Seat::Deputy)), "Deputy headteacher"),
        ("Paul Whitcombe", Some((Desk::InformationRisk, Seat::Holder)), "Business manager"),
        ("Ngozi Tremlett", Some((Desk::DataProtection, Seat::Holder)), "Data protection officer"),
        ("Robert Ainscough", Some((Desk::Chair, Seat::Holder)), "Chair of governors"),
        ("Angela Forsythe", Some((Desk::External, Seat::Holder)), "External contact at the local authority"),
        ("Ruth Calloway", None, "Teacher of geography"),
    ];
    let adults = seats.iter().enumerate().map(|(at, (name, _, post))| {
        let post = Some((*post).to_owned());
        Adult { post, ..adult(at, name) }
    });
    let sitting = |(at, seat): (usize, Option<(Desk, Seat)>)| {
        seat.map(|(desk, seat)| Sitting { desk, seat, person: person(at) })
    };
    let seated = seats.iter().enumerate().map(|(at, (_, seat, _))| (at, *seat));
    (adults.collect(), Roster::new(seated.filter_map(sitting)))
}

#[test]
fn fewer_than_three_in_a_hundred_ordinary_reports_ask_about_an_adult() {
    let (adults, roster) = school();
    let may_be_about = |search: &NameSearch| adults.iter().find(|one| search.matches(one, &roster).is_some());
    let mut about = Vec::new();
    for at in 0..1_000 {
        let (words, account) = report(at);
        let searches = words.iter().map(|words| NameSearch::for_person(words));
        let mut searches: Vec<NameSearch> = searches.collect();
        searches.push(NameSearch::in_account(&account));
        about.extend(searches.iter().find_map(may_be_about).map(|one| (one.name.clone(), words, account)));
    }
    assert!(about.len() < 30, "{} of 1,000: {about:#?}", about.len());
    assert!(!about.is_empty(), "a pupil called Daniel may be the deputy");
}

/// So that the number above is not one because nothing is ever found.
#[test]
fn one_sentence_about_an_adult_in_an_ordinary_report_is_found() {
    let (adults, roster) = school();
    for at in 0..1_000 {
        let (_, account) = report(at);
        let one = &adults[at % adults.len()];
        let surname = one.name.split(' ').next_back().unwrap();
        let account = format!("{account} Mr {surname} saw it and laughed.");
        assert!(NameSearch::in_account(&account).matches(one, &roster).is_some(), "{account}");
    }
}
