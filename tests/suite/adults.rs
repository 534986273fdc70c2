//! The adults of a school as administrators keep them on pages: added, corrected, gone, back; never a pupil, never a
//! duty, and nobody cut off by one person alone.

mod many;

use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    people_lists::staff as staff_list,
    school::{Answer, Cast, PUPILS, School, SignedInBrowser},
};
use candour::{
    domain::{
        kernel::ids::{AccountId, PersonId},
        people::{
            PersonKind,
            register::{incoming::Extent, keys::NameQuery},
        },
    },
    service::{
        case::read::{self, CaseView},
        clock::Randomness,
        entry::codes,
        people::register::{self, ImportOptions, Importer, Suggestions},
    },
    store::{
        entry::{account_linking, sessions},
        people::staff,
    },
    web::http::{
        audience::{Audience, Caseload},
        routes::ENDPOINTS,
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeSet;

const PEOPLE: &str = "/admin/people";
const ADD: &str = "/admin/people/add";

/// A page that is there and has no fault.
async fn shown(browser: &SignedInBrowser<'_>, path: &str) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", words_of(&page.body));
    assert_eq!(markup::faults(&page.body), Vec::<String>::new(), "{path}");
    page.body
}

#[track_caller]
fn not_taken(answer: &Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", words_of(&answer.body));
    assert_eq!(markup::faults(&answer.body), Vec::<String>::new());
    assert!(answer.body.contains(words), "{words}: {}", words_of(&answer.body));
}

/// Adds somebody, and says who they are now.
async fn adds(browser: &SignedInBrowser<'_>, name: &str, kind: &str, email: &str) -> PersonId {
    let added = browser.submit(ADD, ADD, &[("name", name), ("kind", kind), ("email", email)]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", words_of(&added.body));
    added.location.strip_prefix("/admin/people/").unwrap().strip_suffix("?added").unwrap().parse().unwrap()
}

fn page_of(person: PersonId, act: &str) -> String {
    format!("{PEOPLE}/{person}{act}")
}

async fn does(browser: &SignedInBrowser<'_>, person: PersonId, act: &str, fields: &[(&str, &str)]) -> Answer {
    let page = page_of(person, act);
    shown(browser, &page).await;
    browser.submit(&page, &page, fields).await
}

/// Every person a list leads to, over all its pages.
async fn walked(browser: &SignedInBrowser<'_>, from: &str) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), from.to_owned());
    loop {
        let before = browser.school.db.db().statements();
        let page = shown(browser, &next).await;
        let took = browser.school.db.db().statements() - before;
        assert!(took <= 6, "{next} took {took} statements");
        let lines = page.split("<th scope=\"row\"").skip(1);
        all.extend(
            lines.map(|line| line.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()),
        );
        let Some(link) = page.split("rel=\"next\"").next().filter(|head| head.len() < page.len()) else {
            return all;
        };
        next = link.rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned();
    }
}

fn suggested(school: &School, typed: &str) -> Vec<String> {
    match register::suggest(&school.db, &school.op(Cast::Dsl), NameQuery::parse(typed).as_ref()).unwrap() {
        Suggestions::Names(names) => names.into_iter().map(|one| one.words).collect(),
        Suggestions::TooOften => panic!("too often"),
    }
}

fn here(person: PersonId) -> String {
    format!("people WHERE id = '{person}' AND left_at IS NULL")
}

/// An account that is this person, and the cookie of nobody: as whom the store sees them.
fn viewer_of(school: &School, person: PersonId) -> candour::store::Viewer {
    let (now, random) = (school.clock.now(), &mut Randomness);
    let account = AccountId::draw(now, random);
    let session = school.db.write(|tx| {
        sessions::add_account(
            tx,
            account,
            ("https://provider.example", &account.to_string()),
            "A person",
            now,
        )?;
        account_linking::bind_vouched(tx, school.school, account, person, now)?;
        let place = sessions::places(tx, account)?.remove(0);
        let token = account.to_string();
        let new = sessions::NewSession {
            token_hash: &token,
            account,
            place: &place,
            csrf: "csrf",
            provider: "test",
            context: Default::default(),
        };
        sessions::start(tx, &new, now, random)?;
        sessions::resume(tx, &token, now)
    });
    match session.unwrap() {
        sessions::Session::Live(viewer) => *viewer,
        sessions::Session::Hidden | sessions::Session::None => panic!("a fresh session is live"),
    }
}

/// Every audience there is, by way of the addresses.
fn admitted(viewer: &candour::store::Viewer) -> BTreeSet<&'static str> {
    let audiences = ENDPOINTS.iter().map(|endpoint| endpoint.audience);
    audiences.filter(|audience| audience.admits(viewer, Caseload::None)).map(Audience::words).collect()
}

/// The external contact and a governor are added on a page: once, in the audit log by id, and with nothing else.
#[apply(both_databases!)]
async fn whoever_is_on_no_list_is_added_and_gets_nothing_by_it(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let counts = || ["duties", "bindings", "duty_proposals"].map(|table| school.db.count(table));
    let before = counts();
    let form = admin.get(ADD).await;
    assert_eq!(markup::faults(&form.body), Vec::<String>::new());
    let fields = [("name", "Elspeth Outside"), ("kind", "outside"), ("email", "Elspeth@Trust.example")];
    let first = admin.submit_from(&form, ADD, &fields).await;
    let again = admin.submit_from(&form, ADD, &fields).await;
    assert_eq!(
        (first.status, &first.location),
        (StatusCode::SEE_OTHER, &again.location),
        "a double click lands once"
    );
    assert_eq!(
        school.db.count("people WHERE name = 'Elspeth Outside' AND email = 'elspeth@trust.example'"),
        1
    );
    let page = shown(&admin, &first.location).await;
    for said in ["They have been added.", "Access requests", "Roles", "Entered by hand", "No account yet"] {
        assert!(page.contains(said), "{said}");
    }
    assert_eq!(counts(), before, "no duty, no account, no proposal");
    assert_eq!(school.db.count("audit_entries WHERE act = 'added_person' AND entry LIKE '%Elspeth%'"), 0);
    assert_eq!(school.db.count("audit_entries WHERE act = 'added_person'"), 1);
    assert_eq!(suggested(&school, "elsp"), ["Elspeth Outside, person from the local authority or trust"]);
    // What somebody without a duty gets whom the register has as a governor: no statistics, no names while typing.
    let governor = adds(&admin, "Gill Newcomer", "governor", "gill@governors.example").await;
    let expected = [
        "everyone",
        "everyone signed in, also while their account waits to be confirmed",
        "everyone signed in",
        "people who may open the case",
    ];
    assert_eq!(admitted(&viewer_of(&school, governor)), BTreeSet::from(expected));
    // A person who may be proposed for a role and let in by a code can be chosen.
    assert!(shown(&admin, "/admin/duties/propose").await.contains("Elspeth Outside"));
    assert!(shown(&admin, "/admin/access-requests").await.contains("Gill Newcomer"));
}

/// A name that somebody has, here or gone, is asked about; an address is one person's. Nothing typed is lost.
#[apply(both_databases!)]
async fn nobody_is_added_twice_without_being_asked(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let fields = [("name", "tessa TEACH"), ("kind", "visitor"), ("email", "tt@supply.example")];
    let asked = admin.submit(ADD, ADD, &fields).await;
    not_taken(&asked, "A person with this name is known already");
    let tessa = school.person(Cast::Teacher).to_string();
    for kept in ["value=\"tessa TEACH\"", "value=\"tt@supply.example\"", "tessa.teach@school.example", &tessa]
    {
        assert!(asked.body.contains(kept), "{kept}");
    }
    assert!(
        asked.body.contains("value=\"visitor\" aria-describedby=\"kind-visitor-hint\" checked"),
        "{}",
        asked.body
    );
    let of_another = school.person(Cast::OtherTeacher).to_string();
    let wrong = [&fields[..], &[("another", of_another.as_str())]].concat();
    not_taken(&admin.submit_from(&asked, ADD, &wrong).await, "A person with this name is known already");
    let right = [&fields[..], &[("another", tessa.as_str())]].concat();
    let added = admin.submit_from(&asked, ADD, &right).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", words_of(&added.body));
    // Somebody who left, too.
    let oliver = school.person(Cast::OtherTeacher);
    assert_eq!(does(&admin, oliver, "/leave", &[]).await.status, StatusCode::SEE_OTHER);
    let gone = admin
        .submit(ADD, ADD, &[("name", "Oliver Other"), ("kind", "staff"), ("email", "oo@school.example")])
        .await;
    not_taken(&gone, "left on Tue 17 Nov 2026");
    let taken = admin
        .submit(ADD, ADD, &[("name", "Ann New"), ("kind", "staff"), ("email", "Dinah.Lead@school.example")])
        .await;
    not_taken(&taken, "Dinah Lead has this address");
    // The address of somebody who left may go to a newcomer.
    adds(&admin, "Ann New", "staff", "oliver.other@school.example").await;
    not_taken(
        &admin.submit(ADD, ADD, &[("name", ""), ("kind", "pupil"), ("email", "no")]).await,
        "Select what they are",
    );
    not_taken(
        &admin.submit(ADD, ADD, &[("name", "Bob New"), ("kind", "staff")]).await,
        "Enter their work e-mail address",
    );
}

/// A leaver is cut off at their next request, and what they had goes back, in the same transaction.
#[apply(both_databases!)]
async fn somebody_who_left_is_cut_off_at_the_next_request(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let case = format!("/cases/{reference}");
    let (dinah, oliver) = (school.sign_in(Cast::Dsl).await, school.sign_in(Cast::OtherTeacher).await);
    let person = school.person(Cast::OtherTeacher);
    let to = person.to_string();
    let given = dinah.submit(&format!("{case}/assign"), &format!("{case}/assign"), &[("owner", &to)]).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", words_of(&given.body));
    assert_eq!(oliver.get(&case).await.status, StatusCode::OK);
    let admin = school.sign_in(Cast::Administrator).await;
    let leave = page_of(person, "/leave");
    let said = words_of(&shown(&admin, &leave).await);
    assert!(
        said.contains("They are signed out, and cannot sign in again")
            && said.contains("go back to the lead"),
        "{said}"
    );
    assert_eq!(oliver.get(&case).await.status, StatusCode::OK, "looking at what would follow does nothing");
    school.hands.forward(TimeDelta::seconds(5));
    let left = admin.submit(&leave, &leave, &[]).await;
    assert_eq!(
        (left.status, left.location),
        (StatusCode::SEE_OTHER, format!("{}?left", page_of(person, "")))
    );
    let next = oliver.get(&case).await;
    assert_eq!(next.status, StatusCode::SEE_OTHER, "{}", words_of(&next.body));
    assert!(next.location.starts_with("/signin"), "{}", next.location);
    let CaseView::Full(full) =
        read::case(&school.db, &school.op(Cast::Dsl), &reference, &mut Randomness).unwrap()
    else {
        panic!("the whole case")
    };
    assert_eq!(full.case.owner, None, "it went back to the desk at once");
    assert_eq!(suggested(&school, "oliver"), ["Oliver Other, member of staff, left 17 November 2026"]);
    assert!(shown(&admin, "/admin/people/left").await.contains("Oliver Other"));
    assert!(!walked(&admin, PEOPLE).await.contains(&page_of(person, "")));
    assert_eq!(school.db.count("audit_entries WHERE act = 'recorded_leaving'"), 1);
    let twice = admin.submit_from(&admin.get(&page_of(person, "/back")).await, &leave, &[]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "they have left already");
}

/// Nobody with a duty, of today or to come, and nobody by their own word. Each attempt is kept under its number.
#[apply(both_databases!)]
async fn nobody_is_cut_off_from_a_duty_by_an_administrator_alone(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let stay = Cast::ALL
        .into_iter()
        .filter(|cast| !matches!(cast, Cast::Teacher | Cast::OtherTeacher | Cast::Governor));
    let mut refused = 0;
    for cast in stay {
        let (person, page) = (school.person(cast), page_of(school.person(cast), "/leave"));
        let asked = shown(&admin, &page).await;
        assert!(!asked.contains("Record that they have left</button>"), "{cast:?}");
        let words = if cast == Cast::Administrator {
            "You cannot record that you have left yourself"
        } else {
            "End \
            it first, under Roles"
        };
        assert!(asked.contains(words), "{cast:?}");
        not_taken(&admin.submit(ADD_FOR_ITS_TOKENS, &page, &[]).await, words);
        refused += 1;
        assert_eq!(school.db.count(&here(person)), 1, "{cast:?}");
    }
    assert_eq!(school.db.count("access_log WHERE kind = 'refused'"), refused);
    // A duty that is to come keeps somebody, too.
    let (person, now) = (school.person(Cast::Teacher), school.clock.now());
    let duty = staff::Duty {
        id: candour::domain::kernel::ids::DutyId::draw(now, &mut Randomness),
        person,
        what: Cast::DeputyDsl.duty().unwrap(),
        starts_at: now + TimeDelta::days(9),
        ends_at: None,
    };
    school.db.write(|tx| staff::add_duty(tx, school.school, &duty)).unwrap();
    let page = page_of(person, "/leave");
    assert!(shown(&admin, &page).await.contains("from Thu 26 Nov 2026"));
    not_taken(&admin.submit(ADD_FOR_ITS_TOKENS, &page, &[]).await, "End it first, under Roles");
    // A governor reads published numbers alone: they go, and their duty with them.
    let gwen = school.person(Cast::Governor);
    assert_eq!(does(&admin, gwen, "/leave", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(school.db.count(&format!("duties WHERE person_id = '{gwen}' AND how_ended = 'left'")), 1);
}

/// A person who is back is the same person, and nothing they could do comes back: no duty, no account, no code, and no
/// proposal that was waiting for them when they left.
#[apply(both_databases!)]
async fn whoever_is_back_comes_in_anew(db: TestDb) {
    let school = School::open(db).await;
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let oliver = school.sign_in(Cast::OtherTeacher).await;
    let person = school.person(Cast::OtherTeacher);
    let id = person.to_string();
    let propose = "/admin/duties/propose";
    let asked =
        admin.submit(propose, propose, &[("person", &id), ("what", "dsl-deputy"), ("why", "shared")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", words_of(&asked.body));
    let duties = head.get("/admin/duties").await.body;
    let proposal = duties.split("href=\"/admin/duties/proposals/").nth(1).unwrap().split('"').next().unwrap();
    let proposal = format!("/admin/duties/proposals/{proposal}");
    let (code, _) =
        codes::make_code(&school.db, &school.op(Cast::Administrator), person, &mut Randomness).unwrap();
    school.hands.forward(TimeDelta::seconds(5));
    assert_eq!(does(&admin, person, "/leave", &[]).await.status, StatusCode::SEE_OTHER);
    let confirmed = head.submit(&proposal, &proposal, &[("act", "confirm")]).await;
    assert_eq!(confirmed.status, StatusCode::CONFLICT, "{}", words_of(&confirmed.body));
    assert!(confirmed.body.contains("They have left the school since this was proposed"));
    school.hands.forward(TimeDelta::seconds(5));
    let said = shown(&admin, &page_of(person, "/back")).await;
    assert!(said.contains("No role comes back") && said.contains("value=\"oliver.other@school.example\""));
    let taken = [("email", "Dinah.Lead@school.example")];
    not_taken(&does(&admin, person, "/back", &taken).await, "Dinah Lead has this address");
    let back = does(&admin, person, "/back", &[("email", "oliver@school.example")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", words_of(&back.body));
    assert_eq!(school.db.count(&here(person)), 1);
    assert_eq!(school.db.count("people WHERE name = 'Oliver Other'"), 1, "the same person");
    assert_eq!(school.db.count(&format!("bindings WHERE person_id = '{person}'")), 0);
    assert_eq!(school.db.count(&format!("duties WHERE person_id = '{person}'")), 0);
    assert_eq!(suggested(&school, "oliver"), ["Oliver Other, member of staff"]);
    assert_eq!(
        oliver.get("/my-reports").await.status,
        StatusCode::SEE_OTHER,
        "the session of before stays over"
    );
    let outside = school.arrives(Cast::OtherTeacher).await;
    let entered = outside.enters_code("/signin/code", &code.as_handed_over()).await;
    assert_ne!(entered.status, StatusCode::SEE_OTHER, "nor does the code of before serve");
    let (fresh, _) =
        codes::make_code(&school.db, &school.op(Cast::Administrator), person, &mut Randomness).unwrap();
    let entered = outside.enters_code("/signin/code", &fresh.as_handed_over()).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", words_of(&entered.body));
    assert_eq!(school.db.count(&format!("bindings WHERE person_id = '{person}' AND how = 'code'")), 1);
    assert_eq!(does_again(&admin, person).await, StatusCode::CONFLICT, "they are here already");
}

/// No page of these shows a pupil, finds one, or can be made to change one; nor somebody of another school.
#[apply(both_databases!)]
async fn no_pupil_is_ever_shown(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let gone = school.pupil(PUPILS[2]);
    school.db.write(|tx| staff::leave(tx, school.school, gone, school.clock.now())).unwrap();
    let all = [shown(&admin, PEOPLE).await, shown(&admin, "/admin/people/left").await];
    for pupil in PUPILS {
        let found = admin.submit(PEOPLE, PEOPLE, &[("find", pupil)]).await;
        assert_eq!(found.status, StatusCode::OK);
        assert!(found.body.contains("No one has that name"), "{pupil}");
        let id = school.pupil(pupil);
        assert!(!all.iter().chain([&found.body]).any(|page| page.contains(&id.to_string())), "{pupil}");
        for act in ["", "/correct", "/leave", "/back"] {
            let page = page_of(id, act);
            assert_eq!(admin.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
            let fields = [("name", "Ann Other"), ("kind", "staff"), ("email", "ann@school.example")];
            if !act.is_empty() {
                let posted = admin.submit(ADD_FOR_ITS_TOKENS, &page, &fields).await;
                assert_eq!(posted.status, StatusCode::NOT_FOUND, "{page}");
            }
        }
        let after = format!("{PEOPLE}?after={id}");
        assert_eq!(admin.get(&after).await.status, StatusCode::NOT_FOUND, "nor to go on from");
        // A grown-up of a pupil's name is nobody to be asked about.
        adds(&admin, pupil, "visitor", "").await;
    }
    let elsewhere = school.db.write(|tx| {
        let account = sessions::account_of_person(tx, school.school, school.person(Cast::Governor))?;
        sessions::places(tx, account)
    });
    let there = elsewhere.unwrap().into_iter().find(|place| place.school == school.other_school).unwrap();
    assert_eq!(admin.get(&page_of(there.person, "")).await.status, StatusCode::NOT_FOUND);
}

/// A corrected name is found, and the old one for good, marked so; what somebody is stays if they have a role.
#[apply(both_databases!)]
async fn a_corrected_name_is_found(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let tessa = school.person(Cast::Teacher);
    let fields = [("name", "Tessa Brook-Marsh"), ("kind", "staff"), ("email", "tessa.brook@school.example")];
    let saved = does(&admin, tessa, "/correct", &fields).await;
    assert_eq!(saved.location, format!("{}?corrected", page_of(tessa, "")), "{}", words_of(&saved.body));
    assert_eq!(suggested(&school, "brook mar"), ["Tessa Brook-Marsh, member of staff"]);
    assert_eq!(suggested(&school, "teach"), ["Tessa Brook-Marsh (formerly Tessa Teach), member of staff"]);
    let found = admin.submit(PEOPLE, PEOPLE, &[("find", "teach")]).await;
    assert!(found.body.contains("Tessa Brook-Marsh"), "{}", words_of(&found.body));
    let found = admin.submit(PEOPLE, PEOPLE, &[("find", "marsh")]).await;
    assert!(
        found.body.contains("Tessa Brook-Marsh") && !found.body.contains("Ellie"),
        "{}",
        words_of(&found.body)
    );
    let in_the_audit_log = |words: &str| {
        school.db.count(&format!("audit_entries WHERE act = 'corrected_person' AND entry LIKE '%{words}%'"))
    };
    assert_eq!(
        (in_the_audit_log("name_changed"), in_the_audit_log("address_changed"), in_the_audit_log("Brook")),
        (1, 1, 0)
    );
    let dinah = school.person(Cast::Dsl);
    let other = [("name", "Dinah Lead"), ("kind", "visitor"), ("email", "dinah.lead@school.example")];
    not_taken(&does(&admin, dinah, "/correct", &other).await, "They have a role");
    let own = [("name", "Addy Admin"), ("kind", "governor"), ("email", "addy.admin@school.example")];
    not_taken(
        &does(&admin, school.person(Cast::Administrator), "/correct", &own).await,
        "You cannot change what you are yourself",
    );
    let taken = [("name", "Tessa Brook-Marsh"), ("kind", "staff"), ("email", "dinah.lead@school.example")];
    not_taken(&does(&admin, tessa, "/correct", &taken).await, "Dinah Lead has this address");
}

/// A list that has somebody by their address brings nobody a second time, and from then on they came with it.
#[apply(both_databases!)]
async fn a_list_finds_whoever_was_added_by_hand(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let person = adds(&admin, "Sue Supply", "visitor", "sue.supply@school.example").await;
    let by = Importer::on_the_machine(school.school, school.clock.now());
    let sent = register::open(vec![staff_list(&[("Sue.Supply@school.example", "Supply", "Sue", "Teacher")])])
        .unwrap();
    let chosen = ImportOptions { extent: Extent::Part, ..ImportOptions::default() };
    let plan = register::check(&school.db, &by, &sent, &chosen).unwrap();
    assert_eq!((plan.new.len(), plan.changed.len(), plan.rejected.len()), (0, 1, 0));
    register::import(&school.db, &by, &sent, &chosen, &mut Randomness, &mut |_, _| {}).unwrap();
    assert_eq!(school.db.count("people WHERE name = 'Sue Supply'"), 1);
    let page = shown(&admin, &page_of(person, "")).await;
    assert!(
        page.contains("Member of staff") && page.contains("Came with another list"),
        "{}",
        words_of(&page)
    );
    assert!(shown(&admin, &page_of(person, "/correct")).await.contains("The next list from another list"));
    assert!(shown(&admin, &page_of(person, "/leave")).await.contains("If the next list still has them"));
}

/// A page whose form has the tokens that a page without its button has not.
const ADD_FOR_ITS_TOKENS: &str = ADD;

async fn does_again(admin: &SignedInBrowser<'_>, person: PersonId) -> StatusCode {
    let page = page_of(person, "/back");
    admin.submit(&page, &page, &[("email", "oliver@school.example")]).await.status
}
