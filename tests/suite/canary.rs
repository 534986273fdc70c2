//! What somebody without sight of a case can learn of it: nothing (P0, P3). A case is filled in with words that stand
//! nowhere else, and every address is asked as everybody who may not see it, before there is a case and after.

use crate::{
    databases::{TestDb, both_databases},
    logs,
    page_forms::{blanked, first_difference},
    school::{Answer, Cast, School, SignedInBrowser},
    whole_story::{Pen, Posted, tell},
};
use actix_web::http::Method;
use candour::{
    domain::kernel::ids::Random,
    jobs::Job,
    service::{clock::Randomness, governors::review},
    store::people::staff,
    web::http::routes::ENDPOINTS,
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use std::collections::BTreeMap;

/// A case that never was.
const NOTHING: &str = "CAN-0000-0000";
/// A thing in a case that never was.
const NO_ID: &str = "00000000-0000-7000-8000-000000000000";
/// Where every answer has values of its own: the way to the provider and back.
const NEW_EACH_TIME: [&str; 2] = ["/signin/start", "/signin/callback"];

/// Who asks, and how.
enum Asks<'s> {
    Nobody,
    Browser(SignedInBrowser<'s>),
}

async fn strangers(school: &School) -> Vec<(String, Asks<'_>)> {
    let mut all = vec![("nobody".to_owned(), Asks::Nobody)];
    for cast in [
        Cast::Dsl,
        Cast::DeputyDsl,
        Cast::OtherTeacher,
        Cast::Network,
        Cast::Dpo,
        Cast::External,
        Cast::Governor,
        Cast::Administrator,
    ] {
        all.push((format!("{cast:?}"), Asks::Browser(school.sign_in(cast).await)));
    }
    let elsewhere = school.sign_in(Cast::Governor).await;
    let there = school.other_school.to_string();
    elsewhere.submit("/schools", "/schools", &[("school", &there)]).await;
    all.push(("a governor, in the other school".to_owned(), Asks::Browser(elsewhere)));
    // Somebody whose session is open when they leave.
    let left = school.sign_in(Cast::Siro).await;
    let (person, now) = (school.person(Cast::Siro), school.clock.now());
    school.db.write(|tx| staff::leave(tx, school.school, person, now)).unwrap();
    all.push(("a leaver".to_owned(), Asks::Browser(left)));
    all
}

/// Every address that is asked for, with the reference and each thing of the case filled in; by its pattern.
fn addresses(reference: &str, ids: &[String]) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let nothing = [NO_ID.to_owned()];
    let ids = if ids.is_empty() { &nothing } else { ids };
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == Method::GET) {
        let path = endpoint.path.replace("{reference}", reference).replace("{code}", "CON-INAPP");
        let filled: Vec<String> = if path.contains("{id}") {
            ids.iter().map(|id| path.replace("{id}", id)).collect()
        } else if path.contains("{term}") {
            ["summer-2026", "autumn-2026"].iter().map(|term| path.replace("{term}", term)).collect()
        } else {
            vec![path]
        };
        all.extend(filled.into_iter().map(|path| (endpoint.path, path)));
    }
    for list in ["/queue", "/cases"] {
        for show in ["overdue", "today", "new", "mine", "ended"] {
            all.push((list, format!("{list}?show={show}")));
        }
    }
    all
}

async fn ask(school: &School, who: &Asks<'_>, path: &str) -> Answer {
    match who {
        Asks::Nobody => school.get_as_nobody(path).await,
        Asks::Browser(browser) => browser.get(path).await,
    }
}

/// What everybody is answered, with what they asked for blanked out.
async fn walk(
    school: &School,
    strangers: &[(String, Asks<'_>)],
    reference: &str,
    ids: &[String],
    canary: &str,
) -> BTreeMap<(String, String), String> {
    let mut answers = BTreeMap::new();
    for (name, who) in strangers {
        for (pattern, path) in addresses(reference, ids) {
            let answer = ask(school, who, &path).await;
            assert!(answer.status.as_u16() < 500, "{name} at {path}: {}", answer.status);
            let whole = format!("{:?} {}", answer.headers, answer.body);
            assert!(!whole.contains(canary), "{name} reads the case at {path}");
            if NEW_EACH_TIME.contains(&pattern) {
                continue;
            }
            let mut blank = blanked(&answer).replace(reference, NOTHING);
            for id in ids {
                blank = blank.replace(id.as_str(), NO_ID);
            }
            // Things of one kind are all asked for at their one pattern, and must all be answered alike.
            let key = (name.clone(), path.replace(reference, NOTHING));
            let key = ids.iter().fold(key, |(name, path), id| (name, path.replace(id.as_str(), NO_ID)));
            if let Some(other) = answers.insert(key, blank.clone()) {
                assert_eq!(first_difference(&other, &blank), None, "{name} at {path}");
            }
        }
    }
    answers
}

/// Every thing in the case that an address can name: tasks, referrals, people.
fn things_of(posted: &Posted) -> Vec<String> {
    let named = posted.keys().filter_map(|act| act.split_once('/')).map(|(_, id)| id.to_owned());
    named.filter(|id| id.len() == NO_ID.len()).collect()
}

/// The school as it was: other cases on the desks of those who will be kept out, and a published term.
async fn already_busy(school: &School) {
    for category in ["CP-CONCERN", "CON-INAPP", "FIL-FAIL"] {
        school.report(Cast::OtherTeacher, &school.draft(category));
    }
    school.deliver().await;
    let op = school.op(Cast::Head);
    let term = "summer-2026".parse().unwrap();
    let hash = review::preview(&school.db, &op, term).unwrap().hash;
    review::publish(&school.db, &op, term, &hash).unwrap();
}

/// P0, P3: a case one may not see is in no byte of any answer, in no count, letter, line of the log or line of health;
/// every page is the same, byte for byte, as before the case was. The subject is among those who ask.
#[apply(both_databases!)]
async fn p3_a_canary_is_nowhere_for_whoever_may_not_see_it_and_p0_nothing_changed(db: TestDb) {
    let school = School::open(db).await;
    already_busy(&school).await;
    let lines = logs::lines();
    let strangers = strangers(&school).await;
    // Administrators see who has signed in, whatever they came for.
    for who in [Cast::Teacher, Cast::Head, Cast::Chair] {
        school.sign_in(who).await;
    }
    let mut drawn = [0; 4];
    Randomness.fill(&mut drawn);
    let canary = format!("canary{:08x}", u32::from_le_bytes(drawn));
    let before = walk(&school, &strangers, NOTHING, &[], &canary).await;
    school.sink.forget();

    let mut typed = Vec::new();
    let mut words = |field: &str| {
        typed.push(format!("{canary}-{}", typed.len()));
        format!("{} {field}", typed.last().unwrap())
    };
    let (reference, posted) = tell(&school, &mut Pen { words: &mut words, more: &[] }).await;
    let head = school.sign_in(Cast::Head).await;
    let page = head.get(&format!("/cases/{reference}")).await.body;
    let shown = typed.iter().filter(|typed| page.contains(&format!("{typed} "))).count();
    assert!(shown > 40, "only {shown} of {} words are on the page of whoever may see them", typed.len());
    let ids = things_of(&posted);
    assert!(ids.len() > 6, "{ids:?}");

    let after = walk(&school, &strangers, reference.as_str(), &ids, &canary).await;
    for (key, answer) in &after {
        let earlier = before.get(key).unwrap_or_else(|| panic!("{key:?} was not asked before"));
        assert_eq!(first_difference(earlier, answer), None, "{key:?} tells that there is a case");
    }
    assert_eq!(after.len(), before.len());

    // Letters: for days of chasing, and none of them to somebody who may not know.
    for _ in 0..4 {
        for job in [Job::ChaseDeadlines, Job::SendAuditHeads, Job::DeliverMail] {
            school.does(job).await;
        }
        school.hands.forward(TimeDelta::days(1));
    }
    let letters = school.sink.letters();
    assert!(!letters.is_empty(), "the head was told");
    for letter in letters {
        let raw = String::from_utf8_lossy(&letter.raw);
        assert!(!raw.contains(&canary) && !raw.contains(reference.as_str()), "{raw}");
    }
    assert!(logs::lines() > lines, "the log was listened to");
    logs::name_nobody();
}

/// P0: the subject of a case is written to no more and no less than if there were none, and loses no right.
#[apply(both_databases!)]
async fn p0_no_letter_and_no_lost_right_tells_the_subject(db: TestDb) {
    let school = School::open(db).await;
    let mine = school.report(Cast::OtherTeacher, &school.draft("CP-CONCERN")).reference;
    assert!(school.deliver().await.contains(&"dinah.lead@school.example".to_owned()));
    let dinah = school.sign_in(Cast::Dsl).await;
    let page = format!("/cases/{mine}");
    let before = blanked(&dinah.get(&page).await);
    school.sink.forget();
    let mut words = |field: &str| format!("words for {field}");
    let (hidden, _) = tell(&school, &mut Pen { words: &mut words, more: &[] }).await;
    let after = blanked(&dinah.get(&page).await);
    assert_eq!(first_difference(&before, &after), None, "her own case, and all she may do to it");
    let to = school.deliver().await;
    assert!(
        !to.is_empty() && !to.iter().any(|to| to.starts_with("dinah") || to.starts_with("dougal")),
        "{to:?}"
    );
    // What she reports, hands over or merges into meets the hidden case like one that never was.
    let merge = format!("{page}/merge");
    let shown = dinah.get(&merge).await;
    let [to_hidden, to_nothing] = [hidden.as_str(), NOTHING].map(|target| [("target", target)]);
    let refused = dinah.submit_from(&shown, &merge, &to_hidden).await;
    let unknown = dinah.submit_from(&shown, &merge, &to_nothing).await;
    assert_eq!(refused.status, reqwest::StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(blanked(&refused).replace(hidden.as_str(), NOTHING), blanked(&unknown));
}
