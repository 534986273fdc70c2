//! R4: somebody who has no account tells, somebody who has one types it.

use super::*;
use candour::domain::{
    case::{Detail, Label, lifecycle::workflow::Move},
    concern::{HowTold, TellerRole},
};
use chrono::{TimeZone, Utc};

/// What the form says of a paper that a supply teacher left the day before, at 14:05 on a London clock.
const PAPER: [(&str, &str); 8] = [
    ("told-by", "Sally Supply"),
    ("told-by-role", "supply"),
    ("told-by-how", "paper"),
    ("told-by-date-day", "16"),
    ("told-by-date-month", "11"),
    ("told-by-date-year", "2026"),
    ("told-by-time", "2.05pm"),
    ("how", "saw"),
];

fn paper<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = PAPER.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more.iter().copied()).collect()
}

#[apply(both_databases!)]
async fn r4_a_paper_form_of_a_supply_teacher_keeps_whose_it_is_and_its_own_time(db: TestDb) {
    let school = School::open(db).await;
    let typist = school.sign_in(Cast::Teacher).await;
    let sent = send(&typist, &paper(&[("noticed", "now")])).await;
    receipt(&typist, &sent).await;
    let written = Utc.with_ymd_and_hms(2026, 11, 16, 14, 5, 0).unwrap();
    let case = case(&school, Cast::Dsl, &reference(&sent));
    let concern = &case.concerns[0];
    let told = concern.on_behalf.as_ref().unwrap();
    assert_eq!((told.role, told.how, told.at), (TellerRole::Supply, HowTold::Paper, written));
    assert_eq!(concern.reporter, school.person(Cast::Teacher), "who typed it is kept beside it");
    assert_eq!(concern.submitted_at, school.clock.now());
    assert_eq!(
        (concern.noticed_at, case.aware_at),
        (written, written),
        "the school has known since the paper"
    );

    // The desk reads whose report it is, who typed it, and when it was written; the audit log has it too.
    let dsl = school.sign_in(Cast::Dsl).await;
    let page = shown(&dsl, &format!("/cases/{}", reference(&sent))).await;
    assert!(page.contains("Sally Supply (supply teacher or agency staff), typed by"), "{page}");
    assert!(page.contains("On a paper form, Mon 16 Nov 2026, 14:05"), "{page}");
    let seen = read::case(&school.db, &school.op(Cast::Dsl), &reference(&sent), &mut Randomness).unwrap();
    let CaseView::Full(full) = seen else { panic!("the whole case") };
    let submitted = full.timeline.iter().find(|happened| happened.entry.act == Move::Submit).unwrap();
    let told_by = submitted.entry.facts.iter().find(|(label, _)| *label == Label::ToldBy).unwrap();
    assert_eq!(told_by.1, Detail::Name(told.name));

    // The person who typed it finds it among their own, and can add to it.
    let mine = shown(&typist, &format!("/my-reports/{}", reference(&sent))).await;
    assert!(
        mine.contains(
            "Sally Supply (supply teacher or agency staff), on a paper form, Mon 16 Nov 2026, 14:05"
        ),
        "{mine}"
    );
    school.deliver().await;
}

#[apply(both_databases!)]
async fn r4_whoever_types_it_is_kept_from_it_where_it_is_about_them(db: TestDb) {
    let school = School::open(db).await;
    // A visitor tells the network manager about the DSL and about the network manager.
    let network = school.sign_in(Cast::Network).await;
    let about = [
        ("told-by-role", "visitor"),
        ("told-by-how", "spoken"),
        ("told-by-date-day", ""),
        ("told-by-date-month", ""),
        ("told-by-date-year", ""),
        ("told-by-time", ""),
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", Cast::Network.name()),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
    ];
    let sent = send(&network, &paper(&about)).await;
    receipt(&network, &sent).await;
    let reference = reference(&sent);
    assert!(!may_read(&school, Cast::Network, &reference), "typing it opens nothing");
    assert!(may_read(&school, Cast::Head, &reference));
    let case = case(&school, Cast::Head, &reference);
    assert!(case.exclusions.contains_key(&school.person(Cast::Network)));
    assert_eq!(case.concerns[0].on_behalf.as_ref().unwrap().at, school.clock.now(), "told just now");
    school.deliver().await;
}

#[apply(both_databases!)]
async fn r4_what_is_missing_or_cannot_be_is_said_and_nothing_typed_is_lost(db: TestDb) {
    let school = School::open(db).await;
    let typist = school.sign_in(Cast::Teacher).await;
    for (wrong, said) in [
        (("told-by", ""), "Enter who told you"),
        (("told-by-role", ""), "Select what they are to the school"),
        (("told-by-how", ""), "Select how they told you"),
        (("told-by-date-day", "31"), "told-by-date"),
        (("told-by-date-year", "2027"), "told-by-date"),
        (("told-by-time", "half past"), "told-by-time"),
    ] {
        let back = send(&typist, &paper(&[wrong])).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        assert_eq!(markup::faults(&back.body), Vec::<String>::new());
        assert!(
            back.body.contains(said)
                && back.body.contains(&format!("href=\"#{}", wrong.0.split("-date").next().unwrap())),
            "{wrong:?}"
        );
        assert!(back.body.contains("A pupil showed me a post."));
    }
    let undated = [
        ("told-by-date-day", ""),
        ("told-by-date-month", ""),
        ("told-by-date-year", ""),
        ("told-by-time", ""),
    ];
    let back = send(&typist, &paper(&undated)).await;
    assert!(back.body.contains("Enter the day the paper form was written"), "{}", back.body);
    // What happened after the paper cannot stand on it.
    let later = [("noticed", "today"), ("noticed-today-time", "9.00")];
    let back = send(&typist, &paper(&later)).await;
    assert!(back.body.contains("must be before they told you, or wrote it down"), "{}", back.body);
    // A paper without a time was written when that was noticed of which it tells, or later that day.
    let noticed = [
        ("told-by-time", ""),
        ("noticed", "day"),
        ("noticed-date-day", "16"),
        ("noticed-date-month", "11"),
        ("noticed-date-year", "2026"),
        ("noticed-time", "11.30"),
    ];
    let sent = send(&typist, &paper(&noticed)).await;
    let case = case(&school, Cast::Dsl, &reference(&sent));
    let at = Utc.with_ymd_and_hms(2026, 11, 16, 11, 30, 0).unwrap();
    assert_eq!((case.aware_at, case.concerns[0].on_behalf.as_ref().unwrap().at), (at, at));
    school.deliver().await;
}

#[apply(both_databases!)]
async fn r4_a_paper_is_a_draft_like_any_other(db: TestDb) {
    let school = School::open(db).await;
    let typist = school.sign_in(Cast::Teacher).await;
    let saved = typist.submit("/report", "/report", &with(&paper(&[("act", "later")]))).await;
    assert_eq!(saved.location, "/drafts?saved=yes", "{}", saved.body);
    let drafts = shown(&typist, "/drafts").await;
    let key = drafts.split("draft=").nth(1).unwrap().split('"').next().unwrap();
    let opened = shown(&typist, &format!("/report?draft={key}")).await;
    assert!(opened.contains("value=\"Sally Supply\"") && opened.contains("value=\"2.05pm\""), "{opened}");
}
