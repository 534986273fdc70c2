//! A case in which every page of the site has been filled in: a concern about the DSL, reported by the teacher, led by
//! the head to its end and opened again. What is typed in each field is the caller's.

use crate::{
    page_forms::{led_to, pairs, without_tokens, words_of},
    school::{Cast, School, SignedInBrowser},
};
use candour::domain::kernel::ids::Reference;
use reqwest::StatusCode;
use std::collections::BTreeMap;

/// What was typed and chosen on the way, by the address below the case.
pub type Posted = BTreeMap<String, Vec<(String, String)>>;

/// How the forms of the story are filled in.
pub struct Pen<'a> {
    /// The words for a field.
    pub words: &'a mut dyn FnMut(&str) -> String,
    /// Fields nobody asked for, sent with every form after its own.
    pub more: &'a [(&'a str, &'a str)],
}

/// Answers that are not the first.
type Chosen = &'static [(&'static str, &'static str)];

/// The story in order: who, the act's page, and what they choose if the first answer is not it.
const ACTS: [(Cast, &str, Chosen); 29] = [
    (Cast::Head, "note", &[]),
    (Cast::Head, "contact", &[]),
    (Cast::Head, "task", &[("person", "")]),
    (Cast::Head, "people", &[("kind", "somebody_else"), ("role", "witness")]),
    (Cast::Head, "people/", &[("role", "witness"), ("match", "")]),
    (Cast::Head, "brief", &[]),
    (Cast::Head, "refer", &[("body", "lado")]),
    (Cast::Head, "refer", &[("body", "hr")]),
    (Cast::Head, "refer", &[("body", "police")]),
    (Cast::Head, "refer", &[("body", "ico")]),
    (Cast::Head, "call-999", &[]),
    (Cast::Head, "lift-hold", &[]),
    (Cast::Head, "hold", &[]),
    (Cast::Head, "share", &[("person", "{Chair}")]),
    (Cast::Head, "unshare", &[]),
    (Cast::Head, "acknowledge", &[]),
    (
        Cast::Head,
        "triage",
        &[
            ("category", "STF-COMM"),
            ("owner", "{Head}"),
            ("aware-at", "correct"),
            ("aware-day", "16"),
            ("aware-month", "11"),
            ("aware-time", "09:00"),
        ],
    ),
    (Cast::Head, "decline", &[("body", "police")]),
    (Cast::Head, "start", &[]),
    (Cast::Head, "wait", &[]),
    (Cast::Head, "resume", &[]),
    (Cast::Head, "referrals/", &[("state", "done")]),
    (Cast::Head, "tasks/", &[]),
    (Cast::Head, "share", &[("person", "{Chair}"), ("as", "reviewer")]),
    (Cast::Head, "propose", &[]),
    (Cast::Chair, "send-back", &[]),
    (Cast::Head, "propose", &[]),
    (Cast::Chair, "close", &[]),
    (Cast::Head, "reopen", &[]),
];

/// Tells the whole story through the pages.
pub async fn tell(school: &School, pen: &mut Pen<'_>) -> (Reference, Posted) {
    let (teacher, head) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Head).await);
    let mut posted = Posted::new();
    let about = [
        ("category", "STF-COMM"),
        ("risk", "no"),
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", Cast::Dsl.name()),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
        ("person-2-role", "affected"),
        ("person-3-kind", "somebody_else"),
        ("person-3-role", "witness"),
        ("told-by-date-day", "16"),
        ("told-by-date-month", "11"),
    ];
    let sent = fill_in(&teacher, "/report", &about, pen, &mut posted).await;
    let reference: Reference =
        sent.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap().parse().unwrap();
    // The teacher adds what they forgot.
    let own = format!("/my-reports/{reference}");
    let shown = teacher.get(&own).await;
    let add = format!("{own}/add");
    let fields = crate::page_forms::filled(&crate::page_forms::form(&shown.body, &add), &[], pen.words);
    assert_eq!(teacher.post(&add, &pairs(&fields)).await.status, StatusCode::SEE_OTHER);

    let chair = school.sign_in(Cast::Chair).await;
    for (who, act, chosen) in ACTS {
        let browser = if who == Cast::Chair { &chair } else { &head };
        let chosen: Vec<(&str, String)> =
            chosen.iter().map(|(name, value)| (*name, in_school(school, value))).collect();
        let chosen: Vec<(&str, &str)> = chosen.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let addresses = addresses_of(browser, &reference, act).await;
        assert!(!addresses.is_empty(), "{who:?} is led to no {act}");
        for address in addresses {
            if act == "acknowledge" {
                let case = browser.get(&format!("/cases/{reference}")).await;
                let done = browser.submit_from(&case, &address, pen.more).await;
                assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}: {}", words_of(&done.body));
            } else {
                fill_in(browser, &address, &chosen, pen, &mut posted).await;
            }
        }
    }
    (reference, posted)
}

/// Where an act of the case is. Where it is about one thing at a time: every such thing it can still be done to.
async fn addresses_of(browser: &SignedInBrowser<'_>, reference: &Reference, act: &str) -> Vec<String> {
    let case = format!("/cases/{reference}");
    let Some(kind) = act.strip_suffix('/') else { return vec![format!("{case}/{act}")] };
    let page = browser.get(&case).await.body;
    let below = format!("{case}/{kind}/");
    let one = |href: &String| href.strip_prefix(&below).is_some_and(|id| !id.contains('/'));
    let mut found = Vec::new();
    for href in led_to(&page, reference).into_iter().filter(one) {
        let shown = browser.get(&href).await;
        // The story changes the people who are known only by words, and ends the referrals that are still open.
        let asks = match kind {
            "people" => "name=\"match\"",
            "referrals" => "value=\"done\"",
            _ => "<form",
        };
        if shown.status == StatusCode::OK && shown.body.contains(asks) {
            found.push(href);
        }
    }
    found
}

fn in_school(school: &School, value: &str) -> String {
    match value {
        "{Chair}" => school.person(Cast::Chair).to_string(),
        "{Head}" => school.person(Cast::Head).to_string(),
        other => other.to_owned(),
    }
}

/// Fills a page's form in, and gives back where it led.
async fn fill_in(
    browser: &SignedInBrowser<'_>,
    address: &str,
    chosen: &[(&str, &str)],
    pen: &mut Pen<'_>,
    posted: &mut Posted,
) -> String {
    let shown = browser.get(address).await;
    assert_eq!(shown.status, StatusCode::OK, "{address}: {}", words_of(&shown.body));
    let fields = crate::page_forms::filled(&crate::page_forms::form(&shown.body, address), chosen, pen.words);
    let mut all = pairs(&fields);
    all.extend_from_slice(pen.more);
    let done = browser.post(address, &all).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{address}: {} {all:?}", words_of(&done.body));
    let act = address.splitn(4, '/').last().unwrap_or_default().to_owned();
    posted.insert(act, without_tokens(fields));
    done.location
}
